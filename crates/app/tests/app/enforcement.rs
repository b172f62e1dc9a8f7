//! Decisions take effect: measures, strikes, ladders, locks, reversals, second people, and what the platform is told.

use anlanh_app::action::Told;
use anlanh_app::case::{self, Decided, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement, EnforcementError, Reversed};
use anlanh_app::{ActionKind, ActionList, ActionRow, CaseFilter, Decision, Effect, Error, Item, action, item};
use anlanh_model::{
    Actor, AuditAction, Case, CaseError, Cause, Id, MeasureError, MeasureKind, Outcome, Permission, Scope, Target,
    TargetKind, TextError,
};
use anlanh_store::Change;

use crate::node::{BAIT, Node, judge, machine, on_each, removal};

/// Days of a lock, as minutes.
pub const DAY: i64 = 1_440;

pub fn platform() -> Actor {
    Actor::Token {
        id: Id::from_number(3).unwrap(),
        scopes: vec![Scope::ActionsRead, Scope::ActionsWrite],
        person: None,
    }
}

pub fn account(reference: &str) -> Target {
    Target::new(TargetKind::Account, reference).unwrap()
}

pub fn asked(kind: MeasureKind, target: TargetKind, days: Option<u32>) -> AskedMeasure {
    AskedMeasure { kind, target, days }
}

/// A verdict with these measures on those behind the item.
pub fn with(verdict: Verdict, measures: &[AskedMeasure]) -> Verdict {
    let enforcement = Enforcement {
        measures: measures.to_vec(),
        ..Enforcement::default()
    };
    Verdict { enforcement, ..verdict }
}

pub fn subject_only() -> Verdict {
    Verdict {
        outcome: Outcome::SubjectOnly,
        ..removal()
    }
}

pub fn nothing() -> Verdict {
    Verdict {
        outcome: Outcome::NoViolation,
        category: None,
        ..removal()
    }
}

/// A case on a new post of this author, in this group if one is named.
pub async fn post(node: &Node, id: &str, author: &str, group: Option<&str>) -> Id<Case> {
    let json = serde_json::json!({ "id": id, "text": BAIT, "author": { "ref": author }, "group": group });
    let judged = judge(node, &json.to_string()).unwrap();
    let lines = item::keep(&node.app, &machine(), vec![judged]).await.unwrap();
    let kept: serde_json::Value = serde_json::from_slice(&lines[0]).unwrap();
    kept["case"].as_str().unwrap().parse().unwrap()
}

pub async fn decide(node: &Node, case: Id<Case>, verdict: Verdict) -> Id<Decision> {
    let lan = Actor::Person(node.person);
    let decided = case::decide(&node.app, &lan, case, verdict).await.unwrap();
    decided.done().unwrap().id
}

/// So many removals of posts of an author, a minute apart.
pub async fn violate(node: &Node, author: &str, times: usize) -> Vec<Id<Decision>> {
    let mut decisions = Vec::new();
    for time in 0..times {
        let case = post(node, &format!("{author}-{time}"), author, None).await;
        decisions.push(decide(node, case, removal()).await);
        node.wait_minutes(1);
    }
    decisions
}

pub async fn feed(node: &Node) -> Vec<ActionRow> {
    all_told(node).await.into_iter().map(|told| told.row).collect()
}

async fn all_told(node: &Node) -> Vec<Told> {
    action::feed(&node.app, &platform(), None, 200).await.unwrap()
}

/// What the platform was told of a target, in its order.
pub async fn told(node: &Node, target: &Target) -> Vec<(ActionKind, Effect, Option<i64>)> {
    let feed = feed(node).await;
    let of_target: Vec<&ActionRow> = feed.iter().filter(|row| row.target == *target).collect();
    let places: Vec<i64> = of_target.iter().map(|row| row.sequence).collect();
    assert_eq!(
        places,
        (1..=i64::try_from(places.len()).unwrap()).collect::<Vec<i64>>(),
        "without gaps"
    );
    let days = |row: &ActionRow| row.until.map(|until| until.minutes_since(row.at) / DAY);
    of_target.iter().map(|row| (row.kind, row.effect, days(row))).collect()
}

