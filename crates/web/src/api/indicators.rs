//! `/v1/indicators`: looked up, looked through, given out, and counted when they are seen.

use std::sync::Arc;

use anlanh_app::feed;
use anlanh_app::indicator::{
    self, Clearance, ExportForm, Found, IndicatorFilter, IndicatorState, LedTo, SightingRow, TellSighting,
};
use anlanh_model::{Permission, Time, Tlp};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::Service;
use crate::address::{Path, Query};
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// Longest value or pattern that is looked up, in bytes: in whatever way it is encoded, it has room in the head of a request.
pub const MAX_SOUGHT_BYTES: usize = 4_096;

/// Which indicators are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    value: Option<String>,
    kind: Option<String>,
    feed: Option<String>,
    state: Option<String>,
    before: Option<String>,
    limit: Option<String>,
}

/// In which form indicators are given out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedExport {
    form: Option<String>,
    kind: Option<String>,
    tlp: Option<String>,
}

/// An indicator.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Indicator)]
#[serde(deny_unknown_fields)]
pub struct IndicatorOut {
    /// Its id.
    indicator: String,
    /// `domain`, `url`, `address`, `hash`, `ja3`, `ja4`, `email`; `pattern`.
    kind: String,
    /// Its value in canonical form; of a pattern the id of its object.
    value: String,
    /// Its pattern, where it asks for more than single values.
    #[schema(required = true)]
    pattern: Option<String>,
    /// Whether it counts now: it holds, is not known to be good, and enough is left of its confidence.
    counts: bool,
    /// Id of the feed that lists it.
    feed: String,
    /// What people call that feed.
    source: String,
    /// Id of the STIX object that says so.
    #[schema(required = true)]
    object: Option<String>,
    /// Who wrote it, where the feed is a collection of this node: `token:7`, `person:7`.
    #[schema(required = true)]
    by: Option<String>,
    /// What it is called.
    #[schema(required = true)]
    label: Option<String>,
    /// How sure one was when it was told: 0 to 100.
    confidence: u8,
    /// What is left of that.
    score: u8,
    /// How far it goes.
    tlp: &'static str,
    /// From when it holds.
    #[schema(value_type = String, format = DateTime)]
    valid_from: Instant,
    /// Until when.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    valid_until: Option<Instant>,
    /// When it was taken back.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Instant>,
    /// The warning list that knows it to be good.
    #[schema(required = true)]
    warning: Option<String>,
    /// How often its value was seen.
    sightings: u64,
    /// When last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_seen: Option<Instant>,
}

/// A page of indicators, or those by which a value is found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Indicators)]
#[serde(deny_unknown_fields)]
pub struct IndicatorsOut {
    /// The indicators.
    indicators: Vec<IndicatorOut>,
    /// The strictest colour that whoever asks is cleared for: what is marked more strictly is in no answer to them.
    cleared_for: &'static str,
    /// Where the next page begins, for `before`; `null` where there is none.
    #[schema(required = true)]
    next: Option<String>,
}

/// Who saw a value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SightingsOfValue)]
#[serde(deny_unknown_fields)]
pub struct SightingOut {
    /// Who says so: `token:7`, `person:7`, `feed:7`.
    source: String,
    /// How often.
    count: u64,
    /// When first.
    #[schema(value_type = String, format = DateTime)]
    first_seen: Instant,
    /// When last.
    #[schema(value_type = String, format = DateTime)]
    last_seen: Instant,
}

/// What an indicator shows, as its feed says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ShownThreat)]
#[serde(deny_unknown_fields)]
pub struct ShownOut {
    /// What it is, as a type of STIX: `campaign`, `intrusion-set`, `malware`, `threat-actor`, `tool`, `attack-pattern`,
    /// `infrastructure`.
    kind: &'static str,
    /// What it is called.
    name: String,
    /// How far it may go.
    tlp: &'static str,
}

