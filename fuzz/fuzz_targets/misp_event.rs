//! Events, manifests and warning lists of MISP: what is read is written as what is read again, and what is made of an event
//! is STIX that gives its attributes back.
#![no_main]

use anlanh_misp::{Event, ManifestReader, WarningList, from_stix, read_hash_line, to_stix};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_hash_line(bytes);
    let mut manifest = ManifestReader::new(bytes);
    // What is no entry is told and passed over; what is no manifest ends it.
    for _ in 0..bytes.len() {
        if let Ok(None) = manifest.next_event() {
            break;
        }
    }
    if let Ok((list, _)) = WarningList::read(bytes) {
        let _ = (
            list.has("a.example"),
            list.has("192.0.2.1"),
            list.has("http://[::1]/"),
            list.is_about("domain"),
        );
    }
    let Ok((event, _)) = Event::read(bytes) else { return };
    let mut written = Vec::new();
    event.write(&mut written).expect("memory can be written");
    let (again, lost) = Event::read(&written).expect("what is written is an event");
    assert!(lost.is_empty());
    assert_eq!(again, event);
    let (objects, left) = to_stix(&event);
    let indicators = objects
        .iter()
        .filter(|object| object.type_name() == "indicator")
        .count();
    let attributes = event.attributes.len()
        + event
            .objects
            .iter()
            .map(|object| object.attributes.len())
            .sum::<usize>();
    assert!(indicators + left.len() <= attributes);
    for object in &objects {
        assert!(object.id().is_some(), "{object}");
    }
    let _ = from_stix(&objects);
});
