//! What the console calls things, in one language. Words of the policy come from [`Names`](crate::page::names::Names).

use anlanh_api::Language;
use anlanh_app::EventRow;
use anlanh_model::{
    AppealResult, AppealState, AuditAction, Cause, Level, MeasureKind, Outcome, Party, Role, TargetKind, Time, Urgency,
};
use anlanh_screen::Said;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::Service;
use crate::api::instant::Instant;
use crate::console::{Moment, Severity};
use crate::rights;

/// Words of the console in one language.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    language: Language,
    now: Time,
    utc_offset_minutes: i32,
}

impl Words {
    /// Words in this language, now, in the local time of the policy in force.
    pub fn of(service: &Service, language: Language) -> Self {
        let offset = service.app.engine().screener.pack().utc_offset_minutes;
        Self::new(language, service.app.clock().now(), offset)
    }

    /// Words in this language, at this moment, with local time this far from UTC.
    pub const fn new(language: Language, now: Time, utc_offset_minutes: i32) -> Self {
        Self {
            language,
            now,
            utc_offset_minutes,
        }
    }

    /// The one of two texts that is in this language.
    pub const fn pick<'t>(self, vi: &'t str, en: &'t str) -> &'t str {
        self.language.pick(vi, en)
    }

    /// What is said in both, in this language.
    pub fn said(self, said: &Said) -> &str {
        self.pick(&said.vi, &said.en)
    }

    /// The language.
    pub const fn language(self) -> Language {
        self.language
    }

    /// The moment at which things are said.
    pub const fn now(self) -> Time {
        self.now
    }

    /// A moment, exactly and as people say it.
    pub fn moment(self, at: Time) -> Moment {
        let local = self.local(at);
        Moment {
            exact: Instant(at).to_string(),
            absolute: format!(
                "{:02}:{:02} {:02}/{:02}/{}",
                local.hour(),
                local.minute(),
                local.day(),
                local.month(),
                local.year()
            ),
            relative: self.relative(at),
        }
    }

    /// A moment to the second, for what ends there and not a second later.
    pub fn second(self, at: Time) -> String {
        let local = self.local(at);
        format!(
            "{:02}:{:02}:{:02} {:02}/{:02}/{}",
            local.hour(),
            local.minute(),
            local.second(),
            local.day(),
            local.month(),
            local.year()
        )
    }

    /// A moment as a field of a form takes it, to the minute.
    pub fn field(self, at: Time) -> String {
        self.local(at).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// A moment as a field of a form takes it, to the second.
    pub fn field_second(self, at: Time) -> String {
        self.local(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    fn local(self, at: Time) -> DateTime {
        let instant = jiff::Timestamp::from_microsecond(at.as_micros()).unwrap_or(jiff::Timestamp::MAX);
        let offset = Offset::from_seconds(self.utc_offset_minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
        offset.to_datetime(instant)
    }

    /// How long ago, or in how long.
    pub fn relative(self, at: Time) -> String {
        let minutes = self.now.minutes_since(at);
        let span = self.span(minutes.unsigned_abs());
        match (span, minutes < 0) {
            (None, _) => self.pick("vừa xong", "just now").to_owned(),
            (Some(span), false) => match self.language {
                Language::Vi => format!("{span} trước"),
                Language::En => format!("{span} ago"),
            },
            (Some(span), true) => match self.language {
                Language::Vi => format!("sau {span}"),
                Language::En => format!("in {span}"),
            },
        }
    }

    /// A day, counted in local days since 1970-01-01.
    pub fn day(self, day: i64) -> String {
        let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day));
        date.map_or_else(
            |_| day.to_string(),
            |date| format!("{:02}/{:02}", date.day(), date.month()),
        )
    }

    /// A span in its largest unit; nothing below a minute.
    pub fn span(self, minutes: u64) -> Option<String> {
        let (number, vi, en) = match minutes {
            0 => return None,
            1..60 => (minutes, "phút", "minute"),
            60..1440 => (minutes / 60, "giờ", "hour"),
            _ => (minutes / 1440, "ngày", "day"),
        };
        Some(match self.language {
            Language::Vi => format!("{number} {vi}"),
            Language::En => format!("{number} {en}{}", if number == 1 { "" } else { "s" }),
        })
    }

    /// An outcome.
    pub const fn outcome(self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::NoViolation => self.language.pick("Không vi phạm", "No violation"),
            Outcome::SubjectOnly => self.language.pick("Chỉ xử lý tài khoản, trang", "Account or page only"),
            Outcome::Label => self.language.pick("Gắn nhãn", "Label"),
            Outcome::Limit => self.language.pick("Hạn chế lan truyền", "Limit reach"),
            Outcome::Hide => self.language.pick("Ẩn", "Hide"),
            Outcome::Remove => self.language.pick("Gỡ bỏ", "Remove"),
        }
    }

    /// Something that is done to an item or to who or what is behind it.
    pub const fn measure(self, kind: MeasureKind) -> &'static str {
        match kind {
            MeasureKind::Label => self.language.pick("Gắn nhãn", "Label"),
            MeasureKind::Limit => self.language.pick("Hạn chế lan truyền", "Limit reach"),
            MeasureKind::Hide => self.language.pick("Ẩn", "Hide"),
            MeasureKind::Remove => self.language.pick("Gỡ bỏ", "Remove"),
            MeasureKind::Warn => self.language.pick("Cảnh cáo", "Warn"),
            MeasureKind::TemporaryLock => self.language.pick("Khóa tạm thời", "Temporary lock"),
            MeasureKind::PermanentLock => self.language.pick("Khóa vĩnh viễn", "Permanent lock"),
            MeasureKind::RefuseRegistration => self.language.pick("Từ chối đăng ký", "Refuse registration"),
            MeasureKind::EndService => self.language.pick("Ngừng cung cấp dịch vụ", "End of service"),
        }
    }

