//! Notes, checkpoints, keys and signature lines: what is read is printed as it was, and nothing is believed but what a known
//! key signed.
#![no_main]

use std::sync::LazyLock;

use anlanh_tlog::{Checkpoint, Cosigner, KeyName, Note, Policy, Signer, VerifierKey, parse_signatures};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<Vec<VerifierKey>> = LazyLock::new(|| {
    let name = |name| KeyName::parse(name).expect("a name");
    let log = Signer::from_seed(name("log.example/vn"), &[1; 32]).expect("a key");
    let witness = Cosigner::from_seed(name("witness.example"), &[2; 32]).expect("a key");
    vec![log.verifier().clone(), witness.verifier().clone()]
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let policy = Policy {
            origin: "log.example/vn".to_owned(),
            log_keys: KEYS.clone(),
            witness_keys: KEYS.clone(),
            quorum: 0,
        };
        if policy.open(&note).is_ok() {
            assert!(note.verify(&KEYS).is_ok() && Checkpoint::parse(note.text()).is_ok());
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(signer) = Signer::from_secret_text(text) {
        assert_eq!(signer.to_secret_text(), text);
    }
    if let Ok(signatures) = parse_signatures(text) {
        assert_eq!(signatures.iter().map(ToString::to_string).collect::<String>(), text);
    }
});
