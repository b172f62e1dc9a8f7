//! What to do first, for the administrator who is alone on the node.

use super::Frame;

/// What to do first.
#[derive(Debug, Clone)]
pub struct Start {
    /// The address where people are invited.
    pub invite: &'static str,
    /// Every role by name, with what it does.
    pub roles: Vec<(&'static str, &'static str)>,
}

/// Words of the first steps.
pub(super) struct Words {
    pub title: &'static str,
    pub alone: &'static str,
    pub roles: &'static str,
    pub invite: &'static str,
    pub steps: [&'static str; 3],
}

impl Words {
    pub(super) const fn of(frame: &Frame) -> &'static Self {
        frame.pick(&VI, &EN)
    }
}

static VI: Words = Words {
    title: "Bắt đầu",
    alone: "Bạn đang là người duy nhất có tài khoản ở đây. Quản trị viên không xét nội dung, nên hãy mời người làm việc trước. Phần này tự ẩn khi có người thứ hai.",
    roles: "Các vai trò",
    invite: "Mời người",
    steps: [
        "Mời ít nhất một người duyệt và một người quản lý chính sách: có những quyết định cần hai người.",
        "Mời thêm một quản trị viên: nếu bạn quên mật khẩu, người ấy tạo lời mời mới cho bạn. Khi không còn quản trị viên nào vào được, ai giữ máy chạy nút tạo tài khoản bằng lệnh anlanh user create --role administrator.",
        "Tạo mã truy cập cho nền tảng gửi nội dung vào, cũng ở mục Quyền truy cập. Bộ quy tắc bên dưới đã có hiệu lực.",
    ],
};

static EN: Words = Words {
    title: "First steps",
    alone: "You are the only person with an account here. Administrators judge no content, so invite those who do first. This part goes when there is a second person.",
    roles: "The roles",
    invite: "Invite people",
    steps: [
        "Invite at least a reviewer and a policy manager: some decisions take two people.",
        "Invite a second administrator: if you forget your password, they make you a new invitation. When no administrator can get in any more, whoever has the machine of the node makes an account with anlanh user create --role administrator.",
        "Make a token for the platform that hands content in, also under Access. The rules below are in force already.",
    ],
};