pub async fn reverse(node: &Node, decision: Id<Decision>) -> Reversed {
    let change = Change {
        actor: Actor::Person(node.manager),
        action: AuditAction::ReverseDecision,
        now: node.app.clock().now(),
    };
    let reversed = node.app.store().write(change, move |writer| {
        enforcement::reverse(writer, decision, "Khiếu nại có căn cứ.")
    });
    reversed.await.unwrap()
}

/// The open case of a ladder, if there is one.
pub async fn proposed(node: &Node) -> Option<Id<Case>> {
    let lan = Actor::Person(node.person);
    let page = case::queue(&node.app, &lan, CaseFilter::default(), None, 50)
        .await
        .unwrap();
    let mut of_ladder = page.cases.iter().filter(|row| row.cause == Cause::Ladder);
    of_ladder.next().map(|row| row.case.id)
}

pub async fn lock(node: &Node, case: Id<Case>, days: u32) -> Result<Decided, Error> {
    let lock = asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(days));
    let minh = Actor::Person(node.other);
    case::decide(&node.app, &minh, case, with(subject_only(), &[lock])).await
}

#[test]
fn a_decision_is_told_to_the_platform_and_its_reversal_too() {
    on_each(async |node| {
        let case = post(&node, "p-1", "u-1", Some("g-1")).await;
        let measures = [
            asked(MeasureKind::Warn, TargetKind::Account, None),
            asked(MeasureKind::TemporaryLock, TargetKind::Group, Some(14)),
        ];
        let decision = decide(&node, case, with(removal(), &measures)).await;
        let view = case::show(&node.app, &Actor::Person(node.person), case).await.unwrap();
        assert_eq!(view.measures.len(), 3);
        let feed = feed(&node).await;
        let kinds: Vec<ActionKind> = feed.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [ActionKind::Remove, ActionKind::Warn, ActionKind::Lock]);
        let first = action::out(&node.app, &all_told(&node).await[0]);
        assert_eq!((first.target.kind, first.target.reference.as_str()), ("item", "p-1"));
        assert_eq!(first.reason, removal().facts);
        assert_eq!(
            (first.category.as_deref(), first.basis.is_empty()),
            (Some("SC1"), false)
        );
        let group = Target::new(TargetKind::Group, "g-1").unwrap();
        assert_eq!(told(&node, &group).await, [(ActionKind::Lock, Effect::Apply, Some(14))]);
        // Everybody behind the post has a strike.
        let seen = async |target: &Target| {
            let auditor = node.auditor();
            enforcement::subject(&node.app, &auditor, target.clone()).await.unwrap()
        };
        assert_eq!(seen(&account("u-1")).await.strikes.len(), 1);
        assert_eq!(seen(&group).await.strikes.len(), 1);

        let reversed = reverse(&node, decision).await;
        assert_eq!((reversed.lifted.len(), reversed.relieved.len()), (3, 2));
        assert_eq!(told(&node, &group).await.last().unwrap().1, Effect::Lift);
        let item = Target::new(TargetKind::Item, "p-1").unwrap();
        assert_eq!(
            told(&node, &item).await.last().unwrap(),
            &(ActionKind::Remove, Effect::Lift, None)
        );
        let view = seen(&account("u-1")).await;
        assert!(view.strikes.iter().all(|strike| strike.revoked_at.is_some()));
        assert_eq!(view.actions[0].reason, "Khiếu nại có căn cứ.");
        // Twice is once.
        assert_eq!(reverse(&node, decision).await, Reversed::default());
    });
}

#[test]
fn what_does_not_suit_the_case_is_refused() {
    on_each(async |node| {
        let case = post(&node, "p-1", "u-1", None).await;
        let lan = Actor::Person(node.person);
        let check =
            async |verdict: Verdict, expected: EnforcementError| match case::decide(&node.app, &lan, case, verdict)
                .await
            {
                Err(Error::Enforcement(error)) => assert_eq!(error, expected),
                other => panic!("{expected}: {other:?}"),
            };
        let page = asked(MeasureKind::Warn, TargetKind::Page, None);
        check(with(removal(), &[page]), EnforcementError::NoSubject(TargetKind::Page)).await;
        let on_item = asked(MeasureKind::Hide, TargetKind::Item, None);
        check(with(removal(), &[on_item]), MeasureError::WrongTarget.into()).await;
        let hidden = asked(MeasureKind::Hide, TargetKind::Account, None);
        check(with(removal(), &[hidden]), MeasureError::WrongTarget.into()).await;
        let endless = asked(MeasureKind::TemporaryLock, TargetKind::Account, None);
        check(with(removal(), &[endless]), MeasureError::NoEnd.into()).await;
        let warn = asked(MeasureKind::Warn, TargetKind::Account, None);
        check(with(removal(), &[warn, warn]), MeasureError::Twice.into()).await;
        let mut timed = removal();
        timed.enforcement.days = Some(3);
        check(timed, MeasureError::NeverEnds.into()).await;
        for verdict in [subject_only(), with(nothing(), &[warn])] {
            let refused = case::decide(&node.app, &lan, case, verdict).await;
            assert!(matches!(refused, Err(Error::Statement(_))), "{refused:?}");
        }
        assert!(feed(&node).await.is_empty(), "nothing refused was told");
    });
}

