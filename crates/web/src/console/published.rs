//! The pages that everybody may read: the policy, its history, how things are done, and what was done.

use askama::Template;

use super::Frame;
use super::figures::Chart;
use super::piece::Choice;

/// A way to another of these pages.
#[derive(Debug, Clone)]
pub struct Tab {
    /// Where it is.
    pub path: &'static str,
    /// What it is called.
    pub word: &'static str,
    /// Whether it is the page that is shown.
    pub is_here: bool,
}

/// An article of a law, as it is cited.
#[derive(Debug, Clone)]
pub struct Cited {
    /// Article and law.
    pub cite: String,
    /// The official number of the law, which is Vietnamese in every language.
    pub number: String,
    /// What it says; empty where that is not told.
    pub summary: String,
}

/// One of several things that are alike.
#[derive(Debug, Clone, Default)]
pub struct PublicLine {
    /// What it is called.
    pub title: String,
    /// What is to be known of it, a sentence each.
    pub facts: Vec<String>,
    /// On what it rests.
    pub laws: Vec<Cited>,
}

/// A part of a page under its own heading.
#[derive(Debug, Clone, Default)]
pub struct PublicPart {
    /// The end of its address.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What is said first, a paragraph each.
    pub lead: Vec<String>,
    /// The things in it.
    pub lines: Vec<PublicLine>,
    /// Where to go from here: path and words.
    pub links: Vec<(&'static str, &'static str)>,
}

/// A page of headings and what stands under them.
#[derive(Debug, Clone, Template)]
#[template(path = "published/page.html")]
pub struct PublicPage {
    /// What stands around it.
    pub frame: Frame,
    /// Name of the platform.
    pub site: String,
    /// The ways to the other pages.
    pub tabs: Vec<Tab>,
    /// What it is about.
    pub title: &'static str,
    /// What it is about, in a sentence or two.
    pub lead: String,
    /// Its parts.
    pub parts: Vec<PublicPart>,
}

impl PublicPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

/// What was done in a period, in numbers.
#[derive(Debug, Clone, Template)]
#[template(path = "published/transparency.html")]
pub struct TransparencyPage {
    /// What stands around it.
    pub frame: Frame,
    /// Name of the platform.
    pub site: String,
    /// The ways to the other pages.
    pub tabs: Vec<Tab>,
    /// The periods that may be chosen.
    pub periods: Vec<Choice>,
    /// The key of the one that is shown.
    pub period: String,
    /// Which period it is and how fresh, in a sentence.
    pub state: String,
    /// The most telling numbers: name and value.
    pub totals: Vec<(String, String)>,
    /// All others.
    pub charts: Vec<Chart>,
}

impl TransparencyPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    pages: &'static str,
    basis: &'static str,
    transparency: &'static str,
    what: &'static str,
    period: &'static str,
    show: &'static str,
    nothing: &'static str,
    files: &'static str,
    how: &'static str,
    counted: &'static str,
}

static VI: Words = Words {
    pages: "Thông tin công khai",
    basis: "Căn cứ",
    transparency: "Báo cáo minh bạch",
    what: "Chúng tôi đã nhận, đã quyết định và đã sửa những gì. Chỉ có số đếm: không có nội dung, không có ai trong đó.",
    period: "Kỳ báo cáo",
    show: "Xem",
    nothing: "Không có trong kỳ này.",
    files: "Tải số liệu:",
    how: "Cách tính",
    counted: "Mỗi con số được đếm từ chính các vụ việc, mỗi lần xem. Quyết định bị hủy sau này được trừ khỏi kỳ mà nó được đưa ra, nên số của kỳ cũ có thể thay đổi. Thời hạn và phản ánh thuộc kỳ mà chúng bắt đầu.",
};

static EN: Words = Words {
    pages: "Public information",
    basis: "Legal basis",
    transparency: "Transparency report",
    what: "What we received, decided and corrected. Counts alone: no content, and nobody is in them.",
    period: "Period",
    show: "Show",
    nothing: "None in this period.",
    files: "Get the figures:",
    how: "How it is counted",
    counted: "Each number is counted from the cases themselves whenever it is asked for. A decision that was taken back later is taken out of the period in which it was made, so figures of the past may change. Reports and deadlines belong to the period in which they began.",
};
