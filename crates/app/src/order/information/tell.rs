//! Those whom handed-over information is about are told, as soon as the order allows it: who asked, on what basis, which
//! fields, and how to object. Never what the fields said.

use anlanh_model::{Pointed, Target};
use anlanh_pack::{Day, Text};
use anlanh_store::action::{self, ActionKind, Effect, NewAction};
use anlanh_store::information::{self, InformationRow};
use anlanh_store::order::{self, OrderRow};
use anlanh_store::{Queries, Writer};

use crate::Error;
use crate::case::Means;
use crate::engine::Engine;
use crate::order::{act::known, scope};

/// Tells them where the order is not confidential, or not any more; otherwise the recurring work does when it is not.
pub(super) fn tell_if_allowed(
    writer: &mut Writer<'_, '_>,
    means: &Means,
    row: &OrderRow,
    kept: &InformationRow,
) -> Result<(), Error> {
    if row.letter.secret_until.is_some_and(|until| until > writer.now()) {
        return Ok(());
    }
    tell(writer, &means.engine, row, kept)
}

pub(super) fn tell(
    writer: &mut Writer<'_, '_>,
    engine: &Engine,
    row: &OrderRow,
    kept: &InformationRow,
) -> Result<(), Error> {
    let reason = reason(engine, row, kept);
    for number in kept.request.ask.subjects() {
        let target = row.order.target(*number)?;
        let Some(target) = told(writer, &target.pointed)? else {
            continue;
        };
        let new = NewAction {
            target,
            kind: ActionKind::Notice,
            effect: Effect::Apply,
            until: None,
            labels: Vec::new(),
            verified: None,
            decision: None,
            reason: Some(reason.clone()),
            owner_request: None,
        };
        action::insert(writer, &new)?;
    }
    information::told(writer, kept.request.id)?;
    Ok(order::note(writer, row.order.id, "information_told", None, "", None)?)
}

/// Through what the platform reaches the one concerned; none for an address that nothing is known of.
fn told(tx: &mut dyn Queries, pointed: &Pointed) -> Result<Option<Target>, Error> {
    match pointed {
        Pointed::Reference(target) => Ok(Some(target.clone())),
        Pointed::Address(_) | Pointed::Domain(_) => match known(tx, pointed)? {
            Some(item) => Ok(Some(item.target()?)),
            None => Ok(None),
        },
    }
}

/// What they are told, Vietnamese first: an action has one text for whoever reads it.
fn reason(engine: &Engine, row: &OrderRow, kept: &InformationRow) -> String {
    let letter = &row.letter;
    let day = |at| Day::from(scope::day(engine, at));
    let written = |day: Day| format!("{:02}/{:02}/{:04}", day.day, day.month, day.year);
    let office = engine.policy.authority(&letter.office).map(|office| &office.title);
    let list = |pick: fn(&Text) -> &str, keys: &[String], title: &dyn Fn(&str) -> Option<Text>| {
        let titles = keys.iter().map(|key| {
            let title = title(key);
            title.map_or_else(|| key.clone(), |title| pick(&title).to_owned())
        });
        titles.collect::<Vec<_>>().join("; ")
    };
    let citation = |key: &str| engine.policy.citation(key);
    let field = |key: &str| engine.policy.information_field(key).map(|field| field.title.clone());
    let ask = &kept.request.ask;
    let (issued, from, to) = (day(letter.issued_at), day(ask.period().from()), day(ask.period().to()));
    let vi = |text: &Text| text.vi.clone();
    let en = |text: &Text| text.en.clone();
    format!(
        "Theo yêu cầu số {number} ngày {} của {}, căn cứ {}, nền tảng đã cung cấp cho cơ quan này các thông tin sau về đối \
         tượng trên, trong thời gian từ {} đến {}: {}. Nếu không đồng ý, bạn có thể khiếu nại tới cơ quan đã yêu cầu, hoặc phản \
         hồi với nền tảng.\nBy request {number} of {issued} of {}, on the basis of {}, the platform gave this office the \
         following about it, from {from} to {to}: {}. If you object, you can complain to the office that asked, or write to the \
         platform.",
        written(issued),
        office.map_or_else(|| letter.office.clone(), vi),
        list(|text| &text.vi, &letter.basis, &citation),
        written(from),
        written(to),
        list(|text| &text.vi, ask.fields(), &field),
        office.map_or_else(|| letter.office.clone(), en),
        list(|text| &text.en, &letter.basis, &citation),
        list(|text| &text.en, ask.fields(), &field),
        number = letter.number,
    )
}
