use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::*;
use crate::event::Scalar;
use crate::limits::{MAX_CONDITIONS, MAX_REGEXES, MAX_SEARCHES, MAX_VALUE_BYTES, MAX_VALUES};
use crate::mistake::Mistake;
use crate::rule::{Level, Status};

/// Fields with their values; without a text, one that is there and has none.
type Fields<'f> = &'f [(&'f str, Option<&'f str>)];

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn slot_of(name: &str) -> Slot {
    let known = NAMES.iter().position(|known| *known == name);
    Slot(known.unwrap_or(NAMES.len()) as u16)
}

fn event(fields: Fields<'_>) -> Event {
    let mut event = Event::default();
    for (name, text) in fields {
        let kind = if text.is_some() { Scalar::Text } else { Scalar::Null };
        event.push(Some(slot_of(name)), kind, text.unwrap_or_default());
    }
    event
}

fn written(detection: &str) -> String {
    let detection = detection.trim_end().replace('\n', "\n  ");
    format!("title: t\nlogsource:\n  category: dns\ndetection:\n  {detection}\n")
}

fn read(detection: &str) -> Result<Rule, Mistake> {
    let [rule] = Rule::read(written(detection).as_bytes()).try_into().unwrap();
    rule
}

fn set(rules: Vec<Rule>) -> Set {
    let mut builder = Builder::default();
    for rule in rules {
        builder.add(Arc::new(rule), 1, slot_of).unwrap();
    }
    builder.build().unwrap()
}

fn numbers(set: &Set, event: &Event) -> Vec<usize> {
    let mut found = Vec::new();
    set.matches(&mut Scratch::default(), event, 1, |hit| found.push(hit.number));
    found
}

/// What a rule says of events, the index asked or not, and pySigma.
#[derive(Debug, Default)]
struct Questions {
    asked: Vec<String>,
    ours: Vec<Json>,
}

impl Questions {
    fn ask(&mut self, detection: &str, events: &[Vec<(&str, Option<&str>)>]) -> Vec<bool> {
        let rule = read(detection).unwrap_or_else(|mistake| panic!("{mistake}\n{detection}"));
        let set = set(vec![rule]);
        let mut ours = Vec::new();
        let mut theirs = Vec::new();
        for fields in events {
            let made = event(fields);
            let found = !numbers(&set, &made).is_empty();
            assert_eq!(found, set.rules[0].holds(&made).is_some(), "{detection}\n{fields:?}");
            ours.push(found);
            let mut fields_of: BTreeMap<&str, Vec<Option<&str>>> = BTreeMap::new();
            for (name, text) in fields {
                fields_of.entry(name).or_default().push(*text);
            }
            theirs.push(json!(fields_of));
        }
        self.asked
            .push(json!({"rule": written(detection), "events": theirs}).to_string());
        self.ours.push(json!({"holds": ours}));
        ours
    }

    /// Holds all of it against pySigma.
    fn compare(self) {
        let package = env!("CARGO_MANIFEST_DIR");
        let Some(said) = anlanh_testkit::asked_of_python(package, "tests/peer.py", "sigma", &self.asked) else {
            return;
        };
        let said = said.iter().map(|said| serde_json::from_str::<Json>(said).unwrap());
        let differ: Vec<String> = (self.asked.iter().zip(&self.ours))
            .zip(said)
            .filter(|((_, ours), said)| *ours != said)
            .map(|((asked, ours), said)| format!("{asked}\nours {ours}, theirs {said}"))
            .collect();
        assert!(
            differ.is_empty(),
            "{} differ\n{}",
            differ.len(),
            differ[..differ.len().min(5)].join("\n")
        );
    }
}

