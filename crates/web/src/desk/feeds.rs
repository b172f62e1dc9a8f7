//! Feeds of indicators on their pages: added, changed, looked at, settled where a round waits.

use std::sync::Arc;

use anlanh_app::feed::{self, Credentials, FeedRow, FeedView, FormSpec, MAX_HANDED_IN_BYTES, NewFeed, RoundRow};
use anlanh_app::indicator::PATTERN;
use anlanh_model::{Feed, FeedAlarm, FeedKind, FeedState, Id, Permission, RoundOutcome, RoundSize, Tlp};
use anlanh_soc::Kind;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::form::Form;
use super::words::Words;
use super::{Staff, page, patterns, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::feeds::hand_in;
use crate::console::{Choice, FeedLine, FeedPage, FeedsPage, HeldRound, RoundLine, Section, TypedFeed};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Bytes of a form with a file beside the file.
const FORM_BYTES: usize = 64 * 1024;

/// The kinds of feeds that people add.
const KINDS: [FeedKind; 8] = [
    FeedKind::Taxii,
    FeedKind::List,
    FeedKind::Table,
    FeedKind::Stix,
    FeedKind::Misp,
    FeedKind::Zone,
    FeedKind::Collection,
    FeedKind::Hand,
];

/// What a page says beside the feed.
#[derive(Debug, Default)]
struct Said {
    refused: Option<Problem>,
    taken: Option<String>,
    typed: Option<TypedFeed>,
}

/// Every feed.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read_list(&service, &staff, Said::default()).await;
    staff.answer(answer)
}

