//! What is published: every number is that of the cases, on both databases, and is corrected with them.

use std::collections::BTreeMap;

use anlanh_app::appeal::{self as appeals, Answer};
use anlanh_app::case::{self, Decided, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement};
use anlanh_app::policy::{self, Choice, Start};
use anlanh_app::published::{self, Difference, Figure, Part, Period, Report, Span};
use anlanh_app::report::{self, NewReport};
use anlanh_app::{Error, jobs};
use anlanh_model::{
    Actor, AppealState, AuditAction, Case, ClockEnd, Id, MeasureKind, Outcome, Party, Relation, ReportState, Scope,
    TargetKind, Time,
};
use anlanh_pack::Policy;
use anlanh_store::{Change, appeal, clock, decision, measure, report as kept, reversal};

use crate::enforcement::proposed;
use crate::node::{BAIT, Node, judge, machine, on_each, removal};

/// What a function of the store says of one id.
macro_rules! read {
    ($node:expr, $of:path, $id:expr) => {{
        let id = $id;
        let read = $node.app.store().read("test", move |tx| $of(tx, id)).await;
        let read: Result<_, anlanh_store::Error> = read;
        read.unwrap()
    }};
}

/// What a test did, by which it finds everything again.
#[derive(Default)]
struct Ledger {
    items: u64,
    cases: Vec<Id<Case>>,
    reports: Vec<Id<anlanh_model::Report>>,
}

impl Ledger {
    /// A case on a new post, each by somebody else.
    async fn post(&mut self, node: &Node) -> Id<Case> {
        self.items += 1;
        let author = format!("u-{}", self.items);
        let json = serde_json::json!({ "text": BAIT, "author": { "ref": author }, "group": "g-1" });
        let judged = judge(node, &json.to_string()).unwrap();
        let lines = anlanh_app::item::keep(&node.app, &machine(), vec![judged])
            .await
            .unwrap();
        let kept: serde_json::Value = serde_json::from_slice(&lines[0]).unwrap();
        let case: Id<Case> = kept["case"].as_str().unwrap().parse().unwrap();
        self.cases.push(case);
        case
    }

    /// A report of something new, and its case.
    async fn report(&mut self, node: &Node, category: &str) -> Option<Id<Case>> {
        let case = self.report_of(node, category, self.reports.len()).await;
        self.cases.extend(case);
        case
    }

    /// A report of what was reported first.
    async fn report_again(&mut self, node: &Node, category: &str) {
        self.report_of(node, category, 0).await;
    }

    async fn report_of(&mut self, node: &Node, category: &str, number: usize) -> Option<Id<Case>> {
        let email = (category == "xuc-pham").then(|| format!("lan{}@vi-du.vn", self.reports.len()));
        let new = NewReport {
            category: category.to_owned(),
            url: Some(format!("https://vi-du.vn/p/{number}")),
            item: None,
            text: None,
            why: "Họ xin mã OTP.".to_owned(),
            relation: Relation::Third,
            name: email.as_ref().map(|_| "Nguyễn Thị Lan".to_owned()),
            email,
            reporter: None,
            language: "vi",
        };
        let receipt = report::submit(&node.app, &Actor::Outsider, new).await.unwrap();
        self.reports.push(receipt.id);
        load(node, receipt.id).await.case
    }

