//! The engine's front: a pack compiled once, then items in and verdicts out.

use std::borrow::Cow;
use std::sync::Arc;

use crate::fold::Folded;
use crate::lexicon::{Lexicon, LexiconScratch};
use crate::limits::{MAX_ITEM_LINKS, MAX_LINK_BYTES, MAX_TEXT_BYTES};
use crate::links::{DomainSet, LinkScratch, Links};
use crate::personal::Detectors;
use crate::rules::{RuleScratch, RuleSet};
use crate::{Item, Pack, PackError, Signal, Signals, Undecided, Verdict};

/// A compiled pack. Share it between threads; give each thread a [`Scratch`] of its own.
#[derive(Debug)]
pub struct Screener {
    pack: Pack,
    lexicon: Lexicon,
    links: Links,
    personal: Detectors,
    rules: RuleSet,
}

/// Memory that screening reuses from item to item.
#[derive(Debug, Default)]
pub struct Scratch {
    folded: Folded,
    signals: Signals,
    lexicon: LexiconScratch,
    links: LinkScratch,
    rules: RuleScratch,
}

impl Scratch {
    /// The text of the item that was judged last, as it was compared.
    #[must_use]
    pub const fn folded(&self) -> &Folded {
        &self.folded
    }
}

/// A verdict with everything that led to it, for people who want to see how the engine reads.
#[derive(Debug)]
pub struct Explanation<'s> {
    /// The verdict.
    pub verdict: Verdict<'s>,
    /// Everything the detectors found, whether or not a rule spoke of it, in the order of the text.
    pub signals: Vec<Signal>,
    /// The text as it was compared.
    pub folded: Folded,
}

/// There is no list of that id in the pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pack declares no list {id:?}")]
pub struct UnknownList {
    /// The id.
    pub id: String,
}

impl Screener {
    /// Compiles a pack.
    ///
    /// # Errors
    /// Every mistake that was found, each with the part of the pack it is in, in the order of the parts.
    pub fn compile(pack: Pack) -> Result<Self, Vec<PackError>> {
        let personal = Detectors::compile(&pack.identifiers);
        match (Lexicon::compile(&pack), Links::compile(&pack), RuleSet::compile(&pack)) {
            (Ok(lexicon), Ok(links), Ok(rules)) => Ok(Self {
                pack,
                lexicon,
                links,
                personal,
                rules,
            }),
            (lexicon, links, rules) => {
                let errors = [lexicon.err(), links.err(), rules.err()];
                let mut errors: Vec<PackError> = errors.into_iter().flatten().flatten().collect();
                errors.sort_by_key(|error| error.part);
                Err(errors)
            }
        }
    }

    /// Puts names on a list that the pack declares; what was on it before is replaced.
    ///
    /// # Errors
    /// When the pack declares no such list.
    pub fn set_list(&mut self, id: &str, names: Arc<DomainSet>) -> Result<(), UnknownList> {
        let list = self.pack.lists.iter().position(|list| list.id == id);
        let list = list.ok_or_else(|| UnknownList { id: id.to_owned() })?;
        self.links.set_list(list, names);
        Ok(())
    }

    /// The pack.
    #[must_use]
    pub const fn pack(&self) -> &Pack {
        &self.pack
    }

    /// Judges one item.
    #[must_use]
    pub fn screen(&self, item: &Item<'_>) -> Verdict<'_> {
        self.screen_with(&mut Scratch::default(), item)
    }

    /// Judges one item in memory that is used again for the next.
    #[must_use]
    pub fn screen_with(&self, scratch: &mut Scratch, item: &Item<'_>) -> Verdict<'_> {
        let judged = judged_part(item);
        self.detect(scratch, &judged);
        let undecided = if judged.text.len() < item.text.len() {
            Some(Undecided::TextTooLong)
        } else if judged.links.len() < item.links.len() || judged.links.iter().any(|link| link.len() > MAX_LINK_BYTES) {
            Some(Undecided::TooManyLinks)
        } else {
            scratch.signals.overflowed().then_some(Undecided::TooManySignals)
        };
        let signals = scratch.signals.as_slice();
        self.rules
            .judge(&self.pack, &judged, signals, undecided, &mut scratch.rules)
    }

    /// Folds the text of an item, see [`Scratch::folded`], and tells the host of each link in it and beside it, in turn:
    /// what a caller who counts needs before the item is judged.
    pub fn read_hosts(&self, scratch: &mut Scratch, item: &Item<'_>, mut tell: impl FnMut(&str)) {
        let item = judged_part(item);
        for link in item.links {
            self.links.host_of_link(link, &mut scratch.links, &mut tell);
        }
        scratch.folded.fold(item.text);
        self.links
            .hosts_in_text(item.text, &scratch.folded, &mut scratch.links, tell);
    }

    /// Finds every signal. Links come first, so that a flood of anything else cannot crowd out what is exactly known.
    fn detect(&self, scratch: &mut Scratch, item: &Item<'_>) {
        let signals = &mut scratch.signals;
        signals.clear();
        for (index, link) in (0..).zip(item.links) {
            self.links.scan_link(index, link, &mut scratch.links, signals);
        }
        let folded = &mut scratch.folded;
        folded.fold(item.text);
        self.links.scan_text(item.text, folded, &mut scratch.links, signals);
        self.lexicon.scan(folded, &mut scratch.lexicon, signals);
        self.personal.scan(item.text, folded, signals);
    }

    /// Judges one item and shows everything that led to the verdict.
    #[must_use]
    pub fn explain(&self, item: &Item<'_>) -> Explanation<'_> {
        let mut scratch = Scratch::default();
        let verdict = self.screen_with(&mut scratch, item);
        let mut signals = scratch.signals.as_slice().to_vec();
        signals.sort_unstable();
        Explanation {
            verdict,
            signals,
            folded: scratch.folded,
        }
    }
}

/// As much of an item as is judged: nearly always all of it.
fn judged_part<'a, 'i>(item: &'a Item<'i>) -> Cow<'a, Item<'i>> {
    if item.text.len() <= MAX_TEXT_BYTES && item.links.len() <= MAX_ITEM_LINKS {
        return Cow::Borrowed(item);
    }
    let text = item.text.get(..item.text.floor_char_boundary(MAX_TEXT_BYTES));
    Cow::Owned(Item {
        text: text.unwrap_or_default(),
        links: item.links.get(..MAX_ITEM_LINKS).unwrap_or(item.links),
        ..item.clone()
    })
}

#[cfg(test)]
mod tests;
