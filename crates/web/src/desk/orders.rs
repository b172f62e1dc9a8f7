//! Orders of authorities, for people: the inbox, an order and its steps, and the printed answer.

mod carried;
pub(super) mod fate;
pub(super) mod fields;
pub(super) mod mention;
mod print;
pub(super) mod say;
pub(super) mod scope;
mod submit;
pub(super) mod wrong;

use std::sync::Arc;

use anlanh_app::order::{self, MAX_DOCUMENT_BYTES, OrderView, Row};
use anlanh_app::owner::{self, Source};
use anlanh_model::{
    ContestGround, OrderChannel, OrderKind, OrderMeans, OrderState, Permission, Person, TargetState, Time,
};
use anlanh_pack::{Policy, Power};
use anlanh_screen::Date;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::published::today;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::orders::{document_of, next, which};
use crate::console::{Choice, NewOrderPage, OrderLine, OrderPage, OrdersPage, Section, Sent, TargetLine};
use crate::page::names::Names;
use crate::problem::Problem;

pub(super) use fields::local;
pub use print::{letter, print};
pub use say::kind;
pub(super) use submit::call;
pub use submit::{attach, enter, step};

/// How many orders a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<String>,
    after: Option<String>,
}

/// Orders: those that are open by their deadline, or those that are over.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read_list(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read_list(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let which = which(asked.state.as_deref(), asked.after.as_deref())?;
    let found = order::list(&service.app, &staff.actor(), which, PAGE).await;
    let found = found.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let is_over = matches!(which, order::Which::Over(_));
    let state = if is_over { "over" } else { "open" };
    let next = next(which, &found, PAGE);
    let waiting = order::information::waiting(&service.app, &staff.actor()).await;
    let waiting = waiting.map_err(|error| problem(service, &error))?.into_iter();
    let returned = owner::returned(&service.app, &staff.actor()).await;
    let returned = returned.map_err(|error| problem(service, &error))?.into_iter();
    let view = OrdersPage {
        frame: staff.frame(Some(Section::Orders)),
        returned: returned.map(|(id, number)| (link(&id.to_string()), number)).collect(),
        orders: found.iter().map(|row| line(service, words, row)).collect(),
        waiting: waiting
            .map(|(id, number)| (format!("{}/information", link(&id.to_string())), number))
            .collect(),
        is_over,
        may_enter: staff.session.person.role.may(Permission::HandleOrders),
        next: next.map(|next| format!("{}?state={state}&after={next}", Section::Orders.path())),
    };
    page(&view, language)
}

fn line(service: &Service, words: Words, row: &Row) -> OrderLine {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let clock = &row.order.clock;
    let bases: Vec<String> = clock.basis.iter().map(|key| names.basis(key).cite).collect();
    let rests = if clock.is_statutory() {
        bases.join("; ")
    } else {
        words
            .pick("không phải thời hạn luật định", "no deadline of law")
            .to_owned()
    };
    OrderLine {
        link: link(&row.order.id.to_string()),
        number: row.letter.number.clone(),
        what: format!(
            "{} · {}",
            kind(words, row.order.kind),
            Names::new(&engine.policy, words.language()).office(&row.letter.office)
        ),
        due: words.moment(clock.due_at),
        clock: format!("{} · {rests}", say::clock(words, clock)),
        is_breached: clock.is_breached(),
        state: state(words, row),
    }
}

pub(super) fn link(id: &str) -> String {
    format!("{}/{id}", Section::Orders.path())
}

fn state(words: Words, row: &Row) -> String {
    let state = say::state(words, row.order.state);
    match &row.assignee {
        Some(name) => format!("{state}: {name}"),
        None => state.to_owned(),
    }
}

/// Where an order is entered.
pub async fn new(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = new_page(&service, &staff, Sent::default(), StatusCode::OK);
    staff.answer(answer)
}

