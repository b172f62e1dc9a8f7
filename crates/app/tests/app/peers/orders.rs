//! An order goes from an authority's node to a platform's and back: what both sides see, when, and what they can show.

use anlanh_app::issued::{self, Change, Numbered};
use anlanh_app::order::Step;
use anlanh_app::peer::{self, Message, ReceiveError, Replied, SignedReceipt};
use anlanh_app::policy::Start;
use anlanh_app::public_log::{self, Trust};
use anlanh_app::{ActionKind, Effect, Error};
use anlanh_httpsig::SecretKey;
use anlanh_model::{
    Actor, ContestGround, IssuedError, IssuedFate, IssuedState, OrderHaste, OrderKind, OrderState, Target, TargetKind,
    TargetState, Time,
};
use anlanh_pack::Policy;
use anlanh_vault::Vault;
use anlanh_wire::{Content, LogReceipt, Logged, PROTOCOL, Stamp, sign_message};

use super::pair::*;
use crate::enforcement::{post, told};
use crate::node::on_each;

/// Somebody saw that a target was carried out.
fn seen(number: u32) -> Step {
    Step::ByHand(number, "Đã kiểm tra trên nền tảng.".to_owned())
}

#[test]
fn an_order_goes_over_is_carried_out_and_both_sides_can_show_it() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        post(&pair.platform, "p", "u", None).await;
        let id = pair.draft(OrderKind::Remove, &[("item", "p"), ("item", "q")]).await;
        assert!(
            peer::due(&pair.authority.app, 9).await.unwrap().is_empty(),
            "a draft stays here"
        );
        issued::sign(&pair.authority.app, &pair.authority.manager(), id, Numbered::Once)
            .await
            .unwrap();
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::Signed);
        pair.talk().await;

        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::Received);
        let clock = view.row.issued.clock.clone().unwrap();
        assert_eq!(clock.due_at.minutes_since(clock.starts_at), 24 * 60);
        let receipt = view.said.first().unwrap().receipt.clone().unwrap();
        let receipt = SignedReceipt::parse(&receipt).unwrap();
        let key = peer::card(&pair.platform.app).await.unwrap();
        let receipt = receipt.verify(&key.keys.first().unwrap().public().unwrap()).unwrap();
        assert_eq!((receipt.from.as_str(), receipt.to.as_str()), (PLATFORM, AUTHORITY));
        let entry = public_log::entry(&pair.platform.app, receipt.entry.unwrap())
            .await
            .unwrap();
        assert_eq!(entry.row.kind, "order");
        // The office's own log has the order and the receipt of it.
        let mut kept = Vec::new();
        while let Ok(entry) = public_log::entry(&pair.authority.app, kept.len() as u64).await {
            kept.push(entry.row);
        }
        let at = kept.iter().position(|row| row.kind == "issued").unwrap();
        let read: serde_json::Value = serde_json::from_slice(&kept.last().unwrap().entry).unwrap();
        assert_eq!((&read["kind"], &read["of"]), (&"receipt".into(), &at.into()));
        assert!(
            !read.to_string().contains("123/A05"),
            "and says nothing of it to strangers"
        );

        let received = pair.received().await;
        let order = received.first().unwrap().row.order.clone();
        assert_eq!(
            order.state.key(),
            "authenticated",
            "the signature stands for the call-back"
        );
        for step in [Step::Check, Step::Take, Step::Execute(1), seen(1)] {
            pair.step(order.id, step).await;
        }
        let ground = ContestGround::NotFound;
        pair.step(order.id, Step::ContestTarget(2, ground, "Không có bài này.".to_owned()))
            .await;
        pair.talk().await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::UnderWay);
        let fates: Vec<IssuedFate> = view.row.issued.targets.iter().map(|target| target.fate).collect();
        assert_eq!(fates, [IssuedFate::Executed, IssuedFate::Contested]);
        let said = view.row.said.last().unwrap();
        assert_eq!(
            (said.ground, said.words.as_deref()),
            (Some(ground), Some("Không có bài này."))
        );
        let removed = Target::new(TargetKind::Item, "p").unwrap();
        let told = told(&pair.platform, &removed).await;
        assert!(
            told.iter()
                .any(|(kind, effect, _)| (*kind, *effect) == (ActionKind::Remove, Effect::Apply))
        );

        pair.step(order.id, Step::Answer("Đã gỡ một bài.".to_owned())).await;
        pair.talk().await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::Answered);
        assert_eq!(view.row.answer.as_deref(), Some("Đã gỡ một bài."));
        assert!(!view.row.issued.clock.unwrap().is_breached());
        let figures = issued::figures(&pair.authority.app, &pair.authority.manager())
            .await
            .unwrap();
        let line = figures.first().unwrap();
        assert_eq!((line.signed, line.open, line.answered, line.breached), (1, 0, 1, 0));

        let words = "Đã ban hành nhầm.".to_owned();
        let signer = "Thượng tá Nguyễn Văn A".to_owned();
        pair.change(id, Change::Withdraw { signer, words }).await;
        pair.talk().await;
        let order = pair.received().await.remove(0).row.order;
        assert_eq!(order.state.key(), "withdrawn");
        assert!(matches!(
            order.targets.first().unwrap().state,
            TargetState::Lifted { .. }
        ));
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.targets.first().unwrap().fate, IssuedFate::Lifted);
        assert!(view.steps.iter().any(|step| step.kind == "lifted"));
    });
}