    /// Every number, from the rows of each case and report, one after the other.
    async fn recount(&self, node: &Node, from: Time, until: Time) -> BTreeMap<(Figure, String), u64> {
        let mut sums = BTreeMap::new();
        let mut add = |figure: Figure, key: &str| *sums.entry((figure, key.to_owned())).or_insert(0_u64) += 1;
        let (mut decision_times, mut answer_times, mut appeal_times) = (Vec::new(), Vec::new(), Vec::new());
        let within = |at: Time| at >= from && at < until;
        for id in &self.cases {
            let appeal = read!(node, appeal::of_case, *id);
            if let Some(row) = &appeal
                && within(row.appeal.opened_at)
            {
                add(Figure::Appeals, row.appeal.side.party.key());
                add(Figure::AppealsByState, row.appeal.state.key());
                if let AppealState::Answered { at, .. } = row.appeal.state {
                    appeal_times.push(at.as_micros() - row.appeal.opened_at.as_micros());
                }
            }
            let row = case::show(&node.app, &node.auditor(), *id).await.unwrap().case;
            for clock in read!(node, clock::of_case, *id) {
                if within(clock.starts_at) {
                    let figure = match clock.end {
                        ClockEnd::Running => Figure::ClocksRunning,
                        ClockEnd::Met(_) => Figure::ClocksMet,
                        ClockEnd::Breached { .. } => Figure::ClocksBreached,
                    };
                    add(figure, &clock.key);
                }
            }
            let Some(decision) = read!(node, decision::of_case, *id) else {
                continue;
            };
            // An answer to an appeal that changes nothing is no decision of its own; one that reverses is in the reversal.
            let stands_alone = appeal.is_none_or(|row| row.appeal.state.key() == "changed");
            if !within(decision.at) || !stands_alone {
                continue;
            }
            add(Figure::Decisions, decision.outcome.key());
            add(Figure::DecisionsByCause, row.cause.key());
            add(Figure::DecisionsByDetection, decision.detection.key());
            let reversed = read!(node, reversal::of_decision, decision.id);
            match (&reversed, &decision.category) {
                (Some(_), _) => add(Figure::DecisionsReversed, decision.outcome.key()),
                (None, Some(category)) => add(Figure::DecisionsByCategory, category),
                (None, None) => {}
            }
            for measure in read!(node, measure::of_decision, decision.id) {
                if measure.target.kind().is_subject() {
                    let key = format!("{}.{}", measure.target.kind().key(), measure.kind.key());
                    add(Figure::Measures, &key);
                    if reversed.is_some() {
                        add(Figure::MeasuresReversed, &key);
                    }
                }
            }
            decision_times.push(decision.at.as_micros() - row.case.opened_at.as_micros());
        }
        for id in &self.reports {
            let row = load(node, *id).await;
            if !within(row.received_at) {
                continue;
            }
            add(Figure::Reports, &row.category);
            let decided = match row.case {
                Some(case) => read!(node, decision::of_case, case),
                None => None,
            };
            let taken_back = match decided {
                Some(decision) => read!(node, reversal::of_decision, decision.id).map(|row| row.at),
                None => None,
            };
            // Who is answered after that is told what stands.
            let reversed = taken_back.zip(row.answered_at).is_some_and(|(at, told)| told < at);
            let state = match (row.state, row.outcome) {
                (ReportState::Answered, Some(outcome)) => match (outcome.is_violation(), reversed) {
                    (true, true) => "upheld_reversed",
                    (true, false) => "upheld",
                    (false, true) => "rejected_reversed",
                    (false, false) => "rejected",
                },
                (ReportState::Unconfirmed, _) => "unconfirmed",
                (ReportState::Lapsed, _) => "lapsed",
                (ReportState::Open | ReportState::Answered, _) => "open",
            };
            add(Figure::ReportsByState, state);
            answer_times.extend(row.answered_at.map(|at| at.as_micros() - row.received_at.as_micros()));
        }
        for (key, times) in [
            ("decision", &mut decision_times),
            ("answer", &mut answer_times),
            ("appeal", &mut appeal_times),
        ] {
            times.sort_unstable();
            let middle = match times.len() {
                0 => continue,
                even if even % 2 == 0 => (times[even / 2 - 1] + times[even / 2]) / 2,
                odd => times[odd / 2],
            };
            let minutes = u64::try_from(middle).unwrap().div_ceil(60_000_000);
            if minutes > 0 {
                sums.insert((Figure::MedianMinutes, key.to_owned()), minutes);
            }
        }
        sums
    }
}

async fn load(node: &Node, id: Id<anlanh_model::Report>) -> kept::ReportRow {
    read!(node, kept::load, id).unwrap()
}

async fn decide(node: &Node, id: Id<Case>, outcome: Outcome, measures: Vec<AskedMeasure>) -> Id<anlanh_app::Decision> {
    let verdict = Verdict {
        outcome,
        category: outcome.is_violation().then(|| "SC1".to_owned()),
        enforcement: Enforcement {
            measures,
            ..Enforcement::default()
        },
        ..removal()
    };
    let decided = case::decide(&node.app, &Actor::Person(node.person), id, verdict)
        .await
        .unwrap();
    match decided {
        Decided::Done(decision) => decision.id,
        Decided::AwaitingSecond(_) => panic!("no second person is needed here"),
    }
}

