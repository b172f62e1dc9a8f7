//! Whether an order is within the law, and which deadline runs for it: worked out from the policy, by the law of the day of
//! issue.

use anlanh_model::{Information, OrderHaste, OrderKind, OrderScope, Pointed, ScopeFinding, StatutoryClock, Time};
use anlanh_pack::{Evidence, Ordered, Power};
use anlanh_screen::{Date, Validity};
use anlanh_store::order::{Letter, OrderRow};

use super::OrderRefusal;
use super::lock::{self, LadderFinding};
use crate::engine::Engine;

/// A deadline of the policy, as it runs for an order.
struct Deadline {
    key: String,
    hours: u32,
    basis: Vec<String>,
}

/// Whether an order is within the law, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judged {
    /// Each question with its finding.
    pub scope: OrderScope,
    /// What they rest on.
    pub grounds: Grounds,
}

/// On what the findings about an order rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// What each ladder of the day of issue says of a lock, in the order of the policy; none where nothing is locked.
    pub ladders: Vec<LadderFinding>,
}

/// What the scope of an order comes to.
pub(super) fn of(engine: &Engine, row: &OrderRow) -> Judged {
    let pointed = row.order.targets.iter().map(|target| &target.pointed);
    judge(engine, row.order.kind, &row.letter, pointed)
}

/// The same, of what is not entered yet.
pub(crate) fn judge<'p>(
    engine: &Engine,
    kind: OrderKind,
    letter: &Letter,
    pointed: impl Iterator<Item = &'p Pointed> + Clone,
) -> Judged {
    let day = day(engine, letter.issued_at);
    let office = engine.policy.authority(&letter.office);
    let office = office.filter(|office| office.validity.holds_on(day));
    let powers = || powers(engine, kind, day).filter(|power| power.authority.as_str() == letter.office);
    let covered = powers().flat_map(|power| {
        let cited = letter
            .basis
            .iter()
            .filter(|key| power.bases.iter().any(|base| base.as_str() == key.as_str()));
        let article = cited.filter_map(|key| in_force(engine, key, day));
        article.map(|evidence| finding(evidence).max(finding(power.evidence)))
    });
    let (lock, ladders) = lock::judge(engine, kind, letter, pointed.clone(), day);
    let scope = OrderScope {
        office: office.map_or(ScopeFinding::Fails, |office| finding(office.evidence)),
        power: best(powers().map(|power| finding(power.evidence))),
        basis: best(covered),
        targets: targets(kind, pointed),
        lock,
    };
    let grounds = Grounds { ladders };
    Judged { scope, grounds }
}

/// Whether each line suits what is ordered, and, where users are asked about, they are few.
fn targets<'p>(kind: OrderKind, pointed: impl Iterator<Item = &'p Pointed>) -> ScopeFinding {
    let pointed: Vec<&Pointed> = pointed.collect();
    let is_bulk = kind == OrderKind::ProvideInformation && pointed.len() > Information::MAX_SUBJECTS;
    if is_bulk || !pointed.iter().all(|pointed| kind.suits(pointed)) {
        ScopeFinding::Fails
    } else {
        ScopeFinding::Holds
    }
}

