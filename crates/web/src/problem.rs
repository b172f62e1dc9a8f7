//! Everything that can go wrong with a request, as a problem document (RFC 9457).
//!
//! `title` and `detail` are Vietnamese, or English where `Accept-Language` prefers it; `code` is the same in both. Inner
//! failures become a bare 500 with an id that stands in the log.

use anlanh_api::{Fault, FaultError, Language, limits};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::refusal::Refusal;

/// Where every problem is explained; the code follows as a fragment.
const EXPLAINED_AT: &str = "https://github.com/anlanh/anlanh/blob/main/docs/API.md#";

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The item in its body.
    Item(FaultError),
    /// The body is not a form as the page sends it.
    BadForm,
    /// The body is of a type that the route does not take.
    UnsupportedMediaType(&'static str),
    /// The body is compressed, which no route takes.
    EncodedBody,
    /// The body stopped arriving, or arrived too slowly.
    BodyTimeout,
    /// The body broke off.
    BodyBroken,
    /// There is no such route.
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// A use case refused.
    Refused(Refusal),
    /// The body is not what the route takes; line and column, from 1.
    BadBody(usize, usize),
    /// A defect of ours, by the id of its line in the log.
    Internal(String),
}

/// A problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "https://github.com/anlanh/anlanh/blob/main/docs/API.md#wrong-type",
    "title": "Trường sai kiểu",
    "status": 422,
    "detail": "trường \"text\" phải là một chuỗi (dòng 1, cột 9)",
    "code": "wrong-type",
    "field": "text",
    "line": 1,
    "column": 9,
}))]
#[serde(deny_unknown_fields)]
pub struct ProblemOut {
    /// Where this kind of problem is explained.
    r#type: String,
    /// What kind of problem it is, for people.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request, for people. Never repeats what was sent, but for the name of an unknown field.
    detail: String,
    /// What kind of problem it is, for programs.
    code: &'static str,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// The line in the body, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    line: Option<usize>,
    /// The column in that line, in bytes, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1)]
    column: Option<usize>,
    /// What is wrong with a version of the policy, place by place; the first 100.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    mistakes: Vec<MistakeOut>,
    /// The id of the failure in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
}

/// A mistake in a version of the policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mistake)]
#[serde(deny_unknown_fields)]
pub struct MistakeOut {
    /// Path of its file inside the pack.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, in English.
    pub message: String,
}

impl MistakeOut {
    /// The members of a mistake.
    pub fn new(mistake: &anlanh_pack::Mistake) -> Self {
        Self {
            file: mistake.file.clone(),
            line: mistake.line,
            column: mistake.column,
            message: mistake.message.en.clone(),
        }
    }
}

impl Problem {
    /// Every kind, for the documentation: its code, its status and its title.
    pub fn kinds(language: Language) -> impl Iterator<Item = (&'static str, StatusCode, &'static str)> {
        let faults = [
            Fault::TooLarge,
            Fault::NotUtf8,
            Fault::BadJson,
            Fault::NotAnObject,
            Fault::UnknownField("".into()),
            Fault::DuplicateField(""),
            Fault::MissingField(""),
            Fault::WrongType(""),
            Fault::TooLong("", 0),
            Fault::TooMany("", 0),
        ];
        let own = [
            Self::BadForm,
            Self::BadBody(0, 0),
            Self::UnsupportedMediaType(""),
            Self::EncodedBody,
            Self::BodyTimeout,
            Self::NotFound,
            Self::MethodNotAllowed,
            Self::Internal(String::new()),
        ];
        let faults = faults.into_iter().map(|fault| Self::Item(fault.into()));
        let kinds = faults.chain(own);
        let kinds = kinds.map(move |problem| (problem.code(), problem.status(), problem.title(language)));
        kinds.chain(Refusal::kinds(language))
    }

