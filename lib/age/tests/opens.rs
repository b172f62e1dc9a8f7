//! What is encrypted here is opened by `age` of another make, and by nobody else.

#![cfg(test)]

use anlanh_age::{CHUNK_BYTES, Drawn, Recipient, encrypt};
use anlanh_testkit::{AGE_KEY, OTHER_AGE_KEY, opened_by_age};

fn encrypted(content: &[u8]) -> Vec<u8> {
    let drawn = Drawn {
        file_key: [41; 16],
        ephemeral: [42; 32],
        nonce: [43; 16],
    };
    encrypt(&Recipient::parse(AGE_KEY[1]).unwrap(), content, drawn).unwrap()
}

#[test]
fn age_opens_files_of_every_length() {
    for length in [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES] {
        let content: Vec<u8> = (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let opened = opened_by_age(AGE_KEY[0], &encrypted(&content));
        assert!(opened.as_ref() == Some(&content), "{length}");
    }
}

#[test]
fn nobody_else_opens_it_and_a_changed_file_is_refused() {
    let file = encrypted("riêng cho người nhận".as_bytes());
    assert_eq!(opened_by_age(OTHER_AGE_KEY, &file), None);
    for place in [60, 120, 180, file.len() - 1] {
        let mut changed = file.clone();
        changed[place] ^= 1;
        assert_eq!(opened_by_age(AGE_KEY[0], &changed), None, "{place}");
    }
    assert_eq!(opened_by_age(AGE_KEY[0], &file[..file.len() - 1]), None);
}
