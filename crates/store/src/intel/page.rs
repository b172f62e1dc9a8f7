//! Reading collections page by page, in the order in which versions were added.
//!
//! A filter that matches little would read a whole collection for one page: a page looks at so many versions and no more, and
//! then says where to go on, with fewer objects than were asked for, or none.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{Id, Time, Tlp};

use super::add::identity;
use super::collection::Collection;
use crate::row::Columns;
use crate::statement::statements;
use crate::{Error, Queries};

/// Most versions of a page.
pub const MAX_PAGE: u32 = 1_000;
/// Bytes of objects after which a page ends, all together; one object it has in any case.
pub const MAX_PAGE_BYTES: i64 = 16 << 20;
/// Most values of one kind in a filter.
pub const MAX_FILTER_VALUES: usize = 100;
/// How many versions of a collection a page looks at.
pub const SCANNED: i64 = 20_000;

statements! { "intel_page":
    BOUND = "SELECT added FROM intel_object WHERE collection = $1 AND is_last = $2 AND added > $3
             ORDER BY added LIMIT 1 OFFSET $4";
}

/// What a filter asks of a version beside where it stands; parameters 3 to 7.
macro_rules! asked {
    () => {
        "added <= $3 AND tlp <= $5
           AND ($6 = '' OR replace($6, ',' || kind || ',', '') <> $6)
           AND ($7 = '' OR replace($7, ',' || spec_version || ',', '') <> $7)"
    };
}

/// What a filter asks of versions where it is not the last ones alone; parameter 8.
macro_rules! versions {
    () => {
        " AND ($8 = '' OR (is_first = 1 AND replace($8, ',first,', '') <> $8)
           OR (is_last = 1 AND replace($8, ',last,', '') <> $8)
           OR replace($8, ',' || CAST(version AS TEXT) || ',', '') <> $8)"
    };
}

/// The last versions of a collection, which have a range of an index to themselves.
macro_rules! last {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM intel_object WHERE collection = $1 AND is_last = 1 AND added > $2 AND ",
            asked!(),
            " ORDER BY added LIMIT $4"
        )
    };
}

/// Any versions of a collection: the last ones and the others, which have another range.
macro_rules! any {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM (SELECT added, id, version, spec_version, body FROM intel_object
               WHERE collection = $1 AND is_last = 1 AND added > $2 AND ",
            asked!(),
            versions!(),
            " ORDER BY added LIMIT $4) newest UNION ALL SELECT ",
            $columns,
            " FROM (SELECT added, id, version, spec_version, body FROM intel_object
               WHERE collection = $1 AND is_last = 0 AND added > $2 AND ",
            asked!(),
            versions!(),
            " ORDER BY added LIMIT $4) older ORDER BY 1 LIMIT $4"
        )
    };
}

/// Any versions of one object.
macro_rules! of_one {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM intel_object WHERE identity = $1 AND added > $2 AND ",
            asked!(),
            versions!(),
            " ORDER BY added LIMIT $4"
        )
    };
}

const LAST: Statement = Statement::new(
    "intel_page.LAST",
    last!("added, id, version, spec_version, length(body)"),
);
const LAST_BODIES: Statement = Statement::new("intel_page.LAST_BODIES", last!("added, body"));
const ANY: Statement = Statement::new("intel_page.ANY", any!("added, id, version, spec_version, length(body)"));
const ANY_BODIES: Statement = Statement::new("intel_page.ANY_BODIES", any!("added, body"));
const OF_ONE: Statement = Statement::new(
    "intel_page.OF_ONE",
    of_one!("added, id, version, spec_version, length(body)"),
);
const OF_ONE_BODIES: Statement = Statement::new("intel_page.OF_ONE_BODIES", of_one!("added, body"));

pub(crate) const LISTS: &[&Statement] = &[&LAST, &LAST_BODIES, &ANY, &ANY_BODIES, &OF_ONE, &OF_ONE_BODIES];

