//! What is signed is verified, and anything else is not: every part changed, every rule of a policy, every limit at the limit
//! and one past it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use anlanh_httpsig::{
    BaseError, Component, Content, DigestAlgorithm, DigestError, FindError, Found, MAX_BASE_BYTES, MAX_COMPONENTS,
    MAX_FIELD_BYTES, MAX_PARAMETER_BYTES, MAX_SIGNATURES, Message, NamesAlgorithm, Nonce, Part, Pick, Policy,
    PublicKey, Request, SecretKey, SignError, ToSign, Verified, VerifyError, content_digest,
};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

const NOW_S: i64 = 1_700_000_000;
const BODY: &[u8] = b"order 117";

fn named(names: &[&str]) -> Vec<Component> {
    names.iter().map(|name| Component::named(name).unwrap()).collect()
}

fn to_sign() -> ToSign {
    ToSign {
        label: "sig1".to_owned(),
        components: named(&["@method", "@target-uri", "content-digest", "x-case"]),
        created_s: NOW_S,
        expires_s: None,
        key_id: "authority-1".to_owned(),
        nonce: Some("8f3a".to_owned()),
        tag: Some("orders".to_owned()),
        names_algorithm: NamesAlgorithm::Yes,
    }
}

fn policy() -> Policy {
    Policy {
        required: named(&["@method", "@target-uri", "content-digest"]),
        max_age_s: 300,
        max_skew_s: 30,
        nonce: Nonce::Required,
        content: Content::Required,
    }
}

fn secret() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

/// A message whose parts can be changed.
#[derive(Clone)]
struct Sent {
    method: String,
    authority: String,
    path: String,
    query: Option<String>,
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Sent {
    fn new() -> Self {
        let digest = content_digest(BODY, DigestAlgorithm::Sha256);
        Self {
            method: "POST".to_owned(),
            authority: "node.example".to_owned(),
            path: "/v1/orders".to_owned(),
            query: None,
            fields: vec![
                ("Content-Digest".to_owned(), digest.into_bytes()),
                ("X-Case".to_owned(), b"a".to_vec()),
            ],
            body: BODY.to_vec(),
        }
    }

    fn with<T>(&self, use_it: impl FnOnce(&Message<'_>) -> T) -> T {
        let fields: Vec<(&str, &[u8])> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        use_it(&Message::Request(Request {
            method: &self.method,
            scheme: "https",
            authority: &self.authority,
            path: &self.path,
            query: self.query.as_deref(),
            fields: &fields,
            body: &self.body,
        }))
    }

    fn signed(mut self, to_sign: &ToSign) -> Self {
        let signed = self.with(|message| to_sign.sign(message, &secret())).unwrap();
        self.push("Signature-Input", &signed.signature_input);
        self.push("Signature", &signed.signature);
        self
    }

    fn push(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.as_bytes().to_vec()));
    }

    fn field(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.fields.iter_mut().find(|(known, _)| known == name).unwrap().1
    }

    fn replaced(mut self, name: &str, old: &str, new: &str) -> Self {
        let field = self.field(name);
        let text = String::from_utf8(field.clone()).unwrap();
        assert!(text.contains(old), "{text}");
        *field = text.replace(old, new).into_bytes();
        self
    }

    fn found(&self) -> Result<Found, FindError> {
        self.with(|message| Found::find(message, &Pick::Tag("orders".to_owned())))
    }

    fn verified(&self, policy: &Policy, now_s: i64) -> Result<Verified, VerifyError> {
        let found = self.found().unwrap();
        self.with(|message| found.verify(message, &secret().public(), policy, now_s))
    }
}

