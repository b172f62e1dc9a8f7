//! The blocklist in words.

use anlanh_api::Language;
use anlanh_app::block::{ChangeRow, EntryRow, ObjectionView, ProofRow, TroubledZone, Version, Weighed, ZoneTrouble};
use anlanh_model::{BlockEffect, BlockSource, ObjectionResult, Time};
use anlanh_soc::blocking::{BlockError, Missing};

use super::submit::Judged;
use super::{change_link, entry_link};
use crate::Service;
use crate::console::{BlockChangeLine, BlockLine, BlockVersionLine, EstimateLine, Moment, ObjectionLine, ProofLine};
use crate::desk::words::Words;
use crate::page::names::Names;
use crate::refusal::{why, why_none};

/// How much of what is no value is shown, in characters.
const MAX_SHOWN_CHARS: usize = 100;

/// The keys of states that are looked for.
pub const STATES: [&str; 7] = [
    "in_force", "canary", "shadow", "proposed", "lifted", "expired", "refused",
];

/// Where an entry or a change stands.
pub const fn state(words: Words, key: &str) -> &'static str {
    match key.as_bytes() {
        b"proposed" => words.pick("Đề xuất", "Proposed"),
        b"shadow" => words.pick("Chạy ngầm", "In shadow"),
        b"canary" => words.pick("Ở bên thử trước", "With the canary"),
        b"in_force" => words.pick("Đang chặn", "In force"),
        b"lifted" => words.pick("Đã bỏ chặn", "Lifted"),
        b"expired" => words.pick("Hết hạn", "Expired"),
        b"rolled_back" => words.pick("Đã hoàn tác", "Taken back"),
        _ => words.pick("Từ chối", "Refused"),
    }
}

/// A step: its key, its word, and what it does.
pub fn step(words: Words, key: &'static str) -> (&'static str, &'static str, &'static str) {
    let (word, hint) = match key {
        "approve" => (
            words.pick("Duyệt", "Approve"),
            words.pick("Bạn đã xem và đồng ý.", "You looked at it and agree."),
        ),
        "shadow" => (
            words.pick("Chạy ngầm", "Run in shadow"),
            words.pick("Được đếm, chưa chặn gì.", "It is counted, and blocks nothing."),
        ),
        "canary" => (
            words.pick("Đưa tới bên thử trước", "Give it to the canary"),
            words.pick("Một bên thực thi chặn trước.", "One enforcer blocks by it first."),
        ),
        "canary_urgent" => (
            words.pick("Khẩn: bỏ chạy ngầm", "Urgent: skip the shadow"),
            words.pick(
                "Cần ít nhất một người khác đã duyệt.",
                "Somebody else has to have approved it.",
            ),
        ),
        "enforce" => (
            words.pick("Chặn ở mọi nơi", "Put it in force"),
            words.pick("Tất cả bên thực thi chặn.", "All enforcers block by it."),
        ),
        _ => (
            words.pick("Từ chối", "Refuse"),
            words.pick("Thay đổi kết thúc, không chặn gì.", "It ends, and blocks nothing."),
        ),
    };
    (key, word, hint)
}

/// What was done just now, by the key of an address.
pub fn done(words: Words, key: &str) -> Option<&'static str> {
    Some(match key {
        "rolled-back" => words.pick("Đã hoàn tác bước cuối.", "The last step was taken back."),
        "answered" => words.pick("Đã trả lời phản đối.", "The objection was answered."),
        _ => return None,
    })
}

/// What is done about a value.
pub fn act(words: Words, act: &str) -> String {
    match act.split_once('=') {
        Some((_, to)) => format!("{} {to}", words.pick("Chuyển hướng tới", "Redirected to")),
        None => match act {
            "nodata" => words.pick("Trả lời rỗng", "No data"),
            "drop" => words.pick("Không trả lời", "No answer"),
            "pass" => words.pick("Ngoại lệ: vẫn trả lời", "Exception: answered"),
            _ => words.pick("Trả lời không tồn tại", "Does not exist"),
        }
        .to_owned(),
    }
}

/// Until when something holds.
pub fn until(words: Words, at: Option<Time>) -> String {
    at.map_or_else(
        || words.pick("khi yêu cầu kết thúc", "its order ends").to_owned(),
        |at| words.moment(at).absolute,
    )
}

/// Who is hit.
pub fn hit(words: Words, names: u64, best_rank: Option<u32>) -> String {
    let known = match names {
        0 => words.pick("không tên nào đã biết", "no known name").to_owned(),
        names => format!("{names} {}", words.pick("tên đã biết", "known names")),
    };
    match best_rank {
        Some(rank) => format!("{known}, {} {rank}", words.pick("hạng cao nhất", "best rank")),
        None => known,
    }
}

/// What a guard found.
pub fn findings(words: Words, found: &[(String, String)]) -> Vec<(&'static str, String)> {
    let said = found.iter().map(|(key, about)| {
        let [vi, en] = why(key);
        (words.pick(vi, en), about.clone())
    });
    said.collect()
}

