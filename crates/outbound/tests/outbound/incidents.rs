//! What happens with incidents is told in its order, signed, until it is taken; and it names nobody.

use std::time::Duration;

use anlanh_app::incident::{self, NewIncident, Step, hook};
use anlanh_model::{Severity, Tlp};
use anlanh_outbound::{Client, Endpoint, Reach, Secrets, Webhook, tell_happened};
use rustls::RootCertStore;

use crate::node::{Node, on_each};
use crate::receiver::{Reaction, Receiver};

fn webhook(receiver: &Receiver, schedule: &str) -> Webhook {
    let endpoint = Endpoint::parse(&receiver.url("/soar"), Reach::Private).unwrap();
    Webhook {
        client: Client::trusting(endpoint, RootCertStore::empty()).within(Duration::from_secs(2)),
        secrets: Secrets::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
        schedule: schedule.parse().unwrap(),
    }
}

async fn open(node: &Node, title: &str) -> String {
    let new = NewIncident {
        title: title.to_owned(),
        severity: None,
        tlp: Tlp::Red,
        words: "Chị Lan, 0912 345 678".to_owned(),
    };
    let opened = incident::open(&node.app, &node.engineer(), new, None).await.unwrap();
    opened.id.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_in_order_until_it_is_taken() {
    on_each(async |node| {
        let lan = node.engineer();
        open(&node, "truoc").await;
        hook::begin_telling(&node.app).await.unwrap();
        hook::begin_telling(&node.app).await.unwrap();
        let id = open(&node, "mat.example").await;
        let grade = Step::Triage(Severity::Critical);
        incident::step(&node.app, &lan, id.parse().unwrap(), grade, "gấp")
            .await
            .unwrap();
        let receiver = Receiver::start(&[Reaction::Answer(500, String::new())]).await;
        let webhook = webhook(&receiver, "10s");
        // Nothing is told before what was written beside it is known.
        tell_happened(&node.app, &webhook).await.unwrap();
        assert_eq!(receiver.got().len(), 0);
        node.wait_seconds(3);
        tell_happened(&node.app, &webhook).await.unwrap();
        tell_happened(&node.app, &webhook).await.unwrap();
        assert_eq!(
            receiver.got().len(),
            1,
            "what follows waits, and it is not tried before its time"
        );
        node.wait_seconds(11);
        tell_happened(&node.app, &webhook).await.unwrap();
        let got = receiver.got();
        let types: Vec<_> = got
            .iter()
            .map(|got| got.json()["kind"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(types, ["opened", "opened", "triaged"]);
        assert_eq!(got[0].field("webhook-id"), got[1].field("webhook-id"));
        assert_eq!(got[1].json()["type"], "incident.opened");
        assert_eq!(
            (&got[2].json()["detail"], &got[2].json()["incident"]),
            (&"critical".into(), &id.into())
        );
        let signed = webhook.secrets.sign(
            got[2].field("webhook-id"),
            got[2].field("webhook-timestamp").parse().unwrap(),
            &got[2].body,
        );
        assert_eq!(got[2].field("webhook-signature"), signed);
        for got in &got {
            let told = got.json().to_string();
            for secret in ["mat.example", "Lan", "0912", "gấp", "truoc"] {
                assert!(!told.contains(secret), "{told}");
            }
        }
        // What nobody takes is given up in the end, and does not hold up what follows for ever.
        open(&node, "sau").await;
        open(&node, "sau nua").await;
        node.wait_seconds(3);
        receiver.react(&[
            Reaction::Answer(500, String::new()),
            Reaction::Answer(500, String::new()),
        ]);
        tell_happened(&node.app, &webhook).await.unwrap();
        node.wait_seconds(11);
        tell_happened(&node.app, &webhook).await.unwrap();
        assert_eq!(receiver.got().len(), 6);
        assert!(hook::to_tell(&node.app).await.unwrap().is_none());
    })
    .await;
}
