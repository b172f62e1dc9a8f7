use std::collections::BTreeMap;

use anlanh_soc::blocking::{Act, Blocklist, Origin};
use proptest::prelude::*;

use super::*;

fn rules(lines: &BTreeMap<String, Act>) -> Rules {
    let mut list = Blocklist::new();
    for (value, act) in lines {
        list.add(value, act).unwrap();
    }
    Rules::of(&list, &Origin::parse("rpz.test").unwrap(), |gap| panic!("{gap:?}"))
}

fn nx(names: &[&str]) -> Rules {
    rules(&names.iter().map(|name| ((*name).to_owned(), Act::NxDomain)).collect())
}

/// The names in front of the parts, the rules of their zone, and those of the parts together.
#[derive(Clone, Default)]
struct Zones {
    fresh: Fresh,
    ahead: Rules,
    parts: Rules,
}

impl Zones {
    fn begin(whole: &Rules) -> Self {
        let delta = Arc::new(Delta::between(&Rules::default(), whole));
        let plan = Fresh::default().begin(whole, &delta);
        Self::default().after(plan)
    }

    fn after(&self, plan: Plan) -> Self {
        let parts = self.parts.with(&plan.parts);
        // What is removed was there, and what is added is new or treated otherwise.
        assert_eq!(Delta::between(&self.parts, &parts), *plan.parts);
        let mut fresh = plan.fresh;
        for name in &plan.folding {
            fresh.fold(name, Serial(1), Duration::ZERO);
        }
        Self {
            fresh,
            ahead: plan.rules,
            parts,
        }
    }

    fn change(&self, whole: &Rules, next: &Rules) -> Self {
        let delta = Delta::between(whole, next);
        self.after(self.fresh.plan(next, &delta, Duration::ZERO))
    }
}

/// Every name that could be asked for: those that may be listed, and one below each.
fn names() -> Vec<String> {
    let mut names = Vec::new();
    for top in ["a.vn", "b.vn", "a-b.vn"] {
        for below in ["", "a.", "b.", "a.a.", "b.a.", "-x.a."] {
            names.push(format!("{below}{top}"));
            names.push(format!("x.{below}{top}"));
        }
    }
    names
}

/// What a resolver does that has these two, in this order.
fn said(ahead: &Rules, parts: &Rules) -> BTreeMap<String, Vec<u8>> {
    let names = names();
    let keys: HashSet<&str> = names.iter().map(String::as_str).collect();
    let (first, second) = (ahead.holding(&keys), parts.holding(&keys));
    let all = keys.iter().filter_map(|name| {
        Some((
            (*name).to_owned(),
            first.get(name).or_else(|| second.get(name))?.clone(),
        ))
    });
    all.collect()
}

fn is_block(target: Option<&Vec<u8>>) -> bool {
    target.is_some_and(|target| target != b"rpz-passthru")
}

fn some_list() -> impl Strategy<Value = Rules> {
    let name = "(a\\.|b\\.|a\\.a\\.|b\\.a\\.|)(a|b|a-b)\\.vn";
    let act = prop_oneof![3 => Just(Act::NxDomain), 1 => Just(Act::Drop), 1 => Just(Act::Pass)];
    proptest::collection::btree_map(name, act, 0..8).prop_map(|map| rules(&map))
}

/// What happens between two changes.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    Nothing,
    Folded,
    Gone,
    Restarted,
}

fn meanwhile() -> impl Strategy<Value = Meanwhile> {
    prop_oneof![
        Just(Meanwhile::Nothing),
        Just(Meanwhile::Folded),
        Just(Meanwhile::Gone),
        Just(Meanwhile::Restarted)
    ]
}

fn is_any(_: &[u8]) -> bool {
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_resolver_says_what_the_zone_says_whichever_it_has(steps in proptest::collection::vec((some_list(), meanwhile()), 1..8)) {
        let mut whole = Rules::default();
        let mut zones = Zones::begin(&whole);
        for (next, then) in steps {
            let after = zones.change(&whole, &next);
            let (old, new) = (said(&Rules::default(), &whole), said(&Rules::default(), &next));
            prop_assert_eq!(&said(&after.ahead, &after.parts), &new);
            for mixed in [said(&after.ahead, &zones.parts), said(&zones.ahead, &after.parts)] {
                for name in names() {
                    let (old, new, mixed) = (old.get(&name), new.get(&name), mixed.get(&name));
                    // Below what is let go at the same time it may be blocked, or answered, otherwise until that is gone.
                    let is_alike = (is_block(old) && is_block(mixed)) || !(is_block(new) || is_block(mixed));
                    let is_one = mixed == old || mixed == new || is_alike;
                    prop_assert!(is_one, "{name}: {mixed:?}");
                }
            }
            (whole, zones) = (next, after);
            let moved = match then {
                Meanwhile::Nothing => continue,
                Meanwhile::Folded => zones.fresh.plan_fold(&zones.ahead, is_any),
                Meanwhile::Gone => {
                    zones.fresh.prove(Serial(1), is_any);
                    Some(zones.fresh.let_go(FRESH_FOR, Asked::Some).plan_rest(&whole))
                }
                Meanwhile::Restarted => {
                    let missing = Delta::between(&zones.parts, &whole);
                    Some(Plan { parts: Arc::new(missing), ..zones.fresh.begin(&whole, &Arc::default()) })
                }
            };
            let Some(plan) = moved else { continue };
            let after = zones.after(plan);
            // Nothing that a resolver answers depends on how much of it has come.
            for (ahead, parts) in [(&after.ahead, &after.parts), (&after.ahead, &zones.parts), (&zones.ahead, &after.parts)] {
                prop_assert_eq!(&said(ahead, parts), &new);
            }
            zones = after;
        }
    }
}

