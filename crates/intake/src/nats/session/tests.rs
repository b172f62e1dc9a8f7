use std::sync::Arc;

use anlanh_soc::{Format, Layout};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::super::{NatsAccount, NatsTls};
use super::*;
use crate::limits::MAX_HELD_BYTES;
use crate::{Kept, Shape, Way, Wrapping};

const EVENT: &str = "{\"dns\":{\"rrname\":\"a.example\"}}";

fn source() -> NatsStream {
    NatsStream {
        host: "127.0.0.1".to_owned(),
        port: 0,
        tls: NatsTls::AsAsked,
        stream: "EVE".to_owned(),
        subject: None,
        consumer: "anlanh-ids".to_owned(),
        consumer_before: "ids".to_owned(),
        account: NatsAccount::Nobody,
        inbox: "x".to_owned(),
    }
}

fn sensor() -> Sensor {
    Sensor {
        number: 1,
        way: Way::Unix("unused".into()),
        shape: Shape::Lines(Layout::of(Format::Eve), Wrapping::Plain),
        meter: Arc::default(),
    }
}

/// A session that has begun, and the server's end of its connection.
fn session<'s>(sensor: &'s Sensor, source: &'s NatsStream) -> (Session<'s>, DuplexStream) {
    let (ours, theirs) = duplex(64 << 10);
    let session = Session {
        sensor,
        source,
        link: Link::over(ours),
        consumer: &source.consumer,
        mark: Mark { stream: 7, last: 4 },
        held: Holding::default(),
        open: MOST_PULLED,
        most: MOST_PULLED,
    };
    (session, theirs)
}

/// A message of the stream, as it stands on the wire.
fn message(number: u64, payload: &str) -> String {
    let reply = format!("$JS.ACK.EVE.anlanh-ids.1.{number}.7.1700000000000000000.3");
    format!("MSG ids.eve 1 {reply} {}\r\n{payload}\r\n", payload.len())
}

#[tokio::test]
async fn an_answer_has_a_deadline_whatever_else_comes() {
    let (sensor, source) = (sensor(), source());
    let (mut session, mut server) = session(&sensor, &source);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut each = tokio::time::interval(Duration::from_millis(2));
        // It stops when nobody listens any more; it never answers.
        loop {
            each.tick().await;
            if server.write_all(message(3, EVENT).as_bytes()).await.is_err() {
                return;
            }
        }
    });
    let until = Instant::now() + Duration::from_millis(200);
    let asked = session.ask_until::<StreamInfo>("$JS.API.STREAM.INFO.EVE", "", until);
    let ended = tokio::time::timeout(ANSWER, asked).await.unwrap();
    assert!(matches!(ended, Err(RunError::Connect)), "{ended:?}");
    assert!(Instant::now() >= until);
}

#[tokio::test]
async fn what_was_not_asked_for_ends_a_session() {
    let check = async |said: &str, is_taken: bool| {
        let (sensor, source) = (sensor(), source());
        let (mut session, mut server) = session(&sensor, &source);
        server.write_all(said.as_bytes()).await.unwrap();
        let taken = match session.link.next_message(Instant::now() + ANSWER).await {
            Ok(message) => session.take(message.unwrap()).await,
            Err(error) => Err(error),
        };
        assert_eq!(taken.is_ok(), is_taken, "{said}");
        assert_eq!(session.held.is_empty(), !is_taken || said.contains("_INBOX"), "{said}");
    };
    let whole = message(5, EVENT);
    check(&whole, true).await;
    check(&whole.replace("ids.eve 1 ", "ids.eve 2 "), false).await;
    check(&whole.replace("anlanh-ids", "anlanh-other"), false).await;
    check(&whole.replace(".EVE.", ".OTHER."), false).await;
    check(&whole.replace(" $JS.ACK", " x"), false).await;
    let status = "HMSG _INBOX.x.messages 1 17 17\r\nNATS/1.0 404 \r\n\r\n\r\n";
    let status = status.replace("17 17", &format!("{0} {0}", "NATS/1.0 404 \r\n\r\n".len()));
    check(&status, true).await;
    check(&status.replace("x.messages", "x.other"), false).await;
    check(&status.replace("messages 1", "messages 2"), false).await;
}

