//! Two nodes speak: whatever is lost, doubled or overtaken on the way changes nothing, nobody who is not the other side is taken
//! for it, and nobody takes more room than there is.

mod information;
pub mod orders;
pub mod pair;

use std::collections::VecDeque;

use anlanh_app::Error;
use anlanh_app::issued::Change;
use anlanh_app::peer::{
    self, MAX_EVIDENCE, MAX_OPEN_STREAMS, MAX_PEERS, Message, Outgoing, PeerError, PeerView, ReceiveError, Replied,
    SignedRow,
};
use anlanh_httpsig::SecretKey;
use anlanh_model::{IssuedState, OrderKind, PeerFault, PeerState};
use anlanh_vault::Vault;
use anlanh_wire::{Content, PROTOCOL, Remind, Stamp, sign_message};

use crate::node::on_each;
use pair::*;

#[test]
fn what_is_lost_doubled_or_overtaken_changes_nothing() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let mut ids = Vec::new();
        for number in 0..6 {
            let id = pair.sent(OrderKind::Remove, &[("item", &format!("p-{number}"))]).await;
            ids.push(id);
        }
        pair.talk().await;
        let mut random = 0x9e37_79b9_u64;
        let mut draw = move |below: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        for id in &ids {
            for number in 0..5 {
                let words = format!("Nhắc {number}");
                pair.change(*id, Change::Remind { words }).await;
            }
        }
        // What was sent once may come at any time again.
        let mut on_the_way: VecDeque<Outgoing> = VecDeque::new();
        let mut applied = 0;
        for round in 0..2_000 {
            pair.authority.wait_minutes(i64::from(round % 50 == 0) * 5);
            pair.platform.wait_minutes(i64::from(round % 50 == 0) * 5);
            if round % 3 == 0 {
                on_the_way.extend(peer::due(&pair.authority.app, 8).await.unwrap());
            }
            if on_the_way.is_empty() {
                continue;
            }
            let at = usize::try_from(draw(on_the_way.len() as u64)).unwrap();
            let sent = match draw(4) {
                0 => on_the_way.get(at).unwrap().clone(),
                _ => on_the_way.remove(at).unwrap(),
            };
            let lost = draw(4);
            if lost == 0 {
                peer::answered(&pair.authority.app, &sent, Replied::Nothing("lost"))
                    .await
                    .unwrap();
                continue;
            }
            let heard = hear(&pair.platform, &sent).await;
            applied += usize::from(heard.is_ok());
            if lost == 1 {
                peer::answered(&pair.authority.app, &sent, Replied::Nothing("lost"))
                    .await
                    .unwrap();
            } else {
                reply(&pair.authority, &sent, &heard).await;
            }
        }
        pair.authority.wait_minutes(60);
        pair.platform.wait_minutes(60);
        pair.talk().await;
        assert!(applied > 30, "some came twice: {applied}");
        assert_eq!(peer_of(&pair.authority).await.waiting, 0);
        assert_eq!(peer_of(&pair.platform).await.row.state, PeerState::Active);
        for view in pair.received().await {
            let reminders = view.steps.iter().filter(|step| step.kind == "reminded");
            let reminders: Vec<String> = reminders.map(|step| step.note.clone().unwrap()).collect();
            let expected: Vec<String> = (0..5).map(|number| format!("Nhắc {number}")).collect();
            assert_eq!(reminders, expected, "each once, in order");
        }
    });
}

