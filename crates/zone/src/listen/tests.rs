use std::net::Ipv4Addr;

use tokio::io::AsyncReadExt as _;

use super::*;
use crate::limits::MAX_CONNECTIONS_PER_ADDRESS;
use crate::server::{Config, ZoneServer};

async fn start(folder: &Path) -> ZoneServer {
    let config = Config {
        origin: anlanh_soc::blocking::Origin::parse("rpz.test").unwrap(),
        parts: crate::Parts::default(),
        ttl_seconds: 60,
        refresh_seconds: 60,
        ledger: folder.join("serial"),
        keys: crate::Keys::default(),
        allow: vec![],
        listen: vec![(Ipv4Addr::LOCALHOST, 0).into()],
        tls: None,
        notify: vec![],
        clock: Arc::new(|| Duration::from_secs(1_800_000_000)),
    };
    ZoneServer::start(config).await.unwrap()
}

/// A question for a start of authority, with so many bytes behind it that nobody reads.
fn request(len: usize) -> Vec<u8> {
    let mut message = b"\x00\x07\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03rpz\x04test\x00\x00\x06\x00\x01".to_vec();
    message.resize(len, 0);
    message
}

async fn send_and_read(stream: &mut TcpStream, request: &[u8]) -> Option<Vec<u8>> {
    let framed = [&(request.len() as u16).to_be_bytes(), request].concat();
    stream.write_all(&framed).await.ok()?;
    read_message(stream, 65_535).await.ok().flatten()
}

#[tokio::test]
async fn a_request_has_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let mut stream = TcpStream::connect(server.addresses()[0]).await.unwrap();
    assert!(send_and_read(&mut stream, &request(MAX_REQUEST_BYTES)).await.is_some());
    assert!(send_and_read(&mut stream, &request(27)).await.is_some(), "and another");
    assert!(
        send_and_read(&mut stream, &request(MAX_REQUEST_BYTES + 1))
            .await
            .is_none()
    );
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let mut answer = [0; 512];
    // Nothing is said to the first, so that the answer is that to the second.
    for len in [MAX_REQUEST_BYTES + 1, MAX_REQUEST_BYTES] {
        let mut request = request(len);
        request[1] = if len > MAX_REQUEST_BYTES { 8 } else { 9 };
        socket.send_to(&request, server.addresses()[0]).await.unwrap();
    }
    socket.recv_from(&mut answer).await.unwrap();
    assert_eq!(answer[1], 9);
}

#[tokio::test]
async fn a_connection_has_so_many_requests() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let mut stream = TcpStream::connect(server.addresses()[0]).await.unwrap();
    for _ in 0..MAX_REQUESTS_PER_CONNECTION {
        assert!(send_and_read(&mut stream, &request(27)).await.is_some());
    }
    assert!(send_and_read(&mut stream, &request(27)).await.is_none());
}

#[tokio::test]
async fn an_address_has_its_share_of_connections() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path()).await;
    let address = server.addresses()[0];
    let mut streams = Vec::new();
    for _ in 0..MAX_CONNECTIONS_PER_ADDRESS {
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert!(send_and_read(&mut stream, &request(27)).await.is_some());
        streams.push(stream);
    }
    let mut one_more = TcpStream::connect(address).await.unwrap();
    assert!(send_and_read(&mut one_more, &request(27)).await.is_none());
    // When one goes there is room for another.
    let mut gone = streams.pop().unwrap();
    gone.shutdown().await.unwrap();
    assert_eq!(gone.read(&mut [0; 8]).await.unwrap(), 0, "the server has let it go");
    loop {
        let mut another = TcpStream::connect(address).await.unwrap();
        if send_and_read(&mut another, &request(27)).await.is_some() {
            break;
        }
    }
}
