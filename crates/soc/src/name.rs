//! Host names: letters made small, IDNA where they need it, and which of them may stand for what is below them.

/// Longest name, in bytes (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;
/// Longest label, in bytes.
const MAX_LABEL_BYTES: usize = 63;

/// Why something is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameError {
    /// Not a name at all.
    Invalid,
    /// A name of one label.
    SingleLabel,
    /// Everybody's: a suffix under which the public registers names.
    PublicSuffix,
}

/// Adds a name in the form in which names are compared: small ASCII letters, without the dot at its end. What is no name
/// stays none, and is not listed.
#[inline]
pub(crate) fn lower(name: &str, out: &mut String) {
    let name = name.strip_suffix('.').unwrap_or(name);
    let start = out.len();
    if name.is_ascii() {
        out.push_str(name);
        if let Some(added) = out.get_mut(start..) {
            added.make_ascii_lowercase();
        }
    } else {
        out.push_str(&idna::domain_to_ascii(name).unwrap_or_default());
    }
}

/// Adds the canonical form of what must be a name.
pub(crate) fn canonical(name: &str, out: &mut String) -> Result<(), NameError> {
    let start = out.len();
    lower(name, out);
    let is_name = out.get(start..).is_some_and(|name| is_name(name.as_bytes()));
    if is_name {
        Ok(())
    } else {
        out.truncate(start);
        Err(NameError::Invalid)
    }
}

/// Labels of letters, digits, hyphens and underscores.
fn is_name(name: &[u8]) -> bool {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return false;
    }
    let mut label = 0;
    for byte in name {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => label += 1,
            b'.' if (1..=MAX_LABEL_BYTES).contains(&label) => label = 0,
            _ => return false,
        }
    }
    (1..=MAX_LABEL_BYTES).contains(&label)
}

/// Whether a canonical name may stand for all names below it: no public suffix may, but those of the list's private part
/// (`blogspot.com`), whose owners have sites of their own there.
pub(crate) fn is_coverable(name: &str) -> Result<(), NameError> {
    let suffix = psl::suffix(name.as_bytes()).ok_or(NameError::Invalid)?;
    if suffix.as_bytes().len() < name.len() {
        return Ok(());
    }
    match suffix.typ() {
        Some(psl::Type::Private) => Ok(()),
        Some(psl::Type::Icann) => Err(NameError::PublicSuffix),
        None => Err(NameError::SingleLabel),
    }
}

/// The shortest name above a canonical name, or it itself, that may stand for all names below it. No listed name stands above
/// names of two such families. Both have their labels from the right: `vn.com.evil.www` is of the family `vn.com.evil`.
pub(crate) fn family(reversed: &str) -> &str {
    let ends = reversed.match_indices('.').map(|(at, _)| at).skip(1);
    let mut name = String::with_capacity(reversed.len());
    for end in ends {
        let Some(above) = reversed.get(..end) else { continue };
        name.clear();
        for label in above.rsplit('.') {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(label);
        }
        if is_coverable(&name).is_ok() {
            return above;
        }
    }
    reversed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_below_the_shortest_name_that_may_be_listed() {
        for (name, expected) in [
            ("vn.evil", "vn.evil"),
            ("vn.evil.www.a", "vn.evil"),
            ("vn.com.evil.www", "vn.com.evil"),
            ("vn.com.evil", "vn.com.evil"),
            ("vn.com", "vn.com"),
            // One of the private part of the list may be listed.
            ("com.blogspot.evil.www", "com.blogspot"),
            ("com.amazonaws.s3.evil", "com.amazonaws"),
            // Of a suffix with a star, the name itself is none.
            ("jp.kawasaki.evil.www", "jp.kawasaki"),
            ("vn", "vn"),
        ] {
            assert_eq!(family(name), expected, "{name}");
        }
    }
}