fn reverse(node: &Node, decision: Id<anlanh_app::Decision>) {
    let change = Change {
        actor: node.manager(),
        action: AuditAction::ReverseDecision,
        now: node.app.clock().now(),
    };
    let reversed = node.app.store().write_blocking(change, move |writer| {
        enforcement::reverse(writer, decision, "Khiếu nại có căn cứ.").map(|_| ())
    });
    reversed.unwrap();
}

fn period(text: &str) -> Period {
    Period::parse(text).unwrap()
}

async fn figures(node: &Node, text: &str) -> Report {
    published::figures(&node.app, period(text)).await.unwrap()
}

/// What a report says, but for items, which no case has.
fn told(report: &Report) -> BTreeMap<(Figure, String), u64> {
    let counts = report.counts().iter().filter(|count| count.figure != Figure::Items);
    counts
        .map(|count| ((count.figure, count.key.as_str().to_owned()), count.value))
        .collect()
}

/// The first moment of a month in Hà Nội.
fn start(text: &str) -> Time {
    let (year, month) = text.split_once('-').unwrap();
    let day = anlanh_pack::Day {
        year: year.parse().unwrap(),
        month: month.parse().unwrap(),
        day: 1,
    };
    Time::from_seconds(i64::from(anlanh_screen::Date::from(day).0) * 86_400 - 7 * 3_600)
}

#[test]
fn every_number_is_that_of_the_cases_and_a_reversal_corrects_it() {
    on_each(async |node| {
        let mut ledger = Ledger::default();
        let lock = |days| AskedMeasure {
            kind: MeasureKind::TemporaryLock,
            target: TargetKind::Account,
            days: Some(days),
        };
        let warn = AskedMeasure {
            kind: MeasureKind::Warn,
            target: TargetKind::Group,
            days: None,
        };
        // September 2026, from the 21st on.
        let (first, second) = (ledger.post(&node).await, ledger.post(&node).await);
        let waiting = ledger.post(&node).await;
        let reported = ledger.report(&node, "lua-dao").await.unwrap();
        let other = ledger.report(&node, "khac").await;
        ledger.report(&node, "xuc-pham").await;
        node.wait_minutes(37);
        let removed = decide(&node, first, Outcome::Remove, vec![lock(7), warn]).await;
        node.wait_minutes(5);
        decide(&node, second, Outcome::NoViolation, Vec::new()).await;
        let upheld = decide(&node, reported, Outcome::Hide, Vec::new()).await;
        node.wait_minutes(3 * 1_440);
        assert!(
            jobs::run_due(&node.app).await.is_empty(),
            "clocks run out, an address was not confirmed"
        );
        if let Some(other) = other {
            decide(&node, other, Outcome::NoViolation, Vec::new()).await;
        }
        // October.
        node.wait_minutes(10 * 1_440);
        let subject_only = decide(&node, waiting, Outcome::SubjectOnly, vec![lock(14)]).await;
        let late = ledger.post(&node).await;
        let limited = decide(&node, late, Outcome::Limit, Vec::new()).await;
        // The third violation in the group opened a case of its own, with its clock.
        ledger.cases.push(proposed(&node).await.unwrap());

        let check = async |ledger: &Ledger, text: &str, from: &str, until: &str| {
            let report = figures(&node, text).await;
            let expected = ledger.recount(&node, start(from), start(until)).await;
            assert_eq!(told(&report), expected, "{text}");
            report
        };
        let before = check(&ledger, "2026-09", "2026-09", "2026-10").await;
        assert!(before.is_over && before.total(Figure::Decisions) >= 3);
        assert!(before.total(Figure::ClocksBreached) > 0 && before.total(Figure::ClocksMet) > 0);
        assert_eq!(before.total(Figure::ReportsByState), 3);
        assert_eq!(before.total(Figure::Items), 3);
        assert_eq!(before.value(Figure::DecisionsByCategory, "SC1"), 2);
        let october = check(&ledger, "2026-10", "2026-10", "2026-11").await;
        assert!(!october.is_over);
        assert_eq!(october.total(Figure::Decisions), 2);
        check(&ledger, "2026-Q3", "2026-07", "2026-10").await;
        let year = check(&ledger, "2026", "2026-01", "2027-01").await;
        assert_eq!(year.total(Figure::Decisions), before.total(Figure::Decisions) + 2);

        // What an appeal changes: one decision is undone, one replaced by a milder one, one stands.
        let platform = Actor::Token {
            id: Id::from_number(3).unwrap(),
            scopes: vec![Scope::AppealsWrite],
            person: None,
        };
        let answers = [
            (removed, Answer::Reverse("Bài cảnh báo lừa đảo.".to_owned())),
            (
                limited,
                Answer::Change(Verdict {
                    outcome: Outcome::Label,
                    labels: vec!["tin-gia".to_owned()],
                    ..removal()
                }),
            ),
            (subject_only, Answer::Uphold("Đúng như đã quyết định.".to_owned())),
        ];
        for (decision, answer) in answers {
            let opened = appeals::open(
                &node.app,
                &platform,
                decision,
                Party::Author,
                "Tôi chỉ cảnh báo mọi người.",
            );
            let opened = opened.await.unwrap();
            ledger.cases.push(opened.row.case);
            node.wait_minutes(90);
            appeals::answer(&node.app, &Actor::Person(node.other), opened.row.case, answer)
                .await
                .unwrap();
        }
        reverse(&node, upheld);
        let after = check(&ledger, "2026-09", "2026-09", "2026-10").await;
        assert_eq!(after.value(Figure::DecisionsByCategory, "SC1"), 0);
        assert_eq!(after.total(Figure::DecisionsReversed), 2);
        assert_eq!(after.value(Figure::MeasuresReversed, "account.temporary_lock"), 1);
        assert_eq!(after.value(Figure::ReportsByState, "upheld_reversed"), 1);
        let after = check(&ledger, "2026-10", "2026-10", "2026-11").await;
        assert_eq!(
            (after.total(Figure::Decisions), after.total(Figure::DecisionsReversed)),
            (3, 1)
        );
        assert_eq!(after.value(Figure::DecisionsByCategory, "SC1"), 2);
        assert_eq!(after.value(Figure::AppealsByState, "upheld"), 1);
        assert_eq!(after.total(Figure::Appeals), 3);
        assert_eq!(after.value(Figure::MedianMinutes, "appeal"), 90);
    });
}

