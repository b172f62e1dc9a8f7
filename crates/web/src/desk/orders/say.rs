//! Orders in words.

use anlanh_app::order::{Letter, OrderCall, OrderStep, Purpose, Row};
use anlanh_app::owner::OwnerView;
use anlanh_model::{
    ContestGround, InformationDemand, OrderChannel, OrderHaste, OrderKind, OrderMeans, OrderState, OwnerState, Pointed,
    StatutoryClock, TargetKind, Time,
};
use anlanh_pack::Policy;

use crate::console::OwnerLine;
use crate::desk::words::Words;
use crate::page::names::Names;

pub const fn kind(words: Words, kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Remove => words.pick("Gỡ bỏ nội dung", "Remove content"),
        OrderKind::StopSharing => words.pick("Ngừng chia sẻ", "Stop sharing"),
        OrderKind::BlockAccess => words.pick("Chặn truy cập", "Block access"),
        OrderKind::Lock => words.pick(
            "Khóa tài khoản, trang, nhóm, kênh",
            "Lock an account, page, group or channel",
        ),
        OrderKind::Restore => words.pick("Khôi phục", "Restore"),
        OrderKind::Correction => words.pick("Đăng cải chính", "Publish a correction"),
        OrderKind::KeepEvidence => words.pick("Lưu giữ chứng cứ", "Keep evidence"),
        OrderKind::ProvideInformation => words.pick("Cung cấp thông tin người dùng", "Provide user information"),
        OrderKind::WarnUsers => words.pick("Cảnh báo người dùng", "Warn users"),
    }
}

pub const fn channel(words: Words, channel: OrderChannel) -> &'static str {
    match channel {
        OrderChannel::Phone => words.pick("Điện thoại", "Telephone"),
        OrderChannel::Paper => words.pick("Văn bản giấy", "Paper"),
        OrderChannel::Email => words.pick("Thư điện tử", "E-mail"),
        OrderChannel::Node => words.pick("Nút của cơ quan (có chữ ký)", "Node of the authority (signed)"),
    }
}

pub const fn ground(words: Words, ground: ContestGround) -> &'static str {
    match ground {
        ContestGround::NotFound => words.pick("Không tìm thấy đối tượng", "Not found"),
        ContestGround::Unclear => words.pick("Yêu cầu không rõ", "Unclear"),
        ContestGround::OutOfScope => words.pick("Ngoài thẩm quyền hoặc căn cứ", "Out of scope"),
        ContestGround::Unlawful => words.pick("Rõ ràng trái luật", "Unlawful on its face"),
        ContestGround::AlreadyRestored => words.pick("Đã khôi phục", "Restored already"),
        ContestGround::NotGenuine => words.pick("Cơ quan không xác nhận", "Not genuine"),
    }
}

pub const fn state(words: Words, state: OrderState) -> &'static str {
    match state {
        OrderState::Received => words.pick("Mới nhận, chưa xác thực", "Received, not authenticated"),
        OrderState::Authenticated => {
            words.pick("Đã xác thực, chưa xét thẩm quyền", "Authenticated, scope not confirmed")
        }
        OrderState::InScope => words.pick("Đúng thẩm quyền, chưa ai nhận", "In scope, not taken"),
        OrderState::Assigned { .. } => words.pick("Đang thực hiện", "Being carried out"),
        OrderState::Contested { .. } => words.pick("Đã phản đối, chưa trả lời", "Contested, not answered"),
        OrderState::Answered { .. } => words.pick("Đã trả lời", "Answered"),
        OrderState::Withdrawn { .. } => words.pick("Đã thu hồi", "Withdrawn"),
        OrderState::Expired { .. } => words.pick("Đã hết hiệu lực", "Expired"),
    }
}

