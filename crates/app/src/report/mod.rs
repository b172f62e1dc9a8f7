//! Reports: anybody tells what they saw, reports of one thing are gathered under one case, and each of those who told
//! hears once what became of it.
//!
//! What was said and who said it is sealed under a data key of the report's own; the secrets of its links are derived and
//! kept as hashes alone. Whoever decides sees what was said; who said it is shown to few, for a purpose that is noted, and
//! never to the author.

mod address;
mod answer;
mod erase;
mod moving;
mod picture;
mod read;
mod said;
mod submit;

pub use erase::{Certificate, Erased, Held, erase, erase_of_address, lapse, purge};
pub use picture::{add_picture, picture};
pub use read::{Purpose, ReportView, Revealed, Status, by_case, list, reveal, status};
pub use said::said;
pub(crate) use submit::is_email;
pub use submit::{MAX_CONFIRM_MAILS, MAX_REPORTER_BYTES, Receipt, confirm, submit, to_confirm};

pub(crate) use answer::{Answered, answer_all, answered};
pub(crate) use erase::erase_each;

use anlanh_model::{Id, Relation, Report};
use anlanh_vault::{Place, Vault};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest address, in bytes.
pub const MAX_URL_BYTES: usize = 2_048;
/// Longest id of an item, in bytes.
pub const MAX_ITEM_BYTES: usize = 256;
/// Longest pasted text, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;
/// Longest reason, in bytes.
pub const MAX_WHY_BYTES: usize = 2_000;
/// Longest name, in bytes.
pub const MAX_NAME_BYTES: usize = 200;
/// Longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3, without the brackets).
pub const MAX_EMAIL_BYTES: usize = 254;

/// What somebody hands in: texts and keys, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Key of what it is reported as.
    pub category: String,
    /// Where the thing is.
    pub url: Option<String>,
    /// The platform's id of the thing.
    pub item: Option<String>,
    /// What the thing says, pasted.
    pub text: Option<String>,
    /// Why it is reported.
    pub why: String,
    /// Whom it harms.
    pub relation: Relation,
    /// Name of whoever reports.
    pub name: Option<String>,
    /// E-mail address of whoever reports.
    pub email: Option<String>,
    /// The platform's reference of whoever reports, where it hands their report on.
    pub reporter: Option<String>,
    /// Tag of the language in which they are answered.
    pub language: &'static str,
}

/// Why a report was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It has no address, no id and no text.
    #[error("a report says what it is about: an address, an id or a text")]
    NothingReported,
    /// The address is none.
    #[error("the address of what is reported begins with http:// or https:// and names a host")]
    Address,
    /// What is reported as this is reported with a name and an address.
    #[error("a report of this category has a name and an e-mail address")]
    NeedsContact,
    /// The e-mail address is none.
    #[error("the e-mail address is none")]
    Email,
    /// What is reported as this waits for a confirmed address, and the node sends no mail.
    #[error("a report of this category waits for a mail, and this node sends none")]
    NoMail,
    /// As many mails went to this address today as may.
    #[error("an address gets at most {MAX_CONFIRM_MAILS} mails a day that ask for confirmation")]
    TooManyMails,
    /// Only a platform hands on the reports of others.
    #[error("only a token hands on the reports of others")]
    Relayed,
    /// It has a picture already, which is evidence.
    #[error("the report has a picture already")]
    HasPicture,
}

/// What was said, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    url: Option<String>,
    item: Option<String>,
    text: Option<String>,
    why: String,
}

/// Who said it, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    name: Option<String>,
    email: Option<String>,
    /// The platform's reference of them, where it handed the report on.
    #[serde(default)]
    reporter: Option<String>,
    /// The number of the token that handed the report on: nobody else's platform is told whose it is.
    #[serde(default)]
    token: Option<i64>,
}

/// Where a part of a report is sealed.
const fn place(report: Id<Report>, purpose: &'static str) -> Place {
    Place {
        table: "report",
        row: report.number(),
        purpose,
    }
}

/// How many bytes of a derived secret stand in a link: 160 bits.
const SECRET_BYTES: usize = 20;
/// How long the secret of a link is, in hexadecimal digits.
pub const SECRET_DIGITS: usize = 2 * SECRET_BYTES;

/// The secret of the private link to a report.
pub(crate) fn receipt_of(vault: &Vault, report: Id<Report>) -> String {
    written(&vault.secret_of("report.receipt", report.number()))
}

/// The secret of the link that confirms the address of a report.
fn confirmation_of(vault: &Vault, report: Id<Report>) -> String {
    written(&vault.secret_of("report.confirmation", report.number()))
}

fn written(secret: &[u8]) -> String {
    let bytes = secret.iter().take(SECRET_BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Under which a secret is looked up; none for what is no secret of ours.
fn hash(secret: &str) -> Option<[u8; 32]> {
    let is_one = secret.len() == SECRET_DIGITS && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_one.then(|| Sha256::digest(secret.as_bytes()).into())
}

/// Under which a reporter is known again by a confirmed address.
fn lookup(vault: &Vault, email: &str) -> [u8; 32] {
    vault.name_of("reporter.email", email.to_lowercase().as_bytes())
}
