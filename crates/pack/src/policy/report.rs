//! What may be reported, in the words of those who report it, and what the law asks of them.

use anlanh_screen::said;

use crate::Key;
use crate::fields::Fields;
use crate::policy::category::Category;
use crate::policy::clock::Clock;
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// One thing that may be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportCategory {
    /// Key, as in `tin-gia`.
    pub key: Key<ReportCategory>,
    /// What it is called, in plain words.
    pub title: Text,
    /// What belongs to it, in a sentence.
    pub meaning: Text,
    /// The categories of the policy that it may turn out to be, the likeliest first; none where it says nothing.
    pub categories: Vec<Key<Category>>,
    /// Whether one may report without a name.
    pub anonymous: bool,
    /// Whether nothing moves before an address is confirmed.
    pub confirmed: bool,
    /// The clock that starts when it is received.
    pub clock: Option<Key<Clock>>,
    /// How much harm it does while nobody looks.
    pub harm: Harm,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// How much harm is done while nobody looks at what was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    /// People lose money, safety or their privacy by the hour.
    High,
    /// It spreads.
    Normal,
    /// It annoys.
    Low,
}

impl Harm {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::High, Self::Normal, Self::Low];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }
}

/// Reads a `[[report]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let key = reader.known.reports.define(fields.log, key, ());
    let title = fields.text("title");
    let meaning = fields.text("meaning");
    let mut categories = Vec::new();
    for category in fields.strings_or_none("categories") {
        if reader.known.categories.resolve(fields.log, category).is_some() {
            categories.push(Key::new(category.value));
        }
    }
    let anonymous = fields.boolean("anonymous").unwrap_or_default();
    let confirmed = fields.boolean("confirmed").unwrap_or_default();
    if anonymous && confirmed {
        let message = said!(
            "phản ánh không nêu tên thì không có địa chỉ để xác nhận: `anonymous` hoặc `confirmed`, không dùng cả hai",
            "what is reported without a name has no address to confirm: `anonymous` or `confirmed`, not both",
        );
        fields.log.note(fields.place(), message);
    }
    let clock = fields.optional("clock", Fields::string).flatten();
    let clock = clock.filter(|clock| reader.known.clocks.resolve(fields.log, *clock).is_some());
    let harm = fields.choice("harm", &Harm::ALL, Harm::key);
    reader.policy.report_categories.push(ReportCategory {
        key: Key::new(key),
        title,
        meaning,
        categories,
        anonymous,
        confirmed,
        clock: clock.map(|clock| Key::new(clock.value)),
        harm: harm.map_or(Harm::Normal, |harm| harm.value),
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}
