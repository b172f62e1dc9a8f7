//! The public log: what was decided stands in it, can be shown and checked, and cannot be rewritten, whatever is killed.

use std::collections::BTreeMap;

use anlanh_app::public_log::{self, Checked, Receipt, ReceiptError, Trust};
use anlanh_app::{Error, appeal, case, jobs};
use anlanh_model::{Actor, Id, Party, Scope};
use anlanh_store::Change;
use anlanh_tlog::{Hash, Head, Log, Note, Policy, Tile, replay};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::enforcement::{decide, post, reverse, violate};
use crate::node::{Node, on_each, removal, start};

/// Publishes all that is new.
async fn publish(node: &Node) {
    while public_log::publish(&node.app).await.unwrap() > 0 {}
}

async fn entries(node: &Node) -> Vec<Value> {
    let mut found = public_log::entries(&node.app, None, 1_000).await.unwrap();
    found.reverse();
    let read = |entry: &public_log::Published| serde_json::from_slice(&entry.row.entry).unwrap();
    found.iter().map(read).collect()
}

/// Whoever watches the log: its key, and what they have seen of it.
struct Watcher {
    policy: Option<Policy>,
    seen: Head,
    entries: Vec<Vec<u8>>,
}

impl Watcher {
    fn new() -> Self {
        let (size, root) = (0, Hash::of_nothing());
        Self {
            policy: None,
            seen: Head { size, root },
            entries: Vec::new(),
        }
    }

    /// Follows the log, as anybody could over HTTP: what was seen once stays, and the root is that of the entries.
    async fn follow(&mut self, node: &Node) {
        let known = public_log::known(&node.app).await.unwrap().unwrap();
        let policy = self.policy.get_or_insert_with(|| Policy {
            origin: known.origin.clone(),
            log_keys: vec![known.key.parse().unwrap()],
            witness_keys: Vec::new(),
            quorum: 0,
        });
        let note = public_log::checkpoint(&node.app).await.unwrap().unwrap();
        let opened = policy.open(&Note::parse(&note).unwrap()).unwrap();
        let head = *opened.checkpoint.head();
        assert!(head.size >= self.seen.size, "the log never shrinks");
        let (mut tiles, mut replayed) = (BTreeMap::new(), Vec::new());
        // What is missing is fetched, until nothing is.
        loop {
            replayed.clear();
            let mut missing = None;
            let fetch = |tile: Tile| tiles.get(&tile).cloned().ok_or_else(|| missing = Some(tile));
            let done = replay(&self.seen, &head, fetch, |_, entry| replayed.push(entry.to_vec()));
            let Some(tile) = missing else {
                done.unwrap();
                break;
            };
            tiles.insert(
                tile,
                public_log::tile(&node.app, &tile.to_string()).await.unwrap().unwrap(),
            );
        }
        self.entries.append(&mut replayed);
        self.seen = head;
        // An independent recomputation: all entries at once, from nothing.
        let grown = Log::new().append(&self.entries).unwrap().log;
        assert_eq!(grown.tree().root(), self.seen.root);
    }
}

async fn checked(receipt: &Receipt, key: &str) -> Result<Checked, ReceiptError> {
    public_log::check(&serde_json::to_vec(receipt).unwrap(), &Trust::log(Some(key)))
}

async fn link(node: &Node, decision: Id<anlanh_app::Decision>) -> String {
    let platform = Actor::Token {
        id: Id::from_number(3).unwrap(),
        scopes: vec![Scope::AppealsWrite],
        person: None,
    };
    let links = appeal::links(&node.app, &platform, decision).await.unwrap();
    let (_, secret) = links.into_iter().find(|(of, _)| *of == Party::Author).unwrap();
    secret.path().strip_prefix("/d/").unwrap().to_owned()
}

