use serde_json::{Value as Json, json};

use anlanh_stix::Timestamp;

use super::tracker::Room;
use super::*;
use crate::event::Format;
use crate::index::PatternError;
use crate::limits::{MAX_REMEMBERED_GROUPS, MAX_REMEMBERED_IN_ALL};

const START: i64 = 1_795_862_033;

/// An event of Suricata: who asks for which name, so many seconds after the start.
fn event(client: &str, name: &str, second: i64) -> String {
    let at = START + second;
    format!(
        r#"{{"timestamp":"{}","event_type":"dns","src_ip":"{client}","dest_ip":"192.0.2.53","dns":{{"rrname":"{name}.example"}}}}"#,
        Timestamp { seconds: at, nanos: 0 }
    )
}

fn several(patterns: &[&str], group_by: &str) -> Several {
    let mut builder = SeveralBuilder::default();
    for (number, pattern) in patterns.iter().enumerate() {
        builder
            .add(&pattern.parse().unwrap(), &number.to_string(), "bundle.json")
            .unwrap();
    }
    builder.build(group_by)
}

fn seen(several: &Several, events: &[String]) -> Vec<Seen> {
    let lines = (1..).zip(events.iter().map(String::as_bytes));
    let resolve = |at: EventTime| at.resolve(0, 0);
    several.scan(&mut SeveralScratch::default(), &Layout::of(Format::Eve), lines, resolve)
}

/// What is completed: each pattern with its lines.
fn completed(several: &Several, events: &[String]) -> Vec<(String, Vec<u64>)> {
    let mut tracker = Tracker::new(several);
    let seen = seen(several, events);
    let found = seen.iter().filter_map(|seen| tracker.take(seen));
    let found = found
        .map(|done| (format!("{} {}", done.id, done.group), done.lines))
        .collect();
    assert_eq!(tracker.forgotten(), Forgotten::default());
    found
}

/// Names of a and b that one client asks for, and what completes a pattern.
fn check(pattern: &str, asked: &[(&str, i64)], expected: &[&[u64]]) {
    let events: Vec<String> = asked
        .iter()
        .map(|(name, second)| event("10.0.0.7", name, *second))
        .collect();
    let found = completed(&several(&[pattern], "src_ip"), &events);
    let lines: Vec<&[u64]> = found.iter().map(|(_, lines)| lines.as_slice()).collect();
    assert_eq!(lines, expected, "{pattern} {asked:?}");
}

const A: &str = "[domain-name:value = 'a.example']";
const B: &str = "[domain-name:value = 'b.example']";

#[test]
fn events_together_complete_patterns() {
    check(
        &format!("{A} AND {B}"),
        &[("b", 0), ("c", 1), ("a", 2), ("a", 3)],
        &[&[1, 3]],
    );
    check(&format!("{A} AND {B}"), &[("a", 0), ("a", 1)], &[]);
    check(&format!("{A} FOLLOWEDBY {B}"), &[("b", 0), ("a", 1)], &[]);
    check(
        &format!("{A} FOLLOWEDBY {B}"),
        &[("a", 0), ("b", 1), ("a", 2), ("b", 3)],
        &[&[1, 2], &[3, 4]],
    );
    check(
        &format!("({A} AND {B}) WITHIN 5 SECONDS"),
        &[("a", 0), ("b", 6), ("a", 10)],
        &[&[2, 3]],
    );
    check(
        &format!("{A} REPEATS 3 TIMES"),
        &[("a", 0), ("a", 1), ("b", 2), ("a", 9), ("a", 10)],
        &[&[1, 2, 4]],
    );
    check(
        &format!("({A} REPEATS 2 TIMES) WITHIN 1 SECONDS"),
        &[("a", 0), ("a", 5), ("a", 6)],
        &[&[2, 3]],
    );
    check(
        &format!("{A} OR ({B} REPEATS 2 TIMES)"),
        &[("b", 0), ("a", 1), ("b", 2)],
        &[&[2], &[1, 3]],
    );
    check(
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example'] REPEATS 2 TIMES",
        &[("a", 0), ("b", 1)],
        &[&[1, 2]],
    );
    // The same event is not two.
    check(&format!("{A} AND {A}"), &[("a", 0)], &[]);
    check(&format!("{A} AND {A}"), &[("a", 0), ("a", 0)], &[&[1, 2]]);
    // Times count, not the order of lines.
    check(&format!("{A} FOLLOWEDBY {B}"), &[("b", 9), ("a", 1)], &[&[1, 2]]);
    // However far apart: a clock that is wrong once, and a line that is late.
    let within = format!("({A} AND {B}) WITHIN 5 SECONDS");
    check(&within, &[("a", 0), ("a", 100_000_000), ("b", 5)], &[&[1, 3]]);
    check(
        &within,
        &[("a", 0), ("a", 20), ("b", 3), ("b", 16)],
        &[&[1, 3], &[2, 4]],
    );
    let start = |from: i64, to: i64| {
        let moment = |seconds| Timestamp {
            seconds: START + seconds,
            nanos: 0,
        };
        format!("{A} START t'{}' STOP t'{}'", moment(from), moment(to))
    };
    check(&start(1, 3), &[("a", 0), ("a", 1), ("a", 2), ("a", 3)], &[&[2], &[3]]);
}

