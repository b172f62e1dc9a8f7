//! Orders of this node's office in words.

use anlanh_app::issued::Step;
use anlanh_model::{ClockEnd, ContestGround, IssuedFate, IssuedState, OrderKind, StatutoryClock};

use crate::desk::orders::fate::{self as table, Done, Fate};
use crate::desk::orders::say as orders;
use crate::desk::words::Words;

pub fn state(words: Words, state: IssuedState) -> String {
    let plain = match state {
        IssuedState::Draft => words.pick("Dự thảo", "Draft"),
        IssuedState::Signed => words.pick("Đã ký, đang gửi", "Signed, on its way"),
        IssuedState::Received => words.pick("Nền tảng đã nhận", "Received by the platform"),
        IssuedState::Refused => words.pick("Không được tiếp nhận", "Not taken"),
        IssuedState::UnderWay => words.pick("Đang thực hiện", "Being carried out"),
        IssuedState::Contested { ground } => {
            let contested = words.pick("Nền tảng phản đối", "Contested");
            return format!("{contested}: {}", orders::ground(words, ground));
        }
        IssuedState::Answered => words.pick("Đã trả lời", "Answered"),
        IssuedState::Withdrawn => words.pick("Đã thu hồi", "Withdrawn"),
        IssuedState::Expired => words.pick("Đã hết hiệu lực", "Expired"),
        IssuedState::Discarded => words.pick("Dự thảo đã bỏ", "Draft thrown away"),
    };
    plain.to_owned()
}

/// The class of a state in the style sheet.
pub const fn tone(state: IssuedState) -> &'static str {
    match state {
        IssuedState::Draft | IssuedState::Signed => "waits",
        IssuedState::Received | IssuedState::UnderWay | IssuedState::Answered => "good",
        IssuedState::Contested { .. } | IssuedState::Refused => "bad",
        IssuedState::Withdrawn | IssuedState::Expired | IssuedState::Discarded => "quiet",
    }
}

/// How much time is left, or by how much it is too late.
pub fn left(words: Words, clock: &StatutoryClock) -> String {
    let minutes = clock.due_at.minutes_since(words.now());
    let span = words.span(minutes.unsigned_abs());
    let span = span.unwrap_or_else(|| words.pick("chưa đến 1 phút", "under a minute").to_owned());
    match clock.end {
        ClockEnd::Running if minutes >= 0 => format!("{} {span}", words.pick("Còn", "Left:")),
        ClockEnd::Running | ClockEnd::Breached { late: None, .. } => {
            format!("{} {span}", words.pick("Quá hạn", "Late by"))
        }
        ClockEnd::Met(_) => words.pick("Đúng hạn", "In time").to_owned(),
        ClockEnd::Breached { late: Some(at), .. } => {
            let late = words.span(at.minutes_since(clock.due_at).unsigned_abs());
            let late = late.unwrap_or_else(|| words.pick("chưa đến 1 phút", "under a minute").to_owned());
            format!("{} {late}", words.pick("Hoàn thành, trễ", "Done, late by"))
        }
    }
}

/// What the platform says became of a target, and the class of that in the style sheet.
pub const fn fate(words: Words, kind: OrderKind, fate: IssuedFate, was: Done) -> (&'static str, &'static str) {
    let tone = match fate {
        IssuedFate::Open => return (words.pick("Chưa có tin báo", "Nothing yet"), "quiet"),
        IssuedFate::Proposed | IssuedFate::UnderWay => "waits",
        IssuedFate::Executed => "good",
        IssuedFate::Failed | IssuedFate::Contested => "bad",
        IssuedFate::Lifted => "quiet",
    };
    (table::word(words, kind, Fate::told(fate, was)), tone)
}

/// A message by the key of its kind.
pub fn message(words: Words, key: &str) -> String {
    let known = match key {
        "order" => words.pick("Yêu cầu", "Order"),
        "amend" => words.pick("Sửa đổi", "Amendment"),
        "withdraw" => words.pick("Thu hồi", "Withdrawal"),
        "remind" => words.pick("Đôn đốc", "Reminder"),
        other => other,
    };
    known.to_owned()
}

