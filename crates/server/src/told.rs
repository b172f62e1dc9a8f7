//! What is told of an error on the command line: what was being done, and why it was not, in Vietnamese and in English.

use anlanh_app::identity::{Name, NameError, Password, PasswordError};
use anlanh_model::IdError;

/// The words for an error. What the node refuses has some of its own; a defect of ours, or what the system says, is told as
/// it is.
pub fn told(error: &anyhow::Error) -> String {
    let mut told = Vec::new();
    for cause in error.chain() {
        let words = (cause.downcast_ref().and_then(anlanh_web::words_of))
            .or_else(|| cause.downcast_ref().map(of_name))
            .or_else(|| cause.downcast_ref().copied().map(of_password))
            .or_else(|| cause.downcast_ref().map(of_id));
        let Some([vi, en]) = words else {
            told.push(cause.to_string());
            continue;
        };
        told.push(format!("{vi} · {en}"));
        break;
    }
    told.join(": ")
}

fn of_name(error: &NameError) -> [String; 2] {
    let (least, most) = (Name::MIN_CHARS, Name::MAX_CHARS);
    let vi = format!("tên gồm {least} đến {most} chữ cái, chữ số, dấu chấm, gạch ngang hoặc gạch dưới");
    [vi, error.to_string()]
}

fn of_password(error: PasswordError) -> [String; 2] {
    let vi = match error {
        PasswordError::TooShort => format!("mật khẩu cần ít nhất {} ký tự", Password::MIN_CHARS),
        PasswordError::TooLong => format!("mật khẩu dài quá {} byte", Password::MAX_BYTES),
        PasswordError::HoldsName => "mật khẩu không được chứa tên tài khoản".to_owned(),
    };
    [vi, error.to_string()]
}

fn of_id(error: &IdError) -> [String; 2] {
    let vi = "mã gồm mười ba chữ và số, như 06d4y1tgqz7v0".to_owned();
    [vi, error.to_string()]
}

#[cfg(test)]
mod tests {
    use anlanh_app::Error;
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn what_is_refused_is_told_in_both_languages_behind_what_was_being_done() {
        let of = |error: anyhow::Result<()>| told(&error.unwrap_err());
        let taken = "Tên đã có người dùng: hãy chọn tên khác · Name taken: choose another name";
        assert_eq!(of(Err(Error::NameTaken.into())), taken);
        let doing = "tạo tài khoản · make an account";
        assert_eq!(of(Err(Error::NameTaken).context(doing)), format!("{doing}: {taken}"));
        let name = of(Name::parse("?").map(drop).map_err(Into::into));
        assert!(name.starts_with("tên gồm 2 đến 64 chữ cái") && name.contains(" · a name is 2 to 64 letters"));
        let password = of(Err(PasswordError::TooShort.into()));
        assert!(password.starts_with("mật khẩu cần ít nhất 12 ký tự · a password has at least 12"));
        assert!(of(Err(IdError.into())).contains(" · an id is thirteen letters and digits"));
        assert_eq!(of(Err(anyhow::anyhow!("disk full"))), "disk full");
    }
}
