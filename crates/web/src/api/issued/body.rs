//! What comes in about orders of this node's office.

use anlanh_app::issued::{Change, Entry};
use anlanh_model::{OrderHaste, OrderKind};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::caller;
use crate::api::information::DemandIn;
use crate::api::orders::{TargetIn, key, optional_moment};
use crate::problem::Problem;

/// An order of this node's office, as somebody drafts it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IssuedIn, example = json!({
    "peer": "1gq7x2m4k8s0", "kind": "remove", "signer": "Thượng tá Nguyễn Văn A, Phó Cục trưởng", "number": "123/A05-P5",
    "basis": ["nd-333-2026/16.4.a"], "category": "SC1", "reason": "Bài đăng lừa đảo.",
    "targets": [{ "kind": "item", "reference": "p-1042" }],
}))]
#[serde(deny_unknown_fields)]
pub struct IssuedIn {
    /// Id of the node that it goes to.
    peer: String,
    /// `remove`, `stop_sharing`, `block_access`, `lock`, `restore`, `correction`, `keep_evidence`, `provide_information` or
    /// `warn_users`.
    kind: String,
    /// Who is to sign it: 1 to 200 bytes.
    signer: String,
    /// Its number at this office: 1 to 200 bytes.
    number: String,
    /// Keys of the articles that it cites: 1 to 16.
    basis: Vec<String>,
    /// Key of the category of the violation; `remove`, `stop_sharing` and `lock` need one.
    category: Option<String>,
    /// Why: 1 to 4,000 bytes. Whoever it concerns reads it.
    reason: String,
    /// Whether it is an urgent case of the law.
    #[serde(default)]
    urgent: bool,
    /// The deadline that it sets itself (RFC 3339); what the law gives is never exceeded.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// Until when nobody whom it concerns is told (RFC 3339).
    #[schema(format = DateTime)]
    confidential_until: Option<String>,
    /// Until when it holds (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// For how many days to lock; without, a lock has no end.
    #[schema(minimum = 1, maximum = 3_650)]
    lock_days: Option<u32>,
    /// What it asks for about users: of `provide_information`, which names at most 10 targets, and of nothing else.
    information: Option<DemandIn>,
    /// What it is aimed at: 1 to 100 lines, each once.
    targets: Vec<TargetIn>,
}

impl IssuedIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When a key or a moment is none.
    pub fn entry(self) -> Result<Entry, Problem> {
        let targets = self.targets.into_iter();
        Ok(Entry {
            peer: caller::id(&self.peer, "peer")?,
            kind: key(&self.kind, "kind", OrderKind::from_key)?,
            signer: self.signer,
            number: self.number,
            basis: self.basis,
            category: self.category,
            reason: self.reason,
            haste: if self.urgent {
                OrderHaste::Urgent
            } else {
                OrderHaste::Ordinary
            },
            stated_due_at: optional_moment(self.due_at.as_deref(), "due_at")?,
            secret_until: optional_moment(self.confidential_until.as_deref(), "confidential_until")?,
            expires_at: optional_moment(self.expires_at.as_deref(), "expires_at")?,
            lock_days: self.lock_days,
            demand: self.information.map(DemandIn::entry).transpose()?,
            targets: targets.map(|target| (target.kind, target.reference)).collect(),
        })
    }
}

/// A reminder.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IssuedReminderIn, example = json!({ "words": "Đề nghị báo cáo kết quả trước 17 giờ." }))]
#[serde(deny_unknown_fields)]
pub struct ReminderIn {
    /// What is asked: 1 to 4,000 bytes.
    words: String,
}

impl ReminderIn {
    /// The change that it is.
    ///
    /// # Errors
    /// Never: it is checked by the use case.
    pub fn change(self) -> Result<Change, Problem> {
        Ok(Change::Remind { words: self.words })
    }
}

/// A change of an order that was signed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IssuedAmendmentIn)]
#[serde(deny_unknown_fields)]
pub struct IssuedAmendmentIn {
    /// Numbers of targets that it names no more.
    #[serde(default)]
    drop: Vec<u32>,
    /// Targets that it names besides.
    #[serde(default)]
    add: Vec<TargetIn>,
    /// Until when it holds; without, that stays (RFC 3339).
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Until when nobody is told; without, that stays (RFC 3339).
    #[schema(format = DateTime)]
    confidential_until: Option<String>,
    /// Who signs the change: 1 to 200 bytes.
    signer: String,
    /// Why: 1 to 4,000 bytes.
    words: String,
}

impl IssuedAmendmentIn {
    /// The change that it is.
    ///
    /// # Errors
    /// When a moment is none.
    pub fn change(self) -> Result<Change, Problem> {
        let add = self.add.into_iter().map(|target| (target.kind, target.reference));
        Ok(Change::Amend {
            drop: self.drop,
            add: add.collect(),
            expires_at: optional_moment(self.expires_at.as_deref(), "expires_at")?,
            secret_until: optional_moment(self.confidential_until.as_deref(), "confidential_until")?,
            signer: self.signer,
            words: self.words,
        })
    }
}

/// A withdrawal.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = IssuedWithdrawalIn)]
#[serde(deny_unknown_fields)]
pub struct IssuedWithdrawalIn {
    /// Who signs it: 1 to 200 bytes.
    signer: String,
    /// Why: 1 to 4,000 bytes. Whoever it concerned reads it.
    words: String,
}

impl IssuedWithdrawalIn {
    /// The change that it is.
    ///
    /// # Errors
    /// Never: it is checked by the use case.
    pub fn change(self) -> Result<Change, Problem> {
        Ok(Change::Withdraw {
            signer: self.signer,
            words: self.words,
        })
    }
}
