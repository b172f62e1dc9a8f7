//! How the work of people is measured, on both databases: what is drawn, what stays hidden, and what the figures say.

use anlanh_app::case::{self, Step, Verdict};
use anlanh_app::enforcement::Enforcement;
use anlanh_app::quality::{self, RightAnswer, Shares};
use anlanh_app::{CaseFilter, DecisionFilter, Error, QueueState};
use anlanh_model::{
    Accuracy, Actor, AuditAction, Case, CaseError, Finding, Gauge, Id, Outcome, Permission, Person, Purpose, Share,
};
use anlanh_store::audit::{self, AuditFilter};
use anlanh_store::tally;

use crate::node::{Node, on_each, open};

const DAY: i64 = 24 * 60;

fn share(percent: u8) -> Share {
    Share::parse(percent).unwrap()
}

fn verdict(outcome: Outcome, category: Option<&str>, facts: &str) -> Verdict {
    Verdict {
        outcome,
        category: category.map(str::to_owned),
        basis: Vec::new(),
        labels: Vec::new(),
        facts: facts.to_owned(),
        enforcement: Enforcement::default(),
    }
}

fn removal() -> Verdict {
    verdict(Outcome::Remove, Some("SC1"), "hỏi mã OTP")
}

fn innocence() -> Verdict {
    verdict(Outcome::NoViolation, None, "đùa giữa bạn bè")
}

async fn set(node: &Node, second_review: u8, golden: u8) {
    let shares = Shares {
        second_review: share(second_review),
        golden: share(golden),
    };
    quality::set_shares(&node.app, &node.manager(), shares).await.unwrap();
}

async fn waiting(node: &Node, who: &Actor) -> Vec<Id<Case>> {
    let page = case::queue(&node.app, who, CaseFilter::default(), None, 200)
        .await
        .unwrap();
    page.cases.iter().map(|row| row.case.id).collect()
}

/// Decides new cases until one is drawn; the case, and those that were opened for it.
async fn decide_until_drawn(node: &Node, who: Person, verdict: &Verdict) -> (Id<Case>, Id<Case>) {
    for _ in 0..200 {
        let before = waiting(node, &node.reader()).await;
        assert_eq!(before, [], "machines see none of what measures");
        let id = open(node).await;
        case::decide(&node.app, &Actor::Person(who), id, verdict.clone())
            .await
            .unwrap();
        // An auditor sees everything.
        if let Some(drawn) = waiting(node, &node.auditor()).await.first() {
            return (id, *drawn);
        }
    }
    panic!("half of the decisions are drawn, and of 200 none was");
}

#[test]
fn what_is_drawn_can_be_reckoned_again() {
    on_each(async |node| {
        set(&node, 20, 0).await;
        let mut expected = Vec::new();
        for _ in 0..60 {
            let id = open(&node).await;
            let decision = case::decide(&node.app, &Actor::Person(node.person), id, removal())
                .await
                .unwrap()
                .done()
                .unwrap();
            if share(20).draws(Gauge::SecondReview, decision.id.number()) {
                expected.push(id);
            }
        }
        assert!((2..30).contains(&expected.len()), "{}", expected.len());
        let queue = case::queue(&node.app, &node.auditor(), CaseFilter::default(), None, 200)
            .await
            .unwrap();
        let drawn: Vec<Id<Case>> = queue
            .cases
            .iter()
            .map(|row| {
                let Purpose::SecondReview { of, first } = row.case.purpose else {
                    panic!("{:?}", row.case.purpose);
                };
                assert_eq!(first, node.person.id);
                of
            })
            .collect();
        assert_eq!(drawn, expected);
    });
}

