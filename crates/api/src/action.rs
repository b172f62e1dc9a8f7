//! What the host platform is told to do: the same object in the feed that it polls and in the webhooks it gets.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Instant;

/// Something the host platform is to do.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Action)]
#[serde(deny_unknown_fields)]
pub struct ActionOut {
    /// Its id. Whoever gets it twice has done it once.
    pub id: String,
    /// When it was decided (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Its place among the actions of its target, from 1, without gaps.
    #[schema(minimum = 1)]
    pub sequence: i64,
    /// To what it is done.
    pub target: TargetOut,
    /// `label`, `limit`, `hide`, `remove`, `warn`, `lock`, `refuse_registration`, `end_service` or `notice`.
    pub kind: &'static str,
    /// `apply`: do it, with this end and these labels from now on. `lift`: undo it.
    pub effect: &'static str,
    /// When it ends by itself; `null` where it does not. A `lift` follows all the same.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub until: Option<Instant>,
    /// Keys of the labels to be shown.
    pub labels: Vec<String>,
    /// Where verified information stands, to be linked beside the labels.
    #[schema(required = true)]
    pub verified: Option<String>,
    /// Id of the decision it follows from.
    #[schema(required = true)]
    pub decision: Option<String>,
    /// Key of the category.
    #[schema(required = true)]
    pub category: Option<String>,
    /// Keys of the legal or policy bases.
    pub basis: Vec<String>,
    /// The facts relied on, for the one affected.
    pub reason: String,
    /// Where the one affected may appeal.
    #[schema(required = true)]
    pub appeal_url: Option<String>,
    /// What the one affected is to be told, in plain words: what was done, why, on what basis, and how to appeal. Hand it on
    /// as it is. `null` where others read it.
    #[schema(required = true)]
    pub notice: Option<NoticeOut>,
    /// Of a `notice` about a report that was handed on: which, whose, and what came of it. The notice is for whoever made
    /// it, once; it is told to the token that handed the report on, and by webhook. `null` for everything else.
    #[schema(required = true)]
    pub report: Option<ReportAnswerOut>,
    /// Of a `notice` to the owner of an account, page, group or channel who is asked to remove something: what, until when,
    /// and where they say that they did. `lift` says that nothing is asked any more. `null` for everything else.
    #[schema(required = true)]
    pub owner_request: Option<OwnerRequestOut>,
}

/// What an owner is asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OwnerRequestOfAction)]
#[serde(deny_unknown_fields)]
pub struct OwnerRequestOut {
    /// Its id, for `/v1/owner-requests/{request}/answer`.
    pub id: String,
    /// What they are to remove: the platform's reference, or the address in the order.
    pub content: String,
    /// The owner's deadline (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Instant,
    /// Where they answer; `null` where others read it.
    #[schema(required = true)]
    pub url: Option<String>,
}

/// What came of a report that the platform handed on.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportAnswer)]
#[serde(deny_unknown_fields)]
pub struct ReportAnswerOut {
    /// Id of the report.
    pub id: String,
    /// The platform's reference of whoever made it, as it was handed on; `null` where it was none, or was erased.
    #[schema(required = true)]
    pub reporter: Option<String>,
    /// `no_violation`, `label`, `limit`, `hide`, `remove` or `subject_only`.
    pub outcome: &'static str,
    /// The private link of whoever made it: where they read more, and may appeal. For nobody else.
    pub status_url: String,
}

/// A notice in both languages, each as paragraphs with a line break between them.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[schema(as = Notice)]
#[serde(deny_unknown_fields)]
pub struct NoticeOut {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// To what something is done.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Target)]
#[serde(deny_unknown_fields)]
pub struct TargetOut {
    /// `item`, `account`, `page`, `group` or `channel`.
    pub kind: &'static str,
    /// The platform's own reference; of an item that came without an id, the node's.
    pub reference: String,
}

/// The body of a webhook (Standard Webhooks).
#[derive(Debug, Clone, Serialize)]
pub struct EventOut<'a> {
    /// `action.` and the kind.
    pub r#type: String,
    /// When it was decided (RFC 3339).
    pub timestamp: Instant,
    /// What is to be done.
    pub data: &'a ActionOut,
}

impl<'a> EventOut<'a> {
    /// The event that tells of an action.
    #[must_use]
    pub fn new(action: &'a ActionOut) -> Self {
        Self {
            r#type: format!("action.{}", action.kind),
            timestamp: action.at,
            data: action,
        }
    }
}
