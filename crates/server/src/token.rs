//! `anlanh token`: tokens of machines, from the machine that the node runs on.

use std::io::Write;

use anlanh_app::identity::{Name, NewToken, create_token, list_tokens, revoke_token};
use anlanh_model::{Actor, Scope};
use anlanh_store::Role as Opening;

use crate::cli::{DataOptions, RevokeOptions, TokenOptions};
use crate::{Outcome, data};

/// Makes a token and prints it, on one line, this once.
///
/// # Errors
/// When the name is not one or is taken, there is no such person, or the database cannot be opened.
pub fn create(options: &TokenOptions) -> anyhow::Result<Outcome> {
    let name = Name::parse(&options.name)?;
    let person = options.person.as_deref().map(Name::parse).transpose()?;
    let clock = data::clock();
    let store = data::open(&options.data, Opening::Tool)?;
    let new = NewToken {
        scopes: options.scope.clone(),
        person,
        clearance: options.tlp,
    };
    let secret = create_token(&store, &clock, &Actor::Operator, &name, &new)?;
    writeln!(std::io::stdout(), "{}", secret.reveal())?;
    Ok(Outcome::Good)
}

/// Prints every token: id, name, scopes, the person it stands for, and whether it is revoked.
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    for row in list_tokens(&store, &Actor::Operator)? {
        let scopes: Vec<&str> = row.scopes.iter().map(|scope: &Scope| scope.key()).collect();
        let person = row.person_name.as_deref().unwrap_or("-");
        let state = if row.revoked_at.is_some() { "revoked" } else { "valid" };
        writeln!(out, "{}\t{}\t{}\t{person}\t{state}", row.id, row.name, scopes.join(","))?;
    }
    Ok(Outcome::Good)
}

/// Revokes a token.
///
/// # Errors
/// When there is no such token, or the database cannot be opened.
pub fn revoke(options: &RevokeOptions) -> anyhow::Result<Outcome> {
    let clock = data::clock();
    let store = data::open_kept(&options.data)?;
    revoke_token(&store, &clock, &Actor::Operator, options.id.parse()?)?;
    Ok(Outcome::Good)
}
