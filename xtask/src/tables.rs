//! Writes `lib/screen/src/fold/tables.rs`: for every character, what the engine's folding makes of it.
//!
//! Sources: the Unicode Character Database through `unicode-normalization` (compatibility decompositions) and UTS 39
//! confusables through `unicode-security`, narrowed to what looks like Latin letters: the full skeleton of UTS 39
//! would take Vietnamese apart (it turns `đ` into `d` and a bar, and a hook above into something else).

use std::collections::HashMap;
use std::fmt::Write as _;

use anyhow::Context as _;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Set in the entries of characters that are settled in a step of their own; two bits of kind follow from the lowest.
const RARE: u16 = 0x8000;
const INVISIBLE: u16 = RARE;
const UNKNOWN_MARK: u16 = RARE | 1;
const MARK: u16 = RARE | 2;
const MULTI: u16 = RARE | 3;

/// What a letter of another script folds to: `fold::FOREIGN`.
const FOREIGN_UNIT: u8 = 0x1f;
/// What a symbol without an ASCII relative folds to.
const OTHER_SYMBOL: u8 = 0x7f;
/// Characters from here on are foreign, but for the invisible ones in plane 14, which the engine knows by range.
const TABLE_END: u32 = 0x2_0000;
const PAGE: usize = 64;
/// Blocks whose pages come first and in this order, so that `fold::pass` finds them without `INDEX`: what UTF-8 writes
/// with a first byte of 0xE1 and a second of 0xB8 to 0xBF (Vietnamese letters with two marks), then what it writes with
/// two bytes or one. The second byte of the former and the first of the latter number the pages.
const FIRST_PAGES: [std::ops::Range<u32>; 2] = [0x1e00..0x2000, 0..0x800];

/// Letters that look like small capitals or are enclosed, which neither decompose nor have a Latin skeleton.
const SMALL_CAPITALS: [(char, u8); 25] = [
    ('ᴀ', b'a'),
    ('ʙ', b'b'),
    ('ᴄ', b'c'),
    ('ᴅ', b'd'),
    ('ᴇ', b'e'),
    ('ꜰ', b'f'),
    ('ɢ', b'g'),
    ('ʜ', b'h'),
    ('ɪ', b'i'),
    ('ᴊ', b'j'),
    ('ᴋ', b'k'),
    ('ʟ', b'l'),
    ('ᴍ', b'm'),
    ('ɴ', b'n'),
    ('ᴏ', b'o'),
    ('ᴘ', b'p'),
    ('ʀ', b'r'),
    ('ꜱ', b's'),
    ('ᴛ', b't'),
    ('ᴜ', b'u'),
    ('ᴠ', b'v'),
    ('ᴡ', b'w'),
    ('ʏ', b'y'),
    ('ᴢ', b'z'),
    ('ɑ', b'a'),
];
/// Letters that people take for Latin ones, where UTS 39 sees none or a rarer one (`κ` is `ĸ` to it).
const LOOK_ALIKES: [(char, u8); 14] = [
    ('κ', b'k'),
    ('χ', b'x'),
    ('ε', b'e'),
    ('ω', b'w'),
    ('ζ', b'z'),
    ('μ', b'u'),
    ('µ', b'u'),
    ('π', b'n'),
    ('ς', b's'),
    ('к', b'k'),
    ('м', b'm'),
    ('п', b'n'),
    ('ь', b'b'),
    ('є', b'e'),
];
/// Runs of 26 letters: negative circled, negative squared. Regional indicators are not among them: they make flags.
const ENCLOSED_RUNS: [u32; 2] = [0x1_f150, 0x1_f170];
/// First digits of other scripts' decimal digits that people paste.
const DIGIT_RUNS: [u32; 7] = [0x660, 0x6f0, 0x966, 0xe50, 0xed0, 0x17e0, 0x1_fbf0];
const SYMBOLS: [(char, u8); 29] = [
    ('。', b'.'),
    ('｡', b'.'),
    ('·', b'.'),
    ('•', b'.'),
    ('∙', b'.'),
    ('⋅', b'.'),
    ('…', b'.'),
    ('․', b'.'),
    ('・', b'.'),
    ('–', b'-'),
    ('—', b'-'),
    ('−', b'-'),
    ('‒', b'-'),
    ('‐', b'-'),
    ('‑', b'-'),
    ('‘', b'\''),
    ('’', b'\''),
    ('´', b'\''),
    ('ʼ', b'\''),
    ('“', b'"'),
    ('”', b'"'),
    ('„', b'"'),
    ('«', b'"'),
    ('»', b'"'),
    ('∕', b'/'),
    ('⁄', b'/'),
    ('、', b','),
    ('€', b'e'),
    ('∣', b'|'),
];

