//! What stands between the decision on a target and its being carried out, in words.

use anlanh_app::order::OrderView;
use anlanh_model::{OrderTarget, TargetState};

use super::{fate, was_done};
use crate::desk::words::Words;

/// What became of a target, with what the platform's systems said of it.
pub fn state(words: Words, view: &OrderView, target: &OrderTarget) -> String {
    let was = was_done(view, target.number);
    let state = fate::target(words, view.row.order.kind, target.state, was);
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

/// What is asked of whoever says that a target was carried out.
pub const fn evidence(words: Words, state: TargetState) -> (&'static str, &'static str) {
    match state {
        TargetState::UnderWay { .. } | TargetState::Failed { .. } => (
            words.pick(
                "Ai đã thực hiện, đã kiểm tra bằng cách nào",
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
            words.pick("Ghi nhận đã làm thủ công", "Note what was done by hand"),
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
