//! What stands after the host of a link: path and query, brought into one form so that two writings of the same URL
//! compare equal (RFC 3986 section 6.2.2, WHATWG URL section 4.4).

use super::host::hex;

/// Most pieces (between `/`, `?` and `&`) of a path and query that are compared with listed URLs.
pub(super) const MAX_TAIL_PIECES: usize = 64;

/// Writes the normal form of what follows a host: `/path` without dot segments and without a slash at its end, then
/// `?query`; no fragment; letters and digits never percent-encoded, everything beyond ASCII always. Empty for the root.
pub(super) fn normalize_tail(tail: &str, out: &mut Vec<u8>) {
    out.clear();
    let tail = tail.split('#').next().unwrap_or_default();
    let (path, query) = match tail.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (tail, None),
    };
    for segment in path.split(['/', '\\']).skip(1) {
        let start = out.len();
        out.push(b'/');
        push_normal(segment, out);
        match out.get(start + 1..) {
            Some(b".") => out.truncate(start),
            Some(b"..") => out.truncate(
                out.get(..start)
                    .and_then(|kept| memchr::memrchr(b'/', kept))
                    .unwrap_or(0),
            ),
            Some(_) | None => {}
        }
    }
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        if out.is_empty() {
            out.push(b'/');
        }
        out.push(b'?');
        push_normal(query, out);
    } else {
        while out.last() == Some(&b'/') {
            out.pop();
        }
    }
    cut(out);
}

fn push_normal(part: &str, out: &mut Vec<u8>) {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let encoded = if byte == b'%' {
            ahead
                .next()
                .and_then(hex)
                .zip(ahead.next().and_then(hex))
                .map(|(high, low)| high << 4 | low)
        } else {
            None
        };
        let value = encoded.unwrap_or(byte);
        if encoded.is_some() {
            bytes = ahead;
        }
        let is_unreserved = value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~');
        if is_unreserved || (encoded.is_none() && value.is_ascii()) {
            out.push(value);
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            out.push(b'%');
            out.extend(DIGITS.get(usize::from(value >> 4)));
            out.extend(DIGITS.get(usize::from(value & 15)));
        }
    }
}

/// Keeps what is compared at most.
fn cut(out: &mut Vec<u8>) {
    let ends = out
        .iter()
        .enumerate()
        .filter(|(_, byte)| matches!(byte, b'/' | b'?' | b'&'));
    if let Some(end) = ends.map(|(at, _)| at).nth(MAX_TAIL_PIECES + 1) {
        out.truncate(end);
    }
}
