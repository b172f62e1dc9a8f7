//! Mail that waits to be sent. Where it goes and what it says of a person is sealed with their data key.

use anlanh_db::Value;
use anlanh_model::{DataSubject, Id};

use crate::statement::statements;
use crate::{Error, Writer};

statements! { "mail":
    INSERT = "INSERT INTO outgoing_mail (id, subject, address, template, language, template_values, state, attempts,
                next_at, made_at)
              VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $7)";
    DELETE_OF = "DELETE FROM outgoing_mail WHERE subject = $1";
}

/// One mail: a marker for ids.
#[derive(Debug)]
pub struct Mail;

/// A mail to be sent. Its address is sealed for `outgoing_mail`, its id and `address`; its values, as a JSON object, for
/// `values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Its id.
    pub id: Id<Mail>,
    /// To whom.
    pub subject: Id<DataSubject>,
    /// Where it goes, sealed.
    pub address: Vec<u8>,
    /// Key of its template.
    pub template: &'static str,
    /// Tag of its language.
    pub language: String,
    /// What is filled in, sealed.
    pub values: Vec<u8>,
}

/// Keeps a mail that is to be sent.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, mail: &NewMail) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(mail.id.number()),
        Value::Int(mail.subject.number()),
        Value::Bytes(&mail.address),
        Value::Text(mail.template),
        Value::Text(&mail.language),
        Value::Bytes(&mail.values),
        Value::Int(now),
    ];
    writer.send(&INSERT, &values)
}

/// Deletes every mail to a subject, sent or not, and gives how many there were.
///
/// # Errors
/// When the database is away or full.
pub fn delete_of(writer: &mut Writer<'_, '_>, subject: Id<DataSubject>) -> Result<u64, Error> {
    writer.execute(&DELETE_OF, &[Value::Int(subject.number())])
}
