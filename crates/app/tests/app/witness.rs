//! Nodes watch each other: a log that tells two stories is cosigned in one of them alone, and a cosignature stands on what it
//! was made for.

use anlanh_app::public_log::{
    self, CosignAnswer, CosignRequest, MAX_WATCHED_LOGS, NamedWitnesses, Next, Taken, WatchError, WitnessKey,
    WitnessTrouble,
};
use anlanh_tlog::{
    AddCheckpoint, Checkpoint, Cosigner, Hash, Head, KeyName, KnownLog, Log, Made, Note, Refusal, Signer, TileReader,
    parse_signatures,
};

use crate::enforcement::violate;
use crate::node::{Node, on_each, start};

const ORIGIN: &str = "khac.example/log";
const SEED: [u8; 32] = [3; 32];

fn signer(name: &str, seed: [u8; 32]) -> Signer {
    Signer::from_seed(KeyName::parse(name).unwrap(), &seed).unwrap()
}

/// What a log signs of so many entries of a story, with the proof from an older size, by a key with the log's name.
fn request(story: &str, old: u64, size: u64, seed: [u8; 32]) -> String {
    let entries: Vec<String> = (0..size).map(|number| format!("{story} {number}")).collect();
    let growth = Log::new().append(&entries).unwrap();
    let tree = growth.log.tree();
    let files = growth.files;
    let fetch = |tile: anlanh_tlog::Tile| {
        let file = files.iter().find(|file| file.tile == tile);
        file.map(|file| file.bytes.clone()).ok_or("no such tile")
    };
    let proof = TileReader::new(size, fetch).consistency_proof(old.min(size)).unwrap();
    let head = Head {
        size,
        root: tree.root(),
    };
    let note = Checkpoint::new(ORIGIN, head).unwrap().sign(&[&signer(ORIGIN, seed)]);
    AddCheckpoint::new(old, proof, note.unwrap()).unwrap().to_string()
}

async fn ask(node: &Node, body: &str) -> CosignAnswer {
    public_log::cosign(&node.app, body.as_bytes()).await.unwrap()
}

fn watch(node: &Node, key: &str) -> Result<(), WatchError> {
    public_log::watch(node.app.store(), node.app.clock(), key)
}

fn own_key(node: &Node) -> anlanh_tlog::VerifierKey {
    let vault = anlanh_vault::Vault::new([7; 32]);
    let key = public_log::witness_key(node.app.store(), &vault).unwrap();
    key.unwrap().parse().unwrap()
}

async fn publish(node: &Node) {
    while public_log::publish(&node.app).await.unwrap() > 0 {}
}

