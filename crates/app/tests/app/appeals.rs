//! Appeals: opened by those whom a decision concerns, answered by somebody new, with everything that follows.

use anlanh_app::appeal::{self, Answer, Concern, Shown};
use anlanh_app::case::{self, Decided, Step, Verdict};
use anlanh_app::enforcement::{self, AskedMeasure, Enforcement};
use anlanh_app::{
    ActionKind, AppealError, AppealRow, CaseError, CaseFilter, Effect, Error, StoreError, action, policy, quality,
};
use anlanh_model::{
    Actor, Appeal, AppealResult, AppealState, AuditAction, Case, Cause, Deciders, Id, MeasureKind, Outcome, Party,
    Permission, Person, Purpose, Role, Scope, Share, State, TargetKind,
};
use anlanh_store::{Change, staff};

use crate::enforcement::{account, lock, proposed, violate};
use crate::node::{Node, keep, on_each, removal};

/// A post of its own for each case: near-copies would be one cluster.
const BAIT: &str = crate::node::BAIT;
const WORDS: &str = "Tôi chỉ kể lại chuyện bị lừa để cảnh báo mọi người.";
const WHY: &str = "Bài viết cảnh báo, không xin mã OTP của ai.";

fn platform() -> Actor {
    Actor::Token {
        id: Id::from_number(3).unwrap(),
        scopes: vec![Scope::AppealsWrite],
        person: None,
    }
}

fn lan(node: &Node) -> Actor {
    Actor::Person(node.person)
}

fn minh(node: &Node) -> Actor {
    Actor::Person(node.other)
}

async fn another(node: &Node, name: &'static str) -> Person {
    let change = Change {
        actor: Actor::Operator,
        action: AuditAction::CreateStaff,
        now: node.app.clock().now(),
    };
    let role = Role::Reviewer;
    let made = node
        .app
        .store()
        .write(change, move |writer| staff::insert(writer, name, role, "-"));
    let id = made.await.map_err(|error: StoreError| error).unwrap();
    Person { id, role }
}

/// A case that Lan decided: its decision, and the secret of the author's link.
async fn decided(node: &Node, verdict: Verdict) -> (Id<Case>, Id<anlanh_app::Decision>) {
    let kept = keep(node, BAIT).await;
    let case = kept["case"].as_str().unwrap().parse().unwrap();
    let decision = case::decide(&node.app, &lan(node), case, verdict).await.unwrap();
    (case, decision.done().unwrap().id)
}

async fn secret(node: &Node, decision: Id<anlanh_app::Decision>, party: Party) -> String {
    let links = appeal::links(&node.app, &platform(), decision).await.unwrap();
    let (_, secret) = links.into_iter().find(|(of, _)| *of == party).unwrap();
    secret.path().strip_prefix("/d/").unwrap().to_owned()
}

async fn concern(node: &Node, secret: &str) -> Concern {
    appeal::concern(&node.app, secret).await.unwrap().unwrap()
}

async fn opened(node: &Node, decision: Id<anlanh_app::Decision>, party: Party) -> AppealRow {
    let opened = appeal::open(&node.app, &platform(), decision, party, WORDS).await;
    opened.unwrap().row
}

fn no_violation() -> Verdict {
    Verdict {
        outcome: Outcome::NoViolation,
        category: None,
        basis: Vec::new(),
        labels: Vec::new(),
        facts: "Không có gì.".to_owned(),
        enforcement: Enforcement::default(),
    }
}

/// The item is removed and the account behind it is locked.
fn removal_and_lock(days: u32) -> Verdict {
    Verdict {
        enforcement: Enforcement {
            measures: vec![AskedMeasure {
                kind: MeasureKind::TemporaryLock,
                target: TargetKind::Account,
                days: Some(days),
            }],
            ..Enforcement::default()
        },
        ..removal()
    }
}

/// What the platform was told, oldest first: to whom, what and whether it holds.
async fn told(node: &Node) -> Vec<(TargetKind, ActionKind, Effect)> {
    let reader = Actor::Token {
        id: Id::from_number(9).unwrap(),
        scopes: vec![Scope::ActionsRead],
        person: None,
    };
    let actions = action::feed(&node.app, &reader, None, 100).await.unwrap();
    let rows = actions.iter().map(|told| &told.row);
    let told = rows.map(|row| (row.target.kind(), row.kind, row.effect));
    told.collect()
}

