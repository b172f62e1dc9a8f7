//! One rule: what it says, what it found, how often people agreed, and how often it may act.

use askama::Template;

use super::{DraftChoice, ExampleLine, SharedWords, shared};
use crate::console::{Frame, Moment};

/// What became of a rule's hits under one version.
#[derive(Debug, Clone)]
pub struct VersionHits {
    /// The address of the version.
    pub link: String,
    /// The beginning of its digest.
    pub name: String,
    /// Hits that counted.
    pub live: u64,
    /// Hits that the brake held.
    pub braked: u64,
    /// Hits in shadow.
    pub shadow: u64,
    /// Of all of them, those a person held to be a violation.
    pub confirmed: u64,
    /// Of all of them, those a person held to be none.
    pub rejected: u64,
}

/// How often a rule may act, and the form that changes it.
#[derive(Debug, Clone)]
pub struct BrakeForm {
    /// Acts that an hour allows.
    pub per_hour: u32,
    /// How many of them were used in the running hour, in words.
    pub used: String,
}

/// A hit.
#[derive(Debug, Clone)]
pub struct HitLine {
    /// The beginning of the text.
    pub excerpt: String,
    /// Whether it counted, in words.
    pub mode: String,
    /// What a person made of it, in words.
    pub outcome: String,
    /// The item.
    pub item: String,
    /// When.
    pub when: Moment,
}

/// One rule.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy/rule.html")]
pub struct RulePage {
    /// What stands around it.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its category, in words.
    pub category: String,
    /// What it does and whether by itself, in words.
    pub action: String,
    /// Why it is there.
    pub note: String,
    /// How sure its source is, in words.
    pub evidence: &'static str,
    /// Its condition.
    pub condition: String,
    /// The law that its category rests on.
    pub laws: Vec<String>,
    /// Name and value of its figures.
    pub figures: Vec<(String, String)>,
    /// Its figures by version, newest first.
    pub versions: Vec<VersionHits>,
    /// Its brake, where it may act without a person.
    pub brake: Option<BrakeForm>,
    /// The last hits, newest first.
    pub recent: Vec<HitLine>,
    /// What is said where there are none to show.
    pub no_hits: &'static str,
    /// Texts that it must find.
    pub must_hit: Vec<ExampleLine>,
    /// Texts that it must not find.
    pub must_miss: Vec<ExampleLine>,
    /// Where it may be changed; none where the viewer may not.
    pub places: Vec<DraftChoice>,
}

impl RulePage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn s(&self) -> &'static SharedWords {
        shared(self.frame.language)
    }
}

struct Words {
    condition: &'static str,
    rests_on: &'static str,
    became: &'static str,
    version: &'static str,
    live: &'static str,
    braked: &'static str,
    shadow: &'static str,
    confirmed: &'static str,
    rejected: &'static str,
    brake: &'static str,
    brake_hint: &'static str,
    per_hour: &'static str,
    set: &'static str,
    suspend: &'static str,
    suspend_hint: &'static str,
    recent: &'static str,
    evidence: &'static str,
    examples: &'static str,
}

static VI: Words = Words {
    condition: "Điều kiện",
    rests_on: "Căn cứ của nhóm vi phạm",
    became: "Kết quả thực tế",
    version: "Phiên bản",
    live: "Có hiệu lực",
    braked: "Bị hãm",
    shadow: "Chạy ngầm",
    confirmed: "Người xác nhận",
    rejected: "Người bác",
    brake: "Hạn mức tự động",
    brake_hint: "Quá hạn mức trong một giờ, quy tắc thôi tự xử lý: nội dung vào hàng đợi để người xem, không bị bỏ qua. \
                 Đặt 0 để mọi lần đều do người quyết định.",
    per_hour: "Số lần tự xử lý mỗi giờ",
    set: "Đặt hạn mức",
    suspend: "Tạm ngừng tự xử lý",
    suspend_hint: "Quy tắc vẫn tìm, nhưng từ lúc này mọi lần khớp đều chờ người quyết định.",
    recent: "Các lần khớp gần nhất",
    evidence: "Độ tin cậy của nguồn",
    examples: "Ví dụ",
};

static EN: Words = Words {
    condition: "Condition",
    rests_on: "What its category rests on",
    became: "What became of it",
    version: "Version",
    live: "Counted",
    braked: "Held back",
    shadow: "In shadow",
    confirmed: "Confirmed",
    rejected: "Rejected",
    brake: "Brake",
    brake_hint: "Beyond so many acts in an hour the rule stops acting by itself: items wait for a person, none is dropped. \
                 With 0 a person decides every time.",
    per_hour: "Acts an hour",
    set: "Set the brake",
    suspend: "Suspend the rule",
    suspend_hint: "It goes on finding, and from now on a person decides every time.",
    recent: "Last hits",
    evidence: "How sure its source is",
    examples: "Examples",
};
