//! Anybody reports something, follows it, confirms an address, and has it erased. No account is asked for.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::image::{ImageError, MAX_IMAGE_BYTES};
use anlanh_app::report::{self, Certificate, Erased, Held, NewReport, Status};
use anlanh_model::{Actor, Relation, ReportState};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::form::Form;
use super::words::Words;
use super::{Reader, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::reports::pass;
use crate::api::screen::read_up_to;
use crate::console::{Filled, ReportConfirmPage, ReportErasedPage, ReportFormPage, ReportStatusPage, Reportable};
use crate::page::names::Names;
use crate::problem::Problem;

/// The empty form.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader) -> Response {
    reader.answer(form_page(&service, &reader, &Form::default(), None))
}

/// What was filled in is taken, or the form comes back with what is wrong with it.
pub async fn submit(State(service): State<Arc<Service>>, reader: Reader, body: Body) -> Response {
    let form = match Form::read(&service, reader.visitor.headers(), body).await {
        Ok(form) => form,
        Err(problem) => return reader.answer(Err(problem)),
    };
    if let Some(missing) = unfilled(reader.visitor.language, &form) {
        let refused = (StatusCode::UNPROCESSABLE_ENTITY, missing.to_owned());
        return reader.answer(form_page(&service, &reader, &form, Some(refused)));
    }
    let answer = match take(&service, &reader, &form).await {
        Ok(secret) => Ok(see_other(&format!("/report/{secret}"))),
        Err(Problem::Refused(refusal)) if refusal.is_about_report() => {
            let language = reader.visitor.language;
            let said = format!("{}: {}", refusal.title(language), refusal.detail(language));
            form_page(&service, &reader, &form, Some((refusal.status, said)))
        }
        Err(problem) => Err(problem),
    };
    reader.answer(answer)
}

/// What must be filled in and is not, in the words of the form.
fn unfilled(language: Language, form: &Form) -> Option<&'static str> {
    let is_blank = |name: &str| form.get(name).trim().is_empty();
    if is_blank("url") && is_blank("text") && is_blank("item") {
        return Some(language.pick(
            "Hãy cho biết nội dung nào: dán liên kết, hoặc chép lại nội dung.",
            "Say which content it is: paste its link, or copy what it says.",
        ));
    }
    if is_blank("category") {
        return Some(language.pick("Hãy chọn nội dung này vi phạm gì.", "Choose what is wrong with it."));
    }
    if is_blank("why") {
        return Some(language.pick("Hãy viết vì sao bạn phản ánh.", "Write why you report it."));
    }
    None
}

async fn take(service: &Service, reader: &Reader, form: &Form) -> Result<String, Problem> {
    pass(service, &reader.visitor, form.get("challenge"), form.get("proof"))?;
    let new = NewReport {
        category: form.get("category").to_owned(),
        url: form.some("url"),
        item: form.some("item"),
        text: form.some("text"),
        why: form.get("why").to_owned(),
        relation: Relation::from_key(form.get("relation")).unwrap_or(Relation::Third),
        name: form.some("name"),
        email: form.some("email"),
        reporter: None,
        language: reader.visitor.language.tag(),
    };
    let receipt = report::submit(&service.app, &Actor::Outsider, new).await;
    Ok(receipt.map_err(|error| problem(service, &error))?.secret)
}

fn form_page(
    service: &Service,
    reader: &Reader,
    form: &Form,
    refused: Option<(StatusCode, String)>,
) -> Result<Response, Problem> {
    let (status, error) = refused.unzip();
    let language = reader.visitor.language;
    let engine = service.app.engine();
    let chosen = form.get("category");
    let sends_mail = service.app.site().sends_mail();
    let reportables = engine.policy.report_categories().iter().map(|category| Reportable {
        key: category.key.as_str().to_owned(),
        title: language.pick(&category.title.vi, &category.title.en).to_owned(),
        meaning: language.pick(&category.meaning.vi, &category.meaning.en).to_owned(),
        needs_contact: !category.anonymous,
        // It would wait for a mail that nobody sends.
        is_closed: category.confirmed && !sends_mail,
        chosen: category.key == *chosen,
    });
    let challenge = service.gate.challenge(reader.visitor.ip, service.app.clock().now());
    let view = ReportFormPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        reportables: reportables.collect(),
        filled: Filled {
            url: form.get("url").to_owned(),
            item: form.get("item").to_owned(),
            text: form.get("text").to_owned(),
            why: form.get("why").to_owned(),
            is_own: form.get("relation") == Relation::Own.key(),
            name: form.get("name").to_owned(),
            email: form.get("email").to_owned(),
        },
        challenge: challenge.text,
        bits: challenge.bits,
        error,
    };
    let mut response = page(&view, language)?;
    *response.status_mut() = status.unwrap_or_default();
    Ok(response)
}

