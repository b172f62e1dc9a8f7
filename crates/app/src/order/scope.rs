//! Whether an order is within the law, and which deadline runs for it: worked out from the policy, by the law of the day of
//! issue.

use anlanh_model::{
    Information, OrderHaste, OrderKind, OrderScope, OrderTarget, Pointed, ScopeFinding, StatutoryClock, TargetState,
    Time,
};
use anlanh_pack::{Clock, Day, Evidence, Ordered, Power};
use anlanh_screen::{Date, Validity};
use anlanh_store::Queries;
use anlanh_store::order::{self, Letter, OrderRow, StepRow};

use super::OrderRefusal;
use super::lock::{self, LadderFinding};
use crate::Error;
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
    /// What became of each article that the order cites: on the day of issue, and on days of amendments where that differs.
    pub articles: Vec<CitedArticle>,
    /// What each ladder says of a lock, on the same days, in the order of the policy; none where nothing is locked.
    pub ladders: Vec<LadderFinding>,
}

/// An article that an order cites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedArticle {
    /// Its key.
    pub key: String,
    /// On which day it is looked at.
    pub on: Day,
    /// What it is to the order that day.
    pub standing: Standing,
}

/// What an article is to an order that cites it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is in force, and the office has a power by it that covers the order.
    Covers,
    /// It is in force, and no power of the office over such a thing rests on it.
    NoPower,
    /// It is not in force yet.
    NotYet,
    /// It is not in force any more.
    Ended,
}

impl Standing {
    /// The key on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Covers => "covers",
            Self::NoPower => "no_power",
            Self::NotYet => "not_yet",
            Self::Ended => "ended",
        }
    }

    /// Whether it is in force.
    #[must_use]
    pub const fn is_in_force(self) -> bool {
        match self {
            Self::Covers | Self::NoPower => true,
            Self::NotYet | Self::Ended => false,
        }
    }
}

/// What the scope of an order comes to: by the law of the day of issue, and of each day on which its office asked for more.
pub(super) fn of(tx: &mut dyn Queries, engine: &Engine, row: &OrderRow) -> Result<Judged, Error> {
    let steps = order::steps(tx, row.order.id)?;
    Ok(of_steps(engine, row, &steps))
}

/// The same, where what happened to the order is at hand.
pub(super) fn of_steps(engine: &Engine, row: &OrderRow, steps: &[StepRow]) -> Judged {
    // What it names no more is asked of nobody.
    let is_left = |target: &&OrderTarget| !matches!(target.state, TargetState::Lifted { .. });
    let pointed = || row.order.targets.iter().filter(is_left).map(|target| &target.pointed);
    let mut judged = judge(engine, row.order.kind, &row.letter, pointed());
    let amended = steps.iter().filter(|step| step.kind == "amended");
    for day in amended.filter_map(|step| step.detail.parse::<Day>().ok()) {
        let mut letter = row.letter.clone();
        letter.issued_at = midnight(engine, Date::from(day));
        let then = judge(engine, row.order.kind, &letter, pointed());
        judged.scope = judged.scope.and(then.scope);
        judged.grounds.add(then.grounds);
    }
    judged
}

impl Grounds {
    /// Adds what is not as it was.
    fn add(&mut self, then: Self) {
        let articles = then.articles.into_iter();
        for found in articles {
            let was = self.articles.iter().rfind(|known| known.key == found.key);
            if was.is_none_or(|was| was.standing != found.standing) {
                self.articles.push(found);
            }
        }
        for found in then.ladders {
            let was = self.ladders.iter().rfind(|known| known.ladder == found.ladder);
            if was.is_none_or(|was| (was.is_cited, was.fit) != (found.is_cited, found.fit)) {
                self.ladders.push(found);
            }
        }
    }
}

