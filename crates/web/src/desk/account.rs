//! One's own account is looked after.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::identity::{self, ChangeError};
use anlanh_app::quality;
use anlanh_model::{Accuracy, Permission};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::session::admit;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::AccountPage;
use crate::problem::Problem;
use crate::refusal::{of_password, picked};

/// Where it is.
const PATH: &str = "/console/account";
/// The same, once the password was changed.
const CHANGED: &str = "/console/account?changed=1";

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    changed: String,
}

/// The page.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let said = staff
        .visitor
        .language
        .pick("Đã đổi mật khẩu.", "The password was changed.");
    let said = (asked.changed == "1").then(|| said.to_owned());
    let answer = view(&service, &staff, said).await;
    staff.answer(answer)
}

async fn view(service: &Service, staff: &Staff, said: Option<String>) -> Result<Response, Problem> {
    let language = staff.visitor.language;
    let accuracy = if staff.session.person.role.may(Permission::DecideCases) {
        let own = quality::own(&service.app, &staff.actor()).await;
        own.map_err(|error| problem(service, &error))?
    } else {
        None
    };
    let words = Words::of(service, language);
    let view = AccountPage {
        frame: staff.frame(None),
        role: words.role(staff.session.person.role).to_owned(),
        accuracy: accuracy.map(|accuracy| in_words(language, accuracy)),
        said,
    };
    page(&view, language)
}

fn in_words(language: Language, accuracy: Accuracy) -> String {
    let Accuracy { right, of } = accuracy;
    match language {
        Language::Vi => format!(
            "Trong 90 ngày tính đến hết tuần trước, {right} trên {of} quyết định của bạn về nội dung đã biết đáp án là đúng."
        ),
        Language::En => format!(
            "In the 90 days up to last week, {right} of your {of} decisions on items whose answer is known were right."
        ),
    }
}

/// The password is changed.
pub async fn change(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_change(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_change(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let language = staff.visitor.language;
    let refuse = async |words: &str, status: StatusCode| {
        let mut response = view(service, staff, Some(words.to_owned())).await?;
        *response.status_mut() = status;
        Ok(response)
    };
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    if form.get("new") != form.get("repeated") {
        let words = language.pick("Hai mật khẩu không giống nhau.", "The two passwords differ.");
        return refuse(words, unprocessable).await;
    }
    let (app, person, address) = (service.app.clone(), staff.session.person, staff.visitor.address.clone());
    let (present, new) = (form.get("present").to_owned(), form.get("new").to_owned());
    let changing = move || identity::change_password(&app, person, &present, &new, &address);
    let changed = service.doors.run(changing).await;
    match changed.map_err(|_| Problem::Internal(PATH.to_owned()))? {
        Ok(signed_in) => Ok(admit(&staff.visitor, &signed_in, CHANGED)),
        Err(ChangeError::Wrong) => {
            refuse(
                language.pick("Mật khẩu hiện tại không đúng.", "The present password is wrong."),
                unprocessable,
            )
            .await
        }
        Err(ChangeError::TooMany) => {
            refuse(
                language.pick(
                    "Đã sai quá nhiều lần. Hãy đợi 15 phút rồi thử lại.",
                    "Too many attempts failed. Wait 15 minutes and try again.",
                ),
                StatusCode::TOO_MANY_REQUESTS,
            )
            .await
        }
        Err(ChangeError::Password(why)) => refuse(picked(language, of_password(why)), unprocessable).await,
        Err(ChangeError::Failed(error)) => Err(problem(service, &error)),
    }
}
