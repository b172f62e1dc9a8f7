//! The page behind an invitation, where a person makes their account.

use askama::Template;

use super::Frame;

/// The page behind an invitation.
#[derive(Debug, Clone, Template)]
#[template(path = "console/set-up.html")]
pub struct SetUpPage {
    /// What stands around it.
    pub frame: Frame,
    /// The secret of the invitation.
    pub key: String,
    /// The name typed before.
    pub name: String,
    /// Why the last attempt failed, in a sentence.
    pub error: Option<String>,
}

impl SetUpPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    name: &'static str,
    password: &'static str,
    hint: &'static str,
    repeated: &'static str,
}

static VI: Words = Words {
    title: "Tạo tài khoản",
    lead: "Liên kết này dùng được một lần.",
    name: "Tên đăng nhập",
    password: "Mật khẩu",
    hint: "Ít nhất 12 ký tự. Một câu dài dễ nhớ tốt hơn một từ khó.",
    repeated: "Nhập lại mật khẩu",
};

static EN: Words = Words {
    title: "Make your account",
    lead: "This link works once.",
    name: "User name",
    password: "Password",
    hint: "At least 12 characters. A long sentence is better than a hard word.",
    repeated: "Password again",
};
