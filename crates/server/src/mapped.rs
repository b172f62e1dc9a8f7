//! Files mapped into memory. The one place in the program that needs `unsafe`.

use std::fs::File;
use std::path::Path;

use anyhow::Context;
use memmap2::Mmap;

/// Maps a file for reading.
///
/// The file must stay as it is while it is mapped: replace it by renaming another over it, as `blocklist compile` does,
/// never by writing into it.
///
/// # Errors
/// When the file cannot be opened or mapped.
pub fn map(path: &Path) -> anyhow::Result<Mmap> {
    let file = File::open(path).with_context(|| format!("không mở được · cannot open {}", path.display()))?;
    // SAFETY: the mapping is read-only and private to this process. That nobody changes the file beneath it is the
    // documented duty of the operator, who owns the file; a compiled list is written anew and renamed, never changed.
    let map = unsafe { Mmap::map(&file) };
    map.with_context(|| format!("không nạp được vào bộ nhớ · cannot map into memory: {}", path.display()))
}
