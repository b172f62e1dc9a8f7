//! Personal data is masked in texts that leave the node.
//!
//! What a reviewer writes may quote what they saw. The detectors that judge posts look through it, for every kind of
//! personal data whatever the policy looks for, and from a low confidence on: a number that is masked in vain costs little, and
//! one that is a telephone all the same, as beside a one-time code, cannot be taken back.
//! References of the platform that are known to be a person's are masked where they stand. Names in running text are
//! nothing that a detector finds; that they are not to be written is said where the facts are.

use std::ops::Range;

use anlanh_screen::fold::Folded;
use anlanh_screen::personal::Detectors;
use anlanh_screen::{Identifier, PersonalKind, Place, Signals};

/// What stands in the place of what was masked.
pub(crate) const MASKED: &str = "[đã che]";
/// From which confidence on something is masked, in percent.
const CONFIDENCE: u8 = 30;
/// Shorter references are common words and numbers.
const SHORTEST_REFERENCE: usize = 3;

/// Masks texts, with the memory that this takes.
#[derive(Debug)]
pub(crate) struct Mask {
    detectors: Detectors,
    folded: Folded,
    signals: Signals,
}

impl Mask {
    pub(crate) fn new() -> Self {
        let identifiers = PersonalKind::ALL.map(|kind| Identifier {
            kind,
            min_confidence: CONFIDENCE,
        });
        Self {
            detectors: Detectors::compile(&identifiers),
            folded: Folded::new(),
            signals: Signals::default(),
        }
    }

    /// The text with personal data and these references masked.
    pub(crate) fn mask(&mut self, text: &str, references: &[&str]) -> String {
        let mut ranges = self.personal_data(text);
        for reference in references {
            if reference.len() >= SHORTEST_REFERENCE {
                let found = text.match_indices(reference);
                ranges.extend(found.map(|(start, found)| start..start + found.len()));
            }
        }
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for range in ranges {
            if range.start >= at {
                out.push_str(text.get(at..range.start).unwrap_or_default());
                out.push_str(MASKED);
            }
            at = at.max(range.end);
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    fn personal_data(&mut self, text: &str) -> Vec<Range<usize>> {
        if !self.detectors.may_hold(text) {
            return Vec::new();
        }
        self.signals.clear();
        self.folded.fold(text);
        self.detectors.scan(text, &self.folded, &mut self.signals);
        let found = self.signals.as_slice().iter();
        let found = found.filter_map(|signal| match signal.place {
            Place::Text(span) => Some(usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?),
            Place::Link(_) => None,
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_who_somebody_is_is_masked_and_the_rest_is_not() {
        let check = |text: &str, references: &[&str], expected: &str| {
            assert_eq!(Mask::new().mask(text, references), expected);
        };
        check("Đòi mã OTP để nhận thưởng.", &["u-77"], "Đòi mã OTP để nhận thưởng.");
        check("Gọi 0901234567 để nhận.", &[], "Gọi [đã che] để nhận.");
        check(
            "Gọi 0901234567 hoặc viết tới nan.nhan@vi-du.example",
            &[],
            "Gọi [đã che] hoặc viết tới [đã che]",
        );
        check(
            "Tài khoản u-77 đăng lại; u-77 đã bị nhắc.",
            &["u-77"],
            "Tài khoản [đã che] đăng lại; [đã che] đã bị nhắc.",
        );
        // What two masks have in common is masked once.
        check("Gọi 0901234567.", &["4567"], "Gọi [đã che].");
        check("Bài số 12", &["12", ""], "Bài số 12");
        check(
            "Bài đăng hỏi mã OTP, số 0901234567.",
            &[],
            "Bài đăng hỏi mã OTP, số [đã che].",
        );
        for plain in [
            "5 bài trong 30 ngày, từ 12/10/2026 đến 21/11/2026.",
            "Hứa trả 1.500.000 đồng sau 24 giờ.",
            "Vi phạm khoản 8 Điều 35 Nghị định 147/2024/NĐ-CP (luat-116-2025/7.2.dd).",
        ] {
            check(plain, &[], plain);
        }
        check("", &["u-77"], "");
    }
}
