//! `/v1/quality`: how the work of people is measured, and what that shows.

use std::sync::Arc;

use anlanh_app::quality::{self, Quality, Shares};
use anlanh_model::{Accuracy, Agreement, Share};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::has_type;
use super::screen::read_body;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};

/// How many days are looked at where nothing else is asked.
const DAYS: u32 = 90;

/// What is asked of the figures.
#[derive(Debug, Deserialize)]
pub struct Asked {
    days: Option<String>,
}

/// How much of the work is measured, in percent of the decisions that take effect.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[schema(as = QualityShares, example = json!({ "second_review_percent": 5, "golden_percent": 3 }))]
#[serde(deny_unknown_fields)]
pub struct SharesOut {
    /// Decisions that a second person decides without knowing of the first.
    #[schema(minimum = 0, maximum = 50)]
    second_review_percent: u8,
    /// Decisions for which a case whose answer is known is put among the others.
    #[schema(minimum = 0, maximum = 50)]
    golden_percent: u8,
}

/// How often two people came to the same outcome.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agreement)]
#[serde(deny_unknown_fields)]
pub struct AgreementOut {
    /// Pairs of decisions.
    pairs: u64,
    /// Share with the same outcome.
    observed: f64,
    /// Its 95 % interval (Wilson).
    observed_interval: [f64; 2],
    /// Cohen's κ; `null` where everybody always said the same one thing.
    #[schema(required = true)]
    kappa: Option<f64>,
    /// About its 95 % interval.
    #[schema(required = true)]
    kappa_interval: Option<[f64; 2]>,
}

/// How often known answers were found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Accuracy)]
#[serde(deny_unknown_fields)]
pub struct AccuracyOut {
    /// Right decisions: outcome and category.
    right: u64,
    /// Decisions on golden items.
    of: u64,
    /// Share of right ones; `null` of none.
    #[schema(required = true)]
    share: Option<f64>,
    /// Its 95 % interval (Wilson).
    #[schema(required = true)]
    interval: Option<[f64; 2]>,
}

/// Agreement of two people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PairAgreement)]
#[serde(deny_unknown_fields)]
pub struct PairOut {
    /// Names of the two, in the order of the alphabet.
    people: [String; 2],
    agreement: AgreementOut,
}

/// What was measured of cases filed under a category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CategoryQuality)]
#[serde(deny_unknown_fields)]
pub struct CategoryOut {
    /// Key of the category; empty if none.
    category: String,
    #[schema(required = true)]
    agreement: Option<AgreementOut>,
    golden: AccuracyOut,
}

/// What a reviewer found of known answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewerQuality)]
#[serde(deny_unknown_fields)]
pub struct ReviewerOut {
    /// Name of the reviewer.
    name: String,
    golden: AccuracyOut,
}

/// A week of measuring.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WeekQuality)]
#[serde(deny_unknown_fields)]
pub struct WeekOut {
    /// Its Monday.
    #[schema(format = Date)]
    monday: String,
    #[schema(required = true)]
    agreement: Option<AgreementOut>,
    golden: AccuracyOut,
}

/// What was found of disagreements.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Findings)]
#[serde(deny_unknown_fields)]
pub struct FindingsOut {
    /// The first decision was right.
    first: u64,
    /// The second was.
    second: u64,
    /// Neither was.
    neither: u64,
    /// Both can be defended: the rule is not clear.
    unclear: u64,
}

/// What measuring showed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quality)]
#[serde(deny_unknown_fields)]
pub struct QualityOut {
    shares: SharesOut,
    /// The first day that is looked at.
    #[schema(format = Date)]
    since: String,
    #[schema(required = true)]
    agreement: Option<AgreementOut>,
    golden: AccuracyOut,
    /// Agreement by pair of people.
    pairs: Vec<PairOut>,
    /// Golden items by reviewer.
    reviewers: Vec<ReviewerOut>,
    /// Both by category.
    categories: Vec<CategoryOut>,
    /// Both by week, oldest first.
    weeks: Vec<WeekOut>,
    /// Pairs that differ in outcome or category.
    disagreements: u64,
    findings: FindingsOut,
    /// Second reviews that wait.
    waiting_second_reviews: u64,
    /// Golden cases that wait.
    waiting_golden: u64,
}

/// How well people agree, and how often they find known answers.
#[utoipa::path(
    get,
    path = "/v1/quality",
    tag = "quality",
    operation_id = "showQuality",
    summary = "Đọc mức đồng thuận và độ đúng của người duyệt · Read how well people agree and how often they are right",
    security(("token" = ["policy:write"])),
    params(("days" = Option<u32>, Query, description = "1 to 366; 90 when left out")),
    responses(
        (status = 200, description = "The figures", body = QualityOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let language = edge::language(&headers);
    read(&service, &headers, &asked)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn read(service: &Service, headers: &HeaderMap, asked: &Asked) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let days = match asked.days.as_deref() {
        None => DAYS,
        Some(text) => {
            let days = text.parse().ok().filter(|days| (1..=quality::MAX_DAYS).contains(days));
            days.ok_or_else(|| Problem::Refused(Refusal::bad_query("days")))?
        }
    };
    let figures = quality::figures(&service.app, &actor, days).await;
    let figures = figures.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&QualityOut::new(&figures)))
}

