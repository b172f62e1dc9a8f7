//! Objects of STIX: what is read prints as what is read again, and is checked; a bundle read object by object has the
//! objects of the one that is read whole.
#![no_main]

use anlanh_stix::json::{Value, read};
use anlanh_stix::view::{Indicator, Markings, Observable, Relationship, Sighting};
use anlanh_stix::{BundleReader, Object};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let streamed: Result<Vec<Object>, _> = BundleReader::new(bytes).collect();
    let whole = read(bytes);
    if let Ok(streamed) = &streamed {
        let members = whole
            .as_ref()
            .expect("what is streamed is JSON")
            .as_members()
            .expect("an object");
        let objects = members.get("objects").and_then(Value::as_list).unwrap_or_default();
        let printed: Vec<String> = streamed.iter().map(ToString::to_string).collect();
        assert_eq!(printed, objects.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    let Ok(object) = Object::read(bytes) else { return };
    assert_eq!(Object::read(object.to_string().as_bytes()).as_ref(), Ok(&object));
    for finding in object.check() {
        assert!(!finding.kind.key().is_empty() && !finding.to_string().is_empty());
    }
    assert!(
        object
            .derived_id()
            .is_none_or(|id| id.to_string().parse().as_ref() == Ok(&id))
    );
    let _ = (Indicator::of(&object), Relationship::of(&object), Sighting::of(&object));
    let _ = (
        Markings::of(&object).strictest_tlp(),
        Observable::of(&object).map(|observable| observable.values()),
    );
});