#[test]
fn a_label_shows_verified_information_and_ends_when_it_shall() {
    on_each(async |node| {
        let case = post(&node, "p-1", "u-1", None).await;
        let verdict = Verdict {
            outcome: Outcome::Label,
            labels: vec![node.app.engine().screener.pack().labels[0].clone()],
            enforcement: Enforcement {
                days: Some(7),
                verified: Some("https://tingia.gov.vn/1".to_owned()),
                strikes: Some(Vec::new()),
                ..Enforcement::default()
            },
            ..removal()
        };
        decide(&node, case, verdict).await;
        let item = Target::new(TargetKind::Item, "p-1").unwrap();
        assert_eq!(told(&node, &item).await, [(ActionKind::Label, Effect::Apply, Some(7))]);
        let view = case::show(&node.app, &Actor::Person(node.person), case).await.unwrap();
        assert_eq!(view.measures[0].verified.as_deref(), Some("https://tingia.gov.vn/1"));
        assert_eq!(enforcement::end_due(&node.app).await.unwrap(), 0);
        node.wait_minutes(7 * DAY);
        assert_eq!(enforcement::end_due(&node.app).await.unwrap(), 1);
        assert_eq!(enforcement::end_due(&node.app).await.unwrap(), 0);
        assert_eq!(told(&node, &item).await.last().unwrap().1, Effect::Lift);
        // A person may say that it counts against nobody.
        let view = enforcement::subject(&node.app, &node.auditor(), account("u-1"))
            .await
            .unwrap();
        assert!(view.strikes.is_empty());
    });
}

#[test]
fn the_link_of_a_label_is_told_and_stays_as_long_as_a_label_that_has_it() {
    on_each(async |node| {
        let names = node.app.engine().screener.pack().labels.clone();
        let label = |place: usize, days: Option<u32>, verified: Option<&str>| Verdict {
            outcome: Outcome::Label,
            labels: vec![names[place].clone()],
            enforcement: Enforcement {
                days,
                verified: verified.map(str::to_owned),
                ..Enforcement::default()
            },
            ..removal()
        };
        let item = Target::new(TargetKind::Item, "p-1").unwrap();
        let last = async || {
            let feed = all_told(&node).await;
            let told = feed.iter().rfind(|told| told.row.target == item).unwrap().clone();
            let out = serde_json::to_value(action::out(&node.app, &told)).unwrap();
            let row = told.row;
            assert_eq!(out["verified"], serde_json::json!(row.verified));
            (row.effect, row.labels.len(), row.verified)
        };
        let (one, two) = ("https://tingia.gov.vn/1", "https://tingia.gov.vn/2");
        let says = |effect, labels, verified: Option<&str>| (effect, labels, verified.map(str::to_owned));
        // The platform hands the same post in again and again: each time it is another decision on the same item.
        let mut decisions = Vec::new();
        for (verdict, told) in [
            (label(0, Some(30), Some(one)), says(Effect::Apply, 1, Some(one))),
            // A label without a link leaves that of the other.
            (label(1, None, None), says(Effect::Apply, 2, Some(one))),
            // Of two links it is the newer.
            (label(0, Some(7), Some(two)), says(Effect::Apply, 2, Some(two))),
        ] {
            let case = post(&node, "p-1", "u-1", None).await;
            decisions.push(decide(&node, case, verdict).await);
            assert_eq!(last().await, told);
        }
        node.wait_minutes(7 * DAY);
        enforcement::end_due(&node.app).await.unwrap();
        assert_eq!(last().await, says(Effect::Apply, 2, Some(one)), "what is left is told");
        reverse(&node, decisions[0]).await;
        assert_eq!(last().await, says(Effect::Apply, 1, None));
        reverse(&node, decisions[1]).await;
        assert_eq!(last().await, says(Effect::Lift, 0, None));
    });
}

