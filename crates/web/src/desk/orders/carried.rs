//! What stands between the decision on a target and its being carried out, in words.

use anlanh_app::order::OrderView;
use anlanh_model::{OrderTarget, TargetState, Time};

use super::say;
use crate::desk::words::Words;

/// What became of a target, with what the platform's systems said of it.
pub fn state(words: Words, view: &OrderView, target: &OrderTarget) -> String {
    let state = say::target_state(words, target.state);
    match (
        target.state,
        view.delivered_at(target.number),
        view.problem(target.number),
    ) {
        (TargetState::UnderWay { .. }, Some(at), _) => format!(
            "{state}. {} {}",
            words.pick("Hệ thống đã nhận lúc", "Their systems took it at"),
            words.moment(at).absolute
        ),
        (TargetState::Failed { .. }, _, Some(problem)) => format!("{state}: {problem}"),
        (_, _, _) => state,
    }
}

/// Decided, and nobody said yet that it was done.
pub fn under_way(words: Words, at: Time) -> String {
    format!(
        "{} {}",
        words.pick(
            "Đã quyết định; hệ thống của nền tảng chưa báo, từ",
            "Decided; the platform's systems have not reported, since"
        ),
        words.moment(at).absolute
    )
}

/// The platform's systems could not do it.
pub fn failed(words: Words, at: Time) -> String {
    let failed = words.pick(
        "Hệ thống của nền tảng báo không làm được lúc",
        "The platform's systems could not do it, said at",
    );
    format!("{failed} {}", words.moment(at).absolute)
}

/// What is asked of whoever says that a target was carried out.
pub const fn evidence(words: Words, state: TargetState) -> (&'static str, &'static str) {
    match state {
        TargetState::UnderWay { .. } | TargetState::Failed { .. } => (
            words.pick(
                "Ai đã làm, đã kiểm tra thế nào",
                "Who did it, and how that was looked at",
            ),
            words.pick("Xác nhận đã thực hiện", "Confirm that it was carried out"),
        ),
        TargetState::Open
        | TargetState::Proposed { .. }
        | TargetState::Executed { .. }
        | TargetState::Contested { .. }
        | TargetState::Lifted { .. } => (
            words.pick("Đã làm gì, chứng cứ", "What was done, and evidence"),
            words.pick("Ghi đã làm thủ công", "Note what was done by hand"),
        ),
    }
}

/// What the button says that carries a target out, or has it tried again.
pub const fn execute(words: Words, state: TargetState) -> &'static str {
    match state {
        TargetState::Failed { .. } => words.pick(
            "Báo lại cho hệ thống của nền tảng, đối tượng",
            "Tell the platform's systems again, target",
        ),
        TargetState::Open
        | TargetState::Proposed { .. }
        | TargetState::UnderWay { .. }
        | TargetState::Executed { .. }
        | TargetState::Contested { .. }
        | TargetState::Lifted { .. } => words.pick("Thực hiện", "Carry out"),
    }
}
