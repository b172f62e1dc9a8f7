//! Who is who: accounts of people, tokens of machines, and the secrets that prove them.

mod attempts;
mod bearer;
mod name;
mod password;
mod secret;
mod session;
mod staff;
mod token;

pub use attempts::Attempts;
pub use bearer::Caller;
pub(crate) use bearer::Remembered;
pub use name::{Name, NameError};
pub use password::{Password, PasswordError};
pub use secret::Secret;
pub use session::{
    ChangeError, INVITATION_MINUTES, InvitationError, SESSION_MINUTES, SignInError, SignedIn, accept, change_password,
    invitation, session, set_up_link, sign_in, sign_out,
};
pub use staff::{StaffStep, create_staff, invite_staff, list_staff, step_staff};
pub use token::{NewToken, clear_token, clearance, clearances, create_token, list_tokens, revoke_token};
