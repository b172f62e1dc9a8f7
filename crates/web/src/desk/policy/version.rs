//! One version: what changed, what is wrong with it, and what was tried.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::policy::{self, Checked, VersionView};
use anlanh_app::{PolicyFile, Version};
use anlanh_model::{Id, VersionState};
use anlanh_pack::{BlockKind, blocks};
use axum::extract::State;
use axum::response::Response;

use super::difference::difference;
use super::{may_edit, state, trial_line, version_line, version_link};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::Section;
use crate::console::policy::{BlockChange, CheckView, FileDiff, FileLine, MistakeLine, VersionPage};
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem};
use crate::problem::Problem;

/// Most lines of differences that a page shows.
const MAX_DIFF_LINES: usize = 2_000;
/// Most mistakes that a page lists.
const MAX_MISTAKES: usize = 50;

/// One version.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, None).await;
    staff.answer(answer)
}

/// The page, with what stands in the way of something, if anything does.
pub(super) async fn read(
    service: &Arc<Service>,
    staff: &Staff,
    id: &str,
    stands: Option<&Problem>,
) -> Result<Response, Problem> {
    let id: Id<Version> = caller::id(id, "version")?;
    let view = policy::show(&service.app, &staff.actor(), id).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let (view, checked) = check(service, view).await?;
    let link = version_link(&id.to_string());
    let row = &view.version;
    let is_draft = row.state == VersionState::Draft;
    let page_of = VersionPage {
        frame: staff.frame(Some(Section::Policy)),
        version: version_line(words, row),
        standing: standing(words, &view).to_owned(),
        notice: stands.map(|problem| format!("{}: {}", problem.title(language), problem.detail(language))),
        parent: view.parent.as_ref().map(|(parent, _)| version_line(words, parent)),
        check: checked.map(|checked| check_view(words, &checked, &link)),
        changes: changes(words, &view, &link),
        diffs: diffs(&view),
        trials: view
            .trials
            .iter()
            .map(|trial| trial_line(words, trial, &row.digest))
            .collect(),
        files: view.files.iter().map(|file| file_line(file, &link)).collect(),
        may_edit: may_edit(staff) && is_draft,
        may_begin: may_edit(staff) && !is_draft,
        may_use: may_edit(staff) && !view.is_live && row.state != VersionState::Discarded,
        is_shadow: view.is_shadow,
    };
    page(&page_of, language)
}

/// Looks at every part of what is not in force, where that does not hold others up.
async fn check(service: &Service, view: VersionView) -> Result<(VersionView, Option<Checked>), Problem> {
    if view.is_live {
        return Ok((view, None));
    }
    let checked = service.policies.run(move || {
        let checked = policy::check(&view.files);
        (view, Some(checked))
    });
    checked.await.map_err(|_| Problem::Internal("policy".to_owned()))
}

fn standing(words: Words, view: &VersionView) -> &'static str {
    match (view.is_live, view.is_shadow) {
        (true, _) => words.pick("đang áp dụng", "in force"),
        (false, true) => words.pick("đang chạy ngầm", "in shadow"),
        (false, false) => state(words, view.version.state),
    }
}

pub(super) fn check_view(words: Words, checked: &Checked, link: &str) -> CheckView {
    let mistakes: Vec<MistakeLine> = match checked {
        Checked::Mistaken(mistakes) => mistakes
            .iter()
            .map(|mistake| {
                place(
                    link,
                    &mistake.file,
                    mistake.line,
                    words.said(&mistake.message).to_owned(),
                )
            })
            .collect(),
        Checked::Read { failures, .. } => failures
            .iter()
            .map(|failure| {
                let (expected, number) = (failure.expected.key(), failure.number);
                let message = format!("{}: {expected} {number}: {}", failure.id, words.said(&failure.what));
                place(link, &failure.file, failure.line, message)
            })
            .collect(),
    };
    let count = mistakes.len();
    let is_vietnamese = words.pick("vi", "en") == "vi";
    let sentence = match (checked, is_vietnamese) {
        (Checked::Mistaken(_), true) => format!("Có {count} lỗi: chưa áp dụng được."),
        (Checked::Mistaken(_), false) => format!("There are {count} mistakes: it cannot be put in force."),
        (Checked::Read { examples, failures, .. }, true) if failures.is_empty() => {
            format!("Hợp lệ; cả {examples} ví dụ đều đạt.")
        }
        (Checked::Read { examples, failures, .. }, false) if failures.is_empty() => {
            format!("Valid; all {examples} examples hold.")
        }
        (Checked::Read { examples, .. }, true) => {
            format!("{count} trên {examples} ví dụ không đạt: chưa áp dụng được.")
        }
        (Checked::Read { examples, .. }, false) => {
            format!("{count} of {examples} examples fail: it cannot be put in force.")
        }
    };
    CheckView {
        sentence,
        is_good: checked.is_good(),
        mistakes: mistakes.into_iter().take(MAX_MISTAKES).collect(),
    }
}

