//! Laws: the compiled conditions agree with a naive interpreter of three-valued logic that shares no code with them, a
//! rule is never true while its support is quiet, proofs are never wrong, and no text makes the compiler panic.

use proptest::prelude::*;

use super::super::facts::{Facts, UNKNOWN};
use super::super::program::Program;
use super::super::proof::{Assumption, outcomes};
use super::super::support::support;
use super::super::vocabulary::Vocabulary;
use super::super::{syntax, typing};
use super::*;
use crate::{Author, ItemKind};

/// Everything that a condition can ask about one item.
#[derive(Debug, Clone)]
struct World {
    kind: usize,
    length: usize,
    links: usize,
    links_found: usize,
    is_confirmed: bool,
    /// Age, violations in 30 and in 90 days, locks.
    author: [Option<u32>; 4],
    verified: Option<bool>,
    findings: Vec<Finding>,
}

impl World {
    fn count(&self, is_meant: impl Fn(&Finding) -> bool) -> Option<i64> {
        Some(self.findings.iter().filter(|finding| is_meant(finding)).count() as i64)
    }

    fn phrases(&self, entries: &[u32]) -> Option<i64> {
        self.count(|finding| matches!(finding, Finding::Phrase { entry, .. } if entries.contains(entry)))
    }
}

/// A fact: how it is written, and what a naive look at the world says.
type Question<T> = (&'static str, fn(&World) -> Option<T>);

const NUMBERS: [Question<i64>; 17] = [
    ("item.length", |world| Some(world.length as i64)),
    ("item.links", |world| Some(world.links as i64)),
    ("author.age_days", |world| world.author[0].map(i64::from)),
    ("author.violations_30d", |world| world.author[1].map(i64::from)),
    ("author.violations_90d", |world| world.author[2].map(i64::from)),
    ("author.locks", |world| world.author[3].map(i64::from)),
    ("links.count", |world| Some(world.links_found as i64)),
    ("lexicon.count(\"sc1.otp\")", |world| world.phrases(&[OTP])),
    ("lexicon.count('credential')", |world| world.phrases(&[OTP, BANK])),
    ("lexicon.count(\"IN1\")", |world| world.phrases(&[INSULT])),
    ("lexicon.severity(\"SC1\")", |world| {
        let bank = world.phrases(&[BANK])?.min(1) * 3;
        Some(bank.max(world.phrases(&[OTP])?.min(1) * 2))
    }),
    ("lexicon.disguised(\"SC1\")", |world| {
        world.count(|finding| {
            matches!(finding, Finding::Phrase { entry: OTP | BANK, writing } if *writing == Writing::Disguised)
        })
    }),
    ("links.listed(\"rumours\")", |world| {
        world.count(|finding| *finding == Finding::Listed { list: RUMOURS })
    }),
    ("links.listed()", |world| {
        world.count(|finding| matches!(finding, Finding::Listed { .. }))
    }),
    ("links.look_alike(\"agency\")", |world| {
        world.count(|finding| matches!(finding, Finding::LookAlike { name: MINISTRY, .. }))
    }),
    ("personal.count('mobile')", |world| {
        world.count(|finding| *finding == Finding::Personal(PersonalKind::Mobile))
    }),
    ("personal.count()", |world| {
        world.count(|finding| matches!(finding, Finding::Personal(_)))
    }),
];

const TRUTHS: [Question<bool>; 4] = [
    ("author.verified", |world| world.verified),
    ("labels.has(\"tin-xac-thuc\")", |world| Some(world.is_confirmed)),
    ("has(author.locks)", |world| Some(world.author[3].is_some())),
    ("has(author.verified)", |world| Some(world.verified.is_some())),
];

const ORDERS: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

#[derive(Debug, Clone)]
enum Number {
    Int(i64),
    Fact(usize),
    Negated(Box<Number>),
    Binary(char, Box<Number>, Box<Number>),
}

#[derive(Debug, Clone)]
enum Truth {
    Constant(bool),
    Fact(usize),
    Not(Box<Truth>),
    And(Box<Truth>, Box<Truth>),
    Or(Box<Truth>, Box<Truth>),
    Compare(usize, Number, Number),
    In(Number, Vec<i64>),
    Kind(bool, usize),
    KindIn(Vec<usize>),
    Is(bool, Box<Truth>),
}

impl Number {
    fn value(&self, world: &World) -> Option<i64> {
        let value = match self {
            Self::Int(value) => i128::from(*value),
            Self::Fact(fact) => i128::from(NUMBERS[*fact].1(world)?),
            Self::Negated(part) => -i128::from(part.value(world)?),
            Self::Binary(sign, left, right) => {
                let (left, right) = (i128::from(left.value(world)?), i128::from(right.value(world)?));
                match sign {
                    '+' => left + right,
                    '-' => left - right,
                    _ => left * right,
                }
            }
        };
        i64::try_from(value).ok().filter(|value| *value != i64::MIN)
    }

    /// 0 sum, 1 product, 2 unary, 3 primary.
    fn rank(&self) -> u8 {
        match self {
            Self::Int(value) if *value >= 0 => 3,
            Self::Int(_) | Self::Negated(_) => 2,
            Self::Fact(_) => 3,
            Self::Binary('*', ..) => 1,
            Self::Binary(..) => 0,
        }
    }

    fn print(&self, least_rank: u8) -> String {
        let text = match self {
            Self::Int(value) => value.to_string(),
            Self::Fact(fact) => NUMBERS[*fact].0.to_owned(),
            Self::Negated(part) => format!("-{}", part.print(3)),
            Self::Binary(sign, left, right) => {
                let rank = self.rank();
                format!("{} {sign} {}", left.print(rank), right.print(rank + 1))
            }
        };
        if self.rank() < least_rank {
            format!("({text})")
        } else {
            text
        }
    }
}

impl Truth {
    /// Kleene's strong three-valued logic: `None` is unknown.
    fn value(&self, world: &World) -> Option<bool> {
        match self {
            Self::Constant(value) => Some(*value),
            Self::Fact(fact) => TRUTHS[*fact].1(world),
            Self::Not(part) => part.value(world).map(|value| !value),
            Self::And(left, right) => match (left.value(world), right.value(world)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Self::Or(left, right) => match (left.value(world), right.value(world)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Self::Compare(order, left, right) => {
                let (left, right) = (left.value(world)?, right.value(world)?);
                Some(match ORDERS[*order] {
                    "==" => left == right,
                    "!=" => left != right,
                    "<" => left < right,
                    "<=" => left <= right,
                    ">" => left > right,
                    _ => left >= right,
                })
            }
            Self::In(subject, list) => subject.value(world).map(|value| list.contains(&value)),
            Self::Kind(is_equal, kind) => Some((world.kind == *kind) == *is_equal),
            Self::KindIn(kinds) => Some(kinds.contains(&world.kind)),
            Self::Is(wanted, part) => part.value(world).map(|value| value == *wanted),
        }
    }

    /// 0 or, 1 and, 2 relation, 3 unary, 4 primary.
    fn rank(&self) -> u8 {
        match self {
            Self::Or(..) => 0,
            Self::And(..) => 1,
            Self::Compare(..) | Self::In(..) | Self::Kind(..) | Self::KindIn(_) | Self::Is(..) => 2,
            Self::Not(_) => 3,
            Self::Constant(_) | Self::Fact(_) => 4,
        }
    }

    fn print(&self, least_rank: u8) -> String {
        let kind = |kind: usize| format!("\"{}\"", ItemKind::ALL[kind].key());
        let text = match self {
            Self::Constant(value) => value.to_string(),
            Self::Fact(fact) => TRUTHS[*fact].0.to_owned(),
            Self::Not(part) => format!("!{}", part.print(4)),
            Self::And(left, right) => format!("{} && {}", left.print(1), right.print(2)),
            Self::Or(left, right) => format!("{} || {}", left.print(0), right.print(1)),
            Self::Compare(order, left, right) => format!("{} {} {}", left.print(0), ORDERS[*order], right.print(0)),
            Self::In(subject, list) => {
                let list: Vec<_> = list.iter().map(i64::to_string).collect();
                format!("{} in [{}]", subject.print(0), list.join(", "))
            }
            Self::Kind(true, of) => format!("item.kind == {}", kind(*of)),
            Self::Kind(false, of) => format!("{} != item.kind", kind(*of)),
            Self::KindIn(kinds) => {
                let kinds: Vec<_> = kinds.iter().map(|of| kind(*of)).collect();
                format!("item.kind in [{}]", kinds.join(","))
            }
            Self::Is(wanted, part) => format!("{} == {wanted}", part.print(3)),
        };
        if self.rank() < least_rank {
            format!("({text})")
        } else {
            text
        }
    }
}

fn number() -> impl Strategy<Value = Number> {
    let int = prop_oneof![8 => -2..6_i64, 1 => Just(i64::MAX), 1 => Just(-i64::MAX)];
    let leaf = prop_oneof![1 => int.prop_map(Number::Int), 3 => (0..NUMBERS.len()).prop_map(Number::Fact)];
    leaf.prop_recursive(2, 6, 2, |inner| {
        let sign = prop::sample::select(vec!['+', '-', '*']);
        prop_oneof![
            1 => inner.clone().prop_map(|part| Number::Negated(Box::new(part))),
            3 => (sign, inner.clone(), inner)
                .prop_map(|(sign, left, right)| Number::Binary(sign, Box::new(left), Box::new(right))),
        ]
    })
}

fn truth() -> impl Strategy<Value = Truth> {
    let fact = (0..NUMBERS.len()).prop_map(Number::Fact);
    let small = (0..4_i64).prop_map(Number::Int);
    let kinds = 0..ItemKind::ALL.len();
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Truth::Constant),
        6 => (0..TRUTHS.len()).prop_map(Truth::Fact),
        12 => (0..ORDERS.len(), fact, small).prop_map(|(order, left, right)| Truth::Compare(order, left, right)),
        6 => (0..ORDERS.len(), number(), number()).prop_map(|(order, left, right)| Truth::Compare(order, left, right)),
        4 => (number(), prop::collection::vec(-1..5_i64, 1..4)).prop_map(|(subject, list)| Truth::In(subject, list)),
        2 => (any::<bool>(), kinds.clone()).prop_map(|(is_equal, kind)| Truth::Kind(is_equal, kind)),
        1 => prop::collection::vec(kinds, 1..4).prop_map(Truth::KindIn),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            2 => inner.clone().prop_map(|part| Truth::Not(Box::new(part))),
            4 => pair.clone().prop_map(|(left, right)| Truth::And(Box::new(left), Box::new(right))),
            4 => pair.prop_map(|(left, right)| Truth::Or(Box::new(left), Box::new(right))),
            1 => (any::<bool>(), inner)
                .prop_filter("two constants", |(_, part)| !matches!(part, Truth::Constant(_)))
                .prop_map(|(wanted, part)| Truth::Is(wanted, Box::new(part))),
        ]
    })
}

