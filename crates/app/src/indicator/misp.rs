//! Indicators as MISP has them: one event of all that counts, and a feed with an event for each feed of the node.

use anlanh_misp::{
    Attribute, Distribution, Event, Head, Organisation, Tag, Uuid, confidence_tag, tag_of, write_manifest,
};
use anlanh_model::{Actor, Feed, Id, Permission, Time};
use anlanh_store::feed::{self, FeedRow};
use anlanh_store::indicator::{self as store, IndicatorFilter, IndicatorState};

use super::Found;
use super::export::{Clearance, object_name};
use crate::feed::{marking_of, stamp_of};
use crate::{App, Error, permit};

/// Indicators that are read in one transaction.
const READ_AT_ONCE: u32 = 2_000;
/// Most indicators of one event.
const MAX_ATTRIBUTES: usize = 1_000_000;
/// What changed less than so many seconds ago may change again within the second that MISP tells.
const FRESH_SECONDS: i64 = 2;

/// The event of all that counts, as an export.
pub(super) fn event(app: &App, now: Time) -> Event {
    let site = app.site();
    let uuid = Uuid::derived(&["anlanh export", &site.url("/")]);
    let mut head = Head::new(uuid, &day(now), site.name());
    set_head(&mut head, app, now);
    Event {
        head,
        attributes: Vec::new(),
        objects: Vec::new(),
    }
}

fn set_head(head: &mut Head, app: &App, changed: Time) {
    let site = app.site();
    head.timestamp = Some(stamp_of(changed));
    head.publish_timestamp = Some(stamp_of(changed));
    head.is_published = true;
    // How far each value goes stands at the value.
    head.distribution = Some(Distribution::Organisation);
    head.creator = Some(Organisation {
        uuid: Some(Uuid::derived(&["anlanh node", &site.url("/")])),
        name: site.name().to_owned(),
    });
}

/// The day of a moment, as MISP writes it.
fn day(at: Time) -> String {
    stamp_of(at).to_string().chars().take(10).collect()
}

/// An indicator as an attribute; none where MISP has no type for it.
pub(super) fn attribute(found: &Found) -> Option<Attribute> {
    let row = &found.row;
    let (kind, value) = match row.kind.as_str() {
        "domain" => ("domain", row.value.clone()),
        // The scheme does not count.
        "url" => ("url", format!("http://{}", row.value)),
        "address" => ("ip-dst", row.value.clone()),
        "email" => ("email-src", row.value.clone()),
        "ja3" => ("ja3-fingerprint-md5", row.value.clone()),
        "hash" => match row.value.len() {
            32 => ("md5", row.value.clone()),
            40 => ("sha1", row.value.clone()),
            64 => ("sha256", row.value.clone()),
            128 => ("sha512", row.value.clone()),
            _ => return None,
        },
        _ => return None,
    };
    let mut attribute = Attribute::new(Uuid::derived(&["anlanh", &object_name(row)]), kind, &value);
    attribute.is_for_detection = true;
    attribute.comment = row.label.clone().unwrap_or_default();
    attribute.timestamp = Some(stamp_of(row.told_at));
    attribute.first_seen = Some(stamp_of(row.valid_from));
    let tags: [Tag; 2] = [tag_of(marking_of(row.tlp)), confidence_tag(found.score)];
    attribute.tags = tags.to_vec();
    Some(attribute)
}

/// The manifest of the node's MISP feed: an event for each feed that lists something.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn misp_manifest(app: &App, actor: &Actor) -> Result<Vec<u8>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let now = app.clock.now();
    let read = app.store.read("indicator.misp_manifest", |tx| {
        let mut told = Vec::new();
        for row in feed::list(tx)?.into_iter().filter(|row| row.live > 0) {
            let change = store::last_change_of(tx, row.id)?;
            told.push((row, change));
        }
        Ok::<_, Error>(told)
    });
    let told = read.await?;
    let heads: Vec<Head> = told.iter().map(|(row, change)| head(app, row, *change, now)).collect();
    let mut out = Vec::new();
    write_manifest(heads.iter(), &mut out).map_err(|_| Error::NotFound("manifest"))?;
    Ok(out)
}

/// The event of a feed, with what counts of it and may go to whoever asks; none where there is no such event.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn misp_event(app: &App, actor: &Actor, uuid: &str) -> Result<Option<Vec<u8>>, Error> {
    permit(actor, Permission::ReadIndicators)?;
    let clearance = Clearance::of(app, actor).await?;
    let (now, engine, uuid) = (app.clock.now(), app.engine(), uuid.to_owned());
    let site = app.site().url("/");
    let read = app.store.read("indicator.misp_feed", move |tx| {
        let named = feed::list(tx)?
            .into_iter()
            .find(|row| id_of(&site, row.id).as_str() == uuid);
        let Some(row) = named else { return Ok(None) };
        let change = store::last_change_of(tx, row.id)?;
        Ok::<_, Error>(Some((row, change)))
    });
    let Some((row, change)) = read.await? else {
        return Ok(None);
    };
    let mut event = Event {
        head: head(app, &row, change, now),
        attributes: Vec::new(),
        objects: Vec::new(),
    };
    let most = clearance.min(Clearance::up_to(anlanh_model::Tlp::AmberStrict)).tlp();
    let mut before = None;
    while event.attributes.len() < MAX_ATTRIBUTES {
        let filter = IndicatorFilter {
            kind: String::new(),
            feed: Some(row.id),
            state: IndicatorState::Live,
        };
        let page = app.store.read("indicator.misp_event", move |tx| {
            Ok::<_, Error>(store::page(tx, &filter, (now, most), (before, READ_AT_ONCE))?)
        });
        let page = page.await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        for row in page {
            let found = Found::of(&engine.policy, now, row);
            if found.counts {
                event.attributes.extend(attribute(&found));
            }
        }
    }
    let mut out = Vec::new();
    event.write(&mut out).map_err(|_| Error::NotFound("event"))?;
    Ok(Some(out))
}

fn id_of(site: &str, feed: Id<Feed>) -> Uuid {
    Uuid::derived(&["anlanh feed", site, &feed.number().to_string()])
}

fn head(app: &App, row: &FeedRow, change: i64, now: Time) -> Head {
    let uuid = id_of(&app.site().url("/"), row.id);
    let changed = Id::<Feed>::from_number(change).map_or(row.created_at, Id::made_at);
    let changed = changed.max(row.changed_at.unwrap_or(row.created_at));
    let mut head = Head::new(uuid, &day(row.created_at), &row.settings.name);
    // What is fetched within the second of a change is fetched again after it.
    let is_fresh = now.as_seconds().saturating_sub(changed.as_seconds()) < FRESH_SECONDS;
    let told = if is_fresh {
        Time::from_seconds(changed.as_seconds() - 1)
    } else {
        changed
    };
    set_head(&mut head, app, told);
    head
}
