//! Drafts are begun and written.

use std::sync::Arc;

use anlanh_app::policy::{self, Checked, Edit, VersionView};
use anlanh_app::{Error, PolicyError, PolicyFile, Version};
use anlanh_model::{Id, VersionState};
use anlanh_pack::{BlockKind, blocks};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::version::{check_view, edit_link, kind_word};
use super::{may_edit, version_line, version_link};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::Section;
use crate::console::policy::{EditorPage, MistakeLine};
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem, see_other};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What a new rule begins as.
const NEW_RULE: &str = "[[rule]]\nid = \"\"\ncategory = \"\"\ntitle = { vi = \"\", en = \"\" }\nwhen = ''\n\
                        action = \"review\"\nautomatic = false\nevidence = \"own\"\nhit = [\"\"]\nmiss = [\"\"]\n";
/// What a new entry begins as.
const NEW_ENTRY: &str = "[[entry]]\nid = \"\"\ncategory = \"\"\nseverity = \"medium\"\nmode = \"obfuscated\"\n\
                         phrases = [\"\"]\nevidence = \"own\"\nhit = [\"\"]\nmiss = [\"\"]\n";

/// What the address asks to write.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    id: String,
    file: String,
}

/// A draft is begun, or one that is there is gone on with.
pub async fn begin(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_begin(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_begin(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let kind = BlockKind::from_key(form.get("kind"));
    let draft = match form.some("draft") {
        Some(draft) => caller::id::<Version>(&draft, "version")?,
        None => {
            let from = match form.some("from") {
                Some(from) => caller::id(&from, "version")?,
                None => service.app.engine().version,
            };
            let language = staff.visitor.language;
            let note = match (form.some("note"), kind) {
                (Some(note), _) => note,
                (None, Some(kind)) => {
                    let words = Words::of(service, language);
                    let what = words.pick("Sửa", "Change");
                    format!("{what} {} {}", kind_word(words, kind), form.get("id"))
                }
                (None, None) => String::new(),
            };
            let begun = policy::begin(&service.app, &staff.actor(), from, &note).await;
            begun.map_err(|error| problem(service, &error))?.id
        }
    };
    let link = version_link(&draft.to_string());
    Ok(see_other(&match (kind, form.some("id")) {
        (Some(kind), Some(id)) => edit_link(&link, &[("kind", kind.key()), ("id", &id)]),
        (Some(kind), None) => edit_link(&link, &[("kind", kind.key())]),
        (None, _) => link,
    }))
}

/// Where a part of a version is written, or read where it cannot be changed any more.
pub async fn edit(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = open(&service, &staff, &id, &asked).await;
    staff.answer(answer)
}

async fn open(service: &Service, staff: &Staff, id: &str, asked: &Asked) -> Result<Response, Problem> {
    let view = load(service, staff, id).await?;
    let words = Words::of(service, staff.visitor.language);
    let target = Target::of(service, asked)?;
    let Some(text) = target.read(&view.files) else {
        return Err(problem(service, &Error::NotFound("part of this version")));
    };
    let page_of = editor(staff, words, &view, &target, text, Said::default());
    page(&page_of, staff.visitor.language)
}

/// A part of a draft is saved and the draft checked.
pub async fn save(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_save(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_save(service: &Arc<Service>, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let version: Id<Version> = caller::id(id, "version")?;
    let asked = Asked {
        kind: form.get("kind").to_owned(),
        id: form.get("id").to_owned(),
        file: form.get("file").to_owned(),
    };
    let mut target = Target::of(service, &asked)?;
    let is_removed = form.get("then") == "remove";
    let (actor, edit) = (staff.actor(), target.edit(&form, is_removed));
    let saved = policy::edit(&service.app, &actor, version, form.get("seen"), edit).await;
    let words = Words::of(service, staff.visitor.language);
    match saved {
        Ok(_) if is_removed => return Ok(see_other(&version_link(id))),
        Ok(_) => {}
        Err(error @ Error::Policy(PolicyError::DraftChanged | PolicyError::NotToml)) => {
            // What was typed is not lost: it is shown again, beside the state of the draft as it is now.
            let view = load(service, staff, id).await?;
            let said = Said::refused(&problem(service, &error), staff);
            let page_of = editor(staff, words, &view, &target, form.get("text").to_owned(), said);
            return page(&page_of, staff.visitor.language);
        }
        Err(error) => return Err(problem(service, &error)),
    }
    target.is_saved(form.get("text"));
    let view = load(service, staff, id).await?;
    let files = view.files.clone();
    let checked = service.policies.run(move || policy::check(&files)).await;
    let checked = checked.map_err(|_| Problem::Internal("policy".to_owned()))?;
    if checked.is_good() {
        return Ok(see_other(&version_link(id)));
    }
    let said = Said::checked(words, &checked, &version_link(id));
    let text = target.read(&view.files).unwrap_or_else(|| form.get("text").to_owned());
    let page_of = editor(staff, words, &view, &target, text, said);
    page(&page_of, staff.visitor.language)
}

async fn load(service: &Service, staff: &Staff, id: &str) -> Result<VersionView, Problem> {
    let view = policy::show(&service.app, &staff.actor(), caller::id(id, "version")?).await;
    view.map_err(|error| problem(service, &error))
}

/// What the page says of a save.
#[derive(Debug, Default)]
struct Said {
    notice: Option<String>,
    mistakes: Vec<MistakeLine>,
}

impl Said {
    fn refused(problem: &Problem, staff: &Staff) -> Self {
        let language = staff.visitor.language;
        Self {
            notice: Some(format!("{}: {}", problem.title(language), problem.detail(language))),
            mistakes: Vec::new(),
        }
    }

    fn checked(words: Words, checked: &Checked, link: &str) -> Self {
        let view = check_view(words, checked, link);
        let saved = words.pick("Đã lưu vào bản nháp.", "Saved in the draft.");
        Self {
            notice: Some(format!("{saved} {}", view.sentence)),
            mistakes: view.mistakes,
        }
    }
}

fn editor(staff: &Staff, words: Words, view: &VersionView, target: &Target, text: String, said: Said) -> EditorPage {
    let link = version_link(&view.version.id.to_string());
    let (kind, id, path, is_new) = match target {
        Target::File(path) => ("", String::new(), path.clone(), false),
        Target::Block { kind, id, path } => (
            kind.key(),
            id.clone(),
            path_of(&view.files, *kind, id).unwrap_or_else(|| path.clone()),
            id.is_empty(),
        ),
    };
    let title = match target {
        Target::File(path) => path.clone(),
        Target::Block { kind, id, .. } if id.is_empty() => match kind {
            BlockKind::Rule => words.pick("Quy tắc mới", "A new rule").to_owned(),
            BlockKind::Entry => words.pick("Mục từ mới", "A new entry").to_owned(),
        },
        Target::Block { kind, id, .. } => format!("{} {id}", kind_word(words, *kind)),
    };
    EditorPage {
        frame: staff.frame(Some(Section::Policy)),
        version: version_line(words, &view.version),
        title,
        action: format!("{link}/edit"),
        seen: view.version.digest.clone(),
        kind,
        first_line: target.first_line(&view.files),
        id,
        path,
        is_new,
        text,
        notice: said.notice,
        mistakes: said.mistakes,
        may_edit: may_edit(staff) && view.version.state == VersionState::Draft,
    }
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// A whole file.
    File(String),
    /// A rule or an entry; a new one has no id yet, and goes into the file.
    Block { kind: BlockKind, id: String, path: String },
}

impl Target {
    fn of(service: &Service, asked: &Asked) -> Result<Self, Problem> {
        let unknown = || Problem::Refused(Refusal::bad_query("kind"));
        match (asked.kind.as_str(), asked.file.as_str()) {
            ("", "") => Err(problem(service, &Error::NotFound("part of this version"))),
            ("", file) => Ok(Self::File(file.to_owned())),
            (kind, file) => {
                let kind = BlockKind::from_key(kind).ok_or_else(unknown)?;
                let own = format!("{}/own.toml", kind.folder());
                Ok(Self::Block {
                    kind,
                    id: asked.id.clone(),
                    path: if file.is_empty() { own } else { file.to_owned() },
                })
            }
        }
    }

    /// What the version says there; a new thing begins as a pattern. None where it has no such part.
    fn read(&self, files: &[PolicyFile]) -> Option<String> {
        match self {
            Self::File(path) => {
                let file = files.iter().find(|(known, _)| known == path);
                let content = file.map_or(&[] as &[u8], |(_, content)| content);
                Some(String::from_utf8_lossy(content).into_owned())
            }
            Self::Block { kind, id, .. } if id.is_empty() => Some(match kind {
                BlockKind::Rule => NEW_RULE.to_owned(),
                BlockKind::Entry => NEW_ENTRY.to_owned(),
            }),
            Self::Block { kind, id, .. } => {
                let (text, block) = find(files, *kind, id)?;
                Some(text.get(block.range)?.to_owned() + "\n")
            }
        }
    }

    fn first_line(&self, files: &[PolicyFile]) -> usize {
        match self {
            Self::File(_) => 1,
            Self::Block { kind, id, .. } => find(files, *kind, id).map_or(1, |(_, block)| block.line),
        }
    }

    fn edit(&self, form: &Form, is_removed: bool) -> Edit {
        let text = if is_removed { "" } else { form.get("text") };
        match self {
            Self::File(path) if is_removed => Edit::RemoveFile { path: path.clone() },
            Self::File(path) => Edit::File {
                path: path.clone(),
                text: text.to_owned(),
            },
            Self::Block { kind, id, path } => Edit::Block {
                kind: *kind,
                id: id.clone(),
                path: Some(path.clone()),
                text: text.to_owned(),
            },
        }
    }

    /// The id may have changed with the text.
    fn is_saved(&mut self, text: &str) {
        if let Self::Block { kind, id, .. } = self
            && let Some(block) = blocks(text).into_iter().find(|block| block.kind == *kind)
        {
            *id = block.id;
        }
    }
}

/// A block and the text of its file.
fn find<'f>(files: &'f [PolicyFile], kind: BlockKind, id: &str) -> Option<(&'f str, anlanh_pack::Block)> {
    let texts = files
        .iter()
        .filter_map(|(_, content)| std::str::from_utf8(content).ok());
    // Telling blocks apart means to parse; most files do not even name it.
    let mut texts = texts.filter(|text| text.contains(id));
    texts.find_map(|text| {
        let block = blocks(text)
            .into_iter()
            .find(|block| block.kind == kind && block.id == id)?;
        Some((text, block))
    })
}

fn path_of(files: &[PolicyFile], kind: BlockKind, id: &str) -> Option<String> {
    let (text, _) = find(files, kind, id)?;
    let file = files.iter().find(|(_, content)| content.as_slice() == text.as_bytes());
    file.map(|(path, _)| path.clone())
}
