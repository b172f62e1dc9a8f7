//! What the node did, as charts that are tables: read aloud they say the same.

use askama::Template;

use super::Frame;
use super::piece::Choice;

/// One bar of a chart.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// How much it is, in words.
    pub shown: String,
    /// Its length, in percent of the longest.
    pub percent: u64,
}

/// A chart of bars.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The sum or the middle, in words.
    pub summary: String,
    /// Its bars, in order.
    pub bars: Vec<Bar>,
}

/// What the node did.
#[derive(Debug, Clone, Template)]
#[template(path = "console/figures.html")]
pub struct FiguresPage {
    /// What stands around it.
    pub frame: Frame,
    /// How many days are looked at.
    pub days: Vec<Choice>,
    /// The most telling numbers: name and value.
    pub totals: Vec<(String, String)>,
    /// The charts.
    pub charts: Vec<Chart>,
}

impl FiguresPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    days: &'static str,
    show: &'static str,
    nothing: &'static str,
}

static VI: Words = Words {
    title: "Số liệu",
    days: "Khoảng thời gian",
    show: "Xem",
    nothing: "Chưa có gì trong khoảng này.",
};

static EN: Words = Words {
    title: "Figures",
    days: "Span",
    show: "Show",
    nothing: "Nothing in this span yet.",
};
