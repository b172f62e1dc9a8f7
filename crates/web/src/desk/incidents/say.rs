//! What incidents are in words.

use anlanh_app::incident::report::ReportRow;
use anlanh_app::incident::share::{Preview, ShareRow};
use anlanh_app::incident::{
    AlertRow, Closing, IncidentClockRow, IncidentRow, IncidentView, SystemRow, TaskRow, TimelineRow,
};
use anlanh_model::{
    AlertEvent, AlertOrigin, ClockEnd, Grouping, IncidentOutcome, IncidentState, NoHost, Severity, TaskState, Time,
};
use anlanh_pack::Policy;

use crate::console::{Choice, LawClock, Severity as Colour, TimelineLine};
use crate::desk::feeds::{choice, value_kind};
use crate::desk::words::Words;
use crate::page::names::Names;

pub const fn severity(words: Words, severity: Severity) -> &'static str {
    match severity {
        Severity::Low => words.pick("Thấp", "Low"),
        Severity::Medium => words.pick("Trung bình", "Medium"),
        Severity::High => words.pick("Nghiêm trọng", "High"),
        Severity::Critical => words.pick("Đặc biệt nghiêm trọng", "Critical"),
    }
}

/// Severities to choose from, the first of them none.
pub fn severities(words: Words, chosen: &str) -> Vec<Choice> {
    let none = choice("", words.pick("Chưa đánh giá", "Not graded yet"), chosen);
    let all = Severity::ALL.iter().rev();
    let all = all.map(|it| choice(it.key(), severity(words, *it), chosen));
    std::iter::once(none).chain(all).collect()
}

/// The severity with this key in words; the key, where there is none.
pub fn severity_key(words: Words, key: &str) -> String {
    Severity::from_key(key).map_or_else(|| key.to_owned(), |it| severity(words, it).to_owned())
}

pub const fn colour(severity: Severity) -> Colour {
    match severity {
        Severity::Low => Colour::Low,
        Severity::Medium => Colour::Medium,
        Severity::High => Colour::High,
        Severity::Critical => Colour::Critical,
    }
}

pub const fn state(words: Words, state: IncidentState) -> &'static str {
    match state {
        IncidentState::New => words.pick("Mới", "New"),
        IncidentState::Triaged => words.pick("Đã đánh giá, chờ nhận", "Graded, waits"),
        IncidentState::Working { .. } => words.pick("Đang xử lý", "Being worked"),
        IncidentState::Contained { .. } => words.pick("Đã khống chế", "Contained"),
        IncidentState::Closed { outcome, .. } => match outcome {
            IncidentOutcome::TruePositive => words.pick("Đã đóng: đúng là sự cố", "Closed: it was one"),
            IncidentOutcome::FalsePositive => words.pick("Đã đóng: báo động nhầm", "Closed: a false alarm"),
        },
        IncidentState::Merged { .. } => words.pick("Đã gộp vào sự cố khác", "Merged into another"),
    }
}

pub const fn closing(words: Words, closing: Closing) -> &'static str {
    match closing {
        Closing::TruePositive => words.pick("Đúng là sự cố", "It was an incident"),
        Closing::FalsePositive => words.pick("Báo động nhầm", "A false alarm"),
        Closing::WronglyListed => words.pick(
            "Báo động nhầm do chỉ dấu sai (30 ngày không mở sự cố vì chỉ dấu này)",
            "A false alarm: the indicator is wrong (it opens no incident for 30 days)",
        ),
    }
}

pub fn size(words: Words, row: &IncidentRow) -> String {
    let (alerts, hosts) = (row.alerts, row.hosts);
    match words.language() {
        anlanh_api::Language::Vi => format!("{alerts} cảnh báo, {hosts} máy"),
        anlanh_api::Language::En => format!("{alerts} alerts, {hosts} hosts"),
    }
}

/// Which of its alerts a page shows, of how many on how many machines.
pub fn shown_alerts(words: Words, view: &IncidentView) -> String {
    let (page, of, hosts) = (&view.page, view.row.alerts, view.row.hosts);
    let is_all = page.before == 0 && page.next.is_none();
    match (words.language(), is_all) {
        (anlanh_api::Language::Vi, true) => format!("Tất cả {of} cảnh báo, trên {hosts} máy."),
        (anlanh_api::Language::En, true) => format!("All {of} alerts, on {hosts} hosts."),
        (anlanh_api::Language::Vi, false) => format!(
            "Cảnh báo {} đến {} trong tổng số {of}, trên {hosts} máy.",
            page.before + 1,
            page.up_to
        ),
        (anlanh_api::Language::En, false) => {
            format!(
                "Alerts {} to {} of {of}, on {hosts} hosts.",
                page.before + 1,
                page.up_to
            )
        }
    }
}

