//! Accounts that share signs with one that is locked are put before a person, and nothing more.

use anlanh_app::enforcement::{self, EnforcementError};
use anlanh_app::{ActionKind, ActionRow, CaseFilter, Effect, Error, case};
use anlanh_model::{Actor, Cause, MeasureKind, TargetKind};

use crate::enforcement::{DAY, account, asked, decide, feed, platform, post, subject_only, told, with};
use crate::node::{on_each, removal};

#[test]
fn shared_signs_of_a_locked_account_are_put_before_a_person_once() {
    on_each(async |node| {
        let sign = |byte: &str| vec![byte.repeat(32)];
        let send = async |account: &str, signs: Vec<String>| {
            let sent = enforcement::keep_signals(&node.app, &platform(), account.to_owned(), signs).await;
            sent.unwrap()
        };
        let case = post(&node, "p-1", "u-1", None).await;
        let lock = asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(30));
        decide(&node, case, with(removal(), &[lock])).await;
        assert!(send("u-1", sign("aa")).await.is_empty());
        assert!(send("u-2", sign("bb")).await.is_empty(), "they share nothing");
        let opened = send("u-2", sign("aa")).await;
        assert_eq!(opened.len(), 1);
        assert!(send("u-2", sign("aa")).await.is_empty(), "it is asked once");
        assert_eq!(feed(&node).await.len(), 2, "nothing was done to the new account");
        let minh = Actor::Person(node.other);
        let view = case::show(&node.app, &minh, opened[0]).await.unwrap();
        let proposal = view.proposal.unwrap();
        assert_eq!(
            (proposal.target, proposal.evades.as_deref()),
            (account("u-2"), Some("u-1"))
        );
        case::decide(&node.app, &minh, opened[0], with(subject_only(), &[lock]))
            .await
            .unwrap();
        assert_eq!(
            told(&node, &account("u-2")).await,
            [(ActionKind::Lock, Effect::Apply, Some(30))]
        );
        // An account that shares a sign with one that is free is nobody's business.
        node.wait_minutes(31 * DAY);
        enforcement::end_due(&node.app).await.unwrap();
        assert!(send("u-3", sign("aa")).await.is_empty());
        for signs in [Vec::new(), vec!["0901234567".to_owned()], vec!["aa".repeat(16); 33]] {
            let refused = enforcement::keep_signals(&node.app, &platform(), "u-4".to_owned(), signs).await;
            assert!(matches!(refused, Err(Error::Enforcement(EnforcementError::BadSignals))));
        }
    });
}

#[test]
fn a_lock_is_put_beside_accounts_whose_signs_were_known_before() {
    on_each(async |node| {
        let send = async |account: &str, byte: &str| {
            let signs = vec![byte.repeat(32)];
            let sent = enforcement::keep_signals(&node.app, &platform(), account.to_owned(), signs).await;
            assert!(sent.unwrap().is_empty());
        };
        for (account, byte) in [
            ("u-1", "aa"),
            ("u-2", "aa"),
            ("u-3", "bb"),
            ("u-4", "aa"),
            ("u-4", "cc"),
        ] {
            send(account, byte).await;
        }
        let asked_about = async || {
            let page = case::queue(&node.app, &node.auditor(), CaseFilter::default(), None, 50)
                .await
                .unwrap();
            let mut found = Vec::new();
            for row in page.cases.iter().filter(|row| row.cause == Cause::Evasion) {
                let view = case::show(&node.app, &node.auditor(), row.case.id).await.unwrap();
                let proposal = view.proposal.unwrap();
                found.push((proposal.target.reference().to_owned(), proposal.evades.unwrap()));
            }
            found.sort();
            found
        };
        let pair = |account: &str, locked: &str| (account.to_owned(), locked.to_owned());
        let case = post(&node, "p-1", "u-1", None).await;
        let warned = with(removal(), &[asked(MeasureKind::Warn, TargetKind::Account, None)]);
        decide(&node, case, warned).await;
        assert_eq!(asked_about().await, [], "a warning keeps nobody out");
        let lock = asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(30));
        let case = post(&node, "p-2", "u-1", None).await;
        decide(&node, case, with(removal(), &[lock])).await;
        let of_first = [pair("u-2", "u-1"), pair("u-4", "u-1")];
        assert_eq!(asked_about().await, of_first);
        let locked = |row: &ActionRow| row.kind == ActionKind::Lock && row.target != account("u-1");
        assert!(!feed(&node).await.iter().any(locked), "nothing was done to them");

        // Once: neither a further lock nor what is sent again asks for the same.
        let case = post(&node, "p-3", "u-1", None).await;
        decide(&node, case, with(removal(), &[lock])).await;
        send("u-2", "aa").await;
        assert_eq!(asked_about().await, of_first);
        // Who is locked already is not asked about, but who shares a sign with them is.
        let case = post(&node, "p-4", "u-4", None).await;
        decide(&node, case, with(removal(), &[lock])).await;
        assert_eq!(
            asked_about().await,
            [pair("u-2", "u-1"), pair("u-2", "u-4"), pair("u-4", "u-1")]
        );
    });
}

#[test]
fn signs_that_are_known_take_no_room() {
    on_each(async |node| {
        let send = async |numbers: std::ops::Range<u32>| {
            let signs = numbers.map(|number| format!("{number:064x}")).collect();
            enforcement::keep_signals(&node.app, &platform(), "u-1".to_owned(), signs).await
        };
        let is_refused = |sent: Result<_, Error>| matches!(sent, Err(Error::Enforcement(EnforcementError::BadSignals)));
        let known = async || {
            let view = enforcement::subject(&node.app, &node.auditor(), account("u-1")).await;
            view.unwrap().signals
        };
        for first in (0..224).step_by(32) {
            send(first..first + 32).await.unwrap();
        }
        send(224..240).await.unwrap();
        send(208..240).await.unwrap();
        assert_eq!(known().await, 240, "the same again is nothing new");
        assert!(is_refused(send(240..257).await));
        assert_eq!(known().await, 240, "all or none");
        send(232..256).await.unwrap();
        assert_eq!(known().await, enforcement::MAX_SIGNALS_OF_ACCOUNT);
        send(224..256).await.unwrap();
        assert!(is_refused(send(256..257).await));
    });
}