/// Which versions of objects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Versions {
    /// The last one of each.
    #[default]
    Last,
    /// Every one.
    All,
    /// Any of these.
    Some {
        /// The first one of each.
        first: bool,
        /// The last one of each.
        last: bool,
        /// Those of these versions.
        exact: Vec<Time>,
    },
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Objects of these ids, at most [`MAX_FILTER_VALUES`]; of any without.
    pub ids: Vec<String>,
    /// Objects of these types, at most [`MAX_FILTER_VALUES`]; of any without.
    pub kinds: Vec<String>,
    /// Objects of these versions of STIX, at most [`MAX_FILTER_VALUES`]; of any without.
    pub spec_versions: Vec<String>,
    /// Which of their versions.
    pub versions: Versions,
    /// Objects that are not marked more strictly.
    pub clearance: Tlp,
}

/// A version of an object, without the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// When it was added.
    pub added: Time,
    /// The object's id.
    pub id: String,
    /// Which version of it.
    pub version: Time,
    /// The version of STIX.
    pub spec_version: String,
    /// Bytes of the object.
    bytes: i64,
}

/// A version of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRow {
    /// When it was added, and which it is.
    pub head: Head,
    /// Its JSON.
    pub body: Vec<u8>,
}

/// A part of what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// In the order in which they were added.
    pub rows: Vec<T>,
    /// After which moment there may be more; none where there is no more.
    pub next: Option<Time>,
}

/// At most `limit` objects of a collection that were added after a moment.
///
/// # Errors
/// When the database is away.
pub fn page(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    filter: &Filter,
    after: Time,
    limit: u32,
) -> Result<Page<ObjectRow>, Error> {
    let asked = Asked::new(filter);
    let mut found = heads(tx, collection, (filter, &asked), after, limit)?;
    let (mut bytes, mut kept) = (0, 0);
    for head in &found.rows {
        bytes += head.bytes;
        if kept > 0 && bytes > MAX_PAGE_BYTES {
            break;
        }
        kept += 1;
    }
    if kept < found.rows.len() {
        found.rows.truncate(kept);
        found.next = found.rows.last().map(|head| head.added);
    }
    let mut bodies = bodies(tx, collection, (filter, &asked), after, &found.rows)?.into_iter();
    let mut rows = Vec::with_capacity(kept);
    for head in found.rows {
        // One moment names one body, and both lists are in their order.
        let body = bodies.find(|(added, _)| *added == head.added.as_micros());
        let (_, body) = body.ok_or(Error::unreadable("intel_object.body"))?;
        rows.push(ObjectRow { head, body });
    }
    Ok(Page { rows, next: found.next })
}

/// [`page`] without the objects.
///
/// # Errors
/// As [`page`].
pub fn manifest(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    filter: &Filter,
    after: Time,
    limit: u32,
) -> Result<Page<Head>, Error> {
    heads(tx, collection, (filter, &Asked::new(filter)), after, limit)
}

/// A filter as statements take it.
struct Asked {
    tlp: i64,
    kinds: String,
    spec_versions: String,
    versions: String,
}

impl Asked {
    fn new(filter: &Filter) -> Self {
        let list = |values: &[String]| {
            if values.is_empty() {
                return String::new();
            }
            format!(",{},", values.join(","))
        };
        Self {
            tlp: filter.clearance.rank(),
            kinds: list(&filter.kinds),
            spec_versions: list(&filter.spec_versions),
            versions: match &filter.versions {
                Versions::All => String::new(),
                Versions::Last => ",last,".to_owned(),
                Versions::Some { first, last, exact } => {
                    let exact = exact.iter().map(|version| version.as_micros().to_string());
                    let first = first.then(|| "first".to_owned());
                    let last = last.then(|| "last".to_owned());
                    let all: Vec<String> = first.into_iter().chain(last).chain(exact).collect();
                    format!(",{},", all.join(","))
                }
            },
        }
    }

    /// The parameters of every list, with what names where it looks.
    fn values<'v>(&'v self, of: Value<'v>, (after, until): (Time, i64), limit: i64) -> Vec<Value<'v>> {
        vec![
            of,
            Value::Int(after.as_micros()),
            Value::Int(until),
            Value::Int(limit),
            Value::Int(self.tlp),
            Value::Text(&self.kinds),
            Value::Text(&self.spec_versions),
            Value::Text(&self.versions),
        ]
    }
}

