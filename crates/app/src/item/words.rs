//! The words by which kept items are found.

use anlanh_screen::Scratch;
use anlanh_screen::fold::Folded;

/// The words of the text that was folded last, without marks.
pub fn words(scratch: &Scratch) -> String {
    plain(scratch.folded())
}

/// The words of a text, without marks, as the search knows them.
pub fn folded_words(text: &str) -> String {
    let mut folded = Folded::new();
    folded.fold(
        text.get(..text.floor_char_boundary(MAX_SEARCH_BYTES))
            .unwrap_or_default(),
    );
    plain(&folded)
}

/// Longest search that is read, in bytes; the rest is left out.
pub const MAX_SEARCH_BYTES: usize = 256;
/// Letters by which a word is found; those after them are not looked at. Neither database finds words without end.
pub const MAX_WORD_LETTERS: usize = 64;

/// Words with one space between them, none of them empty. Each stands once, and in the order of their bytes: what is looked
/// for is a word anywhere, and no database need put them in order.
fn plain(folded: &Folded) -> String {
    let letters = folded.bytes();
    let mut words: Vec<&[u8]> = Vec::with_capacity(folded.tokens().len());
    for token in folded.tokens() {
        let word = letters.get(token.units()).unwrap_or_default();
        let word = word.get(..MAX_WORD_LETTERS).unwrap_or(word);
        if !word.is_empty() {
            words.push(word);
        }
    }
    words.sort_unstable();
    words.dedup();
    let mut joined = String::with_capacity(letters.len() + words.len());
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.extend(word.iter().copied().map(char::from));
    }
    joined
}
