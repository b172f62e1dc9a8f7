//! What comes in about orders.

use anlanh_app::order::{Amendment, Call, Entry, Step};
use anlanh_model::{ContestGround, OrderChannel, OrderHaste, OrderKind, TargetKind, Time};
use anlanh_pack::Day;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::refusal::Refusal;

/// What a line of an order is aimed at.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderTargetIn)]
#[serde(deny_unknown_fields)]
pub struct TargetIn {
    /// `item`, `account`, `page`, `group`, `channel`, `url` or `domain`.
    pub kind: String,
    /// The platform's reference, of 1 to 256 bytes; or the address of a page, of at most 2,048; or a domain.
    pub reference: String,
}

/// An order of an authority, as somebody enters it.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderIn, example = json!({
    "kind": "remove", "office": "bo-cong-an-a05", "signer": "Thượng tá Nguyễn Văn A", "number": "123/A05-P5",
    "issued_on": "2026-11-20", "channel": "email", "received_at": "2026-11-20T02:00:00Z", "basis": ["nd-333-2026/16.4.a"],
    "category": "SC1", "reason": "Bài đăng lừa đảo.", "targets": [{ "kind": "item", "reference": "p-1042" }],
}))]
#[serde(deny_unknown_fields)]
pub struct OrderIn {
    /// `remove`, `stop_sharing`, `block_access`, `lock`, `restore`, `correction`, `keep_evidence`, `provide_information` or
    /// `warn_users`.
    kind: String,
    /// Key of the issuing office in the policy.
    office: String,
    /// Who signed it: 1 to 200 bytes.
    signer: String,
    /// Its number there: 1 to 200 bytes.
    number: String,
    /// The day of issue.
    #[schema(format = Date)]
    issued_on: String,
    /// How it came: `phone`, `paper` or `email`.
    channel: String,
    /// When it came (RFC 3339); its clock runs from then.
    #[schema(format = DateTime)]
    received_at: String,
    /// Keys of the articles that it cites: 1 to 16.
    basis: Vec<String>,
    /// Key of the category of the violation; `remove`, `stop_sharing` and `lock` need one.
    category: Option<String>,
    /// Why, in its words: 1 to 4,000 bytes. Whoever it concerns reads it.
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
    /// Until when it holds (RFC 3339); afterwards what it did is lifted.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// For how many days to lock; without, a lock has no end and takes a second person.
    #[schema(minimum = 1, maximum = 3_650)]
    lock_days: Option<u32>,
    /// What it is aimed at: 1 to 100 lines, each once.
    targets: Vec<TargetIn>,
}

impl OrderIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When a key or a moment is none.
    pub fn entry(self) -> Result<Entry, Problem> {
        let targets = self.targets.into_iter();
        Ok(Entry {
            kind: key(&self.kind, "kind", OrderKind::from_key)?,
            office: self.office,
            signer: self.signer,
            number: self.number,
            issued_on: day(&self.issued_on, "issued_on")?,
            channel: key(&self.channel, "channel", OrderChannel::from_key)?,
            received_at: moment(&self.received_at, "received_at")?,
            basis: self.basis,
            category: self.category,
            reason: self.reason,
            haste: if self.urgent {
                OrderHaste::Urgent
            } else {
                OrderHaste::Ordinary
            },
            stated_due_at: optional(self.due_at.as_deref(), "due_at")?,
            secret_until: optional(self.confidential_until.as_deref(), "confidential_until")?,
            expires_at: optional(self.expires_at.as_deref(), "expires_at")?,
            lock_days: self.lock_days,
            targets: targets.map(|target| (target.kind, target.reference)).collect(),
            document: None,
        })
    }
}

/// A call-back: the office was called under a number that was found elsewhere than in the order.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderCallIn, example = json!({
    "called": "Trực ban Phòng 5", "telephone": "069 234 5678", "called_at": "2026-11-20T02:10:00Z",
}))]
#[serde(deny_unknown_fields)]
pub struct CallIn {
    /// Who answered there: 1 to 200 bytes.
    called: String,
    /// Under which number, and where that was found: 1 to 200 bytes.
    telephone: String,
    /// When (RFC 3339): after the order came.
    #[schema(format = DateTime)]
    called_at: String,
}

impl CallIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When the moment is none.
    pub fn call(self) -> Result<Call, Problem> {
        Ok(Call {
            called_at: moment(&self.called_at, "called_at")?,
            called: self.called,
            telephone: self.telephone,
        })
    }
}

/// A target is carried out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderExecutionIn, example = json!({ "target": 1 }))]
#[serde(deny_unknown_fields)]
pub struct ExecutionIn {
    /// The number of the target.
    target: u32,
    /// What was done by hand, for kinds that the node does not carry out: 1 to 4,000 bytes.
    evidence: Option<String>,
    /// `owner` where the owner says that they removed it, and whoever acts looked whether it is so.
    done_by: Option<DoneBy>,
}

