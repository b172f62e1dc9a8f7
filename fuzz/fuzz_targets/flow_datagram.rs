//! Datagrams of flows, one behind another with their lengths before them: what they tell are events.
#![no_main]

use anlanh_sensor::Flows;
use anlanh_soc::{Format, Layout, Matcher, Scratch};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (mut flows, mut out, mut told, mut rest) = (Flows::default(), Vec::new(), 0, bytes);
    while let Some((len, after)) = rest.split_first() {
        let (datagram, after) = after.split_at(after.len().min(usize::from(*len)));
        told += flows.read([192, 0, 2, 1].into(), datagram, &mut out).flows;
        rest = after;
    }
    let lines = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let matcher = Matcher::new(Default::default());
    let layout = Layout::of(Format::Eve);
    let tally = matcher.scan(
        &mut Scratch::default(),
        &layout,
        (0..).zip(lines),
        |_| {},
        |bad| panic!("{bad:?}"),
    );
    assert_eq!(tally.events, told);
});