#[test]
fn a_decision_stands_in_the_log_and_its_author_can_show_that() {
    on_each(async |node| {
        let case = post(&node, "bai-77", "tac-gia-5", None).await;
        let decision = decide(&node, case, removal()).await;
        let secret = link(&node, decision).await;
        let early = public_log::own_receipt(&node.app, &secret).await;
        assert!(
            matches!(early, Err(Error::NotFound("entry"))),
            "not signed yet: {early:?}"
        );
        publish(&node).await;
        let (known, receipt) = (
            public_log::known(&node.app).await.unwrap().unwrap(),
            public_log::own_receipt(&node.app, &secret).await.unwrap(),
        );
        let shown = checked(&receipt, &known.key).await.unwrap();
        assert_eq!(
            (shown.origin.as_str(), shown.position, shown.size),
            ("127.0.0.1:8080/log", 1, 2)
        );
        let entry: Value = serde_json::from_str(&shown.entry).unwrap();
        assert_eq!(
            (&entry["kind"], &entry["outcome"], &entry["category"], &entry["answers"]),
            (&"decision".into(), &"remove".into(), &"SC1".into(), &Value::Null)
        );
        let private: Value = serde_json::from_str(&shown.private.unwrap()).unwrap();
        assert_eq!(
            (&private["decision"], &private["target"]["reference"], &private["facts"]),
            (&decision.to_string().into(), &"bai-77".into(), &removal().facts.into())
        );
        // Everybody else gets the same without what concerns somebody.
        let public = public_log::receipt(&node.app, 1).await.unwrap();
        assert_eq!((&public.entry, &public.private), (&receipt.entry, &None));
        assert!(checked(&public, &known.key).await.is_ok());

        // Nothing else holds.
        let changed = |change: &dyn Fn(&mut Receipt)| {
            let mut changed = receipt.clone();
            change(&mut changed);
            public_log::check(&serde_json::to_vec(&changed).unwrap(), &Trust::log(Some(&known.key)))
        };
        let forged = changed(&|it| it.entry = it.entry.replace("remove", "no_violation"));
        assert!(matches!(forged, Err(ReceiptError::Proof(_))), "{forged:?}");
        let forged = changed(&|it| {
            it.private.as_mut().unwrap().text = it.private.as_ref().unwrap().text.replace("bai-77", "bai-78")
        });
        assert_eq!(forged, Err(ReceiptError::Commitment));
        let forged = changed(&|it| it.key = it.key.replace("127.0.0.1", "127.0.0.2"));
        assert_eq!(forged, Err(ReceiptError::Key));
        let limit = public_log::MAX_RECEIPT_BYTES;
        assert_eq!(
            public_log::check(&vec![b' '; limit], &Trust::default()),
            Err(ReceiptError::Form)
        );
        assert_eq!(
            public_log::check(&vec![b' '; limit + 1], &Trust::default()),
            Err(ReceiptError::Long)
        );
    });
}

#[test]
fn reversals_answers_and_policies_stand_in_the_log_and_nobody_does() {
    on_each(async |node| {
        let decisions = violate(&node, "tac-gia-4417", 2).await;
        reverse(&node, decisions[0]).await;
        let found = entries(&node).await;
        let kinds: Vec<&str> = found.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["policy", "decision", "decision", "reversal"]);
        assert_eq!(found[0]["policy"], node.app.engine().policy.digest());
        assert_eq!(found[3]["of"], 1);
        let row = appeal::open_by_link(&node.app, &link(&node, decisions[1]).await, "Tôi không đồng ý.").await;
        row.unwrap();
        let minh = Actor::Person(node.other);
        let queue = case::queue(&node.app, &minh, anlanh_app::CaseFilter::default(), None, 10)
            .await
            .unwrap();
        let answer = appeal::Answer::Reverse("Bài viết cảnh báo.".to_owned());
        appeal::answer(&node.app, &minh, queue.cases[0].case.id, answer)
            .await
            .unwrap();
        let found = entries(&node).await;
        assert_eq!((&found[4]["kind"], &found[4]["of"]), (&"reversal".into(), &2.into()));
        assert_eq!(
            (&found[5]["outcome"], &found[5]["answers"]),
            (&"no_violation".into(), &2.into())
        );
        let all = serde_json::to_string(&found).unwrap();
        for private in [
            "tac-gia-4417",
            "tac-gia-4417-0",
            &removal().facts,
            "cảnh báo",
            &decisions[0].to_string(),
        ] {
            assert!(!all.contains(private), "{private} is in the log");
        }
        publish(&node).await;
        Watcher::new().follow(&node).await;
    });
}

#[test]
fn the_report_of_a_month_is_committed_once_it_is_over() {
    on_each(async |node| {
        violate(&node, "u-1", 1).await;
        node.wait_minutes(70 * 1_440);
        for _ in 0..2 {
            let failed = jobs::run_due(&node.app).await;
            assert!(failed.is_empty(), "{failed:?}");
            node.wait_minutes(61);
        }
        let found = entries(&node).await;
        let reports: Vec<&Value> = found.iter().filter(|entry| entry["kind"] == "transparency").collect();
        let months: Vec<&Value> = reports.iter().map(|entry| &entry["report"]["period"]).collect();
        assert_eq!(months, ["2026-09", "2026-10"], "each once, oldest first");
        assert_eq!(reports[0]["report"]["figures"]["decisions"]["remove"], 1);
    });
}

