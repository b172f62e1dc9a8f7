//! Collections of STIX objects on both databases: what comes in comes out once, in order, to whoever may read it.

#![cfg(test)]

use std::collections::BTreeMap;

use anlanh_model::{Actor, AuditAction, Id, Time, Tlp};
use anlanh_store::intel::{
    self, Added, Change as Happened, Changed, Collection, Filter, Head, NewCollection, NewObject, Right, SCANNED,
    Versions,
};
use anlanh_store::{Change, Error, Options, Store, Target};

const START: i64 = 1_790_000_000_000_000;

fn on_both(check: fn(&Store)) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Target::Sqlite(folder.path().join("anlanh.db"));
    check(&Store::open(&sqlite, &Options::default()).unwrap());
    if let Some(database) = anlanh_testkit::postgres() {
        let target = Target::parse(database.address());
        check(&Store::open(&target, &Options::default()).unwrap());
    }
}

fn change(action: AuditAction, at: i64) -> Change {
    Change {
        actor: Actor::Node,
        action,
        now: Time::from_micros(at),
    }
}

fn collection(store: &Store, number: u8) -> Id<Collection> {
    let new = NewCollection {
        uuid: format!("91a7b528-80eb-42ed-a74d-c6fbd5a2611{number}"),
        alias: None,
        title: format!("Collection {number}"),
        description: None,
        right: Right::default(),
    };
    let made = store.write_blocking(change(AuditAction::CreateCollection, START), move |writer| {
        intel::create_collection(writer, &new)
    });
    made.map_err(|error: Error| error).unwrap()
}

