//! What the host platform is to do: what it has not done, what failed, and what could not be delivered.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// Something that the platform is to do.
#[derive(Debug, Clone)]
pub struct ActionLine {
    /// Its id.
    pub id: String,
    /// When it was decided.
    pub at: Moment,
    /// To what.
    pub subject: String,
    /// What.
    pub what: String,
    /// The address of the case that it follows from, where the viewer may see it.
    pub link: Option<String>,
    /// What became of it, in words.
    pub state: String,
}

/// What the host platform is to do.
#[derive(Debug, Clone, Template)]
#[template(path = "console/actions.html")]
pub struct ActionsPage {
    /// What stands around it.
    pub frame: Frame,
    /// How many there are, in words.
    pub counts: String,
    /// Something that was just done, in a sentence.
    pub notice: Option<String>,
    /// Which of them are shown.
    pub lists: Vec<Choice>,
    /// The actions, newest first.
    pub actions: Vec<ActionLine>,
    /// Whether what is shown could not be delivered and the viewer may deliver it again.
    pub may_replay: bool,
    /// The address of the next page.
    pub next: Option<String>,
}

impl ActionsPage {
    const fn w(&self) -> &'static Words {
        Words::of(&self.frame)
    }
}

/// Words of lists of actions.
pub struct Words {
    title: &'static str,
    list: &'static str,
    show: &'static str,
    empty: &'static str,
    replay: &'static str,
    replay_all: &'static str,
    next: &'static str,
    pub heads: [&'static str; 4],
}

impl Words {
    /// Words for a page.
    pub(super) const fn of(frame: &Frame) -> &'static Self {
        frame.pick(&VI, &EN)
    }
}

static VI: Words = Words {
    title: "Thi hành",
    list: "Danh sách",
    show: "Xem",
    empty: "Không có gì ở đây.",
    replay: "Gửi lại",
    replay_all: "Gửi lại tất cả",
    next: "Trang sau",
    heads: ["Lúc", "Đối tượng", "Việc cần làm", "Tình trạng"],
};

static EN: Words = Words {
    title: "Actions",
    list: "List",
    show: "Show",
    empty: "Nothing here.",
    replay: "Deliver again",
    replay_all: "Deliver all again",
    next: "Next page",
    heads: ["At", "Target", "To be done", "State"],
};
