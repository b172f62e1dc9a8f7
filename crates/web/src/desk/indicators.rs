//! Indicators on their pages: looked up, looked through, told to be seen, taken back.

use std::sync::Arc;

use anlanh_app::feed;
use anlanh_app::incident;
use anlanh_app::indicator::{self, Found, IndicatorFilter, IndicatorState, IndicatorView, PATTERN, TellSighting};
use anlanh_model::{Id, Indicator, Permission, ThreatKind, Time, Tlp};
use anlanh_soc::Kind;
use anlanh_soc::limits::MAX_LABEL_BYTES;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::around::{graph, threat_kind};
use super::feeds::{choice, link as feed_link, tlps, value_kind, value_kinds};
use super::hunts;
use super::incidents::{link as incident_link, say};
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::indicators::{AskedExport, MAX_SOUGHT_BYTES, exported};
use crate::console::{Choice, IndicatorLine, IndicatorPage, IndicatorsPage, Section};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many indicators a page has.
const PAGE: u32 = 50;

/// What the address asks for.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    kind: String,
    state: String,
    feed: String,
    /// The kind of a threat of which indicators are looked through, and its name.
    #[serde(skip_serializing_if = "String::is_empty")]
    threat: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// Indicators.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read_list(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read_list(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let actor = staff.actor();
    if asked.q.len() > MAX_SOUGHT_BYTES {
        return Err(bad("q"));
    }
    let query = asked.q.trim();
    let threat = match asked.threat.as_str() {
        "" => None,
        key => Some(ThreatKind::from_key(key).ok_or_else(|| bad("threat"))?),
    };
    if asked.name.len() > MAX_LABEL_BYTES {
        return Err(bad("name"));
    }
    let (found, next) = if let Some(kind) = threat.filter(|_| query.is_empty()) {
        let found = indicator::of_threat(&service.app, &actor, (kind, &asked.name)).await;
        (Some(found.map_err(|error| problem(service, &error))?), None)
    } else if query.is_empty() {
        let feed = Some(asked.feed.as_str())
            .filter(|feed| !feed.is_empty())
            .map(str::parse)
            .transpose();
        let filter = IndicatorFilter {
            kind: asked.kind.clone(),
            feed: feed.map_err(|_| bad("feed"))?,
            state: IndicatorState::from_key(&asked.state).ok_or_else(|| bad("state"))?,
        };
        let before = caller::before(asked.before.as_deref())?;
        let found = indicator::list(&service.app, &actor, filter, (before, PAGE)).await;
        let found = found.map_err(|error| problem(service, &error))?;
        let is_full = usize::try_from(PAGE).is_ok_and(|page| found.len() >= page);
        let next = found.last().filter(|_| is_full).map(|last| next(&asked, last));
        (Some(found), next)
    } else {
        let found = indicator::look_up(&service.app, &actor, query).await;
        (found.map_err(|error| problem(service, &error))?, None)
    };
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let rows = feed::list(&service.app, &actor).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let every = choice("", words.pick("Mọi nguồn", "Every feed"), &asked.feed);
    let feeds = rows
        .iter()
        .map(|row| choice(&row.id.to_string(), &row.settings.name, &asked.feed));
    let forms = [
        ("list", words.pick("Danh sách", "List")),
        ("csv", "CSV"),
        ("stix", "STIX 2.1"),
        ("misp", words.pick("Sự kiện MISP", "MISP event")),
    ];
    let view = IndicatorsPage {
        frame: staff.frame(Some(Section::Indicators)),
        threat: threat.map(|kind| (threat_kind(words, kind), asked.name.clone())),
        no_value: found.is_none(),
        kinds: kinds(words, &asked.kind),
        states: states(words, &asked.state),
        feeds: std::iter::once(every).chain(feeds).collect(),
        indicators: found
            .unwrap_or_default()
            .iter()
            .map(|found| line(words, found))
            .collect(),
        next,
        tlps: tlps(Tlp::AmberStrict, "clear"),
        forms: forms.iter().map(|(key, word)| choice(key, word, "list")).collect(),
        query: asked.q,
    };
    page(&view, language)
}

