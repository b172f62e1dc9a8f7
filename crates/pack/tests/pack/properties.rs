//! Whatever stands in a pack, reading it ends with a policy or with mistakes that can be found again.

use anlanh_pack::limits::MAX_MISTAKES;
use proptest::prelude::*;

use super::{Files, GOOD, good, read};

/// Reads a pack; its mistakes must stand in its files, in their order.
fn check(files: &Files) {
    let Err(mistakes) = read(files) else { return };
    assert!(!mistakes.is_empty() && mistakes.len() <= MAX_MISTAKES + 1);
    let mut last = ("", 0, 0);
    for mistake in &mistakes {
        let place = (mistake.file.as_str(), mistake.line, mistake.column);
        assert!(last <= place, "{last:?} comes before {place:?}");
        last = place;
        let content = files.iter().find(|(path, _)| *path == mistake.file);
        let content = content.map_or(&[] as &[u8], |(_, content)| content);
        let text = String::from_utf8_lossy(content);
        let line = text.split('\n').nth(mistake.line - 1).expect("a line that is there");
        assert!((1..=line.chars().count() + 1).contains(&mistake.column), "{mistake}");
        assert!(
            !mistake.to_string().ends_with('.') && !mistake.to_string().contains('\n'),
            "{mistake}"
        );
    }
}

fn with(file: usize, content: Vec<u8>) -> Files {
    let mut files = good();
    files[file].1 = content;
    files
}

/// Pieces of TOML as packs have them.
fn toml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("[[entry]]\n"),
        Just("[[rule]]\n"),
        Just("[[law]]\n"),
        Just("[[law.article]]\n"),
        Just("[pack]\n"),
        Just("key = "),
        Just("id = "),
        Just("title = "),
        Just("hit = "),
        Just("near = "),
        Just("listed = "),
        Just("when = "),
        Just("from = "),
        Just("{ vi = \"a\", en = 'b' }"),
        Just("{ phrases = [\"x\"], within = 3 }"),
        Just("\"sc1.otp\""),
        Just("'''\nx'''"),
        Just("[\"a\", 1, { text = \"b\" }]"),
        Just("[[[[{"),
        Just("}]]"),
        Just("2026-13-01"),
        Just("2026-07-01"),
        Just("0x7fff_ffff_ffff_ffff"),
        Just("-99999999999999999999999"),
        Just("true"),
        Just("\n"),
        Just("\r\n"),
        Just("\u{feff}"),
        Just(", "),
        Just("ổ"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_bytes_can_be_read(file in 0..GOOD.len(), content in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&with(file, content));
    }

    #[test]
    fn anything_like_toml_can_be_read(file in 0..GOOD.len(), content in toml()) {
        check(&with(file, content.into_bytes()));
    }

    #[test]
    fn a_damaged_pack_can_be_read(file in 0..GOOD.len(), at in any::<prop::sample::Index>(), cut in 0..20_usize, piece in toml()) {
        let mut content = GOOD[file].1.as_bytes().to_vec();
        let at = at.index(content.len());
        let end = (at + cut).min(content.len());
        content.splice(at..end, piece.into_bytes());
        check(&with(file, content));
    }

    #[test]
    fn any_file_names_can_be_read(path in "[a-z/.*]{0,12}(\\.toml)?") {
        let mut files = good();
        files.push((path, b"a = 1".to_vec()));
        let mistakes = read(&files).unwrap_err();
        prop_assert!(!mistakes.is_empty());
    }
}

#[test]
fn so_many_mistakes_are_listed_and_no_more() {
    let keys = |count: usize| -> Vec<u8> {
        let keys: Vec<String> = (0..count).map(|number| format!("k{number} = 1\n")).collect();
        keys.concat().into_bytes()
    };
    let number = |count| read(&with(7, keys(count))).unwrap_err();
    // A rule of the good pack asks for an entry of the file that was replaced.
    let all = number(MAX_MISTAKES - 1);
    assert_eq!(all.len(), MAX_MISTAKES);
    let cut = number(MAX_MISTAKES);
    assert_eq!(cut.len(), MAX_MISTAKES + 1);
    assert_eq!(
        cut[MAX_MISTAKES].message.en,
        "more mistakes were found than the 10000 that are listed"
    );
}

#[test]
fn many_mistakes_in_one_long_line_do_not_take_long() {
    let strings = "1,".repeat(1_000_000);
    let files = with(9, format!("affixes = [{strings}]").into_bytes());
    assert_eq!(read(&files).unwrap_err().len(), MAX_MISTAKES + 1);
}