/// What became of a message there, and the class of that in the style sheet.
pub fn outcome(words: Words, outcome: Option<&str>, reason: Option<&str>) -> (String, &'static str) {
    match outcome {
        None => (
            words
                .pick("chưa có biên nhận, nút tự gửi lại", "no receipt yet, it is sent again")
                .to_owned(),
            "waits",
        ),
        Some("refused") => {
            let refused = words.pick("không được tiếp nhận", "not taken");
            let why = reason.map(|key| format!(": {}", refusal(words, key)));
            (format!("{refused}{}", why.unwrap_or_default()), "bad")
        }
        Some(_) => (words.pick("đã nhận", "received").to_owned(), "good"),
    }
}

/// Why a node did not take a message, by the key that its receipt has.
pub fn refusal(words: Words, key: &str) -> String {
    let known = match key {
        "not_permitted" => words.pick("không được phép", "it is not permitted"),
        "unknown_order" => words.pick("nút nhận không có yêu cầu này", "it knows no such order"),
        "unknown_office" => words.pick(
            "chính sách của nút nhận không có cơ quan này",
            "its policy has no such office",
        ),
        "unknown_category" => words.pick(
            "chính sách của nút nhận không có nhóm vi phạm này",
            "its policy has no such category",
        ),
        "unknown_basis" => words.pick(
            "chính sách của nút nhận không có căn cứ này",
            "its policy has no such article",
        ),
        "unknown_key" => words.pick(
            "nút nhận không biết một mã nêu trong yêu cầu",
            "it does not know a key in it",
        ),
        "bad_text" => words.pick("có đoạn văn bản không hợp lệ", "a text in it is none"),
        "bad_reference" | "bad_targets" => words.pick("có đối tượng không hợp lệ", "a target in it is none"),
        "no_deadline" => words.pick(
            "chính sách của nút nhận không có thời hạn cho yêu cầu này",
            "its policy has no deadline for it",
        ),
        "bad_fields" => words.pick(
            "có loại thông tin mà chính sách của nút nhận không cho phép yêu cầu",
            "its policy knows no such field of information",
        ),
        "bad_period" => words.pick(
            "khoảng thời gian cần cung cấp không hợp lệ: chưa qua hết, bị đảo hoặc quá dài",
            "the period of the information is none: not over, reversed or too long",
        ),
        "too_many_subjects" => words.pick(
            "quá nhiều đối tượng cho một yêu cầu cung cấp thông tin",
            "too many targets for an order to provide information",
        ),
        "not_information" => words.pick(
            "có nêu thông tin cần cung cấp, nhưng nội dung yêu cầu là việc khác",
            "it says what to tell about users, and orders something else",
        ),
        "bad_moment" => words.pick("có thời điểm không hợp lệ", "a moment in it is none"),
        "order_done" => words.pick(
            "mọi đối tượng đã được thực hiện: yêu cầu thêm là một yêu cầu mới, hoặc thu hồi",
            "every target is carried out: more is a new order, or withdraw it",
        ),
        "order_over" => words.pick("yêu cầu đã kết thúc ở nút nhận", "the order is over there"),
        "not_their_office" => words.pick(
            "nút nhận không công nhận nút này phát ngôn cho cơ quan đó",
            "it does not take this node for that office's",
        ),
        "refused" => words.pick("nút nhận từ chối", "it refuses"),
        other => other,
    };
    known.to_owned()
}

/// A step, with its target.
pub fn step(words: Words, step: &Step) -> String {
    let what = if step.actor_kind == "peer" {
        theirs(words, step)
    } else {
        ours(words, step)
    };
    match step.target {
        Some(number) => format!("{what} ({} {number})", words.pick("đối tượng", "target")),
        None => what,
    }
}

