//! A case: what was said, why it is here, and what a person decides.

use anlanh_api::Language;
use askama::Template;

use super::Frame;
use super::appeal::{self, AnswerForm, AppealCard};
use super::enforcement::{self, ProposalView, SubjectForm, Waiting};
use super::item::{self, ItemView};
use super::orders::OrderMention;
use super::piece::{Choice, Moment};
use super::quality::{GoldenForm, GoldenWords};
use super::reports::ReportLine;

/// A past decision on something similar.
#[derive(Debug, Clone)]
pub struct Past {
    /// Its address.
    pub link: String,
    /// What was decided, in words.
    pub outcome: String,
    /// The telling part of the text.
    pub excerpt: String,
    /// Why.
    pub reason: String,
    /// When.
    pub decided: Moment,
}

/// What is or may be decided.
#[derive(Debug, Clone)]
pub enum Decision {
    /// The viewer may decide.
    Open(DecisionForm),
    /// It is an appeal, and the viewer may answer it.
    Answer(AnswerForm),
    /// It was decided.
    Closed(Closed),
    /// It was decided, and a second person must confirm it.
    Waiting(Waiting),
    /// The viewer may only look.
    Watched,
}

/// A decision about to be made.
#[derive(Debug, Clone)]
pub struct DecisionForm {
    /// What may be decided.
    pub outcomes: Vec<Choice>,
    /// Which category it may be.
    pub categories: Vec<Choice>,
    /// The category that the bases belong to.
    pub category: String,
    /// The bases in force, those that the engine cited chosen.
    pub bases: Vec<BasisChoice>,
    /// The labels that may be shown.
    pub labels: Vec<Choice>,
    /// Those behind the item, to whom something may be done.
    pub subjects: Vec<SubjectForm>,
    /// Whose owner may be asked to remove it, the first of them nobody's; none where none may.
    pub owners: Vec<Choice>,
    /// Whether the case is about one of them.
    pub about_subject: bool,
    /// Whether they are shown at once.
    pub shows_subjects: bool,
    /// The facts, filled in.
    pub facts: String,
    /// What they are filled in with at first, and what takes its place where nothing is found to be wrong.
    pub prefilled: Prefilled,
    /// The page of what was verified, as it was filled in.
    pub verified: String,
    /// How many days what is done to the item lasts, as it was filled in.
    pub days: String,
    /// Whether a machine found or decided, in a sentence.
    pub automatic: String,
}

/// Facts that stand in the form before a person writes any.
#[derive(Debug, Clone)]
pub struct Prefilled {
    /// For a violation; empty where nothing is known.
    pub violation: String,
    /// For none.
    pub none: &'static str,
}

/// A legal or policy basis to choose.
#[derive(Debug, Clone)]
pub struct BasisChoice {
    /// What the form sends.
    pub key: String,
    /// How it is cited.
    pub cite: String,
    /// What it says.
    pub summary: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A decision that was made.
#[derive(Debug, Clone)]
pub struct Closed {
    /// The statement of reasons: name and value.
    pub facts: Vec<(String, String)>,
    /// The facts relied on, as the author reads them.
    pub relied_on: String,
    /// How to appeal, in a sentence, where something was done that one may appeal.
    pub appeal: Option<String>,
}

/// What may be done with a case besides deciding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Hold it.
    Take,
    /// Let it go.
    Release,
    /// Hand it to somebody with more say, with a word why.
    Escalate,
    /// Leave a word for colleagues.
    Note,
    /// Move it in the queue, with a word why.
    Reorder,
}

impl Act {
    /// The last part of its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Release => "release",
            Self::Escalate => "escalate",
            Self::Note => "note",
            Self::Reorder => "reorder",
        }
    }

    /// What its text says, where it needs one.
    const fn text(self, language: Language) -> Option<&'static str> {
        match self {
            Self::Take | Self::Release => None,
            Self::Escalate => Some(language.pick("Vì sao chuyển", "Why it goes on")),
            Self::Note => Some(language.pick("Ghi chú nội bộ", "Internal note")),
            Self::Reorder => Some(language.pick("Vì sao đổi mức ưu tiên", "Why it moves")),
        }
    }

    const fn key(self) -> Option<&'static str> {
        match self {
            Self::Take => Some("a"),
            Self::Release | Self::Reorder => None,
            Self::Escalate => Some("e"),
            Self::Note => Some("n"),
        }
    }

    /// Whether it says how urgent the case is.
    const fn is_reorder(self) -> bool {
        matches!(self, Self::Reorder)
    }

    const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Take, Language::Vi) => "Nhận xử lý",
            (Self::Take, Language::En) => "Take",
            (Self::Release, Language::Vi) => "Trả lại",
            (Self::Release, Language::En) => "Release",
            (Self::Escalate, Language::Vi) => "Chuyển cấp trên",
            (Self::Escalate, Language::En) => "Escalate",
            (Self::Note, Language::Vi) => "Ghi chú",
            (Self::Note, Language::En) => "Add a note",
            (Self::Reorder, Language::Vi) => "Đổi mức ưu tiên",
            (Self::Reorder, Language::En) => "Move in the queue",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// What, in words.
    pub what: String,
    /// What was noted.
    pub note: Option<String>,
    /// Who did it.
    pub who: String,
    /// When.
    pub when: Moment,
}

/// A statutory clock in a sentence.
#[derive(Debug, Clone)]
pub struct ClockLine {
    /// What it asks for, until when, and how it ended.
    pub said: String,
    /// The law behind it, as it is cited.
    pub basis: String,
}

