use std::time::Duration;

use anlanh_soc::blocking::Blocklist;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::server::{Config, ZoneServer};
use crate::{Keys, Published};

const KEYS: &str = "key \"k\" { algorithm hmac-sha256; secret \"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\"; };";

fn clock() -> Clock {
    Arc::new(|| Duration::from_secs(1_800_000_000))
}

struct Served {
    server: ZoneServer,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            origin: Origin::parse("rpz.test").unwrap(),
            parts: crate::Parts::default(),
            ttl_seconds: 60,
            refresh_seconds: 60,
            ledger: folder.path().join("serial"),
            keys: Keys::read(KEYS).unwrap(),
            allow: vec![],
            listen: vec![([127, 0, 0, 1], 0).into()],
            tls: None,
            notify: vec![],
            clock: clock(),
        };
        let server = ZoneServer::start(config).await.unwrap();
        Self {
            server,
            _folder: folder,
        }
    }

    fn publish(&self, names: impl Iterator<Item = usize>) -> Published {
        let mut list = Blocklist::new();
        for name in names {
            list.add(&format!("n{name}.evil.vn"), &Act::NxDomain).unwrap();
        }
        list.add("192.0.2.0/24", &Act::Drop).unwrap();
        self.server.publish(&list, |_| {}).unwrap()
    }

    fn source(&self) -> Source {
        source(self.server.addresses()[0])
    }
}

fn source(server: SocketAddr) -> Source {
    Source {
        zone: Origin::parse("rpz.test").unwrap(),
        server,
        key: Keys::read(KEYS).unwrap().first().cloned(),
        most: MAX_FETCHED_RULES,
    }
}

fn values(copy: &Copy) -> Vec<String> {
    let listed = copy.listed();
    assert_eq!((listed.partial, listed.foreign), (0, 0));
    let mut values: Vec<String> = listed.values.into_iter().map(|(value, _)| value).collect();
    values.sort();
    values
}

#[tokio::test]
async fn what_is_served_is_fetched_whole_and_then_as_changes() {
    let served = Served::start().await;
    let source = served.source();
    let none = fetch(&source, None, &clock()).await;
    assert!(matches!(none, Err(FetchError::Refused(Rcode::SERVFAIL))), "{none:?}");
    let first = served.publish(0..5_000);
    let copy = fetch(&source, None, &clock()).await.unwrap();
    assert_eq!((copy.serial(), copy.listed().values.len()), (first.serial, 5_001));
    let same = fetch(&source, Some(&copy), &clock()).await.unwrap();
    assert_eq!(same, copy);
    assert_eq!(served.publish(0..5_000).serial, first.serial, "nothing has changed");
    let second = served.publish(1..5_001);
    assert_eq!((second.changed(), second.rules), (2, 5_001));
    let newer = fetch(&source, Some(&copy), &clock()).await.unwrap();
    assert_eq!(newer.serial(), second.serial);
    let whole = fetch(&source, None, &clock()).await.unwrap();
    assert_eq!(newer, whole);
    assert!(values(&newer).contains(&"n5000.evil.vn".to_owned()));
    assert!(!values(&newer).contains(&"n0.evil.vn".to_owned()));
    let last = served.server.transfers();
    assert_eq!(last.values().next().unwrap().serial, second.serial);
    // One of another life of the server.
    let foreign = Copy {
        serial: Serial(3),
        records: BTreeSet::new(),
    };
    assert_eq!(fetch(&source, Some(&foreign), &clock()).await.unwrap(), whole);
}

#[tokio::test]
async fn what_is_too_large_or_not_ours_is_not_taken() {
    let served = Served::start().await;
    served.publish(0..10);
    let mut source = served.source();
    source.most = 21;
    assert!(fetch(&source, None, &clock()).await.is_ok());
    source.most = 20;
    assert!(matches!(
        fetch(&source, None, &clock()).await,
        Err(FetchError::TooLarge)
    ));
    source.key = None;
    let unsigned = fetch(&source, None, &clock()).await;
    assert!(
        matches!(unsigned, Err(FetchError::Refused(Rcode::REFUSED))),
        "{unsigned:?}"
    );
    let mut other = served.source();
    other.key = Keys::read(&KEYS.replace("q83v", "r83v")).unwrap().first().cloned();
    assert!(matches!(
        fetch(&other, None, &clock()).await,
        Err(FetchError::Signature(_))
    ));
    let mut other = served.source();
    other.zone = Origin::parse("other.test").unwrap();
    assert!(matches!(
        fetch(&other, None, &clock()).await,
        Err(FetchError::Refused(Rcode::REFUSED))
    ));
}

