//! What stands in the way of requests for information, in words.

use anlanh_model::{Information, InformationError};

use super::Refusal;

pub(super) fn of_information(error: InformationError) -> Refusal {
    let refusal = told(error);
    match field(error) {
        Some(field) => refusal.about(field),
        None => refusal,
    }
}

fn told(error: InformationError) -> Refusal {
    let (code, vi, en) = match error {
        // Told as what stands in the way of the order.
        InformationError::Order(life) => return super::orders::of_order(life.into()),
        InformationError::Exists => (
            "information-over",
            "yêu cầu này đang có một đề nghị: hãy rút lại trước khi đề nghị mới",
            "a proposal is open: take it back before you make another",
        ),
        InformationError::None => (
            "information-not-ready",
            "chưa có đề nghị nào đang mở",
            "there is no open proposal",
        ),
        InformationError::OwnProposal => (
            "information-own",
            "người đề nghị không được duyệt đề nghị của mình",
            "whoever proposed does not approve",
        ),
        InformationError::SamePerson => (
            "information-own",
            "bạn đã duyệt rồi: cần một người khác nữa",
            "you have approved: it takes somebody else",
        ),
        InformationError::NotApproved => (
            "information-not-ready",
            "cần hai người khác nhau duyệt trước",
            "two people approve it first",
        ),
        InformationError::Approved => (
            "information-over",
            "đã đủ hai người duyệt",
            "two people have approved it",
        ),
        InformationError::NotEntered => (
            "information-not-ready",
            "hãy nhập thông tin đã duyệt trước",
            "enter what was approved first",
        ),
        InformationError::NotPrepared => (
            "information-not-ready",
            "hãy mã hóa thành tệp trước",
            "make the file first",
        ),
        InformationError::NotFetched => (
            "information-not-ready",
            "chưa ai tải tệp để giao",
            "nobody has taken the file out yet",
        ),
        InformationError::Fetched => (
            "information-over",
            "tệp chỉ được tải một lần: nếu mất, hãy mã hóa lại",
            "the file is given once: if it is lost, make it again",
        ),
        InformationError::Over => ("information-over", "không còn bước nào nữa", "there is no further step"),
        InformationError::NoDemand => (
            "bad-information",
            "yêu cầu cung cấp thông tin phải nêu mục đích, loại thông tin và khoảng thời gian; thiếu thì không ký được",
            "an order for information says for what, which fields and of which period; without that it cannot be signed",
        ),
        InformationError::NotAsked => (
            "bad-information",
            "chỉ yêu cầu cung cấp thông tin người dùng mới nêu phần này: hãy để trống, hoặc chọn lại nội dung yêu cầu",
            "only an order for information about users says this: leave it empty, or choose that kind",
        ),
        InformationError::MoreFields => (
            "bad-information",
            "có loại thông tin mà cơ quan không yêu cầu: có thể cung cấp ít hơn, nhưng không được cung cấp thêm",
            "a field is none that the office asked for: you may tell less, and nothing beyond it",
        ),
        InformationError::LongerPeriod => (
            "bad-information",
            "khoảng thời gian phải nằm trong khoảng mà cơ quan yêu cầu: có thể thu hẹp, không được mở rộng",
            "the period lies within the one that the office asked for: it may be shorter, and never longer",
        ),
        InformationError::OtherPurpose => (
            "bad-information",
            "mục đích do cơ quan nêu và đã ký, không được thay đổi",
            "the purpose is what the office signed: there is no other",
        ),
        InformationError::BadFields => {
            return content(
                format!(
                    "chọn 1 đến {} loại thông tin mà luật cho phép vào ngày ban hành, không lặp lại",
                    Information::MAX_FIELDS
                ),
                format!(
                    "1 to {} fields that the law of the day of issue knows, each once",
                    Information::MAX_FIELDS
                ),
            );
        }
        InformationError::BadPeriod => {
            return content(
                format!(
                    "khoảng thời gian đã qua, tính đến giây, dài tối đa {} ngày, hoặc ngắn hơn theo loại thông tin",
                    Information::MAX_PERIOD_DAYS
                ),
                format!(
                    "a period is over, of whole seconds and at most {} days long, or less where a field says so",
                    Information::MAX_PERIOD_DAYS
                ),
            );
        }
        InformationError::BadSubjects => {
            return content(
                format!(
                    "mỗi yêu cầu cung cấp thông tin về 1 đến {} đối tượng",
                    Information::MAX_SUBJECTS
                ),
                format!("a request is about 1 to {} targets", Information::MAX_SUBJECTS),
            );
        }
        InformationError::BadKey => (
            "bad-information",
            "khóa dạng age1… không đúng, hoặc không khớp mã kiểm tra mà cơ quan đã đọc",
            "the key (age1…) is none, or not the one whose fingerprint the office read out",
        ),
        InformationError::OutsidePeriod => (
            "bad-information",
            "mỗi dòng bắt đầu bằng thời điểm (RFC 3339) trong khoảng thời gian đã duyệt",
            "each entry begins with a moment (RFC 3339) in the period that was approved",
        ),
        InformationError::TooManyValues => {
            return content(
                format!(
                    "mỗi loại tối đa {} dòng, tất cả tối đa {} KiB",
                    Information::MAX_ENTRIES,
                    Information::MAX_VALUES_BYTES >> 10
                ),
                format!(
                    "at most {} entries a field, and {} KiB in all",
                    Information::MAX_ENTRIES,
                    Information::MAX_VALUES_BYTES >> 10
                ),
            );
        }
        InformationError::BadValues => (
            "bad-information",
            "nhập đúng những loại thông tin và đối tượng đã duyệt, không thêm không bớt",
            "enter exactly the fields and targets that were approved, no more and no less",
        ),
    };
    Refusal::new(code, vi, en)
}

/// What is wrong with what was asked for or entered, where it says a limit.
fn content(vi: impl Into<String>, en: impl Into<String>) -> Refusal {
    Refusal::new("bad-information", vi, en)
}

/// The field of a form that it is about.
const fn field(error: InformationError) -> Option<&'static str> {
    match error {
        InformationError::NoDemand | InformationError::NotAsked | InformationError::OtherPurpose => Some("purpose"),
        InformationError::BadFields | InformationError::MoreFields => Some("field"),
        InformationError::BadPeriod | InformationError::LongerPeriod => Some("period"),
        InformationError::BadSubjects => Some("targets"),
        InformationError::BadKey => Some("recipient"),
        InformationError::Order(_)
        | InformationError::Exists
        | InformationError::None
        | InformationError::OwnProposal
        | InformationError::SamePerson
        | InformationError::NotApproved
        | InformationError::Approved
        | InformationError::NotEntered
        | InformationError::NotPrepared
        | InformationError::NotFetched
        | InformationError::Fetched
        | InformationError::Over
        | InformationError::BadValues
        | InformationError::OutsidePeriod
        | InformationError::TooManyValues => None,
    }
}
