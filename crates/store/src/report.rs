//! Reports: what somebody told, as far as it can be known without their key. What was said and by whom is sealed here
//! already.

use anlanh_db::{Row, Value};
use anlanh_model::{
    Case, DataSubject, Id, ImageFormat, Outcome, Relation, Report, ReportState, Reporter, Standing, Time, Token, Track,
};

use crate::item::Item;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "report":
    INSERT = "INSERT INTO report (id, receipt, confirmation, state, category, relation, language, received_at, reporter,
                standing, content, contact)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    BY_RECEIPT = "SELECT id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM report WHERE receipt = $1";
    BY_CONFIRMATION = "SELECT id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM report WHERE confirmation = $1";
    LOAD = "SELECT id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM report WHERE id = $1";
    OF_CASE = "SELECT id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM report WHERE case_id = $1 ORDER BY id LIMIT $2";
    OF_REPORTER = "SELECT id FROM report WHERE reporter = $1 AND erased_at IS NULL ORDER BY id";
    PAGE = "SELECT id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT) FROM report
            WHERE id < $1 AND ($2 = '' OR state = $2) ORDER BY id DESC LIMIT $3";
    CONFIRM = "UPDATE report SET confirmed_at = $2, reporter = $3, standing = $4, confirmation = NULL WHERE id = $1";
    REPORTED_AS = "SELECT 1 FROM report WHERE case_id = $1 AND category = $2 LIMIT 1";
    ATTACH = "UPDATE report SET item = $2, case_id = $3, state = 'open' WHERE id = $1";
    // One statement claims the reports: whatever befalls the node, each of them is claimed once.
    ANSWER = "UPDATE report SET state = 'answered', answered_at = $2, outcome = $3 WHERE case_id = $1 AND state = 'open'
              RETURNING id, state, category, relation, language, received_at, confirmed_at, reporter, standing, item,
                case_id, answered_at, outcome, content, contact, picture_type,
                CAST(CASE WHEN confirmation IS NULL THEN 0 ELSE 1 END AS BIGINT)";
    // Whoever gives no confirmed address counts as one: names without an address cost nothing.
    REACH = "SELECT COUNT(DISTINCT reporter), COUNT(*), COUNT(reporter) FROM report WHERE case_id = $1";
    STALE = "SELECT id FROM report WHERE state = 'unconfirmed' AND received_at < $1 ORDER BY received_at LIMIT $2";
    UNCONFIRMED = "SELECT id FROM report WHERE confirmation IS NOT NULL AND received_at < $1 AND state <> 'unconfirmed'
                   ORDER BY received_at LIMIT $2";
    FORGET_CONTACT = "UPDATE report SET contact = NULL, confirmation = NULL WHERE id = $1";
    ERASE = "UPDATE report SET receipt = NULL, confirmation = NULL, content = NULL, contact = NULL, picture = NULL,
                picture_type = NULL, reporter = NULL, erased_at = $2,
                state = CASE WHEN state = 'unconfirmed' THEN 'lapsed' ELSE state END WHERE id = $1 AND erased_at IS NULL";
    SET_PICTURE = "UPDATE report SET picture = $2, picture_type = $3 WHERE id = $1";
    PICTURE = "SELECT picture FROM report WHERE id = $1";
    ITEM_AT = "SELECT item FROM item_address WHERE hash = $1";
    INSERT_ADDRESS = "INSERT INTO item_address (hash, item) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";
    REPORTER = "SELECT upheld, refused, warned_at, warned_refused FROM reporter WHERE id = $1";
    IS_TOKEN = "SELECT 1 FROM reporter WHERE id = $1 AND token IS NOT NULL";
    REPORTER_BY_LOOKUP = "SELECT id FROM reporter WHERE lookup = $1";
    REPORTER_BY_TOKEN = "SELECT id FROM reporter WHERE token = $1";
    INSERT_REPORTER = "INSERT INTO reporter (id, lookup, token, upheld, refused, at) VALUES ($1, $2, $3, 0, 0, $4)";
    TRACK = "UPDATE reporter SET upheld = upheld + $2, refused = refused + $3 WHERE id = $1";
    WARN = "UPDATE reporter SET warned_at = $2, warned_refused = refused WHERE id = $1";
    DELETE_REPORTER = "DELETE FROM reporter WHERE id = $1 AND token IS NULL
              AND NOT EXISTS (SELECT 1 FROM report r WHERE r.reporter = reporter.id)";
}