/// How many values can be proposed, and how many cannot; none where nothing was weighed.
pub fn judged(words: Words, judged: &Judged) -> Option<String> {
    let (good, bad, left) = (judged.good, judged.bad, judged.left);
    if good + bad == 0 {
        return None;
    }
    let mut said = match words.language() {
        Language::Vi => format!("{good} giá trị đề xuất được, {bad} giá trị không chặn được."),
        Language::En => format!("{good} can be proposed, {bad} cannot."),
    };
    if left > 0 {
        said.push_str(&match words.language() {
            Language::Vi => format!(" Chưa xem {left} dòng sau cùng: hãy ước tính chúng riêng."),
            Language::En => format!(" The last {left} lines were not looked at: weigh them by themselves."),
        });
    }
    Some(said)
}

/// What was weighed before it is proposed, or why it is nothing that can be blocked.
pub fn weighed(words: Words, (number, text): (usize, &str), weighed: &Result<Weighed, BlockError>) -> EstimateLine {
    let weighed = match weighed {
        Ok(weighed) => weighed,
        Err(error) => {
            let [vi, en] = why_none(error);
            return EstimateLine {
                number,
                value: text.chars().take(MAX_SHOWN_CHARS).collect(),
                hit: None,
                findings: vec![(words.pick(vi, en).to_owned(), String::new())],
                so: words.pick("Không chặn được.", "It cannot be blocked."),
            };
        }
    };
    let found: Vec<(String, String)> = weighed
        .findings
        .iter()
        .map(|finding| (finding.key().to_owned(), finding.about()))
        .collect();
    let so = if weighed.refusal().is_some() {
        words.pick("Không được chặn.", "It must not be blocked.")
    } else if found.is_empty() {
        words.pick("Không có gì cản trở.", "Nothing speaks against it.")
    } else {
        words.pick("Cần hai người khác duyệt.", "Two more people are to approve it.")
    };
    let findings = findings(words, &found).into_iter();
    EstimateLine {
        number,
        value: weighed.value.clone(),
        hit: Some(hit(words, weighed.names_hit, weighed.best_rank)),
        findings: findings.map(|(why, about)| (why.to_owned(), about)).collect(),
        so,
    }
}

fn from(words: Words, source: &BlockSource, number: Option<&str>, person: Option<&str>) -> String {
    match source {
        BlockSource::Hand(_) => match person {
            Some(name) => format!("{} {name}", words.pick("Nhập tay:", "By hand:")),
            None => words.pick("Nhập tay", "By hand").to_owned(),
        },
        BlockSource::Order(..) => {
            let number = number.unwrap_or_default();
            format!("{} {number}", words.pick("Yêu cầu", "Order"))
        }
        BlockSource::Feed(feed) => format!("{} {feed}", words.pick("Nguồn tin", "Feed")),
    }
}

/// Where a change comes from.
pub fn source(words: Words, row: &ChangeRow) -> String {
    from(
        words,
        &row.change.source,
        row.order_number.as_deref(),
        row.proposed_by.as_deref(),
    )
}

/// Who approved a change, of how many.
pub fn approvals(words: Words, row: &ChangeRow) -> String {
    let (given, needed) = (row.change.approvals.len(), row.change.needed);
    if needed == 0 && given == 0 {
        words.pick("không cần", "not needed").to_owned()
    } else {
        format!("{given}/{needed}")
    }
}

/// A change in a list.
pub fn change(words: Words, row: &ChangeRow) -> BlockChangeLine {
    BlockChangeLine {
        link: change_link(&row.change.id.to_string()),
        stage: state(words, row.change.stage.key()),
        since: words.moment(row.stage_at),
        values: row.entries,
        approvals: approvals(words, row),
        source: source(words, row),
        reason: row.reason.clone(),
    }
}

/// An entry in a list.
pub fn entry(words: Words, row: &EntryRow) -> BlockLine {
    let number = row.order.as_ref().map(|(number, _)| number.as_str());
    BlockLine {
        link: entry_link(&row.entry.id.to_string()),
        value: row.terms.value.clone(),
        act: act(words, &row.terms.act),
        state: state(words, row.entry.state.key()),
        source: from(words, &row.source, number, None),
        until: until(words, row.entry.expires_at),
        reason: row.terms.reason.clone(),
        hit: hit(words, row.terms.names_hit, row.terms.best_rank),
        findings: findings(words, &row.terms.findings),
    }
}

/// What becomes of an objection.
pub const fn result(words: Words, result: ObjectionResult) -> &'static str {
    match result {
        ObjectionResult::Lifted => words.pick("Đúng: gỡ chặn", "It holds: lift"),
        ObjectionResult::Kept => words.pick("Giữ nguyên việc chặn", "Keep the block"),
        ObjectionResult::PassedOn => words.pick("Chỉ nơi đã yêu cầu chặn", "Point to the office"),
    }
}

