//! The course of a change in words: what people did with it, what comes next and when, and what to do where it goes wrong.

use anlanh_api::Language;
use anlanh_app::AuditEntry;
use anlanh_app::audit::REASON;
use anlanh_app::block::ChangeView;
use anlanh_model::{AuditAction, BlockSource, BlockStage, Time};

use super::say;
use crate::console::TimelineLine;
use crate::desk::words::Words;

/// What people did with it, the first thing first.
pub fn history(words: Words, view: &ChangeView) -> Vec<TimelineLine> {
    view.history.iter().map(|entry| line(words, entry)).collect()
}

fn line(words: Words, entry: &AuditEntry) -> TimelineLine {
    let (step, reason) = match entry.detail.split_once(REASON) {
        Some((step, reason)) => (step, Some(reason.to_owned())),
        None => (entry.detail.as_str(), None),
    };
    let what = match (entry.action, step) {
        (AuditAction::ProposeBlocks, _) => words.pick("đề xuất", "proposed it"),
        (_, "approve") => words.pick("duyệt", "approved it"),
        (_, "shadow") => words.pick("cho chạy ngầm", "let it run in shadow"),
        (_, "canary") => words.pick("đưa tới bên thử trước", "gave it to the canary"),
        (_, "canary_urgent") => words.pick(
            "khẩn: bỏ chạy ngầm, đưa tới bên thử trước",
            "urgent: skipped the shadow, gave it to the canary",
        ),
        (_, "enforce") => words.pick("chặn ở mọi nơi", "put it in force"),
        (_, "refuse") => words.pick("từ chối", "refused it"),
        (_, other) => other,
    };
    let who = entry.actor.as_deref().unwrap_or(match entry.actor_kind.as_str() {
        "operator" => words.pick("Người vận hành", "The operator"),
        _ => words.pick("Nút này", "This node"),
    });
    TimelineLine {
        at: words.moment(entry.at),
        what: format!("{who}: {what}"),
        words: reason,
    }
}

/// Who approved it, of how many who must.
pub fn approvers(words: Words, view: &ChangeView) -> String {
    let approved = view
        .history
        .iter()
        .filter(|entry| entry.detail.split(REASON).next() == Some("approve"));
    let names: Vec<&str> = approved.filter_map(|entry| entry.actor.as_deref()).collect();
    let count = say::approvals(words, &view.row);
    if names.is_empty() {
        count
    } else {
        format!("{} ({count})", names.join(", "))
    }
}

/// What comes next, when and on which condition, and what to do where it goes wrong.
pub fn next(words: Words, view: &ChangeView) -> Vec<String> {
    let change = &view.row.change;
    let Some((shadow, canary)) = view.waits else {
        return Vec::new();
    };
    let missing = usize::try_from(change.needed)
        .unwrap_or(usize::MAX)
        .saturating_sub(change.approvals.len());
    let mut said = Vec::new();
    let waits_for_people = matches!(change.stage, BlockStage::Proposed | BlockStage::Shadow { .. });
    if waits_for_people && missing > 0 {
        said.push(match words.language() {
            Language::Vi => format!("Còn thiếu {missing} người duyệt; người đề xuất không tự duyệt."),
            Language::En => format!("{missing} more people are to approve it; whoever proposed it is none of them."),
        });
    }
    match change.stage {
        BlockStage::Proposed if shadow > 0 => said.push(match words.language() {
            Language::Vi => format!("Bước kế: chạy ngầm {shadow} giờ (chỉ đếm, chưa chặn), rồi tới bên thử trước."),
            Language::En => format!("Next: {shadow} hours in shadow (counted, blocking nothing), then the canary."),
        }),
        BlockStage::Shadow { since } => {
            let until = since.plus_minutes(i64::from(shadow) * 60);
            said.push(when(
                words,
                (until, view.seen_at),
                words.pick("Đưa tới bên thử trước được", "It may go to the canary"),
            ));
        }
        BlockStage::Canary { since } => {
            let until = since.plus_minutes(i64::from(canary));
            said.extend(with_canary(words, view, (since, until, canary)));
        }
        BlockStage::InForce { .. } if change_is_taken_back(view) => said.push(
            words
                .pick(
                    "Nếu sai: hoàn tác cả thay đổi, hoặc gỡ từng giá trị trên trang của nó.",
                    "Where it is wrong: take the whole change back, or lift single values on their pages.",
                )
                .to_owned(),
        ),
        BlockStage::Proposed
        | BlockStage::InForce { .. }
        | BlockStage::Refused { .. }
        | BlockStage::RolledBack { .. } => {}
    }
    said
}

/// Whether people take it back; what an order asks for ends with the order.
const fn change_is_taken_back(view: &ChangeView) -> bool {
    match view.row.change.source {
        BlockSource::Hand(_) | BlockSource::Feed(_) => true,
        BlockSource::Order(..) => false,
    }
}

fn with_canary(words: Words, view: &ChangeView, (since, until, minutes): (Time, Time, u32)) -> Vec<String> {
    let began = words.moment(since).absolute;
    let mut said = vec![
        match words.language() {
            Language::Vi => format!("Ở bên thử trước từ {began}, ít nhất {minutes} phút."),
            Language::En => format!("With the canary since {began}, for {minutes} minutes at least."),
        },
        when(
            words,
            (until, view.seen_at),
            words.pick("Chặn ở mọi nơi được", "It may be put in force everywhere"),
        ),
        words
            .pick(
                "Điều kiện: không có lần thăm dò nào của phiên bản này cho kết quả sai. Thay đổi không tự đi tiếp: một người bấm “Chặn ở mọi nơi”.",
                "On the condition that no probe of this version found it wrong. It does not go on by itself: somebody presses “Put it in force”.",
            )
            .to_owned(),
    ];
    if view.is_wrong {
        said.push(
            words
                .pick(
                    "Hiện có một lần thăm dò cho kết quả sai: chưa đi tiếp được.",
                    "A probe found it wrong now: it does not go on.",
                )
                .to_owned(),
        );
    }
    said.push(
        words
            .pick(
                "Nếu sai (chặn nhầm, người dùng kêu): hoàn tác ngay để bỏ chặn cả thay đổi, hoặc gỡ từng giá trị trên trang của nó.",
                "Where it is wrong (something good is blocked, users complain): take it back at once, or lift single values on their pages.",
            )
            .to_owned(),
    );
    said
}

fn when(words: Words, (until, now): (Time, Time), what: &str) -> String {
    let moment = words.moment(until);
    let from = if now < until {
        words.pick("từ", "from")
    } else {
        words.pick("ngay: đã đủ thời gian lúc", "now: its time was over at")
    };
    let relative = if now < until {
        format!(" ({})", moment.relative)
    } else {
        String::new()
    };
    format!("{what} {from} {}{relative}.", moment.absolute)
}
