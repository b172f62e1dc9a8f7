//! What the log and the runs say agrees with a plain list of what was seen, whatever was sorted, merged or erased meanwhile.

use std::collections::BTreeSet;

use anlanh_db::Statement;
use anlanh_model::{Actor, AuditAction, Id, Time};

use super::*;
use crate::keeping::{self, WhyErased};
use crate::{Change, Options, Reader, Store, Target};

/// Keys are hashes, some of which stand at the ends.
const KEYS: [i64; 8] = [i64::MIN, i64::MIN + 1, -7, 0, 1, 5_000_000_000, i64::MAX - 1, i64::MAX];

/// What an item refers to.
const ROWS: &[Statement] = &[
    Statement::new(
        "test.version",
        "INSERT INTO policy_version (id, digest, state, note, created_at, changed_at) VALUES (1, '', '', '', 1, 1)",
    ),
    Statement::new(
        "test.engine",
        "INSERT INTO engine (id, version, lists, started_at) VALUES (1, 1, '', 1)",
    ),
];
const ITEM: Statement = Statement::new(
    "test.item",
    "INSERT INTO item (id, kind, received_at, engine, facts, action, verdict) VALUES ($1, 'post', 1, 1, '{}', 'allow', '{}')",
);

/// Pieces of the run that grows.
const GROWN: Statement = Statement::new(
    "test.grown",
    "SELECT COUNT(*) FROM key_piece WHERE run IN (SELECT id FROM key_run WHERE state = 'growing')",
);

/// Pieces of runs that are not read any more.
const GONE: Statement = Statement::new(
    "test.gone",
    "SELECT COUNT(*) FROM key_piece WHERE run IN (SELECT id FROM key_run WHERE state = 'gone')",
);

struct Kit {
    store: Store,
    /// Keys, times, items and members.
    seen: BTreeSet<Seen>,
    items: Vec<Id<Item>>,
    random: u64,
}

impl Kit {
    fn open(target: &Target) -> Self {
        let kit = Self {
            store: Store::open(target, &Options::default()).unwrap(),
            seen: BTreeSet::new(),
            items: Vec::new(),
            random: 0x9e37_79b9_7f4a_7c15,
        };
        for row in ROWS {
            kit.write(move |writer| writer.execute(row, &[]).map(drop));
        }
        kit
    }

