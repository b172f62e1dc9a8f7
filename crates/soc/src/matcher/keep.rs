//! What is kept of an event, so that an indicator that comes later finds it.
//!
//! Not the line: the values in it that may be indicators, by kind, each once, as one JSON object ([`FieldMap::kept`] reads
//! it). No content of communications is among them, nor what tells of a person more than is needed: an address in the
//! operator's own networks is a subscriber's and becomes a token of the day ([`Tokens`]), what stands behind the `?` of a URL
//! is cut off, and e-mail addresses are left out. The tokens of the two ends of an event stand apart from those that it merely
//! names, so that a hunt says of whom an event is as surely as who saw it come.
//!
//! The *keys* of an event are hashes of its values and of what an indicator may name instead: each name above a name, and
//! of an address the networks around it that hunts go by. They are the same in every version and on every machine, since
//! they are written to disk.

use std::hash::Hasher as _;
use std::net::IpAddr;
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use super::token::{Day, Tokens};
use super::{BadLine, Batch, Matcher, Read, Scratch};
use crate::event::{Clocked, End, EventTime, Layout, settle};
use crate::index::Index;
use crate::limits::MAX_HUNTED;
use crate::value::{Kind, Network, bits_of, parse_address};

/// Prefixes of the networks that an address is found by, the smallest first.
const PREFIXES_V4: [u8; 2] = [24, 16];
const PREFIXES_V6: [u8; 3] = [64, 48, 32];
/// How many networks that are kept apart a wider one may have in it.
const MOST_WITHIN: u32 = 256;
/// Names of what an event has, by kind. Subscribers' tokens have two of their own, which no map reads: of its ends, the source
/// before the destination, and of whom else it names.
const SUBSCRIBER: &str = "subscriber";
const NAMED: &str = "named";

/// Makes of event lines what is kept of them.
pub struct Keeper {
    subscribers: Vec<Network>,
    tokens: Tokens,
    arrival: Arrival,
}

/// When lines came, and how the clock of who sent them stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Arrival {
    /// When they came, in microseconds since 1970.
    pub at: i64,
    /// How far the clock of what names no zone is ahead of UTC.
    pub utc_offset_seconds: i32,
}

/// What is kept of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept<'k> {
    /// The number of its line.
    pub line: u64,
    /// When it happened, in microseconds since 1970: what it tells where that can be right, and its arrival where not. Its
    /// tokens are of this day.
    pub at: i64,
    /// Which of both it is.
    pub clocked: Clocked,
    /// When it says that it happened.
    pub told: Option<EventTime>,
    /// What is kept of it.
    pub payload: &'k [u8],
    /// The keys that it is found by; each once.
    pub keys: &'k [u64],
}

/// Why nobody can hunt for what a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unhuntable {
    /// E-mail addresses are not kept.
    #[error("e-mail addresses are not kept")]
    Email,
    /// Of URLs nothing is kept from the `?` on.
    #[error("nothing is kept of a URL from its question mark on")]
    Query,
    /// The network is too wide.
    #[error("network is wider than /8, or /24 of IPv6")]
    Network,
    /// A pattern asks for more than values.
    #[error("pattern asks for more than single values")]
    Pattern,
    /// More than [`MAX_HUNTED`] keys.
    #[error("more than {MAX_HUNTED} indicators")]
    TooMany,
}

/// Why a token names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTurned {
    /// It is from before tokens could be turned back.
    #[error("token is from before tokens could be turned back")]
    Old,
    /// It was made with another secret, or stands for an address that is in none of the networks named now.
    #[error("token was made with another secret, or for none of the networks")]
    Lost,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keeper")
    }
}

impl Keeper {
    /// With the networks of the subscribers, the tokens that stand for them, and when lines come.
    #[must_use]
    pub const fn new(subscribers: Vec<Network>, tokens: Tokens, arrival: Arrival) -> Self {
        Self {
            subscribers,
            tokens,
            arrival,
        }
    }