#[test]
fn what_an_appeal_undoes_is_lifted_and_counts_no_more() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal_and_lock(10)).await;
        let link = secret(&node, decision, Party::Author).await;
        let seen = concern(&node, &link).await;
        let kinds: Vec<_> = seen.first_measures.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [MeasureKind::Remove, MeasureKind::TemporaryLock]);
        let reporter = concern(&node, &secret(&node, decision, Party::Reporter).await).await;
        assert_eq!(reporter.first_measures, [], "what becomes of others is nothing to them");
        let account = seen.first_measures[1].target.clone();
        let strikes = async || {
            let manager = node.manager();
            let subject = enforcement::subject(&node.app, &manager, account.clone())
                .await
                .unwrap();
            subject.strikes.iter().filter(|row| row.revoked_at.is_none()).count()
        };
        assert_eq!(strikes().await, 1);

        let appeal = opened(&node, decision, Party::Author).await;
        let answer = Answer::Reverse("Bài cảnh báo lừa đảo.".to_owned());
        appeal::answer(&node.app, &minh(&node), appeal.case, answer)
            .await
            .unwrap();
        assert_eq!(strikes().await, 0);
        use ActionKind::{Lock, Remove};
        use Effect::{Apply, Lift};
        use TargetKind::{Account, Item};
        assert_eq!(
            told(&node).await,
            [
                (Item, Remove, Apply),
                (Account, Lock, Apply),
                (Account, Lock, Lift),
                (Item, Remove, Lift)
            ]
        );
        let seen = concern(&node, &link).await;
        assert!(seen.first_measures.iter().all(|row| !row.is_live()));
        assert_eq!(
            (seen.standing.outcome, seen.standing_measures.len()),
            (Outcome::NoViolation, 0)
        );
    });
}

#[test]
fn what_was_written_is_sealed_and_erased_when_it_is_over() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let link = secret(&node, decision, Party::Author).await;
        let appeal = opened(&node, decision, Party::Author).await;
        let said = "Tôi là Nguyễn Thị Lan, số 0901234567.";
        appeal::say_by_link(&node.app, &link, said).await.unwrap();
        let erased = appeal::erase_by_link(&node.app, &link).await;
        assert!(matches!(erased, Err(Error::Appeal(AppealError::StillOpen))));
        appeal::say(&node.app, &minh(&node), appeal.case, "Cảm ơn bạn.")
            .await
            .unwrap();
        let view = appeal::show(&node.app, &node.manager(), appeal.appeal.id)
            .await
            .unwrap();
        let talk: Vec<_> = view.messages.iter().map(|message| message.words.as_deref()).collect();
        assert_eq!(
            (view.words.as_deref(), talk),
            (Some(WORDS), vec![Some(said), Some("Cảm ơn bạn.")])
        );
        assert!(
            !view
                .row
                .words
                .windows(8)
                .any(|bytes| WORDS.as_bytes().windows(8).any(|word| word == bytes))
        );

        appeal::answer(&node.app, &minh(&node), appeal.case, Answer::Uphold(WHY.to_owned()))
            .await
            .unwrap();
        appeal::erase_by_link(&node.app, &link).await.unwrap();
        let view = appeal::show(&node.app, &node.manager(), appeal.appeal.id)
            .await
            .unwrap();
        assert_eq!(view.words, None);
        assert!(view.messages.iter().all(|message| message.words.is_none()));
        let kept = concern(&node, &link).await;
        assert_eq!(kept.appeal.unwrap().answer.unwrap().facts, WHY, "the answer is kept");
        appeal::erase_by_link(&node.app, &link).await.unwrap();
    });
}

#[test]
fn what_takes_the_place_of_a_decision_is_all_that_is_left_of_it() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal_and_lock(30)).await;
        let appeal = opened(&node, decision, Party::Author).await;
        let changed = Verdict {
            outcome: Outcome::Limit,
            ..removal_and_lock(7)
        };
        appeal::answer(&node.app, &minh(&node), appeal.case, Answer::Change(changed))
            .await
            .unwrap();
        let seen = concern(&node, &secret(&node, decision, Party::Author).await).await;
        assert!(seen.first_measures.iter().all(|row| !row.is_live()));
        let left: Vec<_> = seen
            .standing_measures
            .iter()
            .map(|row| (row.kind, row.is_live()))
            .collect();
        assert_eq!(left, [(MeasureKind::Limit, true), (MeasureKind::TemporaryLock, true)]);
        let told = told(&node).await;
        let last = |kind| told.iter().rfind(|(_, of, _)| *of == kind).map(|(.., effect)| *effect);
        assert_eq!(last(ActionKind::Remove), Some(Effect::Lift));
        assert_eq!(last(ActionKind::Limit), Some(Effect::Apply));
        assert_eq!(last(ActionKind::Lock), Some(Effect::Apply));
    });
}

