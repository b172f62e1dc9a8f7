//! What authorities may order of a platform, on what basis, and how soon it is to be done.

use anlanh_screen::{Validity, said};

use crate::Key;
use crate::fields::Fields;
use crate::mistake::Placed;
use crate::policy::authority::Authority;
use crate::policy::clock::{Asker, Clock, Party};
use crate::policy::law::{Article, read_bases};
use crate::read::Reader;
use crate::text::{Evidence, Text};

/// A power of an authority: what it may order, under which articles, and the deadline that runs then.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Power {
    /// The authority.
    pub authority: Key<Authority>,
    /// What it may order.
    pub kinds: Vec<Ordered>,
    /// The articles of which an order under this power cites at least one.
    pub bases: Vec<Key<Article>>,
    /// The deadline.
    pub clock: Key<Clock>,
    /// When it has the power.
    pub validity: Validity,
    /// How sure this is.
    pub evidence: Evidence,
    /// A remark.
    pub note: Option<Text>,
}

/// What an authority orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ordered {
    /// To remove content.
    Remove,
    /// To stop content from being shared.
    StopSharing,
    /// To block access to an address or a domain.
    BlockAccess,
    /// To lock an account, page, group or channel.
    Lock,
    /// To restore what was removed, limited or locked.
    Restore,
    /// To publish a correction.
    Correction,
    /// To keep evidence.
    KeepEvidence,
    /// To provide information about a user.
    ProvideInformation,
    /// To warn users.
    WarnUsers,
}

impl Ordered {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::Remove,
        Self::StopSharing,
        Self::BlockAccess,
        Self::Lock,
        Self::Restore,
        Self::Correction,
        Self::KeepEvidence,
        Self::ProvideInformation,
        Self::WarnUsers,
    ];

    /// The key used in packs.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Remove => "remove",
            Self::StopSharing => "stop_sharing",
            Self::BlockAccess => "block_access",
            Self::Lock => "lock",
            Self::Restore => "restore",
            Self::Correction => "correction",
            Self::KeepEvidence => "keep_evidence",
            Self::ProvideInformation => "provide_information",
            Self::WarnUsers => "warn_users",
        }
    }
}

/// Reads a `[[power]]`.
pub(crate) fn read(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let authority = fields.key("authority");
    let kinds = fields.choices("kinds", &Ordered::ALL, Ordered::key);
    let clock = fields.key("clock");
    let bases = read_bases(fields, reader);
    let validity = fields.validity();
    if let Some(authority) = authority {
        reader.known.authorities.resolve(fields.log, authority);
        check_validity(fields, reader, authority, validity);
    }
    if let Some(clock) = clock {
        reader.known.clocks.resolve(fields.log, clock);
        check_clock(fields, reader, clock);
    }
    let of = |key: Option<Placed<&str>>| key.map_or_else(String::new, |key| key.value.to_owned());
    let power = Power {
        authority: Key::new(of(authority)),
        kinds,
        bases,
        clock: Key::new(of(clock)),
        validity,
        evidence: fields.evidence(),
        note: fields.optional("note", Fields::text),
    };
    reader.policy.powers.push(power);
}

/// Reads `[uncovered]`: the deadline of an order that no power covers, which no law sets.
pub(crate) fn read_uncovered(fields: &mut Fields<'_>, reader: &mut Reader<'_>) {
    let Some(clock) = fields.key("clock") else {
        return;
    };
    reader.known.clocks.resolve(fields.log, clock);
    check_clock(fields, reader, clock);
    let known = reader.policy.clock(clock.value);
    if known.is_some_and(|known| !known.bases.is_empty()) {
        let message = said!(
            "thời hạn {:?} có căn cứ luật, mà yêu cầu như vậy thì không có",
            "clock {:?} has legal bases, and none covers such an order",
            clock.value
        );
        fields.log.note(clock.place, message);
    }
    reader.policy.uncovered = Some(Key::new(clock.value.to_owned()));
}

/// Nobody has a power before or after they are there.
fn check_validity(fields: &mut Fields<'_>, reader: &Reader<'_>, authority: Placed<&str>, validity: Validity) {
    let Some(there) = reader.policy.authority(authority.value).map(|it| it.validity) else {
        return;
    };
    let before = |end: Option<anlanh_screen::Date>, start: Option<anlanh_screen::Date>| {
        end.zip(start).is_some_and(|(end, start)| end < start)
    };
    if before(validity.until, there.from) || before(there.until, validity.from) {
        let message = said!(
            "quyền yêu cầu nằm ngoài thời gian hiệu lực của cơ quan {:?}",
            "the power lies outside the time of authority {:?}",
            authority.value
        );
        fields.log.note(authority.place, message);
    }
}

/// The deadline of an order is one that authorities set platforms.
fn check_clock(fields: &mut Fields<'_>, reader: &Reader<'_>, clock: Placed<&str>) {
    let Some(known) = reader.policy.clock(clock.value) else {
        return;
    };
    if known.asker != Asker::Authority || !known.applies_to.contains(&Party::Platform) {
        let message = said!(
            "thời hạn {:?} không phải thời hạn cơ quan đặt cho nền tảng",
            "clock {:?} is none that an authority sets a platform",
            clock.value
        );
        fields.log.note(clock.place, message);
    }
}
