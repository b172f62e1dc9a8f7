//! What happens with incidents: the same object in the feed that programs poll and in the webhooks they get.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Instant;

/// Something that happened with an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IncidentEvent)]
#[serde(deny_unknown_fields)]
pub struct IncidentEventOut {
    /// Its id: what is told twice has the same.
    pub id: String,
    /// `incident.opened`, `incident.clock` where a clock of the law warned or ran out, `incident.changed` for everything else.
    pub r#type: &'static str,
    /// When it happened (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Instant,
    /// Id of the incident.
    pub incident: String,
    /// Key of what it was, as in the timeline: `note`, `triaged`, `taken`.
    pub kind: String,
    /// A key that belongs to it: the severity, the clock, the report; `null` where none does.
    #[schema(required = true)]
    pub detail: Option<String>,
    /// `low`, `medium`, `high` or `critical`, as it is now.
    pub severity: &'static str,
    /// `new`, `triaged`, `working`, `contained`, `closed` or `merged`, as it is now.
    pub state: String,
}
