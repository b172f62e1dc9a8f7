//! What comes in about requests for information. What may hold personal data is not in `Debug`.

use anlanh_app::order::information::{DemandEntry, InformationStep, Proposal, SubjectEntries};
use anlanh_model::ContestGround;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::orders::{CallIn, key, moment};
use crate::problem::Problem;

/// What an order asks for about the users that it names.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InformationDemandIn, example = json!({
    "purpose": "Xác minh vụ lừa đảo theo Quyết định số 45.", "fields": ["registered_phone", "sign_ins"],
    "from": "2026-09-01T00:00:00Z", "to": "2026-09-20T17:00:00Z",
}))]
#[serde(deny_unknown_fields)]
pub struct DemandIn {
    /// For what: 1 to 2,000 bytes.
    purpose: String,
    /// Keys of fields that the law of the day knows: 1 to 16, each once.
    fields: Vec<String>,
    /// From when (RFC 3339, whole seconds).
    #[schema(format = DateTime)]
    from: String,
    /// Until when (RFC 3339, whole seconds): over, and at most 366 days after.
    #[schema(format = DateTime)]
    to: String,
}

impl DemandIn {
    /// As the use case takes it.
    ///
    /// # Errors
    /// When a moment is none.
    pub fn entry(self) -> Result<DemandEntry, Problem> {
        Ok(DemandEntry {
            purpose: self.purpose,
            fields: self.fields,
            from: moment(&self.from, "from")?,
            to: moment(&self.to, "to")?,
        })
    }
}

/// What somebody proposes to tell: no more than `demand` says, where the office said what it asks for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InformationProposalIn, example = json!({
    "purpose": "Xác minh vụ lừa đảo theo Quyết định số 45.", "fields": ["registered_phone", "sign_ins"],
    "from": "2026-09-01T00:00:00Z", "to": "2026-09-20T17:00:00Z",
    "recipient": "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    "fingerprint": "0f1e 2d3c 4b5a 6978 8796 a5b4 c3d2 e1f0",
    "call": { "called": "Trực ban Phòng 5", "telephone": "069 234 5678", "called_at": "2026-09-21T02:10:00Z" },
}))]
#[serde(deny_unknown_fields)]
pub struct ProposalIn {
    /// For what it is asked: 1 to 2,000 bytes. Left out where `demand` says it: what the office signed is not changed.
    purpose: Option<String>,
    /// Keys of fields that the order may ask for: 1 to 16, each once.
    fields: Vec<String>,
    /// From when (RFC 3339).
    #[schema(format = DateTime)]
    from: String,
    /// Until when (RFC 3339): over, and at most 366 days after.
    #[schema(format = DateTime)]
    to: String,
    /// The key of whoever asks, as `age-keygen` prints it: `age1…`.
    recipient: String,
    /// Its fingerprint as the office read it out: the first 32 hexadecimal digits of the SHA-256 of the key's text.
    fingerprint: String,
    /// Who was called back about the key.
    call: CallIn,
}

impl ProposalIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When a moment is none.
    pub fn step(self) -> Result<InformationStep, Problem> {
        Ok(InformationStep::Propose(Box::new(Proposal {
            purpose: self.purpose,
            fields: self.fields,
            from: moment(&self.from, "from")?,
            to: moment(&self.to, "to")?,
            recipient: self.recipient,
            fingerprint: self.fingerprint,
            call: self.call.call()?,
        })))
    }
}

/// What was approved, subject by subject.
#[derive(Deserialize, ToSchema)]
#[schema(as = InformationEntriesIn, example = json!({
    "subjects": [{ "target": 1, "fields": [
        { "field": "registered_phone", "entries": [] },
        { "field": "sign_ins", "entries": ["2026-09-02T03:04:05Z 203.0.113.7 51234"] },
    ] }],
}))]
#[serde(deny_unknown_fields)]
pub struct EntriesIn {
    /// Every target that the request is about, once.
    subjects: Vec<SubjectIn>,
}

/// What is entered about one target.
#[derive(Deserialize, ToSchema)]
#[schema(as = InformationSubjectIn)]
#[serde(deny_unknown_fields)]
pub struct SubjectIn {
    /// The number of the target in the order.
    target: u32,
    /// Every approved field that the node does not hold itself, once.
    fields: Vec<EntryIn>,
}

/// The entries of one field.
#[derive(Deserialize, ToSchema)]
#[schema(as = InformationEntryIn)]
#[serde(deny_unknown_fields)]
pub struct EntryIn {
    /// Its key.
    field: String,
    /// Lines of 1 to 500 bytes: at most one of `once`, at most 500 of `dated`, which begin with a moment (RFC 3339) in the
    /// period; none where the platform does not have it.
    entries: Vec<String>,
}

impl EntriesIn {
    /// The step that it is.
    pub fn step(self) -> InformationStep {
        let subjects = self.subjects.into_iter().map(|subject| SubjectEntries {
            target: subject.target,
            fields: subject.fields.into_iter().map(|it| (it.field, it.entries)).collect(),
        });
        InformationStep::Enter(subjects.collect())
    }
}

/// Words about a step.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InformationWordsIn, example = json!({ "words": "Đã giao trực tiếp cho cán bộ có giấy giới thiệu." }))]
#[serde(deny_unknown_fields)]
pub struct WordsIn {
    /// 1 to 4,000 bytes.
    pub words: String,
}

/// Why nothing is told.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = InformationRefusalIn, example = json!({ "ground": "out_of_scope", "words": "Căn cứ không bao gồm." }))]
#[serde(deny_unknown_fields)]
pub struct RefusalIn {
    /// `not_found`, `unclear`, `out_of_scope`, `unlawful`, `already_restored` or `not_genuine`.
    ground: String,
    /// Why: 1 to 4,000 bytes. It is the answer to the order.
    words: String,
}

impl RefusalIn {
    /// The step that it is.
    ///
    /// # Errors
    /// When the ground is none.
    pub fn step(self) -> Result<InformationStep, Problem> {
        let ground = key(&self.ground, "ground", ContestGround::from_key)?;
        Ok(InformationStep::Refuse(ground, self.words))
    }
}