fn heads(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    (filter, asked): (&Filter, &Asked),
    after: Time,
    limit: u32,
) -> Result<Page<Head>, Error> {
    let limit = i64::from(limit.clamp(1, MAX_PAGE));
    // As far as one page looks.
    let bound = if filter.ids.is_empty() {
        bound(tx, collection, filter, after)?
    } else {
        None
    };
    let until = bound.unwrap_or(i64::MAX);
    let rows = rows(tx, collection, (filter, asked), (after, until), limit + 1, Of::Heads)?;
    let mut rows: Vec<Head> = rows.iter().map(read).collect::<Result<_, Error>>()?;
    rows.sort_by_key(|head| head.added);
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let next = if rows.len() > most {
        rows.truncate(most);
        rows.last().map(|head| head.added)
    } else {
        bound.map(Time::from_micros)
    };
    Ok(Page { rows, next })
}

/// The last moment that a page looks at, where there are later ones.
fn bound(tx: &mut dyn Queries, collection: Id<Collection>, filter: &Filter, after: Time) -> Result<Option<i64>, Error> {
    let ranges: &[i64] = match filter.versions {
        Versions::Last => &[1],
        Versions::All | Versions::Some { .. } => &[1, 0],
    };
    let mut bound = None;
    for is_last in ranges {
        let values = [
            Value::Int(collection.number()),
            Value::Int(*is_last),
            Value::Int(after.as_micros()),
            Value::Int(SCANNED - 1),
        ];
        let Some(row) = tx.row(&BOUND, &values)? else {
            continue;
        };
        let of_range = row.int(0)?;
        bound = Some(bound.map_or(of_range, |bound: i64| bound.min(of_range)));
    }
    Ok(bound)
}

fn bodies(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    (filter, asked): (&Filter, &Asked),
    after: Time,
    heads: &[Head],
) -> Result<Vec<(i64, Vec<u8>)>, Error> {
    let Some(last) = heads.last() else {
        return Ok(Vec::new());
    };
    let most = i64::try_from(heads.len()).unwrap_or(i64::MAX);
    let until = last.added.as_micros();
    let rows = rows(tx, collection, (filter, asked), (after, until), most, Of::Bodies)?;
    let read = |row: Row| Ok((row.int(0)?, row.bytes(1)?.to_vec()));
    let mut bodies: Vec<(i64, Vec<u8>)> = rows.into_iter().map(read).collect::<Result<_, Error>>()?;
    bodies.sort_by_key(|(added, _)| *added);
    Ok(bodies)
}

#[derive(Debug, Clone, Copy)]
enum Of {
    Heads,
    Bodies,
}

fn rows(
    tx: &mut dyn Queries,
    collection: Id<Collection>,
    (filter, asked): (&Filter, &Asked),
    range: (Time, i64),
    limit: i64,
    of: Of,
) -> Result<Vec<Row>, Error> {
    if !filter.ids.is_empty() {
        let statement = match of {
            Of::Heads => &OF_ONE,
            Of::Bodies => &OF_ONE_BODIES,
        };
        let mut identities: Vec<[u8; 16]> = filter.ids.iter().map(|id| identity(collection, id)).collect();
        identities.sort_unstable();
        identities.dedup();
        let mut rows = Vec::new();
        for identity in &identities {
            rows.append(&mut tx.rows(statement, &asked.values(Value::Bytes(identity), range, limit))?);
        }
        return Ok(rows);
    }
    let mut values = asked.values(Value::Int(collection.number()), range, limit);
    let statement = match (&filter.versions, of) {
        (Versions::Last, of) => {
            values.pop();
            match of {
                Of::Heads => &LAST,
                Of::Bodies => &LAST_BODIES,
            }
        }
        (Versions::All | Versions::Some { .. }, Of::Heads) => &ANY,
        (Versions::All | Versions::Some { .. }, Of::Bodies) => &ANY_BODIES,
    };
    tx.rows(statement, &values)
}

fn read(row: &Row) -> Result<Head, Error> {
    Ok(Head {
        added: row.time(0)?,
        id: row.owned(1)?,
        version: row.time(2)?,
        spec_version: row.owned(3)?,
        bytes: row.int(4)?,
    })
}