    /// Its HTTP status.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Item(error) => match error.fault {
                Fault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
                Fault::NotUtf8 | Fault::BadJson | Fault::CutShort => StatusCode::BAD_REQUEST,
                Fault::NotAnObject
                | Fault::UnknownField(_)
                | Fault::DuplicateField(_)
                | Fault::MissingField(_)
                | Fault::WrongType(_)
                | Fault::TooLong(..)
                | Fault::TooMany(..) => StatusCode::UNPROCESSABLE_ENTITY,
                Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::BadForm | Self::BodyBroken => StatusCode::BAD_REQUEST,
            Self::UnsupportedMediaType(_) | Self::EncodedBody => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Refused(refusal) => refusal.status,
            Self::BadBody(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What kind of problem it is, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Item(error) => error.fault.code(),
            Self::BadForm => "bad-form",
            Self::UnsupportedMediaType(_) => "unsupported-media-type",
            Self::EncodedBody => "encoded-body",
            Self::BodyTimeout | Self::BodyBroken => "body-timeout",
            Self::Refused(refusal) => refusal.code,
            Self::BadBody(..) => "bad-body",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Internal(_) => "internal",
        }
    }

    /// What kind of problem it is, in words.
    pub fn title(&self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::Item(error) => match error.fault {
                Fault::TooLarge => ("Nội dung quá lớn", "Content too large"),
                Fault::NotUtf8 => ("Không phải UTF-8", "Not UTF-8"),
                Fault::BadJson | Fault::CutShort => ("JSON không hợp lệ", "Not valid JSON"),
                Fault::NotAnObject => ("Không phải đối tượng JSON", "Not a JSON object"),
                Fault::UnknownField(_) => ("Trường không tồn tại", "Unknown field"),
                Fault::DuplicateField(_) => ("Trường bị lặp", "Duplicate field"),
                Fault::MissingField(_) => ("Thiếu trường", "Missing field"),
                Fault::WrongType(_) => ("Trường sai kiểu", "Wrong type of field"),
                Fault::TooLong(..) => ("Trường quá dài", "Field too long"),
                Fault::TooMany(..) => ("Quá nhiều phần tử", "Too many elements"),
                Fault::Internal => ("Lỗi nội bộ", "Internal error"),
            },
            Self::BadForm => ("Biểu mẫu không hợp lệ", "Not a valid form"),
            Self::UnsupportedMediaType(_) => ("Kiểu nội dung không được hỗ trợ", "Unsupported media type"),
            Self::EncodedBody => ("Nội dung bị nén", "Body is compressed"),
            Self::BodyTimeout | Self::BodyBroken => ("Nội dung không đến đủ", "Body did not arrive"),
            Self::Refused(refusal) => return refusal.title(language),
            Self::BadBody(..) => ("Nội dung không đúng mẫu", "Body not as described"),
            Self::NotFound => ("Không tìm thấy", "Not found"),
            Self::MethodNotAllowed => ("Phương thức không được phép", "Method not allowed"),
            Self::Internal(_) => ("Lỗi nội bộ", "Internal error"),
        };
        language.pick(vi, en)
    }

    /// What is wrong with this request, in words.
    pub fn detail(&self, language: Language) -> String {
        let (vi, en) = match self {
            Self::Item(error) => return error.detail(language),
            Self::UnsupportedMediaType(wanted) => {
                return match language {
                    Language::Vi => format!("hãy gửi nội dung với Content-Type: {wanted}"),
                    Language::En => format!("send the body with Content-Type: {wanted}"),
                };
            }
            Self::Refused(refusal) => return refusal.detail(language),
            Self::BadBody(..) => (
                "sai, thiếu hoặc thừa một trường; xem /openapi.json",
                "a field is wrong, missing or unknown; see /openapi.json",
            ),
            Self::EncodedBody => (
                "hãy gửi nội dung không nén, không có Content-Encoding; chưa nhận gì cả",
                "send the body as it is, without a Content-Encoding; nothing was taken",
            ),
            Self::BadForm => ("không đọc được biểu mẫu", "the form could not be read"),
            Self::BodyTimeout => ("nội dung đến quá chậm", "the body arrived too slowly"),
            Self::BodyBroken => ("nội dung bị ngắt giữa chừng", "the body broke off"),
            Self::NotFound => (
                "không có đường dẫn này; xem /openapi.json",
                "there is no such path; see /openapi.json",
            ),
            Self::MethodNotAllowed => (
                "đường dẫn này không nhận phương thức đó; xem trường Allow",
                "the path does not take this method; see the Allow field",
            ),
            Self::Internal(_) => (
                "lỗi của máy chủ, không phải của yêu cầu; mã sự cố có trong nhật ký",
                "a defect of the server, not of the request; the incident stands in its log",
            ),
        };
        language.pick(vi, en).to_owned()
    }

    const fn item(&self) -> Option<&FaultError> {
        if let Self::Item(error) = self {
            Some(error)
        } else {
            None
        }
    }

    /// Line and column in the body, from 1.
    fn place(&self) -> Option<(usize, usize)> {
        if let Self::BadBody(line, column) = self {
            return Some((*line, (*column).max(1)));
        }
        let error = self.item().filter(|error| error.line > 0)?;
        Some((error.line, error.column))
    }

    /// What is wrong with a version of the policy.
    fn mistakes(&self) -> Vec<MistakeOut> {
        if let Self::Refused(refusal) = self {
            refusal.mistakes.iter().map(MistakeOut::new).collect()
        } else {
            Vec::new()
        }
    }

    /// The id of the failure in the log, if it is one of ours.
    pub fn incident(&self) -> Option<String> {
        if let Self::Internal(incident) = self {
            Some(incident.clone())
        } else {
            None
        }
    }

    /// The answer in this language.
    pub fn respond(self, language: Language) -> Response {
        let status = self.status();
        let is_encoded = matches!(self, Self::EncodedBody);
        let item = self.item();
        let place = self.place();
        let document = ProblemOut {
            r#type: format!("{EXPLAINED_AT}{}", self.code()),
            title: self.title(language),
            status: status.as_u16(),
            detail: self.detail(language),
            code: self.code(),
            field: item.and_then(|error| error.fault.field()),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            mistakes: self.mistakes(),
            incident: self.incident(),
        };
        // Writing to memory does not fail.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/problem+json"),
            ),
            (header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag())),
            (header::VARY, HeaderValue::from_static("accept-language")),
        ];
        let mut response = (status, headers, body).into_response();
        let more = match status {
            StatusCode::UNAUTHORIZED => Some((header::WWW_AUTHENTICATE, "Bearer realm=\"anlanh\"")),
            // The node tries the database again at least as often.
            StatusCode::SERVICE_UNAVAILABLE => Some((header::RETRY_AFTER, "2")),
            StatusCode::TOO_MANY_REQUESTS => Some((header::RETRY_AFTER, "600")),
            // What would be taken (RFC 9110, section 15.5.16).
            StatusCode::UNSUPPORTED_MEDIA_TYPE if is_encoded => Some((header::ACCEPT_ENCODING, "identity")),
            _ => None,
        };
        if let Some((name, value)) = more {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// The largest body that is taken, named where problems are made.
pub const MAX_BODY_BYTES: usize = limits::MAX_ITEM_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_where_its_documents_point() {
        let documentation = include_str!("../../../docs/API.md");
        let codes: Vec<&str> = Problem::kinds(Language::Vi).map(|(code, ..)| code).collect();
        for code in &codes {
            assert!(documentation.contains(&format!("\n### {code}\n")), "{code}");
        }
        assert_eq!(documentation.matches("\n### ").count(), codes.len());
    }
}
