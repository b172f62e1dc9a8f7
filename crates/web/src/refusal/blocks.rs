//! What stands in the way of changes of the blocklist, in words.

use anlanh_app::block::{BlockRefusal, MAX_DIFFERENCE, MAX_OPEN_OBJECTIONS, MAX_PROOFS};
use anlanh_model::{BlockChange, BlockStepError};
use anlanh_soc::blocking::BlockError;
use anlanh_soc::{Kind, ValueError};

use super::Refusal;

pub(super) fn of_block(refusal: &BlockRefusal) -> Refusal {
    match refusal {
        BlockRefusal::Step(error) => of_step(*error),
        BlockRefusal::NoPolicy => Refusal::new(
            "no-blocking-policy",
            "chính sách đang áp dụng không có blocking.toml",
            "the policy in force has no blocking.toml",
        ),
        BlockRefusal::BadValue(place, error) => Refusal::new(
            "bad-block",
            format!("giá trị thứ {place}: {}", why_none(error)[0]),
            format!("value {place}: {}", why_none(error)[1]),
        ),
        BlockRefusal::Refused(place, finding, about) => Refusal::new(
            "block-refused",
            format!("giá trị thứ {place}: {} ({about})", why(finding)[0]),
            format!("value {place}: {} ({about})", why(finding)[1]),
        ),
        BlockRefusal::Listed(place) => Refusal::new(
            "block-listed",
            format!("giá trị thứ {place} đã có trong danh sách hoặc trong chính thay đổi này"),
            format!("value {place} is on the list, or twice in this change"),
        ),
        BlockRefusal::Values => Refusal::new(
            "bad-block",
            format!("mỗi thay đổi có 1 đến {} giá trị", BlockChange::MAX_VALUES),
            format!("a change has 1 to {} values", BlockChange::MAX_VALUES),
        ),
        BlockRefusal::Days(most) => Refusal::new(
            "bad-block",
            format!("thời hạn từ 1 đến {most} ngày"),
            format!("an entry holds for 1 to {most} days"),
        ),
        BlockRefusal::TooManyObjections => Refusal::new(
            "too-many-objections",
            format!("đã có {MAX_OPEN_OBJECTIONS} phản đối đang chờ trả lời về việc chặn này"),
            format!("{MAX_OPEN_OBJECTIONS} objections against this block wait to be answered"),
        ),
        BlockRefusal::TooManyProofs => Refusal::new(
            "bad-block",
            format!("gửi 1 đến {MAX_PROOFS} kết quả thăm dò"),
            format!("send 1 to {MAX_PROOFS} proofs"),
        ),
        BlockRefusal::Versions => Refusal::new(
            "block-versions",
            "chưa có phiên bản như vậy, hoặc phiên bản đầu không đứng trước phiên bản sau",
            "there are no such versions, or the first is not before the second",
        ),
        BlockRefusal::TooFar => Refusal::new(
            "block-versions",
            format!("có hơn {MAX_DIFFERENCE} giá trị đã thay đổi: hãy lấy toàn bộ danh sách"),
            format!("more than {MAX_DIFFERENCE} values changed: take the whole list"),
        ),
    }
}

/// Why a text is nothing that can be blocked, in words of both languages.
pub fn why_none(error: &BlockError) -> [&'static str; 2] {
    match error {
        BlockError::Value(error) => match error {
            ValueError::Unknown => [
                "không phải tên miền, URL, địa chỉ IP, dải mạng hay mã băm",
                "not a name, URL, address, network or digest",
            ],
            ValueError::TooLong => ["quá dài", "too long"],
            ValueError::SingleLabel => [
                "tên chỉ có một nhãn (như localhost), chặn sẽ chặn mọi tên miền bên dưới",
                "a name of one label (as localhost): blocking it would block every name below it",
            ],
            ValueError::PublicSuffix => [
                "là hậu tố công cộng, chặn sẽ chặn mọi tên miền bên dưới",
                "a public suffix: blocking it would block every name below it",
            ],
            ValueError::BadNetwork => [
                "dải mạng viết sai: có bit sau tiền tố (như 192.0.2.1/24), hoặc bao trùm mọi địa chỉ",
                "the network has bits behind its prefix (as 192.0.2.1/24), or covers all addresses",
            ],
        },
        BlockError::NotBlockable(kind) => match kind {
            Kind::Email => [
                "là địa chỉ e-mail: không chặn được ở tầng mạng",
                "an e-mail address: nothing that a network can block",
            ],
            Kind::Ja3 | Kind::Ja4 | Kind::Hash | Kind::Domain | Kind::Url | Kind::Address => [
                "là dấu vân tay TLS hay mã băm: không chặn được ở tầng mạng",
                "a fingerprint or a digest: nothing that a network can block",
            ],
        },
        BlockError::Protected(_) => why("protected"),
        BlockError::Contradiction(_) => [
            "đã có trong danh sách với cách xử lý khác",
            "listed already, with another act",
        ],
    }
}

