//! Collections of indicators on a running node, as clients of another make use them, and when the plug is pulled.

use std::net::IpAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, SanType};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Node, Place, anlanh, json as body, places, python, token};

const MEDIA: &str = "application/taxii+json;version=2.1";
pub const BOTH: [&str; 2] = ["taxii:read", "taxii:write"];
/// How many callers add objects while the plug is pulled.
const CALLERS: u32 = 4;
/// Objects of one envelope.
const AT_ONCE: u32 = 50;
/// How many answers are waited for before the plug is pulled.
const ANSWERS: [u64; 4] = [1, 9, 30, 5];

pub fn collection(place: &Place, more: &[&str]) -> String {
    let mut args = vec!["taxii", "collection", "create", "--title", "Tên miền lừa đảo"];
    args.extend(more);
    let made = anlanh(&args, place, "");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = String::from_utf8(made.stdout).unwrap();
    assert_eq!(
        (text.lines().count(), text.trim().len()),
        (1, 36),
        "the id and nothing else"
    );
    text.trim().to_owned()
}

#[test]
fn the_client_of_oasis_works_with_a_node() {
    let Some(python) = python() else { return };
    for place in places() {
        let machine = token(&place, "csirt", &BOTH);
        let node = Node::start(&place);
        // Beside the running node.
        let (both, readable) = (
            collection(&place, &["--alias", "lua-dao"]),
            collection(&place, &["--no-write"]),
        );
        let address = format!("{}/taxii2/", node.address);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/taxii_client.py");
        let mut client = Command::new(&python);
        let run = client
            .arg(script)
            .args([&address, &machine, &both, &readable])
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        assert_eq!(String::from_utf8_lossy(&run.stdout), "ok\n");
    }
}

/// What a file of PEM holds (RFC 7468).
fn pem(label: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(64)
        .map(|at| &encoded[at..encoded.len().min(at + 64)])
        .collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A chain of one that signs others.
fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = pem("CERTIFICATE", params.self_signed(&key).unwrap().der());
    (pem, Issuer::new(params, key))
}

/// A certificate and its key in two files.
fn signed(folder: &Path, name: &str, usage: ExtendedKeyUsagePurpose, issuer: &Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params
        .subject_alt_names
        .push(SanType::IpAddress(IpAddr::from([127, 0, 0, 1])));
    params.distinguished_name.push(DnType::CommonName, name);
    params.extended_key_usages = vec![usage];
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    std::fs::write(
        folder.join(format!("{name}.pem")),
        pem("CERTIFICATE", certificate.der()),
    )
    .unwrap();
    std::fs::write(
        folder.join(format!("{name}.key")),
        pem("PRIVATE KEY", &key.serialize_der()),
    )
    .unwrap();
}

/// Case 3.1.3 of the OASIS TAXII 2.1 Interoperability Test Document.
#[test]
fn a_node_that_speaks_tls_itself_asks_clients_for_certificates() {
    let Some(python) = python() else { return };
    let place = &places()[0];
    let folder = place.folder.path().join("certificates");
    std::fs::create_dir(&folder).unwrap();
    let (pem, ours) = authority("ours");
    std::fs::write(folder.join("ca.pem"), pem).unwrap();
    let (_, theirs) = authority("theirs");
    signed(&folder, "node", ExtendedKeyUsagePurpose::ServerAuth, &ours);
    signed(&folder, "client", ExtendedKeyUsagePurpose::ClientAuth, &ours);
    signed(&folder, "stranger", ExtendedKeyUsagePurpose::ClientAuth, &theirs);
    let machine = token(place, "csirt", &BOTH);
    let file = |name: &str| folder.join(name).display().to_string();
    let (chain, key, ca) = (file("node.pem"), file("node.key"), file("ca.pem"));
    let node = Node::start_with(
        place,
        &["--tls-cert", &chain, "--tls-key", &key, "--tls-client-ca", &ca],
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/node/taxii_certificate.py");
    let mut client = Command::new(&python);
    let address = format!("{}/taxii2/", node.address);
    let run = client
        // Either would be asked in place of what the client is told.
        .env_remove("REQUESTS_CA_BUNDLE")
        .env_remove("CURL_CA_BUNDLE")
        .arg(script)
        .args([&address, &machine])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(String::from_utf8_lossy(&run.stdout), "ok\n");
    // What is no certificate is no reason to serve without one.
    let mut bad = Command::new(env!("CARGO_BIN_EXE_anlanh"));
    bad.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        &key,
        "--tls-key",
        &key,
    ]);
    let refused = bad.args(place.options()).output().unwrap();
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("TLS"));
}

