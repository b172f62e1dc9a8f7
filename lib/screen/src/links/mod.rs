//! Links: found in text in every form people write them, looked up on blocklists, compared with protected names.
//!
//! [`DomainSet`] is a blocklist, usable alone. The rest works for the screener: `find` finds links in folded text, `host`
//! reads where they lead, `look_alike` compares that with the protected names. A link is looked up under the name that a
//! browser goes to and, where people read another one (`vietcömbank`), under that too.
//!
//! Must not know rules, categories or anything of an item but its text and links.

mod bare;
mod domain_set;
mod find;
mod host;
mod look_alike;
mod near;
mod skeleton;
mod tail;
mod triggers;

use std::ops::Range;
use std::sync::Arc;

pub use domain_set::{BadLine, BuildError, DomainSet, DomainSetBuilder, FormatError, LineError};

use self::find::{Evidence, Finder, Link, whole_link};
use self::host::{Host, HostError, HostScratch, Resolved, resolve};
use self::look_alike::{AlikeScratch, LookAlikes};
use crate::fold::Folded;
use crate::limits::MAX_LINK_BYTES;
use crate::{Confidence, Finding, Pack, PackError, Place, Signal, Signals};

/// Shortest protected name whose misspellings count; shorter ones are a slip away from too many words.
const MISSPELT_LETTERS: usize = 7;

/// Memory that link scanning reuses.
#[derive(Debug, Default)]
pub struct LinkScratch {
    folded: Folded,
    host: HostScratch,
    alike: AlikeScratch,
    path: Vec<u8>,
}

/// The compiled link detectors.
#[derive(Debug)]
pub struct Links {
    names: LookAlikes,
    lists: Vec<Option<Arc<DomainSet>>>,
    has_lists: bool,
}

