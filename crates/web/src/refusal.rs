//! Why a use case did not do what was asked, in words and numbers of HTTP. The only place that translates them.

mod blocks;
mod feeds;
mod hunts;
mod identity;
mod incidents;
mod information;
mod intel;
mod kinds;
mod orders;
mod peers;
mod sensors;
mod things;

use anlanh_api::Language;
use anlanh_app::{AppealError, CaseError, DatabaseError, Error, PolicyError, StatementError, StoreError};
use anlanh_model::{Appeal, Brake, Permission, VersionError};
use anlanh_pack::{Failure, Mistake};
use anlanh_screen::Said;
use axum::http::StatusCode;

use blocks::of_block;
pub use blocks::{why, why_none};
use feeds::{of_feed, of_push, of_sighting};
pub use hunts::bad_value;
use hunts::of_hunt;
use identity::of_id;
pub use identity::{of_name, of_password};
use intel::of_intel;
use orders::{of_order, of_owner};
use peers::{of_issued, of_peer};
use sensors::of_sensor;
use things::{of_contact, of_enforcement, of_image, of_keeping, of_report};

use crate::rights;

/// A refusal, worded. It names keys and ids, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// Stable code, for programs.
    pub code: &'static str,
    title: &'static [&'static str; 2],
    detail: [String; 2],
    /// What is wrong with a version of the policy, place by place.
    pub mistakes: Box<[Mistake]>,
    /// The field that it is about, by its name in a form.
    pub field: Option<&'static str>,
}

/// Most mistakes that one answer lists.
const MAX_MISTAKES: usize = 100;

