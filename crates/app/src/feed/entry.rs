//! What a feed says as indicators to be kept: of lines, and of STIX objects.

use std::cell::Cell;

use anlanh_model::{Time, Tlp};
use anlanh_soc::{Asks, Entry, ObjectError, WarningLists, asks_of, cut_label};
use anlanh_stix::json::Value as Json;
use anlanh_stix::view::{Indicator, Markings, Sighting, Tlp as Colour};
use anlanh_stix::{Object, Timestamp};
use anlanh_store::feed::FeedRow;
use anlanh_store::indicator::{NewIndicator, PATTERN};
use sha2::{Digest as _, Sha256};

use super::heard::Known;
use crate::indicator::warning_of_pattern;

/// With what indicators of a feed are made.
pub(super) struct Maker<'m> {
    pub(super) row: &'m FeedRow,
    /// What the feed has beside values.
    pub(super) known: Known<'m>,
    pub(super) warnings: &'m WarningLists,
    pub(super) now: Time,
    /// How many regular expressions its patterns may still have.
    pub(super) regexes_left: Cell<usize>,
}

/// What an indicator is of: a value, or a pattern under the id of its object.
struct What {
    kind: &'static str,
    value: String,
    pattern: Option<String>,
    warning: Option<String>,
}

/// A colour as the node knows it.
pub(super) fn tlp_of(colour: Colour) -> Tlp {
    match colour {
        Colour::White | Colour::Clear => Tlp::Clear,
        Colour::Green1 | Colour::Green => Tlp::Green,
        Colour::Amber1 | Colour::Amber => Tlp::Amber,
        Colour::AmberStrict => Tlp::AmberStrict,
        Colour::Red1 | Colour::Red => Tlp::Red,
    }
}

/// The marking of a colour.
pub(crate) const fn marking_of(tlp: Tlp) -> Colour {
    match tlp {
        Tlp::Clear => Colour::Clear,
        Tlp::Green => Colour::Green,
        Tlp::Amber => Colour::Amber,
        Tlp::AmberStrict => Colour::AmberStrict,
        Tlp::Red => Colour::Red,
    }
}

/// How far an object may go: what it says, or what was set of its feed where that is stricter or it says nothing.
pub(super) fn tlp_of_object(object: &Object, feed: Tlp) -> Tlp {
    let told = Markings::of(object).strictest_tlp().map(tlp_of);
    told.map_or(feed, |told| told.max(feed))
}

/// A moment of STIX as the node has it.
pub(super) fn time_of(moment: Timestamp) -> Time {
    let micros = moment.seconds.saturating_mul(1_000_000);
    Time::from_micros(micros.saturating_add(i64::from(moment.nanos / 1_000)))
}

/// A moment of the node as STIX has it.
pub(crate) fn stamp_of(time: Time) -> Timestamp {
    let micros = time.as_micros();
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: u32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0),
    }
}

/// A moment as versions of objects have it: with exactly three digits of the second (STIX 2.1, section 3.2).
pub(crate) fn version_stamp(time: Time) -> String {
    let text = stamp_of(to_millis(time)).to_string();
    if text.contains('.') {
        text
    } else {
        text.replace('Z', ".000Z")
    }
}

/// A moment without what is below its millisecond.
pub(crate) const fn to_millis(time: Time) -> Time {
    Time::from_micros(time.as_micros().div_euclid(1_000) * 1_000)
}

