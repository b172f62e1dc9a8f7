//! From files to a policy: every file is parsed, every table taken apart, every reference followed, and in the end the
//! engine compiles what there is.
//!
//! What cannot be read is noted and replaced by something harmless, so that the rest is still checked. Two things are
//! not looked into: a file that is not TOML, and references to what such a file may define.

mod kind;
mod places;

use anlanh_screen::{Date, Said, Screener, said};
use toml::Spanned;
use toml::de::DeTable;

use crate::fields::Fields;
use crate::keys::Keys;
use crate::mistake::{Log, Mistake, Place, Placed};
use crate::policy::category::Grants;
use crate::policy::{
    Policy, appeal, authority, blocking, category, clock, detector, entry, feed, field, incident, label, ladder, law,
    power, report, retention, rule,
};
use crate::source::{Sources, State};
use crate::suggestion::did_you_mean;
use kind::Kind;
use places::Places;

/// What is defined, by key.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) laws: Keys<()>,
    pub(crate) articles: Keys<anlanh_screen::Validity>,
    pub(crate) categories: Keys<Grants>,
    pub(crate) clocks: Keys<()>,
    pub(crate) ladders: Keys<()>,
    pub(crate) labels: Keys<()>,
    pub(crate) authorities: Keys<()>,
    pub(crate) lists: Keys<()>,
    pub(crate) identifiers: Keys<()>,
    pub(crate) names: Keys<()>,
    pub(crate) teencode: Keys<()>,
    pub(crate) entries: Keys<()>,
    pub(crate) rules: Keys<()>,
    pub(crate) reports: Keys<()>,
    pub(crate) fields: Keys<()>,
}

/// A policy in the making.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) policy: Policy,
    pub(crate) known: Known,
    pub(crate) places: Places,
    /// The laws that others replace.
    pub(crate) replaced: Vec<Placed<String>>,
    /// The day of the pack, if it could be read.
    pub(crate) as_of: Option<Date>,
}

impl<'s> Reader<'s> {
    fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            policy: Policy::nothing(),
            known: Known {
                laws: Keys::new("law"),
                articles: Keys::new("article"),
                categories: Keys::new("category"),
                clocks: Keys::new("clock"),
                ladders: Keys::new("ladder"),
                labels: Keys::new("label"),
                authorities: Keys::new("authority"),
                lists: Keys::new("list"),
                identifiers: Keys::new("identifier"),
                names: Keys::new("name"),
                teencode: Keys::new("short form"),
                entries: Keys::new("entry"),
                rules: Keys::new("rule"),
                reports: Keys::new("report"),
                fields: Keys::new("field"),
            },
            places: Places::default(),
            replaced: Vec::new(),
            as_of: None,
        }
    }
}

/// A file as TOML.
struct Document<'s> {
    kind: Kind,
    file: usize,
    table: Spanned<DeTable<'s>>,
}

/// Reads a pack. The log holds what was wrong with finding its files.
pub(crate) fn read(mut sources: Sources, mut log: Log) -> Result<Policy, Vec<Mistake>> {
    let files = identify(&mut sources, &mut log);
    let mut broken = Vec::new();
    let mut documents = Vec::new();
    for (file, kind, state) in files {
        let table = match state {
            State::Read => parse(&sources, file, &mut log),
            State::Unread => None,
        };
        match table {
            Some(table) => documents.push(Document { kind, file, table }),
            None => broken.push(kind),
        }
    }
    let mut reader = Reader::new(&sources);
    for kind in &broken {
        kind.set_partial(&mut reader.known);
    }
    documents.sort_by_key(|document| (document.kind, document.file));
    for kind in Kind::ALL {
        for document in documents.iter().filter(|document| document.kind == kind) {
            read_document(document, &mut reader, &mut log);
        }
        if kind == Kind::Laws {
            law::check_replaced(&mut log, &reader);
        }
    }
    let Reader { mut policy, places, .. } = reader;
    policy.pack.digest = sources.digest();
    if broken.is_empty()
        && let Err(errors) = Screener::compile(policy.pack.clone())
    {
        for error in errors {
            places.note(&error, &policy.pack, &sources, &mut log);
        }
    }
    if !log.is_empty() {
        return Err(log.into_mistakes(&sources));
    }
    policy.index();
    policy.files = sources.into_files();
    Ok(policy)
}

/// Says what each file is, and notes those that do not belong and those that are missing.
fn identify(sources: &mut Sources, log: &mut Log) -> Vec<(usize, Kind, State)> {
    let mut files = Vec::new();
    let mut is_open = true;
    for (file, path, state) in sources.files() {
        match Kind::of(path) {
            Some(kind) => files.push((file, kind, state)),
            None if state == State::Read => {
                let known = did_you_mean(path, Kind::ALL.map(Kind::path));
                log.note(
                    Place::start_of(file),
                    Said::new(
                        format!("bộ quy tắc không có tệp nào tên như vậy{}", known.vi),
                        format!("no file of this name belongs to a pack{}", known.en),
                    ),
                );
            }
            None => is_open &= path != ".",
        }
    }
    for kind in Kind::ALL.into_iter().filter(|kind| is_open && kind.is_required()) {
        if !files.iter().any(|(_, other, _)| *other == kind) {
            let place = sources.add_missing(kind.path());
            log.note(place, said!("thiếu tệp này", "the file is missing"));
            files.push((place.file, kind, State::Unread));
        }
    }
    files
}

