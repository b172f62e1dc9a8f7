//! What stands in the way of incidents, in words.

use anlanh_app::incident::sharing::{MAX_RULES, MAX_WAIT_MINUTES, SharingError};
use anlanh_app::incident::{IncidentError, MAX_EVIDENCE_BYTES, MAX_SPLIT};
use anlanh_model::{IncidentStepError, SharingStepError};

use super::Refusal;

pub(super) fn of_incident(error: IncidentError) -> Refusal {
    let step = |vi: &'static str, en: &'static str| Refusal::new("incident-step", vi, en);
    let bad = |vi: &'static str, en: &'static str| Refusal::new("bad-incident", vi, en);
    match error {
        IncidentError::Step(error) => of_step(error),
        IncidentError::TooMany => bad(
            "sự cố đã có tối đa số mục loại này",
            "the incident has as many as it may",
        ),
        IncidentError::Begun => step("quy trình này đã được bắt đầu", "the playbook was begun before"),
        IncidentError::FileSize => Refusal::new(
            "bad-incident",
            format!("tệp chứng cứ có từ 1 byte đến {} MiB", MAX_EVIDENCE_BYTES >> 20),
            format!("a file of evidence has 1 byte to {} MiB", MAX_EVIDENCE_BYTES >> 20),
        ),
        IncidentError::Split => Refusal::new(
            "bad-incident",
            format!("chọn từ 1 đến {MAX_SPLIT} cảnh báo của sự cố này, nhưng không phải tất cả"),
            format!("choose 1 to {MAX_SPLIT} alerts of this incident, and not all"),
        ),
        IncidentError::NoHost => bad("cảnh báo này không gắn với máy nào", "the alert names no host"),
        IncidentError::HostsErased => bad(
            "địa chỉ của máy đã được xóa vì hết thời hạn lưu; không xem lại được, và không gì của sự cố được gửi ra ngoài nữa",
            "the address of the host was erased because its time was over: it cannot be shown, and nothing of the incident leaves any more",
        ),
        IncidentError::NobodyToTell => step(
            "nút chưa được cấu hình nơi nhận edXML",
            "the node was given nobody to tell in edXML",
        ),
        IncidentError::NothingToTell => bad(
            "không có cảnh báo nào của sự cố được phép chia sẻ",
            "nothing of the incident may leave",
        ),
        IncidentError::OwnShift => step(
            "không ai tự nhận ca của chính mình",
            "nobody takes over from themselves",
        ),
        IncidentError::ShiftTaken => step("đã có người nhận ca này", "somebody took the shift over"),
        IncidentError::OwnReport => step(
            "người soạn báo cáo không tự ký; người thứ hai phải xem lại",
            "whoever wrote the report does not sign it",
        ),
        IncidentError::Signed => step("báo cáo đã được ký, không sửa được nữa", "the report was signed"),
        IncidentError::Unanswered => bad("còn mục bắt buộc chưa điền", "a field that must be answered is not"),
        IncidentError::NamesHost => bad(
            "báo cáo có địa chỉ của máy thuê bao trong sự cố; báo cáo không được nêu danh tính thuê bao",
            "the report names a host of the incident; reports name no subscribers",
        ),
        IncidentError::TooStrict => bad(
            "báo cáo nêu chỉ dấu được đánh dấu chặt hơn TLP:AMBER, không được gửi ra ngoài",
            "the report names something marked more strictly than TLP:AMBER",
        ),
    }
}

fn of_step(error: IncidentStepError) -> Refusal {
    let (vi, en) = match error {
        IncidentStepError::NotTriaged => ("chưa ai đánh giá mức độ sự cố", "nobody has graded it"),
        IncidentStepError::NotTaken => ("chưa ai nhận xử lý sự cố", "nobody works at it"),
        IncidentStepError::Held => ("người khác đang xử lý sự cố này", "somebody else works at it"),
        IncidentStepError::NotContained => ("sự cố chưa được khống chế", "it is not contained"),
        IncidentStepError::Contained => ("sự cố đã được khống chế", "it is contained already"),
        IncidentStepError::Closed => ("sự cố đã đóng", "it is closed"),
        IncidentStepError::NotClosed => ("sự cố chưa đóng", "it is not closed"),
        IncidentStepError::Merged => ("sự cố đã gộp vào sự cố khác", "it was merged into another"),
        IncidentStepError::Itself => ("không gộp sự cố vào chính nó", "an incident is not merged into itself"),
    };
    Refusal::new("incident-step", vi, en)
}

impl Refusal {
    /// A severity, an event, a number or a step of a rule of sharing is none that there is.
    pub fn bad_sharing() -> Self {
        of_sharing(SharingError::Wait)
    }
}

pub(super) fn of_sharing(error: SharingError) -> Refusal {
    match error {
        SharingError::Step(error) => of_sharing_step(error),
        SharingError::Wait => Refusal::new(
            "bad-sharing-rule",
            format!("mức độ và loại sự kiện chọn trong danh sách; thời gian chờ từ 0 đến {MAX_WAIT_MINUTES} phút"),
            format!("severity and events are of the list; the wait is 0 to {MAX_WAIT_MINUTES} minutes"),
        ),
        SharingError::TooMany => Refusal::new(
            "bad-sharing-rule",
            format!("tối đa {MAX_RULES} quy tắc chưa kết thúc"),
            format!("at most {MAX_RULES} rules that are not over"),
        ),
    }
}

fn of_sharing_step(error: SharingStepError) -> Refusal {
    let (vi, en) = match error {
        SharingStepError::OwnRule => (
            "người lập quy tắc không tự cho hiệu lực; người thứ hai phải xem lại",
            "whoever made a rule does not put it in force",
        ),
        SharingStepError::InForce => ("quy tắc đã có hiệu lực", "the rule was put in force before"),
        SharingStepError::NotInForce => ("quy tắc chưa có hiệu lực", "nobody put the rule in force"),
        SharingStepError::Paused => ("quy tắc đang tạm dừng", "the rule is paused"),
        SharingStepError::NotPaused => ("quy tắc không tạm dừng", "the rule is not paused"),
        SharingStepError::Ended => ("quy tắc đã kết thúc", "the rule is over"),
        SharingStepError::PlanOver => (
            "lần chia sẻ này không còn chờ: đã gửi, đã bỏ, hoặc không có gì để gửi",
            "this sharing does not wait any more: it left, was dropped, or there was nothing to tell",
        ),
        SharingStepError::PlanHeld => ("lần chia sẻ này đã được giữ lại", "this sharing is held back already"),
    };
    Refusal::new("sharing-step", vi, en)
}
