//! Adding objects, many at a time.

use std::collections::HashMap;

use anlanh_db::Value;
use anlanh_model::{Id, Time, Tlp};
use sha2::{Digest as _, Sha256};

use super::clock;
use super::collection::Collection;
use crate::statement::statements;
use crate::{Error, Queries, Writer};

/// How many objects are looked for at once.
const LOOKED_FOR: usize = 1_000;

statements! { "intel_object":
    // One journey for many objects. The databases take a list apart by different names.
    NEWEST = "SELECT k.key, o.version, o.added
              FROM json_each('[\"' || replace($1, ',', '\",\"') || '\"]') k
              JOIN intel_object o ON o.identity = unhex(k.value)
                AND o.version = (SELECT MAX(version) FROM intel_object WHERE identity = unhex(k.value))"
        | "SELECT k.n - 1, o.version, o.added
           FROM unnest(string_to_array($1, ',')) WITH ORDINALITY AS k (hex, n)
           CROSS JOIN LATERAL (SELECT version, added FROM intel_object
             WHERE identity = decode(k.hex, 'hex') ORDER BY version DESC LIMIT 1) o";
    OF_VERSION = "SELECT added FROM intel_object WHERE identity = $1 AND version = $2";
    OLDEST = "SELECT version, added FROM intel_object WHERE identity = $1 ORDER BY version LIMIT 1";
    NOT_LAST = "UPDATE intel_object SET is_last = 0 WHERE added = $1";
    NOT_FIRST = "UPDATE intel_object SET is_first = 0 WHERE added = $1";
    INSERT = "INSERT INTO intel_object (added, collection, identity, version, is_first, is_last, is_revoked, tlp, kind,
                spec_version, actor_kind, actor, feed, id, body)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        rows 0 "INSERT INTO intel_object (added, collection, identity, version, is_first, is_last, is_revoked, tlp, kind,
                spec_version, actor_kind, actor, feed, id, body)
              SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::BYTEA[]), unnest($4::BIGINT[]),
                unnest($5::SMALLINT[]), unnest($6::SMALLINT[]), unnest($7::SMALLINT[]), unnest($8::SMALLINT[]),
                unnest($9::TEXT[]), unnest($10::TEXT[]), unnest($11::TEXT[]), unnest($12::BIGINT[]), unnest($13::BIGINT[]),
                unnest($14::TEXT[]), unnest($15::BYTEA[])";
}

/// An object to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObject {
    /// Its identifier, as it was written.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// When it was changed last, or made, to the microsecond; none for what has no versions, of which the first one that
    /// comes stays.
    pub version: Option<Time>,
    /// The version of STIX, as in `2.1`.
    pub spec_version: String,
    /// How strictly it, or any part of it, is marked.
    pub tlp: Tlp,
    /// Whether it was revoked.
    pub is_revoked: bool,
    /// The feed that it came by.
    pub feed: Option<i64>,
    /// Its JSON.
    pub body: Vec<u8>,
}

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is kept now.
    New {
        /// Its version.
        version: Time,
        /// By when it is known here: no other one has this moment, and all that was added before has earlier ones.
        added: Time,
    },
    /// This version was there, and stays as it is.
    Known {
        /// Its version.
        version: Time,
    },
}

impl Added {
    /// The version that is there now.
    #[must_use]
    pub const fn version(self) -> Time {
        match self {
            Self::New { version, .. } | Self::Known { version } => version,
        }
    }
}

/// Names an object of a collection in few bytes.
pub(super) fn identity(collection: Id<Collection>, id: &str) -> [u8; 16] {
    let digest = Sha256::new()
        .chain_update(collection.number().to_be_bytes())
        .chain_update(id)
        .finalize();
    let mut identity = [0; 16];
    for (byte, of_digest) in identity.iter_mut().zip(digest) {
        *byte = of_digest;
    }
    identity
}

/// The newest version of an object.
#[derive(Debug, Clone, Copy)]
struct Newest {
    version: i64,
    added: i64,
}

