//! A platform lives: posts, reports, decisions, appeals, days that pass, nodes that stop, webhooks that are lost, in any
//! order. What must hold at every moment is looked at after every step, and at the end everything is taken back.

use std::collections::{BTreeMap, BTreeSet};

use anlanh_app::appeal::{self, Answer};
use anlanh_app::case::{self, Decided, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement};
use anlanh_app::keeping::{self, KeepingError, Standing, Wish};
use anlanh_app::report::{self, NewReport};
use anlanh_app::{ActionKind, CaseError, Decision, DecisionFilter, Effect, Error, MeasureRow, action, item, jobs};
use anlanh_model::{
    Actor, AuditAction, Case, ClockEnd, Id, MeasureKind, Outcome, Party, Person, Relation, Scope, State, Target,
    TargetKind,
};
use anlanh_pack::Policy;
use anlanh_store::{Change, Target as Place, measure, reversal};
use proptest::prelude::*;

use crate::node::{BAIT, Node, judge, machine, node, removal, start};

/// Accounts that post.
const AUTHORS: u8 = 3;

/// Something that happens; the numbers choose among what there is.
#[derive(Debug, Clone, Copy)]
enum Step {
    Post { author: u8 },
    Report { post: u8 },
    Decide { case: u8, how: u8, who: u8 },
    Confirm { case: u8, who: u8 },
    Appeal { decision: u8, party: u8 },
    Answer { appeal: u8, how: u8, who: u8 },
    Reverse { decision: u8 },
    Erase { author: u8 },
    Hold { case: u8, days: u8 },
    Wait { hours: u8 },
    Restart,
    Poll { lost: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = || 0..=u8::MAX;
    let step = prop_oneof![
        4 => (0..AUTHORS).prop_map(|author| Step::Post { author }),
        2 => any().prop_map(|post| Step::Report { post }),
        5 => (any(), any(), 0..3_u8).prop_map(|(case, how, who)| Step::Decide { case, how, who }),
        1 => (any(), 0..3_u8).prop_map(|(case, who)| Step::Confirm { case, who }),
        3 => (any(), 0..3_u8).prop_map(|(decision, party)| Step::Appeal { decision, party }),
        4 => (any(), 0..3_u8, 0..3_u8).prop_map(|(appeal, how, who)| Step::Answer { appeal, how, who }),
        1 => any().prop_map(|decision| Step::Reverse { decision }),
        1 => (0..AUTHORS).prop_map(|author| Step::Erase { author }),
        1 => (any(), 1..=u8::MAX).prop_map(|(case, days)| Step::Hold { case, days }),
        2 => (1..200_u8).prop_map(|hours| Step::Wait { hours }),
        1 => Just(Step::Restart),
        2 => (0..4_u8).prop_map(|lost| Step::Poll { lost }),
    ];
    proptest::collection::vec(step, 20..60)
}

/// The host platform: it takes the feed in order, and knows by the sequence what it has had.
#[derive(Default)]
struct Host {
    after: Option<Id<anlanh_app::Action>>,
    had: BTreeMap<Target, i64>,
    holds: BTreeSet<(Target, &'static str)>,
}

struct World {
    node: Node,
    host: Host,
    posts: Vec<String>,
    cases: Vec<Id<Case>>,
    decisions: Vec<Id<Decision>>,
    /// The case of each appeal, with those who decided what it is about.
    appeals: Vec<(Id<Case>, BTreeSet<Id<Person>>)>,
    deciders: BTreeMap<Id<Case>, BTreeSet<Id<Person>>>,
}

fn pick<T: Clone>(list: &[T], number: u8) -> Option<T> {
    list.get(usize::from(number).checked_rem(list.len())?).cloned()
}

impl World {
    fn person(&self, number: u8) -> Person {
        [self.node.person, self.node.other, self.node.manager][usize::from(number) % 3]
    }

    async fn take(mut self, step: Step) -> Self {
        match step {
            Step::Post { author } => self.post(author).await,
            Step::Report { post } => self.report(post).await,
            Step::Decide { case, how, who } => self.decide(case, how, self.person(who)).await,
            Step::Confirm { case, who } => self.confirm(case, self.person(who)).await,
            Step::Appeal { decision, party } => self.appeal(decision, party).await,
            Step::Answer { appeal, how, who } => self.answer(appeal, how, self.person(who)).await,
            Step::Reverse { decision } => self.reverse(decision).await,
            Step::Erase { author } => self.erase(author).await,
            Step::Hold { case, days } => self.hold(case, days).await,
            Step::Wait { hours } => self.node.wait_minutes(i64::from(hours) * 60),
            Step::Restart => {
                let (policy, shelf) = (Policy::built_in().unwrap(), self.node.shelf.clone());
                self.node = self.node.restart(start(policy, shelf)).unwrap();
            }
            Step::Poll { lost } => self.poll(usize::from(lost)).await,
        }
        self
    }

