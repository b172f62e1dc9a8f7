//! Text forms: tile paths, bundles, keys, notes, checkpoints, requests to witnesses, offline proofs. What is printed is read
//! back, what is not printed so is refused, and each limit holds at the limit and one past it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use anlanh_tlog::{
    AddCheckpoint, BundleError, Checkpoint, CheckpointError, Cosigner, Hash, Head, KeyError, KeyKind, KeyName,
    KnownLog, Level, MAX_ENTRY_BYTES, MAX_EXTENSIONS, MAX_EXTRA_BYTES, MAX_KEY_BYTES, MAX_LEVEL, MAX_NOTE_BYTES,
    MAX_OFFLINE_PROOF_BYTES, MAX_PROOF_HASHES, MAX_REQUEST_BYTES, MAX_SIGNATURES, MAX_TIME_S, MAX_TREE_SIZE, Made,
    Note, NoteError, OfflineError, OfflineProof, Policy, PolicyError, Refusal, RequestError, SIZE_CONTENT_TYPE, Signer,
    Tile, Tree, VerifierKey, VerifyError, parse_signatures, parse_size, push_entry, read_entries,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::{any, prop_assert_eq, proptest};

fn name(name: &str) -> KeyName {
    KeyName::parse(name).unwrap()
}

fn log_signer() -> Signer {
    Signer::from_seed(name("log.example/vn"), &[1; 32]).unwrap()
}

fn witness(number: u8) -> Cosigner {
    Cosigner::from_seed(name(&format!("witness{number}.example")), &[number; 32]).unwrap()
}

fn checkpoint(size: u64) -> Checkpoint {
    let head = tree(size).1;
    Checkpoint::new("log.example/vn", head).unwrap()
}

fn tree(size: u64) -> (Vec<Hash>, Head) {
    let mut tree = Tree::new();
    let leaves: Vec<Hash> = (0..size).map(|number| Hash::of_entry(&number.to_be_bytes())).collect();
    for leaf in &leaves {
        tree.push(*leaf, |_, _| ()).unwrap();
    }
    let root = tree.root();
    (leaves, Head { size, root })
}

#[test]
fn paths_are_those_of_the_specification() {
    let tile = |level, index, width| Tile::new(level, index, width).unwrap();
    for (path, expected) in [
        ("tile/0/000", tile(Level::Hashes(0), 0, 256)),
        ("tile/3/999.p/1", tile(Level::Hashes(3), 999, 1)),
        ("tile/0/x001/x234/067", tile(Level::Hashes(0), 1_234_067, 256)),
        ("tile/entries/x001/000.p/255", tile(Level::Entries, 1_000, 255)),
        ("tile/7/000.p/64", tile(Level::Hashes(7), 0, 64)),
    ] {
        assert_eq!(path.parse(), Ok(expected));
        assert_eq!(expected.to_string(), path);
    }
    for bad in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/x234",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/+12",
        "tile/00/000",
        "tile/-1/000",
        "tile/8/000",
        "tile/64/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1.p/1",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/x001/001",
    ] {
        assert!(bad.parse::<Tile>().is_err(), "{bad}");
    }
    let last = MAX_TREE_SIZE / 256 - 1;
    assert!(Tile::new(Level::Hashes(0), last, 256).is_some());
    assert_eq!(Tile::new(Level::Hashes(0), last + 1, 1), None);
    assert_eq!(Tile::new(Level::Hashes(MAX_LEVEL), 0, 65), None);
    assert_eq!(Tile::of_tree(Level::Hashes(0), 0, 0), None);
    assert_eq!(Tile::partial(Level::Hashes(0), 512), None);
}

