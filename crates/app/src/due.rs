//! What time makes due: looked for beside the writer, and done in one transaction after another until nothing is. Each transaction is
//! about as much as it can take, and looks again itself for what that is, so that a node that is killed in between goes on.

use anlanh_model::{Actor, AuditAction, Time};
use anlanh_store::{Reader, Writer};

use crate::{App, Error};

/// Does what is due, until nothing is. Most of the time nothing is, and nothing is written.
pub(crate) async fn work_off(
    app: &App,
    (name, action): (&'static str, AuditAction),
    is_due: impl Fn(&mut Reader<'_, '_>, Time) -> Result<bool, Error> + Clone + Send + 'static,
    act: impl FnMut(&mut Writer<'_, '_>) -> Result<(), Error> + Clone + Send + 'static,
) -> Result<(), Error> {
    loop {
        let (now, is_due) = (app.clock.now(), is_due.clone());
        if !app.store.read(name, move |tx| is_due(tx, now)).await? {
            return Ok(());
        }
        app.store.write(app.change(&Actor::Node, action), act.clone()).await?;
    }
}
