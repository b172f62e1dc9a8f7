//! All alerts of an incident as a table, for whoever works at it outside the node.
//!
//! A host is its token, as on the page: no address is in it. A file leaves the node, so that what is marked TLP:RED has a line that
//! counts and nothing of what it was found by.

use std::fmt::Write;

use anlanh_model::{Actor, Alert, Id, Incident, Tlp};

use super::read::{SHOWN_ALERTS, alerts_of};
use super::reveal::token;
use crate::feed::stamp_of;
use crate::indicator::quoted;
use crate::{App, Error};

/// The line of names.
const HEAD: &str =
    "alert,host,kind,listed,source,campaign,sensor,event,field,grouping,origin,tlp,count,first_at,last_at\r\n";

/// A piece of the table: the alerts behind one, after the line of names where it is the first piece; and behind which alert the next
/// piece begins.
///
/// # Errors
/// When the one who asks may not, there is no incident of this id, or the database is away.
pub async fn alerts_file(
    app: &App,
    actor: &Actor,
    id: Id<Incident>,
    after: Option<Id<Alert>>,
) -> Result<(String, Option<Id<Alert>>), Error> {
    let page = alerts_of(app, actor, id, (after, SHOWN_ALERTS)).await?;
    let mut text = if after.is_none() {
        HEAD.to_owned()
    } else {
        String::new()
    };
    for row in &page.alerts {
        let may_leave = row.tlp < Tlp::Red;
        let told = |text: &str| if may_leave { quoted(text) } else { String::new() };
        // Nothing stands in the way of writing to a string.
        let _ = write!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
            row.id,
            row.host.as_ref().map(|(_, name)| token(name)).unwrap_or_default(),
            told(&row.listed_kind),
            told(&row.listed),
            told(&row.source),
            told(row.campaign.as_deref().unwrap_or_default()),
            quoted(&row.sensor),
            row.event.key(),
            told(&row.field),
            row.grouping.key(),
            row.origin.key(),
            row.tlp.key(),
            row.count,
            stamp_of(row.first_at),
            stamp_of(row.last_at),
        );
    }
    Ok((text, page.next))
}
