use std::net::Ipv4Addr;

use proptest::prelude::*;

use super::*;
use crate::limits::{MAX_TEMPLATE_FIELDS, MAX_TEMPLATES};

const EXPORTER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
/// 2026-11-28T10:33:53Z.
const NOW: u32 = 1_795_862_033;

fn be(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn be16(numbers: &[u16]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn set(id: u16, body: &[u8]) -> Vec<u8> {
    [be16(&[id, body.len() as u16 + 4]), body.to_vec()].concat()
}

fn nine(sets: &[Vec<u8>]) -> Vec<u8> {
    [be16(&[9, 1]), be(&[60_000, NOW, 1, 7]), sets.concat()].concat()
}

fn ten(sets: &[Vec<u8>]) -> Vec<u8> {
    let body = sets.concat();
    [be16(&[10, 16 + body.len() as u16]), be(&[NOW, 1, 7]), body].concat()
}

fn read(flows: &mut Flows, datagram: &[u8]) -> (String, FlowTally) {
    let mut out = Vec::new();
    let tally = flows.read(EXPORTER, datagram, &mut out);
    (String::from_utf8(out).unwrap(), tally)
}

const TOLD: FlowTally = FlowTally {
    flows: 1,
    untold: 0,
    bad: 0,
};

#[test]
fn version_five_is_read() {
    let record = [
        be(&[0x0a00_0007, 0xc633_6407, 0, 0, 3, 120, 59_000, 59_500]),
        be16(&[5_353, 443]),
        vec![0, 0x18, 6, 0],
        be(&[0, 0]),
    ]
    .concat();
    let datagram = [be16(&[5, 1]), be(&[60_000, NOW, 500_000_000, 1, 0]), record].concat();
    let (line, tally) = read(&mut Flows::default(), &datagram);
    assert_eq!(tally, TOLD);
    // A second before it was sent.
    assert_eq!(
        line,
        "{\"event_type\":\"flow\",\"timestamp\":\"1795862032500000\",\"src_ip\":\"10.0.0.7\",\"src_port\":5353,\
         \"dest_ip\":\"198.51.100.7\",\"dest_port\":443,\"proto\":\"TCP\",\"flow\":{\"bytes_toserver\":120,\
         \"pkts_toserver\":3}}\n"
    );
    let (_, tally) = read(&mut Flows::default(), &datagram[..70]);
    assert_eq!(tally.bad, 1);
}

#[test]
fn version_nine_is_read_by_its_templates() {
    let mut flows = Flows::default();
    let data = [
        be(&[0x0a00_0007, 0xc633_6407]),
        be16(&[5_353, 53]),
        vec![17],
        be(&[99, 1, 59_000]),
    ]
    .concat();
    let data = nine(&[set(256, &data)]);
    let (line, tally) = read(&mut flows, &data);
    assert_eq!((line.as_str(), tally.untold), ("", 1));
    let template = be16(&[256, 8, 8, 4, 12, 4, 7, 2, 11, 2, 4, 1, 1, 4, 2, 4, 22, 4]);
    assert_eq!(read(&mut flows, &nine(&[set(0, &template)])).1, FlowTally::default());
    let (line, tally) = read(&mut flows, &data);
    assert_eq!(tally, TOLD);
    assert!(
        line.contains("\"1795862032000000\"") && line.contains("\"proto\":\"UDP\""),
        "{line}"
    );
    // Another exporter's templates are its own.
    let mut out = Vec::new();
    let tally = flows.read("192.0.2.2".parse().unwrap(), &data, &mut out);
    assert_eq!(tally.untold, 1);
}

#[test]
fn ipfix_is_read_with_its_lengths_and_enterprises() {
    let mut flows = Flows::default();
    let fields = [
        be16(&[300, 6, 27, 16, 28, 16, 152, 8]),
        be16(&[0x8001, 0xffff]),
        be(&[12_345]),
        be16(&[7, 2, 11, 2]),
    ]
    .concat();
    let mut data: Vec<u8> = Vec::new();
    for (host, name) in [(1, "x".to_owned()), (2, "y".repeat(300))] {
        data.extend([be(&[0x2001_0db8, 0, 0, host]), be(&[0x2001_0db9, 0, 0, 1])].concat());
        data.extend((u64::from(NOW) * 1_000 + 7).to_be_bytes());
        match name.len() {
            len @ ..255 => data.push(len as u8),
            len => data.extend([vec![255], be16(&[len as u16])].concat()),
        }
        data.extend(name.bytes());
        data.extend(be16(&[5_353, 443]));
    }
    let options = be16(&[301, 1, 1, 143, 4]);
    let datagram = ten(&[set(2, &fields), set(3, &options), set(300, &data), set(301, &be(&[1]))]);
    let (lines, tally) = read(&mut flows, &datagram);
    assert_eq!(
        tally,
        FlowTally {
            flows: 2,
            ..FlowTally::default()
        }
    );
    assert!(
        lines.contains("\"src_ip\":\"2001:db8::2\"") && lines.contains("\"1795862033007000\""),
        "{lines}"
    );
    // A template is taken back.
    assert_eq!(
        read(&mut flows, &ten(&[set(2, &be16(&[300, 0])), set(300, &data)]))
            .1
            .untold,
        1
    );
}

#[test]
fn templates_and_their_fields_are_bounded() {
    let mut flows = Flows::default();
    let template = |id: u16, fields: usize| {
        let fields = be16(&[8, 4]).repeat(fields);
        nine(&[set(0, &[be16(&[id, (fields.len() / 4) as u16]), fields].concat())])
    };
    for n in 0..=MAX_TEMPLATES as u32 {
        let exporter = IpAddr::V4(Ipv4Addr::from_bits(n));
        flows.read(exporter, &template(256, 1), &mut Vec::new());
        // The first is in use.
        let first = IpAddr::V4(Ipv4Addr::from_bits(0));
        assert_eq!(
            flows.read(first, &nine(&[set(256, &be(&[0x0a00_0001]))]), &mut Vec::new()),
            TOLD
        );
    }
    assert_eq!(flows.templates.len(), MAX_TEMPLATES);
    let mut flows = Flows::default();
    read(&mut flows, &template(256, MAX_TEMPLATE_FIELDS));
    read(&mut flows, &template(257, MAX_TEMPLATE_FIELDS + 1));
    assert_eq!(flows.templates.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Lines are lines of JSON whatever comes.
    #[test]
    fn nothing_makes_it_panic(version in prop_oneof![Just(5_u16), Just(9), Just(10)], body in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut flows = Flows::default();
        read(&mut flows, &nine(&[set(0, &be16(&[256, 2, 8, 4, 1, 4]))]));
        let (lines, _) = read(&mut flows, &[be16(&[version]), body].concat());
        for line in lines.lines() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(line).is_ok());
        }
    }
}
