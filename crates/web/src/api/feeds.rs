//! `/v1/feeds`: where indicators come from, how it stands, and what waits for a person.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::feed::{self, Credentials, FeedRow, FormSpec, HandedIn, MAX_HANDED_IN_BYTES, NewFeed, RoundRow};
use anlanh_app::indicator::Clearance;
use anlanh_model::{Actor, Feed, FeedKind, Id, Permission, Tlp};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::caller;
use super::instant::Instant;
use super::screen::read_up_to;
use crate::address::Path;
use crate::problem::{Problem, ProblemOut};
use crate::refusal::Refusal;
use crate::{Service, edge};

/// A feed to be added, or set otherwise.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FeedIn, example = json!({ "name": "Danh sách lừa đảo", "kind": "list", "url": "https://nguon.example/list.txt", "every_minutes": 60, "confidence": 70 }))]
#[serde(deny_unknown_fields)]
pub struct FeedIn {
    /// What people call it: 1 to 120 bytes, once.
    name: String,
    /// `taxii`, `list`, `table`, `stix`, `misp`, `zone` (a response policy zone by transfer), `collection` (what clients write into one of this node), `hand`.
    kind: String,
    /// Where it is: of a TAXII collection its own address; of a zone `dns://server:53/zone`. Nothing for `collection` and `hand`.
    #[serde(default)]
    url: String,
    /// What every value is, where it is not told by its looks: `domain`, `url`, `address`, `hash`, `ja3`, `ja4`, `email`.
    #[serde(default)]
    values: String,
    /// How comments begin, beside `#`.
    #[serde(default)]
    comment: String,
    /// Columns of a table, as in `value=2,confidence=4,label=name,separator=tab`.
    #[serde(default)]
    columns: String,
    /// How often it is asked for: 1 to 10,080; 60 when left out.
    every_minutes: Option<u32>,
    /// How sure one is of what says nothing of that: 0 to 100; 50 when left out.
    confidence: Option<u32>,
    /// For how many days holds what says nothing of that; of a list: after how many days without the feed nothing of it holds.
    valid_days: Option<u32>,
    /// How far goes what says nothing of that: `clear`, `green`, `amber`, `amber+strict`, `red`; `amber` when left out.
    tlp: Option<String>,
    /// UUID or alias of the collection that it fills; of the kind `collection` the one that it is.
    #[serde(default)]
    collection: String,
    /// User name for HTTP Basic; of a zone the name of the TSIG key (HMAC-SHA256).
    user: Option<String>,
    /// Its password; of a zone the secret of the key in Base64.
    password: Option<String>,
    /// Bearer token in place of both.
    token: Option<String>,
    /// Value of the field `authorization` in place of all.
    authorization: Option<String>,
}

/// A feed, and how it stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feed)]
#[serde(deny_unknown_fields)]
pub struct FeedOut {
    /// Its id.
    feed: String,
    /// What people call it.
    name: String,
    /// `taxii`, `list`, `table`, `stix`, `misp`, `zone`, `collection`, `hand`.
    kind: &'static str,
    /// Where it is.
    #[schema(required = true)]
    url: Option<String>,
    /// `active`, `held`, `paused`, `removed`.
    state: &'static str,
    /// What is wrong: `renamed`, `emptied`, `shrunk`, `flooded`, `refused`, `poisoned`, `stale`.
    alarms: Vec<&'static str>,
    /// How many values it lists.
    indicators: u64,
    /// When it was got last.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    checked_at: Option<Instant>,
    /// When anything in it changed.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    changed_at: Option<Instant>,
    /// When it is asked next.
    #[schema(value_type = String, format = DateTime)]
    next_at: Instant,
    /// How often it was not got in a row.
    failures: u32,
    /// Why it was not got last.
    #[schema(required = true)]
    failure: Option<String>,
    /// How often it is asked for.
    every_minutes: u32,
    /// How sure one is of what says nothing of that.
    confidence: u8,
    /// For how many days holds what says nothing of that.
    #[schema(required = true)]
    valid_days: Option<u32>,
    /// How far goes what says nothing of that.
    tlp: &'static str,
    /// Whether it has credentials; these are told to nobody.
    has_credentials: bool,
}