/// Whether what is not entered yet is within the law.
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
    let articles: Vec<CitedArticle> = letter
        .basis
        .iter()
        .map(|key| CitedArticle {
            key: key.clone(),
            on: Day::from(day),
            standing: standing(engine, key, powers(), day),
        })
        .collect();
    let covered = powers().flat_map(|power| {
        let cited = letter.basis.iter().filter(|key| rests_on(power, key));
        let article = cited.filter_map(|key| in_force(engine, key, day));
        article.map(|evidence| finding(evidence).max(finding(power.evidence)))
    });
    let basis = best(covered);
    let are_in_force = articles.iter().all(|article| article.standing.is_in_force());
    let (lock, ladders) = lock::judge(engine, kind, letter, pointed.clone(), day);
    let scope = OrderScope {
        office: office.map_or(ScopeFinding::Fails, |office| finding(office.evidence)),
        power: best(powers().map(|power| finding(power.evidence))),
        basis: if are_in_force {
            basis
        } else {
            basis.max(ScopeFinding::Partly)
        },
        targets: targets(kind, pointed),
        lock,
    };
    let grounds = Grounds { articles, ladders };
    Judged { scope, grounds }
}

/// What an article is, on a day, to an order under these powers.
fn standing<'e>(engine: &Engine, key: &str, powers: impl Iterator<Item = &'e Power>, day: Date) -> Standing {
    let mut powers = powers;
    let validity = engine.policy.basis(key).map(|(_, article)| article.validity);
    match validity {
        Some(validity) if !validity.holds_on(day) => {
            if validity.from.is_some_and(|from| day < from) {
                Standing::NotYet
            } else {
                Standing::Ended
            }
        }
        Some(_) if powers.any(|power| rests_on(power, key)) => Standing::Covers,
        Some(_) => Standing::NoPower,
        // The policy that knew it is not in force any more.
        None => Standing::Ended,
    }
}

fn rests_on(power: &Power, key: &str) -> bool {
    power.bases.iter().any(|base| base.as_str() == key)
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

/// The clock of an order: that of the power which covers it, of several the shortest, and no later than the order says. Where
/// its office has no power for it, that which the operator set for such orders.
pub(crate) fn clock(
    engine: &Engine,
    kind: OrderKind,
    letter: &Letter,
    id: anlanh_model::Id<StatutoryClock>,
) -> Result<StatutoryClock, OrderRefusal> {
    let (issued, received) = (day(engine, letter.issued_at), day(engine, letter.received_at));
    let cites = |power: &&Power| letter.basis.iter().any(|key| rests_on(power, key));
    let of_office = |power: &&Power| power.authority.as_str() == letter.office;
    let all = || powers(engine, kind, issued);
    let shortest = |powers: &mut dyn Iterator<Item = &Power>| {
        let deadlines = powers.filter_map(|power| {
            let clock = engine.policy.clock(power.clock.as_str())?;
            deadline(engine, clock, letter.haste, received)
        });
        deadlines.min_by_key(|deadline| deadline.hours)
    };
    // An order that nothing covers is to be answered all the same, but no law says by when.
    let uncovered = || deadline(engine, engine.policy.uncovered()?, letter.haste, received);
    let found = shortest(&mut all().filter(of_office).filter(cites))
        .or_else(|| shortest(&mut all().filter(of_office)))
        .or_else(uncovered);
    let start = letter.received_at;
    match (found, letter.stated_due_at) {
        (Some(found), stated) => {
            let clock = StatutoryClock::start(id, found.key, found.basis, start, found.hours);
            let due_at = stated.map_or(clock.due_at, |stated| stated.min(clock.due_at));
            Ok(StatutoryClock { due_at, ..clock })
        }
        (None, Some(due_at)) => {
            let clock = StatutoryClock::start(id, "stated".to_owned(), Vec::new(), start, 0);
            Ok(StatutoryClock { due_at, ..clock })
        }
        (None, None) => Err(OrderRefusal::NoDeadline),
    }
}

fn deadline(engine: &Engine, clock: &Clock, haste: OrderHaste, day: Date) -> Option<Deadline> {
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