#[test]
fn bundles_hold_entries_of_any_length() {
    let mut bundle = Vec::new();
    let entries: [&[u8]; 3] = [b"", b"abc", &[7; MAX_ENTRY_BYTES]];
    for entry in entries {
        push_entry(&mut bundle, entry).unwrap();
    }
    assert!(push_entry(&mut bundle, &[7; MAX_ENTRY_BYTES + 1]).is_err());
    assert_eq!(read_entries(&bundle, 3).unwrap(), entries);
    assert_eq!(
        read_entries(&bundle, 2).unwrap(),
        entries[..2],
        "a wider one is as good"
    );
    assert_eq!(read_entries(&bundle, 4), Err(BundleError::Short(3)));
    bundle.pop();
    assert_eq!(read_entries(&bundle, 2), Err(BundleError::Short(2)));
    assert_eq!(read_entries(&[0; 2 * 256], 256).unwrap().len(), 256);
    assert_eq!(read_entries(&[0; 2 * 257], 256), Err(BundleError::Long));
    let tile = Tile::new(Level::Hashes(0), 0, 2).unwrap();
    assert_eq!(tile.hashes(&[1; 64]), Some(vec![Hash([1; 32]); 2]));
    assert_eq!(tile.hashes(&[1; 96]).unwrap().len(), 2, "a wider one is as good");
    assert!(tile.hashes(&[1; 256 * 32]).is_some());
    for bad in [0, 32, 63, 65, 257 * 32] {
        assert_eq!(tile.hashes(&vec![1; bad]), None, "{bad}");
    }
}

/// Keys that others published: of Go's checksum database, and of a public witness.
#[test]
fn keys_of_others_are_read() {
    for (text, kind) in [
        (
            "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
            KeyKind::Note,
        ),
        (
            "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
            KeyKind::Cosignature,
        ),
    ] {
        let key: VerifierKey = text.parse().unwrap();
        assert_eq!((key.kind(), key.to_string().as_str()), (kind, text));
    }
}

#[test]
fn keys_are_read_back_and_nothing_else_is() {
    let signer = log_signer();
    let text = signer.verifier().to_string();
    assert_eq!(text.parse().as_ref(), Ok(signer.verifier()));
    let secret = signer.to_secret_text();
    assert_eq!(Signer::from_secret_text(&secret).unwrap().verifier(), signer.verifier());
    let check = |text: &str, expected| assert_eq!(text.parse::<VerifierKey>(), Err(expected), "{text}");
    check("", KeyError::Form);
    check("log.example", KeyError::Form);
    check(&text.replacen("vn", "v n", 1), KeyError::Form);
    check(&text.replacen("log", "lag", 1), KeyError::Id);
    check(&text.to_uppercase(), KeyError::Form);
    check(&format!("{text}="), KeyError::Form);
    check(&"x".repeat(MAX_KEY_BYTES + 1), KeyError::Form);
    check(
        "remora.n621.de+da77ade7+BvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2A",
        KeyError::Kind,
    );
    check("a+00000000+AQ==", KeyError::Key);
    assert_eq!(
        VerifierKey::new(name("weak"), KeyKind::Note, &[0; 32]),
        Err(KeyError::Key),
        "a key of small order"
    );
    let longest = name(&"x".repeat(MAX_KEY_BYTES - 1 - 8 - 1 - 44));
    let key = Signer::from_seed(longest, &[1; 32]).unwrap().verifier().to_string();
    assert_eq!(key.len(), MAX_KEY_BYTES);
    assert!(key.parse::<VerifierKey>().is_ok());
    for bad in ["", "a b", "a+b", "a\u{2003}b", "a\nb", "a\u{85}b"] {
        assert_eq!(KeyName::parse(bad), None, "{bad:?}");
    }
    assert!(Signer::from_secret_text(&text).is_err());
}