#[test]
fn a_second_opinion_is_blind_and_somebody_else_s() {
    on_each(async |node| {
        set(&node, 50, 0).await;
        let (first, second) = decide_until_drawn(&node, node.person, &removal()).await;
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        assert_eq!(waiting(&node, &lan).await, [], "whoever decided does not meet it again");
        assert_eq!(waiting(&node, &minh).await, [second]);
        let refused = case::step(&node.app, &lan, second, Step::Take).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::FirstDecider))));
        assert!(matches!(
            case::show(&node.app, &lan, second).await,
            Err(Error::NotFound(_))
        ));

        // For everybody else who decides, the first decision is not there.
        for who in [&minh, &node.manager()] {
            assert!(matches!(
                case::show(&node.app, who, first).await,
                Err(Error::NotFound(_))
            ));
            let noted = case::step(&node.app, who, first, Step::Note("x".to_owned())).await;
            assert!(matches!(noted, Err(Error::NotFound(_))));
            let decisions = case::decisions(&node.app, who, DecisionFilter::default(), None, 200)
                .await
                .unwrap();
            assert!(decisions.iter().all(|decision| decision.case != first));
            let done = CaseFilter {
                state: QueueState::Decided,
                ..CaseFilter::default()
            };
            let done = case::queue(&node.app, who, done, None, 200).await.unwrap();
            assert!(done.cases.iter().all(|row| row.case.id != first));
        }
        let view = case::show(&node.app, &minh, second).await.unwrap();
        assert!(view.past.iter().all(|past| past.case != first));
        assert_eq!(view.decision, None);
        assert_eq!(view.events.len(), 1, "it has just been opened");
        assert_eq!(view.events[0].actor_kind, "token", "by whom the first was");
        assert_eq!(view.item.received_at, view.case.case.opened_at);
        let cases = |view: &anlanh_app::item::ItemView| view.cases.clone();
        let item = |who: Actor| {
            let (app, id) = (node.app.clone(), view.case.item);
            async move { anlanh_app::item::show(&app, &who, id).await.unwrap() }
        };
        assert_eq!(
            cases(&item(minh.clone()).await),
            [second],
            "it stands in the place of the first"
        );
        assert_eq!(cases(&item(lan.clone()).await), [first]);
        let made_of = |who: Actor| {
            let (app, rule, id) = (node.app.clone(), view.case.rule.clone(), view.case.item);
            async move {
                let shown = anlanh_app::policy::rule(&app, &who, &rule).await.unwrap();
                shown.recent.iter().find(|hit| hit.item == id).unwrap().outcome
            }
        };
        assert_eq!(made_of(minh.clone()).await, None, "on the rule's page neither");
        assert_eq!(made_of(lan.clone()).await, Some(Outcome::Remove));
        // What acts on decisions, and who audits, sees them at once.
        assert!(case::show(&node.app, &node.reader(), first).await.is_ok());
        assert_eq!(
            case::decisions(&node.app, &node.reader(), DecisionFilter::default(), None, 1)
                .await
                .unwrap()[0]
                .case,
            first
        );
        assert!(case::show(&node.app, &node.auditor(), first).await.is_ok());

        case::decide(&node.app, &minh, second, innocence()).await.unwrap();
        let seen = case::show(&node.app, &minh, first).await.unwrap();
        assert_eq!(seen.decision.unwrap().outcome, Outcome::Remove, "both are in");
        // The live decision stands; the second took no effect.
        let machine_sees = case::decisions(&node.app, &node.reader(), DecisionFilter::default(), None, 200)
            .await
            .unwrap();
        assert!(machine_sees.iter().all(|decision| decision.case != second));
        let mine = case::decisions(&node.app, &minh, DecisionFilter::default(), None, 200)
            .await
            .unwrap();
        assert!(
            mine.iter().any(|decision| decision.case == second),
            "their own work is there"
        );
        let tallied = node.app.store().read("tally", |tx| tally::since(tx, 0)).await;
        let tallied = tallied.map_err(|error: anlanh_store::Error| error).unwrap();
        assert!(tallied.iter().all(|row| row.key != "no_violation"));
    });
}

