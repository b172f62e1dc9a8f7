//! The forms of texts: addresses, names, hashes, identifiers of other systems.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::encoding::from_base64;
use crate::timestamp::Timestamp;

pub(super) fn is_time(text: &str) -> bool {
    text.parse::<Timestamp>().is_ok()
}

fn are_hex_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(super) fn is_hex(text: &str) -> bool {
    are_hex_digits(text) && !text.is_empty() && text.len().is_multiple_of(2)
}

pub(super) fn is_binary(text: &str) -> bool {
    !text.is_empty() && from_base64(text).is_some()
}

pub(super) fn is_ipv4(text: &str) -> bool {
    is_network(text, 32, |address| address.parse::<Ipv4Addr>().is_ok())
}

pub(super) fn is_ipv6(text: &str) -> bool {
    is_network(text, 128, |address| address.parse::<Ipv6Addr>().is_ok())
}

pub(super) fn is_relationship_type(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(may_stand)
}

/// Section 6.17.1: the hive's name is not shortened.
pub(super) fn is_registry_key(text: &str) -> bool {
    let hive = text.split('\\').next().unwrap_or_default();
    let short = ["HKLM", "HKCC", "HKCR", "HKCU", "HKU"];
    !short.iter().any(|short| hive.eq_ignore_ascii_case(short))
}

pub(super) fn is_key(name: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=250).contains(&name.len()) && name.bytes().all(may_stand)
}

/// Whether it has the form of that algorithm's hashes (section 10.7); `None` for algorithms that are not suggested.
pub(super) fn is_hash(algorithm: &str, hash: &str) -> Option<bool> {
    let digits = match algorithm {
        "MD5" => 32,
        "SHA-1" => 40,
        "SHA-256" | "SHA3-256" => 64,
        "SHA-512" | "SHA3-512" => 128,
        "TLSH" => {
            let hash = hash.strip_prefix("T1").unwrap_or(hash);
            return Some(hash.len() == 70 && are_hex_digits(hash));
        }
        "SSDEEP" => {
            let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"/+:.".contains(&byte);
            return Some((1..=148).contains(&hash.len()) && hash.bytes().all(may_stand));
        }
        _ => return None,
    };
    Some(hash.len() == digits && are_hex_digits(hash))
}

/// Well-formed by RFC 5646, section 2.1: a language of 2 to 8 letters, then tags of up to 8 letters or digits.
pub(super) fn is_language(text: &str) -> bool {
    let mut tags = text.split('-');
    let is_first = |tag: &str| (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_next = |tag: &str| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tags.next().is_some_and(is_first) && tags.all(is_next)
}

/// RFC 3986: a scheme and what follows, of characters that may stand in a URI.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let in_rest = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let escapes = rest.split('%').skip(1);
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && rest.bytes().all(in_rest)
        && escapes
            .into_iter()
            .all(|escape| escape.get(..2).is_some_and(are_hex_digits))
}

/// An address, or one with the length of a network's prefix.
fn is_network(text: &str, bits: u8, is_address: fn(&str) -> bool) -> bool {
    let (address, prefix) = text
        .split_once('/')
        .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let is_prefix = |prefix: &str| {
        let is_plain = prefix == "0" || !prefix.starts_with(['0', '+']);
        is_plain && prefix.parse::<u8>().is_ok_and(|length| length <= bits)
    };
    is_address(address) && prefix.is_none_or(is_prefix)
}

/// Six pairs of lower-case digits with colons.
pub(super) fn is_mac(text: &str) -> bool {
    text.len() == 17
        && text.bytes().enumerate().all(|(at, byte)| match at % 3 {
            2 => byte == b':',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Section 6.4: a name of RFC 1034 whose labels are of RFC 5890, in letters or in `xn--`. Labels may begin with an
/// underscore, as names of services do.
pub(super) fn is_domain_name(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let may_stand =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_' || !letter.is_ascii();
    let is_label = |label: &str| {
        let is_long = label.chars().count() > 63;
        !label.is_empty()
            && !is_long
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(may_stand)
    };
    name.chars().count() <= 253 && !name.chars().any(char::is_whitespace) && name.split('.').all(is_label)
}

/// Section 6.5: an address without a name beside it. Of RFC 5322, section 3.4.1, that there are two parts and no white
/// space outside of quotes.
pub(super) fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let is_plain = |text: &str| {
        !text.is_empty()
            && !text
                .chars()
                .any(|letter| letter.is_whitespace() || "<>\"@".contains(letter))
    };
    (is_quoted || is_plain(local)) && is_plain(domain)
}

/// Section 6.14: CPE 2.3 as a formatted string, of thirteen parts.
pub(super) fn is_cpe(text: &str) -> bool {
    let mut parts = vec![String::new()];
    let mut is_escaped = false;
    for letter in text.chars() {
        match letter {
            ':' if !is_escaped => parts.push(String::new()),
            letter => parts.last_mut().into_iter().for_each(|part| part.push(letter)),
        }
        is_escaped = !is_escaped && letter == '\\';
    }
    let [cpe, version, of, rest @ ..] = parts.as_slice() else {
        return false;
    };
    let is_part = |part: &String| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_graphic());
    cpe == "cpe"
        && version == "2.3"
        && ["a", "h", "o", "*", "-"].contains(&of.as_str())
        && rest.len() == 10
        && rest.iter().all(is_part)
}

/// A name as the registry of character sets has them.
pub(super) fn is_charset(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:()+/".contains(&byte);
    (2..=250).contains(&text.len()) && text.bytes().all(may_stand)
}

/// A type and a subtype, the first of those that are registered.
pub(super) fn is_media_type(text: &str) -> bool {
    let types = [
        "application",
        "audio",
        "font",
        "image",
        "message",
        "model",
        "multipart",
        "text",
        "video",
    ];
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || b".+_-".contains(&byte);
    let parts = text.split_once('/');
    parts.is_some_and(|(of, sub)| types.contains(&of) && !sub.is_empty() && sub.bytes().all(may_stand))
}
