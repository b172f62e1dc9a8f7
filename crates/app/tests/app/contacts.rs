//! Those behind items are told by mail, once for each action, where the platform said where they read.

use anlanh_api::Language;
use anlanh_app::contact::{self, ContactError};
use anlanh_app::enforcement::{AskedMeasure, Enforcement};
use anlanh_app::keeping::{self, Wish};
use anlanh_app::mail::{self, Letter, LetterKind, Sending};
use anlanh_app::order::Step;
use anlanh_app::{Error, case, item, jobs};
use anlanh_model::{Actor, MeasureKind, OrderKind, Permission, Target, TargetKind, TextError};

use crate::enforcement::{account, decide, nothing, platform, post, reverse, with};
use crate::node::{Node, machine, on_each, removal};
use crate::orders::{entry, step, taken};

const EMAIL: &str = "tac-gia@vi-du.vn";

async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

async fn keep(node: &Node, target: Target, email: &str) -> Result<(), Error> {
    contact::keep(&node.app, &platform(), target, email, Language::Vi).await
}

/// The mails that wait, as their texts, after they were sent.
async fn sent(node: &Node) -> Vec<(String, Vec<String>)> {
    run(node).await;
    let mut sent = Vec::new();
    for letter in mail::due(&node.app, 100).await.unwrap() {
        let Letter { id, to, kind, .. } = letter;
        let LetterKind::Notices(notices) = kind else {
            panic!("{kind:?}")
        };
        mail::sending(&node.app, id, Sending::Sent).await.unwrap();
        sent.push((to, notices));
    }
    sent
}

#[test]
fn an_author_is_told_by_mail_what_was_decided_why_and_how_to_appeal() {
    on_each(async |node| {
        let before = post(&node, "p-0", "u-1", None).await;
        decide(&node, before, removal()).await;
        keep(&node, account("u-1"), EMAIL).await.unwrap();
        assert_eq!(sent(&node).await, [], "what was decided before is not told again");

        let case = post(&node, "p-1", "u-1", Some("g-1")).await;
        let lock = AskedMeasure {
            kind: MeasureKind::TemporaryLock,
            target: TargetKind::Account,
            days: Some(14),
        };
        let decision = decide(&node, case, with(removal(), &[lock])).await;
        let mails = sent(&node).await;
        let [(to, notices)] = mails.as_slice() else {
            panic!("{mails:?}")
        };
        assert_eq!((to.as_str(), notices.len()), (EMAIL, 2));
        assert!(notices[0].contains("Nội dung p-1 của bạn đã bị gỡ bỏ"), "{notices:?}");
        assert!(
            notices[0].contains(&removal().facts) && notices[0].contains("/d/"),
            "{notices:?}"
        );
        assert!(notices[1].contains("Tài khoản u-1 của bạn bị khóa đến"), "{notices:?}");
        assert_eq!(sent(&node).await, [], "once");

        reverse(&node, decision).await;
        let (_, notices) = sent(&node).await.remove(0);
        assert!(
            notices.iter().any(|notice| notice.contains("được khôi phục")),
            "{notices:?}"
        );
        // The group has an owner, who is somebody else.
        let group = Target::new(TargetKind::Group, "g-1").unwrap();
        keep(&node, group, "chu-nhom@vi-du.vn").await.unwrap();
        let case = post(&node, "p-2", "u-9", Some("g-1")).await;
        let warn = AskedMeasure {
            kind: MeasureKind::Warn,
            target: TargetKind::Group,
            days: None,
        };
        decide(&node, case, with(removal(), &[warn])).await;
        let mails = sent(&node).await;
        assert_eq!(mails.len(), 1, "nobody said where u-9 reads");
        assert_eq!(mails[0].0, "chu-nhom@vi-du.vn");
        // An author without a name is told nothing, and holds up nobody.
        let case = post(&node, "p-9", "", None).await;
        decide(&node, case, removal()).await;
        let case = post(&node, "p-10", "u-1", None).await;
        decide(&node, case, removal()).await;
        assert_eq!(sent(&node).await.len(), 1);
        // Nothing is told of what nothing was done about.
        let case = post(&node, "p-3", "u-1", None).await;
        decide(&node, case, nothing()).await;
        assert_eq!(sent(&node).await, []);
    });
}

#[test]
fn many_notices_are_a_few_mails() {
    on_each(async |node| {
        keep(&node, account("u-1"), EMAIL).await.unwrap();
        for number in 0..21 {
            let case = post(&node, &format!("p-{number}"), "u-1", None).await;
            let strikes = Enforcement {
                strikes: Some(Vec::new()),
                ..Enforcement::default()
            };
            let verdict = case::Verdict {
                enforcement: strikes,
                ..removal()
            };
            decide(&node, case, verdict).await;
        }
        let lengths = sent(&node)
            .await
            .iter()
            .map(|(_, notices)| notices.len())
            .collect::<Vec<_>>();
        assert_eq!(lengths, [20, 1]);
    });
}

