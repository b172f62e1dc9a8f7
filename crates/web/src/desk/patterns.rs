//! What became of the patterns of a feed, for its page.

use anlanh_app::indicator::{MAX_FEED_PARTS, MAX_NODE_PARTS, MAX_NODE_REGEXES, PatternTrouble, PatternsOfFeed};
use anlanh_soc::PatternRefusal;

use super::feeds::number;
use super::words::Words;
use crate::console::PatternsCard;

/// What became of the patterns of a feed; nothing where it has none.
pub(super) fn card(words: Words, of_feed: &PatternsOfFeed) -> Option<PatternsCard> {
    if of_feed.used + of_feed.left_out == 0 {
        return None;
    }
    let first = of_feed.first.iter();
    Some(PatternsCard {
        used: number(of_feed.used),
        left_out: (of_feed.left_out > 0).then(|| number(of_feed.left_out)),
        first: first
            .map(|(object, trouble)| (object.clone(), trouble_words(words, *trouble)))
            .collect(),
    })
}

/// Why a pattern is left out, in words.
fn trouble_words(words: Words, trouble: PatternTrouble) -> String {
    let english = trouble.to_string();
    let vietnamese = match trouble {
        PatternTrouble::OfFeed => format!(
            "các mẫu của nguồn có hơn {} biểu thức quan sát",
            number(MAX_FEED_PARTS as u64)
        ),
        PatternTrouble::OfNode => format!(
            "các mẫu của mọi nguồn có hơn {} biểu thức quan sát",
            number(MAX_NODE_PARTS as u64)
        ),
        PatternTrouble::Regexes => format!("các mẫu có hơn {MAX_NODE_REGEXES} biểu thức chính quy"),
        PatternTrouble::Unreadable => "không đọc được mẫu".to_owned(),
        PatternTrouble::Refused(refusal) => match refusal {
            PatternRefusal::TooManyOfValue => "quá nhiều mẫu tra theo cùng một giá trị".to_owned(),
            PatternRefusal::TooMany => "quá nhiều mẫu".to_owned(),
            PatternRefusal::SeveralEvents
            | PatternRefusal::Time
            | PatternRefusal::Property
            | PatternRefusal::Never
            | PatternRefusal::Regex
            | PatternRefusal::NothingToLookUp
            | PatternRefusal::TooManyScanned
            | PatternRefusal::TooManyParts
            | PatternRefusal::TooManyEvents => format!("không dùng được mẫu này: {english}"),
        },
    };
    words.pick(&vietnamese, &english).to_owned()
}
