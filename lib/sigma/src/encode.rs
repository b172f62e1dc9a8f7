//! Values as they look when something encoded them: Base64, at any of three offsets, and UTF-16.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How a value is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Base64,
    /// Wherever in what was encoded it stood.
    Base64Offset,
    Utf16Le,
    Utf16Be,
    /// Little-endian, with the mark of it before.
    Utf16,
}

impl Encoding {
    pub(crate) fn of(modifier: &str) -> Option<Self> {
        Some(match modifier {
            "base64" => Self::Base64,
            "base64offset" => Self::Base64Offset,
            "utf16le" | "wide" => Self::Utf16Le,
            "utf16be" => Self::Utf16Be,
            "utf16" => Self::Utf16,
            _ => return None,
        })
    }

    /// What a value becomes; nothing where UTF-16 is asked for of what is no text.
    pub(crate) fn apply(self, value: &[u8]) -> Option<Vec<Vec<u8>>> {
        let units = || std::str::from_utf8(value).map(str::encode_utf16).ok();
        Some(match self {
            Self::Base64 => vec![STANDARD.encode(value).into_bytes()],
            Self::Base64Offset => (0..3).map(|offset| at_offset(value, offset)).collect(),
            Self::Utf16Le => vec![units()?.flat_map(u16::to_le_bytes).collect()],
            Self::Utf16Be => vec![units()?.flat_map(u16::to_be_bytes).collect()],
            Self::Utf16 => {
                let marked = std::iter::once(0xfeff).chain(units()?);
                vec![marked.flat_map(u16::to_le_bytes).collect()]
            }
        })
    }
}

/// What of the encoding is the same whatever stands around the value, so many bytes behind a multiple of three.
fn at_offset(value: &[u8], offset: usize) -> Vec<u8> {
    let mut padded = vec![b' '; offset];
    padded.extend_from_slice(value);
    let encoded = STANDARD.encode(&padded).into_bytes();
    let before = [0, 2, 3].get(offset).copied().unwrap_or(0);
    let behind = [0, 3, 2].get(padded.len() % 3).copied().unwrap_or(0);
    let end = encoded.len().saturating_sub(behind);
    encoded.get(before..end).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(encoding: Encoding, value: &str, expected: &[&[u8]]) {
        assert_eq!(
            encoding.apply(value.as_bytes()).unwrap(),
            expected,
            "{encoding:?} {value}"
        );
    }

    #[test]
    fn values_are_encoded() {
        check(Encoding::Base64, "/bin/bash", &[b"L2Jpbi9iYXNo"]);
        check(
            Encoding::Base64Offset,
            "/bin/bash",
            &[b"L2Jpbi9iYXNo", b"9iaW4vYmFza", b"vYmluL2Jhc2"],
        );
        check(
            Encoding::Base64Offset,
            "http://",
            &[b"aHR0cDovL", b"h0dHA6Ly", b"odHRwOi8v"],
        );
        check(Encoding::Utf16Le, "cmd", &[b"c\0m\0d\0"]);
        check(Encoding::Utf16Be, "cmd", &[b"\0c\0m\0d"]);
        check(Encoding::Utf16, "c", &[b"\xff\xfec\0"]);
        assert_eq!(Encoding::Utf16Le.apply(b"\xff"), None);
        check(Encoding::Base64Offset, "", &[b"", b"", b""]);
    }
}
