//! The page that says what went wrong.

use askama::Template;

use super::Frame;

/// The page that says what went wrong.
#[derive(Debug, Clone, Template)]
#[template(path = "console/error.html")]
pub struct ErrorPage {
    /// What stands around it.
    pub frame: Frame,
    /// What kind of thing went wrong.
    pub title: String,
    /// What to do about it.
    pub detail: String,
    /// The id of the failure in the node's log.
    pub incident: Option<String>,
}

impl ErrorPage {
    /// Whether somebody who is not signed in looked for something in the console.
    fn leads_to_sign_in(&self) -> bool {
        self.frame.person.is_none() && !self.frame.is_public()
    }

    const fn sign_in(&self) -> &'static str {
        self.frame.language.pick("Đăng nhập", "Sign in")
    }

    const fn back(&self) -> &'static str {
        self.frame.language.pick("Về trang đầu", "Back to the first page")
    }
}