fn finding() -> impl Strategy<Value = Finding> {
    let writing = prop::sample::select(vec![Writing::Plain, Writing::WithoutMarks, Writing::Disguised]);
    let personal = vec![PersonalKind::Cccd, PersonalKind::Mobile, PersonalKind::Email];
    prop_oneof![
        (0..3_u32, writing).prop_map(|(entry, writing)| phrase(entry, writing)),
        (0..2_u32).prop_map(|list| Finding::Listed { list }),
        (0..2_u32).prop_map(look_alike),
        prop::sample::select(personal).prop_map(Finding::Personal),
    ]
}

fn world() -> impl Strategy<Value = World> {
    let links = (0..4_usize).prop_flat_map(|links| (Just(links), 0..=links));
    let author = prop::array::uniform4(prop::option::of(0..5_u32));
    let findings = prop::collection::vec(finding(), 0..6);
    let kind = 0..ItemKind::ALL.len();
    let flags = (any::<bool>(), prop::option::of(any::<bool>()));
    (kind, 0..6_usize, links, flags, author, findings).prop_map(|(kind, length, links, flags, author, findings)| {
        World {
            kind,
            length,
            links: links.0,
            links_found: links.1,
            is_confirmed: flags.0,
            author,
            verified: flags.1,
            findings,
        }
    })
}

