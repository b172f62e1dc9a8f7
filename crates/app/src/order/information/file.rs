//! The file: plain JSON of what was approved, encrypted to the key of whoever asked, and given out once.

use anlanh_age::{Drawn, Recipient, encrypt};
use anlanh_api::Instant;
use anlanh_model::{
    Actor, AuditAction, Extent, Id, Information, InformationError, Order, OrderTarget, Permission, Person,
};
use anlanh_pack::{Day, FieldForm};
use anlanh_store::information::{self, FileFacts, InformationRow};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Writer, vault};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::enter::{self, SubjectEntries};
use super::{AllowedField, asked, handling, mandate, open};
use crate::case::{Means, permit_person};
use crate::order::scope;
use crate::sealing::{key_of, random, seal};
use crate::{App, Error};

/// The form of the file; another one has another name.
const FORMAT: &str = "anlanh-information/1";

/// The encrypted file, as it leaves the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationFile {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its bytes, which only whoever asked can open.
    pub bytes: Vec<u8>,
}

/// What stands in the file.
#[derive(Serialize)]
struct Content<'c> {
    format: &'static str,
    sender: &'c str,
    prepared_at: Instant,
    order: OrderContent<'c>,
    purpose: &'c str,
    period: PeriodContent,
    extent: &'static str,
    subjects: Vec<SubjectContent<'c>>,
}

#[derive(Serialize)]
struct OrderContent<'c> {
    number: &'c str,
    office: &'c str,
    office_name: &'c str,
    issued_on: String,
    basis: &'c [String],
}

#[derive(Serialize)]
struct PeriodContent {
    from: Instant,
    to: Instant,
}

#[derive(Serialize)]
struct SubjectContent<'c> {
    kind: &'static str,
    reference: &'c str,
    fields: Vec<FieldContent<'c>>,
}

#[derive(Serialize)]
struct FieldContent<'c> {
    field: &'c str,
    title: &'c str,
    entries: Vec<Value>,
}

/// Makes the file, also anew.
pub(super) fn prepare(writer: &mut Writer<'_, '_>, means: &Means, row: &OrderRow, by: Person) -> Result<String, Error> {
    let (id, now) = (row.order.id, writer.now());
    let mandate = mandate(writer, &means.engine, row, now)?;
    let mut kept = open(writer, id)?;
    let fields = asked(&means.engine, row, &kept.request.ask)?;
    let request = kept.request.clone();
    let release = request.release(&mandate, by)?;
    if kept.entered.is_none() && fields.iter().all(|field| field.form == FieldForm::Node) {
        let nothing = request.ask.subjects().iter().map(|target| SubjectEntries {
            target: *target,
            fields: Vec::new(),
        });
        let nothing: Vec<SubjectEntries> = nothing.collect();
        enter::keep(writer, means, &kept, &nothing)?;
        kept = open(writer, id)?;
    }
    let (key, entries) = enter::entered(writer, means, &kept)?;
    let missing = kept.entered.map_or(0, |entered| entered.missing);
    let demand = row.demand.as_ref();
    let is_all = demand.is_none_or(|demand| !demand.is_more_than(request.ask.demand()));
    let extent = if missing == 0 && is_all && request.ask.subjects().len() == row.order.targets.len() {
        Extent::Whole
    } else {
        Extent::Part
    };
    let content = content(writer, means, row, &kept, &fields, &entries, extent)?;
    let recipient = Recipient::parse(&kept.recipient).map_err(|_| InformationError::BadKey)?;
    let drawn = Drawn {
        file_key: random()?,
        ephemeral: random()?,
        nonce: random()?,
    };
    let file = encrypt(&recipient, &content, drawn).map_err(|_| Error::Uncompiled)?;
    let facts = FileFacts {
        sha256: Sha256::digest(&file).into(),
        bytes: file.len() as u64,
    };
    let sealed = seal(&key, &enter::place(request.id, "file"), &file)?;
    information::keep_file(writer, request.id, facts, &sealed)?;
    let state = Information::prepared(&release, mandate.sign(by), extent);
    information::update(
        writer,
        &Information {
            state,
            ..request.clone()
        },
    )?;
    let sha256 = hex(&facts.sha256);
    order::note(writer, id, "information_prepared", None, &sha256, None)?;
    Ok(sha256)
}

