//! What people set of a feed, read and checked.

use anlanh_model::{DataSubject, Feed, FeedKind, Id, Tlp};
use anlanh_soc::{Columns, Form, Kind};
use anlanh_store::feed::{self as store, FeedRow, FeedSettings};
use anlanh_store::intel::Collection;
use anlanh_store::{Queries, Writer, intel, vault};
use anlanh_vault::{Place, Vault};
use serde::{Deserialize, Serialize};

use super::{FeedError, MAX_MINUTES, MIN_MINUTES};
use crate::sealing::{key_of, make_key, seal};
use crate::{App, Error};

/// Where credentials of feeds are sealed.
const TABLE: &str = "feed";
/// Longest name of a feed, in bytes.
pub(super) const MAX_NAME_BYTES: usize = 120;
/// Longest address of a feed, in bytes.
const MAX_URL_BYTES: usize = 2_000;
/// Longest credentials, in bytes.
const MAX_SECRET_BYTES: usize = 4_000;
/// Longest sign of comments, in bytes.
const MAX_COMMENT_BYTES: usize = 16;
/// Longest map of columns, in bytes.
const MAX_COLUMNS_BYTES: usize = 400;
/// Longest validity, in days.
const MAX_VALID_DAYS: u32 = 3_650;

/// How the lines of a feed are read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FormSpec {
    /// Key of the kind of its values; empty where it is told by their looks.
    pub values: String,
    /// How comments begin, beside `#`.
    pub comment: String,
    /// Which columns a table has, as in `value=2,confidence=4`.
    pub columns: String,
}

/// With what a server is told who asks. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A user and a password.
    Basic(String, String),
    /// A bearer token.
    Bearer(String),
    /// A value of the field `authorization`, as MISP has its keys.
    Raw(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials")
    }
}

/// A feed that somebody adds, or sets otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// What people call it.
    pub name: String,
    /// In which form it is.
    pub kind: FeedKind,
    /// Where it is; empty where it is handed in.
    pub url: String,
    /// How its lines are read.
    pub form: FormSpec,
    /// How often it is asked for.
    pub every_minutes: u32,
    /// How sure one is of what says nothing of that, 0 to 100.
    pub confidence: u32,
    /// For how many days holds what says nothing of that.
    pub valid_days: Option<u32>,
    /// How far goes what says nothing of that.
    pub tlp: Tlp,
    /// UUID or alias of the collection that it fills, empty for none; or of the one that it is.
    pub collection: String,
    /// With what its server is told who asks; none leaves what is kept.
    pub credentials: Option<Credentials>,
}

impl NewFeed {
    /// The settings, without the collection.
    pub(super) fn read(&self) -> Result<FeedSettings, FeedError> {
        let name = anlanh_model::Text::<MAX_NAME_BYTES>::parse(&self.name).map_err(|_| FeedError::Name)?;
        if name.as_str().contains(['\n', '\r', '\t']) {
            return Err(FeedError::Name);
        }
        self.form.read()?;
        if !(MIN_MINUTES..=MAX_MINUTES).contains(&self.every_minutes) {
            return Err(FeedError::Number("every_minutes"));
        }
        if self
            .valid_days
            .is_some_and(|days| !(1..=MAX_VALID_DAYS).contains(&days))
        {
            return Err(FeedError::Number("valid_days"));
        }
        let confidence = u8::try_from(self.confidence).ok().filter(|sure| *sure <= 100);
        if let Some(credentials) = &self.credentials {
            credentials.check()?;
        }
        Ok(FeedSettings {
            name: name.as_str().to_owned(),
            kind: self.kind,
            url: self.read_url()?,
            form: serde_json::to_string(&self.form).map_err(|_| FeedError::Form)?,
            every_minutes: self.every_minutes,
            confidence: confidence.ok_or(FeedError::Number("confidence"))?,
            valid_days: self.valid_days,
            tlp: self.tlp,
            collection: None,
        })
    }