#[test]
fn notes_are_verified_by_the_keys_that_are_known() {
    let (first, second) = (
        log_signer(),
        Signer::from_seed(name("other.example"), &[2; 32]).unwrap(),
    );
    let keys = [first.verifier().clone()];
    let note = Note::sign("một\n\nhai\n".to_owned(), &[&second, &first]).unwrap();
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read, note);
    assert_eq!(read.text(), "một\n\nhai\n");
    let verified = read.verify(&keys).unwrap();
    assert_eq!((verified.len(), verified[0].made), (1, Made::Signed));
    assert_eq!(verified[0].key, first.verifier());
    assert_eq!(read.verify(&[]), Err(VerifyError::Unknown));

    // The id of a known key under another name, the same name with another key, another text under the same signature.
    let renamed = note.to_string().replacen("log.example/vn", "log.example/la", 1);
    assert_eq!(
        Note::parse(renamed.as_bytes()).unwrap().verify(&keys),
        Err(VerifyError::Unknown)
    );
    let namesake = Signer::from_seed(first.verifier().name().clone(), &[3; 32]).unwrap();
    assert_eq!(read.verify(&[namesake.verifier().clone()]), Err(VerifyError::Unknown));
    let forged = note.to_string().replacen("hai", "ba", 1);
    let wrong = VerifyError::Wrong(first.verifier().name().clone());
    assert_eq!(Note::parse(forged.as_bytes()).unwrap().verify(&keys), Err(wrong));
    // Signed twice by one key is once.
    let twice = note.clone().with_signatures([note.signatures()[1].clone()]).unwrap();
    assert_eq!(twice.verify(&keys).unwrap().len(), 1);
}

/// Two keys of one name whose ids are the same, found by trying.
#[test]
fn keys_that_cannot_be_told_apart_verify_nothing() {
    let [one, other] = [43_272_u64, 73_023].map(|number| {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        Signer::from_seed(name("log.example/vn"), &seed).unwrap()
    });
    assert_eq!(one.verifier().id(), other.verifier().id());
    let keys = [one.verifier().clone(), other.verifier().clone()];
    let note = Note::sign("a\n".to_owned(), &[&other]).unwrap();
    assert_eq!(note.verify(&keys), Err(VerifyError::Ambiguous(name("log.example/vn"))));
    assert_eq!(note.verify(&keys[..1]), Err(VerifyError::Wrong(name("log.example/vn"))));
    let twice = [keys[1].clone(), keys[1].clone()];
    assert!(note.verify(&twice).is_ok(), "one key that is there twice is one key");
}

#[test]
fn cosignatures_bear_a_time_within_bounds() {
    let (signer, witness) = (log_signer(), witness(1));
    let keys = [witness.verifier().clone()];
    let note = checkpoint(5).sign(&[&signer]).unwrap();
    let latest = note.clone().cosign(&witness, u64::MAX).unwrap();
    assert_eq!(
        latest.verify(&keys).unwrap()[0].made,
        Made::Cosigned { time_s: MAX_TIME_S }
    );
    // What Cosigner does not sign: one second more.
    let made = |time_s: u64| {
        let message = format!("cosignature/v1\ntime {time_s}\n{}", note.text());
        let signature = SigningKey::from_bytes(&[1; 32]).sign(message.as_bytes()).to_bytes();
        let id = witness.verifier().id().to_be_bytes();
        let bytes = STANDARD.encode([&id[..], &time_s.to_be_bytes(), &signature].concat());
        let line = format!("\u{2014} {} {bytes}\n", witness.verifier().name());
        note.clone()
            .with_signatures(parse_signatures(&line).unwrap())
            .unwrap()
            .verify(&keys)
            .map(|_| ())
    };
    assert_eq!(made(MAX_TIME_S), Ok(()));
    assert_eq!(
        made(MAX_TIME_S + 1),
        Err(VerifyError::Wrong(witness.verifier().name().clone()))
    );
}