async fn read_list(service: &Service, staff: &Staff, said: Said) -> Result<Response, Problem> {
    let actor = staff.actor();
    let rows = feed::list(&service.app, &actor).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_add = actor.may(Permission::ManageFeeds);
    let form = may_add.then(|| said.typed.unwrap_or_else(|| blank(words)));
    let view = FeedsPage {
        frame: staff.frame(Some(Section::Feeds)),
        feeds: rows.iter().map(|row| line(words, row)).collect(),
        pushes: super::pushes::lines(service, staff, words).await?,
        form,
        refused: said.refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = said.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn line(words: Words, row: &FeedRow) -> FeedLine {
    let (state, tone) = state(words, row);
    FeedLine {
        link: link(row.id),
        name: row.settings.name.clone(),
        kind: kind(words, row.settings.kind),
        state,
        tone,
        alarms: row.alarms.iter().map(|alarm| alarm_words(words, *alarm).0).collect(),
        live: number(row.live),
        changed: row.changed_at.map(|at| words.moment(at)),
        checked: row.checked_at.map(|at| words.moment(at)),
        failure: row.failure.clone(),
    }
}

/// The page of a feed.
pub(super) fn link(id: Id<Feed>) -> String {
    format!("{}/{id}", Section::Feeds.path())
}

/// A number with its thousands apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

const fn kind(words: Words, kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Taxii => "TAXII 2.1",
        FeedKind::List => words.pick("Danh sách, mỗi dòng một giá trị", "List, a value a line"),
        FeedKind::Table => words.pick("Bảng (CSV)", "Table (CSV)"),
        FeedKind::Stix => words.pick("Gói STIX 2.1", "Bundle of STIX 2.1"),
        FeedKind::Misp => words.pick("Nguồn MISP", "MISP feed"),
        FeedKind::Zone => words.pick("Vùng RPZ, qua chuyển vùng DNS", "RPZ zone, by transfer"),
        FeedKind::Collection => words.pick("Tập dữ liệu STIX của nút này", "STIX collection of this node"),
        FeedKind::Hand => words.pick("Nhập tay", "By hand"),
    }
}

const fn state(words: Words, row: &FeedRow) -> (&'static str, &'static str) {
    match row.state {
        FeedState::Held => (words.pick("Chờ người xem", "Waits for a person"), "bad"),
        FeedState::Paused => (words.pick("Tạm dừng", "Paused"), "quiet"),
        FeedState::Removed => (words.pick("Đã gỡ", "Removed"), "quiet"),
        FeedState::Active if row.failures > 0 => (words.pick("Không lấy được", "Not got"), "bad"),
        FeedState::Active => (words.pick("Hoạt động", "Active"), "good"),
    }
}

const fn alarm_words(words: Words, alarm: FeedAlarm) -> (&'static str, &'static str) {
    match alarm {
        FeedAlarm::Renamed => (
            words.pick("Đổi tên", "Renamed"),
            words.pick(
                "Tập dữ liệu có tên hoặc mã khác: có thể không còn là nguồn cũ.",
                "The collection has another title or id: it may not be the same feed any more.",
            ),
        ),
        FeedAlarm::Emptied => (
            words.pick("Trống", "Emptied"),
            words.pick("Nguồn không còn giá trị nào.", "Nothing is left in the feed."),
        ),
        FeedAlarm::Shrunk => (
            words.pick("Giảm nhiều", "Shrunk"),
            words.pick(
                "Nguồn mất nhiều giá trị hơn mức cho phép trong một lần.",
                "The feed lost more of its values than it may at once.",
            ),
        ),
        FeedAlarm::Flooded => (
            words.pick("Tăng đột biến", "Flooded"),
            words.pick(
                "Nguồn tăng nhiều hơn mức cho phép trong một lần: có thể bị đổ rác.",
                "The feed grew by more than it may at once: somebody may flood it with junk.",
            ),
        ),
        FeedAlarm::Refused => (
            words.pick("Nhiều dòng hỏng", "Much refused"),
            words.pick(
                "Nhiều dòng hoặc đối tượng không dùng được: dạng của nguồn có thể đã thay đổi.",
                "Much of it cannot be used: its form may have changed.",
            ),
        ),
        FeedAlarm::Poisoned => (
            words.pick("Nhiều giá trị tốt", "Much known good"),
            words.pick(
                "Nhiều giá trị nằm trong danh sách cảnh báo: nguồn có thể bị đầu độc.",
                "Much of it is on warning lists: the feed may be poisoned.",
            ),
        ),
        FeedAlarm::Stale => (
            words.pick("Lâu không đổi", "Stale"),
            words.pick(
                "Lâu rồi không có gì thay đổi: nguồn có thể đã ngừng.",
                "Nothing changed for long: nobody may keep the feed any more.",
            ),
        ),
    }
}

const fn outcome(words: Words, outcome: RoundOutcome) -> (&'static str, &'static str) {
    match outcome {
        RoundOutcome::Applied => (words.pick("Đã áp dụng", "Taken over"), "good"),
        RoundOutcome::Unchanged => (words.pick("Không đổi", "Unchanged"), "quiet"),
        RoundOutcome::Failed => (words.pick("Không lấy được", "Not got"), "bad"),
        RoundOutcome::Held => (words.pick("Chờ người xem", "Held"), "bad"),
        RoundOutcome::Agreed => (words.pick("Người xem đồng ý", "Agreed to"), "good"),
        RoundOutcome::Refused => (words.pick("Người xem không đồng ý", "Refused"), "quiet"),
    }
}

/// The name of a kind of values.
pub(super) fn value_kind(words: Words, key: &str) -> &'static str {
    match Kind::from_key(key) {
        Some(Kind::Domain) => words.pick("Tên miền", "Name"),
        Some(Kind::Url) => "URL",
        Some(Kind::Address) => words.pick("Địa chỉ", "Address"),
        Some(Kind::Hash) => words.pick("Mã băm của tệp", "Digest of a file"),
        Some(Kind::Ja3) => "JA3",
        Some(Kind::Ja4) => "JA4",
        Some(Kind::Email) => "E-mail",
        None if key == PATTERN => words.pick("Mẫu STIX", "STIX pattern"),
        None => words.pick("Mọi loại", "Every kind"),
    }
}

