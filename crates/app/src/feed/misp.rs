//! MISP feeds: a folder with a manifest, and a file for each event of it. Each event is made objects of STIX 2.1 as it comes, and
//! a round is a bundle of those of all events: what a feed has no more counts no more, as with every other.

use anlanh_misp::{EventError, EventReader, ManifestReader, ToStix};

/// Most events of a feed.
pub const MAX_MISP_EVENTS: usize = 20_000;

/// An event of which a manifest tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MispEvent {
    /// Its name; its file is this with `.json` behind it.
    pub uuid: String,
    /// When it was last changed, in seconds since 1970; 0 where nobody says.
    pub changed: i64,
}

/// The events of a manifest.
///
/// # Errors
/// When it is none, one of its entries cannot be used, or there are too many. Nothing is passed over: what is not in a round is
/// taken back.
pub fn misp_events(manifest: &[u8]) -> Result<Vec<MispEvent>, String> {
    let mut reader = ManifestReader::new(manifest);
    let mut events = Vec::new();
    while let Some(head) = reader.next_event().map_err(|error| error.to_string())? {
        if events.len() == MAX_MISP_EVENTS {
            return Err(format!("the manifest has more than {MAX_MISP_EVENTS} events"));
        }
        events.push(MispEvent {
            uuid: head.uuid.to_string(),
            changed: head.timestamp.map_or(0, |at| at.seconds),
        });
    }
    Ok(events)
}

/// The objects of an event, as members of a list of JSON. Items that cannot be used are passed over, as everywhere in MISP.
///
/// # Errors
/// When it is no event.
pub fn misp_objects(event: &[u8]) -> Result<Vec<u8>, String> {
    let (mut items, mut reader) = (Vec::new(), EventReader::new(event));
    loop {
        match reader.next_item() {
            Ok(Some(item)) => items.push(item),
            Ok(None) => break,
            Err(EventError::Item { .. }) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    let head = reader.head().map_err(|error| error.to_string())?;
    let making = ToStix::new(&head);
    let mut out = Vec::new();
    for item in &items {
        let _left = making.item(item, &mut |object| {
            if !out.is_empty() {
                out.push(b',');
            }
            out.extend_from_slice(object.to_string().as_bytes());
        });
    }
    Ok(out)
}

/// A bundle of the objects of events.
#[must_use]
pub fn misp_bundle<'e>(events: impl Iterator<Item = &'e [u8]>) -> Vec<u8> {
    let mut bundle = br#"{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":["#.to_vec();
    let mut is_first = true;
    for objects in events.filter(|objects| !objects.is_empty()) {
        if !is_first {
            bundle.push(b',');
        }
        is_first = false;
        bundle.extend_from_slice(objects);
    }
    bundle.extend_from_slice(b"]}");
    bundle
}

#[cfg(test)]
mod tests {
    use anlanh_stix::BundleReader;

    use super::*;

    const EVENT: &str = r#"{"Event":{"uuid":"8d964e16-e814-48b1-a7cf-653818767b49","info":"False bank","date":"2026-11-28",
        "Attribute":[{"uuid":"2b964b85-ecb1-4b32-9c5f-5c899b78f377","type":"domain","value":"evil.example","to_ids":true,
        "timestamp":"1795000000"},{"type":"domain"},{"uuid":"2b964b85-ecb1-4b32-9c5f-5c899b78f378","type":"ip-dst",
        "value":"192.0.2.7","to_ids":true,"timestamp":"1795000000"}]}}"#;

    fn manifest(events: usize) -> String {
        let entry = |n: usize| format!(r#""8d964e16-e814-48b1-a7cf-{n:012}":{{"info":"x","timestamp":"{n}"}}"#);
        format!("{{{}}}", (0..events).map(entry).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn a_manifest_names_so_many_events_and_no_more() {
        let events = misp_events(manifest(MAX_MISP_EVENTS).as_bytes()).unwrap();
        assert_eq!(events.len(), MAX_MISP_EVENTS);
        assert_eq!(events[7].changed, 7);
        assert!(misp_events(manifest(MAX_MISP_EVENTS + 1).as_bytes()).is_err());
        // As PHP writes an empty one: that a feed was emptied is for the guard.
        assert_eq!(misp_events(b"[]"), Ok(Vec::new()));
        assert!(misp_events(b"<html>").is_err());
        assert!(misp_events(br#"{"8d964e16":{}}"#).is_err(), "nothing is passed over");
    }

    #[test]
    fn events_become_one_bundle() {
        let objects = misp_objects(EVENT.as_bytes()).unwrap();
        let bundle = misp_bundle([objects.as_slice(), b"", objects.as_slice()].into_iter());
        let mut reader = BundleReader::new(bundle.as_slice());
        let mut patterns = Vec::new();
        while let Some(object) = reader.next_object().unwrap() {
            patterns.extend(object.text("pattern").map(str::to_owned));
        }
        let two = [
            "[domain-name:value = 'evil.example']",
            "[ipv4-addr:value = '192.0.2.7']",
        ];
        assert_eq!(patterns, [two, two].concat());
        assert!(misp_objects(b"{}").is_err());
        assert!(misp_objects(b"<html>").is_err());
    }
}
