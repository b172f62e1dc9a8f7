//! `anlanh taxii`: collections of indicators, from the machine that the node runs on.

use std::io::Write;

use anlanh_app::intel::{self, CollectionUse, NewCollection, Right};
use anlanh_model::Actor;
use anlanh_store::Role;
use anyhow::Context;

use crate::cli::{CollectionOptions, DataOptions, GrantOptions};
use crate::{Outcome, data};

/// Makes a collection, beside a running node too, and prints its id on one line.
///
/// # Errors
/// When a text is none, the alias is taken, or the database cannot be opened.
pub fn create(options: &CollectionOptions) -> anyhow::Result<Outcome> {
    let store = data::open(&options.data, Role::Tool)?;
    let new = NewCollection {
        title: options.title.clone(),
        description: options.description.clone(),
        alias: options.alias.clone(),
        right: Right {
            can_read: !options.no_read,
            can_write: !options.no_write,
        },
        use_as: if options.indicators {
            CollectionUse::Indicators
        } else {
            CollectionUse::Shared
        },
    };
    let made = intel::create_collection(&store, &data::clock(), &Actor::Operator, &new);
    let id = made.context("không tạo được tập dữ liệu · cannot make the collection")?;
    writeln!(std::io::stdout(), "{id}")?;
    Ok(Outcome::Good)
}

/// Prints every collection: id, what everybody may do with it, alias, title.
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    for row in intel::list_collections(&store, &Actor::Operator)? {
        let right = match (row.right.can_read, row.right.can_write) {
            (true, true) => "read,write",
            (true, false) => "read",
            (false, true) => "write",
            (false, false) => "-",
        };
        let alias = row.alias.as_deref().unwrap_or("-");
        writeln!(out, "{}\t{right}\t{alias}\t{}", row.uuid, row.title)?;
    }
    Ok(Outcome::Good)
}

/// Grants a token more of a collection than everybody has, or takes that back where nothing is named.
///
/// # Errors
/// When there is no such token or collection, or the database cannot be opened.
pub fn grant(options: &GrantOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(&options.data)?;
    let right = Right {
        can_read: options.read,
        can_write: options.write,
    };
    let to = (options.collection.as_str(), options.token.as_str());
    let granted = intel::grant(&store, &data::clock(), &Actor::Operator, to, right);
    granted.context("không cấp được quyền · cannot grant it")?;
    Ok(Outcome::Good)
}
