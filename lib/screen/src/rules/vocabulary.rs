//! What names in a condition mean: the table of facts, and what of a pack they can be asked about.
//!
//! A name that means nothing is a mistake, and so is one whose answer the pack fixes beforehand: a key without entries,
//! a kind of personal data that nobody looks for.

use super::Mistake;
use super::facts::{Context, Fact, Facts, Nature, Selector, Slot, counter_slot};
use crate::{Counter, Entry, MatchMode, Pack, PersonalKind, Said, Severity, said};

/// The type of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    Int,
    Severity,
    Kind,
}

/// Which question a name asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Context(Context),
    Counter(Counter),
    Links,
    Count,
    Severity,
    Disguised,
    Listed,
    LookAlike,
    Personal,
    Label,
}

/// Whether a question is asked about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Argument {
    None,
    Optional,
    Required,
}

const FACTS: [(&str, Question, Type, Argument); 16 + Counter::COUNT] = [
    (
        "item.kind",
        Question::Context(Context::Kind),
        Type::Kind,
        Argument::None,
    ),
    (
        "item.length",
        Question::Context(Context::Length),
        Type::Int,
        Argument::None,
    ),
    (
        "item.links",
        Question::Context(Context::Links),
        Type::Int,
        Argument::None,
    ),
    (
        "author.age_days",
        Question::Context(Context::AgeDays),
        Type::Int,
        Argument::None,
    ),
    (
        "author.violations_30d",
        Question::Context(Context::Violations30d),
        Type::Int,
        Argument::None,
    ),
    (
        "author.violations_90d",
        Question::Context(Context::Violations90d),
        Type::Int,
        Argument::None,
    ),
    (
        "author.locks",
        Question::Context(Context::Locks),
        Type::Int,
        Argument::None,
    ),
    (
        "author.verified",
        Question::Context(Context::Verified),
        Type::Bool,
        Argument::None,
    ),
    ("lexicon.count", Question::Count, Type::Int, Argument::Required),
    (
        "lexicon.severity",
        Question::Severity,
        Type::Severity,
        Argument::Required,
    ),
    ("lexicon.disguised", Question::Disguised, Type::Int, Argument::Required),
    ("links.count", Question::Links, Type::Int, Argument::None),
    ("links.listed", Question::Listed, Type::Int, Argument::Optional),
    ("links.look_alike", Question::LookAlike, Type::Int, Argument::Optional),
    ("personal.count", Question::Personal, Type::Int, Argument::Optional),
    ("labels.has", Question::Label, Type::Bool, Argument::Required),
    counter(Counter::AuthorItemsHour),
    counter(Counter::AuthorItemsDay),
    counter(Counter::AuthorItemsTotal),
    counter(Counter::AuthorTextsDay),
    counter(Counter::AuthorHostsDay),
    counter(Counter::HostItemsHour),
    counter(Counter::HostItemsDay),
    counter(Counter::HostItemsTotal),
    counter(Counter::HostAuthorsDay),
    counter(Counter::TextItemsHour),
    counter(Counter::TextItemsDay),
    counter(Counter::TextItemsTotal),
    counter(Counter::TextAuthorsDay),
];

/// The row of a counter.
const fn counter(counter: Counter) -> (&'static str, Question, Type, Argument) {
    (counter.name(), Question::Counter(counter), Type::Int, Argument::None)
}

/// The names of a pack, ready to be looked up.
#[derive(Debug)]
pub(super) struct Vocabulary<'p> {
    pack: &'p Pack,
    /// Every name under which an entry can be asked for, with the entry's index, sorted and without doubles.
    keys: Vec<(&'p str, u32)>,
}

impl<'p> Vocabulary<'p> {
    pub fn new(pack: &'p Pack) -> Self {
        let mut keys: Vec<(&str, u32)> = (0..)
            .zip(&pack.lexicon)
            .flat_map(|(index, entry)| keys_of(entry).map(move |key| (key, index)))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        Self { pack, keys }
    }

    pub const fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// The indexes of the entries that go by this name: as their id, a tag or their category.
    pub fn entries(&self, key: &str) -> impl Iterator<Item = u32> {
        let from = self.keys.partition_point(|(name, _)| *name < key);
        let keys = self.keys.get(from..).unwrap_or_default();
        keys.iter()
            .take_while(move |(name, _)| *name == key)
            .map(|(_, index)| *index)
    }

    /// The type of a fact, if there is one of this name.
    pub fn type_of(&self, name: &str) -> Option<Type> {
        FACTS.iter().find(|fact| fact.0 == name).map(|fact| fact.2)
    }

