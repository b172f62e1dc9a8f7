//! The audit log is read.

use anlanh_model::{Actor, Id, Permission};
use anlanh_store::audit::{self, AuditEntry, AuditFilter, Entry};

use crate::{App, Error, permit};

/// A page of the log, newest first.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn page(
    app: &App,
    actor: &Actor,
    filter: AuditFilter,
    before: Option<Id<Entry>>,
    limit: u32,
) -> Result<Vec<AuditEntry>, Error> {
    permit(actor, Permission::ReadAudit)?;
    app.store
        .read("audit.page", move |tx| Ok(audit::page(tx, &filter, before, limit)?))
        .await
}