    fn read_url(&self) -> Result<Option<String>, FeedError> {
        let url = self.url.trim();
        if !self.kind.has_address() {
            return if url.is_empty() {
                Ok(None)
            } else {
                Err(FeedError::Address)
            };
        }
        if self.kind == FeedKind::Zone {
            // Server, port and zone, and nothing else.
            let is_address = url.len() <= MAX_URL_BYTES && ZoneAddress::of(url).is_some();
            return is_address.then(|| Some(url.to_owned())).ok_or(FeedError::Zone);
        }
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let host = rest.and_then(|rest| rest.split(['/', '?']).next());
        // Whether it may be dialled is for whoever dials to say. A password in it would end in logs.
        let is_address = host.is_some_and(|host| !host.is_empty() && !host.contains('@'))
            && url.len() <= MAX_URL_BYTES
            && url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#');
        is_address.then(|| Some(url.to_owned())).ok_or(FeedError::Address)
    }
}

/// Where a zone is transferred from: `dns://server:port/zone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ZoneAddress<'u> {
    /// Name or address of the server; an address of IPv6 in brackets.
    pub server: &'u str,
    /// Its port: 53 where none is named.
    pub port: u16,
    /// The zone.
    pub zone: &'u str,
}

impl<'u> ZoneAddress<'u> {
    /// Reads one. Whether the zone is a name is for whoever asks for it to say.
    #[must_use]
    pub fn of(url: &'u str) -> Option<Self> {
        let (server, zone) = url.strip_prefix("dns://")?.split_once('/')?;
        let (host, port) = match server.rsplit_once(':') {
            // Not within brackets.
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok().filter(|port| *port > 0)?),
            Some(_) | None => (server, 53),
        };
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        let is_zone = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let is_sound = !host.is_empty() && host.bytes().all(is_host) && !zone.is_empty() && zone.bytes().all(is_zone);
        is_sound.then_some(Self {
            server: host,
            port,
            zone,
        })
    }
}

impl FormSpec {
    /// How lines are read.
    pub(super) fn read(&self) -> Result<Form, FeedError> {
        let kind = match self.values.as_str() {
            "" => None,
            key => Some(Kind::from_key(key).ok_or(FeedError::Form)?),
        };
        if self.comment.len() > MAX_COMMENT_BYTES || self.columns.len() > MAX_COLUMNS_BYTES {
            return Err(FeedError::Form);
        }
        let columns = match self.columns.trim() {
            "" => None,
            text => Some(text.parse::<Columns>().map_err(|_| FeedError::Form)?),
        };
        let comment = self.comment.trim();
        Ok(Form {
            kind,
            comment: (!comment.is_empty()).then(|| comment.to_owned()),
            columns,
        })
    }

    /// As a feed has it.
    #[must_use]
    pub fn of(row: &FeedRow) -> Self {
        serde_json::from_str(&row.settings.form).unwrap_or_default()
    }
}

impl Credentials {
    pub(crate) fn check(&self) -> Result<(), FeedError> {
        let texts: [&str; 2] = match self {
            Self::Basic(user, password) => [user, password],
            Self::Bearer(token) | Self::Raw(token) => [token, "-"],
        };
        let is_field = |text: &&str| text.chars().all(|c| !c.is_control());
        let first = texts.first().copied().unwrap_or_default();
        let is_user = !matches!(self, Self::Basic(..)) || !first.contains(':');
        let is_short = texts.iter().map(|text| text.len()).sum::<usize>() <= MAX_SECRET_BYTES;
        let is_sound = !first.is_empty() && is_user && is_short && texts.iter().all(is_field);
        is_sound.then_some(()).ok_or(FeedError::Credentials)
    }

