//! Examples and test cases of RFC 9421 and RFC 9530.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use anlanh_httpsig::{
    Component, ComponentError, Content, DigestAlgorithm, DigestError, Fields, Found, IdentifierError, Message,
    NamesAlgorithm, Nonce, Pick, Policy, PublicKey, Request, Response, SecretKey, SignError, ToSign, VerifyError,
    content_digest, verify_content_digest,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// RFC 9421 appendix B.1.4: the last 32 bytes of each key's DER.
const PUBLIC: &str = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF";
const DIGEST: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const BODY: &[u8] = br#"{"hello": "world"}"#;

fn last_32(der: &str) -> [u8; 32] {
    *STANDARD.decode(der).unwrap().last_chunk().unwrap()
}

/// RFC 9421 appendix B.2.
fn test_request<'a>(fields: Fields<'a>) -> Request<'a> {
    Request {
        method: "POST",
        scheme: "https",
        authority: "example.com",
        path: "/foo",
        query: Some("param=Value&Pet=dog"),
        fields,
        body: BODY,
    }
}

const FIELDS: [(&str, &[u8]); 5] = [
    ("Host", b"example.com"),
    ("Date", b"Tue, 20 Apr 2021 02:07:55 GMT"),
    ("Content-Type", b"application/json"),
    ("Content-Digest", DIGEST.as_bytes()),
    ("Content-Length", b"18"),
];

fn components(identifiers: &[&str]) -> Vec<Component> {
    let read = |identifier: &&str| identifier.parse().or_else(|_| Component::named(identifier)).unwrap();
    identifiers.iter().map(read).collect()
}

fn to_sign(identifiers: &[&str]) -> ToSign {
    ToSign {
        label: "sig".to_owned(),
        components: components(identifiers),
        created_s: 1_618_884_473,
        expires_s: None,
        key_id: "test-key-ed25519".to_owned(),
        nonce: None,
        tag: None,
        names_algorithm: NamesAlgorithm::No,
    }
}

#[test]
fn the_ed25519_case_is_signed_and_verified() {
    let mut case = to_sign(&[
        "date",
        "@method",
        "@path",
        "@authority",
        "content-type",
        "content-length",
    ]);
    case.label = "sig-b26".to_owned();
    let message = Message::Request(test_request(&FIELDS));
    let base = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
        \"@method\": POST\n\
        \"@path\": /foo\n\
        \"@authority\": example.com\n\
        \"content-type\": application/json\n\
        \"content-length\": 18\n\
        \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
        ;created=1618884473;keyid=\"test-key-ed25519\"";
    assert_eq!(case.base(&message).unwrap(), base);
    let key = SecretKey::from_seed(&last_32(PRIVATE));
    let public = PublicKey::from_bytes(&last_32(PUBLIC)).unwrap();
    assert_eq!(key.public(), public);
    let signed = case.sign(&message, &key).unwrap();
    let input = "sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
        ;created=1618884473;keyid=\"test-key-ed25519\"";
    let signature =
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:";
    assert_eq!(
        (signed.signature_input.as_str(), signed.signature.as_str()),
        (input, signature)
    );

    let fields = [
        &FIELDS[..],
        &[
            ("Signature-Input", input.as_bytes()),
            ("Signature", signature.as_bytes()),
        ],
    ]
    .concat();
    let received = Message::Request(test_request(&fields));
    let found = Found::find(&received, &Pick::Label("sig-b26".to_owned())).unwrap();
    assert_eq!(found.claims().key_id, "test-key-ed25519");
    let policy = Policy {
        required: components(&["@method", "@path"]),
        max_age_s: 300,
        max_skew_s: 0,
        nonce: Nonce::Optional,
        content: Content::Unchecked,
    };
    let verified = found.verify(&received, &public, &policy, 1_618_884_500).unwrap();
    assert_eq!(verified.components, case.components);
}

