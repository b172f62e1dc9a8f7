//! What became of the patterns of a feed, for its page.

use anlanh_app::indicator::{self, Found, IndicatorFilter, IndicatorState, PATTERN, PatternsOfFeed, trouble_words};
use anlanh_model::{Feed, Id};

use super::feeds::number;
use super::words::Words;
use super::{Staff, problem};
use crate::Service;
use crate::console::PatternsCard;
use crate::problem::Problem;

/// Patterns that look up what is known to be good, of which the list is named.
const WARNED_SHOWN: u32 = 20;
/// Patterns that are looked at to tell whether any counts.
const LOOKED_AT: u32 = 200;

/// What became of the patterns of a feed; nothing where it has none.
pub(super) async fn card(
    service: &Service,
    staff: &Staff,
    words: Words,
    (feed, of_feed): (Id<Feed>, &PatternsOfFeed),
) -> Result<Option<PatternsCard>, Problem> {
    let list = async |state, limit| {
        let filter = IndicatorFilter {
            kind: PATTERN.to_owned(),
            feed: Some(feed),
            state,
        };
        let found = indicator::list(&service.app, &staff.actor(), filter, (None, limit)).await;
        found.map_err(|error| problem(service, &error))
    };
    let mut warned = list(IndicatorState::Warned, WARNED_SHOWN + 1).await?;
    let is_more = warned.len() > WARNED_SHOWN as usize;
    warned.truncate(WARNED_SHOWN as usize);
    let is_told = of_feed.used + of_feed.left_out > 0;
    let counts = |found: &Found| found.counts;
    let is_waiting = !is_told && list(IndicatorState::Live, LOOKED_AT).await?.iter().any(counts);
    if !is_told && !is_waiting && warned.is_empty() {
        return Ok(None);
    }
    let left_out = of_feed.first.iter().map(|(object, trouble)| {
        let (vi, en) = trouble_words(*trouble);
        (object.clone(), words.pick(&vi, &en).to_owned())
    });
    let known_good = warned
        .iter()
        .map(|found| (found.row.object.clone(), good(words, found)));
    Ok(Some(PatternsCard {
        used: (!is_waiting).then(|| number(of_feed.used)),
        left_out: (of_feed.left_out > 0).then(|| number(of_feed.left_out)),
        warned: (!warned.is_empty()).then(|| {
            let shown = number(warned.len() as u64);
            if is_more { format!("> {shown}") } else { shown }
        }),
        first: left_out.chain(known_good).collect(),
    }))
}

/// On which list the value is that a pattern looks up.
fn good(words: Words, found: &Found) -> String {
    let list = found.row.warning.as_deref().unwrap_or_default();
    let vi = format!("tra theo giá trị thuộc danh sách cảnh báo {list}");
    let en = format!("looks up a value of the warning list {list}");
    words.pick(&vi, &en).to_owned()
}
