//! By which name alerts of an indicator come together: what it shows, as feeds say, or else the label under which it is listed.

use anlanh_model::{RelationKind, Tlp};
use anlanh_store::indicator::IndicatorRow;
use anlanh_store::{Writer, threat};

use crate::Error;
use crate::feed::MAX_RELATIONS_OF_SOURCE;

/// Most entries of feeds that are asked what they show.
pub const MOST_ASKED: usize = 20;

/// The name of what an indicator shows. Of one entry the campaign comes first, then the intrusion set, then the malware, and of several
/// of a kind the first by its name. The entry by which the alert was found comes first, then those of the same feed, then those of
/// other feeds in the order in which they came to list it. What may not go as far as the alert itself gives it no name.
pub(super) fn shown(
    writer: &mut Writer<'_, '_>,
    (own, rows): (Option<&IndicatorRow>, &[IndicatorRow]),
    told: Tlp,
) -> Result<Option<String>, Error> {
    let now = writer.now();
    let mut asked: Vec<&IndicatorRow> = rows.iter().filter(|row| !row.object.is_empty()).collect();
    let is = |row: &IndicatorRow| own.is_some_and(|own| own.id == row.id);
    asked.retain(|row| is(row) || row.holds_at(now));
    asked.sort_by_key(|row| (!is(row), own.is_none_or(|own| own.feed != row.feed), row.id.number()));
    let limit = u32::try_from(MAX_RELATIONS_OF_SOURCE).unwrap_or(u32::MAX);
    for row in asked.into_iter().take(MOST_ASKED) {
        let led = threat::of_source(writer, row.feed, &row.object, limit)?;
        let named = led
            .into_iter()
            .filter(|led| led.by == RelationKind::Indicates && led.threat.tlp <= told);
        let ranked = named.filter_map(|led| Some((led.threat.kind.grouping_rank()?, led.threat.name)));
        if let Some((_, name)) = ranked.min() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}
