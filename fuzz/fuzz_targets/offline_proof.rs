//! Offline proofs: one that is read is printed as it was, and shows only what is in a tree that its log signed.
#![no_main]

use anlanh_tlog::{Hash, KeyName, OfflineProof, Policy, Signer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(proof) = OfflineProof::parse(bytes) else { return };
    assert_eq!(proof.to_string().as_bytes(), bytes);
    let name = KeyName::parse("log.example/vn").expect("a name");
    let signer = Signer::from_seed(name, &[1; 32]).expect("a key");
    let policy = Policy {
        origin: "log.example/vn".to_owned(),
        log_keys: vec![signer.verifier().clone()],
        witness_keys: Vec::new(),
        quorum: 0,
    };
    if let Ok(opened) = proof.verify(&Hash::of_entry(b"fuzz"), &policy) {
        assert_eq!(proof.note().text(), opened.checkpoint.to_string());
    }
});
