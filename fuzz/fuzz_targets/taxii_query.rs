//! Queries of TAXII: what is read stays within its limits, and is read the same again when it is written out; a paging token is
//! read as it was written.
#![no_main]

use anlanh_stix::query::{MAX_VALUE_BYTES, MAX_VALUES, PageToken, Resource, Versions, read};
use libfuzzer_sys::fuzz_target;

fn list(name: &str, values: &[String], out: &mut Vec<String>) {
    if !values.is_empty() {
        out.push(format!("match[{name}]={}", encoded(&values.join(","))));
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fuzz_target!(|text: &str| {
    if let Ok(token) = text.parse::<PageToken>() {
        assert_eq!(token.to_string(), text.to_ascii_lowercase());
    }
    for resource in [
        Resource::Objects,
        Resource::Object,
        Resource::Versions,
        Resource::Delete,
    ] {
        let Ok(asked) = read(text, resource) else { continue };
        let mut out = Vec::new();
        for (name, values) in [
            ("id", &asked.ids),
            ("type", &asked.types),
            ("spec_version", &asked.spec_versions),
        ] {
            assert!(values.len() <= MAX_VALUES);
            assert!(values.iter().all(|value| (1..=MAX_VALUE_BYTES).contains(&value.len())));
            list(name, values, &mut out);
        }
        if let Some(after) = asked.added_after {
            out.push(format!("added_after={}", encoded(&after.to_string())));
        }
        if let Some(next) = asked.next {
            out.push(format!("next={next}"));
        }
        if let Some(limit) = asked.limit {
            assert!(limit > 0);
            out.push(format!("limit={limit}"));
        }
        match &asked.versions {
            None => {}
            Some(Versions::All) => out.push("match[version]=all".to_owned()),
            Some(Versions::Some { first, last, exact }) => {
                let mut values: Vec<String> = exact.iter().map(ToString::to_string).collect();
                values.extend(first.then(|| "first".to_owned()));
                values.extend(last.then(|| "last".to_owned()));
                list("version", &values, &mut out);
            }
        }
        assert_eq!(read(&out.join("&"), resource).as_ref(), Ok(&asked), "{out:?}");
    }
});