pub fn facts(words: Words, row: &IncidentRow) -> Vec<(&'static str, String)> {
    let moment = |at| words.moment(at).absolute;
    let mut facts = vec![
        (words.pick("Mã", "Id"), row.incident.id.to_string()),
        (words.pick("Quy mô", "Size"), size(words, row)),
        (words.pick("Số sự kiện", "Events"), row.hits.to_string()),
        (words.pick("Phát hiện", "Detected"), moment(row.opened_at)),
        (words.pick("Sự kiện đầu", "First event"), moment(row.first_at)),
        (words.pick("Sự kiện cuối", "Last event"), moment(row.last_at)),
    ];
    if let Some(name) = &row.holder_name {
        facts.push((words.pick("Người xử lý", "Worked by"), name.clone()));
    }
    if row.incident.reopened > 0 {
        facts.push((
            words.pick("Số lần mở lại", "Opened again"),
            row.incident.reopened.to_string(),
        ));
    }
    facts
}

pub fn clock(words: Words, names: Names<'_>, policy: &Policy, row: &IncidentClockRow) -> LawClock {
    let title = policy.clock(&row.clock.key);
    let title = title.map_or(row.clock.key.as_str(), |it| words.pick(&it.title.vi, &it.title.en));
    let due = words.moment(row.clock.due_at);
    let has_passed = row.clock.due_at < words.now();
    let (state, is_late) = match (row.clock.end, row.void_at) {
        (_, Some(_)) => (
            words.pick("không còn áp dụng", "does not apply any more").to_owned(),
            false,
        ),
        (ClockEnd::Running, None) if has_passed => {
            (format!("{} {}", words.pick("quá hạn", "ran out"), due.absolute), true)
        }
        (ClockEnd::Running, None) => (
            format!("{} {} ({})", words.pick("hạn", "due"), due.absolute, due.relative),
            false,
        ),
        (ClockEnd::Met(at), None) => (
            format!("{} {}", words.pick("đúng hạn", "met"), words.moment(at).absolute),
            false,
        ),
        (ClockEnd::Breached { late: None, .. }, None) => {
            (format!("{} {}", words.pick("quá hạn", "ran out"), due.absolute), true)
        }
        (ClockEnd::Breached { late: Some(at), .. }, None) => (
            format!(
                "{} {}",
                words.pick("làm trễ hạn", "done late"),
                words.moment(at).absolute
            ),
            true,
        ),
    };
    let basis: Vec<String> = row.clock.basis.iter().map(|key| names.basis(key).cite).collect();
    LawClock {
        title: title.to_owned(),
        state,
        basis: basis.join("; "),
        is_late,
    }
}

/// The clock that runs out first, of those that ask for something.
pub fn first_clock(words: Words, names: Names<'_>, policy: &Policy, rows: &[IncidentClockRow]) -> Option<LawClock> {
    let asks = |row: &&IncidentClockRow| {
        let is_asking = match row.clock.end {
            ClockEnd::Running | ClockEnd::Breached { late: None, .. } => true,
            ClockEnd::Met(_) | ClockEnd::Breached { late: Some(_), .. } => false,
        };
        is_asking && row.void_at.is_none()
    };
    let first = rows.iter().find(asks)?;
    Some(clock(words, names, policy, first))
}

pub fn rules(words: Words) -> [&'static str; 5] {
    [
        words.pick(
            "Cảnh báo giống nhau (cùng máy, cùng chỉ dấu, cùng loại sự kiện) trong một ngày tính là một, chỉ tăng số lần.",
            "Equal alerts of a day (host, indicator, kind of event) are one, counted.",
        ),
        words.pick(
            "Cùng chiến dịch hoặc mã độc mà nguồn tin nêu: vào sự cố đang mở của chiến dịch đó.",
            "Of the same campaign or malware, by its source: into the open incident of that.",
        ),
        words.pick(
            "Cùng chỉ dấu: vào sự cố đang mở của chỉ dấu đó.",
            "Of the same indicator: into the open incident of that.",
        ),
        words.pick(
            "Cùng máy: vào sự cố đang mở có máy đó; không kéo theo cảnh báo của máy khác.",
            "About the same host: into the open incident that has it; it brings no others with it.",
        ),
        words.pick(
            "Chỉ gom khi các sự kiện cách nhau không quá 72 giờ; còn lại mở sự cố mới.",
            "Only where events are no more than 72 hours apart; all else opens an incident.",
        ),
    ]
}

