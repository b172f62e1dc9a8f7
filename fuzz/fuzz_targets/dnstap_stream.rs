//! A DNS tap: a stream of frames, and a frame by itself; what they tell are events.
#![no_main]

use anlanh_sensor::{FrameStream, read_dnstap};
use anlanh_soc::{Format, Layout, Matcher, Scratch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut out = Vec::new();
    read_dnstap(bytes, &mut out);
    let (mut stream, mut reply) = (FrameStream::default(), Vec::new());
    for piece in bytes.chunks(11) {
        stream.push(piece, &mut reply, |frame| {
            read_dnstap(frame, &mut out);
        });
    }
    let lines = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let (matcher, layout) = (Matcher::new(Default::default()), Layout::of(Format::Eve));
    matcher.scan(
        &mut Scratch::default(),
        &layout,
        (0..).zip(lines),
        |_| {},
        |bad| panic!("{bad:?}"),
    );
});