impl Maker<'_> {
    /// The indicator of a line.
    pub(super) fn of_entry(&self, entry: &Entry) -> NewIndicator {
        let settings = &self.row.settings;
        let hand_days = settings.valid_days.filter(|_| !settings.kind.is_whole());
        let new = NewIndicator {
            kind: entry.value.kind().key(),
            value: entry.value.to_string(),
            pattern: None,
            object: String::new(),
            part: String::new(),
            stamp: 0,
            valid_from: self.now,
            valid_until: hand_days.map(|days| self.now.plus_minutes(i64::from(days) * 24 * 60)),
            confidence: entry.confidence.unwrap_or(settings.confidence),
            tlp: settings.tlp,
            label: entry.label.clone(),
            warning: self.warnings.find(&entry.value).map(str::to_owned),
            is_revoked: false,
        };
        // From when a line is known says nothing of it.
        with_stamp(new, Time::from_micros(0))
    }

    /// The indicators of an object; why one of its values is none, or the object no indicator that events are
    /// matched by. One that was taken back, or of which nothing can be used, says that what it listed before goes.
    pub(super) fn of_object(&self, object: &Object, part: &str) -> (Vec<NewIndicator>, Option<ObjectError>) {
        let revoked = object.members().get("revoked").and_then(Json::as_bool);
        if revoked == Some(true) {
            return (self.end_of(object, part), None);
        }
        let (made, refused) = self.of_version(object, part);
        if made.is_empty() {
            return (self.end_of(object, part), refused);
        }
        (made, refused)
    }

    fn of_version(&self, object: &Object, part: &str) -> (Vec<NewIndicator>, Option<ObjectError>) {
        let Some(indicator) = Indicator::of(object) else {
            return (Vec::new(), Some(ObjectError::Incomplete));
        };
        let mut left = self.regexes_left.get();
        let asks = asks_of(&indicator, &mut left);
        self.regexes_left.set(left);
        let values = match asks {
            Ok(Asks::Values(values)) => values,
            Ok(Asks::Pattern) => {
                let what = What {
                    kind: PATTERN,
                    value: indicator.id.to_string(),
                    pattern: Some(indicator.pattern.to_owned()),
                    // What it asks for beside a value that is known to be good may be anything, and much has that value.
                    warning: warning_of_pattern(self.warnings, indicator.pattern).map(str::to_owned),
                };
                return (vec![self.of_what(object, &indicator, what, part)], None);
            }
            Err(error) => return (Vec::new(), Some(error)),
        };
        let (mut made, mut refused) = (Vec::with_capacity(values.len()), None);
        for value in values {
            match value {
                Ok(value) => {
                    let what = What {
                        kind: value.kind().key(),
                        value: value.to_string(),
                        pattern: None,
                        warning: self.warnings.find(&value).map(str::to_owned),
                    };
                    made.push(self.of_what(object, &indicator, what, part));
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        (made, refused)
    }

    /// The end of all that an object lists; nothing where it has no id.
    fn end_of(&self, object: &Object, part: &str) -> Vec<NewIndicator> {
        let id = object.id().map(|id| id.to_string());
        let end = |id: String| NewIndicator {
            kind: PATTERN,
            value: id.clone(),
            pattern: None,
            object: id,
            part: part.to_owned(),
            stamp: 0,
            valid_from: self.now,
            valid_until: None,
            confidence: self.row.settings.confidence,
            tlp: tlp_of_object(object, self.row.settings.tlp),
            label: None,
            warning: None,
            is_revoked: true,
        };
        id.map(end).into_iter().collect()
    }

    fn of_what(&self, object: &Object, indicator: &Indicator<'_>, what: What, part: &str) -> NewIndicator {
        let settings = &self.row.settings;
        let valid_from = time_of(indicator.valid_from);
        let by_feed = || {
            let days = i64::from(settings.valid_days?);
            Some(valid_from.plus_minutes(days * 24 * 60))
        };
        let new = NewIndicator {
            kind: what.kind,
            value: what.value,
            pattern: what.pattern,
            object: indicator.id.to_string(),
            part: part.to_owned(),
            stamp: 0,
            valid_from,
            valid_until: indicator.valid_until.map(time_of).or_else(by_feed),
            confidence: indicator.confidence().unwrap_or(settings.confidence),
            tlp: tlp_of_object(object, settings.tlp),
            label: object.text("name").map(cut_label).filter(|label| !label.is_empty()),
            warning: what.warning,
            is_revoked: false,
        };
        let version = object.time("modified").map_or(valid_from, time_of);
        with_stamp(new, version)
    }
}

/// With what tells whether anything of it changed.
fn with_stamp(mut new: NewIndicator, version: Time) -> NewIndicator {
    let mut hash = Sha256::new();
    for number in [
        version.as_micros(),
        new.valid_until
            .filter(|_| !new.object.is_empty())
            .map_or(0, Time::as_micros),
        i64::from(new.confidence),
        new.tlp.rank(),
        i64::from(new.is_revoked),
    ] {
        hash.update(number.to_be_bytes());
    }
    for text in [
        new.part.as_str(),
        new.label.as_deref().unwrap_or_default(),
        new.warning.as_deref().unwrap_or_default(),
    ]
    .into_iter()
    .chain(new.pattern.as_deref())
    {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    }
    let digest = hash.finalize();
    new.stamp = digest
        .iter()
        .take(8)
        .fold(0_i64, |stamp, byte| stamp << 8 | i64::from(*byte));
    new
}

/// Under what an indicator of a feed is known.
pub(super) fn key(kind: &str, value: &str, object: &str) -> [u8; 16] {
    let mut hash = Sha256::new();
    for text in [kind, value, object] {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    }
    let mut key = [0; 16];
    for (to, from) in key.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    key
}

/// A sighting that came as an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToldSighting {
    /// The id of the sighting.
    pub(crate) id: String,
    /// The id of what was seen.
    pub(crate) of: String,
    /// Who says so, as in `feed:7`.
    pub(crate) source: String,
    pub(crate) count: u32,
    pub(crate) first_at: Option<Time>,
    pub(crate) last_at: Option<Time>,
}

/// The sighting that an object is.
pub(super) fn sighting_of(object: &Object, source: &str) -> Option<ToldSighting> {
    let sighting = Sighting::of(object)?;
    Some(ToldSighting {
        id: sighting.id.to_string(),
        of: sighting.of.to_string(),
        source: source.to_owned(),
        count: sighting.count.unwrap_or(1),
        first_at: sighting.first_seen.map(time_of),
        last_at: sighting.last_seen.map(time_of),
    })
}