    fn write<T: Send + 'static>(&self, job: impl FnMut(&mut Writer<'_, '_>) -> Result<T, Error> + Send + 'static) -> T {
        self.try_write(job).unwrap()
    }

    fn try_write<T: Send + 'static>(
        &self,
        job: impl FnMut(&mut Writer<'_, '_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let change = Change {
            actor: Actor::Node,
            action: AuditAction::SortCounted,
            now: Time::from_seconds(1_790_000_000),
        };
        self.store.write_blocking(change, job)
    }

    fn read<T: Send + 'static>(&self, job: impl FnMut(&mut Reader<'_, '_>) -> Result<T, Error> + Send + 'static) -> T {
        self.store.read_blocking("test", job).unwrap()
    }

    fn below(&mut self, most: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % most
    }

    /// Lets so many items come, most of them with keys of their own and some that others have.
    fn come(&mut self, items: usize) {
        let mut come = Vec::new();
        for _ in 0..items {
            let at = Time::from_seconds(1_780_000_000 + self.below(10_000_000).cast_signed());
            let mut keys = Vec::new();
            for _ in 0..self.below(6) {
                let key = match self.below(4) {
                    0 => KEYS[self.below(KEYS.len() as u64) as usize],
                    _ => self.below(u64::MAX).cast_signed(),
                };
                let member = self.below(3).cast_signed() - 1;
                keys.push(Keys { key, member });
            }
            come.push((at, keys));
        }
        let sent = come.clone();
        let ids = self.write(move |writer| {
            let mut ids = Vec::new();
            for (at, keys) in &sent {
                let id: Id<Item> = writer.new_id();
                writer.execute(&ITEM, &[Value::Int(id.number())])?;
                insert(writer, id, *at, keys)?;
                ids.push(id);
            }
            Ok(ids)
        });
        for ((at, keys), id) in come.into_iter().zip(&ids) {
            let item = id.number();
            self.seen.extend(keys.into_iter().map(|Keys { key, member }| Seen {
                key,
                sighting: Sighting { at, item, member },
            }));
        }
        self.items.extend(ids);
    }

    /// Does so many steps of what is to be done, and says how many there were.
    fn settle(&self, most: usize) -> usize {
        (0..most).take_while(|_| self.step()).count()
    }

    fn step(&self) -> bool {
        self.settle_of(LONG).is_some()
    }

    /// Does what is to be done where a log of so many sightings is long, and says whether all was sorted.
    fn settle_of(&self, long: u64) -> Option<bool> {
        let step = self.prepare(long)?;
        Some(self.try_settle(&step).unwrap())
    }

    fn prepare(&self, long: u64) -> Option<Step> {
        self.read(move |tx| prepare(tx, long))
    }

    fn try_settle(&self, step: &Step) -> Result<bool, Error> {
        let step = step.clone();
        self.try_write(move |writer| settle(writer, &step))
    }

    #[track_caller]
    fn refuses(&self, step: &Step) {
        let settled = self.try_settle(step);
        assert!(
            matches!(settled, Err(Error::Database(anlanh_db::Error::Busy))),
            "{settled:?}"
        );
    }

    /// Deletes what was counted of one item, and checks that there was something.
    fn uncount_one(&mut self, item: i64) {
        assert!(!self.uncount(&[item]).is_empty());
        self.seen.retain(|seen| seen.sighting.item != item);
    }

    /// Erases one item in so many, and takes what was counted of them out of everything.
    fn erase(&mut self, one_in: u64) {
        let items = std::mem::take(&mut self.items).into_iter();
        let (old, left): (Vec<_>, Vec<_>) = items.partition(|_| self.below(one_in) == 0);
        self.items = left;
        let gone = old.clone();
        self.write(move |writer| {
            for item in &gone {
                keeping::erase(writer, *item, WhyErased::Wish)?;
            }
            Ok(())
        });
        let until = Time::from_seconds(1_790_000_000);
        let items = self.read(move |tx| erased(tx, until));
        let gone: BTreeSet<i64> = old.iter().map(|id| id.number()).collect();
        assert!(gone.iter().all(|item| items.binary_search(item).is_ok()));
        let mut keys = self.uncount(&items);
        keys.sort_unstable();
        let mut expected: Vec<i64> = self
            .seen
            .iter()
            .filter(|seen| gone.contains(&seen.sighting.item))
            .map(|seen| seen.key)
            .collect();
        expected.sort_unstable();
        expected.dedup();
        // A key of a run that grows is in another, too.
        keys.dedup();
        assert_eq!(keys, expected);
        self.seen.retain(|seen| !gone.contains(&seen.sighting.item));
        assert!(self.uncount(&items).is_empty(), "nothing of them is left");
    }

    fn uncount(&self, items: &[i64]) -> Vec<i64> {
        let of = items.to_vec();
        let has = self.read(move |tx| is_logged(tx, &of));
        let of = items.to_vec();
        let mut keys = self.write(move |writer| uncount_log(writer, &of));
        assert_eq!(has, !keys.is_empty());
        let mut after = Place::FIRST;
        loop {
            let of = items.to_vec();
            let affected = self.read(move |tx| of_erased(tx, &after, &of, 100));
            if !affected.places.is_empty() {
                let (places, of) = (affected.places, items.to_vec());
                keys.extend(self.write(move |writer| uncount(writer, &places, &of)));
            }
            match affected.last {
                Some(last) => after = last,
                None => return keys,
            }
        }
    }

    fn check(&mut self) {
        let mut keys: Vec<i64> = KEYS.to_vec();
        keys.extend([2, -8]);
        for _ in 0..20 {
            let at = self.below(self.seen.len().max(1) as u64) as usize;
            keys.extend(self.seen.iter().nth(at).map(|seen| seen.key));
        }
        keys.sort_unstable();
        keys.dedup();
        let asked = keys.clone();
        let counted = self.read(move |tx| {
            let log = Log::read(tx)?;
            counts(tx, &log, &asked)
        });
        let of = |key: i64| {
            self.seen
                .iter()
                .filter(move |seen| seen.key == key)
                .map(|seen| seen.sighting)
        };
        let mut counted = counted.into_iter().peekable();
        for key in keys {
            let expected: Vec<Sighting> = of(key).collect();
            let count = counted.next_if(|count| count.key == key);
            assert_eq!(count.is_some(), !expected.is_empty(), "{key}");
            let Some(count) = count else { continue };
            assert_eq!(count.seen, expected.len() as u64, "{key}");
            assert_eq!(Some(count.newest), expected.last().map(|last| last.at), "{key}");
            if let Some(sightings) = count.sightings {
                assert_eq!(sightings, expected, "{key}");
            }
            for limit in [1, 3, 100, 1_000_000] {
                let after = expected[expected.len() / 2];
                let found = self.read(move |tx| {
                    let log = Log::read(tx)?;
                    since(tx, &log, key, after, limit)
                });
                let rest = expected.iter().filter(|seen| **seen > after).take(limit as usize);
                assert_eq!(found, rest.copied().collect::<Vec<_>>(), "{key}, {limit}");
            }
        }
        for about in [1, 500, 1_000_000] {
            let (mut found, mut from) = (Vec::new(), Some(i64::MIN));
            while let Some(key) = from {
                let page = self.read(move |tx| stored(tx, key, about));
                found.extend(page.keys);
                from = page.next;
            }
            let expected: BTreeSet<i64> = self.seen.iter().map(|seen| seen.key).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}

fn check(target: &Target) {
    let mut kit = Kit::open(target);
    kit.check();
    assert_eq!(kit.settle(1), 0);
    // Runs of two sizes and a log, with a merge under way each time that something is asked or erased.
    for round in 0..11 {
        kit.come(3_500 + 100 * round);
        let steps = kit.settle(2);
        assert!(steps > 0, "{round}: the log was long");
        if round % 3 == 2 {
            // The eighth run begins a merge in round 7, and its first pieces come in round 8.
            let row = kit.read(|tx| tx.row(&GROWN, &[]));
            assert_eq!(row.unwrap().int(0).unwrap() > 0, round == 8);
            kit.erase(50);
            kit.check();
        }
    }
    while kit.settle(1) > 0 {
        kit.check();
    }
    let runs = kit.read(|tx| runs::whole(tx));
    assert!((1..2 * 8).contains(&runs.len()), "{runs:?}");
    kit.come(10);
    kit.erase(2);
    kit.check();
    let items = kit.seen.iter().map(|seen| seen.sighting.item).collect::<BTreeSet<_>>();
    assert!(!items.is_empty());
    kit.erase(1);
    assert!(kit.seen.is_empty());
    let pieces = kit.read(|tx| of_erased(tx, &Place::FIRST, &[], 10));
    assert_eq!(pieces.last, None, "no hash of what was erased is left anywhere");
}

/// Keeps sightings of a few keys, ten items in a transaction.
fn flood(kit: &mut Kit, items: usize, each: i64) {
    let at = Time::from_seconds(1_785_000_000);
    let keys: Vec<Keys> = (0..each).map(|key| Keys { key, member: 0 }).collect();
    for first in (0..items).step_by(10) {
        let sent = keys.clone();
        let ids = kit.write(move |writer| {
            let mut ids = Vec::new();
            for _ in first..items.min(first + 10) {
                let id: Id<Item> = writer.new_id();
                insert(writer, id, at, &sent)?;
                ids.push(id.number());
            }
            Ok(ids)
        });
        for item in ids {
            kit.seen.extend(keys.iter().map(|keys| Seen {
                key: keys.key,
                sighting: Sighting { at, item, member: 0 },
            }));
        }
    }
}

fn check_floods(target: &Target) {
    let mut kit = Kit::open(target);
    // More than is sorted in one step: it takes five, and is all there between them.
    flood(&mut kit, 700, 200);
    assert_eq!(kit.settle_of(1), Some(false), "all of it was sorted at once");
    kit.check();
    let steps: Vec<_> = (0..4).map(|_| kit.settle_of(1)).collect();
    assert_eq!(steps, [Some(false), Some(false), Some(false), Some(true)]);
    kit.check();
    let unread = kit.read(|tx| counts(tx, &Log::default(), &[7]));
    assert_eq!(unread[0].seen, 700);
    flood(&mut kit, 1, 10);
    let unread = kit.read(|tx| counts(tx, &Log::default(), &[7]));
    assert_eq!(unread[0].seen, 700, "the log was not to be read");
    // However fast the log grows, runs do not become many.
    for _ in 0..60 {
        flood(&mut kit, 1, 10);
        assert!(kit.settle_of(1).is_some());
        let runs = kit.read(|tx| runs::whole(tx));
        assert!(runs.len() < 28, "{runs:?}");
    }
    kit.check();
}

#[test]
fn floods_are_sorted_and_merged_in_steps() {
    on_each(check_floods);
}

#[test]
fn counts_agree_with_a_list_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    check(&Target::Sqlite(folder.path().join("anlanh.db")));
}

