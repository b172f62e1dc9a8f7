//! Sightings as bytes: each is four numbers of eight bytes, big-endian, one after another.

use anlanh_model::Time;

use super::{Seen, Sighting};
use crate::Error;

/// Bytes of a sighting.
pub(super) const BYTES: usize = 4 * size_of::<i64>();

/// Writes sightings.
pub(super) fn pack<'s>(sightings: impl IntoIterator<Item = &'s Seen>) -> Vec<u8> {
    let numbers = sightings.into_iter().flat_map(Seen::numbers);
    numbers.flat_map(i64::to_be_bytes).collect()
}

/// Reads them.
///
/// # Errors
/// When the bytes are not those of whole sightings.
pub(super) fn unpack(packed: &[u8]) -> Result<impl Iterator<Item = Seen>, Error> {
    let (sightings, rest) = packed.as_chunks::<BYTES>();
    if !rest.is_empty() {
        return Err(Error::unreadable("key.packed"));
    }
    Ok(sightings.iter().map(read))
}

fn read(packed: &[u8; BYTES]) -> Seen {
    let (numbers, _) = packed.as_chunks();
    let mut numbers = numbers.iter().map(|number| i64::from_be_bytes(*number));
    let mut next = || numbers.next().unwrap_or_default();
    Seen {
        key: next(),
        sighting: Sighting {
            at: Time::from_micros(next()),
            item: next(),
            member: next(),
        },
    }
}