/// What an owner was asked, and what came of it.
pub fn owner(words: Words, view: &OwnerView) -> OwnerLine {
    let (row, request) = (&view.row, &view.row.request);
    let due = words.moment(request.clock.due_at);
    let state = match request.state {
        OwnerState::Asked => format!(
            "{} {} ({}, {})",
            words.pick("được yêu cầu gỡ trước", "is asked to remove it before"),
            due.absolute,
            due.relative,
            clock(words, &request.clock)
        ),
        OwnerState::Removed { at, .. } => format!(
            "{} {}",
            words.pick("báo đã gỡ lúc", "says it is removed, at"),
            words.moment(at).absolute
        ),
        OwnerState::Contested { at, .. } => format!(
            "{} {}",
            words.pick("không đồng ý, trả lời lúc", "does not agree, said at"),
            words.moment(at).absolute
        ),
        OwnerState::Ended { .. } => words.pick("nay không phải gỡ nữa", "is asked no more").to_owned(),
    };
    let late = if request.clock.is_breached() {
        words.pick(" · QUÁ HẠN", " · LATE")
    } else {
        ""
    };
    OwnerLine {
        said: format!(
            "{} {} {state}{late}",
            owner_of(words, row.owner.kind()),
            row.owner.reference()
        ),
        words: view.words.clone(),
        is_against: request.clock.is_breached() || matches!(request.state, OwnerState::Contested { .. }),
    }
}

const fn owner_of(words: Words, kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::Item | TargetKind::Report | TargetKind::Account => {
            words.pick("Chủ tài khoản", "The owner of the account")
        }
        TargetKind::Page => words.pick("Chủ trang", "The owner of the page"),
        TargetKind::Group => words.pick("Chủ nhóm", "The owner of the group"),
        TargetKind::Channel => words.pick("Chủ kênh", "The owner of the channel"),
    }
}

pub const fn pointed(words: Words, pointed: &Pointed) -> &'static str {
    match pointed {
        Pointed::Address(_) => words.pick("Địa chỉ", "Address"),
        Pointed::Domain(_) => words.pick("Tên miền", "Domain"),
        Pointed::Reference(target) => match target.kind() {
            TargetKind::Item => words.pick("Nội dung", "Item"),
            TargetKind::Account => words.pick("Tài khoản", "Account"),
            TargetKind::Page => words.pick("Trang", "Page"),
            TargetKind::Group => words.pick("Nhóm", "Group"),
            TargetKind::Channel => words.pick("Kênh", "Channel"),
            TargetKind::Report => words.pick("Phản ánh", "Report"),
        },
    }
}

pub const fn caution(words: Words, means: OrderMeans) -> Option<&'static str> {
    match means {
        OrderMeans::Node => None,
        OrderMeans::Network => Some(words.pick(
            "Khi thực hiện, đúng đối tượng này được đưa vào danh sách chặn của mạng và được gỡ ra khi yêu cầu kết thúc. Nút không điều khiển mạng thì làm thủ công rồi ghi lại.",
            "Carrying it out puts exactly the target on the blocklist of the network, and takes it off with the order. A node that guards no network does it by hand, and notes what was done.",
        )),
        OrderMeans::Hand => Some(words.pick(
            "Hệ thống chưa tự thực hiện được loại yêu cầu này: hãy làm thủ công rồi ghi lại.",
            "The node cannot carry this kind out yet: do it by hand, and note what was done.",
        )),
        OrderMeans::NotHere => Some(words.pick(
            "Cung cấp thông tin người dùng cần hai người khác nhau duyệt theo quy trình riêng, ở trang dưới đây.",
            "Information about users takes two approvals in a way of its own, on the page below.",
        )),
    }
}

/// How a clock stands, in a few words.
pub const fn clock(words: Words, clock: &StatutoryClock) -> &'static str {
    match (&clock.end, clock.warned_at) {
        (anlanh_model::ClockEnd::Running, None) => words.pick("đang tính", "running"),
        (anlanh_model::ClockEnd::Running, Some(_)) => words.pick("sắp hết hạn", "runs out soon"),
        (anlanh_model::ClockEnd::Met(_), _) => words.pick("đúng hạn", "met"),
        (anlanh_model::ClockEnd::Breached { .. }, _) => words.pick("quá hạn", "breached"),
    }
}

