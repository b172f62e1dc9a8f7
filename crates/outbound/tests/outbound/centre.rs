//! Incidents told to the national centre: signed as `xmlsec1` verifies, again and again until they are taken, and naming nobody.

use std::net::IpAddr;
use std::path::Path;
use std::process::Command;

use anlanh_app::Error;
use anlanh_app::incident::share::{self, Edxml};
use anlanh_app::incident::{self, Alert, Far, Host, IncidentError, IncidentFilter, Listed, Seen, Step};
use anlanh_edxml::{Certificate, Issuer, OrganId, Text};
use anlanh_model::{AlertEvent, AlertOrigin, Id, Incident, Severity, Tlp};
use anlanh_outbound::{Centre, Client, Endpoint, KeyError, Reach, check_pair, read_certificate, read_key, tell_due};
use anlanh_soc::{Found, Kind};

use crate::node::{Node, on_each};
use crate::receiver::{Reaction, Receiver};

/// A key of RSA and its certificate, drawn for one test.
fn draw(folder: &Path, kind: &str) {
    let arguments =
        format!("req -x509 -newkey {kind} -nodes -sha256 -days 2 -subj /CN=anlanh -keyout key.pem -out cert.pem");
    let made = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
}

fn edxml(folder: &Path) -> Edxml {
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let text = |text: &str| Text::new(text).unwrap();
    Edxml {
        issuer: Issuer::new(OrganId::parse("000.00.00.G14").unwrap(), text("Công ty An")),
        certificate: Certificate {
            subject: text("CN=anlanh"),
            der: read_certificate(&read("cert.pem")).unwrap(),
        },
        sign: read_key(&read("key.pem")).unwrap(),
    }
}

fn verifies(folder: &Path, document: &[u8]) -> bool {
    let path = folder.join("message.xml");
    std::fs::write(&path, document).unwrap();
    let mut xmlsec = Command::new("xmlsec1");
    xmlsec.args(["--verify", "--enabled-key-data", "x509", "--trusted-pem"]);
    let ended = xmlsec.arg(folder.join("cert.pem")).arg(&path).output();
    ended.unwrap().status.success()
}

fn alert(node: &Node, (kind, listed, tlp): (Kind, &str, Tlp)) -> Alert {
    Alert {
        at: node.app.clock().now(),
        sensor: "cam-bien-1".to_owned(),
        event: AlertEvent::Dns,
        seen: Seen {
            field: "query".to_owned(),
            value: format!("bi-mat.{listed}"),
        },
        listed: Listed {
            found: Found::Value(kind),
            value: listed.to_owned(),
            source: "VNCERT".to_owned(),
            indicator: None,
            tlp: Some(tlp),
        },
        host: Ok(Host {
            address: IpAddr::from([198, 51, 100, 77]),
            port: Some(50_311),
        }),
        far: Some(Far {
            address: IpAddr::from([203, 0, 113, 9]),
            port: Some(53),
        }),
        count: 1,
        origin: AlertOrigin::Live,
    }
}

/// An incident of one host, that somebody graded.
async fn graded(node: &Node, listed: &[(Kind, &str, Tlp)]) -> Id<Incident> {
    let alerts: Vec<Alert> = listed.iter().map(|one| alert(node, *one)).collect();
    incident::raise(&node.app, &alerts).await.unwrap();
    let lan = node.engineer();
    let rows = incident::list(&node.app, &lan, IncidentFilter::default(), (None, 10))
        .await
        .unwrap();
    let id = rows.last().unwrap().0.incident.id;
    for (row, _) in rows.iter().filter(|(row, _)| row.incident.id != id) {
        let pair = (row.incident.id, id);
        incident::merge(&node.app, &lan, pair, "Cùng một máy.").await.unwrap();
    }
    incident::step(&node.app, &lan, id, Step::Triage(Severity::High), "")
        .await
        .unwrap();
    id
}

