//! Who is who: accounts of people, tokens of machines, and the secrets that prove them.

mod name;
mod password;
mod secret;
mod staff;
mod token;

pub use name::{Name, NameError};
pub use password::{Password, PasswordError};
pub use secret::Secret;
pub use staff::{create_staff, list_staff};
pub use token::{create_token, list_tokens, revoke_token};