/// Kinds of values to choose from, the first of them none.
pub(super) fn value_kinds(words: Words, none: &str, chosen: &str) -> Vec<Choice> {
    let none = choice("", none, chosen);
    let kinds = Kind::ALL
        .iter()
        .map(|kind| choice(kind.key(), value_kind(words, kind.key()), chosen));
    std::iter::once(none).chain(kinds).collect()
}

/// Colours to choose from.
pub(super) fn tlps(most: Tlp, chosen: &str) -> Vec<Choice> {
    let all = Tlp::ALL.into_iter().filter(|tlp| *tlp <= most);
    all.map(|tlp| choice(tlp.key(), &format!("TLP:{}", tlp.key().to_uppercase()), chosen))
        .collect()
}

pub(super) fn choice(key: &str, word: &str, chosen: &str) -> Choice {
    Choice {
        key: key.to_owned(),
        word: word.to_owned(),
        chosen: key == chosen,
    }
}

fn blank(words: Words) -> TypedFeed {
    typed(
        words,
        TypedFeed {
            every_minutes: "60".to_owned(),
            confidence: "50".to_owned(),
            ..TypedFeed::default()
        },
        ("list", "", "amber", ""),
    )
}

/// Ways to sign in to choose from, the first of them none.
pub(super) fn ways(words: Words, chosen: &str) -> Vec<Choice> {
    let ways = [
        ("", words.pick("không cần, hoặc giữ như cũ", "not needed, or as before")),
        ("basic", words.pick("tên và mật khẩu", "user and password")),
        ("bearer", words.pick("mã truy cập (Bearer)", "token (Bearer)")),
        (
            "raw",
            words.pick("khóa trong trường Authorization", "key in the field Authorization"),
        ),
    ];
    ways.iter().map(|(key, word)| choice(key, word, chosen)).collect()
}

/// A form with its choices.
fn typed(words: Words, typed: TypedFeed, (kind_key, values, tlp, way): (&str, &str, &str, &str)) -> TypedFeed {
    TypedFeed {
        kinds: KINDS
            .iter()
            .map(|one| choice(one.key(), kind(words, *one), kind_key))
            .collect(),
        values: value_kinds(words, words.pick("tự nhận biết", "told by their looks"), values),
        tlps: tlps(Tlp::Red, tlp),
        ways: ways(words, way),
        ..typed
    }
}

fn of_form(words: Words, form: &Form) -> TypedFeed {
    let text = |name: &str| form.get(name).to_owned();
    let made = TypedFeed {
        name: text("name"),
        url: text("url"),
        comment: text("comment"),
        columns: text("columns"),
        every_minutes: text("every_minutes"),
        confidence: text("confidence"),
        valid_days: text("valid_days"),
        collection: text("collection"),
        user: text("user"),
        ..TypedFeed::default()
    };
    typed(
        words,
        made,
        (form.get("kind"), form.get("values"), form.get("tlp"), form.get("way")),
    )
}

fn of_row(words: Words, view: &FeedView) -> TypedFeed {
    let (row, settings) = (&view.row, &view.row.settings);
    let spec = FormSpec::of(row);
    let made = TypedFeed {
        name: settings.name.clone(),
        url: settings.url.clone().unwrap_or_default(),
        comment: spec.comment,
        columns: spec.columns,
        every_minutes: settings.every_minutes.to_string(),
        confidence: settings.confidence.to_string(),
        valid_days: settings.valid_days.map(|days| days.to_string()).unwrap_or_default(),
        collection: view.collection.clone().unwrap_or_default(),
        ..TypedFeed::default()
    };
    typed(words, made, (settings.kind.key(), &spec.values, settings.tlp.key(), ""))
}

