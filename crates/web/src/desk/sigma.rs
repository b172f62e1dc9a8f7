//! Sigma rules on their page.

use std::sync::Arc;

use anlanh_app::sigma::{self, Level, RuleInUse, Seen, State as Stands, Trouble};
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::feeds::{choice, number};
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::api::sigma::{filter, place};
use crate::console::{Choice, RuleLine, Section, SigmaPage, TroubleLine};
use crate::problem::Problem;

/// Where the page is.
pub(super) const HOME: &str = "/console/sigma";
/// Rules of a page.
const PAGE: usize = 50;
/// What is left out, on the page: the first of it.
const MOST_TROUBLES: usize = 100;

/// What the address asks for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    level: String,
    state: String,
    after: String,
}

/// The page.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let (app, actor) = (&service.app, staff.actor());
    let filter = filter(&asked.level, &asked.state, &asked.q, &asked.after)?;
    let failed = |error| problem(service, &error);
    let stands = sigma::state(app, &actor).await.map_err(failed)?;
    let found = sigma::find(app, &actor, &filter, PAGE).await.map_err(failed)?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let told = &stands.told;
    let next = found.next.as_ref().map(|behind| {
        let query = serde_urlencoded::to_string(Asked {
            after: place(behind),
            q: asked.q.clone(),
            level: asked.level.clone(),
            state: asked.state.clone(),
        });
        format!("{HOME}?{}#rules", query.unwrap_or_default())
    });
    let shown = told.troubles.len().min(MOST_TROUBLES) as u64;
    let more = told.left_out.saturating_sub(shown);
    let times = [
        (words.pick("Đọc lần cuối", "Read last"), told.loaded_at),
        (words.pick("Xem lần cuối", "Looked at last"), told.looked_at),
    ];
    let view = SigmaPage {
        frame: staff.frame(Some(Section::Soc)),
        is_followed: !told.folders.is_empty(),
        failure: told.failure.clone(),
        folders: told.folders.clone(),
        times: times
            .into_iter()
            .filter_map(|(word, at)| Some((word, words.moment(at?))))
            .collect(),
        totals: totals(words, &stands),
        troubles: told
            .troubles
            .iter()
            .take(MOST_TROUBLES)
            .map(|trouble| trouble_line(words, trouble))
            .collect(),
        more_troubles: (more > 0).then(|| number(more)),
        levels: levels(words, &asked.level),
        states: states(words, &asked.state),
        found: number(found.found),
        rules: found.rules.iter().map(|rule| line(words, rule)).collect(),
        next,
        query: asked.q,
    };
    page(&view, language)
}

fn totals(words: Words, stands: &Stands) -> Vec<(&'static str, String, String)> {
    let sum: u64 = stands.levels.iter().map(|count| count.rules).sum();
    let hits: u64 = stands.levels.iter().map(|count| count.hits).sum();
    let link = |query: &str| format!("{HOME}{query}");
    let mut totals = vec![
        (words.pick("Đang dùng", "In use"), number(sum), link("#rules")),
        (
            words.pick("Không dùng được", "Left out"),
            number(stands.told.left_out),
            link("#left-out"),
        ),
        (words.pick("Lần khớp", "Hits"), number(hits), link("?state=hit#rules")),
    ];
    let levels = stands.levels.iter().filter(|count| count.rules > 0);
    totals.extend(levels.map(|count| {
        let link = link(&format!("?level={}#rules", count.level.key()));
        (level_word(words, count.level), number(count.rules), link)
    }));
    totals
}

const fn level_word(words: Words, level: Level) -> &'static str {
    match level {
        Level::Critical => words.pick("Nghiêm trọng", "Critical"),
        Level::High => words.pick("Cao", "High"),
        Level::Medium => words.pick("Trung bình", "Medium"),
        Level::Low => words.pick("Thấp", "Low"),
        Level::Informational => words.pick("Để biết", "Informational"),
        Level::Unsaid => words.pick("Không ghi mức", "No level"),
    }
}

const fn level_tone(level: Level) -> &'static str {
    match level {
        Level::Critical | Level::High => "bad",
        Level::Medium => "waits",
        Level::Low | Level::Informational | Level::Unsaid => "quiet",
    }
}

fn levels(words: Words, chosen: &str) -> Vec<Choice> {
    let all = choice("", words.pick("Mọi mức", "Every level"), chosen);
    let each = Level::ALL
        .iter()
        .map(|level| choice(level.key(), level_word(words, *level), chosen));
    std::iter::once(all).chain(each).collect()
}

fn states(words: Words, chosen: &str) -> Vec<Choice> {
    let each = Seen::ALL.iter().map(|seen| {
        let word = match seen {
            Seen::All => words.pick("Mọi tình trạng", "Every state"),
            Seen::Hit => words.pick("Đã khớp", "Was met"),
            Seen::Quiet => words.pick("Chưa khớp", "Was not met"),
            Seen::OtherLogs => words.pick("Chỉ cho JSON có bản đồ trường", "For JSON with a map alone"),
        };
        choice(seen.key(), word, chosen)
    });
    each.collect()
}

fn status_word(words: Words, status: Option<&str>) -> &'static str {
    match status {
        Some("stable") => words.pick("ổn định", "stable"),
        Some("test") => words.pick("đang thử", "test"),
        Some("experimental") => words.pick("thử nghiệm", "experimental"),
        Some("deprecated") => words.pick("đã có luật khác thay", "deprecated"),
        Some("unsupported") => words.pick("không còn hỗ trợ", "unsupported"),
        Some(_) | None => "",
    }
}

fn trouble_line(words: Words, trouble: &Trouble) -> TroubleLine {
    let [vi, en] = &trouble.reason;
    TroubleLine {
        place: format!("{}:{}", trouble.file, trouble.line),
        reason: words.pick(vi, en).to_owned(),
        other: words.pick(en, vi).to_owned(),
        stays: if trouble.stays {
            words.pick("bản trước vẫn chạy", "what was before goes on")
        } else {
            words.pick("không chạy", "does not run")
        },
        tone: if trouble.stays { "waits" } else { "bad" },
    }
}

fn line(words: Words, of: &RuleInUse) -> RuleLine {
    let (rule, hits) = (&of.rule, of.hits());
    let log: Vec<&str> = rule.log.iter().flatten().map(String::as_str).collect();
    let mut facts = vec![(words.pick("Tệp", "File"), format!("{}:{}", rule.file, rule.line))];
    if let Some(author) = &rule.author {
        facts.push((words.pick("Tác giả", "Author"), author.clone()));
    }
    if !rule.tags.is_empty() {
        facts.push((words.pick("Nhãn", "Tags"), rule.tags.join(", ")));
    }
    facts.push(("TLP", format!("TLP:{}", rule.tlp.key().to_uppercase())));
    let caution = words.pick(
        "không loại nhật ký nào nút đọc sẵn là loại này: chỉ đối chiếu với JSON có bản đồ trường",
        "no log that is read by name is this one: it is held against JSON with a map alone",
    );
    RuleLine {
        title: rule.title.clone(),
        id: rule.id.clone(),
        level: level_word(words, rule.level),
        tone: level_tone(rule.level),
        status: status_word(words, rule.status),
        log: if log.is_empty() {
            "—".to_owned()
        } else {
            log.join(" · ")
        },
        caution: rule.is_for_other_logs.then_some(caution),
        hits: number(hits.count),
        last: hits.last_at.map(|at| words.moment(at)),
        facts,
    }
}
