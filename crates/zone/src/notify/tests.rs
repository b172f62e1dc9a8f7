use std::time::Duration;

use anlanh_soc::blocking::{Blocklist, Origin};

use super::*;
use crate::key::Keys;
use crate::parts::Parts;
use crate::server::{Config, ZoneServer};

/// How often a secondary is told of one version that answers so, within two and a half seconds.
async fn told(rcode: Rcode) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let secondary = UdpSocket::bind(("127.0.0.1", 0)).await.unwrap();
    let config = Config {
        origin: Origin::parse("rpz.test").unwrap(),
        parts: Parts::default(),
        ttl_seconds: 60,
        refresh_seconds: 60,
        ledger: folder.path().join("serial"),
        keys: Keys::default(),
        allow: Vec::new(),
        listen: vec![([127, 0, 0, 1], 0).into()],
        tls: None,
        notify: vec![Secondary {
            address: secondary.local_addr().unwrap(),
            key: None,
        }],
        clock: Arc::new(|| Duration::from_secs(1_700_000_000)),
    };
    let server = ZoneServer::start(config).await.unwrap();
    server.publish(&Blocklist::new(), |_| {}).unwrap();
    let (mut count, until) = (0, Instant::now() + Duration::from_millis(2_500));
    let mut bytes = [0; MAX_REQUEST_BYTES];
    while let Ok(got) = tokio::time::timeout_at(until, secondary.recv_from(&mut bytes)).await {
        let (len, peer) = got.unwrap();
        let request = Message::from_octets(bytes[..len].to_vec()).unwrap();
        let answer = MessageBuilder::new_vec().start_answer(&request, rcode).unwrap();
        secondary.send_to(&answer.finish(), peer).await.unwrap();
        count += 1;
    }
    count
}

#[tokio::test]
async fn who_confirms_and_does_not_fetch_is_told_again() {
    // At once, and each time after twice as long.
    let count = told(Rcode::NOERROR).await;
    assert!((2..=4).contains(&count), "{count}");
    assert_eq!(told(Rcode::NOTAUTH).await, 1, "it does not have the zone");
}