/// What a form asks for.
fn asked(form: &Form) -> Result<NewFeed, Problem> {
    let refused = || Problem::Refused(Refusal::bad_feed_kind());
    // What is no number is out of every range.
    let number = |name: &str| form.get(name).trim().parse().unwrap_or(u32::MAX);
    let secret = form.get("secret").to_owned();
    let credentials = match form.get("way") {
        "" => None,
        "basic" => Some(Credentials::Basic(form.get("user").to_owned(), secret)),
        "bearer" => Some(Credentials::Bearer(secret)),
        "raw" => Some(Credentials::Raw(secret)),
        _ => return Err(refused()),
    };
    let kind = FeedKind::from_key(form.get("kind")).filter(|kind| KINDS.contains(kind));
    Ok(NewFeed {
        name: form.get("name").to_owned(),
        kind: kind.ok_or_else(refused)?,
        url: form.get("url").to_owned(),
        form: FormSpec {
            values: form.get("values").to_owned(),
            comment: form.get("comment").to_owned(),
            columns: form.get("columns").to_owned(),
        },
        every_minutes: number("every_minutes"),
        confidence: number("confidence"),
        valid_days: Some(form.get("valid_days").trim())
            .filter(|days| !days.is_empty())
            .map(|_| number("valid_days")),
        tlp: Tlp::from_key(form.get("tlp")).ok_or_else(refused)?,
        collection: form.get("collection").to_owned(),
        credentials,
    })
}

