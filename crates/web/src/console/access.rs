//! Who may do what: accounts of people and tokens of machines.

use askama::Template;

use super::Frame;
use super::piece::{Choice, Moment};

/// An account.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// The address that its forms are posted to.
    pub link: String,
    /// Its name.
    pub name: String,
    /// Where the audit log of what was done to it is, for whoever reads it.
    pub audit: Option<String>,
    /// The roles, with its own chosen; none where it is closed.
    pub roles: Vec<Choice>,
    /// Its role in words.
    pub role: String,
    /// When it was made.
    pub made: Moment,
    /// When it was closed, if it was.
    pub closed: Option<Moment>,
}

/// A token.
#[derive(Debug, Clone)]
pub struct TokenLine {
    /// The address that it is revoked at.
    pub link: String,
    /// Its name.
    pub name: String,
    /// What it may be used for.
    pub scopes: String,
    /// The strictest marking of what it may read, as it is said.
    pub clearance: String,
    /// Colours that it may be cleared for.
    pub tlps: Vec<Choice>,
    /// The person it stands for.
    pub person: Option<String>,
    /// When it was made.
    pub made: Moment,
    /// When it was revoked, if it was.
    pub revoked: Option<Moment>,
}

/// Something that is shown this once.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it is and for how long, in a sentence.
    pub sentence: String,
    /// The thing itself.
    pub secret: String,
}

/// A scope to be ticked.
#[derive(Debug, Clone)]
pub struct ScopeChoice {
    /// What the form sends.
    pub key: &'static str,
    /// What it lets a machine do, in a line.
    pub lets: &'static str,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// What is wrong with what was filled in for a token, field by field, each in a sentence.
#[derive(Debug, Clone, Default)]
pub struct TokenWrong {
    /// Of its name.
    pub name: Option<String>,
    /// Of the person it is to stand for.
    pub person: Option<String>,
    /// Of its scopes.
    pub scopes: Option<String>,
}

/// The form by which a token is made, as it was filled in.
#[derive(Debug, Clone)]
pub struct TokenForm {
    /// Its name.
    pub name: String,
    /// The person it is to stand for.
    pub person: String,
    /// The scopes that it may have.
    pub scopes: Vec<ScopeChoice>,
    /// Colours that it may be cleared for.
    pub tlps: Vec<Choice>,
    /// Why it was not made.
    pub wrong: TokenWrong,
}

/// Accounts and tokens.
#[derive(Debug, Clone, Template)]
#[template(path = "console/access.html")]
pub struct AccessPage {
    /// What stands around it.
    pub frame: Frame,
    /// Something that was just made.
    pub shown: Option<Shown>,
    /// Every account, by name.
    pub accounts: Vec<AccountLine>,
    /// Every token, newest first.
    pub tokens: Vec<TokenLine>,
    /// The roles that somebody may be invited for.
    pub roles: Vec<Choice>,
    /// The form by which a token is made.
    pub form: TokenForm,
}

impl AccessPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

/// What is said where something is done that cannot be undone.
struct Sure {
    what: &'static str,
    hint: &'static str,
    now: &'static str,
}

struct Words {
    title: &'static str,
    accounts: &'static str,
    tokens: &'static str,
    no_tokens: &'static str,
    role: &'static str,
    scopes: &'static str,
    scopes_hint: &'static str,
    tlp: &'static str,
    tlp_hint: &'static str,
    tlp_save: &'static str,
    person: &'static str,
    change: &'static str,
    close: Sure,
    closed: &'static str,
    invite: &'static str,
    invite_hint: &'static str,
    name: &'static str,
    name_hint: &'static str,
    make: &'static str,
    revoke: Sure,
    revoked: &'static str,
}

static VI: Words = Words {
    title: "Quyền truy cập",
    accounts: "Tài khoản",
    tokens: "Mã truy cập cho máy",
    no_tokens: "Chưa có mã nào.",
    role: "Vai trò",
    scopes: "Phạm vi",
    scopes_hint: "Máy cầm mã này chỉ làm được những việc được chọn. Việc “thay mặt một người” cần điền tên đăng nhập ở trên.",
    tlp: "Mức TLP được xem",
    tlp_hint: "Chỉ dấu và đối tượng STIX có nhãn cao hơn mức này thì mã không thấy. Nguồn mới thường mang TLP:AMBER.",
    tlp_save: "Đặt mức",
    person: "Thay mặt (tên đăng nhập, nếu cần)",
    change: "Đổi",
    close: Sure {
        what: "Đóng tài khoản",
        hint: "Người này bị đăng xuất ngay và không vào lại được; mã truy cập thay mặt họ hết hiệu lực. Tài khoản đã đóng không mở lại được.",
        now: "Đóng ngay",
    },
    closed: "Đã đóng",
    invite: "Tạo lời mời",
    invite_hint: "Lời mời là một liên kết dùng một lần; người nhận tự đặt tên và mật khẩu.",
    name: "Tên mã",
    name_hint: "2 đến 64 chữ, số, dấu chấm, gạch ngang hoặc gạch dưới, không có khoảng trắng; ví dụ: diễn-đàn. Chữ hoa được đổi thành chữ thường.",
    make: "Tạo mã",
    revoke: Sure {
        what: "Thu hồi",
        hint: "Máy đang dùng mã này bị từ chối ngay ở lần gọi kế tiếp. Mã đã thu hồi không dùng lại được.",
        now: "Thu hồi ngay",
    },
    revoked: "Đã thu hồi",
};

static EN: Words = Words {
    title: "Access",
    accounts: "Accounts",
    tokens: "Tokens for machines",
    no_tokens: "No token yet.",
    role: "Role",
    scopes: "Scopes",
    scopes_hint: "A machine with this token does what is ticked and nothing else. What is done on behalf of a person needs their user name above.",
    tlp: "Cleared up to (TLP)",
    tlp_hint: "Indicators and STIX objects that are marked more strictly are not there for the token. New feeds are TLP:AMBER unless set otherwise.",
    tlp_save: "Set",
    person: "On behalf of (user name, if any)",
    change: "Change",
    close: Sure {
        what: "Close the account",
        hint: "The person is signed out at once and cannot come back; tokens on their behalf stop working. A closed account is not opened again.",
        now: "Close it now",
    },
    closed: "Closed",
    invite: "Make an invitation",
    invite_hint: "An invitation is a link that works once; whoever gets it chooses a name and a password.",
    name: "Name of the token",
    name_hint: "2 to 64 letters, digits, dots, dashes or underscores, without blanks, as in forum-app. Capitals become small letters.",
    make: "Make a token",
    revoke: Sure {
        what: "Revoke",
        hint: "The machine that uses this token is refused from its next request on. A revoked token never works again.",
        now: "Revoke it now",
    },
    revoked: "Revoked",
};