#[test]
fn an_order_is_drafted_and_signed_by_those_who_may_and_only_within_the_law() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let app = &pair.authority.app;
        let drafter = Actor::Person(pair.authority.person);
        let id = pair.draft(OrderKind::Remove, &[("item", "p")]).await;
        assert!(matches!(
            issued::sign(app, &drafter, id, Numbered::Once).await,
            Err(Error::Forbidden(_))
        ));
        let of_platform = issued::draft(&pair.platform.app, &pair.platform.manager(), entry(&pair, "p").await).await;
        assert!(
            matches!(of_platform, Err(Error::NotFound("office"))),
            "a platform issues nothing"
        );
        // An article that does not cover it.
        let mut outside = entry(&pair, "p").await;
        outside.basis = vec!["nd-333-2026/16.3.b".to_owned()];
        issued::rewrite(app, &drafter, id, outside).await.unwrap();
        let refused = issued::sign(app, &pair.authority.manager(), id, Numbered::Once).await;
        assert!(matches!(refused, Err(Error::Issued(IssuedError::OutOfScope))));
        // One that is not in force any more, beside one that is.
        let mut ended = entry(&pair, "p").await;
        ended.basis.push("luat-24-2018/26.2.b".to_owned());
        issued::rewrite(app, &drafter, id, ended).await.unwrap();
        let refused = issued::sign(app, &pair.authority.manager(), id, Numbered::Once).await;
        assert!(matches!(refused, Err(Error::Issued(IssuedError::OutOfScope))));
        // A lock that is longer than any article which it cites allows.
        let lock = async |days| issued::Entry {
            kind: OrderKind::Lock,
            basis: vec!["nd-333-2026/16.4.d".to_owned()],
            lock_days: Some(days),
            number: "12/YC-LOCK".to_owned(),
            targets: vec![("account".to_owned(), "u".to_owned())],
            ..entry(&pair, "p").await
        };
        issued::rewrite(app, &drafter, id, lock(181).await).await.unwrap();
        let refused = issued::sign(app, &pair.authority.manager(), id, Numbered::Once).await;
        assert!(matches!(refused, Err(Error::Issued(IssuedError::OutOfScope))));
        let within = issued::draft(app, &drafter, lock(180).await).await.unwrap();
        issued::sign(app, &pair.authority.manager(), within, Numbered::Once)
            .await
            .unwrap();
        issued::rewrite(app, &drafter, id, entry(&pair, "p").await)
            .await
            .unwrap();
        issued::sign(app, &pair.authority.manager(), id, Numbered::Once)
            .await
            .unwrap();
        let changed = issued::rewrite(app, &drafter, id, entry(&pair, "q").await).await;
        assert!(matches!(changed, Err(Error::Issued(IssuedError::Signed))));
        let other = pair.draft(OrderKind::Remove, &[("item", "p")]).await;
        issued::discard(app, &drafter, other).await.unwrap();
        let gone = issued::sign(app, &pair.authority.manager(), other, Numbered::Once).await;
        assert!(matches!(gone, Err(Error::Issued(IssuedError::Over))));
    });
}