/// A detection, and events of one field `a` that it finds and does not find.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "s:\n  a: Evil.vn\ncondition: s",
        &["evil.VN", "Evil.vn"],
        &["x.evil.vn", "", "evil"],
    ),
    ("s:\n  a|cased: Evil.vn\ncondition: s", &["Evil.vn"], &["evil.vn"]),
    (
        "s:\n  a|endswith: ['.vn', '.com']\ncondition: s",
        &["a.VN", "b.com"],
        &["vn.a"],
    ),
    (
        "s:\n  a|contains|all: [ab, cd]\ncondition: s",
        &["abcd", "cdxab"],
        &["ab", "cd"],
    ),
    (
        "s:\n  a|startswith: 'x*y'\ncondition: s",
        &["xy", "xaayb"],
        &["axy", "xz"],
    ),
    (
        r"s:
  a|contains: '\*'
condition: s",
        &["a*b"],
        &["ab"],
    ),
    ("s:\n  a: 443\ncondition: s", &["443"], &["4430", "443.0"]),
    (
        "s:\n  a|gte: 1024\ncondition: s",
        &["1024", "2000.5"],
        &["1023", "x", ""],
    ),
    ("s:\n  a|lt: 10\n  a|gt: 5\ncondition: s", &["6"], &["5", "10"]),
    ("s:\n  a|lte: 10.5\ncondition: s", &["10.5", "-1"], &["10.6"]),
    (
        "s:\n  a|cidr: [10.0.0.0/8, '2001:db8::/32']\ncondition: s",
        &["10.9.9.9", "2001:db8::1"],
        &["11.0.0.1", "x"],
    ),
    (
        "s:\n  a|re: '^[a-f]+\\.vn$'\ncondition: s",
        &["abc.vn"],
        &["ABC.vn", "xyz.vn"],
    ),
    ("s:\n  a|re|i: '^evil\\.'\ncondition: s", &["EVIL.vn"], &["x.evil.vn"]),
    ("s:\n  a|re|s: 'a.b'\ncondition: s", &["a\nb", "axb"], &["ab"]),
    ("s:\n  a|re|m: '^b$'\ncondition: s", &["a\nb"], &["ab"]),
    ("s:\n  a|base64: foo\ncondition: s", &["Zm9v"], &["foo"]),
    (
        "s:\n  a|base64offset|contains: '/bin/bash'\ncondition: s",
        &["xxL2Jpbi9iYXNoxx", "9iaW4vYmFza"],
        &["/bin/bash"],
    ),
    (
        "s:\n  a|wide|base64offset|contains: ping\ncondition: s",
        &["xcABpAG4AZwx", "AAaQBuAGcA"],
        &["ping"],
    ),
    (
        "s:\n  a|windash|contains: ' -enc '\ncondition: s",
        &["x -enc y", "x /enc y", "x —enc y"],
        &["x enc y"],
    ),
    (
        "s:\n  a|contains|windash: ' -a-b'\ncondition: s",
        &["x /a-b"],
        &["x -a/b"],
    ),
    ("s:\n  a|neq: [x, y]\ncondition: s", &["z"], &["x", "Y"]),
    ("s: [foo, 'b*r']\ncondition: s", &["afoob", "BxxR"], &["fo"]),
    ("s:\n  '|all': [foo, bar]\ncondition: s", &["foo bar"], &["foo", "bar"]),
    ("s: foo\ncondition: s", &["a foo"], &["fo"]),
    ("s:\n  - a: x\n  - a: y\ncondition: s", &["x", "y"], &["z"]),
    ("s:\n  a: ''\ncondition: s", &[""], &["a"]),
    ("s:\n  a|exists: true\ncondition: s", &["x", ""], &[]),
    ("s:\n  b|exists: false\ncondition: s", &["x"], &[]),
    ("s:\n  b: null\ncondition: s", &["x"], &[]),
    ("s:\n  a: null\ncondition: s", &[], &["x", ""]),
    (
        "s:\n  a:\n    - null\n    - ''\n    - x\ncondition: s",
        &["", "x"],
        &["y"],
    ),
    (
        "s1:\n  a|contains: x\ns2:\n  a|contains: y\nf:\n  a|contains: z\ncondition: 1 of s* and not f",
        &["x", "y", "xy"],
        &["z", "xz"],
    ),
    (
        "s1:\n  a|contains: x\ns2:\n  a|contains: y\ncondition: all of them",
        &["xy"],
        &["x", "y"],
    ),
    ("s:\n  a: x\nt:\n  a: y\ncondition: [s, t]", &["x", "y"], &["z"]),
    ("s:\n  a: x\ncondition: not s", &["z"], &["x"]),
    ("s:\n  a: x\n  b|fieldref: a\ncondition: not s", &["x"], &[]),
    ("s:\n  a: true\ncondition: s", &["true", "TRUE"], &["1"]),
    (
        "s:\n  a|contains: 'Đường'\ncondition: s",
        &["đường", "ĐƯỜNG"],
        &["duong"],
    ),
];

