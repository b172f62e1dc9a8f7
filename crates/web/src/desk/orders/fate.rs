//! What became of what an order names, in words: every measure by every state, in one table.
//!
//! What an order did and is lifted is said to be undone, and not that the thing is back: a decision of a person, or another
//! order, may hold it still. What was done by hand is undone by nobody here.

use anlanh_model::{ContestGround, IssuedFate, OrderKind, TargetState};

use super::say::ground;
use crate::desk::words::Words;

/// How far the measure of an order has come for one target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing was done yet.
    Open,
    /// Somebody did it, and a second person is to confirm it.
    Proposed,
    /// It was decided, and the platform's systems have not said that it was done.
    UnderWay,
    /// The platform's systems could not do it.
    Failed,
    /// It was done.
    Done,
    /// It was contested.
    Contested,
    /// It was done, and is lifted.
    Undone,
    /// It was not done, and is not to be.
    Dropped,
}

impl Fate {
    /// Every one.
    #[cfg(test)]
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Proposed,
        Self::UnderWay,
        Self::Failed,
        Self::Done,
        Self::Contested,
        Self::Undone,
        Self::Dropped,
    ];

    /// That of a target, of which some step may say that it was carried out.
    pub const fn of(state: TargetState, was: Done) -> Self {
        match (state, was) {
            (TargetState::Open, _) => Self::Open,
            (TargetState::Proposed { .. }, _) => Self::Proposed,
            (TargetState::UnderWay { .. }, _) => Self::UnderWay,
            (TargetState::Failed { .. }, _) => Self::Failed,
            (TargetState::Executed { .. }, _) => Self::Done,
            (TargetState::Contested { .. }, _) => Self::Contested,
            (TargetState::Lifted { .. }, Done::Once) => Self::Undone,
            (TargetState::Lifted { .. }, Done::Never) => Self::Dropped,
        }
    }

    /// That of a target of which the platform tells.
    pub const fn told(fate: IssuedFate, was: Done) -> Self {
        match (fate, was) {
            (IssuedFate::Open, _) => Self::Open,
            (IssuedFate::Proposed, _) => Self::Proposed,
            (IssuedFate::UnderWay, _) => Self::UnderWay,
            (IssuedFate::Failed, _) => Self::Failed,
            (IssuedFate::Executed, _) => Self::Done,
            (IssuedFate::Contested, _) => Self::Contested,
            (IssuedFate::Lifted, Done::Once) => Self::Undone,
            (IssuedFate::Lifted, Done::Never) => Self::Dropped,
        }
    }
}

/// Whether a target was ever carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was.
    Once,
    /// It was not.
    Never,
}

impl Done {
    /// By the steps of an order: the key of what happened, the number of the target it was about, and keys that say more.
    pub fn by<'s>(steps: impl Iterator<Item = (&'s str, Option<u32>, &'s str)>, number: u32) -> Self {
        let mut steps = steps;
        let is_done = |(kind, target, detail): (&str, Option<u32>, &str)| {
            kind == "executed" && target == Some(number) && detail != "proposed"
        };
        if steps.any(is_done) { Self::Once } else { Self::Never }
    }
}

