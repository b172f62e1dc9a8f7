//! What was approved is entered: exactly that, sealed at once, and shown to nobody again.

use anlanh_api::Instant;
use anlanh_model::{DataSubject, Id, Information, InformationAsk, InformationError, Person, Release, Text, Time};
use anlanh_pack::FieldForm;
use anlanh_store::information::{self, Entered, InformationRow};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Writer, vault};
use anlanh_vault::{DataKey, Place};
use serde::{Deserialize, Serialize};

use super::{AllowedField, asked, end_of_keeping, mandate, open};
use crate::Error;
use crate::case::Means;
use crate::sealing::{key_of, make_key, seal};

/// What somebody enters about one target. It is not in `Debug`: it is personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectEntries {
    /// The number of the target in the order.
    pub target: u32,
    /// Each field that was approved, by its key, with its entries; none where the platform does not have it.
    pub fields: Vec<(String, Vec<String>)>,
}

/// Takes in what somebody enters.
pub(super) fn enter(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    by: Person,
    entries: &[SubjectEntries],
) -> Result<String, Error> {
    let now = writer.now();
    let mandate = mandate(writer, &means.engine, row, now)?;
    let kept = open(writer, row.order.id)?;
    let fields = asked(&means.engine, row, &kept.request.ask)?;
    let release = kept.request.release(&mandate, by)?;
    let checked = check(&release, &fields, entries)?;
    let missing = keep(writer, means, &kept, &checked)?;
    let detail = format!("missing={missing}");
    order::note(writer, row.order.id, "information_entered", None, &detail, None)?;
    Ok(detail)
}

/// Seals what was checked under a new key, in place of what was entered before. What was prepared from that is no more.
pub(super) fn keep(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    kept: &InformationRow,
    checked: &[SubjectEntries],
) -> Result<u32, Error> {
    let (id, now) = (kept.request.id, writer.now());
    if let Some(before) = kept.entered {
        vault::delete_key(writer, before.subject)?;
    }
    let subject: Id<DataSubject> = writer.new_id();
    let key = make_key(&means.vault, writer, subject)?;
    // Writing to memory does not fail.
    let bytes = serde_json::to_vec(checked).unwrap_or_default();
    let sealed = seal(&key, &place(id, "entered"), &bytes)?;
    let empty = checked
        .iter()
        .flat_map(|subject| &subject.fields)
        .filter(|(_, entries)| entries.is_empty());
    let missing = u32::try_from(empty.count()).unwrap_or(u32::MAX);
    information::enter(writer, id, Entered { subject, missing }, &sealed, end_of_keeping(now))?;
    information::update(writer, &kept.request.clone().forget())?;
    Ok(missing)
}

/// What was entered, and the key under which it is sealed.
pub(super) fn entered(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    kept: &InformationRow,
) -> Result<(DataKey, Vec<SubjectEntries>), Error> {
    let entered = kept.entered.ok_or(InformationError::NotEntered)?;
    let key = key_of(&means.vault, writer, entered.subject)?.ok_or(InformationError::NotEntered)?;
    let sealed = information::entered(writer, kept.request.id)?.ok_or(InformationError::NotEntered)?;
    let place = place(kept.request.id, "entered");
    let bytes = key.open(&place, &sealed).map_err(Error::Sealed)?;
    let entries = serde_json::from_slice(&bytes).map_err(|_| Error::Uncompiled)?;
    Ok((key, entries))
}

/// Where something of a request is sealed.
pub(super) const fn place(id: Id<Information>, purpose: &'static str) -> Place {
    Place {
        table: "information_request",
        row: id.number(),
        purpose,
    }
}

/// Whether what was entered is what was approved: every field of every subject once, and nothing else.
pub(super) fn check(
    release: &Release<'_>,
    fields: &[AllowedField],
    entries: &[SubjectEntries],
) -> Result<Vec<SubjectEntries>, Error> {
    let ask = release.ask();
    let to_enter: Vec<&AllowedField> = fields.iter().filter(|field| field.form != FieldForm::Node).collect();
    let is_asked = |entered: &SubjectEntries| {
        ask.subjects().contains(&entered.target)
            && entered.fields.len() == to_enter.len()
            && entered
                .fields
                .iter()
                .all(|(key, _)| to_enter.iter().any(|field| field.key == *key))
    };
    if entries.len() != ask.subjects().len() || !entries.iter().all(is_asked) {
        return Err(InformationError::BadValues.into());
    }
    let mut checked = Vec::with_capacity(entries.len());
    for target in ask.subjects() {
        let subject = entries.iter().find(|subject| subject.target == *target);
        let subject = subject.ok_or(InformationError::BadValues)?;
        let mut found = Vec::with_capacity(to_enter.len());
        for field in &to_enter {
            let given = subject.fields.iter().find(|(key, _)| *key == field.key);
            let (key, given) = given.ok_or(InformationError::BadValues)?;
            found.push((key.clone(), check_field(ask, field, given)?));
        }
        checked.push(SubjectEntries {
            target: *target,
            fields: found,
        });
    }
    let texts = checked.iter().flat_map(|subject| &subject.fields);
    let bytes: usize = texts.flat_map(|(_, entries)| entries).map(String::len).sum();
    if bytes > Information::MAX_VALUES_BYTES {
        return Err(InformationError::TooManyValues.into());
    }
    Ok(checked)
}

fn check_field(ask: &InformationAsk, field: &AllowedField, given: &[String]) -> Result<Vec<String>, Error> {
    let most = match field.form {
        FieldForm::Once | FieldForm::Node => 1,
        FieldForm::Dated => Information::MAX_ENTRIES,
    };
    if given.len() > most {
        return Err(InformationError::TooManyValues.into());
    }
    let mut entries = Vec::with_capacity(given.len());
    for entry in given {
        let text: Text<{ Information::MAX_ENTRY_BYTES }> =
            Text::parse(entry).map_err(|error| Error::Text("entry", error))?;
        let text = text.as_str();
        if text.contains(['\n', '\r']) {
            return Err(InformationError::BadValues.into());
        }
        if field.form == FieldForm::Dated {
            let moment = text.split_whitespace().next().and_then(Instant::parse);
            let moment = moment.map(|moment| Time::from_micros(moment.0));
            if !moment.is_some_and(|moment| ask.period().holds(moment)) {
                return Err(InformationError::OutsidePeriod.into());
            }
        }
        entries.push(text.to_owned());
    }
    Ok(entries)
}
