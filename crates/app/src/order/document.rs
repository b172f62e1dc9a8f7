//! The documents of an order: kept as they came, known by their first bytes, and never decoded.

use anlanh_model::{Actor, AuditAction, Id, ImageFormat, Order, Permission};
use anlanh_store::Writer;
use anlanh_store::order::{self, DocumentRow};
use sha2::{Digest, Sha256};

use super::OrderRefusal;
use crate::case::permit_person;
use crate::{App, Error, permit};

/// Largest document, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 8 << 20;

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFormat {
    /// PDF (ISO 32000).
    Pdf,
    /// A picture.
    Image(ImageFormat),
}

/// Why a document was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It has more than [`MAX_DOCUMENT_BYTES`].
    #[error("the document is too large")]
    TooLarge,
    /// It is no PDF and no picture of a format that is taken.
    #[error("the document is no PDF and no picture")]
    Unknown,
    /// The order has [`Order::MAX_DOCUMENTS`] already.
    #[error("the order has as many documents as it may")]
    TooMany,
}

impl DocumentFormat {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Image(format) => format.media_type(),
        }
    }

    /// The format that these bytes begin as, if it is one.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        ImageFormat::of(bytes).map(Self::Image)
    }
}

/// Whether somebody may hand documents in, for callers that ask before they read one.
///
/// # Errors
/// When they may not.
pub fn may_keep(actor: &Actor) -> Result<(), Error> {
    permit_person(actor, Permission::HandleOrders).map(drop)
}

/// Says what a document is.
///
/// # Errors
/// When it is too large, or none that is taken.
pub(super) fn format(content: &[u8]) -> Result<DocumentFormat, OrderRefusal> {
    if content.len() > MAX_DOCUMENT_BYTES {
        return Err(DocumentError::TooLarge.into());
    }
    DocumentFormat::of(content).ok_or_else(|| DocumentError::Unknown.into())
}

/// Keeps one more document of an order, once; gives its number.
///
/// # Errors
/// When the one who asks may not, there is no such order, the document is none that is taken, or the database is away or
/// full.
pub async fn keep_document(app: &App, actor: &Actor, id: Id<Order>, content: Vec<u8>) -> Result<u32, Error> {
    permit_person(actor, Permission::HandleOrders)?;
    format(&content)?;
    app.store
        .write(app.change(actor, AuditAction::KeepOrderDocument), move |writer| {
            order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            let number = insert(writer, id, &content)?;
            order::note(writer, id, "document", None, &number.to_string(), None)?;
            writer.about("order", id.number(), number.to_string());
            Ok(number)
        })
        .await
}

/// Keeps the bytes of a document with an order.
pub(super) fn insert(writer: &mut Writer<'_, '_>, id: Id<Order>, content: &[u8]) -> Result<u32, Error> {
    let format = format(content)?;
    let sha256: [u8; 32] = Sha256::digest(content).into();
    let known = order::documents(writer, id)?;
    if let Some(same) = known.iter().find(|document| document.sha256 == sha256) {
        return Ok(same.number);
    }
    if known.len() >= Order::MAX_DOCUMENTS {
        return Err(OrderRefusal::from(DocumentError::TooMany).into());
    }
    let document = DocumentRow {
        number: known.last().map_or(1, |last| last.number + 1),
        sha256,
        media_type: format.media_type().to_owned(),
        bytes: content.len() as u64,
        received_at: writer.now(),
    };
    order::keep_document(writer, id, &document, content)?;
    Ok(document.number)
}

/// One document with its bytes.
///
/// # Errors
/// When the one who asks may not, there is no such document, or the database is away.
pub async fn document(app: &App, actor: &Actor, id: Id<Order>, number: u32) -> Result<(DocumentRow, Vec<u8>), Error> {
    permit(actor, Permission::ReadOrders)?;
    app.store
        .read("order.document", move |tx| {
            order::document(tx, id, number)?.ok_or(Error::NotFound("document"))
        })
        .await
}
