//! What TAXII 2.1 (OASIS Standard, 10 June 2021) puts around objects, as plain data: nothing here asks or answers
//! anybody. Objects of an envelope are read by [`BundleReader`](crate::BundleReader), whose head is the envelope
//! without them.

use crate::json::{Members, Value};
use crate::timestamp::Timestamp;

/// The media type of all that TAXII says (section 1.6.8).
pub const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// What stands beside the objects of a page (section 3.7).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Whether there is another page.
    pub more: bool,
    /// By what the server knows that page.
    pub next: Option<String>,
}

/// What a server has (section 4.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Discovery {
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The root to begin with.
    pub default: Option<String>,
    /// Its roots, as URLs or paths.
    pub api_roots: Vec<String>,
}

/// What a root is (section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiRoot {
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// The media types that it speaks.
    pub versions: Vec<String>,
    /// Bytes of the longest body that it takes.
    pub max_content_length: i64,
}

/// What a collection is (section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Collection {
    /// Its UUID.
    pub id: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// A name that may stand in place of the UUID.
    pub alias: Option<String>,
    /// Whether the one who asks may read it.
    pub can_read: bool,
    /// Whether the one who asks may add to it.
    pub can_write: bool,
    /// The media types of its objects; without, that of STIX.
    pub media_types: Vec<String>,
}

/// One version of an object in a collection (section 5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// The object's identifier.
    pub id: String,
    /// When it was added here.
    pub date_added: Timestamp,
    /// Its version: when it was changed or made.
    pub version: Timestamp,
    /// The media type that it can be had in.
    pub media_type: Option<String>,
}

/// What became of objects that were added (section 4.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Its UUID.
    pub id: String,
    /// Whether nothing is pending any more.
    pub is_complete: bool,
    /// When they were handed in, as a timestamp.
    pub request_timestamp: Option<String>,
    /// How many there were.
    pub total_count: i64,
    /// How many are there now.
    pub success_count: i64,
    /// Which, as far as it is told.
    pub successes: Vec<StatusDetail>,
    /// How many were refused.
    pub failure_count: i64,
    /// Which, as far as it is told.
    pub failures: Vec<StatusDetail>,
    /// How many are not looked at yet.
    pub pending_count: i64,
    /// Which, as far as it is told.
    pub pendings: Vec<StatusDetail>,
}

/// What became of one of them (section 4.3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusDetail {
    /// Its identifier.
    pub id: String,
    /// Its version, as a timestamp.
    pub version: String,
    /// More about it.
    pub message: Option<String>,
}

/// Why a request was not answered (section 3.6.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorMessage {
    /// What went wrong.
    pub title: String,
    /// More of it.
    pub description: Option<String>,
    /// Which time it went wrong.
    pub error_id: Option<String>,
    /// Which kind of wrong it was, to the server.
    pub error_code: Option<String>,
    /// The status of HTTP.
    pub http_status: Option<String>,
}

fn text(members: &Members, name: &str) -> Option<String> {
    members.get(name)?.as_str().map(str::to_owned)
}

fn texts(members: &Members, name: &str) -> Vec<String> {
    let list = members.get(name).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn holds(members: &Members, name: &str) -> Option<bool> {
    members.get(name)?.as_bool()
}

/// Members, where absent ones are left out.
struct Made(Members);

impl Made {
    fn new() -> Self {
        Self(Members::default())
    }

    fn with(self, name: &str, value: impl Into<Value>) -> Self {
        Self(self.0.with(name, value))
    }

    fn with_any(self, name: &str, text: Option<&String>) -> Self {
        match text {
            Some(text) => self.with(name, text.as_str()),
            None => self,
        }
    }

    fn with_texts(self, name: &str, texts: &[String]) -> Self {
        if texts.is_empty() {
            return self;
        }
        let texts: Vec<Value> = texts.iter().map(|text| Value::from(text.as_str())).collect();
        self.with(name, texts)
    }

    fn with_details(self, name: &str, details: &[StatusDetail]) -> Self {
        if details.is_empty() {
            return self;
        }
        let details: Vec<Value> = details.iter().map(StatusDetail::to_value).collect();
        self.with(name, details)
    }
}

impl Envelope {
    /// Of the head of a page.
    #[must_use]
    pub fn of(members: &Members) -> Self {
        Self {
            more: holds(members, "more").unwrap_or(false),
            next: text(members, "next"),
        }
    }

    /// As JSON, without objects.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new().with("more", self.more);
        made.with_any("next", self.next.as_ref()).0
    }
}