#[test]
fn groups_are_apart() {
    let pattern = format!("{A} FOLLOWEDBY {B}");
    let events = [
        event("10.0.0.7", "a", 0),
        event("10.0.0.8", "b", 1),
        event("10.0.0.7", "b", 2),
        event("10.0.0.8", "a", 3),
    ];
    let of = |field: &str| completed(&several(&[&pattern], field), &events);
    assert_eq!(of("src_ip"), [("0 10.0.0.7".to_owned(), vec![1, 3])]);
    assert_eq!(of("dst_ip"), [("0 192.0.2.53".to_owned(), vec![1, 2])]);
    // Those that lack the field are one group.
    assert_eq!(of("nothing"), [("0 ".to_owned(), vec![1, 2])]);
    let both = several(&[&pattern, &format!("{B} AND {A}")], "src_ip");
    assert_eq!(completed(&both, &events).len(), 3);
}

#[test]
fn an_address_is_one_group_however_it_is_written() {
    let pattern = format!("{A} FOLLOWEDBY {B}");
    let events = [
        event("2001:0DB8:0000:0000:0000:0000:0000:0007", "a", 0),
        event("2001:db8::8", "b", 1),
        event("2001:db8::7", "b", 2),
        event("::ffff:10.0.0.7", "a", 3),
        event("10.0.0.7", "b", 4),
    ];
    let expected = [
        ("0 2001:db8::7".to_owned(), vec![1, 3]),
        ("0 10.0.0.7".to_owned(), vec![4, 5]),
    ];
    assert_eq!(completed(&several(&[&pattern], "src_ip"), &events), expected);
}

#[test]
fn what_is_seen_names_one_of_its_own_parts() {
    let of_line = "[network-traffic:dst_ref.value = '192.0.2.53']";
    let patterns = [format!("{of_line} AND {of_line} AND {B}"), format!("{A} AND {B}")];
    let mut builder = Builder::new();
    let mut sequences = SequencesBuilder::default();
    for (number, pattern) in (0..).zip(&patterns) {
        let id: i32 = number;
        let added = sequences.add(&mut builder, &pattern.parse().unwrap(), (&id.to_string(), "feed"));
        added.unwrap();
    }
    let (matcher, sequences) = (Matcher::new(Arc::new(builder.build())), sequences.build());
    let events = [event("10.0.0.7", "c", 0), event("10.0.0.7", "a", 1)];
    let lines = (1..).zip(events.iter().map(String::as_bytes));
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    let on_hit = |hit: Hit<'_>| {
        parts.extend(sequences.part(&hit));
        values.push(hit.value.to_owned());
    };
    let layout = Layout::of(Format::Eve);
    matcher.scan(&mut Scratch::default(), &layout, lines.clone(), on_hit, |_| {});
    let common = |line, _: &[u8]| {
        (line > 1).then(|| Common {
            at: Some(0),
            group: "one".into(),
        })
    };
    let seen = sequences.see(lines, &parts, common);
    let told: Vec<_> = seen
        .iter()
        .map(|seen| (seen.line, values[seen.found].as_str()))
        .collect();
    // The first line shares nothing with others.
    assert_eq!(told, [(2, "192.0.2.53"), (2, "a.example")]);
}

