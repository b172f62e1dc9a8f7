//! A constant database (CDB) of names, as dnsdist looks them up.

use std::io::{self, Write};

use super::{Act, Blocklist, Gap, Missing, reversed, written};

/// Tables of a CDB, each with the keys whose hashes end alike.
const TABLES: usize = 256;
/// Bytes of a place in a table, and of the beginning of a record.
const PAIR_BYTES: usize = 8;

/// Writes a CDB whose keys are names in the form of the DNS and whose values are acts, `nxdomain` or `redirect=` and a name.
/// `KeyValueLookupKeySuffix` finds a name by itself and by each name above it, the longest first, so that names below are
/// covered and exceptions are found before what they except. Reports what it cannot say.
///
/// # Errors
/// When it cannot be written, or would be longer than a CDB can be (4 GiB).
///
/// Source: <https://cr.yp.to/cdb/cdb.txt>
pub fn write_cdb(list: &Blocklist, out: &mut impl Write, mut report: impl FnMut(Gap<'_>)) -> io::Result<()> {
    for (value, _) in list.networks.values() {
        report(Gap {
            value: &written(value),
            missing: Missing::Value,
        });
    }
    list.leave_out_urls(&mut report);
    let mut tables: Vec<Vec<(u32, u32)>> = vec![Vec::new(); TABLES];
    let mut records = Vec::new();
    let start = TABLES * PAIR_BYTES;
    for (name, act) in &list.names {
        let (key, value) = (wire(name), value_of(act));
        let hash = hash(&key);
        if let Some(table) = tables.get_mut(hash as usize % TABLES) {
            table.push((hash, position(start + records.len())?));
        }
        records.extend_from_slice(&pair(position(key.len())?, position(value.len())?));
        records.extend_from_slice(&key);
        records.extend_from_slice(value.as_bytes());
    }
    let mut at = start + records.len();
    for table in &tables {
        let places = 2 * table.len();
        out.write_all(&pair(position(at)?, position(places)?))?;
        at += places * PAIR_BYTES;
    }
    // The end of the last table is one that can be named, too.
    position(at)?;
    out.write_all(&records)?;
    for table in tables {
        for (hash, position) in places(&table) {
            out.write_all(&pair(hash, position))?;
        }
    }
    Ok(())
}

/// A place in a table is free where its position is 0: no record stands there.
fn places(table: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut places = vec![(0, 0); 2 * table.len()];
    let count = places.len();
    for (hash, position) in table {
        let mut at = (*hash as usize >> 8) % count;
        while places.get(at).is_some_and(|(_, taken)| *taken != 0) {
            at = (at + 1) % count;
        }
        if let Some(place) = places.get_mut(at) {
            *place = (*hash, *position);
        }
    }
    places
}

fn pair(one: u32, other: u32) -> [u8; PAIR_BYTES] {
    (u64::from(one) | u64::from(other) << 32).to_le_bytes()
}

fn position(at: usize) -> io::Result<u32> {
    u32::try_from(at).map_err(|_| io::Error::other("a CDB has at most 4 GiB"))
}

fn hash(key: &[u8]) -> u32 {
    key.iter().fold(5381, |hash: u32, byte| {
        (hash << 5).wrapping_add(hash) ^ u32::from(*byte)
    })
}

/// The labels of a reversed name in their order, each behind its length, and the root.
fn wire(reversed_name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(reversed_name.len() + 2);
    for label in reversed(reversed_name).split('.') {
        // A label has up to 63 bytes.
        key.push(label.len() as u8);
        key.extend_from_slice(label.as_bytes());
    }
    key.push(0);
    key
}

fn value_of(act: &Act) -> String {
    match act {
        Act::Redirect(to) => format!("redirect={to}"),
        Act::NxDomain | Act::NoData | Act::Drop | Act::Pass => act.key().to_owned(),
    }
}
