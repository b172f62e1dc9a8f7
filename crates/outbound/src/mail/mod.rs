//! Mail goes out through one server that the operator names, again and again until it takes it or says that it never will.
//!
//! A mail that is sent twice bears the same `Message-ID` (RFC 5322, 3.6.4), and each says that no person wrote it
//! (RFC 3834, 5). Addresses and what servers say of them are in no log.

mod letter;

use std::time::Duration;

use anlanh_app::App;
use anlanh_app::mail::{self, Letter, Sending};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::time::MissedTickBehavior;

use crate::schedule::Schedule;

/// Mails that are looked at together.
const AT_ONCE: u32 = 20;
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a server may take for each step.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where a mail server listens, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    host: String,
    port: u16,
    security: Security,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// TLS after `STARTTLS` (RFC 3207), or no mail.
    StartTls,
    /// None.
    Plain,
}

/// What cannot be used to send mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The address of the server is none.
    #[error("a mail server is smtps://host[:port], smtp://host[:port] or smtp+plain://host[:port]")]
    Server,
    /// The address that mails come from is none.
    #[error("the sender is a name and an address, or an address")]
    Sender,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up for the mail server")]
    Tls,
}

/// Sends mail.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    schedule: Schedule,
}

impl MailServer {
    /// Reads `smtps://host[:465]`, `smtp://host[:587]` with `STARTTLS`, or without any protection
    /// `smtp+plain://host[:25]`, for a server on the own machine.
    ///
    /// # Errors
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let (scheme, rest) = text.split_once("://").ok_or(MailError::Server)?;
        let (security, usual) = match scheme {
            "smtps" => (Security::Tls, 465),
            "smtp" => (Security::StartTls, 587),
            "smtp+plain" => (Security::Plain, 25),
            _ => return Err(MailError::Server),
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| MailError::Server)?),
            Some(_) | None => (rest, usual),
        };
        let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if host.is_empty() || host.len() > 253 || !host.chars().all(is_host) {
            return Err(MailError::Server);
        }
        Ok(Self {
            host: host.to_owned(),
            port,
            security,
        })
    }
}

impl Mailer {
    /// Sends through this server, as `user` with `password` where it wants to know who does.
    ///
    /// # Errors
    /// When the sender is none, or TLS cannot be set up.
    pub fn new(
        server: &MailServer,
        login: Option<(String, String)>,
        from: &str,
        schedule: Schedule,
    ) -> Result<Self, MailError> {
        let from: Mailbox = from.parse().map_err(|_| MailError::Sender)?;
        let tls = || TlsParameters::new(server.host.clone()).map_err(|_| MailError::Tls);
        let tls = match server.security {
            Security::Tls => Tls::Wrapper(tls()?),
            Security::StartTls => Tls::Required(tls()?),
            Security::Plain => Tls::None,
        };
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .timeout(Some(PATIENCE))
            .tls(tls);
        if let Some((user, password)) = login {
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: transport.build(),
            from,
            schedule,
        })
    }

    /// Sends what waits, until it is dropped.
    pub async fn run(self, app: App) {
        let mut pause = tokio::time::interval(PAUSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pause.tick().await;
            let due = match mail::due(&app, AT_ONCE).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(%error, "mails that wait cannot be read");
                    continue;
                }
            };
            for letter in due {
                let sending = self.attempt(&app, &letter).await;
                if let Err(error) = mail::sending(&app, letter.id, sending).await {
                    tracing::warn!(mail = %letter.id, %error, "what became of a mail was not kept; it is sent again");
                    break;
                }
            }
        }
    }

    /// One attempt, and what is to be noted of it.
    async fn attempt(&self, app: &App, letter: &Letter) -> Sending {
        let message = match self.message(letter) {
            Ok(message) => message,
            Err(why) => {
                tracing::warn!(mail = %letter.id, why, "a mail cannot be written");
                return Sending::Failed;
            }
        };
        let Err(error) = self.transport.send(message).await else {
            return Sending::Sent;
        };
        // What a server says may name the address: its code alone is told.
        let code = error.status().map_or(0, u16::from);
        let again = self.schedule.after(letter.attempts).filter(|_| !error.is_permanent());
        match again {
            Some(seconds) => {
                tracing::info!(mail = %letter.id, code, seconds, "the mail server did not take a mail; it is sent again");
                Sending::Retry(mail::again(app, seconds))
            }
            None => {
                tracing::warn!(mail = %letter.id, code, "a mail was given up");
                Sending::Failed
            }
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, &'static str> {
        let to: Mailbox = letter.to.parse().map_err(|_| "the address is none")?;
        let (subject, text) = letter::write(letter);
        let id = format!("<{}.mail@{}>", letter.id, self.from.email.domain());
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(Some(id))
            .raw_header(automatic);
        let part = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text);
        message
            .singlepart(part)
            .map_err(|_| "it has no sender or nobody to go to")
    }
}