#[test]
fn what_is_refused_does_not_disturb_others() {
    let mut builder = SeveralBuilder::default();
    let mut add = |pattern: &str| match builder.add(&pattern.parse().unwrap(), "id", "source") {
        Ok(()) => None,
        Err(PatternError::Refused(refusal)) => Some(refusal),
        Err(PatternError::Full(full)) => panic!("{full}"),
    };
    assert_eq!(
        add(&format!("{A} AND [file:name = 'x']")),
        Some(PatternRefusal::NothingToLookUp)
    );
    assert_eq!(
        add(&format!("{A} AND [process:name = 'x']")),
        Some(PatternRefusal::Property)
    );
    let many = |count: usize| {
        let parts: Vec<String> = (0..count)
            .map(|n| format!("[domain-name:value = 'n{n}.example']"))
            .collect();
        parts.join(" AND ")
    };
    assert_eq!(add(&many(MAX_PATTERN_PARTS)), None);
    assert_eq!(add(&many(MAX_PATTERN_PARTS + 1)), Some(PatternRefusal::TooManyParts));
    let repeats = |times: usize| format!("({A} AND {A}) REPEATS {times} TIMES");
    assert_eq!(add(&repeats(MAX_REMEMBERED_EVENTS / 2)), None);
    assert_eq!(
        add(&repeats(MAX_REMEMBERED_EVENTS / 2 + 1)),
        Some(PatternRefusal::TooManyEvents)
    );
    assert_eq!(add(&format!("{B} REPEATS 2 TIMES")), None);
    let several = builder.build("src_ip");
    let events = [event("10.0.0.7", "b", 0), event("10.0.0.7", "b", 1)];
    assert_eq!(completed(&several, &events), [("id 10.0.0.7".to_owned(), vec![1, 2])]);
    // The events of refused patterns are none of others, though those of what was taken are there.
    let events = [event("10.0.0.7", "a", 0)];
    assert!(
        seen(&several, &events)
            .iter()
            .all(|seen| several.sequences.all[seen.sequence].number == 3)
    );
}

#[test]
fn what_cannot_match_yet_is_not_searched() {
    // Looking for a hundred among fewer would try every choice of them.
    let several = several(&[&format!("({A} REPEATS 100 TIMES) FOLLOWEDBY {B}")], "src_ip");
    let mut events: Vec<String> = (0..99).map(|second| event("10.0.0.7", "a", second)).collect();
    events.push(event("10.0.0.7", "b", 100));
    assert_eq!(completed(&several, &events), []);
    events.insert(0, event("10.0.0.7", "a", 0));
    assert_eq!(completed(&several, &events)[0].1.len(), 101);
}