/// A message as another node could write it, signed by a key.
fn forged(key: &SecretKey, now_s: i64, change: impl FnOnce(&mut Message)) -> (Vec<(&'static str, String)>, Vec<u8>) {
    let mut message = Message {
        protocol: PROTOCOL.to_owned(),
        from: AUTHORITY.to_owned(),
        to: PLATFORM.to_owned(),
        stream: "order:x".to_owned(),
        number: 1,
        at: Stamp(0),
        content: Content::Remind(Remind {
            words: "Nhắc".to_owned(),
        }),
    };
    change(&mut message);
    let body = message.to_json();
    (sign_message(MESSAGES, &body, key, "n", now_s).unwrap(), body)
}

/// The key by which the authority's node of a pair signs.
fn authority_key() -> SecretKey {
    SecretKey::from_seed(&Vault::new([KEYS.0; 32]).secret_of("node.identity", 0))
}

#[test]
fn nobody_else_is_taken_for_a_peer_and_one_that_tells_two_stories_is_cut_off() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let now = pair.platform.app.clock().now().as_seconds();
        let send = async |(fields, body): (Vec<(&'static str, String)>, Vec<u8>)| {
            peer::receive(&pair.platform.app, &as_fields(&fields), &body).await
        };
        let key = authority_key();
        let stranger = SecretKey::from_seed(&[9; 32]);
        assert!(matches!(
            send(forged(&stranger, now, |_| {})).await,
            Err(ReceiveError::Unknown)
        ));
        assert!(matches!(
            send((Vec::new(), b"{}".to_vec())).await,
            Err(ReceiveError::NotSigned(_))
        ));
        assert!(matches!(
            send(forged(&key, now - 3_600, |_| {})).await,
            Err(ReceiveError::Clock)
        ));
        let (fields, _) = forged(&key, now, |_| {});
        let (_, body) = forged(&key, now, |message| message.number = 2);
        assert!(
            matches!(send((fields, body)).await, Err(ReceiveError::Unknown)),
            "another body"
        );
        let gap = send(forged(&key, now, |message| message.number = 3)).await;
        assert!(matches!(gap, Err(ReceiveError::OutOfOrder { expected: 1 })));
        let elsewhere = forged(&key, now, |message| message.to = "https://khac.example".to_owned());
        assert!(matches!(send(elsewhere).await, Err(ReceiveError::Elsewhere)));
        let of_another = forged(&key, now, |message| message.from = "https://khac.example".to_owned());
        assert!(matches!(send(of_another).await, Err(ReceiveError::Unknown)));
        assert_eq!(peer_of(&pair.platform).await.row.faults, 1);

        // An order that it never sent cannot be reminded of; that is received, and refused.
        let first = send(forged(&key, now, |_| {})).await.unwrap();
        let receipt = anlanh_wire::Receipt::parse(&first.body).unwrap();
        assert_eq!(receipt.reason.as_deref(), Some("unknown_order"));
        let again = send(forged(&key, now + 5, |_| {})).await.unwrap();
        assert_eq!(again.body, first.body, "the same receipt");
        let other = forged(&key, now, |message| message.at = Stamp(1));
        assert!(matches!(
            send(other).await,
            Err(ReceiveError::Equivocation { expected: 2 })
        ));
        let other = forged(&key, now, |message| message.at = Stamp(1));
        assert!(matches!(send(other).await, Err(ReceiveError::Equivocation { .. })));
        assert_eq!(peer_of(&pair.platform).await.row.faults, 1, "the same bytes count once");
        for number in 2..=PeerFault::MAX_IN_A_ROW {
            let other = forged(&key, now, |message| message.at = Stamp(i64::from(number)));
            assert!(
                matches!(send(other).await, Err(ReceiveError::Equivocation { .. })),
                "{number}"
            );
        }
        // Both of each number are kept as they were signed.
        let by = administrator(&pair.platform);
        let peer = peer_of(&pair.platform).await.row.id;
        let (_, kept) = peer::evidence(&pair.platform.app, &by, peer).await.unwrap();
        assert_eq!(kept.len(), PeerFault::MAX_IN_A_ROW as usize);
        for pair in &kept {
            let told = |said: &SignedRow| Message::parse(&said.message).unwrap();
            assert_eq!(told(&pair.first).number, told(&pair.other).number);
            assert_ne!(pair.first.message, pair.other.message);
            assert!(pair.other.signature_input.contains("anlanh-message"));
        }
        let nobody = peer::evidence(&pair.platform.app, &pair.platform.auditor(), peer).await;
        assert!(matches!(nobody, Err(Error::Forbidden(_))));
        let cut = peer_of(&pair.platform).await.row;
        assert_eq!(cut.state, PeerState::CutOff);
        assert!(cut.why.unwrap().starts_with("equivocation "));
        let next = forged(&key, now, |message| message.number = 2);
        assert!(matches!(send(next).await, Err(ReceiveError::CutOff)));

        // People of both sides talked, and it is added again.
        let known = fingerprint(&pair.authority).await;
        add(&pair.platform, AUTHORITY, &known, Some(OFFICE)).await.unwrap();
        introduce(&pair.platform, &pair.authority).await;
        let bad = (0..=PeerFault::MAX_IN_A_ROW).map(|number| {
            let body = format!("{{\"number\":{number}}}").into_bytes();
            (sign_message(MESSAGES, &body, &key, "n", now).unwrap(), body)
        });
        for (count, message) in bad.enumerate() {
            let is_cut = count >= PeerFault::MAX_IN_A_ROW as usize;
            match send(message).await {
                Err(ReceiveError::Malformed(_)) => assert!(!is_cut, "{count}"),
                Err(ReceiveError::CutOff) => assert!(is_cut, "{count}"),
                other => panic!("{other:?}"),
            }
        }
    });
}

