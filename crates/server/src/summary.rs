//! The table of `anlanh screen --summary`.

use std::io::{self, Write};
use std::time::Duration;

use anlanh_api::Tally;
use anlanh_screen::{Action, Undecided};

/// Most rules that are listed, most frequent first.
const MOST_RULES: usize = 20;

/// Writes the table.
///
/// # Errors
/// When it cannot be written.
pub fn write(out: &mut impl Write, tally: &Tally, bad_lines: u64, took: Duration) -> io::Result<()> {
    let judged = tally.judged();
    let row = |out: &mut dyn Write, name: &str, count: u64| {
        let share = if judged == 0 {
            0.0
        } else {
            count as f64 * 100.0 / judged as f64
        };
        let pad = 42_usize.saturating_sub(name.chars().count());
        writeln!(out, "{name}{:pad$}{:>14}{share:>9.2} %", "", grouped(count))
    };
    writeln!(out, "Đã xét · Judged{:>41}", grouped(judged))?;
    for (action, count) in Action::ALL.into_iter().zip(tally.actions) {
        row(out, &format!("  {} · {}", vietnamese(action), action.key()), count)?;
    }
    for (why, count) in Tally::UNDECIDED.into_iter().zip(tally.undecided) {
        if count > 0 {
            row(out, &format!("  {} · {}", unjudged(why), why.key()), count)?;
        }
    }
    if bad_lines > 0 {
        writeln!(out, "Dòng lỗi · Bad lines{:>36}", grouped(bad_lines))?;
    }
    if !tally.rules.is_empty() {
        writeln!(out, "Quy tắc · Rules")?;
        let mut rules: Vec<_> = tally.rules.iter().collect();
        rules.sort_by_key(|(id, count)| (std::cmp::Reverse(**count), id.as_str()));
        for (id, count) in rules.iter().take(MOST_RULES) {
            row(out, &format!("  {id}"), **count)?;
        }
        if let Some(more) = rules.len().checked_sub(MOST_RULES).filter(|more| *more > 0) {
            writeln!(out, "  … {more}")?;
        }
    }
    let seconds = took.as_secs_f64().max(1e-9);
    writeln!(
        out,
        "{:.2} s · {} mục/s · {:.1} MB/s",
        seconds,
        grouped((judged as f64 / seconds) as u64),
        tally.text_bytes as f64 / 1e6 / seconds
    )
}

/// Digits in groups of three, as Vietnamese writes them: 1.234.567.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

const fn vietnamese(action: Action) -> &'static str {
    match action {
        Action::Allow => "cho phép",
        Action::Label => "gắn nhãn",
        Action::Review => "cần người xem",
        Action::Limit => "hạn chế",
        Action::Block => "chặn",
    }
}

const fn unjudged(why: Undecided) -> &'static str {
    match why {
        Undecided::TextTooLong => "văn bản quá dài",
        Undecided::TooManyLinks => "quá nhiều liên kết",
        Undecided::TooManySignals => "quá nhiều dấu hiệu",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let check = |count, expected: &str| assert_eq!(grouped(count), expected);
        check(0, "0");
        check(999, "999");
        check(1_000, "1.000");
        check(12_345_678, "12.345.678");
    }

    #[test]
    fn the_table_counts_actions_rules_and_bad_lines() {
        let tally = Tally {
            actions: [1_500, 0, 500, 0, 0],
            undecided: [3, 0, 0],
            rules: [("sc1.a".to_owned(), 400), ("sc1.b".to_owned(), 450)].into(),
            ..Tally::default()
        };
        let mut out = Vec::new();
        write(&mut out, &tally, 7, Duration::from_secs(2)).unwrap();
        let table = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].ends_with(" 2.000"), "{table}");
        assert!(
            lines[1].contains("allow") && lines[1].ends_with("1.500    75.00 %"),
            "{table}"
        );
        assert!(lines[6].contains("text_too_long"), "{table}");
        assert!(lines[7].ends_with(" 7"), "{table}");
        assert!(
            lines[9].contains("sc1.b") && lines[10].contains("sc1.a"),
            "most frequent first: {table}"
        );
        assert!(lines[11].contains("1.000 mục/s"), "{table}");
    }
}