pub fn deadline(policy: &Policy, words: Words, of: &StatutoryClock) -> Vec<(String, String)> {
    let names = Names::new(policy, words.language());
    let due = words.moment(of.due_at);
    let bases: Vec<String> = of.basis.iter().map(|key| names.basis(key).cite).collect();
    let rule = names.clock(&of.key);
    let stated = || words.pick("Hạn do yêu cầu nêu", "Set by the order alone").to_owned();
    let rests = if of.is_statutory() {
        bases.join("; ")
    } else {
        words
            .pick("Không có: không phải thời hạn luật định", "None: no deadline of law")
            .to_owned()
    };
    let pairs = [
        (
            words.pick("Hạn", "Due"),
            format!("{} ({}), {}", due.absolute, due.relative, clock(words, of)),
        ),
        (words.pick("Quy tắc", "Rule"), rule.unwrap_or_else(stated)),
        (words.pick("Căn cứ", "Basis"), rests),
        (words.pick("Tính từ", "Runs from"), words.moment(of.starts_at).absolute),
    ];
    pairs.map(|(word, value)| (word.to_owned(), value)).into()
}

pub fn facts(policy: &Policy, words: Words, row: &Row) -> Vec<(String, String)> {
    let names = Names::new(policy, words.language());
    let letter = &row.letter;
    let mut facts: Vec<(String, String)> = [
        (words.pick("Yêu cầu", "What"), kind(words, row.order.kind).to_owned()),
        (words.pick("Cơ quan", "Office"), names.office(&letter.office)),
        (words.pick("Người ký", "Signed by"), letter.signer.clone()),
        (
            words.pick("Ngày ban hành", "Issued"),
            date(words, policy, letter.issued_at),
        ),
        (
            words.pick("Hình thức", "Came by"),
            channel(words, letter.channel).to_owned(),
        ),
        (
            words.pick("Nhận lúc", "Received"),
            words.moment(letter.received_at).absolute,
        ),
    ]
    .map(|(word, value)| (word.to_owned(), value))
    .into();
    facts.extend(terms(policy, words, letter, row.order.expires_at));
    match &row.demand {
        Some(demand) => facts.extend(self::demand(policy, words, demand)),
        None if is_unsaid(row) && row.order.state.is_open() => {
            let what = words.pick("Thông tin cần cung cấp", "What it asks for");
            facts.push((what.to_owned(), unsaid(words).to_owned()));
        }
        None => {}
    }
    facts
}

/// What an office says that it asks for about users: for what, which fields, of which period.
pub fn demand(policy: &Policy, words: Words, demand: &InformationDemand) -> Vec<(String, String)> {
    let names = Names::new(policy, words.language());
    let titles = demand.fields().iter().map(|key| names.information_field(key));
    let period = demand.period();
    let pairs = [
        (words.pick("Mục đích", "Purpose"), demand.purpose().to_owned()),
        (
            words.pick("Loại thông tin", "Fields"),
            titles.collect::<Vec<_>>().join("; "),
        ),
        (
            words.pick("Khoảng thời gian", "Period"),
            format!("{} – {}", words.second(period.from()), words.second(period.to())),
        ),
    ];
    pairs.map(|(word, value)| (word.to_owned(), value)).into()
}

/// Whether an order came from a node that asks for information and did not say what.
pub fn is_unsaid(row: &Row) -> bool {
    let asks = row.order.kind == OrderKind::ProvideInformation;
    asks && row.demand.is_none() && row.letter.channel == OrderChannel::Node
}

