//! `anlanh user`: accounts of people, from the machine that the node runs on.

use std::io::{IsTerminal, Read, Write};

use anlanh_app::identity::{Name, Password, Secret, create_staff, list_staff};
use anlanh_model::Actor;
use anlanh_store::Role as Opening;
use anyhow::Context;

use crate::cli::{DataOptions, UserOptions};
use crate::{Outcome, data};

/// Longest password file that is read, in bytes; a password that long is refused in words.
const MAX_INPUT_BYTES: u64 = 4_096;

/// Makes an account. The password is read from standard input or a file; with neither, one is made and printed.
///
/// # Errors
/// When the name or password is not one, the name is taken, or the database cannot be opened.
pub fn create(options: &UserOptions) -> anyhow::Result<Outcome> {
    let name = Name::parse(&options.name)?;
    let given = read_password(options)?;
    let made = given.is_none().then(Secret::generate).transpose()?;
    let text = given
        .as_deref()
        .or(made.as_ref().map(Secret::reveal))
        .unwrap_or_default();
    let password = Password::parse(text, &name)?;
    let clock = data::clock();
    let store = data::open(&options.data, Opening::Tool)?;
    create_staff(&store, &clock, &Actor::Operator, &name, options.role, &password)?;
    if let Some(made) = made {
        writeln!(std::io::stdout(), "{}", made.reveal())?;
    }
    Ok(Outcome::Good)
}

/// Prints every account: name, role, and whether it is closed.
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    for row in list_staff(&store, &Actor::Operator)? {
        let state = if row.closed_at.is_some() { "closed" } else { "open" };
        writeln!(out, "{}\t{}\t{state}", row.name, row.person.role)?;
    }
    Ok(Outcome::Good)
}

/// The password that was given: the first line of a file, or of what is piped in.
fn read_password(options: &UserOptions) -> anyhow::Result<Option<String>> {
    let mut text = String::new();
    match &options.password_file {
        Some(path) => {
            let file =
                std::fs::File::open(path).with_context(|| format!("không mở được · cannot open {}", path.display()))?;
            file.take(MAX_INPUT_BYTES).read_to_string(&mut text)?;
        }
        None if std::io::stdin().is_terminal() => return Ok(None),
        None => {
            std::io::stdin().take(MAX_INPUT_BYTES).read_to_string(&mut text)?;
        }
    }
    let line = text.lines().next().unwrap_or_default();
    Ok((!line.is_empty()).then(|| line.to_owned()))
}
