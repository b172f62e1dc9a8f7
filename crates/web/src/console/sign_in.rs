//! The page where a person signs in.

use anlanh_api::Language;
use askama::Template;

use super::Frame;

/// The page where a person signs in.
#[derive(Debug, Clone)]
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

#[derive(Template)]
#[template(path = "console/sign-in.html")]
struct Html<'a> {
    w: &'a Words,
    frame: &'a Frame,
    name: &'a str,
    next: &'a str,
    error: Option<&'a str>,
}

impl SignInPage {
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
            name: &self.name,
            next: &self.next,
            error: self.error.as_deref(),
        };
        html.render()
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
