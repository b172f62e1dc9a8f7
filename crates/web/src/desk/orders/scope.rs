//! Whether an order is within the law, in words: each question with its finding, and on what that rests.

use anlanh_api::Language;
use anlanh_app::order::{Grounds, LadderFinding, LockFit, Standing};
use anlanh_model::{OrderKind, OrderScope, ScopeFinding};
use anlanh_pack::{Day, Ladder, Policy};
use anlanh_screen::Date;

use crate::console::ScopeLine;
use crate::desk::words::{Words, lowered};
use crate::page::names::Names;

/// What of an order is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Ordered {
    /// What is ordered.
    pub kind: OrderKind,
    /// For how many days to lock.
    pub lock_days: Option<u32>,
}

/// Each question about the scope with its finding.
pub fn lines(policy: &Policy, words: Words, asked: Ordered, scope: OrderScope, grounds: &Grounds) -> Vec<ScopeLine> {
    let line = |question: &'static str, found: ScopeFinding| ScopeLine {
        question,
        finding: finding(words, found),
        is_against: found >= ScopeFinding::Partly,
        notes: Vec::new(),
    };
    let mut lines = vec![
        line(
            words.pick(
                "Cơ quan tồn tại vào ngày ban hành",
                "The office was there on the day of issue",
            ),
            scope.office,
        ),
        line(
            words.pick("Cơ quan có quyền yêu cầu việc này", "It may order this"),
            scope.power,
        ),
        ScopeLine {
            notes: articles(policy, words, grounds),
            ..line(
                words.pick(
                    "Căn cứ có hiệu lực vào ngày ban hành và bao gồm việc này",
                    "A cited article in force on the day of issue covers it",
                ),
                scope.basis,
            )
        },
        line(
            words.pick("Đối tượng phù hợp với yêu cầu", "The targets suit it"),
            scope.targets,
        ),
    ];
    if asked.kind == OrderKind::Lock {
        let question = words.pick(
            "Thời hạn khóa trong mức luật cho phép",
            "The lock is as long as the law allows",
        );
        lines.push(ScopeLine {
            finding: lock(words, scope.lock),
            notes: locks(policy, words, asked.lock_days, grounds),
            ..line(question, scope.lock)
        });
    }
    lines
}

const fn finding(words: Words, finding: ScopeFinding) -> &'static str {
    match finding {
        ScopeFinding::Holds => words.pick("Có", "Holds"),
        ScopeFinding::Unconfirmed => words.pick("Có, nhưng nguồn chưa xác nhận", "Holds, by a source not confirmed"),
        ScopeFinding::Partly => words.pick(
            "Có, nhưng cũng viện dẫn điều khoản không có hiệu lực",
            "Holds, but something is cited that was not in force",
        ),
        ScopeFinding::Fails => words.pick("Không", "Does not hold"),
    }
}

const fn lock(words: Words, found: ScopeFinding) -> &'static str {
    match found {
        ScopeFinding::Unconfirmed => words.pick(
            "Chưa xác nhận được từ căn cứ viện dẫn",
            "Not confirmed by what is cited",
        ),
        ScopeFinding::Holds | ScopeFinding::Partly | ScopeFinding::Fails => finding(words, found),
    }
}

/// The cited articles on which the order does not rest, by name, and why.
fn articles(policy: &Policy, words: Words, grounds: &Grounds) -> Vec<String> {
    let names = Names::new(policy, words.language());
    let others = grounds.articles.iter().filter_map(|found| {
        let on = written(found.on);
        let why = match found.standing {
            Standing::Covers => return None,
            Standing::NoPower => words
                .pick(
                    "có hiệu lực, nhưng không cho cơ quan này quyền yêu cầu việc này",
                    "was in force, but gives this office no power over this",
                )
                .to_owned(),
            Standing::NotYet => format!(
                "{} {on}",
                words.pick("chưa có hiệu lực ngày", "was not in force yet on")
            ),
            Standing::Ended => format!(
                "{} {on}",
                words.pick("không còn hiệu lực ngày", "was no longer in force on")
            ),
        };
        let cite = names.basis(&found.key).cite;
        let mut letters = cite.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        Some(format!("{}: {why}.", first.chain(letters).collect::<String>()))
    });
    others.collect()
}

