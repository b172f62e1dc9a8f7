//! From a letter to lines at their places, page after page. Lengths are in points.

use unicode_normalization::UnicodeNormalization;

use crate::face::{Face, Style};
use crate::{Block, Letter};

/// A4.
pub(crate) const PAGE: (f32, f32) = (595.28, 841.89);
const MILLIMETRE: f32 = 72.0 / 25.4;
const TOP: f32 = 20.0 * MILLIMETRE;
const BOTTOM: f32 = PAGE.1 - 20.0 * MILLIMETRE;
const LEFT: f32 = 30.0 * MILLIMETRE;
const RIGHT: f32 = PAGE.0 - 15.0 * MILLIMETRE;
/// From the edge to the number of a page.
const PAGE_NUMBER: f32 = 13.0 * MILLIMETRE;
/// How far the first line of a paragraph is set in.
const INDENT: f32 = 10.0 * MILLIMETRE;
const TEXT: f32 = 13.0;
const SMALL: f32 = 11.0;
/// Lines of a text stand so many times its size apart.
const LEADING: f32 = 1.3;
/// Between two paragraphs.
const GAP: f32 = 6.0;
/// Between the lines of a table and its text.
const PADDING: f32 = 4.0;

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) lines: Vec<Line>,
    pub(crate) rules: Vec<Rule>,
}

/// A line of text, its left end on its base line.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) size: f32,
    pub(crate) style: Style,
    pub(crate) text: String,
}

/// A drawn line from one point to another.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) from: (f32, f32),
    pub(crate) to: (f32, f32),
}

/// Where a line stands between two edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Centre,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
struct Set {
    style: Style,
    size: f32,
    align: Align,
    from: f32,
    to: f32,
    indent: f32,
}

impl Set {
    const fn new(style: Style, size: f32, from: f32, to: f32) -> Self {
        Self {
            style,
            size,
            align: Align::Left,
            from,
            to,
            indent: 0.0,
        }
    }

    const fn centred(self) -> Self {
        Self {
            align: Align::Centre,
            ..self
        }
    }

    const fn indented(self) -> Self {
        Self { indent: INDENT, ..self }
    }
}

/// Lays a letter out. `None` when a face cannot be read.
pub(crate) fn lay_out(letter: &Letter) -> Option<Vec<Page>> {
    let mut setter = Setter {
        faces: [
            Face::new(Style::Regular)?,
            Face::new(Style::Bold)?,
            Face::new(Style::Italic)?,
        ],
        pages: vec![Page::default()],
        y: TOP,
    };
    setter.head(letter);
    for block in &letter.body {
        setter.block(block);
    }
    setter.foot(letter);
    Some(setter.pages)
}

struct Setter {
    faces: [Face; 3],
    pages: Vec<Page>,
    /// How far down the page at hand is full.
    y: f32,
}

impl Setter {
    fn face(&self, style: Style) -> &Face {
        let [regular, bold, italic] = &self.faces;
        match style {
            Style::Regular => regular,
            Style::Bold => bold,
            Style::Italic => italic,
        }
    }

    fn page(&mut self) -> Option<&mut Page> {
        self.pages.last_mut()
    }

