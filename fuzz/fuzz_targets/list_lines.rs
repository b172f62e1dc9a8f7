//! Blocklist lines: any bytes make a set; the set survives being written and read, and no line of it covers a public
//! suffix.
#![no_main]

use anlanh_screen::DomainSet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut bad = 0;
    let set = DomainSet::from_lines(text, |_| bad += 1).expect("so few lines fit");
    let lines = text.split(|byte| *byte == b'\n');
    assert!(bad <= lines.clone().count());
    let read = DomainSet::from_bytes(set.as_bytes().to_vec()).expect("a set reads what it wrote");
    assert_eq!((read.as_bytes(), read.len()), (set.as_bytes(), set.len()));
    for line in lines {
        let Ok(host) = std::str::from_utf8(line) else {
            continue;
        };
        assert_eq!(set.covers_host(host), read.covers_host(host));
        assert_eq!(set.covers_link(host), read.covers_link(host));
    }
    for suffix in ["vn", "com.vn", "com", "gov.vn", "edu.vn"] {
        assert!(!set.covers_host(suffix), "{suffix} is covered");
    }
});
