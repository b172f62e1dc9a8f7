//! Messages signed here and verified by `http-message-signatures` from PyPI, which is other people's, and the other way
//! round. `.ci/run` fetches it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "whoever runs it must know that it was not")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anlanh_httpsig::{
    Component, Content, DigestAlgorithm, Found, KEY_BYTES, Message, NamesAlgorithm, Nonce, Pick, Policy, Request,
    Response, SecretKey, ToSign, VerifyError, content_digest,
};

/// Where `.ci/run` puts a Python with what programs of another make need.
const PYTHON: &str = "../../target/others/bin/python";
const NOW_S: i64 = 1_700_000_000;
const BODY: &[u8] = "lệnh số 117".as_bytes();
const SEED: [u8; KEY_BYTES] = [5; KEY_BYTES];

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(PYTHON);
    let has = |python: &Path| {
        let out = Command::new(python)
            .args(["-c", "import http_message_signatures"])
            .output();
        out.is_ok_and(|out| out.status.success())
    };
    if has(&python) {
        return Some(python);
    }
    let message = "NOT RUN: no Python with http-message-signatures in target/others; .ci/run puts it there";
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
    None
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the peer prints, or what it says against the message.
fn ask(python: &Path, mode: &str, key: &[u8], message: &Sent<'_>, components: &str) -> Result<String, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/peer.py");
    let mut peer = Command::new(python)
        .arg(script)
        .args([mode, &hex(key), "POST", &message.url(), "orders", components])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = Vec::new();
    if let Some(status) = message.status {
        input.extend(format!(":status: {status}\n").into_bytes());
    }
    for (name, value) in &message.fields {
        input.extend(format!("{name}: {value}\n").into_bytes());
    }
    input.push(b'\n');
    input.extend(BODY);
    peer.stdin.take().unwrap().write_all(&input).unwrap();
    let out = peer.wait_with_output().unwrap();
    let said = String::from_utf8(out.stdout).unwrap();
    if out.status.success() {
        Ok(said)
    } else {
        Err(String::from_utf8_lossy(&out.stderr).into_owned())
    }
}

/// A message; with a status it is a response.
#[derive(Clone)]
struct Sent<'a> {
    status: Option<u16>,
    path: &'a str,
    query: Option<&'a str>,
    fields: Vec<(String, String)>,
}

impl Sent<'_> {
    fn url(&self) -> String {
        let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
        format!("https://node.example{}{query}", self.path)
    }

    fn with<T>(&self, use_it: impl FnOnce(&Message<'_>) -> T) -> T {
        let fields: Vec<(&str, &[u8])> = self
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let host: [(&str, &[u8]); 1] = [("host", b"node.example")];
        let request = |fields, body| Request {
            method: "POST",
            scheme: "https",
            authority: "node.example",
            path: self.path,
            query: self.query,
            fields,
            body,
        };
        match self.status {
            None => use_it(&Message::Request(request(&fields, BODY))),
            Some(status) => use_it(&Message::Response(Response {
                status,
                fields: &fields,
                body: BODY,
                request: Some(request(&host, b"")),
            })),
        }
    }
}

#[test]
fn what_one_signs_the_other_verifies() {
    let Some(python) = python() else { return };
    let digest = content_digest(BODY, DigestAlgorithm::Sha512);
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let fields = vec![
        field("Content-Digest", &digest),
        field("Content-Type", "application/json"),
        field("X-Many", "one,  two"),
        field("x-many", "three"),
        field("Example-Dict", "a=1, b=2;x=1;y=2, c=(a   b   c), d"),
        field("Priority", "u=1,   i"),
    ];
    let request = Sent {
        status: None,
        path: "/v1/orders",
        query: Some("var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+~*&fa%C3%A7ade%22%3A%20=something"),
        fields: fields.clone(),
    };
    let plain = Sent {
        path: "",
        query: None,
        ..request.clone()
    };
    let response = Sent {
        status: Some(403),
        ..request.clone()
    };
    let on_requests =
        "\"@method\" \"@target-uri\" \"@authority\" \"@scheme\" \"@path\" \"@query\" \"content-digest\" \"x-many\"";
    let on_fields = "\"content-digest\" \"content-digest\";sf \"content-digest\";bs \"content-digest\";key=\"sha-512\" \
        \"x-many\";bs \"priority\";sf \"example-dict\" \"example-dict\";key=\"a\" \"example-dict\";key=\"b\" \
        \"example-dict\";key=\"c\" \"example-dict\";key=\"d\"";
    let on_queries = "\"content-digest\" \"@query-param\";name=\"var\" \"@query-param\";name=\"bar\" \
        \"@query-param\";name=\"fa%C3%A7ade%22%3A%20\"";
    let on_responses = "\"@status\" \"content-digest\" \"@method\";req \"@target-uri\";req \"host\";req \"x-many\"";
    for (message, covered) in [
        (&request, on_requests),
        (&plain, on_requests),
        (&request, on_fields),
        (&request, on_queries),
        (&response, on_responses),
    ] {
        let components: Vec<Component> = covered
            .split(' ')
            .map(|identifier| identifier.parse().unwrap())
            .collect();
        check(&python, message, covered, &components);
    }
}

fn check(python: &Path, message: &Sent<'_>, covered: &str, components: &[Component]) {
    let key = SecretKey::from_seed(&SEED);
    let to_sign = ToSign {
        label: "ours".to_owned(),
        components: components.to_vec(),
        created_s: NOW_S,
        expires_s: None,
        key_id: "authority-1".to_owned(),
        nonce: Some("by-rust".to_owned()),
        tag: Some("orders".to_owned()),
        names_algorithm: NamesAlgorithm::Yes,
    };
    let signed = message.with(|message| to_sign.sign(message, &key)).unwrap();
    let mut ours = message.clone();
    ours.fields.push(("Signature-Input".to_owned(), signed.signature_input));
    ours.fields.push(("Signature".to_owned(), signed.signature));
    let public = *key.public().as_bytes();
    assert_eq!(
        ask(python, "verify", &public, &ours, covered).unwrap(),
        "holds by-rust\n"
    );
    let other = *SecretKey::from_seed(&[6; KEY_BYTES]).public().as_bytes();
    assert!(
        ask(python, "verify", &other, &ours, covered)
            .unwrap_err()
            .contains("InvalidSignature")
    );

    let said = ask(python, "sign", &SEED, message, covered).unwrap();
    let (input, signature) = said.trim_end().split_once('\n').unwrap();
    let mut theirs = message.clone();
    theirs.fields.push(("signature-input".to_owned(), input.to_owned()));
    theirs.fields.push(("signature".to_owned(), signature.to_owned()));
    let policy = Policy {
        required: components.to_vec(),
        max_age_s: 60,
        max_skew_s: 0,
        nonce: Nonce::Required,
        content: Content::Required,
    };
    let verify = |sent: &Sent<'_>| {
        sent.with(|message| {
            let found = Found::find(message, &Pick::Tag("orders".to_owned())).unwrap();
            found.verify(message, &key.public(), &policy, NOW_S)
        })
    };
    let verified = verify(&theirs).unwrap();
    assert_eq!(verified.claims.nonce.as_deref(), Some("by-python"));
    let changed = theirs
        .fields
        .iter_mut()
        .find(|(name, _)| name == "signature-input")
        .unwrap();
    changed.1 = changed.1.replace("by-python", "by-nobody");
    assert_eq!(verify(&theirs), Err(VerifyError::Wrong));
}
