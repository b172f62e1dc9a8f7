//! Members of what MISP writes, read tolerantly: versions and tools differ in whether a number is a text, and whether a
//! truth value is one.

use anlanh_stix::Timestamp;
use anlanh_stix::json::{Members, Value};

/// A text; a number as it is spelled. Nothing for what is neither.
pub fn text<'a>(members: &'a Members, name: &str) -> Option<&'a str> {
    match members.get(name)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.as_str()),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Object(_) => None,
    }
}

/// The same as a text of its own, empty where there is none.
pub fn owned(members: &Members, name: &str) -> String {
    text(members, name).unwrap_or_default().to_owned()
}

/// A truth value: `true`, `1`, `"1"`.
pub fn flag(members: &Members, name: &str) -> bool {
    match members.get(name) {
        Some(Value::Bool(holds)) => *holds,
        Some(Value::String(text)) => text == "1" || text.eq_ignore_ascii_case("true"),
        Some(Value::Number(number)) => number.as_integer() == Some(1),
        Some(Value::Null | Value::List(_) | Value::Object(_)) | None => false,
    }
}

/// A small number.
pub fn small(members: &Members, name: &str) -> Option<u8> {
    text(members, name)?.trim().parse().ok()
}

/// A moment in seconds since 1970; 0 stands for none.
pub fn seconds(members: &Members, name: &str) -> Option<Timestamp> {
    let seconds: i64 = text(members, name)?.trim().parse().ok()?;
    (seconds > 0).then_some(Timestamp { seconds, nanos: 0 })
}

/// A moment in the form of ISO 8601, with any offset; without one it is UTC.
pub fn moment(members: &Members, name: &str) -> Option<Timestamp> {
    parse_moment(text(members, name)?.trim())
}

/// The elements of a list that are objects.
pub fn objects<'a>(members: &'a Members, name: &str) -> impl Iterator<Item = &'a Members> + use<'a> {
    let list = members.get(name).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_members)
}

/// A moment of ISO 8601.
pub fn parse_moment(text: &str) -> Option<Timestamp> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let offset_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (fraction, offset) = rest.split_at_checked(offset_at)?;
    let (date, time) = date_time.split_at_checked(10)?;
    let time = time.strip_prefix(['T', ' '])?;
    let moment: Timestamp = format!("{date}T{time}{fraction}Z").parse().ok()?;
    Some(Timestamp {
        seconds: moment.seconds.checked_sub(offset_seconds(offset)?)?,
        nanos: moment.nanos,
    })
}

/// Seconds that a clock of this offset is ahead of UTC: `Z`, `+07:00`, `-0530`, or nothing.
fn offset_seconds(offset: &str) -> Option<i64> {
    if offset.is_empty() || offset == "Z" {
        return Some(0);
    }
    let digits: String = offset.chars().skip(1).filter(|letter| *letter != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let number = |text: &str| {
        text.parse::<i64>()
            .ok()
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let minutes = if minutes.is_empty() { Some(0) } else { number(minutes) };
    let seconds = number(hours)? * 3_600 + minutes? * 60;
    let is_offset = seconds <= 14 * 3_600;
    is_offset.then_some(if offset.starts_with('-') { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_any_offset() {
        let check = |text: &str, expected: Option<&str>| {
            let moment = parse_moment(text).map(|moment| moment.to_string());
            assert_eq!(moment.as_deref(), expected, "{text}");
        };
        check("2026-11-02T07:00:00+07:00", Some("2026-11-02T00:00:00Z"));
        check("2026-11-01 18:30:00.25-0530", Some("2026-11-02T00:00:00.250Z"));
        check("2026-11-02T00:00:00.123456+00:00", Some("2026-11-02T00:00:00.123456Z"));
        check("2026-11-02T00:00:00", Some("2026-11-02T00:00:00Z"));
        check("2026-11-02T00:00:00Z", Some("2026-11-02T00:00:00Z"));
        for text in [
            "",
            "2026-11-02",
            "2026-13-02T00:00:00Z",
            "2026-11-02T00:00:00+15:00",
            "2026-11-02T00:00:00Zé",
        ] {
            check(text, None);
        }
    }
}
