//! An authority's node and a platform's, added to each other, and the line between them.

use anlanh_app::issued::{self, Change, IssuedView, Numbered};
use anlanh_app::order::{self, OrderView, Step, Which};
use anlanh_app::peer::{self, NewPeer, Outgoing, PeerView, ReceiveError, Replied};
use anlanh_app::policy::Start;
use anlanh_app::{Error, Site, jobs};
use anlanh_model::{Actor, Id, Issued, Order, OrderHaste, OrderKind, Peer, Person, Role};
use anlanh_pack::Policy;
use anlanh_vault::Vault;

use crate::enforcement::post;
use crate::node::{Node, node, start};

pub const OFFICE: &str = "bo-cong-an-a05";
pub const AUTHORITY: &str = "https://co-quan.example";
pub const PLATFORM: &str = "https://nen-tang.example";
pub const MESSAGES: &str = "https://nen-tang.example/v1/peer/messages";

pub struct Pair {
    pub authority: Node,
    pub platform: Node,
    _folders: Vec<tempfile::TempDir>,
}

pub fn start_as(shelf: &std::path::Path, name: &str, url: &str, office: Option<&str>, key: u8) -> Start {
    let site = Site::new(name, url, "").unwrap().of_office(office.map(str::to_owned));
    Start {
        site,
        vault: std::sync::Arc::new(Vault::new([key; 32])),
        ..start(Policy::built_in().unwrap(), shelf.to_path_buf())
    }
}

/// The keys that the nodes of a pair have; the platform's is that of [`start`], with which its database was sealed.
pub const KEYS: (u8, u8) = (7, 7);

pub fn administrator(node: &Node) -> Actor {
    Actor::Person(Person {
        id: node.other.id,
        role: Role::Administrator,
    })
}

impl Pair {
    /// Two nodes that do not know each other, of which the platform's is given.
    pub fn strangers(platform: Node) -> Self {
        let (authority, folder) = plain();
        Self::between(authority, platform, folder)
    }

    fn between(authority: Node, platform: Node, folder: tempfile::TempDir) -> Self {
        let restart = |node: Node, name, url, office, key| {
            let shelf = node.shelf.clone();
            node.restart(start_as(&shelf, name, url, office, key)).unwrap()
        };
        Self {
            authority: restart(authority, "Cơ quan", AUTHORITY, Some(OFFICE), KEYS.0),
            platform: restart(platform, "Nền tảng", PLATFORM, None, KEYS.1),
            _folders: vec![folder],
        }
    }

    /// The platform begins anew: it has its key, and nothing else that it had.
    pub async fn lose_platform(&mut self) {
        let (platform, folder) = plain();
        let shelf = platform.shelf.clone();
        let start = start_as(&shelf, "Nền tảng", PLATFORM, None, KEYS.1);
        self.platform = platform.restart(start).unwrap();
        self._folders.push(folder);
        let authority = fingerprint(&self.authority).await;
        add(&self.platform, AUTHORITY, &authority, Some(OFFICE)).await.unwrap();
        introduce(&self.platform, &self.authority).await;
    }

    /// Two nodes whose people compared fingerprints, of which the platform's is given.
    pub async fn new(platform: Node) -> Self {
        Self::strangers(platform).acquainted().await
    }

    /// The same, of which the office's is given.
    pub async fn of_office(authority: Node) -> Self {
        let (platform, folder) = plain();
        Self::between(authority, platform, folder).acquainted().await
    }

    async fn acquainted(self) -> Self {
        let (a, p) = (fingerprint(&self.authority).await, fingerprint(&self.platform).await);
        add(&self.authority, PLATFORM, &p, None).await.unwrap();
        add(&self.platform, AUTHORITY, &a, Some(OFFICE)).await.unwrap();
        introduce(&self.authority, &self.platform).await;
        introduce(&self.platform, &self.authority).await;
        self
    }

    /// Everything that is to be said is said, both ways.
    pub async fn talk(&self) {
        for _ in 0..4 {
            run(&self.authority).await;
            run(&self.platform).await;
            deliver_all(&self.authority, &self.platform).await;
            deliver_all(&self.platform, &self.authority).await;
        }
    }

    pub async fn draft(&self, kind: OrderKind, targets: &[(&str, &str)]) -> Id<Issued> {
        let entry = issued::Entry {
            peer: peer_of(&self.authority).await.row.id,
            kind,
            signer: "Thượng tá Nguyễn Văn A, Phó Cục trưởng".to_owned(),
            number: "123/A05-P5".to_owned(),
            basis: vec![basis(kind).to_owned()],
            category: kind.is_about_violation().then(|| "SC1".to_owned()),
            reason: "Bài đăng lừa đảo.".to_owned(),
            haste: OrderHaste::Ordinary,
            stated_due_at: None,
            secret_until: None,
            expires_at: None,
            lock_days: None,
            demand: (kind == OrderKind::ProvideInformation)
                .then(|| super::information::demand(&self.authority, &["registered_phone"])),
            targets: targets
                .iter()
                .map(|(kind, it)| ((*kind).to_owned(), (*it).to_owned()))
                .collect(),
        };
        issued::draft(&self.authority.app, &self.authority.manager(), entry)
            .await
            .unwrap()
    }

    pub async fn sent(&self, kind: OrderKind, targets: &[(&str, &str)]) -> Id<Issued> {
        let id = self.draft(kind, targets).await;
        issued::sign(&self.authority.app, &self.authority.manager(), id, Numbered::Again)
            .await
            .unwrap();
        id
    }

