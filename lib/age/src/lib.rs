//! Files that only the holder of a key can open, in the format of age (<https://age-encryption.org/v1>).
//!
//! A file is encrypted to one [`Recipient`], a public key of X25519 as `age-keygen` prints it (`age1…`), and is opened by any
//! tool that reads the format, such as `age` and `rage`. The crate writes such files and reads none; it has no I/O, no clock
//! and no randomness: what is drawn comes in as [`Drawn`], and is to be drawn anew for each file.
//!
//! ```
//! use anlanh_age::{Drawn, Recipient, encrypt};
//!
//! let recipient = Recipient::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")?;
//! let drawn = Drawn { file_key: [1; 16], ephemeral: [2; 32], nonce: [3; 16] }; // from the system's randomness
//! let file = encrypt(&recipient, b"what is to be read by them alone", drawn)?;
//! assert!(file.starts_with(b"age-encryption.org/v1\n-> X25519 "));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bech32;
mod file;
mod recipient;

pub use file::{CHUNK_BYTES, Drawn, SealError, encrypt};
pub use recipient::{Recipient, RecipientError};