pub const fn grouping(words: Words, grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::First => words.pick("Mở sự cố này", "It opened this incident"),
        Grouping::Campaign => words.pick("Cùng chiến dịch", "Same campaign"),
        Grouping::Indicator => words.pick("Cùng chỉ dấu", "Same indicator"),
        Grouping::Host => words.pick("Cùng máy", "Same host"),
        Grouping::Hand => words.pick("Người xử lý đưa vào", "Put here by hand"),
        Grouping::Muted => words.pick("Chỉ dấu bị đánh dấu sai", "Its indicator is marked as wrong"),
    }
}

/// Why an alert has no host.
pub const fn no_host(words: Words, why: Option<NoHost>) -> &'static str {
    match why {
        Some(NoHost::Unnamed) => words.pick("sự kiện không nêu thuê bao nào", "its event names no subscriber"),
        Some(NoHost::OldToken) => words.pick(
            "không còn biết máy nào: mã được lưu từ trước khi đổi ngược được",
            "known no more: kept with a token from before they could be turned back",
        ),
        Some(NoHost::LostToken) => words.pick(
            "không còn biết máy nào: khóa của kho đã khác, hoặc thuê bao ngoài các dải đang khai",
            "known no more: the archive has another key, or the subscriber is in none of the networks named now",
        ),
        None => words.pick("không rõ vì sao", "why is not known"),
    }
}

pub const fn event(words: Words, event: AlertEvent) -> &'static str {
    match event {
        AlertEvent::Dns => "DNS",
        AlertEvent::Flow => words.pick("luồng mạng", "flow"),
        AlertEvent::Tls => "TLS",
        AlertEvent::Http => "HTTP",
        AlertEvent::File => words.pick("tệp", "file"),
        AlertEvent::Mail => words.pick("thư", "mail"),
        AlertEvent::Report => words.pick("báo cáo", "report"),
        AlertEvent::Other => words.pick("khác", "other"),
    }
}

/// What an alert was found by, while that is known.
pub fn listed(words: Words, row: &AlertRow) -> String {
    if row.listed.is_empty() {
        return words
            .pick("(đã xóa, hết hạn lưu)", "(erased, its time was over)")
            .to_owned();
    }
    row.listed.clone()
}

/// What was seen, by kind and field, with who lists it.
pub fn seen(words: Words, row: &AlertRow) -> String {
    let kind = match row.listed_kind.as_str() {
        "pattern" => words.pick("Mẫu", "Pattern"),
        "sigma" => words.pick("Luật Sigma", "Sigma rule"),
        kind => value_kind(words, kind),
    };
    let parts = [kind, &row.field, &row.source];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut seen = parts.join(" · ");
    if let Some(campaign) = &row.campaign {
        seen.push_str(" · ");
        seen.push_str(campaign);
    }
    match row.origin {
        AlertOrigin::Live => {}
        AlertOrigin::Hunt => seen.push_str(words.pick(" · tra ngược", " · hunted")),
    }
    seen
}

pub fn system(words: Words, policy: &Policy, row: &SystemRow) -> String {
    let mut levels = policy.incidents().levels.iter();
    let level = levels.find(|level| level.level == row.level);
    let level = level.map_or_else(
        || row.level.to_string(),
        |level| words.pick(&level.title.vi, &level.title.en).to_owned(),
    );
    format!("{} ({level}), {}", row.name, row.owner)
}

pub fn task(words: Words, row: &TaskRow) -> String {
    let state = match row.state {
        TaskState::Open => words.pick("chưa làm", "to do"),
        TaskState::Done => words.pick("đã làm", "done"),
        TaskState::Skipped => words.pick("bỏ qua", "not needed"),
    };
    match &row.done {
        Some((name, at)) => format!("{state}, {name}, {}", words.moment(*at).absolute),
        None => state.to_owned(),
    }
}

pub fn report(words: Words, key: &str) -> &'static str {
    match key {
        "initial" => words.pick("Báo cáo ban đầu", "Initial report"),
        "progress" => words.pick("Báo cáo diễn biến", "Progress report"),
        _ => words.pick("Báo cáo kết thúc", "Closing report"),
    }
}

pub fn report_state(words: Words, row: &ReportRow) -> String {
    match (&row.signed, &row.peer) {
        (None, _) => format!("{} {}", words.pick("bản nháp,", "draft,"), row.writer),
        (Some((name, at)), None) => format!(
            "{} {name}, {}",
            words.pick("đã ký, gửi bằng văn bản,", "signed, sent by letter,"),
            words.moment(*at).absolute
        ),
        (Some((name, at)), Some((_, peer))) => format!(
            "{} {name}, {}, {} {peer}",
            words.pick("đã ký,", "signed,"),
            words.moment(*at).absolute,
            words.pick("gửi đến", "sent to")
        ),
    }
}

