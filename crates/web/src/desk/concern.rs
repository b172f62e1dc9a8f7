//! The page behind a private link. A look changes nothing; every form of it proves itself by the link alone.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::appeal::{self, AppealView, Concern, Shown};
use anlanh_app::{AppealError, DecisionRow, Error, MeasureEnding, MeasureRow, public_log};
use anlanh_model::{AppealResult, AppealState, Cause, Detection, Outcome, Party, TargetKind};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::form::Form;
use super::published::log::attached;
use super::words::Words;
use super::{Visitor, page, problem, see_other, told};
use crate::Service;
use crate::address::Path;
use crate::console::{ConcernPage, OwnAppeal, Remedy, Said, Told};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What a decision is to whoever has this link.
pub async fn show(State(service): State<Arc<Service>>, visitor: Visitor, Path(secret): Path<String>) -> Response {
    let answer = read(&service, &visitor, &secret, None).await;
    visitor.answer(answer)
}

/// What shows them that the decision stands in the public log.
pub async fn receipt(State(service): State<Arc<Service>>, visitor: Visitor, Path(secret): Path<String>) -> Response {
    let receipt = public_log::own_receipt(&service.app, &secret).await;
    let answer = match receipt {
        Ok(receipt) => Ok(attached(&receipt, "bien-nhan.json")),
        Err(Error::NotFound("decision")) => Err(Problem::Refused(Refusal::link_gone())),
        Err(error) => Err(problem(&service, &error)),
    };
    visitor.answer(answer)
}

/// They appeal.
pub async fn appeal(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    visitor.answer(take(&service, &visitor, &secret, body, Act::Appeal).await)
}

/// They write to whoever looks into their appeal.
pub async fn message(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    visitor.answer(take(&service, &visitor, &secret, body, Act::Write).await)
}

/// They take their appeal back.
pub async fn withdraw(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    visitor.answer(take(&service, &visitor, &secret, body, Act::Withdraw).await)
}

/// They have what they wrote erased.
pub async fn erase(
    State(service): State<Arc<Service>>,
    visitor: Visitor,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    visitor.answer(take(&service, &visitor, &secret, body, Act::Erase).await)
}

/// What a party does by their link.
#[derive(Debug, Clone, Copy)]
enum Act {
    Appeal,
    Write,
    Withdraw,
    Erase,
}

async fn take(service: &Service, visitor: &Visitor, secret: &str, body: Body, act: Act) -> Result<Response, Problem> {
    let form = Form::read(service, visitor.headers(), body).await?;
    let (app, words) = (&service.app, form.get("words"));
    if let Some(said) = unfilled(visitor.language, act).filter(|_| words.trim().is_empty()) {
        let refused = Refused {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            said: said.to_owned(),
            typed: String::new(),
        };
        return read(service, visitor, secret, Some(refused)).await;
    }
    let done = match act {
        Act::Appeal => appeal::open_by_link(app, secret, words).await,
        Act::Write => appeal::say_by_link(app, secret, words).await,
        Act::Withdraw => appeal::withdraw_by_link(app, secret).await,
        Act::Erase => appeal::erase_by_link(app, secret).await,
    };
    finish(service, visitor, secret, done, words.to_owned()).await
}

/// What is asked for where nothing was written; none where nothing needs to be.
const fn unfilled(language: Language, act: Act) -> Option<&'static str> {
    match act {
        Act::Appeal => Some(language.pick("Hãy viết vì sao bạn không đồng ý.", "Write why you do not agree.")),
        Act::Write => Some(language.pick("Hãy viết điều bạn muốn nói.", "Write what you want to say.")),
        Act::Withdraw | Act::Erase => None,
    }
}

/// What was refused: how, in words, and what had been typed.
struct Refused {
    status: StatusCode,
    said: String,
    typed: String,
}