fn content(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    kept: &InformationRow,
    fields: &[AllowedField],
    entries: &[SubjectEntries],
    extent: Extent,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (engine, letter, ask) = (&means.engine, &row.letter, &kept.request.ask);
    let office = engine.policy.authority(&letter.office);
    let mut subjects = Vec::with_capacity(entries.len());
    for entered in entries {
        let target = row.order.target(entered.target)?;
        subjects.push(SubjectContent {
            kind: target.pointed.key(),
            reference: target.pointed.reference(),
            fields: of_subject(writer, kept, target, fields, entered)?,
        });
    }
    let content = Content {
        format: FORMAT,
        sender: means.site.name(),
        prepared_at: Instant(writer.now().as_micros()),
        order: OrderContent {
            number: &letter.number,
            office: &letter.office,
            office_name: office.map_or(&letter.office, |office| &office.title.vi),
            issued_on: Day::from(scope::day(engine, letter.issued_at)).to_string(),
            basis: &letter.basis,
        },
        purpose: ask.purpose(),
        period: PeriodContent {
            from: Instant(ask.period().from().as_micros()),
            to: Instant(ask.period().to().as_micros()),
        },
        extent: extent.key(),
        subjects,
    };
    // Writing to memory does not fail.
    Ok(Zeroizing::new(serde_json::to_vec_pretty(&content).unwrap_or_default()))
}

fn of_subject<'c>(
    writer: &mut Writer<'_, '_>,
    kept: &InformationRow,
    target: &OrderTarget,
    fields: &'c [AllowedField],
    entered: &SubjectEntries,
) -> Result<Vec<FieldContent<'c>>, Error> {
    let mut found = Vec::with_capacity(fields.len());
    for field in fields {
        let entries = match field.form {
            FieldForm::Node => handling::of(writer, &target.pointed, kept.request.ask.period())?,
            FieldForm::Once | FieldForm::Dated => {
                let given = entered.fields.iter().find(|(key, _)| *key == field.key);
                let given = given.ok_or(InformationError::BadValues)?;
                given.1.iter().cloned().map(Value::String).collect()
            }
        };
        found.push(FieldContent {
            field: &field.key,
            title: &field.title.vi,
            entries,
        });
    }
    Ok(found)
}

/// Takes the file out of the node, once. Whoever loses it prepares it again.
///
/// # Errors
/// When the one who asks may not, there is no such order, the file is not prepared or was taken out, the order stands no more,
/// or the database is away or full.
pub async fn fetch(app: &App, actor: &Actor, id: Id<Order>) -> Result<InformationFile, Error> {
    let by = permit_person(actor, Permission::HandleOrders)?;
    let means = Means::of(app);
    app.store
        .write(app.change(actor, AuditAction::FetchInformation), move |writer| {
            let row = order::load(writer, id)?.ok_or(Error::NotFound("order"))?;
            let now = writer.now();
            let mandate = mandate(writer, &means.engine, &row, now)?;
            let kept = open(writer, id)?;
            asked(&means.engine, &row, &kept.request.ask)?;
            let fetched = kept.request.clone().fetch(&mandate, by)?;
            let gone = || Error::from(InformationError::NotPrepared);
            let (entered, facts) = kept.entered.zip(kept.file).ok_or_else(gone)?;
            let key = key_of(&means.vault, writer, entered.subject)?.ok_or_else(gone)?;
            let sealed = information::file(writer, fetched.id)?.ok_or_else(gone)?;
            let bytes = key
                .open(&enter::place(fetched.id, "file"), &sealed)
                .map_err(Error::Sealed)?;
            information::update(writer, &fetched)?;
            let sha256 = hex(&facts.sha256);
            order::note(writer, id, "information_fetched", None, &sha256, None)?;
            writer.about("order", id.number(), sha256.clone());
            Ok(InformationFile {
                name: format!("{id}.json.age"),
                sha256,
                bytes,
            })
        })
        .await
}

/// Erases what was entered for a request, and the file.
pub(super) fn erase(writer: &mut Writer<'_, '_>, kept: &InformationRow) -> Result<(), Error> {
    if let Some(entered) = kept.entered {
        vault::delete_key(writer, entered.subject)?;
    }
    information::erase(writer, kept.request.id)?;
    let forgotten = kept.request.clone().forget();
    if forgotten != kept.request {
        information::update(writer, &forgotten)?;
    }
    Ok(order::note(
        writer,
        kept.request.order,
        "information_erased",
        None,
        "",
        None,
    )?)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
