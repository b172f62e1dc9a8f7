//! Objects of STIX on their way into a collection.

use anlanh_model::{Time, Tlp};
use anlanh_stix::view::{Markings, Tlp as StixTlp};
use anlanh_stix::{Family, Object, Severity, Timestamp};
use anlanh_store::intel::NewObject;

/// Why an object is not taken. It names places in the object, and nothing that stands there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It has no identifier, or one of another type than its own.
    #[error("the object has no identifier of its own type")]
    NoId,
    /// It is a bundle: collections hold the objects of bundles.
    #[error("a bundle is no object of a collection: send its objects")]
    Bundle,
    /// Its version is no timestamp.
    #[error("modified and created are timestamps")]
    BadVersion,
    /// It is of a version of STIX that is not known here.
    #[error("spec_version is 2.0 or 2.1")]
    BadSpecVersion,
    /// It is not what STIX 2.1 asks of its type.
    #[error("{pointer}: {reason}")]
    Unfit {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What is wrong there.
        reason: String,
    },
}

/// Longest pointer that is told of, in bytes.
const MAX_POINTER_BYTES: usize = 200;

/// What is kept of an object. Objects of STIX 2.1 are held against the specification; of STIX 2.0 it is asked that they have a
/// name.
///
/// # Errors
/// When it is none that a collection holds.
pub fn read_object(object: &Object) -> Result<NewObject, ObjectError> {
    let kind = object.type_name();
    if kind == "bundle" {
        return Err(ObjectError::Bundle);
    }
    let id = object
        .id()
        .filter(|id| id.type_name() == kind)
        .ok_or(ObjectError::NoId)?;
    let spec_version = match object.text("spec_version") {
        Some(version @ ("2.0" | "2.1")) => version,
        Some(_) => return Err(ObjectError::BadSpecVersion),
        // STIX 2.0 has no such property, and no observables with identifiers.
        None if object.members().has("created") && object.family() != Some(Family::Observable) => "2.0",
        None => "2.1",
    };
    let name = ["modified", "created"]
        .into_iter()
        .find(|name| object.members().has(name));
    let version = name
        .map(|name| object.time(name).ok_or(ObjectError::BadVersion))
        .transpose()?;
    if spec_version == "2.1" {
        let error = object
            .check()
            .into_iter()
            .find(|finding| finding.severity() == Severity::Error);
        if let Some(finding) = error {
            let mut pointer = finding.pointer;
            if pointer.len() > MAX_POINTER_BYTES {
                pointer = "…".to_owned();
            }
            let reason = finding.kind.to_string();
            return Err(ObjectError::Unfit { pointer, reason });
        }
    }
    Ok(NewObject {
        id: id.as_str().to_owned(),
        kind: kind.to_owned(),
        version: version.map(micros),
        spec_version: spec_version.to_owned(),
        tlp: Markings::of(object).strictest_tlp().map_or(Tlp::Clear, colour),
        is_revoked: object
            .members()
            .get("revoked")
            .and_then(anlanh_stix::json::Value::as_bool)
            == Some(true),
        feed: None,
        body: object.to_string().into_bytes(),
    })
}

fn micros(at: Timestamp) -> Time {
    let micros = at.seconds.saturating_mul(1_000_000);
    Time::from_micros(micros.saturating_add(i64::from(at.nanos / 1_000)))
}

/// Version 1 has no colour that version 2 has not.
const fn colour(tlp: StixTlp) -> Tlp {
    match tlp {
        StixTlp::White | StixTlp::Clear => Tlp::Clear,
        StixTlp::Green1 | StixTlp::Green => Tlp::Green,
        StixTlp::Amber1 | StixTlp::Amber => Tlp::Amber,
        StixTlp::AmberStrict => Tlp::AmberStrict,
        StixTlp::Red1 | StixTlp::Red => Tlp::Red,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f";

    fn read(json: &str) -> Result<NewObject, ObjectError> {
        read_object(&Object::read(json.as_bytes()).unwrap())
    }

    fn indicator(more: &str) -> String {
        format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"{ID}","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-02T00:00:00.123Z","pattern":"[url:value = 'http://example.com/']","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"{more}}}"#
        )
    }

    #[test]
    fn what_is_kept_is_what_came() {
        let json = indicator(
            r#","revoked":true,"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]"#,
        );
        let new = read(&json).unwrap();
        assert_eq!(
            (new.id.as_str(), new.kind.as_str(), new.spec_version.as_str()),
            (ID, "indicator", "2.1")
        );
        assert_eq!(new.version, Some(Time::from_micros(1_767_312_000_123_000)));
        assert_eq!((new.tlp, new.is_revoked), (Tlp::Green, true));
        assert_eq!(String::from_utf8(new.body).unwrap(), json);
    }

    #[test]
    fn a_part_that_is_marked_more_strictly_counts_for_the_whole() {
        let json = indicator(
            r#","granular_markings":[{"marking_ref":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1","selectors":["pattern"]}]"#,
        );
        assert_eq!(read(&json).unwrap().tlp, Tlp::Red);
    }

    #[test]
    fn observables_have_no_version_and_older_objects_no_spec_version() {
        let url = r#"{"type":"url","id":"url--c1477287-23ac-5971-a010-5c287877fa60","value":"http://example.com/"}"#;
        let url = read(url).unwrap();
        assert_eq!((url.version, url.spec_version.as_str()), (None, "2.1"));
        let old = r#"{"type":"malware","id":"malware--c0931cf6-7d1a-4a4f-a2a8-dc2d2d2a0d0e","created":"2016-11-03T12:30:59.000Z","modified":"2016-11-03T12:30:59.000Z","name":"x","labels":["ransomware"]}"#;
        assert_eq!(read(old).unwrap().spec_version, "2.0");
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_reason() {
        let check = |json: &str, expected: &ObjectError| assert_eq!(&read(json).unwrap_err(), expected, "{json}");
        check(r#"{"type":"indicator"}"#, &ObjectError::NoId);
        check(&format!(r#"{{"type":"malware","id":"{ID}"}}"#), &ObjectError::NoId);
        check(
            r#"{"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"}"#,
            &ObjectError::Bundle,
        );
        check(
            &format!(r#"{{"type":"indicator","id":"{ID}","spec_version":"3"}}"#),
            &ObjectError::BadSpecVersion,
        );
        check(
            &format!(r#"{{"type":"indicator","id":"{ID}","created":"now"}}"#),
            &ObjectError::BadVersion,
        );
        let bad = indicator("").replace("[url:value", "[url:");
        assert!(matches!(read(&bad).unwrap_err(), ObjectError::Unfit { pointer, .. } if pointer == "/pattern"));
    }
}