    /// Gives what is kept of each line, in order; lines without a value that is kept give nothing.
    pub fn keep<'l>(
        &self,
        scratch: &mut Scratch,
        layout: &Layout,
        lines: impl Iterator<Item = (u64, &'l [u8])>,
        take: impl FnMut(Kept<'_>),
        on_bad: impl FnMut(BadLine),
    ) {
        let nothing = Matcher::new(Arc::default());
        nothing.scan_and_keep(self, scratch, layout, lines, |_| {}, take, on_bad);
    }

    fn write(&self, batch: &Batch, from: usize, (layout, day): (&Layout, &Day), writing: &mut Writing) {
        let Writing { payload, keys, .. } = writing;
        let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
        let mut ends: Vec<(End, String)> = Vec::new();
        for seen in batch.seen.get(from..).unwrap_or_default() {
            let text = batch.text.get(seen.text.start as usize..seen.text.end as usize);
            let text = text.unwrap_or_default();
            let (name, value) = match seen.kind {
                Kind::Email => continue,
                Kind::Address => match parse_address(text) {
                    Some(address) if self.is_of_subscriber(address) => {
                        let token = day.token(address);
                        if let Some(end) = layout.end_of(seen.field) {
                            ends.push((end, token));
                            continue;
                        }
                        (NAMED, token)
                    }
                    Some(address) => {
                        push_address(address, keys);
                        (seen.kind.key(), text.to_owned())
                    }
                    None => continue,
                },
                Kind::Url => {
                    let text = text.split('?').next().unwrap_or(text);
                    keys.push(key_of(seen.kind, text.as_bytes()));
                    (seen.kind.key(), text.to_owned())
                }
                Kind::Domain => {
                    push_names(text, keys);
                    (seen.kind.key(), text.to_owned())
                }
                Kind::Hash | Kind::Ja3 | Kind::Ja4 => {
                    keys.push(key_of(seen.kind, text.as_bytes()));
                    (seen.kind.key(), text.to_owned())
                }
            };
            add(&mut groups, name, value);
        }
        ends.sort_by_key(|(end, _)| *end);
        for (_, token) in ends {
            add(&mut groups, SUBSCRIBER, token);
        }
        if groups.is_empty() {
            return;
        }
        let object: serde_json::Map<String, serde_json::Value> = groups
            .into_iter()
            .map(|(name, values)| (name.to_owned(), values.into()))
            .collect();
        // Writing texts to memory does not fail.
        drop(serde_json::to_writer(payload, &object));
    }

    /// Whether an address is in the networks of the subscribers.
    #[must_use]
    pub fn is_of_subscriber(&self, address: IpAddr) -> bool {
        let (bits, width) = bits_of(address);
        self.subscribers.iter().any(|network| {
            let (first, last) = network.range();
            bits_of(network.first()).1 == width && (first..=last).contains(&bits)
        })
    }

    /// The address that a token of an event of this moment (microseconds since 1970) stands for, where it is one of a subscriber.
    ///
    /// # Errors
    /// When the token was made with another secret, before tokens could be turned back, or for who is no subscriber any more.
    pub fn turn_back(&self, token: &str, at: i64) -> Result<IpAddr, NotTurned> {
        let address = self.tokens.of_moment(at).turn_back(token).ok_or(NotTurned::Old)?;
        let is_known = self.is_of_subscriber(address);
        is_known.then_some(address).ok_or(NotTurned::Lost)
    }
}

/// Adds a value to those of its name, once.
fn add<'n>(groups: &mut Vec<(&'n str, Vec<String>)>, name: &'n str, value: String) {
    match groups.iter_mut().find(|(other, _)| *other == name) {
        Some((_, values)) if values.contains(&value) => {}
        Some((_, values)) => values.push(value),
        None => groups.push((name, vec![value])),
    }
}

/// Memory for what is kept of one line.
#[derive(Default)]
pub(super) struct Writing {
    payload: Vec<u8>,
    keys: Vec<u64>,
    /// The day of the line before.
    day: Option<Day>,
}

impl Writing {
    /// Gives what is kept of the line that was read last, if there is anything.
    pub(super) fn take(
        &mut self,
        (keeper, layout): (&Keeper, &Layout),
        batch: &Batch,
        read: &Read,
        take: &mut dyn FnMut(Kept<'_>),
    ) {
        let Arrival { at, utc_offset_seconds } = keeper.arrival;
        let (at, clocked) = settle(read.at, utc_offset_seconds, at);
        let day = match self.day.take() {
            Some(day) if day.has(at) => day,
            Some(_) | None => keeper.tokens.of_moment(at),
        };
        self.payload.clear();
        self.keys.clear();
        keeper.write(batch, read.from, (layout, &day), self);
        self.day = Some(day);
        if self.payload.is_empty() {
            return;
        }
        self.keys.sort_unstable();
        self.keys.dedup();
        take(Kept {
            line: read.line,
            at,
            clocked,
            told: read.at,
            payload: &self.payload,
            keys: &self.keys,
        });
    }
}

/// What a hunt looks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The keys of which an event that is found has one at the least.
    pub keys: Vec<u64>,
    /// What cannot be hunted for, as people write it.
    pub left_out: Vec<(String, Unhuntable)>,
}