/// Parses a file, or notes why it is not TOML: one mistake a line, since one often leads to others.
fn parse<'s>(sources: &'s Sources, file: usize, log: &mut Log) -> Option<Spanned<DeTable<'s>>> {
    let (table, errors) = DeTable::parse_recoverable(sources.text(file));
    let mut lines = std::collections::BTreeSet::new();
    for error in &errors {
        let offset = error.span().map_or(0, |span| span.start);
        let place = Place { file, offset };
        if lines.insert(sources.line(place)) {
            let why = error.message().replace('\n', ", ");
            log.note(place, said!("không phải TOML: {why}", "not TOML: {why}"));
        }
    }
    errors.is_empty().then_some(table)
}

fn read_document(document: &Document<'_>, reader: &mut Reader<'_>, log: &mut Log) {
    let place = Place::start_of(document.file);
    let mut fields = Fields::new("this file", document.table.get_ref(), place, log);
    match document.kind {
        Kind::Pack => {
            fields.table("pack", |fields| read_header(fields, reader));
        }
        Kind::Laws => fields.tables("law", "law", |fields| law::read(fields, reader)),
        Kind::Categories => fields.tables("category", "category", |fields| category::read(fields, reader)),
        Kind::Labels => fields.tables_if_any("label", "label", |fields| label::read(fields, reader)),
        Kind::Lists => fields.tables_if_any("list", "list", |fields| detector::read_list(fields, reader)),
        Kind::Identifiers => fields.tables_if_any("identifier", "identifier", |fields| {
            detector::read_identifier(fields, reader);
        }),
        Kind::Clocks => fields.tables_if_any("clock", "clock", |fields| clock::read(fields, reader)),
        Kind::Ladders => fields.tables_if_any("ladder", "ladder", |fields| ladder::read(fields, reader)),
        Kind::Appeals => {
            fields.optional("appeals", |fields, key| {
                fields.table(key, |fields| appeal::read(fields, reader))
            });
        }
        Kind::Feeds => {
            fields.optional("guard", |fields, key| {
                fields.table(key, |fields| feed::read_guard(fields, reader))
            });
            fields.tables_if_any("fading", "fading", |fields| feed::read_fading(fields, reader));
            fields.tables_if_any("warning", "warning list", |fields| feed::read_warning(fields, reader));
        }
        Kind::Retention => fields.tables_if_any("retention", "retention", |fields| retention::read(fields, reader)),
        Kind::Blocking => {
            fields.optional("blocking", |fields, key| {
                fields.table(key, |fields| blocking::read(fields, reader))
            });
            fields.tables_if_any("reachable", "reachable", |fields| {
                blocking::read_reachable(fields, reader)
            });
        }
        Kind::Incidents => {
            fields.tables_if_any("incident_clock", "clock of incidents", |fields| {
                incident::read_clock(fields, reader);
            });
            fields.tables_if_any("level", "level", |fields| incident::read_level(fields, reader));
            fields.tables_if_any("form", "form", |fields| incident::read_form(fields, reader));
        }
        Kind::Playbooks => {
            fields.tables_if_any("playbook", "playbook", |fields| incident::read_playbook(fields, reader));
        }
        Kind::Authorities => fields.tables_if_any("authority", "authority", |fields| authority::read(fields, reader)),
        Kind::Orders => {
            fields.optional("uncovered", |fields, key| {
                fields.table(key, |fields| power::read_uncovered(fields, reader))
            });
            fields.tables_if_any("power", "power", |fields| power::read(fields, reader));
            fields.tables_if_any("field", "field", |fields| field::read(fields, reader));
        }
        Kind::Reports => fields.tables_if_any("report", "report", |fields| report::read(fields, reader)),
        Kind::Names => {
            fields.optional("affixes", |fields, key| detector::read_affixes(fields, key, reader));
            fields.tables_if_any("name", "name", |fields| detector::read_name(fields, reader));
        }
        Kind::Teencode => fields.tables_if_any("teencode", "short form", |fields| {
            detector::read_teencode(fields, reader);
        }),
        Kind::Lexicon => fields.tables_if_any("entry", "entry", |fields| entry::read(fields, reader)),
        Kind::Rules => fields.tables_if_any("rule", "rule", |fields| rule::read(fields, reader)),
    }
    fields.finish();
}

/// Most minutes that local time is from UTC.
const MOST_OFFSET_MINUTES: i32 = 14 * 60;

fn read_header(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    reader.places.pack = fields.place();
    let id = fields.key("id");
    let version = fields.string("version");
    reader.as_of = fields.date("as_of").map(|date| date.value);
    let territory = fields.optional("territory", Fields::string).flatten();
    let country = said!("nước theo ISO 3166: VN", "a country as in ISO 3166: VN");
    let territory = territory.and_then(|text| header_code(fields, "territory", text, &country));
    let language = fields.optional("language", Fields::string).flatten();
    let tongue = said!("ngôn ngữ theo ISO 639-1: VI", "a language as in ISO 639-1: VI");
    let language = language.and_then(|text| header_code(fields, "language", text, &tongue));
    let offset = fields.number("utc_offset_minutes", -MOST_OFFSET_MINUTES..=MOST_OFFSET_MINUTES);
    let policy = &mut reader.policy;
    policy.title = fields.text("title");
    policy.territory = territory;
    policy.language = language;
    policy.pack.id = id.map_or("", |id| id.value).to_owned();
    policy.pack.version = version.map_or("", |version| version.value).to_owned();
    policy.pack.as_of = reader.as_of.unwrap_or(Date(0));
    policy.pack.utc_offset_minutes = offset.map_or(0, |minutes| minutes.value);
}

/// Two capital letters of ASCII.
fn header_code(fields: &mut Fields<'_>, key: &str, text: Placed<&str>, expected: &Said) -> Option<String> {
    let is_code = text.value.len() == 2 && text.value.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_code {
        let message = Said::new(
            format!("`{key}` phải là {}", expected.vi),
            format!("`{key}` must be {}", expected.en),
        );
        fields.log.note(text.place, message);
    }
    is_code.then(|| text.value.to_owned())
}
