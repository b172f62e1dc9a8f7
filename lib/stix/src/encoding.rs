//! Base64 (RFC 4648, section 4, with its padding) and hexadecimal: how bytes stand in JSON and in patterns.

/// Bytes of base64, where it is that.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.as_bytes().chunks(4) {
        let mut number = 0_u32;
        for digit in group {
            number = number << 6 | sextet(*digit)?;
        }
        number <<= 6 * (4 - group.len());
        let [_, triple @ ..] = number.to_be_bytes();
        bytes.extend(triple.iter().take(group.len() - 1));
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

/// Bytes of pairs of hexadecimal digits, where it is that.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| {
        let all_digits = pair.iter().all(u8::is_ascii_hexdigit);
        let digits = std::str::from_utf8(pair).ok().filter(|_| all_digits)?;
        u8::from_str_radix(digits, 16).ok()
    };
    pairs.map(byte).collect()
}

/// Base64 of bytes.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut number = group.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        number <<= 8 * (3 - group.len());
        for at in 0..4 {
            let sextet = number >> (18 - 6 * at) & 63;
            let digit = DIGITS
                .get(usize::try_from(sextet).unwrap_or(0))
                .copied()
                .unwrap_or_default();
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
