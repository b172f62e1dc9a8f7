//! What people set of a push, read and checked.

use anlanh_model::Tlp;
use anlanh_store::push::PushSettings;

use super::PushError;
use crate::feed::Credentials;
use crate::indicator::is_kind;

/// Where credentials are sealed.
pub(super) const TABLE: &str = "push";
/// Longest name of a push, in bytes.
const MAX_NAME_BYTES: usize = 120;
/// Longest address, in bytes.
const MAX_URL_BYTES: usize = 2_000;

/// A push that somebody adds, or sets otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPush {
    /// What people call it.
    pub name: String,
    /// The address of the collection.
    pub url: String,
    /// Keys of the kinds that are pushed; every one where there is none.
    pub kinds: Vec<String>,
    /// The strictest marking of what is pushed: at most TLP:AMBER+STRICT.
    pub tlp: Tlp,
    /// How sure one is of what is pushed, at least: 0 to 100.
    pub confidence: u32,
    /// With what the server is told who asks; none leaves what is kept.
    pub credentials: Option<Credentials>,
}

impl NewPush {
    /// The settings.
    pub(super) fn read(&self) -> Result<PushSettings, PushError> {
        let name = anlanh_model::Text::<MAX_NAME_BYTES>::parse(&self.name).map_err(|_| PushError::Name)?;
        if name.as_str().contains(['\n', '\r', '\t']) {
            return Err(PushError::Name);
        }
        let confidence = u8::try_from(self.confidence).ok().filter(|sure| *sure <= 100);
        if self.tlp > Tlp::AmberStrict || !self.kinds.iter().all(|key| is_kind(key)) {
            return Err(PushError::Filter);
        }
        if let Some(credentials) = &self.credentials {
            credentials.check().map_err(|_| PushError::Credentials)?;
        }
        let mut kinds = self.kinds.clone();
        kinds.sort();
        kinds.dedup();
        Ok(PushSettings {
            name: name.as_str().to_owned(),
            url: read_url(&self.url)?,
            kinds,
            tlp: self.tlp,
            confidence: confidence.ok_or(PushError::Filter)?,
        })
    }
}

/// The address of a collection, with a slash behind it.
fn read_url(url: &str) -> Result<String, PushError> {
    let url = url.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split('/').next());
    // Whether it may be dialled is for whoever dials to say. A password in it would end in logs.
    let is_address = host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
        && url.len() <= MAX_URL_BYTES
        && url
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"#?".contains(&byte));
    let url = format!("{}/", url.trim_end_matches('/'));
    (is_address && root_of(&url).is_some())
        .then_some(url)
        .ok_or(PushError::Address)
}

/// The API root of a collection's address.
pub(super) fn root_of(url: &str) -> Option<&str> {
    let (before, id) = url.trim_end_matches('/').rsplit_once('/')?;
    let root = before.strip_suffix("collections")?;
    (root.ends_with('/') && !id.is_empty()).then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push() -> NewPush {
        NewPush {
            name: "Trung tâm quốc gia".to_owned(),
            url: "https://taxii.example/api/collections/91a7b528/".to_owned(),
            kinds: vec!["domain".to_owned()],
            tlp: Tlp::Green,
            confidence: 100,
            credentials: None,
        }
    }

    fn check(change: impl FnOnce(&mut NewPush), expected: Option<PushError>) {
        let mut push = push();
        change(&mut push);
        assert_eq!(push.read().err(), expected, "{push:?}");
    }

    #[test]
    fn settings_are_within_their_limits() {
        check(|_| {}, None);
        check(|push| push.name = "a".repeat(MAX_NAME_BYTES), None);
        check(|push| push.name = "a".repeat(MAX_NAME_BYTES + 1), Some(PushError::Name));
        check(|push| push.name = "\n".to_owned(), Some(PushError::Name));
        check(|push| push.confidence = 101, Some(PushError::Filter));
        check(|push| push.tlp = Tlp::AmberStrict, None);
        check(|push| push.tlp = Tlp::Red, Some(PushError::Filter));
        check(|push| push.kinds = vec!["name".to_owned()], Some(PushError::Filter));
        check(
            |push| push.credentials = Some(Credentials::Bearer(String::new())),
            Some(PushError::Credentials),
        );
    }

    #[test]
    fn an_address_is_one_of_a_collection() {
        for url in [
            "",
            "ftp://a.vn/collections/1/",
            "https://a.vn/",
            "https://a.vn/collections/",
            "https://u:p@a.vn/collections/1/",
            "https://a.vn/collections/1/?x",
            "https://a.vn/xcollections/1/",
        ] {
            check(|push| push.url = url.to_owned(), Some(PushError::Address));
        }
        let long = |bytes: usize| format!("https://a.vn/collections/{}", "x".repeat(bytes - 25));
        check(|push| push.url = long(MAX_URL_BYTES), None);
        check(|push| push.url = long(MAX_URL_BYTES + 1), Some(PushError::Address));
        assert_eq!(root_of("https://a.vn/api/collections/1/"), Some("https://a.vn/api/"));
    }
}