fn object(kind: &str, number: u32, version: Option<i64>, tlp: Tlp) -> NewObject {
    let id = format!("{kind}--00000000-0000-4000-8000-{number:012}");
    NewObject {
        body: format!(r#"{{"id":"{id}","version":{version:?}}}"#).into_bytes(),
        id,
        kind: kind.to_owned(),
        version: version.map(Time::from_micros),
        spec_version: if number.is_multiple_of(5) { "2.0" } else { "2.1" }.to_owned(),
        tlp,
        is_revoked: false,
        feed: None,
    }
}

fn add(store: &Store, into: Id<Collection>, objects: Vec<NewObject>, at: i64) -> Vec<Added> {
    let added = store.write_blocking(change(AuditAction::AddIndicators, at), move |writer| {
        intel::add(writer, into, &objects)
    });
    added.map_err(|error: Error| error).unwrap()
}

fn delete(store: &Store, from: Id<Collection>, id: &str, filter: Filter) -> usize {
    let id = id.to_owned();
    let deleted = store.write_blocking(change(AuditAction::DeleteIndicators, START), move |writer| {
        intel::delete(writer, from, &id, &filter)
    });
    deleted.map_err(|error: Error| error).unwrap()
}

fn everything() -> Filter {
    Filter {
        versions: Versions::All,
        clearance: Tlp::Red,
        ..Filter::default()
    }
}

/// All pages of a walk, with the body of each object, after checking that the manifest says the same.
fn walk(store: &Store, of: Id<Collection>, filter: &Filter, after: Time, limit: u32) -> Vec<(Head, Vec<u8>)> {
    let (mut found, mut next) = (Vec::new(), Some(after));
    while let Some(after) = next {
        let filter = filter.clone();
        let read = store.read_blocking("test", move |tx| {
            let page = intel::page(tx, of, &filter, after, limit)?;
            Ok::<_, Error>((page, intel::manifest(tx, of, &filter, after, limit)?))
        });
        let (page, manifest) = read.unwrap();
        assert!(page.rows.len() <= usize::try_from(limit).unwrap());
        assert_eq!(page.next, manifest.next);
        let heads: Vec<&Head> = page.rows.iter().map(|row| &row.head).collect();
        assert_eq!(heads, manifest.rows.iter().collect::<Vec<_>>());
        found.extend(page.rows.into_iter().map(|row| (row.head, row.body)));
        next = page.next;
    }
    found
}

fn changes(store: &Store, limit: u32) -> Vec<Happened> {
    let (mut all, mut after) = (Vec::new(), Time::from_micros(0));
    loop {
        let read = store.read_blocking("test", move |tx| intel::changes_since(tx, after, limit));
        let read = read.map_err(|error: Error| error).unwrap();
        let Some(last) = read.last() else {
            return all;
        };
        after = last.at;
        all.extend(read);
    }
}

/// What stands in a collection, kept as simply as can be.
#[derive(Debug, Clone)]
struct Kept {
    new: NewObject,
    version: i64,
    added: i64,
}

#[derive(Default)]
struct Reference {
    rows: Vec<Kept>,
    dice: u64,
}

impl Reference {
    fn roll(&mut self, sides: u32) -> u32 {
        self.dice = self
            .dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.dice >> 33) % u64::from(sides)).unwrap()
    }

    fn versions_of<'r>(&'r self, id: &'r str) -> impl Iterator<Item = i64> + 'r {
        self.rows
            .iter()
            .filter(move |kept| kept.new.id == id)
            .map(|kept| kept.version)
    }

    fn add(&mut self, new: &NewObject, outcome: Added) {
        let asked = new.version.map(Time::as_micros);
        let known = self
            .versions_of(&new.id)
            .find(|version| asked.is_none_or(|asked| asked == *version));
        match outcome {
            Added::Known { .. } => assert!(known.is_some(), "{}", new.id),
            Added::New { version, added } => {
                assert_eq!(known, None, "{}", new.id);
                assert_eq!(version, new.version.unwrap_or(added));
                let last = self.rows.iter().map(|kept| kept.added).max();
                assert!(last < Some(added.as_micros()), "moments rise");
                let (version, added) = (version.as_micros(), added.as_micros());
                self.rows.push(Kept {
                    new: new.clone(),
                    version,
                    added,
                });
            }
        }
    }

    fn fits(&self, kept: &Kept, filter: &Filter) -> bool {
        let among = |values: &[String], value: &str| values.is_empty() || values.iter().any(|one| one == value);
        let is_first = self.versions_of(&kept.new.id).min() == Some(kept.version);
        let is_last = self.versions_of(&kept.new.id).max() == Some(kept.version);
        let is_version = match &filter.versions {
            Versions::Last => is_last,
            Versions::All => true,
            Versions::Some { first, last, exact } => {
                (*first && is_first) || (*last && is_last) || exact.contains(&Time::from_micros(kept.version))
            }
        };
        is_version
            && among(&filter.ids, &kept.new.id)
            && among(&filter.kinds, &kept.new.kind)
            && among(&filter.spec_versions, &kept.new.spec_version)
            && kept.new.tlp <= filter.clearance
    }

    fn walk(&self, filter: &Filter, after: i64) -> Vec<(i64, Vec<u8>)> {
        let fitting = self
            .rows
            .iter()
            .filter(|kept| kept.added > after && self.fits(kept, filter));
        fitting.map(|kept| (kept.added, kept.new.body.clone())).collect()
    }

    fn any_filter(&mut self) -> Filter {
        let versions = match self.roll(4) {
            0 => Versions::Last,
            1 => Versions::All,
            2 => Versions::Some {
                first: true,
                last: self.roll(2) == 0,
                exact: Vec::new(),
            },
            _ => Versions::Some {
                first: false,
                last: self.roll(2) == 0,
                exact: vec![Time::from_micros(3), Time::from_micros(4)],
            },
        };
        let mut some = |values: &[&str]| {
            let values = values.iter().filter(|_| self.roll(3) == 0);
            values.map(|value| (*value).to_owned()).collect::<Vec<_>>()
        };
        let kinds = some(&["indicator", "malware", "url", "ur"]);
        let spec_versions = some(&["2.0", "2.1"]);
        let ids = if self.roll(3) == 0 {
            vec![self.any_object().id, self.any_object().id]
        } else {
            Vec::new()
        };
        let clearance = Tlp::from_rank(i64::from(self.roll(5))).unwrap();
        Filter {
            ids,
            kinds,
            spec_versions,
            versions,
            clearance,
        }
    }

    fn any_object(&mut self) -> NewObject {
        let kind = ["indicator", "malware", "url"][self.roll(3) as usize];
        let version = (kind != "url").then(|| i64::from(self.roll(6)));
        let tlp = Tlp::from_rank(i64::from(self.roll(5))).unwrap();
        object(kind, self.roll(12), version, tlp)
    }
}