#[test]
fn notes_have_one_form() {
    let note = Note::sign("a\n".to_owned(), &[&log_signer()]).unwrap().to_string();
    let check = |text: &[u8], expected| assert_eq!(Note::parse(text), Err(expected));
    check(b"", NoteError::Form);
    check(b"a\n", NoteError::Form);
    check(b"a\n\n", NoteError::Unsigned);
    check(note.trim_end().as_bytes(), NoteError::SignatureLine);
    check(note.replace('\u{2014}', "-").as_bytes(), NoteError::SignatureLine);
    check(note.replace('=', "").as_bytes(), NoteError::SignatureLine);
    check(note.replace('\n', "\r\n").as_bytes(), NoteError::Characters);
    check(note.replace('a', "\t").as_bytes(), NoteError::Characters);
    check(&[note.as_bytes(), b"\xff"].concat(), NoteError::Characters);
    check(
        format!("{note}\u{2014} b AAAAAA==\n").as_bytes(),
        NoteError::SignatureLine,
    );
    assert_eq!(Note::sign("a".to_owned(), &[&log_signer()]), Err(NoteError::Form));
    assert_eq!(Note::sign("a\n".to_owned(), &[]), Err(NoteError::Unsigned));

    let line = note.lines().last().unwrap();
    let with = |count: usize| format!("a\n\n{}", format!("{line}\n").repeat(count));
    assert!(Note::parse(with(MAX_SIGNATURES).as_bytes()).is_ok());
    check(with(MAX_SIGNATURES + 1).as_bytes(), NoteError::Signatures);
    let full = Note::parse(with(MAX_SIGNATURES).as_bytes()).unwrap();
    assert_eq!(full.cosign(&witness(1), 1), Err(NoteError::Signatures));
    let room = MAX_NOTE_BYTES - note.len();
    let long = |more: usize| note.replacen('a', &"a".repeat(1 + more), 1);
    assert!(Note::parse(long(room).as_bytes()).is_ok());
    check(long(room + 1).as_bytes(), NoteError::Long);
    assert!(Note::sign(format!("a{}\n", "a".repeat(room)), &[&log_signer()]).is_ok());
    assert_eq!(
        Note::sign(format!("aa{}\n", "a".repeat(room)), &[&log_signer()]),
        Err(NoteError::Long)
    );
}

#[test]
fn checkpoints_have_one_form() {
    let text = checkpoint(5).to_string();
    assert_eq!(Checkpoint::parse(&text), Ok(checkpoint(5)));
    let check = |text: &str, expected| assert_eq!(Checkpoint::parse(text), Err(expected), "{text:?}");
    check("", CheckpointError::Lines);
    check(text.trim_end(), CheckpointError::Lines);
    check(&format!("{text}\n"), CheckpointError::Lines);
    check(&format!("\n{text}"), CheckpointError::Lines);
    check(&text.replace("\n5\n", "\n05\n"), CheckpointError::Size);
    check(&text.replace("\n5\n", "\n-5\n"), CheckpointError::Size);
    check(&text.replace('=', ""), CheckpointError::Root);
    check(&text.replace('=', "\t"), CheckpointError::Characters);
    let sized = |size: u64| text.replace("\n5\n", &format!("\n{size}\n"));
    assert!(Checkpoint::parse(&sized(MAX_TREE_SIZE)).is_ok());
    check(&sized(MAX_TREE_SIZE + 1), CheckpointError::Size);
    let extended = |lines: usize| format!("{text}{}", "more\n".repeat(lines));
    let read = Checkpoint::parse(&extended(MAX_EXTENSIONS)).unwrap();
    assert_eq!(
        (read.extensions().len(), read.to_string()),
        (MAX_EXTENSIONS, extended(MAX_EXTENSIONS))
    );
    check(&extended(MAX_EXTENSIONS + 1), CheckpointError::Extensions);
    assert!(Checkpoint::new("", tree(1).1).is_err());
    assert!(Checkpoint::new("a\nb", tree(1).1).is_err());
}