#[test]
fn a_message_of_a_newer_form_is_refused_and_counts_for_nothing() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (key, now) = (authority_key(), pair.platform.app.clock().now().as_seconds());
        for number in 0..=PeerFault::MAX_IN_A_ROW {
            let (_, body) = forged(&key, now, |message| message.at = Stamp(number.into()));
            let known = String::from_utf8(body).unwrap();
            let newer = known.replace("\"kind\":\"remind\"", "\"kind\":\"remind\",\"urgent\":true");
            assert_ne!(newer, known);
            let fields = sign_message(MESSAGES, newer.as_bytes(), &key, "n", now).unwrap();
            let heard = peer::receive(&pair.platform.app, &as_fields(&fields), newer.as_bytes()).await;
            assert!(
                matches!(&heard, Err(ReceiveError::Newer { node }) if node == AUTHORITY),
                "{number}: {heard:?}"
            );
        }
        let row = peer_of(&pair.platform).await.row;
        assert_eq!((row.state, row.faults), (PeerState::Active, 0));
        // It is to this node and from its signer, as any other.
        for (own, others) in [(PLATFORM, "to"), (AUTHORITY, "from")] {
            let (_, body) = forged(&key, now, |_| {});
            let newer = String::from_utf8(body)
                .unwrap()
                .replace("\"number\":1", "\"number\":1,\"more\":1");
            let newer = newer.replace(
                &format!("\"{others}\":\"{own}\""),
                &format!("\"{others}\":\"https://khac.example\""),
            );
            let fields = sign_message(MESSAGES, newer.as_bytes(), &key, "n", now).unwrap();
            let heard = peer::receive(&pair.platform.app, &as_fields(&fields), newer.as_bytes()).await;
            match others {
                "to" => assert!(matches!(heard, Err(ReceiveError::Elsewhere)), "{heard:?}"),
                _ => assert!(matches!(heard, Err(ReceiveError::Unknown)), "{heard:?}"),
            }
        }
        assert_eq!(peer_of(&pair.platform).await.row.faults, 1, "what was to another node");

        // What this node does know still arrives.
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        assert_eq!(pair.issued(id).await.row.issued.state, IssuedState::Received);
    });
}

