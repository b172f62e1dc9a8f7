//! How a network's blocklist is kept: how long entries last, how changes come into force, and what must stay reachable.

use anlanh_screen::said;

use crate::Key;
use crate::fields::Fields;
use crate::limits::{MAX_COUNT, MAX_DAYS, MAX_HOURS};
use crate::policy::clock::Clock;
use crate::policy::law::{Article, read_optional_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// What holds for the blocklist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocking {
    /// For how many days an entry holds where nobody says otherwise.
    pub days: u32,
    /// For how many days at most.
    pub max_days: u32,
    /// After how many days somebody looks at it again.
    pub review_days: u32,
    /// How many values one person may put in force at once.
    pub max_change: u32,
    /// Hours that a change runs in shadow before it blocks anything.
    pub shadow_hours: u32,
    /// Minutes that it is with the canary before all have it.
    pub canary_minutes: u32,
    /// Up to which rank a name is popular.
    pub popular: u32,
    /// From how many known names on an address is shared.
    pub shared_names: u32,
    /// From how many known names below it on a name hits others.
    pub names_below: u32,
    /// The widest network of IPv4 that may be blocked, by its prefix.
    pub widest_v4: u8,
    /// The widest network of IPv6.
    pub widest_v6: u8,
    /// The deadline of an objection.
    pub objection_clock: Key<Clock>,
    /// Legal bases, if there are any.
    pub bases: Vec<Key<Article>>,
    /// How sure this is; `own` where the operator set it itself.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// Names, addresses and networks that must stay reachable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reachable {
    /// What they are, by the guard's key: `state`, `emergency`, `bank`, `resolver`, `service`.
    pub kind: ReachableKind,
    /// What they are called together.
    pub title: Text,
    /// They themselves, as they are written.
    pub values: Vec<String>,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What must stay reachable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReachableKind {
    /// The state's.
    State,
    /// Emergency services.
    Emergency,
    /// Banks and payment.
    Bank,
    /// Resolvers, root and registry servers.
    Resolver,
    /// What everybody leans on.
    Service,
}

impl ReachableKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::State, Self::Emergency, Self::Bank, Self::Resolver, Self::Service];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Emergency => "emergency",
            Self::Bank => "bank",
            Self::Resolver => "resolver",
            Self::Service => "service",
        }
    }
}

/// Reads `[blocking]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let days = fields.number("days", 1..=MAX_DAYS);
    let max_days = fields.number("max_days", 1..=MAX_DAYS);
    if let (Some(days), Some(max_days)) = (days, max_days)
        && days.value > max_days.value
    {
        let message = said!(
            "`days` lớn hơn {} của `max_days`",
            "`days` is above the {} of `max_days`",
            max_days.value
        );
        fields.log.note(days.place, message);
    }
    let mut number = |key, least: u32, most: u32| fields.number(key, least..=most).map_or(1, |number| number.value);
    let review_days = number("review_days", 1, MAX_DAYS);
    let max_change = number("max_change", 1, MAX_COUNT);
    let shadow_hours = number("shadow_hours", 0, MAX_HOURS);
    let canary_minutes = number("canary_minutes", 0, MAX_COUNT);
    let popular = number("popular", 1, MAX_COUNT);
    let shared_names = number("shared_names", 2, MAX_COUNT);
    let names_below = number("names_below", 1, MAX_COUNT);
    let widest_v4 = fields.number("widest_v4", 8..=32_u8);
    let widest_v6 = fields.number("widest_v6", 16..=128_u8);
    let clock = fields.key("objection_clock");
    if let Some(clock) = clock {
        reader.known.clocks.resolve(fields.log, clock);
    }
    let bases = read_optional_bases(fields, reader);
    reader.policy.blocking = Some(Blocking {
        days: days.map_or(1, |days| days.value),
        max_days: max_days.map_or(1, |days| days.value),
        review_days,
        max_change,
        shadow_hours,
        canary_minutes,
        popular,
        shared_names,
        names_below,
        widest_v4: widest_v4.map_or(32, |prefix| prefix.value),
        widest_v6: widest_v6.map_or(128, |prefix| prefix.value),
        objection_clock: Key::new(clock.map_or_else(String::new, |clock| clock.value.to_owned())),
        bases,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}

/// Reads a `[[reachable]]`.
pub(crate) fn read_reachable(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let kind = fields.choice("kind", &ReachableKind::ALL, ReachableKind::key);
    let title = fields.text("title");
    let values = fields.strings("values");
    for value in &values {
        // Whether it is a name or a network is for whoever guards by it; what could be neither is a mistake here.
        let is_plain = value.value.contains(['.', ':'])
            && value
                .value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".:-/_".contains(&byte));
        if !is_plain {
            let message = said!(
                "`{}` không phải tên miền, địa chỉ hay dải mạng",
                "`{}` is no name, address or network",
                value.value
            );
            fields.log.note(value.place, message);
        }
    }
    let values = values.iter().map(|value| value.value.to_owned()).collect();
    reader.policy.reachable.push(Reachable {
        kind: kind.map_or(ReachableKind::State, |kind| kind.value),
        title,
        values,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    });
}
