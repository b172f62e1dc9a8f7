//! The form of the page: what people paste, as they pasted it.

use std::borrow::Cow;

use anlanh_screen::{Author, Item, ItemKind};
use serde::Deserialize;

use super::example::Example;

/// What was filled in. Numbers that are not numbers count as not given: a form is no place for error documents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    /// The text.
    pub text: String,
    /// Key of the kind.
    pub kind: String,
    /// Links beside the text, one a line.
    pub links: String,
    /// Age of the author's account in days.
    pub age_days: String,
    /// The author's violations in the last 30 days.
    pub violations_30d: String,
}

impl Form {
    /// Reads a posted form.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut form: Self = serde_urlencoded::from_bytes(body).ok()?;
        // Browsers post CR LF for every line end (HTML, section 4.10.21.8); people typed one.
        form.text = form.text.replace("\r\n", "\n");
        Some(form)
    }

    /// The form filled in with an example.
    pub fn from_example(example: &Example) -> Self {
        Self {
            text: example.text.clone(),
            kind: example.kind.key().to_owned(),
            links: example.links.join("\n"),
            age_days: example.age_days.map(|days| days.to_string()).unwrap_or_default(),
            violations_30d: example
                .violations_30d
                .map(|count| count.to_string())
                .unwrap_or_default(),
        }
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.links.trim().is_empty()
    }

    /// The kind that was chosen.
    pub fn kind(&self) -> ItemKind {
        ItemKind::from_key(&self.kind).unwrap_or_default()
    }

    /// Whether more than text and kind is filled in.
    pub fn has_details(&self) -> bool {
        [&self.links, &self.age_days, &self.violations_30d]
            .iter()
            .any(|field| !field.is_empty())
    }

    /// Gives the form as an item.
    pub fn with_item<T>(&self, job: impl FnOnce(&Item<'_>) -> T) -> T {
        let links = self.links.lines().map(str::trim).filter(|link| !link.is_empty());
        let links: Vec<Cow<'_, str>> = links.map(Cow::Borrowed).collect();
        let author = Author {
            age_days: self.age_days.trim().parse().ok(),
            violations_30d: self.violations_30d.trim().parse().ok(),
            ..Author::default()
        };
        job(&Item {
            id: "",
            kind: self.kind(),
            text: &self.text,
            links: &links,
            author,
            labels: &[],
            time: None,
            ..Item::default()
        })
    }
}
