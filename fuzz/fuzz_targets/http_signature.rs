//! HTTP signatures: the two fields, and identifiers of components, however they are written. What is found has a signature
//! base or none, and holds only where our key signed it.
#![no_main]

use anlanh_httpsig::{
    Component, Content, Found, Message, Nonce, Pick, Policy, Request, SecretKey, verify_content_digest,
};
use libfuzzer_sys::fuzz_target;

/// Lines of `Signature-Input`, `Signature`, `Content-Digest`, and the query.
fn parts(bytes: &[u8]) -> Option<[&[u8]; 4]> {
    let mut lines = bytes.splitn(4, |byte| *byte == b'\n');
    Some([lines.next()?, lines.next()?, lines.next()?, lines.next()?])
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(component) = text.parse::<Component>()
    {
        assert_eq!(component.to_string().parse(), Ok(component));
    }
    let Some([input, signature, digest, query]) = parts(bytes) else {
        return;
    };
    let fields = [
        ("signature-input", input),
        ("signature", signature),
        ("content-digest", digest),
        ("x-odd", query),
    ];
    let _ = verify_content_digest(&fields, b"{\"hello\": \"world\"}");
    let message = Message::Request(Request {
        method: "POST",
        scheme: "https",
        authority: "example.com",
        path: "/foo",
        query: std::str::from_utf8(query).ok(),
        fields: &fields,
        body: b"{\"hello\": \"world\"}",
    });
    let policy = Policy {
        required: Vec::new(),
        max_age_s: u32::MAX,
        max_skew_s: u32::MAX,
        nonce: Nonce::Optional,
        content: Content::WhereAny,
    };
    let key = SecretKey::from_seed(&[7; 32]).public();
    for pick in [Pick::Label("sig1".to_owned()), Pick::Tag("orders".to_owned())] {
        let Ok(found) = Found::find(&message, &pick) else {
            continue;
        };
        if let Ok(verified) = found.verify(&message, &key, &policy, 1_700_000_000) {
            assert_eq!(&verified.claims, found.claims());
        }
    }
});
