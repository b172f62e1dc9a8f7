//! Rules are looked at: what each found, how often people agreed, and how often it may act.

use std::sync::Arc;

use anlanh_app::policy::{self, RuleFigures, RuleView};
use anlanh_app::{Engine, HitCount, HitRow};
use anlanh_model::{Brake, Outcome, Permission, Precision, Time};
use anlanh_pack::Described;
use anlanh_screen::Rule;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::instant::Instant;
use crate::problem::ProblemOut;

/// The rules in force.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rules)]
#[serde(deny_unknown_fields)]
pub struct RulesOut {
    /// The rules, in the order of the policy.
    rules: Vec<RuleOut>,
}

/// A rule with what became of its hits.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rule)]
#[serde(deny_unknown_fields)]
pub struct RuleOut {
    /// Its id.
    id: String,
    /// What the version in force says of it; `null` where that has no such rule any more.
    #[schema(required = true)]
    definition: Option<RuleDefinitionOut>,
    /// Hits ever, those that its brake held included.
    hits: u64,
    /// Of these, hits of the last 7 days.
    hits_7_days: u64,
    /// Of these, hits that its brake held.
    braked: u64,
    /// What people made of its hits.
    precision: PrecisionOut,
    /// How often it may act without a person.
    brake: BrakeOut,
}

/// What a version says of a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleDefinition)]
#[serde(deny_unknown_fields)]
pub struct RuleDefinitionOut {
    /// What it is called.
    title: TitleOut,
    /// Key of its category.
    category: String,
    /// Its action.
    action: &'static str,
    /// Whether it acts without a person.
    automatic: bool,
}

/// A text in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Title)]
#[serde(deny_unknown_fields)]
pub struct TitleOut {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// How often a rule was right, by what people decided.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Precision)]
#[serde(deny_unknown_fields)]
pub struct PrecisionOut {
    /// Hits on items that a person then held to be a violation.
    confirmed: u64,
    /// Hits on items that a person then held to be none.
    rejected: u64,
    /// Hits on items that nobody has decided.
    open: u64,
    /// Share of the decided ones that were confirmed, 0 to 1; `null` before the first decision.
    #[schema(required = true)]
    share: Option<f64>,
    /// The 95 % interval of that share (Wilson): its lower end, then its upper.
    #[schema(required = true, min_items = 2, max_items = 2)]
    interval: Option<Vec<f64>>,
}

/// How often a rule may act in a clock hour before a person must.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Brake)]
#[serde(deny_unknown_fields)]
pub struct BrakeOut {
    /// Acts that one hour allows.
    per_hour: u32,
    /// Acts in the hour that runs.
    used: u32,
}

/// A rule in full.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleInFull)]
#[serde(deny_unknown_fields)]
pub struct RuleInFullOut {
    /// The rule.
    rule: RuleOut,
    /// Its hits by version, mode and outcome, those in shadow included.
    hits: Vec<HitCountOut>,
    /// Its last hits, newest first; none for a token without `items:read`.
    recent: Vec<HitOut>,
}

/// Hits of a rule under one version, in one mode, with one outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleHits)]
#[serde(deny_unknown_fields)]
pub struct HitCountOut {
    /// Id of the version that judged.
    version: String,
    /// `live`, `braked` or `shadow`.
    mode: &'static str,
    /// What people made of the items.
    #[schema(required = true)]
    outcome: Option<&'static str>,
    /// How many.
    hits: u64,
}

/// A hit of a rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RuleHit)]
#[serde(deny_unknown_fields)]
pub struct HitOut {
    /// The node's id of the item.
    item: String,
    /// When (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `live`, `braked` or `shadow`.
    mode: &'static str,
    /// What a person made of the item.
    #[schema(required = true)]
    outcome: Option<&'static str>,
}

/// How often a rule may act.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BrakeIn, example = json!({ "per_hour": 50 }))]
#[serde(deny_unknown_fields)]
pub struct BrakeIn {
    /// Acts that one clock hour allows; with 0 a person decides each.
    #[schema(minimum = 0, maximum = 1_000_000)]
    per_hour: u32,
}

/// The rules in force, with what became of their hits.
#[utoipa::path(
    get,
    path = "/v1/policy/rules",
    tag = "policy",
    operation_id = "listRules",
    summary = "Xem các quy tắc và kết quả của chúng · Read the rules and how they do",
    security(("token" = ["policy:read"])),
    responses(
        (status = 200, description = "The rules", body = RulesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let figures = policy::rules(&service.app, &actor).await;
        let figures = figures.map_err(|error| caller::problem(&service, &error))?;
        let (engine, now) = (service.app.engine(), service.app.clock().now());
        let rules = engine.policy.rules().map(|(rule, described, _)| {
            let figures = figures.get(&rule.id).copied().unwrap_or_default();
            RuleOut::new(&rule.id, Some(RuleDefinitionOut::new(rule, described)), figures, now)
        });
        Ok(caller::json(&RulesOut { rules: rules.collect() }))
    };
    caller::respond(&headers, call).await
}

/// One rule, in force or not any more.
#[utoipa::path(
    get,
    path = "/v1/policy/rules/{rule}",
    tag = "policy",
    operation_id = "showRule",
    summary = "Xem kết quả của một quy tắc · Read how one rule does",
    security(("token" = ["policy:read"])),
    params(("rule" = String, Path, description = "Id of the rule")),
    responses(
        (status = 200, description = "The rule", body = RuleInFullOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let view = policy::rule(&service.app, &actor, &id).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&RuleInFullOut::new(&id, &service.app.engine(), &view)))
    };
    caller::respond(&headers, call).await
}