#[test]
fn a_stream_that_the_other_node_refuses_waits_by_itself() {
    const AT_ONCE: u32 = 16;
    on_each(async |node| {
        let pair = Pair::of_office(node).await;
        let node = &pair.authority;
        let mut ids = Vec::new();
        for number in 0..=AT_ONCE {
            ids.push(pair.sent(OrderKind::Remove, &[("item", &format!("p-{number}"))]).await);
        }
        let due = async || peer::due(&node.app, AT_ONCE).await.unwrap();
        let refuse = async |sent: &Outgoing, code: &str| {
            let body = format!("{{\"code\":\"{code}\"}}");
            let answer = Replied::Answer {
                status: 422,
                fields: &[],
                body: body.as_bytes(),
                expected: None,
            };
            peer::answered(&node.app, sent, answer).await.unwrap();
        };
        let streams = |due: &[Outgoing]| due.iter().map(|sent| sent.id().1).collect::<Vec<_>>();
        let first = due().await;
        for sent in &first {
            refuse(sent, "message-newer").await;
        }
        // The one behind them is tried at once, and arrives.
        let rest = due().await;
        let last = ids.pop().unwrap();
        assert_eq!(streams(&rest), [format!("order:{last}")]);
        deliver(node, &pair.platform, &rest[0]).await;
        let shown = peer_of(node).await;
        assert_eq!((shown.waiting, shown.row.failures, shown.row.failure), (16, 0, None));
        let held = |view: &PeerView| {
            view.held
                .iter()
                .map(|it| (it.failure.clone(), it.streams))
                .collect::<Vec<_>>()
        };
        let newer = |streams| vec![("status 422 message-newer".to_owned(), streams)];
        assert_eq!(held(&peer_of(node).await), newer(16));
        // They are tried again behind what was not refused yet, each after its own wait, which grows.
        node.wait_seconds(1);
        let late = pair.sent(OrderKind::Remove, &[("item", "late")]).await;
        let again = due().await;
        assert_eq!(streams(&again[..1]), [format!("order:{late}")]);
        assert_eq!(streams(&again[1..]), streams(&first)[..15]);
        deliver(node, &pair.platform, &again[0]).await;
        refuse(&again[1], "message-newer").await;
        deliver(node, &pair.platform, &again[2]).await;
        node.wait_seconds(1);
        assert_eq!(streams(&due().await), streams(&first)[2..]);
        node.wait_seconds(1);
        assert_eq!(due().await.len(), 15);
        // Where the other side wants a stream from elsewhere, that is no refusal any more.
        let moved = due().await.remove(0);
        reply(node, &moved, &Err(ReceiveError::OutOfOrder { expected: 3 })).await;
        assert_eq!(held(&peer_of(node).await), newer(14));
        node.wait_seconds(1);
        // Whatever else is answered is about the node, and everything waits.
        let two = due().await;
        refuse(&two[0], "peer-cut-off").await;
        assert_eq!(due().await, []);
        // One that was refused on its way meanwhile takes nothing of that back.
        refuse(&two[1], "message-newer").await;
        assert_eq!(due().await, []);
        assert_eq!(
            peer_of(node).await.row.failure.as_deref(),
            Some("status 422 peer-cut-off")
        );
        for _ in 0..3 {
            node.wait_seconds(1_024);
            pair.platform.wait_seconds(1_024);
            deliver_all(node, &pair.platform).await;
        }
        let shown = peer_of(node).await;
        assert_eq!((shown.waiting, shown.held), (0, Vec::new()));
    });
}

#[test]
fn a_peer_is_who_people_compared_and_speaks_for_its_office_alone() {
    on_each(async |node| {
        let pair = Pair::strangers(node);
        let right = fingerprint(&pair.authority).await;
        let wrong = fingerprint(&pair.platform).await.replace(['1', '2'], "3");
        let bad = |error: Error, expected: PeerError| assert!(matches!(error, Error::Peer(it) if it == expected));
        bad(
            add(&pair.platform, "co-quan", &right, None).await.unwrap_err(),
            PeerError::BadAddress,
        );
        bad(
            add(&pair.platform, AUTHORITY, "1234", None).await.unwrap_err(),
            PeerError::BadFingerprint,
        );
        bad(
            add(&pair.platform, PLATFORM, &right, None).await.unwrap_err(),
            PeerError::Itself,
        );
        let unknown = add(&pair.platform, AUTHORITY, &right, Some("khong-co")).await;
        assert!(matches!(unknown, Err(Error::UnknownKey("office"))));
        add(&pair.platform, AUTHORITY, &wrong, Some(OFFICE)).await.unwrap();
        introduce(&pair.platform, &pair.authority).await;
        let refused = peer_of(&pair.platform).await.row;
        assert_eq!(
            (refused.state, refused.why.as_deref()),
            (PeerState::Refused, Some("other_key"))
        );

        // Added as another office's, it may not speak for its own.
        add(&pair.platform, AUTHORITY, &right, Some("so-khcn")).await.unwrap();
        introduce(&pair.platform, &pair.authority).await;
        let known = fingerprint(&pair.platform).await;
        add(&pair.authority, PLATFORM, &known, None).await.unwrap();
        introduce(&pair.authority, &pair.platform).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        let view = pair.issued(id).await.row;
        assert_eq!(
            (view.issued.state, view.refusal.as_deref()),
            (IssuedState::Refused, Some("not_their_office"))
        );
        assert!(pair.received().await.is_empty());
    });
}

