use std::collections::BTreeSet;

use anlanh_soc::Value;
use anlanh_soc::blocking::Act;
use domain::base::iana::TsigRcode;
use domain::rdata::{Cname, Tsig};
use domain::tsig::{ClientSequence, ValidationError};

use super::*;
use crate::rules::Delta;

const KEYS: &str = "key \"k\" { algorithm hmac-sha512; secret \"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\"; };";
const NOW: u64 = 1_800_000_000;
const STRANGER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const FRIEND: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 9));

fn responder() -> Responder {
    let mut origin = Vec::new();
    push_target(b"rpz.test", &mut origin);
    let Value::Network(network) = Value::guess("198.51.100.0/24").unwrap() else {
        panic!("a network")
    };
    Responder {
        zones: vec![Arc::new(Apex {
            origin,
            ttl_seconds: 60,
            refresh_seconds: 30,
            is_marked: false,
        })],
        access: Access {
            keys: Keys::read(KEYS).unwrap(),
            networks: vec![network],
        },
    }
}

fn rules(names: &[String]) -> Arc<Rules> {
    let mut list = Blocklist::new();
    for name in names {
        list.add(name, &Act::NxDomain).unwrap();
    }
    Arc::new(Rules::of(&list, &Origin::parse("rpz.test").unwrap(), |_| {}))
}

fn names(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|at| format!("n{at}.evil.vn")).collect()
}

fn version(count: usize) -> Version {
    Version::first(Serial(10), rules(&names(0..count)))
}

/// A request, and what checks the answer when it is signed.
fn request(
    name: &str,
    kind: Rtype,
    from: Option<u32>,
    key: Option<&Key>,
    at: u64,
) -> (Vec<u8>, Option<ClientSequence<Key>>) {
    let name: Name<Vec<u8>> = name.parse().unwrap();
    let mut builder = MessageBuilder::new_vec().question();
    builder.header_mut().set_id(77);
    builder.push((name, kind, Class::IN)).unwrap();
    let mut builder = builder.authority();
    if let Some(from) = from {
        builder.push(Wire(&responder().zones[0].start(Serial(from)))).unwrap();
    }
    let mut builder = builder.additional();
    let now = Time48::from_u64(at);
    let sequence = key.map(|key| ClientSequence::request(Arc::clone(key), &mut builder, now).unwrap());
    (builder.finish(), sequence)
}

fn respond(version: &Version, request: &[u8], peer: IpAddr, transport: Transport) -> Vec<Message<Vec<u8>>> {
    let now = Time48::from_u64(NOW);
    let message = |bytes: Vec<u8>| {
        assert_eq!(bytes.len() - 2, usize::from(u16::from_be_bytes([bytes[0], bytes[1]])));
        Message::from_octets(bytes[2..].to_vec()).unwrap()
    };
    match responder()
        .respond(|_| Some(Arc::new(version.clone())), request, peer, transport, now)
        .unwrap()
    {
        Response::Nothing => vec![],
        Response::Message(bytes) => vec![message(bytes)],
        Response::Transfer(mut transfer) => std::iter::from_fn(|| transfer.next_message(now).unwrap())
            .map(message)
            .collect(),
    }
}

fn rcode(request: &[u8], peer: IpAddr, transport: Transport) -> Option<Rcode> {
    let messages = respond(&version(3), request, peer, transport);
    messages.first().map(|message| message.header().rcode())
}

/// The records of an answer, as text.
fn records(messages: &[Message<Vec<u8>>]) -> Vec<String> {
    let mut all = Vec::new();
    for message in messages {
        for record in message.answer().unwrap() {
            let record = record.unwrap();
            let owner = record.owner().to_string();
            all.push(if let Some(start) = record.to_record::<Soa<_>>().unwrap() {
                format!("{owner} SOA {}", start.data().serial())
            } else if let Some(led) = record.to_record::<Cname<_>>().unwrap() {
                format!("{owner} CNAME {}", led.data().cname())
            } else {
                format!("{owner} {}", record.rtype())
            });
        }
    }
    all
}