fn new_page(service: &Service, staff: &Staff, sent: Sent, status: StatusCode) -> Result<Response, Problem> {
    let may = anlanh_app::permit(&staff.actor(), Permission::HandleOrders);
    may.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let now = words.field(words.now());
    let view = NewOrderPage {
        frame: staff.frame(Some(Section::Orders)),
        kinds: kinds(words, sent.value("new", "kind")),
        offices: engine
            .policy
            .authorities()
            .iter()
            .map(|office| choice(office.key.as_str(), words.pick(&office.title.vi, &office.title.en)))
            .map(|office| chosen(&sent, "office", office))
            .collect(),
        channels: OrderChannel::BY_HAND
            .iter()
            .map(|channel| choice(channel.key(), say::channel(words, *channel)))
            .map(|channel| chosen(&sent, "channel", channel))
            .collect(),
        bases: bases(&engine.policy, words, engine.policy.powers().iter(), today(service))
            .into_iter()
            .map(|basis| chosen(&sent, "basis", basis))
            .collect(),
        categories: categories(&engine.policy, words, sent.value("new", "category")),
        today: now.split('T').next().unwrap_or_default().to_owned(),
        now,
        largest: format!("{} MiB", MAX_DOCUMENT_BYTES >> 20),
        sent,
    };
    let mut response = page(&view, language)?;
    *response.status_mut() = status;
    Ok(response)
}

/// A choice as it was made in a form that was refused.
fn chosen(sent: &Sent, field: &str, choice: Choice) -> Choice {
    Choice {
        chosen: sent.has("new", field, &choice.key),
        ..choice
    }
}

/// What may be ordered, with the one of this key chosen.
pub(super) fn kinds(words: Words, chosen: &str) -> Vec<Choice> {
    let kinds = OrderKind::ALL.iter();
    kinds
        .map(|one| Choice {
            chosen: one.key() == chosen,
            ..choice(one.key(), kind(words, *one))
        })
        .collect()
}

/// The articles that these powers rest on, each once: those that are not in force on a day say so.
pub(super) fn bases<'p>(
    policy: &Policy,
    words: Words,
    powers: impl Iterator<Item = &'p Power>,
    day: Date,
) -> Vec<Choice> {
    let mut bases: Vec<Choice> = Vec::new();
    for key in powers.flat_map(|power| &power.bases) {
        if !bases.iter().any(|known| known.key == key.as_str()) {
            bases.push(choice(key.as_str(), &scope::basis(policy, words, key.as_str(), day)));
        }
    }
    bases
}

/// Categories of the policy with the one of this key chosen; none is the first.
pub(super) fn categories(policy: &Policy, words: Words, chosen: &str) -> Vec<Choice> {
    let none = choice("", words.pick("(không nêu)", "(none)"));
    let categories = policy.categories().iter().map(|it| Choice {
        chosen: it.key.as_str() == chosen,
        ..choice(it.key.as_str(), words.pick(&it.title.vi, &it.title.en))
    });
    std::iter::once(none).chain(categories).collect()
}

pub(super) fn choice(key: &str, word: &str) -> Choice {
    Choice {
        key: key.to_owned(),
        word: word.to_owned(),
        chosen: false,
    }
}

/// One order with the steps that are next.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, Sent::default(), StatusCode::OK).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str, sent: Sent, status: StatusCode) -> Result<Response, Problem> {
    let view = order::show(&service.app, &staff.actor(), caller::id(id, "order")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let row = &view.row;
    let may_handle = staff.session.person.role.may(Permission::HandleOrders);
    let clock = &row.order.clock;
    let next = Next::of(&view, staff.session.person, view.seen_at, may_handle);
    let page_view = OrderPage {
        frame: staff.frame(Some(Section::Orders)),
        link: link(id),
        audit: mention::audit(staff.session.person.role, "order", id),
        number: row.letter.number.clone(),
        state: state(words, row),
        facts: say::facts(&engine.policy, words, row),
        reason: row.letter.reason.clone(),
        clock: say::deadline(&engine.policy, words, clock),
        is_breached: clock.is_breached(),
        caution: say::caution(words, row.order.kind.means()),
        information: (row.order.kind.means() == OrderMeans::NotHere).then(|| format!("{}/information", link(id))),
        scope: scope::lines(
            &engine.policy,
            words,
            scope::Ordered {
                kind: row.order.kind,
                lock_days: row.letter.lock_days,
            },
            view.scope,
            &view.grounds,
        ),
        targets: targets(words, &view, &next),
        documents: view
            .documents
            .iter()
            .map(|document| {
                let facts = format!(
                    "{}. {} · {} KiB · {}",
                    document.number,
                    document.media_type,
                    document.bytes.div_ceil(1024),
                    words.moment(document.received_at).absolute
                );
                (format!("{}/documents/{}", link(id), document.number), facts)
            })
            .collect(),
        no_calls: say::no_calls(words, row.letter.channel),
        calls: view.calls.iter().map(|call| say::call(words, call)).collect(),
        steps: view
            .steps
            .iter()
            .map(|step| (words.moment(step.at), say::step(words, step, clock), step.note.clone()))
            .collect(),
        answer: row.answer.clone(),
        grounds: ContestGround::ALL
            .iter()
            .map(|ground| choice(ground.key(), say::ground(words, *ground)))
            .collect(),
        now: words.field_second(view.seen_at),
        may_handle,
        may_authenticate: next.may_authenticate,
        may_check: next.may_check,
        may_take: next.may_take,
        may_contest: next.may_contest,
        may_answer: next.may_answer,
        may_amend: next.may_amend,
        may_withdraw: next.may_withdraw,
        sent,
    };
    let mut response = page(&page_view, language)?;
    *response.status_mut() = status;
    Ok(response)
}

