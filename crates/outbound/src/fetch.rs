//! Fetching large things: with what a server knows of the last time, unpacked within a limit, and told apart why it failed.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH,
};

/// Longest `ETag` or `Last-Modified` that is kept, in bytes.
const MAX_VALIDATOR_BYTES: usize = 1_024;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'w> {
    /// `Accept`.
    pub accept: Option<&'w str>,
    /// `Authorization`.
    pub authorization: Option<&'w str>,
    /// `ETag` of the last time.
    pub etag: Option<&'w str>,
    /// `Last-Modified` of the last time.
    pub modified: Option<&'w str>,
}

impl Wanted<'_> {
    /// As fields; those that cannot be sent are left out.
    pub(crate) fn fields(&self) -> HeaderMap {
        let mut fields = HeaderMap::new();
        fields.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let told = [
            (ACCEPT, self.accept),
            (AUTHORIZATION, self.authorization),
            (IF_NONE_MATCH, self.etag),
            (IF_MODIFIED_SINCE, self.modified),
        ];
        for (name, value) in told {
            let value = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok());
            if let Some(mut value) = value {
                value.set_sensitive(name == AUTHORIZATION);
                fields.insert(name, value);
            }
        }
        fields
    }
}

/// A body is longer than it may be once it is unpacked, or is not what it says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// It is too long.
    #[error("longer than it may be")]
    TooLong,
    /// It is not packed as it says.
    #[error("not packed as it says")]
    Broken,
    /// It is packed in a way that was not asked for.
    #[error("packed in a way that was not asked for")]
    Unknown,
}

/// A body as it is once it is unpacked, where it is packed: by what its fields say, or by its first bytes, since files are served
/// as they lie (`.gz`). At most so many bytes of it.
///
/// # Errors
/// When it is longer, or not what it says it is.
pub fn unpack(fields: &HeaderMap, body: &Bytes, most_bytes: usize) -> Result<Bytes, UnpackError> {
    let encoding = fields
        .get(CONTENT_ENCODING)
        .map_or(&b"identity"[..], HeaderValue::as_bytes);
    let is_gzip = match encoding {
        b"gzip" | b"x-gzip" => true,
        b"identity" | b"" => body.starts_with(&[0x1f, 0x8b]),
        _ => return Err(UnpackError::Unknown),
    };
    if !is_gzip {
        let is_short = body.len() <= most_bytes;
        return is_short.then(|| body.clone()).ok_or(UnpackError::TooLong);
    }
    let mut unpacked = Vec::new();
    let most = u64::try_from(most_bytes).unwrap_or(u64::MAX);
    let mut reader = MultiGzDecoder::new(body.as_ref()).take(most.saturating_add(1));
    reader.read_to_end(&mut unpacked).map_err(|_| UnpackError::Broken)?;
    if unpacked.len() > most_bytes {
        return Err(UnpackError::TooLong);
    }
    Ok(Bytes::from(unpacked))
}

/// What a server calls what it gave, to be told the next time.
pub(crate) fn validator(fields: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = fields.get(name)?.to_str().ok()?;
    (text.len() <= MAX_VALIDATOR_BYTES).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use hyper::header::ETAG;

    use super::*;

    fn packed(text: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        Bytes::from(encoder.finish().unwrap())
    }

    #[test]
    fn what_is_packed_is_unpacked_within_its_limit() {
        let mut fields = HeaderMap::new();
        let text = vec![b'a'; 1_000];
        let body = packed(&text);
        // Told or not.
        for _ in 0..2 {
            assert_eq!(unpack(&fields, &body, 1_000).unwrap(), text);
            assert_eq!(unpack(&fields, &body, 999), Err(UnpackError::TooLong));
            fields.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        assert_eq!(
            unpack(&fields, &Bytes::from_static(b"plain"), 1_000),
            Err(UnpackError::Broken)
        );
        let cut = body.slice(..body.len() - 1);
        assert_eq!(unpack(&fields, &cut, 1_000), Err(UnpackError::Broken));
        // Two members, as `cat a.gz b.gz` makes them.
        let two = Bytes::from([body.as_ref(), body.as_ref()].concat());
        assert_eq!(unpack(&fields, &two, 2_000).unwrap().len(), 2_000);
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        assert_eq!(unpack(&fields, &body, 1_000), Err(UnpackError::Unknown));
        let plain = Bytes::from_static(b"12345");
        assert_eq!(unpack(&HeaderMap::new(), &plain, 5).unwrap(), plain);
        assert_eq!(unpack(&HeaderMap::new(), &plain, 4), Err(UnpackError::TooLong));
    }

    #[test]
    fn what_a_server_calls_its_answer_has_a_longest() {
        let fields = |bytes: usize| {
            let value = HeaderValue::from_str(&"a".repeat(bytes)).unwrap();
            HeaderMap::from_iter([(ETAG, value)])
        };
        assert!(validator(&fields(MAX_VALIDATOR_BYTES), &ETAG).is_some());
        assert!(validator(&fields(MAX_VALIDATOR_BYTES + 1), &ETAG).is_none());
    }
}