fn next(asked: &Asked, last: &Found) -> String {
    let next = Asked {
        kind: asked.kind.clone(),
        state: asked.state.clone(),
        feed: asked.feed.clone(),
        before: Some(last.row.id.to_string()),
        ..Asked::default()
    };
    let query = serde_urlencoded::to_string(&next).unwrap_or_default();
    format!("{}?{query}", Section::Indicators.path())
}

fn states(words: Words, chosen: &str) -> Vec<Choice> {
    let all = IndicatorState::ALL.iter().map(|state| {
        let word = match state {
            IndicatorState::All => words.pick("Mọi tình trạng", "Every state"),
            IndicatorState::Live => words.pick("Còn hiệu lực", "Holds"),
            IndicatorState::Gone => words.pick("Hết hiệu lực", "Holds no more"),
            IndicatorState::Warned => words.pick("Trong danh sách cảnh báo", "Known to be good"),
        };
        choice(state.key(), word, chosen)
    });
    all.collect()
}

fn state(words: Words, found: &Found) -> (&'static str, &'static str) {
    let row = &found.row;
    if row.warning.is_some() {
        (words.pick("Trong danh sách cảnh báo", "Known to be good"), "quiet")
    } else if row.revoked_at.is_some() {
        (words.pick("Đã thu hồi", "Taken back"), "quiet")
    } else if !row.holds_at(words.now()) {
        (words.pick("Hết hiệu lực", "Holds no more"), "quiet")
    } else if row.valid_from > words.now() {
        (words.pick("Chưa đến hạn hiệu lực", "Does not hold yet"), "quiet")
    } else if found.counts {
        (words.pick("Dùng được", "Counts"), "bad")
    } else {
        (words.pick("Đã phai", "Faded"), "quiet")
    }
}

/// Kinds of indicators to choose from, the first of them all.
fn kinds(words: Words, chosen: &str) -> Vec<Choice> {
    let mut kinds = value_kinds(words, words.pick("Mọi loại", "Every kind"), chosen);
    kinds.push(choice(PATTERN, value_kind(words, PATTERN), chosen));
    kinds
}

pub(super) fn link(id: Id<Indicator>) -> String {
    format!("{}/{id}", Section::Indicators.path())
}

fn line(words: Words, found: &Found) -> IndicatorLine {
    let row = &found.row;
    let (state, tone) = state(words, found);
    IndicatorLine {
        link: link(row.id),
        value: row.value.clone(),
        kind: value_kind(words, &row.kind),
        state,
        tone,
        source: row.feed_name.clone(),
        feed: feed_link(row.feed),
        label: row.label.clone(),
        score: found.score,
        tlp: row.tlp.key().to_uppercase(),
        sightings: row.sightings,
        told: words.moment(row.told_at),
    }
}

/// Indicators are given out.
pub async fn export(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<AskedExport>) -> Response {
    let answer = exported(&service, &staff.actor(), asked).await;
    staff.answer(answer)
}

/// One indicator.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    let actor = staff.actor();
    let view = indicator::show(&service.app, &actor, caller::id(id, "indicator")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let row = &view.found.row;
    let (state, tone) = state(words, &view.found);
    let rows = feed::list(&service.app, &actor).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let is_by_hand = rows
        .iter()
        .any(|feed| feed.id == row.feed && !feed.settings.kind.is_fetched());
    let may_submit = actor.may(Permission::SubmitIndicators);
    let sightings = view.sightings.iter().map(|seen| {
        (
            seen.source.clone(),
            seen.count,
            words.moment(seen.first_at),
            words.moment(seen.last_at),
        )
    });
    let around = indicator::around(&service.app, &actor, row.id).await;
    let around = around.map_err(|error| problem(service, &error))?;
    let (incidents, wrong) = incidents(service, staff, words, (&row.kind, &row.value)).await?;
    let page_view = IndicatorPage {
        frame: staff.frame(Some(Section::Indicators)),
        path: link(row.id),
        value: row.value.clone(),
        kind: value_kind(words, &row.kind),
        state,
        tone,
        warning: row.warning.clone(),
        facts: facts(words, &view),
        graph: graph(words, row, &around),
        source: (row.feed_name.clone(), feed_link(row.feed)),
        sightings: sightings.collect(),
        incidents,
        // What no event is kept of cannot be looked for.
        hunt: (actor.may(Permission::HuntEvents) && row.kind != Kind::Email.key() && row.pattern.is_none())
            .then(|| hunts::form_for(&row.value)),
        wrong,
        others: view.others.iter().map(|found| line(words, found)).collect(),
        may_tell: may_submit && row.pattern.is_none(),
        may_withdraw: may_submit && is_by_hand && row.revoked_at.is_none(),
    };
    page(&page_view, language)
}

