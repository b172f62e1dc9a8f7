//! `anlanh log watch`: which logs of others this node witnesses.

use std::io::Write;

use anlanh_app::public_log;
use anlanh_store::Role;
use anyhow::Context;

use crate::cli::{DataOptions, WatchOptions};
use crate::{Outcome, data, key};

/// Watches the log with a public key from now on, beside a running node too.
///
/// # Errors
/// When it is no key of a log, or the database cannot be opened.
pub fn add(options: &WatchOptions) -> anyhow::Result<Outcome> {
    let store = data::open(&options.data, Role::Tool)?;
    let added = public_log::watch(&store, &data::clock(), &options.key);
    added.context("không chứng kiến được nhật ký này · cannot witness this log")?;
    Ok(Outcome::Good)
}

/// Watches a log no longer.
///
/// # Errors
/// When no such log is watched, or the database cannot be opened.
pub fn remove(options: &WatchOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(&options.data)?;
    let removed = public_log::unwatch(&store, &data::clock(), &options.key);
    removed.context("không bỏ được nhật ký này · cannot remove this log")?;
    Ok(Outcome::Good)
}

/// Prints the key by which this node witnesses, and every log that it does: key, size that was cosigned last, and when (in
/// seconds since 1970).
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    let vault = key::open(options, &store)?;
    match public_log::witness_key(&store, &vault)? {
        Some(key) => writeln!(out, "khóa chứng kiến · witness key\t{key}")?,
        None => writeln!(
            out,
            "khóa chứng kiến có sau khi nút chạy lần đầu · the witness key is there once the node ran"
        )?,
    }
    for log in public_log::watched(&store)? {
        let at = log.cosigned_at.map_or("-".to_owned(), |at| at.as_seconds().to_string());
        writeln!(out, "{}\t{}\t{at}", log.key, log.size)?;
    }
    Ok(Outcome::Good)
}