/// What the compiled rule says of a world in which the item is labelled `tin-gia`.
fn compiled_fires(rules: &RuleSet, world: &World, scratch: &mut RuleScratch) -> bool {
    let text = "ă".repeat(world.length);
    let links: Vec<Cow<'_, str>> = (0..world.links).map(|n| format!("https://{n}.vn").into()).collect();
    let labels = owned(if world.is_confirmed {
        &["tin-gia", "tin-xac-thuc"]
    } else {
        &["tin-gia"]
    });
    let item = Item {
        kind: ItemKind::ALL[world.kind],
        text: &text,
        links: &links,
        labels: &labels,
        author: Author {
            age_days: world.author[0],
            violations_30d: world.author[1],
            violations_90d: world.author[2],
            locks: world.author[3],
            verified: world.verified,
            ..Author::default()
        },
        ..Item::default()
    };
    let mut signals = in_turn(&world.findings);
    signals.extend((0..world.links_found as u32).map(|link| Signal {
        place: Place::Link(link),
        finding: Finding::Link,
        confidence: Confidence::EXACT,
    }));
    rules.evaluate(&item, &signals, scratch);
    scratch.fired().count() == 1
}

/// What may be wrong with a condition of the right types.
const POINTLESS: [&str; 4] = [
    "this comparison always holds",
    "this comparison never holds",
    "the condition never holds",
    "the constants overflow",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn compiled_conditions_agree_with_the_naive_interpreter(
        truth in truth(),
        worlds in prop::collection::vec(world(), 8),
    ) {
        let condition = format!("labels.has(\"tin-gia\") && {}", truth.print(2));
        match RuleSet::compile(&pack(vec![rule("r", &condition, Action::Review)])) {
            Ok(rules) => {
                let mut scratch = RuleScratch::default();
                for world in &worlds {
                    let expected = truth.value(world) == Some(true);
                    prop_assert_eq!(compiled_fires(&rules, world, &mut scratch), expected, "{} {:?}", condition, world);
                }
            }
            Err(errors) => for error in errors {
                prop_assert!(POINTLESS.contains(&error.message.en.as_str()), "{}: {}", condition, error);
                if error.message.en == POINTLESS[2] {
                    let holds = worlds.iter().find(|world| truth.value(world) == Some(true));
                    prop_assert!(holds.is_none(), "{} {:?}", condition, holds);
                }
            },
        }
    }

    #[test]
    fn proofs_are_right_and_quiet_rules_are_never_true(
        truth in truth(),
        picks in prop::collection::vec((any::<prop::sample::Index>(), 0..5_i64, any::<bool>()), 64),
    ) {
        let pack = pack(Vec::new());
        let vocabulary = Vocabulary::new(&pack);
        let mut facts = Facts::new();
        let condition = truth.print(0);
        let expr = syntax::parse(&condition).unwrap();
        let Ok(cond) = typing::check(&expr, &vocabulary, &mut facts) else {
            return Ok(());
        };
        let support = support(&cond, &facts);
        let possible = outcomes(&cond, &facts, |_| Assumption::Any);
        let mut program = Program::default();
        let root = program.add(&cond);
        for picks in picks.chunks(8) {
            let mut values: Vec<_> = facts.iter().zip(picks.iter().cycle()).map(|((_, fact), (pick, step, known))| {
                let (low, high) = *pick.get(&fact.values);
                if fact.is_optional() && !known { UNKNOWN } else { (low + step).min(high) }
            }).collect();
            let holds = program.holds(root, &values);
            prop_assert!(if holds { possible.can_hold } else { possible.can_fail }, "{} {:?}", condition, values);
            if let Some(support) = &support {
                for slot in &support.slots {
                    values[slot.index()] = facts.get(*slot).unwrap().quiet().unwrap();
                }
                prop_assert!(!program.holds(root, &values), "{} {:?} {:?}", condition, support, values);
            }
        }
    }

    #[test]
    fn no_text_makes_the_compiler_panic(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "item.links", "author.locks", "lexicon.count(", "links.listed()", "\"sc1.otp\"", "'ă", "has(", "(", ")", "[",
            "]", "in", "&&", "||", "!", "==", "<", ">", "-", "+", "*", ".", ",", "high", "true", "7", "//", "\n", "\\",
            "9223372036854775807", "ế", " ",
        ]), 0..24),
        noise in any::<String>(),
    ) {
        for condition in [pieces.concat(), pieces.join(" "), noise] {
            if let Err(errors) = RuleSet::compile(&pack(vec![rule("r", &condition, Action::Review)])) {
                for error in errors {
                    prop_assert!(error.offset.is_some_and(|offset| offset <= condition.len()));
                }
            }
        }
    }
}