/// Adds objects to a collection, in their order, and says what became of each. Whoever adds them is the one who makes the
/// change.
///
/// # Errors
/// When the database is away or full.
pub fn add(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    objects: &[NewObject],
) -> Result<Vec<Added>, Error> {
    let first = clock::take(writer, objects.len())?.as_micros();
    let mut outcomes = Vec::with_capacity(objects.len());
    let mut added = first;
    for objects in objects.chunks(LOOKED_FOR) {
        let identities: Vec<[u8; 16]> = objects.iter().map(|new| identity(collection, &new.id)).collect();
        let mut newest = newest(writer, &identities)?;
        for (new, identity) in objects.iter().zip(&identities) {
            let outcome = add_one(writer, collection, (new, identity), &mut newest, added)?;
            if matches!(outcome, Added::New { .. }) {
                added = added.saturating_add(1);
            }
            outcomes.push(outcome);
        }
    }
    Ok(outcomes)
}

/// The newest versions of these objects.
fn newest(writer: &mut Writer<'_, '_>, identities: &[[u8; 16]]) -> Result<HashMap<[u8; 16], Newest>, Error> {
    let mut list = String::with_capacity(identities.len().saturating_mul(33));
    for identity in identities {
        if !list.is_empty() {
            list.push(',');
        }
        for byte in identity {
            list.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
        }
    }
    let rows = writer.rows(&NEWEST, &[Value::Text(&list)])?;
    let mut newest = HashMap::with_capacity(identities.len());
    for row in &rows {
        let at = usize::try_from(row.int(0)?).ok();
        let identity = at.and_then(|at| identities.get(at));
        let of = Newest {
            version: row.int(1)?,
            added: row.int(2)?,
        };
        newest.insert(*identity.ok_or(Error::unreadable("intel_object.identity"))?, of);
    }
    Ok(newest)
}

fn add_one(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    (new, identity): (&NewObject, &[u8; 16]),
    newest: &mut HashMap<[u8; 16], Newest>,
    added: i64,
) -> Result<Added, Error> {
    let known = newest.get(identity).copied();
    let version = match (new.version, known) {
        (Some(version), _) => version.as_micros(),
        // What has no versions is there, or is as old as its coming.
        (None, Some(known)) => known.version,
        (None, None) => added,
    };
    let (is_first, is_last) = match known {
        None => (true, true),
        Some(known) if known.version == version => {
            let version = Time::from_micros(version);
            return Ok(Added::Known { version });
        }
        Some(known) if known.version < version => {
            writer.send(&NOT_LAST, &[Value::Int(known.added)])?;
            (false, true)
        }
        Some(_) => {
            let of_version = [Value::Bytes(identity), Value::Int(version)];
            if writer.row(&OF_VERSION, &of_version)?.is_some() {
                let version = Time::from_micros(version);
                return Ok(Added::Known { version });
            }
            (make_first(writer, identity, version)?, false)
        }
    };
    if is_last {
        newest.insert(*identity, Newest { version, added });
    }
    insert(writer, collection, (new, identity), (version, is_first, is_last), added)?;
    Ok(Added::New {
        version: Time::from_micros(version),
        added: Time::from_micros(added),
    })
}

/// Whether a version is older than all that are there; then the oldest of them is the first no more.
fn make_first(writer: &mut Writer<'_, '_>, identity: &[u8; 16], version: i64) -> Result<bool, Error> {
    let oldest = writer.row(&OLDEST, &[Value::Bytes(identity)])?;
    let Some(oldest) = oldest.filter(|row| row.int(0).is_ok_and(|oldest| version < oldest)) else {
        return Ok(false);
    };
    writer.send(&NOT_FIRST, &[Value::Int(oldest.int(1)?)])?;
    Ok(true)
}

fn insert(
    writer: &mut Writer<'_, '_>,
    collection: Id<Collection>,
    (new, identity): (&NewObject, &[u8; 16]),
    (version, is_first, is_last): (i64, bool, bool),
    added: i64,
) -> Result<(), Error> {
    let (kind, actor) = (writer.actor().kind(), writer.actor().number());
    let values = [
        Value::Int(added),
        Value::Int(collection.number()),
        Value::Bytes(identity),
        Value::Int(version),
        Value::Int(i64::from(is_first)),
        Value::Int(i64::from(is_last)),
        Value::Int(i64::from(new.is_revoked)),
        Value::Int(new.tlp.rank()),
        Value::Text(&new.kind),
        Value::Text(&new.spec_version),
        Value::Text(kind),
        Value::from(actor),
        Value::from(new.feed),
        Value::Text(&new.id),
        Value::Bytes(&new.body),
    ];
    writer.send(&INSERT, &values)
}
