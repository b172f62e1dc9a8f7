//! The screenshot of a report. It may show whoever made it, so it is sealed as what they said is, and never decoded.

use std::sync::Arc;

use anlanh_model::{Actor, AuditAction, Id, ImageFormat, Permission, Report, ReportState};
use anlanh_store::report;

use super::{ReportError, hash, place};
use crate::image::{ImageError, MAX_IMAGE_BYTES};
use crate::sealing::{key_of, seal};
use crate::{App, Error, permit};

/// Puts a picture to a report, by the secret of its private link, while it waits. What was shown is evidence: no other takes
/// its place.
///
/// # Errors
/// When there is no such report or it was answered, the picture is none that is taken, or the database is away or full.
pub async fn add_picture(app: &App, secret: &str, content: Vec<u8>) -> Result<(), Error> {
    let hash = hash(secret).ok_or(Error::NotFound("report"))?;
    if content.len() > MAX_IMAGE_BYTES {
        return Err(ImageError::TooLarge.into());
    }
    let format = ImageFormat::of(&content).ok_or(ImageError::NotAsStated)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .write(app.change(&Actor::Outsider, AuditAction::AddToReport), move |writer| {
            let row = report::by_receipt(writer, &hash)?.ok_or(Error::NotFound("report"))?;
            match row.state {
                ReportState::Unconfirmed | ReportState::Open => {}
                ReportState::Answered | ReportState::Lapsed => return Err(Error::NotFound("report")),
            }
            if row.picture.is_some() {
                return Err(ReportError::HasPicture.into());
            }
            let key = key_of(&vault, writer, row.subject())?.ok_or(Error::NotFound("report"))?;
            let sealed = seal(&key, &place(row.id, "picture"), &content)?;
            report::set_picture(writer, row.id, format, &sealed)?;
            writer.about("report", row.id.number(), "");
            Ok(())
        })
        .await
}

/// The picture of a report, for those who decide.
///
/// # Errors
/// When the one who asks may not, there is no such picture or it was erased, or the database is away.
pub async fn picture(app: &App, actor: &Actor, id: Id<Report>) -> Result<(ImageFormat, Vec<u8>), Error> {
    permit(actor, Permission::ReadCases)?;
    let vault = Arc::clone(&app.vault);
    app.store
        .read("report.picture", move |tx| {
            let missing = || Error::NotFound("image");
            let row = report::load(tx, id)?.ok_or_else(missing)?;
            let format = row.picture.ok_or_else(missing)?;
            let sealed = report::picture(tx, id)?.ok_or_else(missing)?;
            let key = key_of(&vault, tx, row.subject())?.ok_or_else(missing)?;
            let content = key.open(&place(id, "picture"), &sealed).map_err(Error::Sealed)?;
            Ok((format, content))
        })
        .await
}
