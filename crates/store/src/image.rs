//! Pictures beside items. Their bytes are kept as they came and looked at by nobody here.

use anlanh_db::{Row, Value};
use anlanh_model::{Id, ImageFormat, Time};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "image":
    INSERT = "INSERT INTO item_image (item, number, sha256, media_type, bytes, received_at, content)
              VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_ITEM = "SELECT number, sha256, media_type, bytes, received_at FROM item_image WHERE item = $1 ORDER BY number";
    CONTENT = "SELECT number, sha256, media_type, bytes, received_at, content FROM item_image
               WHERE item = $1 AND number = $2";
}

/// A kept picture without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRow {
    /// Its number among those of its item, from 1.
    pub number: u32,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// What it is.
    pub format: ImageFormat,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it came in.
    pub received_at: Time,
}

/// A kept picture with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeImage {
    /// What is kept of it.
    pub image: ImageRow,
    /// Its bytes; none if they were erased.
    pub content: Option<Vec<u8>>,
}

/// Keeps a picture.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, item: Id<Item>, image: &ImageRow, content: &[u8]) -> Result<(), Error> {
    writer.send(
        &INSERT,
        &[
            Value::Int(item.number()),
            Value::Int(i64::from(image.number)),
            Value::Bytes(&image.sha256),
            Value::Text(image.format.media_type()),
            Value::Int(i64::try_from(image.bytes).unwrap_or(i64::MAX)),
            Value::Int(image.received_at.as_micros()),
            Value::Bytes(content),
        ],
    )?;
    Ok(())
}

/// The pictures of an item, first to last.
///
/// # Errors
/// When the database is away.
pub fn of_item(tx: &mut dyn Queries, item: Id<Item>) -> Result<Vec<ImageRow>, Error> {
    let rows = tx.rows(&OF_ITEM, &[Value::Int(item.number())])?;
    rows.iter().map(read).collect()
}

/// One picture and its bytes.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, item: Id<Item>, number: u32) -> Result<Option<WholeImage>, Error> {
    let row = tx.row(&CONTENT, &[Value::Int(item.number()), Value::Int(i64::from(number))])?;
    row.map(|row| {
        Ok(WholeImage {
            image: read(&row)?,
            content: row.optional_bytes(5)?.map(<[u8]>::to_vec),
        })
    })
    .transpose()
}

fn read(row: &Row) -> Result<ImageRow, Error> {
    Ok(ImageRow {
        number: u32::try_from(row.int(0)?).map_err(|_| Error::unreadable("item_image.number"))?,
        sha256: row
            .bytes(1)?
            .try_into()
            .map_err(|_| Error::unreadable("item_image.sha256"))?,
        format: row.key(2, "item_image.media_type", ImageFormat::from_media_type)?,
        bytes: row.int(3)?.unsigned_abs(),
        received_at: row.time(4)?,
    })
}
