//! A stream of items in, a stream of verdicts out.

use std::time::Duration;

use anlanh_web::Limits;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::schema::Description;
use crate::support::{Server, header, json};

const NDJSON: &str = "application/x-ndjson";

async fn lines(server: &Server, body: impl Into<reqwest::Body>) -> Vec<Value> {
    let response = server.post("/v1/screen/batch", NDJSON, body).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), header(&response, "content-type")),
        (200, NDJSON)
    );
    let text = response.text().await.unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_in_the_order_of_the_items() {
    let server = Server::start().await;
    let count = 20_000;
    let item = |number| {
        format!(
            "{}\n",
            json!({ "id": format!("{number}"), "text": "x".repeat(number % 97) })
        )
    };
    let body: String = (0..count).map(item).collect();
    assert!(body.len() > 10 * 64 * 1024, "many chunks");
    let answers = lines(&server, body).await;
    let ids: Vec<usize> = answers
        .iter()
        .map(|answer| answer["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ids, (0..count).collect::<Vec<_>>());
    assert_eq!(
        server.metric(r#"anlanh_items_total{action="allow"}"#).await,
        count as u64
    );
}

#[tokio::test]
async fn a_bad_line_is_answered_in_its_place_and_as_described() {
    let server = Server::start().await;
    let mut body = b"{\"id\":\"1\",\"text\":\"a\"}\n\nnonsense\n\xff\xfe\n".to_vec();
    body.extend(format!("{{\"text\":\"{}\"}}\n", "x".repeat(1024 * 1024)).bytes());
    body.extend(b"{\"id\":\"6\",\"text\":\"b\"}");
    let answers = lines(&server, body).await;
    let codes: Vec<_> = answers
        .iter()
        .map(|answer| (answer["line"].as_u64(), answer["error"]["code"].as_str()))
        .collect();
    let expected = [
        (None, None),
        (Some(3), Some("bad-json")),
        (Some(4), Some("not-utf8")),
        (Some(5), Some("too-large")),
        (None, None),
    ];
    assert_eq!(codes, expected);
    assert_eq!(answers[4]["id"], "6");
    let description = Description(json(server.get("/openapi.json").send().await.unwrap()).await);
    let schema = description.answer("/v1/screen/batch", "post", 200, NDJSON);
    for answer in &answers {
        assert_eq!(description.faults(schema, answer), [""; 0], "{answer}");
    }
}

#[tokio::test]
async fn an_empty_batch_has_an_empty_answer() {
    let server = Server::start().await;
    assert_eq!(lines(&server, "").await, [Value::Null; 0]);
    assert_eq!(lines(&server, "\n\n \n").await, [Value::Null; 0]);
}

#[tokio::test]
async fn another_media_type_is_refused() {
    let server = Server::start().await;
    let response = server
        .post("/v1/screen/batch", "application/json", "{}")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status().as_u16(), 415);
    assert_eq!(json(response).await["code"], "unsupported-media-type");
}

#[tokio::test]
async fn whoever_waits_for_an_answer_before_sending_on_gets_it() {
    let server = Server::start().await;
    let (sender, receiver) = mpsc::channel::<&str>(1);
    let body = stream::unfold(receiver, |mut receiver| async {
        let line = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(line), receiver))
    });
    sender.send("{\"id\":\"1\",\"text\":\"a\"}\n{\"id\":").await.unwrap();
    let request = server.post("/v1/screen/batch", NDJSON, reqwest::Body::wrap_stream(body));
    let mut answers = request.send().await.unwrap().bytes_stream();
    let first = timeout(Duration::from_secs(20), answers.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(first.starts_with(b"{\"id\":\"1\"") && first.ends_with(b"}\n"));
    sender.send("\"2\",\"text\":\"b\"}\n").await.unwrap();
    let second = timeout(Duration::from_secs(20), answers.next())
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    assert!(second.starts_with(b"{\"id\":\"2\""));
    drop(sender);
    assert!(answers.next().await.is_none());
}

const HEAD: &[u8] = b"POST /v1/screen/batch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-ndjson\r\n\
                      transfer-encoding: chunked\r\n\r\n";

/// Sends items without reading any answer until the server takes no more; returns how many bytes it took.
async fn flood(socket: &mut TcpStream) -> usize {
    socket.write_all(HEAD).await.unwrap();
    let lines = "{\"id\":\"a\",\"text\":\"b\"}\n".repeat(1000);
    let piece = format!("{:x}\r\n{lines}\r\n", lines.len());
    let mut taken = 0;
    while taken < 256 * 1024 * 1024 {
        match timeout(Duration::from_secs(2), socket.write_all(piece.as_bytes())).await {
            Ok(Ok(())) => taken += piece.len(),
            Ok(Err(_)) | Err(_) => return taken,
        }
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_stops_its_batch_and_one_that_leaves_ends_it() {
    let server = Server::start().await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let taken = flood(&mut socket).await;
    // What fits into the kernel's buffers and the chunks in flight, however long the client goes on.
    assert!(taken < 64 * 1024 * 1024, "{taken} bytes were taken");
    let allowed = r#"anlanh_items_total{action="allow"}"#;
    let judged = server.metric(allowed).await;
    assert!(judged > 0);
    drop(socket);
    // The one that asks is the one that is left.
    server.alone().await;
    let after = server.metric(allowed).await;
    assert!(
        after - judged < 100_000,
        "{judged} items before, {after} after the client had left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_for_too_long_is_cut_off() {
    let limits = Limits {
        write: Duration::from_millis(300),
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    flood(&mut socket).await;
    server.alone().await;
}

#[tokio::test]
async fn a_body_that_stops_arriving_ends_the_answer_early() {
    let limits = Limits {
        body: Duration::from_millis(100),
        ..Limits::default()
    };
    let server = Server::with(limits).await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(HEAD).await.unwrap();
    socket
        .write_all(b"16\r\n{\"id\":\"a\",\"text\":\"b\"}\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(20), socket.read_to_end(&mut answer))
        .await
        .unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("\"id\":\"a\""), "what arrived was answered: {answer}");
    assert!(
        !answer.ends_with("0\r\n\r\n"),
        "the answer does not look whole: {answer}"
    );
}
