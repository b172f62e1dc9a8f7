//! What an indicator names: one value of one kind, in one form, so that two writings of it compare equal.

use std::fmt::{self, Write as _};
use std::net::IpAddr;

use crate::limits::MAX_VALUE_BYTES;
use crate::name::{self, NameError};

/// Kinds of values that are looked up in events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A host name; it stands for every name below it, too.
    Domain,
    /// A URL, compared as a whole, without its scheme and fragment.
    Url,
    /// An IP address, or a network of them.
    Address,
    /// The digest of a file in hexadecimal: MD5, SHA-1, SHA-256 or SHA-512.
    Hash,
    /// A TLS fingerprint: the MD5 of what a client or a server offered (JA3, JA3S).
    Ja3,
    /// A fingerprint of the JA4 family: three parts joined by `_`.
    Ja4,
    /// An e-mail address.
    Email,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Domain,
        Self::Url,
        Self::Address,
        Self::Hash,
        Self::Ja3,
        Self::Ja4,
        Self::Email,
    ];

    /// The kind with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Its key in files and answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Address => "address",
            Self::Hash => "hash",
            Self::Ja3 => "ja3",
            Self::Ja4 => "ja4",
            Self::Email => "email",
        }
    }
}

/// Why a text is no value of an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ValueError {
    /// Nothing that is known.
    #[error("not a name, URL, address, network, digest, fingerprint or e-mail address")]
    Unknown,
    /// Longer than [`MAX_VALUE_BYTES`].
    #[error("value is too long")]
    TooLong,
    /// A name of one label, as in `localhost`.
    #[error("name has only one label")]
    SingleLabel,
    /// A suffix under which the public registers names, as in `com.vn`: it would cover everybody.
    #[error("public suffix would cover names of strangers")]
    PublicSuffix,
    /// A network with bits behind its prefix, or without a prefix at all.
    #[error("network has bits set behind its prefix, or covers all addresses")]
    BadNetwork,
}

impl From<NameError> for ValueError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Invalid => Self::Unknown,
            NameError::SingleLabel => Self::SingleLabel,
            NameError::PublicSuffix => Self::PublicSuffix,
        }
    }
}

/// Addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network of these first bits.
    ///
    /// # Errors
    /// [`ValueError::BadNetwork`] when other bits are set, the prefix is longer than an address, or zero.
    pub fn new(first: IpAddr, prefix: u8) -> Result<Self, ValueError> {
        let (bits, width) = bits_of(first);
        let is_sound = prefix >= 1 && prefix <= width && bits & host_mask(width, prefix) == 0;
        is_sound.then_some(Self { first, prefix }).ok_or(ValueError::BadNetwork)
    }

    /// Its first address and its last, as numbers.
    #[must_use]
    pub fn range(self) -> (u128, u128) {
        let (bits, width) = bits_of(self.first);
        (bits, bits | host_mask(width, self.prefix))
    }

    /// The first address.
    #[must_use]
    pub const fn first(self) -> IpAddr {
        self.first
    }

    /// How many bits they share.
    #[must_use]
    pub const fn prefix(self) -> u8 {
        self.prefix
    }
}

/// An address as a number, and how many bits such numbers have.
pub(crate) const fn bits_of(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (address.to_bits() as u128, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// An address as logs write it; one of IPv4 within IPv6 is that of IPv4. It is our own for IPv4 alone, of which most events
/// have two.
#[inline]
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    match parse_v4(text.as_bytes()) {
        Some(octets) => Some(IpAddr::from(octets)),
        None => text.parse().ok().map(|address: IpAddr| address.to_canonical()),
    }
}

/// Four numbers up to 255 without leading zeros.
#[inline]
fn parse_v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let (mut at, mut number, mut digits) = (0, 0, 0);
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            let is_led_by_zero = digits > 0 && number == 0;
            number = number * 10 + u32::from(digit);
            digits += 1;
            if is_led_by_zero || number > 255 {
                return None;
            }
        } else if *byte == b'.' && digits > 0 {
            *octets.get_mut(at)? = number as u8;
            (at, number, digits) = (at + 1, 0, 0);
        } else {
            return None;
        }
    }
    let [.., last] = &mut octets;
    *last = number as u8;
    (at == 3 && digits > 0).then_some(octets)
}

/// The bits behind a prefix.
pub(crate) const fn host_mask(width: u8, prefix: u8) -> u128 {
    let rest = width.saturating_sub(prefix);
    if rest >= 128 { u128::MAX } else { (1 << rest) - 1 }
}