impl Wanted {
    /// Everything that an index lists.
    ///
    /// # Errors
    /// When it is too much.
    pub fn of(index: &Index) -> Result<Self, Unhuntable> {
        let mut wanted = Self::default();
        let patterns = index.patterns().ids();
        wanted.left_out = patterns.map(|id| (id.to_owned(), Unhuntable::Pattern)).collect();
        for (kind, value, text) in index.listed() {
            let found = match kind {
                Kind::Email => Err(Unhuntable::Email),
                Kind::Url if value.contains(&b'?') => Err(Unhuntable::Query),
                Kind::Address => push_listed_address(value, &mut wanted.keys),
                Kind::Domain | Kind::Url | Kind::Hash | Kind::Ja3 | Kind::Ja4 => {
                    wanted.keys.push(key_of(kind, value));
                    Ok(())
                }
            };
            if let Err(why) = found {
                wanted.left_out.push((text, why));
            }
            if wanted.keys.len() > MAX_HUNTED {
                return Err(Unhuntable::TooMany);
            }
        }
        Ok(wanted)
    }
}

/// A name and every one above it that may be listed.
fn push_names(name: &str, keys: &mut Vec<u64>) {
    let mut rest = name;
    while rest.contains('.') {
        keys.push(key_of(Kind::Domain, rest.as_bytes()));
        rest = rest.split_once('.').map_or("", |(_, above)| above);
    }
}

/// An address and the networks around it.
fn push_address(address: IpAddr, keys: &mut Vec<u64>) {
    let (bits, width) = bits_of(address);
    keys.push(network_key(bits, width, width));
    let prefixes: &[u8] = if width == 32 { &PREFIXES_V4 } else { &PREFIXES_V6 };
    keys.extend(prefixes.iter().map(|prefix| network_key(bits, width, *prefix)));
}

/// An address or a network, as an index has it: its octets, and behind them the prefix of a network.
fn push_listed_address(value: &[u8], keys: &mut Vec<u64>) -> Result<(), Unhuntable> {
    let (octets, prefix): (&[u8], _) = match value {
        [octets @ .., prefix] if matches!(octets.len(), 4 | 16) => (octets, *prefix),
        octets => (octets, octets.len() as u8 * 8),
    };
    let width = octets.len() as u8 * 8;
    let bits = octets.iter().fold(0_u128, |bits, octet| bits << 8 | u128::from(*octet));
    let prefixes: &[u8] = if width == 32 { &PREFIXES_V4 } else { &PREFIXES_V6 };
    // The narrowest that is kept and is not narrower than this one; the widest where all of them are.
    let kept = [width].iter().chain(prefixes).copied().find(|kept| *kept <= prefix);
    let widest = prefixes.last().copied().unwrap_or(width);
    let (kept, within) = match kept {
        Some(kept) => (kept, 1),
        None => (
            widest,
            1_u32.checked_shl(u32::from(widest - prefix)).unwrap_or(u32::MAX),
        ),
    };
    if within > MOST_WITHIN {
        return Err(Unhuntable::Network);
    }
    let step = 1_u128 << (width - kept);
    keys.extend((0..u128::from(within)).map(|nth| network_key(bits + nth * step, width, kept)));
    Ok(())
}

fn network_key(bits: u128, width: u8, prefix: u8) -> u64 {
    let first = match width - prefix {
        0 => bits,
        hosts => bits >> hosts << hosts,
    };
    let mut value = first.to_be_bytes().to_vec();
    value.extend([width, prefix]);
    key_of(Kind::Address, &value)
}

