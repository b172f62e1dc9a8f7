//! Keys that people hand on: one that is read is printed as it was, and a file is encrypted to it.
#![no_main]

use anlanh_age::{Drawn, Recipient, encrypt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(recipient) = Recipient::parse(text) {
        assert_eq!(recipient.to_string(), text);
        let drawn = Drawn {
            file_key: [1; 16],
            ephemeral: [2; 32],
            nonce: [3; 16],
        };
        assert!(encrypt(&recipient, text.as_bytes(), drawn).is_ok());
    }
});
