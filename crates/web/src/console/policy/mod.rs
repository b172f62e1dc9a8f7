//! The pages on which the policy lives: what is in force, rules and entries with what became of them, drafts, trials.

mod editor;
mod entry;
mod overview;
mod replay;
mod rule;
mod trial;
mod version;

use anlanh_api::Language;

use super::Moment;

pub use editor::{EditorPage, MistakeLine};
pub use entry::EntryPage;
pub use overview::{Catalogue, EntryLine, PolicyPage, RuleLine, StepLine};
pub use replay::ReplayPage;
pub use rule::{BrakeForm, HitLine, RulePage, VersionHits};
pub use trial::{ActionChange, DifferenceLine, RuleChangeLine, TrialPage};
pub use version::{BlockChange, CheckView, FileDiff, FileLine, LineKind, VersionPage};

/// A version in a list.
#[derive(Debug, Clone)]
pub struct VersionLine {
    /// Its id.
    pub id: String,
    /// The address of its page.
    pub link: String,
    /// The beginning of its digest, by which people tell versions apart.
    pub name: String,
    /// What it is for; empty for what the operator loaded.
    pub note: String,
    /// How far it has come, in words.
    pub state: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub made: Moment,
}

/// A trial in a list.
#[derive(Debug, Clone)]
pub struct TrialLine {
    /// The address of its page.
    pub link: String,
    /// Where it runs and how far it has come, in words.
    pub what: String,
    /// How many items it judged and how many differ, in words.
    pub found: String,
    /// When it began.
    pub began: Moment,
    /// Whether the draft has changed since.
    pub is_stale: bool,
}

/// Where somebody may begin to write: a draft that is there, or a new one.
#[derive(Debug, Clone)]
pub struct DraftChoice {
    /// What the form sends; empty for a new one.
    pub key: String,
    /// What is read.
    pub word: String,
}

/// What an entry or a rule is tried with.
#[derive(Debug, Clone)]
pub struct ExampleLine {
    /// The text, or what stands for it.
    pub text: String,
    /// What else the example says: kind, links, author, lists, counters.
    pub more: String,
}

pub(super) struct SharedWords {
    pub by: &'static str,
    pub edit: &'static str,
    pub edit_in: &'static str,
    pub must_hit: &'static str,
    pub must_miss: &'static str,
    pub stale: &'static str,
    pub reason: &'static str,
    pub back: &'static str,
}

pub(super) const fn shared(language: Language) -> &'static SharedWords {
    match language {
        Language::Vi => &VI,
        Language::En => &EN,
    }
}

static VI: SharedWords = SharedWords {
    by: "bởi",
    edit: "Sửa",
    edit_in: "Sửa trong",
    must_hit: "Phải khớp",
    must_miss: "Không được khớp",
    stale: "bản nháp đã đổi từ lần thử này",
    reason: "Lý do",
    back: "Chính sách",
};

static EN: SharedWords = SharedWords {
    by: "by",
    edit: "Edit",
    edit_in: "Edit in",
    must_hit: "Must hit",
    must_miss: "Must not hit",
    stale: "the draft has changed since this trial",
    reason: "Why",
    back: "Policy",
};
