//! What incidents know of hosts is erased page by page while the plug is pulled again and again: what is due goes whole, and nothing else.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anlanh_app::incident::{self, Alert, Closing, Host, IncidentFilter, Listed, Seen, Step};
use anlanh_app::policy::{Choice, Start};
use anlanh_app::{App, Clock, Lists, Shelf, Site};
use anlanh_db::Statement;
use anlanh_model::{Actor, AlertEvent, AlertOrigin, AuditAction, Id, Incident, Person, Role, Severity, Time, Tlp};
use anlanh_pack::Policy;
use anlanh_soc::{Found, Kind};
use anlanh_store::{Change, Options, Store, Target, staff};
use anlanh_vault::Vault;

use crate::people::store_beside;
use crate::support::{Node, Place, places};

const DAY: i64 = 24 * 60 * 60;
/// Hosts of the incident that is over: pages of 500.
const HOSTS: u16 = 2_200;
/// Hosts of it that are listed by their own address.
const LISTED: u16 = 1_200;
/// Alerts that are in no incident, each of a host of its own.
const MUTED: u16 = 3_200;

/// A node as its use cases see it, at a time of its own.
struct Then {
    app: App,
    seconds: Arc<AtomicI64>,
    lan: Actor,
}

impl Then {
    fn at(place: &Place, seconds: i64) -> Self {
        let data = place.folder.path().join("data");
        DirBuilder::new().mode(0o700).create(&data).unwrap();
        let key = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(data.join("key"));
        writeln!(key.unwrap(), "{}", "07".repeat(32)).unwrap();
        let target = match &place.database {
            Some(address) => Target::parse(address),
            None => Target::Sqlite(data.join("anlanh.db")),
        };
        let store = Store::open(&target, &Options::default()).unwrap();
        let seconds = Arc::new(AtomicI64::new(seconds));
        let hands = Arc::clone(&seconds);
        let clock = Clock::new(move || Time::from_seconds(hands.load(Ordering::Relaxed)));
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::CreateStaff,
            now: clock.now(),
        };
        let role = Role::SocEngineer;
        let made = store.write_blocking(change, move |writer| staff::insert(writer, "lan", role, "-"));
        let id = made.map_err(|error: anlanh_store::Error| error).unwrap();
        let start = Start {
            policy: Policy::built_in().unwrap(),
            lists: Lists::default(),
            shelf: Shelf::new(data.join("lists")),
            choice: Choice::Kept,
            site: Site::default(),
            vault: Arc::new(Vault::new([7; 32])),
        };
        Self {
            app: App::start(store, clock, start).unwrap(),
            seconds,
            lan: Actor::Person(Person { id, role }),
        }
    }

    fn alert(&self, host: IpAddr, (kind, listed): (Kind, &str)) -> Alert {
        Alert {
            at: self.app.clock().now(),
            sensor: "dns".to_owned(),
            event: AlertEvent::Dns,
            seen: Seen {
                field: "query".to_owned(),
                value: "c2.example".to_owned(),
            },
            listed: Listed {
                found: Found::Value(kind),
                value: listed.to_owned(),
                source: "VNCERT".to_owned(),
                indicator: None,
                tlp: Some(Tlp::Green),
            },
            host: Ok(Host {
                address: host,
                port: None,
            }),
            far: None,
            count: 1,
            origin: AlertOrigin::Live,
        }
    }

    async fn step(&self, id: Id<Incident>, step: Step) {
        incident::step(&self.app, &self.lan, id, step, "Vì vậy.").await.unwrap();
    }

    /// An incident that somebody works at, of hosts that met a value; with a file of evidence.
    async fn working(&self, hosts: &[IpAddr], listed: &str) -> Id<Incident> {
        let alerts: Vec<Alert> = hosts
            .iter()
            .map(|host| self.alert(*host, (Kind::Domain, listed)))
            .collect();
        incident::raise(&self.app, &alerts).await.unwrap();
        let open = incident::list(&self.app, &self.lan, IncidentFilter::default(), (None, 10)).await;
        let id = open.unwrap()[0].0.incident.id;
        self.step(id, Step::Triage(Severity::High)).await;
        self.step(id, Step::Take).await;
        let file = (listed, listed.as_bytes().to_vec());
        incident::keep_file(&self.app, &self.lan, id, file).await.unwrap();
        id
    }

    async fn close(&self, id: Id<Incident>) {
        self.step(id, Step::Contain).await;
        self.step(id, Step::Close(Closing::TruePositive)).await;
    }

    fn pass(&self, days: i64) {
        self.seconds.fetch_add(days * DAY, Ordering::Relaxed);
    }
}