#[test]
fn rules_find_what_they_say_and_pysigma_finds_the_same() {
    let mut questions = Questions::default();
    for (detection, found, others) in CASES {
        let texts: Vec<&str> = found.iter().chain(*others).copied().collect();
        let events: Vec<Vec<(&str, Option<&str>)>> = texts.iter().map(|text| vec![("a", Some(*text))]).collect();
        let holds = questions.ask(detection, &events);
        let expected: Vec<bool> = (0..texts.len()).map(|at| at < found.len()).collect();
        assert_eq!(holds, expected, "{detection}\n{texts:?}");
    }
    // Several fields, several values, and values that are none.
    let mut check = |detection: &str, fields: Fields<'_>, expected: bool| {
        assert_eq!(
            questions.ask(detection, &[fields.to_vec()]),
            [expected],
            "{detection}\n{fields:?}"
        );
    };
    let same = "s:\n  a|fieldref: b\ncondition: s";
    check(same, &[("a", Some("X")), ("b", Some("x"))], true);
    check(same, &[("a", Some("x")), ("b", Some("y"))], false);
    check(same, &[("a", Some("x"))], false);
    check(same, &[("a", Some("x")), ("a", Some("y")), ("b", Some("y"))], true);
    check(
        "s:\n  a|fieldref|endswith: b\ncondition: s",
        &[("a", Some("www.x")), ("b", Some(".X"))],
        true,
    );
    check(
        "s:\n  a|fieldref|startswith: b\ncondition: s",
        &[("a", Some("xy")), ("b", Some("y"))],
        false,
    );
    check("s:\n  a: null\ncondition: s", &[("a", None)], true);
    check("s:\n  a: null\ncondition: s", &[], true);
    check("s:\n  a|exists: true\ncondition: s", &[("a", None)], true);
    check(
        "s:\n  a|contains: x\n  b: y\ncondition: s",
        &[("a", Some("x")), ("b", Some("y"))],
        true,
    );
    check(
        "s:\n  a|contains: x\n  b: y\ncondition: s",
        &[("a", Some("x")), ("c", Some("y"))],
        false,
    );
    check("s: [x]\ncondition: s", &[("a", None), ("unnamed", Some("axb"))], true);
    questions.compare();
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

    fn one_of<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.below(of.len())]
    }

    fn text(&mut self, letters: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.one_of(letters)).collect()
    }

    fn item(&mut self) -> String {
        let field = self.one_of(&NAMES[..3]);
        let modifiers = self.one_of(&[
            "",
            "",
            "|contains",
            "|startswith",
            "|endswith",
            "|cased",
            "|contains|cased",
            "|contains|all",
            "|re",
            "|re|i",
            "|gt",
            "|exists",
            "|windash",
            "|neq",
            "|fieldref",
        ]);
        let values: Vec<String> = match modifiers {
            "|re" | "|re|i" => vec![self.one_of(&["^a+b", "[aA]b?$", "(ab|b)a", "B.a", "a{2}"]).to_owned()],
            "|gt" => vec![self.below(30).to_string()],
            "|exists" => vec![self.one_of(&["true", "false"]).to_owned()],
            "|fieldref" => vec![self.one_of(&NAMES[..3]).to_owned()],
            "|windash" => vec![format!("{} -{}", self.text(&["a", "b"], 2), self.text(&["a", "b"], 2))],
            "|contains|all" => (0..2).map(|_| self.text(&["a", "b", "A", "*", "?"], 3)).collect(),
            _ => (0..1 + self.below(3))
                .map(|_| self.text(&["a", "b", "A", "2", "*", "?", "\\"], 4))
                .collect(),
        };
        let values: Vec<String> = values.iter().map(|value| format!("'{value}'")).collect();
        let value = match values.as_slice() {
            // It must be one there, and no text.
            [one] if modifiers == "|exists" || modifiers == "|gt" => one.trim_matches('\'').to_owned(),
            [one] => one.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        format!("{field}{modifiers}: {value}")
    }

    fn detection(&mut self) -> String {
        let mut detection = String::new();
        for name in ["s1", "s2", "f1"] {
            let mut items = BTreeMap::new();
            for _ in 0..1 + self.below(3) {
                let item = self.item();
                let (key, value) = item.split_once(": ").unwrap();
                items.insert(key.to_owned(), value.to_owned());
            }
            let items = items.iter().map(|(key, value)| format!("{key}: {value}"));
            let join = self.one_of(&["\n  ", "\n  - "]);
            detection.push_str(&format!(
                "{name}:{}\n",
                items.map(|item| format!("{join}{item}")).collect::<String>()
            ));
        }
        let condition = self.one_of(&[
            "s1",
            "s1 and s2",
            "s1 or s2",
            "s1 and not f1",
            "1 of s* and not f1",
            "all of s* or not (s1 or f1)",
            "not s2 and s1",
            "all of them",
            "1 of them",
        ]);
        detection + "condition: " + condition
    }

    fn event(&mut self) -> Vec<(&'static str, Option<&'static str>)> {
        const VALUES: [&str; 16] = [
            "", "a", "b", "ab", "aB", "Ab", "aab", "ba", "aba", "2", "25", "a2b", "a\\b", "a*", "a -ab", " /b",
        ];
        let mut fields = Vec::new();
        for name in &NAMES[..3] {
            for _ in 0..self.below(3) {
                let value = VALUES[self.below(VALUES.len())];
                fields.push((*name, (self.below(12) > 0).then_some(value)));
            }
        }
        fields
    }
}

