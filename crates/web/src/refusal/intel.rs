//! What stands in the way of collections of indicators, in words.

use anlanh_app::intel::{IntelError, MAX_COLLECTIONS};

use super::Refusal;

impl Refusal {
    /// What is asked for is not there in a form that whoever asks takes.
    pub fn not_acceptable() -> Self {
        Self::new(
            "not-acceptable",
            "hãy gửi Accept: application/taxii+json;version=2.1",
            "send Accept: application/taxii+json;version=2.1",
        )
    }

    /// A certificate was asked for, and none was shown.
    pub fn certificate_required() -> Self {
        Self::new(
            "certificate-required",
            "ở đây cần chứng thư của máy khách, do bên mà người vận hành nêu (--tls-client-ca) ký",
            "a certificate of the client is needed here, signed by whom the operator named (--tls-client-ca)",
        )
    }

    /// What was handed in is no envelope; at which byte, or why.
    pub fn bad_envelope(why: &str) -> Self {
        Self::new(
            "bad-envelope",
            format!("phong bì là một đối tượng JSON có danh sách \"objects\": {why}"),
            format!("an envelope is a JSON object with a list \"objects\": {why}"),
        )
    }

    /// The same, where it is not even JSON.
    pub fn into_bad_request(self) -> Self {
        Self {
            status: axum::http::StatusCode::BAD_REQUEST,
            ..self
        }
    }

    /// What was handed in is longer than an envelope may be.
    pub fn envelope_too_large(most_bytes: usize) -> Self {
        Self::new(
            "envelope-too-large",
            format!("một phong bì có tối đa {most_bytes} byte (max_content_length)"),
            format!("an envelope has at most {most_bytes} bytes (max_content_length)"),
        )
    }
}

pub(super) fn of_intel(error: IntelError) -> Refusal {
    match error {
        IntelError::NoRead => Refusal::new(
            "collection-forbidden",
            "mã truy cập này không được đọc tập dữ liệu này (can_read)",
            "this token may not read this collection (can_read)",
        ),
        IntelError::NoWrite => Refusal::new(
            "collection-forbidden",
            "mã truy cập này không được ghi vào tập dữ liệu này (can_write)",
            "this token may not add to this collection (can_write)",
        ),
        IntelError::BadText => Refusal::new(
            "bad-collection",
            "tên dài 1 đến 200 ký tự, mô tả tối đa 2000, không có ký tự điều khiển",
            error.to_string(),
        ),
        IntelError::BadAlias => Refusal::new(
            "bad-collection",
            "bí danh gồm 1 đến 64 chữ không dấu, chữ số, gạch nối hoặc gạch dưới, và không phải UUID",
            error.to_string(),
        ),
        IntelError::AliasTaken => Refusal::new("bad-collection", "bí danh đã được dùng", error.to_string()),
        IntelError::TooMany => Refusal::new(
            "bad-collection",
            format!("một nút có tối đa {MAX_COLLECTIONS} tập dữ liệu"),
            error.to_string(),
        ),
    }
}