/// Every feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feeds)]
#[serde(deny_unknown_fields)]
pub struct FeedsOut {
    /// The feeds, by name.
    feeds: Vec<FeedOut>,
}

/// A round of a feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedRound)]
#[serde(deny_unknown_fields)]
pub struct RoundOut {
    /// Its number.
    number: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// `applied`, `failed`, `held`, `agreed`, `refused`.
    outcome: &'static str,
    /// Bytes that came.
    bytes: u64,
    /// Values that it has.
    listed: u64,
    /// Values that are new or changed.
    added: u64,
    /// Values that are gone.
    removed: u64,
    /// Lines, objects and values that cannot be used.
    refused: u64,
    /// Values that are known to be good.
    warned: u64,
    /// What was wrong with it.
    alarms: Vec<&'static str>,
    /// Why it failed; or where the first things stand that cannot be used, and why.
    #[schema(required = true)]
    why: Option<String>,
}

/// A feed with its last rounds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedWithRounds)]
#[serde(deny_unknown_fields)]
pub struct FeedViewOut {
    /// The feed.
    feed: FeedOut,
    /// Its last rounds, newest first.
    rounds: Vec<RoundOut>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FeedMade)]
#[serde(deny_unknown_fields)]
pub struct MadeOut {
    /// Id of the feed.
    feed: String,
    /// What whoever added it should know: that their own token is not cleared for what it lists.
    #[schema(required = true)]
    hint: Option<String>,
}

/// A step that somebody takes with a feed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = FeedStepIn, example = json!({ "step": "agree" }))]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// `pause`, `resume`, `ask` (at once), `agree` (to the round that is held), `refuse`, `remove`.
    step: String,
}

/// What became of what was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandedIn)]
#[serde(deny_unknown_fields)]
pub struct HandedInOut {
    /// Values that are listed now.
    listed: u64,
    /// Of them, values that are known to be good.
    warned: u64,
    /// Lines, objects and values that cannot be used.
    refused: u64,
    /// The first of them: where, and why.
    reasons: Vec<String>,
}

impl FeedIn {
    fn read(self) -> Result<NewFeed, Problem> {
        let refused = || Problem::Refused(Refusal::bad_feed_kind());
        let credentials = match (self.user, self.password, self.token, self.authorization) {
            (None, None, None, None) => None,
            (Some(user), password, None, None) => Some(Credentials::Basic(user, password.unwrap_or_default())),
            (None, None, Some(token), None) => Some(Credentials::Bearer(token)),
            (None, None, None, Some(value)) => Some(Credentials::Raw(value)),
            _ => return Err(refused()),
        };
        let tlp = self.tlp.as_deref().map_or(Some(Tlp::Amber), Tlp::from_key);
        Ok(NewFeed {
            name: self.name,
            kind: FeedKind::from_key(&self.kind).ok_or_else(refused)?,
            url: self.url,
            form: FormSpec {
                values: self.values,
                comment: self.comment,
                columns: self.columns,
            },
            every_minutes: self.every_minutes.unwrap_or(60),
            confidence: self.confidence.unwrap_or(50),
            valid_days: self.valid_days,
            tlp: tlp.ok_or_else(refused)?,
            collection: self.collection,
            credentials,
        })
    }
}

fn out(row: &FeedRow) -> FeedOut {
    let settings = &row.settings;
    FeedOut {
        feed: row.id.to_string(),
        name: settings.name.clone(),
        kind: settings.kind.key(),
        url: settings.url.clone(),
        state: row.state.key(),
        alarms: row.alarms.iter().map(|alarm| alarm.key()).collect(),
        indicators: row.live,
        checked_at: row.checked_at.map(Instant),
        changed_at: row.changed_at.map(Instant),
        next_at: Instant(row.next_at),
        failures: row.failures,
        failure: row.failure.clone(),
        every_minutes: settings.every_minutes,
        confidence: settings.confidence,
        valid_days: settings.valid_days,
        tlp: settings.tlp.key(),
        has_credentials: row.secret.is_some(),
    }
}