fn end_of_service() -> Verdict {
    Verdict {
        enforcement: Enforcement {
            measures: vec![AskedMeasure {
                kind: MeasureKind::EndService,
                target: TargetKind::Account,
                days: None,
            }],
            ..Enforcement::default()
        },
        ..removal()
    }
}

#[test]
fn an_answer_that_takes_two_people_waits_for_the_second() {
    on_each(async |node| {
        let (_, decision) = decided(&node, limit()).await;
        let link = secret(&node, decision, Party::Author).await;
        let appeal = opened(&node, decision, Party::Author).await;
        let answer = || Answer::Change(end_of_service());
        let waits = appeal::answer(&node.app, &minh(&node), appeal.case, answer())
            .await
            .unwrap();
        assert!(matches!(&waits, Decided::AwaitingSecond(row) if row.case.awaiting == Some(node.other.id)));
        assert_eq!(told(&node).await.len(), 1, "nothing was done");
        assert!(
            concern(&node, &link)
                .await
                .appeal
                .unwrap()
                .row
                .appeal
                .state
                .ended_at()
                .is_none()
        );

        // Neither who decided below, nor who answered, confirms it; a third person does, or sends it back.
        let chi = Actor::Person(node.manager);
        for barred in [lan(&node), minh(&node)] {
            let refused = enforcement::confirm(&node.app, &barred, appeal.case).await;
            assert!(
                matches!(refused, Err(Error::Case(CaseError::FirstDecider))),
                "{refused:?}"
            );
        }
        let declined = enforcement::decline(&node.app, &chi, appeal.case, "Quá nặng.".to_owned()).await;
        assert_eq!(declined.unwrap().case.awaiting, None);
        appeal::answer(&node.app, &minh(&node), appeal.case, answer())
            .await
            .unwrap();
        let confirmed = enforcement::confirm(&node.app, &chi, appeal.case).await.unwrap();
        assert_eq!(confirmed.outcome, Outcome::Remove);
        let told = told(&node).await;
        let last = |kind| told.iter().rfind(|(_, of, _)| *of == kind).map(|(.., effect)| *effect);
        assert_eq!(last(ActionKind::Limit), Some(Effect::Lift));
        assert_eq!(last(ActionKind::EndService), Some(Effect::Apply));
        let shown = concern(&node, &link).await.appeal.unwrap();
        assert!(shown.row.appeal.state.ended_at().is_some());
        // Both decided: neither has the next appeal.
        let owner = opened(&node, decision, Party::Owner).await;
        for barred in [minh(&node), chi] {
            let refused = appeal::answer(&node.app, &barred, owner.case, Answer::Uphold(WHY.to_owned())).await;
            assert!(
                matches!(refused, Err(Error::Case(CaseError::FirstDecider))),
                "{refused:?}"
            );
        }
    });
}

#[test]
fn an_appeal_that_is_taken_back_takes_with_it_what_waited_for_a_second_person() {
    on_each(async |node| {
        let (_, decision) = decided(&node, limit()).await;
        let link = secret(&node, decision, Party::Author).await;
        let appeal = opened(&node, decision, Party::Author).await;
        let answer = Answer::Change(end_of_service());
        appeal::answer(&node.app, &minh(&node), appeal.case, answer)
            .await
            .unwrap();
        appeal::withdraw_by_link(&node.app, &link).await.unwrap();
        let chi = Actor::Person(node.manager);
        let refused = enforcement::confirm(&node.app, &chi, appeal.case).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::Withdrawn))), "{refused:?}");
        assert_eq!(told(&node).await.len(), 1, "nothing was done");
    });
}

fn limit() -> Verdict {
    Verdict {
        outcome: Outcome::Limit,
        ..removal()
    }
}

