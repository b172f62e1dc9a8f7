//! Sets as bytes: whatever they hold (check sums are not verified under `cfg(fuzzing)`), look-ups stay inside them and
//! give the same answer twice. The first line of the input is what is looked up.
#![no_main]

use anlanh_screen::DomainSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some(end) = input.iter().position(|byte| *byte == b'\n') else {
        return;
    };
    let (link, bytes) = input.split_at(end);
    let (Ok(link), Ok(set)) = (std::str::from_utf8(link), DomainSet::from_bytes(bytes[1..].to_vec())) else {
        return;
    };
    assert_eq!(set.covers_host(link), set.covers_host(link));
    assert_eq!(set.covers_link(link), set.covers_link(link));
});
