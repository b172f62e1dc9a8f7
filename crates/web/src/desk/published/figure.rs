//! Figures and their keys in words.

use anlanh_app::published::Figure;
use anlanh_model::{Cause, Detection, MeasureKind, OrderKind, Outcome, Party, TargetKind};
use anlanh_screen::Action;

use crate::desk::words::Words;
use crate::page::names::Names;

/// What a figure is called.
pub(super) const fn heading(words: Words, figure: Figure) -> &'static str {
    match figure {
        Figure::Items => words.pick("Nội dung được sàng lọc tự động", "Items screened automatically"),
        Figure::Reports => words.pick("Phản ánh theo loại", "Reports by kind"),
        Figure::ReportsByState => words.pick("Phản ánh đã đi đến đâu", "What became of reports"),
        Figure::Decisions => words.pick("Quyết định", "Decisions"),
        Figure::DecisionsReversed => words.pick("Quyết định bị hủy hoặc thay đổi", "Decisions taken back or changed"),
        Figure::DecisionsByCategory => {
            words.pick("Quyết định còn hiệu lực, theo loại", "Decisions that stand, by kind")
        }
        Figure::DecisionsByCause => words.pick("Vì sao được xem", "Why it was looked at"),
        Figure::DecisionsByDetection => words.pick("Ai phát hiện", "Who found it"),
        Figure::Measures => words.pick(
            "Biện pháp với tài khoản, trang, nhóm, kênh",
            "Measures on accounts, pages, groups, channels",
        ),
        Figure::MeasuresReversed => words.pick("Biện pháp bị hủy", "Measures taken back"),
        Figure::Appeals => words.pick("Ai khiếu nại", "Who appealed"),
        Figure::AppealsByState => words.pick("Khiếu nại được trả lời thế nào", "How appeals were answered"),
        Figure::Orders => words.pick("Yêu cầu của cơ quan có thẩm quyền", "Orders of authorities"),
        Figure::InformationRequests => words.pick(
            "Yêu cầu cung cấp thông tin người dùng",
            "Requests for information about users",
        ),
        Figure::InformationWhole => words.pick("Đã cung cấp toàn bộ", "Answered in whole"),
        Figure::InformationPart => words.pick("Đã cung cấp một phần", "Answered in part"),
        Figure::InformationRefused => words.pick("Từ chối cung cấp", "Refused"),
        Figure::InformationTargets => words.pick(
            "Đối tượng bị yêu cầu cung cấp thông tin",
            "Accounts and items that were asked about",
        ),
        Figure::InformationMedianHours => words.pick(
            "Trung vị thời gian trả lời yêu cầu thông tin, tính bằng giờ",
            "Median to answer a request for information, in hours",
        ),
        Figure::ClocksMet => words.pick("Xử lý đúng hạn", "Deadlines kept"),
        Figure::ClocksBreached => words.pick("Quá hạn", "Deadlines that ran out"),
        Figure::ClocksRunning => words.pick("Thời hạn đang chạy", "Deadlines still running"),
        Figure::MedianMinutes => words.pick("Trung vị, tính bằng phút", "Median, in minutes"),
    }
}

