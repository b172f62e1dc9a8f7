//! A rule: what its author says of it, which log it is for, and what must hold of an event.

use crate::condition::{self, Condition};
use crate::detection::{Expression, Reader};
use crate::limits::{MAX_CONDITIONS, MAX_SEARCHES};
use crate::mistake::{Mistake, Reason};
use crate::yaml::{self, Kind, Node};

/// A rule for single events.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The line of its file where it begins, from 1.
    pub line: usize,
    /// What it is called.
    pub title: String,
    /// Its identifier, mostly a UUID.
    pub id: Option<String>,
    /// How far it is tried.
    pub status: Option<Status>,
    /// How grave it is what it finds.
    pub level: Option<Level>,
    /// Who wrote it, in their words.
    pub author: Option<String>,
    /// When it may be wrong, in the words of its author.
    pub false_positives: Vec<String>,
    /// What its author files it under, as `attack.t1071.004` or `tlp.amber`.
    pub tags: Vec<String>,
    /// Which log it is for.
    pub source: LogSource,
    pub(crate) fields: Vec<String>,
    pub(crate) regexes: usize,
    pub(crate) searches: Vec<Expression>,
    pub(crate) condition: Condition,
}

/// Which log a rule is for: what it does not name, it does not ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct LogSource {
    /// As `dns`, `proxy`.
    pub category: Option<String>,
    /// As `zeek`.
    pub product: Option<String>,
    /// As `http`.
    pub service: Option<String>,
}

/// How far a rule is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// May be used in production.
    Stable,
    /// Mostly stable.
    Test,
    /// May be noisy.
    Experimental,
    /// Another rule is in its place.
    Deprecated,
    /// Cannot be used as it is.
    Unsupported,
}

/// How grave it is what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To add to what is known of events.
    Informational,
    /// Rarely an incident.
    Low,
    /// To be looked at now and then.
    Medium,
    /// To be looked at soon.
    High,
    /// An incident.
    Critical,
}

impl Status {
    const ALL: [Self; 5] = [
        Self::Stable,
        Self::Test,
        Self::Experimental,
        Self::Deprecated,
        Self::Unsupported,
    ];

    /// As rules have it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Experimental => "experimental",
            Self::Deprecated => "deprecated",
            Self::Unsupported => "unsupported",
        }
    }
}

impl Level {
    const ALL: [Self; 5] = [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As rules have it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Rule {
    /// Reads the rules of a file, which may have several documents: each, or what is wrong with it. A document that is no
    /// YAML is the last that is read.
    #[must_use]
    pub fn read(file: &[u8]) -> Vec<Result<Self, Mistake>> {
        let Ok(text) = std::str::from_utf8(file) else {
            return vec![Err(Mistake::new(1, Reason::NotUtf8))];
        };
        let documents = yaml::read(text.strip_prefix('\u{feff}').unwrap_or(text));
        // What is left of a separator at the end is no rule.
        let documents = documents.into_iter().filter(|document| {
            let kind = document.as_ref().map(|node| &node.kind);
            kind != Ok(&Kind::Null)
        });
        documents.map(|document| Self::of(&document?)).collect()
    }

    /// What its hits are called by: its identifier, or else its title.
    #[must_use]
    pub fn name(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.title)
    }

    /// The fields that it names, each once.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(String::as_str)
    }

    /// Whether it looks for words anywhere in an event.
    #[must_use]
    pub fn has_keywords(&self) -> bool {
        self.searches.iter().any(Expression::has_keywords)
    }

