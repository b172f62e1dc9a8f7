//! The page that says what went wrong.

use askama::Template;

use super::Frame;

/// The page that says what went wrong.
#[derive(Debug, Clone)]
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

#[derive(Template)]
#[template(path = "console/error.html")]
struct Html<'a> {
    frame: &'a Frame,
    title: &'a str,
    detail: &'a str,
    incident: Option<&'a str>,
    back: &'static str,
}

impl ErrorPage {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be rendered.
    pub fn render(&self) -> Result<String, askama::Error> {
        let html = Html {
            frame: &self.frame,
            title: &self.title,
            detail: &self.detail,
            incident: self.incident.as_deref(),
            back: self.frame.language.pick("Về trang đầu", "Back to the first page"),
        };
        html.render()
    }
}