#[test]
fn a_log_is_cosigned_while_it_grows_and_no_other_story_of_it_is() {
    on_each(async |mut node| {
        publish(&node).await;
        let refused = |refusal| CosignAnswer::Refused(refusal);
        let first = request("a", 0, 3, SEED);
        assert_eq!(ask(&node, "old 0\n").await, CosignAnswer::Malformed);
        assert_eq!(ask(&node, &first).await, refused(Refusal::UnknownLog));
        let key = signer(ORIGIN, SEED).verifier().to_string();
        watch(&node, &key).unwrap();
        let forged = request("a", 0, 3, [4; 32]);
        assert_eq!(ask(&node, &forged).await, refused(Refusal::Unsigned));

        let own = own_key(&node);
        assert_eq!(own.name().as_str(), "127.0.0.1:8080/witness");
        let grown = [(0, 3), (3, 3), (3, 300), (300, 300), (300, 700)];
        for (old, size) in grown {
            let body = request("a", old, size, SEED);
            let CosignAnswer::Cosigned(line) = ask(&node, &body).await else {
                panic!("from {old} to {size}");
            };
            let note = AddCheckpoint::parse(body.as_bytes()).unwrap().note().clone();
            let note = note.with_signatures(parse_signatures(&line).unwrap()).unwrap();
            let verified = note.verify(std::slice::from_ref(&own)).unwrap();
            let time_s = u64::try_from(node.app.clock().now().as_seconds()).unwrap();
            assert_eq!(verified[0].made, Made::Cosigned { time_s });
            node.wait_minutes(1);
            node = node
                .restart(start(
                    anlanh_pack::Policy::built_in().unwrap(),
                    std::path::PathBuf::from("/nowhere"),
                ))
                .unwrap();
        }
        let cases = [
            (request("a", 0, 800, SEED), Refusal::Stale { latest: 700 }),
            (request("a", 300, 700, SEED), Refusal::Stale { latest: 700 }),
            (request("a", 300, 300, SEED), Refusal::Stale { latest: 700 }),
            (request("a", 700, 600, SEED), Refusal::Shrinking),
            (request("b", 700, 700, SEED), Refusal::Fork),
            (request("b", 700, 800, SEED), Refusal::Inconsistent),
            (request("a", 700, 800, [4; 32]), Refusal::Unsigned),
        ];
        let statuses = [409, 409, 409, 400, 409, 422, 403];
        for ((body, refusal), status) in cases.iter().zip(statuses) {
            assert_eq!(ask(&node, body).await, refused(*refusal));
            assert_eq!(refusal.status(), status);
        }

        // Whoever names it again goes on from there, whatever its key is then.
        public_log::unwatch(node.app.store(), node.app.clock(), &key).unwrap();
        let again = public_log::unwatch(node.app.store(), node.app.clock(), ORIGIN);
        assert!(matches!(again, Err(WatchError::NotWatched)), "{again:?}");
        assert_eq!(
            ask(&node, &request("a", 700, 800, SEED)).await,
            refused(Refusal::UnknownLog)
        );
        let other = signer(ORIGIN, [4; 32]).verifier().to_string();
        watch(&node, &other).unwrap();
        watch(&node, &other).unwrap();
        let twice = watch(&node, &key);
        assert!(matches!(twice, Err(WatchError::OtherKey)), "{twice:?}");
        assert_eq!(
            ask(&node, &request("b", 0, 5, [4; 32])).await,
            refused(Refusal::Stale { latest: 700 })
        );
        assert_eq!(
            ask(&node, &request("b", 700, 800, [4; 32])).await,
            refused(Refusal::Inconsistent)
        );
        let grown = ask(&node, &request("a", 700, 800, [4; 32])).await;
        assert!(matches!(grown, CosignAnswer::Cosigned(_)), "{grown:?}");
        let watched = public_log::watched(node.app.store()).unwrap();
        assert_eq!((watched.len(), &watched[0].key, watched[0].size), (1, &other, 800));
        let cosigned = node.actions().await.into_iter();
        let cosigned = cosigned.filter(|action| *action == anlanh_model::AuditAction::CosignLog);
        assert_eq!(
            cosigned.count(),
            4,
            "what changes nothing, and what is refused, costs no write"
        );
    });
}

#[test]
fn of_two_stories_at_once_one_is_cosigned() {
    on_each(async |node| {
        publish(&node).await;
        watch(&node, &signer(ORIGIN, SEED).verifier().to_string()).unwrap();
        let mut story: Vec<String> = Vec::new();
        for round in 0..20 {
            let sign = |last: &str| {
                let entries: Vec<&str> = story.iter().map(String::as_str).chain([last]).collect();
                let growth = Log::new().append(&entries).unwrap();
                let fetch = |tile: anlanh_tlog::Tile| {
                    let file = growth.files.iter().find(|file| file.tile == tile);
                    file.map(|file| file.bytes.clone()).ok_or("no such tile")
                };
                let proof = TileReader::new(round + 1, fetch).consistency_proof(round).unwrap();
                let tree = growth.log.tree();
                let (size, root) = (tree.size(), tree.root());
                let note = Checkpoint::new(ORIGIN, Head { size, root }).unwrap();
                let note = note.sign(&[&signer(ORIGIN, SEED)]).unwrap();
                AddCheckpoint::new(round, proof, note).unwrap().to_string()
            };
            let (one, two) = (sign("một"), sign("hai"));
            let (one, two) = tokio::join!(ask(&node, &one), ask(&node, &two));
            let is_cosigned = |answer: &CosignAnswer| matches!(answer, CosignAnswer::Cosigned(_));
            assert!(is_cosigned(&one) != is_cosigned(&two), "{one:?} {two:?}");
            story.push(if is_cosigned(&one) { "một" } else { "hai" }.to_owned());
        }
    });
}