#[tokio::test]
async fn numbers_that_are_missing_are_counted_once_and_what_was_let_go_comes_again() {
    let (sensor, source) = (sensor(), source());
    let (mut session, mut server) = session(&sensor, &source);
    let (sink, mut deliveries) = mpsc::channel(1);
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        while let Some(delivery) = deliveries.recv().await {
            let Delivery { done, .. } = delivery;
            done.unwrap().send(Kept::default()).unwrap();
        }
    });
    let mut decoder = Decoder::new(&sensor.shape);
    // 5 and 6 are gone; the mark stood at 4.
    let half = "x".repeat(MAX_HELD_BYTES / 2);
    for (number, payload) in [(7, EVENT), (8, &half), (10, EVENT), (11, &half)] {
        let reply = format!("r{number}");
        session.held.take(number, reply, Some(payload.as_bytes().to_vec()));
    }
    assert!(!session.hand_over(&mut decoder, &sink).await.unwrap());
    assert_eq!(session.mark, Mark { stream: 7, last: 10 });
    assert_eq!(sensor.meter.read().dropped, 3, "5, 6 and 9");
    session.held.take(11, "r11".to_owned(), Some(EVENT.as_bytes().to_vec()));
    assert!(session.hand_over(&mut decoder, &sink).await.unwrap());
    assert_eq!(sensor.meter.read().dropped, 3);
    drop(session);
    let mut said = String::new();
    server.read_to_string(&mut said).await.unwrap();
    let acknowledged = |number: u64| format!("PUB r{number} 4\r\n+ACK\r\n");
    let expected: String = [7, 8, 10].map(acknowledged).concat() + "PUB r11 4\r\n-NAK\r\n" + &acknowledged(11);
    assert_eq!(said, expected);
}

/// What another session was given comes only to who asks: where nothing more were asked for since much is here, it would be waited for in vain.
#[tokio::test]
async fn messages_are_asked_for_until_all_that_was_given_out_is_here() {
    let (sensor, source) = (sensor(), source());
    let (mut session, mut server) = session(&sensor, &source);
    session.open = 0;
    let half = vec![b'x'; MAX_HELD_BYTES / 2];
    for number in [6, 7, 8] {
        session.held.take(number, format!("r{number}"), Some(half.clone()));
    }
    server.write_all(message(5, EVENT).as_bytes()).await.unwrap();
    session.pull(LOOK).await.unwrap();
    assert!(session.held.has(5));
    let ready = session.held.give();
    assert_eq!((ready.last, ready.again), (6, vec!["r7".to_owned(), "r8".to_owned()]));
    drop(session);
    let mut said = String::new();
    server.read_to_string(&mut said).await.unwrap();
    assert!(said.contains("$JS.API.CONSUMER.MSG.NEXT.EVE.anlanh-ids"), "{said}");
}

/// Whoever is on the way could have said it.
#[tokio::test]
async fn nothing_in_the_clear_is_taken_for_what_comes_through_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let source = NatsStream {
        port: listener.local_addr().unwrap().port(),
        ..source()
    };
    for (behind, is_said) in [("", true), ("PING\r\n", false), ("MSG", false)] {
        let mut tasks = JoinSet::new();
        let (opened, (mut stream, _)) = tokio::join!(
            async {
                let link = source.clone();
                tasks.spawn(async move { Link::open(&link).await.map(drop) })
            },
            async { listener.accept().await.unwrap() }
        );
        drop(opened);
        let info = format!("INFO {{\"tls_required\":true}}\r\n{behind}");
        stream.write_all(info.as_bytes()).await.unwrap();
        let mut first = [0; 1];
        let count = stream.read(&mut first).await.unwrap();
        // 22 begins a handshake of TLS.
        assert_eq!((count, first[0]), if is_said { (1, 22) } else { (0, 0) }, "{behind:?}");
        drop(stream);
        let ended = tasks.join_next().await.unwrap().unwrap();
        assert!(matches!(ended, Err(RunError::Connect)), "{ended:?}");
    }
}

