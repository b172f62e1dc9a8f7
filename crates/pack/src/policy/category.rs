//! Content categories and their legal bases.

use anlanh_dsa::Code;

use anlanh_screen::{Said, said};

use crate::fields::Fields;
use crate::mistake::{Log, Placed};
use crate::policy::law::{Article, resolve_bases};
use crate::read::Reader;
use crate::suggestion::did_you_mean;
use crate::text::{Evidence, Text};
use crate::{Day, Key};

/// A content category that a decision can cite.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Category {
    /// Key, as in `SC1`.
    pub key: Key<Category>,
    /// Title.
    pub title: Text,
    /// Whether detectors may ship for it. Where not, it is there for orders and complaints to cite.
    pub detectable: bool,
    /// Whether rules may act on it without a person.
    pub automatic: bool,
    /// Whether it is about what people say and hold: one decision over many items of it takes a second person.
    pub speech: bool,
    /// Its legal bases.
    pub bases: Vec<Key<Article>>,
    /// What it is called in the European Union's database of decisions.
    pub dsa: Option<DsaName>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What a category is called in the European Union's DSA Transparency Database. All of it is said of every decision that
/// cites the category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DsaName {
    /// The category there.
    pub category: anlanh_dsa::Category,
    /// What it is in particular, where that holds for all of it.
    pub keywords: Vec<anlanh_dsa::Keyword>,
}

/// What others must know of a category while they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grants {
    detectable: bool,
    automatic: bool,
}

/// Reads a `[[category]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let title = fields.text("title");
    let grants = Grants {
        detectable: fields.boolean("detectable").unwrap_or(true),
        automatic: fields.boolean("automatic").unwrap_or(true),
    };
    let speech = fields.optional("speech", Fields::boolean).flatten().unwrap_or(false);
    let keys = fields.strings("bases");
    let bases = resolve_bases(fields.log, &keys, reader);
    let dsa = read_dsa(fields);
    let evidence = fields.evidence();
    let note = fields.optional("note", Fields::text);
    if grants.detectable
        && let Some(as_of) = reader.as_of
        && bases.len() == keys.len()
        && !bases.is_empty()
        && bases.iter().all(|basis| !basis.validity.holds_on(as_of))
    {
        let message = said!(
            "nhóm vi phạm được phát hiện, nhưng không căn cứ nào còn hiệu lực ngày {}, ngày của bộ quy tắc",
            "category is detectable, but none of its bases is in force on {}, the day of the pack",
            Day::from(as_of)
        );
        fields.log.note(fields.place(), message);
    }
    let key = reader.known.categories.define(fields.log, key, grants);
    reader.places.categories.push(fields.place());
    reader.policy.categories.push(Category {
        key: Key::new(key.as_str()),
        title,
        detectable: grants.detectable,
        automatic: grants.automatic,
        speech,
        bases: keys.into_iter().map(|key| Key::new(key.value)).collect(),
        dsa,
        evidence,
        note,
    });
    reader.policy.pack.categories.push(anlanh_screen::Category {
        key,
        detectable: grants.detectable,
        automatic: grants.automatic,
        bases,
    });
}

fn read_dsa(fields: &mut Fields<'_>) -> Option<DsaName> {
    const CATEGORY: &str = "STATEMENT_CATEGORY_";
    const KEYWORD: &str = "KEYWORD_";
    let category = fields.optional("dsa_category", Fields::string).flatten();
    let category = category.and_then(|text| dsa_code(fields.log, "dsa_category", CATEGORY, text));
    let keywords = fields.optional("dsa_keywords", Fields::strings).unwrap_or_default();
    let first = keywords.first().map(|keyword| keyword.place);
    let keywords = keywords.into_iter();
    let keywords = keywords.filter_map(|text| dsa_code(fields.log, "dsa_keywords", KEYWORD, text));
    let keywords: Vec<_> = keywords.collect();
    if let (None, Some(place), false) = (category, first, fields.has("dsa_category")) {
        let message = said!(
            "`dsa_keywords` phải đi cùng `dsa_category`",
            "`dsa_keywords` stands beside a `dsa_category`",
        );
        fields.log.note(place, message);
    }
    Some(DsaName {
        category: category?,
        keywords,
    })
}

/// A code of the database by its name there, without what all names of its list begin with.
fn dsa_code<C: Code>(log: &mut Log, key: &str, prefix: &str, text: Placed<&str>) -> Option<C> {
    let code = C::from_key(&format!("{prefix}{}", text.value));
    if code.is_none() {
        let known = C::ALL.iter().filter_map(|code| code.key().strip_prefix(prefix));
        let suggestion = did_you_mean(text.value, known);
        log.note(
            text.place,
            Said::new(
                format!(
                    "`{key}` không phải mã của cơ sở dữ liệu DSA: {:?}{}",
                    text.value, suggestion.vi
                ),
                format!(
                    "`{key}` is no code of the DSA database: {:?}{}",
                    text.value, suggestion.en
                ),
            ),
        );
    }
    code
}

/// The category in which something is detected; notes when nothing may be. A wrong one is replaced by one that
/// permits everything, so that the rest can still be checked.
pub(crate) fn read_detectable(fields: &mut Fields<'_>, reader: &Reader<'_>) -> String {
    let key = fields.string("category");
    let grants = key.and_then(|key| resolve(fields.log, key, reader));
    match (key, grants) {
        (Some(key), Some(Grants { detectable: true, .. })) => return key.value.to_owned(),
        (Some(key), Some(Grants { detectable: false, .. })) => {
            let message = said!(
                "nhóm vi phạm {:?} chỉ để viện dẫn: không bộ dò nào được phát hiện",
                "category {:?} is there to be cited: nothing may detect it",
                key.value
            );
            fields.log.note(key.place, message);
        }
        (Some(_), None) | (None, _) => {}
    }
    let permits = |grants: &Grants| grants.detectable && grants.automatic;
    let mut categories = reader.known.categories.iter();
    let permissive = categories.find(|(_, grants)| permits(grants));
    permissive.map_or_else(String::new, |(key, _)| key.to_owned())
}

fn resolve(log: &mut Log, key: Placed<&str>, reader: &Reader<'_>) -> Option<Grants> {
    reader.known.categories.resolve(log, key).copied()
}
