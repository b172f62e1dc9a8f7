//! Reports on real databases: gathered, confirmed, answered once, weighed, and erased.

use anlanh_app::appeal::{self, Answer, Shown};
use anlanh_app::report::{self, Erased, NewReport, Purpose, Receipt, ReportError};
use anlanh_app::{AppealError, Error, case, jobs};
use anlanh_model::{Actor, Case, Id, Outcome, Party, Relation, ReportState, Scope, Share, Standing, Urgency};
use anlanh_store::{Target, report as kept};

use crate::node::{BAIT, Node, keep, node, on_each, open, removal};

pub fn about(category: &str, url: &str) -> NewReport {
    NewReport {
        category: category.to_owned(),
        url: Some(url.to_owned()),
        item: None,
        text: None,
        why: "Họ hứa thưởng rồi xin mã OTP của mẹ tôi.".to_owned(),
        relation: Relation::Third,
        name: None,
        email: None,
        reporter: None,
        language: "vi",
    }
}

fn signed(category: &str, url: &str, email: &str) -> NewReport {
    NewReport {
        name: Some("Nguyễn Thị Lan".to_owned()),
        email: Some(email.to_owned()),
        ..about(category, url)
    }
}

async fn send(node: &Node, new: NewReport) -> Receipt {
    report::submit(&node.app, &Actor::Outsider, new).await.unwrap()
}

pub async fn row(node: &Node, receipt: &Receipt) -> kept::ReportRow {
    let id = receipt.id;
    let read = node.app.store().read("report", move |tx| kept::load(tx, id));
    let row: Result<_, anlanh_store::Error> = read.await;
    row.unwrap().unwrap()
}

async fn case_of(node: &Node, receipt: &Receipt) -> Id<Case> {
    row(node, receipt).await.case.unwrap()
}

