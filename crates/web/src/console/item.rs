//! A kept item: what it says, why it was noticed, and its pictures, covered until somebody wants to see them.

use anlanh_api::Language;
use askama::Template;

use super::Frame;
use super::keeping::{self, KeepingView};
use super::orders::OrderMention;
use super::piece::{Moment, Piece};

/// What a detector found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The detector, in words.
    pub detector: &'static str,
    /// What it found, in words of the policy and of the author; empty where there is nothing to name.
    pub what: String,
}

/// A rule that spoke.
#[derive(Debug, Clone)]
pub struct ReasonView {
    /// Its title.
    pub title: String,
    /// The address of the rule, where it is still in force.
    pub link: Option<String>,
    /// What it asks for, in words.
    pub action: String,
    /// What was found, in words.
    pub found: Vec<Found>,
    /// The law it rests on.
    pub laws: Laws,
}

/// The law that a rule rests on, which is read once on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Laws {
    /// Each article, cited and in a sentence; none where the rule names none.
    Cited(Vec<String>),
    /// The same as those of the rule of this title, which stands above.
    As(String),
}

/// A picture beside an item.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its address.
    pub address: String,
    /// Its number, from 1.
    pub number: u32,
    /// Format and size, in words.
    pub facts: String,
}

/// An item, as pages show it.
#[derive(Debug, Clone)]
pub struct ItemView {
    /// Its kind in words.
    pub kind: String,
    /// What to beware of, in a sentence.
    pub caution: Option<&'static str>,
    /// Its text with the evidence marked.
    pub text: Vec<Piece>,
    /// Links beside it, defanged.
    pub links: Vec<String>,
    /// Pictures beside it.
    pub pictures: Vec<Picture>,
    /// Why the engine noticed it.
    pub reasons: Vec<ReasonView>,
    /// Where its verdict is reached again, for whoever may do that.
    pub replay: Option<String>,
    /// What is known of the author, with counters.
    pub facts: Vec<(String, String)>,
}

/// A kept item.
#[derive(Debug, Clone, Template)]
#[template(path = "console/item.html")]
pub struct ItemPage {
    /// What stands around it.
    pub frame: Frame,
    /// Its number.
    pub number: String,
    /// What its verdict was, in words.
    pub action: String,
    /// When it came in.
    pub received: Moment,
    /// The item.
    pub item: ItemView,
    /// How long it is kept.
    pub keeping: KeepingView,
    /// Orders that name it.
    pub orders: Vec<OrderMention>,
    /// Where the audit log of it is, for whoever reads it.
    pub audit: Option<String>,
    /// Addresses and numbers of its cases.
    pub cases: Vec<(String, String)>,
}

impl ItemPage {
    const fn w(&self) -> &'static Words {
        Words::of(self.frame.language)
    }

    const fn k(&self) -> &'static keeping::Words {
        keeping::Words::of(&self.frame)
    }
}

/// What pages say around an item.
pub(super) struct Words {
    pub title: &'static str,
    pub links: &'static str,
    pub pictures: &'static str,
    pub covered: &'static str,
    pub picture: &'static str,
    pub show: &'static str,
    pub reasons: &'static str,
    pub no_reasons: &'static str,
    pub same_laws: &'static str,
    pub replay: &'static str,
    pub author: &'static str,
    pub cases: &'static str,
    pub no_cases: &'static str,
}

impl Words {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Vi => &VI,
            Language::En => &EN,
        }
    }
}

static VI: Words = Words {
    title: "Nội dung",
    links: "Liên kết đi kèm",
    pictures: "Ảnh đi kèm",
    covered: "Ảnh được làm mờ cho đến khi bạn chọn xem.",
    picture: "Ảnh",
    show: "Xem rõ ảnh",
    reasons: "Vì sao",
    no_reasons: "Không quy tắc nào lên tiếng.",
    same_laws: "Căn cứ như quy tắc",
    replay: "Xét lại như lúc đó",
    author: "Người đăng",
    cases: "Vụ việc",
    no_cases: "Nội dung này chưa có vụ việc nào.",
};

static EN: Words = Words {
    title: "Item",
    links: "Links beside it",
    pictures: "Pictures beside it",
    covered: "Pictures are blurred until you choose to see them.",
    picture: "Picture",
    show: "Show picture",
    reasons: "Why",
    no_reasons: "No rule spoke.",
    same_laws: "On the same basis as",
    replay: "Replay the verdict",
    author: "Author",
    cases: "Cases",
    no_cases: "This item has no case yet.",
};
