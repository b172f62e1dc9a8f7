//! What stands in the way of reports, measures, addresses, holds and pictures, in words.

use anlanh_app::contact::ContactError;
use anlanh_app::enforcement::{EnforcementError, MAX_BULK, MAX_SIGNALS, MAX_SIGNALS_OF_ACCOUNT};
use anlanh_app::image::{ImageError, MAX_IMAGE_BYTES, MAX_IMAGES};
use anlanh_app::keeping::{KeepingError, MAX_DAYS as MAX_HOLD_DAYS};
use anlanh_app::report::{MAX_CONFIRM_MAILS, ReportError};
use anlanh_model::MeasureError;

use super::Refusal;

pub(super) fn of_report(error: ReportError) -> Refusal {
    let (vi, en) = match error {
        ReportError::NothingReported => (
            "hãy cho biết phản ánh về điều gì: liên kết, mã nội dung hoặc đoạn văn bản",
            "say what it is about: an address, an id or a text",
        ),
        ReportError::Address => (
            "liên kết bắt đầu bằng http:// hoặc https:// và có tên miền",
            "an address begins with http:// or https:// and names a host",
        ),
        ReportError::NeedsContact => (
            "với loại này, cần họ tên và địa chỉ email của bạn",
            "this kind needs your name and e-mail address",
        ),
        ReportError::Email => ("địa chỉ email chưa đúng", "the e-mail address is not one"),
        ReportError::NoMail => (
            "loại này cần xác nhận địa chỉ email, mà hệ thống này chưa gửi được thư; hãy liên hệ bên vận hành",
            "this kind waits for a confirmed address, and this node sends no mail: write to who runs it",
        ),
        ReportError::Relayed => (
            "chỉ nền tảng có mã truy cập mới chuyển phản ánh của người khác",
            "only a platform with a token hands on the reports of others",
        ),
        ReportError::HasPicture => (
            "phản ánh này đã có ảnh; ảnh là chứng cứ nên không thay được",
            "this report has a picture already; it is evidence and stays",
        ),
        ReportError::TooManyMails => {
            return Refusal::new(
                "too-many-reports",
                format!(
                    "một địa chỉ email nhận nhiều nhất {MAX_CONFIRM_MAILS} thư xác nhận mỗi ngày; hãy thử lại ngày mai"
                ),
                format!(
                    "an address gets at most {MAX_CONFIRM_MAILS} mails a day that ask for confirmation; try again tomorrow"
                ),
            );
        }
    };
    Refusal::new("bad-report", vi, en)
}

pub(super) fn of_contact(error: ContactError) -> Refusal {
    match error {
        ContactError::Email => Refusal::new(
            "bad-contact",
            "địa chỉ email chưa đúng",
            "the e-mail address is not one",
        ),
        ContactError::NoMail => Refusal::new(
            "bad-contact",
            "hệ thống này không gửi thư; hãy đặt máy chủ thư bằng --mail-server",
            "this node sends no mail: give it a server with --mail-server",
        ),
    }
}

pub(super) fn of_keeping(error: KeepingError) -> Refusal {
    match error {
        KeepingError::Days => Refusal::new(
            "bad-hold",
            format!("số ngày giữ nguyên từ 1 đến {MAX_HOLD_DAYS}"),
            format!("a hold lasts 1 to {MAX_HOLD_DAYS} days"),
        ),
        KeepingError::Erased => Refusal::new(
            "erased",
            "nội dung đã được xóa, không còn gì để giữ",
            "the content was erased: nothing is left to be held",
        ),
        KeepingError::Ended => Refusal::new(
            "hold-ended",
            "yêu cầu giữ nguyên này đã chấm dứt",
            "this hold has ended",
        ),
        KeepingError::Nothing => Refusal::new(
            "nothing-kept",
            "ở đây không lưu gì về tài khoản hoặc nội dung này, hoặc đã xóa từ trước; hãy kiểm tra lại mã. Chưa có gì bị xóa \
             và không có giấy xác nhận nào được cấp",
            "nothing is kept here of this account or item, or it was erased before; check the reference. Nothing was erased, \
             and there is no certificate",
        ),
    }
}