#[test]
fn the_ladder_of_the_law_is_put_before_a_person() {
    on_each(async |node| {
        violate(&node, "u-1", 2).await;
        assert_eq!(proposed(&node).await, None);
        violate(&node, "u-1", 1).await;
        let case = proposed(&node).await.unwrap();
        let view = case::show(&node.app, &Actor::Person(node.other), case).await.unwrap();
        let proposal = view.proposal.unwrap();
        assert_eq!(proposal.target, account("u-1"));
        let lock_proposed = proposal.lock.unwrap();
        assert_eq!((lock_proposed.days_min, lock_proposed.days_max), (1, 60));
        assert_eq!(lock_proposed.grounds[0].ladder, "nd-333-2026");
        assert_eq!(view.strikes.len(), 3);

        // Nothing was locked by a machine, and a person has bounds.
        assert!(feed(&node).await.iter().all(|row| row.kind == ActionKind::Remove));
        let refused = lock(&node, case, 61).await;
        assert!(matches!(
            refused,
            Err(Error::Enforcement(EnforcementError::OutOfBounds(1, 60)))
        ));
        let minh = Actor::Person(node.other);
        let forever = asked(MeasureKind::PermanentLock, TargetKind::Account, None);
        let refused = case::decide(&node.app, &minh, case, with(subject_only(), &[forever])).await;
        assert!(matches!(
            refused,
            Err(Error::Enforcement(EnforcementError::NotPermanent))
        ));
        let refused = case::decide(&node.app, &minh, case, removal()).await;
        assert!(matches!(
            refused,
            Err(Error::Enforcement(EnforcementError::NotAboutItem))
        ));
        let decision = lock(&node, case, 60).await.unwrap().done().unwrap();
        assert_eq!(decision.basis.first().map(String::as_str), Some("nd-333-2026/16.4.d"));
        assert_eq!(
            told(&node, &account("u-1")).await,
            [(ActionKind::Lock, Effect::Apply, Some(60))]
        );

        // Two more: by Decree 147 five count, and Decree 333 has used up its three.
        violate(&node, "u-1", 1).await;
        assert_eq!(proposed(&node).await, None);
        violate(&node, "u-1", 1).await;
        let case = proposed(&node).await.unwrap();
        let view = case::show(&node.app, &minh, case).await.unwrap();
        let lock_proposed = view.proposal.unwrap().lock.unwrap();
        assert_eq!((lock_proposed.days_min, lock_proposed.days_max), (7, 30));
        // Declined: nothing happens, and it is not asked again without another violation.
        case::decide(&node.app, &minh, case, nothing()).await.unwrap();
        assert_eq!(proposed(&node).await, None);
    });
}

#[test]
fn a_reversal_takes_with_it_what_followed_from_it_alone() {
    on_each(async |node| {
        let three = violate(&node, "u-1", 3).await;
        let one = lock(&node, proposed(&node).await.unwrap(), 30)
            .await
            .unwrap()
            .done()
            .unwrap()
            .id;
        let reversed = reverse(&node, three[0]).await;
        assert_eq!(reversed.decisions, [three[0], one], "the lock rested on three");
        assert_eq!(
            told(&node, &account("u-1")).await.last().unwrap(),
            &(ActionKind::Lock, Effect::Lift, None)
        );

        // Four strikes: one can be taken away and the lock stays, a second cannot.
        let four = violate(&node, "u-2", 3).await;
        let more = violate(&node, "u-2", 1).await;
        let two = lock(&node, proposed(&node).await.unwrap(), 30)
            .await
            .unwrap()
            .done()
            .unwrap()
            .id;
        assert_eq!(reverse(&node, four[1]).await.decisions, [four[1]]);
        assert_eq!(reverse(&node, more[0]).await.decisions, [more[0], two]);

        // A lock that is proposed and has lost its ground cannot be confirmed.
        let gone = violate(&node, "u-3", 3).await;
        let case = proposed(&node).await.unwrap();
        reverse(&node, gone[2]).await;
        let refused = lock(&node, case, 30).await;
        assert!(
            matches!(refused, Err(Error::Enforcement(EnforcementError::Void))),
            "{refused:?}"
        );
        case::decide(&node.app, &Actor::Person(node.other), case, nothing())
            .await
            .unwrap();
    });
}

