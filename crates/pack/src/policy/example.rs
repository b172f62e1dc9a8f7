//! Examples: what must and must not be found, beside the entry or rule that finds it.

use anlanh_screen::limits::{MAX_ITEM_LINKS, MAX_LINK_BYTES, MAX_TEXT_BYTES};
use anlanh_screen::{Counter, Counters, DomainSet, ItemKind, said};

use crate::fields::Fields;
use crate::limits::MAX_COUNT;
use crate::mistake::Placed;
use crate::read::Reader;

/// An example: an item as the platform would know it, and names that are on a list for it alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Example {
    /// The text.
    pub text: String,
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// Links beside the text.
    pub links: Vec<String>,
    /// Labels it carries.
    pub labels: Vec<String>,
    /// Age of the author's account in days.
    pub age_days: Option<u32>,
    /// Confirmed violations of the author in the last 30 days.
    pub violations_30d: Option<u32>,
    /// Confirmed violations of the author in the last 90 days.
    pub violations_90d: Option<u32>,
    /// How often the author's account was locked for a time.
    pub locks: Option<u32>,
    /// Whether the author's account is verified.
    pub verified: Option<bool>,
    /// How often its author, hosts and text were seen before.
    pub counters: Counters,
    /// Names on lists, by the id of the list.
    pub listed: Vec<(String, Vec<String>)>,
    /// Index of its file among those of the pack.
    pub(crate) file: usize,
    /// Its line, from 1.
    pub line: usize,
}

/// The examples of an entry or a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Examples {
    /// Must be found.
    pub hit: Vec<Example>,
    /// Must not be found.
    pub miss: Vec<Example>,
}

/// Reads `hit` and `miss` of a lexicon entry: texts.
pub(crate) fn read_texts(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Examples {
    let mut read = |key| {
        let texts = fields.strings_up_to(key, MAX_TEXT_BYTES);
        texts.into_iter().map(|text| plain(text, reader)).collect()
    };
    Examples {
        hit: read("hit"),
        miss: read("miss"),
    }
}

/// Reads `hit` and `miss` of a rule: texts and items.
pub(crate) fn read_items(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Examples {
    let mut read = |key| {
        let take = |text: Placed<&str>| plain(text, reader);
        fields.strings_and_tables(key, MAX_TEXT_BYTES, take, |fields| read_item(fields, reader))
    };
    Examples {
        hit: read("hit"),
        miss: read("miss"),
    }
}

fn plain(text: Placed<&str>, reader: &Reader<'_>) -> Example {
    Example {
        text: text.value.to_owned(),
        file: text.place.file,
        line: reader.sources.line(text.place),
        ..Example::default()
    }
}

fn read_item(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Example {
    let text = fields.optional("text", |fields, key| fields.string_up_to(key, MAX_TEXT_BYTES));
    let kind = fields.optional("kind", |fields, key| fields.choice(key, &ItemKind::ALL, ItemKind::key));
    let links = fields.optional("links", |fields, key| fields.strings_up_to(key, MAX_LINK_BYTES));
    let links = links.unwrap_or_default();
    if let Some(extra) = links.get(MAX_ITEM_LINKS) {
        let message = said!(
            "mỗi nội dung có tối đa {MAX_ITEM_LINKS} liên kết",
            "an item has at most {MAX_ITEM_LINKS} links",
        );
        fields.log.note(extra.place, message);
    }
    let labels = fields.optional("labels", Fields::strings_or_none).unwrap_or_default();
    for label in &labels {
        reader.known.labels.resolve(fields.log, *label);
    }
    let author = fields.optional("author", |fields, key| fields.table(key, read_author));
    let counters = fields.optional("counters", |fields, key| fields.table(key, read_counters));
    let listed = fields.optional("listed", |fields, key| {
        fields.table(key, |fields| read_listed(fields, reader))
    });
    let place = fields.place();
    Example {
        text: text.flatten().map_or("", |text| text.value).to_owned(),
        kind: kind.flatten().map_or(ItemKind::Post, |kind| kind.value),
        links: links.into_iter().map(|link| link.value.to_owned()).collect(),
        labels: labels.into_iter().map(|label| label.value.to_owned()).collect(),
        counters: counters.flatten().unwrap_or_default(),
        listed: listed.flatten().unwrap_or_default(),
        file: place.file,
        line: reader.sources.line(place),
        ..author.flatten().unwrap_or_default()
    }
}

/// An example with what is said of its author.
fn read_author(fields: &mut Fields<'_>) -> Example {
    let mut count = |key| {
        let number = fields.optional(key, |fields, key| fields.number(key, 0..=MAX_COUNT));
        number.flatten().map(|number| number.value)
    };
    Example {
        age_days: count("age_days"),
        violations_30d: count("violations_30d"),
        violations_90d: count("violations_90d"),
        locks: count("locks"),
        verified: fields.optional("verified", Fields::boolean).flatten(),
        ..Example::default()
    }
}

/// Counters by their names in rules.
fn read_counters(fields: &mut Fields<'_>) -> Counters {
    let mut counters = Counters::default();
    for counter in Counter::ALL {
        let number = fields.optional(counter.name(), |fields, key| fields.number(key, 0..=MAX_COUNT));
        if let Some(number) = number.flatten() {
            counters = counters.with(counter, number.value);
        }
    }
    counters
}

fn read_listed(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Vec<(String, Vec<String>)> {
    let mut listed = Vec::new();
    for list in fields.all_keys() {
        reader.known.lists.resolve(fields.log, list);
        let names = fields.strings(list.value);
        for name in &names {
            let mut flaw = None;
            let set = DomainSet::from_lines(name.value.as_bytes(), |bad| flaw = Some(bad.reason.to_string()));
            let flaw = flaw.or_else(|| match set {
                Ok(set) if set.len() == 1 => None,
                Ok(_) => Some("not one name".to_owned()),
                Err(error) => Some(error.to_string()),
            });
            if let Some(flaw) = flaw {
                fields.log.note(
                    name.place,
                    said!(
                        "không đưa {:?} vào danh sách được: {flaw}",
                        "{:?} cannot be listed: {flaw}",
                        name.value
                    ),
                );
            }
        }
        let names = names.into_iter().map(|name| name.value.to_owned()).collect();
        listed.push((list.value.to_owned(), names));
    }
    listed
}
