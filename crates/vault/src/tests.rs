use proptest::prelude::*;

use super::*;

const PLACE: Place = Place {
    table: "report",
    row: 7,
    purpose: "contact",
};

fn vault(byte: u8) -> Vault {
    Vault::new([byte; KEY_BYTES])
}

#[test]
fn what_is_sealed_opens_in_its_place_alone() {
    let vault = vault(1);
    let (key, kept) = vault.make_key(7, [2; KEY_BYTES], [3; NONCE_BYTES]).unwrap();
    let sealed = key.seal(&PLACE, "lan@vi-du.vn".as_bytes(), [4; NONCE_BYTES]).unwrap();
    let check = |key: &DataKey, place: Place, sealed: &[u8], opens: bool| {
        assert_eq!(key.open(&place, sealed).is_ok(), opens, "{place:?}");
    };
    check(&vault.open_key(7, &kept).unwrap(), PLACE, &sealed, true);
    check(&key, Place { row: 8, ..PLACE }, &sealed, false);
    check(
        &key,
        Place {
            table: "appeal",
            ..PLACE
        },
        &sealed,
        false,
    );
    check(
        &key,
        Place {
            purpose: "why",
            ..PLACE
        },
        &sealed,
        false,
    );
    let (other, _) = vault.make_key(7, [9; KEY_BYTES], [3; NONCE_BYTES]).unwrap();
    check(&other, PLACE, &sealed, false);
    // Names that run into each other are other places.
    let one = Place {
        table: "ab",
        row: 1,
        purpose: "c",
    };
    let sealed = key.seal(&one, b"x", [4; NONCE_BYTES]).unwrap();
    check(
        &key,
        Place {
            table: "a",
            row: 1,
            purpose: "bc",
        },
        &sealed,
        false,
    );
}

#[test]
fn a_data_key_belongs_to_its_subject_and_its_node() {
    let (_, kept) = vault(1).make_key(7, [2; KEY_BYTES], [3; NONCE_BYTES]).unwrap();
    assert!(vault(1).open_key(7, &kept).is_ok());
    assert_eq!(vault(1).open_key(8, &kept).err(), Some(SealError));
    assert_eq!(vault(2).open_key(7, &kept).err(), Some(SealError));
    assert_ne!(vault(1).fingerprint(), vault(2).fingerprint());
}

#[test]
fn names_and_secrets_differ_by_purpose_value_and_node() {
    let one = vault(1);
    assert_eq!(one.name_of("mail", b"a"), vault(1).name_of("mail", b"a"));
    assert_ne!(one.name_of("mail", b"a"), one.name_of("mail", b"b"));
    assert_ne!(one.name_of("mail", b"a"), one.name_of("mai", b"la"));
    assert_ne!(one.name_of("mail", b"a"), vault(2).name_of("mail", b"a"));
    assert_ne!(one.secret_of("receipt", 1), one.secret_of("receipt", 2));
    assert_ne!(one.secret_of("receipt", 1), one.secret_of("confirm", 1));
}

#[test]
fn nothing_is_shown_by_accident() {
    let vault = vault(0xab);
    let (key, _) = vault.make_key(7, [0xcd; KEY_BYTES], [0; NONCE_BYTES]).unwrap();
    assert_eq!(format!("{vault:?} {key:?}"), "Vault(…) DataKey(…)");
}

proptest! {
    #[test]
    fn sealing_and_opening_give_the_same_value(value: Vec<u8>, nonce: [u8; NONCE_BYTES]) {
        let (key, _) = vault(1).make_key(7, [2; KEY_BYTES], [3; NONCE_BYTES]).unwrap();
        let sealed = key.seal(&PLACE, &value, nonce).unwrap();
        prop_assert_eq!(key.open(&PLACE, &sealed), Ok(value));
    }

    #[test]
    fn a_changed_bit_or_a_cut_does_not_open(value: Vec<u8>, at: prop::sample::Index, bit in 0..8_u8) {
        let (key, _) = vault(1).make_key(7, [2; KEY_BYTES], [3; NONCE_BYTES]).unwrap();
        let sealed = key.seal(&PLACE, &value, [4; NONCE_BYTES]).unwrap();
        let at = at.index(sealed.len());
        let mut changed = sealed.clone();
        changed[at] ^= 1 << bit;
        prop_assert_eq!(key.open(&PLACE, &changed), Err(SealError));
        prop_assert_eq!(key.open(&PLACE, &sealed[..at]), Err(SealError));
    }
}
