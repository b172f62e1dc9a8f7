//! Orders that this node's own office issues, for people: the list with its figures, one order, its receipts.

mod form;
mod print;
mod say;
mod step;

use std::sync::Arc;

use anlanh_app::issued::{self, Figures, IssuedView, Row, Which};
use anlanh_model::{Issued, IssuedError, Permission, Signing};
use anlanh_pack::Policy;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::orders::fate::Done;
use super::orders::{mention, say as orders, scope};
use super::published::log::attached;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::{caller, issued as api};
use crate::console::{
    FigureLine, IssuedActs, IssuedLine, IssuedOrderPage, IssuedPage, IssuedTargetLine, LoggedLine, MessageLine,
    Section, Sent, StepLine,
};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

pub use form::{draft, edit, new, rewrite};
pub use print::{letter, print};
pub use step::step;

/// How many orders a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    state: Option<String>,
    after: Option<String>,
}

/// Orders of this office: those that are open, drafts too, or those that are over.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read_list(&service, &staff, &asked).await;
    staff.answer(answer)
}

async fn read_list(service: &Service, staff: &Staff, asked: &Asked) -> Result<Response, Problem> {
    let bad = |name| Problem::Refused(Refusal::bad_query(name));
    let which = api::which(asked.state.as_deref()).ok_or_else(|| bad("state"))?;
    let before = asked.after.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("after"))?;
    let refused = |error| problem(service, &error);
    let rows = issued::list(&service.app, &staff.actor(), which, before, PAGE).await;
    let rows = rows.map_err(refused)?;
    let figures = issued::figures(&service.app, &staff.actor()).await;
    let figures = figures.map_err(refused)?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let office = service.app.site().office();
    let is_full = usize::try_from(PAGE).is_ok_and(|most| rows.len() >= most);
    let is_over = matches!(which, Which::Over);
    let state = if is_over { "over" } else { "open" };
    let last = rows.last().filter(|_| is_full);
    let view = IssuedPage {
        frame: staff.frame(Some(Section::Issued)),
        office: office.map(|key| Names::new(&engine.policy, language).office(key)),
        orders: rows.iter().map(|row| line(words, row)).collect(),
        is_over,
        may_draft: staff.session.person.role.may(Permission::DraftIssued),
        figures: figures.iter().map(|row| figure(words, row)).collect(),
        next: last.map(|row| format!("{}?state={state}&after={}", Section::Issued.path(), row.issued.id)),
    };
    page(&view, language)
}

fn line(words: Words, row: &Row) -> IssuedLine {
    let clock = row.issued.clock.as_ref();
    IssuedLine {
        link: link(&row.issued.id.to_string()),
        number: row.letter.number.clone(),
        kind: orders::kind(words, row.issued.kind),
        to: name(&row.addressee),
        due: clock.map(|clock| words.moment(clock.due_at)),
        left: clock.map(|clock| say::left(words, clock)),
        is_breached: clock.is_some_and(anlanh_model::StatutoryClock::is_breached),
        state: say::state(words, row.issued.state),
        tone: say::tone(row.issued.state),
        since: words.moment(row.state_at),
    }
}

fn link(id: &str) -> String {
    format!("{}/{id}", Section::Issued.path())
}

/// A node by its name; by its address before its card was read.
fn name((url, name): &(String, String)) -> String {
    let named = Some(name).filter(|name| !name.is_empty());
    named.unwrap_or(url).clone()
}

fn figure(words: Words, row: &Figures) -> FigureLine {
    let mean = row.mean_seconds.map(|seconds| {
        let minutes = seconds.unsigned_abs() / 60;
        let short = words.pick("dưới 1 phút", "under a minute");
        words.span(minutes).unwrap_or_else(|| short.to_owned())
    });
    FigureLine {
        to: name(&row.addressee),
        counts: [row.signed, row.open, row.answered, row.contested, row.breached],
        mean: mean.unwrap_or_else(|| "–".to_owned()),
    }
}

/// One order of this office.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, Sent::default(), StatusCode::OK).await;
    staff.answer(answer)
}

async fn load(service: &Service, staff: &Staff, id: &str) -> Result<IssuedView, Problem> {
    let view = issued::show(&service.app, &staff.actor(), caller::id(id, "order")?).await;
    view.map_err(|error| problem(service, &error))
}

