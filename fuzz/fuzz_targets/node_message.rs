//! What other nodes send: messages, cards, receipts and fingerprints. What is read is written as the same again.
#![no_main]

use anlanh_wire::{Card, Fingerprint, Message, Receipt, SignedReceipt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::parse(bytes) {
        assert_eq!(Message::parse(&message.to_json()), Ok(message));
    }
    if let Ok(card) = Card::parse(bytes) {
        // Fields that are not known are gone then.
        assert_eq!(Card::parse(&card.to_json()), Ok(card));
    }
    if let Some(receipt) = Receipt::parse(bytes) {
        assert_eq!(Receipt::parse(&receipt.to_json()), Some(receipt));
    }
    if let Some(signed) = SignedReceipt::parse(bytes) {
        let key = anlanh_httpsig::SecretKey::from_seed(&[7; 32]).public();
        let _ = signed.signer();
        assert!(signed.verify(&key).is_err());
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(fingerprint) = text.parse::<Fingerprint>()
    {
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
    }
});
