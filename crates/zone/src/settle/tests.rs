use std::sync::atomic::{AtomicU64, Ordering};

use anlanh_soc::blocking::{Blocklist, Origin};

use super::*;
use crate::key::Keys;
use crate::limits::FRESH_FOR;
use crate::parts::Parts;
use crate::server::Config;

/// A zone in parts, and the clock by which it goes, in milliseconds.
async fn served(folder: &std::path::Path) -> (ZoneServer, Arc<AtomicU64>) {
    let millis = Arc::new(AtomicU64::new(1_700_000_000_000));
    let clock = Arc::clone(&millis);
    let config = Config {
        origin: Origin::parse("rpz.test").unwrap(),
        parts: Parts::new(4).unwrap(),
        ttl_seconds: 60,
        refresh_seconds: 60,
        ledger: folder.join("serial"),
        keys: Keys::default(),
        allow: Vec::new(),
        listen: vec![([127, 0, 0, 1], 0).into()],
        tls: None,
        notify: Vec::new(),
        clock: Arc::new(move || Duration::from_millis(clock.load(Ordering::SeqCst))),
    };
    (ZoneServer::start(config).await.unwrap(), millis)
}

fn add(server: &ZoneServer, name: &str) {
    let change = (name.to_owned(), Some(Act::NxDomain));
    server.publish_changes(&[change], |_| {}).unwrap();
}

/// How many rules the zone in front of the parts has, and the parts together.
fn sizes(server: &ZoneServer) -> (usize, usize) {
    let len = |zone: &Current| zone.version().map_or(0, |version| version.rules.len());
    let parts = server.zones.iter().skip(BEFORE_PARTS).map(len).sum();
    (len(&server.zones[1]), parts)
}

fn pass(millis: &AtomicU64, time: Duration) {
    millis.fetch_add(time.as_millis() as u64, Ordering::SeqCst);
}

const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn names_are_moved_when_nothing_has_changed_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let (server, millis) = served(folder.path()).await;
    assert_eq!(server.fold().unwrap(), None, "nothing is published");
    server.publish(&Blocklist::new(), |_| {}).unwrap();
    add(&server, "evil.vn");
    assert_eq!((sizes(&server), server.ahead()), ((1, 0), 1));
    pass(&millis, QUIET - MOMENT);
    assert_eq!(server.fold().unwrap(), None);
    pass(&millis, MOMENT);
    let part = server.fold().unwrap().unwrap();
    assert_eq!((sizes(&server), server.ahead()), ((1, 1), 0));
    // Nobody can be asked: time alone tells.
    let seen = server.prove_part(part, &[], Duration::ZERO).await;
    assert_eq!(seen, InEffect::Unknown);
    let silent = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let silent: Resolver = format!("bind@{}", silent.local_addr().unwrap()).parse().unwrap();
    let seen = server.prove_part(part, &[silent], Duration::from_millis(1)).await;
    assert_eq!(seen, InEffect::NotEverywhere);
    pass(&millis, FRESH_FOR - MOMENT);
    server.let_go(&[]).unwrap();
    assert_eq!(sizes(&server), (1, 1));
    let resolver: Resolver = "bind@127.0.0.1:9".parse().unwrap();
    pass(&millis, FRESH_FOR);
    server.let_go(&[resolver]).unwrap();
    assert_eq!(sizes(&server), (1, 1), "one that can be asked has not been");
    server.let_go(&[]).unwrap();
    assert_eq!(sizes(&server), (0, 1));
    assert_eq!(server.fold().unwrap(), None);
}

#[tokio::test]
async fn names_do_not_wait_for_a_quiet_moment_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (server, millis) = served(folder.path()).await;
    server.publish(&Blocklist::new(), |_| {}).unwrap();
    add(&server, "evil.vn");
    let mut waited = Duration::ZERO;
    for at in 0.. {
        pass(&millis, QUIET - MOMENT);
        waited += QUIET - MOMENT;
        add(&server, &format!("n{at}.vn"));
        if server.fold().unwrap().is_some() {
            break;
        }
    }
    assert!((MAX_AHEAD..MAX_AHEAD + QUIET).contains(&waited), "{waited:?}");
}