/// A feed is added.
pub async fn add(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_add(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_add(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageFeeds)?;
    let form = staff.form(service, body).await?;
    let added = match asked(&form) {
        Ok(new) => feed::add(&service.app, &staff.actor(), new)
            .await
            .map_err(|error| problem(service, &error)),
        Err(refused) => Err(refused),
    };
    match added {
        Ok(id) => Ok(see_other(&link(id))),
        Err(refused @ Problem::Refused(_)) => {
            let words = Words::of(service, staff.visitor.language);
            let said = Said {
                refused: Some(refused),
                typed: Some(of_form(words, &form)),
                taken: None,
            };
            read_list(service, staff, said).await
        }
        Err(other) => Err(other),
    }
}

/// One feed.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, Said::default()).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str, said: Said) -> Result<Response, Problem> {
    let actor = staff.actor();
    let id: Id<Feed> = caller::id(id, "feed")?;
    let view = feed::show(&service.app, &actor, id).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_manage = actor.may(Permission::ManageFeeds);
    let row = &view.row;
    let is_held = row.state == FeedState::Held;
    let (state, tone) = state(words, row);
    let alarms = row.alarms.iter().map(|alarm| alarm_words(words, *alarm));
    let patterns = patterns::card(service, staff, words, (id, &view.patterns)).await?;
    let page_view = FeedPage {
        frame: staff.frame(Some(Section::Feeds)),
        path: link(id),
        name: row.settings.name.clone(),
        state,
        tone,
        since: words.moment(row.state_at),
        facts: facts(words, &view),
        failure: row.failure.clone(),
        held: is_held.then(|| held(words, row)),
        alarms: if is_held { Vec::new() } else { alarms.collect() },
        steps: if may_manage { steps(words, row) } else { Vec::new() },
        form: may_manage.then(|| said.typed.unwrap_or_else(|| of_row(words, &view))),
        takes: !row.settings.kind.is_fetched() && actor.may(Permission::SubmitIndicators),
        taken: said.taken,
        refused: said.refused.as_ref().map(|problem| problem.detail(language)),
        patterns,
        rounds: view.rounds.iter().map(|round| round_line(words, round)).collect(),
        indicators: format!("{}?feed={id}", Section::Indicators.path()),
    };
    let mut response = page(&page_view, language)?;
    if let Some(refused) = said.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn facts(words: Words, view: &FeedView) -> Vec<(&'static str, String)> {
    let (row, settings) = (&view.row, &view.row.settings);
    let never = || words.pick("chưa", "never").to_owned();
    let moment = |at: Option<anlanh_model::Time>| at.map_or_else(never, |at| words.moment(at).absolute);
    let mut facts = vec![
        (words.pick("Dạng", "Form"), kind(words, settings.kind).to_owned()),
        (words.pick("Chỉ dấu đang nêu", "Indicators"), number(row.live)),
        (words.pick("Thay đổi gần nhất", "Last change"), moment(row.changed_at)),
    ];
    if let Some(collection) = &view.collection {
        facts.push((words.pick("Tập dữ liệu STIX", "STIX collection"), collection.clone()));
    }
    if settings.kind.is_fetched() {
        if let Some(url) = &settings.url {
            facts.push((words.pick("Địa chỉ", "Address"), url.clone()));
        }
        facts.push((words.pick("Kiểm tra gần nhất", "Last look"), moment(row.checked_at)));
        facts.push((
            words.pick("Hỏi lại lúc", "Asked again"),
            words.moment(row.next_at).absolute,
        ));
    }
    if let Some(lapses) = row.lapses_at {
        facts.push((words.pick("Hết hiệu lực lúc", "Lapses"), words.moment(lapses).absolute));
    }
    facts.push(("TLP", settings.tlp.key().to_uppercase()));
    let secret = if row.secret.is_some() {
        words.pick("có, được niêm phong", "kept sealed")
    } else {
        words.pick("không có", "none")
    };
    facts.push((words.pick("Thông tin đăng nhập", "Credentials"), secret.to_owned()));
    facts
}

fn held(words: Words, row: &FeedRow) -> HeldRound {
    let none = RoundSize::default();
    let known = row.known.as_ref().unwrap_or(&none);
    let now = &row.held;
    let title = |size: &RoundSize| size.title.clone().unwrap_or_else(|| "—".to_owned());
    let mut compared = vec![
        (
            words.pick("Giá trị", "Values"),
            number(known.values),
            number(now.values),
        ),
        (
            words.pick("Không dùng được", "Refused"),
            number(known.refused),
            number(now.refused),
        ),
        (
            words.pick("Được cảnh báo", "Known good"),
            number(known.warned),
            number(now.warned),
        ),
    ];
    if known.title.is_some() || now.title.is_some() {
        compared.insert(0, (words.pick("Tên", "Title"), title(known), title(now)));
    }
    HeldRound {
        alarms: row.alarms.iter().map(|alarm| alarm_words(words, *alarm)).collect(),
        compared,
    }
}

fn steps(words: Words, row: &FeedRow) -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let mut steps = Vec::new();
    if row.settings.kind.is_fetched() {
        match row.state {
            FeedState::Active | FeedState::Held => {
                steps.push(("ask", words.pick("Hỏi ngay", "Ask now"), None));
                steps.push(("pause", words.pick("Tạm dừng", "Pause"), None));
            }
            FeedState::Paused => steps.push(("resume", words.pick("Tiếp tục", "Resume"), None)),
            FeedState::Removed => {}
        }
    }
    let sure = words.pick(
        "Mọi chỉ dấu của nguồn này hết hiệu lực ngay, thông tin đăng nhập bị xóa. Không quay lại được.",
        "All its indicators count no more, at once, and its credentials are erased. There is no way back.",
    );
    steps.push(("remove", words.pick("Gỡ nguồn", "Remove"), Some(sure)));
    steps
}

fn round_line(words: Words, round: &RoundRow) -> RoundLine {
    let (outcome, tone) = outcome(words, round.outcome);
    let counts = [round.listed, round.added, round.removed, round.refused, round.warned];
    RoundLine {
        at: words.moment(round.at),
        outcome,
        tone,
        alarms: round.alarms.iter().map(|alarm| alarm_words(words, *alarm).0).collect(),
        counts: counts.map(number),
        why: round
            .why
            .as_deref()
            .map(|why| why.lines().map(str::to_owned).collect())
            .unwrap_or_default(),
    }
}

