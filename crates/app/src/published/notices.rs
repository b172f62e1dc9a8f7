//! Orders that everybody may read of: those that are over and not confidential.

use anlanh_model::{Id, Order, Pointed, TargetState};
use anlanh_pack::Day;
use anlanh_publish::notice::{ActionTaken, Notice, Notices, Work};
use anlanh_store::order::{self as store, OrderRow};
use anlanh_store::{Queries, public_log};

use crate::engine::Engine;
use crate::{App, Error, order};

/// A page of notices, newest first, before an order.
///
/// # Errors
/// When the database is away.
pub async fn notices(app: &App, before: Option<Id<Order>>, limit: u32) -> Result<Notices, Error> {
    let (engine, recipient) = (app.engine(), app.site.name().to_owned());
    app.store
        .read("published.notices", move |tx| {
            let rows = store::published(tx, before, limit)?;
            let is_full = usize::try_from(limit).is_ok_and(|limit| rows.len() >= limit);
            let next = rows.last().filter(|_| is_full).map(|last| last.order.id.to_string());
            let mut notices = Vec::with_capacity(rows.len());
            for row in rows {
                if let Some(row) = store::load(tx, row.order.id)? {
                    notices.push(notice(tx, &engine, &recipient, &row)?);
                }
            }
            Ok(Notices { notices, next })
        })
        .await
}

fn notice(tx: &mut dyn Queries, engine: &Engine, recipient: &str, row: &OrderRow) -> Result<Notice, Error> {
    let letter = &row.letter;
    let office = engine.policy.authority(&letter.office);
    let office = office.map_or_else(|| letter.office.clone(), |office| office.title.vi.clone());
    let is_done = |state: &TargetState| matches!(state, TargetState::Executed { .. } | TargetState::Lifted { .. });
    let done = row.order.targets.iter().filter(|target| is_done(&target.state)).count();
    let day = |at| Day::from(order::day(engine, at)).to_string();
    let entry = public_log::about(tx, &format!("order:{}", row.order.id))?;
    let laws = letter.basis.iter().map(|key| match engine.policy.basis(key) {
        Some((law, article)) => format!("{}, {} ({})", article.cite.vi, law.title.vi, law.number),
        None => key.clone(),
    });
    let topic = letter.category.as_ref().map(|key| {
        let category = engine.policy.category(key);
        category.map_or_else(|| key.clone(), |category| category.title.vi.clone())
    });
    Ok(Notice {
        id: row.order.id.to_string(),
        form: "GovernmentRequest",
        title: format!("Yêu cầu của {office}"),
        order: row.order.kind.key(),
        sender_name: office,
        recipient_name: recipient.to_owned(),
        date_sent: day(letter.issued_at),
        date_received: day(letter.received_at),
        action_taken: ActionTaken::of(done, row.order.targets.len()),
        jurisdictions: ["vn"],
        laws_referenced: laws.collect(),
        topics: topic.into_iter().collect(),
        works: row.order.targets.iter().map(|target| work(&target.pointed)).collect(),
        log_entry: entry.map(|entry| entry.position),
    })
}

fn work(pointed: &Pointed) -> Work {
    match pointed {
        Pointed::Address(address) => Work::address(address),
        Pointed::Domain(domain) => Work {
            description: "domain",
            host: Some(domain.clone()),
        },
        Pointed::Reference(target) => Work {
            description: target.kind().key(),
            host: None,
        },
    }
}