/// What was done is shown by the page that is asked for next; what was refused, on the page itself with what was typed.
async fn finish(
    service: &Service,
    visitor: &Visitor,
    secret: &str,
    done: Result<(), Error>,
    typed: String,
) -> Result<Response, Problem> {
    let error = match done {
        Ok(()) => return Ok(see_other(&format!("/d/{secret}#remedy"))),
        Err(Error::NotFound("decision")) => return Err(Problem::Refused(Refusal::link_gone())),
        Err(error) => error,
    };
    let Some(refusal) = Refusal::of(&error) else {
        return Err(problem(service, &error));
    };
    if refusal.is_about_case() {
        let refused = Refused {
            status: refusal.status,
            said: told(&refusal, visitor.language),
            typed,
        };
        return read(service, visitor, secret, Some(refused)).await;
    }
    Err(Problem::Refused(refusal))
}

async fn read(
    service: &Service,
    visitor: &Visitor,
    secret: &str,
    refused: Option<Refused>,
) -> Result<Response, Problem> {
    let concern = appeal::concern(&service.app, secret).await;
    let concern = concern.map_err(|error| problem(service, &error))?;
    let concern = concern.ok_or_else(|| Problem::Refused(Refusal::link_gone()))?;
    let (engine, language) = (service.app.engine(), visitor.language);
    let desk = Desk {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        answer_days: answer_days(&engine.policy),
        concern: &concern,
    };
    let mut view = desk.page(visitor, secret);
    let mut status = StatusCode::OK;
    if let Some(refused) = refused {
        (view.error, view.typed, status) = (Some(refused.said), refused.typed, refused.status);
    }
    Ok((status, page(&view, language)?).into_response())
}

/// In how many days an appeal is answered; none where the policy does not say.
fn answer_days(policy: &anlanh_pack::Policy) -> Option<u32> {
    let clock = policy.clock(policy.appeals()?.clock.as_str())?;
    Some(clock.hours.div_ceil(24))
}

struct Desk<'a> {
    words: Words,
    names: Names<'a>,
    answer_days: Option<u32>,
    concern: &'a Concern,
}