    pub async fn issued(&self, id: Id<Issued>) -> IssuedView {
        issued::show(&self.authority.app, &self.authority.manager(), id)
            .await
            .unwrap()
    }

    pub async fn change(&self, id: Id<Issued>, change: Change) {
        issued::change(&self.authority.app, &self.authority.manager(), id, change)
            .await
            .unwrap();
    }

    /// The orders that the platform has, newest last.
    pub async fn received(&self) -> Vec<OrderView> {
        let (app, by) = (&self.platform.app, self.platform.manager());
        let mut rows = order::list(app, &by, Which::Open(None), 200).await.unwrap();
        rows.extend(order::list(app, &by, Which::Over(None), 200).await.unwrap());
        rows.sort_by_key(|row| row.order.id);
        let mut views = Vec::new();
        for row in rows {
            views.push(order::show(app, &by, row.order.id).await.unwrap());
        }
        views
    }

    pub async fn step(&self, id: Id<Order>, step: Step) {
        order::step(&self.platform.app, &self.platform.manager(), id, step)
            .await
            .unwrap();
    }

    /// A post of the platform and an order to remove it, which the platform has: the office's number of it, and the platform's.
    pub async fn removal_of(&self, item: &str) -> (Id<Issued>, Id<Order>) {
        post(&self.platform, item, "u", None).await;
        let id = self.sent(OrderKind::Remove, &[("item", item)]).await;
        self.talk().await;
        let order = self.received().await.remove(0).row.order.id;
        (id, order)
    }

    /// Carries the only target of an order out, and answers.
    pub async fn carry_out(&self, id: Id<Order>) {
        let answer = Step::Answer("Đã gỡ.".to_owned());
        for step in [
            Step::Check,
            Step::Take,
            Step::Execute(1),
            Step::ByHand(1, "Đã kiểm tra trên nền tảng.".to_owned()),
            answer,
        ] {
            self.step(id, step).await;
        }
    }
}

/// A node on SQLite, and the folder that it is in.
fn plain() -> (Node, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let made = node(
        &anlanh_store::Target::Sqlite(folder.path().join("anlanh.db")),
        Policy::built_in().unwrap(),
        folder.path().join("lists"),
    );
    (made, folder)
}

pub const fn basis(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Lock => "nd-333-2026/16.4.d",
        OrderKind::Restore => "nd-333-2026/16.4.e",
        OrderKind::KeepEvidence => "nd-333-2026/16.6",
        OrderKind::ProvideInformation => "nd-333-2026/16.3.b",
        OrderKind::Remove
        | OrderKind::StopSharing
        | OrderKind::BlockAccess
        | OrderKind::Correction
        | OrderKind::WarnUsers => "nd-333-2026/16.4.a",
    }
}

pub async fn fingerprint(node: &Node) -> String {
    let card = peer::card(&node.app).await.unwrap();
    card.keys.first().unwrap().fingerprint.to_string()
}

pub async fn add(node: &Node, url: &str, fingerprint: &str, office: Option<&str>) -> Result<Id<Peer>, Error> {
    let new = NewPeer {
        url: url.to_owned(),
        fingerprint: fingerprint.to_owned(),
        office: office.map(str::to_owned),
    };
    peer::add(&node.app, &administrator(node), new).await
}

/// One node reads the card of another.
pub async fn introduce(node: &Node, other: &Node) {
    let card = peer::card(&other.app).await.unwrap().to_json();
    for pending in peer::pending(&node.app).await.unwrap() {
        peer::take_card(&node.app, &pending, &card).await.unwrap();
    }
}

/// The only peer of a node.
pub async fn peer_of(node: &Node) -> PeerView {
    let mut peers = peer::list(&node.app, &administrator(node)).await.unwrap();
    assert_eq!(peers.len(), 1);
    peers.pop().unwrap()
}

pub async fn run(node: &Node) {
    let failed = jobs::run_due(&node.app).await;
    assert!(failed.is_empty(), "{failed:?}");
}

pub fn as_fields<'f>(fields: &'f [(&'static str, String)]) -> Vec<(&'static str, &'f [u8])> {
    fields.iter().map(|(name, value)| (*name, value.as_bytes())).collect()
}

/// What one attempt brings: the other side gets it, and its answer comes back.
pub async fn deliver(from: &Node, to: &Node, sent: &Outgoing) {
    let answered = hear(to, sent).await;
    reply(from, sent, &answered).await;
}

pub type Heard = Result<peer::Answered, ReceiveError>;

pub async fn hear(to: &Node, sent: &Outgoing) -> Heard {
    peer::receive(&to.app, &as_fields(&sent.fields), sent.body()).await
}

pub async fn reply(from: &Node, sent: &Outgoing, heard: &Heard) {
    let (status, fields, body, expected) = match heard {
        Ok(answered) => (200, as_fields(&answered.fields), answered.body.as_slice(), None),
        Err(ReceiveError::OutOfOrder { expected } | ReceiveError::Equivocation { expected }) => {
            (409, Vec::new(), b"".as_slice(), Some(*expected))
        }
        Err(_) => (401, Vec::new(), b"".as_slice(), None),
    };
    let answer = Replied::Answer {
        status,
        fields: &fields,
        body,
        expected,
    };
    peer::answered(&from.app, sent, answer).await.unwrap();
}

pub async fn deliver_all(from: &Node, to: &Node) {
    loop {
        let due = peer::due(&from.app, 50).await.unwrap();
        if due.is_empty() {
            return;
        }
        for sent in &due {
            deliver(from, to, sent).await;
        }
    }
}