/// The key of a value: SipHash-1-3 with no secret, since it is to be the same everywhere.
fn key_of(kind: Kind, value: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(kind.key().as_bytes());
    hasher.write(&[0]);
    hasher.write(value);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, FieldMap, Format, Hit, Matcher, add_line};

    fn network(text: &str) -> Network {
        let (first, prefix) = text.split_once('/').unwrap();
        Network::new(first.parse().unwrap(), prefix.parse().unwrap()).unwrap()
    }

    fn index(lines: &str) -> Index {
        let mut builder = Builder::new();
        let source = builder.source("list").unwrap();
        for line in lines.lines() {
            add_line(&mut builder, source, line.as_bytes()).unwrap();
        }
        builder.build()
    }

    const DAY: i64 = 86_400_000_000;

    fn keeper(secret: u8, day: i64) -> Keeper {
        let networks = vec![network("10.0.0.0/8"), network("2001:db8::/32")];
        let arrival = Arrival {
            at: day * DAY,
            utc_offset_seconds: 0,
        };
        Keeper::new(networks, Tokens::new([secret; 32]), arrival)
    }

    /// What is kept of events of Suricata.
    fn keep(events: &[&str], day: i64) -> Vec<(String, Vec<u64>)> {
        let keeper = keeper(7, day);
        let lines = (1..).zip(events.iter().map(|event| event.as_bytes()));
        let mut kept = Vec::new();
        let take = |it: Kept<'_>| kept.push((String::from_utf8(it.payload.to_vec()).unwrap(), it.keys.to_vec()));
        let layout = Layout::of(Format::Eve);
        keeper.keep(&mut Scratch::default(), &layout, lines, take, |bad| panic!("{bad:?}"));
        kept
    }

    #[test]
    fn values_are_kept_by_kind_and_subscribers_as_tokens() {
        let event = r#"{"src_ip":"10.1.2.3","dest_ip":"198.51.100.7","http":{"hostname":"www.Evil.example","url":"/a?user=an","http_refer":"http://x.example/"},"email":{"from":"an@example.vn"},"alert":{"signature":"text"},"payload":"c2VjcmV0"}"#;
        let [(payload, _)] = keep(&[event], 1).try_into().unwrap();
        let token = payload[payload.find("subscriber").unwrap() + 14..][..32].to_owned();
        assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{payload}");
        let expected = format!(
            r#"{{"address":["198.51.100.7"],"domain":["www.evil.example"],"subscriber":["{token}"],"url":["x.example/","www.evil.example/a"]}}"#
        );
        assert_eq!(payload, expected);
        let other = keep(
            &[
                r#"{"src_ip":"10.1.2.3"}"#,
                r#"{"src_ip":"10.1.2.4"}"#,
                r#"{"src_ip":"2001:db8::1"}"#,
            ],
            1,
        );
        assert!(other[0].0.contains(&token));
        assert!(other[1].0.contains("subscriber") && !other[1].0.contains(&token) && !other[1].0.contains("10.1"));
        assert!(other[2].0.contains("subscriber") && !other[2].0.contains("2001"));
        // No key tells whose an event is, and another day's token is another.
        assert!(other[0].1.is_empty());
        assert!(!keep(&[r#"{"src_ip":"10.1.2.3"}"#], 2)[0].0.contains(&token));
        assert_eq!(keep(&[r#"{"alert":{"signature":"text"}}"#], 1), []);
    }

    /// The tokens of an event, by their name.
    fn tokens(payload: &str, name: &str) -> Vec<String> {
        let event: serde_json::Value = serde_json::from_str(payload).unwrap();
        let tokens = event[name].as_array().into_iter().flatten();
        tokens.map(|token| token.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_token_is_of_the_day_of_its_event_and_turned_back_by_whoever_has_the_secret() {
        let events = [
            r#"{"timestamp":"1970-03-01T23:59:59Z","src_ip":"10.1.2.3"}"#,
            r#"{"timestamp":"1970-03-02T00:00:00Z","src_ip":"10.1.2.3"}"#,
            r#"{"timestamp":"1970-03-01T00:00:00Z","src_ip":"2001:db8::9"}"#,
            r#"{"timestamp":"1970-03-01T12:00:00Z","src_ip":"10.1.2.3"}"#,
        ];
        // They came in the same moment, days later.
        let kept = keep(&events, 70);
        let tokens: Vec<String> = kept
            .iter()
            .flat_map(|(payload, _)| tokens(payload, "subscriber"))
            .collect();
        let [first, next, six, again] = tokens.try_into().unwrap();
        assert_ne!(first, next);
        assert_eq!(first, again);
        // 1 March 1970 is day 59, and who turns a token back later asks by the moment of the event.
        let (at, later) = (60 * DAY - 1, keeper(7, 300));
        assert_eq!(later.turn_back(&first, at), Ok([10, 1, 2, 3].into()));
        assert_eq!(later.turn_back(&next, at + 1), Ok([10, 1, 2, 3].into()));
        assert_eq!(later.turn_back(&six, at), Ok("2001:db8::9".parse().unwrap()));
        assert_eq!(later.turn_back(&first, at + 1), Err(NotTurned::Lost));
        assert_eq!(later.turn_back(&first[..24], at), Err(NotTurned::Old));
        // With another secret, as after the file of it was deleted, nobody is named.
        assert_eq!(keeper(8, 300).turn_back(&first, at), Err(NotTurned::Lost));
        assert_eq!(keeper(8, 300).turn_back(&six, at), Err(NotTurned::Lost));
    }

    #[test]
    fn ends_stand_apart_from_whom_an_event_names() {
        let check = |format: Format, line: &str, (ends, named): (&[&str], &[&str])| {
            let keeper = keeper(7, 1);
            let mut found = None;
            let take = |it: Kept<'_>| found = Some((String::from_utf8(it.payload.to_vec()).unwrap(), it.at));
            let lines = [(1, line.as_bytes())].into_iter();
            keeper.keep(&mut Scratch::default(), &Layout::of(format), lines, take, |bad| {
                panic!("{bad:?}")
            });
            let (payload, at) = found.unwrap();
            let turned = |name: &str| -> Vec<String> {
                let turn = |token: &String| keeper.turn_back(token, at).unwrap().to_string();
                tokens(&payload, name).iter().map(turn).collect()
            };
            assert_eq!(
                (turned("subscriber"), turned("named")),
                (owned(ends), owned(named)),
                "{line}"
            );
        };
        let owned_by_both = r#"{"dest_ip":"10.0.0.2","dns":{"answers":[{"rdata":"10.0.0.9"}]},"src_ip":"10.0.0.1"}"#;
        check(Format::Eve, owned_by_both, (&["10.0.0.1", "10.0.0.2"], &["10.0.0.9"]));
        let asked_by_others =
            r#"{"src_ip":"192.0.2.1","dest_ip":"192.0.2.53","dns":{"answers":[{"rdata":"10.0.0.9"}]}}"#;
        check(Format::Eve, asked_by_others, (&[], &["10.0.0.9"]));
        let zeek = r#"{"id.resp_h":"10.0.0.2","id.orig_h":"10.0.0.1","query":"a.example","answers":["10.0.0.9"]}"#;
        check(Format::Zeek, zeek, (&["10.0.0.1", "10.0.0.2"], &["10.0.0.9"]));
        let bind = "client @0x7f1 10.0.0.1#5353 (a.example): query: a.example IN A + (192.0.2.53)";
        check(Format::Bind, bind, (&["10.0.0.1"], &[]));
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_is_listed_is_found_by_a_key_and_matched_in_what_is_kept() {
        let events = [
            r#"{"src_ip":"203.0.113.9","dns":{"rrname":"a.b.evil.example"}}"#,
            r#"{"src_ip":"203.0.113.9","dest_ip":"2001:db9:1:2::3"}"#,
            r#"{"http":{"hostname":"shop.example","url":"/pay?x=1"}}"#,
            r#"{"fileinfo":{"md5":"9E107D9D372BB6826BD81D3542A419D6"}}"#,
        ];
        let kept = keep(&events, 1);
        assert_eq!(kept.len(), events.len());
        for (listed, found) in [
            ("evil.example", vec![0]),
            ("b.evil.example", vec![0]),
            ("evil.test", vec![]),
            ("203.0.113.9", vec![0, 1]),
            ("203.0.113.8/29", vec![0, 1]),
            ("203.0.113.0/24", vec![0, 1]),
            ("203.0.96.0/19", vec![0, 1]),
            ("203.0.0.0/9", vec![0, 1]),
            ("203.0.0.0/8", vec![0, 1]),
            ("203.0.112.0/24", vec![]),
            ("203.0.113.0/29", vec![]),
            ("2001:db9:1:2::3", vec![1]),
            ("2001:db9:1:2::/64", vec![1]),
            ("2001:db9::/40", vec![1]),
            ("2001:d00::/24", vec![1]),
            ("http://shop.example/pay", vec![2]),
            ("9e107d9d372bb6826bd81d3542a419d6", vec![3]),
        ] {
            let index = index(listed);
            let Wanted { keys, left_out } = Wanted::of(&index).unwrap();
            assert_eq!(left_out, [], "{listed}");
            let candidates = (0..)
                .zip(&kept)
                .filter(|(_, (_, of))| keys.iter().any(|key| of.contains(key)));
            let layout = Layout::json(FieldMap::kept());
            let lines: Vec<(u64, &[u8])> = candidates.map(|(at, (payload, _))| (at, payload.as_bytes())).collect();
            let mut hits = Vec::new();
            let on_hit = |hit: Hit<'_>| hits.push(hit.line);
            Matcher::new(Arc::new(index)).scan(&mut Scratch::default(), &layout, lines.into_iter(), on_hit, |bad| {
                panic!("{bad:?}")
            });
            assert_eq!(hits, found, "{listed}");
        }
    }

    #[test]
    fn what_is_not_kept_cannot_be_hunted_for() {
        let Wanted { keys, left_out } =
            Wanted::of(&index("an@example.vn\nhttp://a.example/x?y\n202.0.0.0/7\n2000::/23")).unwrap();
        assert!(keys.is_empty());
        let why: Vec<Unhuntable> = left_out.iter().map(|(_, why)| *why).collect();
        assert_eq!(
            why,
            [
                Unhuntable::Email,
                Unhuntable::Query,
                Unhuntable::Network,
                Unhuntable::Network
            ]
        );
    }

    #[test]
    fn so_many_are_hunted_for_at_once() {
        let names = |count: usize| (0..count).map(|n| format!("a{n}.example\n")).collect::<String>();
        assert_eq!(Wanted::of(&index(&names(MAX_HUNTED))).unwrap().keys.len(), MAX_HUNTED);
        assert_eq!(Wanted::of(&index(&names(MAX_HUNTED + 1))), Err(Unhuntable::TooMany));
    }

    #[test]
    fn every_form_tells_when_it_happened() {
        let check = |format: Format, lines: &str, expected: EventTime| {
            let mut recogniser = crate::Recogniser::new(Some(Layout::of(format)));
            let mut stretches = recogniser.advance(lines.as_bytes()).unwrap();
            let (from, layout) = stretches.pop().unwrap();
            let keeper = keeper(7, 1);
            let mut times = Vec::new();
            let lines = lines[from..].lines().filter(|line| !line.is_empty()).map(str::as_bytes);
            let take = |kept: Kept<'_>| times.push(kept.told);
            keeper.keep(&mut Scratch::default(), &layout, (0..).zip(lines), take, |bad| {
                panic!("{bad:?}")
            });
            assert_eq!(times, [Some(expected)], "{format:?}");
        };
        let (at, local) = (1_795_862_033_000_000, EventTime::Local(1_795_862_033_120_000));
        let eve = r#"{"timestamp":"2026-11-28T17:33:53.000000+0700","event_type":"flow","src_ip":"192.0.2.1"}"#;
        check(Format::Eve, eve, EventTime::At(at));
        check(
            Format::Zeek,
            r#"{"ts":1795862033.0,"id.orig_h":"192.0.2.1"}"#,
            EventTime::At(at),
        );
        check(
            Format::Zeek,
            r#"{"id.orig_h":"192.0.2.1","ts":"2026-11-28T10:33:53Z"}"#,
            EventTime::At(at),
        );
        let tabs = "#separator \\x09\n#fields\tts\tid.orig_h\n1795862033.000000\t192.0.2.1\n";
        check(Format::Zeek, tabs, EventTime::At(at));
        let query = "client @0x7f 192.0.2.1#53 (a.example): query: a.example IN A +E(0) (192.0.2.53)";
        check(
            Format::Bind,
            &format!("28-Nov-2026 10:33:53.120 queries: info: {query}"),
            local,
        );
        check(
            Format::Bind,
            &format!("2026-11-28T10:33:53.000Z queries: info: {query}"),
            EventTime::At(at),
        );
        check(
            Format::Unbound,
            "[1795862033] unbound[7:0] info: 192.0.2.1 a.example. A IN",
            EventTime::At(at),
        );
        let ascii = "Nov 28 10:33:53 unbound[7:0] info: 192.0.2.1 a.example. A IN";
        check(Format::Unbound, ascii, EventTime::Yearless(11, 28, 38_033_000_000));
    }

    /// They are on disks: a change would lose what was kept.
    #[test]
    fn keys_never_change() {
        assert_eq!(key_of(Kind::Domain, b"evil.example"), 1_426_506_329_868_592_783);
        assert_eq!(network_key(0xcb00_7109, 32, 24), 10_548_268_895_614_574_408);
    }
}
