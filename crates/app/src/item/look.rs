//! Kept items are looked at: one, or a page of them, each with its cases and the orders that name it.

use anlanh_model::{Actor, Case, Id, Permission};
use anlanh_store::case;
use anlanh_store::item::{self, Content, ItemRow};
use anlanh_store::order::{self, Mention};

use super::folded_words;
use crate::quality::viewer;
use crate::{App, Error, permit};

/// A kept item with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// What was kept.
    pub item: ItemRow,
    /// What it says; none if it was erased.
    pub content: Option<Content>,
    /// Its cases.
    pub cases: Vec<Id<Case>>,
    /// The orders that name it, newest first.
    pub orders: Vec<Mention>,
}

/// One kept item.
///
/// # Errors
/// When the one who asks may not, there is no such item, or the database is away.
pub async fn show(app: &App, actor: &Actor, id: Id<item::Item>) -> Result<ItemView, Error> {
    permit(actor, Permission::ReadItems)?;
    let viewer = viewer(actor);
    app.store
        .read("item.show", move |tx| {
            let item = item::load(tx, id)?.ok_or(Error::NotFound("item"))?;
            let content = item::content(tx, id)?;
            let cases = case::of_item(tx, id, viewer)?.iter().map(|row| row.case.id).collect();
            let orders = order::mentions(tx, id, item.external.as_deref())?;
            Ok(ItemView {
                item,
                content,
                cases,
                orders,
            })
        })
        .await
}

/// A page of kept items, newest first: all, those of one external id, or those whose text has these words.
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn list(
    app: &App,
    actor: &Actor,
    filter: ItemFilter,
    before: Option<Id<item::Item>>,
    limit: u32,
) -> Result<Vec<ItemRow>, Error> {
    permit(actor, Permission::ReadItems)?;
    app.store
        .read("item.list", move |tx| match &filter {
            ItemFilter::All => Ok(item::page(tx, None, before, limit)?),
            ItemFilter::External(external) => Ok(item::page(tx, Some(external), before, limit)?),
            ItemFilter::Words(text) => {
                let words = folded_words(text);
                if words.is_empty() {
                    return Ok(Vec::new());
                }
                let found = item::search(tx, &words, before, limit)?;
                let mut items = Vec::with_capacity(found.items.len());
                for id in found.items {
                    items.extend(item::load(tx, id)?);
                }
                Ok(items)
            }
        })
        .await
}

/// A page of kept items with their texts and cases, for people who look through them.
///
/// # Errors
/// As [`list`].
pub async fn look(
    app: &App,
    actor: &Actor,
    filter: ItemFilter,
    before: Option<Id<item::Item>>,
    limit: u32,
) -> Result<Vec<ItemView>, Error> {
    let items = list(app, actor, filter, before, limit).await?;
    let viewer = viewer(actor);
    app.store
        .read("item.look", move |tx| {
            items
                .iter()
                .map(|item| {
                    Ok(ItemView {
                        content: item::content(tx, item.id)?,
                        cases: case::of_item(tx, item.id, viewer)?
                            .iter()
                            .map(|row| row.case.id)
                            .collect(),
                        orders: order::mentions(tx, item.id, item.external.as_deref())?,
                        item: item.clone(),
                    })
                })
                .collect()
        })
        .await
}

/// Which items are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFilter {
    /// All.
    All,
    /// Those that came with this id of the platform's own.
    External(String),
    /// Those whose text has all of these words, marks or not.
    Words(String),
}
