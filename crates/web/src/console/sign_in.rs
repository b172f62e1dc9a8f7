//! The page where a person signs in.

use askama::Template;

use super::Frame;

/// The page where a person signs in.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sign-in.html")]
pub struct SignInPage {
    /// What stands around it.
    pub frame: Frame,
    /// The name typed before.
    pub name: String,
    /// Where it leads when it works out; empty for the queue.
    pub next: String,
    /// Why the last attempt failed, in a sentence.
    pub error: Option<String>,
}

impl SignInPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    name: &'static str,
    password: &'static str,
}

static VI: Words = Words {
    title: "Đăng nhập",
    name: "Tên đăng nhập",
    password: "Mật khẩu",
};

static EN: Words = Words {
    title: "Sign in",
    name: "User name",
    password: "Password",
};