impl Links {
    /// Compiles protected names, affixes and list declarations.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn compile(pack: &Pack) -> Result<Self, Vec<PackError>> {
        let mut errors = Vec::new();
        let names = LookAlikes::compile(pack, &mut errors);
        let lists = vec![None; pack.lists.len()];
        if errors.is_empty() {
            Ok(Self {
                names,
                lists,
                has_lists: false,
            })
        } else {
            Err(errors)
        }
    }

    /// Puts names on the list of this index; there is nothing to do for an index that the pack does not have.
    pub fn set_list(&mut self, list: usize, names: Arc<DomainSet>) {
        if let Some(place) = self.lists.get_mut(list) {
            *place = Some(names);
        }
        self.has_lists = self.lists.iter().flatten().any(|set| !set.is_empty());
    }

    /// Finds links in a text and reports what is known of them. Once there is no room for more signals it stops, for
    /// the verdict is undecided then.
    pub fn scan_text(&self, text: &str, folded: &Folded, scratch: &mut LinkScratch, out: &mut Signals) {
        let mut finder = Finder::new(text, folded, self.has_lists);
        while let Some(link) = finder.next_link() {
            let place = |units: Range<usize>| Place::Text(folded.span(units));
            self.report(
                &Source {
                    text,
                    folded,
                    link: &link,
                },
                place,
                scratch,
                out,
            );
            if out.is_over() {
                break;
            }
        }
    }

    /// Reports what is known of a link beside the text; of one longer than [`MAX_LINK_BYTES`], of so much of it.
    pub fn scan_link(&self, index: u32, link: &str, scratch: &mut LinkScratch, out: &mut Signals) {
        let text = link.get(..link.floor_char_boundary(MAX_LINK_BYTES)).unwrap_or_default();
        let mut folded = std::mem::take(&mut scratch.folded);
        folded.fold(text);
        if let Some(link) = whole_link(text, &folded) {
            let source = Source {
                text,
                folded: &folded,
                link: &link,
            };
            self.report(&source, |_| Place::Link(index), scratch, out);
        }
        scratch.folded = folded;
    }

    /// Tells the host of each link in a text in turn, as the network reads it; links are those that
    /// [`Links::scan_text`] reports as such.
    pub fn hosts_in_text(&self, text: &str, folded: &Folded, scratch: &mut LinkScratch, mut tell: impl FnMut(&str)) {
        let mut finder = Finder::new(text, folded, self.has_lists);
        while let Some(link) = finder.next_link() {
            let link = &link;
            self.tell_host(&Source { text, folded, link }, scratch, &mut tell);
        }
    }

    /// Tells the host of a link beside the text, as the network reads it.
    pub fn host_of_link(&self, link: &str, scratch: &mut LinkScratch, mut tell: impl FnMut(&str)) {
        let text = link.get(..link.floor_char_boundary(MAX_LINK_BYTES)).unwrap_or_default();
        let mut folded = std::mem::take(&mut scratch.folded);
        folded.fold(text);
        if let Some(link) = whole_link(text, &folded) {
            let (folded, link) = (&folded, &link);
            self.tell_host(&Source { text, folded, link }, scratch, &mut tell);
        }
        scratch.folded = folded;
    }

    fn tell_host(&self, source: &Source<'_>, scratch: &mut LinkScratch, tell: &mut impl FnMut(&str)) {
        let link = source.link;
        let Ok(host) = resolve(source.text, source.folded, link.host.clone(), &mut scratch.host) else {
            return;
        };
        let counts = match link.evidence {
            Evidence::Certain => true,
            Evidence::IfListed => {
                let mut lists = self.lists.iter().flatten();
                lists.any(|set| is_on(set, host, source.tail(), &mut scratch.path))
            }
        };
        let name = match host.real {
            Host::Name(name) => name.text(),
            Host::Address(address) => address,
        };
        if counts && let Ok(name) = std::str::from_utf8(name) {
            tell(name);
        }
    }

    fn report(
        &self,
        source: &Source<'_>,
        place: impl Fn(Range<usize>) -> Place,
        scratch: &mut LinkScratch,
        out: &mut Signals,
    ) {
        let link = source.link;
        let Ok(host) = resolve(source.text, source.folded, link.host.clone(), &mut scratch.host) else {
            return;
        };
        let mut push = |units: Range<usize>, finding, confidence| {
            out.push(Signal {
                place: place(units),
                finding,
                confidence,
            });
        };
        if link.evidence == Evidence::Certain {
            push(link.whole.clone(), Finding::Link, Confidence::EXACT);
        }
        let tail = source.tail();
        let mut is_listed = false;
        for (list, set) in (0..).zip(&self.lists) {
            let Some(set) = set else { continue };
            if is_on(set, host, tail, &mut scratch.path) {
                if link.evidence == Evidence::IfListed && !is_listed {
                    push(link.whole.clone(), Finding::Link, Confidence::EXACT);
                }
                is_listed = true;
                push(link.whole.clone(), Finding::Listed { list }, Confidence::EXACT);
            }
        }
        if link.evidence == Evidence::IfListed && !is_listed {
            return;
        }
        if let Host::Name(real) = host.real {
            let user = source.folded.bytes().get(link.user.clone()).unwrap_or_default();
            if let Some(found) = self.names.find(real, host.seen, user, &mut scratch.alike) {
                let units = link.user.start.min(link.host.start)..link.host.end;
                let finding = Finding::LookAlike {
                    name: found.name,
                    resemblance: found.resemblance,
                };
                push(
                    if link.user.is_empty() { link.host.clone() } else { units },
                    finding,
                    found.confidence,
                );
            }
        }
    }
}

/// Whether a host is on a list, under the name that the network reads or the one that people do.
fn is_on(set: &DomainSet, host: Resolved<'_>, tail: &str, path: &mut Vec<u8>) -> bool {
    let seen = host.seen.map(Host::Name);
    let mut names = std::iter::once(host.real).chain(seen);
    names.any(|name| set.find(name, tail, path).is_some())
}

/// A link and the text it stands in.
struct Source<'a> {
    text: &'a str,
    folded: &'a Folded,
    link: &'a Link,
}

impl<'a> Source<'a> {
    /// Path and query as typed.
    fn tail(&self) -> &'a str {
        if self.link.tail.is_empty() {
            return "";
        }
        let span = self.folded.span(self.link.tail.clone());
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

/// What a string that is a link as a whole leads to.
struct Found<'a> {
    host: Resolved<'a>,
    tail: &'a str,
    path: &'a mut Vec<u8>,
}

/// Reads a string that is a link as a whole, with or without a scheme.
fn with_link<T>(text: &str, scratch: &mut LinkScratch, call: impl FnOnce(Found<'_>) -> T) -> Result<T, HostError> {
    let LinkScratch { folded, host, path, .. } = scratch;
    folded.fold(text);
    let link = whole_link(text, folded).ok_or(HostError::Invalid)?;
    let source = Source {
        text,
        folded,
        link: &link,
    };
    let tail = source.tail();
    let host = resolve(text, folded, link.host.clone(), host)?;
    Ok(call(Found { host, tail, path }))
}

#[cfg(test)]
mod tests;
