//! Kept items as they are answered.

use anlanh_app::ItemRow;
use anlanh_app::item::ItemView;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::instant::Instant;

/// What is answered for an item that was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptItem)]
#[serde(deny_unknown_fields)]
pub struct KeptItemOut {
    /// The node's id of the item.
    pub item: String,
    /// The case that was opened for it, if one was.
    #[schema(required = true)]
    pub case: Option<String>,
    /// The platform's own id, as it came.
    #[schema(required = true)]
    pub id: Option<String>,
    /// The verdict, as `/v1/screen` answers it.
    #[schema(value_type = Object)]
    pub verdict: Box<RawValue>,
}

/// A page of kept items.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Items)]
#[serde(deny_unknown_fields)]
pub struct ItemsOut {
    /// The items, newest first, without their text.
    items: Vec<ItemLineOut>,
    /// Where the next page begins, for `before`; `null` on the last.
    #[schema(required = true)]
    next: Option<String>,
}

/// A kept item without its text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemLine)]
#[serde(deny_unknown_fields)]
pub struct ItemLineOut {
    /// The node's id of the item.
    item: String,
    /// The platform's own id.
    #[schema(required = true)]
    id: Option<String>,
    /// Key of its kind.
    kind: String,
    /// When it came in (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    received_at: Instant,
    /// Key of the verdict's action.
    action: String,
}

/// A kept item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptItemInFull)]
#[serde(deny_unknown_fields)]
pub struct ItemOut {
    #[serde(flatten)]
    line: ItemLineOut,
    /// The text as it was typed; `null` if it was erased.
    #[schema(required = true)]
    text: Option<String>,
    /// The verdict it got.
    #[schema(value_type = Object)]
    verdict: Option<Box<RawValue>>,
    /// The cases it has.
    cases: Vec<String>,
}

impl ItemsOut {
    /// The answer for this page.
    pub fn new(items: &[ItemRow], limit: u32) -> Self {
        let full = usize::try_from(limit).is_ok_and(|limit| items.len() >= limit);
        let last = items.last().filter(|_| full);
        Self {
            items: items.iter().map(ItemLineOut::new).collect(),
            next: last.map(|item| item.id.to_string()),
        }
    }
}

impl ItemLineOut {
    fn new(item: &ItemRow) -> Self {
        Self {
            item: item.id.to_string(),
            id: item.external.clone(),
            kind: item.kind.clone(),
            received_at: Instant(item.received_at),
            action: item.action.clone(),
        }
    }
}

impl ItemOut {
    /// The answer for this item.
    pub fn new(view: &ItemView) -> Self {
        Self {
            line: ItemLineOut::new(&view.item),
            text: view.content.as_ref().map(|content| content.text.clone()),
            verdict: RawValue::from_string(view.item.verdict.clone()).ok(),
            cases: view.cases.iter().map(ToString::to_string).collect(),
        }
    }
}
