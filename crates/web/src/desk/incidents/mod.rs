//! Incidents on their pages.

pub mod report;
pub(super) mod say;
pub mod submit;

use std::io;
use std::sync::Arc;

use anlanh_app::incident::{self, Closing, IncidentError, IncidentFilter, IncidentStanding, IncidentView, token};
use anlanh_model::{Alert, AlertEvent, Id, Incident, IncidentState, Permission, Person, Severity, Tlp};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use serde::Deserialize;

use super::feeds::{choice, tlps};
use super::words::Words;
use super::{Staff, page, problem, sharing};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{
    AlertLine, Choice, EvidenceLine, IncidentActs, IncidentLine, IncidentPage, IncidentsPage, ReceivedLine,
    RevealedHost, Section, ShiftLine, TaskLine, TypedIncident, WrittenLine,
};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many incidents a page has, and how many alerts the page of one.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    which: String,
    before: Option<String>,
}

/// Which alerts the address of an incident asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedAlerts {
    /// Those behind this one.
    after: Option<String>,
}

/// What the page of an incident shows beside it.
#[derive(Default)]
struct Shown {
    /// Alerts behind this one; the first where it is none.
    after: Option<Id<Alert>>,
    /// A host whose address is shown this once.
    revealed: Option<RevealedHost>,
    /// What was refused.
    refused: Option<String>,
}

/// Incidents.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read_list(&service, &staff, &asked, Opening::default()).await;
    staff.answer(answer)
}

/// What was typed of an incident to be opened, and why it was not.
#[derive(Default)]
struct Opening {
    typed: TypedIncident,
    severity: String,
    tlp: String,
    refused: Option<String>,
}

async fn read_list(service: &Service, staff: &Staff, asked: &Asked, opening: Opening) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let standing = match asked.which.as_str() {
        "" => IncidentStanding::Open,
        "mine" => IncidentStanding::Of(staff.session.person.id),
        "over" => IncidentStanding::Over,
        _ => return Err(Problem::Refused(Refusal::bad_query("which"))),
    };
    let filter = IncidentFilter {
        standing,
        severity: None,
    };
    let before = caller::before(asked.before.as_deref())?;
    let failed = |error| problem(service, &error);
    let rows = incident::list(&service.app, &actor, filter, (before, PAGE)).await;
    let rows = rows.map_err(failed)?;
    let shifts = incident::shifts(&service.app, &actor).await.map_err(failed)?;
    let received = incident::report::received(&service.app, &actor).await.map_err(failed)?;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, language);
    let may_work = actor.may(Permission::WorkIncidents);
    let is_full = usize::try_from(PAGE).is_ok_and(|page| rows.len() >= page);
    let last = rows.last().filter(|_| is_full).map(|(row, _)| row.incident.id);
    let lines = rows.iter().map(|(row, clocks)| IncidentLine {
        link: link(row.incident.id),
        title: row.title.clone(),
        severity: say::colour(row.incident.severity),
        grave: say::severity(words, row.incident.severity),
        state: say::state(words, row.incident.state).to_owned(),
        size: say::size(words, row),
        last: words.moment(row.last_at),
        holder: row.holder_name.clone(),
        clock: say::first_clock(words, names, &engine.policy, clocks),
    });
    let view = IncidentsPage {
        frame: staff.frame(Some(Section::Incidents)),
        which: [
            ("", words.pick("Đang mở", "Open")),
            ("mine", words.pick("Của tôi", "Mine")),
            ("over", words.pick("Đã đóng", "Over")),
        ]
        .map(|(key, word)| choice(key, word, &asked.which))
        .to_vec(),
        incidents: lines.collect(),
        next: last.map(|id| format!("{}?which={}&before={id}", Section::Incidents.path(), asked.which)),
        shifts: shifts
            .iter()
            .map(|row| ShiftLine {
                id: row.id.to_string(),
                from: row.from_name.clone(),
                words: row.words.clone(),
                taken: row.taken.as_ref().map(|(name, at)| {
                    let at = words.moment(*at).absolute;
                    format!("{} {name}, {at}", words.pick("người nhận:", "taken over by"))
                }),
                may_take: may_work && row.taken.is_none() && row.from != staff.session.person.id,
            })
            .collect(),
        may_work,
        may_open: actor.may(Permission::EnrichIncidents),
        opened_at: words.moment(words.now()).absolute,
        severities: say::severities(words, &opening.severity),
        tlps: tlps(
            Tlp::Red,
            if opening.tlp.is_empty() {
                Tlp::AmberStrict.key()
            } else {
                &opening.tlp
            },
        ),
        typed: opening.typed,
        refused: opening.refused,
        received: received
            .into_iter()
            .map(|it| ReceivedLine {
                from: it.row.from,
                what: say::report(words, &it.row.kind).to_owned(),
                grave: say::severity_key(words, &it.said.severity),
                at: words.moment(it.row.at),
                fields: it.said.fields.into_iter().map(|it| (it.title, it.value)).collect(),
            })
            .collect(),
    };
    page(&view, language)
}