/// Incidents beside an indicator: name, page and state.
type Beside = Vec<(String, String, &'static str)>;

/// The incidents that a value brought alerts to, and whether somebody found it to be wrong; none for whoever may not read them.
async fn incidents(
    service: &Service,
    staff: &Staff,
    words: Words,
    value: (&str, &str),
) -> Result<(Option<Beside>, Option<String>), Problem> {
    let actor = staff.actor();
    if !actor.may(Permission::ReadIncidents) {
        return Ok((None, None));
    }
    let found = incident::of_value(&service.app, &actor, value).await;
    let (rows, marked) = found.map_err(|error| problem(service, &error))?;
    let beside = rows.into_iter().map(|row| {
        let state = say::state(words, row.incident.state);
        (row.title, incident_link(row.incident.id), state)
    });
    let wrong = marked.map(|marked| {
        let until = words.moment(marked.until).absolute;
        let word = words.pick(
            "Đã đánh dấu là chỉ dấu sai; không mở sự cố đến",
            "Marked as wrong; it opens no incident until",
        );
        format!("{word} {until} ({})", marked.by)
    });
    Ok((Some(beside.collect()), wrong))
}

fn facts(words: Words, view: &IndicatorView) -> Vec<(&'static str, String)> {
    let (found, row) = (&view.found, &view.found.row);
    let moment = |at: Time| words.moment(at).absolute;
    let pattern = row.pattern.iter();
    let mut facts: Vec<(&'static str, String)> = pattern
        .map(|pattern| (words.pick("Mẫu", "Pattern"), pattern.clone()))
        .collect();
    facts.extend([
        (words.pick("Nêu lần đầu", "First told"), moment(row.first_at)),
        (words.pick("Nêu lần cuối", "Last told"), moment(row.told_at)),
        (words.pick("Hiệu lực từ", "Holds from"), moment(row.valid_from)),
    ]);
    let until = row
        .valid_until
        .map_or_else(|| words.pick("không hạn", "no end").to_owned(), moment);
    facts.push((words.pick("Hiệu lực đến", "Holds until"), until));
    if let Some(at) = row.revoked_at {
        facts.push((words.pick("Thu hồi lúc", "Taken back"), moment(at)));
    }
    facts.push((
        words.pick("Độ tin cậy ban đầu", "Confidence when told"),
        row.confidence.to_string(),
    ));
    facts.push((words.pick("Điểm hiện nay", "Score now"), found.score.to_string()));
    facts.push(("TLP", row.tlp.key().to_uppercase()));
    if let Some(name) = &view.written_by {
        facts.push((words.pick("Ghi bằng mã truy cập", "Written by the token"), name.clone()));
    }
    if let Some(label) = &row.label {
        facts.push((words.pick("Nhãn", "Label"), label.clone()));
    }
    if !row.object.is_empty() {
        facts.push((words.pick("Đối tượng STIX", "STIX object"), row.object.clone()));
    }
    facts
}

/// An indicator was seen, or is taken back.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let actor = staff.actor();
    let permitted = anlanh_app::permit(&actor, Permission::SubmitIndicators);
    permitted.map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let id: Id<Indicator> = caller::id(id, "indicator")?;
    let done = match form.get("step") {
        "withdraw" => feed::withdraw(&service.app, &actor, id).await,
        "tell" => {
            let view = indicator::show(&service.app, &actor, id).await;
            let view = view.map_err(|error| problem(service, &error))?;
            let told = TellSighting {
                value: view.found.row.value,
                // What is no number cannot be a count.
                count: form.get("count").trim().parse().unwrap_or(0),
                first_at: None,
                last_at: None,
            };
            indicator::tell(&service.app, &actor, &[told]).await
        }
        _ => return Err(Problem::Refused(Refusal::bad_feed_kind())),
    };
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(&link(id)))
}
