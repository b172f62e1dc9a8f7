//! Entry bundles: up to 256 entries, each after its length (C2SP tlog-tiles, “Log entries”).

use crate::tile::TILE_WIDTH;

/// Most bytes of an entry: what its length of two bytes can say.
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// Most bytes of a bundle: 256 entries of [`MAX_ENTRY_BYTES`], each with its length.
pub const MAX_BUNDLE_BYTES: usize = TILE_WIDTH as usize * (2 + MAX_ENTRY_BYTES);

/// An entry of more than [`MAX_ENTRY_BYTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry has at most {MAX_ENTRY_BYTES} bytes, not {0}")]
pub struct LongEntry(pub usize);

/// Why bytes are no bundle of that many entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It ends inside an entry, or before the last one.
    #[error("the bundle ends after {0} whole entries")]
    Short(u16),
    /// Bytes follow the 256th entry.
    #[error("bytes follow the last entry that a bundle can have")]
    Long,
}

/// Puts an entry at the end of a bundle.
///
/// # Errors
/// When the entry is too long; then nothing is written.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), LongEntry> {
    let length = u16::try_from(entry.len()).map_err(|_| LongEntry(entry.len()))?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

/// The first `width` entries of a bundle (`width` up to 256). A bundle that has more by now is as good, as a log may drop a
/// partial one once there is a full one; whatever follows must be whole entries too.
///
/// # Errors
/// When there are fewer, when the bytes end inside an entry, or when there are more than 256.
pub fn read_entries(mut bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, BundleError> {
    let (mut entries, mut read) = (Vec::with_capacity(width.min(TILE_WIDTH).into()), 0);
    while !bundle.is_empty() || read < width {
        if read == TILE_WIDTH {
            return Err(BundleError::Long);
        }
        let (entry, rest) = split_entry(bundle).ok_or(BundleError::Short(read))?;
        if read < width {
            entries.push(entry);
        }
        (bundle, read) = (rest, read + 1);
    }
    Ok(entries)
}

fn split_entry(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}