#[test]
fn a_consumer_that_would_lose_events_is_refused() {
    let (sensor, source) = (sensor(), source());
    let (session, _) = session(&sensor, &source);
    let check = |field: &str, value: serde_json::Value, expected: Option<usize>| {
        let mut config = serde_json::to_value(session.new_consumer().config).unwrap();
        config[field] = value;
        let config: ConsumerConfig = serde_json::from_value(config).unwrap();
        assert_eq!(config.most(&source), expected, "{field}");
    };
    let all = Some(MOST_PULLED);
    check("deliver_policy", "all".into(), all);
    for policy in ["new", "last", "last_per_subject", "by_start_sequence", "by_start_time"] {
        check("deliver_policy", policy.into(), None);
    }
    check("ack_policy", "none".into(), None);
    check("ack_policy", "all".into(), None);
    check("max_deliver", 1.into(), None);
    check("max_ack_pending", 0.into(), None);
    check("max_ack_pending", 1.into(), Some(1));
    check("max_ack_pending", (MOST_PULLED + 1).into(), None);
    check("filter_subject", "ids.eve".into(), None);
    check("filter_subject", "".into(), all);
    check("filter_subjects", serde_json::json!(["ids.eve", "ids.dns"]), None);
    check("deliver_subject", "x".into(), None);
    check("headers_only", true.into(), None);
}

#[test]
fn the_number_of_a_message_is_read() {
    let check = |reply: &str, number| assert_eq!(number_of(reply, "EVE", "anlanh-ids"), number, "{reply}");
    check("$JS.ACK.EVE.anlanh-ids.1.42.7.1700000000000000000.3", Some(42));
    check("$JS.ACK.hub.ACC.EVE.anlanh-ids.1.42.7.1700000000000000000.3", Some(42));
    check(
        "$JS.ACK.hub.ACC.EVE.anlanh-ids.1.42.7.1700000000000000000.3.x1",
        Some(42),
    );
    check("$JS.ACK.EVE.anlanh-ids.1.42.7.1", None);
    check("$JS.ACK.EVE.anlanh-ids.1.x.7.1700000000000000000.3", None);
    check("", None);
    check("$JS.ACK.EVE.anlanh-other.1.42.7.1700000000000000000.3", None);
    check("$JS.ACK.EVA.anlanh-ids.1.42.7.1700000000000000000.3", None);
}

#[test]
fn what_ends_a_request_is_told_from_what_ends_a_session() {
    let check = |headers: &str, status| assert_eq!(status_of(headers.as_bytes()), status, "{headers}");
    check("NATS/1.0 100 Idle Heartbeat\r\n\r\n", Status::There);
    check("NATS/1.0 404 No Messages\r\n\r\n", Status::Over);
    check(
        "NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 512\r\n\r\n",
        Status::Over,
    );
    check("NATS/1.0 409 Message Size Exceeds MaxBytes\r\n\r\n", Status::Over);
    check("NATS/1.0 409 Consumer Deleted\r\n\r\n", Status::Gone);
    check("NATS/1.0 503\r\n\r\n", Status::Gone);
    check("", Status::Gone);
}

#[test]
fn a_mark_is_read_as_it_was_written() {
    let mark = Mark {
        stream: 7,
        last: u64::MAX,
    };
    assert_eq!(Mark::read(&mark.write()), Some(mark));
    assert_eq!(Mark::read(&mark.write()[..11]), None);
}