/// One incident.
pub async fn show(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<AskedAlerts>,
) -> Response {
    let answer = try_show(&service, &staff, &id, &asked).await;
    staff.answer(answer)
}

async fn try_show(service: &Service, staff: &Staff, id: &str, asked: &AskedAlerts) -> Result<Response, Problem> {
    must_read(service, staff)?;
    let after = alert_after(asked.after.as_deref())?;
    let beside = Shown {
        after,
        ..Shown::default()
    };
    shown(service, staff, caller::id(id, "incident")?, beside).await
}

/// Behind which alert a page begins.
fn alert_after(asked: Option<&str>) -> Result<Option<Id<Alert>>, Problem> {
    let after = asked.filter(|asked| !asked.is_empty()).map(str::parse).transpose();
    after.map_err(|_| Problem::Refused(Refusal::bad_query("after")))
}

/// All alerts of an incident as a table.
pub async fn file(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = try_file(&service, &staff, &id).await;
    staff.answer(answer)
}

/// The table is pulled, a page of alerts at a time. Where it cannot go on, the connection is closed without the last chunk, so that half
/// of it does not look like the whole.
async fn try_file(service: &Arc<Service>, staff: &Staff, id: &str) -> Result<Response, Problem> {
    must_read(service, staff)?;
    let (actor, id) = (staff.actor(), caller::id(id, "incident")?);
    let first = incident::alerts_file(&service.app, &actor, id, None).await;
    let (text, next) = first.map_err(|error| problem(service, &error))?;
    let rest = stream::unfold(next, {
        let service = Arc::clone(service);
        move |after| {
            let (service, actor) = (Arc::clone(&service), actor.clone());
            async move {
                let after = after?;
                match incident::alerts_file(&service.app, &actor, id, Some(after)).await {
                    Ok((text, next)) => Some((Ok(Bytes::from(text)), next)),
                    Err(error) => {
                        tracing::error!(incident = service.incident(), %error, "alerts were cut off");
                        Some((Err(io::Error::other("alerts were cut off")), None))
                    }
                }
            }
        }
    });
    let pieces = stream::once(async move { Ok(Bytes::from(text)) }).chain(rest);
    let name = HeaderValue::from_str(&format!("attachment; filename=\"canh-bao-{id}.csv\""));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            name.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
    ];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

/// Whoever may not read learns nothing of what an id is.
fn must_read(service: &Service, staff: &Staff) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), Permission::ReadIncidents).map_err(|error| problem(service, &error))
}

/// The page of an incident, with what was just shown or refused.
async fn shown(service: &Service, staff: &Staff, id: Id<Incident>, beside: Shown) -> Result<Response, Problem> {
    let (actor, language) = (staff.actor(), staff.visitor.language);
    let view = incident::show(&service.app, &actor, id, (beside.after, PAGE)).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let preview = incident::share::preview(&service.app, &actor, id).await;
    let preview = match preview {
        // Of so many hosts nothing is told; the page is there all the same.
        Err(anlanh_app::Error::Incident(IncidentError::TooMany | IncidentError::HostsErased)) => None,
        preview => preview.map_err(|error| problem(service, &error))?,
    };
    let ledger = incident::share::ledger(&service.app, &actor, id).await;
    let ledger = ledger.map_err(|error| problem(service, &error))?;
    let planned = incident::sharing::of_incident(&service.app, &actor, id).await;
    let planned = planned.map_err(|error| problem(service, &error))?;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, language);
    let incidents = engine.policy.incidents();
    let row = &view.row;
    let acts = acts(words, &view, staff.session.person);
    let begun = |key: &str| view.tasks.iter().any(|task| task.playbook == key);
    let mut books: Vec<_> = incidents.playbooks.iter().filter(|book| !begun(&book.key)).collect();
    // Those that are meant for what this one began with come before the others, in the order of the policy.
    let first = view.began.map(AlertEvent::key);
    books.sort_by_key(|book| !first.is_some_and(|event| book.events.contains(&event)));
    let levels = incidents.levels.iter();
    let may_reveal = actor.may(Permission::RevealHosts) && is_held_by(row.incident.state, staff.session.person);
    let page_view = IncidentPage {
        frame: staff.frame(Some(Section::Incidents)),
        path: link(id),
        title: row.title.clone(),
        grave: say::severity(words, row.incident.severity),
        state: say::state(words, row.incident.state).to_owned(),
        merged: match row.incident.state {
            IncidentState::Merged { into } => Some(link(into)),
            IncidentState::New
            | IncidentState::Triaged
            | IncidentState::Working { .. }
            | IncidentState::Contained { .. }
            | IncidentState::Closed { .. } => None,
        },
        facts: say::facts(words, row),
        clocks: view
            .clocks
            .iter()
            .map(|clock| say::clock(words, names, &engine.policy, clock))
            .collect(),
        alerts: alerts(words, &view, may_reveal),
        shown_alerts: say::shown_alerts(words, &view),
        after: beside.after.map(|after| after.to_string()),
        next: view.page.next.map(|next| format!("{}?after={next}#alerts", link(id))),
        rules: say::rules(words).to_vec(),
        systems: view
            .systems
            .iter()
            .map(|system| say::system(words, &engine.policy, system))
            .collect(),
        levels: levels
            .map(|level| {
                choice(
                    &level.level.to_string(),
                    words.pick(&level.title.vi, &level.title.en),
                    "",
                )
            })
            .collect(),
        tasks: view
            .tasks
            .iter()
            .map(|task| TaskLine {
                id: task.id.to_string(),
                title: task.title.clone(),
                state: say::task(words, task),
                is_open: task.done.is_none(),
            })
            .collect(),
        playbooks: books
            .iter()
            .map(|book| choice(&book.key, words.pick(&book.title.vi, &book.title.en), ""))
            .collect(),
        files: view
            .files
            .iter()
            .map(|file| EvidenceLine {
                link: format!("{}/files/{}", link(id), file.id),
                sha256: file.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
                facts: format!("{} byte, {}", file.bytes, file.by),
            })
            .collect(),
        reports: view
            .reports
            .iter()
            .map(|report| WrittenLine {
                link: report::link(report.id),
                what: format!(
                    "{}: {}",
                    say::report(words, &report.kind),
                    say::report_state(words, report)
                ),
            })
            .collect(),
        may_share: !acts.report.is_empty() && preview.as_ref().is_some_and(|it| !it.lines.is_empty()),
        preview: preview.map(|it| say::preview(&it)),
        planned: planned.map(|it| sharing::block(words, &it, sharing::Beside::Incident, &actor)),
        ledger: ledger.iter().map(|row| say::shared(words, row)).collect(),
        timeline: view.timeline.iter().map(|line| say::line(words, names, line)).collect(),
        severities: Severity::ALL
            .iter()
            .rev()
            .map(|it| choice(it.key(), say::severity(words, *it), row.incident.severity.key()))
            .collect(),
        acts,
        revealed: beside.revealed,
        refused: beside.refused,
    };
    page(&page_view, language)
}