    fn of(node: &Node) -> Result<Self, Mistake> {
        let Kind::Map(_) = node.kind else {
            return Err(Mistake::new(node.line, Reason::Malformed("rule".to_owned())));
        };
        for other in ["correlation", "filter", "action"] {
            if let Some(found) = node.at(other) {
                return Err(Mistake::new(found.line, Reason::Document(other)));
            }
        }
        let required = |key: &'static str| node.at(key).ok_or(Mistake::new(node.line, Reason::Lacks(key)));
        let title = required_text(required("title")?, "title")?;
        let source = source(required("logsource")?)?;
        let detection = required("detection")?;
        let Kind::Map(entries) = &detection.kind else {
            return Err(Mistake::new(detection.line, Reason::Malformed("detection".to_owned())));
        };
        let mut reader = Reader::default();
        let (mut names, mut searches) = (Vec::new(), Vec::new());
        for entry in entries {
            // The time frame goes with conditions that count, which are refused.
            if entry.key == "condition" || entry.key == "timeframe" {
                continue;
            }
            if names.len() >= MAX_SEARCHES {
                return Err(Mistake::new(entry.line, Reason::TooManySearches));
            }
            names.push(entry.key.as_str());
            searches.push(reader.search(&entry.key, &entry.value)?);
        }
        let condition = detection
            .at("condition")
            .ok_or(Mistake::new(detection.line, Reason::Lacks("condition")))?;
        Ok(Self {
            line: node.line,
            title,
            id: optional_text(node, "id")?,
            status: one_of(node, "status", &Status::ALL, Status::key)?,
            level: one_of(node, "level", &Level::ALL, Level::key)?,
            author: texts(node, "author").into_iter().next(),
            false_positives: texts(node, "falsepositives"),
            tags: texts(node, "tags"),
            source,
            fields: reader.fields,
            regexes: reader.regexes,
            searches,
            condition: conditions(condition, &names)?,
        })
    }
}

fn required_text(node: &Node, name: &str) -> Result<String, Mistake> {
    node.text()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| Mistake::new(node.line, Reason::Malformed(name.to_owned())))
}

fn optional_text(node: &Node, name: &str) -> Result<Option<String>, Mistake> {
    match node.at(name) {
        None => Ok(None),
        Some(found) if found.kind == Kind::Null => Ok(None),
        Some(found) => required_text(found, name).map(Some),
    }
}

/// One of some words, if there is any.
fn one_of<T: Copy>(node: &Node, name: &str, all: &[T], key: fn(T) -> &'static str) -> Result<Option<T>, Mistake> {
    let Some(text) = optional_text(node, name)? else {
        return Ok(None);
    };
    let found = all.iter().find(|one| key(**one).eq_ignore_ascii_case(&text)).copied();
    let line = node.at(name).map_or(node.line, |node| node.line);
    found
        .map(Some)
        .ok_or_else(|| Mistake::new(line, Reason::Malformed(name.to_owned())))
}

fn source(node: &Node) -> Result<LogSource, Mistake> {
    let Kind::Map(_) = node.kind else {
        return Err(Mistake::new(node.line, Reason::Malformed("logsource".to_owned())));
    };
    let lower = |name| Ok(optional_text(node, name)?.map(|text| text.to_lowercase()));
    Ok(LogSource {
        category: lower("category")?,
        product: lower("product")?,
        service: lower("service")?,
    })
}

/// These are words for people: whatever is written there is kept as far as it is text.
fn texts(node: &Node, name: &str) -> Vec<String> {
    let texts = match node.at(name).map(|node| &node.kind) {
        Some(Kind::Text(text)) => vec![text.as_str()],
        Some(Kind::List(nodes)) => nodes.iter().filter_map(Node::text).collect(),
        Some(Kind::Null | Kind::Map(_)) | None => Vec::new(),
    };
    texts.into_iter().map(str::to_owned).collect()
}

/// One condition, or several of which one must hold.
fn conditions(node: &Node, names: &[&str]) -> Result<Condition, Mistake> {
    let nodes = match &node.kind {
        Kind::List(nodes) if !nodes.is_empty() => nodes.as_slice(),
        Kind::Text(_) => std::slice::from_ref(node),
        Kind::List(_) | Kind::Map(_) | Kind::Null => {
            return Err(Mistake::new(node.line, Reason::Malformed("condition".to_owned())));
        }
    };
    if nodes.len() > MAX_CONDITIONS {
        return Err(Mistake::new(node.line, Reason::ConditionTooLong));
    }
    let read = |node: &Node| {
        let text = required_text(node, "condition")?;
        condition::read(&text, names).map_err(|reason| Mistake::new(node.line, reason))
    };
    let mut read = nodes.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(match read.pop() {
        Some(one) if read.is_empty() => one,
        last => {
            read.extend(last);
            Condition::Or(read)
        }
    })
}
