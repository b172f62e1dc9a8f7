//! People sign in and out, and the first of them sets the node up.
//!
//! Everything here that hashes a password blocks for tens of milliseconds and is called from a thread that may.

use std::sync::OnceLock;

use anlanh_model::{Actor, AuditAction, Id, Person, Role, Time};
use anlanh_store::session::{self, SessionRow};
use anlanh_store::{Change, Store, Writer, staff};

use super::staff::taken;
use super::{Attempts, Name, Password, PasswordError, Secret};
use crate::{App, Clock, Error};

/// How long a session runs: a long day's work.
pub const SESSION_MINUTES: i64 = 12 * 60;
/// How long the set-up link and other invitations stand.
pub const INVITATION_MINUTES: i64 = 3 * 24 * 60;

/// A session that was started.
#[derive(Debug)]
pub struct SignedIn {
    /// What the cookie holds.
    pub secret: Secret,
    /// Until when it runs.
    pub ends_at: Time,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// No open account has this name and password. It does not say which of the two was wrong.
    #[error("name or password is wrong")]
    Wrong,
    /// Too many sign-ins failed.
    #[error("too many sign-ins failed; wait {} minutes", Attempts::WINDOW_MINUTES)]
    TooMany,
    /// The node could not.
    #[error("the node could not sign anybody in")]
    Failed(#[from] Error),
}

/// Why an invitation was not used.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// It was used, ran out or never was.
    #[error("the invitation does not stand")]
    Gone,
    /// The name is none.
    #[error("the name was refused")]
    Name(#[from] super::NameError),
    /// The password is none.
    #[error("the password was refused")]
    Password(#[from] PasswordError),
    /// The node could not, or the name is taken.
    #[error("the node could not make the account")]
    Failed(#[from] Error),
}

/// Signs a person in: their name, their password, and the address they come from. Blocks.
///
/// # Errors
/// When name or password is wrong, too many failed before, or the database is away or full.
pub fn sign_in(app: &App, name: &str, password: &str, address: &str) -> Result<SignedIn, SignInError> {
    let now = app.clock.now();
    let name = Name::parse(name).ok();
    let shown = name.as_ref().map_or("", Name::as_str);
    if !app.attempts.begin(shown, address, now) {
        return Err(SignInError::TooMany);
    }
    let account = match &name {
        Some(name) => {
            let name = name.as_str().to_owned();
            app.store
                .read_blocking("staff.by_name", move |tx| Ok::<_, Error>(staff::by_name(tx, &name)?))?
        }
        None => None,
    };
    let account = account.filter(|account| account.closed_at.is_none());
    // A name that nobody has takes as long as one that somebody has.
    let right = match &account {
        Some(account) => Password::is_kept_as(password, &account.password),
        None => Password::is_kept_as(password, nobodys()),
    };
    let Some(account) = account.filter(|_| right) else {
        refuse(app, now)?;
        return Err(SignInError::Wrong);
    };
    app.attempts.forgive(shown, address);
    Ok(start(app, account.person, now)?)
}

/// What is compared with where there is no account: the hash of something that nobody typed.
fn nobodys() -> &'static str {
    static KEPT: OnceLock<String> = OnceLock::new();
    KEPT.get_or_init(|| {
        let made = Secret::generate().and_then(|secret| {
            let name = Name::parse("nobody").map_err(std::io::Error::other)?;
            let password = Password::parse(secret.reveal(), &name).map_err(std::io::Error::other)?;
            password.hash()
        });
        made.unwrap_or_default()
    })
}

fn refuse(app: &App, now: Time) -> Result<(), Error> {
    let change = Change {
        actor: Actor::Node,
        action: AuditAction::RefuseSignIn,
        now,
    };
    app.store.write_blocking(change, |_| Ok(()))
}

fn start(app: &App, person: Person, now: Time) -> Result<SignedIn, Error> {
    let change = Change {
        actor: Actor::Person(person),
        action: AuditAction::SignIn,
        now,
    };
    let (secret, csrf) = (generate()?, generate()?);
    let hash = secret.hash();
    let ends_at = now.plus_minutes(SESSION_MINUTES);
    app.store.write_blocking(change, move |writer| {
        session::insert(writer, &hash, person.id, csrf.reveal(), ends_at)?;
        writer.about("staff", person.id.number(), "");
        Ok::<_, Error>(())
    })?;
    Ok(SignedIn { secret, ends_at })
}

fn generate() -> Result<Secret, Error> {
    Secret::generate().map_err(Error::Randomness)
}

/// The running session of a cookie, if it is one.
///
/// # Errors
/// When the database is away.
pub async fn session(app: &App, cookie: &str) -> Result<Option<SessionRow>, Error> {
    let Some(hash) = Secret::shown(cookie).map(|secret| secret.hash()) else {
        return Ok(None);
    };
    let now = app.clock.now();
    app.store
        .read("session.load", move |tx| Ok(session::load(tx, &hash, now)?))
        .await
}

/// Ends the session of a cookie.
///
/// # Errors
/// When the database is away or full.
pub async fn sign_out(app: &App, person: Person, cookie: &str) -> Result<(), Error> {
    let Some(hash) = Secret::shown(cookie).map(|secret| secret.hash()) else {
        return Ok(());
    };
    let change = app.change(&Actor::Person(person), AuditAction::SignOut);
    app.store
        .write(change, move |writer| {
            writer.about("staff", person.id.number(), "");
            Ok(session::delete(writer, &hash)?)
        })
        .await
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The present password is another.
    #[error("the present password is wrong")]
    Wrong,
    /// Too many tries failed.
    #[error("too many tries failed; wait {} minutes", Attempts::WINDOW_MINUTES)]
    TooMany,
    /// The new password is none.
    #[error("the new password was refused")]
    Password(#[from] PasswordError),
    /// The node could not.
    #[error("the node could not change the password")]
    Failed(#[from] Error),
}

/// Changes one's own password. Every session of theirs ends, and a new one begins for whoever changed it. Blocks.
///
/// # Errors
/// When the present password is wrong or was wrong too often, the new one is none, or the database is away or full.
pub fn change_password(
    app: &App,
    person: Person,
    present: &str,
    new: &str,
    address: &str,
) -> Result<SignedIn, ChangeError> {
    let now = app.clock.now();
    let found = app
        .store
        .read_blocking("staff.load", move |tx| Ok::<_, Error>(staff::load(tx, person.id)?))?;
    let account = found.ok_or(Error::NotFound("account"))?;
    if !app.attempts.begin(&account.name, address, now) {
        return Err(ChangeError::TooMany);
    }
    if !Password::is_kept_as(present, &account.password) {
        return Err(ChangeError::Wrong);
    }
    app.attempts.forgive(&account.name, address);
    let name = Name::parse(&account.name).map_err(|_| Error::NotFound("account"))?;
    let kept = Password::parse(new, &name)?.hash().map_err(Error::Randomness)?;
    let change = Change {
        actor: Actor::Person(person),
        action: AuditAction::SetPassword,
        now,
    };
    app.store.write_blocking(change, move |writer| {
        staff::set_password(writer, person.id, &kept)?;
        session::delete_of(writer, person.id)?;
        writer.about("staff", person.id.number(), "");
        Ok::<_, Error>(())
    })?;
    Ok(start(app, person, now)?)
}

/// The secret of the set-up link, where no account was ever made; earlier links stop to stand. Blocks.
///
/// # Errors
/// When the database is away or full.
pub fn set_up_link(store: &Store, clock: &Clock) -> Result<Option<Secret>, Error> {
    if store.read_blocking("staff.count", |tx| Ok::<_, Error>(staff::count(tx)?))? > 0 {
        return Ok(None);
    }
    let change = Change {
        actor: Actor::Node,
        action: AuditAction::InviteStaff,
        now: clock.now(),
    };
    let secret = generate()?;
    let hash = secret.hash();
    store.write_blocking(change, move |writer| {
        staff::withdraw_invitations(writer)?;
        invite(writer, &hash, Role::Administrator)
    })?;
    Ok(Some(secret))
}

pub(super) fn invite(writer: &mut Writer<'_, '_>, hash: &[u8], role: Role) -> Result<(), Error> {
    let ends_at = writer.now().plus_minutes(INVITATION_MINUTES);
    staff::invite(writer, hash, role, ends_at)?;
    writer.about("staff", 0, role.key());
    Ok(())
}

/// The role that an invitation is for, while it stands.
///
/// # Errors
/// When the database is away.
pub async fn invitation(app: &App, secret: &str) -> Result<Option<Role>, Error> {
    let Some(hash) = Secret::shown(secret).map(|secret| secret.hash()) else {
        return Ok(None);
    };
    let now = app.clock.now();
    app.store
        .read("staff.invitation", move |tx| Ok(staff::invitation(tx, &hash, now)?))
        .await
}

/// Uses an invitation up: makes the account and signs its person in. Blocks.
///
/// # Errors
/// When the invitation does not stand, name or password is none, the name is taken, or the database is away or full.
pub fn accept(app: &App, secret: &str, name: &str, password: &str) -> Result<SignedIn, InvitationError> {
    let hash = Secret::shown(secret).ok_or(InvitationError::Gone)?.hash();
    let now = app.clock.now();
    let standing = app.store.read_blocking("staff.invitation", move |tx| {
        Ok::<_, Error>(staff::invitation(tx, &hash, now)?)
    })?;
    if standing.is_none() {
        return Err(InvitationError::Gone);
    }
    let name = Name::parse(name)?;
    let kept = Password::parse(password, &name)?.hash().map_err(Error::Randomness)?;
    let change = Change {
        actor: Actor::Node,
        action: AuditAction::CreateStaff,
        now,
    };
    let made = app.store.write_blocking(change, move |writer| {
        let role = staff::use_invitation(writer, &hash)?.ok_or(Error::NotFound("invitation"))?;
        let id: Id<Person> = staff::insert(writer, name.as_str(), role, &kept)?;
        writer.about("staff", id.number(), role.key());
        Ok::<_, Error>(Person { id, role })
    });
    let person = made.map_err(|error| taken(error, "staff_name_key"));
    match person {
        Ok(person) => Ok(start(app, person, now)?),
        Err(Error::NotFound(_)) => Err(InvitationError::Gone),
        Err(error) => Err(error.into()),
    }
}
