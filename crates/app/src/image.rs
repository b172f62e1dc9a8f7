//! Pictures beside items come in and are looked at.

use anlanh_model::{Actor, AuditAction, Id, ImageFormat, Permission};
use anlanh_store::image::{self, ImageRow};
use anlanh_store::item::{self, Item};
use anlanh_store::keeping;
use sha2::{Digest, Sha256};

use crate::keeping::KeepingError;
use crate::{App, Error, permit};

/// Largest picture, in bytes.
pub const MAX_IMAGE_BYTES: usize = 4 << 20;
/// Most pictures of one item.
pub const MAX_IMAGES: usize = 8;

/// Why a picture was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// It has more than [`MAX_IMAGE_BYTES`].
    #[error("the picture is too large")]
    TooLarge,
    /// Its bytes are not of the format that was stated.
    #[error("the picture is not what it is said to be")]
    NotAsStated,
    /// The item has [`MAX_IMAGES`] already.
    #[error("the item has as many pictures as it may")]
    TooMany,
}

/// A picture that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptImage {
    /// What is kept of it.
    pub image: ImageRow,
    /// Whether this very picture had been kept with the item before.
    pub repeated: bool,
}

/// Whether somebody may hand pictures in, for callers that ask before they read one.
///
/// # Errors
/// When they may not.
pub fn may_keep(actor: &Actor) -> Result<(), Error> {
    permit(actor, Permission::SubmitItems)
}

/// Keeps a picture beside an item, once: the same bytes again are the same picture.
///
/// # Errors
/// When the one who asks may not, there is no such item, the picture is none that is taken, or the database is away or
/// full.
pub async fn keep(
    app: &App,
    actor: &Actor,
    item: Id<Item>,
    stated: ImageFormat,
    content: Vec<u8>,
) -> Result<KeptImage, Error> {
    permit(actor, Permission::SubmitItems)?;
    if content.len() > MAX_IMAGE_BYTES {
        return Err(ImageError::TooLarge.into());
    }
    if ImageFormat::of(&content) != Some(stated) {
        return Err(ImageError::NotAsStated.into());
    }
    let sha256: [u8; 32] = Sha256::digest(&content).into();
    let change = app.change(actor, AuditAction::KeepImage);
    app.store
        .write(change, move |writer| {
            item::load(writer, item)?.ok_or(Error::NotFound("item"))?;
            if keeping::when_erased(writer, item)?.is_some() {
                return Err(KeepingError::Erased.into());
            }
            let known = image::of_item(writer, item)?;
            if let Some(image) = known.iter().find(|image| image.sha256 == sha256) {
                writer.about("item", item.number(), format!("{} again", image.number));
                return Ok(KeptImage {
                    image: image.clone(),
                    repeated: true,
                });
            }
            if known.len() >= MAX_IMAGES {
                return Err(ImageError::TooMany.into());
            }
            let image = ImageRow {
                number: known.last().map_or(1, |last| last.number + 1),
                sha256,
                format: stated,
                bytes: content.len() as u64,
                received_at: writer.now(),
            };
            image::insert(writer, item, &image, &content)?;
            writer.about("item", item.number(), image.number.to_string());
            Ok(KeptImage { image, repeated: false })
        })
        .await
}

/// The pictures of an item.
///
/// # Errors
/// When the one who asks may not, there is no such item, or the database is away.
pub async fn list(app: &App, actor: &Actor, item: Id<Item>) -> Result<Vec<ImageRow>, Error> {
    permit(actor, Permission::ReadItems)?;
    app.store
        .read("image.list", move |tx| {
            item::load(tx, item)?.ok_or(Error::NotFound("item"))?;
            Ok(image::of_item(tx, item)?)
        })
        .await
}

/// One picture with its bytes.
///
/// # Errors
/// When the one who asks may not, there is no such picture or it was erased, or the database is away.
pub async fn show(app: &App, actor: &Actor, item: Id<Item>, number: u32) -> Result<(ImageRow, Vec<u8>), Error> {
    permit(actor, Permission::ReadItems)?;
    app.store
        .read("image.show", move |tx| {
            let whole = image::load(tx, item, number)?.ok_or(Error::NotFound("image"))?;
            Ok((whole.image, whole.content.ok_or(Error::NotFound("image"))?))
        })
        .await
}
