//! The two languages in which people are answered.

/// A language of answers. Keys, codes and JSON members are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Vietnamese, unless somebody asks otherwise.
    #[default]
    Vi,
    /// English.
    En,
}

impl Language {
    /// Both, Vietnamese first.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The tag of the language (RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The language with this tag, region and all, if it is one of the two.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The one of two texts that is in this language.
    #[must_use]
    pub const fn pick<'t>(self, vi: &'t str, en: &'t str) -> &'t str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The language that an `Accept-Language` field (RFC 9110, section 12.5.4) prefers; the first named wins a tie, and
    /// Vietnamese is spoken to whoever asks for neither.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let mut best = (0, Self::Vi);
        for range in accept_language.split(',').take(16) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::from_tag) else {
                continue;
            };
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
            let millis = weight.map_or(0, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u32);
            if millis > best.0 {
                best = (millis, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept_language: &str, expected: Language) {
        assert_eq!(Language::preferred(accept_language), expected, "{accept_language:?}");
    }

    #[test]
    fn vietnamese_unless_english_is_preferred() {
        check("", Language::Vi);
        check("fr-FR, de;q=0.5", Language::Vi);
        check("vi-VN, en;q=0.8", Language::Vi);
        check("en;q=0.8, vi", Language::Vi);
        check("en", Language::En);
        check("en-GB,en;q=0.9,vi;q=0.8", Language::En);
        check("EN-us , VI ; q=0.3", Language::En);
        check("en, vi", Language::En);
    }

    #[test]
    fn nonsense_is_not_preferred() {
        check("en;q=nonsense, vi;q=0.1", Language::Vi);
        check("en;q=0", Language::Vi);
        check("en;q=NaN, vi;q=0.1", Language::Vi);
        check(";;;,,,", Language::Vi);
        check("english", Language::Vi);
    }
}
