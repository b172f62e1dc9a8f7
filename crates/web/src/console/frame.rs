//! What stands around every page: language, theme, navigation, who is signed in.

use anlanh_api::Language;

use crate::assets::fingerprint;

/// The style sheet, served at `/assets/console.css`.
pub const STYLE: &str = concat!(
    include_str!("../../assets/base.css"),
    include_str!("../../assets/console.css")
);

/// The script, served at `/assets/console.js`.
pub const SCRIPT: &str = include_str!("../../assets/console.js");

/// Changes whenever one of the two files does.
pub const ASSETS_VERSION: u64 = fingerprint(SCRIPT.as_bytes(), fingerprint(STYLE.as_bytes(), 0xcbf2_9ce4_8422_2325));

/// Which colours a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Whatever the device says.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The value of `data-theme`; none where the device decides.
    #[must_use]
    pub const fn key(self) -> Option<&'static str> {
        match self {
            Self::Device => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// A section of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Cases that wait.
    Queue,
    /// The page that keeps nothing.
    TryIt,
}

impl Section {
    const ALL: [Self; 2] = [Self::Queue, Self::TryIt];

    /// Where it is.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Queue => "/console/queue",
            Self::TryIt => "/",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn word(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Queue, Language::Vi) => "Hàng chờ",
            (Self::Queue, Language::En) => "Queue",
            (Self::TryIt, Language::Vi) => "Thử sàng lọc",
            (Self::TryIt, Language::En) => "Try it",
        }
    }
}

/// What stands around a page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// In which language it is written.
    pub language: Language,
    /// In which colours.
    pub theme: Theme,
    /// Which section it belongs to.
    pub section: Option<Section>,
    /// Who is signed in, by the name shown.
    pub person: Option<String>,
    /// What every form sends back, to show that it came from a page of ours.
    pub csrf: String,
    /// Where a choice of language or colours leads back to.
    pub back: String,
}

impl Frame {
    /// The other language: its tag and its own name.
    pub(super) const fn other_language(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Vi => (Language::En.tag(), "English"),
            Language::En => (Language::Vi.tag(), "Tiếng Việt"),
        }
    }

    /// The colours that come after the present ones: their key and their name.
    pub(super) const fn next_theme(&self) -> (&'static str, &'static str) {
        match (self.theme, self.language) {
            (Theme::Device, Language::Vi) => ("dark", "Nền tối"),
            (Theme::Device, Language::En) => ("dark", "Dark"),
            (Theme::Dark, Language::Vi) => ("light", "Nền sáng"),
            (Theme::Dark, Language::En) => ("light", "Light"),
            (Theme::Light, Language::Vi) => ("device", "Theo thiết bị"),
            (Theme::Light, Language::En) => ("device", "As the device"),
        }
    }

    /// The language by value, as templates hand fields on by reference.
    pub(super) const fn language(&self) -> Language {
        self.language
    }

    pub(super) fn is_in(&self, section: &Section) -> bool {
        self.section.as_ref() == Some(section)
    }

    pub(super) const fn words(&self) -> &'static Words {
        match self.language {
            Language::Vi => &VI,
            Language::En => &EN,
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "templates reach constants through what they are given"
    )]
    pub(super) const fn assets(&self) -> u64 {
        ASSETS_VERSION
    }

    #[expect(
        clippy::unused_self,
        reason = "templates reach constants through what they are given"
    )]
    pub(super) const fn sections(&self) -> &'static [Section] {
        &Section::ALL
    }
}

pub(super) struct Words {
    pub skip: &'static str,
    pub navigation: &'static str,
    pub sign_out: &'static str,
}

static VI: Words = Words {
    skip: "Đến nội dung chính",
    navigation: "Các mục",
    sign_out: "Đăng xuất",
};

static EN: Words = Words {
    skip: "Skip to the content",
    navigation: "Sections",
    sign_out: "Sign out",
};
