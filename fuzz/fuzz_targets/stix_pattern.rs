//! Patterns of STIX: what is read prints as what is read again; what compiles answers; and where plain values say
//! exactly what matches, they say the same as matching.
#![no_main]

use std::sync::LazyLock;

use anlanh_stix::view::Observable;
use anlanh_stix::{Object, Observation, Pattern, Terms};
use libfuzzer_sys::fuzz_target;

static OBJECTS: LazyLock<Vec<Object>> = LazyLock::new(|| {
    let objects = [
        r#"{"type":"domain-name","id":"domain-name--1","value":"x.vn","resolves_to_refs":["ipv4-addr--1"]}"#,
        r#"{"type":"ipv4-addr","id":"ipv4-addr--1","value":"192.0.2.1"}"#,
        r#"{"type":"file","id":"file--1","name":"a","size":5,"hashes":{"MD5":"ab"},"magic_number_hex":"4d5a","x":["y"]}"#,
    ];
    objects
        .map(|object| Object::read(object.as_bytes()).expect("an object"))
        .to_vec()
});

fuzz_target!(|text: &str| {
    let Ok(pattern) = text.parse::<Pattern>() else { return };
    assert_eq!(pattern.to_string().parse().as_ref(), Ok(&pattern), "{pattern}");
    let Ok(compiled) = pattern.compile() else { return };
    let moment = "2026-01-01T00:00:00Z".parse().expect("a moment");
    let observations = [
        Observation::at(moment, &OBJECTS),
        Observation::at(moment, &OBJECTS[..1]),
    ];
    let Ok(matches) = compiled.matches(&observations) else {
        return;
    };
    let mut values = OBJECTS.iter().filter_map(Observable::of).flat_map(|observable| {
        let values = observable.values();
        values
            .into_iter()
            .map(move |(path, value)| (observable.type_name(), path, value))
    });
    let mut is_there = |terms: &[anlanh_stix::Term]| {
        values.any(|(object_type, path, value)| {
            terms
                .iter()
                .any(|term| (&*term.object_type, &*term.path, &*term.value) == (object_type, &*path, value))
        })
    };
    match pattern.terms() {
        Terms::Exact(terms) => assert_eq!(matches, is_there(&terms), "{pattern}"),
        Terms::Necessary(terms) => assert!(!matches || is_there(&terms), "{pattern}"),
        Terms::Unknown => {}
    }
});