/// A report to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    /// Its id, which is the number of its data subject.
    pub id: Id<Report>,
    /// SHA-256 of the secret of its private link.
    pub receipt: [u8; 32],
    /// SHA-256 of the secret that confirms the address, where there is one to confirm.
    pub confirmation: Option<[u8; 32]>,
    /// How far it has come.
    pub state: ReportState,
    /// Key of what it is reported as.
    pub category: String,
    /// Whom it harms.
    pub relation: Relation,
    /// Tag of the language of whoever reports.
    pub language: String,
    /// Who reports, where that is known already.
    pub reporter: Option<Id<Reporter>>,
    /// How much it counts for.
    pub standing: Standing,
    /// What was said, sealed.
    pub content: Vec<u8>,
    /// Who said it, sealed; none without a name.
    pub contact: Option<Vec<u8>>,
}

/// A kept report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id.
    pub id: Id<Report>,
    /// How far it has come.
    pub state: ReportState,
    /// Key of what it is reported as.
    pub category: String,
    /// Whom it harms.
    pub relation: Relation,
    /// Tag of the language of whoever reports.
    pub language: String,
    /// When it came in.
    pub received_at: Time,
    /// When the address was confirmed.
    pub confirmed_at: Option<Time>,
    /// Who reports, where that is known.
    pub reporter: Option<Id<Reporter>>,
    /// How much it counts for.
    pub standing: Standing,
    /// The item.
    pub item: Option<Id<Item>>,
    /// The case.
    pub case: Option<Id<Case>>,
    /// When it was answered.
    pub answered_at: Option<Time>,
    /// What was answered.
    pub outcome: Option<Outcome>,
    /// What was said, sealed; none if it was erased.
    pub content: Option<Vec<u8>>,
    /// Who said it, sealed.
    pub contact: Option<Vec<u8>>,
    /// What picture came with it, if one did.
    pub picture: Option<ImageFormat>,
    /// Whether its address waits to be confirmed.
    pub can_confirm: bool,
}

impl ReportRow {
    /// Whose data it is.
    #[must_use]
    pub fn subject(&self) -> Id<DataSubject> {
        subject_of(self.id)
    }
}

/// The data subject of a report: both have one number.
#[must_use]
pub fn subject_of(report: Id<Report>) -> Id<DataSubject> {
    report.cast()
}

/// How far reports of one thing reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// How many people, as far as they can be told apart: all without a confirmed address count as one.
    pub people: u32,
    /// How many reports.
    pub reports: u32,
}

/// Keeps a report.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, new: &NewReport) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(new.id.number()),
        Value::Bytes(&new.receipt),
        Value::from(new.confirmation.as_ref().map(<[u8; 32]>::as_slice)),
        Value::Text(new.state.key()),
        Value::Text(&new.category),
        Value::Text(new.relation.key()),
        Value::Text(&new.language),
        Value::Int(now),
        Value::from(new.reporter.map(Id::number)),
        Value::Text(new.standing.key()),
        Value::Bytes(&new.content),
        Value::from(new.contact.as_deref()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(())
}