    async fn post(&mut self, author: u8) {
        let id = format!("p-{}", self.posts.len());
        let json = serde_json::json!({ "id": id, "text": BAIT, "author": { "ref": format!("u-{author}") } });
        let judged = judge(&self.node, &json.to_string()).unwrap();
        let kept = item::keep(&self.node.app, &machine(), vec![judged]).await.unwrap();
        let kept: serde_json::Value = serde_json::from_slice(&kept[0]).unwrap();
        self.posts.push(id);
        self.cases.push(kept["case"].as_str().unwrap().parse().unwrap());
    }

    async fn report(&mut self, post: u8) {
        let Some(item) = pick(&self.posts, post) else { return };
        let new = NewReport {
            category: "lua-dao".to_owned(),
            url: None,
            item: Some(item),
            text: None,
            why: "Họ hứa thưởng rồi xin mã OTP.".to_owned(),
            relation: Relation::Third,
            name: None,
            email: None,
            reporter: None,
            language: "vi",
        };
        report::submit(&self.node.app, &Actor::Outsider, new).await.unwrap();
    }

    async fn erase(&self, author: u8) {
        let platform = Actor::Token {
            id: Id::from_number(6).unwrap(),
            scopes: vec![Scope::ErasuresWrite],
            person: None,
        };
        let wish = Wish::Account(format!("u-{author}"));
        match keeping::erase(&self.node.app, &platform, wish).await {
            // Nothing came from it yet, or nothing is left.
            Ok(_) | Err(Error::Keeping(KeepingError::Nothing)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn hold(&self, case: u8, days: u8) {
        let Some(case) = pick(&self.cases, case) else { return };
        let view = case::show(&self.node.app, &self.node.auditor(), case).await.unwrap();
        let (app, manager) = (&self.node.app, self.node.manager());
        let held = keeping::hold(app, &manager, view.item.id, "Văn bản", Some(days.into()));
        match held.await {
            Ok(_) | Err(Error::Keeping(KeepingError::Erased)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Every case that waits, those about subjects that ladders opened among them.
    async fn waiting(&self) -> Vec<Id<Case>> {
        let auditor = self.node.auditor();
        let queue = case::queue(&self.node.app, &auditor, anlanh_app::CaseFilter::default(), None, 100);
        queue.await.unwrap().cases.iter().map(|row| row.case.id).collect()
    }

    async fn decide(&mut self, case: u8, how: u8, who: Person) {
        let Some(id) = pick(&self.waiting().await, case) else {
            return;
        };
        let view = case::show(&self.node.app, &self.node.auditor(), id).await.unwrap();
        let about_subject = view.proposal.is_some();
        let lock = |days| AskedMeasure {
            kind: MeasureKind::TemporaryLock,
            target: TargetKind::Account,
            days: Some(days),
        };
        let verdict = |outcome, measures: Vec<AskedMeasure>| Verdict {
            outcome,
            category: (outcome != Outcome::NoViolation).then(|| "SC1".to_owned()),
            enforcement: Enforcement {
                measures,
                ..Enforcement::default()
            },
            ..removal()
        };
        let verdict = match (about_subject, how % 5) {
            (_, 0) => verdict(Outcome::NoViolation, Vec::new()),
            (true, _) => verdict(Outcome::SubjectOnly, vec![lock(u32::from(how % 40) + 1)]),
            (false, 1) => verdict(Outcome::Limit, Vec::new()),
            (false, 2) => verdict(Outcome::Remove, vec![lock(u32::from(how % 20) + 1)]),
            (false, 3) => verdict(
                Outcome::Remove,
                vec![AskedMeasure {
                    kind: MeasureKind::EndService,
                    target: TargetKind::Account,
                    days: None,
                }],
            ),
            (false, _) => verdict(Outcome::Remove, Vec::new()),
        };
        match case::decide(&self.node.app, &Actor::Person(who), id, verdict).await {
            Ok(Decided::Done(decision)) => self.decided(id, decision.id, [who.id].into()),
            Ok(Decided::AwaitingSecond(_)) => drop(self.deciders.insert(id, [who.id].into())),
            // An appeal is answered, a lock keeps to its ladder, and who decided first is not asked again.
            Err(Error::Appeal(_) | Error::Enforcement(_) | Error::Case(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn confirm(&mut self, case: u8, who: Person) {
        let Some(id) = pick(&self.waiting().await, case) else {
            return;
        };
        match enforcement::confirm(&self.node.app, &Actor::Person(who), id).await {
            Ok(decision) => {
                let mut both = self.deciders.remove(&id).unwrap();
                assert!(both.insert(who.id), "one person confirmed their own decision");
                self.decided(id, decision.id, both);
            }
            Err(Error::Case(_) | Error::Enforcement(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    fn decided(&mut self, case: Id<Case>, decision: Id<Decision>, by: BTreeSet<Id<Person>>) {
        self.decisions.push(decision);
        self.deciders.insert(case, by);
    }

    async fn appeal(&mut self, decision: u8, party: u8) {
        let Some(id) = pick(&self.decisions, decision) else {
            return;
        };
        let platform = Actor::Token {
            id: Id::from_number(3).unwrap(),
            scopes: vec![Scope::AppealsWrite],
            person: None,
        };
        let party = [Party::Author, Party::Reporter, Party::Owner][usize::from(party)];
        match appeal::open(&self.node.app, &platform, id, party, "Xin xem lại.").await {
            Ok(line) => {
                let view = appeal::show(&self.node.app, &self.node.auditor(), line.row.appeal.id)
                    .await
                    .unwrap();
                let mut below = self.deciders[&view.against.case].clone();
                // What stands may be an answer itself: whoever decided below that is barred as well.
                if let Some((_, barred)) = self.appeals.iter().find(|(case, _)| *case == view.against.case) {
                    below.extend(barred);
                }
                self.appeals.push((line.row.case, below));
            }
            Err(Error::Appeal(_) | Error::NotFound(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn answer(&mut self, appeal: u8, how: u8, who: Person) {
        let Some((case, barred)) = pick(&self.appeals, appeal) else {
            return;
        };
        let why = "Đã xem lại từ đầu.".to_owned();
        let answer = match how {
            0 => Answer::Uphold(why),
            1 => Answer::Reverse(why),
            _ => Answer::Change(Verdict {
                outcome: Outcome::Hide,
                ..removal()
            }),
        };
        match appeal::answer(&self.node.app, &Actor::Person(who), case, answer).await {
            Ok(answered) => {
                assert!(
                    !barred.contains(&who.id),
                    "somebody answered an appeal against their own decision"
                );
                self.decided(case, answered.done().unwrap().id, [who.id].into());
            }
            Err(Error::Case(CaseError::FirstDecider)) => assert!(barred.contains(&who.id)),
            Err(Error::Case(_) | Error::Appeal(_) | Error::Enforcement(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn reverse(&mut self, decision: u8) {
        if let Some(id) = pick(&self.decisions, decision) {
            self.reverse_one(id).await;
        }
    }

    async fn reverse_one(&self, id: Id<Decision>) {
        let change = Change {
            actor: self.node.manager(),
            action: AuditAction::ReverseDecision,
            now: self.node.app.clock().now(),
        };
        let store = self.node.app.store();
        let reversed = store.write(change, move |writer| {
            enforcement::reverse(writer, id, "Không còn căn cứ.")
        });
        reversed.await.unwrap();
    }

    /// Takes what the feed has; a host that lost the last answers asks for them again.
    async fn poll(&mut self, lost: usize) {
        let platform = Actor::Token {
            id: Id::from_number(4).unwrap(),
            scopes: vec![Scope::ActionsRead],
            person: None,
        };
        loop {
            let feed = action::feed(&self.node.app, &platform, self.host.after, 7)
                .await
                .unwrap();
            let Some(last) = feed.len().checked_sub(1) else { return };
            for row in feed.iter().map(|told| &told.row) {
                let had = self.host.had.entry(row.target.clone()).or_default();
                if row.sequence <= *had {
                    continue;
                }
                assert_eq!(row.sequence, *had + 1, "nothing is left out");
                *had = row.sequence;
                let held = (row.target.clone(), row.kind.key());
                match row.effect {
                    Effect::Apply => drop(self.host.holds.insert(held)),
                    Effect::Lift => drop(self.host.holds.remove(&held)),
                }
            }
            // The place is noted as if the last few had not come.
            match last.checked_sub(lost) {
                Some(place) => self.host.after = Some(feed[place].row.id),
                None => return,
            }
            if feed.len() < 7 {
                return;
            }
        }
    }

    fn targets(&self) -> Vec<Target> {
        let accounts = (0..AUTHORS).map(|author| (TargetKind::Account, format!("u-{author}")));
        let posts = self.posts.iter().map(|id| (TargetKind::Item, id.clone()));
        accounts
            .chain(posts)
            .map(|(kind, reference)| Target::new(kind, &reference).unwrap())
            .collect()
    }

    async fn measures(&self, target: &Target) -> Vec<MeasureRow> {
        let target = target.clone();
        let store = self.node.app.store();
        store
            .read("measures", move |tx| measure::of_target(tx, &target))
            .await
            .map_err(|error: anlanh_store::Error| error)
            .unwrap()
    }

    async fn is_reversed(&self, decision: Id<Decision>) -> bool {
        let read = self
            .node
            .app
            .store()
            .read("reversal", move |tx| reversal::of_decision(tx, decision));
        read.await
            .map_err(|error: anlanh_store::Error| error)
            .unwrap()
            .is_some()
    }

    /// What must hold at every moment, once what is due was done.
    async fn check(&self) {
        let failed = jobs::run_due(&self.node.app).await;
        assert!(failed.is_empty(), "{failed:?}");
        let now = self.node.app.clock().now();
        for target in self.targets() {
            for row in self.measures(&target).await.iter().filter(|row| row.is_live()) {
                assert!(
                    !self.is_reversed(row.decision).await,
                    "{row:?} holds without its decision"
                );
                assert!(row.until.is_none_or(|until| until > now), "{row:?} has no end");
            }
        }
        for id in self.cases.iter().chain(self.appeals.iter().map(|(case, _)| case)) {
            let view = case::show(&self.node.app, &self.node.auditor(), *id).await.unwrap();
            let kept = keeping::show(&self.node.app, &self.node.manager(), view.item.id)
                .await
                .unwrap();
            let is_open = matches!(view.case.case.state, State::Waiting | State::Held { .. });
            match kept.standing {
                Standing::Erased(at, _) => {
                    assert!(
                        !is_open || at <= view.case.case.opened_at,
                        "evidence of an open case is gone"
                    );
                    let holds = kept.holds.iter();
                    let mut lasted = holds.filter(|hold| hold.at <= at && hold.until.is_none_or(|until| at < until));
                    assert_eq!(lasted.next(), None, "it was held");
                    assert!(view.content.is_none());
                }
                Standing::Kept(_) | Standing::Over => assert!(view.content.is_some()),
            }
            for clock in &view.clocks {
                match clock.end {
                    ClockEnd::Running => assert!(clock.due_at >= now, "{clock:?} ran out unseen"),
                    ClockEnd::Met(at) => assert!(at <= clock.due_at, "{clock:?} is said to be met"),
                    ClockEnd::Breached { .. } => assert!(clock.due_at < now, "{clock:?}"),
                }
            }
        }
    }

    /// Takes everything back: nothing holds, nothing counts, and the host has lifted it all.
    async fn end(mut self) {
        let auditor = self.node.auditor();
        let page = case::decisions(&self.node.app, &auditor, DecisionFilter::default(), None, 500);
        for row in page.await.unwrap() {
            self.reverse_one(row.id).await;
        }
        for target in self.targets() {
            assert!(
                self.measures(&target).await.iter().all(|row| !row.is_live()),
                "{target:?}"
            );
            if target.kind().is_subject() {
                let manager = self.node.manager();
                let subject = enforcement::subject(&self.node.app, &manager, target.clone())
                    .await
                    .unwrap();
                assert!(subject.strikes.iter().all(|row| row.revoked_at.is_some()), "{target:?}");
            }
        }
        self.poll(0).await;
        self.host.holds.retain(|(_, kind)| *kind != ActionKind::Warn.key());
        assert_eq!(
            self.host.holds,
            BTreeSet::new(),
            "the host still does what nobody wants"
        );
    }
}

fn live(place: &Place, shelf: std::path::PathBuf, steps: &[Step]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut world = World {
            node: node(place, Policy::built_in().unwrap(), shelf),
            host: Host::default(),
            posts: Vec::new(),
            cases: Vec::new(),
            decisions: Vec::new(),
            appeals: Vec::new(),
            deciders: BTreeMap::new(),
        };
        for step in steps {
            world = world.take(*step).await;
            world.check().await;
        }
        world.end().await;
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_law_holds(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        live(&Place::Sqlite(folder.path().join("anlanh.db")), folder.path().join("lists"), &steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, ..ProptestConfig::default() })]

    #[test]
    fn the_law_holds_on_a_server_as_well(steps in steps()) {
        if let Some(database) = anlanh_testkit::postgres() {
            let folder = tempfile::tempdir().unwrap();
            live(&Place::parse(database.address()), folder.path().join("lists"), &steps);
        }
    }
}