/// The line that a component has in a signature base.
#[track_caller]
fn check(message: &Message<'_>, component: &str, value: &str) {
    let base = to_sign(&[component]).base(message).unwrap();
    let component = components(&[component]).remove(0);
    assert_eq!(base.rsplit_once('\n').unwrap().0, format!("{component}: {value}"));
}

#[track_caller]
fn check_none(message: &Message<'_>, component: &str, expected: fn(Component) -> ComponentError) {
    let known = components(&[component]).remove(0);
    let error = to_sign(&[component]).base(message).unwrap_err();
    let expected = SignError::Base(expected(known).into());
    assert_eq!(error, expected);
}

/// Section 2.1, with its subsections.
#[test]
fn fields_are_covered_as_the_rfc_shows() {
    let fields: [(&str, &[u8]); 13] = [
        ("Host", b"www.example.com"),
        ("X-OWS-Header", b"   Leading and trailing whitespace.   "),
        ("Cache-Control", b"max-age=60"),
        ("Cache-Control", b"    must-revalidate"),
        ("Example-Dict", b" a=1,    b=2;x=1;y=2,   c=(a   b   c), d"),
        ("X-Empty-Header", b""),
        ("Example-Header", b"value, with, lots"),
        ("Example-Header", b"of, commas"),
        ("Priority", b"u=1,   i;x=?1"),
        ("Cache-Status", b"a;hit,    b;fwd=uri-miss"),
        ("Set-Cookie", b"a=1"),
        ("Set-Cookie", b"b=2"),
        ("X-Odd", b"caf\xc3\xa9"),
    ];
    let message = Message::Request(test_request(&fields));
    check(&message, "host", "www.example.com");
    check(&message, "x-ows-header", "Leading and trailing whitespace.");
    check(&message, "cache-control", "max-age=60, must-revalidate");
    check(&message, "example-dict", "a=1,    b=2;x=1;y=2,   c=(a   b   c), d");
    check(&message, "x-empty-header", "");
    check(&message, "\"example-dict\";key=\"a\"", "1");
    check(&message, "\"example-dict\";key=\"d\"", "?1");
    check(&message, "\"example-dict\";key=\"b\"", "2;x=1;y=2");
    check(&message, "\"example-dict\";key=\"c\"", "(a b c)");
    check(
        &message,
        "\"example-header\";bs",
        ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:",
    );
    check(&message, "\"priority\";sf", "u=1, i;x");
    check(&message, "\"cache-status\";sf", "a;hit, b;fwd=uri-miss");
    check(&message, "\"set-cookie\";bs", ":YT0x:, :Yj0y:");
    check(&message, "\"x-odd\";bs", ":Y2Fmw6k=:");
    check_none(&message, "set-cookie", ComponentError::Several);
    check_none(&message, "x-odd", ComponentError::Form);
    check_none(&message, "x-none", ComponentError::Missing);
    check_none(&message, "\"example-dict\";key=\"e\"", ComponentError::Missing);
    check_none(&message, "\"host\";key=\"e\"", ComponentError::Missing);
    check_none(&message, "\"x-ows-header\";key=\"e\"", ComponentError::Form);
    for broken in [b"a\r\n b".as_slice(), b"a\n\"@method\": GET", b"a\0"] {
        let fields = [("Host", broken)];
        check_none(&Message::Request(test_request(&fields)), "host", ComponentError::Form);
    }
    let split = Request {
        path: "/a\n\"@method\": GET",
        ..test_request(&[])
    };
    check_none(&Message::Request(split), "@path", ComponentError::Form);
}