/// What a key of a figure is called; none where nothing is known by it.
pub(super) fn label(words: Words, names: Names<'_>, figure: Figure, key: &str) -> Option<String> {
    let word = match figure {
        Figure::Items => names.action(Action::from_key(key)?),
        Figure::Reports => return names.reportable(key),
        Figure::ReportsByState => state(words, key)?,
        Figure::Decisions | Figure::DecisionsReversed => words.outcome(Outcome::from_key(key)?),
        Figure::DecisionsByCategory => return names.known_category(key),
        Figure::DecisionsByCause => cause(words, Cause::from_key(key)?),
        Figure::DecisionsByDetection => match Detection::from_key(key)? {
            Detection::Automatic => words.pick("Quy tắc tự động", "Automatic rule"),
            Detection::Person => words.pick("Con người", "Person"),
        },
        Figure::Measures | Figure::MeasuresReversed => {
            let (target, kind) = key.split_once('.')?;
            let (target, kind) = (TargetKind::from_key(target)?, MeasureKind::from_key(kind)?);
            return Some(format!("{}: {}", words.target(target), words.measure(kind)));
        }
        Figure::Appeals => match Party::from_key(key)? {
            Party::Author => words.pick("Người đăng", "Author"),
            Party::Reporter => words.pick("Người phản ánh", "Reporter"),
            Party::Owner => words.pick("Chủ trang, nhóm, kênh", "Owner of a page, group or channel"),
        },
        Figure::AppealsByState => appeal(words, key)?,
        Figure::Orders => crate::desk::orders::kind(words, OrderKind::from_key(key)?),
        Figure::InformationRequests
        | Figure::InformationWhole
        | Figure::InformationPart
        | Figure::InformationRefused
        | Figure::InformationTargets
        | Figure::InformationMedianHours => return names.known_office(key),
        Figure::ClocksMet | Figure::ClocksBreached | Figure::ClocksRunning => return names.clock(key),
        Figure::MedianMinutes => return None,
    };
    Some(word.to_owned())
}

/// Why a case was opened, in a few words.
const fn cause(words: Words, cause: Cause) -> &'static str {
    match cause {
        Cause::Review => words.pick("Quy tắc yêu cầu người xem", "A rule asked for a person"),
        Cause::Acted => words.pick("Quy tắc đã tự xử lý trước", "A rule had acted first"),
        Cause::Braked => words.pick("Quy tắc tự động bị hãm lại", "An automatic rule was held back"),
        Cause::Undecided => words.pick("Máy không xét được hết", "Could not be judged in full"),
        Cause::Request => words.pick("Một người yêu cầu", "A person asked"),
        Cause::Report => words.pick("Phản ánh", "Report"),
        Cause::Ladder => words.pick("Đủ số lần vi phạm để khóa", "Enough violations for a lock"),
        Cause::Appeal => words.pick("Khiếu nại", "Appeal"),
        Cause::Order => words.pick("Yêu cầu của cơ quan có thẩm quyền", "Order of an authority"),
        Cause::Owner => words.pick("Chủ trang, nhóm, kênh quá hạn gỡ", "Owner missed the deadline"),
        Cause::Evasion => words.pick("Dấu hiệu né lệnh khóa", "Signs of an evaded lock"),
    }
}

/// What became of an appeal, in a few words.
fn appeal(words: Words, key: &str) -> Option<&'static str> {
    Some(match key {
        "open" => words.pick("Đang xem xét", "Being looked at"),
        "upheld" => words.pick("Giữ nguyên quyết định", "Decision upheld"),
        "reversed" => words.pick("Hủy quyết định", "Decision reversed"),
        "changed" => words.pick("Thay đổi quyết định", "Decision changed"),
        "withdrawn" => words.pick("Người khiếu nại rút lại", "Withdrawn"),
        _ => return None,
    })
}

/// What became of a report, in a few words.
fn state(words: Words, key: &str) -> Option<&'static str> {
    Some(match key {
        "upheld" => words.pick("Vi phạm", "Broke the rules"),
        "upheld_reversed" => words.pick(
            "Vi phạm; quyết định sau đó bị hủy hoặc thay đổi",
            "Broke the rules; decision taken back or changed later",
        ),
        "rejected" => words.pick("Không vi phạm", "Broke no rule"),
        "rejected_reversed" => words.pick(
            "Không vi phạm; quyết định sau đó thay đổi",
            "Broke no rule; decision changed later",
        ),
        "open" => words.pick("Đang xem xét", "Being looked at"),
        "unconfirmed" => words.pick("Chờ xác nhận địa chỉ", "Waiting for a confirmed address"),
        "lapsed" => words.pick("Địa chỉ không được xác nhận", "Address was never confirmed"),
        _ => return None,
    })
}