async fn read(service: &Service, staff: &Staff, id: &str, sent: Sent, status: StatusCode) -> Result<Response, Problem> {
    let view = load(service, staff, id).await?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let row = &view.row;
    let link = link(id);
    let acts = acts(&view, staff);
    let page_view = IssuedOrderPage {
        frame: staff.frame(Some(Section::Issued)),
        audit: mention::audit(staff.session.person.role, "issued", id),
        number: row.letter.number.clone(),
        to: name(&row.addressee),
        state: say::state(words, row.issued.state),
        tone: say::tone(row.issued.state),
        banners: banners(words, &view, &acts),
        facts: facts(&engine.policy, words, row),
        reason: row.letter.reason.clone(),
        clock: row.issued.clock.as_ref().map_or_else(Vec::new, |clock| {
            let mut pairs = orders::deadline(&engine.policy, words, clock);
            pairs.insert(0, (words.pick("Thời gian", "Time").to_owned(), say::left(words, clock)));
            pairs
        }),
        scope: scope::lines(
            &engine.policy,
            words,
            scope::Ordered {
                kind: row.issued.kind,
                lock_days: row.letter.lock_days,
            },
            view.scope,
            &view.grounds,
        ),
        targets: targets(words, row, &view.steps),
        answer: row.answer.clone().filter(|answer| !answer.is_empty()),
        steps: view.steps.iter().map(|step| step_line(words, step)).collect(),
        messages: messages(words, &view, &link),
        logged: logged(words, &view, &link),
        signer: row.letter.signer.clone(),
        twin: view
            .twin
            .filter(|_| acts.may_edit)
            .map(|id| self::link(&id.to_string())),
        sent,
        acts,
        link,
    };
    let mut response = page(&page_view, language)?;
    *response.status_mut() = status;
    Ok(response)
}

/// What the viewer may do next: asked of the order itself, so that the page offers nothing that is refused.
fn acts(view: &IssuedView, staff: &Staff) -> IssuedActs {
    let role = staff.session.person.role;
    let (may_draft, may_sign) = (role.may(Permission::DraftIssued), role.may(Permission::SignIssued));
    let issued: &Issued = &view.row.issued;
    let is_draft = issued.edit().is_ok();
    let is_next = is_draft && view.scope.may_be_signed() && view.asked.is_ok();
    IssuedActs {
        may_edit: may_draft && is_draft,
        may_sign: may_sign && is_next && matches!(view.signing, Some(Ok(_))),
        is_alone: matches!(view.signing, Some(Ok(Signing::Alone))),
        is_own: may_sign && is_next && view.signing == Some(Err(IssuedError::OwnDraft)),
        waits_for_signer: !may_sign && is_next,
        may_speak: may_sign && issued.speak().is_ok(),
        may_withdraw: may_sign && issued.clone().withdraw(view.seen_at).is_ok(),
    }
}

fn banners(words: Words, view: &IssuedView, acts: &IssuedActs) -> Vec<String> {
    let mut banners = Vec::new();
    let row = &view.row;
    if let Some(reason) = &row.refusal {
        banners.push(format!(
            "{}: {}. {}",
            words.pick(
                "Nút của nền tảng không tiếp nhận",
                "The platform's node did not take it"
            ),
            say::refusal(words, reason),
            words.pick(
                "Yêu cầu này đã kết thúc; hãy soạn yêu cầu khác sau khi khắc phục.",
                "This order is over; draft another once that is put right.",
            ),
        ));
    }
    if let Some(clock) = row.issued.clock.as_ref().filter(|clock| clock.is_breached()) {
        banners.push(format!(
            "{} ({})",
            words.pick("Đã quá hạn", "The deadline has passed"),
            words.moment(clock.due_at).absolute
        ));
    }
    if acts.may_edit && !view.scope.may_be_signed() {
        let text = words.pick(
            "Chưa ký được: có điều kiện không đạt ở mục Thẩm quyền và căn cứ. Hãy sửa dự thảo.",
            "It cannot be signed: something under Scope does not hold. Change the draft.",
        );
        banners.push(text.to_owned());
    }
    if let (true, Err(missing)) = (acts.may_edit, view.asked) {
        let why = Refusal::of(&missing.into());
        let why = why.map(|why| format!(": {}", why.detail(words.language())));
        let text = words.pick("Chưa ký được", "It cannot be signed");
        banners.push(format!("{text}{}.", why.unwrap_or_default()));
    }
    banners
}

