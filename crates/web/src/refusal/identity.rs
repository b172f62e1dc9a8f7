//! Why something is no name, password or id, in sentences.

use anlanh_app::identity::{NameError, PasswordError};
use anlanh_model::IdError;

/// Why a text is no name.
pub const fn of_name(NameError: NameError) -> [&'static str; 2] {
    [
        "Tên gồm 2 đến 64 chữ, số, dấu chấm, gạch ngang hoặc gạch dưới.",
        "A name is 2 to 64 letters, digits, dots, dashes or underscores.",
    ]
}

/// Why a text is no password.
pub const fn of_password(why: PasswordError) -> [&'static str; 2] {
    match why {
        PasswordError::TooShort => [
            "Mật khẩu cần ít nhất 12 ký tự.",
            "A password has at least 12 characters.",
        ],
        PasswordError::TooLong => ["Mật khẩu dài quá 1.024 byte.", "A password has at most 1,024 bytes."],
        PasswordError::HoldsName => [
            "Mật khẩu không được chứa tên tài khoản.",
            "A password does not hold the name of its account.",
        ],
    }
}

/// Why a text is no id.
pub const fn of_id(IdError: IdError) -> [&'static str; 2] {
    [
        "Mã gồm mười ba chữ và số, như 06d4y1tgqz7v0.",
        "An id is thirteen letters and digits, as in 06d4y1tgqz7v0.",
    ]
}