/// What the viewer may do next: asked of the order itself, so that pages offer nothing that is refused.
struct Next {
    mandate: bool,
    may_authenticate: bool,
    may_check: bool,
    may_take: bool,
    may_contest: bool,
    may_answer: bool,
    may_amend: bool,
    may_withdraw: bool,
}

impl Next {
    fn of(view: &OrderView, person: Person, now: Time, may_handle: bool) -> Self {
        let order = || view.row.order.clone();
        let is_mine = matches!(view.row.order.state, OrderState::Assigned { to } if to == person.id);
        // What came from a node is changed by that node alone.
        let is_by_hand = view.row.letter.channel != OrderChannel::Node;
        Self {
            mandate: may_handle && order().mandate(person, now).is_ok(),
            may_authenticate: may_handle && order().authenticate().is_ok(),
            may_check: may_handle && order().check_scope(view.scope).is_ok(),
            may_take: may_handle && !is_mine && order().take(person).is_ok(),
            may_contest: may_handle && order().contest(ContestGround::Unclear, now).is_ok(),
            may_answer: may_handle && order().answer(now).is_ok(),
            may_amend: may_handle && is_by_hand && order().amend().is_ok(),
            may_withdraw: may_handle && is_by_hand && order().withdraw(now).is_ok(),
        }
    }
}

/// Whether a target was ever carried out.
fn was_done(view: &OrderView, number: u32) -> fate::Done {
    let steps = view.steps.iter();
    let steps = steps.map(|step| (step.kind.as_str(), step.target, step.detail.as_str()));
    fate::Done::by(steps, number)
}

fn targets(words: Words, view: &OrderView, next: &Next) -> Vec<TargetLine> {
    let order = &view.row.order;
    let targets = order.targets.iter().zip(&view.row.fates);
    targets
        .enumerate()
        .map(|(place, (target, fate))| {
            let is_open = next.mandate && target.state.is_open();
            let source = Source::Order(order.id, target.number);
            let owners = || view.owners.iter().filter(|asked| asked.row.source == source);
            let is_removed = owners().any(|asked| asked.row.request.must_be_removed().is_ok());
            let askable = view.askable.iter().filter(|(number, _)| *number == target.number);
            TargetLine {
                number: target.number,
                kind: say::pointed(words, &target.pointed),
                reference: target.pointed.reference().to_owned(),
                state: carried::state(words, view, target),
                links: mention::links(words, view, place),
                words: fate.words.clone(),
                by_hand_form: format!("by_hand-{}", target.number),
                contest_form: format!("contest-{}", target.number),
                execute: carried::execute(words, target.state),
                evidence: carried::evidence(words, target.state),
                may_execute: is_open
                    && !matches!(target.state, TargetState::UnderWay { .. })
                    && matches!(order.kind.means(), OrderMeans::Node | OrderMeans::Network),
                may_tell: is_open
                    && match order.kind.means() {
                        OrderMeans::Hand | OrderMeans::Network => true,
                        OrderMeans::Node => target.state.acts(),
                        OrderMeans::NotHere => false,
                    },
                may_contest: is_open && !matches!(target.state, TargetState::Proposed { .. }),
                owners: owners().map(|asked| say::owner(words, asked)).collect(),
                askable: askable
                    .filter(|_| next.mandate && !view.row.is_confidential())
                    .map(|(_, kind)| (kind.key(), words.target(*kind).to_owned()))
                    .collect(),
                may_confirm: is_open && is_removed,
            }
        })
        .collect()
}

/// A document of an order.
pub async fn document(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((id, number)): Path<(String, String)>,
) -> Response {
    let answer = document_of(&service, &staff.actor(), &id, &number).await;
    staff.answer(answer)
}