#[test]
fn a_disagreement_waits_for_somebody_else_and_changes_nothing() {
    on_each(async |node| {
        set(&node, 50, 0).await;
        let (first, second) = decide_until_drawn(&node, node.person, &removal()).await;
        let manager = node.manager();
        assert_eq!(quality::disagreements(&node.app, &manager).await.unwrap(), []);
        case::decide(&node.app, &Actor::Person(node.other), second, innocence())
            .await
            .unwrap();
        let open = quality::disagreements(&node.app, &manager).await.unwrap();
        assert_eq!((open.len(), open[0].of, open[0].case), (1, first, second));
        assert_eq!((open[0].first.by.as_str(), open[0].second.by.as_str()), ("lan", "minh"));
        let find = |who: Actor, note: &str| {
            let (app, note) = (node.app.clone(), note.to_owned());
            async move { quality::find_right(&app, &who, second, Finding::Second, note).await }
        };
        assert!(matches!(
            find(Actor::Person(node.other), "x").await,
            Err(Error::Forbidden(Permission::CheckQuality))
        ));
        assert!(matches!(find(manager.clone(), " ").await, Err(Error::Text("note", _))));
        find(manager.clone(), "hai người quen nhau, chỉ là đùa").await.unwrap();
        assert!(matches!(
            find(manager.clone(), "lần nữa").await,
            Err(Error::NotFound(_))
        ));
        assert_eq!(quality::disagreements(&node.app, &manager).await.unwrap(), []);
        let figures = quality::figures(&node.app, &manager, 30).await.unwrap();
        assert_eq!((figures.findings, figures.disagreements), ([0, 1, 0, 0], 1));
        let standing = case::show(&node.app, &node.auditor(), first).await.unwrap();
        assert_eq!(standing.decision.unwrap().outcome, Outcome::Remove);
        let actions = node.actions().await;
        assert!(actions.contains(&AuditAction::FindRight) && actions.contains(&AuditAction::SetShares));

        // Whoever gave an opinion does not judge between them.
        let (_, second) = decide_until_drawn(&node, node.person, &removal()).await;
        case::step(
            &node.app,
            &Actor::Person(node.other),
            second,
            Step::Escalate("không chắc".to_owned()),
        )
        .await
        .unwrap();
        case::decide(&node.app, &manager, second, innocence()).await.unwrap();
        let own = quality::find_right(&node.app, &manager, second, Finding::Second, "tôi đúng".to_owned()).await;
        assert!(matches!(own, Err(Error::OwnOpinion)));
    });
}

