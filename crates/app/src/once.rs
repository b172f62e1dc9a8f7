//! Requests that are done once: sent again under the same key, they give what was made the first time.

use anlanh_model::Id;
use anlanh_store::Writer;
use anlanh_store::idempotency::{self, Answer, Claim, Known};

use crate::Error;

/// What a request made, now or before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made<T> {
    /// What.
    pub id: Id<T>,
    /// Whether it was made before.
    pub repeated: bool,
}

/// Makes something once for each claim, in the transaction that keeps the claim.
pub(crate) fn once<T>(
    writer: &mut Writer<'_, '_>,
    claim: Option<&Claim>,
    what: &'static str,
    make: impl FnOnce(&mut Writer<'_, '_>) -> Result<Id<T>, Error>,
) -> Result<Made<T>, Error> {
    if let Some(claim) = claim {
        let now = writer.now();
        match idempotency::look_up(writer, claim, now)? {
            Known::New => {}
            Known::Done(answer) => {
                let id = String::from_utf8(answer.body).ok().and_then(|id| id.parse().ok());
                let id: Id<T> = id.ok_or(Error::BadReference)?;
                writer.about(what, id.number(), "repeated");
                return Ok(Made { id, repeated: true });
            }
            Known::Reused => return Err(Error::KeyReused),
        }
    }
    let id = make(writer)?;
    if let Some(claim) = claim {
        let answer = Answer {
            status: 201,
            body: id.to_string().into_bytes(),
        };
        idempotency::keep(writer, claim, &answer)?;
    }
    Ok(Made { id, repeated: false })
}