/// What has become of a report.
pub async fn status(State(service): State<Arc<Service>>, reader: Reader, Path(secret): Path<String>) -> Response {
    let answer = read(&service, &reader, &secret).await;
    reader.answer(answer)
}

async fn read(service: &Service, reader: &Reader, secret: &str) -> Result<Response, Problem> {
    let status = report::status(&service.app, secret).await;
    let status = status.map_err(|error| problem(service, &error))?;
    let language = reader.visitor.language;
    let words = Words::of(service, language);
    let link = format!("/report/{secret}");
    let view = ReportStatusPage {
        frame: reader.frame(None),
        number: status.id.to_string(),
        url: service.app.site().url(&link),
        standing: standing(words, &status),
        advice: advice(service, words, &status),
        appeal: status.appeal.as_ref().map(|path| {
            let word = words.pick("Khiếu nại kết quả này", "Appeal against this outcome");
            (path.clone(), word.to_owned())
        }),
        facts: facts(service, words, &status),
        received: words.moment(status.received_at),
        takes_picture: !status.has_picture && matches!(status.state, ReportState::Unconfirmed | ReportState::Open),
        link,
    };
    page(&view, language)
}

fn standing(words: Words, status: &Status) -> String {
    let stands = match (status.state, status.outcome) {
        (ReportState::Unconfirmed, _) => words.pick(
            "Chờ bạn xác nhận địa chỉ email. Hãy mở thư chúng tôi vừa gửi và bấm nút xác nhận.",
            "Waiting for you to confirm your e-mail address. Open the mail we sent and press the button.",
        ),
        (ReportState::Open, _) | (ReportState::Answered, None) => {
            words.pick("Đã nhận. Một người sẽ xem xét.", "Received. A person will look at it.")
        }
        (ReportState::Lapsed, _) => words.pick(
            "Địa chỉ email không được xác nhận kịp thời; phản ánh đã bị xóa.",
            "The e-mail address was not confirmed in time; the report was erased.",
        ),
        (ReportState::Answered, Some(outcome)) => {
            let looked_at = words.pick("Đã xem xét.", "Looked at.");
            return format!("{looked_at} {}", report::said(outcome, words.language().tag()));
        }
    };
    stands.to_owned()
}

/// What whoever made it can do, or should know.
fn advice(service: &Service, words: Words, status: &Status) -> Option<String> {
    if status.is_warned {
        let warning = words.pick(
            "Nhiều phản ánh gần đây của bạn không đúng. Nếu tiếp tục, phản ánh của bạn sẽ được xem sau những phản ánh khác.",
            "Many of your recent reports were wrong. If that goes on, yours are looked at after others.",
        );
        return Some(warning.to_owned());
    }
    if let Some(until) = status.address_until {
        let way = words.pick(
            "Để nhận kết quả qua thư, hãy bấm nút xác nhận trong thư chúng tôi đã gửi, trước",
            "For the outcome to come by mail, press the button behind the mail we sent, before",
        );
        return Some(format!("{way} {}.", words.moment(until).absolute));
    }
    if status.appeal.is_some() {
        let way = words.pick(
            "Nếu không đồng ý, bạn có thể khiếu nại. Một người khác, không phải người đã quyết định, sẽ xem xét.",
            "If you do not agree, you can appeal. Somebody else than who decided looks into it.",
        );
        return Some(way.to_owned());
    }
    let contact = service.app.site().contact()?;
    (status.state == ReportState::Answered).then(|| {
        let way = words.pick(
            "Nếu không đồng ý, bạn có thể yêu cầu người khác xem lại:",
            "If you do not agree, ask for somebody else to look again:",
        );
        format!("{way} {contact}")
    })
}

