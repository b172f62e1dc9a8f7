//! Accounts and tokens are looked after.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::identity::{self, INVITATION_MINUTES, Name, NewToken, Secret, StaffStep};
use anlanh_app::{App, Error, StaffRow, TokenRow};
use anlanh_model::{Actor, Id, Permission, Person, Role, Scope, Tlp, Token};
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::feeds::tlps;
use super::form::Form;
use super::orders::mention;
use super::words::Words;
use super::{Staff, page, problem, see_other, told};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::console::{AccessPage, AccountLine, Choice, ScopeChoice, Section, Shown, TokenForm, TokenLine, TokenWrong};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::rights;

/// Accounts and tokens.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read(&service, &staff, None, &TypedToken::default()).await;
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

/// What was filled in for a token, and why none was made of it.
#[derive(Debug, Default)]
struct TypedToken {
    form: Form,
    wrong: TokenWrong,
}

async fn read(service: &Service, staff: &Staff, shown: Option<Shown>, typed: &TypedToken) -> Result<Response, Problem> {
    let (accounts, tokens, clearances) = blocking(service, staff, |app, actor| {
        let accounts = identity::list_staff(app.store(), actor)?;
        let tokens = identity::list_tokens(app.store(), actor)?;
        Ok((accounts, tokens, identity::clearances(app.store(), actor)?))
    })
    .await?;
    let clearance = |row: &TokenRow| clearances.get(&row.id.number()).copied().unwrap_or(Tlp::Clear);
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let view = AccessPage {
        frame: staff.frame(Some(Section::Access)),
        shown,
        accounts: accounts
            .iter()
            .map(|row| account_line(words, staff.session.person.role, row))
            .collect(),
        tokens: tokens
            .iter()
            .map(|row| token_line(words, row, clearance(row)))
            .collect(),
        roles: roles(words, Role::Reviewer),
        form: token_form(language, typed),
    };
    page(&view, language)
}

fn token_form(language: Language, typed: &TypedToken) -> TokenForm {
    let form = &typed.form;
    let scopes = Scope::ALL.into_iter().map(|scope| {
        let [vi, en] = rights::scope(scope);
        ScopeChoice {
            key: scope.key(),
            lets: language.pick(vi, en),
            chosen: form.all("scope").any(|key| key == scope.key()),
        }
    });
    TokenForm {
        name: form.get("name").to_owned(),
        person: form.get("person").to_owned(),
        scopes: scopes.collect(),
        tlps: tlps(Tlp::Red, form.some("tlp").as_deref().unwrap_or(Tlp::Clear.key())),
        wrong: typed.wrong.clone(),
    }
}

fn roles(words: Words, chosen: Role) -> Vec<Choice> {
    let roles = Role::ALL.into_iter().map(|role| Choice {
        key: role.key().to_owned(),
        word: words.role(role).to_owned(),
        chosen: role == chosen,
    });
    roles.collect()
}

fn account_line(words: Words, role: Role, row: &StaffRow) -> AccountLine {
    AccountLine {
        link: format!("/console/access/accounts/{}", row.person.id),
        name: row.name.clone(),
        audit: mention::audit(role, "staff", &row.person.id.to_string()),
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
    read(service, staff, Some(shown), &TypedToken::default()).await
}

async fn try_token(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let language = staff.visitor.language;
    let (name, new) = match asked_token(&form, language)? {
        Ok(asked) => asked,
        Err(wrong) => {
            return token_again(
                service,
                staff,
                TypedToken { form, wrong },
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await;
        }
    };
    let make = move |app: &App, actor: &Actor| identity::create_token(app.store(), app.clock(), actor, &name, &new);
    let secret: Secret = match blocking(service, staff, make).await {
        Ok(secret) => secret,
        Err(Problem::Refused(refusal)) if ["name-taken", "no-such-thing"].contains(&refusal.code) => {
            let (status, why) = (refusal.status, Some(told(&refusal, language)));
            let wrong = if refusal.code == "name-taken" {
                TokenWrong {
                    name: why,
                    ..TokenWrong::default()
                }
            } else {
                let nobody = language.pick(
                    "Không có tài khoản nào đang dùng tên đăng nhập này.",
                    "No account that is open has this user name.",
                );
                TokenWrong {
                    person: Some(nobody.to_owned()),
                    ..TokenWrong::default()
                }
            };
            return token_again(service, staff, TypedToken { form, wrong }, status).await;
        }
        Err(problem) => return Err(problem),
    };
    let sentence = staff.visitor.language.pick(
        "Chép mã này ngay: nó chỉ hiện một lần.",
        "Copy this token now: it is shown once.",
    );
    let shown = Shown {
        sentence: sentence.to_owned(),
        secret: secret.reveal().to_owned(),
    };
    read(service, staff, Some(shown), &TypedToken::default()).await
}

/// The form for a token once more, as it was filled in, with what is wrong beside each field.
async fn token_again(
    service: &Service,
    staff: &Staff,
    typed: TypedToken,
    status: StatusCode,
) -> Result<Response, Problem> {
    let mut response = read(service, staff, None, &typed).await?;
    *response.status_mut() = status;
    Ok(response)
}

/// What token is asked for, or what is wrong with it, all at once.
///
/// # Errors
/// When the form has what no page of ours offers.
fn asked_token(form: &Form, language: Language) -> Result<Result<(Name, NewToken), TokenWrong>, Problem> {
    let bad = |name: &str| Problem::Refused(Refusal::bad_query(name));
    let clearance = match form.get("tlp") {
        "" => Tlp::Clear,
        key => Tlp::from_key(key).ok_or_else(|| bad("tlp"))?,
    };
    let scopes: Option<Vec<Scope>> = form.all("scope").map(Scope::from_key).collect();
    let scopes = scopes.ok_or_else(|| bad("scope"))?;
    let name = Name::parse(form.get("name"));
    let person = form.some("person").map(|text| Name::parse(&text)).transpose();
    let no_name = |vi, en| {
        let rule = language.pick(
            "gồm 2 đến 64 chữ, số, dấu chấm, gạch ngang hoặc gạch dưới, không có khoảng trắng.",
            "is 2 to 64 letters, digits, dots, dashes or underscores, without blanks.",
        );
        format!("{} {rule}", language.pick(vi, en))
    };
    let wrong = TokenWrong {
        name: name.is_err().then(|| no_name("Tên mã", "The name of a token")),
        person: person.is_err().then(|| no_name("Tên đăng nhập", "A user name")),
        scopes: scopes.is_empty().then(|| {
            let none = language.pick("Hãy chọn ít nhất một phạm vi.", "Tick at least one scope.");
            none.to_owned()
        }),
    };
    let (Ok(name), Ok(person), None) = (name, person, &wrong.scopes) else {
        return Ok(Err(wrong));
    };
    let new = NewToken {
        scopes,
        person,
        clearance,
    };
    Ok(Ok((name, new)))
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
