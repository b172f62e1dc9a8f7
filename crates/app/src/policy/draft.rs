//! Drafts are written: begun from a version, changed file by file or block by block, thrown away.
//!
//! Whoever changes a draft says which state of it they saw, by its digest, so that two people cannot write over each
//! other. A draft may have mistakes; only what judges may not.

use anlanh_model::{Actor, AuditAction, Id, Permission, Text, VersionState};
use anlanh_pack::{BlockKind, blocks, digest, limits, with_block};
use anlanh_store::Writer;
use anlanh_store::version::{self, NewVersion, Version, VersionRow};

use super::version::load;
use crate::case::permit_person;
use crate::{App, Error, PolicyError};

/// Longest note on a version or a step, in bytes.
pub const MAX_NOTE_BYTES: usize = 2_000;

/// One change to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// A file reads like this from now on; it is new where there was none of the path.
    File {
        /// Its path inside the pack.
        path: String,
        /// What it says.
        text: String,
    },
    /// A file goes.
    RemoveFile {
        /// Its path inside the pack.
        path: String,
    },
    /// A rule or an entry reads like this from now on; where there was none of the id it is added to a file, and where
    /// the text is blank it goes.
    Block {
        /// What it is.
        kind: BlockKind,
        /// The id it has before the change.
        id: String,
        /// The file that a new one is added to; for one that is there, the file it is in.
        path: Option<String>,
        /// Its TOML, from `[[rule]]` or `[[entry]]` on.
        text: String,
    },
}

/// A draft after an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The draft as it is now.
    pub draft: VersionRow,
    /// Whether the edit added what the draft did not have, rather than change or take out what it had.
    pub is_new: bool,
}

/// Begins a draft from a version, in force or not.
///
/// # Errors
/// When the one who asks may not, there is no such version, the note is no text, or the database is away or full.
pub async fn begin(app: &App, actor: &Actor, from: Id<Version>, note: &str) -> Result<VersionRow, Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let note = text("note", note)?;
    app.store
        .write(app.change(actor, AuditAction::EditPolicy), move |writer| {
            let parent = load(writer, from)?;
            let id = version::insert(
                writer,
                NewVersion {
                    parent: Some(from),
                    digest: &parent.digest,
                    state: VersionState::Draft,
                    note: &note,
                },
            )?;
            writer.about("policy_version", id.number(), "begin");
            load(writer, id)
        })
        .await
}

/// Changes a draft that still has the digest which was `seen`.
///
/// # Errors
/// When the one who asks may not, there is no such version, it is no draft or has changed since, a path or a file is not
/// one of a pack, or the database is away or full.
pub async fn edit(app: &App, actor: &Actor, id: Id<Version>, seen: &str, edit: Edit) -> Result<Edited, Error> {
    permit_person(actor, Permission::EditPolicy)?;
    let seen = seen.to_owned();
    app.store
        .write(app.change(actor, AuditAction::EditPolicy), move |writer| {
            let draft = load(writer, id)?;
            draft.state.edit()?;
            if draft.digest != seen {
                return Err(PolicyError::DraftChanged.into());
            }
            let (what, is_new) = apply(writer, id, &edit)?;
            let files = version::files(writer, id)?;
            if files.len() > limits::MAX_FILES {
                return Err(PolicyError::TooMuchPack.into());
            }
            let digest = digest(files.iter().map(|(path, content)| (path.as_str(), content.as_slice())));
            version::set_digest(writer, id, &digest)?;
            writer.about("policy_version", id.number(), what);
            let draft = load(writer, id)?;
            Ok(Edited { draft, is_new })
        })
        .await
}

/// Throws a draft away. It is kept, and nothing can be done with it any more.
///
/// # Errors
/// When the one who asks may not, there is no such version, it is no draft, or the database is away or full.
pub async fn discard(app: &App, actor: &Actor, id: Id<Version>) -> Result<(), Error> {
    permit_person(actor, Permission::EditPolicy)?;
    app.store
        .write(app.change(actor, AuditAction::DiscardDraft), move |writer| {
            let state = load(writer, id)?.state.discard()?;
            version::set_state(writer, id, state)?;
            writer.about("policy_version", id.number(), "");
            Ok(())
        })
        .await
}

/// Does one edit and says in keys what it was, and whether it added something.
fn apply(writer: &mut Writer<'_, '_>, id: Id<Version>, edit: &Edit) -> Result<(String, bool), Error> {
    match edit {
        Edit::File { path, text } => {
            let is_new = version::file(writer, id, path)?.is_none();
            put(writer, id, path, text)?;
            Ok((format!("file {path}"), is_new))
        }
        Edit::RemoveFile { path } => {
            let files = version::files(writer, id)?;
            if !files.iter().any(|(known, _)| known == path) {
                return Err(Error::NotFound("file"));
            }
            version::remove_file(writer, id, path)?;
            Ok((format!("remove {path}"), false))
        }
        Edit::Block {
            kind,
            id: block,
            path,
            text,
        } => {
            let files = version::files(writer, id)?;
            let found = files.iter().find(|(_, content)| holds(content, *kind, block));
            let file = found.or_else(|| {
                let path = path.as_ref()?;
                files.iter().find(|(known, _)| known == path)
            });
            let (path, content) = match (file, path) {
                (Some(file), _) => (file.0.clone(), file_text(&file.1)?),
                (None, Some(path)) => (path.clone(), String::new()),
                (None, None) => return Err(Error::NotFound(kind.key())),
            };
            let changed = with_block(&content, *kind, block, text).ok_or(PolicyError::NotToml)?;
            put(writer, id, &path, &changed)?;
            let is_new = found.is_none() && !text.trim().is_empty();
            Ok((format!("{} {block}", kind.key()), is_new))
        }
    }
}

fn put(writer: &mut Writer<'_, '_>, id: Id<Version>, path: &str, text: &str) -> Result<(), Error> {
    if !is_path(path) {
        return Err(PolicyError::BadPath.into());
    }
    if text.len() > limits::MAX_FILE_BYTES {
        return Err(PolicyError::TooMuchPack.into());
    }
    Ok(version::set_file(writer, id, path, text.as_bytes())?)
}

/// Whether a file of this path may be in a pack: `a.toml` or `folder/a.toml`, of letters, digits, `-`, `_` and `.`.
fn is_path(path: &str) -> bool {
    let is_name = |name: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !name.starts_with('.') && name.len() <= limits::MAX_KEY_BYTES && name.chars().all(is_plain)
    };
    let (folder, name) = path.split_once('/').unwrap_or(("files", path));
    !folder.is_empty() && is_name(folder) && is_name(name) && name.ends_with(".toml")
}

fn holds(content: &[u8], kind: BlockKind, id: &str) -> bool {
    let text = std::str::from_utf8(content).unwrap_or_default();
    // Telling blocks apart means to parse; most files do not even name it.
    text.contains(id) && blocks(text).iter().any(|block| block.kind == kind && block.id == id)
}

fn file_text(content: &[u8]) -> Result<String, Error> {
    String::from_utf8(content.to_vec()).map_err(|_| PolicyError::NotToml.into())
}

pub(super) fn text(field: &'static str, text: &str) -> Result<String, Error> {
    let text = Text::<MAX_NOTE_BYTES>::parse(text).map_err(|error| Error::Text(field, error))?;
    Ok(text.as_str().to_owned())
}