#[test]
fn whatever_is_added_and_taken_out_pages_show_what_is_there() {
    on_both(|store| {
        let (here, elsewhere) = (collection(store, 1), collection(store, 2));
        let mut reference = Reference::default();
        for round in 0..60 {
            let objects: Vec<NewObject> = (0..reference.roll(9)).map(|_| reference.any_object()).collect();
            // The clock stands still, and at times goes back.
            let at = START - i64::from(round % 3);
            let outcomes = add(store, here, objects.clone(), at);
            assert_eq!(outcomes.len(), objects.len());
            for (new, outcome) in objects.iter().zip(outcomes) {
                reference.add(new, outcome);
            }
            // The same id in another collection is another object.
            add(store, elsewhere, objects, at);
            if round % 4 == 3 {
                let (id, filter) = (reference.any_object().id, reference.any_filter());
                let of_one = Filter {
                    ids: vec![id.clone()],
                    ..filter.clone()
                };
                let gone: Vec<i64> = reference.walk(&of_one, 0).into_iter().map(|(added, _)| added).collect();
                assert_eq!(delete(store, here, &id, filter), gone.len());
                reference.rows.retain(|kept| !gone.contains(&kept.added));
            }
            let (filter, limit) = (reference.any_filter(), reference.roll(6) + 1);
            let middle = reference
                .rows
                .get(reference.rows.len() / 2)
                .map_or(0, |kept| kept.added);
            for after in [0, middle] {
                let found = walk(store, here, &filter, Time::from_micros(after), limit);
                let found: Vec<_> = found
                    .into_iter()
                    .map(|(head, body)| (head.added.as_micros(), body))
                    .collect();
                assert_eq!(found, reference.walk(&filter, after), "{filter:?} {after} {limit}");
            }
        }
        let mut left: BTreeMap<i64, Vec<u8>> = BTreeMap::new();
        for limit in [1, 7, 1_000] {
            let mut last = 0;
            for change in changes(store, limit) {
                assert!(change.at.as_micros() > last);
                last = change.at.as_micros();
                if let (Changed::Added { body, .. }, true) = (change.what, change.collection.number() == here.number())
                {
                    left.insert(last, body);
                }
            }
            let there: BTreeMap<i64, Vec<u8>> = reference.walk(&everything(), 0).into_iter().collect();
            assert_eq!(left, there);
            left.clear();
        }
    });
}

#[test]
fn what_was_taken_out_is_told_once() {
    on_both(|store| {
        let here = collection(store, 1);
        let objects = (1..=3)
            .map(|version| object("indicator", 1, Some(version), Tlp::Clear))
            .collect();
        add(store, here, objects, START);
        let id = object("indicator", 1, None, Tlp::Clear).id;
        let last = Filter {
            clearance: Tlp::Red,
            ..Filter::default()
        };
        assert_eq!(delete(store, here, &id, last.clone()), 1);
        let told: Vec<(i64, bool)> = changes(store, 1)
            .iter()
            .map(|change| (change.version.as_micros(), matches!(change.what, Changed::Gone)))
            .collect();
        assert_eq!(told, [(1, false), (2, false), (3, true)]);
        // The version before it is the last one now.
        let heads = walk(store, here, &last, Time::from_micros(0), 10);
        assert_eq!(
            heads
                .iter()
                .map(|(head, _)| head.version.as_micros())
                .collect::<Vec<_>>(),
            [2]
        );
        assert_eq!(delete(store, here, &id, everything()), 2);
        // A moment is not given out again.
        let Added::New { added, .. } = add(store, here, vec![object("url", 1, None, Tlp::Clear)], START)[0] else {
            panic!("it is new");
        };
        assert!(changes(store, 1_000).iter().all(|change| change.at <= added));
    });
}

#[test]
fn a_page_looks_at_so_much_and_says_where_to_go_on() {
    on_both(|store| {
        let here = collection(store, 1);
        let scanned = u32::try_from(SCANNED).unwrap();
        for (red, clear) in [(scanned, 0), (0, 1)] {
            let of = |tlp, count, from| (0..count).map(move |number| object("url", from + number, None, tlp));
            let objects = of(Tlp::Red, red, 0).chain(of(Tlp::Clear, clear, scanned)).collect();
            add(store, here, objects, START);
        }
        for versions in [Versions::Last, Versions::All] {
            let filter = Filter {
                versions,
                ..Filter::default()
            };
            let page = |after: Time| {
                let filter = filter.clone();
                let read = store.read_blocking("test", move |tx| intel::page(tx, here, &filter, after, 10));
                read.map_err(|error: Error| error).unwrap()
            };
            let empty = page(Time::from_micros(0));
            let next = empty.next.unwrap();
            assert!(empty.rows.is_empty());
            let rest = page(next);
            assert_eq!((rest.rows.len(), rest.next), (1, None));
        }
    });
}

#[test]
fn a_page_ends_before_it_is_too_long_but_has_one_object() {
    on_both(|store| {
        let here = collection(store, 1);
        let of = |number: u32, bytes: i64| NewObject {
            body: vec![b'a'; usize::try_from(bytes).unwrap()],
            ..object("url", number, None, Tlp::Clear)
        };
        let objects = vec![
            of(1, intel::MAX_PAGE_BYTES + 1),
            of(2, intel::MAX_PAGE_BYTES - 1),
            of(3, 1),
            of(4, 1),
        ];
        add(store, here, objects, START);
        let (mut after, mut lengths) = (Some(Time::from_micros(0)), Vec::new());
        while let Some(moment) = after {
            let read = store.read_blocking("test", move |tx| intel::page(tx, here, &everything(), moment, 1_000));
            let page = read.map_err(|error: Error| error).unwrap();
            lengths.push(page.rows.len());
            after = page.next;
        }
        assert_eq!(lengths, [1, 2, 1]);
        assert_eq!(changes(store, 1_000).len(), 4);
    });
}