#[test]
fn an_author_appeals_by_a_private_link_and_somebody_else_undoes_the_decision() {
    on_each(async |node| {
        let (case, decision) = decided(&node, removal()).await;
        let before = policy::rules(&node.app, &node.manager()).await.unwrap();
        let rule = case::show(&node.app, &lan(&node), case).await.unwrap().case.rule;
        assert_eq!((before[&rule].precision.confirmed, before[&rule].overturned), (1, 0));

        let link = secret(&node, decision, Party::Author).await;
        let told = concern(&node, &link).await;
        assert_eq!(
            (told.party, told.first.id, &told.text),
            (Party::Author, decision, &Shown::Text(BAIT.to_owned()))
        );
        assert!(told.may_appeal.unwrap().is_some() && told.appeal.is_none());
        appeal::open_by_link(&node.app, &link, WORDS).await.unwrap();
        let again = appeal::open_by_link(&node.app, &link, WORDS).await;
        assert!(matches!(again, Err(Error::Appeal(AppealError::Twice))));

        // It waits like any case, for anybody but who decided, under the policy's clock.
        let queue = case::queue(&node.app, &minh(&node), CaseFilter::default(), None, 10)
            .await
            .unwrap();
        let row = queue.cases.first().unwrap();
        assert_eq!((row.cause, row.rule.as_str()), (Cause::Appeal, rule.as_str()));
        let appealed = row.case.id;
        assert_eq!(row.case.due.at, node.app.clock().now().plus_minutes(168 * 60));
        for refused in [
            case::step(&node.app, &lan(&node), appealed, Step::Take).await.err(),
            case::step(&node.app, &lan(&node), appealed, Step::Escalate("x".to_owned()))
                .await
                .err(),
            appeal::answer(&node.app, &lan(&node), appealed, Answer::Uphold(WHY.to_owned()))
                .await
                .err(),
            appeal::say(&node.app, &lan(&node), appealed, "x").await.err(),
        ] {
            assert!(
                matches!(refused, Some(Error::Case(CaseError::FirstDecider))),
                "{refused:?}"
            );
        }
        let as_any = case::decide(&node.app, &minh(&node), appealed, removal()).await;
        assert!(matches!(as_any, Err(Error::Appeal(AppealError::NotAnAppeal))));

        let shown = case::show(&node.app, &minh(&node), appealed)
            .await
            .unwrap()
            .appeal
            .unwrap();
        assert_eq!((shown.words.as_deref(), shown.against.id), (Some(WORDS), decision));
        let answered = appeal::answer(&node.app, &minh(&node), appealed, Answer::Reverse(WHY.to_owned())).await;
        assert_eq!(answered.unwrap().done().unwrap().outcome, Outcome::NoViolation);
        let told = concern(&node, &link).await;
        assert_eq!(
            (told.standing.outcome, told.standing.facts.as_str()),
            (Outcome::NoViolation, WHY)
        );
        let own = told.appeal.unwrap();
        let AppealState::Answered { result, .. } = own.row.appeal.state else {
            panic!("{own:?}")
        };
        assert_eq!(result, AppealResult::Reversed);

        let after = policy::rules(&node.app, &node.manager()).await.unwrap();
        let precision = after[&rule].precision;
        assert_eq!(
            (precision.confirmed, precision.rejected, after[&rule].overturned),
            (0, 1, 1)
        );
        let recent = policy::rule(&node.app, &node.manager(), &rule).await.unwrap().recent;
        assert_eq!(recent.first().unwrap().outcome, Some(Outcome::NoViolation));
    });
}

#[test]
fn the_store_keeps_an_appeal_from_who_decided_below_whatever_the_row_says() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let first = opened(&node, decision, Party::Author).await;
        appeal::answer(&node.app, &minh(&node), first.case, Answer::Uphold(WHY.to_owned()))
            .await
            .unwrap();
        let second = opened(&node, decision, Party::Reporter).await;
        let stranger = another(&node, "chi").await;
        for by in [node.person, node.other, stranger] {
            let change = Change {
                actor: Actor::Person(by),
                action: AuditAction::TakeCase,
                now: node.app.clock().now(),
            };
            let id = second.case;
            let written = node.app.store().write(change, move |writer| {
                let row = anlanh_store::case::load(writer, id)?.unwrap();
                let Purpose::Appeal { of, .. } = row.case.purpose else {
                    panic!("{row:?}")
                };
                // As if the type had been told of somebody else.
                let forged = Case {
                    purpose: Purpose::Appeal {
                        of,
                        first: Deciders::one(Id::from_number(99).unwrap()),
                    },
                    ..row.case
                };
                let (held, _) = forged.take(by, writer.now()).unwrap();
                anlanh_store::case::update(writer, &held)
            });
            let written: Result<(), StoreError> = written.await;
            let is_new = by == stranger;
            assert_eq!(written.is_ok(), is_new, "{by:?} {written:?}");
            if let Err(error) = written {
                assert!(matches!(error, StoreError::DecidedBelow), "{error:?}");
            }
        }
    });
}