#[test]
fn golden_items_look_like_any_other_and_take_no_effect() {
    on_each(async |node| {
        let (lan, minh, manager) = (Actor::Person(node.person), Actor::Person(node.other), node.manager());
        let known = open(&node).await;
        let right = RightAnswer {
            outcome: Outcome::Remove,
            category: Some("SC1".to_owned()),
            note: "mẫu điển hình".to_owned(),
        };
        let early = quality::set_golden(&node.app, &manager, known, right.clone()).await;
        assert!(matches!(early, Err(Error::NotFound(_))), "it must be decided");
        case::decide(&node.app, &lan, known, removal()).await.unwrap();
        let forbidden = quality::set_golden(&node.app, &lan, known, right.clone()).await;
        assert!(matches!(forbidden, Err(Error::Forbidden(Permission::CheckQuality))));
        let odd = RightAnswer {
            category: None,
            ..right.clone()
        };
        assert!(matches!(
            quality::set_golden(&node.app, &manager, known, odd).await,
            Err(Error::UnknownKey("category"))
        ));
        quality::set_golden(&node.app, &manager, known, right).await.unwrap();
        assert_eq!(quality::golden(&node.app, &manager).await.unwrap()[0].case, known);

        node.wait_minutes(3 * DAY);
        set(&node, 0, 50).await;
        let (_, golden) = decide_until_drawn(&node, node.other, &innocence()).await;
        assert_eq!(waiting(&node, &lan).await, [], "who decided it before would know it");
        assert_eq!(waiting(&node, &manager).await, [], "who knows the answer is not asked");
        assert_eq!(waiting(&node, &minh).await, [golden]);
        let view = case::show(&node.app, &minh, golden).await.unwrap();
        let opening = case::show(&node.app, &node.auditor(), known).await.unwrap();
        assert_eq!(
            (&view.case.rule, view.case.cause, &view.case.category),
            (&opening.case.rule, opening.case.cause, &opening.case.category)
        );
        assert_eq!(
            view.item.received_at, view.case.case.opened_at,
            "as if it had just come in"
        );
        assert_eq!(view.golden, None);
        assert!(matches!(
            case::show(&node.app, &minh, known).await,
            Err(Error::NotFound(_))
        ));
        assert!(view.past.iter().all(|past| past.case != known));
        let before = node
            .app
            .store()
            .read("tally", |tx| tally::since(tx, 0))
            .await
            .map_err(|error: anlanh_store::Error| error)
            .unwrap();
        case::decide(&node.app, &minh, golden, removal()).await.unwrap();
        let after = node
            .app
            .store()
            .read("tally", |tx| tally::since(tx, 0))
            .await
            .map_err(|error: anlanh_store::Error| error)
            .unwrap();
        assert_eq!(before, after);
        assert_eq!(
            waiting(&node, &node.auditor()).await,
            [],
            "what measures is not measured"
        );
        assert!(
            matches!(case::show(&node.app, &minh, known).await, Err(Error::NotFound(_))),
            "the answer stays unknown"
        );
        let done = CaseFilter {
            state: QueueState::Decided,
            ..CaseFilter::default()
        };
        let done = case::queue(&node.app, &minh, done, None, 200).await.unwrap();
        assert!(
            done.cases.iter().any(|row| row.case.id == golden),
            "their own work is there"
        );

        let figures = quality::figures(&node.app, &manager, 30).await.unwrap();
        assert_eq!(figures.accuracy, Accuracy { right: 1, of: 1 });
        assert_eq!(figures.by_reviewer, [("minh".to_owned(), Accuracy { right: 1, of: 1 })]);
        let item = quality::golden(&node.app, &manager).await.unwrap()[0].item;
        quality::withdraw_golden(&node.app, &manager, item).await.unwrap();
        assert!(matches!(
            quality::withdraw_golden(&node.app, &manager, item).await,
            Err(Error::NotFound(_))
        ));
        let figures = quality::figures(&node.app, &manager, 30).await.unwrap();
        assert_eq!(figures.accuracy, Accuracy::default());
        let actions = node.actions().await;
        assert_eq!(
            actions
                .iter()
                .filter(|action| **action == AuditAction::SetGolden)
                .count(),
            2
        );
    });
}

#[test]
fn figures_are_those_of_the_decisions() {
    on_each(async |node| {
        let manager = node.manager();
        // Four pairs: (remove, remove) twice, (remove, none) once, (none, none) once. Observed 3/4; by chance
        // 3/4 · 2/4 + 1/4 · 2/4 = 1/2; κ = (3/4 − 1/2) / (1/2) = 1/2.
        for (first, second) in [
            (removal(), removal()),
            (removal(), innocence()),
            (innocence(), innocence()),
            (removal(), removal()),
        ] {
            set(&node, 50, 0).await;
            let (_, drawn) = decide_until_drawn(&node, node.person, &first).await;
            set(&node, 0, 0).await;
            case::decide(&node.app, &Actor::Person(node.other), drawn, second)
                .await
                .unwrap();
            node.wait_minutes(7 * DAY);
        }
        let figures = quality::figures(&node.app, &manager, 60).await.unwrap();
        let agreement = figures.agreement.unwrap();
        assert_eq!((agreement.pairs, agreement.observed), (4, 0.75));
        assert!((agreement.kappa.unwrap() - 0.5).abs() < 1e-9);
        assert_eq!(figures.by_pair.len(), 1);
        assert_eq!(figures.by_pair[0].0, ("lan".to_owned(), "minh".to_owned()));
        assert_eq!(figures.by_category, [("SC1".to_owned(), agreement)]);
        let weeks: Vec<(usize, f64)> = figures
            .weeks
            .iter()
            .map(|week| week.agreement.unwrap())
            .map(|agreement| (agreement.pairs, agreement.observed))
            .collect();
        assert_eq!(weeks, [(1, 1.0), (1, 0.0), (1, 1.0), (1, 1.0)]);
        assert!(
            figures
                .weeks
                .windows(2)
                .all(|weeks| weeks[1].monday - weeks[0].monday == 7)
        );
        let recent = quality::figures(&node.app, &manager, 8).await.unwrap();
        assert_eq!(recent.agreement.unwrap().pairs, 1);
    });
}