/// Section 2.2.
#[test]
fn derived_components_are_as_the_rfc_shows() {
    let request = Request {
        method: "POST",
        scheme: "HTTPS",
        authority: "WWW.Example.com:443",
        path: "/parameters",
        query: Some(
            "var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something",
        ),
        fields: &[],
        body: b"",
    };
    let message = Message::Request(request);
    check(&message, "@method", "POST");
    check(&message, "@authority", "www.example.com");
    check(&message, "@scheme", "https");
    check(&message, "@path", "/parameters");
    check(
        &message,
        "@target-uri",
        &format!("https://www.example.com/parameters?{}", request.query.unwrap()),
    );
    check(
        &message,
        "\"@query-param\";name=\"var\"",
        "this%20is%20a%20big%0Amultiline%20value",
    );
    check(&message, "\"@query-param\";name=\"bar\"", "with%20plus%20whitespace");
    check(&message, "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\"", "something");
    check_none(&message, "@status", ComponentError::Kind);
    check_none(&message, "\"@method\";req", ComponentError::Kind);

    let with = |query| Message::Request(Request { query, ..request });
    check(
        &with(Some("param=value&foo=bar&baz=bat%2Dman")),
        "@query",
        "?param=value&foo=bar&baz=bat%2Dman",
    );
    check(&with(Some("queryString")), "@query", "?queryString");
    check(&with(None), "@query", "?");
    check(&with(Some("qux=")), "\"@query-param\";name=\"qux\"", "");
    check(&with(Some("a=%zz~%2a+")), "\"@query-param\";name=\"a\"", "%25zz%7E*%20");
    check_none(
        &with(Some("a=1&a=2")),
        "\"@query-param\";name=\"a\"",
        ComponentError::Several,
    );
    check_none(
        &with(Some("a=%ff")),
        "\"@query-param\";name=\"a\"",
        ComponentError::Form,
    );
    check_none(&with(None), "\"@query-param\";name=\"a\"", ComponentError::Missing);
    let other = Message::Request(Request {
        scheme: "http",
        authority: "Example.com:8080",
        path: "",
        query: None,
        ..request
    });
    check(&other, "@target-uri", "http://example.com:8080/");
    check(&other, "@path", "/");
}

