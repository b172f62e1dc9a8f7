//! The audit log: who did what to which thing, and when. It is only ever added to.

use anlanh_db::{Read, Statement, Value};
use anlanh_model::{AuditAction, Id, Person, Subject, Time, Token};

use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "audit":
    LAST = "SELECT COALESCE(MAX(id), 0) FROM audit";
    INSERT = "INSERT INTO audit (id, at, actor_kind, actor, action, subject_kind, subject, detail)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        rows 0 "INSERT INTO audit (id, at, actor_kind, actor, action, subject_kind, subject, detail)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::TEXT[]), unnest($4::BIGINT[]), unnest($5::TEXT[]),
                unnest($6::TEXT[]), unnest($7::BIGINT[]), unnest($8::TEXT[])";
    // Of a token that is revoked there is no time, which the table refuses; the group before may be what revokes it. What one
    // actor does in one commit is one entry on PostgreSQL. To SQLite it is no query: it would begin a savepoint for one, and
    // write its full-text index at each.
    INSERT_ITEMS = "INSERT INTO audit (id, at, actor_kind, actor, action, subject_kind, subject, detail)
              VALUES ($1, CASE WHEN $7 IS NULL OR EXISTS (SELECT 1 FROM token WHERE id = $7 AND revoked_at IS NULL) THEN $2 END,
                $3, $4, $5, 'items', $6, '')"
        rows 0 "INSERT INTO audit (id, at, actor_kind, actor, action, subject_kind, subject, detail)
              SELECT MAX(id), CASE WHEN token IS NULL
                  OR EXISTS (SELECT 1 FROM token t WHERE t.id = one.token AND t.revoked_at IS NULL) THEN MAX(at) END,
                actor_kind, actor, action, 'items', SUM(n)::BIGINT, ''
              FROM (SELECT unnest($1::BIGINT[]) AS id, unnest($2::BIGINT[]) AS at, unnest($3::TEXT[]) AS actor_kind,
                  unnest($4::BIGINT[]) AS actor, unnest($5::TEXT[]) AS action, unnest($6::BIGINT[]) AS n,
                  unnest($7::BIGINT[]) AS token) one
              GROUP BY actor_kind, actor, action, token";
}

/// A page of the log, read along an index that its narrowest filter begins. Every other filter is one of these conditions or
/// is switched off by an empty value.
macro_rules! page {
    ($name:literal, $narrowest:literal) => {
        Statement::new(
            concat!("audit.", $name),
            concat!(
                "SELECT a.id, a.at, a.actor_kind, a.actor, COALESCE(s.name, t.name), a.action, a.subject_kind, a.subject, a.detail
                 FROM audit a
                 LEFT JOIN staff s ON a.actor_kind = 'person' AND s.id = a.actor
                 LEFT JOIN token t ON a.actor_kind = 'token' AND t.id = a.actor
                 WHERE ",
                $narrowest,
                "a.id < $1 AND a.id >= $3 AND ($4 = '' OR a.action = $4) AND ($5 = '' OR (a.subject_kind = $5 AND a.subject = $6))
                   AND (CAST($7 AS BIGINT) < 0 OR (a.actor_kind = 'person' AND a.actor = $7))
                 ORDER BY a.id DESC LIMIT $2"
            ),
        )
    };
}

const PAGE: Statement = page!("PAGE", "");
const PAGE_OF_ACTION: Statement = page!("PAGE_OF_ACTION", "a.action = $4 AND ");
const PAGE_OF_SUBJECT: Statement = page!("PAGE_OF_SUBJECT", "a.subject_kind = $5 AND a.subject = $6 AND ");
const PAGE_OF_PERSON: Statement = page!("PAGE_OF_PERSON", "a.actor_kind = 'person' AND a.actor = $7 AND ");
pub(crate) const PAGES: &[&Statement] = &[&PAGE, &PAGE_OF_ACTION, &PAGE_OF_SUBJECT, &PAGE_OF_PERSON];

/// Marks the ids of audit entries.
#[derive(Debug)]
pub struct Entry;

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its id.
    pub id: Id<Entry>,
    /// When.
    pub at: Time,
    /// The kind of actor: `person`, `token`, `operator`, `node`.
    pub actor_kind: String,
    /// The name of the account or token, if it has one.
    pub actor: Option<String>,
    /// What was done.
    pub action: AuditAction,
    /// To what: a kind and a number.
    pub subject: Option<(String, i64)>,
    /// Keys and numbers that say more; never content.
    pub detail: String,
}

/// Which entries are asked for: those that suit all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Those of one action.
    pub action: Option<AuditAction>,
    /// Those about one thing, by kind and number.
    pub subject: Option<(String, i64)>,
    /// What this person did.
    pub person: Option<Id<Person>>,
    /// From when on.
    pub from: Option<Time>,
    /// Until before when.
    pub until: Option<Time>,
}