#[test]
fn whatever_is_covered_cannot_be_changed() {
    let sent = Sent::new().signed(&to_sign());
    let verified = sent.verified(&policy(), NOW_S).unwrap();
    assert_eq!(verified.claims.key_id, "authority-1");
    assert_eq!(verified.claims.nonce.as_deref(), Some("8f3a"));
    assert_eq!(verified.components, to_sign().components);

    let changes: [fn(&mut Sent); 7] = [
        |sent| sent.method = "PUT".to_owned(),
        |sent| sent.authority = "other.example".to_owned(),
        |sent| sent.path = "/v1/order".to_owned(),
        |sent| sent.query = Some(String::new()),
        |sent| sent.field("X-Case").push(b'b'),
        |sent| sent.push("x-case", "b"),
        |sent| *sent.field("Content-Digest") = content_digest(b"order 118", DigestAlgorithm::Sha256).into_bytes(),
    ];
    for change in changes {
        let mut changed = sent.clone();
        change(&mut changed);
        assert_eq!(changed.verified(&policy(), NOW_S), Err(VerifyError::Wrong));
    }
    let mut other_body = sent.clone();
    other_body.body.push(b'0');
    let mismatch = VerifyError::Content(DigestError::Mismatch);
    assert_eq!(other_body.verified(&policy(), NOW_S), Err(mismatch));
    // The parameters are covered too.
    for (old, new) in [
        ("8f3a", "8f3b"),
        ("authority-1", "authority-2"),
        ("1700000000", "1700000001"),
        (";alg=\"ed25519\"", ""),
    ] {
        let changed = sent.clone().replaced("Signature-Input", old, new);
        assert_eq!(changed.verified(&policy(), NOW_S), Err(VerifyError::Wrong), "{old}");
    }
    // So is their order, and nothing hangs on how the field is spaced.
    let spaced = sent.clone().replaced("Signature-Input", "sig1=(", "sig1=(   ");
    assert!(spaced.verified(&policy(), NOW_S).is_ok());
    let other = PublicKey::from_bytes(SecretKey::from_seed(&[8; 32]).public().as_bytes()).unwrap();
    let found = sent.found().unwrap();
    let by_other = sent.with(|message| found.verify(message, &other, &policy(), NOW_S));
    assert_eq!(by_other, Err(VerifyError::Wrong));
    assert!(PublicKey::from_bytes(&[0; 32]).is_err(), "a key of small order");
}

#[test]
fn a_policy_says_when_and_what() {
    let sent = Sent::new().signed(&to_sign());
    let check = |now_s, expected: Result<(), VerifyError>| {
        assert_eq!(sent.verified(&policy(), now_s).map(|_| ()), expected, "{now_s}");
    };
    check(NOW_S + 330, Ok(()));
    check(NOW_S + 331, Err(VerifyError::Old));
    check(NOW_S - 30, Ok(()));
    check(NOW_S - 31, Err(VerifyError::Future));
    check(i64::MAX, Err(VerifyError::Old));
    check(i64::MIN, Err(VerifyError::Future));

    let mut ends = to_sign();
    ends.expires_s = Some(NOW_S + 10);
    let sent = Sent::new().signed(&ends);
    assert!(sent.verified(&policy(), NOW_S + 40).is_ok());
    assert_eq!(sent.verified(&policy(), NOW_S + 41), Err(VerifyError::Old));

    let mut plain = to_sign();
    plain.nonce = None;
    let sent = Sent::new().signed(&plain);
    assert_eq!(sent.verified(&policy(), NOW_S), Err(VerifyError::NoNonce));
    let mut lenient = policy();
    lenient.nonce = Nonce::Optional;
    assert!(sent.verified(&lenient, NOW_S).is_ok());

    let mut less = to_sign();
    less.components = named(&["@method", "@target-uri"]);
    let sent = Sent::new().signed(&less);
    let digest = Component::named("content-digest").unwrap();
    assert_eq!(sent.verified(&policy(), NOW_S), Err(VerifyError::Uncovered(digest)));
    // Without it nothing ties the content to the signature.
    let with = |content| Policy {
        required: named(&["@method"]),
        content,
        ..policy()
    };
    let missing = Err(VerifyError::Content(DigestError::Missing));
    assert_eq!(sent.verified(&with(Content::Required), NOW_S), missing);
    assert_eq!(sent.verified(&with(Content::WhereAny), NOW_S), missing);
    assert!(sent.verified(&with(Content::Unchecked), NOW_S).is_ok());
    let mut empty = sent;
    empty.body.clear();
    assert!(empty.verified(&with(Content::WhereAny), NOW_S).is_ok());
    assert_eq!(empty.verified(&with(Content::Required), NOW_S), missing);

    let never = Sent::new()
        .signed(&to_sign())
        .replaced("Signature-Input", ";created=1700000000", "");
    assert_eq!(never.verified(&policy(), NOW_S), Err(VerifyError::NotCreated));
}