pub(super) fn of_enforcement(error: EnforcementError) -> Refusal {
    let bad = |vi: &str, en: String| Refusal::new("bad-measure", vi, en);
    match error {
        EnforcementError::NoSubject(kind) => bad(
            "nền tảng không cho biết tài khoản, trang, nhóm hoặc kênh này",
            format!("the platform named no {} behind it", kind.key()),
        ),
        EnforcementError::Measure(error) => bad(
            match error {
                MeasureError::WrongTarget => "biện pháp không dành cho đối tượng này",
                MeasureError::NoEnd => "khóa tạm thời cần số ngày",
                MeasureError::NeverEnds => "biện pháp này không có thời hạn",
                MeasureError::BadEnd => "thời hạn từ 1 đến 3650 ngày",
                MeasureError::Labels => "thông tin kiểm chứng chỉ đi kèm nhãn",
                MeasureError::BadLink => "địa chỉ thông tin kiểm chứng phải là https, tối đa 500 byte",
                MeasureError::Twice => "mỗi đối tượng chỉ chịu một biện pháp một lần",
                MeasureError::TooMany => "quá nhiều biện pháp",
            },
            error.to_string(),
        ),
        EnforcementError::NotAboutItem => bad(
            "vụ việc này xét tài khoản, trang, nhóm hoặc kênh; nội dung đã có quyết định riêng",
            error.to_string(),
        ),
        EnforcementError::OutOfBounds(min, max) => Refusal::new(
            "bad-measure",
            format!("được khóa từ {min} đến {max} ngày"),
            format!("a lock of {min} to {max} days is allowed"),
        ),
        EnforcementError::NotPermanent => bad("chưa đủ điều kiện khóa vĩnh viễn", error.to_string()),
        EnforcementError::Void => Refusal::new(
            "proposal-void",
            "vi phạm đã bị hủy hoặc hết hạn; hãy quyết định không vi phạm",
            "violations were taken away or expired; decide that there is no violation",
        ),
        EnforcementError::NotForOwner => bad(
            "chỉ yêu cầu chủ gỡ nội dung vi phạm đã có phản ánh, và nền tảng không tự gỡ bỏ",
            error.to_string(),
        ),
        EnforcementError::BadBulk => Refusal::new(
            "bad-bulk",
            format!("gửi 1 đến {MAX_BULK} vụ việc, mỗi vụ một lần"),
            format!("send 1 to {MAX_BULK} cases, each once"),
        ),
        EnforcementError::BadSignals => Refusal::new(
            "bad-signals",
            format!(
                "gửi 1 đến {MAX_SIGNALS} giá trị băm, mỗi giá trị 16 đến 64 byte viết bằng số hệ 16; mỗi tài khoản tối đa \
                 {MAX_SIGNALS_OF_ACCOUNT}"
            ),
            format!(
                "send 1 to {MAX_SIGNALS} hashes of 16 to 64 bytes in hexadecimal; an account has at most \
                 {MAX_SIGNALS_OF_ACCOUNT}"
            ),
        ),
    }
}

pub(super) fn of_image(error: ImageError) -> Refusal {
    match error {
        ImageError::TooLarge => Refusal::new(
            "image-too-large",
            format!("mỗi ảnh tối đa {MAX_IMAGE_BYTES} byte"),
            format!("a picture is at most {MAX_IMAGE_BYTES} bytes long"),
        ),
        ImageError::NotAsStated => Refusal::new(
            "bad-image",
            "các byte đầu không khớp với Content-Type",
            "its first bytes are not of its Content-Type",
        ),
        ImageError::TooMany => Refusal::new(
            "too-many-images",
            format!("mỗi nội dung tối đa {MAX_IMAGES} ảnh"),
            format!("an item has at most {MAX_IMAGES} pictures"),
        ),
    }
}
