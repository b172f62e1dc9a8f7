//! Rules by which incidents are told to the national centre, and what they planned.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// What a rule planned to tell of one incident.
#[derive(Debug, Clone)]
pub struct SharePlanBlock {
    /// Its id.
    pub id: String,
    /// The page of the incident.
    pub link: String,
    /// What people call that.
    pub title: String,
    /// How it stands, in words.
    pub state: String,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// When it leaves; none where it does not by itself.
    pub leaves: Option<Moment>,
    /// By which rule.
    pub rule: String,
    /// What would leave, a line each; none where it is not looked at here.
    pub lines: Option<Vec<String>>,
    /// How many alerts are left out, in words; none where none is.
    pub left_out: Option<String>,
    /// Which page to go back to.
    pub back: &'static str,
    /// Whether whoever looks may hold it back.
    pub may_hold: bool,
    /// Whether whoever looks may send it now.
    pub may_send: bool,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct SharingRuleLine {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// How it stands, in words.
    pub state: String,
    /// Class of its state in the style sheet.
    pub tone: &'static str,
    /// Why it may and is to be told, as somebody wrote it.
    pub basis: String,
    /// What is known of it: a word and a value each.
    pub facts: Vec<(&'static str, String)>,
    /// What whoever looks cannot do, and why.
    pub hint: Option<&'static str>,
    /// Steps that can be taken: what the form sends, and the word.
    pub steps: Vec<(&'static str, &'static str)>,
    /// Whether it can be ended.
    pub may_end: bool,
}

/// What stands in the form of a rule.
#[derive(Debug, Clone, Default)]
pub struct TypedRule {
    /// Its name.
    pub name: String,
    /// Its basis.
    pub basis: String,
    /// Severities.
    pub severities: Vec<Choice>,
    /// Kinds of events.
    pub events: Vec<Choice>,
    /// How long it waits, in minutes.
    pub wait: String,
    /// The longest that it may wait.
    pub most_wait: u32,
}

/// Rules of sharing.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sharing.html")]
pub struct SharingPage {
    /// What stands around it.
    pub frame: Frame,
    /// Whether the node has somebody to tell.
    pub tells: bool,
    /// What waits or is held back.
    pub plans: Vec<SharePlanBlock>,
    /// The rules that are not over.
    pub rules: Vec<SharingRuleLine>,
    /// Those that are.
    pub ended: Vec<SharingRuleLine>,
    /// The form that makes one; none for those who may not.
    pub form: Option<TypedRule>,
    /// Whether what was refused stood in that form.
    pub is_typed: bool,
    /// Why something was refused.
    pub refused: Option<String>,
}

impl SharingPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }

    const fn plan_w(&self) -> &'static PlanWords {
        plan_words(&self.frame)
    }
}

/// What is said of something planned, on the page of its incident too.
pub(super) const fn plan_words(frame: &Frame) -> &'static PlanWords {
    frame.pick(&PLAN_VI, &PLAN_EN)
}

pub(super) struct PlanWords {
    pub leaves: &'static str,
    pub rule: &'static str,
    pub preview: &'static str,
    pub nothing: &'static str,
    pub elsewhere: &'static str,
    pub hold: &'static str,
    pub reason: &'static str,
    pub send: &'static str,
}

static PLAN_VI: PlanWords = PlanWords {
    leaves: "Gửi đi lúc",
    rule: "Theo quy tắc",
    preview: "Chỉ những dòng này được gửi",
    nothing: "Hiện không có dòng nào được phép gửi.",
    elsewhere: "Nội dung sẽ gửi, nếu có, ở trang sự cố. Khi địa chỉ máy đã bị xóa hoặc sự cố có quá nhiều máy thì không gửi gì.",
    hold: "Giữ lại",
    reason: "Lý do giữ lại",
    send: "Gửi ngay",
};

static PLAN_EN: PlanWords = PlanWords {
    leaves: "It leaves at",
    rule: "By the rule",
    preview: "These lines leave and no others",
    nothing: "At present nothing of it may leave.",
    elsewhere: "What would leave, if anything, is on the page of the incident. Nothing leaves where addresses of hosts were erased or there are too many.",
    hold: "Hold back",
    reason: "Why it is held back",
    send: "Send now",
};

struct Words {
    title: &'static str,
    lead: &'static str,
    watch: &'static str,
    nobody: &'static str,
    waiting: &'static str,
    no_plans: &'static str,
    rules: &'static str,
    no_rules: &'static str,
    end: &'static str,
    sure: &'static str,
    ended: &'static str,
    add: &'static str,
    name: &'static str,
    basis: &'static str,
    basis_hint: &'static str,
    severity: &'static str,
    events: &'static str,
    events_hint: &'static str,
    wait: &'static str,
    wait_hint: &'static str,
    two: &'static str,
}

static VI: Words = Words {
    title: "Chia sẻ theo quy tắc",
    lead: "Sự cố được đánh giá từ mức quy tắc đặt ra thì tự được báo cho trung tâm quốc gia bằng edXML, sau thời gian chờ để mọi người xem trước. Không gửi địa chỉ, danh tính thuê bao, cũng không gửi gì chặt hơn TLP:AMBER.",
    watch: "Về trang giám sát",
    nobody: "Nút chưa được cấu hình nơi nhận (--edxml): quy tắc không có nơi nhận, không có gì được lên lịch.",
    waiting: "Đang chờ gửi",
    no_plans: "Không có sự cố nào đang chờ.",
    rules: "Quy tắc",
    no_rules: "Chưa có quy tắc nào.",
    end: "Kết thúc",
    sure: "Quy tắc đã kết thúc không mở lại được; những gì nó lên lịch sẽ không gửi đi.",
    ended: "Quy tắc đã kết thúc",
    add: "Lập quy tắc",
    name: "Tên quy tắc",
    basis: "Căn cứ, lý do",
    basis_hint: "Vì sao được và cần báo: điều luật, công văn, thỏa thuận.",
    severity: "Từ mức độ",
    events: "Chỉ những loại sự kiện này",
    events_hint: "Không chọn loại nào: mọi loại. Cảnh báo thuộc loại khác không được gửi.",
    wait: "Chờ bao lâu sau khi đánh giá (phút)",
    wait_hint: "0 đến 1440 phút. Trong thời gian này ai có quyền đều giữ lại được.",
    two: "Quy tắc chỉ có hiệu lực khi người thứ hai xem lại và cho hiệu lực.",
};

static EN: Words = Words {
    title: "Sharing by rule",
    lead: "An incident that is graded as a rule asks is told to the national centre in edXML by itself, after a wait in which people can look at it. No address or name of a subscriber leaves, nor anything marked more strictly than TLP:AMBER.",
    watch: "Back to the watch",
    nobody: "The node was given nobody to tell (--edxml): the rules have nobody to tell, and nothing is planned.",
    waiting: "Waiting to leave",
    no_plans: "Nothing waits.",
    rules: "Rules",
    no_rules: "There are none.",
    end: "End",
    sure: "A rule that was ended does not come back; what it planned does not leave.",
    ended: "Rules that are over",
    add: "Make a rule",
    name: "Name",
    basis: "Basis, reason",
    basis_hint: "Why it may and is to be told: an article, a letter, an agreement.",
    severity: "From this severity on",
    events: "These kinds of events alone",
    events_hint: "None chosen: every kind. Alerts of other kinds do not leave.",
    wait: "Wait after the grading, in minutes",
    wait_hint: "0 to 1440. Whoever may can hold it back meanwhile.",
    two: "A rule takes effect when a second person looks at it and puts it in force.",
};
