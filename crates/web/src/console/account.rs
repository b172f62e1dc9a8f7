//! One's own account.

use anlanh_api::Language;
use askama::Template;

use super::Frame;

/// One's own account.
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// What stands around it.
    pub frame: Frame,
    /// The role, in words.
    pub role: String,
    /// What was done, or why it was not, in a sentence.
    pub said: Option<String>,
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct Html<'a> {
    w: &'a Words,
    frame: &'a Frame,
    role: &'a str,
    said: Option<&'a str>,
}

impl AccountPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn render(&self) -> Result<String, askama::Error> {
        let w = match self.frame.language {
            Language::Vi => &VI,
            Language::En => &EN,
        };
        let html = Html {
            w,
            frame: &self.frame,
            role: &self.role,
            said: self.said.as_deref(),
        };
        html.render()
    }
}

struct Words {
    title: &'static str,
    change: &'static str,
    hint: &'static str,
    present: &'static str,
    new: &'static str,
    repeated: &'static str,
}

static VI: Words = Words {
    title: "Tài khoản của tôi",
    change: "Đổi mật khẩu",
    hint: "Ít nhất 12 ký tự. Mọi phiên đăng nhập khác sẽ kết thúc.",
    present: "Mật khẩu hiện tại",
    new: "Mật khẩu mới",
    repeated: "Nhập lại mật khẩu mới",
};

static EN: Words = Words {
    title: "My account",
    change: "Change the password",
    hint: "At least 12 characters. Every other session ends.",
    present: "Present password",
    new: "New password",
    repeated: "New password again",
};