pub async fn entry(pair: &Pair, reference: &str) -> issued::Entry {
    issued::Entry {
        peer: peer_of(&pair.authority).await.row.id,
        kind: OrderKind::Remove,
        signer: "Thượng tá Nguyễn Văn A".to_owned(),
        number: "124/A05-P5".to_owned(),
        basis: vec![basis(OrderKind::Remove).to_owned()],
        category: Some("SC1".to_owned()),
        reason: "Bài đăng lừa đảo.".to_owned(),
        haste: OrderHaste::Ordinary,
        stated_due_at: None,
        secret_until: None,
        expires_at: None,
        lock_days: None,
        demand: None,
        targets: vec![("item".to_owned(), reference.to_owned())],
    }
}

#[test]
fn the_clock_runs_on_both_sides_and_a_breach_stays() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        post(&pair.platform, "p", "u", None).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        for node in [&pair.authority, &pair.platform] {
            node.wait_minutes(24 * 60 - 30);
        }
        pair.talk().await;
        assert!(
            pair.issued(id)
                .await
                .steps
                .iter()
                .any(|step| step.kind == "clock_warned")
        );
        for node in [&pair.authority, &pair.platform] {
            node.wait_minutes(60);
        }
        pair.talk().await;
        let view = pair.issued(id).await;
        assert!(view.row.issued.clock.unwrap().is_breached());
        let theirs: Vec<&str> = view
            .steps
            .iter()
            .filter(|step| step.actor_kind == "peer")
            .map(|it| it.kind.as_str())
            .collect();
        assert!(
            theirs.contains(&"clock_breached"),
            "the platform says so too: {theirs:?}"
        );
        let order = pair.received().await.remove(0).row.order;
        for step in [
            Step::Check,
            Step::Take,
            Step::Execute(1),
            seen(1),
            Step::Answer("Đã gỡ, xin lỗi vì chậm.".to_owned()),
        ] {
            pair.step(order.id, step).await;
        }
        pair.talk().await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::Answered);
        assert!(view.row.issued.clock.unwrap().is_breached());
    });
}

#[test]
fn what_a_platform_says_may_overtake_its_receipt() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        let order = peer::due(&pair.authority.app, 9).await.unwrap().remove(0);
        hear(&pair.platform, &order).await.unwrap();
        peer::answered(&pair.authority.app, &order, Replied::Nothing("lost"))
            .await
            .unwrap();
        let received = pair.received().await.remove(0).row.order.id;
        for step in [Step::Check, Step::Take] {
            pair.step(received, step).await;
        }
        pair.step(
            received,
            Step::ContestTarget(1, ContestGround::NotFound, "Không có.".to_owned()),
        )
        .await;
        run(&pair.platform).await;
        for _ in 0..4 {
            for said in peer::due(&pair.platform.app, 9).await.unwrap() {
                deliver(&pair.platform, &pair.authority, &said).await;
            }
            pair.platform.wait_minutes(5);
            pair.authority.wait_minutes(5);
        }
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::Signed);
        pair.talk().await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::UnderWay);
        assert_eq!(view.row.issued.targets.first().unwrap().fate, IssuedFate::Contested);
        // The platform lost it all, asks for it again, and gives another receipt.
        let expected = Err(ReceiveError::OutOfOrder { expected: 1 });
        pair.change(
            id,
            Change::Remind {
                words: "Nhắc".to_owned(),
            },
        )
        .await;
        let reminder = peer::due(&pair.authority.app, 9).await.unwrap().remove(0);
        reply(&pair.authority, &reminder, &expected).await;
        pair.authority.wait_minutes(5);
        pair.platform.wait_minutes(5);
        pair.talk().await;
        assert_eq!(peer_of(&pair.authority).await.waiting, 0);
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::UnderWay);
    });
}

