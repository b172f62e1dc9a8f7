//! The client goes where the operator said, and nowhere else.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anlanh_outbound::{Answer, Client, Endpoint, Failure, MAX_WITNESS_ANSWER_BYTES, Reach};
use bytes::Bytes;
use hyper::header::HeaderMap;
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::receiver::{Got, Reaction, Receiver, serve};

fn client(address: &str, reach: Reach) -> Client {
    Client::trusting(Endpoint::parse(address, reach).unwrap(), RootCertStore::empty())
}

async fn post(client: &Client) -> Result<Answer, Failure> {
    client.post(HeaderMap::new(), Bytes::from_static(b"{}")).await
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_leads_nowhere() {
    let receiver = Receiver::start(&[Reaction::Answer(307, String::new())]).await;
    let answer = post(&client(&receiver.url("/hook?a=1"), Reach::Private)).await.unwrap();
    assert_eq!(answer.status, 307);
    let got = receiver.got();
    assert_eq!(got.len(), 1);
    assert!(
        got[0].head.starts_with("POST /hook?a=1 HTTP/1.1\r\n"),
        "{}",
        got[0].head
    );
    assert_eq!(got[0].field("host"), receiver.address.to_string());
    assert_eq!(got[0].field("content-type"), "application/json");
}

#[tokio::test]
async fn what_is_inside_is_not_reached_by_a_public_name() {
    let receiver = Receiver::start(&[]).await;
    let port = receiver.address.port();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        let refused = post(&client(&format!("https://{host}:{port}/"), Reach::Public)).await;
        assert_eq!(refused, Err(Failure::Private), "{host}");
    }
    assert!(receiver.got().is_empty());
    let unknown = post(&client("https://khong-co.invalid/", Reach::Public)).await;
    assert_eq!(unknown, Err(Failure::NoName));
}

#[tokio::test]
async fn time_heads_and_bodies_are_bounded() {
    let receiver = Receiver::start(&[]).await;
    let client = client(&receiver.url("/"), Reach::Private).within(Duration::from_millis(500));
    let check = async |reaction: Reaction, expected: Result<(u16, usize), Failure>| {
        receiver.react(std::slice::from_ref(&reaction));
        let answer = post(&client).await.map(|answer| (answer.status, answer.body.len()));
        assert_eq!(answer, expected, "{reaction:?}");
    };
    let longest = Client::MAX_ANSWER_BYTES;
    check(Reaction::Answer(200, "x".repeat(longest)), Ok((200, longest))).await;
    check(Reaction::Answer(200, "x".repeat(longest + 1)), Ok((200, 0))).await;
    check(Reaction::Silence, Err(Failure::TooSlow)).await;
    check(Reaction::HangUp, Err(Failure::NoAnswer)).await;
    check(
        Reaction::Bytes(b"not HTTP at all\r\n\r\n".to_vec()),
        Err(Failure::NoAnswer),
    )
    .await;
    let head = format!("HTTP/1.1 200 x\r\na: {}\r\n\r\n", "x".repeat(64 * 1024));
    check(Reaction::Bytes(head.into_bytes()), Err(Failure::NoAnswer)).await;
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", free.local_addr().unwrap());
    drop(free);
    let answer = post(&self::client(&nobody, Reach::Private)).await;
    assert_eq!(answer, Err(Failure::NoConnection));
}

#[tokio::test]
async fn a_text_goes_below_the_endpoint_and_its_answer_is_bounded() {
    let receiver = Receiver::start(&[]).await;
    let client = client(&receiver.url("/log/witness/"), Reach::Private);
    let check = async |bytes: usize, expected: Result<usize, Failure>| {
        receiver.react(&[Reaction::Answer(200, "x".repeat(bytes))]);
        let text = Bytes::from_static(b"old 0\n");
        let sent = client.post_text("/add-checkpoint", text, MAX_WITNESS_ANSWER_BYTES);
        assert_eq!(sent.await.map(|answer| answer.body.len()), expected);
    };
    check(MAX_WITNESS_ANSWER_BYTES, Ok(MAX_WITNESS_ANSWER_BYTES)).await;
    check(MAX_WITNESS_ANSWER_BYTES + 1, Err(Failure::NoAnswer)).await;
    let got = receiver.got();
    let head = &got[0].head;
    assert!(
        head.starts_with("POST /log/witness/add-checkpoint HTTP/1.1\r\n"),
        "{head}"
    );
    assert_eq!(got[0].field("content-type"), "text/plain; charset=utf-8");
    assert_eq!(&got[0].body[..], b"old 0\n");
}

#[tokio::test]
async fn only_a_certificate_that_is_trusted_for_the_name_will_do() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let got = Arc::<Mutex<Vec<Got>>>::default();
    let notes = Arc::clone(&got);
    let handle = tokio::runtime::Handle::current();
    handle.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream, Arc::clone(&notes), Arc::new(Mutex::new(VecDeque::new()))).await;
            }
        }
    });
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let check = async |host: &str, roots: &RootCertStore, expected: Result<u16, Failure>| {
        let endpoint = Endpoint::parse(&format!("https://{host}:{port}/"), Reach::Private).unwrap();
        let answer = post(&Client::trusting(endpoint, roots.clone())).await;
        assert_eq!(answer.map(|answer| answer.status), expected, "{host}");
    };
    check("localhost", &roots, Ok(204)).await;
    check("127.0.0.1", &roots, Err(Failure::Tls)).await;
    check("localhost", &RootCertStore::empty(), Err(Failure::Tls)).await;
    assert_eq!(got.lock().unwrap().len(), 1);
}