#[test]
fn after_three_locks_a_permanent_one_takes_two_people_and_falls_with_them() {
    on_each(async |node| {
        let mut locks = Vec::new();
        let mut strikes = Vec::new();
        for _ in 0..3 {
            strikes.push(violate(&node, "u-1", 3).await);
            let case = proposed(&node).await.unwrap();
            locks.push(lock(&node, case, 7).await.unwrap().done().unwrap().id);
            node.wait_minutes(40 * DAY);
            assert_eq!(enforcement::end_due(&node.app).await.unwrap(), 1);
        }
        strikes.push(violate(&node, "u-1", 3).await);
        let case = proposed(&node).await.unwrap();
        let forever = asked(MeasureKind::PermanentLock, TargetKind::Account, None);
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        let waits = case::decide(&node.app, &lan, case, with(subject_only(), &[forever]))
            .await
            .unwrap();
        assert!(matches!(&waits, Decided::AwaitingSecond(row) if row.case.awaiting == Some(node.person.id)));
        let refused = enforcement::confirm(&node.app, &lan, case).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::FirstDecider))));
        let confirmed = enforcement::confirm(&node.app, &minh, case).await.unwrap();
        assert_eq!(
            (confirmed.by.as_str(), confirmed.second.as_deref()),
            ("lan", Some("minh"))
        );
        assert_eq!(
            told(&node, &account("u-1")).await.last().unwrap(),
            &(ActionKind::Lock, Effect::Apply, None)
        );

        // One of the three before falls, and with it what allowed a permanent one. The other two stay.
        let reversed = reverse(&node, strikes[0][0]).await;
        assert_eq!(reversed.decisions, [strikes[0][0], locks[0], confirmed.id]);
        assert_eq!(
            told(&node, &account("u-1")).await.last().unwrap(),
            &(ActionKind::Lock, Effect::Lift, None)
        );
    });
}

#[test]
fn the_longer_of_two_locks_holds() {
    on_each(async |node| {
        let direct = |days| {
            with(
                removal(),
                &[asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(days))],
            )
        };
        let long = post(&node, "p-1", "u-1", None).await;
        let long = decide(&node, long, direct(30)).await;
        let short = post(&node, "p-2", "u-1", None).await;
        decide(&node, short, direct(7)).await;
        let lock = |days| (ActionKind::Lock, Effect::Apply, Some(days));
        assert_eq!(
            told(&node, &account("u-1")).await,
            [lock(30), lock(30)],
            "what holds is told, not what was added"
        );
        reverse(&node, long).await;
        assert_eq!(told(&node, &account("u-1")).await[2], lock(7));
        node.wait_minutes(7 * DAY);
        enforcement::end_due(&node.app).await.unwrap();
        assert_eq!(told(&node, &account("u-1")).await[3].1, Effect::Lift);
    });
}

#[test]
fn what_still_holds_is_told_under_the_decision_it_rests_on() {
    on_each(async |node| {
        let direct = |facts: &str, days| Verdict {
            facts: facts.to_owned(),
            ..with(
                removal(),
                &[asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(days))],
            )
        };
        let mut decisions = Vec::new();
        for (number, days) in [30, 20, 7].into_iter().enumerate() {
            let case = post(&node, &format!("p-{number}"), "u-1", None).await;
            decisions.push(decide(&node, case, direct(&format!("Bài thứ {number}."), days)).await);
        }
        let last = async || {
            let feed = feed(&node).await;
            let row = feed.iter().rfind(|row| row.target == account("u-1")).unwrap().clone();
            let days = row.until.map(|until| until.minutes_since(row.at) / DAY);
            (row.effect, days, row.decision.unwrap(), row.reason)
        };
        // The longest is taken back: the next longest holds, for its own reasons.
        reverse(&node, decisions[0]).await;
        assert_eq!(
            last().await,
            (Effect::Apply, Some(20), decisions[1], "Bài thứ 1.".to_owned())
        );
        reverse(&node, decisions[1]).await;
        assert_eq!(
            last().await,
            (Effect::Apply, Some(7), decisions[2], "Bài thứ 2.".to_owned())
        );
        // When nothing holds any more, why is what was said of the last.
        reverse(&node, decisions[2]).await;
        assert_eq!(
            last().await,
            (Effect::Lift, None, decisions[2], "Khiếu nại có căn cứ.".to_owned())
        );
    });
}

