//! An account, page, group or channel: its violations, what was done to it, and what the platform was told.

use askama::Template;

use super::Frame;
use super::actions::ActionLine;
use super::enforcement::StrikeView;
use super::piece::Moment;

/// Something that was done to it.
#[derive(Debug, Clone)]
pub struct MeasureLine {
    /// The address of the case.
    pub link: String,
    /// What, and until when.
    pub what: String,
    /// When it was decided.
    pub at: Moment,
    /// Whether it holds, in words.
    pub state: String,
}

/// An account, page, group or channel.
#[derive(Debug, Clone, Template)]
#[template(path = "console/subject.html")]
pub struct SubjectPage {
    /// What stands around it.
    pub frame: Frame,
    /// What and who it is.
    pub title: String,
    /// What holds now, in a sentence.
    pub state: String,
    /// Cases about it that wait: number and address.
    pub open: Vec<(String, String)>,
    /// Its violations, newest first.
    pub strikes: Vec<StrikeView>,
    /// What was done to it, newest first.
    pub measures: Vec<MeasureLine>,
    /// What the platform was told, newest first.
    pub actions: Vec<ActionLine>,
}

impl SubjectPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn a(&self) -> &'static super::actions::Words {
        super::actions::Words::of(&self.frame)
    }
}

struct Words {
    open: &'static str,
    strikes: &'static str,
    no_strikes: &'static str,
    measures: &'static str,
    no_measures: &'static str,
    told: &'static str,
}

static VI: Words = Words {
    open: "Vụ việc đang chờ",
    strikes: "Các lần vi phạm",
    no_strikes: "Chưa có lần vi phạm nào.",
    measures: "Biện pháp đã áp dụng",
    no_measures: "Chưa có biện pháp nào.",
    told: "Nền tảng đã được yêu cầu",
};

static EN: Words = Words {
    open: "Cases that wait",
    strikes: "Violations",
    no_strikes: "No violation yet.",
    measures: "Measures",
    no_measures: "No measure yet.",
    told: "What the platform was told",
};
