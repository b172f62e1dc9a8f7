//! Orders where items and cases speak of them, and the audit log of one thing.

use anlanh_app::order::{Mention, OrderView};
use anlanh_model::{Permission, Role};

use super::{link, say};
use crate::console::{OrderMention, Section};
use crate::desk::words::Words;
use crate::desk::{item, queue};
use crate::page::names::Names;

/// Orders that name an item, in words: which they are for whoever reads orders, and that there is one for everybody else. An
/// order may be confidential, and nobody decides as if there were none.
pub fn mentions(words: Words, names: Names<'_>, role: Role, found: &[Mention]) -> Vec<OrderMention> {
    let mentions = found.iter().map(|mention| {
        let (kind, fate) = (say::kind(words, mention.kind), fate(words, &mention.state));
        if role.may(Permission::ReadOrders) {
            OrderMention {
                link: Some(link(&mention.order.to_string())),
                number: format!("{} {}", words.pick("Theo yêu cầu số", "By order"), mention.number),
                said: format!("{kind} · {} · {fate}", names.office(&mention.office)),
            }
        } else {
            let by = words.pick("Theo yêu cầu của cơ quan có thẩm quyền", "By order of an authority");
            OrderMention {
                link: None,
                number: by.to_owned(),
                said: format!("{kind} · {fate}"),
            }
        }
    });
    mentions.collect()
}

/// What became of a target, by the key of its state.
fn fate(words: Words, key: &str) -> &'static str {
    match key {
        "proposed" => words.pick("chờ người thứ hai", "waits for a second person"),
        "under_way" => words.pick(
            "đã quyết định; hệ thống của nền tảng chưa báo",
            "decided; the platform's systems have not reported",
        ),
        "failed" => words.pick("nền tảng báo không làm được", "the platform could not do it"),
        "executed" => words.pick("đã thực hiện", "carried out"),
        "contested" => words.pick("phản đối", "contested"),
        "lifted" => words.pick("đã hủy biện pháp", "undone"),
        _ => words.pick("chưa thực hiện", "open"),
    }
}

/// Where a target of an order leads: its item, what was decided, and its cases.
pub fn links(words: Words, view: &OrderView, place: usize) -> Vec<(String, String)> {
    let Some(about) = view.about.get(place) else {
        return Vec::new();
    };
    let mut links = Vec::new();
    if let Some(id) = about.item {
        links.push((item::link(&id.to_string()), words.pick("Nội dung", "Item").to_owned()));
    }
    if let Some(id) = about.decided {
        let decision = words.pick("Quyết định", "Decision");
        links.push((queue::link(&id.to_string()), decision.to_owned()));
    }
    for id in &about.cases {
        let case = format!("{} {id}", words.pick("Vụ việc", "Case"));
        links.push((queue::link(&id.to_string()), case));
    }
    links
}

/// Where the audit log of one thing is, for whoever reads it.
pub fn audit(role: Role, kind: &str, id: &str) -> Option<String> {
    role.may(Permission::ReadAudit)
        .then(|| format!("{}?about={kind}&id={id}", Section::Audit.path()))
}
