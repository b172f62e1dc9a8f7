//! What is asked of hunts.

use anlanh_app::hunt::{Asked, BadValue, Chosen, HuntError};
use anlanh_pack::Day;
use serde::Deserialize;
use utoipa::ToSchema;

/// A hunt that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HuntIn, example = json!({
    "values": ["evil.example", "192.0.2.0/24"], "reason": "Bản tin cảnh báo số 12", "from": "2026-11-01", "to": "2026-11-28"
}))]
#[serde(deny_unknown_fields)]
pub struct HuntIn {
    /// 1 to 1,000 names, addresses, networks, URLs, digests, JA3 or JA4.
    values: Vec<String>,
    /// Why, at most 500 bytes; it goes into the audit log and stays there.
    reason: String,
    /// The first day that is looked at, as in `2026-11-28`; all that is kept when left out.
    #[schema(format = Date)]
    from: Option<String>,
    /// The last day that is.
    #[schema(format = Date)]
    to: Option<String>,
    /// The name of the sensor whose events are looked at; all when left out.
    sensor: Option<String>,
}

/// Rows of a hunt.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HuntRowsIn, example = json!({ "rows": [1, 2] }))]
#[serde(deny_unknown_fields)]
pub struct HuntRowsIn {
    /// Their numbers; all that are in no incident yet when left out.
    #[schema(max_items = 10_000)]
    rows: Option<Vec<u32>>,
}

impl HuntIn {
    /// The hunt.
    ///
    /// # Errors
    /// When a value is more than one, or none, or a day is none.
    pub fn read(self) -> Result<Asked, HuntError> {
        let bad = (1..)
            .zip(&self.values)
            .filter_map(|(number, text)| Some((number, why_none(text.trim())?)));
        let bad: Vec<_> = bad.collect();
        if !bad.is_empty() {
            return Err(HuntError::Lines(bad));
        }
        let day = |text: Option<String>| -> Result<Option<Day>, HuntError> {
            text.map(|text| text.parse().map_err(|_| HuntError::Period)).transpose()
        };
        Ok(Asked {
            values: self.values.join("\n"),
            reason: self.reason,
            from: day(self.from)?,
            to: day(self.to)?,
            sensor: self.sensor,
        })
    }
}

/// Why a text is none. In a list for people a line has blanks and comments, and more than its value; here each text is one value, and
/// nothing of it is left out.
fn why_none(text: &str) -> Option<BadValue> {
    if text.contains(['\n', '\r']) {
        return Some(BadValue::Several);
    }
    match anlanh_soc::values(text.as_bytes()) {
        Ok(values) => (!values.eq([text])).then_some(BadValue::Several),
        Err(_) => Some(BadValue::TooLong),
    }
}

impl HuntRowsIn {
    /// The rows; none where there are none, or more than a hunt has.
    pub fn chosen(self) -> Option<Chosen> {
        match self.rows {
            None => Some(Chosen::All),
            Some(rows) if rows.len() > anlanh_app::hunt::MAX_ROWS => None,
            Some(rows) => Some(Chosen::Rows(rows)),
        }
    }
}