#[test]
fn a_policy_asks_for_the_log_and_enough_witnesses() {
    let signer = log_signer();
    let policy = |quorum| Policy {
        origin: "log.example/vn".to_owned(),
        log_keys: vec![signer.verifier().clone()],
        witness_keys: (1..=3).map(|number| witness(number).verifier().clone()).collect(),
        quorum,
    };
    let note = checkpoint(5).sign(&[&signer]).unwrap();
    assert_eq!(policy(0).open(&note).unwrap().checkpoint, checkpoint(5));
    let (found, quorum) = (0, 1);
    assert_eq!(policy(1).open(&note), Err(PolicyError::Quorum { found, quorum }));
    // One witness twice is one witness; a fourth is nobody.
    let note = note.cosign(&witness(1), 100).unwrap().cosign(&witness(1), 200).unwrap();
    let note = note.cosign(&witness(4), 100).unwrap();
    let (found, quorum) = (1, 2);
    assert_eq!(policy(2).open(&note), Err(PolicyError::Quorum { found, quorum }));
    let note = note.cosign(&witness(3), MAX_TIME_S).unwrap();
    let note = Note::parse(note.to_string().as_bytes()).unwrap();
    let opened = policy(2).open(&note).unwrap();
    assert_eq!(
        opened.witnesses,
        [(name("witness1.example"), 100), (name("witness3.example"), MAX_TIME_S)]
    );

    // Two keys of one witness are one witness, and its plain signature is no cosignature.
    let renewed = Cosigner::from_seed(name("witness1.example"), &[11; 32]).unwrap();
    let plain = Signer::from_seed(name("witness1.example"), &[12; 32]).unwrap();
    let mut several = policy(2);
    several
        .witness_keys
        .extend([renewed.verifier().clone(), plain.verifier().clone()]);
    let both = checkpoint(5).sign(&[&signer, &plain]).unwrap();
    assert_eq!(several.open(&both), Err(PolicyError::Quorum { found: 0, quorum: 2 }));
    let both = both.cosign(&witness(1), 100).unwrap().cosign(&renewed, 200).unwrap();
    assert_eq!(several.open(&both), Err(PolicyError::Quorum { found: 1, quorum: 2 }));
    // A cosignature is no log's signature.
    let mut cosigned = policy(0);
    cosigned.log_keys = vec![witness(1).verifier().clone()];
    assert_eq!(cosigned.open(&note), Err(PolicyError::Signature(VerifyError::Unknown)));

    let mut elsewhere = policy(0);
    elsewhere.origin = "log.example".to_owned();
    assert_eq!(elsewhere.open(&note), Err(PolicyError::Origin));
    let unsigned = Note::sign(
        checkpoint(5).to_string(),
        &[&Signer::from_seed(name("x"), &[9; 32]).unwrap()],
    );
    assert!(matches!(
        policy(0).open(&unsigned.unwrap()),
        Err(PolicyError::Signature(_))
    ));
    let not_one = Note::sign("hello\n".to_owned(), &[&signer]).unwrap();
    assert!(matches!(policy(0).open(&not_one), Err(PolicyError::Checkpoint(_))));
}

#[test]
fn a_witness_cosigns_what_continues_what_it_saw() {
    let signer = log_signer();
    let request = |old, proof, size| {
        let note = checkpoint(size).sign(&[&signer]).unwrap();
        AddCheckpoint::new(old, proof, note).unwrap()
    };
    let known = |latest| KnownLog {
        keys: vec![signer.verifier().clone()],
        latest,
    };
    let (four, seven) = (tree(4).1, tree(7).1);
    // From 4 to 7 the proof is the root of leaves 4 to 6.
    let leaves = tree(7).0;
    let right = Hash::of_children(&Hash::of_children(&leaves[4], &leaves[5]), &leaves[6]);
    let good = request(4, vec![right], 7);
    let read = AddCheckpoint::parse(good.to_string().as_bytes()).unwrap();
    assert_eq!(read, good);
    assert_eq!(read.decide(Some(&known(Some(four)))), Ok(seven));
    assert_eq!(
        request(0, vec![], 7).decide(Some(&known(None))),
        Ok(seven),
        "the first time"
    );
    assert_eq!(
        request(7, vec![], 7).decide(Some(&known(Some(seven)))),
        Ok(seven),
        "once more"
    );

    let check = |request: &AddCheckpoint, log: Option<&KnownLog>, expected: Refusal, status, body: &str| {
        assert_eq!(request.decide(log), Err(expected));
        assert_eq!((expected.status(), expected.body().as_str()), (status, body));
    };
    check(&good, None, Refusal::UnknownLog, 404, "");
    let mut stranger = known(Some(four));
    stranger.keys = vec![
        Signer::from_seed(name("log.example/vn"), &[8; 32])
            .unwrap()
            .verifier()
            .clone(),
    ];
    check(&good, Some(&stranger), Refusal::Unsigned, 403, "");
    let cosigned = good.note().clone().cosign(&witness(1), 1).unwrap();
    let cosigned = AddCheckpoint::new(4, vec![right], cosigned).unwrap();
    stranger.keys = vec![witness(1).verifier().clone()];
    check(&cosigned, Some(&stranger), Refusal::Unsigned, 403, "");
    check(
        &request(8, vec![], 7),
        Some(&known(Some(four))),
        Refusal::Shrinking,
        400,
        "",
    );
    check(&good, Some(&known(None)), Refusal::Stale { latest: 0 }, 409, "0\n");
    check(
        &good,
        Some(&known(Some(seven))),
        Refusal::Stale { latest: 7 },
        409,
        "7\n",
    );
    check(
        &request(4, vec![], 7),
        Some(&known(Some(four))),
        Refusal::Inconsistent,
        422,
        "",
    );
    check(
        &request(0, vec![right], 7),
        Some(&known(None)),
        Refusal::Inconsistent,
        422,
        "",
    );
    let fork = Head { size: 7, root: right };
    check(&request(7, vec![], 7), Some(&known(Some(fork))), Refusal::Fork, 409, "");
    assert_eq!((parse_size(b"7\n"), SIZE_CONTENT_TYPE), (Some(7), "text/x.tlog.size"));
    assert_eq!([b"7".as_slice(), b"07\n", b"x\n", b""].map(parse_size), [None; 4]);

    // The answer goes into the note, as a client does it.
    let answer = witness(1).sign(good.note().text(), 1_700_000_000).to_string();
    let note = good
        .note()
        .clone()
        .with_signatures(parse_signatures(&answer).unwrap())
        .unwrap();
    let made = note.verify(&[witness(1).verifier().clone()]).unwrap()[0].made;
    assert_eq!(made, Made::Cosigned { time_s: 1_700_000_000 });
}