#[test]
fn the_signature_that_is_meant_is_found_among_others() {
    let mut proxy = to_sign();
    (proxy.label, proxy.tag) = ("proxy".to_owned(), None);
    let sent = Sent::new().signed(&proxy).signed(&to_sign());
    assert_eq!(sent.found().unwrap().claims().label, "sig1");
    assert!(sent.verified(&policy(), NOW_S).is_ok());
    let by_label = |label: &str| sent.with(|message| Found::find(message, &Pick::Label(label.to_owned())));
    assert_eq!(by_label("proxy").unwrap().claims().tag, None);
    assert_eq!(by_label("none"), Err(FindError::Missing));
    let mut twice = to_sign();
    twice.label = "sig2".to_owned();
    assert_eq!(sent.clone().signed(&twice).found(), Err(FindError::Several));

    let check = |old: &str, new: &str, expected| {
        let changed = Sent::new().signed(&to_sign()).replaced("Signature-Input", old, new);
        assert_eq!(changed.found(), Err(expected), "{new}");
    };
    check("sig1=", "sig2=", FindError::Missing);
    check("sig1=", "sig1", FindError::Form);
    check("\"orders\"", "orders", FindError::Missing);
    check("\"ed25519\"", "\"rsa-v1_5-sha256\"", FindError::Algorithm);
    check("\"ed25519\"", "ed25519", FindError::Parameter("alg"));
    check(";keyid=\"authority-1\"", "", FindError::KeyId);
    check("=1700000000", "=\"1700000000\"", FindError::Parameter("created"));
    check("=1700000000", "=1700000000.5", FindError::Parameter("created"));
    check("\"8f3a\"", ":8f3a:", FindError::Parameter("nonce"));
    let signature = |value: &str| {
        let mut changed = Sent::new().signed(&to_sign());
        *changed.field("Signature") = value.as_bytes().to_vec();
        changed.found()
    };
    assert_eq!(signature("sig1=:AAAA:"), Err(FindError::Form));
    assert_eq!(signature("sig1=(:AAAA:)"), Err(FindError::Form));
    assert_eq!(signature("sig1=\"AAAA\""), Err(FindError::Form));
    assert_eq!(signature("sig1=:AAAA"), Err(FindError::Form));
    assert_eq!(signature("sig2=:AAAA:"), Err(FindError::Missing));
    assert_eq!(Sent::new().found(), Err(FindError::Missing));
    // What is covered must be something that is supported, and once.
    for (what, is_twice) in [
        ("\"@request-target\"", false),
        ("\"x-case\";tr", false),
        ("\"x-case\" \"x-case\"", true),
    ] {
        let changed = Sent::new()
            .signed(&to_sign())
            .replaced("Signature-Input", "\"x-case\"", what);
        match changed.found() {
            Err(FindError::Covered(BaseError::Twice(component))) => assert!(is_twice, "{component}"),
            Err(FindError::Covered(BaseError::Identifier(_))) => assert!(!is_twice),
            other => panic!("{other:?}"),
        }
    }
}

/// Sets a parameter.
type Set = fn(&mut ToSign, String);

