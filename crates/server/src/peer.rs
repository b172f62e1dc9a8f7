//! `anlanh node` and `anlanh peer`: who this node is to others, and who they are.

use std::io::Write;

use anlanh_app::peer::{self, NewPeer};
use anlanh_store::Role;
use anyhow::Context;

use crate::cli::{DataOptions, PeerCutOptions, PeerOptions};
use crate::{Outcome, data, key};

/// Prints the keys of this node that are taken, the one that signs first: fingerprint, since when, until when (seconds since
/// 1970).
///
/// # Errors
/// When the database cannot be opened, or the key of the node is not there.
pub fn show_node(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open(options, Role::Tool)?;
    let vault = key::open(options, &store)?;
    let mut out = std::io::stdout().lock();
    for key in peer::node_keys(&store, &vault, data::clock().now())? {
        let until = key.until.map_or("-".to_owned(), |until| until.as_seconds().to_string());
        writeln!(out, "{}\t{}\t{until}", key.fingerprint, key.from.as_seconds())?;
    }
    Ok(Outcome::Good)
}

/// Adds a node, beside a running node too, which then reads its card.
///
/// # Errors
/// When address or fingerprint are none, or the database cannot be opened.
pub fn add(options: &PeerOptions) -> anyhow::Result<Outcome> {
    let store = data::open(&options.data, Role::Tool)?;
    let new = NewPeer {
        url: options.url.clone(),
        fingerprint: options.fingerprint.clone(),
        office: options.office.clone(),
    };
    let added = peer::add_by_operator(&store, &data::clock(), &new);
    added.context("không thêm được nút này · cannot add this node")?;
    Ok(Outcome::Good)
}

/// Prints every node: address, state, why, office, name, messages that wait, when it was last heard of (seconds since 1970).
///
/// # Errors
/// When the database cannot be opened.
pub fn list(options: &DataOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(options)?;
    let mut out = std::io::stdout().lock();
    for view in peer::list_by_operator(&store)? {
        let row = view.row;
        let or_dash = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned());
        let held = view.held.into_iter().next().map(|held| held.failure);
        let heard = row.heard_at.map(|at| at.as_seconds().to_string());
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}\t{}",
            row.url,
            row.state.key(),
            or_dash(row.why.or(row.failure).or(held)),
            or_dash(row.office),
            or_dash(Some(row.name)),
            view.waiting,
            or_dash(heard)
        )?;
    }
    Ok(Outcome::Good)
}

/// Cuts a node off, beside a running node too.
///
/// # Errors
/// When there is no such node, or the database cannot be opened.
pub fn cut(options: &PeerCutOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(&options.data)?;
    let cut = peer::cut_off_by_operator(&store, &data::clock(), &options.url);
    cut.context("không ngắt được nút này · cannot cut this node off")?;
    Ok(Outcome::Good)
}
