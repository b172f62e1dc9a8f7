//! What one process grants to those who connect, at the limit and past it; and how it ends.

use std::time::Duration;

use anlanh_web::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::Server;

const PATIENCE: Duration = Duration::from_secs(20);
const GET: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address).await.unwrap()
}

/// Reads until the server closes.
async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = timeout(PATIENCE, socket.read_to_end(&mut bytes))
        .await
        .expect("the server closes");
    String::from_utf8(bytes).unwrap()
}

/// Reads one answer of a kept connection.
async fn answer(socket: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let count = timeout(PATIENCE, socket.read(&mut bytes))
        .await
        .expect("the server answers")
        .unwrap();
    String::from_utf8(bytes[..count].to_vec()).unwrap()
}

#[tokio::test]
async fn a_head_that_does_not_arrive_is_not_waited_for() {
    let limits = Limits {
        head: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let mut silent = connect(&server).await;
    assert_eq!(rest(&mut silent).await, "");
    let mut slow = connect(&server).await;
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost:").await.unwrap();
    assert_eq!(rest(&mut slow).await, "");
    let mut idle = connect(&server).await;
    idle.write_all(GET).await.unwrap();
    let answered = rest(&mut idle).await;
    assert!(
        answered.starts_with("HTTP/1.1 200"),
        "answered once, then closed: {answered}"
    );
}

#[tokio::test]
async fn a_head_at_the_limit_is_read_and_one_past_it_is_refused() {
    let server = Server::start().await;
    let head = |size: usize| {
        let frame = "GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx: \r\n\r\n";
        frame.replace("x: ", &format!("x: {}", "x".repeat(size - frame.len())))
    };
    for (size, status) in [
        (Limits::HEAD_BYTES, "HTTP/1.1 200"),
        (Limits::HEAD_BYTES + 1, "HTTP/1.1 431"),
    ] {
        let mut socket = connect(&server).await;
        socket.write_all(head(size).as_bytes()).await.unwrap();
        let answered = rest(&mut socket).await;
        assert!(answered.starts_with(status), "{size}: {answered}");
    }
}

#[tokio::test]
async fn a_connection_past_the_limit_waits_for_a_seat() {
    let limits = Limits {
        connections: 2,
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let (mut first, mut second) = (connect(&server).await, connect(&server).await);
    for socket in [&mut first, &mut second] {
        socket.write_all(GET).await.unwrap();
        assert!(answer(socket).await.starts_with("HTTP/1.1 200"));
    }
    let mut third = connect(&server).await;
    third.write_all(GET).await.unwrap();
    let waits = timeout(Duration::from_millis(200), third.read_u8()).await;
    assert!(waits.is_err(), "no seat is free");
    drop(first);
    assert!(answer(&mut third).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let limits = Limits {
        body: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let mut socket = connect(&server).await;
    let head = b"POST /v1/screen HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{";
    socket.write_all(head).await.unwrap();
    assert!(answer(&mut socket).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test]
async fn stopping_lets_requests_end_and_cuts_off_those_that_do_not() {
    let mut server = Server::start().await;
    let mut idle = connect(&server).await;
    idle.write_all(GET).await.unwrap();
    answer(&mut idle).await;
    let mut busy = connect(&server).await;
    let head = b"POST /v1/screen HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{";
    busy.write_all(head).await.unwrap();
    while server.metric("anlanh_connections").await < 3 {}
    server.ask_to_stop();
    assert_eq!(rest(&mut idle).await, "", "an idle connection is closed at once");
    busy.write_all(b"\"text\":\"a\"}").await.unwrap();
    assert!(
        rest(&mut busy).await.starts_with("HTTP/1.1 200"),
        "a running request is answered"
    );
    assert_eq!(timeout(PATIENCE, server.stop()).await.unwrap(), 0);

    let limits = Limits {
        drain: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let mut stuck = connect(&server).await;
    stuck.write_all(head).await.unwrap();
    while server.metric("anlanh_connections").await < 2 {}
    assert_eq!(timeout(PATIENCE, server.stop()).await.unwrap(), 1);
}