#[test]
fn what_is_forgotten_is_counted() {
    let pattern = format!("{A} FOLLOWEDBY {B}");
    let several = several(&[&pattern], "src_ip");
    let forgotten = |events: Vec<String>, groups: usize| {
        let room = Room {
            groups,
            events: MAX_REMEMBERED_IN_ALL,
        };
        let mut tracker = Tracker::with_room(&several, room);
        let found = seen(&several, &events)
            .iter()
            .filter_map(|seen| tracker.take(seen))
            .count();
        (found, tracker.forgotten())
    };
    let first = |count: usize| {
        (0..count)
            .map(|second| event("10.0.0.7", "a", second as i64))
            .collect::<Vec<_>>()
    };
    let (found, lost) = forgotten(first(MAX_REMEMBERED_EVENTS), MAX_REMEMBERED_GROUPS);
    assert_eq!((found, lost.events), (0, 0));
    let (found, lost) = forgotten(first(MAX_REMEMBERED_EVENTS + 1), MAX_REMEMBERED_GROUPS);
    assert_eq!((found, lost.events), (0, 1));
    // So it is where they are too far apart to match.
    let apart = {
        let within = tests::several(&[&format!("({A} AND {B}) WITHIN 1 SECONDS")], "src_ip");
        let events: Vec<String> = (0..=MAX_REMEMBERED_EVENTS as i64)
            .map(|number| event("10.0.0.7", "a", 10 * number))
            .collect();
        let mut tracker = Tracker::new(&within);
        let found = seen(&within, &events)
            .iter()
            .filter_map(|seen| tracker.take(seen))
            .count();
        (found, tracker.forgotten().events)
    };
    assert_eq!(apart, (0, 1));
    // The group that was not used for the longest time goes first.
    let clients = |count: usize| {
        (0..count)
            .map(|n| event(&format!("10.0.0.{n}"), "a", 0))
            .collect::<Vec<_>>()
    };
    let then = |mut events: Vec<String>, client: &str| {
        events.push(event(client, "b", 1));
        events
    };
    assert_eq!(forgotten(then(clients(3), "10.0.0.0"), 3).0, 1);
    let (found, lost) = forgotten(then(clients(4), "10.0.0.0"), 3);
    assert_eq!((found, lost.events), (0, 2));
    assert_eq!(forgotten(then(clients(4), "10.0.0.1"), 3).0, 1);
    // So many events of all groups together.
    let in_all = |events: usize| {
        let mut tracker = Tracker::with_room(&several, Room { groups: 10, events });
        let found = seen(&several, &then(clients(4), "10.0.0.3"))
            .iter()
            .filter_map(|seen| tracker.take(seen))
            .count();
        (found, tracker.forgotten().events)
    };
    assert_eq!(in_all(5), (1, 0));
    assert_eq!(in_all(4), (1, 1));
    assert_eq!(in_all(1), (0, 4));
    let timeless = vec![event("10.0.0.7", "a", 0).replace("timestamp", "time")];
    assert_eq!(forgotten(timeless, 3).1.timeless, 1);
}

#[test]
fn a_search_that_was_given_up_is_not_begun_again() {
    // The last name comes first in time, so that every choice of the others is tried in vain.
    let several = several(&[&format!("({A} REPEATS 20 TIMES) FOLLOWEDBY {B}")], "src_ip");
    let mut events = vec![event("10.0.0.7", "b", 0)];
    events.extend((1..=60).map(|second| event("10.0.0.7", "a", second)));
    let mut tracker = Tracker::new(&several);
    let take = |tracker: &mut Tracker<'_>, events: &[String]| {
        let seen = seen(&several, events);
        seen.iter().filter_map(|seen| tracker.take(seen)).count()
    };
    assert_eq!(take(&mut tracker, &events), 0);
    let forgotten = tracker.forgotten();
    assert_eq!(forgotten.unfinished, 1);
    assert!(forgotten.events > 20 && forgotten.events < 41, "{forgotten:?}");
    // What came after it counts.
    assert_eq!(take(&mut tracker, &[event("10.0.0.7", "b", 61)]), 1);
    assert_eq!(tracker.forgotten(), forgotten);
}

#[test]
fn groups_have_a_longest_name() {
    let several = several(&[&format!("{A} REPEATS 2 TIMES")], "dns.type");
    let group = |bytes: usize| {
        let event =
            event("10.0.0.7", "a", 0).replace("\"dns\":{", &format!("\"dns\":{{\"type\":\"{}\",", "x".repeat(bytes)));
        seen(&several, &[event])[0].common.group.len()
    };
    assert_eq!(group(MAX_GROUP_BYTES), MAX_GROUP_BYTES);
    assert_eq!(group(MAX_GROUP_BYTES + 1), 0);
}

/// Numbers that look as if they were by chance, and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }

    fn pattern(&mut self, depth: usize) -> String {
        let name = ["a", "b", "c"][self.below(3)];
        let inner = match if depth == 0 { 0 } else { self.below(6) } {
            0 | 1 => format!("[domain-name:value = '{name}.example']"),
            2 => format!("({} AND {})", self.pattern(depth - 1), self.pattern(depth - 1)),
            3 => format!("({} OR {})", self.pattern(depth - 1), self.pattern(depth - 1)),
            _ => format!("({} FOLLOWEDBY {})", self.pattern(depth - 1), self.pattern(depth - 1)),
        };
        match self.below(6) {
            0 => format!("({inner} WITHIN {} SECONDS)", 1 + self.below(8)),
            1 => format!("({inner} REPEATS {} TIMES)", 1 + self.below(2)),
            _ => inner,
        }
    }
}

