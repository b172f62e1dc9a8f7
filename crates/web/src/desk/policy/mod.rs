//! The policy's pages: versions are written, tried and put in force; rules are looked at.

mod difference;
mod draft;
mod entry;
mod overview;
mod replay;
mod rule;
mod step;
mod trial;
mod version;

use std::sync::Arc;

use anlanh_app::policy::Overview;
use anlanh_app::{App, Error, TrialRow, VersionRow};
use anlanh_model::{Actor, Permission, TrialKind, TrialState, VersionState};

use super::words::Words;
use super::{Staff, problem};
use crate::Service;
use crate::console::policy::{DraftChoice, ExampleLine, TrialLine, VersionLine};
use crate::problem::Problem;

pub use draft::{begin, edit, save};
pub use entry::show as entry;
pub use overview::show as overview;
pub use replay::show as replay;
pub use rule::{set_brake, show as rule, suspend};
pub use step::{backtest, discard, end_shadow, enforce, roll_back, shadow};
pub use trial::{show as trial, stop};
pub use version::show as version;

/// Where the policy's pages begin.
const HOME: &str = "/console/policy";
/// How many characters of a digest tell versions apart.
const NAME_CHARS: usize = 8;

/// Does something that takes processor time or waits for the database, to its end whatever becomes of the request.
async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    staff: &Staff,
    job: impl FnOnce(&App, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let (app, actor) = (service.app.clone(), staff.actor());
    let done = service.policies.run(move || job(&app, &actor)).await;
    let done = done.map_err(|_| Problem::Internal("policy".to_owned()))?;
    done.map_err(|error| problem(service, &error))
}

fn may_edit(staff: &Staff) -> bool {
    staff.session.person.role.may(Permission::EditPolicy)
}

/// The address of a version.
fn version_link(id: &str) -> String {
    format!("{HOME}/versions/{id}")
}

fn short(digest: &str) -> String {
    digest.chars().take(NAME_CHARS).collect()
}

fn state(words: Words, state: VersionState) -> &'static str {
    match state {
        VersionState::Loaded => words.pick("người vận hành nạp", "loaded by the operator"),
        VersionState::Draft => words.pick("bản nháp", "draft"),
        VersionState::Sealed => words.pick("đã khóa", "sealed"),
        VersionState::Discarded => words.pick("đã bỏ", "thrown away"),
    }
}

fn version_line(words: Words, row: &VersionRow) -> VersionLine {
    VersionLine {
        id: row.id.to_string(),
        link: version_link(&row.id.to_string()),
        name: short(&row.digest),
        note: row.note.clone(),
        state: state(words, row.state).to_owned(),
        by: row.by.clone().unwrap_or_default(),
        made: words.moment(row.created_at),
    }
}

fn trial_name(words: Words, row: &TrialRow) -> String {
    let kind = match row.kind {
        TrialKind::Shadow => words.pick("Chạy ngầm", "Shadow run"),
        TrialKind::Backtest => words.pick("Thử trên nội dung đã lưu", "Back-test"),
    };
    let state = match row.state {
        TrialState::Running => words.pick("đang chạy", "running"),
        TrialState::Done => words.pick("xong", "done"),
        TrialState::Stopped => words.pick("đã dừng", "stopped"),
        TrialState::Failed => words.pick("không chạy được", "failed"),
    };
    format!("{kind}: {state}")
}

/// A trial of a version that has this digest now.
fn trial_line(words: Words, row: &TrialRow, digest: &str) -> TrialLine {
    let (items, changed) = (row.items, row.changed);
    TrialLine {
        link: format!("{HOME}/trials/{}", row.id),
        what: trial_name(words, row),
        found: match words.pick("vi", "en") {
            "vi" => format!("{items} nội dung, {changed} khác"),
            _ => format!("{items} items, {changed} differ"),
        },
        began: words.moment(row.started_at),
        is_stale: row.digest != digest,
    }
}

/// The drafts in which a viewer may write, and a new one.
fn places(words: Words, overview: &Overview, staff: &Staff) -> Vec<DraftChoice> {
    if !may_edit(staff) {
        return Vec::new();
    }
    let drafts = overview.drafts.iter().map(|draft| DraftChoice {
        key: draft.id.to_string(),
        word: format!("{} · {}", short(&draft.digest), super::excerpt::excerpt(&draft.note)),
    });
    let new = DraftChoice {
        key: String::new(),
        word: words.pick("bản nháp mới", "a new draft").to_owned(),
    };
    drafts.chain([new]).collect()
}

/// Examples as lines: what an example says besides its text is written as the pack writes it.
fn example_lines(examples: &[anlanh_pack::Example]) -> Vec<ExampleLine> {
    let lines = examples.iter().map(|example| {
        let mut more: Vec<String> = Vec::new();
        if example.kind != anlanh_screen::ItemKind::Post {
            more.push(format!("kind = {}", example.kind.key()));
        }
        more.extend(example.links.iter().map(|link| format!("link = {link}")));
        more.extend(example.labels.iter().map(|label| format!("label = {label}")));
        let author = [
            ("age_days", example.age_days),
            ("violations_30d", example.violations_30d),
            ("violations_90d", example.violations_90d),
            ("locks", example.locks),
        ];
        let author = author.into_iter().filter_map(|(name, n)| Some((name, n?)));
        more.extend(author.map(|(name, n)| format!("author.{name} = {n}")));
        more.extend(example.verified.map(|it| format!("author.verified = {it}")));
        let counted = anlanh_screen::Counter::ALL.into_iter();
        let counted = counted.filter_map(|counter| Some((counter.name(), example.counters.count(counter)?)));
        more.extend(counted.map(|(name, n)| format!("{name} = {n}")));
        let listed = example.listed.iter();
        more.extend(listed.map(|(list, names)| format!("{list}: {}", names.join(" "))));
        ExampleLine {
            text: example.text.clone(),
            more: more.join(" · "),
        }
    });
    lines.collect()
}