#[test]
fn keys_are_followed_and_both_are_taken_for_a_while() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let first = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        peer::rotate(&pair.authority.app, &administrator(&pair.authority))
            .await
            .unwrap();
        let old = authority_key();
        let now = pair.platform.app.clock().now().as_seconds();
        // Before the platform heard of it, what goes out is under the key that it knows.
        pair.change(
            first,
            Change::Remind {
                words: "Nhắc".to_owned(),
            },
        )
        .await;
        pair.talk().await;
        assert_eq!(peer_of(&pair.authority).await.waiting, 0);
        assert_eq!(peer_of(&pair.authority).await.row.our_generation, 1);
        let second = pair.sent(OrderKind::Remove, &[("item", "q")]).await;
        pair.talk().await;
        assert_eq!(pair.issued(second).await.row.issued.state, IssuedState::Received);
        let send = async |now_s: i64| {
            let (fields, body) = forged(&old, now_s, |message| message.number = 9);
            peer::receive(&pair.platform.app, &as_fields(&fields), &body).await
        };
        assert!(
            matches!(send(now).await, Err(ReceiveError::OutOfOrder { .. })),
            "the old key is taken"
        );
        let days = peer::KEY_OVERLAP_DAYS;
        pair.platform.wait_minutes(days * 1_440 + 1);
        let later = pair.platform.app.clock().now().as_seconds();
        assert!(
            matches!(send(later).await, Err(ReceiveError::Unknown)),
            "and after its end no more"
        );
        let card = peer::card(&pair.authority.app).await.unwrap();
        assert_eq!(card.keys.len(), 2);
    });
}

#[test]
fn whoever_has_fewer_numbers_than_the_other_side_goes_on_behind_them() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        // The authority said more in this stream, and lost that.
        let key = authority_key();
        let now = pair.platform.app.clock().now().as_seconds();
        for number in 2..=4 {
            let (fields, body) = forged(&key, now, |message| {
                message.number = number;
                message.stream = format!("order:{id}");
            });
            peer::receive(&pair.platform.app, &as_fields(&fields), &body)
                .await
                .unwrap();
        }
        for words in ["Một", "Hai"] {
            let words = words.to_owned();
            pair.change(id, Change::Remind { words }).await;
        }
        for _ in 0..3 {
            pair.talk().await;
            pair.authority.wait_minutes(5);
            pair.platform.wait_minutes(5);
        }
        assert_eq!(peer_of(&pair.authority).await.waiting, 0);
        assert_eq!(peer_of(&pair.platform).await.row.state, PeerState::Active);
        let view = pair.received().await.remove(0);
        let said = view.steps.iter().filter(|step| step.kind == "reminded");
        let said: Vec<String> = said.map(|step| step.note.clone().unwrap()).collect();
        assert_eq!(said, ["Nhắc", "Nhắc", "Nhắc", "Một", "Hai"]);
    });
}

#[test]
fn a_node_that_lost_its_newest_days_is_told_again() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        // Three reminders; the platform got none of them, whatever the receipts said.
        for number in 0..3 {
            let words = format!("Nhắc {number}");
            pair.change(id, Change::Remind { words }).await;
        }
        let due = peer::due(&pair.authority.app, 9).await.unwrap();
        assert_eq!(due.len(), 1, "one at a time in a stream");
        let first = due.first().unwrap();
        let heard = hear(&pair.platform, first).await.unwrap();
        reply(&pair.authority, first, &Ok(heard)).await;
        let second = peer::due(&pair.authority.app, 9).await.unwrap().remove(0);
        reply(&pair.authority, &second, &Err(ReceiveError::OutOfOrder { expected: 2 })).await;
        assert!(
            peer::due(&pair.authority.app, 9).await.unwrap().is_empty(),
            "and not at once"
        );
        pair.authority.wait_minutes(5);
        pair.platform.wait_minutes(5);
        let again = peer::due(&pair.authority.app, 9).await.unwrap().remove(0);
        assert_eq!(again.body(), first.body(), "from the number that is expected");
        pair.talk().await;
        let view = pair.received().await.remove(0);
        assert_eq!(view.steps.iter().filter(|step| step.kind == "reminded").count(), 3);
    });
}