fn facts(service: &Service, words: Words, status: &Status) -> Vec<(String, String)> {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let category = engine.policy.report_category(&status.category);
    let category = category.map_or(status.category.as_str(), |it| words.pick(&it.title.vi, &it.title.en));
    let mut facts = vec![(words.pick("Loại", "Kind").to_owned(), category.to_owned())];
    let mut add = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(until) = status.confirm_until {
        add(
            words.pick("Xác nhận trước", "Confirm before"),
            words.moment(until).absolute,
        );
    }
    if let Some(clock) = &status.clock {
        let due = words.moment(clock.due_at).absolute;
        let due = if clock.is_breached() {
            format!("{due} · {}", words.pick("đã quá hạn", "has passed"))
        } else {
            due
        };
        add(words.pick("Hạn xử lý theo luật", "Deadline of the law"), due);
        let bases: Vec<String> = clock.basis.iter().map(|key| names.basis(key).cite).collect();
        add(
            words.pick("Căn cứ của thời hạn", "Basis of the deadline"),
            bases.join("; "),
        );
    }
    if status.has_picture {
        add(
            words.pick("Ảnh", "Picture"),
            words.pick("đã nhận", "received").to_owned(),
        );
    }
    if let Some(at) = status.answered_at {
        add(words.pick("Trả lời lúc", "Answered"), words.moment(at).absolute);
    }
    facts
}

/// The page behind a link from a mail: it asks, and changes nothing.
pub async fn ask(State(service): State<Arc<Service>>, reader: Reader, Path(secret): Path<String>) -> Response {
    let answer = match report::to_confirm(&service.app, &secret).await {
        Ok(id) => {
            let view = ReportConfirmPage {
                frame: reader.frame(None),
                number: id.to_string(),
                link: format!("/report/confirm/{secret}"),
            };
            page(&view, reader.visitor.language)
        }
        Err(error) => Err(problem(&service, &error)),
    };
    reader.answer(answer)
}

/// The address is confirmed.
pub async fn confirm(
    State(service): State<Arc<Service>>,
    reader: Reader,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    let answer = async {
        Form::read(&service, reader.visitor.headers(), body).await?;
        let receipt = report::confirm(&service.app, &secret).await;
        let receipt = receipt.map_err(|error| problem(&service, &error))?;
        Ok(see_other(&format!("/report/{}", receipt.secret)))
    };
    reader.answer(answer.await)
}

/// Largest form with a picture, in bytes: the picture and what a browser puts around it.
const MAX_FORM_BYTES: usize = MAX_IMAGE_BYTES + 4 * 1024;

/// A screenshot is put to a report.
pub async fn upload(
    State(service): State<Arc<Service>>,
    reader: Reader,
    Path(secret): Path<String>,
    request: Request,
) -> Response {
    let answer = async {
        let (head, body) = request.into_parts();
        Form::must_be_ours(&head.headers)?;
        let refused = |error: anlanh_app::Error| problem(&service, &error);
        let _seat = service.images.acquire().await;
        let body = read_up_to(body, service.limits, MAX_FORM_BYTES).await?;
        let body = body.ok_or_else(|| refused(ImageError::TooLarge.into()))?;
        let picture = file_of(&head.headers, body).await.ok_or(Problem::BadForm)?;
        let kept = report::add_picture(&service.app, &secret, picture).await;
        kept.map_err(refused)?;
        Ok(see_other(&format!("/report/{secret}")))
    };
    reader.answer(answer.await)
}

/// The one file of a form (RFC 7578).
async fn file_of(headers: &HeaderMap, body: Bytes) -> Option<Vec<u8>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(kind).ok()?;
    let whole = futures_util::stream::once(async { Ok::<_, std::convert::Infallible>(body) });
    let mut parts = multer::Multipart::new(whole, boundary);
    while let Some(part) = parts.next_field().await.ok()? {
        if part.name() == Some("picture") {
            return Some(part.bytes().await.ok()?.to_vec());
        }
    }
    None
}