/// A digest of the request says nothing of the response's content.
#[test]
fn content_is_covered_by_the_digest_of_its_own_message() {
    let key = SecretKey::from_seed(&last_32(PRIVATE));
    let policy = Policy {
        required: Vec::new(),
        max_age_s: 0,
        max_skew_s: 0,
        nonce: Nonce::Optional,
        content: Content::WhereAny,
    };
    let respond = |identifier, use_it: &dyn Fn(&Message<'_>) -> Option<DigestError>| {
        let response = Response {
            status: 200,
            fields: &FIELDS,
            body: BODY,
            request: Some(test_request(&FIELDS)),
        };
        let signed = to_sign(&[identifier]).sign(&Message::Response(response), &key).unwrap();
        let more = [
            ("Signature-Input", signed.signature_input.as_bytes()),
            ("Signature", signed.signature.as_bytes()),
        ];
        let fields = [&FIELDS[..], &more].concat();
        use_it(&Message::Response(Response {
            fields: &fields,
            ..response
        }))
    };
    let verify = |message: &Message<'_>| {
        let found = Found::find(message, &Pick::Label("sig".to_owned())).unwrap();
        match found.verify(message, &key.public(), &policy, 1_618_884_473) {
            Ok(_) => None,
            Err(VerifyError::Content(error)) => Some(error),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(respond("content-digest", &verify), None);
    assert_eq!(respond("\"content-digest\";sf", &verify), None);
    assert_eq!(respond("\"content-digest\";bs", &verify), None);
    assert_eq!(respond("\"content-digest\";req", &verify), Some(DigestError::Missing));
    assert_eq!(
        respond("\"content-digest\";key=\"sha-512\"", &verify),
        Some(DigestError::Missing)
    );
}

/// Section 2.4: a response that says which request it answers.
#[test]
fn responses_may_cover_their_request() {
    let fields: [(&str, &[u8]); 1] = [("Content-Type", b"application/json")];
    let signature: [(&str, &[u8]); 1] = [("Signature", b"sig1=:YQ==:")];
    let response = Response {
        status: 503,
        fields: &fields,
        body: b"",
        request: Some(test_request(&signature)),
    };
    let message = Message::Response(response);
    check(&message, "@status", "503");
    check(&message, "content-type", "application/json");
    check(&message, "\"@authority\";req", "example.com");
    check(&message, "\"@method\";req", "POST");
    check(&message, "\"signature\";req;key=\"sig1\"", ":YQ==:");
    check_none(&message, "@method", ComponentError::Kind);
    check_none(&message, "\"content-type\";req", ComponentError::Missing);
    check_none(&message, "\"@status\";req", ComponentError::Kind);
    let alone = Message::Response(Response {
        request: None,
        ..response
    });
    check_none(&alone, "\"@method\";req", ComponentError::Kind);
}

#[test]
fn what_is_not_supported_is_refused_by_name() {
    let check = |identifier: &str, expected| assert_eq!(identifier.parse::<Component>(), Err(expected), "{identifier}");
    check("\"@request-target\"", IdentifierError::Derived);
    check("\"@signature-params\"", IdentifierError::Derived);
    check("\"@query-param\"", IdentifierError::Parameter);
    check("\"@query-param\";name=1", IdentifierError::Parameter);
    check("\"@method\";name=\"a\"", IdentifierError::Parameter);
    check("\"@method\";sf", IdentifierError::Parameter);
    check("\"date\";tr", IdentifierError::Parameter);
    check("\"date\";bs;sf", IdentifierError::Parameter);
    check("\"date\";bs=?0", IdentifierError::Parameter);
    check("\"date\";req=1", IdentifierError::Parameter);
    check("\"date\";sf", IdentifierError::Structure);
    check("\"Date\"", IdentifierError::Form);
    check("\"\"", IdentifierError::Form);
    check("\"a b\"", IdentifierError::Form);
    check("date", IdentifierError::Form);
    check("1", IdentifierError::Form);
    let long = |length: usize| format!("\"{}\"", "a".repeat(length - 2));
    assert!(long(anlanh_httpsig::MAX_IDENTIFIER_BYTES).parse::<Component>().is_ok());
    check(&long(anlanh_httpsig::MAX_IDENTIFIER_BYTES + 1), IdentifierError::Long);
    for good in [
        "\"@query-param\";name=\"a\\\"b\"",
        "\"a\";key=\"b\";req",
        "\"priority\";sf;req",
        "\"a\";bs",
    ] {
        assert_eq!(good.parse::<Component>().unwrap().to_string(), good);
    }
}

/// RFC 9530 appendices B and D, and the message of RFC 9421.
#[test]
fn digests_are_those_of_the_rfcs() {
    let sha_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
    assert_eq!(content_digest(BODY, DigestAlgorithm::Sha256), sha_256);
    assert_eq!(content_digest(BODY, DigestAlgorithm::Sha512), DIGEST);
    let with_break = content_digest(b"{\"hello\": \"world\"}\n", DigestAlgorithm::Sha256);
    assert_eq!(with_break, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");

    let check = |lines: &[&str], expected| {
        let fields: Vec<(&str, &[u8])> = lines.iter().map(|line| ("content-digest", line.as_bytes())).collect();
        assert_eq!(verify_content_digest(&fields, BODY), expected, "{lines:?}");
    };
    check(&[sha_256], Ok(()));
    check(&[sha_256, DIGEST], Ok(()));
    check(&[DIGEST, "md5=:AAAA:"], Ok(()));
    check(&[], Err(DigestError::Missing));
    check(&["md5=:AAAA:"], Err(DigestError::Algorithm));
    check(&[""], Err(DigestError::Algorithm));
    check(&[&with_break], Err(DigestError::Mismatch));
    check(&[sha_256, "sha-512=:AAAA:"], Err(DigestError::Mismatch));
    check(&["sha-256=AAAA"], Err(DigestError::Form));
    check(&["sha-256=(:AAAA:)"], Err(DigestError::Form));
    check(&["sha-256=:AAAA"], Err(DigestError::Form));
    let padded = |length: usize| format!("{sha_256},a=\"{}\"", "a".repeat(length - sha_256.len() - 5));
    check(&[&padded(anlanh_httpsig::MAX_DIGEST_BYTES)], Ok(()));
    check(&[&padded(anlanh_httpsig::MAX_DIGEST_BYTES + 1)], Err(DigestError::Long));
}