fn host(net: u8, n: u16) -> IpAddr {
    let [high, low] = n.to_be_bytes();
    Ipv4Addr::new(10, net, high, low).into()
}

fn hosts(net: u8, count: u16) -> Vec<IpAddr> {
    (0..count).map(|n| host(net, n)).collect()
}

/// Two years ago an incident was closed, and alerts came that open none; a year ago another was closed, and one is open: both have hosts
/// of the first one, too. Gives the first, and the others.
async fn fill(place: &Place, now: i64) -> (Id<Incident>, [Id<Incident>; 2]) {
    let then = Then::at(place, now - 800 * DAY);
    let wrong = then.working(&hosts(9, 1), "nham.example").await;
    then.step(wrong, Step::Close(Closing::WronglyListed)).await;
    let over = then.working(&hosts(1, HOSTS), "mot.example").await;
    let own = |host: &IpAddr| then.alert(*host, (Kind::Address, &host.to_string()));
    let alerts: Vec<Alert> = hosts(1, LISTED).iter().map(own).collect();
    incident::raise(&then.app, &alerts).await.unwrap();
    let muted: Vec<Alert> = hosts(2, MUTED)
        .iter()
        .map(|host| then.alert(*host, (Kind::Domain, "nham.example")))
        .collect();
    incident::raise(&then.app, &muted).await.unwrap();
    then.close(over).await;
    then.pass(500);
    let shared = |net: u8, from: u16| [hosts(net, 20), (from..from + 10).map(|n| host(1, n)).collect()].concat();
    let younger = then.working(&shared(3, 5), "hai.example").await;
    then.close(younger).await;
    then.pass(5);
    let open = then.working(&shared(4, 500), "ba.example").await;
    (over, [younger, open])
}

macro_rules! count {
    ($name:literal, $sql:literal) => {{
        const STATEMENT: Statement = Statement::new($name, $sql);
        &STATEMENT
    }};
}

fn number(store: &Store, statement: &'static Statement) -> i64 {
    let read = store
        .database()
        .read_blocking("test.count", move |tx| tx.query(statement, &[]));
    read.map_err(|error: anlanh_db::Error| error).unwrap()[0]
        .int(0)
        .unwrap()
}

/// What is left in the end: two incidents have 30 hosts each, of which 20 are of one alone and 10 of the first one.
const LEFT: [i64; 5] = [0, 60, 0, 60, 2];

/// How much of a kind there still is: values that name a host, what was seen in the incident and outside of any, addresses, and files.
fn left(store: &Store) -> [i64; 5] {
    [
        count!("test.values", "SELECT COUNT(*) FROM alert WHERE listed LIKE '10.%'"),
        count!(
            "test.details",
            "SELECT COUNT(*) FROM alert WHERE incident IS NOT NULL AND details IS NOT NULL"
        ),
        count!(
            "test.muted",
            "SELECT COUNT(*) FROM alert WHERE incident IS NULL AND details IS NOT NULL"
        ),
        count!(
            "test.addresses",
            "SELECT COUNT(*) FROM incident_host WHERE LENGTH(address) > 0"
        ),
        count!("test.files", "SELECT COUNT(*) FROM incident_file"),
    ]
    .map(|statement| number(store, statement))
}