#[test]
fn each_party_appeals_once_against_what_stands_and_every_decider_below_is_barred() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let author = opened(&node, decision, Party::Author).await;
        let other = appeal::open(&node.app, &platform(), decision, Party::Owner, WORDS).await;
        assert!(matches!(other, Err(Error::Appeal(AppealError::AnotherOpen))));
        appeal::answer(&node.app, &minh(&node), author.case, Answer::Change(limit()))
            .await
            .unwrap();
        // By the first decision's link, against the one that stands.
        let owner = opened(&node, decision, Party::Owner).await;
        let shown = appeal::show(&node.app, &platform(), owner.appeal.id).await.unwrap();
        assert_eq!(shown.against.outcome, Outcome::Limit);
        for barred in [lan(&node), minh(&node)] {
            let refused = case::step(&node.app, &barred, owner.case, Step::Take).await;
            assert!(matches!(refused, Err(Error::Case(CaseError::FirstDecider))));
        }
        let chi = Actor::Person(another(&node, "chi").await);
        appeal::answer(&node.app, &chi, owner.case, Answer::Reverse(WHY.to_owned()))
            .await
            .unwrap();
        // There is nothing left to undo, but a reporter may hold that too little was done.
        let link = secret(&node, decision, Party::Author).await;
        assert_eq!(concern(&node, &link).await.may_appeal, Err(AppealError::Twice));
        let reporter = opened(&node, decision, Party::Reporter).await;
        let refused = appeal::answer(&node.app, &chi, reporter.case, Answer::Uphold(WHY.to_owned())).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::FirstDecider))));
        let dung = Actor::Person(another(&node, "dung").await);
        let refused = appeal::answer(&node.app, &dung, reporter.case, Answer::Reverse(WHY.to_owned())).await;
        assert!(matches!(refused, Err(Error::Appeal(AppealError::NothingToReverse))));
        appeal::answer(&node.app, &dung, reporter.case, Answer::Change(removal()))
            .await
            .unwrap();
        for party in Party::ALL {
            let again = appeal::open(&node.app, &platform(), decision, *party, WORDS).await;
            assert!(matches!(again, Err(Error::Appeal(AppealError::Twice))), "{party:?}");
        }
        // Every step back and forth is in the figures of the rule: right in the end.
        let rules = policy::rules(&node.app, &node.manager()).await.unwrap();
        let (_, figures) = rules.iter().find(|(_, figures)| figures.overturned > 0).unwrap();
        assert_eq!((figures.precision.confirmed, figures.precision.rejected), (1, 0));
    });
}

#[test]
fn nobody_reads_what_another_party_wrote() {
    on_each(async |node| {
        let (_, decision) = decided(&node, limit()).await;
        let author = secret(&node, decision, Party::Author).await;
        let reporter = secret(&node, decision, Party::Reporter).await;
        let accusing = "Tôi là Trần Thị Bảy, số 0912345678, bài này lừa mẹ tôi.";
        appeal::open_by_link(&node.app, &reporter, accusing).await.unwrap();
        appeal::say_by_link(&node.app, &reporter, "Mẹ tôi tên Tư.")
            .await
            .unwrap();
        let told = concern(&node, &author).await;
        assert_eq!(
            (told.appeal.as_ref(), told.may_appeal),
            (None, Err(AppealError::AnotherOpen))
        );
        let everything = format!("{told:?}");
        for secret in ["Bảy", "0912345678", "Tư."] {
            assert!(!everything.contains(secret), "{secret}");
        }
        let own = concern(&node, &reporter).await;
        assert_eq!(own.text, Shown::No, "a reporter does not read the item here");
        assert_eq!(own.appeal.unwrap().messages.len(), 1);
    });
}