/// How an article is cited, with what it is on a day where it is not in force.
pub fn basis(policy: &Policy, words: Words, key: &str, day: Date) -> String {
    let cite = Names::new(policy, words.language()).basis(key).cite;
    let validity = policy.basis(key).map(|(_, article)| article.validity);
    let Some(validity) = validity.filter(|validity| !validity.holds_on(day)) else {
        return cite;
    };
    let why = match (validity.from.filter(|from| day < *from), validity.until) {
        (Some(from), _) => format!(
            "{} {}",
            words.pick("chưa có hiệu lực; có hiệu lực từ", "not in force yet; in force from"),
            written(Day::from(from))
        ),
        (None, Some(until)) => format!(
            "{} {}",
            words.pick(
                "không còn hiệu lực; có hiệu lực đến",
                "no longer in force; was in force until"
            ),
            written(Day::from(until))
        ),
        (None, None) => return cite,
    };
    format!("{cite} – {why}")
}

fn written(day: Day) -> String {
    format!("{:02}/{:02}/{:04}", day.day, day.month, day.year)
}

/// What each ladder says of the lock.
fn locks(policy: &Policy, words: Words, days: Option<u32>, grounds: &Grounds) -> Vec<String> {
    let mut notes = Vec::new();
    if !grounds.ladders.iter().any(|found| found.is_cited) {
        let none = words.pick(
            "Yêu cầu không viện dẫn điều khoản nào quy định thời hạn khóa.",
            "The order cites no article that says how long a lock may be.",
        );
        notes.push(none.to_owned());
    }
    let first = grounds.ladders.first().map(|found| found.on);
    for found in &grounds.ladders {
        if let Some(ladder) = policy.ladder(&found.ladder) {
            notes.push(said(words, ladder, found, days, first));
        }
    }
    notes
}

/// What a ladder allows, and how the lock fits it.
fn said(words: Words, ladder: &Ladder, found: &LadderFinding, days: Option<u32>, first: Option<Day>) -> String {
    let title = words.pick(&ladder.title.vi, &ladder.title.en);
    let cited = if found.is_cited {
        ""
    } else {
        words.pick(" (yêu cầu không viện dẫn)", " (which the order does not cite)")
    };
    let allowed = match days {
        Some(_) => lengths(words, ladder),
        None => for_good(words, ladder).unwrap_or_else(|| {
            words
                .pick("không cho khóa không thời hạn", "allows no lock without end")
                .to_owned()
        }),
    };
    let on = match first {
        Some(first) if first != found.on => {
            format!("{} {}: ", words.pick("Sửa đổi ngày", "Amended on"), written(found.on))
        }
        Some(_) | None => String::new(),
    };
    format!("{on}{title}{cited}: {allowed}. {}", fit(words, found.fit, days))
}

/// What each ladder allows that is in force on a day, with the articles of it that are, for whoever drafts a lock.
pub fn ladders(policy: &Policy, words: Words, day: Date) -> Vec<String> {
    let held = policy.ladders().iter().filter(|ladder| ladder.validity.holds_on(day));
    let told = held.filter_map(|ladder| {
        let bases = ladder.bases.iter().filter_map(|key| policy.basis(key.as_str()));
        let bases = bases.filter(|(_, article)| article.validity.holds_on(day));
        // Each law is named once, behind its articles.
        let mut cites: Vec<(&str, String)> = Vec::new();
        for (law, article) in bases {
            let cite = words.pick(&article.cite.vi, &article.cite.en);
            match cites.last_mut().filter(|(number, _)| *number == law.number) {
                Some((_, same)) => *same = format!("{same}; {cite}"),
                None => cites.push((&law.number, cite.to_owned())),
            }
        }
        let cites: Vec<String> = cites.iter().map(|(number, cite)| format!("{cite}, {number}")).collect();
        let title = words.pick(&ladder.title.vi, &ladder.title.en);
        let allowed = [Some(lengths(words, ladder)), for_good(words, ladder)];
        let allowed: Vec<String> = allowed.into_iter().flatten().collect();
        (!cites.is_empty()).then(|| format!("{title} ({}): {}.", cites.join("; "), allowed.join("; ")))
    });
    told.collect()
}

