//! The JSON Canonicalization Scheme (RFC 8785): what identifiers of observables are made from.

use std::fmt::Write as _;

use super::write::write_string;
use super::{Number, Value};

/// The canonical form. Numbers that no double can hold (section 3.2.2.3) have none.
pub(crate) fn canonical<'a>(members: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Option<String> {
    let mut out = String::new();
    write_members(members.into_iter().collect(), &mut out)?;
    Some(out)
}

fn write_value(value: &Value, out: &mut String) -> Option<()> {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => write!(out, "{value}").ok(),
        Value::Number(number) => {
            out.push_str(&number_text(number)?);
            Some(())
        }
        Value::List(values) => {
            out.push('[');
            for (at, value) in values.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { "," });
                write_value(value, out)?;
            }
            out.push(']');
            Some(())
        }
        Value::Object(members) => write_members(members.iter().collect(), out),
    }
}

/// Names are sorted by their UTF-16 (section 3.2.3).
fn write_members(mut members: Vec<(&str, &Value)>, out: &mut String) -> Option<()> {
    members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
    out.push('{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "," });
        write_string(name, out).ok()?;
        out.push(':');
        write_value(value, out)?;
    }
    out.push('}');
    Some(())
}

/// As ECMAScript prints a double: the fewest digits that mean it, plain from 1e-6 up to 1e21.
fn number_text(number: &Number) -> Option<String> {
    let double = number.as_f64();
    if !double.is_finite() {
        return None;
    }
    if double == 0.0 {
        return Some("0".to_owned());
    }
    let scientific = format!("{:e}", double.abs());
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: String = mantissa.chars().filter(|letter| *letter != '.').collect();
    let sign = if double < 0.0 { "-" } else { "" };
    let count = i32::try_from(digits.len()).ok()?;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    Some(match exponent {
        0..=20 if count <= exponent + 1 => format!("{sign}{digits}{}", zeros(exponent + 1 - count)),
        0..=20 => {
            let (whole, fraction) = digits.split_at_checked(usize::try_from(exponent + 1).ok()?)?;
            format!("{sign}{whole}.{fraction}")
        }
        -6..=-1 => format!("{sign}0.{}{digits}", zeros(-exponent - 1)),
        _ => {
            let plus = if exponent > 0 { "+" } else { "" };
            let (first, rest) = digits.split_at_checked(1)?;
            let dot = if rest.is_empty() { "" } else { "." };
            format!("{sign}{first}{dot}{rest}e{plus}{exponent}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_ecmascript_prints_them() {
        let check = |from: &str, to: &str| assert_eq!(number_text(&Number::new(from)).as_deref(), Some(to));
        check("0", "0");
        check("-0", "0");
        check("1.0", "1");
        check("333333333.33333329", "333333333.3333333");
        check("1E30", "1e+30");
        check("4.50", "4.5");
        check("2e-3", "0.002");
        check("0.000000000000000000000000001", "1e-27");
        check("-123.456e2", "-12345.6");
        check("999999999999999900000", "999999999999999900000");
        check("1e21", "1e+21");
        check("0.000001", "0.000001");
        check("1e-7", "1e-7");
        check("1.5e-7", "1.5e-7");
        assert_eq!(number_text(&Number::new("1e999")), None);
    }

    #[test]
    fn names_are_sorted_by_utf16() {
        let value =
            super::super::read("{\"\u{fb33}\":1,\"\u{1f600}\":2,\"b\":[{}],\"a\":\"\\u000a€\"}".as_bytes()).unwrap();
        let text = canonical(value.as_members().unwrap().iter()).unwrap();
        assert_eq!(text, "{\"a\":\"\\n€\",\"b\":[{}],\"\u{1f600}\":2,\"\u{fb33}\":1}");
    }
}