    fn to_text(&self) -> String {
        match self {
            Self::Basic(user, password) => format!("basic\n{user}\n{password}"),
            Self::Bearer(token) => format!("bearer\n{token}"),
            Self::Raw(value) => format!("raw\n{value}"),
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('\n')?;
        match kind {
            "basic" => rest
                .split_once('\n')
                .map(|(user, password)| Self::Basic(user.to_owned(), password.to_owned())),
            "bearer" => Some(Self::Bearer(rest.to_owned())),
            "raw" => Some(Self::Raw(rest.to_owned())),
            _ => None,
        }
    }
}

/// Where credentials are sealed of what stands in a table.
const fn place(table: &'static str, subject: Id<DataSubject>) -> Place {
    Place {
        table,
        row: subject.number(),
        purpose: "secret",
    }
}

/// Seals credentials under a key of their own.
pub(crate) fn seal_credentials(
    keys: &Vault,
    writer: &mut Writer<'_, '_>,
    table: &'static str,
    credentials: &Credentials,
) -> Result<(Id<DataSubject>, Vec<u8>), Error> {
    let subject: Id<DataSubject> = writer.new_id();
    let key = make_key(keys, writer, subject)?;
    let sealed = seal(&key, &place(table, subject), credentials.to_text().as_bytes())?;
    Ok((subject, sealed))
}

/// Opens credentials of what stands in a table.
pub(crate) fn open_credentials(
    keys: &Vault,
    tx: &mut dyn Queries,
    table: &'static str,
    secret: Option<&(Id<DataSubject>, Vec<u8>)>,
) -> Result<Option<Credentials>, Error> {
    let Some((subject, sealed)) = secret else {
        return Ok(None);
    };
    let Some(key) = key_of(keys, tx, *subject)? else {
        return Ok(None);
    };
    let opened = key.open(&place(table, *subject), sealed).map_err(Error::Sealed)?;
    Ok(String::from_utf8(opened)
        .ok()
        .and_then(|text| Credentials::of_text(&text)))
}

/// Seals the credentials of a feed under a key of their own, in place of those before.
pub(super) fn keep_secret(
    keys: &Vault,
    writer: &mut Writer<'_, '_>,
    id: Id<Feed>,
    before: Option<Id<DataSubject>>,
    credentials: Option<&Credentials>,
) -> Result<(), Error> {
    if let Some(before) = before {
        vault::delete_key(writer, before)?;
    }
    let Some(credentials) = credentials else {
        return Ok(store::set_secret(writer, id, None)?);
    };
    let (subject, sealed) = seal_credentials(keys, writer, TABLE, credentials)?;
    Ok(store::set_secret(writer, id, Some((subject, &sealed)))?)
}

/// Opens the credentials of a feed.
pub(super) fn open_secret(keys: &Vault, tx: &mut dyn Queries, row: &FeedRow) -> Result<Option<Credentials>, Error> {
    open_credentials(keys, tx, TABLE, row.secret.as_ref())
}

/// The number of the collection of this UUID or alias.
pub(super) async fn find_collection(app: &App, name: &str) -> Result<Option<i64>, Error> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Ok(None);
    }
    let found = app.store.read("feed.collection", move |tx| {
        Ok::<_, Error>(intel::find_collection(tx, &name)?)
    });
    let found = found.await?.ok_or(FeedError::Collection)?;
    Ok(Some(found.id.number()))
}

/// The collection that a feed fills.
pub(super) fn collection_of(row: &FeedRow) -> Option<Id<Collection>> {
    let filled = row
        .settings
        .collection
        .filter(|_| row.settings.kind != FeedKind::Collection);
    Id::from_number(filled?).ok()
}

