//! Envelopes that come in. Members that TAXII does not have are passed over, so that a bundle does as well.

use anlanh_app::intel::{Handed, ObjectError, Refused, read_object};
use anlanh_stix::{BundleError, BundleReader, Object, ReadError};
use axum::body::Body;
use axum::http::{HeaderMap, header};

use crate::api::screen::read_up_to;
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::{Limits, Service};

/// Longest identifier of a refused object that is told, in bytes.
const MAX_TOLD_BYTES: usize = 300;

/// Reads an envelope whole, and its objects one by one.
pub async fn read(service: &Service, headers: &HeaderMap, body: Body) -> Result<Handed, Problem> {
    let most = Limits::ENVELOPE_BYTES;
    let too_large = || Problem::Refused(Refusal::envelope_too_large(most));
    let stated = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let stated: Option<u64> = stated.and_then(|stated| stated.parse().ok());
    if stated.is_some_and(|stated| usize::try_from(stated).map_or(true, |stated| stated > most)) {
        return Err(too_large());
    }
    let body = read_up_to(body, service.limits, most).await?.ok_or_else(too_large)?;
    let handed = service.envelopes.run(move || objects(&body)).await;
    handed
        .map_err(|_| Problem::Internal(service.incident()))?
        .map_err(Problem::Refused)
}

fn objects(body: &[u8]) -> Result<Handed, Refusal> {
    let mut handed = Handed::default();
    let mut reader = BundleReader::new(body);
    loop {
        match reader.next_object() {
            Ok(None) => return Ok(handed),
            Ok(Some(object)) => match read_object(&object) {
                Ok(new) => handed.objects.push(new),
                Err(error) => handed.refused.push(refused(&object, error)),
            },
            // It has no name by which it could be told of.
            Err(BundleError::Object {
                error: ReadError::NoType,
                index,
            }) => handed.refused.push(Refused {
                id: format!("#{index}"),
                version: None,
                error: ObjectError::NoId,
            }),
            Err(error) => return Err(unreadable(&error)),
        }
    }
}

fn refused(object: &Object, error: ObjectError) -> Refused {
    let told = |name: &str| {
        let text = object.text(name)?;
        (text.len() <= MAX_TOLD_BYTES).then(|| text.to_owned())
    };
    Refused {
        id: told("id").unwrap_or_default(),
        version: object.time("modified").and_then(|_| told("modified")),
        error,
    }
}

/// Where it is not JSON, it is no request; where it is, it is one for something that there is not.
fn unreadable(error: &BundleError) -> Refusal {
    let refusal = Refusal::bad_envelope(&error.to_string());
    match error {
        BundleError::Input(_) | BundleError::Form { .. } | BundleError::Head(_) => refusal.into_bad_request(),
        BundleError::HeadTooLong | BundleError::TooMany => refusal,
        BundleError::Object { error, .. } => match error {
            ReadError::Json(_) => refusal.into_bad_request(),
            ReadError::TooLong | ReadError::NoType => refusal,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str =
        r#"{"type":"url","id":"url--c1477287-23ac-5971-a010-5c287877fa60","value":"http://example.com/"}"#;

    fn counted(body: &str) -> Result<(usize, usize), u16> {
        let handed = objects(body.as_bytes()).map_err(|refusal| refusal.status.as_u16())?;
        Ok((handed.objects.len(), handed.refused.len()))
    }

    #[test]
    fn objects_are_taken_from_whatever_has_a_list_of_them() {
        assert_eq!(counted(&format!(r#"{{"objects":[{URL}]}}"#)), Ok((1, 0)));
        assert_eq!(
            counted(&format!(
                r#"{{"type":"bundle","id":"bundle--1","objects":[{URL},{URL}],"x_own":1}}"#
            )),
            Ok((2, 0))
        );
        assert_eq!(
            counted(&format!(r#"{{"objects":[{URL},{{}},7,{{"type":"bundle"}}]}}"#)),
            Ok((1, 3))
        );
        assert_eq!(counted("{}"), Ok((0, 0)));
    }

    #[test]
    fn what_is_no_envelope_is_no_request() {
        for bad in ["", "[]", "{", r#"{"objects":7}"#, r#"{"objects":[{]}"#, "{} {}"] {
            assert_eq!(counted(bad), Err(400), "{bad}");
        }
    }
}