/// Who carried a target out, where it was not the platform.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderDoneBy)]
#[serde(rename_all = "snake_case")]
enum DoneBy {
    /// The owner who was asked.
    Owner,
}

impl ExecutionIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When it was done by hand and by the owner.
    pub fn step(self) -> Result<Step, Problem> {
        match (self.evidence, self.done_by) {
            (Some(_), Some(DoneBy::Owner)) => Err(Problem::Refused(Refusal::bad_query("evidence"))),
            (Some(evidence), None) => Ok(Step::ByHand(self.target, evidence)),
            (None, Some(DoneBy::Owner)) => Ok(Step::ByOwner(self.target)),
            (None, None) => Ok(Step::Execute(self.target)),
        }
    }
}

/// An owner is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderOwnerIn, example = json!({ "target": 1, "owner": "channel" }))]
#[serde(deny_unknown_fields)]
pub struct OwnerIn {
    /// The number of the target.
    target: u32,
    /// Whose owner: `account`, `page`, `group` or `channel`, as the platform named it with the item.
    owner: String,
}

impl OwnerIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When there is no such kind.
    pub fn step(self) -> Result<Step, Problem> {
        Ok(Step::AskOwner(
            self.target,
            key(&self.owner, "owner", TargetKind::from_key)?,
        ))
    }
}

/// A target or the whole is contested.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderContestIn, example = json!({ "target": 1, "ground": "not_found", "words": "Không có bài này." }))]
#[serde(deny_unknown_fields)]
pub struct ContestIn {
    /// The number of the target; without, the whole.
    target: Option<u32>,
    /// `not_found`, `unclear`, `out_of_scope`, `unlawful`, `already_restored` or `not_genuine`.
    ground: String,
    /// Why: 1 to 4,000 bytes.
    words: String,
}

impl ContestIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When the ground is none.
    pub fn step(self) -> Result<Step, Problem> {
        let ground = key(&self.ground, "ground", ContestGround::from_key)?;
        Ok(match self.target {
            Some(target) => Step::ContestTarget(target, ground, self.words),
            None => Step::Contest(ground, self.words),
        })
    }
}

/// The answer to an order.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderAnswerIn, example = json!({ "words": "Đã gỡ bỏ nội dung lúc 09:30." }))]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// What is answered: 1 to 4,000 bytes.
    pub words: String,
}

/// What the office changed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderAmendmentIn)]
#[serde(deny_unknown_fields)]
pub struct AmendmentIn {
    /// Numbers of targets that it names no more: what was done to them is lifted.
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
    /// Who was called back about the change.
    call: CallIn,
    /// What it says, and in which document: 1 to 4,000 bytes.
    words: String,
}

impl AmendmentIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When a moment is none.
    pub fn step(self) -> Result<Step, Problem> {
        let add = self.add.into_iter().map(|target| (target.kind, target.reference));
        Ok(Step::Amend(Amendment {
            drop: self.drop,
            add: add.collect(),
            expires_at: optional(self.expires_at.as_deref(), "expires_at")?,
            secret_until: optional(self.confidential_until.as_deref(), "confidential_until")?,
            call: self.call.call()?,
            words: self.words,
        }))
    }
}

/// The office withdrew the order.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OrderWithdrawalIn)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalIn {
    /// Who was called back about it.
    pub call: CallIn,
    /// What it says, and in which document: 1 to 4,000 bytes. Whoever it concerned reads it.
    pub words: String,
}

/// A moment of a field.
///
/// # Errors
/// When it is none of RFC 3339.
pub fn moment(text: &str, field: &'static str) -> Result<Time, Problem> {
    let at: Result<jiff::Timestamp, _> = text.parse();
    let at = at.map_err(|_| Problem::Refused(Refusal::bad_field(field)))?;
    Ok(Time::from_micros(at.as_microsecond()))
}

/// A moment of a field that may be left out.
///
/// # Errors
/// When it is none of RFC 3339.
pub fn optional(text: Option<&str>, field: &'static str) -> Result<Option<Time>, Problem> {
    text.map(|text| moment(text, field)).transpose()
}

/// A day of a field.
///
/// # Errors
/// When it is none.
pub fn day(text: &str, field: &'static str) -> Result<Day, Problem> {
    let refused = || Problem::Refused(Refusal::bad_field(field));
    text.parse().map_err(|_| refused())
}

/// A key of a field.
///
/// # Errors
/// When there is none such.
pub fn key<T>(text: &str, field: &'static str, read: fn(&str) -> Option<T>) -> Result<T, Problem> {
    read(text).ok_or_else(|| Problem::Refused(Refusal::bad_field(field)))
}
