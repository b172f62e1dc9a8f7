//! Forms of the console: read whole, and only from pages of ours.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};

use crate::Service;
use crate::api::screen::{read_body, read_up_to};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What was filled in, in the order of the page. A name may come more than once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Most fields of a form.
    pub const MAX_FIELDS: usize = 256;

    /// Reads a form that a page of ours sent. Browsers say where a form comes from in `Sec-Fetch-Site` (Fetch Metadata
    /// Request Headers, W3C).
    ///
    /// # Errors
    /// When another site sent it, or it is no form.
    pub async fn read(service: &Service, headers: &HeaderMap, body: Body) -> Result<Self, Problem> {
        Self::must_be_ours(headers)?;
        let body = read_body(body, service.limits).await?;
        Self::parse(&body).ok_or(Problem::BadForm)
    }

    /// Refuses a form of another site.
    ///
    /// # Errors
    /// When another site sent it.
    pub fn must_be_ours(headers: &HeaderMap) -> Result<(), Problem> {
        match headers.get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes) {
            None | Some(b"same-origin" | b"none") => Ok(()),
            Some(_) => Err(Problem::Refused(Refusal::foreign_form())),
        }
    }

    /// Reads a form with one file in the field of this name (RFC 7578), of at most so many bytes in all. A file that was not
    /// chosen is none; a form that is longer gives none at all.
    ///
    /// # Errors
    /// When another site sent it, or it is no form.
    pub async fn read_with_file(
        service: &Service,
        headers: &HeaderMap,
        body: Body,
        file: &str,
        most_bytes: usize,
    ) -> Result<Option<(Self, Option<Vec<u8>>)>, Problem> {
        Self::must_be_ours(headers)?;
        let Some(body) = read_up_to(body, service.limits, most_bytes).await? else {
            return Ok(None);
        };
        let parts = Self::parts(headers, body, file).await;
        parts.map(Some).ok_or(Problem::BadForm)
    }

    async fn parts(headers: &HeaderMap, body: Bytes, file: &str) -> Option<(Self, Option<Vec<u8>>)> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let boundary = multer::parse_boundary(kind).ok()?;
        let whole = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(body) });
        let mut parts = multer::Multipart::new(whole, boundary);
        let (mut fields, mut content) = (Vec::new(), None);
        while let Some(part) = parts.next_field().await.ok()? {
            let name = part.name()?.to_owned();
            if name == file {
                let bytes = part.bytes().await.ok()?;
                content = (!bytes.is_empty()).then(|| bytes.to_vec());
            } else {
                fields.push((name, part.text().await.ok()?.replace("\r\n", "\n")));
            }
        }
        (fields.len() <= Self::MAX_FIELDS).then_some((Self(fields), content))
    }

    fn parse(body: &[u8]) -> Option<Self> {
        let mut fields: Vec<(String, String)> = serde_urlencoded::from_bytes(body).ok()?;
        for (_, value) in &mut fields {
            // Browsers post CR LF for every line end (HTML, section 4.10.21.8); people typed one.
            if value.contains('\r') {
                *value = value.replace("\r\n", "\n");
            }
        }
        (fields.len() <= Self::MAX_FIELDS).then_some(Self(fields))
    }

    /// The first value of a field; empty if it is not there.
    pub fn get(&self, name: &str) -> &str {
        let named = self.0.iter().find(|(key, _)| key == name);
        named.map_or("", |(_, value)| value)
    }

    /// Every field with its name, in the order of the page.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a field.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The field if it holds something.
    pub fn some(&self, name: &str) -> Option<String> {
        let value = self.get(name);
        (!value.is_empty()).then(|| value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_their_order() {
        let form = Form::parse(b"a=1&b=m%E1%BB%99t%0D%0Ahai&a=2&c=").unwrap();
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("b"), "một\nhai");
        assert_eq!(form.some("c"), None);
        assert_eq!(form.get("d"), "");
    }

    #[test]
    fn a_form_has_so_many_fields() {
        let fields = |n: usize| vec!["a=1"; n].join("&");
        assert!(Form::parse(fields(Form::MAX_FIELDS).as_bytes()).is_some());
        assert!(Form::parse(fields(Form::MAX_FIELDS + 1).as_bytes()).is_none());
    }
}