#[test]
fn rules_by_chance_mean_what_they_mean_to_pysigma() {
    let mut chance = Chance(7);
    let mut questions = Questions::default();
    let (mut found, mut all) = (0, 0);
    for _ in 0..1_500 {
        let detection = chance.detection();
        let events: Vec<_> = (0..12).map(|_| chance.event()).collect();
        let holds = questions.ask(&detection, &events);
        found += holds.iter().filter(|holds| **holds).count();
        all += holds.len();
    }
    // Neither all nor none.
    assert!(found * 10 > all && found * 10 < all * 9, "{found} of {all}");
    questions.compare();
}

#[test]
fn many_rules_at_once_find_what_each_finds_alone() {
    let mut chance = Chance(11);
    let rules: Vec<Rule> = (0..400).map(|_| read(&chance.detection()).unwrap()).collect();
    let set = set(rules);
    assert!(set.scanned() < set.len());
    for _ in 0..300 {
        let event = event(&chance.event());
        let alone = (0..set.len()).filter(|number| set.rules[*number].holds(&event).is_some());
        assert_eq!(numbers(&set, &event), alone.collect::<Vec<_>>());
    }
}

#[test]
fn rules_are_looked_up_by_what_they_need() {
    let check = |detection: &str, expected: &[Need]| {
        let rule = read(detection).unwrap();
        let slots: Vec<Slot> = rule.fields.iter().map(|name| slot_of(name)).collect();
        assert_eq!(needs_of(&rule, &slots).unwrap_or_default(), expected, "{detection}");
    };
    let (a, b) = (Some(Slot(0)), Some(Slot(1)));
    let value = |slot, text: &str| Need::Value(slot, text.to_owned());
    let part = |slot, text: &str| Need::Part(slot, text.to_owned());
    check("s:\n  a: [X, y]\ncondition: s", &[value(a, "x"), value(a, "y")]);
    check(
        "s:\n  a: GET\n  b|contains: '/evil/gate.php'\ncondition: s",
        &[part(b, "/evil/gate.php")],
    );
    check("s:\n  a|re: 'x*longer$'\n  b|gt: 5\ncondition: s", &[part(a, "longer")]);
    check("s: [Foo]\ncondition: s", &[part(None, "foo")]);
    check(
        "s:\n  a: x\nt:\n  b: y\ncondition: s or t",
        &[value(a, "x"), value(b, "y")],
    );
    check("s:\n  a: x\nt:\n  b|gt: 1\ncondition: s or t", &[]);
    check("s:\n  a: x\ncondition: not s", &[]);
    check("s:\n  a: '*'\ncondition: s", &[]);
}

