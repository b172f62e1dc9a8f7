//! What is told of an error on the command line: what was being done, and why it was not, in Vietnamese and in English.

/// The words for an error. What is refused has some of its own; a defect of ours, or what the system says, is told as it is.
pub fn told(error: &anyhow::Error) -> String {
    let mut told = Vec::new();
    for cause in error.chain() {
        let Some([vi, en]) = anlanh_web::words_of(cause) else {
            told.push(cause.to_string());
            continue;
        };
        told.push(format!("{vi} · {en}"));
        break;
    }
    told.join(": ")
}

#[cfg(test)]
mod tests {
    use anlanh_app::Error;
    use anlanh_app::identity::{Name, PasswordError};
    use anlanh_model::IdError;
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
        assert!(name.starts_with("Tên gồm 2 đến 64 chữ") && name.contains(" · A name is 2 to 64 letters"));
        let password = of(Err(PasswordError::TooShort.into()));
        assert!(password.starts_with("Mật khẩu cần ít nhất 12 ký tự. · A password has at least 12"));
        assert!(of(Err(IdError.into())).contains(" · An id is thirteen letters and digits"));
        assert_eq!(of(Err(anyhow::anyhow!("disk full"))), "disk full");
    }
}
