//! The page behind the private link of an owner who is asked to remove something. A look changes nothing; its form proves
//! itself by the link alone.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::Error;
use anlanh_app::appeal::Shown;
use anlanh_app::owner::{self, Answer, Asked, Source};
use anlanh_model::{OwnerState, TargetKind};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::form::Form;
use super::orders::say::clock;
use super::words::Words;
use super::{Visitor, page, problem, see_other, told};
use crate::Service;
use crate::address::Path;
use crate::console::{OwnerAnswer, OwnerPage};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What an owner is asked.
pub async fn show(State(service): State<Arc<Service>>, visitor: Visitor, Path(secret): Path<String>) -> Response {
    let answer = read(&service, &visitor, &secret, None).await;
    visitor.answer(answer)
}

/// They say that they removed it, or why they do not.
pub async fn answer(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    let done = take(&service, &visitor, &secret, body).await;
    visitor.answer(done)
}

async fn take(service: &Service, visitor: &Visitor, secret: &str, body: Body) -> Result<Response, Problem> {
    let form = Form::read(service, visitor.headers(), body).await?;
    let words = form.get("words").to_owned();
    let said = match form.get("answer") {
        "removed" => Answer::Removed,
        "contested" => Answer::Contested(words.clone()),
        _ => return Err(Problem::BadForm),
    };
    let error = match owner::answer_by_link(&service.app, secret, said).await {
        Ok(()) => return Ok(see_other(&format!("/o/{secret}#answer"))),
        Err(Error::NotFound("owner request")) => return Err(Problem::Refused(Refusal::link_gone())),
        Err(error) => error,
    };
    match Refusal::of(&error) {
        Some(refusal) if refusal.is_about_owner() => read(service, visitor, secret, Some((refusal, words))).await,
        Some(refusal) => Err(Problem::Refused(refusal)),
        None => Err(problem(service, &error)),
    }
}

async fn read(
    service: &Service,
    visitor: &Visitor,
    secret: &str,
    refused: Option<(Refusal, String)>,
) -> Result<Response, Problem> {
    let asked = owner::show(&service.app, secret).await;
    let asked = asked.map_err(|error| problem(service, &error))?;
    let asked = asked.ok_or_else(|| Problem::Refused(Refusal::link_gone()))?;
    let (engine, language) = (service.app.engine(), visitor.language);
    let desk = Desk {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        asked: &asked,
    };
    let mut view = desk.page(visitor, secret);
    let mut status = StatusCode::OK;
    if let Some((refusal, typed)) = refused {
        (view.error, view.typed, status) = (Some(told(&refusal, language)), typed, refusal.status);
    }
    Ok((status, page(&view, language)?).into_response())
}

struct Desk<'a> {
    words: Words,
    names: Names<'a>,
    asked: &'a Asked,
}

impl Desk<'_> {
    fn page(&self, visitor: &Visitor, secret: &str) -> OwnerPage {
        let row = &self.asked.view.row;
        let due = self.words.moment(row.request.clock.due_at);
        let bases = row.basis.iter().map(|key| {
            let basis = self.names.basis(key);
            (basis.cite, basis.summary)
        });
        OwnerPage {
            frame: visitor.frame(None),
            link: format!("/o/{secret}"),
            title: self.title(),
            lead: self.lead().to_owned(),
            due: due.clone(),
            clock: clock(self.words, &row.request.clock).to_owned(),
            is_late: row.request.clock.is_breached() || row.request.clock.due_at < self.asked.seen_at,
            content: row.content.clone(),
            text: match &self.asked.text {
                Shown::Text(text) => Some(text.clone()),
                Shown::Erased | Shown::No => None,
            },
            is_erased: self.asked.text == Shown::Erased,
            category: row.category.as_deref().map(|key| self.names.category(key)),
            reason: row.reason.clone(),
            bases: bases.collect(),
            answer: self.answer(),
            error: None,
            typed: String::new(),
        }
    }

    fn title(&self) -> String {
        let row = &self.asked.view.row;
        let reference = row.owner.reference();
        let (vi, en) = match row.owner.kind() {
            TargetKind::Item | TargetKind::Account | TargetKind::Report => ("tài khoản", "the account"),
            TargetKind::Page => ("trang", "the page"),
            TargetKind::Group => ("nhóm", "the group"),
            TargetKind::Channel => ("kênh", "the channel"),
        };
        match self.words.language() {
            Language::Vi => format!("Đề nghị chủ {vi} {reference} gỡ nội dung"),
            Language::En => format!("The owner of {en} {reference} is asked to remove content"),
        }
    }

    fn lead(&self) -> &'static str {
        match self.asked.view.row.source {
            Source::Order(..) => self.words.pick(
                "Cơ quan có thẩm quyền yêu cầu gỡ nội dung dưới đây. Bạn là chủ nơi nội dung được đăng, nên theo luật bạn phải tự gỡ trong thời hạn.",
                "A competent authority orders the content below to be removed. You own the place where it stands, and the law gives you a time to remove it yourself.",
            ),
            Source::Decision(_) => self.words.pick(
                "Có người phản ánh nội dung dưới đây và nền tảng thấy phản ánh có căn cứ. Bạn là chủ nơi nội dung được đăng, nên theo luật bạn phải tự gỡ trong thời hạn.",
                "Somebody reported the content below, and the report was found to hold. You own the place where it stands, and the law gives you a time to remove it yourself.",
            ),
        }
    }

    fn answer(&self) -> OwnerAnswer {
        let said = |vi: &str, en: &str, at| format!("{} {}.", self.words.pick(vi, en), self.words.moment(at).absolute);
        match self.asked.view.row.request.state {
            OwnerState::Asked => OwnerAnswer::Open(self.asked.decision.as_ref().map(|secret| secret.path())),
            OwnerState::Removed { at, .. } => OwnerAnswer::Given(
                said("Đã báo gỡ lúc", "Said to be removed at", at),
                Some(self.words.pick(
                    "Nền tảng sẽ kiểm tra. Bạn không cần làm gì thêm.",
                    "The platform looks whether it is so. There is nothing left for you to do.",
                )),
                None,
            ),
            OwnerState::Contested { at, .. } => OwnerAnswer::Given(
                said("Đã báo không đồng ý lúc", "Contested at", at),
                Some(
                    self.words
                        .pick("Nền tảng sẽ xem lại.", "The platform looks at it again."),
                ),
                self.asked.view.words.clone(),
            ),
            OwnerState::Ended { at } => OwnerAnswer::Given(
                said(
                    "Bạn không còn phải làm gì, từ lúc",
                    "Nothing is asked of you any more, since",
                    at,
                ),
                None,
                None,
            ),
        }
    }
}