#[test]
fn requests_to_witnesses_have_one_form() {
    let note = checkpoint(7).sign(&[&log_signer()]).unwrap();
    let body = |hashes: usize| format!("old 4\n{}\n{note}", format!("{}\n", Hash([1; 32])).repeat(hashes));
    assert!(AddCheckpoint::parse(body(MAX_PROOF_HASHES).as_bytes()).is_ok());
    let check = |body: &str, expected| assert_eq!(AddCheckpoint::parse(body.as_bytes()), Err(expected), "{body}");
    check(&body(MAX_PROOF_HASHES + 1), RequestError::Proof);
    check(&body(1).replacen("old 4", "old 04", 1), RequestError::Form);
    check(&body(1).replacen("old", "new", 1), RequestError::Form);
    let from = |size: u64| body(0).replacen("old 4", &format!("old {size}"), 1);
    assert!(AddCheckpoint::parse(from(MAX_TREE_SIZE).as_bytes()).is_ok());
    check(&from(MAX_TREE_SIZE + 1), RequestError::Form);
    check(&body(1).replacen("old 4\n", "", 1), RequestError::Form);
    check(&body(0).replacen("\n\n", "\nx\n\n", 1), RequestError::Proof);
    check("old 4\n\n", RequestError::Note(NoteError::Form));
    let not_one = Note::sign("hello\n".to_owned(), &[&log_signer()]).unwrap();
    check(
        &format!("old 0\n\n{not_one}"),
        RequestError::Checkpoint(CheckpointError::Lines),
    );
    check(&"x".repeat(MAX_REQUEST_BYTES + 1), RequestError::Long);
    check(&"x".repeat(MAX_REQUEST_BYTES), RequestError::Form);
}

/// The examples of tlog-cosignature and tlog-witness. Whose keys they are is not told.
#[test]
fn examples_of_the_specifications_are_read() {
    let checkpoint = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let note = format!(
        "{checkpoint}\n\
         — example.com/behind-the-sofa \
         Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
         — witness.example.com/w1 \
         jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    );
    let read = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(
        (read.text(), read.signatures().len(), read.to_string()),
        (checkpoint, 2, note.clone())
    );
    assert_eq!(Checkpoint::parse(checkpoint).unwrap().head().size, 20_852_163);
    let request = format!(
        "old 20852014\n\
         PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n\
         jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\
         5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n\
         /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n\n{note}"
    );
    let read = AddCheckpoint::parse(request.as_bytes()).unwrap();
    assert_eq!((read.old_size(), read.to_string()), (20_852_014, request));
}