/// What is said of such an order.
pub const fn unsaid(words: Words) -> &'static str {
    words.pick(
        "Nút của cơ quan không nêu mục đích, loại thông tin và khoảng thời gian: hãy hỏi cơ quan.",
        "The office's node did not say for what, which fields and of which period: ask the office.",
    )
}

/// On what an order rests, and how it holds.
pub fn terms(policy: &Policy, words: Words, letter: &Letter, expires_at: Option<Time>) -> Vec<(String, String)> {
    let names = Names::new(policy, words.language());
    let bases = letter.basis.iter().map(|key| {
        let basis = names.basis(key);
        let unconfirmed = words.pick("(chưa xác nhận)", "(not confirmed)");
        if basis.is_unconfirmed {
            format!("{} {unconfirmed}", basis.cite)
        } else {
            basis.cite
        }
    });
    let mut facts = vec![(words.pick("Căn cứ", "Cites"), bases.collect::<Vec<_>>().join("; "))];
    if let Some(category) = &letter.category {
        facts.push((words.pick("Nhóm vi phạm", "Category"), names.category(category)));
    }
    if letter.haste == OrderHaste::Urgent {
        let urgent = words.pick("Khẩn cấp theo luật", "Urgent by law").to_owned();
        facts.push((words.pick("Độ khẩn", "Haste"), urgent));
    }
    if let Some(days) = letter.lock_days {
        facts.push((words.pick("Số ngày khóa", "Days of the lock"), days.to_string()));
    }
    if let Some(until) = letter.secret_until {
        facts.push((
            words.pick("Bảo mật đến", "Confidential until"),
            words.moment(until).absolute,
        ));
    }
    if let Some(until) = expires_at {
        facts.push((words.pick("Hiệu lực đến", "Holds until"), words.moment(until).absolute));
    }
    facts
        .into_iter()
        .map(|(word, value)| (word.to_owned(), value))
        .collect()
}

/// A day as people write it.
pub fn date(words: Words, policy: &Policy, at: Time) -> String {
    let offset = policy.utc_offset_minutes();
    let day = anlanh_pack::Day::from(anlanh_screen::Time(at.as_seconds()).date_at(offset));
    let _ = words;
    format!("{:02}/{:02}/{:04}", day.day, day.month, day.year)
}

/// What is said of an order for which nobody was called back.
pub const fn no_calls(words: Words, channel: OrderChannel) -> &'static str {
    match channel {
        OrderChannel::Node => words.pick(
            "Không cần gọi lại: yêu cầu có chữ ký của nút đã đối chiếu vân tay với cơ quan.",
            "None is needed: it is signed by the office's node, whose fingerprint was compared.",
        ),
        OrderChannel::Phone | OrderChannel::Paper | OrderChannel::Email => {
            words.pick("Chưa gọi lại.", "Nobody was called back yet.")
        }
    }
}

pub fn call(words: Words, row: &OrderCall) -> String {
    let about = match row.purpose {
        Purpose::Order => words.pick("Yêu cầu", "Order"),
        Purpose::Amendment => words.pick("Sửa đổi", "Amendment"),
        Purpose::Withdrawal => words.pick("Thu hồi", "Withdrawal"),
        Purpose::Key => words.pick("Khóa nhận thông tin", "Key for information"),
    };
    format!(
        "{about}: {} → {} ({}), {}",
        row.by,
        row.call.called,
        row.call.telephone,
        words.moment(row.call.called_at).absolute
    )
}

