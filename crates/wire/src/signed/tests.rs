use super::*;
use crate::{Outcome, PROTOCOL, Stamp};

const URL: &str = "https://b.example/v1/peer/messages";
const BODY: &[u8] = br#"{"protocol":"anlanh/1"}"#;
const NOW_S: i64 = 1_790_000_000;

fn key(seed: u8) -> SecretKey {
    SecretKey::from_seed(&[seed; 32])
}

fn as_fields(fields: &SignedFields) -> Vec<(&str, &[u8])> {
    fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect()
}

#[test]
fn a_message_is_of_its_sender_to_its_receiver_and_now() {
    let signed = sign_message(URL, BODY, &key(1), "n", NOW_S).unwrap();
    let fields = as_fields(&signed);
    let arrived = Arrived {
        url: URL,
        fields: &fields,
        body: BODY,
    };
    assert_eq!(sender(&arrived), Ok(Fingerprint::of(key(1).public().as_bytes())));
    let check = |arrived: &Arrived<'_>, seed: u8, now_s: i64, expected: &str| {
        let verified = verify_message(arrived, &key(seed).public(), now_s);
        let told = match verified {
            Ok(()) => "ok",
            Err(WireError::Clock) => "clock",
            Err(WireError::Wrong(_)) => "wrong",
            Err(_) => "other",
        };
        assert_eq!(told, expected);
    };
    check(&arrived, 1, NOW_S, "ok");
    check(&arrived, 2, NOW_S, "wrong");
    check(&Arrived { body: b"{}", ..arrived }, 1, NOW_S, "wrong");
    let other = "https://c.example/v1/peer/messages";
    check(&Arrived { url: other, ..arrived }, 1, NOW_S, "wrong");
    let (age, skew) = (i64::from(MAX_AGE_S), i64::from(MAX_SKEW_S));
    check(&arrived, 1, NOW_S + age + skew, "ok");
    check(&arrived, 1, NOW_S + age + skew + 1, "clock");
    check(&arrived, 1, NOW_S - skew, "ok");
    check(&arrived, 1, NOW_S - skew - 1, "clock");
    check(&Arrived { fields: &[], ..arrived }, 1, NOW_S, "other");
}

#[test]
fn a_receipt_is_of_one_message_and_stands_alone() {
    let signed = sign_message(URL, BODY, &key(1), "n", NOW_S).unwrap();
    let fields = as_fields(&signed);
    let arrived = Arrived {
        url: URL,
        fields: &fields,
        body: BODY,
    };
    let receipt = Receipt {
        protocol: PROTOCOL.to_owned(),
        from: "https://b.example".to_owned(),
        to: "https://a.example".to_owned(),
        stream: "order:1".to_owned(),
        number: 1,
        digest: String::new(),
        received_at: Stamp(0),
        outcome: Outcome::Applied,
        reason: None,
        entry: Some(7),
    };
    let body = receipt.to_json();
    let answered = sign_receipt(&arrived, 200, &body, &key(2), NOW_S).unwrap();
    let answered = as_fields(&answered);
    let kept = SignedReceipt::of_answer(URL, BODY, 200, &answered, &body).unwrap();
    let kept = SignedReceipt::parse(&kept.to_json()).unwrap();
    assert_eq!(kept.signer(), Ok(Fingerprint::of(key(2).public().as_bytes())));
    assert_eq!(kept.verify(&key(2).public()), Ok(receipt));
    let check = |changed: SignedReceipt, seed: u8| assert!(changed.verify(&key(seed).public()).is_err());
    check(kept.clone(), 1);
    check(
        SignedReceipt {
            status: 201,
            ..kept.clone()
        },
        2,
    );
    let message_digest = content_digest(b"{}", DigestAlgorithm::Sha256);
    check(
        SignedReceipt {
            message_digest,
            ..kept.clone()
        },
        2,
    );
    let receipt = kept.receipt.replace("\"entry\":7", "\"entry\":8");
    check(
        SignedReceipt {
            receipt,
            ..kept.clone()
        },
        2,
    );
    let target_uri = URL.replace("b.example", "c.example");
    check(SignedReceipt { target_uri, ..kept }, 2);
    assert_eq!(SignedReceipt::of_answer(URL, BODY, 200, &[], &body), None);
    let longest = vec![b' '; MAX_RECEIPT_BYTES];
    assert!(SignedReceipt::of_answer(URL, BODY, 200, &answered, &longest).is_some());
    let longer = vec![b' '; MAX_RECEIPT_BYTES + 1];
    assert!(SignedReceipt::of_answer(URL, BODY, 200, &answered, &longer).is_none());
}

#[test]
fn an_address_has_scheme_host_and_path() {
    let check = |url: &str, is_one: bool| assert_eq!(request(url, &[], b"").is_ok(), is_one, "{url}");
    check(URL, true);
    check("http://[::1]:8080/an/v1/peer/messages", true);
    for url in [
        "",
        "b.example/a",
        "ftp://b.example/a",
        "https:///a",
        "https://b.example",
        "https://b.example/a?b",
    ] {
        check(url, false);
    }
}

/// The vector of docs/PROTOCOL.md: keys are derived from 32 bytes of 1 and of 2.
#[test]
fn the_vector_of_the_protocol_page_is_what_we_sign() {
    let page = include_str!("../../../../docs/PROTOCOL.md");
    let message = crate::Message {
        protocol: PROTOCOL.to_owned(),
        from: "https://a.example".to_owned(),
        to: "https://b.example".to_owned(),
        stream: "order:1".to_owned(),
        number: 2,
        at: Stamp(NOW_S * 1_000_000),
        content: crate::Content::Remind(crate::Remind {
            words: "Đề nghị trả lời.".to_owned(),
        }),
    };
    let body = message.to_json();
    let signed = sign_message(URL, &body, &key(1), "n", NOW_S).unwrap();
    let fields = as_fields(&signed);
    let arrived = Arrived {
        url: URL,
        fields: &fields,
        body: &body,
    };
    let receipt = Receipt {
        protocol: PROTOCOL.to_owned(),
        from: "https://b.example".to_owned(),
        to: "https://a.example".to_owned(),
        stream: "order:1".to_owned(),
        number: 2,
        digest: crate::fingerprint::hex(&<sha2::Sha256 as sha2::Digest>::digest(&body)),
        received_at: Stamp(NOW_S * 1_000_000),
        outcome: Outcome::Applied,
        reason: None,
        entry: None,
    };
    let receipt = receipt.to_json();
    let answered = sign_receipt(&arrived, 200, &receipt, &key(2), NOW_S).unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut expected = vec![text(&body), text(&receipt)];
    for seed in [1, 2] {
        expected.push(Fingerprint::of(key(seed).public().as_bytes()).digits());
    }
    let fields = signed.iter().chain(&answered);
    expected.extend(fields.map(|(name, value)| format!("{name}: {value}")));
    for line in expected {
        assert!(
            page.lines().any(|known| known == line),
            "not in docs/PROTOCOL.md: {line}"
        );
    }
}
