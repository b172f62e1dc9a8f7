//! Signing in and out, setting the node up, and how a person likes pages.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::identity::{self, InvitationError, SESSION_MINUTES, SignInError, SignedIn};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use super::form::Form;
use super::visitor::{HOME, LANGUAGE_COOKIE, PICTURES_COOKIE, SIGN_IN, THEME_COOKIE};
use super::{Staff, Visitor, page, problem, see_other};
use crate::Service;
use crate::address::Query;
use crate::console::{SetUpPage, SignInPage};
use crate::metrics::SignIn;
use crate::problem::Problem;
use crate::refusal::{of_name, of_password, picked};

/// How long a browser remembers language and colours: a year.
const TASTE_SECONDS: u32 = 31_536_000;

/// What the address of the sign-in page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    next: String,
}

/// What the address of the set-up page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Invited {
    key: String,
}

/// The console's front door leads to the first section that one may see.
pub async fn home(staff: Staff) -> Response {
    let sections = staff.frame(None).sections();
    see_other(sections.first().map_or("/", |section| section.path()))
}

/// The page where a person signs in.
pub async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    visitor.answer(sign_in_page(&visitor, String::new(), asked.next, None))
}

fn sign_in_page(visitor: &Visitor, name: String, next: String, error: Option<String>) -> Result<Response, Problem> {
    let failed = error.is_some();
    let view = SignInPage {
        frame: visitor.frame(None),
        name,
        next,
        error,
    };
    let mut response = page(&view, visitor.language)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// A person signs in.
pub async fn sign_in(State(service): State<Arc<Service>>, visitor: Visitor, body: Body) -> Response {
    let answer = try_sign_in(&service, &visitor, body).await;
    visitor.answer(answer)
}

async fn try_sign_in(service: &Arc<Service>, visitor: &Visitor, body: Body) -> Result<Response, Problem> {
    let form = Form::read(service, visitor.headers(), body).await?;
    let (name, password) = (form.get("name").to_owned(), form.get("password").to_owned());
    let (app, address) = (service.app.clone(), visitor.address.clone());
    let tried = service
        .doors
        .run(move || identity::sign_in(&app, &name, &password, &address));
    let language = visitor.language;
    match tried.await.map_err(|_| Problem::Internal("sign-in".to_owned()))? {
        Ok(signed_in) => {
            service.metrics.sign_in(SignIn::Admitted);
            Ok(admit(visitor, &signed_in, form.get("next")))
        }
        Err(SignInError::Failed(error)) => Err(problem(service, &error)),
        Err(error @ (SignInError::Wrong | SignInError::TooMany)) => {
            let (ended, sentence) = match error {
                SignInError::TooMany => (
                    SignIn::Barred,
                    language.pick(
                        "Đã sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại.",
                        "Too many attempts failed. Wait 15 minutes and try again.",
                    ),
                ),
                SignInError::Wrong | SignInError::Failed(_) => (
                    SignIn::Wrong,
                    language.pick(
                        "Tên đăng nhập hoặc mật khẩu không đúng.",
                        "User name or password is wrong.",
                    ),
                ),
            };
            service.metrics.sign_in(ended);
            let shown = form.get("name").to_owned();
            let mut response = sign_in_page(visitor, shown, form.get("next").to_owned(), Some(sentence.to_owned()))?;
            if matches!(error, SignInError::TooMany) {
                *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            }
            Ok(response)
        }
    }
}

/// Lets somebody in whose session began.
pub fn admit(visitor: &Visitor, signed_in: &SignedIn, next: &str) -> Response {
    let mut response = see_other(if is_ours(next) { next } else { HOME });
    if let Some(field) = visitor.set_session(signed_in.secret.reveal(), SESSION_MINUTES * 60) {
        response.headers_mut().append(header::SET_COOKIE, field);
    }
    response
}

/// Whether an address is a page of ours and of no other site.
fn is_ours(address: &str) -> bool {
    const PAGES: [&str; 7] = ["/docs", HOME, "/d", "/report", "/blocked", "/policy", "/transparency"];
    let below = |page: &str| {
        let rest = address.strip_prefix(page);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    address == "/" || PAGES.into_iter().any(below)
}

/// A person signs out.
pub async fn sign_out(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_sign_out(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_sign_out(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    if let Some(cookie) = staff.visitor.cookie() {
        let ended = identity::sign_out(&service.app, staff.session.person, cookie).await;
        ended.map_err(|error| problem(service, &error))?;
    }
    let mut response = see_other(SIGN_IN);
    if let Some(field) = staff.visitor.set_session("", 0) {
        response.headers_mut().append(header::SET_COOKIE, field);
    }
    Ok(response)
}

/// The page behind an invitation.
pub async fn show_set_up(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Query(invited): Query<Invited>,
) -> Response {
    let answer = try_show_set_up(&service, &visitor, invited.key).await;
    visitor.answer(answer)
}

async fn try_show_set_up(service: &Service, visitor: &Visitor, key: String) -> Result<Response, Problem> {
    let role = identity::invitation(&service.app, &key).await;
    let role = role.map_err(|error| problem(service, &error))?;
    let gone = role.is_none().then(|| gone(visitor.language));
    set_up_page(visitor, key, String::new(), gone)
}

fn gone(language: Language) -> String {
    let words = language.pick(
        "Liên kết này đã dùng, đã hết hạn hoặc không đúng. Khởi động lại nút để có liên kết mới, \
         hoặc hỏi quản trị viên.",
        "This link was used, has run out or is wrong. Restart the node for a new one, or ask an administrator.",
    );
    words.to_owned()
}

fn set_up_page(visitor: &Visitor, key: String, name: String, error: Option<String>) -> Result<Response, Problem> {
    let failed = error.is_some();
    let view = SetUpPage {
        frame: visitor.frame(None),
        key,
        name,
        error,
    };
    let mut response = page(&view, visitor.language)?;
    if failed {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// An invitation is used: an account is made, and its person is in.
pub async fn set_up(State(service): State<Arc<Service>>, visitor: Visitor, body: Body) -> Response {
    let answer = try_set_up(&service, &visitor, body).await;
    visitor.answer(answer)
}

async fn try_set_up(service: &Arc<Service>, visitor: &Visitor, body: Body) -> Result<Response, Problem> {
    let form = Form::read(service, visitor.headers(), body).await?;
    let again = |words: &str| {
        let (key, name) = (form.get("key").to_owned(), form.get("name").to_owned());
        set_up_page(visitor, key, name, Some(words.to_owned()))
    };
    let language = visitor.language;
    if form.get("password") != form.get("repeated") {
        return again(language.pick("Hai mật khẩu không giống nhau.", "The two passwords differ."));
    }
    let app = service.app.clone();
    let (key, name, password) = (
        form.get("key").to_owned(),
        form.get("name").to_owned(),
        form.get("password").to_owned(),
    );
    let tried = service
        .doors
        .run(move || identity::accept(&app, &key, &name, &password));
    match tried.await.map_err(|_| Problem::Internal("set-up".to_owned()))? {
        Ok(signed_in) => Ok(admit(visitor, &signed_in, HOME)),
        Err(InvitationError::Gone) => again(&gone(language)),
        Err(InvitationError::Name(why)) => again(picked(language, of_name(why))),
        Err(InvitationError::Password(why)) => again(picked(language, of_password(why))),
        Err(InvitationError::Failed(error)) => Err(problem(service, &error)),
    }
}

/// A person chooses language or colours.
pub async fn settings(State(service): State<Arc<Service>>, visitor: Visitor, body: Body) -> Response {
    let answer = match Form::read(&service, visitor.headers(), body).await {
        Ok(form) => Ok(choose(&form)),
        Err(problem) => Err(problem),
    };
    visitor.answer(answer)
}

fn choose(form: &Form) -> Response {
    let back = form.get("back");
    let mut response = see_other(if is_ours(back) { back } else { HOME });
    let chosen = [
        (LANGUAGE_COOKIE, Language::from_tag(form.get("lang")).map(Language::tag)),
        (
            THEME_COOKIE,
            ["device", "light", "dark"]
                .into_iter()
                .find(|theme| *theme == form.get("theme")),
        ),
        (
            PICTURES_COOKIE,
            ["colour", "grey"]
                .into_iter()
                .find(|pictures| *pictures == form.get("pictures")),
        ),
    ];
    for (name, value) in chosen {
        let field = value.map(|value| format!("{name}={value}; Path=/; Max-Age={TASTE_SECONDS}; SameSite=Lax"));
        if let Some(field) = field.and_then(|field| HeaderValue::from_str(&field).ok()) {
            response.headers_mut().append(header::SET_COOKIE, field);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for foreign in [
            "//example.com",
            "https://example.com/console/",
            "",
            "/consoleur",
            "\\\\example.com",
        ] {
            assert!(!is_ours(foreign), "{foreign}");
        }
        for ours in ["/console/queue?state=open", "/console/cases/0", "/d/0f", "/", "/docs"] {
            assert!(is_ours(ours), "{ours}");
        }
    }
}