#[test]
fn service_ends_by_two_people() {
    on_each(async |node| {
        let case = post(&node, "p-1", "u-1", None).await;
        let end = with(removal(), &[asked(MeasureKind::EndService, TargetKind::Account, None)]);
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        let waits = case::decide(&node.app, &lan, case, end.clone()).await.unwrap();
        assert!(waits.done().is_none());
        assert!(feed(&node).await.is_empty(), "nothing happens before");
        let view = case::show(&node.app, &minh, case).await.unwrap();
        assert_eq!(
            view.waiting.map(|(waiting, verdict)| (waiting.name, verdict)),
            Some(("lan".to_owned(), end.clone()))
        );
        let refused = case::decide(&node.app, &minh, case, removal()).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::AwaitingSecond))));
        let refused = enforcement::decline(&node.app, &minh, case, " ".to_owned()).await;
        assert!(matches!(refused, Err(Error::Text("note", TextError::Empty))));
        let row = enforcement::decline(&node.app, &minh, case, "quá nặng".to_owned())
            .await
            .unwrap();
        assert_eq!(row.case.awaiting, None);
        let refused = enforcement::confirm(&node.app, &minh, case).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::NotAwaiting))));
        // Whoever declined may now be the first, and needs a second in turn.
        case::decide(&node.app, &minh, case, end).await.unwrap();
        enforcement::confirm(&node.app, &lan, case).await.unwrap();
        assert_eq!(
            told(&node, &account("u-1")).await,
            [(ActionKind::EndService, Effect::Apply, None)]
        );
    });
}

#[test]
fn one_decision_over_many_items_about_speech_takes_two() {
    on_each(async |node| {
        let mut cases = Vec::new();
        for number in 0..4 {
            cases.push(post(&node, &format!("p-{number}"), &format!("u-{number}"), None).await);
        }
        let insult = Verdict {
            category: Some("HD1".to_owned()),
            ..removal()
        };
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        let all = |ids: &[Id<Case>], verdict: &Verdict| {
            let (app, lan, ids, verdict) = (node.app.clone(), lan.clone(), ids.to_vec(), verdict.clone());
            async move { enforcement::decide_all(&app, &lan, ids, verdict).await }
        };
        let waits = all(&cases[..2], &insult).await.unwrap();
        assert!(
            waits
                .iter()
                .all(|decided| matches!(decided, Decided::AwaitingSecond(_)))
        );
        let confirmed = enforcement::confirm_all(&node.app, &minh, cases[..2].to_vec())
            .await
            .unwrap();
        assert_eq!(confirmed.len(), 2);
        // Fraud is no speech, and one item is not many.
        let done = all(&cases[2..3], &insult).await.unwrap();
        assert!(done.into_iter().all(|decided| decided.done().is_some()));
        // All or none.
        let refused = all(&cases[2..], &removal()).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::Decided))));
        let view = case::show(&node.app, &lan, cases[3]).await.unwrap();
        assert!(view.decision.is_none());
        for ids in [&[][..], &[cases[3], cases[3]]] {
            let refused = all(ids, &removal()).await;
            assert!(matches!(refused, Err(Error::Enforcement(EnforcementError::BadBulk))));
        }
        let many: Vec<Id<Case>> = (1..=101).map(|number| Id::from_number(number).unwrap()).collect();
        let refused = all(&many, &removal()).await;
        assert!(matches!(refused, Err(Error::Enforcement(EnforcementError::BadBulk))));
        let refused = all(&many[1..], &removal()).await;
        assert!(
            matches!(refused, Err(Error::NotFound("case"))),
            "a hundred are looked for"
        );
    });
}

