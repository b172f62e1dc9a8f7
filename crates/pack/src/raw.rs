//! The tables of a pack as they stand in its files: one struct for each, read one table at a time.

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::Text;

/// A string that may be a reference, with its place.
pub(crate) type Ref = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackTable {
    pub(crate) id: Ref,
    pub(crate) version: String,
    pub(crate) as_of: Spanned<Datetime>,
    pub(crate) utc_offset_minutes: i32,
    pub(crate) title: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LawTable {
    pub(crate) key: Ref,
    pub(crate) number: String,
    pub(crate) title: Text,
    pub(crate) from: Option<Spanned<Datetime>>,
    pub(crate) until: Option<Spanned<Datetime>>,
    #[serde(default)]
    pub(crate) replaces: Vec<Ref>,
    pub(crate) evidence: Ref,
    #[serde(default)]
    pub(crate) article: Vec<ArticleTable>,
    pub(crate) note: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleTable {
    pub(crate) key: Ref,
    pub(crate) cite: Text,
    pub(crate) summary: Text,
    pub(crate) from: Option<Spanned<Datetime>>,
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryTable {
    pub(crate) key: Ref,
    pub(crate) title: Text,
    pub(crate) detectable: bool,
    pub(crate) automatic: bool,
    pub(crate) bases: Vec<Ref>,
    pub(crate) evidence: Ref,
    pub(crate) note: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockTable {
    pub(crate) key: Ref,
    pub(crate) title: Text,
    pub(crate) asker: Ref,
    pub(crate) applies_to: Vec<Ref>,
    pub(crate) starts: Ref,
    pub(crate) hours: Spanned<u32>,
    pub(crate) urgent_hours: Option<Spanned<u32>>,
    pub(crate) urgent_when: Option<Text>,
    pub(crate) bases: Vec<Ref>,
    pub(crate) evidence: Ref,
    pub(crate) from: Option<Spanned<Datetime>>,
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) note: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LadderTable {
    pub(crate) key: Ref,
    pub(crate) title: Text,
    pub(crate) objects: Vec<Ref>,
    pub(crate) execute_within_hours: u32,
    pub(crate) bases: Vec<Ref>,
    pub(crate) evidence: Ref,
    #[serde(default)]
    pub(crate) step: Vec<StepTable>,
    pub(crate) permanent: Option<PermanentTable>,
    pub(crate) from: Option<Spanned<Datetime>>,
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) note: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepTable {
    pub(crate) violations: u32,
    pub(crate) days: u32,
    pub(crate) lock_days_min: Option<u32>,
    pub(crate) lock_days_max: Spanned<u32>,
    pub(crate) note: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PermanentTable {
    pub(crate) after_locks: Option<u32>,
    pub(crate) when: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LabelTable {
    pub(crate) key: Ref,
    pub(crate) title: Text,
    pub(crate) meaning: Text,
    #[serde(default)]
    pub(crate) bases: Vec<Ref>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorityTable {
    pub(crate) key: Ref,
    pub(crate) title: Text,
    pub(crate) duties: Text,
    pub(crate) from: Option<Spanned<Datetime>>,
    pub(crate) until: Option<Spanned<Datetime>>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListTable {
    pub(crate) id: Ref,
    pub(crate) category: Ref,
    pub(crate) title: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentifierTable {
    pub(crate) kind: Ref,
    pub(crate) title: Text,
    pub(crate) min_confidence: Spanned<u8>,
    pub(crate) rule: Text,
    #[serde(default)]
    pub(crate) bases: Vec<Ref>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameTable {
    pub(crate) name: Ref,
    pub(crate) kind: String,
    pub(crate) domains: Vec<String>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeencodeTable {
    pub(crate) short: Ref,
    pub(crate) meanings: Vec<String>,
    pub(crate) evidence: Ref,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NearTable {
    pub(crate) phrases: Vec<String>,
    pub(crate) within: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryTable {
    pub(crate) id: Ref,
    pub(crate) category: Ref,
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    pub(crate) severity: Ref,
    pub(crate) mode: Ref,
    pub(crate) phrases: Vec<String>,
    pub(crate) near: Option<NearTable>,
    pub(crate) not_near: Option<NearTable>,
    pub(crate) note: Option<Text>,
    pub(crate) evidence: Ref,
    #[serde(default)]
    pub(crate) hit: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) miss: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTable {
    pub(crate) id: Ref,
    pub(crate) category: Ref,
    pub(crate) title: Text,
    pub(crate) when: Spanned<String>,
    pub(crate) action: Ref,
    pub(crate) label: Option<Ref>,
    pub(crate) automatic: bool,
    pub(crate) evidence: Ref,
    pub(crate) note: Option<Text>,
    #[serde(default)]
    pub(crate) hit: Vec<Spanned<ExampleTable>>,
    #[serde(default)]
    pub(crate) miss: Vec<Spanned<ExampleTable>>,
}

/// An example of a rule: a text, or an item.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "an example is a text, or an item with text, kind, links, labels, author and listed"
)]
pub(crate) enum ExampleTable {
    Text(String),
    Item(Box<ItemTable>),
}

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ItemTable {
    pub(crate) text: String,
    pub(crate) kind: Option<String>,
    pub(crate) links: Vec<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) author: AuthorTable,
    pub(crate) listed: std::collections::BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize, Default, Clone, Copy)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuthorTable {
    pub(crate) age_days: Option<u32>,
    pub(crate) violations_30d: Option<u32>,
    pub(crate) violations_90d: Option<u32>,
    pub(crate) locks: Option<u32>,
    pub(crate) verified: Option<bool>,
}