/// Invisible characters (Unicode Default_Ignorable_Code_Point) below plane 14.
fn is_ignorable(c: u32) -> bool {
    matches!(c,
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfff8
        | 0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a)
}

/// The marks of a letter as `fold::LetterMarks` packs them: quality (2 bits), tone (one bit each of 5), look-alike.
fn marks(quality: u16, tone: u16, look_alike: bool) -> u16 {
    quality | if tone == 0 { 0 } else { 2 << tone } | u16::from(look_alike) << 7
}

fn pack(byte: u8, quality: u16, tone: u16, look_alike: bool) -> u16 {
    u16::from(byte) | marks(quality, tone, look_alike) << 7
}

/// The Vietnamese meaning of a combining mark: (quality, tone). The numbers are those of `fold::Marks`.
fn mark(c: char) -> Option<(u16, u16)> {
    Some(match c {
        '\u{301}' | '\u{341}' => (0, 1),
        '\u{300}' | '\u{340}' => (0, 2),
        '\u{309}' => (0, 3),
        '\u{303}' => (0, 4),
        '\u{323}' => (0, 5),
        '\u{302}' => (1, 0),
        '\u{306}' | '\u{31b}' => (2, 0),
        '\u{335}' => (3, 0),
        _ => return None,
    })
}

/// Which quality a letter can carry; another letter's mark says nothing.
fn carries(base: u8, quality: u16) -> bool {
    match quality {
        0 => true,
        1 => matches!(base, b'a' | b'e' | b'o'),
        2 => matches!(base, b'a' | b'o' | b'u'),
        _ => base == b'd',
    }
}

/// Letters, digits and marks of a decomposition, without the brackets and dots of enclosed forms.
fn from_decomposition(decomposed: &str, look_alike: bool) -> Option<Result<u16, Vec<u8>>> {
    let mut bases: Vec<u8> = Vec::new();
    let (mut quality, mut tone) = (0, 0);
    for c in decomposed.chars() {
        match c {
            'a'..='z' | '0'..='9' => bases.push(u8::try_from(c).ok()?),
            'A'..='Z' => bases.push(u8::try_from(c.to_ascii_lowercase()).ok()?),
            '(' | ')' | '.' | ',' | '\u{2044}' | ' ' => {}
            _ if is_combining_mark(c) => {
                let base = *bases.last()?;
                if let Some((q, t)) = mark(c) {
                    if q != 0 && carries(base, q) {
                        quality = q;
                    }
                    if t != 0 && b"aeiouy".contains(&base) {
                        tone = t;
                    }
                }
            }
            _ => return None,
        }
    }
    match bases.as_slice() {
        [] => None,
        [digit @ b'0'..=b'9'] => Some(Ok(pack(*digit, 0, 0, look_alike))),
        [letter] => Some(Ok(pack(*letter, quality, tone, look_alike))),
        more if more.len() <= 4 => Some(Err(more.to_vec())),
        _ => None,
    }
}