/// The words for a measure that is open, done and undone, Vietnamese and English each.
struct Said {
    open: [&'static str; 2],
    done: [&'static str; 2],
    undone: [&'static str; 2],
}

const fn said(kind: OrderKind) -> Said {
    match kind {
        OrderKind::Remove => Said {
            open: ["Chưa gỡ bỏ", "Not removed yet"],
            done: ["Đã gỡ bỏ", "Removed"],
            undone: ["Đã hủy việc gỡ bỏ", "Removal undone"],
        },
        OrderKind::StopSharing => Said {
            open: ["Chưa ngừng chia sẻ", "Shared still"],
            done: ["Đã ngừng chia sẻ", "Shared no more"],
            undone: ["Đã hủy việc ngừng chia sẻ", "Stop of sharing undone"],
        },
        OrderKind::BlockAccess => Said {
            open: ["Chưa chặn truy cập", "Not blocked yet"],
            done: ["Đã chặn truy cập", "Blocked"],
            undone: ["Đã hủy việc chặn truy cập", "Block undone"],
        },
        OrderKind::Lock => Said {
            open: ["Chưa khóa", "Not locked yet"],
            done: ["Đã khóa", "Locked"],
            undone: ["Đã hủy việc khóa", "Lock undone"],
        },
        OrderKind::Restore => Said {
            open: ["Chưa khôi phục", "Not restored yet"],
            done: ["Đã khôi phục", "Restored"],
            undone: ["Đã hủy việc khôi phục", "Restoration undone"],
        },
        OrderKind::Correction => Said {
            open: ["Chưa đăng cải chính", "No correction published yet"],
            done: ["Đã đăng cải chính", "Correction published"],
            undone: [
                "Đã đăng cải chính, nay không còn yêu cầu",
                "Correction published, and asked for no more",
            ],
        },
        OrderKind::KeepEvidence => Said {
            open: ["Chưa lưu giữ chứng cứ", "Evidence not kept yet"],
            done: ["Đang lưu giữ chứng cứ", "Evidence kept"],
            undone: ["Đã thôi lưu giữ chứng cứ", "Evidence kept no more"],
        },
        OrderKind::ProvideInformation => Said {
            open: ["Chưa cung cấp thông tin", "Information not provided yet"],
            done: ["Đã cung cấp thông tin", "Information provided"],
            undone: [
                "Đã cung cấp thông tin, nay không còn yêu cầu",
                "Information provided, and asked for no more",
            ],
        },
        OrderKind::WarnUsers => Said {
            open: ["Chưa cảnh báo người dùng", "Users not warned yet"],
            done: ["Đã cảnh báo người dùng", "Users warned"],
            undone: [
                "Đã cảnh báo người dùng, nay không còn yêu cầu",
                "Users warned, and that asked for no more",
            ],
        },
    }
}

/// What became of a measure, in words that stand alone.
pub const fn word(words: Words, kind: OrderKind, fate: Fate) -> &'static str {
    let said = said(kind);
    let [vi, en] = match fate {
        Fate::Open => said.open,
        Fate::Proposed => ["Chờ người thứ hai xác nhận", "Waits for a second person"],
        Fate::UnderWay => [
            "Đã quyết định; hệ thống của nền tảng chưa báo",
            "Decided; the platform's systems have not reported",
        ],
        Fate::Failed => [
            "Hệ thống của nền tảng báo không làm được",
            "The platform's systems could not do it",
        ],
        Fate::Done => said.done,
        Fate::Contested => ["Phản đối", "Contested"],
        Fate::Undone => said.undone,
        Fate::Dropped => ["Không còn yêu cầu", "Asked for no more"],
    };
    words.pick(vi, en)
}

/// The same of a target of an order that came in, with the ground or the moment.
pub fn target(words: Words, kind: OrderKind, state: TargetState, was: Done) -> String {
    let word = word(words, kind, Fate::of(state, was));
    match state {
        TargetState::Open | TargetState::Proposed { .. } => word.to_owned(),
        TargetState::UnderWay { at }
        | TargetState::Failed { at }
        | TargetState::Executed { at }
        | TargetState::Lifted { at } => {
            format!("{word} ({})", words.moment(at).absolute)
        }
        TargetState::Contested { ground: why, .. } => contested(words, word, why),
    }
}

fn contested(words: Words, word: &str, why: ContestGround) -> String {
    format!("{word}: {}", ground(words, why))
}

#[cfg(test)]
mod tests {
    use anlanh_api::Language;
    use anlanh_model::{OrderKind, Time};

    use super::{Fate, word};
    use crate::desk::words::Words;

    /// By what a measure is known, in Vietnamese and English.
    fn known_by(kind: OrderKind) -> [&'static str; 2] {
        match kind {
            OrderKind::Remove => ["gỡ bỏ", "remov"],
            OrderKind::StopSharing => ["chia sẻ", "shar"],
            OrderKind::BlockAccess => ["chặn truy cập", "block"],
            OrderKind::Lock => ["khóa", "lock"],
            OrderKind::Restore => ["khôi phục", "restor"],
            OrderKind::Correction => ["cải chính", "correction"],
            OrderKind::KeepEvidence => ["chứng cứ", "evidence"],
            OrderKind::ProvideInformation => ["thông tin", "information"],
            OrderKind::WarnUsers => ["cảnh báo", "warned"],
        }
    }

    #[test]
    fn every_measure_has_its_own_words_for_every_state() {
        for (at, language) in [Language::Vi, Language::En].into_iter().enumerate() {
            let words = Words::new(language, Time::from_seconds(0), 420);
            let mut all = Vec::new();
            for kind in OrderKind::ALL.iter().copied() {
                let of = |fate| word(words, kind, fate);
                for fate in Fate::ALL {
                    let said = of(fate);
                    assert!(said.starts_with(char::is_uppercase), "{said}");
                    let is_own = matches!(fate, Fate::Open | Fate::Done | Fate::Undone);
                    let names = |other: OrderKind| said.to_lowercase().contains(known_by(other)[at]);
                    assert_eq!(names(kind), is_own, "{kind:?} {fate:?}: {said}");
                    let others = OrderKind::ALL.iter().copied().filter(|other| *other != kind);
                    // A block is written with a lock in English.
                    let mut others = others.filter(|other| (kind, *other) != (OrderKind::BlockAccess, OrderKind::Lock));
                    assert!(!others.any(names), "{kind:?} {fate:?} speaks of another: {said}");
                    if is_own {
                        all.push(said);
                    }
                }
                // What is done is not said of what is to be done, and nothing is back because it is undone.
                let (open, done, undone) = (of(Fate::Open), of(Fate::Done), of(Fate::Undone));
                assert!(open != done && done != undone && open != undone);
            }
            let count = all.len();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), count, "no two pairs are said alike");
        }
    }
}