#[test]
fn only_logs_are_watched_and_only_so_many() {
    on_each(async |node| {
        let key = |number: usize| signer(&format!("{number}.example/log"), SEED).verifier().to_string();
        for number in 0..MAX_WATCHED_LOGS {
            watch(&node, &key(number)).unwrap();
        }
        let more = watch(&node, &key(MAX_WATCHED_LOGS));
        assert!(matches!(more, Err(WatchError::TooMany)), "{more:?}");
        public_log::unwatch(node.app.store(), node.app.clock(), "7.example/log").unwrap();
        watch(&node, &key(MAX_WATCHED_LOGS)).unwrap();
        let none = watch(&node, "a+b+c");
        assert!(matches!(none, Err(WatchError::Key(_))), "{none:?}");
        let witness = Cosigner::from_seed(KeyName::parse("a").unwrap(), &SEED).unwrap();
        let none = watch(&node, &witness.verifier().to_string());
        assert!(matches!(none, Err(WatchError::Kind)), "{none:?}");
    });
}

/// A witness elsewhere, which knows of our log what it cosigned.
struct Elsewhere {
    cosigner: Cosigner,
    key: WitnessKey,
    known: KnownLog,
}

impl Elsewhere {
    async fn of(node: &Node, name: &str) -> Self {
        let cosigner = Cosigner::from_seed(KeyName::parse(name).unwrap(), &SEED).unwrap();
        let known = public_log::known(&node.app).await.unwrap().unwrap();
        Self {
            key: cosigner.verifier().to_string().parse().unwrap(),
            cosigner,
            known: KnownLog {
                keys: vec![known.key.parse().unwrap()],
                latest: None,
            },
        }
    }

    /// What it answers.
    fn answer(&mut self, request: &CosignRequest) -> (u16, String) {
        let asked = AddCheckpoint::parse(request.body().as_bytes()).unwrap();
        match asked.decide(Some(&self.known)) {
            Ok(head) => {
                self.known.latest = Some(head);
                (200, self.cosigner.sign(asked.note().text(), 1_790_000_000).to_string())
            }
            Err(refusal) => (refusal.status(), refusal.body()),
        }
    }
}

async fn next(node: &Node, key: &WitnessKey, from: Option<u64>) -> CosignRequest {
    let next = public_log::next_request(&node.app, key, from).await.unwrap();
    let Next::Cosign(request) = next else {
        panic!("{next:?}");
    };
    request
}

async fn take(node: &Node, key: &WitnessKey, request: &CosignRequest, status: u16, body: &str) -> Taken {
    let taken = public_log::take_answer(&node.app, key, request, status, body.as_bytes());
    taken.await.unwrap()
}

/// Who cosigned what is signed now.
async fn cosigned(node: &Node, witness: &Elsewhere) -> bool {
    let note = public_log::checkpoint(&node.app).await.unwrap().unwrap();
    let note = Note::parse(&note).unwrap();
    note.verify(std::slice::from_ref(witness.cosigner.verifier())).is_ok()
}