/// An objection in a list.
pub fn objection(words: Words, view: &ObjectionView, now: Time) -> ObjectionLine {
    let objection = &view.row.objection;
    let clock = objection.clock.as_ref();
    let is_open = objection.answered.is_none();
    ObjectionLine {
        id: objection.id.to_string(),
        link: entry_link(&objection.entry.to_string()),
        value: view.row.value.clone(),
        due: clock.map(|clock| words.moment(clock.due_at)),
        is_late: clock.is_some_and(|clock| clock.is_breached() || is_open && clock.due_at < now),
        words: view
            .words
            .clone()
            .unwrap_or_else(|| words.pick("Nội dung đã được xóa.", "The words were erased.").to_owned()),
        result: objection.answered.map_or("", |(done, ..)| result(words, done)),
        answer: view.row.answer.clone(),
    }
}

/// Who answers objections, for somebody who may not.
pub fn answerers(words: Words, names: &[String]) -> String {
    if names.is_empty() {
        return words
            .pick(
                "Chưa có ai trả lời được: mọi kỹ sư SOC và người quản lý chính sách đều đã đề xuất hoặc duyệt việc chặn này. Hãy nhờ quản trị viên mời thêm một người vào một trong hai vai trò ấy (/console/access); thời hạn vẫn chạy.",
                "Nobody can answer yet: every SOC engineer and policy manager proposed or approved this block. Ask an administrator to invite somebody into one of these roles (/console/access); the clock runs on.",
            )
            .to_owned();
    }
    format!(
        "{} {}.",
        words.pick("Người trả lời được:", "Who may answer:"),
        names.join(", ")
    )
}

/// A zone with which something is wrong.
pub fn trouble(words: Words, row: &TroubledZone) -> (String, &'static str, Moment) {
    let what = match row.trouble {
        ZoneTrouble::Serial => words.pick(
            "không ghi được tệp số thứ tự: thay đổi chưa tới bộ phân giải, bản trước vẫn có hiệu lực; hãy xem đĩa có đầy không",
            "the file of the serial number cannot be written: no change reaches resolvers, what was before stays in force; see whether the disk is full",
        ),
        ZoneTrouble::List => words.pick(
            "không đọc được danh sách: bản trước vẫn có hiệu lực",
            "the list cannot be read: what was before stays in force",
        ),
        ZoneTrouble::KnotFile => words.pick(
            "không ghi được tệp vùng cho Knot Resolver: bộ phân giải này giữ bản cũ",
            "the file for Knot Resolver cannot be written: that resolver keeps the old version",
        ),
        ZoneTrouble::Parts => words.pick(
            "có bộ phân giải chưa xác nhận đã nhận phần mới: tên vẫn bị chặn nhờ vùng fresh, nhưng vùng này đầy dần; hãy xem bộ phân giải có trả lời không",
            "a resolver has not said that it has the newest parts: names stay blocked by the zone fresh, which fills up; see whether the resolver answers",
        ),
    };
    (row.zone.clone(), what, words.moment(row.since))
}

/// A version.
pub fn version(words: Words, row: &Version) -> BlockVersionLine {
    BlockVersionLine {
        serial: row.serial,
        what: match row.what.as_str() {
            "canary" => words.pick("tới bên thử trước", "to the canary"),
            "in_force" => words.pick("chặn ở mọi nơi", "in force"),
            "lift" => words.pick("gỡ", "lifted"),
            "order" => words.pick("theo yêu cầu", "by order"),
            "expire" => words.pick("hết hạn", "expired"),
            _ => words.pick("hoàn tác", "taken back"),
        },
        at: words.moment(row.at),
        added: row.added,
        removed: row.removed,
        undone_by: row.undone_by,
    }
}

/// What a probe found.
pub fn proof(words: Words, row: &ProofRow) -> ProofLine {
    let (effect, is_bad) = match row.proof.effect {
        BlockEffect::Blocked => (words.pick("chặn đúng", "blocked"), false),
        BlockEffect::Answered => (words.pick("trả lời đúng", "answered"), false),
        BlockEffect::Wrong => (words.pick("sai", "wrong"), true),
        BlockEffect::Unreachable => (words.pick("không liên lạc được", "unreachable"), true),
    };
    ProofLine {
        enforcer: row.proof.enforcer.clone(),
        effect,
        is_bad,
        serial: row.proof.serial,
        probe: row.proof.probe.clone(),
        at: words.moment(row.proof.at),
    }
}

/// What a dialect cannot say.
pub const fn missing(words: Words, missing: Missing) -> &'static str {
    match missing {
        Missing::Value => words.pick("không chặn được bằng dạng này", "cannot be blocked in this form"),
        Missing::Act => words.pick("không có cách xử lý đó", "have an act that it does not know"),
        Missing::TooLong => words.pick("quá dài dưới tên của vùng", "do not fit below the name of the zone"),
        Missing::Below => words.pick(
            "chỉ chặn đúng tên đó, không chặn tên bên dưới",
            "are covered without the names below",
        ),
    }
}

/// Bases, each as it is cited; what is no article of the policy is the operator's own rule.
pub fn bases(service: &Service, words: Words, keys: &[String]) -> Vec<String> {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    keys.iter().map(|key| names.basis(key).cite).collect()
}
