//! What is counted agrees with a naive list of what was kept, whatever is put out, fails, or starts anew.

use std::collections::BTreeSet;
use std::future::poll_fn;

use anlanh_db::Statement;
use anlanh_model::{Actor, AuditAction, Time as Stored};
use anlanh_screen::fold::Folded;
use anlanh_store::{Change, Error as StoreError, Options, Queries as _, Role, Store, Target, key};
use anlanh_testkit::{Durability, Postgres};
use proptest::prelude::*;

use super::*;

const NOON: i64 = 1_790_000_000;
const TEXTS: [&str; 3] = [
    "Chị gửi mã OTP cho em để nhận thưởng nhé chị ơi",
    "Việc nhẹ lương cao, ngồi nhà xâu vòng, kết bạn zalo để nhận việc",
    "ngắn",
];

/// Room for the keys of one item, and not for those of all.
const TIGHT: std::ops::Range<usize> = 7_000..9_000;

/// What comes in, and what becomes of it.
#[derive(Debug, Clone)]
struct Event {
    author: Option<u8>,
    hosts: BTreeSet<u8>,
    text: usize,
    /// Minutes since the one before.
    later: i64,
    fate: Fate,
    /// How many keys are learned before it comes.
    learned: u32,
    /// Whether the log is sorted while it is being written.
    is_sorted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Kept,
    Lost,
    /// It is kept, and then the node starts anew.
    Restart,
}

/// An item that was kept.
#[derive(Debug, Clone)]
struct Past {
    event: Event,
    minute: i64,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let fate = prop_oneof![6 => Just(Fate::Kept), 2 => Just(Fate::Lost), 1 => Just(Fate::Restart)];
    let hosts = proptest::collection::btree_set(0..8_u8, 0..3);
    let learned = prop_oneof![2 => Just(0), 2 => 1..6_u32, 1 => Just(100)];
    let event = (
        proptest::option::of(0..6_u8),
        hosts,
        0..TEXTS.len(),
        0..200_i64,
        fate,
        learned,
        proptest::bool::weighted(0.3),
    );
    let event = event.prop_map(|(author, hosts, text, later, fate, learned, is_sorted)| Event {
        author,
        hosts,
        text,
        later,
        fate,
        learned,
        is_sorted,
    });
    proptest::collection::vec(event, 1..40)
}

fn common(event: &Event) -> Common {
    let mut folded = Folded::new();
    folded.fold(TEXTS[event.text]);
    let cluster = cluster::keys(&folded);
    Common {
        author: event.author.map(|author| Author {
            items: hash("author", &[author]),
            hosts: hash("author.hosts", &[author]),
        }),
        hosts: event.hosts.iter().map(|host| hash("host", &[*host])).collect(),
        text: cluster.is_none().then(|| hash("text", b"ngan")),
        cluster,
    }
}

fn store() -> (Store, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    (Store::open(&target, &Options::default()).unwrap(), folder)
}

fn keep(store: &Store, counted: &Counted) {
    let change = Change {
        actor: Actor::Node,
        action: AuditAction::KeepItems,
        now: Stored::from_seconds(counted.at().0),
    };
    let (at, keys) = (change.now, counted.keys());
    let kept = store.write_blocking(change, move |writer| {
        let item = writer.new_id();
        key::insert(writer, item, at, &keys)
    });
    kept.map_err(|error: StoreError| error).unwrap();
}

/// Sorts the log, however short it is.
fn sort(counting: &Counting) {
    runtime().block_on(counting.sort(&sorting(), 1)).unwrap();
}