#[test]
fn every_limit_holds_at_the_limit_and_one_past_it() {
    let sign = |to_sign: &ToSign| Sent::new().with(|message| to_sign.sign(message, &secret()).map(|_| ()));
    let longest = "x".repeat(MAX_PARAMETER_BYTES);
    let setters: [(&str, Set); 3] = [
        ("keyid", |to_sign, text| to_sign.key_id = text),
        ("nonce", |to_sign, text| to_sign.nonce = Some(text)),
        ("tag", |to_sign, text| to_sign.tag = Some(text)),
    ];
    for (name, set) in setters {
        let with = |text: &str| {
            let mut to_sign = to_sign();
            set(&mut to_sign, text.to_owned());
            to_sign
        };
        assert_eq!(sign(&with(&longest)), Ok(()));
        assert_eq!(sign(&with(&format!("{longest}x"))), Err(SignError::Parameter(name)));
        assert_eq!(sign(&with("đ")), Err(SignError::Parameter(name)));
        assert_eq!(sign(&with("a\nb")), Err(SignError::Parameter(name)));
    }
    let nonce = |text: &str| {
        Sent::new()
            .signed(&to_sign())
            .replaced("Signature-Input", "8f3a", text)
            .found()
    };
    assert!(nonce(&longest).is_ok());
    assert_eq!(nonce(&format!("{longest}x")), Err(FindError::Parameter("nonce")));
    let labelled = |label: &str| {
        let mut to_sign = to_sign();
        to_sign.label = label.to_owned();
        sign(&to_sign)
    };
    assert_eq!(labelled(&longest), Ok(()));
    for bad in ["", "A", "a b", "1a", "a=", &format!("{longest}x")] {
        assert_eq!(labelled(bad), Err(SignError::Label), "{bad}");
    }
    let mut early = to_sign();
    early.created_s = -1;
    assert_eq!(sign(&early), Err(SignError::Parameter("created")));

    // Components, and how much they are together.
    let mut many = Sent::new();
    for number in 0..=MAX_COMPONENTS {
        many.push(&format!("x-{number}"), "v");
    }
    let covering = |count: usize| {
        let mut to_sign = to_sign();
        to_sign.components = (0..count)
            .map(|number| Component::named(&format!("x-{number}")).unwrap())
            .collect();
        to_sign
    };
    assert!(
        many.with(|message| covering(MAX_COMPONENTS).sign(message, &secret()))
            .is_ok()
    );
    let too_many = many.with(|message| covering(MAX_COMPONENTS + 1).sign(message, &secret()));
    assert_eq!(too_many, Err(SignError::Base(BaseError::Components)));
    let listed: String = (0..=MAX_COMPONENTS).map(|number| format!("\"x-{number}\" ")).collect();
    let sent = Sent::new()
        .signed(&to_sign())
        .replaced("Signature-Input", "\"x-case\"", listed.trim());
    assert_eq!(sent.found(), Err(FindError::Covered(BaseError::Components)));
    let mut wide = to_sign();
    wide.components = named(&["x-wide"]);
    let base = |length: usize| {
        let mut sent = Sent::new();
        sent.push("x-wide", &"v".repeat(length));
        sent.with(|message| wide.base(message))
    };
    let room = MAX_BASE_BYTES - base(0).unwrap().len();
    assert_eq!(base(room).unwrap().len(), MAX_BASE_BYTES);
    assert_eq!(base(room + 1), Err(SignError::Base(BaseError::Long)));

    // Signatures, and the fields that they stand in.
    let beside = |count: usize| {
        let mut sent = Sent::new().signed(&to_sign());
        (0..count).for_each(|number| sent.push("Signature-Input", &format!("other{number}=()")));
        sent.found()
    };
    assert!(beside(MAX_SIGNATURES - 1).is_ok());
    assert_eq!(beside(MAX_SIGNATURES), Err(FindError::Long));
    let length = Sent::new().signed(&to_sign()).field("Signature-Input").len();
    let padded = |length: usize| {
        let mut sent = Sent::new().signed(&to_sign());
        sent.push("Signature-Input", &format!("a=(\"{}\")", "a".repeat(length)));
        sent.found()
    };
    let room = MAX_FIELD_BYTES - length - ", a=(\"\")".len();
    assert!(padded(room).is_ok());
    assert_eq!(padded(room + 1), Err(FindError::Long));
}

proptest! {
    /// What is signed verifies, with any text in any place that takes one.
    #[test]
    fn whatever_is_signed_is_verified(
        path in "/[ -~&&[^?#]]{0,20}",
        query in "[ -~&&[^#]]{0,20}",
        value in "[ -~\t]{0,40}",
        key_id in "[ -~]{0,20}",
        nonce in "[ -~]{1,20}",
    ) {
        let mut sent = Sent::new();
        (sent.path, sent.query) = (path, Some(query));
        *sent.field("X-Case") = value.into_bytes();
        let mut to_sign = to_sign();
        (to_sign.key_id, to_sign.nonce) = (key_id.clone(), Some(nonce.clone()));
        to_sign.components.extend(named(&["@path", "@query", "@authority", "@scheme"]));
        let wrapped = Component::new(Part::WrappedField("x-case".to_owned()), anlanh_httpsig::Of::This);
        to_sign.components.push(wrapped.unwrap());
        let verified = sent.signed(&to_sign).verified(&policy(), NOW_S).unwrap();
        prop_assert_eq!(verified.claims.key_id, key_id);
        prop_assert_eq!(verified.claims.nonce, Some(nonce));
        prop_assert!(verified.components == to_sign.components);
    }
}