#[test]
fn the_log_never_forks_whenever_the_node_stops() {
    on_each(async |mut node| {
        let (mut watcher, mut random) = (Watcher::new(), 0x9e37_79b9_7f4a_7c15_u64);
        let mut roll = move |sides: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % sides
        };
        let mut written = 1;
        for _ in 0..60 {
            let change = Change {
                actor: Actor::Node,
                action: anlanh_model::AuditAction::PublishLog,
                now: node.app.clock().now(),
            };
            let (first, many) = (written, [1, 3, 100, 255, 256, 700][usize::try_from(roll(6)).unwrap()]);
            let fails = roll(4) == 0;
            let appended = node.app.store().write(change, move |writer| {
                for number in first..first + many {
                    let entry = format!("{{\"kind\":\"test\",\"number\":{number}}}");
                    anlanh_store::public_log::append(writer, "test", &format!("test:{number}"), entry.as_bytes())?;
                }
                if fails { Err(Error::NotFound("test")) } else { Ok(()) }
            });
            // What was not committed has no place.
            written += if appended.await.is_ok() { many } else { 0 };
            if roll(3) > 0 {
                publish(&node).await;
                watcher.follow(&node).await;
                assert_eq!(watcher.seen.size, written);
            }
            if roll(3) == 0 {
                let start = start(anlanh_pack::Policy::built_in().unwrap(), node.shelf.clone());
                node = node.restart(start).unwrap();
            }
        }
        let tests = watcher.entries.iter().skip(1).enumerate();
        for (number, entry) in tests {
            let entry: Value = serde_json::from_slice(entry).unwrap();
            assert_eq!(
                entry["number"],
                u64::try_from(number).unwrap() + 1,
                "in the order of the commits"
            );
        }
    });
}

/// The receipt of the documented vector, as it is made from its seeds.
fn vector() -> Value {
    let (salt, text) = (
        [9_u8; 32],
        r#"{"decision":"1j5w0c6p80009","target":{"kind":"item","reference":"bai-77"},"facts":"Bài đăng xin mã OTP."}"#,
    );
    let digest = Sha256::new().chain_update(salt).chain_update(text).finalize();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entry = format!(
        r#"{{"kind":"decision","at":"2026-11-27","outcome":"remove","category":"SC1","basis":["luat-116-2025/7.2.dd"],"detection":"person","answers":null,"policy":"{}","commitment":"{}"}}"#,
        "0".repeat(64),
        hex(&digest)
    );
    let first = r#"{"kind":"policy","at":"2026-11-27","step":"load","policy":"0000"}"#;
    let growth = Log::new().append(&[first, &entry]).unwrap();
    let (size, root) = (growth.log.tree().size(), growth.log.tree().root());
    let name = anlanh_tlog::KeyName::parse("log.example/log").unwrap();
    let signer = anlanh_tlog::Signer::from_seed(name, &[7; 32]).unwrap();
    let checkpoint = anlanh_tlog::Checkpoint::new("log.example/log", Head { size, root }).unwrap();
    let stored: BTreeMap<Tile, Vec<u8>> = growth.files.into_iter().map(|file| (file.tile, file.bytes)).collect();
    let fetch = |tile| stored.get(&tile).cloned().ok_or(std::fmt::Error);
    let proof = anlanh_tlog::TileReader::new(size, fetch).inclusion_proof(1).unwrap();
    let proof = anlanh_tlog::OfflineProof::new(1, proof, checkpoint.sign(&[&signer]).unwrap()).unwrap();
    serde_json::json!({
        "receipt": "anlanh.receipt/1", "key": signer.verifier().to_string(), "entry": entry, "proof": proof.to_string(),
        "private": { "salt": hex(&salt), "text": text },
    })
}

#[test]
fn the_vector_of_the_protocol_holds() {
    let page = include_str!("../../../../docs/PROTOCOL.md");
    let (_, rest) = page.split_once("<!-- vector -->\n```json\n").unwrap();
    let (written, _) = rest.split_once("\n```\n<!-- /vector -->").unwrap();
    let written: Value = serde_json::from_str(written).unwrap_or_default();
    assert_eq!(
        written,
        vector(),
        "{}",
        serde_json::to_string_pretty(&vector()).unwrap()
    );
    let key = written["key"].as_str().unwrap();
    let shown = public_log::check(written.to_string().as_bytes(), &Trust::log(Some(key))).unwrap();
    assert_eq!(
        (shown.position, shown.size, shown.origin.as_str()),
        (1, 2, "log.example/log")
    );
}