/// Addresses without their data key, and data keys of hosts without their address.
const HALVES: Statement = Statement::new(
    "test.halves",
    "SELECT COUNT(*) FROM incident_host h WHERE (LENGTH(h.address) > 0) <>
       EXISTS (SELECT 1 FROM subject_key k WHERE k.subject = h.id)",
);

/// Everything that is known of the hosts and files of incidents that are not over.
fn spared(store: &Store, incidents: [Id<Incident>; 2]) -> Vec<Vec<u8>> {
    const ALERTS: Statement = Statement::new(
        "test.spared",
        "SELECT a.details, h.name, h.address, k.sealed, a.listed FROM alert a JOIN incident_host h ON h.id = a.host
         JOIN subject_key k ON k.subject = h.id WHERE a.incident = $1 ORDER BY a.id",
    );
    const FILES: Statement = Statement::new(
        "test.spared_files",
        "SELECT f.name, f.content, k.sealed FROM incident_file f JOIN subject_key k ON k.subject = f.id WHERE f.incident = $1",
    );
    let read = store.database().read_blocking("test.spared", move |tx| {
        let mut all = Vec::new();
        for id in incidents {
            for row in tx.query(&ALERTS, &[anlanh_db::Value::Int(id.number())])? {
                for column in 0..4 {
                    all.push(row.bytes(column)?.to_vec());
                }
                all.push(row.text(4)?.as_bytes().to_vec());
            }
            for row in tx.query(&FILES, &[anlanh_db::Value::Int(id.number())])? {
                for column in 0..3 {
                    all.push(row.bytes(column)?.to_vec());
                }
            }
        }
        Ok::<_, anlanh_db::Error>(all)
    });
    read.unwrap()
}

fn said(store: &Store, incident: Id<Incident>, kind: &str) -> usize {
    let read = store.read_blocking("test.said", move |tx| {
        anlanh_store::incident::work::timeline(tx, incident, 100)
    });
    let read = read.map_err(|error: anlanh_store::Error| error).unwrap();
    read.iter().filter(|it| it.kind == kind).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_of_incidents_are_erased_whole_whenever_the_plug_is_pulled() {
    for place in places() {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let (over, others) = fill(&place, i64::try_from(now).unwrap()).await;
        let store = store_beside(&place);
        let kept = spared(&store, others);
        let all = left(&store);
        assert_eq!(kept.len(), 2 * (30 * 5 + 3));
        // The host that was wrongly listed is over, too.
        let (hosts, listed, muted) = (i64::from(HOSTS), i64::from(LISTED), i64::from(MUTED));
        assert_eq!(all, [listed, 1 + hosts + listed + 60, muted, 1 + hosts + muted + 40, 4]);
        let (mut halfway, mut before, mut pulls) = ([false; 5], all, 0);
        while before != LEFT {
            let node = Node::start(&place);
            let begun = Instant::now();
            while left(&store) == before {
                assert!(begun.elapsed() < Duration::from_secs(60), "{before:?} of {all:?}");
                std::thread::yield_now();
            }
            node.pull_the_plug();
            pulls += 1;
            before = left(&store);
            for (halfway, (before, all)) in halfway.iter_mut().zip(before.iter().zip(&all)) {
                *halfway |= before < all && *before > 60;
            }
            assert_eq!(number(&store, &HALVES), 0, "an address and its key go together");
            assert_eq!(spared(&store, others), kept, "what is not over was touched");
        }
        assert!(
            halfway.starts_with(&[true; 4]),
            "killed in the middle of each: {halfway:?} {pulls}"
        );
        for id in others {
            assert_eq!(
                (said(&store, id, "hosts_erased"), said(&store, id, "evidence_erased")),
                (0, 0)
            );
        }
        assert_eq!(
            (
                said(&store, over, "hosts_erased"),
                said(&store, over, "evidence_erased")
            ),
            (1, 1)
        );
    }
}