fn why(done: Result<impl Sized, Error>) -> IncidentError {
    match done {
        Err(Error::Incident(error)) => error,
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_told_until_it_is_taken_and_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path(), "rsa:2048");
    on_each(async |node| {
        let told = [
            (Kind::Domain, "dieu-khien.example", Tlp::Green),
            (Kind::Address, "192.0.2.66", Tlp::Amber),
            (Kind::Domain, "noi-bo.example", Tlp::AmberStrict),
            (Kind::Domain, "kin.example", Tlp::Red),
        ];
        let id = graded(&node, &told).await;
        let lan = node.engineer();
        assert_eq!(
            share::preview(&node.app, &lan, id).await.unwrap(),
            None,
            "nobody to tell"
        );
        assert_eq!(why(share::send(&node.app, &lan, id).await), IncidentError::NobodyToTell);
        let app = node.app.clone().with_edxml(edxml(folder.path()));
        let preview = share::preview(&app, &lan, id).await.unwrap().unwrap();
        let mut lines: Vec<&str> = preview.lines.iter().map(|(what, _)| what.as_str()).collect();
        lines.sort_unstable();
        assert_eq!(
            (lines.as_slice(), preview.left_out),
            (&["address 192.0.2.66", "domain dieu-khien.example"][..], 2)
        );
        share::send(&app, &lan, id).await.unwrap();

        let busy = Reaction::Answer(503, "bận".to_owned());
        let taken = Reaction::Answer(200, "OK".to_owned());
        let receiver = Receiver::start(&[busy, Reaction::HangUp, taken]).await;
        let endpoint = Endpoint::parse(&receiver.url("/AVReport/server.php"), Reach::Private).unwrap();
        let centre = Centre {
            client: Client::new(endpoint),
            schedule: "1m,1m,1m".parse().unwrap(),
        };
        // Not before its time.
        for (wait, expected) in [(0, 1), (30, 1), (30, 2), (60, 3), (600, 3)] {
            node.wait_seconds(wait);
            tell_due(&app, &centre).await.unwrap();
            assert_eq!(receiver.got().len(), expected, "what was taken is not sent again");
        }
        let got = receiver.got();
        assert!(
            got.iter().all(|one| one.body == got[0].body),
            "the same bytes each time"
        );
        assert_eq!(got[0].field("content-type"), "text/xml");
        assert!(verifies(folder.path(), &got[0].body));
        let text = String::from_utf8(got[0].body.clone()).unwrap();
        assert!(
            text.contains("dieu-khien.example") && text.contains("192.0.2.66"),
            "{text}"
        );
        for secret in [
            "198.51.100.77",
            "50311",
            "203.0.113.9",
            "bi-mat",
            "noi-bo",
            "kin.example",
            "may-",
        ] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        let ledger = share::ledger(&app, &lan, id).await.unwrap();
        let attempts: Vec<(Option<u16>, &str)> = ledger[0]
            .attempts
            .iter()
            .map(|it| (it.status, it.answer.as_str()))
            .collect();
        assert_eq!(attempts, [(Some(503), "bận"), (None, "no answer"), (Some(200), "OK")]);
        assert!(ledger[0].acknowledged_at.is_some() && ledger[0].next_at.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_is_given_up_and_what_may_not_leave_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path(), "rsa:2048");
    on_each(async |node| {
        let app = node.app.clone().with_edxml(edxml(folder.path()));
        let lan = node.engineer();
        let kept = graded(&node, &[(Kind::Domain, "kin.example", Tlp::Red)]).await;
        assert_eq!(why(share::send(&app, &lan, kept).await), IncidentError::NothingToTell);
        let close = Step::Close(incident::Closing::FalsePositive);
        incident::step(&app, &lan, kept, close, "Kiểm thử.").await.unwrap();
        let id = graded(&node, &[(Kind::Domain, "mo.example", Tlp::Clear)]).await;
        share::send(&app, &lan, id).await.unwrap();
        let no = Reaction::Answer(403, "x".repeat(2_000));
        let receiver = Receiver::start(&[no.clone(), no]).await;
        let centre = Centre {
            client: Client::new(Endpoint::parse(&receiver.url("/"), Reach::Private).unwrap()),
            schedule: "1m".parse().unwrap(),
        };
        for _ in 0..3 {
            tell_due(&app, &centre).await.unwrap();
            node.wait_seconds(61);
        }
        assert_eq!(receiver.got().len(), 2);
        let ledger = share::ledger(&app, &lan, id).await.unwrap();
        assert!(ledger[0].acknowledged_at.is_none() && ledger[0].next_at.is_none());
        assert_eq!((ledger[0].attempts.len(), ledger[0].attempts[1].answer.len()), (2, 500));
    })
    .await;
}

#[test]
fn a_key_that_cannot_sign_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    draw(folder.path(), "ed25519");
    let key = std::fs::read(folder.path().join("key.pem")).unwrap();
    let why = |pem: &[u8]| read_key(pem).err();
    assert_eq!(why(&key), Some(KeyError::NotRsa));
    assert_eq!(why(b"khong phai khoa"), Some(KeyError::NoKey));
    assert_eq!(read_certificate(&key), Err(KeyError::NoCertificate));
}

#[test]
fn a_certificate_of_another_key_is_refused() {
    let drawn = || {
        let folder = tempfile::tempdir().unwrap();
        draw(folder.path(), "rsa:2048");
        ["key.pem", "cert.pem"].map(|name| std::fs::read(folder.path().join(name)).unwrap())
    };
    let ([key, certificate], [other, _]) = (drawn(), drawn());
    assert_eq!(check_pair(&key, &certificate), Ok(()));
    assert_eq!(check_pair(&other, &certificate), Err(KeyError::OtherKey));
    assert_eq!(check_pair(&certificate, &certificate), Err(KeyError::NoKey));
    assert_eq!(check_pair(&key, &key), Err(KeyError::NoCertificate));
}