/// Why something was not done, in Vietnamese and in English, where there are words for that: none for defects of ours, and for
/// what is no refusal.
#[must_use]
pub fn words_of(error: &(dyn std::error::Error + 'static)) -> Option<[String; 2]> {
    if let Some(error) = error.downcast_ref() {
        return Refusal::of(error).map(|refusal| refusal.words());
    }
    let words = (error.downcast_ref().copied().map(of_name))
        .or_else(|| error.downcast_ref().copied().map(of_password))
        .or_else(|| error.downcast_ref().copied().map(of_id));
    words.map(|words| words.map(str::to_owned))
}

/// What is picked of words in two languages.
pub const fn picked(language: Language, [vi, en]: [&'static str; 2]) -> &'static str {
    language.pick(vi, en)
}

impl Refusal {
    /// How many kinds there are.
    pub const KINDS: usize = kinds::COUNT;

    /// Its place among all kinds.
    pub fn kind(&self) -> Option<usize> {
        kinds::all().position(|(code, ..)| *code == self.code)
    }

    /// Every kind: its code, its status and its title.
    pub fn kinds(language: Language) -> impl Iterator<Item = (&'static str, StatusCode, &'static str)> {
        let kinds = kinds::all();
        kinds.map(move |(code, status, [vi, en])| (*code, *status, language.pick(vi, en)))
    }

    /// Every code, for metrics.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        kinds::all().map(|(code, ..)| *code)
    }

    fn new(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Self {
        let kind = kinds::all().find(|(known, ..)| *known == code);
        let (status, title) = kind.map_or(
            (StatusCode::INTERNAL_SERVER_ERROR, &["Lỗi nội bộ", "Internal error"]),
            |(_, status, title)| (*status, title),
        );
        Self {
            status,
            code,
            title,
            detail: [vi.into(), en.into()],
            mistakes: Box::default(),
            field: None,
        }
    }

    /// Nobody known asks.
    pub fn unauthorized() -> Self {
        Self::new(
            "unauthorized",
            "gửi kèm Authorization: Bearer với mã truy cập còn hiệu lực (anlanh token create)",
            "send Authorization: Bearer with a token that is valid (anlanh token create)",
        )
    }

    /// A form came from another site, or from a page that is too old.
    pub fn foreign_form() -> Self {
        Self::new(
            "foreign-form",
            "hãy mở lại trang rồi gửi lần nữa",
            "open the page again and send it once more",
        )
    }

    /// Whether it is about a version of the policy, so that its page is the place to say so.
    pub fn is_about_version(&self) -> bool {
        const CODES: [&str; 7] = [
            "version-sealed",
            "draft-changed",
            "version-in-force",
            "pack-mistakes",
            "pack-examples",
            "trial-runs",
            "bad-text",
        ];
        CODES.contains(&self.code)
    }

    /// A change to a draft does not say which state of it was seen.
    pub fn precondition_required() -> Self {
        Self::new(
            "precondition-required",
            "gửi kèm If-Match với ETag của bản nháp mà bạn đã xem: một giá trị, trong dấu ngoặc kép",
            "send If-Match with the ETag of the draft as you saw it: one value, in quotation marks",
        )
    }

    /// The same, where the request named a condition that does not hold (RFC 9110, section 13.1.1).
    pub fn into_failed_precondition(self) -> Self {
        Self {
            status: StatusCode::PRECONDITION_FAILED,
            ..self
        }
    }

    /// Whether it is about what was filled in for a case, so that its page is the place to say so.
    pub fn is_about_case(&self) -> bool {
        self.code.starts_with("case-")
            || self.code.starts_with("appeal-")
            || self.code.starts_with("owner-")
            || [
                "bad-statement",
                "bad-text",
                "unknown-key",
                "bad-measure",
                "proposal-void",
            ]
            .contains(&self.code)
    }

    /// Whether it is about the account that is to be erased, so that its form is the place to say so.
    pub fn is_about_erasure(&self) -> bool {
        ["nothing-kept", "bad-reference"].contains(&self.code)
    }

    /// Neither a proof of work nor the time that stands in for one came with a report.
    pub fn bad_proof() -> Self {
        Self::new(
            "bad-proof",
            format!("hãy chờ {} giây rồi gửi lại", crate::gate::WAIT_SECONDS),
            format!(
                "solve the challenge, or wait {} seconds and send again",
                crate::gate::WAIT_SECONDS
            ),
        )
    }

    /// As many reports came from one network as may.
    pub fn too_many_reports() -> Self {
        Self::new(
            "too-many-reports",
            format!("hãy thử lại sau {} phút", crate::gate::WINDOW_MINUTES),
            format!("try again in {} minutes", crate::gate::WINDOW_MINUTES),
        )
    }

    /// Whether it is about what was filled in to report something, so that its form is the place to say so.
    pub fn is_about_report(&self) -> bool {
        ["bad-report", "bad-proof", "bad-text", "unknown-key", "too-many-reports"].contains(&self.code)
    }

    /// A parameter of the address is not understood.
    pub fn bad_query(name: &str) -> Self {
        Self::new(
            "bad-query",
            format!("không hiểu tham số \"{name}\"; xem /openapi.json"),
            format!("parameter \"{name}\" is not understood; see /openapi.json"),
        )
    }

    /// The same of a field of a form.
    pub fn bad_field(name: &'static str) -> Self {
        Self::bad_query(name).about(name)
    }

    fn about(self, field: &'static str) -> Self {
        Self {
            field: Some(field),
            ..self
        }
    }

    /// The parameters of the address cannot be read at all.
    pub fn bad_address() -> Self {
        Self::new(
            "bad-query",
            "có tham số bị lặp hoặc không đọc được; xem /openapi.json",
            "a parameter stands twice or cannot be read; see /openapi.json",
        )
    }

    /// The header is not a key.
    pub fn bad_idempotency_key() -> Self {
        Self::new(
            "bad-idempotency-key",
            "khóa gồm 1 đến 255 ký tự ASCII in được",
            "a key is 1 to 255 printable ASCII characters",
        )
    }

    /// Somebody who is signed in may not do that.
    pub fn needs_role(permission: Permission) -> Self {
        Self::lacks("forbidden", rights::of_person(permission))
    }

    fn lacks(code: &'static str, [vi, en]: [String; 2]) -> Self {
        Self::new(code, vi, en)
    }

    /// What is answered a token for an error of a use case; none for defects of ours, which are told by an incident alone.
    pub fn of(error: &Error) -> Option<Self> {
        Some(match error {
            Error::Forbidden(permission) => Self::lacks("forbidden", rights::of_token(*permission)),
            Error::NeedsPerson(permission) => Self::lacks("needs-person", rights::of_token(*permission)),
            Error::NotFound(what) => Self::new(
                "no-such-thing",
                format!("không có {} với mã hoặc tên này", thing(what)),
                format!("there is no {what} with this id or name"),
            ),
            Error::Case(error) => Self::of_case(*error),
            Error::Appeal(error) => Self::of_appeal(*error),
            Error::Store(StoreError::Revoked) => Self::unauthorized(),
            Error::Store(StoreError::DecidedBelow) => Self::of_case(CaseError::FirstDecider),
            Error::Statement(error) => Self::of_statement(*error),
            Error::Enforcement(error) => of_enforcement(*error),
            Error::Text(field, _) => Self::new(
                "bad-text",
                format!("\"{field}\" trống, quá dài hoặc có ký tự điều khiển"),
                format!("\"{field}\" is empty, too long or holds a control character"),
            )
            .about(field),
            Error::UnknownKey(field) => Self::new(
                "unknown-key",
                format!("\"{field}\" không có trong chính sách đang áp dụng"),
                format!("\"{field}\" is not in the policy in force"),
            )
            .about(field),
            Error::OwnOpinion => Self::new(
                "own-opinion",
                "bạn đã đưa ra một trong hai quyết định này",
                "you gave one of the two decisions",
            ),
            Error::KeyReused => Self::new(
                "idempotency-key-reused",
                "khóa này đã đi cùng một nội dung khác trong 24 giờ qua",
                "this key came with another body in the last 24 hours",
            ),
            Error::Policy(error) => Self::of_policy(error),
            Error::Store(StoreError::Database(error)) => Self::of_database(error)?,
            Error::LastAdministrator => Self::new(
                "last-administrator",
                "hãy mời một quản trị viên khác trước",
                "invite another administrator first",
            ),
            Error::Image(error) => of_image(*error),
            Error::Report(error) => of_report(*error),
            Error::Contact(error) => of_contact(*error),
            Error::Keeping(error) => of_keeping(*error),
            Error::Order(refusal) => of_order(*refusal),
            Error::Owner(error) => of_owner(*error),
            Error::Block(refusal) => of_block(refusal),
            Error::Peer(error) => of_peer(*error),
            Error::Feed(error) => of_feed(*error),
            Error::Sensor(error) => of_sensor(*error),
            Error::Hunt(error) => of_hunt(error),
            Error::Push(error) => of_push(*error),
            Error::Sighting(error) => of_sighting(*error),
            Error::Incident(error) => incidents::of_incident(*error),
            Error::Sharing(error) => incidents::of_sharing(*error),
            Error::Issued(error) => of_issued(*error),
            Error::Intel(error) => of_intel(*error),
            Error::BadReference => Self::new(
                "bad-reference",
                "mã của nền tảng dài 1 đến 256 byte",
                "a reference has 1 to 256 bytes and no zero byte",
            ),
            Error::NameTaken => Self::new("name-taken", "hãy chọn tên khác", "choose another name"),
            Error::Store(StoreError::Unreadable { .. })
            | Error::Item(_)
            // Alerts are the node's own: nobody outside is told of one that is none.
            | Error::Alert(_)
            | Error::Uncompiled
            | Error::Export(_)
            | Error::WrongKey
            | Error::Sealed(_)
            | Error::Thread(_)
            | Error::Randomness(_) => return None,
        })
    }

    /// What it is and why, in Vietnamese and in English: for whoever is told of it without HTTP.
    fn words(&self) -> [String; 2] {
        let [vi, en] = self.title;
        let [why_vi, why_en] = &self.detail;
        [format!("{vi}: {why_vi}"), format!("{en}: {why_en}")]
    }

    fn of_version(error: VersionError) -> Self {
        match error {
            VersionError::NotADraft => Self::new(
                "version-sealed",
                "hãy tạo bản nháp mới từ phiên bản này",
                "begin a new draft from this version",
            ),
            VersionError::Discarded => Self::new("version-sealed", "phiên bản đã bị bỏ", "the version was thrown away"),
        }
    }

    /// What stands in the way of writing, trying or changing the policy.
    fn of_policy(error: &PolicyError) -> Self {
        match error {
            PolicyError::Version(error) => Self::of_version(*error),
            PolicyError::Mistakes(mistakes) => Self {
                mistakes: mistakes.iter().take(MAX_MISTAKES).cloned().collect(),
                ..Self::new(
                    "pack-mistakes",
                    format!("có {} lỗi; xem \"mistakes\"", mistakes.len()),
                    format!("there are {}; see \"mistakes\"", mistakes.len()),
                )
            },
            PolicyError::Examples(failures) => Self {
                mistakes: failures.iter().take(MAX_MISTAKES).map(failure).collect(),
                ..Self::new(
                    "pack-examples",
                    format!(
                        "{} ví dụ không cho kết quả như đã ghi; xem \"mistakes\"",
                        failures.len()
                    ),
                    format!("{} do not give what they should; see \"mistakes\"", failures.len()),
                )
            },
            PolicyError::DraftChanged => Self::new(
                "draft-changed",
                "hãy xem bản mới nhất rồi sửa lại; chưa có gì được ghi",
                "look at it again and make your change once more; nothing was written",
            ),
            PolicyError::InForce => Self::new("version-in-force", "không có gì thay đổi", "nothing has changed"),
            PolicyError::NotToml => Self::new("not-toml", "hãy sửa cả tệp trước", "mend the whole file first"),
            PolicyError::BadPath => Self::new(
                "bad-path",
                "một tệp của gói có dạng ten.toml hoặc thumuc/ten.toml, chỉ gồm chữ không dấu, chữ số và - _ .",
                "a file of a pack is name.toml or folder/name.toml, of ASCII letters, digits and - _ .",
            ),
            PolicyError::BadBrake => Self::new(
                "bad-brake",
                format!("tối đa {} lần mỗi giờ", Brake::MAX_PER_HOUR),
                format!("at most {} times an hour", Brake::MAX_PER_HOUR),
            ),
            PolicyError::TooMuchPack => Self::new(
                "pack-too-large",
                "một gói có tối đa 256 tệp, mỗi tệp tối đa 8 MiB",
                "a pack has at most 256 files of at most 8 MiB",
            ),
            PolicyError::TrialRuns => Self::new(
                "trial-runs",
                "hãy chờ lần đó xong hoặc dừng nó",
                "wait for it to end, or stop it",
            ),
            PolicyError::Erased => Self::new(
                "erased",
                "không thể xét lại khi không còn nội dung",
                "it cannot be judged again without its content",
            ),
            PolicyError::Shelf(_) => Self::new(
                "list-gone",
                "không đọc được danh sách mà kết quả này dựa vào",
                "a list that the verdict rested on cannot be read",
            ),
        }
    }

    fn of_case(error: CaseError) -> Self {
        match error {
            CaseError::HeldByAnother { .. } => Self::new(
                "case-held",
                "thử lại khi người đó trả vụ việc hoặc hết thời gian giữ",
                "try again when it is given back or its time has run out",
            ),
            CaseError::NotHeld => Self::new(
                "case-not-held",
                "chỉ người đang giữ mới trả lại được",
                "only who holds it gives it back",
            ),
            CaseError::Decided => Self::new(
                "case-decided",
                "chỉ khiếu nại mới mở lại vụ việc",
                "only an appeal reopens it",
            ),
            CaseError::Escalated => Self::new(
                "case-escalated",
                "vụ việc đã ở cấp cao nhất",
                "it is at the highest level",
            ),
            CaseError::NeedsPolicyManager => Self::new(
                "case-level",
                "vụ việc đã chuyển cấp, người quản lý chính sách quyết định",
                "an escalated case is decided by a policy manager",
            ),
            CaseError::Ordered => Self::new(
                "case-decided",
                "nội dung đã được xử lý theo yêu cầu của cơ quan có thẩm quyền: không còn gì để quyết định khi yêu cầu đó còn hiệu lực",
                "an authority's order was carried out on the item: there is nothing to decide while that stands",
            ),
            CaseError::Withdrawn => Self::new(
                "case-withdrawn",
                "không còn gì để quyết định",
                "there is nothing left to decide",
            ),
            CaseError::NotAppealable => Self::nothing_to_appeal(),
            CaseError::FirstDecider => Self::new(
                "case-first-decider",
                "người đã quyết định thì không được quyết định lần nữa",
                "whoever decided first does not decide again",
            ),
            CaseError::AwaitingSecond => Self::new(
                "case-awaiting-second",
                "người thứ hai xác nhận hoặc trả lại quyết định đã có",
                "a second person confirms what was decided or sends it back",
            ),
            CaseError::NotAwaiting => Self::new("case-not-awaiting", "hãy xem lại vụ việc", "look at the case again"),
        }
    }

    fn of_appeal(error: AppealError) -> Self {
        match error {
            AppealError::TooLate { .. } => Self::new(
                "appeal-too-late",
                "thời hạn của chính sách đã qua; quyền khởi kiện hoặc khiếu nại theo pháp luật vẫn còn",
                "the period of the policy has passed; what the law gives you besides is not touched",
            ),
            AppealError::Twice => Self::new("appeal-twice", "mỗi bên khiếu nại một lần", "each party appeals once"),
            AppealError::AnotherOpen => Self::new(
                "appeal-other-open",
                "hãy chờ trả lời rồi khiếu nại quyết định lúc đó nếu cần",
                "wait for its answer, and appeal against what stands then",
            ),
            AppealError::NothingToAppeal => Self::nothing_to_appeal(),
            AppealError::Over => Self::new(
                "appeal-over",
                "khiếu nại đã được trả lời hoặc đã rút lại",
                "it was answered or withdrawn",
            ),
            AppealError::NotAnAppeal => Self::new(
                "appeal-bad-answer",
                "khiếu nại thì trả lời khiếu nại, vụ việc khác thì quyết định",
                "an appeal is answered, any other case is decided",
            ),
            AppealError::NothingToReverse => Self::new(
                "appeal-bad-answer",
                "quyết định là không vi phạm thì không có gì để hủy: giữ nguyên hoặc thay đổi",
                "a decision that found no violation has nothing to undo: uphold or change it",
            ),
            AppealError::NotAChange => Self::new(
                "appeal-bad-answer",
                "quyết định mới phải khác và phải là một vi phạm; nếu không thì giữ nguyên hoặc hủy",
                "the new decision must differ and find a violation; otherwise uphold or reverse",
            ),
            AppealError::StillOpen => Self::new(
                "appeal-still-open",
                "hãy chờ trả lời hoặc rút khiếu nại trước",
                "wait for the answer, or withdraw it first",
            ),
            AppealError::TooManyMessages => Self::new(
                "appeal-too-many-messages",
                format!(
                    "tối đa {} tin, và {} tin liền nhau chờ trả lời",
                    Appeal::MAX_MESSAGES,
                    Appeal::MAX_UNANSWERED
                ),
                format!(
                    "at most {}, and {} that wait for an answer",
                    Appeal::MAX_MESSAGES,
                    Appeal::MAX_UNANSWERED
                ),
            ),
        }
    }

    /// An answer to an appeal says what takes the decision's place exactly where it is changed.
    pub fn misfit_answer() -> Self {
        Self::new(
            "appeal-bad-answer",
            "\"decision\" đi cùng \"changed\", và chỉ đi cùng \"changed\"",
            "\"decision\" goes with \"changed\", and with nothing else",
        )
    }

    fn nothing_to_appeal() -> Self {
        Self::new(
            "appeal-nothing",
            "quyết định này không ảnh hưởng đến bên khiếu nại",
            "the decision did nothing to this party",
        )
    }

    /// Whether it is about what an owner answered, so that their page is the place to say so.
    pub fn is_about_owner(&self) -> bool {
        self.code.starts_with("owner-") || self.code.starts_with("appeal-") || self.code == "bad-text"
    }

    /// A private link leads nowhere.
    pub fn link_gone() -> Self {
        Self::new(
            "link-gone",
            "hãy kiểm tra xem đường dẫn có bị cắt mất đoạn cuối không",
            "check whether the end of the link was cut off",
        )
    }

    fn of_statement(error: StatementError) -> Self {
        let vi = match error {
            StatementError::NoCategory => "vi phạm phải có nhóm vi phạm",
            StatementError::NoBasis => "vi phạm phải có ít nhất một căn cứ",
            StatementError::TooManyBases => "quá nhiều căn cứ",
            StatementError::NoLabel => "gắn nhãn thì phải có nhãn",
            StatementError::NoMeasure => "chỉ xử lý tài khoản, trang thì phải chọn biện pháp",
            StatementError::NothingToCite => "không vi phạm thì không có nhóm, căn cứ hay nhãn",
        };
        Self::new("bad-statement", vi, error.to_string())
    }

    fn of_database(error: &DatabaseError) -> Option<Self> {
        Some(match error {
            DatabaseError::Busy => Self::new("busy", "thử lại sau giây lát", "try again in a moment"),
            DatabaseError::Unavailable(_) | DatabaseError::Closed => Self::new(
                "unavailable",
                "đang kết nối lại; chưa có gì được ghi",
                "it is being reached again; nothing was written",
            ),
            DatabaseError::Full => Self::new("storage-full", "chưa có gì được ghi", "nothing was written"),
            DatabaseError::CommitUnknown => Self::new(
                "commit-unknown",
                "gửi lại với cùng Idempotency-Key",
                "send it again with the same Idempotency-Key",
            ),
            DatabaseError::AnotherNode
            | DatabaseError::Conflict(_)
            | DatabaseError::Foreign
            | DatabaseError::Constraint(_)
            | DatabaseError::ReadOnly(_)
            | DatabaseError::NewerSchema { .. }
            | DatabaseError::EditedMigration(_)
            | DatabaseError::MigrationOrder(_)
            | DatabaseError::Shape { .. }
            | DatabaseError::TooManyRows(_)
            | DatabaseError::Refused { .. }
            | DatabaseError::Panicked(_)
            | DatabaseError::Open(_) => return None,
        })
    }

    /// What kind of refusal it is.
    pub fn title(&self, language: Language) -> &'static str {
        let [vi, en] = self.title;
        language.pick(vi, en)
    }

    /// What is wrong with this request.
    pub fn detail(&self, language: Language) -> String {
        let [vi, en] = &self.detail;
        match language {
            Language::Vi => vi.clone(),
            Language::En => en.clone(),
        }
    }
}

/// An example that does not hold, at its place.
fn failure(failure: &Failure) -> Mistake {
    let (expected, number) = (failure.expected.key(), failure.number);
    Mistake {
        file: failure.file.clone(),
        line: failure.line,
        column: 1,
        message: Said::new(
            format!("{}: {expected} {number}: {}", failure.id, failure.what.vi),
            format!("{}: {expected} {number}: {}", failure.id, failure.what.en),
        ),
    }
}

/// What use cases look for, in Vietnamese.
fn thing(what: &'static str) -> &'static str {
    match what {
        "appeal" => "khiếu nại",
        "account" => "tài khoản",
        "action" => "hành động",
        "alert" => "cảnh báo",
        "incident" => "sự cố",
        "task" => "việc cần làm",
        "shift" => "bàn giao ca",
        "block" => "giá trị bị chặn",
        "block change" => "thay đổi danh sách chặn",
        "case" => "vụ việc",
        "collection" => "tập dữ liệu",
        "object" => "đối tượng",
        "status" => "trạng thái",
        "document" => "văn bản",
        "objection" => "phản đối",
        "order" => "yêu cầu",
        "owner request" => "yêu cầu chủ gỡ",
        "dead letter" => "hành động không gửi được",
        "decision" => "quyết định",
        "entry" => "mục từ",
        "file" => "tệp",
        "image" => "ảnh",
        "invitation" => "lời mời",
        "item" => "nội dung",
        "report" => "phản ánh",
        "part of this version" => "phần này của phiên bản",
        "policy of that time" => "chính sách của lúc đó",
        "rule" => "quy tắc",
        "token" => "mã truy cập",
        "trial" => "lần thử",
        "trial that runs" => "lần thử đang chạy",
        "version" => "phiên bản",
        "version before" => "phiên bản trước",
        "version in shadow" => "phiên bản chạy ngầm",
        other => other,
    }
}