/// The secret of the link that was mailed.
fn link(receipt: &Receipt) -> String {
    let vault = anlanh_vault::Vault::new([7; 32]);
    let secret = vault.secret_of("report.confirmation", receipt.id.number());
    secret.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

async fn decide(node: &Node, id: Id<Case>, outcome: Outcome) {
    let verdict = match outcome {
        Outcome::NoViolation => case::Verdict {
            outcome,
            category: None,
            ..removal()
        },
        Outcome::SubjectOnly | Outcome::Label | Outcome::Limit | Outcome::Hide | Outcome::Remove => removal(),
    };
    case::decide(&node.app, &Actor::Person(node.person), id, verdict)
        .await
        .unwrap();
}

async fn mails(node: &Node, template: &str) -> usize {
    let template = template.to_owned();
    let counted = node.app.store().database().read("mails", move |tx| {
        const COUNT: anlanh_db::Statement =
            anlanh_db::Statement::new("test.mails", "SELECT COUNT(*) FROM outgoing_mail WHERE template = $1");
        let row = tx.query_one(&COUNT, &[anlanh_db::Value::Text(&template)])?;
        row.map_or(Ok(0), |row| row.int(0))
    });
    let counted: Result<i64, anlanh_db::Error> = counted.await;
    usize::try_from(counted.unwrap()).unwrap()
}

#[test]
fn each_who_reported_may_appeal_and_reads_nothing_of_another() {
    on_each(async |node| {
        let first = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        let second = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        let status = async |receipt: &Receipt| report::status(&node.app, &receipt.secret).await.unwrap();
        assert_eq!(status(&first).await.appeal, None, "nothing is decided yet");
        assert!(appeal::concern(&node.app, &first.secret).await.unwrap().is_none());
        let case = case_of(&node, &first).await;
        decide(&node, case, Outcome::NoViolation).await;
        let path = status(&first).await.appeal.unwrap();
        let secret = path.strip_prefix("/d/").unwrap();
        let concern = async |secret: &str| appeal::concern(&node.app, secret).await.unwrap().unwrap();
        let told = concern(secret).await;
        assert_eq!((told.party, told.text), (Party::Reporter, Shown::No));
        appeal::open_by_link(&node.app, secret, "Bài này lừa lấy mã OTP của mẹ tôi.")
            .await
            .unwrap();
        let other = concern(&second.secret).await;
        assert!(other.appeal.is_none(), "what another wrote is not theirs");
        assert_eq!(other.may_appeal, Err(AppealError::AnotherOpen));

        let open = async || {
            appeal::list(&node.app, &node.manager(), "open".to_owned(), None, 10)
                .await
                .unwrap()
        };
        let answer = Answer::Uphold("Đã xem lại, không vi phạm.".to_owned());
        let minh = Actor::Person(node.other);
        appeal::answer(&node.app, &minh, open().await[0].row.case, answer)
            .await
            .unwrap();
        // Whoever erases their report takes nothing of another's with it, and leaves them nothing of theirs.
        let certificate = report::erase(&node.app, &first.secret).await.unwrap();
        assert!(certificate.erased.contains(&Erased::Appeals));
        let words = appeal::list(&node.app, &node.manager(), String::new(), None, 10)
            .await
            .unwrap();
        assert_eq!(words[0].words, None, "what they wrote is gone");
        let other = concern(&second.secret).await;
        assert!(other.appeal.is_none() && other.may_appeal.is_ok());
        appeal::open_by_link(&node.app, &second.secret, "Tôi cũng bị lừa như vậy.")
            .await
            .unwrap();
        let answer = Answer::Change(removal());
        appeal::answer(&node.app, &node.manager(), open().await[0].row.case, answer)
            .await
            .unwrap();
        let after = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        assert_eq!(
            status(&after).await.outcome,
            Some(Outcome::Remove),
            "what stands now is told"
        );
    });
}

#[test]
fn what_was_cleared_once_is_looked_at_again_for_another_reason() {
    on_each(async |node| {
        let first = send(&node, about("khac", "https://vi-du.vn/p/1")).await;
        let case = case_of(&node, &first).await;
        decide(&node, case, Outcome::NoViolation).await;
        let same = send(&node, about("khac", "https://vi-du.vn/p/1")).await;
        assert_eq!((same.state, case_of(&node, &same).await), (ReportState::Answered, case));
        let other = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        assert_eq!(other.state, ReportState::Open, "nobody looked at it as this");
        let second = case_of(&node, &other).await;
        assert_ne!(second, case);
        decide(&node, second, Outcome::NoViolation).await;
        let edited = NewReport {
            text: Some("Bài đã sửa: gửi mã OTP cho em".to_owned()),
            ..about("lua-dao", "https://vi-du.vn/p/1")
        };
        let edited = send(&node, edited).await;
        assert_eq!(edited.state, ReportState::Open, "nor at what is shown now");
        let third = case_of(&node, &edited).await;
        decide(&node, third, Outcome::NoViolation).await;
        node.wait_minutes(7 * 24 * 60);
        let late = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        assert_eq!(late.state, ReportState::Open, "nor lately");
        decide(&node, case_of(&node, &late).await, Outcome::Remove).await;
        let after = send(&node, about("tin-gia", "https://vi-du.vn/p/1")).await;
        assert_eq!(after.state, ReportState::Answered, "what was removed stays removed");
    });
}

#[test]
fn an_outsider_binds_no_address_to_what_the_platform_sent() {
    on_each(async |node| {
        let json = r#"{"id":"p-lanh","text":"Chúc cả nhà vui vẻ"}"#;
        let judged = crate::node::judge(&node, json).unwrap();
        anlanh_app::item::keep(&node.app, &crate::node::machine(), vec![judged])
            .await
            .unwrap();
        let both = |reporter: Option<&str>| NewReport {
            item: Some("p-lanh".to_owned()),
            reporter: reporter.map(str::to_owned),
            ..about("khac", "https://vi-du.vn/p/xau")
        };
        let poison = send(&node, both(None)).await;
        let item = row(&node, &poison).await.item;
        let address = send(&node, about("lua-dao", "https://vi-du.vn/p/xau")).await;
        assert_ne!(row(&node, &address).await.item, item);
        let platform = made_token(&node).await;
        let known = report::submit(&node.app, &platform, both(Some("u-7"))).await.unwrap();
        assert_eq!(row(&node, &known).await.item, item);
    });
}

#[test]
fn whose_reports_a_platform_hands_on_is_known_by_their_own_track() {
    on_each(async |node| {
        let platform = made_token(&node).await;
        let from = |reporter: &str, page: u32| NewReport {
            reporter: Some(reporter.to_owned()),
            ..about("lua-dao", &format!("https://vi-du.vn/p/{page}"))
        };
        let mut last = None;
        for page in 0..5 {
            let receipt = report::submit(&node.app, &platform, from("u-xau", page)).await.unwrap();
            assert_eq!(row(&node, &receipt).await.standing, Standing::Ordinary);
            decide(&node, case_of(&node, &receipt).await, Outcome::NoViolation).await;
            last = Some(receipt);
        }
        let status = async |receipt: &Receipt| report::status(&node.app, &receipt.secret).await.unwrap();
        assert!(status(&last.unwrap()).await.is_warned);
        let good = report::submit(&node.app, &platform, from("u-tot", 10)).await.unwrap();
        assert!(!status(&good).await.is_warned, "one user answers for no other");
        let own = NewReport {
            reporter: None,
            ..from("", 11)
        };
        let own = report::submit(&node.app, &platform, own).await.unwrap();
        assert_eq!(row(&node, &own).await.standing, Standing::Trusted);
        let outsider = report::submit(&node.app, &Actor::Outsider, from("u-x", 12)).await;
        assert!(
            matches!(outsider, Err(Error::Report(ReportError::Relayed))),
            "{outsider:?}"
        );
        let longest = from(&"a".repeat(report::MAX_REPORTER_BYTES), 13);
        assert!(report::submit(&node.app, &platform, longest).await.is_ok());
        let longer = from(&"a".repeat(report::MAX_REPORTER_BYTES + 1), 14);
        let refused = report::submit(&node.app, &platform, longer).await;
        assert!(matches!(refused, Err(Error::Text("reporter", _))), "{refused:?}");
    });
}

#[test]
fn whoever_reported_through_a_platform_is_told_through_it_once() {
    on_each(async |node| {
        let platform = made_token(&node).await;
        let Actor::Token { id: own, .. } = platform else {
            panic!("a token")
        };
        let told_to = async |id| {
            let reader = Actor::Token {
                id,
                scopes: vec![Scope::ActionsRead],
                person: None,
            };
            let feed = anlanh_app::action::feed(&node.app, &reader, None, 200).await.unwrap();
            let out = feed.iter().map(|told| anlanh_app::action::out(&node.app, told));
            let out = out.map(|out| serde_json::to_value(out).unwrap());
            out.filter(|out| out["kind"] == "notice").collect::<Vec<_>>()
        };
        let told = async || told_to(own).await;
        let url = "https://vi-du.vn/relayed";
        let relayed = NewReport {
            reporter: Some("nguoi-bao-77".to_owned()),
            ..about("lua-dao", url)
        };
        let receipt = report::submit(&node.app, &platform, relayed).await.unwrap();
        let own = send(&node, about("lua-dao", url)).await;
        let case = case_of(&node, &receipt).await;
        assert_eq!(case_of(&node, &own).await, case, "one case");
        assert_eq!(told().await, Vec::<serde_json::Value>::new());
        decide(&node, case, Outcome::Remove).await;
        let all = told().await;
        assert_eq!(all.len(), 1, "who came by themselves is told by their own link");
        let (one, link) = (&all[0], format!("/report/{}", receipt.secret));
        assert_eq!(
            one["target"],
            serde_json::json!({ "kind": "report", "reference": receipt.id.to_string() })
        );
        assert_eq!(
            (&one["decision"], &one["reason"]),
            (&serde_json::Value::Null, &"".into())
        );
        assert_eq!(
            (&one["report"]["reporter"], &one["report"]["outcome"]),
            (&"nguoi-bao-77".into(), &"remove".into())
        );
        for text in [&one["report"]["status_url"], &one["notice"]["vi"], &one["notice"]["en"]] {
            assert!(text.as_str().unwrap().ends_with(&link), "{text}");
        }
        assert!(
            one["notice"]["vi"]
                .as_str()
                .unwrap()
                .contains("Nội dung vi phạm và đã được gỡ bỏ.")
        );
        // Another platform on the same node reads nothing of it.
        let other = told_to(Id::from_number(9).unwrap()).await;
        assert_eq!(other[0]["report"], serde_json::Value::Null);
        assert!(!other[0].to_string().contains("nguoi-bao-77") && !other[0].to_string().contains(&link));
        // Nobody is named any more who was erased.
        report::erase(&node.app, &receipt.secret).await.unwrap();
        let after = told().await;
        assert_eq!((after.len(), &after[0]["report"]), (1, &serde_json::Value::Null));
        assert!(!after[0].to_string().contains("nguoi-bao-77"));
    });
}

/// A token that the store knows, to report with.
pub async fn made_token(node: &Node) -> Actor {
    let change = anlanh_store::Change {
        actor: Actor::Operator,
        action: anlanh_model::AuditAction::CreateToken,
        now: node.app.clock().now(),
    };
    let scopes = [Scope::ReportsWrite];
    let made = node.app.store().write(change, move |writer| {
        anlanh_store::token::insert(writer, "nen-tang", &[5; 32], &scopes, None)
    });
    let id = made.await.map_err(|error: anlanh_store::Error| error).unwrap();
    Actor::Token {
        id,
        scopes: scopes.to_vec(),
        person: None,
    }
}

#[test]
fn an_address_confirmed_after_the_answer_hears_it_and_one_that_is_not_is_forgotten() {
    on_each(async |node| {
        let heard = send(&node, signed("lua-dao", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
        let silent = send(&node, signed("lua-dao", "https://vi-du.vn/p/1", "minh@vi-du.vn")).await;
        assert_eq!(mails(&node, "report-address").await, 2, "nothing waits for these");
        decide(&node, case_of(&node, &heard).await, Outcome::Remove).await;
        assert_eq!(
            mails(&node, "report-outcome").await,
            0,
            "nobody knows yet whose the addresses are"
        );
        let status = report::status(&node.app, &heard.secret).await.unwrap();
        assert!(status.address_until.is_some());
        report::confirm(&node.app, &link(&heard)).await.unwrap();
        assert_eq!(mails(&node, "report-outcome").await, 1);
        let track = row(&node, &heard).await.reporter.unwrap();
        let track = node.app.store().read("track", move |tx| kept::track(tx, track)).await;
        let track: Result<_, anlanh_store::Error> = track;
        assert_eq!(track.unwrap().upheld, 1);
        node.wait_minutes(72 * 60 + 1);
        jobs::run_due(&node.app).await;
        let silent = row(&node, &silent).await;
        assert!(silent.contact.is_none() && silent.content.is_some() && !silent.can_confirm);
        assert!(row(&node, &heard).await.contact.is_some());
    });
}

#[test]
fn an_address_is_flooded_by_nobody() {
    on_each(async |node| {
        let to = |page: u64| signed("lua-dao", &format!("https://vi-du.vn/p/{page}"), "Lan@vi-du.vn");
        let mut last = None;
        for page in 0..report::MAX_CONFIRM_MAILS {
            last = Some(send(&node, to(page)).await);
        }
        let is_refused = async || {
            let refused = report::submit(&node.app, &Actor::Outsider, to(99)).await;
            matches!(refused, Err(Error::Report(ReportError::TooManyMails)))
        };
        assert!(is_refused().await);
        report::erase(&node.app, &last.unwrap().secret).await.unwrap();
        assert!(is_refused().await, "erasing makes no room");
        node.wait_minutes(24 * 60 + 1);
        send(&node, to(99)).await;
    });
}

#[test]
fn nothing_is_taken_that_waits_for_a_mail_which_nobody_sends() {
    on_each(async |node| {
        let start = crate::node::start(anlanh_pack::Policy::built_in().unwrap(), node.shelf.clone());
        let start = anlanh_app::policy::Start {
            site: start.site.without_mail(),
            ..start
        };
        let node = node.restart(start).unwrap();
        let waits = signed("xuc-pham", "https://vi-du.vn/p/1", "lan@vi-du.vn");
        let refused = report::submit(&node.app, &Actor::Outsider, waits).await;
        assert!(
            matches!(refused, Err(Error::Report(ReportError::NoMail))),
            "{refused:?}"
        );
        let taken = send(&node, signed("lua-dao", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
        assert!(!taken.asks_to_confirm);
    });
}

#[test]
fn whoever_may_have_to_decide_again_is_not_told_by_the_list_of_reports() {
    on_each(async |node| {
        let all = anlanh_app::quality::Shares {
            second_review: Share::parse(50).unwrap(),
            golden: Share::parse(0).unwrap(),
        };
        anlanh_app::quality::set_shares(&node.app, &node.manager(), all)
            .await
            .unwrap();
        for page in 0..12 {
            let receipt = send(&node, about("lua-dao", &format!("https://vi-du.vn/p/{page}"))).await;
            decide(&node, case_of(&node, &receipt).await, Outcome::Remove).await;
        }
        let told = async |actor: &Actor, state: Option<ReportState>| {
            let list = report::list(&node.app, actor, state, None, 20).await.unwrap();
            let rows = list.into_iter().map(|view| view.report);
            rows.map(|row| (row.state, row.case.is_some(), row.outcome))
                .collect::<Vec<_>>()
        };
        let (blind, seen) = (
            (ReportState::Open, false, None),
            (ReportState::Answered, true, Some(Outcome::Remove)),
        );
        let minh = Actor::Person(node.other);
        let shown = told(&minh, None).await;
        let hidden = shown.iter().filter(|row| **row == blind).count();
        assert!(
            hidden > 0 && shown.iter().all(|row| [blind, seen].contains(row)),
            "{shown:?}"
        );
        assert_eq!(told(&node.auditor(), None).await, [seen; 12]);
        let answered = told(&minh, Some(ReportState::Answered)).await;
        assert_eq!(answered.len(), 12 - hidden, "nor by what they are listed under");
    });
}

#[test]
fn an_author_is_not_shown_what_was_pasted_of_theirs() {
    on_each(async |node| {
        let new = NewReport {
            text: Some("Mẹ tôi, bà Tư ở ngõ 5, đưa nó mã OTP".to_owned()),
            ..about("lua-dao", "https://vi-du.vn/p/1")
        };
        let receipt = send(&node, new).await;
        let case = case_of(&node, &receipt).await;
        decide(&node, case, Outcome::Remove).await;
        let view = case::show(&node.app, &node.auditor(), case).await.unwrap();
        assert!(view.reports[0].text.is_some(), "who decides sees it");
        let decision = view.decision.unwrap().id;
        let platform = Actor::Token {
            id: Id::from_number(9).unwrap(),
            scopes: vec![Scope::AppealsWrite],
            person: None,
        };
        let links = appeal::links(&node.app, &platform, decision).await.unwrap();
        let author = links.into_iter().find(|(party, _)| *party == Party::Author).unwrap();
        let secret = author.1.path().replace("/d/", "");
        let concern = appeal::concern(&node.app, &secret).await.unwrap().unwrap();
        assert_eq!(concern.text, Shown::No);
    });
}

#[test]
fn a_picture_is_evidence_and_no_other_takes_its_place() {
    on_each(async |node| {
        let receipt = send(&node, about("lua-dao", "https://vi-du.vn/p/1")).await;
        let picture = |last: u8| [&b"\x89PNG\r\n\x1a\n"[..], &[last]].concat();
        report::add_picture(&node.app, &receipt.secret, picture(1))
            .await
            .unwrap();
        let again = report::add_picture(&node.app, &receipt.secret, picture(2)).await;
        assert!(
            matches!(again, Err(Error::Report(ReportError::HasPicture))),
            "{again:?}"
        );
        let (_, shown) = report::picture(&node.app, &node.manager(), receipt.id).await.unwrap();
        assert_eq!(shown, picture(1));
    });
}

#[test]
fn reports_of_one_thing_are_one_case_and_each_is_answered_once() {
    on_each(async |node| {
        let first = send(&node, about("lua-dao", "https://vi-du.vn/p/1?utm_source=zalo")).await;
        assert_eq!((first.state, first.asks_to_confirm), (ReportState::Open, false));
        let again = send(&node, about("tin-gia", "http://www.vi-du.vn/p/1/#x")).await;
        let case = case_of(&node, &first).await;
        assert_eq!(case_of(&node, &again).await, case);
        let other = send(&node, about("lua-dao", "https://vi-du.vn/p/2")).await;
        assert_ne!(case_of(&node, &other).await, case);

        let view = case::show(&node.app, &Actor::Person(node.person), case).await.unwrap();
        assert_eq!((view.reach.reports, view.reach.people), (2, 1), "no address: one");
        assert_eq!(view.case.case.due.urgency, Urgency::High);
        assert_eq!(
            (view.clocks.len(), view.clocks[0].key.as_str()),
            (1, "complaint-removal")
        );
        assert_eq!(view.clocks[0].basis, ["nd-147-2024/35.8"]);
        assert!(view.reports[0].why.as_deref().unwrap().contains("OTP"));
        assert_eq!(view.case.kind, "reported");

        decide(&node, case, Outcome::Remove).await;
        for receipt in [&first, &again] {
            let status = report::status(&node.app, &receipt.secret).await.unwrap();
            assert_eq!(
                (status.state, status.outcome),
                (ReportState::Answered, Some(Outcome::Remove))
            );
        }
        let late = send(&node, about("tin-gia", "https://vi-du.vn/p/1")).await;
        assert_eq!(late.state, ReportState::Answered);
        let status = report::status(&node.app, &late.secret).await.unwrap();
        assert_eq!(status.outcome, Some(Outcome::Remove));
        let status = report::status(&node.app, &other.secret).await.unwrap();
        assert_eq!(status.state, ReportState::Open);
        for nobody in ["", &"0".repeat(40), &first.id.to_string()] {
            assert!(matches!(
                report::status(&node.app, nobody).await,
                Err(Error::NotFound("report"))
            ));
        }
    });
}

#[test]
fn a_report_of_what_a_rule_found_joins_its_case() {
    on_each(async |node| {
        let found = open(&node).await;
        let mut new = about("lua-dao", "https://vi-du.vn/p/1");
        new.item = Some("p-1".to_owned());
        let receipt = send(&node, new).await;
        assert_eq!(case_of(&node, &receipt).await, found);
        let view = case::show(&node.app, &Actor::Person(node.person), found).await.unwrap();
        let keys: Vec<&str> = view.clocks.iter().map(|clock| clock.key.as_str()).collect();
        assert_eq!(keys, ["self-detected", "complaint-removal"]);
        let quiet = keep(&node, "Trời đẹp quá").await;
        assert!(quiet["case"].is_null() && !BAIT.is_empty());
    });
}

#[test]
fn nothing_moves_before_the_address_is_confirmed_and_the_clock_starts_then() {
    on_each(async |node| {
        let refused = report::submit(&node.app, &Actor::Outsider, about("xuc-pham", "https://vi-du.vn/p/1")).await;
        assert!(matches!(refused, Err(Error::Report(ReportError::NeedsContact))));
        let receipt = send(&node, signed("xuc-pham", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
        assert_eq!(
            (receipt.state, receipt.asks_to_confirm),
            (ReportState::Unconfirmed, true)
        );
        assert_eq!(mails(&node, "report-confirm").await, 1);
        node.wait_minutes(60);
        for _ in 0..2 {
            assert_eq!(
                report::to_confirm(&node.app, &link(&receipt)).await.unwrap(),
                receipt.id
            );
        }
        assert_eq!(
            row(&node, &receipt).await.case,
            None,
            "a link that is followed changes nothing"
        );
        // The one who typed the address has the private link, and that confirms nothing.
        assert!(report::confirm(&node.app, &receipt.secret).await.is_err());
        let confirmed = report::confirm(&node.app, &link(&receipt)).await.unwrap();
        assert_eq!(
            (confirmed.state, confirmed.secret.as_str()),
            (ReportState::Open, receipt.secret.as_str())
        );
        assert!(report::confirm(&node.app, &link(&receipt)).await.is_err(), "once");
        let clock = report::status(&node.app, &receipt.secret).await.unwrap().clock.unwrap();
        assert_eq!(
            clock.starts_at.minutes_since(row(&node, &receipt).await.received_at),
            60
        );
        decide(&node, case_of(&node, &receipt).await, Outcome::Remove).await;
        assert_eq!(mails(&node, "report-outcome").await, 1);
    });
}

#[test]
fn what_nobody_confirms_lapses_and_is_gone() {
    on_each(async |node| {
        let receipt = send(&node, signed("doi-tu", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
        node.wait_minutes(72 * 60);
        assert!(jobs::run_due(&node.app).await.is_empty());
        assert_eq!(row(&node, &receipt).await.state, ReportState::Unconfirmed);
        node.wait_minutes(1);
        let failed = jobs::run_due(&node.app).await;
        assert!(failed.is_empty(), "{failed:?}");
        let row = row(&node, &receipt).await;
        assert_eq!((row.state, row.content, row.contact), (ReportState::Lapsed, None, None));
        assert!(report::confirm(&node.app, &link(&receipt)).await.is_err());
        assert_eq!(mails(&node, "report-confirm").await, 0);
    });
}

#[test]
fn every_part_is_bounded() {
    on_each(async |node| {
        let check = async |change: &dyn Fn(&mut NewReport, usize), most: usize| {
            for (bytes, is_taken) in [(most, true), (most + 1, false)] {
                let mut new = about("khac", "https://vi-du.vn/p/1");
                change(&mut new, bytes);
                let sent = report::submit(&node.app, &Actor::Outsider, new).await;
                assert_eq!(sent.is_ok(), is_taken, "{bytes}: {:?}", sent.err());
            }
        };
        let filled = |bytes: usize| Some("a".repeat(bytes));
        check(
            &|new, n| new.url = Some(format!("https://vi-du.vn/{}", "a".repeat(n - 17))),
            report::MAX_URL_BYTES,
        )
        .await;
        check(&|new, n| new.item = filled(n), report::MAX_ITEM_BYTES).await;
        check(&|new, n| new.text = filled(n), report::MAX_TEXT_BYTES).await;
        check(&|new, n| new.why = "a".repeat(n), report::MAX_WHY_BYTES).await;
        check(&|new, n| new.name = filled(n), report::MAX_NAME_BYTES).await;
        check(
            &|new, n| new.email = Some(format!("a@vi-du.{}", "v".repeat(n - 8))),
            report::MAX_EMAIL_BYTES,
        )
        .await;
        let refused = async |change: &dyn Fn(&mut NewReport)| {
            let mut new = about("khac", "https://vi-du.vn/p/1");
            change(&mut new);
            report::submit(&node.app, &Actor::Outsider, new).await.unwrap_err()
        };
        assert!(matches!(
            refused(&|new| new.url = None).await,
            Error::Report(ReportError::NothingReported)
        ));
        assert!(matches!(
            refused(&|new| new.url = Some("xau".into())).await,
            Error::Report(ReportError::Address)
        ));
        assert!(matches!(
            refused(&|new| new.email = Some("lan".into())).await,
            Error::Report(ReportError::Email)
        ));
        assert!(matches!(
            refused(&|new| new.why = " ".into()).await,
            Error::Text("why", _)
        ));
        assert!(matches!(
            refused(&|new| new.category = "SC1".into()).await,
            Error::UnknownKey("category")
        ));
        assert!(matches!(
            refused(&|new| new.item = Some("a\0".into())).await,
            Error::Text("item", _)
        ));
    });
}

#[test]
fn the_more_people_report_the_sooner_it_is_looked_at() {
    on_each(async |node| {
        let mut receipts = Vec::new();
        for number in 0..5 {
            let new = signed("tin-gia", "https://vi-du.vn/p/1", &format!("u{number}@vi-du.vn"));
            let receipt = send(&node, new).await;
            report::confirm(&node.app, &link(&receipt)).await.unwrap();
            receipts.push(receipt);
        }
        let case = case_of(&node, &receipts[0]).await;
        let urgency = async || {
            let view = case::show(&node.app, &Actor::Person(node.person), case).await.unwrap();
            (view.reach.people, view.case.case.due.urgency)
        };
        assert_eq!(urgency().await, (5, Urgency::High));
        for _ in 0..2 {
            send(&node, about("tin-gia", "https://vi-du.vn/p/1")).await;
            assert_eq!(urgency().await, (6, Urgency::High), "names without an address are one");
        }
    });
}

#[test]
fn a_trusted_reporter_needs_no_name_and_comes_first() {
    on_each(async |node| {
        let (id, _) = token(&node, &[Scope::ReportsWrite]).await;
        let trusted = Actor::Token {
            id,
            scopes: vec![Scope::ReportsWrite],
            person: None,
        };
        let receipt = report::submit(&node.app, &trusted, about("xuc-pham", "https://vi-du.vn/p/1"))
            .await
            .unwrap();
        assert_eq!((receipt.state, receipt.asks_to_confirm), (ReportState::Open, false));
        let row = row(&node, &receipt).await;
        assert_eq!(row.standing, Standing::Trusted);
        let view = case::show(&node.app, &Actor::Person(node.person), row.case.unwrap())
            .await
            .unwrap();
        assert_eq!(view.case.case.due.urgency, Urgency::High, "one step above normal");
    });
}

async fn token(node: &Node, scopes: &'static [Scope]) -> (Id<anlanh_model::Token>, ()) {
    let change = anlanh_store::Change {
        actor: Actor::Operator,
        action: anlanh_model::AuditAction::CreateToken,
        now: node.app.clock().now(),
    };
    let made = node.app.store().write(change, move |writer| {
        anlanh_store::token::insert(writer, "tin-cay", &[1; 32], scopes, None)
    });
    let made: Result<_, anlanh_store::Error> = made.await;
    (made.unwrap(), ())
}

#[test]
fn whoever_misuses_reporting_is_warned_first_and_never_dropped() {
    on_each(async |node| {
        let mut standings = Vec::new();
        for number in 0..9 {
            let new = signed("tin-gia", &format!("https://vi-du.vn/p/{number}"), "lan@vi-du.vn");
            let receipt = send(&node, new).await;
            report::confirm(&node.app, &link(&receipt)).await.unwrap();
            standings.push(row(&node, &receipt).await.standing);
            let status = report::status(&node.app, &receipt.secret).await.unwrap();
            assert_eq!(status.is_warned, number >= 5, "{number}");
            decide(&node, case_of(&node, &receipt).await, Outcome::NoViolation).await;
        }
        let (before, after) = standings.split_at(8);
        assert!(
            before.iter().all(|standing| *standing == Standing::Ordinary),
            "{before:?}"
        );
        assert_eq!(after, [Standing::Lowered]);
        assert_eq!(mails(&node, "report-outcome").await, 9, "everybody is answered");
    });
}

#[test]
fn who_reported_is_shown_to_few_and_noted() {
    on_each(async |node| {
        let receipt = send(&node, signed("tin-gia", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
        let reviewer = Actor::Person(node.person);
        let seen = report::list(&node.app, &reviewer, None, None, 10).await.unwrap();
        assert_eq!(seen.len(), 1);
        assert!(!format!("{:?}", seen[0].why).contains("Lan"));
        let ask = async |actor: &Actor| report::reveal(&node.app, actor, receipt.id, Purpose::Question).await;
        assert!(matches!(ask(&reviewer).await, Err(Error::Forbidden(_))));
        assert!(matches!(ask(&node.auditor()).await, Err(Error::Forbidden(_))));
        let shown = ask(&node.manager()).await.unwrap();
        assert_eq!(
            (shown.name.as_deref(), shown.email.as_deref()),
            (Some("Nguyễn Thị Lan"), Some("lan@vi-du.vn"))
        );
        assert!(node.actions().await.contains(&anlanh_model::AuditAction::ReadReport));
        assert!(matches!(
            report::list(&node.app, &Actor::Outsider, None, None, 10).await,
            Err(Error::Forbidden(_))
        ));
    });
}

/// Whether bytes stand in some file below a folder.
pub fn stands_in(folder: &std::path::Path, wanted: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, wanted);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(wanted.len()).any(|window| window == wanted)
    })
}

async fn sealed_key(node: &Node, receipt: &Receipt) -> Option<Vec<u8>> {
    let subject = kept::subject_of(receipt.id);
    let read = node
        .app
        .store()
        .read("key", move |tx| anlanh_store::vault::key(tx, subject));
    let read: Result<_, anlanh_store::Error> = read.await;
    read.unwrap()
}

/// Erases a report and looks for its key in the files of the database, before and after.
async fn erase_and_look(node: &Node, folder: &std::path::Path, settle: impl Fn()) {
    let receipt = send(node, signed("tin-gia", "https://vi-du.vn/p/1", "lan@vi-du.vn")).await;
    let other = send(node, signed("tin-gia", "https://vi-du.vn/p/2", "minh@vi-du.vn")).await;
    report::confirm(&node.app, &link(&receipt)).await.unwrap();
    settle();
    let key = sealed_key(node, &receipt).await.unwrap();
    let kept_key = sealed_key(node, &other).await.unwrap();
    assert!(stands_in(folder, &key), "it was there");
    for plain in ["Nguyễn Thị Lan", "lan@vi-du.vn", "mã OTP của mẹ"] {
        assert!(!stands_in(folder, plain.as_bytes()), "{plain} is never written");
    }
    let certificate = report::erase(&node.app, &receipt.secret).await.unwrap();
    assert!(certificate.is_off_the_disk);
    assert!(certificate.erased.contains(&Erased::Keys) && certificate.erased.contains(&Erased::Track));
    assert_eq!(certificate.reports, [receipt.id]);
    settle();
    assert!(!stands_in(folder, &key), "and is there no more");
    assert!(stands_in(folder, &kept_key), "what others keep stays");
    assert!(report::status(&node.app, &receipt.secret).await.is_err());
    assert!(report::erase(&node.app, &receipt.secret).await.is_err());
    assert!(
        report::reveal(&node.app, &node.manager(), receipt.id, Purpose::Law)
            .await
            .is_err()
    );
    let row = row(node, &receipt).await;
    assert_eq!((row.reporter, row.content, row.contact), (None, None, None));
    assert!(row.case.is_some(), "the case goes on");
}

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn what_is_erased_is_gone_from_the_file_of_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let lists = tempfile::tempdir().unwrap();
    let node = node(&target, policy, lists.path().to_owned());
    runtime().block_on(erase_and_look(&node, folder.path(), || {}));
}

#[test]
fn what_is_erased_is_gone_from_the_tables_of_postgresql() {
    let Some(server) = anlanh_testkit::Postgres::alone(anlanh_testkit::Durability::Memory) else {
        return;
    };
    let database = server.database();
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let lists = tempfile::tempdir().unwrap();
    let node = node(&Target::parse(database.address()), policy, lists.path().to_owned());
    let settle = || node.checkpoint();
    runtime().block_on(erase_and_look(&node, &server.folder().join("data/base"), settle));
}

#[test]
fn another_key_than_that_of_the_database_does_not_start() {
    on_each(async |node| {
        let start = crate::node::start(anlanh_pack::Policy::built_in().unwrap(), node.shelf.clone());
        let other = anlanh_app::policy::Start {
            vault: std::sync::Arc::new(anlanh_vault::Vault::new([8; 32])),
            ..start
        };
        assert!(matches!(node.restart(other), Err(Error::WrongKey)));
    });
}

#[test]
fn what_many_have_seen_is_looked_at_sooner() {
    on_each(async |node| {
        let urgency_of = async |id: &str, views: u32| {
            let json = serde_json::json!({ "id": id, "text": format!("{BAIT} {id}"), "views": views }).to_string();
            let judged = crate::node::judge(&node, &json).unwrap();
            let kept = anlanh_app::item::keep(&node.app, &crate::node::machine(), vec![judged])
                .await
                .unwrap();
            let kept: serde_json::Value = serde_json::from_slice(&kept[0]).unwrap();
            let case: Id<Case> = kept["case"].as_str().unwrap().parse().unwrap();
            let view = case::show(&node.app, &node.auditor(), case).await.unwrap();
            view.case.case.due.urgency
        };
        let few = urgency_of("p-it", Urgency::VIEWS.0 - 1).await;
        let many = urgency_of("p-nhieu", Urgency::VIEWS.0).await;
        assert_eq!(many, few.raised());
        let quiet =
            serde_json::json!({ "id": "p-lang", "text": "Trời đẹp quá", "views": Urgency::VIEWS.1 }).to_string();
        let judged = crate::node::judge(&node, &quiet).unwrap();
        anlanh_app::item::keep(&node.app, &crate::node::machine(), vec![judged])
            .await
            .unwrap();
        let about_it = |item: &str| NewReport {
            item: Some(item.to_owned()),
            ..about("khac", "https://vi-du.vn/p/1")
        };
        let seen = send(&node, about_it("p-lang")).await;
        let unseen = send(&node, about_it("p-khong-ai-biet")).await;
        let due = async |receipt: &Receipt| {
            let view = case::show(&node.app, &node.auditor(), case_of(&node, receipt).await)
                .await
                .unwrap();
            view.case.case.due.urgency
        };
        assert_eq!(due(&seen).await, due(&unseen).await.raised().raised());
    });
}
