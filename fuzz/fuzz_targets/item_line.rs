//! NDJSON: a line parses or has a fault; however a stream is cut into pieces, every line has exactly one answer, and the
//! answers are the same.
#![no_main]

use anlanh_api::{ItemIn, Judge, Language, LineCutter, LineFormat, Stamp, Tally};
use anlanh_fuzz::SCREENER;
use anlanh_screen::Scratch;
use libfuzzer_sys::fuzz_target;

fn judge(stream: &[u8], piece: usize) -> Vec<u8> {
    let stamp = Stamp::new(SCREENER.pack());
    let judge = Judge::new(&SCREENER, &stamp, LineFormat::Json, Language::Vi);
    let (mut cutter, mut scratch) = (LineCutter::new(), Scratch::default());
    let (mut answers, mut tally) = (Vec::new(), Tally::default());
    for mut bytes in stream.chunks(piece) {
        while !bytes.is_empty() {
            if let Some(chunk) = cutter.push(&mut bytes) {
                judge.judge_chunk(&mut scratch, &chunk, &mut answers, &mut tally);
            }
        }
    }
    if let Some(chunk) = cutter.finish() {
        judge.judge_chunk(&mut scratch, &chunk, &mut answers, &mut tally);
    }
    assert_eq!(tally.panics, 0);
    answers
}

fuzz_target!(|stream: &[u8]| {
    if let Ok(item) = ItemIn::parse(stream) {
        let _ = item.as_item();
    }
    let answers = judge(stream, usize::MAX);
    assert_eq!(answers, judge(stream, 7));
    let stream = stream.strip_prefix("\u{feff}".as_bytes()).unwrap_or(stream);
    let asked = stream
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.trim_ascii().is_empty());
    assert_eq!(answers.iter().filter(|byte| **byte == b'\n').count(), asked.count());
});
