//! A node of each kind that has something to tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use anlanh_api::{ItemIn, Tally};
use anlanh_app::case::{self, Verdict};
use anlanh_app::enforcement::{AskedMeasure, Enforcement};
use anlanh_app::policy::{Choice, Start};
use anlanh_app::{ActionRow, App, Clock, Lists, Shelf, Site, action, item};
use anlanh_model::{Actor, AuditAction, Case, Id, MeasureKind, Outcome, Person, Role, Scope, TargetKind, Time};
use anlanh_pack::Policy;
use anlanh_screen::Scratch;
use anlanh_store::{Change, Options, Store, Target, staff};
use anlanh_vault::Vault;

pub struct Node {
    pub app: App,
    clock: Arc<AtomicI64>,
    lan: Person,
}

fn node(target: &Target) -> Node {
    let seconds = Arc::new(AtomicI64::new(1_790_000_000));
    let hands = Arc::clone(&seconds);
    let clock = Clock::new(move || Time::from_seconds(hands.load(Ordering::Relaxed)));
    let store = Store::open(target, &Options::default()).unwrap();
    let change = Change {
        actor: Actor::Operator,
        action: AuditAction::CreateStaff,
        now: clock.now(),
    };
    let made = store.write_blocking(change, |writer| staff::insert(writer, "lan", Role::Reviewer, "-"));
    let id: Id<Person> = made.map_err(|error: anlanh_store::Error| error).unwrap();
    let start = Start {
        policy: Policy::built_in().unwrap(),
        lists: Lists::default(),
        shelf: Shelf::new(std::env::temp_dir()),
        choice: Choice::Kept,
        site: Site::default(),
        vault: Arc::new(Vault::new([7; 32])),
    };
    Node {
        app: App::start(store, clock, start).unwrap(),
        clock: seconds,
        lan: Person {
            id,
            role: Role::Reviewer,
        },
    }
}

/// Runs a test on a node of each kind.
pub async fn on_each(test: impl AsyncFn(Node)) {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    test(tokio::task::spawn_blocking(move || node(&target)).await.unwrap()).await;
    if let Some(database) = anlanh_testkit::postgres() {
        let target = Target::parse(database.address());
        test(tokio::task::spawn_blocking(move || node(&target)).await.unwrap()).await;
    }
}

impl Node {
    /// Somebody who works incidents: of the same account, whatever else it is used for.
    pub const fn engineer(&self) -> Actor {
        Actor::Person(Person {
            id: self.lan.id,
            role: Role::SocEngineer,
        })
    }

    pub fn wait_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Warns the account behind a new post, and leaves the post as it is.
    pub async fn warn(&self, author: &str) {
        let json =
            serde_json::json!({ "text": "Chị gửi mã OTP cho em để nhận thưởng nhé", "author": { "ref": author } });
        let app = self.app.clone();
        let judged = tokio::task::spawn_blocking(move || {
            let json = json.to_string();
            let items = vec![ItemIn::parse(json.as_bytes()).unwrap()];
            let (mut scratch, mut tally) = (Scratch::default(), Tally::default());
            let judged = item::judge_blocking(&app, &mut scratch, items, &mut tally).unwrap();
            judged.into_iter().next().unwrap().unwrap()
        });
        let machine = Actor::Token {
            id: Id::from_number(1).unwrap(),
            scopes: vec![Scope::ItemsWrite],
            person: None,
        };
        let lines = item::keep(&self.app, &machine, vec![judged.await.unwrap()])
            .await
            .unwrap();
        let kept: serde_json::Value = serde_json::from_slice(&lines[0]).unwrap();
        let id: Id<Case> = kept["case"].as_str().unwrap().parse().unwrap();
        let verdict = Verdict {
            outcome: Outcome::SubjectOnly,
            category: Some("SC1".to_owned()),
            basis: Vec::new(),
            labels: Vec::new(),
            facts: "Bài đăng hỏi mã OTP.".to_owned(),
            enforcement: Enforcement {
                measures: vec![AskedMeasure {
                    kind: MeasureKind::Warn,
                    target: TargetKind::Account,
                    days: None,
                }],
                strikes: Some(Vec::new()),
                ..Enforcement::default()
            },
        };
        let lan = Actor::Person(self.lan);
        case::decide(&self.app, &lan, id, verdict).await.unwrap();
    }

    /// Everything that the platform is to do.
    pub async fn feed(&self) -> Vec<ActionRow> {
        let platform = Actor::Token {
            id: Id::from_number(2).unwrap(),
            scopes: vec![Scope::ActionsRead],
            person: None,
        };
        let told = action::feed(&self.app, &platform, None, 200).await.unwrap();
        told.into_iter().map(|told| told.row).collect()
    }

    /// Waits until what the platform is to do stands like this; fails after half a minute.
    pub async fn wait_until(&self, stands: impl Fn(&[ActionRow]) -> bool) -> Vec<ActionRow> {
        let mut look = tokio::time::interval(Duration::from_millis(20));
        let begun = Instant::now();
        loop {
            let feed = self.feed().await;
            if stands(&feed) {
                return feed;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{feed:?}");
            look.tick().await;
        }
    }

    /// Whoever runs the node.
    pub fn administrator(&self) -> Actor {
        Actor::Person(Person {
            role: Role::Administrator,
            ..self.lan
        })
    }

    /// Puts dead letters back.
    pub async fn replay(&self) -> u64 {
        action::replay(&self.app, &self.administrator(), None).await.unwrap()
    }
}