/// The collection that a feed is.
pub(super) fn source_of(row: &FeedRow) -> Option<Id<Collection>> {
    let source = row
        .settings
        .collection
        .filter(|_| row.settings.kind == FeedKind::Collection);
    Id::from_number(source?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed() -> NewFeed {
        NewFeed {
            name: "Danh sách lừa đảo".to_owned(),
            kind: FeedKind::List,
            url: "https://example.vn/list.txt?x=1".to_owned(),
            form: FormSpec::default(),
            every_minutes: MIN_MINUTES,
            confidence: 100,
            valid_days: Some(MAX_VALID_DAYS),
            tlp: Tlp::Clear,
            collection: String::new(),
            credentials: None,
        }
    }

    fn check(change: impl FnOnce(&mut NewFeed), expected: Option<FeedError>) {
        let mut feed = feed();
        change(&mut feed);
        assert_eq!(feed.read().err(), expected, "{feed:?}");
    }

    #[test]
    fn settings_are_within_their_limits() {
        check(|_| {}, None);
        check(|feed| feed.name = "a".repeat(MAX_NAME_BYTES), None);
        check(|feed| feed.name = "a".repeat(MAX_NAME_BYTES + 1), Some(FeedError::Name));
        check(|feed| feed.name = " ".to_owned(), Some(FeedError::Name));
        check(|feed| feed.every_minutes = MAX_MINUTES, None);
        check(
            |feed| feed.every_minutes = MAX_MINUTES + 1,
            Some(FeedError::Number("every_minutes")),
        );
        check(|feed| feed.every_minutes = 0, Some(FeedError::Number("every_minutes")));
        check(|feed| feed.confidence = 101, Some(FeedError::Number("confidence")));
        check(
            |feed| feed.valid_days = Some(MAX_VALID_DAYS + 1),
            Some(FeedError::Number("valid_days")),
        );
        check(|feed| feed.valid_days = Some(0), Some(FeedError::Number("valid_days")));
    }

    #[test]
    fn an_address_is_one_that_can_be_fetched() {
        for url in [
            "",
            "ftp://a.vn/x",
            "https://",
            "https://u:p@a.vn/",
            "https://a.vn/#x",
            "https://a.vn/ x",
        ] {
            check(|feed| feed.url = url.to_owned(), Some(FeedError::Address));
        }
        let long = |bytes: usize| format!("https://a.vn/{}", "x".repeat(bytes - 13));
        check(|feed| feed.url = long(MAX_URL_BYTES), None);
        check(|feed| feed.url = long(MAX_URL_BYTES + 1), Some(FeedError::Address));
        check(|feed| feed.kind = FeedKind::Hand, Some(FeedError::Address));
        check(
            |feed| {
                feed.kind = FeedKind::Hand;
                feed.url = String::new();
            },
            None,
        );
    }

    #[test]
    fn a_zone_is_at_a_server() {
        let check = |url: &str, expected: Option<(&str, u16, &str)>| {
            let read = ZoneAddress::of(url).map(|address| (address.server, address.port, address.zone));
            assert_eq!(read, expected, "{url}");
        };
        check("dns://192.0.2.53/rpz.example", Some(("192.0.2.53", 53, "rpz.example")));
        check(
            "dns://ns.example:5353/rpz.example.",
            Some(("ns.example", 5353, "rpz.example.")),
        );
        check("dns://[2001:db8::1]/rpz", Some(("[2001:db8::1]", 53, "rpz")));
        check("dns://[2001:db8::1]:53/rpz", Some(("[2001:db8::1]", 53, "rpz")));
        for bad in [
            "",
            "dns://",
            "dns://a",
            "dns:///z",
            "dns://a:0/z",
            "dns://a:x/z",
            "dns://a/z?x",
            "dns://u@a/z",
            "https://a/z",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn forms_and_credentials_are_checked() {
        let form = |values: &str, comment: &str, columns: &str| FormSpec {
            values: values.to_owned(),
            comment: comment.to_owned(),
            columns: columns.to_owned(),
        };
        check(|feed| feed.form = form("hash", "!", "value=1"), None);
        check(|feed| feed.form = form("name", "", ""), Some(FeedError::Form));
        check(|feed| feed.form = form("", &"!".repeat(17), ""), Some(FeedError::Form));
        check(|feed| feed.form = form("", "", "column=1"), Some(FeedError::Form));
        let credentials = |credentials: Credentials| move |feed: &mut NewFeed| feed.credentials = Some(credentials);
        let basic = |user: &str, password: &str| Credentials::Basic(user.to_owned(), password.to_owned());
        check(credentials(basic("a", "b:c")), None);
        check(credentials(basic("a:b", "c")), Some(FeedError::Credentials));
        check(credentials(basic("", "c")), Some(FeedError::Credentials));
        check(credentials(Credentials::Bearer("x".repeat(MAX_SECRET_BYTES - 1))), None);
        check(
            credentials(Credentials::Bearer("x".repeat(MAX_SECRET_BYTES))),
            Some(FeedError::Credentials),
        );
        check(
            credentials(Credentials::Raw("a\nb".to_owned())),
            Some(FeedError::Credentials),
        );
        for kept in [
            basic("a", "b:\u{e9}"),
            Credentials::Bearer("t".to_owned()),
            Credentials::Raw("k".to_owned()),
        ] {
            assert_eq!(Credentials::of_text(&kept.to_text()), Some(kept.clone()));
            assert_eq!(format!("{kept:?}"), "Credentials");
        }
    }
}
