//! A server on a free port, and a client for it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anlanh_app::incident::share::Edxml;
use anlanh_app::policy::{Choice, Start};
use anlanh_app::{App, Clock, Lists, Shelf, Site};
use anlanh_db::Statement;
use anlanh_edxml::{Certificate, Issuer, OrganId, Text};
use anlanh_model::{Actor, AuditAction, Person, Role, Scope, Time, Tlp};
use anlanh_pack::Policy;
use anlanh_store::{Change, Options, Store, Target, intel, session, staff, token};
use anlanh_testkit::{Model, TestDatabase};
use anlanh_vault::Vault;
use anlanh_web::{Limits, Service};
use reqwest::redirect::Policy as RedirectPolicy;
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running server. It stops when dropped.
pub struct Server {
    pub address: SocketAddr,
    pub client: Client,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<usize>,
    store: Store,
    pub app: App,
    seconds: Arc<AtomicI64>,
    _folder: TempDir,
}

/// Somebody who is signed in.
pub struct Session {
    pub cookie: String,
    pub csrf: String,
}

/// When everything happens.
pub const NOON: Time = Time::from_seconds(1_790_000_000);

/// Speaks to a national centre that is not there, under a key that signs nothing in particular.
fn edxml() -> Edxml {
    let text = |text: &str| Text::new(text).unwrap();
    Edxml {
        issuer: Issuer::new(OrganId::parse("000.00.00.G14").unwrap(), text("An")),
        certificate: Certificate {
            subject: text("CN=an"),
            der: vec![48, 0],
        },
        sign: Arc::new(|_| Some(vec![0; 256])),
    }
}

impl Server {
    pub async fn start() -> Self {
        Self::with(Limits::default()).await
    }

    pub async fn with(limits: Limits) -> Self {
        Self::keeping(limits, &Options::default()).await
    }

    /// A server whose database is opened with these options.
    pub async fn keeping(limits: Limits, options: &Options) -> Self {
        Self::open(crate::pack::policy(), None, limits, options, Site::default()).await
    }

    /// A server with this policy, on this database or on one of its own.
    pub async fn of(policy: Policy, target: Option<Target>, limits: Limits) -> Self {
        Self::open(policy, target, limits, &Options::default(), Site::default()).await
    }

    /// A server with the policy that is built in, which others know as this.
    pub async fn at(site: Site) -> Self {
        let policy = Policy::built_in().unwrap();
        Self::open(policy, None, Limits::default(), &Options::default(), site).await
    }

