//! Packs: any files are read or have mistakes that stand in one of them; what is read judges without a panic.
//!
//! A line `#file PATH` begins a file; what stands before the first belongs to `pack.toml`.
#![no_main]

use anlanh_fuzz::check_verdict;
use anlanh_pack::{Policy, test_examples};
use anlanh_screen::{Item, Screener};
use libfuzzer_sys::fuzz_target;

/// The files of an input, by path; a path that comes again goes on.
fn files(input: &str) -> Vec<(&str, String)> {
    let mut files: Vec<(&str, String)> = vec![("pack.toml", String::new())];
    for line in input.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("#file ") {
            files.push((path.trim(), String::new()));
        } else if let Some((_, text)) = files.last_mut() {
            text.push_str(line);
        }
    }
    files.sort();
    files.dedup_by(|next, first| next.0 == first.0);
    files
}

fuzz_target!(|input: &str| {
    let files = files(input);
    match Policy::from_texts(files.iter().map(|(path, text)| (*path, text.as_str()))) {
        Ok(policy) => {
            let screener = Screener::compile(policy.screen_pack().clone()).expect("a pack that is read compiles");
            let item = Item {
                text: "Gửi mã OTP cho 0901234567 tại xau.example",
                ..Item::default()
            };
            check_verdict(&screener.screen(&item), &item);
            test_examples(&policy).expect("a pack that is read compiles");
        }
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            for mistake in mistakes {
                let text = files
                    .iter()
                    .find(|(path, _)| *path == mistake.file)
                    .map(|(_, text)| text);
                // A file that is missing is told of at its first line.
                let lines = text.map_or(1, |text| text.split('\n').count());
                assert!(mistake.line <= lines, "{mistake} is not in its file");
            }
        }
    }
});
