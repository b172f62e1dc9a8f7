use proptest::prelude::*;

use super::*;
use crate::limits::{MAX_ANSWERS, MAX_FRAME_BYTES};

fn field(number: u64, kind: u64, bytes: &[u8]) -> Vec<u8> {
    let tag = number << 3 | kind;
    let mut field = vec![tag as u8];
    if kind == 2 {
        assert!(bytes.len() < 16_384);
        field.extend([bytes.len() as u8 & 0x7f | 0x80, (bytes.len() >> 7) as u8]);
    }
    field.extend(bytes);
    field
}

fn name(text: &str) -> Vec<u8> {
    let mut name = Vec::new();
    for label in text.split('.') {
        name.push(label.len() as u8);
        name.extend(label.bytes());
    }
    name.push(0);
    name
}

/// An answer in which the name of a record is a pointer to the question.
fn packet(answers: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let mut packet = vec![0, 1, 0x81, 0x80, 0, 1];
    packet.extend((answers.len() as u16).to_be_bytes());
    packet.extend([0, 0, 0, 0]);
    packet.extend(name("www.Evil.example"));
    packet.extend([0, 1, 0, 1]);
    for (kind, data) in answers {
        packet.extend([0xc0, 12]);
        packet.extend(kind.to_be_bytes());
        packet.extend([0, 1, 0, 0, 0, 60]);
        packet.extend((data.len() as u16).to_be_bytes());
        packet.extend(data);
    }
    packet
}

fn frame(packet: &[u8]) -> Vec<u8> {
    let message = [
        field(1, 0, &[6]),
        field(4, 2, &[10, 0, 0, 7]),
        field(5, 2, &[192, 0, 2, 53]),
        field(6, 0, &[0xe9, 0x29]),
        field(7, 0, &[53]),
        // 1795862033
        field(8, 0, &[0x91, 0xdc, 0xaa, 0xd8, 0x06]),
        field(9, 5, &500_000_000_u32.to_le_bytes()),
        field(14, 2, packet),
    ];
    [field(1, 2, b"ns1"), field(15, 0, &[1]), field(14, 2, &message.concat())].concat()
}

#[test]
fn who_asked_for_what_and_what_was_answered_is_told() {
    let cname = [name("cdn.example")].concat();
    let answers = [
        (5, cname),
        (1, vec![198, 51, 100, 7]),
        (16, b"text".to_vec()),
        (28, vec![0x20; 16]),
    ];
    let mut out = Vec::new();
    assert!(read_dnstap(&frame(&packet(&answers)), &mut out));
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"event_type\":\"dns\",\"timestamp\":\"1795862033500000\",\"src_ip\":\"10.0.0.7\",\"src_port\":5353,\
         \"dest_ip\":\"192.0.2.53\",\"dest_port\":53,\"dns\":{\"rrname\":\"www.Evil.example\",\"answers\":[\
         {\"rdata\":\"cdn.example\"},{\"rdata\":\"198.51.100.7\"},\
         {\"rdata\":\"2020:2020:2020:2020:2020:2020:2020:2020\"}]}}\n"
    );
    let many: Vec<_> = (0..=MAX_ANSWERS as u8).map(|n| (1, vec![192, 0, 2, n])).collect();
    let mut out = Vec::new();
    assert!(read_dnstap(&frame(&packet(&many)), &mut out));
    let line = String::from_utf8(out).unwrap();
    assert_eq!(line.matches("rdata").count(), MAX_ANSWERS);
    assert!(!read_dnstap(b"\x0a\xff", &mut Vec::new()));
    // A pointer to itself ends.
    let mut looping = packet(&[]);
    looping.splice(12.., [0xc0, 12]);
    assert!(!read_dnstap(&frame(&looping), &mut Vec::new()));
}

fn control(kind: u32, content_type: Option<&[u8]>) -> Vec<u8> {
    let mut frame = kind.to_be_bytes().to_vec();
    if let Some(content_type) = content_type {
        frame.extend(1_u32.to_be_bytes());
        frame.extend((content_type.len() as u32).to_be_bytes());
        frame.extend(content_type);
    }
    [&[0; 4][..], &(frame.len() as u32).to_be_bytes(), &frame].concat()
}

#[test]
fn hands_are_shaken_and_frames_are_told_apart() {
    let dnstap: Option<&[u8]> = Some(b"protobuf:dnstap.Dnstap");
    let data = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat();
    let bytes = [
        control(4, dnstap),
        control(2, dnstap),
        data(b"a"),
        data(b"bc"),
        control(3, None),
    ]
    .concat();
    for size in [1, 7, bytes.len()] {
        let (mut stream, mut reply, mut frames) = (FrameStream::default(), Vec::new(), Vec::new());
        for piece in bytes.chunks(size) {
            stream.push(piece, &mut reply, |frame| frames.push(frame.to_vec()));
        }
        assert_eq!(frames, [b"a".to_vec(), b"bc".to_vec()]);
        assert_eq!(reply, [control(1, dnstap), control(5, None)].concat());
        assert!(stream.is_over() && !stream.is_broken());
    }
    let is_broken = |bytes: &[u8]| {
        let mut stream = FrameStream::default();
        stream.push(bytes, &mut Vec::new(), |_| {});
        stream.is_broken()
    };
    assert!(is_broken(&control(4, Some(b"protobuf:other"))));
    assert!(!is_broken(&(MAX_FRAME_BYTES as u32).to_be_bytes()));
    assert!(is_broken(&(MAX_FRAME_BYTES as u32 + 1).to_be_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_panic(mut packet in proptest::collection::vec(any::<u8>(), 12..200), frame_bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        packet[4..8].copy_from_slice(&[0, 1, 0, 2]);
        let mut out = Vec::new();
        read_dnstap(&frame(&packet), &mut out);
        read_dnstap(&frame_bytes, &mut out);
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            prop_assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
        FrameStream::default().push(&frame_bytes, &mut Vec::new(), |_| {});
    }
}