#[test]
fn counts_agree_with_a_list_on_postgresql() {
    if let Some(database) = anlanh_testkit::postgres() {
        check(&Target::parse(database.address()));
    }
}

/// A step that is not about what is there any more is refused, and does no harm where it would do the same again.
fn check_stale(target: &Target) {
    let mut kit = Kit::open(target);
    flood(&mut kit, 9, 10);
    let items: Vec<i64> = kit.seen.iter().map(|seen| seen.sighting.item).take(9).collect();
    let sort = kit.prepare(1).unwrap();
    kit.uncount_one(items[0]);
    kit.refuses(&sort);
    kit.check();
    let sort = kit.prepare(1).unwrap();
    assert!(kit.try_settle(&sort).unwrap());
    kit.refuses(&sort);
    for _ in 0..7 {
        flood(&mut kit, 1, 10);
        assert_eq!(kit.settle_of(1), Some(true));
    }
    let begin = kit.prepare(1).unwrap();
    assert!(!kit.try_settle(&begin).unwrap());
    kit.refuses(&begin);
    let grow = kit.prepare(1).unwrap();
    kit.uncount_one(items[1]);
    kit.refuses(&grow);
    kit.check();
    let grow = kit.prepare(1).unwrap();
    assert!(!kit.try_settle(&grow).unwrap());
    kit.refuses(&grow);
    kit.check();
    while let Some(delete) = kit.prepare(1) {
        assert!(!kit.try_settle(&delete).unwrap());
        assert!(!kit.try_settle(&delete).unwrap());
        kit.check();
    }
    // A run of which nothing is left grows to its end without anything.
    for _ in 0..7 {
        flood(&mut kit, 1, 10);
        assert_eq!(kit.settle_of(1), Some(true));
    }
    let begin = kit.prepare(1).unwrap();
    assert!(!kit.try_settle(&begin).unwrap());
    let items: BTreeSet<i64> = kit.seen.iter().map(|seen| seen.sighting.item).collect();
    for item in items {
        kit.uncount_one(item);
    }
    let grow = kit.prepare(1).unwrap();
    assert!(!kit.try_settle(&grow).unwrap());
    kit.refuses(&grow);
    kit.check();
}

