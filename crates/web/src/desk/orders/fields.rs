//! What fields of forms about orders hold.

use anlanh_model::{OrderHaste, Time};
use jiff::tz::Offset;

use crate::Service;
use crate::desk::form::Form;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Something in this field is none.
pub fn bad(name: &'static str) -> Problem {
    Problem::Refused(Refusal::bad_field(name))
}

/// Whether an order is urgent.
pub fn haste(form: &Form) -> OrderHaste {
    match form.some("urgent") {
        Some(_) => OrderHaste::Urgent,
        None => OrderHaste::Ordinary,
    }
}

/// For how many days to lock.
pub fn lock_days(form: &Form) -> Result<Option<u32>, Problem> {
    let days = form.some("lock_days");
    days.map(|days| days.trim().parse().map_err(|_| bad("lock_days")))
        .transpose()
}

/// Numbers of targets, with commas between them.
pub fn numbers(text: &str) -> Result<Vec<u32>, Problem> {
    let numbers = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    numbers.map(|number| number.parse().map_err(|_| bad("drop"))).collect()
}

/// Targets, one a line: the key of a kind, and after blanks the reference.
pub fn lines(text: &str, field: &'static str) -> Result<Vec<(String, String)>, Problem> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (kind, reference) = line.split_once(char::is_whitespace).ok_or_else(|| bad(field))?;
            Ok((kind.to_owned(), reference.trim().to_owned()))
        })
        .collect()
}

/// A moment, where the field holds one.
pub fn optional(service: &Service, form: &Form, field: &'static str) -> Result<Option<Time>, Problem> {
    form.some(field).map(|text| local(service, &text, field)).transpose()
}

/// A moment as a field of a form gives it, by the local time of the policy.
pub fn local(service: &Service, text: &str, field: &'static str) -> Result<Time, Problem> {
    let at: jiff::civil::DateTime = text.trim().parse().map_err(|_| bad(field))?;
    let offset = service.app.engine().screener.pack().utc_offset_minutes;
    let offset = Offset::from_seconds(offset.saturating_mul(60)).unwrap_or(Offset::UTC);
    let at = offset.to_timestamp(at).map_err(|_| bad(field))?;
    Ok(Time::from_micros(at.as_microsecond()))
}