#[test]
fn a_cosignature_stands_on_what_it_was_made_for_and_on_nothing_else() {
    on_each(async |node| {
        violate(&node, "tac-gia-1", 2).await;
        let early: WitnessKey = Cosigner::from_seed(KeyName::parse("w").unwrap(), &SEED)
            .unwrap()
            .verifier()
            .to_string()
            .parse()
            .unwrap();
        let nothing = public_log::next_request(&node.app, &early, None).await.unwrap();
        assert_eq!(nothing, Next::Nothing, "nothing is signed yet");
        publish(&node).await;
        let (mut one, mut two) = (
            Elsewhere::of(&node, "mot.example/witness").await,
            Elsewhere::of(&node, "hai.example/witness").await,
        );
        let named = NamedWitnesses::new(vec![one.key.clone(), two.key.clone()]).unwrap();
        for _ in 0..2 {
            public_log::name_witnesses(&node.app, &named).await.unwrap();
        }
        for witness in [&mut one, &mut two] {
            let request = next(&node, &witness.key, None).await;
            let (status, body) = witness.answer(&request);
            assert_eq!(take(&node, &witness.key, &request, status, &body).await, Taken::Kept);
            assert!(cosigned(&node, witness).await);
            let nothing = public_log::next_request(&node.app, &witness.key, None).await.unwrap();
            assert_eq!(nothing, Next::Nothing);
        }
        assert!(cosigned(&node, &one).await, "two stand beside each other");

        // The answer comes when something newer is signed: it stands on nothing, and the next goes on from there.
        violate(&node, "tac-gia-2", 1).await;
        publish(&node).await;
        assert!(!cosigned(&node, &one).await);
        let late = next(&node, &one.key, None).await;
        let (status, body) = one.answer(&late);
        violate(&node, "tac-gia-3", 1).await;
        publish(&node).await;
        let size = one.known.latest.unwrap().size;
        assert_eq!(take(&node, &one.key, &late, status, &body).await, Taken::Kept);
        assert!(!cosigned(&node, &one).await, "never on another");
        let known = public_log::known(&node.app).await.unwrap().unwrap();
        let shown = known.witnesses.iter().find(|it| it.key.starts_with("mot")).unwrap();
        assert_eq!((shown.size, shown.cosigned_at), (size, Some(node.app.clock().now())));
        let request = next(&node, &one.key, None).await;
        let (status, body) = one.answer(&request);
        assert_eq!(status, 200, "it goes on from what was cosigned last");

        // What is none of its cosignatures on this is not kept.
        let trouble = async |status: u16, body: &str, expected: WitnessTrouble| {
            let taken = take(&node, &one.key, &request, status, body).await;
            assert_eq!(taken, Taken::Trouble(expected), "{status} {body}");
        };
        let text = AddCheckpoint::parse(request.body().as_bytes()).unwrap();
        let text = text.note().text().to_owned();
        let stranger = two.cosigner.sign(&text, 1_790_000_000).to_string();
        let on_another = one
            .cosigner
            .sign(&text.replace("/log", "/lag"), 1_790_000_000)
            .to_string();
        for wrong in ["", "\n", "— a b\n", &stranger, &on_another] {
            trouble(200, wrong, WitnessTrouble::Wrong).await;
        }
        trouble(403, "", WitnessTrouble::OtherKey).await;
        trouble(404, "", WitnessTrouble::NotWatched).await;
        trouble(409, "", WitnessTrouble::Fork).await;
        trouble(409, &format!("{size}\n"), WitnessTrouble::Wrong).await;
        trouble(409, "999\n", WitnessTrouble::Ahead { size: 999 }).await;
        trouble(422, "", WitnessTrouble::Fork).await;
        trouble(502, "", WitnessTrouble::Status(502)).await;
        assert!(!cosigned(&node, &one).await);
        assert_eq!(
            take(&node, &one.key, &request, 409, "1\n").await,
            Taken::Again { from: 1 }
        );
        // Among others it is found.
        let body = format!("{stranger}{body}");
        assert_eq!(take(&node, &one.key, &request, status, &body).await, Taken::Kept);
        assert!(cosigned(&node, &one).await && !cosigned(&node, &two).await);

        // From whatever size it says that it is at.
        two.known.latest = None;
        let request = next(&node, &two.key, None).await;
        let (status, body) = two.answer(&request);
        assert_eq!((status, body.as_str()), (409, "0\n"));
        assert_eq!(
            take(&node, &two.key, &request, status, &body).await,
            Taken::Again { from: 0 }
        );
        let request = next(&node, &two.key, Some(0)).await;
        assert_eq!(two.answer(&request).0, 200);
        let ahead = public_log::next_request(&node.app, &two.key, Some(999)).await.unwrap();
        assert_eq!(ahead, Next::Trouble(WitnessTrouble::Ahead { size: 999 }));

        // Who is no longer named is no longer shown.
        let named = NamedWitnesses::new(vec![two.key.clone()]).unwrap();
        public_log::name_witnesses(&node.app, &named).await.unwrap();
        let known = public_log::known(&node.app).await.unwrap().unwrap();
        assert_eq!(known.witnesses.len(), 1);
        assert!(known.witnesses[0].key.starts_with("hai.example/witness+"));
        assert_ne!(Hash::of_nothing(), two.known.latest.unwrap().root);
    });
}
