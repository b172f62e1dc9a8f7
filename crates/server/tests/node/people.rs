//! People at browsers, and the store of a node as a tool beside it has it.

use anlanh_model::{Actor, AuditAction, Role, Time};
use anlanh_store::{Change, Options, Store, Target, session, staff};
use reqwest::{Client, redirect};
use sha2::{Digest, Sha256};

use crate::support::{Node, Place};

/// The store of a node, opened beside it.
pub fn store_beside(place: &Place) -> Store {
    let target = match &place.database {
        Some(address) => Target::parse(address),
        None => Target::Sqlite(place.folder.path().join("data/anlanh.db")),
    };
    let options = Options {
        role: anlanh_store::Role::Tool,
        ..Options::default()
    };
    Store::open(&target, &options).unwrap()
}

/// Somebody at a browser.
pub struct Person {
    client: Client,
    cookie: String,
    csrf: String,
}

impl Person {
    /// A SOC engineer of this name, who is signed in.
    pub fn sign_in(place: &Place, name: &'static str) -> Self {
        let store = store_beside(place);
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::SignIn,
            now: Time::from_seconds(1_795_000_000),
        };
        // For as long as tests of this kind will be run.
        let until = Time::from_seconds(4_000_000_000);
        let hash: [u8; 32] = Sha256::digest(name).into();
        let made = store.write_blocking(change, move |writer| {
            let person = staff::insert(writer, name, Role::SocEngineer, "-")?;
            session::insert(writer, &hash, person, "bieu-mau", until)
        });
        made.map_err(|error: anlanh_store::Error| error).unwrap();
        Self {
            client: Client::builder().redirect(redirect::Policy::none()).build().unwrap(),
            cookie: format!("anlanh={name}"),
            csrf: "bieu-mau".to_owned(),
        }
    }

    pub async fn page(&self, node: &Node, path: &str) -> String {
        let request = self.client.get(format!("{}{path}", node.address));
        let answer = request.header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        answer.text().await.unwrap()
    }

    /// Submits a form that is taken; where it leads.
    pub async fn submit(&self, node: &Node, path: &str, fields: &[(&str, &str)]) -> String {
        let fields = [fields, &[("csrf", self.csrf.as_str())]].concat();
        let request = self.client.post(format!("{}{path}", node.address));
        let request = request.header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let encoded = fields.iter().map(|(name, value)| format!("{name}={}", encode(value)));
        let request = request.body(encoded.collect::<Vec<_>>().join("&"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "{}", answer.text().await.unwrap());
        answer.headers()["location"].to_str().unwrap().to_owned()
    }
}

fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}
