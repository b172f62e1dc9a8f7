//! What an outcome is in plain words, for whoever reported. What was done to whom is nothing that they are told.

use anlanh_api::Language;
use anlanh_model::Outcome;

/// The outcome in a sentence of the language with this tag; in Vietnamese where it is none of ours.
#[must_use]
pub fn said(outcome: Outcome, language: &str) -> &'static str {
    let (vi, en) = match outcome {
        Outcome::NoViolation => ("Nội dung không vi phạm.", "It breaks no rule."),
        Outcome::SubjectOnly => (
            "Nội dung vẫn được hiển thị; tài khoản hoặc trang đăng đã bị xử lý.",
            "It stays; the account or page behind it was dealt with.",
        ),
        Outcome::Label => (
            "Nội dung vi phạm và được gắn nhãn cảnh báo.",
            "It breaks the rules and carries a label now.",
        ),
        Outcome::Limit => (
            "Nội dung vi phạm và bị hạn chế hiển thị.",
            "It breaks the rules and its reach is limited.",
        ),
        Outcome::Hide => ("Nội dung vi phạm và bị ẩn.", "It breaks the rules and is hidden."),
        Outcome::Remove => (
            "Nội dung vi phạm và đã được gỡ bỏ.",
            "It breaks the rules and was removed.",
        ),
    };
    Language::from_tag(language).unwrap_or(Language::Vi).pick(vi, en)
}
