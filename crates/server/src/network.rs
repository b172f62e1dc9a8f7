//! What the operator says of the network whose blocklist a node keeps: read at the start, whole or not at all.

use std::fs;
use std::path::Path;

use anlanh_app::block::Facts;
use anlanh_soc::WarningList;
use anlanh_soc::blocking::Act;
use anlanh_soc::blocking::guard::{Bounds, Class, Guard, Known, Warned};
use anyhow::{Context, bail};

use crate::blocking::misread;
use crate::cli::NetworkOptions;
use crate::mapped;

/// Reads the files that the options name. A line that cannot be read stops the start: a guard with a hole in it is none.
///
/// # Errors
/// Which file, line and why.
pub fn read(options: &NetworkOptions) -> anyhow::Result<Facts> {
    let mut facts = Facts::default();
    let mut probe = Guard::new(Bounds {
        popular: 1,
        shared_names: 1,
        names_below: 1,
        widest_v4: 1,
        widest_v6: 1,
    });
    for path in &options.own {
        each_line(path, |line| {
            let values = anlanh_soc::values(line.as_bytes()).map_err(|error| misread(error).to_owned())?;
            for value in values {
                let refused = |_| "không phải tên, địa chỉ hay dải mạng · no name, address or network".to_owned();
                probe.protect(Class::Own, value).map_err(refused)?;
                facts.own.push(value.to_owned());
            }
            Ok(())
        })?;
    }
    let mut known = Known::new();
    for path in &options.popular {
        each_line(path, |line| known.add_rank(line).map_err(|error| error.to_string()))?;
    }
    for path in &options.answers {
        each_line(path, |line| known.add_answer(line).map_err(|error| error.to_string()))?;
    }
    for path in &options.warning_list {
        let text = fs::read(path).with_context(|| format!("không đọc được · cannot read {}", path.display()))?;
        let about = || path.display().to_string();
        let list = WarningList::read(&text).with_context(about)?;
        let list = Warned::of(&list).with_context(about)?;
        if list.unread() > 0 {
            tracing::warn!(
                list = list.title(),
                left_out = list.unread(),
                "values of a warning list are no names or networks"
            );
        }
        known.warn(list);
    }
    facts.known = known;
    if let Some(page) = &options.block_page {
        match Act::parse(&format!("redirect={page}")) {
            Ok(Act::Redirect(page)) => facts.page = Some(page),
            Ok(_) | Err(_) => bail!("--block-page: không phải tên miền · no name"),
        }
    }
    Ok(facts)
}

/// Hands over every line of a file.
fn each_line(path: &Path, mut line: impl FnMut(&str) -> Result<(), String>) -> anyhow::Result<()> {
    let text = mapped::map(path)?;
    let text =
        std::str::from_utf8(&text).with_context(|| format!("{}: không phải UTF-8 · not UTF-8", path.display()))?;
    for (number, text) in (1_u64..).zip(text.lines()) {
        if let Err(why) = line(text) {
            bail!("{}:{number}: {why}", path.display());
        }
    }
    Ok(())
}