/// Passes on what a server says, and only so many bytes of it.
async fn cut(server: SocketAddr, bytes: u64) -> (SocketAddr, JoinSet<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut near, _) = listener.accept().await.unwrap();
        let mut far = TcpStream::connect(server).await.unwrap();
        let (mut near_read, mut near_write) = near.split();
        let (far_read, mut far_write) = far.split();
        let mut far_read = far_read.take(bytes);
        // Whichever ends first ends both.
        tokio::select! {
            _ = tokio::io::copy(&mut near_read, &mut far_write) => {}
            _ = tokio::io::copy(&mut far_read, &mut near_write) => {}
        }
    });
    (address, tasks)
}

#[tokio::test]
async fn a_transfer_that_is_cut_leaves_what_was_there() {
    let served = Served::start().await;
    served.publish(0..20_000);
    let copy = fetch(&served.source(), None, &clock()).await.unwrap();
    served.publish(0..40_000);
    // Within a length, within a message, between two, and within the last.
    for bytes in [0, 1, 1_000, 65_537, 200_000] {
        let (address, _tasks) = cut(served.server.addresses()[0], bytes).await;
        let fetched = fetch(&source(address), Some(&copy), &clock()).await;
        assert!(matches!(fetched, Err(FetchError::Cut)), "{bytes}: {fetched:?}");
    }
    let (address, _tasks) = cut(served.server.addresses()[0], u64::MAX).await;
    let newer = fetch(&source(address), Some(&copy), &clock()).await.unwrap();
    assert_eq!(newer.listed().values.len(), 40_001);
    assert_eq!(copy.listed().values.len(), 20_001);
}

#[tokio::test]
async fn a_node_that_starts_again_goes_on_with_its_serial() {
    let folder = tempfile::tempdir().unwrap();
    let start = async || {
        let config = Config {
            origin: Origin::parse("rpz.test").unwrap(),
            parts: crate::Parts::default(),
            ttl_seconds: 60,
            refresh_seconds: 60,
            ledger: folder.path().join("serial"),
            keys: Keys::default(),
            allow: vec![],
            listen: vec![],
            tls: None,
            notify: vec![],
            clock: clock(),
        };
        ZoneServer::start(config).await.unwrap()
    };
    let list = |name: &str| {
        let mut list = Blocklist::new();
        list.add(name, &Act::NxDomain).unwrap();
        list
    };
    let first = start().await.publish(&list("a.vn"), |_| {}).unwrap();
    let again = start().await.publish(&list("a.vn"), |_| {}).unwrap();
    assert_eq!((again.serial, again.is_known), (first.serial, true));
    let other = start().await.publish(&list("b.evil.vn"), |_| {}).unwrap();
    assert_eq!((other.serial, other.is_known), (first.serial + 1, false));
}

#[tokio::test]
async fn what_changed_alone_leads_to_the_version_that_the_list_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        origin: Origin::parse("rpz.test").unwrap(),
        parts: crate::Parts::new(3).unwrap(),
        ttl_seconds: 60,
        refresh_seconds: 60,
        ledger: folder.path().join("serial"),
        keys: Keys::default(),
        allow: vec![],
        listen: vec![],
        tls: None,
        notify: vec![],
        clock: clock(),
    };
    let server = ZoneServer::start(config).await.unwrap();
    let list = |lines: &[(&str, Act)]| {
        let mut list = Blocklist::new();
        lines.iter().for_each(|(value, act)| list.add(value, act).unwrap());
        list
    };
    let before = list(&[
        ("a.vn", Act::NxDomain),
        ("b.vn", Act::NxDomain),
        ("c.vn", Act::NoData),
        ("192.0.2.0/24", Act::Drop),
    ]);
    let first = server.publish(&before, |_| {}).unwrap();
    let changes = [
        ("a.vn", None),
        ("c.vn", Some(Act::Pass)),
        ("d.b.vn", Some(Act::NxDomain)),
        ("192.0.2.0/24", None),
        ("192.0.2.7", Some(Act::Drop)),
        // What is as it was, what was never there, and what no network can block.
        ("b.vn", Some(Act::NxDomain)),
        ("e.vn", None),
        ("d41d8cd98f00b204e9800998ecf8427e", Some(Act::NxDomain)),
    ]
    .map(|(value, act)| (value.to_owned(), act));
    let changed = server.publish_changes(&changes, |_| {}).unwrap();
    assert!(changed.serial > first.serial);
    assert_eq!((changed.changed(), changed.rules), (6, 4));
    let after = list(&[
        ("b.vn", Act::NxDomain),
        ("d.b.vn", Act::NxDomain),
        ("c.vn", Act::Pass),
        ("192.0.2.7", Act::Drop),
    ]);
    let whole = server.publish(&after, |_| {}).unwrap();
    assert_eq!((whole.serial, whole.changed()), (changed.serial, 0));
    let again = server.publish_changes(&changes, |_| {}).unwrap();
    assert_eq!((again.serial, again.is_known), (changed.serial, true));
}
