//! How mail is sent, from what the command line says.

use anlanh_outbound::{MailServer, Mailer};
use anyhow::Context;

use crate::cli::MailOptions;

/// What sends mail; none where no server is named.
///
/// # Errors
/// When the server or the sender is none, or the password cannot be read.
pub fn read(options: &MailOptions) -> anyhow::Result<Option<Mailer>> {
    let (Some(server), Some(from)) = (&options.mail_server, &options.mail_from) else {
        return Ok(None);
    };
    let server = MailServer::parse(server).context("không dùng được máy chủ thư · the mail server cannot be used")?;
    let login = match (&options.mail_user, &options.mail_password_file) {
        (Some(user), Some(file)) => {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("không đọc được · cannot read {}", file.display()))?;
            Some((user.clone(), text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        (_, _) => None,
    };
    let mailer = Mailer::new(&server, login, from, options.mail_retry.clone());
    Ok(Some(mailer.context(
        "không gửi được thư như vậy · mail cannot be sent like this",
    )?))
}