#[test]
fn what_comes_is_ahead_and_what_goes_is_not() {
    let (first, second) = (nx(&["evil.vn"]), nx(&["evil.vn", "bad.vn"]));
    let begun = Zones::begin(&first);
    assert_eq!((begun.ahead.len(), begun.parts.len()), (0, 1));
    let come = begun.change(&first, &second);
    assert_eq!(
        (come.ahead.clone(), come.parts.clone()),
        (nx(&["bad.vn"]), first.clone())
    );
    let gone = come.change(&second, &first);
    assert_eq!((gone.ahead.len(), gone.parts), (0, first));
}

#[test]
fn a_name_leaves_when_its_part_is_seen_to_have_it() {
    let (first, second) = (nx(&[]), nx(&["bad.vn"]));
    let mut zones = Zones::begin(&first).change(&first, &second);
    let stays = |zones: &Zones, now, asked| zones.fresh.let_go(now, asked) == zones.fresh;
    let late = FRESH_FOR * 2;
    assert!(stays(&zones, late, Asked::Nobody), "its part does not have it");
    zones = zones.after(zones.fresh.plan_fold(&zones.ahead, is_any).unwrap());
    assert_eq!(zones.parts, second);
    assert!(zones.fresh.plan_fold(&zones.ahead, is_any).is_none());
    assert!(stays(&zones, late, Asked::Some), "nobody has seen it");
    assert!(!stays(&zones, FRESH_FOR, Asked::Nobody));
    assert!(stays(&zones, FRESH_FOR - Duration::from_nanos(1), Asked::Nobody));
    zones.fresh.prove(Serial(0), is_any);
    zones.fresh.prove(Serial(1), |_| false);
    assert!(
        stays(&zones, late, Asked::Some),
        "an older version, and another part, were seen"
    );
    zones.fresh.prove(Serial(1), is_any);
    assert!(stays(&zones, FRESH_FOR - Duration::from_nanos(1), Asked::Some));
    assert!(!stays(&zones, FRESH_FOR, Asked::Some));
}

#[test]
fn no_more_are_ahead_than_a_small_zone_holds() {
    let many: Vec<String> = (0..=MAX_FRESH_NAMES).map(|at| format!("n{at}.vn")).collect();
    let most: Vec<&str> = many.iter().map(String::as_str).collect();
    let (few, all) = (nx(&most[1..]), nx(&most));
    let none = Rules::default();
    let begun = Zones::begin(&none);
    let at_limit = begun.change(&none, &few);
    assert_eq!((at_limit.ahead.len(), at_limit.parts.len()), (MAX_FRESH_NAMES, 0));
    let past = at_limit.change(&few, &all);
    assert_eq!((past.ahead.len(), past.parts.len()), (MAX_FRESH_NAMES, 1));
    assert_eq!(begun.change(&none, &all).ahead.len(), 0);
    // They leave sooner where there is little room.
    let mut tight = at_limit.after(at_limit.fresh.plan_fold(&at_limit.ahead, is_any).unwrap());
    tight.fresh.prove(Serial(1), is_any);
    assert_eq!(
        tight
            .fresh
            .let_go(FRESH_AT_LEAST - Duration::from_nanos(1), Asked::Some),
        tight.fresh
    );
    assert_eq!(tight.fresh.let_go(FRESH_AT_LEAST, Asked::Some), Fresh::default());
}

#[test]
fn what_stands_below_a_name_counts_to_the_limit() {
    // Exceptions below a name that comes have to be said beside it.
    let of = |count: usize| {
        let mut map: BTreeMap<String, Act> = (1..count).map(|at| (format!("n{at}.evil.vn"), Act::Pass)).collect();
        let before = rules(&map);
        map.insert("evil.vn".to_owned(), Act::NxDomain);
        let whole = rules(&map);
        Zones::begin(&before).change(&before, &whole).ahead.len()
    };
    assert_eq!(of(MAX_FRESH_RULES), MAX_FRESH_RULES);
    assert_eq!(of(MAX_FRESH_RULES + 1), 0);
}

#[test]
fn names_are_kept_for_whoever_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names");
    assert_eq!(Fresh::open(&path).unwrap(), Fresh::default());
    let none = Rules::default();
    let zones = Zones::begin(&none).change(&none, &nx(&["bad.vn", "a.evil.vn"]));
    zones.fresh.write(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "bad.vn\na.evil.vn\n");
    assert!(Fresh::open(&path).unwrap().has_names_of(&zones.fresh));
    for damaged in ["no name\n".to_owned(), "a".repeat(MAX_FRESH_BYTES + 1)] {
        std::fs::write(&path, damaged).unwrap();
        assert!(matches!(Fresh::open(&path), Err(LedgerError::Damaged(_))));
    }
    std::fs::write(&path, "\n".repeat(MAX_FRESH_BYTES)).unwrap();
    assert!(Fresh::open(&path).is_err());
}