/// A value in its canonical form.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Anything that is compared as text.
    Text(Kind, String),
    /// One address.
    Address(IpAddr),
    /// A network of more than one address.
    Network(Network),
}

impl fmt::Display for Value {
    /// As people write it: an address, a network with its prefix, a text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_, text) => f.write_str(text),
            Self::Address(address) => write!(f, "{address}"),
            Self::Network(network) => write!(f, "{}/{}", network.first(), network.prefix()),
        }
    }
}

impl Value {
    /// Reads a value of a kind.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(kind: Kind, text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        if text.len() > MAX_VALUE_BYTES {
            return Err(ValueError::TooLong);
        }
        let text = match kind {
            Kind::Domain => domain(text)?,
            Kind::Url => url(text)?,
            Kind::Address => return address(text),
            Kind::Hash => digest(text, &[32, 40, 64, 128]).ok_or(ValueError::Unknown)?,
            Kind::Ja3 => digest(text, &[32]).ok_or(ValueError::Unknown)?,
            Kind::Ja4 => ja4(text).ok_or(ValueError::Unknown)?,
            Kind::Email => email(text)?,
        };
        Ok(Self::Text(kind, text))
    }

    /// Reads a value whose kind nobody told, as lists have them; defanged writings (`hxxp://`, `[.]`) are read, too. What
    /// has the length of an MD5 is a file's; it may be a JA3, and [`Self::other_reading`] gives that.
    ///
    /// # Errors
    /// When it is none.
    pub fn guess(text: &str) -> Result<Self, ValueError> {
        let text = text.trim();
        if text.len() > MAX_VALUE_BYTES {
            return Err(ValueError::TooLong);
        }
        let fanged = refang(text);
        let text = fanged.as_deref().unwrap_or(text);
        if text.contains("://") {
            return url(text).map(|text| Self::Text(Kind::Url, text));
        }
        match address(text) {
            Err(ValueError::Unknown) => {}
            read => return read,
        }
        if let Some(text) = digest(text, &[32, 40, 64, 128]) {
            return Ok(Self::Text(Kind::Hash, text));
        }
        if let Some(text) = ja4(text) {
            return Ok(Self::Text(Kind::Ja4, text));
        }
        if text.contains('@') {
            return email(text).map(|text| Self::Text(Kind::Email, text));
        }
        if text.contains('/') {
            return url(text).map(|text| Self::Text(Kind::Url, text));
        }
        domain(text).map(|text| Self::Text(Kind::Domain, text))
    }

    /// What a value of a list may mean beside what it was read as.
    #[must_use]
    pub fn other_reading(&self) -> Option<Self> {
        match self {
            Self::Text(Kind::Hash, text) if text.len() == 32 => Some(Self::Text(Kind::Ja3, text.clone())),
            Self::Text(..) | Self::Address(_) | Self::Network(_) => None,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(kind, _) => *kind,
            Self::Address(_) | Self::Network(_) => Kind::Address,
        }
    }
}

/// The ordinary writing of a defanged text, where it is one.
pub(crate) fn refang(text: &str) -> Option<String> {
    let is_defanged = text.contains('[') && text.contains(']') || text.starts_with("hxxp") || text.contains("(.)");
    is_defanged.then(|| {
        let plain = text.replace("[.]", ".").replace("(.)", ".").replace("[dot]", ".");
        let plain = plain.replace("[:]", ":").replace("[://]", "://").replace("[@]", "@");
        match plain.strip_prefix("hxxp") {
            Some(rest) => format!("http{rest}"),
            None => plain,
        }
    })
}

/// A host name. What stands for all names below (`*.` or a dot before it) is covered by the name itself.
fn domain(text: &str) -> Result<String, ValueError> {
    let text = text.strip_prefix('*').unwrap_or(text);
    let text = text.strip_prefix('.').unwrap_or(text);
    let mut canonical = String::new();
    name::canonical(text, &mut canonical)?;
    name::is_coverable(&canonical)?;
    Ok(canonical)
}

/// An address or a network. One of a single address is that address; an IPv4 address within IPv6 is the IPv4 address.
fn address(text: &str) -> Result<Value, ValueError> {
    let (first, prefix) = match text.split_once('/') {
        Some((first, prefix)) => (first, Some(prefix)),
        None => (text, None),
    };
    let first: IpAddr = first.parse().map_err(|_| ValueError::Unknown)?;
    let (_, width) = bits_of(first);
    let Some(prefix) = prefix else {
        return Ok(Value::Address(first.to_canonical()));
    };
    let prefix: u8 = prefix.parse().map_err(|_| ValueError::Unknown)?;
    let network = Network::new(first, prefix)?;
    Ok(if prefix == width {
        Value::Address(first.to_canonical())
    } else {
        Value::Network(network)
    })
}

