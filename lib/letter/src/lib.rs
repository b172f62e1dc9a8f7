//! Official letters of Vietnamese offices as PDF, laid out as Decree 30/2020/NĐ-CP, Appendix I, wants them: A4, margins of 20, 15,
//! 20 and 30 mm, a serif face in 13 and 14 points, the sender on the left, the name of the state and its motto on the right,
//! numbers of pages from the second one on.
//!
//! The text in the file can be searched and copied, and the face is embedded, only those letters of it that are used. The
//! crate reads no file and no clock: the same letter gives the same bytes.
//!
//! ```
//! use anlanh_letter::{Block, Letter};
//!
//! let letter = Letter {
//!     sender: "SỞ VÍ DỤ".into(),
//!     number: "12/SVD".into(),
//!     about: "yêu cầu gỡ bỏ nội dung".into(),
//!     day: "…………, ngày 28 tháng 11 năm 2026".into(),
//!     to: "Diễn đàn Ví Dụ".into(),
//!     body: vec![Block::Paragraph("Kính đề nghị Quý nền tảng xem xét.".into())],
//!     copies: vec!["Như trên".into()],
//!     position: "GIÁM ĐỐC".into(),
//!     ..Letter::default()
//! };
//! let pdf = letter.to_pdf()?;
//! assert!(pdf.starts_with(b"%PDF-"));
//! # Ok::<(), anlanh_letter::LetterError>(())
//! ```

mod face;
mod layout;
mod sheet;

use std::fmt;

/// Longest text of a letter, in bytes of all its parts together.
pub const MAX_LETTER_BYTES: usize = 1024 * 1024;

/// An official letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Letter {
    /// Who sends it, in capitals.
    pub sender: String,
    /// Its number and sign, without `Số:`.
    pub number: String,
    /// What it is about, without `V/v`.
    pub about: String,
    /// Place and day, as they are printed.
    pub day: String,
    /// A line above everything, as for a draft.
    pub mark: Option<String>,
    /// To whom it goes.
    pub to: String,
    /// What it says.
    pub body: Vec<Block>,
    /// Who gets it, below `Nơi nhận`.
    pub copies: Vec<String>,
    /// What its signer is, in capitals.
    pub position: String,
    /// What stands below that, in brackets: how it was signed, or who is to sign.
    pub signed: String,
    /// The name of its signer.
    pub signer: String,
}

/// A part of what a letter says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A ground that the letter rests on, in italics.
    Ground(String),
    /// A table: the widths of its columns in parts of a hundred, their heads, and its rows.
    Table {
        /// Widths.
        widths: [u8; 3],
        /// Heads.
        heads: [String; 3],
        /// Rows.
        rows: Vec<[String; 3]>,
    },
}

/// Why a letter cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterError {
    /// Longer than [`MAX_LETTER_BYTES`].
    TooLong,
    /// The file could not be made of it.
    Unwritable,
}

impl fmt::Display for LetterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "letter is too long",
            Self::Unwritable => "letter cannot be made a file",
        })
    }
}

impl std::error::Error for LetterError {}

impl Letter {
    /// The letter as a file.
    ///
    /// # Errors
    /// When it is too long.
    pub fn to_pdf(&self) -> Result<Vec<u8>, LetterError> {
        if self.bytes() > MAX_LETTER_BYTES {
            return Err(LetterError::TooLong);
        }
        let pages = layout::lay_out(self).ok_or(LetterError::Unwritable)?;
        sheet::write(&pages, &self.title()).ok_or(LetterError::Unwritable)
    }

    fn title(&self) -> String {
        format!("{} – {}", self.number, self.about)
    }

    fn bytes(&self) -> usize {
        let body = self.body.iter().map(|block| match block {
            Block::Paragraph(text) | Block::Ground(text) => text.len(),
            Block::Table { heads, rows, .. } => rows.iter().chain([heads]).flatten().map(String::len).sum(),
        });
        let heads = [&self.sender, &self.number, &self.about, &self.day, &self.to];
        let feet = [&self.position, &self.signed, &self.signer];
        let mark = self.mark.iter().chain(&self.copies);
        body.sum::<usize>()
            + heads
                .into_iter()
                .chain(feet)
                .chain(mark)
                .map(|text| text.len())
                .sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
