//! The platform that this node serves, as outsiders know it: its name, its address and whom they may write to.

use std::fmt;

/// A platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    name: String,
    public_url: String,
    contact: String,
    sends_mail: bool,
    roles: Vec<&'static str>,
    office: Option<String>,
}

/// Why a site is none. It says which part and nothing of what stood in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// The name is empty, too long, or holds control characters.
    #[error("the name of a site has 1 to {} bytes on one line", Site::MAX_NAME_BYTES)]
    Name,
    /// The address is none, or too long.
    #[error("the public address of a site is http:// or https://, a host and maybe a path, without ? and #")]
    Url,
    /// The contact is too long or holds control characters.
    #[error("the contact of a site has at most {} bytes on one line", Site::MAX_CONTACT_BYTES)]
    Contact,
}

impl Site {
    /// What a node may be.
    pub const ROLES: [&'static str; 3] = ["platform", "telecom", "authority"];
    /// Longest name, in bytes.
    pub const MAX_NAME_BYTES: usize = 100;
    /// Longest public address, in bytes.
    pub const MAX_URL_BYTES: usize = 200;
    /// Longest contact, in bytes.
    pub const MAX_CONTACT_BYTES: usize = 300;

    /// A site of this name, whose pages begin with this address, and that is written to at this contact; an empty contact
    /// is none.
    ///
    /// # Errors
    /// Which part is not one.
    pub fn new(name: &str, public_url: &str, contact: &str) -> Result<Self, SiteError> {
        let (name, contact) = (name.trim(), contact.trim());
        let is_line = |text: &str, most: usize| text.len() <= most && !text.chars().any(char::is_control);
        if name.is_empty() || !is_line(name, Self::MAX_NAME_BYTES) {
            return Err(SiteError::Name);
        }
        if !is_line(contact, Self::MAX_CONTACT_BYTES) {
            return Err(SiteError::Contact);
        }
        let public_url = public_url.trim_end_matches('/');
        let host = public_url
            .strip_prefix("https://")
            .or_else(|| public_url.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '"' | '<' | '>' | '\\' | '@');
        let is_url = host.is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['));
        if !is_url || public_url.len() > Self::MAX_URL_BYTES || !public_url.chars().all(plain) {
            return Err(SiteError::Url);
        }
        Ok(Self {
            name: name.to_owned(),
            public_url: public_url.to_owned(),
            contact: contact.to_owned(),
            sends_mail: true,
            roles: vec!["platform"],
            office: None,
        })
    }

    /// The same, as one of these roles: of [`Self::ROLES`].
    #[must_use]
    pub fn with_roles(self, roles: &[String]) -> Self {
        let roles = Self::ROLES
            .into_iter()
            .filter(|known| roles.iter().any(|role| role == known));
        Self {
            roles: roles.collect(),
            ..self
        }
    }

    /// The same, as the node of an office, by its key in the policy.
    #[must_use]
    pub fn of_office(self, office: Option<String>) -> Self {
        Self { office, ..self }
    }

    /// What it is: of [`Self::ROLES`].
    pub fn roles(&self) -> impl Iterator<Item = &'static str> {
        self.roles.iter().copied()
    }

    /// Key of the office whose node this is; none where it is no authority's.
    #[must_use]
    pub fn office(&self) -> Option<&str> {
        self.office.as_deref()
    }

    /// The same, on a node that has no server for its mail.
    #[must_use]
    pub fn without_mail(self) -> Self {
        Self {
            sends_mail: false,
            ..self
        }
    }

    /// Whether mail leaves this node: without, nothing is taken in that waits for one.
    #[must_use]
    pub const fn sends_mail(&self) -> bool {
        self.sends_mail
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whom outsiders write to; none if nobody was named.
    #[must_use]
    pub fn contact(&self) -> Option<&str> {
        Some(self.contact.as_str()).filter(|contact| !contact.is_empty())
    }

    /// The host of its public address, without a port; none where that is an address in brackets.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let (_, rest) = self.public_url.split_once("://")?;
        let host = rest.split(['/', ':']).next()?;
        (!host.starts_with('[')).then_some(host)
    }

    /// The address under which outsiders find a path of this node, which begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

/// A node on one's own machine.
impl Default for Site {
    fn default() -> Self {
        Self {
            name: "An Lành".to_owned(),
            public_url: "http://127.0.0.1:8080".to_owned(),
            contact: String::new(),
            sends_mail: true,
            roles: vec!["platform"],
            office: None,
        }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_named_addressed_and_bounded() {
        let check = |name: &str, url: &str, contact: &str, expected: Result<&str, SiteError>| {
            let site = Site::new(name, url, contact).map(|site| site.url("/report"));
            assert_eq!(site.as_deref(), expected.as_ref().copied(), "{url}");
        };
        check("Làng", "https://vi-du.vn/", "", Ok("https://vi-du.vn/report"));
        check(
            "Làng",
            "http://[::1]:8080/an",
            "0900",
            Ok("http://[::1]:8080/an/report"),
        );
        for url in [
            "",
            "vi-du.vn",
            "ftp://vi-du.vn",
            "https://",
            "https://a b",
            "https://a.vn/?q",
            "https://a@b.vn",
        ] {
            check("Làng", url, "", Err(SiteError::Url));
        }
        let url = |bytes: usize| format!("https://{}", "a".repeat(bytes - 8));
        assert!(Site::new("a", &url(Site::MAX_URL_BYTES), "").is_ok());
        check("a", &url(Site::MAX_URL_BYTES + 1), "", Err(SiteError::Url));
        assert!(Site::new(&"a".repeat(Site::MAX_NAME_BYTES), "http://a", "").is_ok());
        check(
            &"a".repeat(Site::MAX_NAME_BYTES + 1),
            "http://a",
            "",
            Err(SiteError::Name),
        );
        check(" ", "http://a", "", Err(SiteError::Name));
        assert!(Site::new("a", "http://a", &"c".repeat(Site::MAX_CONTACT_BYTES)).is_ok());
        let long = "c".repeat(Site::MAX_CONTACT_BYTES + 1);
        check("a", "http://a", &long, Err(SiteError::Contact));
        assert_eq!(Site::default().contact(), None);
    }
}