    /// What somebody wrote, or that it was erased.
    pub fn kept(self, words: Option<&str>) -> String {
        words.map_or_else(|| self.pick("(đã được xóa)", "(erased)").to_owned(), str::to_owned)
    }

    /// What stands where an item has no text, or has it no more.
    pub const fn no_text(self) -> &'static str {
        self.language.pick("(không có văn bản)", "(no text)")
    }

    /// A kind of thing that a measure is aimed at.
    pub const fn target(self, kind: TargetKind) -> &'static str {
        match kind {
            TargetKind::Item => self.language.pick("Nội dung", "Item"),
            TargetKind::Account => self.language.pick("Tài khoản", "Account"),
            TargetKind::Page => self.language.pick("Trang", "Page"),
            TargetKind::Group => self.language.pick("Nhóm", "Group"),
            TargetKind::Channel => self.language.pick("Kênh", "Channel"),
            TargetKind::Report => self.language.pick("Phản ánh", "Report"),
        }
    }

    /// How soon a case should be looked at.
    pub const fn urgency(self, urgency: Urgency) -> &'static str {
        match urgency {
            Urgency::Immediate => self.language.pick("Khẩn cấp", "Immediate"),
            Urgency::High => self.language.pick("Cao", "High"),
            Urgency::Normal => self.language.pick("Thường", "Normal"),
            Urgency::Low => self.language.pick("Thấp", "Low"),
        }
    }

    /// How grave a case looks in lists.
    pub const fn severity(urgency: Urgency) -> Severity {
        match urgency {
            Urgency::Immediate => Severity::Critical,
            Urgency::High => Severity::High,
            Urgency::Normal => Severity::Medium,
            Urgency::Low => Severity::Low,
        }
    }

    /// Why a case was opened.
    pub const fn cause(self, cause: Cause) -> &'static str {
        match cause {
            Cause::Review => self
                .language
                .pick("Một quy tắc yêu cầu người xem.", "A rule asked for a person."),
            Cause::Acted => self.language.pick(
                "Một quy tắc đã tự động xử lý; cần người xem lại.",
                "A rule acted on its own; a person looks afterwards.",
            ),
            Cause::Braked => self.language.pick(
                "Một quy tắc tự động bị hãm lại; cần người xem.",
                "An automatic rule was held back; a person looks instead.",
            ),
            Cause::Undecided => self.language.pick(
                "Máy không xét được toàn bộ nội dung.",
                "The content could not be judged in full.",
            ),
            Cause::Request => self
                .language
                .pick("Một người yêu cầu xem xét.", "A person asked for it."),
            Cause::Report => self
                .language
                .pick("Người ngoài phản ánh nội dung này.", "Somebody outside reported it."),
            Cause::Ladder => self.language.pick(
                "Đủ số lần vi phạm để khóa theo quy định; cần người quyết định.",
                "Violations are many enough for a lock by law; a person decides.",
            ),
            Cause::Evasion => self.language.pick(
                "Tài khoản có dấu hiệu trùng với tài khoản đang bị khóa; cần người xem.",
                "The account shares signs with a locked one; a person looks.",
            ),
            Cause::Order => self
                .language
                .pick("Cơ quan có thẩm quyền yêu cầu.", "A competent authority ordered it."),
            Cause::Owner => self.language.pick(
                "Chủ nơi đăng được yêu cầu gỡ nhưng đã quá hạn; cần người xem và quyết định.",
                "The owner was asked to remove it and let the deadline run out; a person decides.",
            ),
            Cause::Appeal => self.language.pick(
                "Có khiếu nại về một quyết định; cần người khác với người đã quyết định.",
                "Somebody appeals against a decision; whoever made it cannot answer.",
            ),
        }
    }

    /// At which level a case is decided.
    pub const fn level(self, level: Level) -> &'static str {
        match level {
            Level::First => self.language.pick("Cấp một", "First level"),
            Level::Escalated => self.language.pick("Đã chuyển cấp trên", "Escalated"),
        }
    }

    /// As what somebody is concerned by a decision.
    pub const fn party(self, party: Party) -> &'static str {
        match party {
            Party::Author => self.language.pick("Người đăng", "Author"),
            Party::Reporter => self.language.pick("Người phản ánh", "Reporter"),
            Party::Owner => self
                .language
                .pick("Chủ trang, nhóm, kênh", "Owner of the page, group or channel"),
        }
    }

    /// How an appeal was answered.
    pub const fn result(self, result: AppealResult) -> &'static str {
        match result {
            AppealResult::Upheld => self.language.pick("Giữ nguyên quyết định", "Decision upheld"),
            AppealResult::Reversed => self.language.pick("Hủy quyết định", "Decision reversed"),
            AppealResult::Changed => self.language.pick("Thay bằng quyết định khác", "Decision changed"),
        }
    }

    /// How far an appeal has come.
    pub const fn appeal(self, state: AppealState) -> &'static str {
        match state {
            AppealState::Open => self.language.pick("Đang chờ trả lời", "Waiting for an answer"),
            AppealState::Answered { result, .. } => self.result(result),
            AppealState::Withdrawn { .. } => self.language.pick("Đã rút lại", "Withdrawn"),
        }
    }

    /// A role.
    pub const fn role(self, role: Role) -> &'static str {
        let [vi, en] = rights::role(role);
        self.language.pick(vi, en)
    }

    /// A kind of item, by its key.
    pub fn kind(self, key: &str) -> String {
        let known = match key {
            "post" => self.pick("Bài đăng", "Post"),
            "comment" => self.pick("Bình luận", "Comment"),
            "message" => self.pick("Tin nhắn", "Message"),
            "listing" => self.pick("Tin rao bán", "Listing"),
            "profile" => self.pick("Hồ sơ", "Profile"),
            "reported" => self.pick("Nội dung được phản ánh", "Reported content"),
            "livestream_title" => self.pick("Tiêu đề phát trực tiếp", "Livestream title"),
            _ => key,
        };
        known.to_owned()
    }

    /// Something that the audit log tells of.
    pub const fn audited(self, action: AuditAction) -> &'static str {
        match action {
            AuditAction::KeepItems => self.language.pick("Lưu nội dung", "Items kept"),
            AuditAction::OpenCase => self.language.pick("Mở vụ việc", "Case opened"),
            AuditAction::TakeCase => self.language.pick("Nhận vụ việc", "Case taken"),
            AuditAction::ReleaseCase => self.language.pick("Trả vụ việc", "Case given back"),
            AuditAction::EscalateCase => self.language.pick("Chuyển cấp vụ việc", "Case escalated"),
            AuditAction::ReorderCase => self.language.pick("Đổi độ khẩn", "Case moved in the queue"),
            AuditAction::NoteCase => self.language.pick("Ghi chú vụ việc", "Note written"),
            AuditAction::DecideCase => self.language.pick("Quyết định vụ việc", "Case decided"),
            AuditAction::EditPolicy => self
                .language
                .pick("Sửa bản nháp chính sách", "Draft of the policy changed"),
            AuditAction::DiscardDraft => self.language.pick("Bỏ bản nháp", "Draft thrown away"),
            AuditAction::ShadowPolicy => self.language.pick("Chạy ngầm một phiên bản", "Version runs in shadow"),
            AuditAction::EndShadow => self.language.pick("Ngừng chạy ngầm", "Shadow ended"),
            AuditAction::BacktestPolicy => self.language.pick("Thử trên nội dung đã lưu", "Version back-tested"),
            AuditAction::EnforcePolicy => self
                .language
                .pick("Áp dụng phiên bản chính sách", "Version put in force"),
            AuditAction::RollBackPolicy => self.language.pick("Quay lại phiên bản trước", "Version rolled back"),
            AuditAction::SetBrake => self.language.pick("Đặt phanh của quy tắc", "Brake set"),
            AuditAction::SetGolden => self
                .language
                .pick("Đặt hoặc rút mẫu chuẩn", "Golden item set or withdrawn"),
            AuditAction::SetShares => self.language.pick("Đặt tỷ lệ đo chất lượng", "Measured shares set"),
            AuditAction::FindRight => self.language.pick("Nhận định hai quyết định", "Two decisions weighed"),
            AuditAction::CreateStaff => self.language.pick("Tạo tài khoản", "Account made"),
            AuditAction::InviteStaff => self.language.pick("Tạo lời mời", "Invitation made"),
            AuditAction::ChangeStaff => self.language.pick("Đổi tài khoản", "Account changed"),
            AuditAction::SetPassword => self.language.pick("Đổi mật khẩu", "Password set"),
            AuditAction::SignIn => self.language.pick("Đăng nhập", "Signed in"),
            AuditAction::RefuseSignIn => self.language.pick("Từ chối đăng nhập", "Sign-in refused"),
            AuditAction::SignOut => self.language.pick("Đăng xuất", "Signed out"),
            AuditAction::CreateToken => self.language.pick("Tạo mã truy cập", "Token made"),
            AuditAction::RevokeToken => self.language.pick("Thu hồi mã truy cập", "Token revoked"),
            AuditAction::ClearToken => self
                .language
                .pick("Đặt mức TLP của mã truy cập", "Clearance of a token set"),
            AuditAction::Replay => self.language.pick("Xét lại như lúc đó", "Verdict replayed"),
            AuditAction::Start => self.language.pick("Khởi động nút", "Node started"),
            AuditAction::KeepImage => self.language.pick("Lưu ảnh đi kèm", "Picture kept"),
            AuditAction::Report => self.language.pick("Nhận phản ánh", "Report received"),
            AuditAction::ConfirmReport => self
                .language
                .pick("Xác nhận địa chỉ người phản ánh", "Reporter's address confirmed"),
            AuditAction::AddToReport => self.language.pick("Thêm ảnh vào phản ánh", "Picture added to a report"),
            AuditAction::ReadReport => self.language.pick("Xem người phản ánh", "Reporter looked up"),
            AuditAction::EraseReport => self
                .language
                .pick("Xóa dữ liệu người phản ánh", "Reporter's data erased"),
            AuditAction::SendMail => self
                .language
                .pick("Gửi thư cho người ngoài", "Mail to somebody outside"),
            AuditAction::RunClocks => self
                .language
                .pick("Theo dõi thời hạn luật định", "Statutory clocks noted"),
            AuditAction::DeclineDecision => self
                .language
                .pick("Trả lại quyết định chờ xác nhận", "Decision not confirmed"),
            AuditAction::ReverseDecision => self.language.pick("Hủy quyết định", "Decision taken back"),
            AuditAction::EndMeasures => self.language.pick("Biện pháp hết hạn", "Measures came to their end"),
            AuditAction::ConfirmAction => self.language.pick("Nền tảng báo kết quả", "Platform said what it did"),
            AuditAction::DeliverAction => self
                .language
                .pick("Gửi việc cần làm cho nền tảng", "Platform told what to do"),
            AuditAction::ReplayAction => self.language.pick("Gửi lại cho nền tảng", "Dead letter replayed"),
            AuditAction::KeepSignals => self
                .language
                .pick("Nhận dấu hiệu tài khoản", "Signs of an account kept"),
            AuditAction::KeepContact => self
                .language
                .pick("Nhận địa chỉ nhận thông báo", "Address for notices kept"),
            AuditAction::EraseContact => self
                .language
                .pick("Xóa địa chỉ nhận thông báo", "Address for notices erased"),
            AuditAction::PublishLog => self.language.pick("Ký nhật ký công khai", "Public log signed"),
            AuditAction::WatchLog => self
                .language
                .pick("Đổi các nhật ký được chứng kiến", "Witnessed logs changed"),
            AuditAction::CosignLog => self.language.pick("Chứng kiến nhật ký khác", "Another log witnessed"),
            AuditAction::NameWitnesses => self
                .language
                .pick("Đổi các nút chứng kiến", "Witnesses of the public log changed"),
            AuditAction::KeepCosignature => self.language.pick("Nhật ký được chứng kiến", "Public log witnessed"),
            AuditAction::ExportDecisions => self.language.pick("Xuất các quyết định", "Decisions exported"),
            AuditAction::OpenAppeal => self.language.pick("Nhận khiếu nại", "Appeal made"),
            AuditAction::WithdrawAppeal => self.language.pick("Rút khiếu nại", "Appeal withdrawn"),
            AuditAction::WriteInAppeal => self.language.pick("Trao đổi về khiếu nại", "Message about an appeal"),
            AuditAction::EraseAppeal => self.language.pick("Xóa lời khiếu nại", "Words of an appeal erased"),
            AuditAction::EraseItems => self.language.pick("Xóa nội dung", "Items erased"),
            AuditAction::HoldItem => self.language.pick("Giữ nguyên nội dung", "Hold put on an item"),
            AuditAction::ReleaseHold => self.language.pick("Thôi giữ nguyên", "Hold ended"),
            AuditAction::EnterOrder => self.language.pick("Nhập yêu cầu", "Order entered"),
            AuditAction::KeepOrderDocument => self.language.pick("Đính kèm văn bản", "Document of an order kept"),
            AuditAction::AuthenticateOrder => self.language.pick("Xác thực yêu cầu", "Order authenticated"),
            AuditAction::CheckOrder => self.language.pick("Xác nhận thẩm quyền", "Scope of an order confirmed"),
            AuditAction::TakeOrder => self.language.pick("Nhận yêu cầu", "Order taken"),
            AuditAction::ExecuteOrder => self.language.pick("Thực hiện yêu cầu", "Order carried out"),
            AuditAction::ContestOrder => self.language.pick("Phản đối yêu cầu", "Order contested"),
            AuditAction::AnswerOrder => self.language.pick("Trả lời yêu cầu", "Order answered"),
            AuditAction::AmendOrder => self.language.pick("Sửa đổi yêu cầu", "Order amended"),
            AuditAction::WithdrawOrder => self.language.pick("Thu hồi yêu cầu", "Order withdrawn"),
            AuditAction::RunOrders => self.language.pick("Thời hạn yêu cầu", "Deadlines of orders"),
            AuditAction::TellOrder => self
                .language
                .pick("Thông báo sau thời hạn bảo mật", "Told after confidentiality"),
            AuditAction::CreateCollection => self.language.pick("Tạo tập dữ liệu", "Collection made"),
            AuditAction::GrantCollection => self.language.pick("Cấp quyền tập dữ liệu", "Collection granted"),
            AuditAction::AddIndicators => self.language.pick("Nhận chỉ dấu", "Indicators added"),
            AuditAction::DeleteIndicators => self.language.pick("Xóa chỉ dấu", "Indicators taken out"),
            AuditAction::AddFeed => self.language.pick("Thêm nguồn chỉ dấu", "Feed added"),
            AuditAction::ChangeFeed => self.language.pick("Sửa nguồn chỉ dấu", "Feed changed"),
            AuditAction::RemoveFeed => self.language.pick("Gỡ nguồn chỉ dấu", "Feed removed"),
            AuditAction::NoteFeed => self.language.pick("Hỏi nguồn chỉ dấu", "Feed asked"),
            AuditAction::TakeFeed => self.language.pick("Nhận từ nguồn chỉ dấu", "Taken over from a feed"),
            AuditAction::SettleFeed => self.language.pick("Xử lý lần cập nhật chờ", "Held round settled"),
            AuditAction::AddPush => self.language.pick("Thêm nơi nhận chỉ dấu", "Push added"),
            AuditAction::ChangePush => self.language.pick("Sửa nơi nhận chỉ dấu", "Push changed"),
            AuditAction::RemovePush => self.language.pick("Gỡ nơi nhận chỉ dấu", "Push removed"),
            AuditAction::PushIndicators => self.language.pick("Đẩy chỉ dấu đi", "Indicators pushed"),
            AuditAction::EnterIndicators => self
                .language
                .pick("Nhập chỉ dấu bằng tay", "Indicators entered by hand"),
            AuditAction::CountSightings => self.language.pick("Đếm lần phát hiện", "Sightings counted"),
            AuditAction::MarkIndicators => self
                .language
                .pick("Đối chiếu danh sách cảnh báo", "Held against warning lists"),
            AuditAction::AskOwner => self
                .language
                .pick("Yêu cầu chủ trang, nhóm, kênh gỡ", "Owner asked to remove"),
            AuditAction::AnswerForOwner => self.language.pick("Chủ trang, nhóm, kênh trả lời", "Owner answered"),
            AuditAction::RunOwners => self
                .language
                .pick("Thời hạn của chủ trang, nhóm, kênh", "Deadlines of owners"),
            AuditAction::AddPeer => self.language.pick("Thêm nút khác", "Another node added"),
            AuditAction::IntroducePeer => self.language.pick("Đọc thẻ của nút khác", "Card of another node read"),
            AuditAction::ChangePeer => self.language.pick("Ngắt nút khác", "Another node cut off"),
            AuditAction::RotateKey => self.language.pick("Thay khóa của nút", "Key of this node followed"),
            AuditAction::ReceiveMessage => self.language.pick("Nhận thông điệp của nút khác", "Message received"),
            AuditAction::DeliverMessage => self.language.pick("Gửi thông điệp đến nút khác", "Message delivered"),
            AuditAction::TellPeers => self
                .language
                .pick("Báo tiến độ cho cơ quan", "Offices told of progress"),
            AuditAction::DraftIssued => self.language.pick("Soạn yêu cầu gửi đi", "Order drafted"),
            AuditAction::SignIssued => self.language.pick("Ký yêu cầu gửi đi", "Order signed"),
            AuditAction::ChangeIssued => self
                .language
                .pick("Đôn đốc, sửa đổi hoặc thu hồi yêu cầu gửi đi", "Issued order changed"),
            AuditAction::RunIssued => self
                .language
                .pick("Thời hạn yêu cầu gửi đi", "Deadlines of issued orders"),
            AuditAction::ProposeInformation => self
                .language
                .pick("Đề nghị cung cấp thông tin", "Information about users proposed"),
            AuditAction::ApproveInformation => self
                .language
                .pick("Duyệt cung cấp thông tin", "Information about users approved"),
            AuditAction::DeclineInformation => self
                .language
                .pick("Không duyệt cung cấp thông tin", "Information about users not approved"),
            AuditAction::EnterInformation => self
                .language
                .pick("Nhập thông tin đã duyệt", "Approved information entered"),
            AuditAction::PrepareInformation => self
                .language
                .pick("Mã hóa thông tin đã duyệt", "Approved information encrypted"),
            AuditAction::FetchInformation => self.language.pick("Tải tệp thông tin", "File of information taken out"),
            AuditAction::HandOverInformation => self
                .language
                .pick("Giao tệp thông tin", "File of information handed over"),
            AuditAction::RefuseInformation => self
                .language
                .pick("Từ chối cung cấp thông tin", "Request for information refused"),
            AuditAction::EraseInformation => self
                .language
                .pick("Xóa thông tin đã nhập", "Entered information erased"),
            AuditAction::TellInformation => self.language.pick(
                "Thông báo về thông tin đã cung cấp",
                "Told of information that was given",
            ),
            AuditAction::AnswerAppeal => self.language.pick("Trả lời khiếu nại", "Appeal answered"),
            AuditAction::ProposeBlocks => self.language.pick("Đề xuất chặn", "Blocks proposed"),
            AuditAction::StepBlocks => self
                .language
                .pick("Bước của thay đổi danh sách chặn", "Step of a blocklist change"),
            AuditAction::ReviewBlock => self.language.pick("Xem lại việc chặn", "Block looked at again"),
            AuditAction::LiftBlock => self.language.pick("Gỡ chặn", "Block lifted"),
            AuditAction::RollBackBlocks => self
                .language
                .pick("Hoàn tác danh sách chặn", "Blocklist step taken back"),
            AuditAction::RunBlocks => self
                .language
                .pick("Hết hạn chặn, hạn phản đối", "Blocks ended, clocks of objections"),
            AuditAction::RaiseAlerts => self.language.pick("Cảnh báo từ bộ cảm biến", "Alerts raised"),
            AuditAction::CountEvents => self.language.pick("Đếm sự kiện theo giờ", "Events counted by the hour"),
            AuditAction::WriteIncidentReport => self.language.pick("Soạn báo cáo sự cố", "Incident report written"),
            AuditAction::ShareIncident => self.language.pick("Chia sẻ sự cố", "Incident shared"),
            AuditAction::SignIncidentReport => self.language.pick("Ký, gửi báo cáo sự cố", "Incident report signed"),
            AuditAction::StepIncident => self.language.pick("Bước xử lý sự cố", "Step of an incident"),
            AuditAction::NoteIncident => self.language.pick("Ghi vào sự cố", "Incident noted"),
            AuditAction::OpenIncident => self.language.pick("Mở sự cố bằng tay", "Incident opened by hand"),
            AuditAction::TellIncidents => self
                .language
                .pick("Báo diễn biến sự cố ra hệ thống khác", "Events of incidents told"),
            AuditAction::GroupIncidents => self.language.pick("Gộp, tách sự cố", "Incidents merged or split"),
            AuditAction::KeepEvidence => self.language.pick("Lưu chứng cứ sự cố", "Evidence kept"),
            AuditAction::RevealHost => self
                .language
                .pick("Xem địa chỉ máy trong sự cố", "Address of a host shown"),
            AuditAction::HandOverShift => self.language.pick("Bàn giao ca trực", "Shift handed over"),
            AuditAction::RunIncidents => self.language.pick("Thời hạn sự cố", "Clocks of incidents"),
            AuditAction::AddSensor => self.language.pick("Thêm cảm biến", "Sensor added"),
            AuditAction::RemoveSensor => self.language.pick("Gỡ cảm biến", "Sensor removed"),
            AuditAction::StopSensor => self.language.pick("Dừng cảm biến", "Sensor stopped"),
            AuditAction::ResumeSensor => self.language.pick("Cho cảm biến chạy tiếp", "Sensor goes on"),
            AuditAction::AskHunt => self.language.pick("Yêu cầu truy tìm sự kiện", "Hunt asked for"),
            AuditAction::RunHunt => self.language.pick("Truy tìm sự kiện", "Hunt begun or ended"),
            AuditAction::CancelHunt => self.language.pick("Hủy lần truy tìm", "Hunt called off"),
            AuditAction::RaiseHunt => self
                .language
                .pick("Đưa kết quả truy tìm vào sự cố", "Hunt put into incidents"),
            AuditAction::ForgetHunts => self.language.pick("Xóa lần truy tìm hết hạn lưu", "Hunts forgotten"),
            AuditAction::MakeSharingRule => self.language.pick("Lập quy tắc chia sẻ", "Rule of sharing made"),
            AuditAction::StepSharingRule => self
                .language
                .pick("Đổi trạng thái quy tắc chia sẻ", "Rule of sharing changed"),
            AuditAction::PlanShares => self
                .language
                .pick("Lên lịch chia sẻ sự cố", "Sharing of an incident planned"),
            AuditAction::HoldShare => self
                .language
                .pick("Giữ lại việc chia sẻ sự cố", "Sharing of an incident held back"),
            AuditAction::EraseIncidents => self
                .language
                .pick("Xóa dữ liệu sự cố hết hạn lưu", "Data of incidents erased"),
            AuditAction::SortCounted => self.language.pick("Sắp xếp dữ liệu bộ đếm", "Counters put in order"),
            AuditAction::TellBouncer => self.language.pick("Báo cho bên chặn địa chỉ", "Bouncer told"),
            AuditAction::ProveBlocks => self.language.pick("Ghi bằng chứng chặn", "Proofs of blocking kept"),
            AuditAction::ObjectToBlock => self.language.pick("Phản đối việc chặn", "Objection to a block"),
            AuditAction::AnswerObjection => self.language.pick("Trả lời phản đối", "Objection answered"),
            AuditAction::EraseObjection => self.language.pick("Xóa nội dung phản đối", "Objections erased"),
        }
    }

    /// Something that happened to a case, without what was noted.
    pub fn event(self, event: &EventRow) -> String {
        let what = match event.kind.as_str() {
            "opened" => self.pick("Mở vụ việc", "Case opened"),
            "taken" => self.pick("Nhận xử lý", "Taken"),
            "released" => self.pick("Trả lại", "Released"),
            "escalated" => self.pick("Chuyển cấp trên", "Escalated"),
            "moved" => self.pick("Đổi mức ưu tiên", "Moved in the queue"),
            "noted" => self.pick("Ghi chú", "Note"),
            "decided" => self.pick("Quyết định", "Decided"),
            "reported" => self.pick("Có thêm phản ánh", "Reported again"),
            "clock_warned" => self.pick("Sắp hết thời hạn luật định", "Statutory deadline is near"),
            "clock_breached" => self.pick("Đã quá thời hạn luật định", "Statutory deadline has passed"),
            "proposed" => self.pick("Quyết định, chờ người thứ hai", "Decided, waits for a second person"),
            "declined" => self.pick("Không xác nhận quyết định", "Decision not confirmed"),
            "confirmed" => self.pick("Người thứ hai xác nhận", "Confirmed by a second person"),
            "owner_asked" => self.pick("Yêu cầu chủ gỡ", "Owner asked to remove it"),
            "owner_removed" => self.pick("Chủ báo đã gỡ", "Owner says it is removed"),
            "owner_contested" => self.pick("Chủ không đồng ý gỡ", "Owner does not agree"),
            "withdrawn" => self.pick("Người khiếu nại rút khiếu nại", "Withdrawn by whoever appealed"),
            "ordered" => self.pick(
                "Đóng theo yêu cầu của cơ quan có thẩm quyền",
                "Closed by an authority's order",
            ),
            "resumed" => self.pick(
                "Yêu cầu của cơ quan không còn hiệu lực, vụ việc chờ quyết định",
                "The order holds no more, and the case waits",
            ),
            other => other,
        };
        let detail = match event.kind.as_str() {
            "decided" | "proposed" | "confirmed" => {
                Outcome::from_key(&event.detail).map(|outcome| self.outcome(outcome))
            }
            "owner_asked" | "owner_removed" | "owner_contested" => {
                TargetKind::from_key(&event.detail).map(|kind| self.target(kind))
            }
            "moved" => Urgency::from_key(&event.detail).map(|urgency| self.urgency(urgency)),
            _ => None,
        };
        match detail {
            Some(detail) => format!("{what}: {detail}"),
            None => what.to_owned(),
        }
    }

    /// Who did something, by the kind of actor and the name.
    pub fn who(self, kind: &str, name: Option<&str>) -> String {
        let kind = match kind {
            "person" => "",
            "token" => self.pick("mã truy cập", "token"),
            "operator" => self.pick("người vận hành máy", "operator"),
            "outsider" => self.pick("người ngoài", "somebody outside"),
            "peer" => self.pick("nút", "node"),
            "concerned" => self.pick("người có đường dẫn riêng", "somebody with a private link"),
            _ => self.pick("hệ thống", "the node"),
        };
        match (kind, name) {
            ("", name) => name.unwrap_or_default().to_owned(),
            (kind, Some(name)) => format!("{kind} {name}"),
            (kind, None) => kind.to_owned(),
        }
    }
}

/// A sentence or a title as it stands within a sentence.
pub fn lowered(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_lowercase);
    first.chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_790_000_000);

    #[test]
    fn moments_are_said_in_their_largest_unit() {
        let check = |minutes_ago: i64, vi: &str, en: &str| {
            let at = NOW.plus_minutes(-minutes_ago);
            assert_eq!(Words::new(Language::Vi, NOW, 420).relative(at), vi);
            assert_eq!(Words::new(Language::En, NOW, 420).relative(at), en);
        };
        check(0, "vừa xong", "just now");
        check(1, "1 phút trước", "1 minute ago");
        check(59, "59 phút trước", "59 minutes ago");
        check(60, "1 giờ trước", "1 hour ago");
        check(2880, "2 ngày trước", "2 days ago");
        check(-15, "sau 15 phút", "in 15 minutes");
    }

    #[test]
    fn local_time_is_that_of_the_policy() {
        let moment = Words::new(Language::Vi, NOW, 420).moment(NOW);
        assert_eq!(moment.exact, "2026-09-21T14:13:20.000Z");
        assert_eq!(moment.absolute, "21:13 21/09/2026");
    }
}
