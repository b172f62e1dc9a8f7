//! Near-copies fall together, other texts do not, and keys do not change by accident.

use proptest::prelude::*;

use super::*;

const TEXT: &str = "Shop thanh lý tủ quần áo trẻ em giá 150k một bộ, ai cần nhắn số 0900 000 000 nhé cả nhà";

fn keys_of(text: &str) -> Option<ClusterKeys> {
    let mut folded = Folded::new();
    folded.fold(text);
    keys(&folded)
}

fn check(text: &str, is_copy: bool) {
    let meets = keys_of(TEXT).unwrap().meets(&keys_of(text).unwrap());
    assert_eq!(meets, is_copy, "{text}");
}

#[test]
fn near_copies_fall_together() {
    check(
        "shop thanh ly tu quan ao tre em gia 150k mot bo ai can nhan so 0900 000 000 nhe ca nha",
        true,
    );
    check(
        "🔥SHOP🔥 thanh lý – tủ quần áo... TRẺ EM giá 99k một bộ!!! ai cần nhắn số 0911.222.333 nhé cả nhààà",
        true,
    );
    check(
        "s h o p thanhlý tủ-quần-áo trẻ em giá 150k một bộ ai cần nhắn số 0900000000 nhé cả nhà",
        true,
    );
    check(
        "Shop thanh lý tủ quần áo trẻ em giá 150k một bộ, ai cần nhắn số 0900 000 000 nhé mọi người",
        true,
    );
}

#[test]
fn other_texts_do_not() {
    check(
        "Hôm nay trời mưa to quá, cả nhà nhớ mang áo mưa khi đi làm nhé mọi người",
        false,
    );
    check(
        "Quán cà phê mới mở ở đầu ngõ bán ngon mà giá cũng phải chăng lắm",
        false,
    );
}

#[test]
fn a_text_has_keys_from_so_many_letters_on() {
    let letters: String = ('a'..='z').cycle().take(MIN_LETTERS).collect();
    assert!(keys_of(&letters).is_some());
    assert_eq!(keys_of(letters.get(1..).unwrap()), None);
    assert_eq!(keys_of(&format!("{} 0123456789", letters.get(1..).unwrap())), None);
}

/// Kept counts hang on these: another value here is another [`CLUSTER_VERSION`].
#[test]
fn keys_are_stable() {
    let keys = keys_of(TEXT).unwrap().as_array();
    assert_eq!(keys, STABLE, "{keys:#x?}");
}

const STABLE: [u64; BANDS] = [
    0x4ce2_bc1a_3784_ddcd,
    0x5870_7a6b_9b75_681a,
    0x579f_3c28_aee5_d4d2,
    0x9ed5_db30_4312_5f10,
];

proptest! {
    /// Signs, case and grouping of digits never make a difference.
    #[test]
    fn signs_and_case_do_not_count(
        words in proptest::collection::vec("[a-z]{1,6}|[0-9]{1,9}", 8..40),
        signs in proptest::collection::vec(prop_oneof![Just(" "), Just("  "), Just(" ! "), Just(" – "), Just("\n")], 40),
    ) {
        let changed: String = words.iter().zip(&signs).flat_map(|(word, sign)| [word, *sign]).collect();
        prop_assert_eq!(keys_of(&words.join(" ")), keys_of(&changed.to_uppercase()));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        prop_assert_eq!(keys_of(&text), keys_of(&text));
    }
}
