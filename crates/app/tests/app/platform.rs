//! A platform that does what it is told, whatever is decided and taken back in whatever order.

use std::collections::BTreeMap;

use anlanh_app::enforcement::{self, EnforcementError};
use anlanh_app::{Decision, Effect, Error, action, case};
use anlanh_model::{Actor, Id, MeasureKind, Target, TargetKind, Time};

use crate::enforcement::{DAY, account, asked, decide, lock, nothing, platform, post, proposed, reverse, with};
use crate::node::{Node, on_each, removal};

/// A small generator of numbers, the same on every machine (Marsaglia, Xorshift RNGs, 2003).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides).unwrap()
    }
}

/// What a platform that does what it is told has done by now, by target and kind.
async fn state(node: &Node) -> BTreeMap<(Target, &'static str), (Option<Time>, Vec<String>)> {
    let (mut state, mut after) = (BTreeMap::new(), None);
    loop {
        let page = action::feed(&node.app, &platform(), after, 200).await.unwrap();
        let Some(last) = page.last().map(|told| told.row.id) else {
            return state;
        };
        after = Some(last);
        for row in page.into_iter().map(|told| told.row) {
            let key = (row.target, row.kind.key());
            match row.effect {
                Effect::Apply => state.insert(key, (row.until, row.labels)),
                Effect::Lift => state.remove(&key),
            };
        }
    }
}

/// Whatever is decided, reversed, confirmed and waited for, in whatever order: the platform holds exactly what live
/// measures say, no subject is locked without a decision that stands, and reversing everything leads back to nothing.
#[test]
fn the_platform_holds_what_stands_and_nothing_else() {
    on_each(async |node| {
        for seed in 1..=3_u64 {
            simulate(&node, seed).await;
        }
    });
}

async fn simulate(node: &Node, seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut decisions: Vec<Id<Decision>> = Vec::new();
    let mut undone: Vec<Id<Decision>> = Vec::new();
    let authors: Vec<String> = (0..3).map(|number| format!("s{seed}-u{number}")).collect();
    for step in 0..60 {
        node.wait_minutes(i64::try_from(dice.roll(6)).unwrap() * DAY / 2);
        match dice.roll(8) {
            0..4 => {
                let author = &authors[dice.roll(3)];
                let case = post(node, &format!("s{seed}-p{step}"), author, None).await;
                let lock = asked(MeasureKind::TemporaryLock, TargetKind::Account, Some(7));
                let verdict = match dice.roll(4) {
                    0 => nothing(),
                    1 => with(removal(), &[lock]),
                    _ => removal(),
                };
                decisions.push(decide(node, case, verdict).await);
            }
            4 | 5 => {
                if let Some(case) = proposed(node).await {
                    let days = u32::try_from(7 + dice.roll(20)).unwrap();
                    match lock(node, case, days).await {
                        Ok(decided) => decisions.push(decided.done().unwrap().id),
                        // A void proposal, or one that strikes have outgrown, can only be declined.
                        Err(Error::Enforcement(EnforcementError::Void | EnforcementError::OutOfBounds(..))) => {
                            let minh = Actor::Person(node.other);
                            let declined = case::decide(&node.app, &minh, case, nothing()).await.unwrap();
                            decisions.push(declined.done().unwrap().id);
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            6 if !decisions.is_empty() => {
                let decision = decisions[dice.roll(u64::try_from(decisions.len()).unwrap())];
                undone.extend(reverse(node, decision).await.decisions);
            }
            _ => {}
        }
        enforcement::end_due(&node.app).await.unwrap();
        check_state(node, &authors, &undone).await;
    }
    for decision in &decisions {
        undone.extend(reverse(node, *decision).await.decisions);
    }
    let left = state(node).await;
    assert!(left.is_empty(), "seed {seed}: {left:?}");
    for author in &authors {
        let view = enforcement::subject(&node.app, &node.auditor(), account(author))
            .await
            .unwrap();
        assert!(view.strikes.iter().all(|strike| strike.revoked_at.is_some()));
        assert!(view.measures.iter().all(|measure| !measure.is_live()));
    }
}

async fn check_state(node: &Node, authors: &[String], undone: &[Id<Decision>]) {
    let state = state(node).await;
    for author in authors {
        let target = account(author);
        let view = enforcement::subject(&node.app, &node.auditor(), target.clone())
            .await
            .unwrap();
        let live = view.measures.iter().filter(|measure| measure.is_live());
        let live: Vec<_> = live.collect();
        assert!(
            live.iter().all(|measure| !undone.contains(&measure.decision)),
            "a lock stands on nothing"
        );
        let until = live.iter().map(|measure| measure.until).max();
        let held = state.get(&(target, "lock")).map(|(until, _)| *until);
        assert_eq!(held, until, "{author}");
    }
}
