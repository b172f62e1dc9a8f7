//! A node of each kind to test with, with people and a clock that tests move.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use anlanh_api::{ItemIn, Tally};
use anlanh_app::case::Verdict;
use anlanh_app::enforcement::Enforcement;
use anlanh_app::item;
use anlanh_app::policy::{Choice, Start};
use anlanh_app::{App, Clock, Error, Lists, Shelf, Site};
use anlanh_model::{Actor, AuditAction, Case, Id, Outcome, Person, Role, Scope, Time};
use anlanh_pack::Policy;
use anlanh_screen::Scratch;
use anlanh_store::audit::{self, AuditFilter};
use anlanh_store::{Change, Options, Store, Target, staff};
use anlanh_testkit::{Model, TestDatabase};
use anlanh_vault::Vault;

/// A post that the built-in pack sends to a person.
pub const BAIT: &str = "Chị gửi mã OTP cho em để nhận thưởng nhé";

pub struct Node {
    pub app: App,
    pub clock: Arc<AtomicI64>,
    pub person: Person,
    pub other: Person,
    pub manager: Person,
    auditor: Person,
    /// Where lists of former times stay.
    pub shelf: PathBuf,
}

/// What a node starts with, besides its store.
pub fn start(policy: Policy, shelf: PathBuf) -> Start {
    Start {
        policy,
        lists: Lists::default(),
        shelf: Shelf::new(shelf),
        choice: Choice::Kept,
        site: Site::default(),
        vault: Arc::new(Vault::new([7; 32])),
    }
}

pub fn node(target: &Target, policy: Policy, shelf: PathBuf) -> Node {
    let seconds = Arc::new(AtomicI64::new(1_790_000_000));
    let hands = Arc::clone(&seconds);
    let clock = Clock::new(move || Time::from_seconds(hands.load(Ordering::Relaxed)));
    let store = Store::open(target, &Options::default()).unwrap();
    let person = |name: &'static str, role: Role| {
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::CreateStaff,
            now: clock.now(),
        };
        let id = store.write_blocking(change, move |writer| staff::insert(writer, name, role, "-"));
        let id: Id<Person> = id.map_err(|error: anlanh_store::Error| error).unwrap();
        Person { id, role }
    };
    let (one, other, manager, auditor) = (
        person("lan", Role::Reviewer),
        person("minh", Role::Reviewer),
        person("hoa", Role::PolicyManager),
        person("thu", Role::Auditor),
    );
    Node {
        app: App::start(store, clock, start(policy, shelf.clone())).unwrap(),
        clock: seconds,
        person: one,
        other,
        manager,
        auditor,
        shelf,
    }
}

impl Node {
    pub const fn manager(&self) -> Actor {
        Actor::Person(self.manager)
    }

    pub const fn auditor(&self) -> Actor {
        Actor::Person(self.auditor)
    }

    /// A machine that reads cases for itself.
    pub fn reader(&self) -> Actor {
        Actor::Token {
            id: Id::from_number(2).unwrap(),
            scopes: vec![Scope::CasesRead],
            person: None,
        }
    }

    pub fn wait_minutes(&self, minutes: i64) {
        self.wait_seconds(minutes * 60);
    }

    pub fn wait_seconds(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Has a server write what it holds in memory to its files.
    pub fn checkpoint(&self) {
        const CHECKPOINT: anlanh_db::Statement = anlanh_db::Statement::new("test.checkpoint", "CHECKPOINT");
        let job = |tx: &mut anlanh_db::Write<'_>| tx.execute(&CHECKPOINT, &[]);
        let written = self.app.store().database().write_blocking("checkpoint", job);
        let _rows: u64 = written.map_err(|error: anlanh_db::Error| error).unwrap();
    }

    /// Everything in the log, newest first.
    pub async fn actions(&self) -> Vec<AuditAction> {
        let read = self
            .app
            .store()
            .read("audit", |tx| audit::page(tx, &AuditFilter::default(), None, 1_000));
        let entries = read.await.map_err(|error: anlanh_store::Error| error).unwrap();
        entries.iter().map(|entry| entry.action).collect()
    }

    /// The same node after a restart with this.
    pub fn restart(self, start: Start) -> Result<Self, Error> {
        let (store, clock) = (self.app.store().clone(), self.app.clock().clone());
        Ok(Self {
            app: App::start(store, clock, start)?,
            ..self
        })
    }
}

/// Runs a test on a new, empty node with the built-in policy on each database.
pub fn on_each(test: impl AsyncFn(Node)) {
    static BUILT_IN: LazyLock<Policy> = LazyLock::new(|| Policy::built_in().unwrap());
    on_each_with(&BUILT_IN, test);
}

/// Runs a test on a new, empty node with this policy on each database.
pub fn on_each_with(policy: &Policy, test: impl AsyncFn(Node)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let shelf = folder.path().join("lists");
    let target = Target::Sqlite(folder.path().join("anlanh.db"));
    runtime.block_on(test(node(&target, policy.clone(), shelf.clone())));
    if let Some(database) = empty_on_postgres() {
        let target = Target::parse(database.address());
        runtime.block_on(test(node(&target, policy.clone(), shelf)));
    }
}

/// A database that has every table and holds nothing.
fn empty_on_postgres() -> Option<TestDatabase> {
    static EMPTY: Model = Model::new();
    EMPTY.copy(|database| drop(Store::open(&Target::parse(database.address()), &Options::default()).unwrap()))
}

pub fn machine() -> Actor {
    Actor::Token {
        id: Id::from_number(1).unwrap(),
        scopes: vec![Scope::ItemsWrite, Scope::ItemsRead],
        person: None,
    }
}

pub fn judged(node: &Node, text: &str) -> item::Judged {
    // Each by somebody else: one author would climb the ladders of the law. None is one whom a test names.
    static AUTHORS: AtomicI64 = AtomicI64::new(1_000);
    let author = format!("u-{}", AUTHORS.fetch_add(1, Ordering::Relaxed));
    let json = serde_json::json!({ "id": "p-1", "text": text, "author": { "ref": author, "age_days": 2 } }).to_string();
    judge(node, &json).unwrap()
}

pub fn judge(node: &Node, json: &str) -> Result<item::Judged, Error> {
    let items = vec![ItemIn::parse(json.as_bytes()).unwrap()];
    let (mut scratch, mut tally) = (Scratch::default(), Tally::default());
    let judged = item::judge_blocking(&node.app, &mut scratch, items, &mut tally);
    judged.unwrap().pop().unwrap()
}

pub async fn keep(node: &Node, text: &str) -> serde_json::Value {
    let lines = item::keep(&node.app, &machine(), vec![judged(node, text)])
        .await
        .unwrap();
    serde_json::from_slice(&lines[0]).unwrap()
}

pub async fn open(node: &Node) -> Id<Case> {
    keep(node, BAIT).await["case"].as_str().unwrap().parse().unwrap()
}

pub fn removal() -> Verdict {
    Verdict {
        outcome: Outcome::Remove,
        category: Some("SC1".to_owned()),
        basis: Vec::new(),
        labels: Vec::new(),
        facts: "Bài đăng hỏi mã OTP, hứa thưởng.".to_owned(),
        enforcement: Enforcement::default(),
    }
}