/// What would leave, a line each: a thing, and of which machine by its place.
pub fn preview(preview: &Preview) -> Vec<String> {
    let lines = preview.lines.iter();
    lines.map(|(what, place)| format!("Máy {place}: {what}")).collect()
}

/// A message in the ledger, with its last attempt.
pub fn shared(words: Words, row: &ShareRow) -> String {
    let digest: String = row.sha256.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let last = row.attempts.last();
    let status = last
        .and_then(|it| it.status)
        .map_or_else(|| "—".to_owned(), |status| status.to_string());
    let moment = |at| words.moment(at).absolute;
    let state = match (row.acknowledged_at, row.next_at) {
        (Some(at), _) => format!("{} {} ({status})", words.pick("đã được nhận", "taken"), moment(at)),
        (None, Some(_)) if last.is_none() => words.pick("đang gửi", "being sent").to_owned(),
        (None, Some(at)) => format!(
            "{} {} ({status})",
            words.pick("chưa được nhận, gửi lại lúc", "not taken, again at"),
            moment(at)
        ),
        (None, None) => format!("{} ({status})", words.pick("thôi gửi", "given up")),
    };
    let tries = row.attempts.len();
    format!(
        "{digest}, {}: {state}, {tries} {}",
        sender(words, row),
        words.pick("lần gửi", "attempts")
    )
}

/// Who had a message sent: a person, a rule with the two who answer for it, or both.
fn sender(words: Words, row: &ShareRow) -> String {
    let rule = row.rule.as_ref().map(|rule| {
        format!(
            "{} “{}” ({}, {})",
            words.pick("theo quy tắc", "by rule"),
            rule.name,
            rule.made_by,
            rule.forced_by
        )
    });
    let parts: Vec<String> = row.by.clone().into_iter().chain(rule).collect();
    parts.join(", ")
}

/// What happened with the sharing of an incident; none where it is something else.
fn sharing_line(words: Words, row: &TimelineRow) -> Option<String> {
    Some(match row.kind.as_str() {
        "hosts_erased" => format!(
            "{} {}",
            words.pick(
                "Hết hạn lưu: xóa địa chỉ máy; số cảnh báo:",
                "Time over: addresses of hosts erased; alerts:"
            ),
            row.detail
        ),
        "title_erased" => words
            .pick(
                "Hết hạn lưu: tên sự cố nêu địa chỉ máy, thay bằng mã sự cố",
                "Time over: the name held the address of a host, and is the id of the incident now",
            )
            .to_owned(),
        "evidence_erased" => format!(
            "{} {}",
            words.pick("Hết hạn lưu: xóa chứng cứ", "Time over: evidence erased"),
            row.detail
        ),
        "stix" => words.pick("Đưa ra STIX", "Given out as STIX").to_owned(),
        "shared" => format!("{} {}", words.pick("Ký edXML", "edXML signed"), row.detail),
        "shared_by_rule" => format!(
            "{} {}",
            words.pick("Ký edXML theo quy tắc", "edXML signed by rule"),
            row.detail
        ),
        "share_taken" => words
            .pick("Trung tâm quốc gia đã nhận edXML", "The centre took the edXML")
            .to_owned(),
        "share_failed" => format!(
            "{} {}",
            words.pick("edXML chưa được nhận", "The edXML was not taken"),
            row.detail
        ),
        "share_given_up" => words.pick("Ngừng gửi edXML", "The edXML was given up").to_owned(),
        "share_planned" => {
            let at = row
                .detail
                .parse()
                .map(|at| words.moment(Time::from_micros(at)).absolute);
            format!(
                "{} {}",
                words.pick("Sẽ chia sẻ theo quy tắc lúc", "To be shared by rule at"),
                at.unwrap_or_default()
            )
        }
        "share_held" => words
            .pick("Giữ lại việc chia sẻ theo quy tắc", "Sharing by rule held back")
            .to_owned(),
        "hunt_lost_hosts" => words
            .pick(
                "Truy tìm: có cảnh báo không còn biết máy nào, vì mã của ngày ấy không đổi ngược được nữa",
                "Hunt: alerts have no host any more, for the tokens of that day cannot be turned back",
            )
            .to_owned(),
        "share_nothing" => words
            .pick(
                "Không có gì được phép chia sẻ theo quy tắc",
                "There is nothing that may be shared by rule",
            )
            .to_owned(),
        "share_dropped" => format!(
            "{}: {}",
            words.pick("Không chia sẻ theo quy tắc nữa", "Not shared by rule after all"),
            dropped(words, &row.detail)
        ),
        _ => return None,
    })
}