/// The report whose private link has this hash.
///
/// # Errors
/// When the database is away.
pub fn by_receipt(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<ReportRow>, Error> {
    let row = tx.row(&BY_RECEIPT, &[Value::Bytes(hash)])?;
    row.map(|row| read(&row)).transpose()
}

/// The report whose address is confirmed by the secret with this hash.
///
/// # Errors
/// When the database is away.
pub fn by_confirmation(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<ReportRow>, Error> {
    let row = tx.row(&BY_CONFIRMATION, &[Value::Bytes(hash)])?;
    row.map(|row| read(&row)).transpose()
}

/// One report.
///
/// # Errors
/// When the database is away.
pub fn load(tx: &mut dyn Queries, id: Id<Report>) -> Result<Option<ReportRow>, Error> {
    let row = tx.row(&LOAD, &[Value::Int(id.number())])?;
    row.map(|row| read(&row)).transpose()
}

/// At most `limit` reports from before a moment that moved on without a confirmed address, and have one still.
///
/// # Errors
/// When the database is away.
pub fn unconfirmed(tx: &mut dyn Queries, before: Time, limit: u32) -> Result<Vec<Id<Report>>, Error> {
    let values = [Value::Int(before.as_micros()), Value::Int(i64::from(limit))];
    let rows = tx.rows(&UNCONFIRMED, &values)?;
    rows.iter().map(|row| row.id(0, "report.id")).collect()
}

/// Forgets who made a report, and that they could confirm it.
///
/// # Errors
/// When the database is away or full.
pub fn forget_contact(writer: &mut Writer<'_, '_>, id: Id<Report>) -> Result<(), Error> {
    writer.send(&FORGET_CONTACT, &[Value::Int(id.number())])
}

/// Whether a reporter is known by a token.
///
/// # Errors
/// When the database is away.
pub fn is_token(tx: &mut dyn Queries, reporter: Id<Reporter>) -> Result<bool, Error> {
    Ok(tx.row(&IS_TOKEN, &[Value::Int(reporter.number())])?.is_some())
}

/// Whether a case was ever reported as this.
///
/// # Errors
/// When the database is away.
pub fn is_reported_as(tx: &mut dyn Queries, case: Id<Case>, category: &str) -> Result<bool, Error> {
    let values = [Value::Int(case.number()), Value::Text(category)];
    Ok(tx.row(&REPORTED_AS, &values)?.is_some())
}

/// At most `limit` reports of a case, oldest first.
///
/// # Errors
/// When the database is away.
pub fn of_case(tx: &mut dyn Queries, case: Id<Case>, limit: u32) -> Result<Vec<ReportRow>, Error> {
    let rows = tx.rows(&OF_CASE, &[Value::Int(case.number()), Value::Int(i64::from(limit))])?;
    rows.iter().map(read).collect()
}

/// At most `limit` reports older than `before`, newest first; of one state, if it is given.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    state: Option<ReportState>,
    before: Option<Id<Report>>,
    limit: u32,
) -> Result<Vec<ReportRow>, Error> {
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Text(state.map_or("", ReportState::key)),
        Value::Int(i64::from(limit)),
    ];
    let rows = tx.rows(&PAGE, &values)?;
    rows.iter().map(read).collect()
}

/// The reports of one reporter that were not erased.
///
/// # Errors
/// When the database is away.
pub fn of_reporter(tx: &mut dyn Queries, reporter: Id<Reporter>) -> Result<Vec<Id<Report>>, Error> {
    let rows = tx.rows(&OF_REPORTER, &[Value::Int(reporter.number())])?;
    rows.iter().map(|row| row.id(0, "report.id")).collect()
}

/// Notes that the address of a report is its reporter's.
///
/// # Errors
/// When the database is away or full.
pub fn confirm(
    writer: &mut Writer<'_, '_>,
    id: Id<Report>,
    reporter: Id<Reporter>,
    standing: Standing,
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(now),
        Value::Int(reporter.number()),
        Value::Text(standing.key()),
    ];
    writer.execute(&CONFIRM, &values)?;
    Ok(())
}

/// Puts a report to a case.
///
/// # Errors
/// When the database is away or full.
pub fn attach(writer: &mut Writer<'_, '_>, id: Id<Report>, item: Id<Item>, case: Id<Case>) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Int(item.number()),
        Value::Int(case.number()),
    ];
    writer.execute(&ATTACH, &values)?;
    Ok(())
}