#[test]
fn a_decision_is_appealed_within_the_period_of_the_policy() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let link = secret(&node, decision, Party::Author).await;
        let until = concern(&node, &link).await.may_appeal.unwrap().unwrap();
        assert_eq!(until, node.app.clock().now().plus_minutes(180 * 1_440));
        node.wait_minutes(180 * 1_440 - 1);
        assert!(concern(&node, &link).await.may_appeal.is_ok());
        node.wait_minutes(1);
        let late = appeal::open_by_link(&node.app, &link, WORDS).await;
        assert!(matches!(late, Err(Error::Appeal(AppealError::TooLate { since })) if since == until));
    });
}

#[test]
fn an_appeal_has_words_and_a_link_that_leads_somewhere() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let link = secret(&node, decision, Party::Author).await;
        let longest = "ệ".repeat(Appeal::MAX_CHARS);
        for words in ["", " \n", &format!("{longest}ệ")] {
            let refused = appeal::open_by_link(&node.app, &link, words).await;
            assert!(matches!(refused, Err(Error::Text("words", _))), "{}", words.len());
        }
        let nowhere = link.replace(|c: char| c.is_ascii_digit(), "0");
        for unknown in ["", "x", nowhere.as_str()] {
            assert_eq!(appeal::concern(&node.app, unknown).await.unwrap(), None);
            let refused = appeal::open_by_link(&node.app, unknown, WORDS).await;
            assert!(matches!(refused, Err(Error::NotFound("decision"))));
        }
        appeal::open_by_link(&node.app, &link, &longest).await.unwrap();
        let (_, clean) = decided(&node, no_violation()).await;
        let refused = appeal::open(&node.app, &platform(), clean, Party::Author, WORDS).await;
        assert!(matches!(refused, Err(Error::Appeal(AppealError::NothingToAppeal))));
        let parties = appeal::links(&node.app, &platform(), clean).await.unwrap();
        assert_eq!(
            parties.iter().map(|(party, _)| *party).collect::<Vec<_>>(),
            [Party::Reporter]
        );
        let refused = appeal::open(&node.app, &node.reader(), clean, Party::Reporter, WORDS).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::SubmitAppeals))));
        let refused = appeal::links(&node.app, &node.reader(), clean).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::SubmitAppeals))));
    });
}

#[test]
fn they_talk_within_bounds_until_it_is_over() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let link = secret(&node, decision, Party::Author).await;
        let silent = appeal::say_by_link(&node.app, &link, "xin chào").await;
        assert!(matches!(silent, Err(Error::NotFound("appeal"))));
        let row = opened(&node, decision, Party::Author).await;
        let mut written = 0;
        let too_many = |done: Result<(), Error>| matches!(done, Err(Error::Appeal(AppealError::TooManyMessages)));
        while written < Appeal::MAX_MESSAGES {
            for _ in 0..Appeal::MAX_UNANSWERED {
                appeal::say_by_link(&node.app, &link, "Tôi gửi thêm ảnh.")
                    .await
                    .unwrap();
            }
            assert!(too_many(appeal::say_by_link(&node.app, &link, "một câu nữa").await));
            // The answers, so that every turn ends at the limit.
            for _ in 0..Appeal::MAX_UNANSWERED {
                appeal::say(&node.app, &minh(&node), row.case, "Chúng tôi đã nhận.")
                    .await
                    .unwrap();
            }
            written += 2 * Appeal::MAX_UNANSWERED;
        }
        assert!(too_many(appeal::say_by_link(&node.app, &link, "câu cuối").await));
        let last = appeal::say(&node.app, &minh(&node), row.case, "câu cuối")
            .await
            .map(|_| ());
        assert!(too_many(last));
        appeal::answer(&node.app, &minh(&node), row.case, Answer::Uphold(WHY.to_owned()))
            .await
            .unwrap();
        let over = appeal::say_by_link(&node.app, &link, "nhưng").await;
        assert!(matches!(over, Err(Error::Appeal(AppealError::Over))));
        let over = appeal::say(&node.app, &minh(&node), row.case, "nhưng").await;
        assert!(matches!(over, Err(Error::Case(CaseError::Decided))));
    });
}