/// Sets how much is measured, from the next decision on.
#[utoipa::path(
    post,
    path = "/v1/quality",
    tag = "quality",
    operation_id = "setQualityShares",
    summary = "Đặt phần công việc được đo · Set how much of the work is measured",
    security(("token" = ["policy:write"])),
    request_body(content = SharesOut, content_type = "application/json"),
    responses(
        (status = 200, description = "The shares as they are now", body = SharesOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn set_shares(State(service): State<Arc<Service>>, request: Request) -> Response {
    let language = edge::language(request.headers());
    set(&service, request)
        .await
        .unwrap_or_else(|problem| problem.respond(language))
}

async fn set(service: &Service, request: Request) -> Result<Response, Problem> {
    let actor = caller::actor(service, request.headers()).await?;
    if !has_type(request.headers(), "application/json") {
        return Err(Problem::UnsupportedMediaType("application/json"));
    }
    let body = read_body(request.into_body(), service.limits).await?;
    let asked: SharesOut = caller::parse(&body)?;
    let share = |percent, name| Share::parse(percent).map_err(|_| Problem::Refused(Refusal::bad_query(name)));
    let shares = Shares {
        second_review: share(asked.second_review_percent, "second_review_percent")?,
        golden: share(asked.golden_percent, "golden_percent")?,
    };
    let set = quality::set_shares(&service.app, &actor, shares).await;
    set.map_err(|error| caller::problem(service, &error))?;
    Ok(caller::json(&SharesOut::new(shares)))
}

impl SharesOut {
    const fn new(shares: Shares) -> Self {
        Self {
            second_review_percent: shares.second_review.percent(),
            golden_percent: shares.golden.percent(),
        }
    }
}

impl AgreementOut {
    fn new(agreement: &Agreement) -> Self {
        let (low, high) = agreement.observed_interval();
        Self {
            pairs: agreement.pairs as u64,
            observed: agreement.observed,
            observed_interval: [low, high],
            kappa: agreement.kappa,
            kappa_interval: agreement.kappa_interval.map(Into::into),
        }
    }
}

impl AccuracyOut {
    fn new(accuracy: Accuracy) -> Self {
        Self {
            right: accuracy.right,
            of: accuracy.of,
            share: accuracy.share(),
            interval: accuracy.interval().map(Into::into),
        }
    }
}

impl QualityOut {
    fn new(figures: &Quality) -> Self {
        let pairs = figures.by_pair.iter().map(|((first, second), agreement)| PairOut {
            people: [first.clone(), second.clone()],
            agreement: AgreementOut::new(agreement),
        });
        let reviewers = figures.by_reviewer.iter().map(|(name, accuracy)| ReviewerOut {
            name: name.clone(),
            golden: AccuracyOut::new(*accuracy),
        });
        let weeks = figures.weeks.iter().map(|week| WeekOut {
            monday: date(week.monday),
            agreement: week.agreement.as_ref().map(AgreementOut::new),
            golden: AccuracyOut::new(week.accuracy),
        });
        let [first, second, neither, unclear] = figures.findings;
        Self {
            shares: SharesOut::new(figures.shares),
            since: date(figures.since),
            agreement: figures.agreement.as_ref().map(AgreementOut::new),
            golden: AccuracyOut::new(figures.accuracy),
            pairs: pairs.collect(),
            reviewers: reviewers.collect(),
            categories: categories(figures),
            weeks: weeks.collect(),
            disagreements: figures.disagreements,
            findings: FindingsOut {
                first,
                second,
                neither,
                unclear,
            },
            waiting_second_reviews: figures.waiting.second_reviews,
            waiting_golden: figures.waiting.golden,
        }
    }
}

fn categories(figures: &Quality) -> Vec<CategoryOut> {
    let agreed = figures.by_category.iter().map(|(key, _)| key);
    let mut keys: Vec<&String> = agreed
        .chain(figures.golden_by_category.iter().map(|(key, _)| key))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let category = |key: &String| {
        let agreement = figures.by_category.iter().find(|(filed, _)| filed == key);
        let golden = figures.golden_by_category.iter().find(|(filed, _)| filed == key);
        CategoryOut {
            category: key.clone(),
            agreement: agreement.map(|(_, agreement)| AgreementOut::new(agreement)),
            golden: AccuracyOut::new(golden.map(|(_, golden)| *golden).unwrap_or_default()),
        }
    };
    keys.into_iter().map(category).collect()
}

/// A day, counted in local days since 1970-01-01, as RFC 3339 has it.
fn date(day: i64) -> String {
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day));
    date.map_or_else(|_| day.to_string(), |date| date.to_string())
}