/// Answers every report of a case that waits, and gives those that were claimed by this very call.
///
/// # Errors
/// When the database is away or full.
pub fn answer(writer: &mut Writer<'_, '_>, case: Id<Case>, outcome: Outcome) -> Result<Vec<ReportRow>, Error> {
    let now = writer.now().as_micros();
    let values = [Value::Int(case.number()), Value::Int(now), Value::Text(outcome.key())];
    let rows = writer.rows(&ANSWER, &values)?;
    rows.iter().map(read).collect()
}

/// How far the reports of a case reach.
///
/// # Errors
/// When the database is away.
pub fn reach(tx: &mut dyn Queries, case: Id<Case>) -> Result<Reach, Error> {
    let Some(row) = tx.row(&REACH, &[Value::Int(case.number())])? else {
        return Ok(Reach::default());
    };
    let count = |at| Ok::<_, Error>(u32::try_from(row.int(at)?).unwrap_or(u32::MAX));
    let (people, reports, known) = (count(0)?, count(1)?, count(2)?);
    Ok(Reach {
        people: people + u32::from(reports > known),
        reports,
    })
}

/// At most `limit` reports that came in before an instant and were not confirmed since.
///
/// # Errors
/// When the database is away.
pub fn stale(tx: &mut dyn Queries, before: Time, limit: u32) -> Result<Vec<Id<Report>>, Error> {
    let rows = tx.rows(&STALE, &[Value::Int(before.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "report.id")).collect()
}

/// Erases what was said in a report and who said it; what is left names nobody. False where that was done before.
///
/// # Errors
/// When the database is away or full.
pub fn erase(writer: &mut Writer<'_, '_>, id: Id<Report>) -> Result<bool, Error> {
    let now = writer.now().as_micros();
    Ok(writer.execute(&ERASE, &[Value::Int(id.number()), Value::Int(now)])? > 0)
}

/// Keeps the sealed picture of a report; one that was there before is gone.
///
/// # Errors
/// When the database is away or full.
pub fn set_picture(
    writer: &mut Writer<'_, '_>,
    id: Id<Report>,
    format: ImageFormat,
    sealed: &[u8],
) -> Result<(), Error> {
    let values = [
        Value::Int(id.number()),
        Value::Bytes(sealed),
        Value::Text(format.media_type()),
    ];
    writer.send(&SET_PICTURE, &values)
}

/// The sealed picture of a report.
///
/// # Errors
/// When the database is away.
pub fn picture(tx: &mut dyn Queries, id: Id<Report>) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.row(&PICTURE, &[Value::Int(id.number())])?;
    row.map_or(Ok(None), |row| Ok(row.optional_bytes(0)?.map(<[u8]>::to_vec)))
}

/// The item that was reported under an address with this hash.
///
/// # Errors
/// When the database is away.
pub fn item_at(tx: &mut dyn Queries, hash: &[u8]) -> Result<Option<Id<Item>>, Error> {
    let row = tx.row(&ITEM_AT, &[Value::Bytes(hash)])?;
    row.map(|row| row.id(0, "item_address.item")).transpose()
}

/// Remembers under which address an item was reported.
///
/// # Errors
/// When the database is away or full.
pub fn keep_address(writer: &mut Writer<'_, '_>, hash: &[u8], item: Id<Item>) -> Result<(), Error> {
    writer.send(&INSERT_ADDRESS, &[Value::Bytes(hash), Value::Int(item.number())])
}

/// By what a reporter is known again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// By the keyed hash of a confirmed address.
    Lookup(&'a [u8]),
    /// By a token.
    Token(Id<Token>),
}

/// A reporter who is known, if they are.
///
/// # Errors
/// When the database is away.
pub fn reporter(tx: &mut dyn Queries, known: Known<'_>) -> Result<Option<Id<Reporter>>, Error> {
    let row = match known {
        Known::Lookup(lookup) => tx.row(&REPORTER_BY_LOOKUP, &[Value::Bytes(lookup)])?,
        Known::Token(token) => tx.row(&REPORTER_BY_TOKEN, &[Value::Int(token.number())])?,
    };
    row.map(|row| row.id(0, "reporter.id")).transpose()
}

