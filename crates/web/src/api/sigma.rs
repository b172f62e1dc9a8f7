//! `/v1/sigma`: the Sigma rules that events are held against, those that are left out, and why.

use std::sync::Arc;

use anlanh_app::sigma::{self, Filter, Level, MAX_QUERY_BYTES, Place, RuleInUse, Seen};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use crate::Service;
use crate::address::Query;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;

/// Longest place in an address, in bytes: a path of a file is as long as the system has it.
const MAX_PLACE_BYTES: usize = 8_192;

/// Which rules are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    level: Option<String>,
    state: Option<String>,
    q: Option<String>,
    after: Option<String>,
    limit: Option<String>,
}

/// How many rules of a level are in use, and how often they were met.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigmaLevel)]
#[serde(deny_unknown_fields)]
pub struct LevelOut {
    /// `critical`, `high`, `medium`, `low`, `informational`, `none`.
    level: &'static str,
    /// Rules in use.
    rules: u64,
    /// Hits since the start of the node.
    hits: u64,
}

/// Why something is left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigmaReason)]
#[serde(deny_unknown_fields)]
pub struct ReasonOut {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

/// A rule, or all of a file, that is left out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigmaLeftOut)]
#[serde(deny_unknown_fields)]
pub struct LeftOutOut {
    /// The file.
    file: String,
    /// The line, from 1.
    line: usize,
    /// Why.
    reason: ReasonOut,
    /// Whether what the file said before goes on.
    stays: bool,
}

/// How the rules stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Sigma)]
#[serde(deny_unknown_fields)]
pub struct StateOut {
    /// The folders that are followed.
    folders: Vec<String>,
    /// When they were looked at last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    looked_at: Option<Instant>,
    /// When rules were read last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    loaded_at: Option<Instant>,
    /// Why the last look failed as a whole; what was read last goes on.
    #[schema(required = true)]
    failure: Option<String>,
    /// Looks that failed since the start of the node.
    looks_failed: u64,
    /// Rules in use.
    in_use: u64,
    /// By level, the gravest first.
    levels: Vec<LevelOut>,
    /// How much is left out.
    left_out_count: u64,
    /// What is: the first 1,000; none for whoever is not cleared for TLP:AMBER.
    left_out: Vec<LeftOutOut>,
    /// What the caller is cleared for: what is marked more strictly is not told.
    cleared_for: &'static str,
}

/// A rule in use.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigmaRule)]
#[serde(deny_unknown_fields)]
pub struct RuleOut {
    /// What it is called.
    title: String,
    /// Its identifier.
    #[schema(required = true)]
    id: Option<String>,
    /// `critical`, `high`, `medium`, `low`, `informational`, `none`.
    level: &'static str,
    /// `stable`, `test`, `experimental`, `deprecated`, `unsupported`.
    #[schema(required = true)]
    status: Option<&'static str>,
    /// The category of the log that it is for.
    #[schema(required = true)]
    category: Option<String>,
    /// The product.
    #[schema(required = true)]
    product: Option<String>,
    /// The service.
    #[schema(required = true)]
    service: Option<String>,
    /// Whether no log that is read by name is that: it is held against JSON with a map alone.
    other_logs: bool,
    /// Who wrote it.
    #[schema(required = true)]
    author: Option<String>,
    /// What its author files it under, as `attack.t1071.004`.
    tags: Vec<String>,
    /// How far it may go.
    tlp: &'static str,
    /// The file.
    file: String,
    /// The line of it where it begins, from 1.
    line: usize,
    /// Hits since the start of the node.
    hits: u64,
    /// When it was met last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    last_hit_at: Option<Instant>,
}

/// A page of rules.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SigmaRules)]
#[serde(deny_unknown_fields)]
pub struct RulesOut {
    /// The rules, by file and line.
    rules: Vec<RuleOut>,
    /// How many are found in all.
    found: u64,
    /// The `after` of the next page; none on the last.
    #[schema(required = true)]
    next: Option<String>,
    /// What the caller is cleared for: rules that are marked more strictly are not told.
    cleared_for: &'static str,
}

/// Tells how the rules stand, what is left out and why.
#[utoipa::path(
    get,
    path = "/v1/sigma",
    tag = "events",
    operation_id = "showSigma",
    summary = "Luật Sigma đang dùng ra sao · How the Sigma rules stand",
    security(("token" = ["policy:read"])),
    responses(
        (status = 200, description = "How they stand", body = StateOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn state(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let state = sigma::state(&service.app, &actor).await;
        let state = state.map_err(|error| caller::problem(&service, &error))?;
        let told = state.told;
        let left_out = told.troubles.iter().map(|trouble| {
            let [vi, en] = trouble.reason.clone();
            LeftOutOut {
                file: trouble.file.to_string(),
                line: trouble.line,
                reason: ReasonOut { vi, en },
                stays: trouble.stays,
            }
        });
        let levels = state.levels.iter().map(|count| LevelOut {
            level: count.level.key(),
            rules: count.rules,
            hits: count.hits,
        });
        Ok(caller::json(&StateOut {
            looked_at: told.looked_at.map(Instant),
            loaded_at: told.loaded_at.map(Instant),
            looks_failed: told.failed,
            in_use: state.levels.iter().map(|count| count.rules).sum(),
            levels: levels.collect(),
            left_out_count: told.left_out,
            left_out: left_out.collect(),
            cleared_for: state.cleared_for.key(),
            folders: told.folders,
            failure: told.failure,
        }))
    };
    caller::respond(&headers, call).await
}

/// Tells which rules are in use, with their hits.
#[utoipa::path(
    get,
    path = "/v1/sigma/rules",
    tag = "events",
    operation_id = "listSigmaRules",
    summary = "Các luật Sigma đang dùng · Sigma rules in use",
    security(("token" = ["policy:read"])),
    params(
        ("level" = Option<String>, Query, description = "`critical`, `high`, `medium`, `low`, `informational`, `none`; all when left out"),
        ("state" = Option<String>, Query, description = "`hit`, `quiet` or `other-logs`; all when left out"),
        ("q" = Option<String>, Query, description = "Words, with or without marks: of title, id, author, log, tags or file; at most 256 bytes"),
        ("after" = Option<String>, Query, description = "The `next` of the page before"),
        ("limit" = Option<u32>, Query, description = "1 to 200; 50 when left out"),
    ),
    responses(
        (status = 200, description = "Rules", body = RulesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn rules(State(service): State<Arc<Service>>, headers: HeaderMap, Query(asked): Query<Asked>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let limit = caller::page_size(asked.limit.as_deref())? as usize;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let filter = filter(
            &text(&asked.level),
            &text(&asked.state),
            &text(&asked.q),
            &text(&asked.after),
        )?;
        let page = sigma::find(&service.app, &actor, &filter, limit).await;
        let page = page.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&RulesOut {
            rules: page.rules.iter().map(|rule| out(rule)).collect(),
            found: page.found,
            next: page.next.as_ref().map(place),
            cleared_for: page.cleared_for.key(),
        }))
    };
    caller::respond(&headers, call).await
}

/// What an address asks for; what is empty asks for all.
///
/// # Errors
/// When something of it is not understood, or too long.
pub fn filter(level: &str, state: &str, query: &str, after: &str) -> Result<Filter, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    if query.len() > MAX_QUERY_BYTES {
        return Err(bad("q"));
    }
    let level = Some(level).filter(|level| !level.is_empty());
    let after = Some(after).filter(|after| !after.is_empty());
    Ok(Filter {
        level: level
            .map(|key| Level::from_key(key).ok_or_else(|| bad("level")))
            .transpose()?,
        seen: Seen::from_key(state).ok_or_else(|| bad("state"))?,
        query: query.to_owned(),
        after: after
            .map(|text| read_place(text).ok_or_else(|| bad("after")))
            .transpose()?,
    })
}