/// Rows of the log that are each of one sighting.
fn log_rows(kit: &mut Kit, rows: usize) {
    let at = Time::from_seconds(1_785_000_000);
    let seen = kit.write(move |writer| {
        let mut seen = Vec::new();
        for key in 0..rows as i64 {
            let item = writer.new_id::<Item>().number();
            let sighting = Sighting { at, item, member: 0 };
            let one = Seen { key, sighting };
            writer.execute(&INSERT, &[Value::Int(item), Value::Bytes(&pack(&[one]))])?;
            seen.push(one);
        }
        Ok(seen)
    });
    kit.seen.extend(seen);
}

fn check_sorted(target: &Target) {
    let mut kit = Kit::open(target);
    log_rows(&mut kit, settle::SORTED_ROWS);
    assert_eq!(kit.settle_of(1), Some(true));
    log_rows(&mut kit, settle::SORTED_ROWS + 1);
    assert_eq!([kit.settle_of(1), kit.settle_of(1)], [Some(false), Some(true)]);
    kit.check();
}

fn check_deleted(target: &Target) {
    let mut kit = Kit::open(target);
    // A run of 1,072 pieces and seven of one.
    flood(&mut kit, 2, 30_000);
    assert_eq!(kit.settle_of(1), Some(true));
    for _ in 0..7 {
        flood(&mut kit, 1, 10);
        assert_eq!(kit.settle_of(1), Some(true));
    }
    let mut left = Vec::new();
    while kit.settle_of(1).is_some() {
        let row = kit.read(|tx| tx.row(&GONE, &[]));
        left.push(row.unwrap().int(0).unwrap());
    }
    let most = left.iter().max().copied().unwrap();
    assert_eq!(most, 1_072 + 7);
    assert!(left.contains(&(most - settle::DELETED as i64)), "{left:?}");
    assert_eq!(left.last(), Some(&0));
    kit.check();
}

/// One after the other on both databases.
fn on_each(check: fn(&Target)) {
    let folder = tempfile::tempdir().unwrap();
    check(&Target::Sqlite(folder.path().join("anlanh.db")));
    if let Some(database) = anlanh_testkit::postgres() {
        check(&Target::parse(database.address()));
    }
}

#[test]
fn a_step_sorts_rows_up_to_a_limit() {
    on_each(check_sorted);
}

#[test]
fn a_step_deletes_pieces_up_to_a_limit() {
    on_each(check_deleted);
}

#[test]
fn a_step_is_refused_that_would_bring_back_what_is_gone() {
    on_each(check_stale);
}