    /// Begins another page, with its number.
    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
        let number = self.pages.len().to_string();
        let set = Set::new(Style::Regular, TEXT, LEFT, RIGHT).centred();
        self.put(set, PAGE_NUMBER, &number);
    }

    /// Makes sure that so much fits below.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    /// Puts one line on its base line.
    fn put(&mut self, set: Set, y: f32, text: &str) {
        let width = self.face(set.style).width(text) * set.size;
        let x = match set.align {
            Align::Left => set.from,
            Align::Centre => set.from + (set.to - set.from - width) / 2.0,
        };
        let line = Line {
            x,
            y,
            size: set.size,
            style: set.style,
            text: text.to_owned(),
        };
        if let Some(page) = self.page() {
            page.lines.push(line);
        }
    }

    fn rule(&mut self, from: (f32, f32), to: (f32, f32)) {
        if let Some(page) = self.page() {
            page.rules.push(Rule { from, to });
        }
    }

    /// Sets a text from `y` on, and says where it ends; it stays on its page.
    fn set(&mut self, set: Set, mut y: f32, text: &str) -> f32 {
        for line in self.cut(set, text) {
            y += set.size * LEADING;
            self.put(set, y - set.size * (LEADING - 1.0), &line);
        }
        y
    }

    /// Sets a text below everything, over as many pages as it takes.
    fn flow(&mut self, set: Set, text: &str) {
        let height = set.size * LEADING;
        for (at, line) in self.cut(set, text).into_iter().enumerate() {
            self.need(height);
            self.y += height;
            let from = if at == 0 { set.from + set.indent } else { set.from };
            self.put(Set { from, ..set }, self.y - set.size * (LEADING - 1.0), &line);
        }
        self.y += GAP;
    }

    /// Cuts a text into lines that fit, at blanks; a word that is longer than a line is cut where it must be.
    fn cut(&self, set: Set, text: &str) -> Vec<String> {
        let text: String = text.nfc().collect();
        let face = self.face(set.style);
        let room = (set.to - set.from) / set.size;
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            let mut left = room - set.indent / set.size;
            for word in paragraph.split_whitespace() {
                let blank = if line.is_empty() { 0.0 } else { face.width(" ") };
                let width = face.width(word);
                if blank + width <= left {
                    if !line.is_empty() {
                        line.push(' ');
                    }
                    line.push_str(word);
                    left -= blank + width;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    left = room;
                }
                for letter in word.chars() {
                    let width = face.glyph(letter).1;
                    if width > left && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        left = room;
                    }
                    line.push(letter);
                    left -= width;
                }
            }
            lines.push(line);
        }
        lines
    }

    fn head(&mut self, letter: &Letter) {
        let middle = LEFT + (RIGHT - LEFT) * 0.42;
        let left = |style, size| Set::new(style, size, LEFT, middle - 6.0).centred();
        let right = |style, size| Set::new(style, size, middle, RIGHT).centred();
        if let Some(mark) = &letter.mark {
            self.y = self.set(Set::new(Style::Bold, TEXT, LEFT, RIGHT), self.y, mark) + GAP;
        }
        let y = self.set(left(Style::Bold, TEXT), self.y, &letter.sender);
        self.short_rule(LEFT, middle - 6.0, y + 3.0, 0.35);
        let y = self.set(left(Style::Regular, TEXT), y + GAP, &format!("Số: {}", letter.number));
        let y = self.set(left(Style::Regular, 12.0), y, &format!("V/v {}", letter.about));
        let side = self.set(right(Style::Bold, 12.0), self.y, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
        let side = self.set(right(Style::Bold, TEXT), side, "Độc lập - Tự do - Hạnh phúc");
        self.short_rule(middle, RIGHT, side + 3.0, 0.55);
        let side = self.set(right(Style::Italic, TEXT), side + GAP, &letter.day);
        self.y = y.max(side) + 3.0 * GAP;
        let to = Set::new(Style::Regular, 14.0, LEFT, RIGHT).centred();
        self.flow(to, &format!("Kính gửi: {}", letter.to));
        self.y += GAP;
    }

    /// A rule in the middle between two edges, over a share of the way.
    fn short_rule(&mut self, from: f32, to: f32, y: f32, share: f32) {
        let (middle, half) = ((from + to) / 2.0, (to - from) * share / 2.0);
        self.rule((middle - half, y), (middle + half, y));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(text) => self.flow(Set::new(Style::Regular, TEXT, LEFT, RIGHT).indented(), text),
            Block::Ground(text) => self.flow(Set::new(Style::Italic, TEXT, LEFT, RIGHT).indented(), text),
            Block::Table { widths, heads, rows } => self.table(*widths, heads, rows),
        }
    }

    fn table(&mut self, widths: [u8; 3], heads: &[String; 3], rows: &[[String; 3]]) {
        let whole = widths.iter().map(|width| f32::from(*width)).sum::<f32>().max(1.0);
        let mut edge = LEFT;
        let edges = widths.map(|width| {
            let from = edge;
            edge += (RIGHT - LEFT) * f32::from(width) / whole;
            (from, edge)
        });
        self.row(edges, heads, Style::Bold);
        for row in rows {
            self.row(edges, row, Style::Regular);
        }
        self.y += GAP;
    }

    /// A row of a table; one that is higher than a page goes on at the next one.
    fn row(&mut self, edges: [(f32, f32); 3], texts: &[String; 3], style: Style) {
        let height = TEXT * LEADING;
        let mut columns = Vec::new();
        for ((from, to), text) in edges.iter().zip(texts) {
            let set = Set::new(style, TEXT, from + PADDING, to - PADDING);
            columns.push((set, self.cut(set, text)));
        }
        let lines = columns.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
        let fits = |y: f32| ((BOTTOM - y - 2.0 * PADDING) / height).max(0.0) as usize;
        let most = fits(TOP).max(1);
        let mut at = 0;
        while at < lines {
            let rest = lines - at;
            if fits(self.y) < rest.min(most) {
                self.turn();
            }
            let taken = rest.min(fits(self.y).max(1));
            let bottom = self.y + taken as f32 * height + 2.0 * PADDING;
            for (set, lines) in &columns {
                let mut y = self.y + PADDING;
                for line in lines.iter().skip(at).take(taken) {
                    y += height;
                    self.put(*set, y - TEXT * (LEADING - 1.0), line);
                }
            }
            self.frame(edges, bottom);
            self.y = bottom;
            at += taken;
        }
    }

    /// The lines around the cells of a row that ends at `bottom`.
    fn frame(&mut self, edges: [(f32, f32); 3], bottom: f32) {
        let top = self.y;
        for y in [top, bottom] {
            self.rule((LEFT, y), (RIGHT, y));
        }
        self.rule((LEFT, top), (LEFT, bottom));
        for (_, to) in edges {
            self.rule((to, top), (to, bottom));
        }
    }

    fn foot(&mut self, letter: &Letter) {
        let middle = LEFT + (RIGHT - LEFT) * 0.45;
        let copies = letter.copies.iter().map(|copy| format!("- {copy};"));
        let copies: Vec<String> = copies.chain(["- Lưu: VT.".to_owned()]).collect();
        // What is signed is not torn from its signature.
        self.need(9.0 * TEXT * LEADING);
        let top = self.y + GAP;
        let mut y = self.set(Set::new(Style::Bold, 12.0, LEFT, middle), top, "Nơi nhận:");
        for copy in &copies {
            y = self.set(Set::new(Style::Regular, SMALL, LEFT, middle), y, copy);
        }
        let right = |style, size| Set::new(style, size, middle, RIGHT).centred();
        let side = self.set(right(Style::Bold, TEXT), top, &letter.position);
        let side = self.set(right(Style::Italic, SMALL), side, &letter.signed);
        let side = self.set(right(Style::Bold, TEXT), side + 3.5 * TEXT, &letter.signer);
        self.y = y.max(side);
    }
}