fn alerts(words: Words, view: &IncidentView, may_reveal: bool) -> Vec<AlertLine> {
    let line = |row: &incident::AlertRow| AlertLine {
        id: row.id.to_string(),
        host: row.host.as_ref().map(|(_, name)| token(name)),
        is_erased: row.host.is_some() && row.details.is_none(),
        no_host: say::no_host(words, row.no_host),
        listed: say::listed(words, row),
        indicator: row.indicator.map(|id| format!("{}/{id}", Section::Indicators.path())),
        what: say::seen(words, row),
        sensor: format!("{} ({})", row.sensor, say::event(words, row.event)),
        why: say::grouping(words, row.grouping),
        count: row.count,
        last: words.moment(row.last_at),
        tlp: row.tlp.key().to_uppercase(),
        may_reveal: may_reveal && row.details.is_some(),
    };
    view.page.alerts.iter().map(line).collect()
}

fn is_held_by(state: IncidentState, person: Person) -> bool {
    match state {
        IncidentState::Working { by } | IncidentState::Contained { by } => by == person.id,
        IncidentState::New | IncidentState::Triaged | IncidentState::Closed { .. } | IncidentState::Merged { .. } => {
            false
        }
    }
}

fn acts(words: Words, view: &IncidentView, person: Person) -> IncidentActs {
    if !person.role.may(Permission::WorkIncidents) {
        return IncidentActs::default();
    }
    let state = view.row.incident.state;
    let is_mine = is_held_by(state, person);
    let open = |acts: IncidentActs| IncidentActs {
        triage: true,
        add: true,
        ..acts
    };
    let closings = |which: &[Closing]| -> Vec<Choice> {
        which
            .iter()
            .map(|it| choice(it.key(), say::closing(words, *it), ""))
            .collect()
    };
    let wrong = [Closing::FalsePositive, Closing::WronglyListed];
    let reports = || -> Vec<Choice> {
        incident::report::REPORTS
            .iter()
            .map(|key| choice(key, say::report(words, key), ""))
            .collect()
    };
    match state {
        IncidentState::New => open(IncidentActs::default()),
        IncidentState::Triaged => open(IncidentActs {
            take: true,
            close: closings(&wrong),
            report: reports(),
            ..IncidentActs::default()
        }),
        IncidentState::Working { .. } => open(IncidentActs {
            contain: is_mine,
            close: closings(if is_mine { &wrong } else { &[] }),
            report: reports(),
            ..IncidentActs::default()
        }),
        IncidentState::Contained { .. } => open(IncidentActs {
            close: closings(if is_mine { &Closing::ALL } else { &[] }),
            report: reports(),
            ..IncidentActs::default()
        }),
        IncidentState::Closed { .. } => IncidentActs {
            reopen: true,
            report: reports(),
            ..IncidentActs::default()
        },
        IncidentState::Merged { .. } => IncidentActs::default(),
    }
}

pub(super) fn link(id: Id<Incident>) -> String {
    format!("{}/{id}", Section::Incidents.path())
}