fn skeleton_letter(c: char) -> Option<u8> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    for candidate in [lower, c] {
        let skeleton: String = unicode_security::skeleton(&candidate.to_string()).collect();
        let letters: Vec<char> = skeleton.nfd().filter(|c| !is_combining_mark(*c)).collect();
        match letters.as_slice() {
            ['r', 'n'] => return Some(b'm'),
            [one] if one.is_ascii_alphabetic() => return u8::try_from(one.to_ascii_lowercase()).ok(),
            [one] => {
                if let Some((_, base)) = SMALL_CAPITALS.iter().find(|(small, _)| small == one) {
                    return Some(*base);
                }
            }
            _ => {}
        }
    }
    None
}

fn classify(c: char, multi: &mut Vec<Vec<u8>>) -> u16 {
    let code = u32::from(c);
    if matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
        return pack(b'\n', 0, 0, false);
    }
    if c.is_whitespace() || matches!(c, '\u{2800}' | '\u{180e}') {
        return pack(b' ', 0, 0, false);
    }
    if is_ignorable(code) || c.is_control() {
        return INVISIBLE;
    }
    if let Some((quality, tone)) = mark(c) {
        return MARK | marks(quality, tone, false) << 2;
    }
    if is_combining_mark(c) {
        return UNKNOWN_MARK;
    }
    if c.is_ascii_alphabetic() {
        return pack(c.to_ascii_lowercase() as u8, 0, 0, false);
    }
    if c.is_ascii_digit() {
        return pack(c as u8, 0, 0, false);
    }
    if c.is_ascii() {
        return pack(c as u8, 0, 0, false);
    }
    if matches!(c, 'đ' | 'Đ' | 'ð' | 'Ð' | 'Ɖ' | 'ɖ') {
        return pack(b'd', 3, 0, false);
    }
    if let Some((_, byte)) = SYMBOLS.iter().find(|(symbol, _)| *symbol == c) {
        return pack(*byte, 0, 0, byte.is_ascii_alphabetic());
    }
    let mut look_alikes = SMALL_CAPITALS.iter().chain(&LOOK_ALIKES);
    if let Some((_, base)) = look_alikes.find(|(letter, _)| *letter == c) {
        return pack(*base, 0, 0, true);
    }
    for run in ENCLOSED_RUNS {
        if let Some(offset) = code.checked_sub(run).filter(|offset| *offset < 26) {
            return pack(b'a' + offset as u8, 0, 0, true);
        }
    }
    for run in DIGIT_RUNS {
        if let Some(offset) = code.checked_sub(run).filter(|offset| *offset < 10) {
            return pack(b'0' + offset as u8, 0, 0, true);
        }
    }
    let compatible: String = c.nfkd().collect();
    let canonical: String = c.nfd().collect();
    let mut symbols = compatible.chars();
    if let (Some(only), None) = (symbols.next(), symbols.next())
        && only.is_ascii_punctuation()
    {
        return pack(only as u8, 0, 0, false);
    }
    match from_decomposition(&compatible, compatible != canonical) {
        Some(Ok(entry)) => return entry,
        Some(Err(letters)) => {
            let index = multi.iter().position(|known| *known == letters).unwrap_or_else(|| {
                multi.push(letters);
                multi.len() - 1
            });
            return MULTI | (index as u16) << 2;
        }
        None => {}
    }
    match c {
        'æ' | 'Æ' => return multi_of(b"ae", multi),
        'œ' | 'Œ' => return multi_of(b"oe", multi),
        'ß' | 'ẞ' => return multi_of(b"ss", multi),
        _ => {}
    }
    if c.is_alphabetic() {
        let foreign = pack(FOREIGN_UNIT, 0, 0, false);
        return skeleton_letter(c).map_or(foreign, |base| pack(base, 0, 0, true));
    }
    if c.is_numeric() {
        return pack(FOREIGN_UNIT, 0, 0, false);
    }
    pack(OTHER_SYMBOL, 0, 0, false)
}

fn multi_of(letters: &[u8], multi: &mut Vec<Vec<u8>>) -> u16 {
    let index = multi.iter().position(|known| known == letters).unwrap_or_else(|| {
        multi.push(letters.to_vec());
        multi.len() - 1
    });
    MULTI | (index as u16) << 2
}

