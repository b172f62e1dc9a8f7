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

/// Words with one space between them, none of them empty.
fn plain(folded: &Folded) -> String {
    let mut words = String::with_capacity(folded.bytes().len());
    for token in folded.tokens() {
        let letters = folded.bytes().get(token.units()).unwrap_or_default();
        if letters.is_empty() {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(letters.iter().take(MAX_WORD_LETTERS).copied().map(char::from));
    }
    words
}
