//! `anlanh blocklist import`.

use std::io::{self, Write};
use std::path::Path;

use anlanh_soc::blocking::Act;
use anlanh_zone::Source;
use anyhow::Context;

use super::{clock, read_keys};
use crate::cli::zone::ImportOptions;
use crate::{Outcome, blocklist};

/// Fetches a zone of others, and writes what it blocks as a list.
///
/// # Errors
/// When it cannot be had, or the result not be written.
pub fn import(options: &ImportOptions) -> anyhow::Result<Outcome> {
    let keys = read_keys(options.tsig_file.as_slice())?;
    let key = match &options.tsig_key {
        Some(name) => Some(
            keys.named(name)
                .with_context(|| format!("không có khóa nào mang tên này · no key is named so: {name}"))?,
        ),
        None => keys.first(),
    };
    let source = Source {
        zone: options.transfer.zone.clone(),
        server: options.transfer.server,
        key: key.cloned(),
        most: options.max_rules,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let copy = runtime.block_on(anlanh_zone::fetch(&source, None, &clock()))?;
    let listed = copy.listed();
    let (mut blocked, mut passed) = (Vec::new(), Vec::new());
    for (value, act) in &listed.values {
        writeln!(if *act == Act::Pass { &mut passed } else { &mut blocked }, "{value}")?;
    }
    let exceptions = listed.values.iter().filter(|(_, act)| *act == Act::Pass).count();
    write(options.out.as_deref(), &blocked)?;
    if let Some(path) = &options.pass_out {
        blocklist::replace(path, &passed)?;
    }
    let mut err = io::stderr().lock();
    writeln!(
        err,
        "{} giá trị, số thứ tự {} · values, serial {1}",
        listed.values.len(),
        copy.serial()
    )?;
    let lost = if options.pass_out.is_some() { 0 } else { exceptions };
    for (count, what) in [
        (
            lost,
            "ngoại lệ bị bỏ qua, xem --pass-out · exceptions were left out, see --pass-out",
        ),
        (
            listed.partial,
            "tên chỉ chặn chính nó hoặc chỉ tên bên dưới, bị bỏ qua · names without those below, or only those below, were left out",
        ),
        (
            listed.foreign,
            "bản ghi mà danh sách không diễn đạt được · records that a list cannot say",
        ),
    ] {
        if count > 0 {
            writeln!(err, "{count} {what}")?;
        }
    }
    let is_whole = lost + listed.partial + listed.foreign == 0;
    Ok(if is_whole { Outcome::Good } else { Outcome::SomeBad })
}

fn write(path: Option<&Path>, text: &[u8]) -> anyhow::Result<()> {
    match path {
        Some(path) => blocklist::replace(path, text)?,
        None => io::stdout().lock().write_all(text)?,
    }
    Ok(())
}
