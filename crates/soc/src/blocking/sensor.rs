//! Lists for sensors, and for programs of anyone.

use std::io::{self, Write};

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::{Act, Blocklist, Gap, Missing, reversed, written};

/// Writes a dataset of Suricata (`type string`), a name a line in Base64. A dataset has whole values alone, so it covers no
/// name below: each is reported.
///
/// # Errors
/// When it cannot be written.
pub fn write_suricata(list: &Blocklist, out: &mut impl Write, mut report: impl FnMut(Gap<'_>)) -> io::Result<()> {
    for (name, act) in &list.names {
        let name = reversed(name);
        let missing = if *act == Act::Pass {
            Missing::Act
        } else {
            writeln!(out, "{}", BASE64_STANDARD.encode(&name))?;
            Missing::Below
        };
        report(Gap { value: &name, missing });
    }
    for (value, _) in list.networks.values() {
        report(Gap {
            value: &written(value),
            missing: Missing::Value,
        });
    }
    list.leave_out_urls(&mut report);
    Ok(())
}

/// Writes every value with its act, an object of JSON a line.
///
/// # Errors
/// When it cannot be written.
pub fn write_json(list: &Blocklist, out: &mut impl Write) -> io::Result<()> {
    let mut line = |kind: &str, value: &str, act: &Act| {
        let to = match act {
            Act::Redirect(to) => Some(to),
            Act::NxDomain | Act::NoData | Act::Drop | Act::Pass => None,
        };
        let mut entry = serde_json::json!({"kind": kind, "value": value, "act": act.key()});
        if let (Some(to), Some(fields)) = (to, entry.as_object_mut()) {
            fields.insert("to".to_owned(), to.as_str().into());
        }
        writeln!(out, "{entry}")
    };
    for (name, act) in &list.names {
        line("domain", &reversed(name), act)?;
    }
    for (value, act) in list.networks.values() {
        line("address", &written(value), act)?;
    }
    for (url, act) in &list.urls {
        line("url", url, act)?;
    }
    Ok(())
}