#[test]
fn what_a_rule_did_and_a_person_does_not_uphold_is_lifted() {
    on_each(async |node| {
        let item = Target::new(TargetKind::Item, "p-1").unwrap();
        let check = async |id: &str, action: &'static str, verdict: Verdict, expected: &[(ActionKind, Effect)]| {
            let case = post(&node, id, "u-1", None).await;
            // As if a rule of another policy had acted.
            let view = case::show(&node.app, &Actor::Person(node.person), case).await.unwrap();
            act(&node, view.item.id, action).await;
            let before = told(&node, &Target::new(TargetKind::Item, id).unwrap()).await.len();
            let decision = decide(&node, case, verdict).await;
            let target = Target::new(TargetKind::Item, id).unwrap();
            let after = told(&node, &target).await;
            let new: Vec<_> = after[before..]
                .iter()
                .map(|(kind, effect, _)| (*kind, *effect))
                .collect();
            assert_eq!(new, expected, "{id} {action}");
            decision
        };
        use ActionKind::{Hide, Limit, Remove};
        use Effect::{Apply, Lift};
        check("p-1", "block", nothing(), &[(Hide, Lift)]).await;
        check("p-2", "review", nothing(), &[]).await;
        let limit = Verdict {
            outcome: Outcome::Limit,
            ..removal()
        };
        check("p-3", "block", limit.clone(), &[(Limit, Apply), (Hide, Lift)]).await;
        check("p-4", "limit", limit, &[(Limit, Apply)]).await;
        // What the decision goes beyond stays under it, and a reversal lifts both.
        let decision = check("p-5", "limit", removal(), &[(Remove, Apply)]).await;
        reverse(&node, decision).await;
        let all = told(&node, &Target::new(TargetKind::Item, "p-5").unwrap()).await;
        let lifted: Vec<ActionKind> = all.iter().filter(|it| it.1 == Lift).map(|it| it.0).collect();
        assert_eq!(lifted, [Limit, Remove], "the last that was kept is undone first");
        assert_eq!(told(&node, &item).await.len(), 1);
    });
}

/// Makes a kept item look as if a rule had done this to it.
async fn act(node: &Node, item: Id<Item>, action: &'static str) {
    let sql: &'static str = match action {
        "block" => "UPDATE item SET action = 'block' WHERE id = $1",
        "limit" => "UPDATE item SET action = 'limit' WHERE id = $1",
        _ => return,
    };
    let statement = anlanh_db::Statement::new("test.act", sql);
    let number = item.number();
    let done = node.app.store().database().write("test.act", move |tx| {
        tx.execute(&statement, &[anlanh_db::Value::Int(number)])
    });
    assert_eq!(done.await.map_err(|error: anlanh_db::Error| error).unwrap(), 1);
}

#[test]
fn the_platform_says_whether_it_did_what_it_was_told() {
    on_each(async |node| {
        violate(&node, "u-1", 2).await;
        let feed = feed(&node).await;
        let (one, two) = (feed[0].id, feed[1].id);
        let page = action::feed(&node.app, &platform(), Some(one), 200).await.unwrap();
        assert_eq!(page.iter().map(|told| told.row.id).collect::<Vec<_>>(), [two]);
        let list = async |list: ActionList| {
            let found = action::list(&node.app, &node.auditor(), list, None, 10).await.unwrap();
            found.iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(list(ActionList::Undone).await, [two, one]);
        let say = async |problem: Option<&str>| {
            action::confirm(&node.app, &platform(), one, problem.map(str::to_owned)).await
        };
        say(Some("không có bài này")).await.unwrap();
        assert_eq!(list(ActionList::Failed).await, [one]);
        for _ in 0..2 {
            say(None).await.unwrap();
            assert_eq!(
                (list(ActionList::Undone).await, list(ActionList::Failed).await),
                (vec![two], vec![])
            );
        }
        let longest = "x".repeat(action::MAX_PROBLEM_BYTES);
        say(Some(&longest)).await.unwrap();
        let refused = say(Some(&format!("{longest}x"))).await;
        assert!(matches!(refused, Err(Error::Text("problem", TextError::TooLong(_)))));
        let unknown = action::confirm(&node.app, &platform(), Id::from_number(7).unwrap(), None).await;
        assert!(matches!(unknown, Err(Error::NotFound("action"))));
        let refused = action::feed(&node.app, &machine(), None, 10).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::ReadActions))));
    });
}
