//! Personal-data detection alone, beside Presidio with patterns only.

use std::path::Path;

use anlanh_screen::fold::Folded;
use anlanh_screen::personal::Detectors;
use anlanh_screen::{Identifier, PersonalKind, Signals};
use anyhow::Result;

use crate::Settings;
use crate::harness::{Entrant, Outcome, contest};
use crate::peers::python::Python;
use crate::report::{Bar, Row, Section, short};

/// How many times as fast as Presidio we should be.
const BAR: f64 = 200.0;

/// Measures detection of every kind beside Presidio with all its patterns and with those that have a counterpart here.
///
/// # Errors
/// When Presidio is not there.
pub fn measure(settings: &Settings, home: &Path, posts: &[String]) -> Result<Section> {
    let few = posts.get(..settings.presidio_texts).unwrap_or(posts);
    let detectors = Detectors::compile(&PersonalKind::ALL.map(|kind| Identifier {
        kind,
        min_confidence: 0,
    }));
    let mut all = Python::start(home, "presidio.py", "all", few)?;
    let mut same = Python::start(home, "presidio.py", "same", few)?;
    let mut folded = Folded::new();
    let mut signals = Signals::default();
    let ours = Entrant::over("ours", posts, |post| {
        signals.clear();
        if detectors.may_hold(post) {
            folded.fold(post);
            detectors.scan(post, &folded, &mut signals);
        }
        signals.as_slice().len() as u64
    });
    let entrants = vec![
        ours,
        Entrant::new("Presidio, all English patterns", || all.run()),
        Entrant::new("Presidio, comparable patterns", || same.run()),
    ];
    let outcomes = contest(settings.rounds, entrants)?;
    let mut section = Section::new("Personal data alone, one core");
    let [ours, peers @ ..] = outcomes.as_slice() else {
        return Ok(section);
    };
    for peer in peers {
        section.rows.push(row(ours, peer));
    }
    let found: Vec<String> = outcomes
        .iter()
        .map(|outcome| format!("{} {}", outcome.found(), outcome.name))
        .collect();
    section.notes.push(format!(
        "All {} kinds, the look before folding and folding included, on {} posts; Presidio on the first {} of them, with no language model and no \
         score threshold. Comparable are phone numbers of Việt Nam, e-mail, card, IBAN, IP and URL. Found: {}.",
        PersonalKind::ALL.len(),
        posts.len(),
        few.len(),
        found.join(", ")
    ));
    Ok(section)
}

fn row(ours: &Outcome, peer: &Outcome) -> Row {
    Row {
        what: "texts".to_owned(),
        ours: format!(
            "{} posts/s, {:.0} MB/s",
            short(ours.rate()),
            ours.megabytes_per_second()
        ),
        beside: format!("{} {} posts/s", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar: Bar::AtLeast(BAR),
    }
}