#[test]
fn a_zone_is_given_to_whoever_may_have_it() {
    let keys = Keys::read(KEYS).unwrap();
    let (unsigned, _) = request("rpz.test", Rtype::AXFR, None, None, NOW);
    let (signed, _) = request("RPZ.test", Rtype::AXFR, None, keys.first(), NOW);
    use Transport::{Connection, Datagram};
    assert_eq!(rcode(&unsigned, STRANGER, Connection), Some(Rcode::REFUSED));
    assert_eq!(rcode(&unsigned, FRIEND, Connection), Some(Rcode::NOERROR));
    assert_eq!(rcode(&signed, STRANGER, Connection), Some(Rcode::NOERROR));
    assert_eq!(rcode(&signed, STRANGER, Datagram), Some(Rcode::REFUSED));
    let mapped = "::ffff:198.51.100.9".parse().unwrap();
    assert_eq!(rcode(&unsigned, mapped, Connection), Some(Rcode::NOERROR));
    let started = respond(&version(1), &unsigned, FRIEND, Connection);
    assert_eq!(
        records(&started),
        [
            "rpz.test SOA 10",
            "rpz.test NS",
            "n0.evil.vn.rpz.test CNAME ",
            "*.n0.evil.vn.rpz.test CNAME ",
            "rpz.test SOA 10"
        ]
    );
    let none = responder().respond(|_| None, &unsigned, FRIEND, Connection, Time48::from_u64(NOW));
    let Response::Message(none) = none.unwrap() else {
        panic!("a message")
    };
    assert_eq!(
        Message::from_octets(none[2..].to_vec()).unwrap().header().rcode(),
        Rcode::SERVFAIL
    );
}

#[test]
fn everything_else_is_refused() {
    let check = |name: &str, kind: Rtype, expected: Rcode| {
        let (request, _) = request(name, kind, None, None, NOW);
        assert_eq!(
            rcode(&request, FRIEND, Transport::Connection),
            Some(expected),
            "{name} {kind}"
        );
    };
    check("rpz.test", Rtype::SOA, Rcode::NOERROR);
    check("rpz.test", Rtype::NS, Rcode::NOERROR);
    check("rpz.test", Rtype::ANY, Rcode::REFUSED);
    check("rpz.test", Rtype::A, Rcode::REFUSED);
    check("test", Rtype::AXFR, Rcode::REFUSED);
    check("evil.vn.rpz.test", Rtype::CNAME, Rcode::REFUSED);
    check(".", Rtype::NS, Rcode::REFUSED);
    // An IXFR that does not say from where.
    check("rpz.test", Rtype::IXFR, Rcode::FORMERR);
    let (mut notify, _) = request("rpz.test", Rtype::SOA, None, None, NOW);
    notify[2] = 0x20;
    assert_eq!(rcode(&notify, FRIEND, Transport::Datagram), Some(Rcode::REFUSED));
    let (mut answer, _) = request("rpz.test", Rtype::SOA, None, None, NOW);
    answer[2] |= 0x80;
    assert_eq!(
        rcode(&answer, FRIEND, Transport::Datagram),
        None,
        "what is no request is not answered"
    );
    assert_eq!(rcode(b"short", FRIEND, Transport::Datagram), None);
    let (mut none, _) = request("rpz.test", Rtype::SOA, None, None, NOW);
    none[5] = 0;
    none.truncate(12);
    assert_eq!(rcode(&none, FRIEND, Transport::Datagram), Some(Rcode::FORMERR));
}

#[test]
fn every_message_of_a_transfer_is_full_and_signed() {
    let keys = Keys::read(KEYS).unwrap();
    let (signed, sequence) = request("rpz.test", Rtype::AXFR, None, keys.first(), NOW);
    let mut sequence = sequence.unwrap();
    let mut messages = respond(&version(20_000), &signed, STRANGER, Transport::Connection);
    assert!(messages.len() > 10, "{}", messages.len());
    let (_, but_last) = messages.split_last().unwrap();
    for message in but_last {
        assert!(
            (65_400..=65_535).contains(&message.as_slice().len()),
            "{}",
            message.as_slice().len()
        );
    }
    for message in &mut messages {
        let last = message.additional().unwrap().last().unwrap().unwrap();
        assert_eq!(last.rtype(), Rtype::TSIG);
        sequence.answer(message, Time48::from_u64(NOW)).unwrap();
    }
    sequence.done().unwrap();
    let all: BTreeSet<String> = records(&messages).into_iter().collect();
    assert_eq!(all.len(), 40_002);
}

#[test]
fn a_wrong_signature_is_named() {
    let keys = Keys::read(KEYS).unwrap();
    let others = Keys::read(&KEYS.replace("q83v", "r83v")).unwrap();
    let strangers = Keys::read(&KEYS.replace("\"k\"", "\"other\"")).unwrap();
    let check = |keys: &Keys, at: u64, expected: TsigRcode| {
        let (request, sequence) = request("rpz.test", Rtype::AXFR, None, keys.first(), at);
        let mut messages = respond(&version(3), &request, FRIEND, Transport::Connection);
        let [message] = messages.as_mut_slice() else {
            panic!("one message")
        };
        assert_eq!(message.header().rcode(), Rcode::NOTAUTH);
        let tsig = message
            .additional()
            .unwrap()
            .limit_to::<Tsig<_, _>>()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(tsig.data().error(), expected);
        sequence.unwrap().answer(message, Time48::from_u64(at)).unwrap_err()
    };
    check(&strangers, NOW, TsigRcode::BADKEY);
    check(&others, NOW, TsigRcode::BADSIG);
    // An answer about the time is signed itself, so that nobody else can say it.
    let late = check(&keys, NOW - 301, TsigRcode::BADTIME);
    assert!(matches!(late, ValidationError::ServerBadTime { .. }), "{late:?}");
    let (in_time, _) = request("rpz.test", Rtype::SOA, None, keys.first(), NOW - 300);
    assert_eq!(rcode(&in_time, STRANGER, Transport::Datagram), Some(Rcode::NOERROR));
}

