//! What is held of feeds of indicators: when a round of one is held back, how indicators fade, and what is known to be good.

use anlanh_screen::said;

use crate::fields::Fields;
use crate::limits::{MAX_COUNT, MAX_DAYS, MAX_HOURS};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// When a round of a feed is held back until a person has looked, and when a feed counts as stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Guard {
    /// Held when it has lost more than this share of its values, in percent.
    pub shrink_percent: u32,
    /// Held when it has grown by more than this share, in percent, …
    pub growth_percent: u32,
    /// … and by more than so many values.
    pub growth_floor: u32,
    /// Held when more than this share of its lines is refused, in percent.
    pub refused_percent: u32,
    /// Stale when nothing in it changed for so many hours.
    pub stale_hours: u32,
}

impl Default for Guard {
    /// What holds where a pack says nothing.
    fn default() -> Self {
        Self {
            shrink_percent: 50,
            growth_percent: 200,
            growth_floor: 1_000,
            refused_percent: 20,
            stale_hours: 168,
        }
    }
}

/// How the confidence in indicators of one kind fades.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fading {
    /// The kind.
    pub kind: &'static str,
    /// Days after which nothing is left.
    pub lifetime_days: u32,
    /// Tenths of the speed.
    pub speed_tenths: u32,
    /// Below this an indicator counts no more.
    pub least: u32,
}

/// Values that are known to be good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WarningNotes {
    /// Its key.
    pub key: String,
    /// Title.
    pub title: Text,
    /// How its values are compared: `string`, `hostname`, `cidr`, `substring`, `regex`.
    pub form: &'static str,
    /// Kinds of values that it is held against; all but URLs where there are none.
    pub against: Vec<&'static str>,
    /// Its values.
    pub values: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What a pack says of feeds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Feeds {
    /// When a round is held.
    pub guard: Guard,
    /// How indicators fade; kinds that are not named do not.
    pub fading: Vec<Fading>,
    /// What is known to be good.
    pub warnings: Vec<WarningNotes>,
}

/// Kinds of values of indicators.
const KINDS: [&str; 7] = ["domain", "url", "address", "hash", "ja3", "ja4", "email"];
/// Forms of warning lists.
const FORMS: [&str; 5] = ["string", "hostname", "cidr", "substring", "regex"];

const fn same(text: &'static str) -> &'static str {
    text
}

/// Reads the `[guard]`.
pub(crate) fn read_guard(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let usual = Guard::default();
    let shrink = fields.number("shrink_percent", 1..=100_u32);
    let growth = fields.number("growth_percent", 1..=MAX_COUNT);
    let floor = fields.number("growth_floor", 0..=MAX_COUNT);
    let refused = fields.number("refused_percent", 1..=100_u32);
    let stale = fields.number("stale_hours", 1..=MAX_HOURS);
    reader.policy.feeds.guard = Guard {
        shrink_percent: shrink.map_or(usual.shrink_percent, |it| it.value),
        growth_percent: growth.map_or(usual.growth_percent, |it| it.value),
        growth_floor: floor.map_or(usual.growth_floor, |it| it.value),
        refused_percent: refused.map_or(usual.refused_percent, |it| it.value),
        stale_hours: stale.map_or(usual.stale_hours, |it| it.value),
    };
}

/// Reads a `[[fading]]`.
pub(crate) fn read_fading(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let kind = fields.choice("kind", &KINDS, same);
    let lifetime = fields.number("lifetime_days", 1..=MAX_DAYS);
    let speed = fields.number("speed_tenths", 1..=1_000_u32);
    let least = fields.number("least", 0..=100_u32);
    let Some(kind) = kind else { return };
    if reader.policy.feeds.fading.iter().any(|known| known.kind == kind.value) {
        let message = said!(
            "`{}` đã có thời gian phai ở trên",
            "`{}` fades by what stands above",
            kind.value
        );
        fields.log.note(kind.place, message);
    }
    reader.policy.feeds.fading.push(Fading {
        kind: kind.value,
        lifetime_days: lifetime.map_or(1, |it| it.value),
        speed_tenths: speed.map_or(10, |it| it.value),
        least: least.map_or(0, |it| it.value),
    });
}

/// Reads a `[[warning]]`.
pub(crate) fn read_warning(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let key = fields.key("key");
    let title = fields.text("title");
    let form = fields.choice("form", &FORMS, same);
    let against = fields.optional("against", |fields, key| fields.choices(key, &KINDS, same));
    let values = fields.strings("values");
    let evidence = fields.evidence();
    let note = fields.optional("note", Fields::text);
    let Some(key) = key else { return };
    if reader.policy.feeds.warnings.iter().any(|known| known.key == key.value) {
        let message = said!(
            "đã có danh sách cảnh báo `{}` ở trên",
            "there is a warning list `{}` above",
            key.value
        );
        fields.log.note(key.place, message);
    }
    reader.policy.feeds.warnings.push(WarningNotes {
        key: key.value.to_owned(),
        title,
        form: form.map_or("string", |form| form.value),
        against: against.unwrap_or_default(),
        values: values.into_iter().map(|value| value.value.to_owned()).collect(),
        evidence,
        note,
    });
}