fn facts(policy: &Policy, words: Words, row: &Row) -> Vec<(String, String)> {
    let names = Names::new(policy, words.language());
    let letter = &row.letter;
    let (url, _) = &row.addressee;
    let mut facts = vec![
        (
            words.pick("Yêu cầu", "What"),
            orders::kind(words, row.issued.kind).to_owned(),
        ),
        (words.pick("Gửi đến", "To"), format!("{} ({url})", name(&row.addressee))),
        (words.pick("Cơ quan", "Office"), names.office(&letter.office)),
        (words.pick("Người ký", "Signed by"), letter.signer.clone()),
        (words.pick("Người soạn", "Drafted by"), row.drafted_by.clone()),
    ];
    if let Some((by, at)) = &row.signed {
        facts.push((
            words.pick("Người ký trên nút", "Signed here by"),
            format!("{by}, {}", words.moment(*at).absolute),
        ));
    }
    if let Some(due) = letter.stated_due_at {
        facts.push((
            words.pick("Hạn do yêu cầu nêu", "Its own deadline"),
            words.moment(due).absolute,
        ));
    }
    let own = facts.into_iter().map(|(word, value)| (word.to_owned(), value));
    let demand = row
        .demand
        .iter()
        .flat_map(|demand| orders::demand(policy, words, demand));
    own.chain(orders::terms(policy, words, letter, row.expires_at))
        .chain(demand)
        .collect()
}

fn targets(words: Words, row: &Row, steps: &[issued::Step]) -> Vec<IssuedTargetLine> {
    let targets = row.issued.targets.iter().zip(&row.said);
    targets
        .map(|(target, said)| {
            let of = steps
                .iter()
                .map(|step| (step.kind.as_str(), step.target, step.detail.as_str()));
            let was = Done::by(of, target.number);
            let (fate, tone) = say::fate(words, row.issued.kind, target.fate, was);
            IssuedTargetLine {
                number: target.number,
                kind: orders::pointed(words, &target.pointed),
                reference: target.pointed.reference().to_owned(),
                fate: match said.ground {
                    Some(ground) => format!("{fate}: {}", orders::ground(words, ground)),
                    None => fate.to_owned(),
                },
                tone,
                at: said.at.map(|at| words.moment(at)),
                words: said.words.clone(),
            }
        })
        .collect()
}

fn step_line(words: Words, step: &issued::Step) -> StepLine {
    let at = words.moment(step.at);
    let claimed = step.claimed_at.map(|claimed| words.moment(claimed));
    StepLine {
        what: say::step(words, step),
        by: words.who(&step.actor_kind, step.actor.as_deref()),
        claimed: claimed.filter(|claimed| claimed.absolute != at.absolute),
        note: step.note.clone(),
        at,
    }
}

fn messages(words: Words, view: &IssuedView, link: &str) -> Vec<MessageLine> {
    let messages = view.said.iter();
    messages
        .map(|message| {
            let (outcome, tone) = say::outcome(words, message.outcome.as_deref(), message.reason.as_deref());
            MessageLine {
                number: message.number,
                kind: say::message(words, &message.kind),
                at: words.moment(message.made_at),
                outcome,
                tone,
                receipt: message
                    .receipt
                    .as_ref()
                    .map(|_| format!("{link}/receipts/{}", message.number)),
            }
        })
        .collect()
}

/// What the platform's public log holds, with where its receipts are.
fn logged(words: Words, view: &IssuedView, link: &str) -> Vec<LoggedLine> {
    let entries = view.logged.iter().zip(1_u32..);
    entries
        .map(|(logged, number)| LoggedLine {
            what: say::entry(words, &logged.checked.entry),
            place: format!("{} #{}", logged.checked.origin, logged.checked.position),
            link: format!("{link}/log-receipts/{number}"),
        })
        .collect()
}

/// What shows that an entry stands in the platform's public log, as a file.
pub async fn log_receipt(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((id, number)): Path<(String, String)>,
) -> Response {
    let answer = read_log_receipt(&service, &staff, &id, &number).await;
    staff.answer(answer)
}

async fn read_log_receipt(service: &Service, staff: &Staff, id: &str, number: &str) -> Result<Response, Problem> {
    let view = load(service, staff, id).await?;
    let place = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let logged = place.and_then(|place| view.logged.get(place));
    let logged = logged.ok_or_else(|| problem(service, &anlanh_app::Error::NotFound("receipt")))?;
    let name = format!("bien-nhan-{}-{}.json", view.row.issued.id, logged.checked.position);
    Ok(attached(&logged.receipt, &name))
}

/// The signed receipt of a message, as a file.
pub async fn receipt(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path((id, number)): Path<(String, String)>,
) -> Response {
    let answer = read_receipt(&service, &staff, &id, &number).await;
    staff.answer(answer)
}

async fn read_receipt(service: &Service, staff: &Staff, id: &str, number: &str) -> Result<Response, Problem> {
    let view = load(service, staff, id).await?;
    let said = view.said.into_iter().find(|said| said.number.to_string() == number);
    let receipt = said.and_then(|said| said.receipt);
    let receipt = receipt.ok_or_else(|| problem(service, &anlanh_app::Error::NotFound("receipt")))?;
    let name = format!("attachment; filename=\"{}-{number}.json\"", view.row.issued.id);
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, receipt).into_response())
}