/// Why something planned does not leave.
fn dropped(words: Words, key: &str) -> &'static str {
    match key {
        "merged" => words.pick("đã gộp vào sự cố khác", "merged into another"),
        "false_positive" => words.pick("báo động nhầm", "a false alarm"),
        "severity" => words.pick("mức độ thấp hơn quy tắc đặt ra", "less grave than the rule asks"),
        "tlp" => words.pick(
            "sự cố được đánh dấu chặt hơn TLP:AMBER",
            "the incident is marked above TLP:AMBER",
        ),
        "by_hand" => words.pick("đã gửi toàn bộ bằng tay", "all of it was sent by hand"),
        "rule_ended" => words.pick("quy tắc đã kết thúc", "the rule is over"),
        _ => words.pick("chưa được đánh giá", "not graded"),
    }
}

pub fn line(words: Words, names: Names<'_>, row: &TimelineRow) -> TimelineLine {
    let what = match row.kind.as_str() {
        "opened" => words.pick("Mở sự cố", "Opened").to_owned(),
        "triaged" => format!(
            "{}: {}",
            words.pick("Đánh giá", "Graded"),
            severity_key(words, &row.detail)
        ),
        "taken" => words.pick("Nhận xử lý", "Taken").to_owned(),
        "handed_over" => words.pick("Nhận bàn giao ca từ", "Taken over from").to_owned(),
        "contained" => words.pick("Đã khống chế", "Contained").to_owned(),
        "closed" => {
            let said = Closing::from_key(&row.detail).map_or("", |it| closing(words, it));
            format!("{}: {said}", words.pick("Đóng", "Closed"))
        }
        "reopened" => words.pick("Mở lại", "Opened again").to_owned(),
        "note" => words.pick("Ghi chú", "Note").to_owned(),
        "system" => format!("{} {}", words.pick("Hệ thống cấp độ", "System of level"), row.detail),
        "playbook" => format!("{} {}", words.pick("Bắt đầu quy trình", "Playbook begun:"), row.detail),
        "task_added" => words.pick("Thêm việc", "To be done").to_owned(),
        "attached" => format!("{} {}", words.pick("Nhận thêm cảnh báo:", "Alerts put in:"), row.detail),
        "detached" => format!(
            "{} {}",
            words.pick(
                "Chuyển cảnh báo đi (số cảnh báo, mã sự cố nhận)",
                "Alerts put into another"
            ),
            row.detail
        ),
        "task" if row.detail == TaskState::Skipped.key() => words.pick("Bỏ qua việc", "Not needed").to_owned(),
        "task" if row.detail == TaskState::Open.key() => words.pick("Làm lại việc", "To be done again").to_owned(),
        "task" => words.pick("Đã làm", "Done").to_owned(),
        "file" => format!("{} {}", words.pick("Lưu chứng cứ", "Evidence kept"), row.detail),
        "merged" => format!("{} {}", words.pick("Gộp vào", "Merged into"), row.detail),
        "merged_from" => format!("{} {}", words.pick("Nhận gộp từ", "Merged from"), row.detail),
        "split" => format!(
            "{} {}",
            words.pick("Tách ra (số cảnh báo, mã mới)", "Split off"),
            row.detail
        ),
        "split_from" => format!(
            "{} {}",
            words.pick("Tách từ (số cảnh báo, mã cũ)", "Split from"),
            row.detail
        ),
        "revealed" => format!("{} {}", words.pick("Xem địa chỉ của", "Address shown of"), row.detail),
        "clock_warned" => format!(
            "{}: {}",
            words.pick("Sắp hết hạn", "Clock warns"),
            names.clock(&row.detail).unwrap_or_else(|| row.detail.clone())
        ),
        "clock_breached" => format!(
            "{}: {}",
            words.pick("Quá hạn", "Clock ran out"),
            names.clock(&row.detail).unwrap_or_else(|| row.detail.clone())
        ),
        "report_begun" => format!("{}: {}", words.pick("Soạn", "Begun"), report(words, &row.detail)),
        "report_signed" => format!("{}: {}", words.pick("Ký, gửi", "Signed"), report(words, &row.detail)),
        other => sharing_line(words, row).unwrap_or_else(|| other.to_owned()),
    };
    let what = match &row.by {
        Some(name) => format!("{what} — {name}"),
        None => what,
    };
    TimelineLine {
        at: words.moment(row.at),
        what,
        words: row.words.clone(),
    }
}
