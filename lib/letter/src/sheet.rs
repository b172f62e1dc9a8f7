//! From pages of lines to a file.

use krilla::Document;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Stroke;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::face::{Face, Style};
use crate::layout::{Line, PAGE, Page, Rule};

/// A face as the file has it, and as it is measured.
struct Ink {
    font: Font,
    face: Face,
}

/// Writes a file of pages. `None` when a face cannot be read, or the file not be made.
pub(crate) fn write(pages: &[Page], title: &str) -> Option<Vec<u8>> {
    let ink = |style: Style| {
        Some(Ink {
            font: style.font()?,
            face: Face::new(style)?,
        })
    };
    let (regular, bold, italic) = (ink(Style::Regular)?, ink(Style::Bold)?, ink(Style::Italic)?);
    let mut document = Document::new();
    document.set_metadata(Metadata::new().title(title.to_owned()).language("vi".to_owned()));
    for page in pages {
        let mut sheet = document.start_page_with(PageSettings::from_wh(PAGE.0, PAGE.1)?);
        let mut surface = sheet.surface();
        for rule in &page.rules {
            draw(&mut surface, rule);
        }
        surface.set_stroke(None);
        for line in &page.lines {
            let ink = match line.style {
                Style::Regular => &regular,
                Style::Bold => &bold,
                Style::Italic => &italic,
            };
            set(&mut surface, ink, line);
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().ok()
}

fn draw(surface: &mut Surface<'_>, rule: &Rule) {
    let mut path = PathBuilder::new();
    path.move_to(rule.from.0, rule.from.1);
    path.line_to(rule.to.0, rule.to.1);
    if let Some(path) = path.finish() {
        surface.set_stroke(Some(Stroke {
            width: 0.6,
            ..Stroke::default()
        }));
        surface.draw_path(&path);
    }
}

fn set(surface: &mut Surface<'_>, ink: &Ink, line: &Line) {
    let glyphs = line.text.char_indices().map(|(at, letter)| {
        let (glyph, advance) = ink.face.glyph(letter);
        let range = at..at + letter.len_utf8();
        KrillaGlyph::new(GlyphId::new(glyph.to_u32()), advance, 0.0, 0.0, 0.0, range, None)
    });
    let glyphs: Vec<KrillaGlyph> = glyphs.collect();
    let start = Point::from_xy(line.x, line.y);
    surface.draw_glyphs(start, &glyphs, ink.font.clone(), &line.text, line.size, false);
}
