//! A record, and how it is written.

/// Most bytes of a payload.
pub const MAX_PAYLOAD_BYTES: usize = 64 << 10;
/// Most keys of a record.
pub const MAX_KEYS: usize = 256;

/// Highest number of a source.
pub const MAX_SOURCE: u32 = LASTING - 1;
/// The bit of a source that says that a record is [`Keep::Lasting`].
const LASTING: u32 = 1 << 31;

/// How long a record is wanted: those of a kind are forgotten together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keep {
    /// A short while.
    Passing,
    /// Longer.
    Lasting,
}

impl Keep {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Passing, Self::Lasting];
}

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record<'r> {
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// Where it came from, below [`MAX_SOURCE`].
    pub source: u32,
    /// How long it is wanted.
    pub keep: Keep,
    /// What it is.
    pub payload: &'r [u8],
}

/// Why a record is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Its payload is longer than [`MAX_PAYLOAD_BYTES`].
    #[error("payload is longer than {MAX_PAYLOAD_BYTES} bytes")]
    Payload,
    /// A mark is longer than [`crate::MAX_MARK_BYTES`], or there are more than [`crate::MAX_MARKS`].
    #[error("too many marks, or one that is too long")]
    Mark,
    /// The number of its source is higher than [`MAX_SOURCE`].
    #[error("number of the source is higher than {MAX_SOURCE}")]
    Source,
    /// It has more keys than [`MAX_KEYS`].
    #[error("more than {MAX_KEYS} keys")]
    Keys,
}

impl<'r> Record<'r> {
    /// Bytes that it takes, beside its payload.
    const HEAD: usize = 8 + 4 + 4;

    pub(crate) fn check(&self, keys: &[u64]) -> Result<(), Refused> {
        if self.payload.len() > MAX_PAYLOAD_BYTES {
            return Err(Refused::Payload);
        }
        if self.source > MAX_SOURCE {
            return Err(Refused::Source);
        }
        if keys.len() > MAX_KEYS {
            return Err(Refused::Keys);
        }
        Ok(())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.at.to_le_bytes());
        let source = match self.keep {
            Keep::Passing => self.source,
            Keep::Lasting => self.source | LASTING,
        };
        out.extend_from_slice(&source.to_le_bytes());
        out.extend_from_slice(&(self.payload.len() as u32).to_le_bytes());
        out.extend_from_slice(self.payload);
    }

    /// Reads the first one, and tells what comes after it.
    pub(crate) fn read(bytes: &'r [u8]) -> Option<(Self, &'r [u8])> {
        let (head, rest) = bytes.split_first_chunk::<{ Record::HEAD }>()?;
        let (at, head) = head.split_first_chunk::<8>()?;
        let (source, head) = head.split_first_chunk::<4>()?;
        let (source, head) = (u32::from_le_bytes(*source), head);
        let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(*head.first_chunk::<4>()?) as usize)?;
        let record = Self {
            at: i64::from_le_bytes(*at),
            source: source & MAX_SOURCE,
            keep: if source & LASTING == 0 {
                Keep::Passing
            } else {
                Keep::Lasting
            },
            payload,
        };
        Some((record, rest))
    }
}

/// Records one after another, as they stand in a block.
pub(crate) fn each<'r>(mut bytes: &'r [u8], mut tell: impl FnMut(Record<'r>)) -> Option<()> {
    while !bytes.is_empty() {
        let (record, rest) = Record::read(bytes)?;
        tell(record);
        bytes = rest;
    }
    Some(())
}
