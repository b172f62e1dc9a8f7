//! Why patterns are not matched, in both languages: of pages and of the command line alike.

use anlanh_soc::PatternRefusal;
use anlanh_soc::limits::{
    MAX_PATTERN_PARTS, MAX_PATTERNS, MAX_PATTERNS_OF_VALUE, MAX_REMEMBERED_EVENTS, MAX_SCANNED_PATTERNS,
};

use super::matched::{MAX_FEED_PARTS, MAX_NODE_PARTS, MAX_NODE_REGEXES, PatternTrouble};

/// Why a pattern is refused, in Vietnamese and in English.
#[must_use]
pub fn refusal_words(refusal: PatternRefusal) -> (String, String) {
    let vietnamese = match refusal {
        PatternRefusal::SeveralEvents => "mẫu đòi hỏi nhiều sự kiện, mà mỗi sự kiện được đối chiếu riêng".to_owned(),
        PatternRefusal::Time => "mẫu đòi hỏi thời điểm, mà sự kiện không được đối chiếu theo thời điểm".to_owned(),
        PatternRefusal::Property => "mẫu nêu thuộc tính mà sự kiện không được đối chiếu".to_owned(),
        PatternRefusal::Never => "mẫu đòi hỏi một đối tượng thuộc hai loại cùng lúc, điều không thể có".to_owned(),
        PatternRefusal::Regex => {
            "mẫu có biểu thức chính quy sai, quá lớn hoặc không chạy được trong thời gian tuyến tính".to_owned()
        }
        PatternRefusal::NothingToLookUp => "mẫu không có giá trị nào để tra, phải đối chiếu với mọi sự kiện".to_owned(),
        PatternRefusal::TooManyScanned => {
            format!("mẫu không có giá trị nào để tra, và đã có hơn {MAX_SCANNED_PATTERNS} mẫu như vậy")
        }
        PatternRefusal::TooManyOfValue => format!(
            "hơn {} mẫu tra theo cùng một giá trị",
            apart(MAX_PATTERNS_OF_VALUE as u64)
        ),
        PatternRefusal::TooMany => format!("có hơn {} mẫu", apart(MAX_PATTERNS as u64)),
        PatternRefusal::TooManyParts => format!("mẫu có hơn {MAX_PATTERN_PARTS} biểu thức quan sát"),
        PatternRefusal::TooManyEvents => format!("mẫu đòi hỏi hơn {MAX_REMEMBERED_EVENTS} sự kiện"),
    };
    (vietnamese, refusal.to_string())
}

/// Why a pattern that was kept is left out, in Vietnamese and in English.
#[must_use]
pub fn trouble_words(trouble: PatternTrouble) -> (String, String) {
    let vietnamese = match trouble {
        PatternTrouble::OfFeed => format!(
            "các mẫu của nguồn có hơn {} biểu thức quan sát",
            apart(MAX_FEED_PARTS as u64)
        ),
        PatternTrouble::OfNode => format!(
            "các mẫu của mọi nguồn có hơn {} biểu thức quan sát",
            apart(MAX_NODE_PARTS as u64)
        ),
        PatternTrouble::Regexes => format!("mẫu của các nguồn có hơn {MAX_NODE_REGEXES} biểu thức chính quy"),
        PatternTrouble::Unreadable => "không đọc được mẫu".to_owned(),
        PatternTrouble::Refused(refusal) => return refusal_words(refusal),
    };
    (vietnamese, trouble.to_string())
}

/// A number with its thousands apart.
fn apart(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}