fn sorting() -> Change {
    Change {
        actor: Actor::Node,
        action: AuditAction::SortCounted,
        now: Stored::from_seconds(NOON),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

/// Learns so many keys.
fn learn(counting: &Counting, store: &Store, limit: u32) {
    if limit > 0 && !counting.lock().logged.is_learned() {
        let interruptions = store.database().interruptions();
        let log = store.read_blocking("test", |tx| Log::read(tx));
        let log = log.map_err(|error: StoreError| error).unwrap();
        counting.learned_log(&log, interruptions);
    }
    let Some((from, interruptions)) = counting.next_to_learn().filter(|_| limit > 0) else {
        return;
    };
    let page = store.read_blocking("test", move |tx| key::stored(tx, from, limit));
    let page = page.map_err(|error: StoreError| error).unwrap();
    counting.learned(from, &page, interruptions);
}

/// What a list of everything that was kept says.
fn naive(past: &[Past], event: &Event, now: i64) -> Counters {
    let count = |minutes: i64, which: &dyn Fn(&Event) -> bool| {
        let within = past
            .iter()
            .filter(|past| now - past.minute < minutes && which(&past.event));
        within.count()
    };
    let distinct = |which: &dyn Fn(&Event) -> Vec<u64>| {
        let day = past.iter().filter(|past| now - past.minute < 1440);
        day.flat_map(|past| which(&past.event)).collect::<BTreeSet<u64>>().len()
    };
    let mut counters = Counters::default();
    let mut put = |counter, n: usize| counters = counters.with(counter, u32::try_from(n).unwrap());
    if event.author.is_some() {
        let mine = |other: &Event| other.author == event.author;
        put(Counter::AuthorItemsHour, count(60, &mine));
        put(Counter::AuthorItemsDay, count(1440, &mine));
        put(Counter::AuthorItemsTotal, count(i64::MAX, &mine));
        let texts = |other: &Event| if mine(other) { vec![other.text as u64] } else { vec![] };
        put(Counter::AuthorTextsDay, distinct(&texts));
        let hosts = |other: &Event| {
            if mine(other) {
                other.hosts.iter().map(|it| u64::from(*it)).collect()
            } else {
                vec![]
            }
        };
        put(Counter::AuthorHostsDay, distinct(&hosts));
    }
    let who = |other: &Event| other.author.map(u64::from).into_iter().collect::<Vec<u64>>();
    if !event.hosts.is_empty() {
        let most = |n: &dyn Fn(u8) -> usize| event.hosts.iter().map(|host| n(*host)).max().unwrap();
        for (counter, minutes) in [
            (Counter::HostItemsHour, 60),
            (Counter::HostItemsDay, 1440),
            (Counter::HostItemsTotal, i64::MAX),
        ] {
            put(
                counter,
                most(&|host| count(minutes, &|other| other.hosts.contains(&host))),
            );
        }
        put(
            Counter::HostAuthorsDay,
            most(&|host| {
                distinct(&|other| {
                    if other.hosts.contains(&host) {
                        who(other)
                    } else {
                        vec![]
                    }
                })
            }),
        );
    }
    if event.text < 2 {
        let same = |other: &Event| other.text == event.text;
        put(Counter::TextItemsHour, count(60, &same));
        put(Counter::TextItemsDay, count(1440, &same));
        put(Counter::TextItemsTotal, count(i64::MAX, &same));
        put(
            Counter::TextAuthorsDay,
            distinct(&|other| if same(other) { who(other) } else { vec![] }),
        );
    }
    counters
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    /// Every count is exact, with plenty of memory and where keys are put out and read again all the time.
    #[test]
    fn counting_agrees_with_a_list(events in events(), max_bytes in prop_oneof![Just(1 << 20), TIGHT]) {
        let (store, _folder) = store();
        let mut counting = Counting::with_bytes(&store, max_bytes);
        let (mut past, mut minute) = (Vec::new(), NOON / 60);
        for event in &events {
            minute += event.later;
            learn(&counting, &store, event.learned);
            let item = common(event);
            counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
            let (counters, counted) = counting.count(&item, Time(minute * 60));
            let expected = naive(&past, event, minute);
            for counter in Counter::ALL {
                let (found, expected) = (counters.count(counter), expected.count(counter));
                prop_assert_eq!(found, expected, "{}", counter.name());
            }
            if event.fate == Fate::Lost {
                drop(counted);
                continue;
            }
            keep(&store, &counted);
            if event.is_sorted {
                sort(&counting);
            }
            counted.kept();
            past.push(Past { event: event.clone(), minute });
            if event.fate == Fate::Restart {
                counting = Counting::with_bytes(&store, max_bytes);
            }
        }
    }

    /// While others are being written, a count lies between what is kept and what may come to be; afterwards it is exact.
    #[test]
    fn counting_is_ahead_by_what_is_being_written(
        fates in proptest::collection::vec((any::<bool>(), 0..8_usize, any::<bool>()), 1..40),
        max_bytes in prop_oneof![Just(1 << 20), 0..1_000_usize],
    ) {
        let (store, _folder) = store();
        let counting = Counting::with_bytes(&store, max_bytes);
        learn(&counting, &store, 100);
        let (mut kept, mut flying) = (0, Vec::new());
        for (is_kept, settled, is_sorted) in fates {
            if is_sorted {
                sort(&counting);
            }
            let event = Event { author: Some(1), hosts: BTreeSet::new(), text: kept as usize % 3, later: 0, fate: Fate::Kept, learned: 0, is_sorted: false };
            let item = common(&event);
            counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
            let (counters, counted) = counting.count(&item, Time(NOON));
            if let Some(found) = counters.count(Counter::AuthorItemsHour) {
                prop_assert!((kept..=kept + flying.len() as u32).contains(&found), "{found}, kept {kept}");
            }
            flying.push((is_kept, counted));
            if let Some(settled) = flying.len().checked_sub(settled + 1) {
                let (is_kept, counted) = flying.remove(settled);
                if is_kept {
                    keep(&store, &counted);
                    counted.kept();
                    kept += 1;
                }
            }
        }
        for (is_kept, counted) in flying {
            if is_kept {
                keep(&store, &counted);
                counted.kept();
                kept += 1;
            }
        }
        let item = Common { author: common(&Event { author: Some(1), hosts: BTreeSet::new(), text: 0, later: 0, fate: Fate::Kept, learned: 0, is_sorted: false }).author, ..Common::default() };
        counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
        let found = counting.count(&item, Time(NOON)).0.count(Counter::AuthorItemsHour);
        prop_assert!(found == Some(kept) || (max_bytes < 1_000 && found.is_none()), "{found:?} for {kept}");
    }
}

/// What has nothing in common with anything that is stored is counted without a read; what has is read.
#[test]
fn what_is_known_to_be_new_is_not_looked_for() {
    let (store, _folder) = store();
    let event = |author: u8| Event {
        author: Some(author),
        hosts: BTreeSet::from([author]),
        text: usize::from(author),
        later: 0,
        fate: Fate::Kept,
        learned: 0,
        is_sorted: false,
    };
    let count = |counting: &Arc<Counting>, author: u8| {
        let item = common(&event(author));
        let before = store.database().stats().reads;
        counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
        let (counters, counted) = counting.count(&item, Time(NOON));
        keep(&store, &counted);
        counted.kept();
        let reads = store.database().stats().reads - before;
        (reads, counters.count(Counter::AuthorItemsTotal))
    };
    let counting = Counting::with_bytes(&store, 1 << 20);
    let (reads, before) = count(&counting, 0);
    assert!(reads > 0, "nothing is learned yet");
    assert_eq!(before, Some(0));

    let counting = Counting::with_bytes(&store, 1 << 20);
    learn(&counting, &store, 100);
    assert_eq!(count(&counting, 1), (0, Some(0)));
    assert_eq!(count(&counting, 1), (0, Some(1)), "it is in memory");
    let (reads, before) = count(&counting, 0);
    assert!(reads > 0);
    assert_eq!(before, Some(1));
}

/// While a node had no connection another one may have served, and kept what this one knows nothing of.
#[test]
fn what_others_kept_while_a_connection_was_lost_is_counted() {
    let Some(server) = Postgres::alone(Durability::Disk) else {
        return;
    };
    let database = server.database();
    let target = Target::parse(database.address());
    let store = Store::open(&target, &Options::default()).unwrap();
    let counting = Counting::new(&store);
    learn(&counting, &store, 100);
    let item = Common {
        author: Some(Author { items: 1, hosts: 2 }),
        ..Common::default()
    };
    let count = || {
        counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
        let (counters, counted) = counting.count(&item, Time(NOON));
        keep(&store, &counted);
        counted.kept();
        counters.count(Counter::AuthorItemsTotal)
    };
    assert_eq!(count(), Some(0));

    server.stop();
    server.resume();
    let tool = Options {
        role: Role::Tool,
        ..Options::default()
    };
    keep_elsewhere(&Store::open(&target, &tool).unwrap(), &item);

    let before = store.database().interruptions();
    while store.database().interruptions() == before {
        // It is noticed by whoever asks.
        let _asked = store.read_blocking("test", key_of_nobody);
    }
    assert_eq!(count(), Some(2));
}

/// Lets the node of another store keep an item.
fn keep_elsewhere(other: &Store, item: &Common) {
    let theirs = Counting::new(other);
    theirs.prepare_blocking(std::slice::from_ref(item)).unwrap();
    let (_, counted) = theirs.count(item, Time(NOON));
    keep(other, &counted);
    counted.kept();
}

/// Ends the connection of the node that serves, which holds its lock.
const END_WRITER: Statement = Statement::new(
    "test.end_writer",
    "SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
);

/// A node that has lost its connection to write with reads on while another one serves: what it learns then is not certain.
#[test]
fn what_another_node_kept_until_this_one_was_back_is_counted() {
    let Some(server) = Postgres::alone(Durability::Memory) else {
        return;
    };
    let database = server.database();
    let target = Target::parse(database.address());
    let store = Store::open(&target, &Options::default()).unwrap();
    let counting = Counting::new(&store);
    let item = |author: u64| Common {
        author: Some(Author {
            items: author,
            hosts: author,
        }),
        ..Common::default()
    };
    let ended = store.read_blocking("test", |tx| tx.row(&END_WRITER, &[]));
    let ended = ended.map_err(|error: StoreError| error).unwrap();
    assert_eq!(ended.unwrap().int(0), Ok(1));
    let other = Store::open(&target, &Options::default()).unwrap();
    let before = store.database().interruptions();
    std::thread::scope(|scope| {
        // It waits until the other node has ended.
        let keeping = scope.spawn(|| keep_elsewhere(&store, &item(1)));
        while store.database().interruptions() == before && !keeping.is_finished() {
            std::thread::yield_now();
        }
        learn(&counting, &store, 100);
        assert!(counting.lock().known.is_new(2));
        keep_elsewhere(&other, &item(2));
        drop(other);
        keeping.join().unwrap();
    });
    counting.prepare_blocking(&[item(2)]).unwrap();
    let (counters, _) = counting.count(&item(2), Time(NOON));
    assert_eq!(counters.count(Counter::AuthorItemsTotal), Some(1));
    // Its ids come after those of the other node: none was made twice, and refused.
    assert_eq!(
        store.database().stats().groups_again,
        1,
        "but for the connection that broke"
    );
}

/// A sort of several steps: whenever the log may not have a key, the runs have it.
#[test]
fn a_key_is_in_the_runs_before_it_is_forgotten_that_the_log_may_have_it() {
    let (store, _folder) = store();
    let counting = Counting::with_bytes(&store, 1 << 20);
    learn(&counting, &store, 100);
    let change = sorting();
    let filled = store.write_blocking(change.clone(), |writer| {
        let at = writer.now();
        for key in 0..10_000 {
            let item = writer.new_id();
            key::insert(writer, item, at, &[Keys { key, member: 0 }])?;
        }
        Ok(())
    });
    filled.map_err(|error: StoreError| error).unwrap();
    let item = Common {
        author: Some(Author {
            items: 1 << 40,
            hosts: 1 << 41,
        }),
        ..Common::default()
    };
    keep(&store, &counting.count(&item, Time(NOON)).1);
    let is_in_runs = || {
        let counts = store.read_blocking("test", |tx| key::counts(tx, &Log::default(), &[1 << 40]));
        !counts.map_err(|error: StoreError| error).unwrap().is_empty()
    };
    let mut sort = Box::pin(counting.sort(&change, 1));
    runtime()
        .block_on(poll_fn(|cx| {
            let sorted = sort.as_mut().poll(cx);
            assert!(counting.lock().logged.may_have(1 << 40) || is_in_runs());
            sorted
        }))
        .unwrap();
    assert!(!counting.lock().logged.may_have(1 << 40) && is_in_runs());
}

fn key_of_nobody(tx: &mut anlanh_store::Reader<'_, '_>) -> Result<key::Stored, StoreError> {
    key::stored(tx, 0, 1)
}

/// A key that is there already, and was seen longest ago, is not put out by those that are read for the same item.
#[test]
fn reading_the_keys_of_an_item_leaves_it_those_it_has() {
    let (store, _folder) = store();
    let counts = |hosts: &[u8]| {
        let event = Event {
            author: Some(0),
            hosts: hosts.iter().copied().collect(),
            text: 0,
            later: 0,
            fate: Fate::Kept,
            learned: 0,
            is_sorted: false,
        };
        common(&event)
    };
    let whole = Counting::with_bytes(&store, 1 << 20);
    whole.prepare_blocking(&[counts(&[0])]).unwrap();
    let bytes = whole.lock().windows.bytes();

    // Whether its keys are read, or known to be new.
    for learned in [0, 100] {
        let tight = Counting::with_bytes(&store, bytes);
        learn(&tight, &store, learned);
        let prepare = |item: Common| tight.prepare_blocking(&[item]).unwrap();
        prepare(Common {
            cluster: None,
            hosts: vec![],
            ..counts(&[])
        });
        prepare(Common {
            author: None,
            ..counts(&[7])
        });
        let item = counts(&[0]);
        prepare(item.clone());
        let (counters, _counted) = tight.count(&item, Time(NOON));
        assert_eq!(counters.count(Counter::AuthorHostsDay), Some(0));
        assert_eq!(counters.count(Counter::HostItemsDay), Some(0));
    }
}

#[test]
fn so_many_hosts_of_an_item_are_counted() {
    let policy = anlanh_pack::Policy::built_in().unwrap();
    let screener = Screener::compile(policy.screen_pack().clone()).unwrap();
    let hosts = |n: usize| {
        let text: String = (0..n)
            .map(|n| format!("https://a{n}.example https://a{n}.example/2 "))
            .collect();
        let json = serde_json::json!({ "text": text }).to_string();
        let item = ItemIn::parse(json.as_bytes()).unwrap();
        Common::of(&screener, &mut Scratch::default(), &item).hosts.len()
    };
    assert_eq!(hosts(3), 3);
    assert_eq!(hosts(MAX_HOSTS), MAX_HOSTS);
    assert_eq!(hosts(MAX_HOSTS + 1), MAX_HOSTS);
}

#[test]
fn near_copies_are_one_text_of_their_author() {
    let (store, _folder) = store();
    let counting = Counting::with_bytes(&store, 1 << 20);
    let item = |text: &str| {
        let mut folded = Folded::new();
        folded.fold(text);
        let author = Some(Author { items: 1, hosts: 2 });
        Common {
            author,
            cluster: cluster::keys(&folded),
            ..Common::default()
        }
    };
    let texts = |text: &str| {
        let item = item(text);
        counting.prepare_blocking(std::slice::from_ref(&item)).unwrap();
        let (counters, counted) = counting.count(&item, Time(NOON));
        keep(&store, &counted);
        counted.kept();
        counters.count(Counter::AuthorTextsDay)
    };
    assert_eq!(
        texts("Nhận việc tại nhà lương cao, liên hệ zalo 0901 111 111 để được tư vấn"),
        Some(0)
    );
    assert_eq!(
        texts("NHẬN VIỆC tại nhà, lương cao! Liên hệ zalo 0902-222-222 để được tư vấn"),
        Some(1)
    );
    assert_eq!(
        texts("nhan viec tai nha luong cao lien he zalo 0903333333 de duoc tu van 🎁"),
        Some(1)
    );
    assert_eq!(
        texts("Hôm nay cả nhà mình đi chơi hồ Tây, trời đẹp và mát quá"),
        Some(1)
    );
    assert_eq!(texts("Một"), Some(2));
}