#[test]
fn changes_are_sent_as_one_and_everything_when_they_are_not_known() {
    let first = version(1_000);
    let steps = [names(1..1_000), names(2..1_001), names(0..1_001)];
    let mut last = first.clone();
    for (serial, step) in (11..).zip(steps) {
        let rules = rules(&step);
        let delta = Arc::new(Delta::between(&last.rules, &rules));
        last = last.next(Serial(serial), rules, delta);
    }
    let ask = |from: u32, transport: Transport| {
        let (request, _) = request("rpz.test", Rtype::IXFR, Some(from), None, NOW);
        records(&respond(&last, &request, FRIEND, transport))
    };
    use Transport::{Connection, Datagram};
    // n0 went and came again.
    assert_eq!(
        ask(10, Connection),
        [
            "rpz.test SOA 13",
            "rpz.test SOA 10",
            "rpz.test SOA 13",
            "n1000.evil.vn.rpz.test CNAME ",
            "*.n1000.evil.vn.rpz.test CNAME ",
            "rpz.test SOA 13"
        ]
    );
    assert_eq!(ask(12, Connection).len(), 4 + 4);
    assert_eq!(ask(13, Connection), ["rpz.test SOA 13"]);
    assert_eq!(
        ask(14, Connection),
        ["rpz.test SOA 13"],
        "whoever has a newer one is told which is there"
    );
    assert_eq!(
        ask(10, Datagram),
        ["rpz.test SOA 13"],
        "to be asked for again over a connection"
    );
    assert_eq!(ask(9, Connection).len(), 2 * 1_001 + 3);
}

#[test]
fn so_many_changes_are_kept_and_no_more() {
    use crate::limits::MAX_DELTAS;
    let mut last = version(100);
    let base: Vec<String> = names(0..100);
    for at in 0..MAX_DELTAS + 1 {
        let mut step = base.clone();
        step.push(format!("x{at}.vn"));
        let rules = rules(&step);
        let delta = Arc::new(Delta::between(&last.rules, &rules));
        last = last.next(last.serial.add(1), rules, delta);
    }
    assert!(last.since(Serial(10)).is_none());
    assert_eq!(last.since(Serial(11)).unwrap().len(), 2);
}

#[test]
fn changes_are_kept_while_they_are_no_longer_than_the_zone_and_a_message() {
    use crate::limits::MAX_MESSAGE_BYTES;
    let first = version(1);
    let rules = rules(&names(1..9_000));
    let delta = Delta::between(&first.rules, &rules);
    let room = rules.bytes() + MAX_MESSAGE_BYTES;
    let kept = |removed: usize| {
        // A change of another zone, to be of any length.
        let mut delta = delta.clone();
        while delta.bytes() < removed {
            delta.removed.push(crate::rules::Key::Name(b"v"), b"");
        }
        let next = first.next(Serial(11), Arc::clone(&rules), Arc::new(delta));
        next.since(Serial(10)).is_some()
    };
    assert!(kept(0) && kept(room - 3), "a rule of one letter has four bytes");
    assert!(!kept(room + 1));
}

#[test]
fn a_transfer_ends_with_the_version_it_began() {
    let (request, _) = request("rpz.test", Rtype::AXFR, None, None, NOW);
    let now = Time48::from_u64(NOW);
    let old = version(20_000);
    let response = responder().respond(
        |_| Some(Arc::new(old.clone())),
        &request,
        FRIEND,
        Transport::Connection,
        now,
    );
    let Response::Transfer(mut transfer) = response.unwrap() else {
        panic!("a transfer")
    };
    let mut messages = vec![transfer.next_message(now).unwrap().unwrap()];
    drop(old);
    while let Some(message) = transfer.next_message(now).unwrap() {
        messages.push(message);
    }
    let messages: Vec<_> = messages
        .into_iter()
        .map(|bytes| Message::from_octets(bytes[2..].to_vec()).unwrap())
        .collect();
    assert_eq!(records(&messages).len(), 40_003);
}