#[test]
fn offline_proofs_need_nothing_but_a_key() {
    let signer = log_signer();
    let policy = Policy {
        origin: "log.example/vn".to_owned(),
        log_keys: vec![signer.verifier().clone()],
        witness_keys: vec![],
        quorum: 0,
    };
    let (leaves, _) = tree(2);
    let note = checkpoint(2).sign(&[&signer]).unwrap();
    let plain = OfflineProof::new(1, vec![leaves[0]], note).unwrap();
    let full = plain.clone().with_extra(vec![7; MAX_EXTRA_BYTES]).unwrap();
    assert_eq!(
        plain.clone().with_extra(vec![7; MAX_EXTRA_BYTES + 1]),
        Err(OfflineError::Extra)
    );
    for proof in [&plain, &full] {
        let read = OfflineProof::parse(proof.to_string().as_bytes()).unwrap();
        assert_eq!(&read, proof);
        assert_eq!((read.index(), read.extra()), (1, proof.extra()));
        assert_eq!(read.note().text(), checkpoint(2).to_string());
        assert_eq!(read.verify(&leaves[1], &policy).unwrap().checkpoint, checkpoint(2));
        assert!(read.verify(&leaves[0], &policy).is_err());
    }
    let text = plain.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"));
    let check = |text: &str, expected| assert_eq!(OfflineProof::parse(text.as_bytes()), Err(expected), "{text}");
    check(&text.replacen("v1", "v2", 1), OfflineError::Form);
    check("c2sp.org/tlog-proof@v1\n", OfflineError::Form);
    check(&text.replacen("index 1", "index 01", 1), OfflineError::Index);
    check(&text.replacen("index 1", "index 1\nextra AAAA", 1), OfflineError::Proof);
    let at = |index: u64| text.replacen("index 1", &format!("index {index}"), 1);
    assert!(OfflineProof::parse(at(MAX_TREE_SIZE - 1).as_bytes()).is_ok());
    check(&at(MAX_TREE_SIZE), OfflineError::Index);
    check(&text.replacen("index", "extra !\nindex", 1), OfflineError::Extra);
    let room = MAX_EXTRA_BYTES.div_ceil(3) * 4;
    check(
        &text.replacen("index", &format!("extra {}\nindex", "A".repeat(room)), 1),
        OfflineError::Extra,
    );
    check(&"x".repeat(MAX_OFFLINE_PROOF_BYTES + 1), OfflineError::Long);
    check(&"x".repeat(MAX_OFFLINE_PROOF_BYTES), OfflineError::Form);
    let with = |hashes| OfflineProof::new(0, vec![leaves[0]; hashes], checkpoint(2).sign(&[&signer]).unwrap());
    assert!(with(MAX_PROOF_HASHES).is_ok());
    assert_eq!(with(MAX_PROOF_HASHES + 1), Err(OfflineError::Proof));
}

proptest! {
    #[test]
    fn every_path_is_read_back(level in 0..=MAX_LEVEL, entries in any::<bool>(), index in any::<u64>(), width in 1..=256_u16) {
        let level = if entries { Level::Entries } else { Level::Hashes(level) };
        // As many places as the level has.
        let places = match level {
            Level::Entries => MAX_TREE_SIZE >> 8,
            Level::Hashes(level) => (MAX_TREE_SIZE >> 8) >> (8 * level),
        };
        if let Some(tile) = Tile::new(level, index % places.max(1), width) {
            prop_assert_eq!(tile.to_string().parse(), Ok(tile));
        }
    }

    #[test]
    fn every_bundle_is_read_back(entries in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..20), 0..=256)) {
        let mut bundle = Vec::new();
        for entry in &entries {
            push_entry(&mut bundle, entry).unwrap();
        }
        let read = read_entries(&bundle, entries.len() as u16).unwrap();
        prop_assert_eq!(read, entries);
    }
}
