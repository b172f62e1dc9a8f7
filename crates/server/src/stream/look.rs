//! What is kept is looked through for what an index lists; hits are told one by one.

use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::sync::Arc;

use anlanh_app::hunt::no_host;
use anlanh_app::incident::Host;
use anlanh_archive::{Hunted, View};
use anlanh_model::NoHost;
use anlanh_soc::{FieldMap, Found, Hit, Index, Keeper, Layout, Matcher, Scratch, Wanted};

/// Records that are matched at once.
const MATCHED: usize = 4_096;

/// An event that is kept, in which something is listed.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'s> {
    /// When it happened, in microseconds since 1970.
    pub at: i64,
    /// The number of its sensor.
    pub source: u32,
    /// What is kept of it.
    payload: &'s [u8],
}

/// What is read of an event beside what is matched.
#[derive(serde::Deserialize)]
struct Ends {
    #[serde(default)]
    subscriber: Vec<String>,
}

impl Seen<'_> {
    /// The token of the subscriber that it is about: of who began where both ends are subscribers.
    pub fn token(&self) -> Option<String> {
        let ends: Ends = serde_json::from_slice(self.payload).ok()?;
        ends.subscriber.into_iter().next()
    }

    /// The host that it is about, or why that is not known.
    pub fn host(&self, keeper: &Keeper) -> Result<Host, NoHost> {
        let token = self.token().ok_or(NoHost::Unnamed)?;
        let address = keeper.turn_back(&token, self.at).map_err(no_host)?;
        Ok(Host { address, port: None })
    }
}

/// Looks through what is kept of a period (microseconds since 1970) for everything that an index lists and that can be hunted for.
///
/// # Errors
/// When the index lists too much, or the archive cannot be read.
pub fn look(
    folder: &Path,
    index: Index,
    period: &Range<i64>,
    on_hit: impl FnMut(Seen<'_>, &Hit<'_>),
) -> anyhow::Result<Hunted> {
    look_while(folder, index, period, |_| ControlFlow::Continue(()), on_hit)
}

/// The same for as long as whoever watches what it costs wants it to go on; asked before each block.
///
/// # Errors
/// As [`look`].
pub fn look_while(
    folder: &Path,
    index: Index,
    period: &Range<i64>,
    watch: impl FnMut(&Hunted) -> ControlFlow<()>,
    on_hit: impl FnMut(Seen<'_>, &Hit<'_>),
) -> anyhow::Result<Hunted> {
    // What cannot be hunted for, as an e-mail address, is matched when it comes.
    let wanted = Wanted::of(&index)?;
    let view = View::open(folder)?;
    let mut looking = Looking {
        matcher: Matcher::new(Arc::new(index)),
        layout: Layout::json(FieldMap::kept()),
        scratch: Scratch::default(),
        records: Vec::with_capacity(MATCHED),
        on_hit,
    };
    let hunted = view.hunt_while(period, &wanted.keys, watch, |record| {
        let payload = record.payload.to_vec();
        looking.records.push((record.at, record.source, payload));
        if looking.records.len() >= MATCHED {
            looking.settle();
        }
    })?;
    looking.settle();
    Ok(hunted)
}

/// What was read and is not matched yet.
struct Looking<F> {
    matcher: Matcher,
    layout: Layout,
    scratch: Scratch,
    records: Vec<(i64, u32, Vec<u8>)>,
    on_hit: F,
}

impl<F: FnMut(Seen<'_>, &Hit<'_>)> Looking<F> {
    fn settle(&mut self) {
        let Self {
            matcher,
            layout,
            scratch,
            records,
            on_hit,
        } = self;
        let lines = (0..).zip(records.iter().map(|(_, _, payload)| payload.as_slice()));
        let tell = |hit: Hit<'_>| {
            // What is kept of an event is not enough for a pattern.
            if hit.found == Found::Pattern {
                return;
            }
            if let Some((at, source, payload)) = records.get(hit.line as usize) {
                let (at, source) = (*at, *source);
                on_hit(Seen { at, source, payload }, &hit);
            }
        };
        matcher.scan(scratch, layout, lines, tell, |_| {});
        records.clear();
    }
}