/// The matcher of OASIS, of a stream as a whole: it matches where some event completes the pattern.
#[test]
fn another_matcher_finds_the_same_in_streams_by_chance() {
    let mut chance = Chance(5);
    let (mut questions, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        let pattern = chance.pattern(2);
        let asked: Vec<(&str, i64)> = (0..2 + chance.below(6))
            .map(|_| (["a", "b", "c"][chance.below(3)], chance.below(20) as i64))
            .collect();
        let events: Vec<String> = asked
            .iter()
            .map(|(name, second)| event("10.0.0.7", name, *second))
            .collect();
        let several = several(&[&pattern], "src_ip");
        ours.push((!completed(&several, &events).is_empty(), format!("{pattern} {asked:?}")));
        let id = |kind: &str, number: usize| format!("{kind}--2b964b85-ecb1-4b32-9c5f-{number:012}");
        let mut objects = Vec::new();
        for (number, (name, second)) in asked.iter().enumerate() {
            let at = Timestamp {
                seconds: START + second,
                nanos: 0,
            }
            .to_string();
            let domain = id("domain-name", number);
            objects.push(
                json!({"type": "domain-name", "spec_version": "2.1", "id": domain, "value": format!("{name}.example")}),
            );
            objects.push(json!({
                "type": "observed-data", "spec_version": "2.1", "id": id("observed-data", number),
                "created": "2026-01-01T00:00:00.000Z", "modified": "2026-01-01T00:00:00.000Z",
                "first_observed": at, "last_observed": at, "number_observed": 1, "object_refs": [domain],
            }));
        }
        let bundle = json!({"type": "bundle", "id": id("bundle", 0), "objects": objects});
        questions.push(json!({"ask": "match", "pattern": pattern, "bundle": bundle}).to_string());
    }
    let found = ours.iter().filter(|(holds, _)| *holds).count();
    assert!(found > 80 && found < 320, "{found}");
    let script = "../../lib/stix/tests/interop/peer.py";
    let said = anlanh_testkit::asked_of_python(env!("CARGO_MANIFEST_DIR"), script, "stix2matcher", &questions);
    let Some(said) = said else { return };
    let differ: Vec<String> = (ours.iter().zip(&said))
        .filter_map(|((holds, asked), said)| {
            let said: Json = serde_json::from_str(said).unwrap();
            (said["holds"] != json!(holds)).then(|| format!("{asked}: ours {holds}, theirs {said}"))
        })
        .collect();
    assert!(
        differ.is_empty(),
        "{} differ\n{}",
        differ.len(),
        differ[..differ.len().min(10)].join("\n")
    );
}

/// What is remembered of patterns stays where others take the place of some of them.
#[test]
fn what_is_remembered_goes_on_with_patterns_that_are_the_same() {
    let of = |patterns: &[(&str, String)]| {
        let mut builder = SeveralBuilder::default();
        for (id, pattern) in patterns {
            builder.add(&pattern.parse().unwrap(), id, "feed").unwrap();
        }
        builder.build("src_ip")
    };
    let (then, other) = (format!("{A} FOLLOWEDBY {B}"), format!("{B} FOLLOWEDBY {A}"));
    let before = of(&[
        ("stays", then.clone()),
        ("goes", then.clone()),
        ("changes", then.clone()),
    ]);
    let now = of(&[("new", then.clone()), ("changes", other), ("stays", then)]);
    let mut memory = Remembered::default();
    for seen in seen(&before, &[event("10.0.0.7", "a", 0)]) {
        assert_eq!(memory.take(&before.sequences, &seen), None);
    }
    memory.carry(&before.sequences, &now.sequences);
    let mut done = Vec::new();
    for seen in seen(&now, &[event("10.0.0.7", "b", 1)]) {
        done.extend(memory.take(&now.sequences, &seen).map(|done| done.id.to_owned()));
    }
    assert_eq!(done, ["stays"]);
    assert_eq!(memory.forgotten(), Forgotten::default());
}