impl Discovery {
    /// What they say; `None` without a title.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        Some(Self {
            title: text(members, "title")?,
            description: text(members, "description"),
            contact: text(members, "contact"),
            default: text(members, "default"),
            api_roots: texts(members, "api_roots"),
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new().with("title", self.title.as_str());
        let made = made.with_any("description", self.description.as_ref());
        let made = made.with_any("contact", self.contact.as_ref());
        let made = made.with_any("default", self.default.as_ref());
        made.with_texts("api_roots", &self.api_roots).0
    }
}

impl ApiRoot {
    /// What they say; `None` where something required is not there.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        let length = members.get("max_content_length")?.as_number()?.as_integer()?;
        Some(Self {
            title: text(members, "title")?,
            description: text(members, "description"),
            versions: texts(members, "versions"),
            max_content_length: i64::try_from(length).ok().filter(|length| *length > 0)?,
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new().with("title", self.title.as_str());
        let made = made.with_any("description", self.description.as_ref());
        let made = made.with_texts("versions", &self.versions);
        made.with("max_content_length", self.max_content_length).0
    }
}

impl Collection {
    /// What they say; `None` where something required is not there.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        Some(Self {
            id: text(members, "id")?,
            title: text(members, "title")?,
            description: text(members, "description"),
            alias: text(members, "alias"),
            can_read: holds(members, "can_read")?,
            can_write: holds(members, "can_write")?,
            media_types: texts(members, "media_types"),
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new()
            .with("id", self.id.as_str())
            .with("title", self.title.as_str());
        let made = made.with_any("description", self.description.as_ref());
        let made = made.with_any("alias", self.alias.as_ref());
        let made = made.with("can_read", self.can_read).with("can_write", self.can_write);
        made.with_texts("media_types", &self.media_types).0
    }
}

impl ManifestEntry {
    /// What they say; `None` where something required is not there.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        let time = |name: &str| text(members, name)?.parse().ok();
        Some(Self {
            id: text(members, "id")?,
            date_added: time("date_added")?,
            version: time("version")?,
            media_type: text(members, "media_type"),
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new().with("id", self.id.as_str());
        let made = made.with("date_added", self.date_added.to_string());
        let made = made.with("version", self.version.to_string());
        made.with_any("media_type", self.media_type.as_ref()).0
    }
}

impl Status {
    /// What they say; `None` where something required is not there.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        let count = |name: &str| i64::try_from(members.get(name)?.as_number()?.as_integer()?).ok();
        let details = |name: &str| {
            let list = members.get(name).and_then(Value::as_list).unwrap_or_default();
            list.iter().filter_map(StatusDetail::of).collect()
        };
        Some(Self {
            id: text(members, "id")?,
            is_complete: text(members, "status")? == "complete",
            request_timestamp: text(members, "request_timestamp"),
            total_count: count("total_count")?,
            success_count: count("success_count")?,
            successes: details("successes"),
            failure_count: count("failure_count")?,
            failures: details("failures"),
            pending_count: count("pending_count")?,
            pendings: details("pendings"),
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let state = if self.is_complete { "complete" } else { "pending" };
        let made = Made::new().with("id", self.id.as_str()).with("status", state);
        let made = made.with_any("request_timestamp", self.request_timestamp.as_ref());
        let made = made.with("total_count", self.total_count);
        let made = made.with("success_count", self.success_count);
        let made = made.with_details("successes", &self.successes);
        let made = made.with("failure_count", self.failure_count);
        let made = made.with_details("failures", &self.failures);
        let made = made.with("pending_count", self.pending_count);
        made.with_details("pendings", &self.pendings).0
    }
}

impl StatusDetail {
    fn of(value: &Value) -> Option<Self> {
        let members = value.as_members()?;
        Some(Self {
            id: text(members, "id")?,
            version: text(members, "version")?,
            message: text(members, "message"),
        })
    }

