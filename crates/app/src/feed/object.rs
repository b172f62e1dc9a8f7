//! STIX objects of a feed for the collection that it fills: as they came, or made of what a list says.

use anlanh_model::{Feed, Id, Time};
use anlanh_stix::Object;
use anlanh_stix::json::{Members, Value};
use anlanh_store::Writer;
use anlanh_store::feed::FeedRow;
use anlanh_store::indicator::NewIndicator;
use anlanh_store::intel::{self, Collection, Filter, NewObject, Versions};
use sha2::{Digest as _, Sha256};

use super::entry::{marking_of, stamp_of, time_of, tlp_of_object, to_millis, version_stamp};
use super::setting::collection_of;
use crate::Error;

/// An object as it came, to be kept in a collection; none where it has no id.
pub(super) fn as_it_came(row: &FeedRow, object: &Object) -> Option<NewObject> {
    let revoked = object.members().get("revoked").and_then(Value::as_bool);
    Some(NewObject {
        id: object.id()?.to_string(),
        kind: object.type_name().to_owned(),
        version: object.time("modified").or_else(|| object.time("created")).map(time_of),
        spec_version: object.text("spec_version").unwrap_or("2.1").to_owned(),
        tlp: tlp_of_object(object, row.settings.tlp),
        is_revoked: revoked == Some(true),
        feed: Some(row.id.number()),
        body: object.to_string().into_bytes(),
    })
}

/// The object of what a list says, as it stands now; none where STIX has no words for it.
pub(super) fn made(row: &FeedRow, indicator: &NewIndicator, now: Time) -> Option<NewObject> {
    let members = members(
        row,
        (indicator.kind, &indicator.value),
        (indicator.label.as_deref(), indicator.confidence),
        (now, indicator.is_revoked),
    )?;
    new_object(row, members, now, indicator.is_revoked)
}

/// The same once the list has it no more.
pub(super) fn made_revoked(row: &FeedRow, kind: &str, value: &str, now: Time) -> Option<NewObject> {
    let members = members(row, (kind, value), (None, row.settings.confidence), (now, true))?;
    new_object(row, members, now, true)
}

fn new_object(row: &FeedRow, members: Members, now: Time, is_revoked: bool) -> Option<NewObject> {
    Some(NewObject {
        id: members.get("id")?.as_str()?.to_owned(),
        kind: "indicator".to_owned(),
        version: Some(to_millis(now)),
        spec_version: "2.1".to_owned(),
        tlp: row.settings.tlp,
        is_revoked,
        feed: Some(row.id.number()),
        body: members.to_string().into_bytes(),
    })
}

fn members(
    row: &FeedRow,
    (kind, value): (&str, &str),
    (label, confidence): (Option<&str>, u8),
    (now, is_revoked): (Time, bool),
) -> Option<Members> {
    let pattern = pattern(kind, value)?;
    // Every version of an object says when the first was made: the feed's own beginning is the same for all of them.
    let members = Members::default()
        .with("type", "indicator")
        .with("spec_version", "2.1")
        .with("id", id_of(row.id, kind, value))
        .with("created", version_stamp(row.created_at))
        .with("modified", version_stamp(now))
        .with("name", label.unwrap_or(value))
        .with("pattern", pattern)
        .with("pattern_type", "stix")
        .with("valid_from", stamp_of(row.created_at).to_string())
        .with("confidence", i64::from(confidence))
        .with(
            "object_marking_refs",
            vec![Value::from(marking_of(row.settings.tlp).id())],
        );
    Some(if is_revoked {
        members.with("revoked", true)
    } else {
        members
    })
}

/// The id of what a list says, the same in each round.
fn id_of(feed: Id<Feed>, kind: &str, value: &str) -> String {
    format!(
        "indicator--{}",
        uuid_of(format!("{} {kind} {value}", feed.number()).as_bytes())
    )
}

/// A UUID that the same bytes always give.
pub(crate) fn uuid_of(name: &[u8]) -> String {
    let digest = Sha256::digest(name);
    let number = digest
        .iter()
        .take(16)
        .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let number = number & !(0xf << 76) | 5 << 76;
    let number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )
}

/// The pattern that asks for a value; none where STIX has no property for it.
pub(crate) fn pattern(kind: &str, value: &str) -> Option<String> {
    let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
    let test = |path: &str| Some(format!("[{path} = '{quoted}']"));
    match kind {
        "domain" => test("domain-name:value"),
        // The scheme does not count.
        "url" => Some(format!(
            "[url:value = 'http://{quoted}' OR url:value = 'https://{quoted}']"
        )),
        "address" if value.contains(':') => test("ipv6-addr:value"),
        "address" => test("ipv4-addr:value"),
        "email" => test("email-addr:value"),
        "hash" => match value.len() {
            32 => test("file:hashes.MD5"),
            40 => test("file:hashes.'SHA-1'"),
            64 => test("file:hashes.'SHA-256'"),
            128 => test("file:hashes.'SHA-512'"),
            _ => None,
        },
        _ => None,
    }
}

/// Adds objects to the collection that a feed fills, where it fills one.
pub(super) fn add(writer: &mut Writer<'_, '_>, row: &FeedRow, objects: &[NewObject]) -> Result<(), Error> {
    if let Some(collection) = collection_of(row)
        && !objects.is_empty()
    {
        intel::add(writer, collection, objects)?;
    }
    Ok(())
}

/// Takes an object that a feed has no more out of the collection that it fills.
pub(super) fn drop_one(writer: &mut Writer<'_, '_>, collection: Id<Collection>, id: &str) -> Result<(), Error> {
    let filter = Filter {
        versions: Versions::All,
        clearance: anlanh_model::Tlp::Red,
        ..Filter::default()
    };
    intel::delete(writer, collection, id, &filter)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_three_digits_of_the_second() {
        let check = |micros, expected| assert_eq!(version_stamp(Time::from_micros(micros)), expected);
        check(0, "1970-01-01T00:00:00.000Z");
        check(1_999, "1970-01-01T00:00:00.001Z");
        check(120_000, "1970-01-01T00:00:00.120Z");
        check(999_999, "1970-01-01T00:00:00.999Z");
    }

    #[test]
    fn a_pattern_asks_for_the_value_it_was_made_of() {
        for text in [
            "evil.vn",
            "192.0.2.1",
            "192.0.2.0/24",
            "2001:db8::1",
            "a'b\\c@evil.vn",
            "http://evil.vn/it's",
            &"a".repeat(32),
            &"a".repeat(40),
            &"a".repeat(64),
            &"a".repeat(128),
        ] {
            let value = anlanh_soc::Value::guess(text).unwrap();
            let pattern = pattern(value.kind().key(), &value.to_string()).unwrap();
            let parsed: anlanh_stix::Pattern = pattern.parse().unwrap();
            let anlanh_stix::Terms::Exact(terms) = parsed.terms() else {
                panic!("{pattern}");
            };
            for term in terms {
                assert_eq!(anlanh_soc::Value::guess(&term.value).unwrap(), value, "{pattern}");
            }
        }
        assert_eq!(pattern("ja3", &"a".repeat(32)), None);
    }
}