impl Desk<'_> {
    fn page(&self, visitor: &Visitor, secret: &str) -> ConcernPage {
        let concern = self.concern;
        let title = match concern.party {
            Party::Author => self
                .words
                .pick("Quyết định về nội dung của bạn", "A decision on your content"),
            Party::Owner => self.words.pick(
                "Quyết định về nội dung trong trang, nhóm, kênh của bạn",
                "A decision on content in your page, group or channel",
            ),
            Party::Reporter => self.words.pick(
                "Kết quả xem xét nội dung bạn phản ánh",
                "What became of the content you reported",
            ),
        };
        let replaced = concern.standing.id != concern.first.id
            && (concern.standing.outcome, &concern.standing.category)
                != (concern.first.outcome, &concern.first.category);
        ConcernPage {
            frame: visitor.frame(None),
            link: format!("/d/{secret}"),
            title: title.to_owned(),
            lead: self
                .words
                .pick(
                    "Dưới đây là nội dung quyết định, lý do và những gì bạn có thể làm.",
                    "Here is what was decided, why, and what you can do.",
                )
                .to_owned(),
            is_erased: concern.text == Shown::Erased,
            text: match &concern.text {
                Shown::Text(text) => Some(text.clone()),
                Shown::Erased | Shown::No => None,
            },
            item: self.item(),
            first: self.told(&concern.first, &concern.first_measures),
            standing: replaced.then(|| (self.became(), self.told(&concern.standing, &concern.standing_measures))),
            is_logged: self.concern.is_logged,
            remedy: self.remedy(),
            error: None,
            typed: String::new(),
        }
    }

    /// What became of what was decided first, once something else stands in its place.
    fn became(&self) -> &'static str {
        let own = self.concern.appeal.as_ref().map(|appeal| appeal.row.appeal.state);
        let is_own = matches!(
            own,
            Some(AppealState::Answered {
                result: AppealResult::Reversed | AppealResult::Changed,
                ..
            })
        );
        let pick = |own_vi, own_en, vi, en| {
            if is_own {
                self.words.pick(own_vi, own_en)
            } else {
                self.words.pick(vi, en)
            }
        };
        match (self.concern.first.outcome, self.concern.standing.outcome) {
            (Outcome::Remove, Outcome::NoViolation) => pick(
                "Khiếu nại được chấp nhận; nội dung đã được khôi phục.",
                "Your appeal succeeded; the content was restored.",
                "Quyết định đã bị hủy; nội dung đã được khôi phục.",
                "The decision was reversed; the content was restored.",
            ),
            (Outcome::Hide, Outcome::NoViolation) => pick(
                "Khiếu nại được chấp nhận; nội dung không còn bị ẩn.",
                "Your appeal succeeded; the content is hidden no more.",
                "Quyết định đã bị hủy; nội dung không còn bị ẩn.",
                "The decision was reversed; the content is hidden no more.",
            ),
            (Outcome::Limit, Outcome::NoViolation) => pick(
                "Khiếu nại được chấp nhận; nội dung không còn bị hạn chế lan truyền.",
                "Your appeal succeeded; the reach of the content is limited no more.",
                "Quyết định đã bị hủy; nội dung không còn bị hạn chế lan truyền.",
                "The decision was reversed; the reach of the content is limited no more.",
            ),
            (Outcome::Label, Outcome::NoViolation) => pick(
                "Khiếu nại được chấp nhận; nhãn đã được gỡ.",
                "Your appeal succeeded; the label was taken away.",
                "Quyết định đã bị hủy; nhãn đã được gỡ.",
                "The decision was reversed; the label was taken away.",
            ),
            (Outcome::SubjectOnly, Outcome::NoViolation) => pick(
                "Khiếu nại được chấp nhận; biện pháp đã được hủy.",
                "Your appeal succeeded; what was done was taken back.",
                "Quyết định đã bị hủy; biện pháp không còn áp dụng.",
                "The decision was reversed; what was done was taken back.",
            ),
            (
                _,
                Outcome::NoViolation
                | Outcome::SubjectOnly
                | Outcome::Label
                | Outcome::Limit
                | Outcome::Hide
                | Outcome::Remove,
            ) => pick(
                "Khiếu nại được chấp nhận; quyết định đã được thay bằng quyết định khác.",
                "Your appeal succeeded; another decision took the place of the first.",
                "Quyết định đã được thay bằng quyết định khác.",
                "Another decision took the place of the first.",
            ),
        }
    }

    fn item(&self) -> String {
        let item = &self.concern.item;
        if self.concern.text == Shown::No && self.concern.party != Party::Reporter {
            // When somebody reported it is nothing that others are told.
            let known = self.words.pick("Nội dung trên nền tảng", "Content on the platform");
            return match &item.external {
                Some(external) => format!("{known}: {external}"),
                None => known.to_owned(),
            };
        }
        let kind = self.words.kind(&item.kind);
        let (said, at) = match item.posted_at {
            Some(at) => (self.words.pick("đăng lúc", "posted at"), at),
            None => (self.words.pick("nhận lúc", "received at"), item.received_at),
        };
        format!("{kind}, {said} {}", self.words.moment(at).absolute)
    }

    fn told(&self, decision: &DecisionRow, measures: &[MeasureRow]) -> Told {
        let mut pairs = Vec::new();
        let mut add = |vi: &str, en: &str, value: String| {
            if !value.is_empty() {
                pairs.push((self.words.pick(vi, en).to_owned(), value));
            }
        };
        let category = decision.category.as_deref().map(|key| self.names.category(key));
        add("Nhóm vi phạm", "Kind of violation", category.unwrap_or_default());
        let labels: Vec<String> = decision.labels.iter().map(|key| self.names.label(key)).collect();
        add("Nhãn được gắn", "Label shown", labels.join("; "));
        add("Phát hiện", "Found", self.detection(decision.detection).to_owned());
        add(
            "Quyết định",
            "Decided",
            self.words
                .pick("Một người đã xem và quyết định.", "A person looked and decided.")
                .to_owned(),
        );
        let on_item = |row: &&MeasureRow| row.target.kind() == TargetKind::Item;
        let until = measures.iter().filter(on_item).find_map(|row| row.until);
        let lasts = match until {
            Some(until) => self.words.moment(until).absolute,
            None => self
                .words
                .pick(
                    "Không có thời hạn; chỉ thay đổi sau khiếu nại hoặc khi được xem lại.",
                    "Without an end, until an appeal or another look changes it.",
                )
                .to_owned(),
        };
        if measures.iter().any(|row| on_item(&row)) {
            add("Áp dụng đến", "Until", lasts);
        }
        for row in measures.iter().filter(|row| row.target.kind().is_subject()) {
            add("Biện pháp khác", "Also", self.measure(row));
        }
        let bases = decision.basis.iter().map(|key| {
            let basis = self.names.basis(key);
            (basis.cite, basis.summary)
        });
        Told {
            sentence: self.sentence(decision.outcome).to_owned(),
            at: self.words.moment(decision.at),
            pairs,
            verified: measures.iter().find_map(|row| row.verified.clone()),
            facts: decision.facts.clone(),
            bases: bases.collect(),
        }
    }

    /// What is done to an account, page, group or channel, until when, and whether that is over.
    fn measure(&self, row: &MeasureRow) -> String {
        let mut told = format!(
            "{}: {}",
            self.words.target(row.target.kind()),
            self.words.measure(row.kind)
        );
        if let Some(until) = row.until {
            told.push_str(&format!(
                " {} {}",
                self.words.pick("đến", "until"),
                self.words.moment(until).absolute
            ));
        }
        match row.ended {
            Some((_, MeasureEnding::Reversed)) => told.push_str(self.words.pick(" (đã hủy)", " (taken back)")),
            Some((_, MeasureEnding::Ordered)) => told.push_str(self.words.pick(" (đã khôi phục)", " (restored)")),
            Some((_, MeasureEnding::Over)) => told.push_str(self.words.pick(" (đã hết hạn)", " (over)")),
            None => {}
        }
        told
    }

    /// What an outcome means for whoever reads this.
    fn sentence(&self, outcome: Outcome) -> &'static str {
        let pick = |vi, en| self.words.pick(vi, en);
        match outcome {
            Outcome::NoViolation => pick(
                "Nội dung không vi phạm; không áp dụng biện pháp nào.",
                "The content breaks no rule; nothing is done to it.",
            ),
            Outcome::SubjectOnly => pick(
                "Nội dung vẫn hiển thị; biện pháp áp dụng với tài khoản, trang, nhóm hoặc kênh.",
                "The content stays; something is done to the account, page, group or channel.",
            ),
            Outcome::Label => pick("Nội dung được hiển thị kèm nhãn.", "The content is shown with a label."),
            Outcome::Limit => pick(
                "Nội dung bị hạn chế lan truyền.",
                "The reach of the content is limited.",
            ),
            Outcome::Hide => pick(
                "Nội dung bị ẩn với người khác.",
                "The content is hidden from everybody but its author.",
            ),
            Outcome::Remove => pick("Nội dung bị gỡ bỏ.", "The content is removed."),
        }
    }

    fn detection(&self, detection: Detection) -> &'static str {
        match (detection, self.concern.cause) {
            (Detection::Automatic, Cause::Acted) => self.words.pick(
                "Một quy tắc tự động phát hiện và tạm xử lý trước khi người xem.",
                "A rule found it automatically, and acted until a person looked.",
            ),
            (_, Cause::Order) => self
                .words
                .pick("Cơ quan có thẩm quyền yêu cầu.", "A competent authority ordered it."),
            (Detection::Automatic, Cause::Ladder) => self.words.pick(
                "Số lần vi phạm đã đủ để khóa theo quy định.",
                "Violations were as many as the law asks for a lock.",
            ),
            (
                Detection::Automatic,
                Cause::Review
                | Cause::Braked
                | Cause::Undecided
                | Cause::Request
                | Cause::Report
                | Cause::Evasion
                | Cause::Appeal
                | Cause::Owner,
            ) => self
                .words
                .pick("Một quy tắc tự động phát hiện.", "A rule found it automatically."),
            // Whoever reported is told to nobody, nor that it was they.
            (
                Detection::Person,
                Cause::Review
                | Cause::Acted
                | Cause::Braked
                | Cause::Undecided
                | Cause::Request
                | Cause::Report
                | Cause::Ladder
                | Cause::Evasion
                | Cause::Appeal
                | Cause::Owner,
            ) => self
                .words
                .pick("Không phải do máy phát hiện.", "It was not found automatically."),
        }
    }

    fn remedy(&self) -> Remedy {
        match (&self.concern.appeal, self.concern.may_appeal) {
            (Some(appeal), _) => Remedy::Made(Box::new(self.own(appeal))),
            (None, Ok(until)) => {
                let mut sentences = vec![self.who_answers()];
                if let Some(until) = until {
                    let until = self.words.moment(until).absolute;
                    sentences.push(format!(
                        "{} {until}.",
                        self.words.pick("Bạn có thể khiếu nại đến", "You can appeal until")
                    ));
                }
                Remedy::Open(sentences)
            }
            (None, Err(error)) => Remedy::Closed(self.closed(error)),
        }
    }

    fn who_answers(&self) -> String {
        let who = self.words.pick(
            "Một người khác, không phải người đã quyết định, sẽ xem xét",
            "Somebody else than who decided looks into it",
        );
        match self.answer_days {
            Some(days) => format!(
                "{who} {} {days} {}.",
                self.words.pick("và trả lời trong", "and answers within"),
                self.words.pick("ngày kể từ khi nhận", "days")
            ),
            None => format!("{who}."),
        }
    }

    fn closed(&self, error: AppealError) -> String {
        match error {
            AppealError::NothingToAppeal => self
                .words
                .pick("Không có biện pháp nào áp dụng với bạn.", "Nothing is done to you.")
                .to_owned(),
            AppealError::TooLate { since } => format!(
                "{} {}.",
                self.words.pick("Thời hạn khiếu nại đã hết lúc", "The period for appeals ended at"),
                self.words.moment(since).absolute
            ),
            AppealError::AnotherOpen => self
                .words
                .pick(
                    "Quyết định này đang được xem xét lại theo một khiếu nại khác. Khi có trả lời, bạn có thể khiếu nại kết quả đó tại đây.",
                    "This decision is being looked into again after another appeal. Once that is answered you can appeal here against what stands then.",
                )
                .to_owned(),
            AppealError::Twice
            | AppealError::Over
            | AppealError::NotAnAppeal
            | AppealError::NothingToReverse
            | AppealError::NotAChange
            | AppealError::StillOpen
            | AppealError::TooManyMessages => {
                self.words.pick("Không khiếu nại được nữa.", "It cannot be appealed any more.").to_owned()
            }
        }
    }

    fn own(&self, view: &AppealView) -> OwnAppeal {
        let (row, state) = (&view.row, view.row.appeal.state);
        OwnAppeal {
            state: self.words.appeal(state).to_owned(),
            opened: self.words.moment(row.appeal.opened_at),
            due: (state == AppealState::Open).then(|| self.words.moment(row.due_at)),
            words: self.words.kept(view.words.as_deref()),
            reasons: view.answer.as_ref().map(|answer| answer.facts.clone()),
            talk: talk(self.words, view, Reading::Appellant),
            is_open: state == AppealState::Open,
            may_erase: state != AppealState::Open && view.words.is_some(),
        }
    }
}

/// Who reads a talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Whoever appealed: staff have no names to them.
    Appellant,
    /// Staff.
    Staff,
}

/// The talk about an appeal.
pub fn talk(words: Words, view: &AppealView, reading: Reading) -> Vec<Said> {
    let messages = view.messages.iter().map(|message| {
        let by_staff = message.staff.is_some();
        let who = match (reading, by_staff) {
            (Reading::Appellant, false) => words.pick("Bạn", "You").to_owned(),
            (Reading::Appellant, true) => words.pick("Người xem xét", "Reviewer").to_owned(),
            (Reading::Staff, false) => words.pick("Người khiếu nại", "Appellant").to_owned(),
            (Reading::Staff, true) => message.staff.clone().unwrap_or_default(),
        };
        Said {
            who,
            when: words.moment(message.at),
            words: words.kept(message.words.as_deref()),
            is_own: by_staff == (reading == Reading::Staff),
        }
    });
    messages.collect()
}
