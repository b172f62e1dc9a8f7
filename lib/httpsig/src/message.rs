//! HTTP messages as plain parts, whichever library they came through, and what follows from those alone.

use std::borrow::Cow;

/// Header fields in their order: name and value of each line. Names match whatever their case.
pub type Fields<'a> = &'a [(&'a str, &'a [u8])];

/// A request. Where it stands for one that was received, scheme and authority are those that the receiver is known by:
/// whoever sits behind a proxy must not take them from anybody's header.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method, as `POST`.
    pub method: &'a str,
    /// The scheme, `http` or `https`.
    pub scheme: &'a str,
    /// Host and, where it is not the scheme's own, port; without user information.
    pub authority: &'a str,
    /// The path with its percent signs, empty or beginning with `/`.
    pub path: &'a str,
    /// What stands after the question mark; none where there is no question mark.
    pub query: Option<&'a str>,
    /// The header fields.
    pub fields: Fields<'a>,
    /// The content, after transfer codings and before content codings are undone.
    pub body: &'a [u8],
}

/// A response, with the request that it answers where its signature says something of that.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The status, as 200.
    pub status: u16,
    /// The header fields.
    pub fields: Fields<'a>,
    /// The content, after transfer codings and before content codings are undone.
    pub body: &'a [u8],
    /// What it answers.
    pub request: Option<Request<'a>>,
}

/// What is signed.
#[derive(Debug, Clone, Copy)]
pub enum Message<'a> {
    /// A request.
    Request(Request<'a>),
    /// A response.
    Response(Response<'a>),
}

impl<'a> Message<'a> {
    pub(crate) const fn fields(&self) -> Fields<'a> {
        match self {
            Self::Request(request) => request.fields,
            Self::Response(response) => response.fields,
        }
    }

    pub(crate) const fn body(&self) -> &'a [u8] {
        match self {
            Self::Request(request) => request.body,
            Self::Response(response) => response.body,
        }
    }
}

impl<'a> Request<'a> {
    /// RFC 9421 section 2.2.3: in lower case, without the port that the scheme has anyhow.
    pub(crate) fn normal_authority(&self) -> String {
        let authority = self.authority.to_ascii_lowercase();
        let usual = match self.normal_scheme().as_str() {
            "http" => ":80",
            "https" => ":443",
            _ => return authority,
        };
        authority.strip_suffix(usual).unwrap_or(&authority).to_owned()
    }

    /// RFC 9421 section 2.2.4.
    pub(crate) fn normal_scheme(&self) -> String {
        self.scheme.to_ascii_lowercase()
    }

    /// RFC 9421 section 2.2.6: an empty path is `/`.
    pub(crate) const fn normal_path(&self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }

    /// RFC 9421 section 2.2.2, of the parts as they are normal.
    pub(crate) fn target_uri(&self) -> String {
        let query = self.query.map_or(Cow::Borrowed(""), |query| format!("?{query}").into());
        let (scheme, authority) = (self.normal_scheme(), self.normal_authority());
        format!("{scheme}://{authority}{}{query}", self.normal_path())
    }

    /// The values of the query's parameter whose name is this one as RFC 9421 section 2.2.8 encodes it, encoded likewise.
    /// Where one is not UTF-8 it would look like others; the parameter then has no value.
    pub(crate) fn query_values(&self, name: &str) -> Vec<Option<String>> {
        let pairs = self
            .query
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let named = pairs.filter(|(key, _)| recode(key).is_some_and(|key| key == name));
        named.map(|(_, value)| recode(value)).collect()
    }
}

/// The lines of a field, without white space around.
pub(crate) fn lines<'a>(fields: Fields<'a>, name: &str) -> Vec<&'a [u8]> {
    let named = fields.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, value)| trim(value)).collect()
}

/// Without the blanks and tabs around (RFC 9110 section 5.5).
fn trim(value: &[u8]) -> &[u8] {
    let is_text = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let (from, to) = (value.iter().position(is_text), value.iter().rposition(is_text));
    from.zip(to)
        .and_then(|(from, to)| value.get(from..=to))
        .unwrap_or_default()
}

/// Undoes the encoding of a form and does it again in the one way that RFC 9421 section 2.2.8 has.
fn recode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.split_first_chunk::<2>().filter(|_| *first == b'%');
        let escaped = escaped.and_then(|(digits, after)| Some((hex(*digits)?, after)));
        let plain = if *first == b'+' { b' ' } else { *first };
        let (byte, after) = escaped.unwrap_or((plain, after));
        decoded.push(byte);
        rest = after;
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in std::str::from_utf8(&decoded).ok()?.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_') {
            encoded.push(byte.into());
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(encoded)
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}