fn of_step(error: BlockStepError) -> Refusal {
    let (vi, en) = match error {
        BlockStepError::OwnProposal => (
            "người đề xuất không tự duyệt".to_owned(),
            "whoever proposed it does not approve it".to_owned(),
        ),
        BlockStepError::SamePerson => (
            "bạn đã duyệt thay đổi này".to_owned(),
            "you approved it already".to_owned(),
        ),
        BlockStepError::NotApproved(missing) => (
            format!("còn thiếu {missing} người duyệt"),
            format!("{missing} more people are to approve it"),
        ),
        BlockStepError::ShadowRuns => (
            "chưa chạy ngầm đủ thời gian".to_owned(),
            "it has not been in shadow long enough".to_owned(),
        ),
        BlockStepError::CanaryRuns => (
            "chưa chạy đủ thời gian ở bên thực thi thử trước".to_owned(),
            "it has not been with the canary long enough".to_owned(),
        ),
        BlockStepError::ProbeFailed => (
            "một lần thăm dò phiên bản này cho kết quả sai: hãy xem bằng chứng, sửa rồi thăm dò lại".to_owned(),
            "a probe of this version failed: see the proofs, mend it and probe again".to_owned(),
        ),
        BlockStepError::Past => ("đã qua bước này".to_owned(), "it is past that step".to_owned()),
        BlockStepError::Over => ("đã kết thúc, không còn chặn".to_owned(), "it is over".to_owned()),
        BlockStepError::ByOrder => (
            "đây là việc chặn theo yêu cầu của cơ quan có thẩm quyền: nó kết thúc cùng yêu cầu đó".to_owned(),
            "an order asks for it: it ends with the order".to_owned(),
        ),
        BlockStepError::NothingToRollBack => (
            "không còn bước nào để hoàn tác".to_owned(),
            "there is nothing to take back".to_owned(),
        ),
        BlockStepError::NotLast => (
            "bước cuối của danh sách thuộc một thay đổi khác: hãy gỡ từng giá trị của thay đổi này, hoặc xem lại trang danh sách chặn".to_owned(),
            "the last step was taken with another change: lift the values of this one, or look at the page of the blocklist".to_owned(),
        ),
        BlockStepError::OwnJudgement => (
            "người đã đề xuất hoặc duyệt việc chặn không trả lời phản đối về việc đó: người trả lời được là kỹ sư SOC khác hoặc người quản lý chính sách; nếu chưa có ai, quản trị viên mời thêm người vào một trong hai vai trò ấy ở trang Quyền truy cập (/console/access)".to_owned(),
            "who proposed or approved the block does not answer objections against it: another SOC engineer or a policy manager does; where there is none, an administrator invites somebody into one of these roles on /console/access".to_owned(),
        ),
        BlockStepError::Answered => (
            "phản đối này đã được trả lời".to_owned(),
            "the objection was answered".to_owned(),
        ),
    };
    Refusal::new("block-step", vi, en)
}

/// What a guard found, in words of both languages.
pub fn why(finding: &str) -> [&'static str; 2] {
    match finding {
        "protected" => [
            "sẽ chặn cả thứ phải luôn truy cập được",
            "it would hit what must stay reachable",
        ],
        "below_protected" => [
            "nằm dưới một tên phải luôn truy cập được",
            "it lies below what must stay reachable",
        ],
        "too_wide" => ["dải mạng quá rộng", "the network is too wide"],
        "no_reason" => [
            "là địa chỉ: cần nêu vì sao không chặn theo tên miền được",
            "it is an address: say why no name serves",
        ],
        "popular" => ["rất nhiều người dùng", "it is much used"],
        "listed" => ["có trong danh sách cảnh báo nhầm", "it is on a warning list"],
        "shared" => ["nhiều tên miền dùng chung địa chỉ này", "names share this address"],
        "hits_below" => ["có nhiều tên khác nằm bên dưới", "known names lie below it"],
        "private_suffix" => [
            "chủ của tên này cấp tên bên dưới cho người khác",
            "its owner gives names below it to strangers",
        ],
        _ => ["không chặn được ở tầng mạng", "nothing that a network can block"],
    }
}
