//! Where indicators are pushed to, on its pages: added, changed, looked at.

use std::sync::Arc;

use anlanh_app::feed::Credentials;
use anlanh_app::push::{self, NewPush, PushRow, PushView};
use anlanh_model::{Id, Permission, Push, PushState, Tlp};
use anlanh_soc::Kind;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::feeds::{choice, number, tlps, value_kind, ways};
use super::form::Form;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{PushLine, PushPage, PushesPage, Section, TypedPush};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Where the pages are.
const PATH: &str = "/console/pushes";

/// Every push.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read_list(&service, &staff, None, None).await;
    staff.answer(answer)
}

async fn read_list(
    service: &Service,
    staff: &Staff,
    refused: Option<Problem>,
    typed: Option<TypedPush>,
) -> Result<Response, Problem> {
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let pushes = lines(service, staff, words).await?;
    let may_add = staff.actor().may(Permission::ManageFeeds);
    let blank = || TypedPush {
        confidence: "50".to_owned(),
        ..choices(words, (&[], "clear", ""))
    };
    let view = PushesPage {
        frame: staff.frame(Some(Section::Feeds)),
        pushes,
        form: may_add.then(|| typed.unwrap_or_else(blank)),
        refused: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

/// Every push in a line.
pub(super) async fn lines(service: &Service, staff: &Staff, words: Words) -> Result<Vec<PushLine>, Problem> {
    let views = push::list(&service.app, &staff.actor()).await;
    let views = views.map_err(|error| problem(service, &error))?;
    Ok(views.iter().map(|view| line(words, view)).collect())
}

fn line(words: Words, view: &PushView) -> PushLine {
    let row = &view.row;
    let (state, tone) = state(words, row);
    PushLine {
        link: link(row.id),
        name: row.settings.name.clone(),
        tlp: format!("TLP:{}", row.settings.tlp.key().to_uppercase()),
        state,
        tone,
        live: number(view.live),
        refused: (row.refused > 0).then(|| number(row.refused)),
        pushed: row.told_at.map(|at| words.moment(at)),
        failure: row.failure.clone(),
    }
}

fn link(id: Id<Push>) -> String {
    format!("{PATH}/{id}")
}

const fn state(words: Words, row: &PushRow) -> (&'static str, &'static str) {
    match row.state {
        PushState::Paused => (words.pick("Tạm dừng", "Paused"), "quiet"),
        PushState::Removed => (words.pick("Đã gỡ", "Removed"), "quiet"),
        PushState::Active if row.failures > 0 => (words.pick("Không đẩy được", "Not pushed"), "bad"),
        PushState::Active if row.status.is_some() => (words.pick("Bên nhận đang xử lý", "Being looked at"), "quiet"),
        PushState::Active => (words.pick("Hoạt động", "Active"), "good"),
    }
}

/// A form with its choices.
fn choices(words: Words, (kinds, tlp, way): (&[String], &str, &str)) -> TypedPush {
    let one = |kind: &Kind| {
        let mut one = choice(kind.key(), value_kind(words, kind.key()), "");
        one.chosen = kinds.iter().any(|key| key == kind.key());
        one
    };
    let sent = |kind: &&Kind| !matches!(kind, Kind::Ja3 | Kind::Ja4);
    TypedPush {
        kinds: Kind::ALL.iter().filter(sent).map(one).collect(),
        tlps: tlps(Tlp::AmberStrict, tlp),
        ways: ways(words, way),
        ..TypedPush::default()
    }
}

fn of_form(words: Words, form: &Form) -> TypedPush {
    let kinds: Vec<String> = form.all("kinds").map(str::to_owned).collect();
    TypedPush {
        name: form.get("name").to_owned(),
        url: form.get("url").to_owned(),
        confidence: form.get("confidence").to_owned(),
        user: form.get("user").to_owned(),
        ..choices(words, (&kinds, form.get("tlp"), form.get("way")))
    }
}

fn of_row(words: Words, row: &PushRow) -> TypedPush {
    let settings = &row.settings;
    TypedPush {
        name: settings.name.clone(),
        url: settings.url.clone(),
        confidence: settings.confidence.to_string(),
        ..choices(words, (&settings.kinds, settings.tlp.key(), ""))
    }
}

/// What a form asks for.
fn asked(form: &Form) -> Result<NewPush, Problem> {
    let refused = || Problem::Refused(Refusal::bad_push());
    let secret = form.get("secret").to_owned();
    let credentials = match form.get("way") {
        "" => None,
        "basic" => Some(Credentials::Basic(form.get("user").to_owned(), secret)),
        "bearer" => Some(Credentials::Bearer(secret)),
        "raw" => Some(Credentials::Raw(secret)),
        _ => return Err(refused()),
    };
    Ok(NewPush {
        name: form.get("name").to_owned(),
        url: form.get("url").to_owned(),
        kinds: form.all("kinds").map(str::to_owned).collect(),
        tlp: Tlp::from_key(form.get("tlp")).ok_or_else(refused)?,
        // What is no number is out of every range.
        confidence: form.get("confidence").trim().parse().unwrap_or(u32::MAX),
        credentials,
    })
}

/// A push is added.
pub async fn add(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_add(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_add(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let added = match asked(&form) {
        Ok(new) => push::add(&service.app, &staff.actor(), new)
            .await
            .map_err(|error| problem(service, &error)),
        Err(refused) => Err(refused),
    };
    match added {
        Ok(id) => Ok(see_other(&link(id))),
        Err(refused @ Problem::Refused(_)) => {
            let typed = of_form(Words::of(service, staff.visitor.language), &form);
            read_list(service, staff, Some(refused), Some(typed)).await
        }
        Err(other) => Err(other),
    }
}

/// One push.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, None, None).await;
    staff.answer(answer)
}

async fn read(
    service: &Service,
    staff: &Staff,
    id: &str,
    refused: Option<Problem>,
    typed: Option<TypedPush>,
) -> Result<Response, Problem> {
    let actor = staff.actor();
    let view = push::show(&service.app, &actor, caller::id(id, "push")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_manage = actor.may(Permission::ManageFeeds);
    let row = &view.row;
    let (state, tone) = state(words, row);
    let page_view = PushPage {
        frame: staff.frame(Some(Section::Feeds)),
        path: link(row.id),
        name: row.settings.name.clone(),
        state,
        tone,
        since: words.moment(row.state_at),
        facts: facts(words, &view),
        failure: row.failure.clone(),
        refusals: (row.refused > 0).then(|| (number(row.refused), row.why.clone().unwrap_or_default())),
        steps: if may_manage { steps(words, row) } else { Vec::new() },
        form: may_manage.then(|| typed.unwrap_or_else(|| of_row(words, row))),
        refused: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&page_view, language)?;
    if let Some(refused) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn facts(words: Words, view: &PushView) -> Vec<(&'static str, String)> {
    let (row, settings) = (&view.row, &view.row.settings);
    let kinds: Vec<&str> = settings.kinds.iter().map(|key| value_kind(words, key)).collect();
    let pushed = row.told_at.map(|at| words.moment(at).absolute);
    let secret = if row.secret.is_some() {
        words.pick("có, được niêm phong", "kept sealed")
    } else {
        words.pick("không có", "none")
    };
    vec![
        (words.pick("Địa chỉ", "Address"), settings.url.clone()),
        (words.pick("Đang có ở đó", "There now"), number(view.live)),
        (
            words.pick("Đẩy gần nhất", "Last push"),
            pushed.unwrap_or_else(|| words.pick("chưa", "never").to_owned()),
        ),
        (
            words.pick("Loại", "Kinds"),
            if kinds.is_empty() {
                words.pick("Mọi loại", "Every kind").to_owned()
            } else {
                kinds.join(", ")
            },
        ),
        (
            words.pick("TLP cao nhất", "TLP up to"),
            settings.tlp.key().to_uppercase(),
        ),
        (
            words.pick("Độ tin cậy ít nhất", "Confidence at least"),
            settings.confidence.to_string(),
        ),
        (words.pick("Thông tin đăng nhập", "Credentials"), secret.to_owned()),
    ]
}

fn steps(words: Words, row: &PushRow) -> Vec<(&'static str, &'static str, Option<&'static str>)> {
    let first = if row.state == PushState::Paused {
        ("resume", words.pick("Tiếp tục", "Resume"), None)
    } else {
        ("pause", words.pick("Tạm dừng", "Pause"), None)
    };
    let again = (
        "again",
        words.pick("Đẩy lại từ đầu", "Begin anew"),
        Some(words.pick(
            "Mọi chỉ dấu được đẩy lại, cho máy chủ đã mất dữ liệu.",
            "Every indicator is pushed again, for a server that lost them.",
        )),
    );
    let remove = (
        "remove",
        words.pick("Gỡ nơi nhận", "Remove"),
        Some(words.pick(
            "Không đẩy gì nữa; những gì đã đẩy vẫn ở bên nhận, và không được thu hồi ở đó nữa. Thông tin đăng nhập bị xóa.",
            "Nothing is pushed any more; what was pushed stays there, and is revoked there no more. Its credentials are erased.",
        )),
    );
    vec![first, again, remove]
}

/// A push is set otherwise.
pub async fn change(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_change(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_change(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let push: Id<Push> = caller::id(id, "push")?;
    let changed = match asked(&form) {
        Ok(new) => push::change(&service.app, &staff.actor(), push, new)
            .await
            .map_err(|error| problem(service, &error)),
        Err(refused) => Err(refused),
    };
    match changed {
        Ok(()) => Ok(see_other(&link(push))),
        Err(refused @ Problem::Refused(_)) => {
            let typed = of_form(Words::of(service, staff.visitor.language), &form);
            read(service, staff, id, Some(refused), Some(typed)).await
        }
        Err(other) => Err(other),
    }
}

/// A step is taken with a push.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let push: Id<Push> = caller::id(id, "push")?;
    let (app, actor) = (&service.app, staff.actor());
    let is_gone = form.get("step") == "remove";
    let done = match form.get("step") {
        "pause" => push::pause(app, &actor, push).await,
        "resume" => push::resume(app, &actor, push).await,
        "again" => push::again(app, &actor, push).await,
        "remove" => push::remove(app, &actor, push).await,
        _ => return Err(Problem::Refused(Refusal::bad_push())),
    };
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(&if is_gone { PATH.to_owned() } else { link(push) }))
}

fn permit(service: &Service, staff: &Staff) -> Result<(), Problem> {
    let permitted = anlanh_app::permit(&staff.actor(), Permission::ManageFeeds);
    permitted.map_err(|error| problem(service, &error))
}