/// An indicator with who saw its value, and who else lists it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IndicatorView)]
#[serde(deny_unknown_fields)]
pub struct IndicatorViewOut {
    /// The indicator.
    indicator: IndicatorOut,
    /// Who saw its value, the last first.
    sightings: Vec<SightingOut>,
    /// The same value in other feeds.
    others: Vec<IndicatorOut>,
    /// What it shows, as its feed says, as far as whoever asks is cleared for it.
    shows: Vec<ShownOut>,
}

/// Values that somebody saw.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SightingsIn, example = json!({ "sightings": [{ "value": "evil.vn", "count": 3 }] }))]
#[serde(deny_unknown_fields)]
pub struct SightingsIn {
    /// 1 to 1,000 of them.
    sightings: Vec<SightingIn>,
}

/// A value that somebody saw.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SightingIn)]
#[serde(deny_unknown_fields)]
pub struct SightingIn {
    /// The value.
    value: String,
    /// How often: 1 to 999,999,999; once when left out.
    count: Option<u32>,
    /// When first, in microseconds since 1970; the last time when left out.
    first_seen_us: Option<i64>,
    /// When last, in microseconds since 1970; now when left out.
    last_seen_us: Option<i64>,
}

fn out(found: &Found) -> IndicatorOut {
    let row = &found.row;
    IndicatorOut {
        indicator: row.id.to_string(),
        kind: row.kind.clone(),
        value: row.value.clone(),
        pattern: row.pattern.clone(),
        counts: found.counts,
        feed: row.feed.to_string(),
        source: row.feed_name.clone(),
        object: Some(row.object.clone()).filter(|object| !object.is_empty()),
        by: Some(row.part.clone()).filter(|by| !by.is_empty()),
        label: row.label.clone(),
        confidence: row.confidence,
        score: found.score,
        tlp: row.tlp.key(),
        valid_from: Instant(row.valid_from),
        valid_until: row.valid_until.map(Instant),
        revoked_at: row.revoked_at.map(Instant),
        warning: row.warning.clone(),
        sightings: row.sightings,
        last_seen: row.seen_last.map(Instant),
    }
}

fn sighting_out(row: &SightingRow) -> SightingOut {
    SightingOut {
        source: row.source.clone(),
        count: row.count,
        first_seen: Instant(row.first_at),
        last_seen: Instant(row.last_at),
    }
}

/// Indicators, newest first; or, with `value`, every one that the value would be matched by: itself, names above it, networks
/// around it; what the object of STIX with this id says; or patterns of exactly this text. Also those that hold no more.
#[utoipa::path(
    get,
    path = "/v1/indicators",
    tag = "indicators",
    operation_id = "listIndicators",
    summary = "Tìm chỉ dấu · Find indicators",
    security(("token" = ["indicators:read"])),
    params(
        ("value" = Option<String>, Query, description = "A name, URL, address, network, digest, fingerprint or e-mail address; the id of an object of STIX, or the exact text of a pattern"),
        ("kind" = Option<String>, Query, description = "`domain`, `url`, `address`, `hash`, `ja3`, `ja4`, `email`, `pattern`"),
        ("feed" = Option<String>, Query, description = "Id of a feed"),
        ("state" = Option<String>, Query, description = "`live`, `gone` or `warned`; all when left out"),
        ("before" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "Indicators", body = IndicatorsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
        let clearance = Clearance::of(&service.app, &actor).await;
        let cleared_for = clearance
            .map_err(|error| caller::problem(&service, &error))?
            .tlp()
            .key();
        if let Some(value) = &asked.value {
            if value.len() > MAX_SOUGHT_BYTES {
                return Err(bad("value"));
            }
            let found = indicator::look_up(&service.app, &actor, value).await;
            let found = found.map_err(|error| caller::problem(&service, &error))?;
            return Ok(caller::json(&IndicatorsOut {
                indicators: found.ok_or_else(|| bad("value"))?.iter().map(out).collect(),
                next: None,
                cleared_for,
            }));
        }
        let limit = caller::page_size(asked.limit.as_deref())?;
        let before = caller::before(asked.before.as_deref())?;
        let feed = asked.feed.as_deref().map(str::parse).transpose();
        let state = IndicatorState::from_key(asked.state.as_deref().unwrap_or_default());
        let filter = IndicatorFilter {
            kind: asked.kind.unwrap_or_default(),
            feed: feed.map_err(|_| bad("feed"))?,
            state: state.ok_or_else(|| bad("state"))?,
        };
        let found = indicator::list(&service.app, &actor, filter, (before, limit)).await;
        let found = found.map_err(|error| caller::problem(&service, &error))?;
        let is_full = usize::try_from(limit).is_ok_and(|limit| found.len() >= limit);
        Ok(caller::json(&IndicatorsOut {
            next: found.last().filter(|_| is_full).map(|last| last.row.id.to_string()),
            indicators: found.iter().map(out).collect(),
            cleared_for,
        }))
    };
    caller::respond(&headers, call).await
}

