//! Laws, the articles of them that a pack cites, and when they are in force.

use anlanh_screen::{Basis, Validity, said};

use crate::Key;
use crate::fields::Fields;
use crate::mistake::{Log, Placed};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// A law, decree or circular.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Law {
    /// Key, as in `luat-116-2025`.
    pub key: Key<Law>,
    /// Official number, as in `116/2025/QH15`.
    pub number: String,
    /// Title.
    pub title: Text,
    /// When it is in force.
    pub validity: Validity,
    /// The laws of the pack that it replaces.
    pub replaces: Vec<Key<Law>>,
    /// Its articles that the pack cites.
    pub articles: Vec<Article>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// An article of a law, or a clause or point of one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Article {
    /// Key with that of its law, as in `luat-116-2025/7.2.dd`.
    pub key: Key<Article>,
    /// How it is cited within its law, as in `điểm đ khoản 2 Điều 7`.
    pub cite: Text,
    /// What it says, in the words of the pack.
    pub summary: Text,
    /// When it is in force: never longer than its law.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
}

impl Article {
    /// How the article is cited in full, as in `điểm đ khoản 2 Điều 7 Luật An ninh mạng (số 116/2025/QH15)`.
    #[must_use]
    pub fn citation(&self, law: &Law) -> Text {
        let (cite, title, number) = (&self.cite, &law.title, &law.number);
        Text {
            vi: format!("{} {} (số {number})", cite.vi, title.vi),
            en: format!("{}, {} (No. {number})", cite.en, title.en),
        }
    }
}

/// Reads a `[[law]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let law_key = reader.known.laws.define(fields.log, key, ());
    if key.is_none() {
        reader.known.articles.set_partial();
    }
    let number = fields.string("number").map_or("", |number| number.value).to_owned();
    let title = fields.text("title");
    let validity = fields.validity();
    let replaced = fields.optional("replaces", Fields::strings_or_none).unwrap_or_default();
    let replaces = replaced.iter().map(|key| Key::new(key.value)).collect();
    let replaced = replaced.into_iter().map(|key| key.map(str::to_owned));
    reader.replaced.extend(replaced);
    let evidence = fields.evidence();
    let note = fields.optional("note", Fields::text);
    let mut articles = Vec::new();
    fields.tables_if_any("article", "article", |fields| {
        articles.push(read_article(fields, &law_key, validity, reader));
    });
    reader.policy.laws.push(Law {
        key: Key::new(law_key),
        number,
        title,
        validity,
        replaces,
        articles,
        evidence,
        note,
    });
}

fn read_article(fields: &mut Fields<'_>, law: &str, of_law: Validity, reader: &mut Reader<'_>) -> Article {
    let key = fields.key("key");
    let cite = fields.text("cite");
    let summary = fields.text("summary");
    let own = fields.validity();
    let validity = Validity {
        from: own.from.max(of_law.from),
        until: match (own.until, of_law.until) {
            (Some(own), Some(law)) => Some(own.min(law)),
            (own, law) => own.or(law),
        },
    };
    let is_never = validity
        .from
        .zip(validity.until)
        .is_some_and(|(from, until)| until < from);
    if is_never {
        fields.log.note(
            fields.place(),
            said!(
                "điều này không lúc nào có hiệu lực trong thời gian luật của nó có hiệu lực",
                "article is never in force while its law is",
            ),
        );
    }
    let full = key.map(|key| key.map(|key| format!("{law}/{key}")));
    let full = full.as_ref().map(|key| Placed {
        value: key.value.as_str(),
        place: key.place,
    });
    let key = reader.known.articles.define(fields.log, full, validity);
    Article {
        key: Key::new(key),
        cite,
        summary,
        validity,
        evidence: fields.evidence(),
    }
}

/// Notes laws that replace what is not there; asked when all laws are known.
pub(crate) fn check_replaced(log: &mut Log, reader: &Reader<'_>) {
    for replaced in &reader.replaced {
        let key = Placed {
            value: replaced.value.as_str(),
            place: replaced.place,
        };
        reader.known.laws.resolve(log, key);
    }
}

/// Resolves references to articles.
pub(crate) fn resolve_bases(log: &mut Log, keys: &[Placed<&str>], reader: &Reader<'_>) -> Vec<Basis> {
    let mut bases = Vec::with_capacity(keys.len());
    for key in keys {
        if let Some(validity) = reader.known.articles.resolve(log, *key) {
            bases.push(Basis {
                key: key.value.to_owned(),
                validity: *validity,
            });
        }
    }
    bases
}

/// Reads `bases`, at least one.
pub(crate) fn read_bases(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Vec<Key<Article>> {
    let keys = fields.strings("bases");
    resolve_bases(fields.log, &keys, reader);
    keys.into_iter().map(|key| Key::new(key.value)).collect()
}

/// Reads `bases` where there need be none.
pub(crate) fn read_optional_bases(fields: &mut Fields<'_>, reader: &Reader<'_>) -> Vec<Key<Article>> {
    let keys = fields.optional("bases", Fields::strings_or_none).unwrap_or_default();
    resolve_bases(fields.log, &keys, reader);
    keys.into_iter().map(|key| Key::new(key.value)).collect()
}