/// A place, as an address has it.
pub fn place((file, line): &Place) -> String {
    URL_SAFE_NO_PAD.encode(format!("{line}:{file}"))
}

fn read_place(text: &str) -> Option<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(Some(text).filter(|text| text.len() <= MAX_PLACE_BYTES)?);
    let text = String::from_utf8(bytes.ok()?).ok()?;
    let (line, file) = text.split_once(':')?;
    Some((file.to_owned(), line.parse().ok()?))
}

fn out(of: &RuleInUse) -> RuleOut {
    let (rule, hits) = (of.rule.clone(), of.hits());
    let [category, product, service] = rule.log;
    RuleOut {
        title: rule.title,
        id: rule.id,
        level: rule.level.key(),
        status: rule.status,
        category,
        product,
        service,
        other_logs: rule.is_for_other_logs,
        author: rule.author,
        tags: rule.tags,
        tlp: rule.tlp.key(),
        file: rule.file.to_string(),
        line: rule.line,
        hits: hits.count,
        last_hit_at: hits.last_at.map(Instant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_has_a_longest_text_and_a_place_is_read_as_it_is_written() {
        let check = |query: &str, after: &str, is_good: bool| {
            assert_eq!(filter("", "", query, after).is_ok(), is_good, "{query} {after}");
        };
        check(&"a".repeat(MAX_QUERY_BYTES), "", true);
        check(&"a".repeat(MAX_QUERY_BYTES + 1), "", false);
        let long = |bytes: usize| place(&("a".repeat(bytes / 4 * 3 - 2), 1));
        assert_eq!(long(MAX_PLACE_BYTES).len(), MAX_PLACE_BYTES);
        check("", &long(MAX_PLACE_BYTES), true);
        check("", &long(MAX_PLACE_BYTES + 4), false);
        check("", "?", false);
        let here = ("/luật/a:b.yml".to_owned(), 7);
        assert_eq!(read_place(&place(&here)), Some(here));
    }
}