/// The clock of an order: that of the power which covers it, of several the shortest, and no later than the order says.
pub(crate) fn clock(
    engine: &Engine,
    kind: OrderKind,
    letter: &Letter,
    id: anlanh_model::Id<StatutoryClock>,
) -> Result<StatutoryClock, OrderRefusal> {
    let (issued, received) = (day(engine, letter.issued_at), day(engine, letter.received_at));
    let cites = |power: &&Power| {
        letter
            .basis
            .iter()
            .any(|key| power.bases.iter().any(|base| base.as_str() == key.as_str()))
    };
    let of_office = |power: &&Power| power.authority.as_str() == letter.office;
    let all = || powers(engine, kind, issued);
    let shortest = |powers: &mut dyn Iterator<Item = &Power>| {
        let deadlines = powers.filter_map(|power| deadline(engine, power, letter.haste, received));
        deadlines.min_by_key(|deadline| deadline.hours)
    };
    // An order that nothing covers has its deadline all the same: it is to be answered.
    let found = shortest(&mut all().filter(of_office).filter(cites))
        .or_else(|| shortest(&mut all().filter(of_office)))
        .or_else(|| shortest(&mut all()));
    let start = letter.received_at;
    match (found, letter.stated_due_at) {
        (Some(found), stated) => {
            let clock = StatutoryClock::start(id, found.key, found.basis, start, found.hours);
            let due_at = stated.map_or(clock.due_at, |stated| stated.min(clock.due_at));
            Ok(StatutoryClock { due_at, ..clock })
        }
        (None, Some(due_at)) => {
            let clock = StatutoryClock::start(id, "stated".to_owned(), letter.basis.clone(), start, 0);
            Ok(StatutoryClock { due_at, ..clock })
        }
        (None, None) => Err(OrderRefusal::NoDeadline),
    }
}

fn deadline(engine: &Engine, power: &Power, haste: OrderHaste, day: Date) -> Option<Deadline> {
    let clock = engine.policy.clock(power.clock.as_str())?;
    let bases = clock.bases.iter().map(|key| key.as_str());
    let basis: Vec<String> = bases
        .filter(|key| in_force(engine, key, day).is_some())
        .map(str::to_owned)
        .collect();
    if !clock.validity.holds_on(day) || basis.is_empty() && !clock.bases.is_empty() {
        return None;
    }
    let urgent = clock.urgent.as_ref().filter(|_| haste == OrderHaste::Urgent);
    Some(Deadline {
        key: clock.key.as_str().to_owned(),
        hours: urgent.map_or(clock.hours, |urgent| urgent.hours),
        basis,
    })
}

/// The powers over orders of a kind on a day.
fn powers(engine: &Engine, kind: OrderKind, day: Date) -> impl Iterator<Item = &Power> {
    let (ordered, powers) = (ordered(kind), engine.policy.powers().iter());
    powers.filter(move |power| power.validity.holds_on(day) && power.kinds.contains(&ordered))
}

/// How sure an article is that is in force on a day.
pub(super) fn in_force(engine: &Engine, key: &str, day: Date) -> Option<Evidence> {
    let holds = |validity: Validity| validity.holds_on(day);
    let (_, article) = engine.policy.basis(key)?;
    holds(article.validity).then_some(article.evidence)
}

/// The day of a moment, by the time of the policy's country.
pub(crate) fn day(engine: &Engine, at: Time) -> Date {
    anlanh_screen::Time(at.as_seconds()).date_at(engine.screener.pack().utc_offset_minutes)
}

/// When a day begins, by the time of the policy's country.
pub(crate) fn midnight(engine: &Engine, day: Date) -> Time {
    let offset = i64::from(engine.policy.utc_offset_minutes());
    Time::from_seconds(i64::from(day.0) * 86_400).plus_minutes(-offset)
}

pub(super) const fn finding(evidence: Evidence) -> ScopeFinding {
    if evidence.is_unconfirmed() {
        ScopeFinding::Unconfirmed
    } else {
        ScopeFinding::Holds
    }
}

fn best(findings: impl Iterator<Item = ScopeFinding>) -> ScopeFinding {
    findings.min().unwrap_or(ScopeFinding::Fails)
}

const fn ordered(kind: OrderKind) -> Ordered {
    match kind {
        OrderKind::Remove => Ordered::Remove,
        OrderKind::StopSharing => Ordered::StopSharing,
        OrderKind::BlockAccess => Ordered::BlockAccess,
        OrderKind::Lock => Ordered::Lock,
        OrderKind::Restore => Ordered::Restore,
        OrderKind::Correction => Ordered::Correction,
        OrderKind::KeepEvidence => Ordered::KeepEvidence,
        OrderKind::ProvideInformation => Ordered::ProvideInformation,
        OrderKind::WarnUsers => Ordered::WarnUsers,
    }
}