#[test]
fn what_is_taken_back_is_over_and_leaves_the_decision() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let link = secret(&node, decision, Party::Author).await;
        let row = opened(&node, decision, Party::Author).await;
        appeal::withdraw_by_link(&node.app, &link).await.unwrap();
        let twice = appeal::withdraw_by_link(&node.app, &link).await;
        assert!(matches!(twice, Err(Error::Appeal(AppealError::Over))));
        let told = concern(&node, &link).await;
        assert_eq!((told.standing.id, told.may_appeal), (decision, Err(AppealError::Twice)));
        let shown = case::show(&node.app, &minh(&node), row.case).await.unwrap();
        assert!(matches!(shown.case.case.state, State::Withdrawn { .. }));
        let queue = case::queue(&node.app, &minh(&node), CaseFilter::default(), None, 10)
            .await
            .unwrap();
        assert!(queue.cases.is_empty());
        let refused = appeal::answer(&node.app, &minh(&node), row.case, Answer::Uphold(WHY.to_owned())).await;
        assert!(matches!(refused, Err(Error::Case(CaseError::Withdrawn))));
        // Another party still may.
        opened(&node, decision, Party::Owner).await;
    });
}

#[test]
fn an_answer_that_changes_nothing_is_none() {
    on_each(async |node| {
        let (_, decision) = decided(&node, removal()).await;
        let row = opened(&node, decision, Party::Author).await;
        for same in [removal(), no_violation()] {
            let refused = appeal::answer(&node.app, &minh(&node), row.case, Answer::Change(same)).await;
            assert!(matches!(refused, Err(Error::Appeal(AppealError::NotAChange))));
        }
        let upheld = appeal::answer(&node.app, &minh(&node), row.case, Answer::Uphold(WHY.to_owned()))
            .await
            .unwrap()
            .done()
            .unwrap();
        assert_eq!(
            (upheld.outcome, upheld.category.as_deref()),
            (Outcome::Remove, Some("SC1"))
        );
        assert!(!upheld.basis.is_empty());
        let entries = node.actions().await;
        assert_eq!(entries[..2], [AuditAction::AnswerAppeal, AuditAction::OpenAppeal]);
    });
}

#[test]
fn an_appeal_ends_the_blind_second_opinion_of_what_it_is_about() {
    on_each(async |node| {
        let half = quality::Shares {
            second_review: Share::parse(Share::MAX_PERCENT).unwrap(),
            golden: Share::default(),
        };
        quality::set_shares(&node.app, &node.manager(), half).await.unwrap();
        let queue = async || {
            let page = case::queue(&node.app, &minh(&node), CaseFilter::default(), None, 10)
                .await
                .unwrap();
            page.cases.iter().map(|row| row.cause).collect::<Vec<_>>()
        };
        // Half of all decisions are drawn: one soon is.
        let (mut case, mut decision) = decided(&node, removal()).await;
        while queue().await.is_empty() {
            (case, decision) = decided(&node, removal()).await;
        }
        assert_eq!(queue().await, [Cause::Review]);
        assert!(
            case::show(&node.app, &minh(&node), case).await.is_err(),
            "the first decision is hidden"
        );
        let row = opened(&node, decision, Party::Author).await;
        assert_eq!(queue().await, [Cause::Appeal]);
        assert!(case::show(&node.app, &minh(&node), case).await.is_ok());
        // An answer is itself not drawn for a second opinion.
        appeal::answer(&node.app, &minh(&node), row.case, Answer::Uphold(WHY.to_owned()))
            .await
            .unwrap();
        assert!(queue().await.is_empty());
    });
}