#[test]
fn an_order_to_a_node_that_is_cut_off_is_withdrawn_all_the_same() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        post(&pair.platform, "p", "u", None).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        let peer = peer_of(&pair.authority).await.row.id;
        peer::cut_off(&pair.authority.app, &administrator(&pair.authority), peer)
            .await
            .unwrap();
        let withdraw = Change::Withdraw {
            signer: "Thượng tá Nguyễn Văn A".to_owned(),
            words: "Ban hành nhầm.".to_owned(),
        };
        pair.change(id, withdraw).await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::Withdrawn);
        assert_eq!(view.steps.last().unwrap().detail, "not_told");
        pair.talk().await;
        assert!(pair.received().await.is_empty(), "nothing is sent to it");
        // People of both sides talked: it hears of the order and of its withdrawal.
        let known = fingerprint(&pair.platform).await;
        add(&pair.authority, PLATFORM, &known, None).await.unwrap();
        introduce(&pair.authority, &pair.platform).await;
        pair.talk().await;
        let order = pair.received().await.remove(0).row.order;
        assert!(matches!(order.state, OrderState::Withdrawn { .. }), "{order:?}");
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::Withdrawn);
    });
}

/// The policy that is built in, where no power rests on this article.
fn without(article: &str) -> Policy {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/vn");
    let copy = tempfile::tempdir().unwrap();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let to = copy.path().join(path.strip_prefix(&folder).unwrap());
            if path.is_dir() {
                std::fs::create_dir_all(&to).unwrap();
                folders.push(path);
                continue;
            }
            let mut text = std::fs::read_to_string(&path).unwrap();
            if path.ends_with("orders.toml") {
                text = text
                    .replace(&format!("\"{article}\", "), "")
                    .replace(&format!(", \"{article}\""), "");
            }
            std::fs::write(to, text).unwrap();
        }
    }
    Policy::read_dir(copy.path()).unwrap()
}

#[test]
fn amendments_are_held_against_the_whole_scope() {
    on_each(async |node| {
        let mut pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        let amend = async |pair: &Pair, drop: Vec<u32>, add: &[(&str, &str)]| {
            let change = Change::Amend {
                drop,
                add: add
                    .iter()
                    .map(|(kind, it)| ((*kind).to_owned(), (*it).to_owned()))
                    .collect(),
                expires_at: None,
                secret_until: None,
                signer: "Thượng tá Nguyễn Văn A".to_owned(),
                words: "Sửa đổi.".to_owned(),
            };
            issued::change(&pair.authority.app, &pair.authority.manager(), id, change).await
        };
        amend(&pair, Vec::new(), &[("item", "q")]).await.unwrap();
        pair.talk().await;
        // The article that it cites covers such an order no more.
        let shelf = pair.authority.shelf.clone();
        let start = Start {
            policy: without("nd-333-2026/16.4.a"),
            ..start_as(&shelf, "Cơ quan", AUTHORITY, Some(OFFICE), KEYS.0)
        };
        pair.authority = pair.authority.restart(start).unwrap();
        let more = amend(&pair, Vec::new(), &[("item", "r")]).await;
        assert!(matches!(more, Err(Error::Issued(IssuedError::OutOfScope))), "{more:?}");
        amend(&pair, vec![2], &[]).await.unwrap();
    });
}

