//! Bytes of a connection: whatever pieces they come in, the messages are the same, and what they carry is one line.
#![no_main]

use anlanh_sensor::{Framer, Framing, unwrap_syslog};
use libfuzzer_sys::fuzz_target;

fn messages(framing: Framing, bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    let (mut framer, mut messages) = (Framer::new(framing), Vec::new());
    for piece in bytes.chunks(size.max(1)) {
        framer.push(piece, |message| messages.push(message.to_vec()));
    }
    framer.finish(|message| messages.push(message.to_vec()));
    messages
}

fuzz_target!(|bytes: &[u8]| {
    for framing in [Framing::Lines, Framing::Counted] {
        let whole = messages(framing, bytes, bytes.len());
        assert_eq!(messages(framing, bytes, 7), whole);
        let mut line = Vec::new();
        for message in whole {
            unwrap_syslog(&message, &mut line);
            assert!(!line.contains(&b'\n'));
        }
    }
});