#[test]
fn an_address_is_checked_and_erased() {
    on_each(async |node| {
        for none in ["lan", "lan@vidu", "lan@vi-du.vn\nBcc: x@y.vn"] {
            let refused = keep(&node, account("u-1"), none).await;
            assert!(
                matches!(
                    refused,
                    Err(Error::Contact(ContactError::Email) | Error::Text("email", _))
                ),
                "{refused:?}"
            );
        }
        let of = |length: usize| format!("{}@vi-du.vn", "a".repeat(length - "@vi-du.vn".len()));
        keep(&node, account("u-1"), &of(254)).await.unwrap();
        let refused = keep(&node, account("u-1"), &of(255)).await;
        assert!(
            matches!(refused, Err(Error::Text("email", TextError::TooLong(_)))),
            "{refused:?}"
        );
        let refused = contact::keep(&node.app, &machine(), account("u-1"), EMAIL, Language::En).await;
        assert!(matches!(refused, Err(Error::Forbidden(Permission::ConfirmActions))));

        let decided = async |id: &str| {
            let case = post(&node, id, "u-1", None).await;
            decide(&node, case, removal()).await;
            run(&node).await;
        };
        let waiting = async || mail::waiting(&node.app).await.unwrap();
        keep(&node, account("u-1"), EMAIL).await.unwrap();
        decided("p-1").await;
        assert_eq!(waiting().await, 1);
        keep(&node, account("u-1"), EMAIL).await.unwrap();
        assert_eq!(waiting().await, 1, "saying the same again takes nothing away");
        keep(&node, account("u-1"), "khac@vi-du.vn").await.unwrap();
        assert_eq!(waiting().await, 0, "nothing goes to an address that is kept no more");
        decided("p-2").await;
        contact::erase(&node.app, &platform(), account("u-1")).await.unwrap();
        assert_eq!(waiting().await, 0);
        let again = contact::erase(&node.app, &platform(), account("u-1")).await;
        assert!(matches!(again, Err(Error::NotFound("contact"))), "{again:?}");
        decided("p-3").await;
        assert_eq!(waiting().await, 0);
    });
}

#[test]
fn who_has_everything_of_an_account_erased_is_told_no_more() {
    on_each(async |node| {
        keep(&node, account("u-1"), EMAIL).await.unwrap();
        let eraser = Actor::Token {
            id: anlanh_model::Id::from_number(3).unwrap(),
            scopes: vec![anlanh_model::Scope::ErasuresWrite],
            person: None,
        };
        let wish = Wish::Account("u-1".to_owned());
        let asked = keeping::erase(&node.app, &eraser, wish).await.unwrap();
        assert!(asked.row.done_at.is_some());
        let gone = contact::erase(&node.app, &platform(), account("u-1")).await;
        assert!(matches!(gone, Err(Error::NotFound("contact"))), "{gone:?}");
        let found = item::list(&node.app, &node.manager(), item::ItemFilter::All, None, 1).await;
        assert!(found.unwrap().is_empty());
    });
}

#[test]
fn an_owner_is_asked_by_mail_and_told_when_nothing_is_asked_any_more() {
    on_each(async |node| {
        post(&node, "p", "u", Some("g")).await;
        let group = Target::new(TargetKind::Group, "g").unwrap();
        keep(&node, group, "chu-nhom@vi-du.vn").await.unwrap();
        let id = taken(&node, entry(&node, OrderKind::Remove, &[("item", "p")])).await;
        step(&node, id, Step::AskOwner(1, TargetKind::Group)).await.unwrap();
        let (to, notices) = sent(&node).await.remove(0);
        assert_eq!((to.as_str(), notices.len()), ("chu-nhom@vi-du.vn", 1));
        let notice = &notices[0];
        for part in [
            "Nhóm g của bạn được yêu cầu gỡ nội dung p trước",
            "Bài đăng lừa đảo.",
            "khoản 7 Điều 36",
            "/o/",
        ] {
            assert!(notice.contains(part), "{part}: {notice}");
        }
        step(&node, id, Step::Execute(1)).await.unwrap();
        let mails = sent(&node).await;
        let told = mails.iter().flat_map(|(_, notices)| notices);
        assert_eq!(
            told.filter(|notice| notice.contains("không còn bị yêu cầu gỡ nội dung p"))
                .count(),
            1,
            "{mails:?}"
        );
    });
}
