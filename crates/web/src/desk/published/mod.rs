//! What everybody may read, without an account.
//!
//! Anybody may ask as often as they like, so what costs something is computed once and told again for a while: figures for
//! a minute, the history of the policy until the next version comes into force.

pub mod feed;
mod figure;
pub mod log;
mod policy;
mod process;
mod transparency;

use std::collections::HashMap;
use std::sync::Arc;

use anlanh_app::published::{self, Entry, Period, Periods, Report};
use anlanh_app::{Error, StepRow};
use anlanh_model::{Id, Time};
use anlanh_pack::{Article, Evidence, Key, Policy, Text};
use anlanh_screen::Date;
use tokio::sync::Mutex;

use super::{Reader, problem};
use crate::Service;
use crate::console::{Cited, Tab};
use crate::desk::words::Words;
use crate::page::names::Names;
use crate::problem::Problem;

pub use policy::{history, show as policy};
pub use process::show as process;
pub use transparency::show as transparency;

/// How long figures are told again, in minutes.
const LASTS_MINUTES: i64 = 1;
/// Most periods whose figures are kept in memory.
const MOST_PERIODS: usize = 64;

/// What was computed and may be told again.
#[derive(Debug, Default)]
pub struct Published {
    figures: Mutex<HashMap<Period, (Time, Arc<Report>)>>,
    history: Mutex<Option<History>>,
}

/// The versions that were in force, as of the last of them.
#[derive(Debug)]
struct History {
    last: Id<StepRow>,
    entries: Arc<Vec<Entry>>,
}

/// The figures of a period, at most a minute old. One is computed at a time.
pub async fn figures(service: &Service, period: Period) -> Result<Arc<Report>, Problem> {
    let now = service.app.clock().now();
    let mut kept = service.published.figures.lock().await;
    if let Some((at, report)) = kept.get(&period)
        && now.minutes_since(*at) < LASTS_MINUTES
    {
        return Ok(Arc::clone(report));
    }
    let report = published::figures(&service.app, period).await;
    let report = Arc::new(report.map_err(|error| problem(service, &error))?);
    if kept.len() >= MOST_PERIODS {
        kept.clear();
    }
    kept.insert(period, (now, Arc::clone(&report)));
    Ok(report)
}

/// Between which days there is something to report on.
pub async fn periods(service: &Service) -> Result<Periods, Problem> {
    published::periods(&service.app)
        .await
        .map_err(|error| problem(service, &error))
}

/// The versions of the policy that were in force.
async fn versions(service: &Service) -> Result<Arc<Vec<Entry>>, Problem> {
    let failed = |error: Error| problem(service, &error);
    let last = published::last_step(&service.app).await.map_err(failed)?;
    let last = last.ok_or_else(|| failed(Error::NotFound("version")))?;
    let mut kept = service.published.history.lock().await;
    if let Some(history) = kept.as_ref().filter(|history| history.last == last) {
        return Ok(Arc::clone(&history.entries));
    }
    let app = service.app.clone();
    let read = service.policies.run(move || published::history_blocking(&app)).await;
    let read = read.map_err(|_| Problem::Internal(service.incident()))?;
    let entries = Arc::new(read.map_err(failed)?);
    *kept = Some(History {
        last,
        entries: Arc::clone(&entries),
    });
    Ok(entries)
}

/// The ways between these pages: whoever is not signed in has the others above every page.
fn tabs(reader: &Reader, here: &str) -> Vec<Tab> {
    let language = reader.visitor.language;
    let tab = |path: &'static str, vi: &'static str, en: &'static str| Tab {
        path,
        word: language.pick(vi, en),
        is_here: path == here,
    };
    let mut tabs = vec![
        tab("/policy", "Quy định", "Policy"),
        tab("/policy/process", "Cách xử lý và thời hạn", "Process and deadlines"),
        tab("/policy/history", "Lịch sử thay đổi", "What changed"),
    ];
    if reader.is_staff() {
        tabs.extend([
            tab("/transparency", "Minh bạch", "Transparency"),
            tab("/log", "Nhật ký công khai", "Public log"),
            tab("/report", "Gửi phản ánh", "Report something"),
        ]);
    }
    // Where none of them is the page that is shown they are no ways between pages of one kind.
    tabs.retain(|_| reader.is_staff() || here.starts_with("/policy"));
    tabs
}

/// The day it is where the policy holds.
pub(super) fn today(service: &Service) -> Date {
    let offset = service.app.engine().screener.pack().utc_offset_minutes;
    anlanh_screen::Time(service.app.clock().now().as_seconds()).date_at(offset)
}

/// The articles among these that are in force on a day.
/// What the reader must know of a statement that is not simply the law: what the pack notes beside it, and how sure its
/// source is.
fn caveats(words: Words, evidence: Evidence, note: Option<&Text>) -> Vec<String> {
    let note = note.map(|note| sentence(words.pick(&note.vi, &note.en)));
    let of_source = match evidence {
        Evidence::Gazette | Evidence::Site => None,
        Evidence::Own if note.is_some() => None,
        Evidence::Own => Some(words.pick("Do bên vận hành tự đặt.", "Set by the operator.")),
        Evidence::Secondary | Evidence::Code | Evidence::Memory => Some(words.pick(
            "Chưa đối chiếu với văn bản gốc.",
            "Not compared with the official text yet.",
        )),
        Evidence::Contradictory => Some(words.pick(
            "Các nguồn nói khác nhau; chưa xác nhận.",
            "Sources contradict each other; not confirmed.",
        )),
    };
    note.into_iter().chain(of_source.map(str::to_owned)).collect()
}

/// A text with a full stop at its end.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// The articles that are in force; what is not known from the official text says so.
fn cited(words: Words, policy: &Policy, names: Names<'_>, bases: &[Key<Article>], day: Date) -> Vec<Cited> {
    let found = bases.iter().filter_map(|key| policy.basis(key.as_str()));
    let held = found.filter(|(_, article)| article.validity.holds_on(day));
    let cited = held.map(|(law, article)| Cited {
        cite: format!(
            "{}, {}",
            names.pick(&article.cite.vi, &article.cite.en),
            names.pick(&law.title.vi, &law.title.en)
        ),
        number: law.number.clone(),
        summary: std::iter::once(names.pick(&article.summary.vi, &article.summary.en).to_owned())
            .filter(|summary| !summary.is_empty())
            .map(|summary| sentence(&summary))
            .chain(caveats(words, article.evidence, None))
            .collect::<Vec<_>>()
            .join(" "),
    });
    cited.collect()
}