#[test]
fn the_command_line_lists_and_grants() {
    let place = &places()[0];
    let id = collection(
        place,
        &["--alias", "lua-dao", "--no-read", "--no-write", "--description", "thử"],
    );
    let listed = anlanh(&["taxii", "collection", "list"], place, "");
    assert_eq!(
        String::from_utf8(listed.stdout).unwrap(),
        format!("{id}\t-\tlua-dao\tTên miền lừa đảo\n")
    );
    let taken = anlanh(
        &["taxii", "collection", "create", "--title", "x", "--alias", "lua-dao"],
        place,
        "",
    );
    assert!(!taken.status.success() && String::from_utf8_lossy(&taken.stderr).contains("alias"));
    token(place, "csirt", &BOTH);
    let grant = |name: &str| {
        let args = [
            "taxii",
            "collection",
            "grant",
            "--collection",
            "lua-dao",
            "--token",
            name,
            "--read",
        ];
        anlanh(&args, place, "").status.success()
    };
    assert!(grant("csirt") && !grant("nobody"));
}

#[test]
fn what_was_added_is_there_after_the_plug_was_pulled() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    for place in places() {
        let machine = token(&place, "csirt", &BOTH);
        let id = collection(&place, &[]);
        let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
        for (round, answers) in (0..).zip(ANSWERS) {
            let node = Node::start(&place);
            runtime.block_on(add(node, (&machine, &id), round, answers, &acknowledged));
        }
        let node = Node::start(&place);
        let there = runtime.block_on(everything(&node, &machine, &id));
        let mut ids: Vec<&str> = there.iter().map(|(id, _)| id.as_str()).collect();
        ids.sort_unstable();
        let before = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), before, "none twice");
        let acknowledged = acknowledged.lock().unwrap();
        assert!(acknowledged.len() as u64 >= ANSWERS.iter().sum::<u64>() * u64::from(AT_ONCE));
        for id in acknowledged.iter() {
            assert!(ids.binary_search(&id.as_str()).is_ok(), "{id} was acknowledged");
        }
        // An envelope of one transaction is there whole or not at all.
        assert_eq!(ids.len() % AT_ONCE as usize, 0);
        assert!(
            there.is_sorted_by(|one, other| one.1 < other.1),
            "moments rise over restarts"
        );
    }
}

/// Adds objects from several callers until so many envelopes were acknowledged, and pulls the plug.
async fn add(
    node: Node,
    (token, collection): (&str, &str),
    round: u32,
    answers: u64,
    acknowledged: &Arc<Mutex<Vec<String>>>,
) {
    let count = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for caller in 0..CALLERS {
        let path = format!("{}/taxii2/anlanh/collections/{collection}/objects/", node.address);
        let (token, count, acknowledged) = (token.to_owned(), Arc::clone(&count), Arc::clone(acknowledged));
        callers.spawn(async move {
            let client = Client::new();
            for envelope in 0.. {
                let id = |number: u32| format!("url--{round:08}-{caller:04}-4000-8000-{:012}", envelope * AT_ONCE + number);
                let objects: Vec<Value> = (0..AT_ONCE)
                    .map(|number| json!({"type": "url", "id": id(number), "value": format!("http://example.com/{number}")}))
                    .collect();
                let request = client.post(&path).bearer_auth(&token).header("content-type", MEDIA);
                let Ok(answer) = request.body(json!({ "objects": objects }).to_string()).send().await else {
                    return;
                };
                assert_eq!(answer.status().as_u16(), 202);
                acknowledged.lock().unwrap().extend((0..AT_ONCE).map(id));
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while count.load(Ordering::Relaxed) < answers {
        tokio::task::yield_now().await;
    }
    node.pull_the_plug();
    while let Some(ended) = callers.join_next().await {
        ended.unwrap();
    }
}

/// Ids and moments of all that is there, page by page.
async fn everything(node: &Node, token: &str, collection: &str) -> Vec<(String, String)> {
    let (mut all, mut query) = (Vec::new(), String::new());
    loop {
        let path = format!(
            "{}/taxii2/anlanh/collections/{collection}/manifest/{query}",
            node.address
        );
        let page = body(Client::new().get(path).bearer_auth(token).send().await.unwrap()).await;
        for entry in page["objects"].as_array().into_iter().flatten() {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            all.push((text("id"), text("date_added")));
        }
        match page["next"].as_str() {
            Some(next) => query = format!("?limit=77&next={next}"),
            None => return all,
        }
    }
}