#[test]
fn one_s_own_figure_is_a_sum_of_past_weeks() {
    on_each(async |node| {
        let (lan, minh) = (Actor::Person(node.person), Actor::Person(node.other));
        let manager = node.manager();
        set(&node, 0, 50).await;
        for right in [true, true, false, true, true] {
            let known = open(&node).await;
            set(&node, 0, 0).await;
            case::decide(&node.app, &lan, known, removal()).await.unwrap();
            let answer = RightAnswer {
                outcome: Outcome::Remove,
                category: Some("SC1".to_owned()),
                note: "x".to_owned(),
            };
            quality::set_golden(&node.app, &manager, known, answer).await.unwrap();
            set(&node, 0, 50).await;
            let (_, drawn) = decide_until_drawn(&node, node.person, &innocence()).await;
            set(&node, 0, 0).await;
            let given = if right { removal() } else { innocence() };
            case::decide(&node.app, &minh, drawn, given).await.unwrap();
        }
        assert_eq!(
            quality::own(&node.app, &minh).await.unwrap(),
            None,
            "this week is not over"
        );
        node.wait_minutes(7 * DAY);
        assert_eq!(
            quality::own(&node.app, &minh).await.unwrap(),
            Some(Accuracy { right: 4, of: 5 })
        );
        assert_eq!(quality::own(&node.app, &lan).await.unwrap(), None);
        let auditor = quality::own(&node.app, &node.auditor()).await;
        assert!(matches!(auditor, Err(Error::Forbidden(Permission::DecideCases))));
    });
}

#[test]
fn one_of_many_who_decide_at_once_gives_the_second_opinion() {
    on_each(async |node| {
        set(&node, 50, 0).await;
        let (_, second) = decide_until_drawn(&node, node.person, &removal()).await;
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..8 {
            let (app, who) = (node.app.clone(), Actor::Person(node.other));
            let verdict = if n % 2 == 0 { removal() } else { innocence() };
            tries.spawn(async move { case::decide(&app, &who, second, verdict).await });
        }
        let mut kept = 0;
        for attempt in tries.join_all().await {
            match attempt {
                Ok(_) => kept += 1,
                Err(error) => assert!(matches!(error, Error::Case(CaseError::Decided)), "{error}"),
            }
        }
        assert_eq!(kept, 1);
        let figures = quality::figures(&node.app, &node.manager(), 30).await.unwrap();
        assert_eq!(figures.agreement.unwrap().pairs, 1);
        let entries = node
            .app
            .store()
            .read("audit", |tx| {
                audit::page(tx, &AuditFilter::of_action(AuditAction::DecideCase), None, 200)
            })
            .await
            .map_err(|error: anlanh_store::Error| error)
            .unwrap();
        let drawn = entries
            .iter()
            .filter(|entry| entry.detail.ends_with(&format!(" second-review={second}")));
        assert_eq!(drawn.count(), 1, "the log says which decision was drawn");
    });
}