#[test]
fn evidence_of_a_peer_is_kept_up_to_a_limit() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let (key, now) = (authority_key(), pair.platform.app.clock().now().as_seconds());
        let send = async |number: u64, at: u64| {
            let (fields, body) = forged(&key, now, |message| {
                (message.number, message.at) = (number, Stamp(i64::try_from(at).unwrap()));
            });
            peer::receive(&pair.platform.app, &as_fields(&fields), &body).await
        };
        let by = administrator(&pair.platform);
        let peer = peer_of(&pair.platform).await.row.id;
        for number in 1..=MAX_EVIDENCE + 1 {
            // What it says between as it should keeps it from being cut off.
            send(number, 0).await.unwrap();
            let other = send(number, 1).await;
            assert!(matches!(other, Err(ReceiveError::Equivocation { .. })), "{number}");
            let (_, kept) = peer::evidence(&pair.platform.app, &by, peer).await.unwrap();
            assert_eq!(kept.len() as u64, number.min(MAX_EVIDENCE));
        }
    });
}

#[test]
fn a_peer_has_so_many_streams_open_and_no_more() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let key = authority_key();
        let send = async |stream: u64, number: u64| {
            let now = pair.platform.app.clock().now().as_seconds();
            let (fields, body) = forged(&key, now, |message| {
                (message.stream, message.number) = (format!("order:{stream}"), number);
            });
            peer::receive(&pair.platform.app, &as_fields(&fields), &body).await
        };
        for stream in 0..MAX_OPEN_STREAMS {
            send(stream, 1).await.unwrap();
        }
        let more = send(MAX_OPEN_STREAMS, 1).await;
        assert!(matches!(more, Err(ReceiveError::TooManyStreams)));
        send(0, 2).await.unwrap();
        assert_eq!(
            peer_of(&pair.platform).await.row.state,
            PeerState::Active,
            "nobody is cut off for it"
        );
        // What is about no order is open for a day.
        pair.platform.wait_minutes(24 * 60 + 1);
        send(MAX_OPEN_STREAMS, 1).await.unwrap();
    });
}

#[test]
fn orders_that_are_over_leave_room_for_others() {
    on_each(async |node| {
        let pair = Pair::new(node).await;
        let id = pair.sent(OrderKind::Remove, &[("item", "p")]).await;
        pair.talk().await;
        let peer = peer_of(&pair.platform).await.row.id;
        let open = async || {
            let now = pair.platform.app.clock().now();
            let read = pair
                .platform
                .app
                .store()
                .read("test.open", move |tx| anlanh_store::peer::open_streams(tx, peer, now));
            read.await.map_err(|error: anlanh_store::Error| error).unwrap()
        };
        assert_eq!(open().await, 1);
        let withdraw = Change::Withdraw {
            signer: "Thượng tá Nguyễn Văn A".to_owned(),
            words: "Ban hành nhầm.".to_owned(),
        };
        pair.change(id, withdraw).await;
        pair.talk().await;
        assert_eq!(open().await, 0);
    });
}

#[test]
fn a_node_has_so_many_peers_and_no_more() {
    on_each(async |node| {
        let fingerprint = "ab".repeat(32);
        let url = |number: usize| format!("https://nut-{number}.example");
        for number in 0..MAX_PEERS {
            add(&node, &url(number), &fingerprint, None).await.unwrap();
        }
        let more = add(&node, &url(MAX_PEERS), &fingerprint, None).await;
        assert!(matches!(more, Err(Error::Peer(PeerError::TooMany))), "{more:?}");
        add(&node, &url(0), &fingerprint, None).await.unwrap();
    });
}