    async fn open(policy: Policy, target: Option<Target>, limits: Limits, options: &Options, site: Site) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let target = target.unwrap_or_else(|| Target::Sqlite(folder.path().join("anlanh.db")));
        let seconds = Arc::new(AtomicI64::new(NOON.as_seconds()));
        let hands = Arc::clone(&seconds);
        let clock = Clock::new(move || Time::from_seconds(hands.load(Ordering::Relaxed)));
        let store = Store::open(&target, options).unwrap();
        let start = Start {
            policy,
            lists: Lists::default(),
            shelf: Shelf::new(folder.path().join("lists")),
            choice: Choice::Kept,
            site,
            vault: Arc::new(Vault::new([7; 32])),
        };
        let app = App::start(store.clone(), clock, start).unwrap().with_edxml(edxml());
        anlanh_app::public_log::publish(&app).await.unwrap();
        let service = Service::new(app.clone(), limits);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let wait = async move {
            let _ = stopped.await;
        };
        let served = anlanh_web::serve(listener, service, wait);
        let running = tokio::runtime::Handle::current().spawn(served);
        Self {
            address,
            // What redirects where is part of what is tested.
            client: Client::builder().redirect(RedirectPolicy::none()).build().unwrap(),
            stop: Some(stop),
            running,
            store,
            app,
            seconds,
            _folder: folder,
        }
    }

    fn now(&self) -> Time {
        Time::from_seconds(self.seconds.load(Ordering::Relaxed))
    }

    /// Has the log with this key witnessed.
    pub fn watch_log(&self, key: &str) {
        anlanh_app::public_log::watch(&self.store, self.app.clock(), key).unwrap();
    }

    /// Signs what is new in the public log.
    pub async fn sign_log(&self) {
        while anlanh_app::public_log::publish(&self.app).await.unwrap() > 0 {}
    }

    /// Does what is due by now.
    pub async fn run_jobs(&self) {
        let failed = anlanh_app::jobs::run_due(&self.app).await;
        assert!(failed.is_empty(), "{failed:?}");
    }

    /// Lets time pass.
    pub fn wait_minutes(&self, minutes: i64) {
        self.seconds.fetch_add(minutes * 60, Ordering::Relaxed);
    }

    /// A token of these scopes, that stands for a new person of this role or for nobody.
    pub async fn token(&self, scopes: &'static [Scope], role: Option<Role>) -> String {
        let number = self.store.database().stats().writes;
        let token = format!("anl_test_{number}");
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::CreateToken,
            now: NOON,
        };
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let name = token.clone();
        let made = self.store.write(change, move |writer| {
            let person = match role {
                Some(role) => Some(staff::insert(writer, &name, role, "-")?),
                None => None,
            };
            token::insert(writer, &name, &hash, scopes, person)
        });
        made.await.map_err(|error: anlanh_store::Error| error).unwrap();
        token
    }

    /// Says how far what this token reads may have been marked.
    pub async fn clear(&self, token: &str, tlp: Tlp) {
        let Some(Actor::Token { id, .. }) = self.app.token(token).await.unwrap() else {
            panic!("there is no such token");
        };
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::ClearToken,
            now: NOON,
        };
        let cleared = self.store.write(change, move |writer| {
            intel::set_clearance(writer, id, tlp)?;
            writer.about("token", id.number(), "cleared");
            Ok(())
        });
        cleared.await.map_err(|error: anlanh_store::Error| error).unwrap();
    }

    /// A session of a new person of this role: the cookie that a browser would send.
    pub async fn session(&self, role: Role) -> Session {
        let number = self.store.database().stats().writes;
        let (name, secret, csrf) = (format!("{role}-{number}"), format!("s{number}"), format!("c{number}"));
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::SignIn,
            now: self.now(),
        };
        let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let kept = csrf.clone();
        let until = self.now().plus_minutes(60);
        let made = self.store.write(change, move |writer| {
            let person = staff::insert(writer, &name, role, "-")?;
            session::insert(writer, &hash, person, &kept, until)
        });
        made.await.map_err(|error: anlanh_store::Error| error).unwrap();
        Session {
            cookie: format!("anlanh={secret}"),
            csrf,
        }
    }

    /// A new person of this role, as the use cases know them.
    pub async fn actor(&self, role: Role) -> Actor {
        let name = format!("{role}-{}", self.store.database().stats().writes);
        let change = Change {
            actor: Actor::Operator,
            action: AuditAction::CreateStaff,
            now: self.now(),
        };
        let made = self
            .store
            .write(change, move |writer| staff::insert(writer, &name, role, "-"));
        let id = made.await.map_err(|error: anlanh_store::Error| error).unwrap();
        Actor::Person(Person { id, role })
    }

    /// A page for somebody who is signed in.
    pub async fn page(&self, path: &str, session: &Session) -> Response {
        let request = self.client.get(self.url(path)).header("cookie", &session.cookie);
        request.send().await.unwrap()
    }

    /// A form from somebody who is signed in; the proof that it is theirs goes along.
    pub async fn submit(&self, path: &str, session: &Session, fields: &[(&str, &str)]) -> Response {
        let mut fields = fields.to_vec();
        fields.push(("csrf", &session.csrf));
        let request = self.client.post(self.url(path)).header("cookie", &session.cookie);
        let form = "application/x-www-form-urlencoded";
        let body = serde_urlencoded::to_string(&fields).unwrap();
        request.header("content-type", form).body(body).send().await.unwrap()
    }

    /// Status and body of an answer to a program.
    pub async fn ask(&self, method: &str, path: &str, token: &str, sent: Value) -> (u16, Value) {
        let request = self.call(method, path, token);
        let request = if method == "GET" {
            request
        } else {
            request.body(sent.to_string())
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        if status == 204 {
            return (status, Value::Null);
        }
        (status, json(answer).await)
    }

    /// The version of the policy in force.
    pub async fn version_in_force(&self) -> String {
        let token = self.token(&[Scope::PolicyRead], None).await;
        let policy = json(self.call("GET", "/v1/policy", &token).send().await.unwrap()).await;
        policy["in_force"]["id"].as_str().unwrap().to_owned()
    }

    /// Changes what is stored behind the node's back.
    pub async fn tamper(&self, sql: &'static str) {
        let statement = Statement::new("test.tamper", sql);
        let done = self
            .store
            .database()
            .write("test.tamper", move |tx| tx.execute(&statement, &[]));
        assert!(done.await.map_err(|error: anlanh_db::Error| error).unwrap() > 0);
    }

    /// The node behind the server.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The store behind the server.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// A request with a token.
    pub fn call(&self, method: &str, path: &str, token: &str) -> RequestBuilder {
        let request = self.client.request(method.parse().unwrap(), self.url(path));
        request.bearer_auth(token).header("content-type", "application/json")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub fn post(&self, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.client.post(self.url(path)).header("content-type", kind).body(body)
    }

    /// The value of a series in `/metrics`.
    pub async fn metric(&self, series: &str) -> u64 {
        // A connection of its own, that is gone afterwards: those that wait in a pool would be counted as well.
        let once = Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let answer = once.get(self.url("/metrics")).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no series {series}")).parse().unwrap()
    }

    /// Waits until whoever asks is the only one left; fails after a minute.
    pub async fn alone(&self) {
        let alone = async { while self.metric("anlanh_connections").await > 1 {} };
        let waited = tokio::time::timeout(Duration::from_secs(60), alone).await;
        assert!(waited.is_ok(), "a connection stays open");
    }

    /// Asks it to stop and waits; how many connections had to be cut off.
    pub async fn stop(mut self) -> usize {
        drop(self.stop.take());
        self.running.await.unwrap()
    }

    /// Asks it to stop, without waiting.
    pub fn ask_to_stop(&mut self) {
        drop(self.stop.take());
    }
}

/// Runs a test on a database of each kind that holds nothing. The test may open it several times, one after the other.
pub async fn on_each(test: impl AsyncFn(Target)) {
    let folder = tempfile::tempdir().unwrap();
    test(Target::Sqlite(folder.path().join("anlanh.db"))).await;
    static EMPTY: Model = Model::new();
    let fill =
        |database: &TestDatabase| drop(Store::open(&Target::parse(database.address()), &Options::default()).unwrap());
    if let Some(database) = EMPTY.copy(fill) {
        test(Target::parse(database.address())).await;
    }
}

/// The body of an answer as JSON.
pub async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// A header of an answer.
pub fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// Asks as a program does, and looks at the status and the code of a problem; what was told.
pub async fn check(
    server: &Server,
    (method, path): (&str, &str),
    token: &str,
    sent: Value,
    expected: (u16, &str),
) -> Value {
    let (status, told) = server.ask(method, path, token, sent.clone()).await;
    let code = told["code"].as_str().unwrap_or_default();
    assert_eq!((status, code), expected, "{method} {path} {sent}: {told}");
    told
}

/// Reads as a program does.
pub async fn get(server: &Server, path: &str, token: &str) -> Value {
    check(server, ("GET", path), token, Value::Null, (200, "")).await
}