#[test]
fn rules_are_held_against_events_of_their_log_alone() {
    let mut builder = Builder::default();
    for sources in [1, 2, 3] {
        let rule = Arc::new(read("s:\n  a: x\ncondition: s").unwrap());
        builder.add(rule, sources, slot_of).unwrap();
    }
    let set = builder.build().unwrap();
    let mut scratch = Scratch::default();
    for (sources, expected) in [(1, vec![0, 2]), (2, vec![1, 2]), (4, vec![])] {
        let mut found = Vec::new();
        let event = event(&[("a", Some("x"))]);
        set.matches(&mut scratch, &event, sources, |hit| {
            assert_eq!(hit.by, Some(("a", "x")));
            found.push(hit.number);
        });
        assert_eq!(found, expected);
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let check = |detection: &str, line: usize, reason: Reason| {
        let mistake = read(detection).unwrap_err();
        // The detection begins in the fifth line.
        assert_eq!((mistake.line, mistake.reason), (line + 4, reason), "{detection}");
    };
    let modifier = |name: &str| Reason::Modifier(name.to_owned());
    let misplaced = |name: &str| Reason::Misplaced(name.to_owned());
    let malformed = |name: &str| Reason::Malformed(name.to_owned());
    check("s:\n  a|like: x\ncondition: s", 2, modifier("like"));
    check("s:\n  b: 1\n  a|expand: '%x%'\ncondition: s", 3, modifier("expand"));
    check("s:\n  a|hour: 3\ncondition: s", 2, modifier("hour"));
    check("s:\n  a|i: x\ncondition: s", 2, misplaced("i"));
    check("s:\n  a|contains|base64: x\ncondition: s", 2, misplaced("base64"));
    check("s:\n  a|cidr|contains: x\ncondition: s", 2, misplaced("contains"));
    check("s:\n  a|re|cidr: x\ncondition: s", 2, misplaced("cidr"));
    check("s:\n  a|re|windash: x\ncondition: s", 2, misplaced("windash"));
    check("s:\n  a:\n    - x\n    - [y]\ncondition: s", 4, malformed("a"));
    check("s:\n  a: {b: c}\ncondition: s", 2, malformed("a"));
    check("s:\n  a: []\ncondition: s", 2, malformed("a"));
    check("s: []\ncondition: s", 1, malformed("s"));
    check("s: {}\ncondition: s", 1, malformed("s"));
    check("s:\ncondition: s", 1, malformed("s"));
    check("s:\n  a|cidr: 10.0.0.0/40\ncondition: s", 2, Reason::Value("cidr"));
    check("s:\n  a|gt: x\ncondition: s", 2, Reason::Value("lt, lte, gt, gte"));
    check("s:\n  a|exists: 1\ncondition: s", 2, Reason::Value("exists"));
    check("s:\n  a|contains: null\ncondition: s", 2, Reason::Value("null"));
    check(
        "s:\n  a|base64: 'x*'\ncondition: s",
        2,
        Reason::Value("base64, base64offset, utf16"),
    );
    check("s:\n  a|utf16: x\ncondition: s", 2, Reason::Value("utf16"));
    check("s:\n  a|re: '(?=x)y'\ncondition: s", 2, Reason::Regex);
    check("s:\n  a|re: '(a{1000}){1000}'\ncondition: s", 2, Reason::Regex);
    check("s:\n  a: x\ncondition: t", 3, Reason::Unknown("t".to_owned()));
    check("s:\n  a: x\ncondition: s | count() > 5", 3, Reason::Aggregation);
    check("s:\n  a: x\ncondition:", 3, malformed("condition"));
    check("s:\n  a: x", 1, Reason::Lacks("condition"));
}

#[test]
fn values_searches_and_conditions_have_limits() {
    let check = |detection: &str, expected: Option<Reason>| {
        assert_eq!(
            read(detection).err().map(|mistake| mistake.reason),
            expected,
            "{:.100}",
            detection
        );
    };
    let values = |count: usize| format!("s:\n  a: [{}]\ncondition: s", vec!["x"; count].join(","));
    check(&values(MAX_VALUES), None);
    check(&values(MAX_VALUES + 1), Some(Reason::TooManyValues));
    let long = |bytes: usize| format!("s:\n  a: {}\ncondition: s", "x".repeat(bytes));
    check(&long(MAX_VALUE_BYTES), None);
    check(&long(MAX_VALUE_BYTES + 1), Some(Reason::ValueTooLong));
    let wide = |count: usize| {
        format!(
            "s:\n  a{}: {}\ncondition: s",
            "|utf16le".repeat(count),
            "x".repeat(MAX_VALUE_BYTES)
        )
    };
    check(&wide(2), None);
    check(&wide(3), Some(Reason::ValueTooLong));
    let regexes = |count: usize| format!("s:\n  a|re: [{}]\ncondition: s", vec!["x"; count].join(","));
    check(&regexes(MAX_REGEXES), None);
    check(&regexes(MAX_REGEXES + 1), Some(Reason::TooManyRegexes));
    let searches = |count: usize| (0..count).map(|n| format!("s{n}: x\n")).collect::<String>() + "condition: s0";
    check(&searches(MAX_SEARCHES), None);
    check(&searches(MAX_SEARCHES + 1), Some(Reason::TooManySearches));
    let conditions = |count: usize| format!("s: x\ncondition: [{}]", vec!["s"; count].join(","));
    check(&conditions(MAX_CONDITIONS), None);
    check(&conditions(MAX_CONDITIONS + 1), Some(Reason::ConditionTooLong));
}

#[test]
fn rules_and_those_with_nothing_to_look_up_have_limits() {
    let add = |builder: &mut Builder, rule: &Arc<Rule>| builder.add(Arc::clone(rule), 1, slot_of);
    let scanned = Arc::new(read("s:\n  a|gt: 1\ncondition: s").unwrap());
    let mut builder = Builder::default();
    for _ in 0..MAX_SCANNED {
        add(&mut builder, &scanned).unwrap();
    }
    assert_eq!(add(&mut builder, &scanned), Err(Reason::TooManyScanned));
    let looked_up = Arc::new(read("s:\n  a: x\ncondition: s").unwrap());
    for _ in MAX_SCANNED..MAX_RULES {
        add(&mut builder, &looked_up).unwrap();
    }
    assert_eq!(add(&mut builder, &looked_up), Err(Reason::TooManyRules));
    let list = vec!["x"; MAX_REGEXES].join(",");
    let regexes = Arc::new(read(&format!("s:\n  a|re: [{list}]\ncondition: s")).unwrap());
    let mut builder = Builder::default();
    for _ in 0..MAX_SET_REGEXES / MAX_REGEXES {
        add(&mut builder, &regexes).unwrap();
    }
    assert_eq!(add(&mut builder, &regexes), Err(Reason::TooManyRules));
    assert_eq!(add(&mut builder, &looked_up), Ok(()));
}

#[test]
fn what_its_author_says_of_a_rule_is_kept() {
    let file = "\u{feff}title: Tên miền lừa đảo\nid: 6f1a\nstatus: test\nlevel: HIGH\nfalsepositives:\n  - Không rõ\n\
                logsource:\n  category: DNS\n  product: zeek\ndetection:\n  s:\n    query: x\n  condition: s\n---\n";
    let [rule] = Rule::read(file.as_bytes()).try_into().unwrap();
    let rule = rule.unwrap();
    assert_eq!(
        (rule.title.as_str(), rule.name(), rule.line),
        ("Tên miền lừa đảo", "6f1a", 1)
    );
    assert_eq!((rule.status, rule.level), (Some(Status::Test), Some(Level::High)));
    assert_eq!(rule.false_positives, ["Không rõ"]);
    let source = ["dns", "zeek"].map(|text| Some(text.to_owned()));
    assert_eq!([rule.source.category, rule.source.product], source);
    let second = Rule::read(b"title: a\n---\ncorrelation:\n  type: event_count\n---\nlogsource: x\n---\n- a\n");
    let reasons: Vec<(usize, Reason)> = second
        .into_iter()
        .map(|read| read.map_err(|mistake| (mistake.line, mistake.reason)).unwrap_err())
        .collect();
    let expected = [
        (1, Reason::Lacks("logsource")),
        (4, Reason::Document("correlation")),
        (6, Reason::Lacks("title")),
        (8, Reason::Malformed("rule".to_owned())),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(Rule::read(b"\xff").pop().unwrap().unwrap_err().reason, Reason::NotUtf8);
}
