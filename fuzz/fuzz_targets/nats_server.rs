//! What a NATS server says: whatever pieces it comes in, it is read alike.
#![no_main]

use anlanh_sensor::{NatsFrame, NatsReader};
use libfuzzer_sys::fuzz_target;

fn frames(bytes: &[u8], size: usize) -> (Vec<NatsFrame>, bool) {
    let (mut reader, mut frames) = (NatsReader::default(), Vec::new());
    for piece in bytes.chunks(size.max(1)) {
        reader.push(piece);
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_) => return (frames, true),
            }
        }
    }
    (frames, false)
}

fuzz_target!(|bytes: &[u8]| {
    let whole = frames(bytes, bytes.len());
    assert_eq!(frames(bytes, 1), whole);
    assert_eq!(frames(bytes, 7), whole);
});
