//! Words as PostgreSQL keeps them for its full-text search: each once, in the order of their bytes, without places.

use bytes::{BufMut as _, BytesMut};

/// Writes words with spaces between them as a `tsvector`. It costs least where they are in order already.
pub(crate) fn write(words: &str, out: &mut BytesMut) {
    let each = || words.split(' ').filter(|word| !word.is_empty());
    if each().is_sorted_by(|one, next| one < next) {
        put(each(), out);
    } else {
        let mut words: Vec<&str> = each().collect();
        words.sort_unstable();
        words.dedup();
        put(words.into_iter(), out);
    }
}

fn put<'w>(words: impl Iterator<Item = &'w str>, out: &mut BytesMut) {
    let start = out.len();
    out.put_i32(0);
    let mut count: i32 = 0;
    for word in words {
        out.put_slice(word.as_bytes());
        // The end of the word, and no places.
        out.put_slice(&[0, 0, 0]);
        count = count.saturating_add(1);
    }
    if let Some(place) = out.get_mut(start..start + size_of::<i32>()) {
        place.copy_from_slice(&count.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &str, expected: &[u8]) {
        let mut written = BytesMut::from(&b"before"[..]);
        write(words, &mut written);
        assert_eq!(written.strip_prefix(b"before"), Some(expected));
    }

    #[test]
    fn words_stand_once_and_in_order() {
        check("", b"\0\0\0\0");
        check("an", b"\0\0\0\x01an\0\0\0");
        check("an anh lanh", b"\0\0\0\x03an\0\0\0anh\0\0\0lanh\0\0\0");
        check("lanh an  anh an ", b"\0\0\0\x03an\0\0\0anh\0\0\0lanh\0\0\0");
    }
}