fn place(link: &str, file: &str, line: usize, message: String) -> MistakeLine {
    MistakeLine {
        place: format!("{file}:{line}"),
        message,
        link: Some(edit_link(link, &[("file", file)])),
    }
}

/// The address at which a part of a version is written or read.
pub(super) fn edit_link(link: &str, query: &[(&str, &str)]) -> String {
    let query = serde_urlencoded::to_string(query).unwrap_or_default();
    format!("{link}/edit?{query}")
}

fn file_line(file: &PolicyFile, link: &str) -> FileLine {
    let (path, content) = file;
    FileLine {
        path: path.clone(),
        size: format!("{} KiB", content.len().div_ceil(1024)),
        link: edit_link(link, &[("file", path)]),
    }
}

/// Files that are not the same in both versions: path, then before, then after.
fn differing(view: &VersionView) -> Vec<(&str, &str, &str)> {
    let Some((_, before)) = &view.parent else {
        return Vec::new();
    };
    let mut files: BTreeMap<&str, (&[u8], &[u8])> = BTreeMap::new();
    for (path, content) in before {
        files.entry(path).or_default().0 = content;
    }
    for (path, content) in &view.files {
        files.entry(path).or_default().1 = content;
    }
    let text = |content| std::str::from_utf8(content).unwrap_or_default();
    let differing = files.into_iter().filter(|(_, (before, after))| before != after);
    differing
        .map(|(path, (before, after))| (path, text(before), text(after)))
        .collect()
}

fn changes(words: Words, view: &VersionView, link: &str) -> Vec<BlockChange> {
    let mut changes = Vec::new();
    for (path, before, after) in differing(view) {
        let (old, new) = (by_id(before), by_id(after));
        let mut ids: Vec<&(BlockKind, String)> = old.keys().chain(new.keys()).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = changes.len();
        for (kind, id) in ids {
            let key = (*kind, id.clone());
            let what = match (old.get(&key), new.get(&key)) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(_), Some(_)) => words.pick("sửa", "changed"),
                (None, _) => words.pick("thêm", "added"),
                (_, None) => words.pick("bỏ", "removed"),
            };
            let is_there = new.contains_key(&key);
            changes.push(BlockChange {
                kind: kind_word(words, *kind).to_owned(),
                id: id.clone(),
                what: what.to_owned(),
                link: is_there.then(|| edit_link(link, &[("kind", kind.key()), ("id", id)])),
            });
        }
        if changes.len() == found {
            changes.push(BlockChange {
                kind: words.pick("tệp", "file").to_owned(),
                id: path.to_owned(),
                what: words.pick("sửa", "changed").to_owned(),
                link: (!after.is_empty()).then(|| edit_link(link, &[("file", path)])),
            });
        }
    }
    changes
}

pub(super) fn kind_word(words: Words, kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Entry => words.pick("mục từ", "entry"),
        BlockKind::Rule => words.pick("quy tắc", "rule"),
    }
}

fn by_id(text: &str) -> BTreeMap<(BlockKind, String), &str> {
    let blocks = blocks(text).into_iter();
    blocks
        .map(|block| ((block.kind, block.id), text.get(block.range).unwrap_or_default()))
        .collect()
}

fn diffs(view: &VersionView) -> Vec<FileDiff> {
    let mut left = MAX_DIFF_LINES;
    let mut diffs = Vec::new();
    for (path, before, after) in differing(view) {
        let mut lines = difference(before, after);
        lines.truncate(left);
        left -= lines.len();
        diffs.push(FileDiff {
            path: path.to_owned(),
            lines,
        });
        if left == 0 {
            break;
        }
    }
    diffs
}