/// A feed is set otherwise.
pub async fn change(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_change(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_change(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageFeeds)?;
    let form = staff.form(service, body).await?;
    let feed_id: Id<Feed> = caller::id(id, "feed")?;
    let changed = match asked(&form) {
        Ok(new) => feed::change(&service.app, &staff.actor(), feed_id, new)
            .await
            .map_err(|error| problem(service, &error)),
        Err(refused) => Err(refused),
    };
    match changed {
        Ok(()) => Ok(see_other(&link(feed_id))),
        Err(refused @ Problem::Refused(_)) => {
            let words = Words::of(service, staff.visitor.language);
            let said = Said {
                refused: Some(refused),
                typed: Some(of_form(words, &form)),
                taken: None,
            };
            read(service, staff, id, said).await
        }
        Err(other) => Err(other),
    }
}

/// A step is taken with a feed.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageFeeds)?;
    let form = staff.form(service, body).await?;
    let feed_id: Id<Feed> = caller::id(id, "feed")?;
    let (app, actor) = (&service.app, staff.actor());
    let is_removed = form.get("step") == "remove";
    let done = match form.get("step") {
        "pause" => feed::pause(app, &actor, feed_id).await,
        "resume" => feed::resume(app, &actor, feed_id).await,
        "ask" => feed::ask_now(app, &actor, feed_id).await,
        "agree" => feed::agree(app, &actor, feed_id).await,
        "refuse" => feed::refuse(app, &actor, feed_id).await,
        "remove" => feed::remove(app, &actor, feed_id).await,
        _ => return Err(Problem::Refused(Refusal::bad_feed_kind())),
    };
    match done.map_err(|error| problem(service, &error)) {
        Ok(()) if is_removed => Ok(see_other(Section::Feeds.path())),
        Ok(()) => Ok(see_other(&link(feed_id))),
        Err(refused @ Problem::Refused(_)) => {
            let said = Said {
                refused: Some(refused),
                ..Said::default()
            };
            read(service, staff, id, said).await
        }
        Err(other) => Err(other),
    }
}

/// Indicators are handed in.
pub async fn enter(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_enter(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_enter(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::SubmitIndicators)?;
    let most = MAX_HANDED_IN_BYTES.saturating_add(FORM_BYTES);
    let read_form = staff.form_with_file(service, body, "file", most).await?;
    let feed_id: Id<Feed> = caller::id(id, "feed")?;
    let entered = match read_form {
        Some((form, file)) => {
            let text = file.unwrap_or_else(|| form.get("text").as_bytes().to_vec());
            if text.len() > MAX_HANDED_IN_BYTES {
                Err(Problem::Refused(Refusal::indicators_too_large()))
            } else {
                hand_in(service, &staff.actor(), feed_id, text).await
            }
        }
        None => Err(Problem::Refused(Refusal::indicators_too_large())),
    };
    let words = Words::of(service, staff.visitor.language);
    let said = match entered {
        Ok(told) => Said {
            taken: Some(match words.language() {
                anlanh_api::Language::Vi => format!(
                    "Đã nhận {} giá trị, trong đó {} nằm trong danh sách cảnh báo; {} dòng hoặc đối tượng không dùng được.",
                    told.listed, told.warned, told.refused
                ),
                anlanh_api::Language::En => format!(
                    "{} values are listed, {} of them known to be good; {} lines or objects cannot be used.",
                    told.listed, told.warned, told.refused
                ),
            }),
            ..Said::default()
        },
        Err(refused @ Problem::Refused(_)) => Said {
            refused: Some(refused),
            ..Said::default()
        },
        Err(other) => return Err(other),
    };
    read(service, staff, id, said).await
}

pub(super) fn permit(service: &Service, staff: &Staff, permission: Permission) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), permission).map_err(|error| problem(service, &error))
}