/// Sets how often a rule may act in an hour before a person must. What goes over waits for a person.
#[utoipa::path(
    put,
    path = "/v1/policy/rules/{rule}/brake",
    tag = "policy",
    operation_id = "setBrake",
    summary = "Đặt phanh của một quy tắc · Set the brake of a rule",
    security(("token" = ["policy:write"])),
    params(("rule" = String, Path, description = "Id of a rule in force")),
    request_body(content = BrakeIn, content_type = "application/json"),
    responses(
        (status = 204, description = "It is set"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn set_brake(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let call = async {
        let actor = caller::permitted(&service, &headers, Permission::EditPolicy).await?;
        let BrakeIn { per_hour } = caller::read_json(&service, &headers, body).await?;
        let set = policy::set_brake(&service.app, &actor, &id, per_hour).await;
        set.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&headers, call).await
}

impl RuleOut {
    fn new(id: &str, definition: Option<RuleDefinitionOut>, figures: RuleFigures, now: Time) -> Self {
        let brake = figures.brake.unwrap_or(Brake::new(Brake::DEFAULT_PER_HOUR));
        Self {
            id: id.to_owned(),
            definition,
            hits: figures.hits,
            hits_7_days: figures.recent,
            braked: figures.braked,
            precision: PrecisionOut::new(figures.precision),
            brake: BrakeOut {
                per_hour: brake.per_hour,
                used: brake.used_at(now),
            },
        }
    }
}

impl RuleDefinitionOut {
    fn new(rule: &Rule, described: &Described) -> Self {
        let title = described.title.clone().unwrap_or_default();
        Self {
            title: TitleOut {
                vi: title.vi,
                en: title.en,
            },
            category: rule.category.clone(),
            action: rule.action.key(),
            automatic: rule.automatic,
        }
    }
}

impl PrecisionOut {
    fn new(precision: Precision) -> Self {
        Self {
            confirmed: precision.confirmed,
            rejected: precision.rejected,
            open: precision.open,
            share: precision.share(),
            interval: precision.interval().map(|(low, high)| vec![low, high]),
        }
    }
}

impl RuleInFullOut {
    fn new(id: &str, engine: &Engine, view: &RuleView) -> Self {
        let mut rules = engine.policy.rules();
        let found = rules.find(|(rule, ..)| rule.id == id);
        let definition = found.map(|(rule, described, _)| RuleDefinitionOut::new(rule, described));
        Self {
            rule: RuleOut::new(id, definition, view.figures, view.seen_at),
            hits: view.hits.iter().map(HitCountOut::new).collect(),
            recent: view.recent.iter().map(HitOut::new).collect(),
        }
    }
}

impl HitCountOut {
    fn new(count: &HitCount) -> Self {
        Self {
            version: count.version.to_string(),
            mode: count.mode.key(),
            outcome: count.outcome.map(Outcome::key),
            hits: count.n,
        }
    }
}

impl HitOut {
    fn new(hit: &HitRow) -> Self {
        Self {
            item: hit.item.to_string(),
            at: Instant(hit.at),
            mode: hit.mode.key(),
            outcome: hit.outcome.map(Outcome::key),
        }
    }
}
