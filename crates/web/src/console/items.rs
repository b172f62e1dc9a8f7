//! Kept items, found by their words.

use askama::Template;

use super::Frame;
use super::piece::{Moment, Piece};

/// A kept item.
#[derive(Debug, Clone)]
pub struct ItemLine {
    /// Its text with the evidence marked.
    pub text: Vec<Piece>,
    /// What its verdict was, in words.
    pub action: String,
    /// Its kind in words.
    pub kind: String,
    /// When it came in.
    pub received: Moment,
    /// The platform's id, if it gave one.
    pub external: Option<String>,
    /// Its address.
    pub link: String,
    /// Addresses of its cases.
    pub cases: Vec<(String, String)>,
}

/// Kept items, found by their words.
#[derive(Debug, Clone, Template)]
#[template(path = "console/items.html")]
pub struct ItemsPage {
    /// What stands around it.
    pub frame: Frame,
    /// The words that are searched for.
    pub query: String,
    /// What was found, newest first.
    pub items: Vec<ItemLine>,
    /// The address of the next page.
    pub next: Option<String>,
}

impl ItemsPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    search: &'static str,
    hint: &'static str,
    find: &'static str,
    empty: &'static str,
    more: &'static str,
    case: &'static str,
    next: &'static str,
}

static VI: Words = Words {
    title: "Nội dung đã nhận",
    search: "Tìm theo chữ",
    hint: "Không cần gõ dấu: lua dao",
    find: "Tìm",
    empty: "Không có nội dung nào khớp.",
    more: "Chi tiết",
    case: "Vụ việc",
    next: "Trang sau",
};

static EN: Words = Words {
    title: "Kept items",
    search: "Search the words",
    hint: "Marks may be left out: lua dao",
    find: "Search",
    empty: "No item matches.",
    more: "Details",
    case: "Case",
    next: "Next page",
};