#[test]
fn who_reports_after_a_reversal_was_told_nothing_that_was_reversed() {
    on_each(async |node| {
        let mut ledger = Ledger::default();
        let case = ledger.report(&node, "lua-dao").await.unwrap();
        node.wait_minutes(10);
        let decision = decide(&node, case, Outcome::Remove, Vec::new()).await;
        let states = async || {
            let report = figures(&node, "2026-09").await;
            ["upheld", "upheld_reversed", "rejected", "rejected_reversed"]
                .map(|key| report.value(Figure::ReportsByState, key))
        };
        // Somebody reports what is removed already: they are told so, and both hear it is undone.
        ledger.report_again(&node, "lua-dao").await;
        assert_eq!(states().await, [2, 0, 0, 0]);
        node.wait_minutes(10);
        let platform = Actor::Token {
            id: Id::from_number(3).unwrap(),
            scopes: vec![Scope::AppealsWrite],
            person: None,
        };
        let opened = appeals::open(&node.app, &platform, decision, Party::Author, "Tôi chỉ cảnh báo.");
        let appeal = opened.await.unwrap().row.case;
        ledger.cases.push(appeal);
        let answer = Answer::Reverse("Bài cảnh báo lừa đảo.".to_owned());
        appeals::answer(&node.app, &Actor::Person(node.other), appeal, answer)
            .await
            .unwrap();
        assert_eq!(states().await, [0, 2, 0, 0]);
        // Whoever reports it now is told what stands, and that nobody has taken back.
        node.wait_minutes(10);
        ledger.report_again(&node, "lua-dao").await;
        assert_eq!(states().await, [0, 2, 1, 0]);
        let expected = ledger.recount(&node, start("2026-09"), start("2026-10")).await;
        assert_eq!(told(&figures(&node, "2026-09").await), expected);
    });
}

#[test]
fn only_what_is_between_the_beginning_and_today_is_reported_on() {
    on_each(async |node| {
        let check = async |text: &str, there: bool| match published::figures(&node.app, period(text)).await {
            Ok(report) => assert!(there && report.counts().is_empty(), "{text}"),
            Err(Error::NotFound("period")) => assert!(!there, "{text}"),
            Err(error) => panic!("{error}"),
        };
        for there in ["2026-09", "2026-Q3", "2026"] {
            check(there, true).await;
        }
        for none in [
            "2026-08", "2026-10", "2026-Q2", "2026-Q4", "2025", "2027", "9999", "0000",
        ] {
            check(none, false).await;
        }
        let periods = published::periods(&node.app).await.unwrap();
        assert_eq!(periods.present(Span::Quarter), Some(period("2026-Q3")));
        assert_eq!(periods.all(Span::Month), [period("2026-09")]);
    });
}