    fn to_value(&self) -> Value {
        let made = Made::new().with("id", self.id.as_str());
        let made = made.with("version", self.version.as_str());
        Value::Object(made.with_any("message", self.message.as_ref()).0)
    }
}

impl ErrorMessage {
    /// What they say; `None` without a title.
    #[must_use]
    pub fn of(members: &Members) -> Option<Self> {
        Some(Self {
            title: text(members, "title")?,
            description: text(members, "description"),
            error_id: text(members, "error_id"),
            error_code: text(members, "error_code"),
            http_status: text(members, "http_status"),
        })
    }

    /// As JSON.
    #[must_use]
    pub fn to_members(&self) -> Members {
        let made = Made::new().with("title", self.title.as_str());
        let made = made.with_any("description", self.description.as_ref());
        let made = made.with_any("error_id", self.error_id.as_ref());
        let made = made.with_any("error_code", self.error_code.as_ref());
        made.with_any("http_status", self.http_status.as_ref()).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T>(text: &str, of: fn(&Members) -> Option<T>, to_members: fn(&T) -> Members) {
        let members = crate::json::read(text.as_bytes())
            .unwrap()
            .as_members()
            .cloned()
            .unwrap();
        let printed = of(&members).map(|resource| to_members(&resource).to_string());
        assert_eq!(printed.as_deref(), Some(text));
        assert!(of(&Members::default()).is_none());
    }

    #[test]
    fn resources_print_as_they_were_read() {
        check(
            r#"{"title":"Node","description":"x","contact":"a@example.vn","default":"/taxii2/a/","api_roots":["/taxii2/a/"]}"#,
            Discovery::of,
            Discovery::to_members,
        );
        check(
            r#"{"title":"Root","versions":["application/taxii+json;version=2.1"],"max_content_length":1048576}"#,
            ApiRoot::of,
            ApiRoot::to_members,
        );
        check(
            r#"{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"Links","alias":"links","can_read":true,"can_write":false,"media_types":["application/stix+json;version=2.1"]}"#,
            Collection::of,
            Collection::to_members,
        );
        check(
            r#"{"id":"url--c1477287-23ac-5971-a010-5c287877fa60","date_added":"2026-11-01T03:04:05.000001Z","version":"2026-11-01T03:04:05Z"}"#,
            ManifestEntry::of,
            ManifestEntry::to_members,
        );
        check(
            r#"{"id":"2d086da7-4bdc-4f91-900e-d77486753710","status":"pending","request_timestamp":"2026-11-02T12:34:34.123456Z","total_count":3,"success_count":1,"successes":[{"id":"url--c1477287-23ac-5971-a010-5c287877fa60","version":"2026-11-01T03:04:05Z","message":"there"}],"failure_count":1,"failures":[{"id":"malware--c0931cf6-7d1a-4a4f-a2a8-dc2d2d2a0d0e","version":"2026-11-01T03:04:05Z"}],"pending_count":1,"pendings":[{"id":"tool--c0931cf6-7d1a-4a4f-a2a8-dc2d2d2a0d0e","version":"2026-11-01T03:04:05Z"}]}"#,
            Status::of,
            Status::to_members,
        );
        check(
            r#"{"title":"Not there","error_id":"7","http_status":"404"}"#,
            ErrorMessage::of,
            ErrorMessage::to_members,
        );
    }

    #[test]
    fn an_envelope_is_the_head_of_a_page() {
        let page = br#"{"more":true,"next":"p2","objects":[{"type":"url"}]}"#;
        let mut reader = crate::BundleReader::new(page.as_slice());
        assert_eq!(reader.by_ref().count(), 1);
        let envelope = Envelope::of(&reader.head().unwrap());
        assert_eq!(envelope.to_members().to_string(), r#"{"more":true,"next":"p2"}"#);
        assert_eq!(Envelope::of(&Members::default()), Envelope::default());
    }
}