/// A reporter who is known, now if not before.
///
/// # Errors
/// When the database is away or full.
pub fn ensure_reporter(writer: &mut Writer<'_, '_>, known: Known<'_>) -> Result<Id<Reporter>, Error> {
    if let Some(reporter) = reporter(writer, known)? {
        return Ok(reporter);
    }
    let id: Id<Reporter> = writer.new_id();
    let now = writer.now().as_micros();
    let (lookup, token) = match known {
        Known::Lookup(lookup) => (Value::Bytes(lookup), Value::Null),
        Known::Token(token) => (Value::Null, Value::Int(token.number())),
    };
    writer.execute(
        &INSERT_REPORTER,
        &[Value::Int(id.number()), lookup, token, Value::Int(now)],
    )?;
    Ok(id)
}

/// How often a reporter was right.
///
/// # Errors
/// When the database is away.
pub fn track(tx: &mut dyn Queries, reporter: Id<Reporter>) -> Result<Track, Error> {
    let Some(row) = tx.row(&REPORTER, &[Value::Int(reporter.number())])? else {
        return Ok(Track::default());
    };
    let small = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let warned = match (row.optional_time(2)?, row.optional_int(3)?) {
        (Some(at), Some(refused)) => Some((at, small(refused))),
        _ => None,
    };
    Ok(Track {
        upheld: small(row.int(0)?),
        refused: small(row.int(1)?),
        warned,
    })
}

/// Counts an answered report of a reporter: it was right, or it was not.
///
/// # Errors
/// When the database is away or full.
pub fn count_answer(writer: &mut Writer<'_, '_>, reporter: Id<Reporter>, outcome: Outcome) -> Result<(), Error> {
    let upheld = i64::from(outcome.is_violation());
    let values = [
        Value::Int(reporter.number()),
        Value::Int(upheld),
        Value::Int(1 - upheld),
    ];
    writer.execute(&TRACK, &values)?;
    Ok(())
}

/// Notes that a reporter was warned.
///
/// # Errors
/// When the database is away or full.
pub fn warn(writer: &mut Writer<'_, '_>, reporter: Id<Reporter>) -> Result<(), Error> {
    let now = writer.now().as_micros();
    writer.execute(&WARN, &[Value::Int(reporter.number()), Value::Int(now)])?;
    Ok(())
}

/// Forgets a reporter of whom no report is left; one who is known by a token stays. False where they stay.
///
/// # Errors
/// When the database is away or full.
pub fn delete_reporter(writer: &mut Writer<'_, '_>, reporter: Id<Reporter>) -> Result<bool, Error> {
    Ok(writer.execute(&DELETE_REPORTER, &[Value::Int(reporter.number())])? > 0)
}

fn read(row: &Row) -> Result<ReportRow, Error> {
    Ok(ReportRow {
        id: row.id(0, "report.id")?,
        state: row.key(1, "report.state", ReportState::from_key)?,
        category: row.owned(2)?,
        relation: row.key(3, "report.relation", Relation::from_key)?,
        language: row.owned(4)?,
        received_at: row.time(5)?,
        confirmed_at: row.optional_time(6)?,
        reporter: row.optional_id(7, "report.reporter")?,
        standing: row.key(8, "report.standing", Standing::from_key)?,
        item: row.optional_id(9, "report.item")?,
        case: row.optional_id(10, "report.case_id")?,
        answered_at: row.optional_time(11)?,
        outcome: row.optional_key(12, "report.outcome", Outcome::from_key)?,
        content: row.optional_bytes(13)?.map(<[u8]>::to_vec),
        contact: row.optional_bytes(14)?.map(<[u8]>::to_vec),
        picture: row.optional_key(15, "report.picture_type", ImageFormat::from_media_type)?,
        can_confirm: row.int(16)? != 0,
    })
}
