//! Requests to witnesses: one that is read is printed as it was, and is cosigned only where its log signed it.
#![no_main]

use anlanh_tlog::{AddCheckpoint, Hash, Head, KeyName, KnownLog, Refusal, Signer, parse_size};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    if let Some(size) = parse_size(body) {
        assert_eq!(format!("{size}\n").as_bytes(), body);
    }
    let Ok(request) = AddCheckpoint::parse(body) else {
        return;
    };
    assert_eq!(request.to_string().as_bytes(), body);
    assert_eq!(request.decide(None), Err(Refusal::UnknownLog));
    let name = KeyName::parse("log.example/vn").expect("a name");
    let signer = Signer::from_seed(name, &[1; 32]).expect("a key");
    let root = Hash::of_nothing();
    for latest in [None, Some(Head { size: 4, root })] {
        let keys = vec![signer.verifier().clone()];
        let is_signed = request.note().verify(&keys).is_ok();
        match request.decide(Some(&KnownLog { keys, latest })) {
            Ok(head) => assert!(is_signed && head == *request.checkpoint().head()),
            Err(refusal) => assert!((400..500).contains(&refusal.status())),
        }
    }
});