#[test]
fn what_an_amendment_changes_holds_when_it_is_taken_and_never_when_it_is_refused() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (id, order) = pair.removal_of("p").await;
        let in_days = |days: i64| pair.authority.app.clock().now().plus_minutes(days * 24 * 60);
        let amend = |until: Time, add: &[(&str, &str)]| Change::Amend {
            drop: Vec::new(),
            add: add.iter().map(|(kind, it)| ((*kind).into(), (*it).into())).collect(),
            expires_at: Some(until),
            secret_until: Some(until),
            signer: "Thượng tá Nguyễn Văn A".to_owned(),
            words: "Sửa thời hạn.".to_owned(),
        };
        let ends = async || {
            let row = pair.issued(id).await.row;
            [row.expires_at, row.letter.secret_until]
        };
        let first = in_days(10);
        pair.change(id, amend(first, &[])).await;
        assert_eq!(ends().await, [None; 2], "the platform does not know of it");
        pair.talk().await;
        assert_eq!(ends().await, [Some(first); 2]);
        // The answer and an amendment cross on their way.
        pair.carry_out(order).await;
        pair.change(id, amend(in_days(20), &[("item", "q")])).await;
        pair.talk().await;
        let view = pair.issued(id).await;
        assert!(view.steps.iter().any(|step| step.kind == "not_taken"));
        assert_eq!(view.row.issued.targets.len(), 1);
        assert_eq!(ends().await, [Some(first); 2], "as the platform holds it");
        assert_eq!(pair.received().await[0].row.order.expires_at, Some(first));
    });
}

#[test]
fn what_a_platform_lost_and_does_not_take_again_is_not_named_and_what_it_takes_is() {
    on_each(async |node| {
        let mut pair = Pair::of_office(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        let amend = |more: &str, secret_until: Option<Time>| Change::Amend {
            drop: Vec::new(),
            add: vec![("item".to_owned(), more.to_owned())],
            expires_at: None,
            secret_until,
            signer: "Thượng tá Nguyễn Văn A".to_owned(),
            words: "Thêm nội dung.".to_owned(),
        };
        let soon = pair.authority.app.clock().now().plus_minutes(10);
        for (more, until) in [("q", Some(soon)), ("r", None)] {
            pair.change(id, amend(more, until)).await;
            pair.talk().await;
        }
        let named = |issued: &issued::IssuedView| {
            let targets = issued.row.issued.targets.iter();
            targets
                .map(|it| (it.number, it.pointed.reference().to_owned()))
                .collect::<Vec<_>>()
        };
        let of = |references: &[&str]| {
            (1..)
                .zip(references.iter().map(|it| (*it).to_owned()))
                .collect::<Vec<(u32, _)>>()
        };
        assert_eq!(named(&pair.issued(id).await), of(&["p", "q", "r"]));
        pair.lose_platform().await;
        let words = "Đề nghị báo cáo.".to_owned();
        pair.change(id, Change::Remind { words }).await;
        // It expects the order again; when the amendments come, the end that the first one set is over.
        pair.talk().await;
        for node in [&pair.authority, &pair.platform] {
            node.wait_minutes(11);
        }
        pair.talk().await;
        let view = pair.issued(id).await;
        assert!(view.steps.iter().any(|step| step.kind == "not_taken"));
        assert_eq!(named(&view), of(&["p", "r"]));
        assert_eq!(view.row.letter.secret_until, None);
        let theirs = pair.received().await.remove(0).row.order;
        let theirs = theirs
            .targets
            .iter()
            .map(|it| (it.number, it.pointed.reference().to_owned()));
        assert_eq!(theirs.collect::<Vec<_>>(), of(&["p", "r"]));
    });
}

#[test]
fn an_answer_that_was_in_time_and_comes_late_corrects_what_the_office_noted() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (id, order) = pair.removal_of("p").await;
        pair.carry_out(order).await;
        // The line is down for a day and an hour.
        for node in [&pair.authority, &pair.platform] {
            node.wait_minutes(25 * 60);
            run(node).await;
        }
        assert!(pair.issued(id).await.row.issued.clock.unwrap().is_breached());
        pair.talk().await;
        let view = pair.issued(id).await;
        assert_eq!(view.row.issued.state, IssuedState::Answered);
        assert!(!view.row.issued.clock.unwrap().is_breached());
        assert!(view.steps.iter().any(|step| step.kind == "clock_corrected"));
    });
}

