//! Every limit the engine puts on what comes from outside, in one place.
//!
//! Each is tested at the limit and one past it. Nothing past a limit is silently clean: the verdict says
//! [`Undecided`](crate::Undecided) and why.

/// Longest text that is judged, in bytes of UTF-8. Of a longer one the first part is judged and the verdict says so.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// Most links that an item may carry beside its text; further ones are not judged.
pub const MAX_ITEM_LINKS: usize = 256;
/// Longest link beside a text, in bytes.
pub const MAX_LINK_BYTES: usize = 4096;
/// Most signals kept for one item; when more are found the verdict says that evidence was cut.
pub const MAX_SIGNALS: usize = 1024;
/// Most hits of phrases in one text, before their conditions are asked and those within each other are made one; and most hits of
/// the words that conditions ask for. Of more, hardly any would be kept as signals; the verdict says that evidence was cut.
pub const MAX_HITS: usize = 4 * MAX_SIGNALS;
/// Most pieces of spelled-out words (`l ừ a`, `l.ừ.a`) that are put together in one text. Nobody spells out so much but
/// to keep a filter busy; when there are more the verdict says that evidence was cut.
pub const MAX_PIECES: usize = 4096;
/// Most spans printed for one reason.
pub const MAX_REASON_SPANS: usize = 64;
/// Longest lexicon phrase, in syllables.
pub const MAX_PHRASE_SYLLABLES: usize = 16;
/// Longest lexicon phrase, in bytes.
pub const MAX_PHRASE_BYTES: usize = 256;
/// Most entries in one lexicon.
pub const MAX_LEXICON_ENTRIES: usize = 1_000_000;
/// Most rules in one pack.
pub const MAX_RULES: usize = 4096;
/// Longest rule condition, in bytes.
pub const MAX_CONDITION_BYTES: usize = 4096;
/// Deepest nesting of a rule condition.
pub const MAX_CONDITION_DEPTH: usize = 32;
/// Widest window, in syllables, in which a phrase looks for words that must or must not be near.
pub const MAX_NEAR_SYLLABLES: usize = 32;
/// Longest line of a blocklist, in bytes.
pub const MAX_LIST_LINE_BYTES: usize = 4096;
/// Most names in one blocklist.
pub const MAX_LIST_NAMES: usize = 64_000_000;