/// The whole generated file.
pub fn render() -> anyhow::Result<String> {
    let mut multi: Vec<Vec<u8>> = Vec::new();
    // Surrogates never occur in UTF-8; whatever stands for them is never read.
    let mut entry = |code: u32| char::from_u32(code).map_or(INVISIBLE, |c| classify(c, &mut multi));
    let mut page_of = |first: u32| {
        let mut page = [INVISIBLE; PAGE];
        for (slot, code) in page.iter_mut().zip(first..) {
            *slot = entry(code);
        }
        page
    };
    let mut pages: Vec<[u16; PAGE]> = Vec::new();
    let mut known: HashMap<[u16; PAGE], usize> = HashMap::new();
    let mut index: Vec<u16> = vec![0; TABLE_END as usize / PAGE];
    for first in FIRST_PAGES.into_iter().flat_map(|block| block.step_by(PAGE)) {
        let page = page_of(first);
        *slot_of(&mut index, first)? = u16::try_from(pages.len())?;
        known.insert(page, pages.len());
        pages.push(page);
    }
    for first in (0..TABLE_END).step_by(PAGE) {
        if FIRST_PAGES.iter().any(|block| block.contains(&first)) {
            continue;
        }
        let page = page_of(first);
        let number = *known.entry(page).or_insert_with(|| {
            pages.push(page);
            pages.len() - 1
        });
        *slot_of(&mut index, first)? = u16::try_from(number)?;
    }

    let mut out = String::from(
        "//! What folding makes of every character. Generated by `cargo xtask tables`: change the generator, not this file.\n\
         //!\n\
         //! An entry holds, from the lowest bit, an ASCII byte (7) and marks as `LetterMarks` packs them (8). With the\n\
         //! highest bit set it holds a kind (2) and marks or an index into `EXPANSIONS`.\n\n",
    );
    write_table(
        &mut out,
        "Page of each block of 64 characters below U+20000.",
        "INDEX",
        &index,
    )?;
    writeln!(
        out,
        "/// How many pages stand first, in an order that needs no `INDEX`.\npub(super) const FIRST_PAGES: usize = {};\n",
        FIRST_PAGES.map(|block| block.len() / PAGE).iter().sum::<usize>()
    )?;
    write_table(
        &mut out,
        "Entries, 64 a page: U+1E00 to U+1FFF, U+0000 to U+07FF, then the others as they come.",
        "PAGES",
        pages.as_flattened(),
    )?;
    writeln!(out, "/// Letters and digits of characters that stand for several.")?;
    writeln!(
        out,
        "#[rustfmt::skip]\npub(super) static EXPANSIONS: [&[u8]; {}] = [",
        multi.len()
    )?;
    for row in multi.chunks(12) {
        let row: Vec<String> = row
            .iter()
            .map(|e| format!("b\"{}\"", String::from_utf8_lossy(e)))
            .collect();
        writeln!(out, "    {},", row.join(","))?;
    }
    writeln!(out, "];")?;
    Ok(out)
}

fn slot_of(index: &mut [u16], first: u32) -> anyhow::Result<&mut u16> {
    index.get_mut(first as usize / PAGE).context("a block past the table")
}

fn write_table(out: &mut String, doc: &str, name: &str, entries: &[u16]) -> std::fmt::Result {
    writeln!(
        out,
        "/// {doc}\n#[rustfmt::skip]\npub(super) static {name}: [u16; {}] = [",
        entries.len()
    )?;
    for row in entries.chunks(24) {
        writeln!(
            out,
            "    {},",
            row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        )?;
    }
    writeln!(out, "];\n")
}

/// Path of the generated file.
pub fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../lib/screen/src/fold/tables.rs")
}

/// Writes the generated file.
pub fn write() -> anyhow::Result<()> {
    let path = path();
    std::fs::write(&path, render()?).with_context(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_tables_are_the_generated_ones() {
        let committed = std::fs::read_to_string(super::path()).unwrap();
        assert!(
            committed == super::render().unwrap(),
            "run `cargo xtask tables` and commit the result"
        );
    }
}