/// When a ladder allows a lock without end; none where it never does.
fn for_good(words: Words, ladder: &Ladder) -> Option<String> {
    let permanent = ladder.permanent.as_ref()?;
    Some(format!(
        "{}: {}",
        words.pick("cho khóa không thời hạn khi", "allows a lock without end when"),
        lowered(words.pick(&permanent.when.vi, &permanent.when.en))
    ))
}

/// The lengths that the steps of a ladder allow, each with the counts from which on it does.
pub fn lengths(words: Words, ladder: &Ladder) -> String {
    let mut lengths: Vec<(Option<u32>, u32, Vec<String>)> = Vec::new();
    for step in &ladder.steps {
        let from = format!(
            "{} {} {} {} {}",
            words.pick("từ", "from"),
            step.violations,
            words.pick("lần vi phạm trong", "violations within"),
            step.days,
            words.pick("ngày", "days"),
        );
        let same = |known: &&mut (Option<u32>, u32, Vec<String>)| {
            (known.0, known.1) == (step.lock_days_min, step.lock_days_max)
        };
        match lengths.iter_mut().find(same) {
            Some((.., counts)) => counts.push(from),
            None => lengths.push((step.lock_days_min, step.lock_days_max, vec![from])),
        }
    }
    let or = words.pick(" hoặc ", " or ");
    let lengths = lengths.into_iter().map(|(min, max, counts)| {
        let length = match (min, words.language()) {
            (Some(min), Language::Vi) => format!("cho khóa từ {min} đến {max} ngày"),
            (None, Language::Vi) => format!("cho khóa đến {max} ngày"),
            (Some(min), Language::En) => format!("allows {min} to {max} days"),
            (None, Language::En) => format!("allows up to {max} days"),
        };
        format!("{length} ({})", counts.join(or))
    });
    lengths.collect::<Vec<_>>().join("; ")
}

fn fit(words: Words, fit: LockFit, days: Option<u32>) -> String {
    let of_days = days.map_or_else(String::new, |days| days.to_string());
    let (vi, en) = match (fit, days) {
        (LockFit::Fits, Some(_)) => (
            format!("Khóa {of_days} ngày nằm trong mức này."),
            format!("A lock of {of_days} days is within that."),
        ),
        (LockFit::Fits, None) => (
            "Người xét đối chiếu điều kiện này với lý do của yêu cầu.".to_owned(),
            "Whoever checks holds that against the reason of the order.".to_owned(),
        ),
        (LockFit::TooShort, _) => (
            format!("Khóa {of_days} ngày ngắn hơn mức thấp nhất."),
            format!("A lock of {of_days} days is shorter than the least."),
        ),
        (LockFit::TooLong, _) => (
            format!("Khóa {of_days} ngày vượt mức cao nhất."),
            format!("A lock of {of_days} days is longer than the most."),
        ),
        (LockFit::Between, _) => (
            format!("Khóa {of_days} ngày không thuộc mức nào."),
            format!("A lock of {of_days} days is within neither."),
        ),
        (LockFit::NeverForGood, _) => (
            "Yêu cầu không nêu số ngày, tức là khóa không thời hạn.".to_owned(),
            "The order says no number of days, which is without end.".to_owned(),
        ),
        (LockFit::OtherArticle, _) => (
            "Yêu cầu không viện dẫn điều khoản cho khóa không thời hạn.".to_owned(),
            "The order does not cite the article that allows one.".to_owned(),
        ),
        (LockFit::OtherObject, _) => (
            "Không áp dụng cho loại đối tượng của yêu cầu.".to_owned(),
            "It is not on such targets.".to_owned(),
        ),
    };
    words.pick(&vi, &en).to_owned()
}