/// One indicator, who saw its value, and who else lists it.
#[utoipa::path(
    get,
    path = "/v1/indicators/{indicator}",
    tag = "indicators",
    operation_id = "showIndicator",
    summary = "Đọc một chỉ dấu · Read an indicator",
    security(("token" = ["indicators:read"])),
    params(("indicator" = String, Path, description = "Id of the indicator")),
    responses(
        (status = 200, description = "The indicator", body = IndicatorViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let view = indicator::show(&service.app, &actor, caller::id(&id, "indicator")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&IndicatorViewOut {
            indicator: out(&view.found),
            sightings: view.sightings.iter().map(sighting_out).collect(),
            others: view.others.iter().map(out).collect(),
            shows: view.shows.iter().map(shown_out).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

fn shown_out(led: &LedTo) -> ShownOut {
    ShownOut {
        kind: led.threat.kind.key(),
        name: led.threat.name.clone(),
        tlp: led.threat.tlp.key(),
    }
}

/// Takes back an indicator that was entered by hand.
#[utoipa::path(
    post,
    path = "/v1/indicators/{indicator}/withdrawal",
    tag = "indicators",
    operation_id = "withdrawIndicator",
    summary = "Thu hồi chỉ dấu nhập tay · Withdraw an indicator that was entered by hand",
    security(("token" = ["indicators:write"])),
    params(("indicator" = String, Path, description = "Id of the indicator")),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::SubmitIndicators).await?;
        let done = feed::withdraw(&service.app, &actor, caller::id(&id, "indicator")?).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

/// Tells that values were seen. Those that nobody lists are counted as well.
#[utoipa::path(
    post,
    path = "/v1/indicators/sightings",
    tag = "indicators",
    operation_id = "tellSightings",
    summary = "Báo lần phát hiện · Tell that values were seen",
    security(("token" = ["indicators:write"])),
    request_body(content = SightingsIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Counted"),
        (status = "default", description = "Refused; nothing was counted", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn sight(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::SubmitIndicators).await?;
        let told: SightingsIn = caller::read_json(&service, &parts.headers, body).await?;
        let told = told.sightings.into_iter().map(|told| TellSighting {
            value: told.value,
            count: told.count.unwrap_or(1),
            first_at: told.first_seen_us.map(Time::from_micros),
            last_at: told.last_seen_us.map(Time::from_micros),
        });
        let told: Vec<TellSighting> = told.collect();
        let done = indicator::tell(&service.app, &actor, &told).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// Every indicator that counts now, as far as it may go: never further than the colour that is asked for and the clearance of
/// the token allow, and never TLP:RED.
#[utoipa::path(
    get,
    path = "/v1/indicators/export",
    tag = "indicators",
    operation_id = "exportIndicators",
    summary = "Xuất chỉ dấu · Export indicators",
    security(("token" = ["indicators:read"])),
    params(
        ("form" = Option<String>, Query, description = "`list`, `csv`, `stix` or `misp` (an event); `list` when left out"),
        ("kind" = Option<String>, Query, description = "One kind alone"),
        ("tlp" = Option<String>, Query, description = "`clear`, `green`, `amber` or `amber+strict`; `clear` when left out"),
    ),
    responses(
        (status = 200, description = "The indicators", body = String, content_type = "text/plain"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn export(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Query(asked): Query<AskedExport>,
) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        exported(&service, &actor, asked).await
    };
    caller::respond(&headers, call).await
}

/// An export as a file, for programs and pages.
pub async fn exported(service: &Service, actor: &anlanh_model::Actor, asked: AskedExport) -> Result<Response, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let form = asked
        .form
        .as_deref()
        .map_or(Some(ExportForm::List), ExportForm::from_key);
    let form = form.ok_or_else(|| bad("form"))?;
    let tlp = asked.tlp.as_deref().map_or(Some(Tlp::Clear), Tlp::from_key);
    let tlp = tlp.ok_or_else(|| bad("tlp"))?;
    let kind = asked.kind.as_deref().filter(|kind| !kind.is_empty());
    let text = indicator::export(&service.app, actor, (form, kind), Clearance::up_to(tlp)).await;
    let text = text.map_err(|error| caller::problem(service, &error))?;
    let (media_type, name) = match form {
        ExportForm::List => ("text/plain; charset=utf-8", "attachment; filename=\"chi-dau.txt\""),
        ExportForm::Table => ("text/csv; charset=utf-8", "attachment; filename=\"chi-dau.csv\""),
        ExportForm::Stix => (
            "application/stix+json;version=2.1",
            "attachment; filename=\"chi-dau.json\"",
        ),
        ExportForm::Misp => ("application/json", "attachment; filename=\"chi-dau-misp.json\""),
    };
    let fields = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((fields, text).into_response())
}

/// The manifest of the node's indicators as a feed of MISP: an event for each feed that lists something. Whoever subscribes to
/// `/v1/misp` asks for it again, and for the events that changed.
#[utoipa::path(
    get,
    path = "/v1/misp/manifest.json",
    tag = "indicators",
    operation_id = "mispManifest",
    summary = "Danh mục nguồn MISP của nút · The manifest of the MISP feed of the node",
    security(("token" = ["indicators:read"])),
    responses(
        (status = 200, description = "The events by their UUIDs", body = Object, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn misp_manifest(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let manifest = indicator::misp_manifest(&service.app, &actor).await;
        let manifest = manifest.map_err(|error| caller::problem(&service, &error))?;
        Ok(misp(manifest))
    };
    caller::respond(&headers, call).await
}

/// An event of the node's feed of MISP: every indicator of one feed that counts now, as far as the clearance of the token allows,
/// and never TLP:RED.
#[utoipa::path(
    get,
    path = "/v1/misp/{event}",
    tag = "indicators",
    operation_id = "mispEvent",
    summary = "Một sự kiện của nguồn MISP · An event of the MISP feed of the node",
    security(("token" = ["indicators:read"])),
    params(("event" = String, Path, description = "UUID of the event, with `.json` behind it")),
    responses(
        (status = 200, description = "The event", body = Object, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn misp_event(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(event): Path<String>,
) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let none = || caller::problem(&service, &anlanh_app::Error::NotFound("event"));
        let uuid = event.strip_suffix(".json").ok_or_else(none)?;
        let found = indicator::misp_event(&service.app, &actor, uuid).await;
        let found = found.map_err(|error| caller::problem(&service, &error))?;
        Ok(misp(found.ok_or_else(none)?))
    };
    caller::respond(&headers, call).await
}

fn misp(body: Vec<u8>) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        body,
    )
        .into_response()
}