    /// The slot of a fact. `argument` is `None` without parentheses, `Some(None)` when they are empty.
    pub fn resolve(
        &self,
        facts: &mut Facts,
        at: usize,
        name: &str,
        argument: Option<Option<(usize, &str)>>,
    ) -> Result<Slot, Mistake> {
        let Some((name, question, _, wanted)) = FACTS.iter().find(|fact| fact.0 == name) else {
            let names = FACTS.iter().map(|fact| fact.0);
            return Err(Mistake::at(at, unresolved(NO_FACT, name, names)));
        };
        let subject = match (wanted, argument) {
            (Argument::None, None) => None,
            (Argument::Optional, Some(subject)) => subject,
            (Argument::Required, Some(Some(subject))) => Some(subject),
            (Argument::None, Some(_)) => {
                return Err(Mistake::at(
                    at,
                    said!(
                        "`{name}` viết không có ngoặc đơn",
                        "`{name}` is asked without parentheses"
                    ),
                ));
            }
            (Argument::Optional, None) => {
                return Err(Mistake::at(
                    at,
                    said!(
                        "`{name}` viết có ngoặc đơn: `{name}()`",
                        "`{name}` is asked with parentheses: `{name}()`",
                    ),
                ));
            }
            (Argument::Required, None | Some(None)) => {
                let message = said!(
                    "`{name}` phải hỏi về một thứ: `{name}(\"…\")`",
                    "`{name}` is asked about something: `{name}(\"…\")`",
                );
                return Err(Mistake::at(at, message));
            }
        };
        self.slot(facts, at, *question, subject)
    }

    /// The slot of a fact that may be unknown.
    pub fn optional(&self, facts: &Facts, at: usize, name: &str) -> Result<Slot, Mistake> {
        let optional: Vec<_> = FACTS
            .iter()
            .filter_map(|(name, question, ..)| match question {
                Question::Context(context) => Some((*name, context.slot())),
                Question::Counter(counter) => Some((*name, counter_slot(*counter))),
                Question::Links
                | Question::Count
                | Question::Severity
                | Question::Disguised
                | Question::Listed
                | Question::LookAlike
                | Question::Personal
                | Question::Label => None,
            })
            .filter(|(_, slot)| facts.get(*slot).is_some_and(Fact::is_optional))
            .collect();
        match optional.iter().find(|fact| fact.0 == name) {
            Some((_, slot)) => Ok(*slot),
            None if self.type_of(name).is_some() => Err(Mistake::at(
                at,
                said!("`{name}` lúc nào cũng biết", "`{name}` is always known"),
            )),
            None => Err(Mistake::at(
                at,
                unresolved(NO_FACT, name, optional.iter().map(|fact| fact.0)),
            )),
        }
    }

    fn slot(
        &self,
        facts: &mut Facts,
        at: usize,
        question: Question,
        subject: Option<(usize, &str)>,
    ) -> Result<Slot, Mistake> {
        let (at, key) = subject.map_or((at, None), |(at, key)| (at, Some(key)));
        Ok(match question {
            Question::Context(context) => context.slot(),
            Question::Counter(counter) => counter_slot(counter),
            Question::Links => facts.count(Selector::Links, Nature::Links),
            Question::Count => {
                let key = self.lexicon_key(at, key)?;
                facts.count(Selector::Count(key), Nature::Evidence)
            }
            Question::Severity => {
                let key = self.lexicon_key(at, key)?;
                let found = self.entries_of(&key).map(|entry| entry.severity);
                let mut values: Vec<i64> = found.map(|severity| severity as i64).chain([0]).collect();
                values.sort_unstable();
                values.dedup();
                let values = values.into_iter().map(|value| (value, value)).collect();
                facts.slot(Selector::Severity(key), Nature::Evidence, values)
            }
            Question::Disguised => {
                let key = self.lexicon_key(at, key)?;
                if self.entries_of(&key).all(|entry| entry.mode != MatchMode::Obfuscated) {
                    let message = said!(
                        "không mục từ nào mang tên {key:?} khớp theo cách \"obfuscated\"",
                        "no entry that goes by {key:?} is matched in mode \"obfuscated\"",
                    );
                    return Err(Mistake::at(at, message));
                }
                facts.count(Selector::Disguised(key), Nature::Evidence)
            }
            Question::Listed => facts.count(Selector::Listed(self.list(at, key)?), Nature::Evidence),
            Question::LookAlike => facts.count(Selector::LookAlike(self.name_kind(at, key)?), Nature::Evidence),
            Question::Personal => facts.count(Selector::Personal(self.personal_kind(at, key)?), Nature::Evidence),
            Question::Label => {
                let key = self.label(at, key.unwrap_or_default())?;
                facts.slot(Selector::Label(key), Nature::Evidence, vec![(0, 1)])
            }
        })
    }