#[test]
fn an_office_can_show_what_the_log_of_the_platform_holds_of_its_order() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        post(&pair.platform, "p", "u", None).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p"), ("item", "q")]).await;
        pair.talk().await;
        let sign = async || while public_log::publish(&pair.platform.app).await.unwrap() > 0 {};
        assert!(pair.issued(id).await.logged.is_empty(), "nothing is signed yet");
        sign().await;
        pair.talk().await;
        assert_eq!(pair.issued(id).await.logged.len(), 1);
        pair.change(
            id,
            Change::Amend {
                drop: vec![2],
                add: Vec::new(),
                expires_at: None,
                secret_until: None,
                signer: "Thượng tá Nguyễn Văn A".to_owned(),
                words: "Bỏ một bài.".to_owned(),
            },
        )
        .await;
        pair.talk().await;
        let order = pair.received().await.remove(0).row.order.id;
        pair.carry_out(order).await;
        sign().await;
        pair.talk().await;
        let view = pair.issued(id).await;
        let key = view.logged[0].receipt.key.clone();
        let kinds: Vec<String> = view.logged.iter().map(|logged| kind(&logged.checked.entry)).collect();
        assert_eq!(kinds, ["order", "amendment", "answer"]);
        for (logged, says) in view.logged.iter().zip(["123/A05-P5", "lifted", "Đã gỡ."]) {
            let text = serde_json::to_vec(&logged.receipt).unwrap();
            let checked = public_log::check(&text, &Trust::log(Some(&key))).unwrap();
            let private = checked.private.unwrap();
            assert!(private.contains(says), "{private}");
        }
        let steps = view.steps.iter().filter(|step| step.kind == "logged").count();
        assert_eq!(steps, 3);
        pair.talk().await;
        assert_eq!(pair.issued(id).await.logged.len(), 3, "each is told once");
    });
}

#[test]
fn a_receipt_that_does_not_hold_is_not_taken() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        let key = SecretKey::from_seed(&Vault::new([KEYS.1; 32]).secret_of("node.identity", 0));
        let message = Message {
            protocol: PROTOCOL.to_owned(),
            from: PLATFORM.to_owned(),
            to: AUTHORITY.to_owned(),
            stream: format!("order:{id}"),
            number: 2,
            at: Stamp(0),
            content: Content::Logged(Logged {
                receipt: LogReceipt {
                    receipt: "anlanh.receipt/1".to_owned(),
                    key: "log.example/log+95523f3a+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs".to_owned(),
                    entry: "{}".to_owned(),
                    proof: String::new(),
                    private: None,
                },
            }),
        };
        let now = pair.authority.app.clock().now().as_seconds();
        let body = message.to_json();
        let fields = sign_message(&format!("{AUTHORITY}/v1/peer/messages"), &body, &key, "n", now).unwrap();
        let answered = peer::receive(&pair.authority.app, &as_fields(&fields), &body)
            .await
            .unwrap();
        let receipt = anlanh_wire::Receipt::parse(&answered.body).unwrap();
        assert_eq!(receipt.reason.as_deref(), Some("unknown_key"));
        assert!(pair.issued(id).await.logged.is_empty());
    });
}

fn kind(entry: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap();
    entry["kind"].as_str().unwrap().to_owned()
}