/// The built-in policy, with texts of files in place of others.
fn changed(texts: &[(&str, &str, &str)]) -> Policy {
    let built_in = Policy::built_in().unwrap();
    let mut files: Vec<(String, String)> = built_in
        .files()
        .iter()
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect();
    for (path, from, to) in texts {
        let (_, text) = files.iter_mut().find(|(found, _)| found == path).unwrap();
        assert!(text.contains(from), "{path}");
        *text = text.replacen(from, to, 1);
    }
    let texts = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Policy::from_texts(texts).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

#[test]
fn what_changed_is_told_by_titles_and_never_by_words_or_conditions() {
    let complaint = "key = \"complaint-removal\"\ntitle = { vi = \"Gỡ nội dung vi phạm sau khiếu nại của người dùng tại Việt Nam\", \
                     en = \"Remove violating content after a complaint of a user in Việt Nam\" }\nasker = \"user\"\n\
                     applies_to = [\"platform\"]\nstarts = \"receipt\"\nhours = 48";
    let shorter = complaint.replace("hours = 48", "hours = 24");
    let rule = (
        "rules/fraud.toml",
        "Từ ngữ lừa đảo ở mức cao",
        "Từ ngữ lừa đảo rất nặng",
    );
    let check = |texts: &[(&str, &str, &str)], expected: &[(Part, Difference, Option<&str>)]| {
        let changes = published::differences(&Policy::built_in().unwrap(), &changed(texts));
        let told: Vec<_> = changes
            .iter()
            .map(|change| {
                (
                    change.part,
                    change.difference,
                    change.title.as_ref().map(|title| title.en.as_str()),
                )
            })
            .collect();
        assert_eq!(told, expected);
    };
    check(&[], &[]);
    check(
        &[("clocks.toml", complaint, &shorter)],
        &[(
            Part::Clock,
            Difference::Hours { from: 48, to: 24 },
            Some("Remove violating content after a complaint of a user in Việt Nam"),
        )],
    );
    check(&[rule], &[]);
    check(
        &[(
            "rules/fraud.toml",
            "lexicon.severity(\"SC1\") >= high",
            "lexicon.severity(\"SC1\") >= critical",
        )],
        &[(
            Part::Rules,
            Difference::Changed,
            Some("Fraud; fake agencies and organisations; phishing links"),
        )],
    );
    check(
        &[("ladders.toml", "violations = 5", "violations = 6")],
        &[(Part::Ladder, Difference::Changed, Some("Locks under Decree 147/2024"))],
    );
}

#[test]
fn every_version_that_came_into_force_is_told_of_once() {
    on_each(async |node| {
        let folder = node.shelf.clone();
        let again = crate::node::start(Policy::built_in().unwrap(), folder.clone());
        let node = node.restart(again).unwrap();
        node.wait_minutes(60);
        let new = changed(&[("ladders.toml", "violations = 5", "violations = 6")]);
        let start = Start {
            choice: Choice::Loaded,
            ..crate::node::start(new, folder)
        };
        let node = node.restart(start).unwrap();
        let last = published::last_step(&node.app).await.unwrap();
        let entries = published::history_blocking(&node.app).unwrap();
        let told: Vec<_> = entries
            .iter()
            .map(|entry| (entry.is_back, entry.changes.as_ref().map(Vec::len)))
            .collect();
        assert_eq!(told, [(false, Some(1)), (false, None)]);
        assert!(entries[0].at > entries[1].at);
        policy::roll_back(&node.app, &node.manager(), "Nguyễn Thị Lan đã báo nhầm").unwrap();
        assert_ne!(published::last_step(&node.app).await.unwrap(), last);
        let entries = published::history_blocking(&node.app).unwrap();
        assert_eq!((entries.len(), entries[0].is_back), (3, true));
        let everything = format!("{entries:?}");
        assert!(
            !everything.contains("Lan") && !everything.contains("hoa"),
            "no names, no notes"
        );
    });
}
