//! The faces that letters are set in: which glyph a letter has, and how wide it is.

use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, GlyphId, MetadataProvider};

const REGULAR: &[u8] = include_bytes!("../fonts/LiberationSerif-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/LiberationSerif-Bold.ttf");
const ITALIC: &[u8] = include_bytes!("../fonts/LiberationSerif-Italic.ttf");

/// What stands for a letter that a face does not have.
const UNKNOWN: char = '?';

/// One of the faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Regular,
    Bold,
    Italic,
}

impl Style {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::Bold => BOLD,
            Self::Italic => ITALIC,
        }
    }

    /// The face as the file takes it.
    pub(crate) fn font(self) -> Option<Font> {
        Font::new(self.bytes().to_vec().into(), 0)
    }
}

/// A face that is being measured.
pub(crate) struct Face {
    font: FontRef<'static>,
    metrics: GlyphMetrics<'static>,
    per_em: f32,
}

impl Face {
    pub(crate) fn new(style: Style) -> Option<Self> {
        let font = FontRef::new(style.bytes()).ok()?;
        let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
        let per_em = f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        Some(Self { font, metrics, per_em })
    }

    /// The glyph of a letter, and its width in ems.
    pub(crate) fn glyph(&self, letter: char) -> (GlyphId, f32) {
        let map = self.font.charmap();
        let glyph = map.map(letter).or_else(|| map.map(UNKNOWN)).unwrap_or_default();
        (glyph, self.metrics.advance_width(glyph).unwrap_or(0.0) / self.per_em)
    }

    /// The width of a text, in ems.
    pub(crate) fn width(&self, text: &str) -> f32 {
        text.chars().map(|letter| self.glyph(letter).1).sum()
    }
}
