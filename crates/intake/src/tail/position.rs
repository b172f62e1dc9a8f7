//! How far a file was read, so that it is found again: under another name, as a copy, or not at all.

use std::fs::{File, Metadata};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};

/// Bytes at the beginning of a file that it is known by, at the most.
const MOST_HEAD: u64 = 1_024;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Everything before it was read.
    pub(super) offset: u64,
    /// Of so many bytes at the beginning of the file the checksum is this.
    pub(super) head_len: u16,
    pub(super) head_crc: u32,
}

impl Position {
    const BYTES: usize = 30;

    /// The beginning of a file.
    pub(super) fn start(about: &Metadata) -> Self {
        Self {
            device: about.dev(),
            inode: about.ino(),
            offset: 0,
            head_len: 0,
            head_crc: 0,
        }
    }

    /// Further on in the same file.
    pub(super) fn advance(self, file: &File, offset: u64) -> std::io::Result<Self> {
        let mut next = Self { offset, ..self };
        if u64::from(self.head_len) < MOST_HEAD {
            let len = offset.min(MOST_HEAD) as u16;
            if let Some(crc) = head_crc(file, len)? {
                (next.head_len, next.head_crc) = (len, crc);
            }
        }
        Ok(next)
    }

    /// Whether a file begins as this one did.
    pub(super) fn has_head_of(&self, file: &File) -> std::io::Result<bool> {
        Ok(head_crc(file, self.head_len)? == Some(self.head_crc))
    }

    pub(super) fn is_same_file(&self, about: &Metadata) -> bool {
        (self.device, self.inode) == (about.dev(), about.ino())
    }

    /// As bytes, to be kept.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(Self::BYTES);
        for number in [self.device, self.inode, self.offset] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.head_len.to_le_bytes());
        bytes.extend_from_slice(&self.head_crc.to_le_bytes());
        bytes
    }

    /// From bytes that were kept; none where they are none.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (numbers, rest) = bytes.split_first_chunk::<24>()?;
        let (head_len, rest) = rest.split_first_chunk::<2>()?;
        let number = |at: usize| Some(u64::from_le_bytes(*numbers.get(at..)?.first_chunk()?));
        Some(Self {
            device: number(0)?,
            inode: number(8)?,
            offset: number(16)?,
            head_len: u16::from_le_bytes(*head_len),
            head_crc: u32::from_le_bytes(*rest.first_chunk()?),
        })
    }
}

/// The checksum of the first bytes of a file; none where it has fewer.
fn head_crc(file: &File, len: u16) -> std::io::Result<Option<u32>> {
    let mut head = vec![0; usize::from(len)];
    match file.read_exact_at(&mut head, 0) {
        Ok(()) => Ok(Some(crc32fast::hash(&head))),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}
