//! Accounts and tokens are looked after.

use std::sync::Arc;

use anlanh_app::identity::{self, INVITATION_MINUTES, Name, NewToken, Secret, StaffStep};
use anlanh_app::{App, Error, StaffRow, TokenRow};
use anlanh_model::{Actor, Id, Permission, Person, Role, Scope, Tlp, Token};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;

use super::feeds::tlps;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{AccessPage, AccountLine, Choice, Section, Shown, TokenLine};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// Accounts and tokens.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read(&service, &staff, None).await;
    staff.answer(answer)
}

/// Somebody is invited; the link is shown this once.
pub async fn invite(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_invite(&service, &staff, body).await;
    staff.answer(answer)
}

/// A token is made; it is shown this once.
pub async fn token(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_token(&service, &staff, body).await;
    staff.answer(answer)
}

/// An account gets another role.
pub async fn role(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_role(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// An account is closed.
pub async fn close(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_close(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// It is set how strictly marked objects a token may read.
pub async fn clear(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_clear(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// A token is revoked.
pub async fn revoke(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_revoke(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// Does something with the store on a thread that may wait for it.
pub(super) async fn blocking<T: Send + 'static>(
    service: &Service,
    staff: &Staff,
    job: impl FnOnce(&App, &Actor) -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let (app, actor) = (service.app.clone(), staff.actor());
    let done = service.doors.run(move || job(&app, &actor)).await;
    let done = done.map_err(|_| Problem::Internal("access".to_owned()))?;
    done.map_err(|error| problem(service, &error))
}

async fn read(service: &Service, staff: &Staff, shown: Option<Shown>) -> Result<Response, Problem> {
    let (accounts, tokens, clearances) = blocking(service, staff, |app, actor| {
        let accounts = identity::list_staff(app.store(), actor)?;
        let tokens = identity::list_tokens(app.store(), actor)?;
        Ok((accounts, tokens, identity::clearances(app.store(), actor)?))
    })
    .await?;
    let clearance = |row: &TokenRow| clearances.get(&row.id.number()).copied().unwrap_or(Tlp::Clear);
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let scopes = Scope::ALL.into_iter().map(|scope| Choice {
        key: scope.key().to_owned(),
        word: scope.key().to_owned(),
        chosen: false,
    });
    let view = AccessPage {
        frame: staff.frame(Some(Section::Access)),
        shown,
        accounts: accounts.iter().map(|row| account_line(words, row)).collect(),
        tokens: tokens
            .iter()
            .map(|row| token_line(words, row, clearance(row)))
            .collect(),
        roles: roles(words, Role::Reviewer),
        scopes: scopes.collect(),
        tlps: tlps(Tlp::Red, Tlp::Clear.key()),
    };
    page(&view, language)
}

fn roles(words: Words, chosen: Role) -> Vec<Choice> {
    let roles = Role::ALL.into_iter().map(|role| Choice {
        key: role.key().to_owned(),
        word: words.role(role).to_owned(),
        chosen: role == chosen,
    });
    roles.collect()
}

fn account_line(words: Words, row: &StaffRow) -> AccountLine {
    AccountLine {
        link: format!("/console/access/accounts/{}", row.person.id),
        name: row.name.clone(),
        roles: roles(words, row.person.role),
        role: words.role(row.person.role).to_owned(),
        made: words.moment(row.created_at),
        closed: row.closed_at.map(|at| words.moment(at)),
    }
}

fn token_line(words: Words, row: &TokenRow, clearance: Tlp) -> TokenLine {
    let scopes: Vec<&str> = row.scopes.iter().map(|scope| scope.key()).collect();
    TokenLine {
        link: format!("/console/access/tokens/{}", row.id),
        name: row.name.clone(),
        scopes: scopes.join(" "),
        clearance: format!("TLP:{}", clearance.key().to_uppercase()),
        tlps: tlps(Tlp::Red, clearance.key()),
        person: row.person_name.clone(),
        made: words.moment(row.created_at),
        revoked: row.revoked_at.map(|at| words.moment(at)),
    }
}

async fn try_invite(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let role = Role::from_key(form.get("role")).ok_or_else(|| Problem::Refused(Refusal::bad_query("role")))?;
    let invite = move |app: &App, actor: &Actor| identity::invite_staff(app.store(), app.clock(), actor, role);
    let secret: Secret = blocking(service, staff, invite).await?;
    let visitor = &staff.visitor;
    let host = visitor.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if visitor.is_secure { "https" } else { "http" };
    let hours = INVITATION_MINUTES / 60;
    let sentence = visitor.language.pick(
        "Gửi liên kết này cho người được mời. Nó chỉ hiện một lần và dùng được một lần; hết hạn sau số giờ:",
        "Send this link to whom you invite. It is shown once and works once; it runs out after so many hours:",
    );
    let shown = Shown {
        sentence: format!("{sentence} {hours}"),
        secret: format!(
            "{scheme}://{}/console/set-up?key={}",
            host.unwrap_or_default(),
            secret.reveal()
        ),
    };
    read(service, staff, Some(shown)).await
}

async fn try_token(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let name = Name::parse(form.get("name")).map_err(|_| bad("name"))?;
    let person = form.some("person").map(|text| Name::parse(&text)).transpose();
    let person = person.map_err(|_| bad("person"))?;
    let scopes: Option<Vec<Scope>> = form.all("scope").map(Scope::from_key).collect();
    let scopes = scopes.filter(|scopes| !scopes.is_empty()).ok_or_else(|| bad("scope"))?;
    let new = NewToken {
        scopes,
        person,
        clearance: match form.get("tlp") {
            "" => Tlp::Clear,
            key => Tlp::from_key(key).ok_or_else(|| bad("tlp"))?,
        },
    };
    let make = move |app: &App, actor: &Actor| identity::create_token(app.store(), app.clock(), actor, &name, &new);
    let secret: Secret = blocking(service, staff, make).await?;
    let sentence = staff.visitor.language.pick(
        "Chép mã này ngay: nó chỉ hiện một lần.",
        "Copy this token now: it is shown once.",
    );
    let shown = Shown {
        sentence: sentence.to_owned(),
        secret: secret.reveal().to_owned(),
    };
    read(service, staff, Some(shown)).await
}

async fn try_role(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let role = Role::from_key(form.get("role")).ok_or_else(|| Problem::Refused(Refusal::bad_query("role")))?;
    step(service, staff, id, StaffStep::SetRole(role)).await
}

async fn try_close(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    step(service, staff, id, StaffStep::Close).await
}

async fn step(service: &Service, staff: &Staff, id: &str, step: StaffStep) -> Result<Response, Problem> {
    let id: Id<Person> = caller::id(id, "account")?;
    let stepped = identity::step_staff(&service.app, &staff.actor(), id, step).await;
    stepped.map_err(|error| problem(service, &error))?;
    Ok(see_other(Section::Access.path()))
}

async fn try_clear(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    // Whoever may not is told that, whatever else is wrong.
    anlanh_app::permit(&staff.actor(), Permission::ManageTokens).map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    let id: Id<Token> = caller::id(id, "token")?;
    let tlp = Tlp::from_key(form.get("tlp")).ok_or_else(|| Problem::Refused(Refusal::bad_query("tlp")))?;
    blocking(service, staff, move |app, actor| {
        identity::clear_token(app.store(), app.clock(), actor, id, tlp)
    })
    .await?;
    Ok(see_other(Section::Access.path()))
}

async fn try_revoke(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let id: Id<Token> = caller::id(id, "token")?;
    blocking(service, staff, move |app, actor| {
        identity::revoke_token(app.store(), app.clock(), actor, id)
    })
    .await?;
    Ok(see_other(Section::Access.path()))
}
