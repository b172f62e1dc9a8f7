//! Pictures beside an item, as far as they are looked at here: by their first bytes, and never decoded.

/// A format of pictures that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// PNG (ISO/IEC 15948).
    Png,
    /// GIF, 87a or 89a.
    Gif,
    /// WebP (RFC 9649).
    Webp,
}

impl ImageFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Gif, Self::Webp];

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
        }
    }

    /// How names of such files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Webp => "webp",
        }
    }

    /// The format with this media type, if it is one.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.media_type() == media_type)
    }

    /// The format that these bytes begin as, if it is one: as browsers tell them apart (MIME Sniffing, section 6.1).
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|format| match format {
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Gif => bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..14) == Some(b"WEBPVP"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_known_by_its_first_bytes() {
        let check = |bytes: &[u8], expected: Option<ImageFormat>| assert_eq!(ImageFormat::of(bytes), expected);
        check(b"\xff\xd8\xff\xe0", Some(ImageFormat::Jpeg));
        check(b"\x89PNG\r\n\x1a\n...", Some(ImageFormat::Png));
        check(b"GIF87a", Some(ImageFormat::Gif));
        check(b"GIF89a", Some(ImageFormat::Gif));
        check(b"RIFF\0\0\0\0WEBPVP8L", Some(ImageFormat::Webp));
        for other in [
            b"".as_slice(),
            b"\xff\xd8",
            b"GIF88a",
            b"RIFF\0\0\0\0WAVEfmt ",
            b"<svg xmlns=",
            b"%PDF-1.7",
            b"\x89PNG\n\x1a\n",
        ] {
            check(other, None);
        }
        for format in ImageFormat::ALL {
            assert_eq!(ImageFormat::from_media_type(format.media_type()), Some(format));
        }
    }
}