/// A digest of one of these lengths, in small letters.
fn digest(text: &str, lengths: &[usize]) -> Option<String> {
    let is_one = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| text.to_ascii_lowercase())
}

/// A fingerprint of the JA4 family: ten letters and digits, and two digests of twelve digits.
fn ja4(text: &str) -> Option<String> {
    let mut parts = text.split('_');
    let first = parts.next()?;
    let digests: Vec<&str> = parts.collect();
    let is_one = (4..=12).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && (1..=3).contains(&digests.len())
        && digests
            .iter()
            .all(|part| part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()));
    is_one.then(|| text.to_ascii_lowercase())
}

/// An e-mail address in small letters: hardly a server tells its mailboxes apart by case (RFC 5321, section 2.4).
fn email(text: &str) -> Result<String, ValueError> {
    let (local, host) = text.rsplit_once('@').ok_or(ValueError::Unknown)?;
    let is_local =
        (1..=64).contains(&local.len()) && local.bytes().all(|byte| byte > b' ' && byte != b'@' && byte != 0x7f);
    if !is_local {
        return Err(ValueError::Unknown);
    }
    let mut canonical = local.to_lowercase();
    canonical.push('@');
    name::canonical(host, &mut canonical)?;
    Ok(canonical)
}

/// A URL, see [`push_url`].
fn url(text: &str) -> Result<String, ValueError> {
    let (scheme, rest) = split_scheme(text);
    let mut canonical = String::new();
    let is_url = push_url(scheme, rest, &mut canonical).is_some();
    is_url.then_some(canonical).ok_or(ValueError::Unknown)
}

/// The scheme of a URL (RFC 3986, section 3.1), `http` where it has none, and what follows: `://` may well stand in its path
/// or query, as in `vay.vn/di?den=http://evil.vn`.
pub(crate) fn split_scheme(text: &str) -> (&str, &str) {
    let is_scheme = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        _ => ("http", text),
    }
}

/// Adds the canonical form of what follows the scheme of a URL: the host in small ASCII letters, its port unless the scheme
/// has it anyway, path and query with `%` only where it is needed (RFC 3986, section 6.2.2), `/` for no path, and no
/// fragment. `None` when that is no host.
pub(crate) fn push_url(scheme: &str, rest: &str, out: &mut String) -> Option<()> {
    let rest = rest.split('#').next()?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    push_host(scheme, host, out)?;
    if !tail.starts_with('/') {
        out.push('/');
    }
    push_tail(tail, out);
    Some(())
}

/// Adds host and port.
fn push_host(scheme: &str, host: &str, out: &mut String) -> Option<()> {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let address: std::net::Ipv6Addr = address.parse().ok()?;
            write!(out, "[{address}]").ok()?;
            ("", port.strip_prefix(':').unwrap_or(port))
        }
        None => host.rsplit_once(':').unwrap_or((host, "")),
    };
    if !name.is_empty() {
        name::canonical(name, out).ok()?;
    } else if !host.starts_with('[') {
        return None;
    }
    let default = match scheme {
        "http" | "HTTP" => "80",
        "https" | "HTTPS" => "443",
        "ftp" | "FTP" => "21",
        _ => "",
    };
    if !port.is_empty() && port != default {
        let port: u16 = port.parse().ok()?;
        write!(out, ":{port}").ok()?;
    }
    Some(())
}

/// Adds path and query: letters, digits and `-._~` are never encoded, everything beyond ASCII and blanks always, and
/// hexadecimal digits are capitals.
fn push_tail(tail: &str, out: &mut String) {
    // Nearly every one is as it should be already.
    if tail.bytes().all(|byte| byte > b' ' && byte < 0x7f && byte != b'%') {
        out.push_str(tail);
        return;
    }
    let mut bytes = tail.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let encoded = if byte == b'%' {
            let high = ahead.next().and_then(digit);
            high.zip(ahead.next().and_then(digit))
        } else {
            None
        };
        let value = match encoded {
            Some((high, low)) => {
                bytes = ahead;
                (high << 4 | low) as u8
            }
            None => byte,
        };
        let is_plain = match encoded {
            Some(_) => value.is_ascii_alphanumeric() || b"-._~".contains(&value),
            None => byte > b' ' && byte < 0x7f,
        };
        if is_plain {
            out.push(char::from(value));
        } else {
            // Writing to a text does not fail.
            let _ = write!(out, "%{value:02X}");
        }
    }
}

#[cfg(test)]
mod tests;