#[test]
fn what_is_undone_about_a_subject_leaves_the_item_that_brought_it_up() {
    on_each(async |node| {
        let three = violate(&node, "u-1", 3).await;
        let proposed = proposed(&node).await.unwrap();
        let brought_up = case::show(&node.app, &lan(&node), proposed).await.unwrap().item.id;
        let queue = anlanh_app::DecisionFilter::default();
        let decisions = case::decisions(&node.app, &node.auditor(), queue, None, 10)
            .await
            .unwrap();
        let of_item = decisions.iter().find(|row| row.item == brought_up).unwrap();
        assert_eq!(of_item.id, three[2]);
        let right = quality::RightAnswer {
            outcome: Outcome::Remove,
            category: Some("SC1".to_owned()),
            note: "mẫu điển hình".to_owned(),
        };
        quality::set_golden(&node.app, &node.manager(), of_item.case, right)
            .await
            .unwrap();
        let rule = case::show(&node.app, &lan(&node), of_item.case)
            .await
            .unwrap()
            .case
            .rule;
        let known = async || {
            let figures = policy::rules(&node.app, &node.manager()).await.unwrap()[&rule];
            let golden = quality::golden(&node.app, &node.manager()).await.unwrap();
            (
                (figures.precision.confirmed, figures.precision.rejected),
                figures.overturned,
                golden.len(),
            )
        };
        assert_eq!(known().await, ((3, 0), 0, 1));

        let locked = lock(&node, proposed, 30).await.unwrap().done().unwrap().id;
        let appeal = opened(&node, locked, Party::Author).await;
        appeal::answer(&node.app, &lan(&node), appeal.case, Answer::Reverse(WHY.to_owned()))
            .await
            .unwrap();
        assert_eq!(known().await, ((3, 0), 0, 1), "the post is what it was");

        // What is undone about the item itself is known better from then on.
        let appeal = opened(&node, three[2], Party::Author).await;
        appeal::answer(&node.app, &minh(&node), appeal.case, Answer::Reverse(WHY.to_owned()))
            .await
            .unwrap();
        assert_eq!(known().await, ((2, 1), 1, 0));
    });
}

#[test]
fn a_violation_that_stands_under_another_outcome_counts_as_it_did() {
    on_each(async |node| {
        let strikes = async |author: &str| {
            let subject = enforcement::subject(&node.app, &node.manager(), account(author)).await;
            let strikes = subject.unwrap().strikes;
            let standing = strikes.into_iter().filter(|row| row.revoked_at.is_none());
            standing.map(|row| row.strike).collect::<Vec<_>>()
        };
        let locked = async |author: &str| {
            let subject = enforcement::subject(&node.app, &node.manager(), account(author)).await;
            let measures = subject.unwrap().measures;
            let live = measures.into_iter().filter(|row| row.is_live());
            live.map(|row| row.decision).collect::<Vec<_>>()
        };
        let change = async |decision, verdict: Verdict| {
            let appeal = opened(&node, decision, Party::Author).await;
            let answer = Answer::Change(verdict);
            let answered = appeal::answer(&node.app, &minh(&node), appeal.case, answer).await;
            answered.unwrap().done().unwrap().id
        };
        let three = violate(&node, "u-1", 3).await;
        let (case, before) = (proposed(&node).await.unwrap(), strikes("u-1").await);
        let lock_of_three = lock(&node, case, 60).await.unwrap().done().unwrap().id;
        node.wait_minutes(20 * 1_440);
        let answer = change(three[1], limit()).await;
        assert_eq!(strikes("u-1").await, before, "as old as it was, and no longer");
        assert_eq!(locked("u-1").await, [lock_of_three], "what rested on it stands");
        let subject = enforcement::subject(&node.app, &node.manager(), account("u-1")).await;
        let of_answer = subject.unwrap().strikes;
        assert!(of_answer.iter().any(|row| row.decision == answer));
        assert_eq!(proposed(&node).await, None, "it is no further violation");

        // Where it counts against nobody any more, it does so for what rested on it.
        let mut nobody = limit();
        nobody.enforcement.strikes = Some(Vec::new());
        change(three[0], nobody).await;
        assert_eq!(strikes("u-1").await, before[1..]);
        assert_eq!(locked("u-1").await, []);

        // An answer can be reversed like any decision, and what it took over goes with it.
        let chi = Actor::Person(another(&node, "chi").await);
        let appeal = opened(&node, three[1], Party::Owner).await;
        appeal::answer(&node.app, &chi, appeal.case, Answer::Reverse(WHY.to_owned()))
            .await
            .unwrap();
        assert_eq!(strikes("u-1").await, before[2..]);

        // What counted for nothing and is a violation after all counts from then on.
        let (_, clean) = decided(&node, no_violation()).await;
        let appeal = opened(&node, clean, Party::Reporter).await;
        let answer = appeal::answer(&node.app, &minh(&node), appeal.case, Answer::Change(removal())).await;
        let item = answer.unwrap().done().unwrap().item;
        let read = node
            .app
            .store()
            .read("item", move |tx| anlanh_store::item::load(tx, item));
        let author = read.await.map_err(|error: StoreError| error).unwrap().unwrap();
        let author = author.subject(TargetKind::Account).unwrap();
        let counted = strikes(author.reference()).await;
        assert_eq!(counted.first().unwrap().at, node.app.clock().now());
    });
}