/// A case: what was said, why it is here, and what a person decides.
#[derive(Debug, Clone, Template)]
#[template(path = "console/case.html")]
pub struct CasePage {
    /// What stands around it.
    pub frame: Frame,
    /// Its number.
    pub number: String,
    /// Its address.
    pub link: String,
    /// Its category in words.
    pub category: String,
    /// Its state in words.
    pub state: String,
    /// When it opened.
    pub opened: Moment,
    /// What was decided just before: a sentence, and where it leads.
    pub done: Option<(String, String)>,
    /// That it is a blind second review, or that somebody else holds it.
    pub notice: Option<String>,
    /// Why it stands where it stands in the queue, in sentences.
    pub placed: Vec<String>,
    /// The statutory clocks that run, or ran, for it.
    pub clocks: Vec<ClockLine>,
    /// What people told of it.
    pub reports: Vec<ReportLine>,
    /// Its item.
    pub item: ItemView,
    /// The address of its item.
    pub item_link: String,
    /// Orders that name its item.
    pub orders: Vec<OrderMention>,
    /// Where the audit log of it is, for whoever reads it.
    pub audit: Option<String>,
    /// What the case proposes, where it is about a subject.
    pub proposal: Option<ProposalView>,
    /// Those behind the item: what they are called, and where more is told.
    pub behind: Vec<(String, String)>,
    /// The appeal that it answers, if it is one's case.
    pub appeal: Option<AppealCard>,
    /// What was decided on similar items.
    pub similar: Vec<Past>,
    /// What is or may be decided.
    pub decision: Decision,
    /// What else may be done.
    pub acts: Vec<Act>,
    /// How urgent it may be made.
    pub urgencies: Vec<Choice>,
    /// The right answer, for who may make the item golden.
    pub golden: Option<GoldenForm>,
    /// What happened, first to last.
    pub history: Vec<Event>,
}

impl CasePage {
    const fn golden_words(&self) -> &'static GoldenWords {
        GoldenForm::words(&self.frame)
    }

    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn e(&self) -> &'static enforcement::Words {
        enforcement::Words::of(&self.frame)
    }

    const fn of_appeal(&self) -> &'static appeal::Words {
        AppealCard::w(&self.frame)
    }

    const fn of_item(&self) -> &'static item::Words {
        item::Words::of(self.frame.language)
    }
}

struct Words {
    title: &'static str,
    similar: &'static str,
    no_similar: &'static str,
    decide: &'static str,
    outcome: &'static str,
    category: &'static str,
    basis: &'static str,
    relied_on: &'static str,
    facts: &'static str,
    label: &'static str,
    offered: &'static str,
    next: &'static str,
    and_next: &'static str,
    decided: &'static str,
    urgency: &'static str,
    history: &'static str,
    placed: &'static str,
    reports: &'static str,
    erased: &'static str,
    screenshot: &'static str,
    pasted: &'static str,
    key_list: &'static [(&'static str, &'static str)],
}

static VI: Words = Words {
    title: "Vụ việc",
    similar: "Quyết định tương tự",
    no_similar: "Chưa có quyết định nào tương tự.",
    decide: "Quyết định",
    outcome: "Kết quả",
    category: "Nhóm vi phạm",
    basis: "Căn cứ",
    relied_on: "Sự việc và lý do (gửi người đăng)",
    facts: "Sự việc",
    label: "Nhãn sẽ gắn",
    offered: "Nếu đổi nhóm vi phạm, mọi căn cứ còn hiệu lực của nhóm mới được dùng.",
    next: "Quyết định rồi về hàng đợi",
    and_next: "Quyết định, xem vụ tiếp theo",
    decided: "Đã quyết định",
    urgency: "Mức ưu tiên",
    history: "Diễn biến",
    placed: "Vì sao xếp ở đây",
    reports: "Phản ánh",
    erased: "(dữ liệu đã được xóa)",
    screenshot: "Ảnh chụp màn hình",
    pasted: "Đoạn người phản ánh dán vào",
    key_list: &[
        ("1 … 6", "Chọn kết quả"),
        ("l", "Gắn nhãn"),
        ("d", "Đến phần quyết định"),
        ("Ctrl Enter", "Quyết định, xem vụ tiếp theo"),
        ("a", "Nhận xử lý"),
        ("e", "Chuyển cấp trên"),
        ("n", "Ghi chú"),
        ("?", "Bảng phím này"),
    ],
};

static EN: Words = Words {
    title: "Case",
    similar: "Similar decisions",
    no_similar: "No similar decision yet.",
    decide: "Decide",
    outcome: "Outcome",
    category: "Category",
    basis: "Basis",
    relied_on: "Facts and reason (sent to the author)",
    facts: "Facts",
    label: "Label to show",
    offered: "With another category, all of its bases in force are cited.",
    next: "Decide, back to the queue",
    and_next: "Decide, on to the next",
    decided: "Decided",
    urgency: "Urgency",
    history: "History",
    placed: "Why it stands where it stands",
    reports: "Reports",
    erased: "(the data was erased)",
    screenshot: "Screenshot",
    pasted: "What whoever reported pasted",
    key_list: &[
        ("1 … 6", "Choose the outcome"),
        ("l", "Label"),
        ("d", "Go to the decision"),
        ("Ctrl Enter", "Decide, on to the next"),
        ("a", "Take it"),
        ("e", "Escalate"),
        ("n", "Add a note"),
        ("?", "These keys"),
    ],
};