    fn entries_of(&self, key: &str) -> impl Iterator<Item = &'p Entry> {
        self.entries(key)
            .filter_map(|index| self.pack.lexicon.get(index as usize))
    }

    fn lexicon_key(&self, at: usize, key: Option<&str>) -> Result<String, Mistake> {
        let key = key.unwrap_or_default();
        if self.entries(key).next().is_some() {
            return Ok(key.to_owned());
        }
        if self.pack.categories.iter().any(|category| category.key == key) {
            let message = said!(
                "không mục từ nào thuộc nhóm vi phạm {key:?}",
                "no lexicon entry is in category {key:?}",
            );
            return Err(Mistake::at(at, message));
        }
        let names = self.keys.iter().map(|(name, _)| *name);
        Err(Mistake::at(
            at,
            unresolved(
                (
                    "không mục từ nào có mã, thẻ hoặc nhóm vi phạm",
                    "no lexicon entry has the id, tag or category",
                ),
                key,
                names,
            ),
        ))
    }

    fn list(&self, at: usize, key: Option<&str>) -> Result<Option<u32>, Mistake> {
        let lists = &self.pack.lists;
        let Some(key) = key else {
            return some_or(at, lists.is_empty(), NO_LIST);
        };
        match (0..).zip(lists).find(|(_, list)| list.id == key) {
            Some((index, _)) => Ok(Some(index)),
            None => Err(Mistake::at(
                at,
                unresolved(NO_LIST, key, lists.iter().map(|list| list.id.as_str())),
            )),
        }
    }

    fn name_kind(&self, at: usize, key: Option<&str>) -> Result<Option<String>, Mistake> {
        let names = &self.pack.names;
        let Some(key) = key else {
            return some_or(
                at,
                names.is_empty(),
                ("bộ quy tắc không bảo vệ tên nào", "the pack protects no name"),
            );
        };
        if names.iter().any(|name| name.kind == key) {
            return Ok(Some(key.to_owned()));
        }
        let kinds = names.iter().map(|name| name.kind.as_str());
        Err(Mistake::at(
            at,
            unresolved(
                (
                    "bộ quy tắc không bảo vệ tên nào thuộc loại",
                    "the pack protects no name of kind",
                ),
                key,
                kinds,
            ),
        ))
    }

    fn personal_kind(&self, at: usize, key: Option<&str>) -> Result<Option<PersonalKind>, Mistake> {
        let looked_for = &self.pack.identifiers;
        let Some(key) = key else {
            return some_or(
                at,
                looked_for.is_empty(),
                (
                    "bộ quy tắc không dò dữ liệu cá nhân",
                    "the pack looks for no personal data",
                ),
            );
        };
        let Some(kind) = PersonalKind::from_key(key) else {
            let kinds = PersonalKind::ALL.map(PersonalKind::key);
            return Err(Mistake::at(
                at,
                unresolved(
                    ("không có dữ liệu cá nhân loại", "there is no personal data of kind"),
                    key,
                    kinds.into_iter(),
                ),
            ));
        };
        if looked_for.iter().any(|identifier| identifier.kind == kind) {
            Ok(Some(kind))
        } else {
            let message = said!("bộ quy tắc không dò {key:?}", "the pack does not look for {key:?}");
            Err(Mistake::at(at, message))
        }
    }

    fn label(&self, at: usize, key: &str) -> Result<String, Mistake> {
        let labels = &self.pack.labels;
        if labels.iter().any(|label| label == key) {
            return Ok(key.to_owned());
        }
        Err(Mistake::at(
            at,
            unresolved(NO_LABEL, key, labels.iter().map(String::as_str)),
        ))
    }
}

/// Begins what is said of a fact that there is not.
const NO_FACT: (&str, &str) = ("không có dữ kiện", "there is no fact");
/// Begins what is said of a list that there is not.
const NO_LIST: (&str, &str) = ("bộ quy tắc không khai báo danh sách", "the pack declares no list");
/// Begins what is said of a label that there is not.
pub(super) const NO_LABEL: (&str, &str) = ("bộ quy tắc không có nhãn", "the pack has no label");

/// Every name by which rules can ask for an entry.
pub(super) fn keys_of(entry: &Entry) -> impl Iterator<Item = &str> {
    let tags = entry.tags.iter().map(String::as_str);
    tags.chain([entry.id.as_str(), entry.category.as_str()])
}

/// The value of a severity's name.
pub(super) fn severity(name: &str) -> Option<i64> {
    Severity::from_key(name).map(|severity| severity as i64)
}

/// Says that a name means nothing, and which near it does.
pub(super) fn unresolved<'n>((vi, en): (&str, &str), name: &str, known: impl Iterator<Item = &'n str>) -> Said {
    match nearest(name, known) {
        Some(nearest) => Said::new(
            format!("{vi} {name:?}; ý bạn là {nearest:?}?"),
            format!("{en} {name:?}; did you mean {nearest:?}?"),
        ),
        None => Said::new(format!("{vi} {name:?}"), format!("{en} {name:?}")),
    }
}

fn some_or<T>(at: usize, is_empty: bool, (vi, en): (&str, &str)) -> Result<Option<T>, Mistake> {
    if is_empty {
        Err(Mistake::at(at, Said::new(vi, en)))
    } else {
        Ok(None)
    }
}

/// The nearest of the known names, if one is near: at most a third of the letters differ.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = (name.chars().count() / 3).max(1);
    known
        .filter(|other| other.len().abs_diff(name.len()) <= 4 * most)
        .map(|other| (distance(name, other), other))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, other)| other)
}

/// How many letters must be added, dropped or changed (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (before, a) in from.chars().enumerate() {
        let mut diagonal = before;
        let mut left = before + 1;
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, b) in cells.zip(to.chars()) {
            let changed = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = changed.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}