fn round_out(round: &RoundRow) -> RoundOut {
    RoundOut {
        number: round.number,
        at: Instant(round.at),
        outcome: round.outcome.key(),
        bytes: round.bytes,
        listed: round.listed,
        added: round.added,
        removed: round.removed,
        refused: round.refused,
        warned: round.warned,
        alarms: round.alarms.iter().map(|alarm| alarm.key()).collect(),
        why: round.why.clone(),
    }
}

/// Every feed, by name.
#[utoipa::path(
    get,
    path = "/v1/feeds",
    tag = "indicators",
    operation_id = "listFeeds",
    summary = "Đọc các nguồn chỉ dấu · Read the feeds",
    security(("token" = ["indicators:read"])),
    responses(
        (status = 200, description = "The feeds", body = FeedsOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let feeds = feed::list(&service.app, &actor).await;
        let feeds = feeds.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&FeedsOut {
            feeds: feeds.iter().map(out).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// What to tell whoever adds a feed and will not see all that it lists.
async fn hint(service: &Service, actor: &Actor, tlp: Tlp, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let clearance = Clearance::of(&service.app, actor).await;
    let clearance = clearance.map_err(|error| caller::problem(service, &error))?;
    if clearance.covers(tlp) {
        return Ok(None);
    }
    let (own, feed) = (clearance.tlp().key().to_uppercase(), tlp.key().to_uppercase());
    let language = edge::language(headers);
    Ok(Some(match language {
        Language::Vi => format!(
            "mã truy cập này chỉ được xem đến TLP:{own}, còn nguồn này mang TLP:{feed}: chỉ dấu của nguồn không hiện với mã này cho đến khi quản trị viên đặt mức TLP của mã (trang Quyền truy cập)"
        ),
        Language::En => format!(
            "this token is cleared up to TLP:{own}, and the feed is TLP:{feed}: its indicators are not there for this token until an administrator clears it for more (page Access)"
        ),
    }))
}

/// Adds a feed. It is asked for at once.
#[utoipa::path(
    post,
    path = "/v1/feeds",
    tag = "indicators",
    operation_id = "addFeed",
    summary = "Thêm nguồn chỉ dấu · Add a feed",
    security(("token" = ["indicators:write"])),
    request_body(content = FeedIn, content_type = "application/json"),
    responses(
        (status = 201, description = "Added", body = MadeOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn add(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let new = caller::read_as(&service, &parts.headers, body, FeedIn::read).await?;
        let tlp = new.tlp;
        let id = feed::add(&service.app, &actor, new).await;
        let id = id.map_err(|error| caller::problem(&service, &error))?;
        let made = caller::json(&MadeOut {
            feed: id.to_string(),
            hint: hint(&service, &actor, tlp, &parts.headers).await?,
        });
        Ok((StatusCode::CREATED, made).into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// One feed with its last rounds.
#[utoipa::path(
    get,
    path = "/v1/feeds/{feed}",
    tag = "indicators",
    operation_id = "showFeed",
    summary = "Đọc một nguồn và các lần cập nhật · Read a feed and its rounds",
    security(("token" = ["indicators:read"])),
    params(("feed" = String, Path, description = "Id of the feed")),
    responses(
        (status = 200, description = "The feed", body = FeedViewOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let call = async {
        let actor = caller::actor(&service, &headers).await?;
        let view = feed::show(&service.app, &actor, caller::id(&id, "feed")?).await;
        let view = view.map_err(|error| caller::problem(&service, &error))?;
        Ok(caller::json(&FeedViewOut {
            feed: out(&view.row),
            rounds: view.rounds.iter().map(round_out).collect(),
        }))
    };
    caller::respond(&headers, call).await
}

/// Sets a feed otherwise, but for its kind. Credentials that are left out stay, as long as the address does.
#[utoipa::path(
    put,
    path = "/v1/feeds/{feed}",
    tag = "indicators",
    operation_id = "changeFeed",
    summary = "Sửa nguồn chỉ dấu · Change a feed",
    security(("token" = ["indicators:write"])),
    params(("feed" = String, Path, description = "Id of the feed")),
    request_body(content = FeedIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Changed"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn change(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let new = caller::read_as(&service, &parts.headers, body, FeedIn::read).await?;
        let done = feed::change(&service.app, &actor, caller::id(&id, "feed")?, new).await;
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// Takes a step with a feed.
#[utoipa::path(
    post,
    path = "/v1/feeds/{feed}/steps",
    tag = "indicators",
    operation_id = "stepFeed",
    summary = "Tạm dừng, hỏi ngay, đồng ý, từ chối, gỡ một nguồn · Pause, ask, agree to, refuse or remove a feed",
    security(("token" = ["indicators:write"])),
    params(("feed" = String, Path, description = "Id of the feed")),
    request_body(content = StepIn, content_type = "application/json"),
    responses(
        (status = 204, description = "Done"),
        (status = "default", description = "Refused; nothing changed", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn step(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::ManageFeeds).await?;
        let asked: StepIn = caller::read_json(&service, &parts.headers, body).await?;
        let id = caller::id(&id, "feed")?;
        let app = &service.app;
        let done = match asked.step.as_str() {
            "pause" => feed::pause(app, &actor, id).await,
            "resume" => feed::resume(app, &actor, id).await,
            "ask" => feed::ask_now(app, &actor, id).await,
            "agree" => feed::agree(app, &actor, id).await,
            "refuse" => feed::refuse(app, &actor, id).await,
            "remove" => feed::remove(app, &actor, id).await,
            _ => return Err(Problem::Refused(Refusal::bad_feed_kind())),
        };
        done.map_err(|error| caller::problem(&service, &error))?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    caller::respond(&parts.headers, call).await
}

/// Hands indicators in to a feed by hand: a value a line, a table where the feed has columns, or a bundle of STIX 2.1.
#[utoipa::path(
    post,
    path = "/v1/feeds/{feed}/indicators",
    tag = "indicators",
    operation_id = "enterIndicators",
    summary = "Nhập chỉ dấu · Enter indicators",
    security(("token" = ["indicators:write"])),
    params(("feed" = String, Path, description = "Id of the feed")),
    request_body(content = String, content_type = "text/plain", description = "At most 8,388,608 bytes, whatever their type"),
    responses(
        (status = 200, description = "What became of them", body = HandedInOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn enter(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body): (_, Body) = request.into_parts();
    let call = async {
        let actor = caller::permitted(&service, &parts.headers, Permission::SubmitIndicators).await?;
        let id = caller::id(&id, "feed")?;
        let body = read_up_to(body, service.limits, MAX_HANDED_IN_BYTES).await?;
        let body = body.ok_or_else(|| Problem::Refused(Refusal::indicators_too_large()))?;
        let told = hand_in(&service, &actor, id, body).await?;
        Ok(caller::json(&HandedInOut {
            listed: told.listed,
            warned: told.warned,
            refused: told.refused,
            reasons: told.reasons,
        }))
    };
    caller::respond(&parts.headers, call).await
}

/// Hands something in, for programs and pages; it is read by the pool.
///
/// # Errors
/// What stands in the way.
pub async fn hand_in(
    service: &Service,
    actor: &Actor,
    id: Id<Feed>,
    body: impl AsRef<[u8]> + Send + 'static,
) -> Result<HandedIn, Problem> {
    let ask = feed::hand(&service.app, actor, id).await;
    let ask = ask.map_err(|error| caller::problem(service, &error))?;
    let (app, of_feed) = (service.app.clone(), ask.clone());
    let read = service
        .pool
        .run(move || feed::read_handed_in(&app, &of_feed, body.as_ref()))
        .await;
    let round = read.map_err(|_| Problem::Internal(service.incident()))?;
    let told = feed::enter(&service.app, actor, &ask, round).await;
    told.map_err(|error| caller::problem(service, &error))
}
