//! One's own account.

use askama::Template;

use super::Frame;

/// One's own account.
#[derive(Debug, Clone, Template)]
#[template(path = "console/account.html")]
pub struct AccountPage {
    /// What stands around it.
    pub frame: Frame,
    /// The role, in words.
    pub role: String,
    /// How often known answers were found, in a sentence; none while it would tell too much.
    pub accuracy: Option<String>,
    /// What was done, or why it was not, in a sentence.
    pub said: Option<String>,
}

impl AccountPage {
    const fn w(&self) -> &'static Words {
        self.frame.pick(&VI, &EN)
    }
}

struct Words {
    title: &'static str,
    accuracy: &'static str,
    change: &'static str,
    hint: &'static str,
    present: &'static str,
    new: &'static str,
    repeated: &'static str,
}

static VI: Words = Words {
    title: "Tài khoản của tôi",
    accuracy: "Độ chính xác của tôi",
    change: "Đổi mật khẩu",
    hint: "Ít nhất 12 ký tự. Mọi phiên đăng nhập khác sẽ kết thúc.",
    present: "Mật khẩu hiện tại",
    new: "Mật khẩu mới",
    repeated: "Nhập lại mật khẩu mới",
};

static EN: Words = Words {
    title: "My account",
    accuracy: "My accuracy",
    change: "Change the password",
    hint: "At least 12 characters. Every other session ends.",
    present: "Present password",
    new: "New password",
    repeated: "New password again",
};