/// What this side did, or noted.
fn ours(words: Words, step: &Step) -> String {
    let plain = match step.kind.as_str() {
        "drafted" => words.pick("Soạn dự thảo", "Drafted"),
        "rewritten" => words.pick("Sửa dự thảo", "Draft changed"),
        "discarded" => words.pick("Bỏ dự thảo", "Draft thrown away"),
        "signed" if step.detail == "alone" => words.pick(
            "Ký và gửi; một người soạn và ký, vì không ai khác có quyền ký",
            "Signed and sent by whoever wrote it, since nobody else may sign",
        ),
        "signed" => words.pick("Ký và gửi", "Signed and sent"),
        "number_again" => words.pick(
            "Ký với số đã dùng trong năm, sau khi xem yêu cầu trước",
            "Signed under a number used this year, after a look at the order before",
        ),
        "reminded" => words.pick("Đôn đốc", "Reminded"),
        "amended" => words.pick(
            "Sửa đổi; có hiệu lực khi nút của nền tảng tiếp nhận",
            "Amended; holds once the platform's node has taken it",
        ),
        "withdrawn" if step.detail == "not_told" => words.pick(
            "Thu hồi; nút của nền tảng đang bị ngắt nên chưa được báo",
            "Withdrawn; the platform's node is cut off and not told",
        ),
        "withdrawn" => words.pick("Thu hồi", "Withdrawn"),
        "clock_warned" => words.pick("Sắp hết hạn", "The deadline is near"),
        "clock_breached" => words.pick("Quá hạn", "The deadline has passed"),
        _ => return receipts(words, step),
    };
    plain.to_owned()
}

/// What an entry of a public log is about.
pub fn entry(words: Words, entry: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Entry {
        kind: String,
        at: String,
    }
    let Ok(entry) = serde_json::from_str::<Entry>(entry) else {
        return words.pick("Mục", "Entry").to_owned();
    };
    let what = match entry.kind.as_str() {
        "order" => words.pick("Yêu cầu", "Order"),
        "amendment" => words.pick("Sửa đổi", "Amendment"),
        "answer" => words.pick("Trả lời", "Answer"),
        _ => words.pick("Mục", "Entry"),
    };
    format!("{what}, {}", entry.at)
}

/// What a receipt says.
fn receipts(words: Words, step: &Step) -> String {
    match step.kind.as_str() {
        "received" => words
            .pick("Nút của nền tảng xác nhận đã nhận", "The platform's node received it")
            .to_owned(),
        "refused" => format!(
            "{}: {}",
            words.pick(
                "Nút của nền tảng không tiếp nhận",
                "The platform's node did not take it"
            ),
            refusal(words, &step.detail)
        ),
        "delivered" => format!(
            "{}: {}",
            words.pick("Đã đến nút của nền tảng", "Reached the platform's node"),
            message(words, &step.detail)
        ),
        "not_taken" => format!(
            "{}: {}",
            words.pick("Thông điệp không được tiếp nhận", "A message was not taken"),
            refusal(words, &step.detail)
        ),
        other => other.to_owned(),
    }
}

/// What the platform says that it did.
fn theirs(words: Words, step: &Step) -> String {
    let what = match step.kind.as_str() {
        "authenticated" => words.pick("Xác thực chữ ký", "Signature authenticated"),
        "checked" => words.pick("Xác nhận đúng thẩm quyền, căn cứ", "Scope confirmed"),
        "taken" => words.pick("Đã có người nhận xử lý", "Taken in hand"),
        "executed" if step.detail == "proposed" => words.pick("Chờ người thứ hai", "Waits for a second person"),
        "executed" => words.pick("Đã thực hiện", "Carried out"),
        "decided" => words.pick("Đã quyết định, chưa báo làm xong", "Decided, not said to be done"),
        "failed" => words.pick("Báo chưa thực hiện được", "Said not to be carried out"),
        "contested" => {
            let contested = words.pick("Phản đối", "Contested");
            return match ContestGround::from_key(&step.detail) {
                Some(ground) => format!("{contested}: {}", orders::ground(words, ground)),
                None => contested.to_owned(),
            };
        }
        "answered" => words.pick("Trả lời", "Answered"),
        "amended" => words.pick("Ghi nhận sửa đổi", "Amendment noted"),
        "withdrawn" => words.pick("Ghi nhận thu hồi", "Withdrawal noted"),
        "lifted" => words.pick("Hủy bỏ biện pháp đã thực hiện", "Lifted"),
        "expired" => words.pick("Hết hiệu lực", "Expired"),
        "clock_breached" => words.pick("Quá hạn, theo nền tảng", "Late, by its own clock"),
        "logged" => words.pick("Ghi vào nhật ký công khai", "In its public log"),
        "clock_corrected" => words.pick("Đã đúng hạn; tin báo đến muộn", "In time; it was heard of late"),
        _ => return receipts(words, step),
    };
    what.to_owned()
}