impl AuditFilter {
    /// Those of one action.
    #[must_use]
    pub fn of_action(action: AuditAction) -> Self {
        Self {
            action: Some(action),
            ..Self::default()
        }
    }

    /// Those about one thing, by kind and number.
    #[must_use]
    pub fn about(kind: &str, number: i64) -> Self {
        Self {
            subject: Some((kind.to_owned(), number)),
            ..Self::default()
        }
    }
}

/// The largest id in the log; every other id was made before the entry that tells of it.
pub(crate) fn last_id(tx: &mut Read<'_>) -> Result<i64, Error> {
    let row = tx.query_one(&LAST, &[])?;
    row.map_or(Ok(0), |row| Ok(row.int(0)?))
}

pub(crate) fn insert(
    writer: &mut Writer<'_, '_>,
    id: Id<Entry>,
    subject: Option<Subject>,
    detail: &str,
) -> Result<(), Error> {
    let change = writer.change();
    let (at, kind, actor, action) = (
        change.now.as_micros(),
        change.actor.kind(),
        change.actor.number(),
        change.action.key(),
    );
    writer.send(
        &INSERT,
        &[
            Value::Int(id.number()),
            Value::Int(at),
            Value::Text(kind),
            Value::from(actor),
            Value::Text(action),
            Value::from(subject.map(|subject| subject.kind)),
            Value::from(subject.map(|subject| subject.number)),
            Value::Text(detail),
        ],
    )?;
    Ok(())
}

/// How it is known that somebody is who they say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was looked up when they asked.
    Known,
    /// This token was good before: it is looked up where it writes.
    Remembered(Id<Token>),
}

/// An entry for items that are kept, which a token that was revoked by then fails to make.
pub(crate) fn insert_items(
    writer: &mut Writer<'_, '_>,
    id: Id<Entry>,
    items: i64,
    standing: Standing,
) -> Result<(), Error> {
    let change = writer.change();
    let (at, kind, actor, action) = (
        change.now.as_micros(),
        change.actor.kind(),
        change.actor.number(),
        change.action.key(),
    );
    let token = match standing {
        Standing::Known => None,
        Standing::Remembered(token) => Some(token.number()),
    };
    writer.send(
        &INSERT_ITEMS,
        &[
            Value::Int(id.number()),
            Value::Int(at),
            Value::Text(kind),
            Value::from(actor),
            Value::Text(action),
            Value::Int(items),
            Value::from(token),
        ],
    )
}

/// Whether this failure says that a token was revoked.
pub(crate) fn is_revoked(error: &anlanh_db::Error) -> bool {
    *error == anlanh_db::Error::Constraint(INSERT_ITEMS.name)
}

/// At most `limit` entries older than `before`, newest first.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    filter: &AuditFilter,
    before: Option<Id<Entry>>,
    limit: u32,
) -> Result<Vec<AuditEntry>, Error> {
    // Ids grow with the time of making: what is older than a moment has a lesser one.
    let until = filter.until.map(|until| Id::<Entry>::first_at(until).number());
    let before = before.map(Id::number).into_iter().chain(until).min();
    let from = filter.from.map_or(-1, |from| Id::<Entry>::first_at(from).number());
    let (kind, number) = filter
        .subject
        .as_ref()
        .map_or(("", -1), |(kind, number)| (kind.as_str(), *number));
    let values = [
        Value::Int(before.unwrap_or(i64::MAX)),
        Value::Int(i64::from(limit)),
        Value::Int(from),
        Value::Text(filter.action.map_or("", AuditAction::key)),
        Value::Text(kind),
        Value::Int(number),
        Value::Int(filter.person.map_or(-1, Id::number)),
    ];
    let statement = match (&filter.subject, filter.person, filter.action) {
        (Some(_), ..) => &PAGE_OF_SUBJECT,
        (None, Some(_), _) => &PAGE_OF_PERSON,
        (None, None, Some(_)) => &PAGE_OF_ACTION,
        (None, None, None) => &PAGE,
    };
    let rows = tx.rows(statement, &values)?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let subject = match (row.optional_owned(6)?, row.optional_int(7)?) {
            (Some(kind), Some(number)) => Some((kind, number)),
            _ => None,
        };
        entries.push(AuditEntry {
            id: row.id(0, "audit.id")?,
            at: row.time(1)?,
            actor_kind: row.owned(2)?,
            actor: row.optional_owned(4)?,
            action: row.key(5, "audit.action", AuditAction::from_key)?,
            subject,
            detail: row.owned(8)?,
        });
    }
    Ok(entries)
}