pub fn step(words: Words, step: &OrderStep, clock: &StatutoryClock) -> String {
    let what = match step.kind.as_str() {
        "entered" if step.detail == OrderChannel::Node.key() => {
            words.pick("Nhận từ nút của cơ quan", "Received from the office's node")
        }
        "entered" => words.pick("Nhập yêu cầu", "Entered"),
        "document" => words.pick("Đính kèm văn bản", "Document attached"),
        "authenticated" if step.detail == "signature" => words.pick(
            "Xác thực bằng chữ ký của nút cơ quan",
            "Authenticated by the signature of the office's node",
        ),
        "reminded" => words.pick("Cơ quan đôn đốc", "The office reminded of it"),
        "authenticated" => words.pick("Đã gọi lại xác thực", "Called back"),
        "checked" => words.pick("Xác nhận đúng thẩm quyền, căn cứ", "Scope confirmed"),
        "taken" => words.pick("Nhận yêu cầu", "Taken"),
        "executed" if step.detail == "proposed" => words.pick("Đề nghị, chờ người thứ hai", "Proposed"),
        "executed" if step.detail == "by_owner" => {
            words.pick("Chủ đã gỡ, đã kiểm tra", "Removed by its owner, checked")
        }
        "executed" if step.detail == "reported" => words.pick(
            "Hệ thống của nền tảng báo đã làm xong",
            "The platform's systems say it is done:",
        ),
        "executed" => words.pick("Thực hiện", "Carried out"),
        "decided" if step.detail == "again" => words.pick(
            "Báo lại cho hệ thống của nền tảng",
            "The platform's systems were told again:",
        ),
        "decided" => words.pick("Quyết định, chờ hệ thống của nền tảng báo", "Decided:"),
        "failed" => words.pick(
            "Hệ thống của nền tảng báo không làm được",
            "The platform's systems could not do it:",
        ),
        "owner_asked" => words.pick("Yêu cầu chủ gỡ", "Owner asked to remove"),
        "owner_removed" => words.pick("Chủ báo đã gỡ", "Owner says it is removed:"),
        "owner_contested" => words.pick("Chủ không đồng ý gỡ", "Owner does not agree:"),
        "owner_overdue" => words.pick("Chủ quá hạn gỡ", "Owner missed the deadline:"),
        "contested" => words.pick("Phản đối", "Contested"),
        "answered" => words.pick("Trả lời", "Answered"),
        "amended" => words.pick("Sửa đổi", "Amended"),
        "withdrawn" => words.pick("Thu hồi", "Withdrawn"),
        "lifted" => words.pick("Hủy bỏ biện pháp đã thực hiện", "Lifted"),
        "expired" => words.pick("Hết hiệu lực", "Expired"),
        "told" => words.pick("Đã thông báo người bị ảnh hưởng", "Those concerned were told"),
        "information_proposed" => words.pick("Đề nghị cung cấp thông tin", "Information proposed"),
        "information_approved" => words.pick("Duyệt cung cấp thông tin", "Information approved"),
        "information_withdrawn" => words.pick("Rút đề nghị cung cấp thông tin", "Proposal taken back"),
        "information_entered" => words.pick("Nhập thông tin đã duyệt", "Approved information entered"),
        "information_prepared" => words.pick("Mã hóa thành tệp", "Encrypted"),
        "information_fetched" => words.pick("Tải tệp đã mã hóa", "File taken out"),
        "information_handed_over" => words.pick("Giao thông tin", "Handed over"),
        "information_refused" => words.pick("Từ chối cung cấp thông tin", "Information refused"),
        "information_told" => words.pick("Đã thông báo người liên quan", "Those concerned were told"),
        "information_erased" => words.pick("Xóa thông tin đã nhập", "Entered information erased"),
        "clock_warned" => words.pick("Nhắc: sắp hết hạn", "Reminder: runs out soon"),
        "clock_breached" if clock.is_statutory() => words.pick("Quá hạn luật định", "Statutory deadline breached"),
        "clock_breached" => words.pick(
            "Quá hạn (không phải thời hạn luật định)",
            "Past its deadline, which is none of law",
        ),
        other => other,
    };
    let target = step.target.map(|number| format!(" {number}")).unwrap_or_default();
    match &step.actor {
        Some(actor) => format!("{what}{target} · {actor}"),
        None => format!("{what}{target}"),
    }
}