/// Whoever made a report has it erased, and reads what was.
pub async fn erase(
    State(service): State<Arc<Service>>,
    reader: Reader,
    Path(secret): Path<String>,
    body: Body,
) -> Response {
    let answer = async {
        Form::read(&service, reader.visitor.headers(), body).await?;
        let certificate = report::erase(&service.app, &secret).await;
        let certificate = certificate.map_err(|error| problem(&service, &error))?;
        erased_page(&service, &reader, &certificate)
    };
    reader.answer(answer.await)
}

fn erased_page(service: &Service, reader: &Reader, certificate: &Certificate) -> Result<Response, Problem> {
    let language = reader.visitor.language;
    let words = Words::of(service, language);
    let erased = certificate.erased.iter().map(|erased| erased_words(words, *erased));
    let held = certificate.held.iter().map(|held| held_words(words, *held).to_owned());
    let numbers: Vec<String> = certificate.reports.iter().map(ToString::to_string).collect();
    let disk = if certificate.is_off_the_disk {
        words.pick(
            "Đã được xóa khỏi tệp cơ sở dữ liệu. Bản sao lưu cũ hết hạn theo chu kỳ của chúng.",
            "Gone from the files of the database. Older backups expire in their cycle.",
        )
    } else {
        words.pick(
            "Sẽ được xóa khỏi tệp cơ sở dữ liệu trong giây lát nữa.",
            "It will be gone from the files of the database in a moment.",
        )
    };
    let view = ReportErasedPage {
        frame: reader.frame(None),
        number: numbers.join(", "),
        at: words.moment(certificate.at),
        erased: erased.collect(),
        held: held.collect(),
        disk: disk.to_owned(),
    };
    page(&view, language)
}

fn erased_words(words: Words, erased: Erased) -> String {
    let said = match erased {
        Erased::Keys => words.pick(
            "Khóa mã hóa riêng của dữ liệu này: không có khóa, những gì đã mã hóa không đọc được nữa",
            "The key of this data alone: without it, what was sealed cannot be read",
        ),
        Erased::Contact => words.pick("Họ tên, địa chỉ email", "Name and e-mail address"),
        Erased::Content => words.pick("Những gì bạn viết", "What you wrote"),
        Erased::Link => words.pick("Liên kết theo dõi", "The private link"),
        Erased::Mail(mails) => {
            return format!("{} {mails}", words.pick("Thư gửi cho bạn:", "Mail to you:"));
        }
        Erased::Track => words.pick(
            "Số phản ánh đúng và sai của địa chỉ này",
            "How often reports of this address were right",
        ),
        Erased::Appeals => words.pick("Những gì bạn viết khi khiếu nại", "What you wrote in appeals"),
    };
    said.to_owned()
}

const fn held_words(words: Words, held: Held) -> &'static str {
    match held {
        Held::Figures => words.pick(
            "Việc đã có một phản ánh, loại, thời điểm và kết quả, không kèm tên: để chứng minh đã trả lời đúng hạn",
            "That there was a report, its kind, times and outcome, without a name: to show that it was answered in time",
        ),
        Held::Evidence => words.pick(
            "Nội dung bị phản ánh, kể cả đoạn bạn đã dán: là chứng cứ của vụ việc, được xóa theo thời hạn lưu của vụ việc",
            "The reported content, also what you pasted of it: it is evidence of the case and goes in the case's own time",
        ),
        Held::AuditLog => words.pick(
            "Nhật ký kiểm toán: chỉ có mã số",
            "The audit log: numbers alone",
        ),
        Held::OpenAppeal => words.pick(
            "Những gì bạn viết trong khiếu nại đang chờ trả lời: được xóa theo thời hạn lưu sau khi có trả lời",
            "What you wrote in an appeal that waits for its answer: it goes in its own time after that",
        ),
        Held::Track => words.pick(
            "Số phản ánh đúng và sai của địa chỉ này: còn phản ánh khác từ cùng địa chỉ",
            "How often reports of this address were right: others came from the same one",
        ),
        Held::TokenTrack => words.pick(
            "Số liệu của mã truy cập đã gửi phản ánh: thuộc về một tổ chức",
            "The figures of the token that reported: they belong to an organisation",
        ),
    }
}
