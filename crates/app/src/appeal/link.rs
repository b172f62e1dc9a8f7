//! Private links: whoever has one is the one whom a decision concerns.
//!
//! A secret is derived from the node's key, the decision and the party, so that it can be put into every notice and is
//! kept nowhere; what is kept is its hash, as of any secret. The key is a file of the data folder: whoever has only the
//! database can make no link.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anlanh_model::{Id, Party};
use anlanh_store::decision::Decision;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The key that the secrets of links are derived from: 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkKey([u8; LinkKey::BYTES]);

/// The secret of a private link: 128 bits in 32 hexadecimal digits. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkSecret(String);

impl LinkKey {
    /// Length of a key.
    const BYTES: usize = 32;

    /// A key of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// The key in this file; a new one, for its owner alone, where there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is no key.
    pub fn open(file: &Path) -> io::Result<Self> {
        match fs::read(file) {
            Ok(bytes) => {
                let bytes = bytes
                    .try_into()
                    .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(file),
            Err(error) => Err(error),
        }
    }

    fn make(file: &Path) -> io::Result<Self> {
        let mut bytes = [0_u8; Self::BYTES];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        // Half a key never bears the name of a whole one.
        let new = file.with_extension("new");
        let mut written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        written.write_all(&bytes)?;
        written.sync_all()?;
        fs::rename(&new, file)?;
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(Self(bytes))
    }

    /// The secret by which this party finds this decision.
    #[must_use]
    pub fn secret(&self, decision: Id<Decision>, party: Party) -> LinkSecret {
        // HMAC takes keys of any length, so this cannot fail; an empty MAC would make a link that is never kept.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return LinkSecret(String::new());
        };
        mac.update(b"decision link\0");
        mac.update(party.key().as_bytes());
        mac.update(&decision.number().to_be_bytes());
        let bytes = mac.finalize().into_bytes();
        let digits = bytes
            .iter()
            .take(LinkSecret::DIGITS / 2)
            .map(|byte| format!("{byte:02x}"));
        LinkSecret(digits.collect())
    }
}

impl LinkSecret {
    /// Length of a secret.
    const DIGITS: usize = 32;

    /// What somebody shows; none if it cannot be one.
    #[must_use]
    pub fn shown(text: &str) -> Option<Self> {
        let is_one = text.len() == Self::DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The page that it opens, on this node.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/d/{}", self.0)
    }

    /// Under which it is kept and looked up.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkKey(…)")
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn decision(number: i64) -> Id<Decision> {
        Id::from_number(number).unwrap()
    }

    #[test]
    fn secrets_follow_from_key_decision_and_party() {
        let key = LinkKey::new([7; 32]);
        let secret = key.secret(decision(1), Party::Author);
        assert_eq!(secret, key.secret(decision(1), Party::Author));
        assert_ne!(secret, key.secret(decision(2), Party::Author));
        assert_ne!(secret, key.secret(decision(1), Party::Owner));
        assert_ne!(secret, LinkKey::new([8; 32]).secret(decision(1), Party::Author));
        let shown = secret.path().strip_prefix("/d/").map(str::to_owned).unwrap();
        assert_eq!(LinkSecret::shown(&shown), Some(secret.clone()));
        assert!(!format!("{secret:?} {key:?}").contains(&shown));
        for other in ["", &shown[1..], &shown.to_uppercase(), &format!("{shown}0")] {
            assert_eq!(LinkSecret::shown(other), None, "{other}");
        }
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("link.key");
        let key = LinkKey::open(&file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(LinkKey::open(&file).unwrap(), key);
        fs::write(&file, [1; 31]).unwrap();
        assert!(LinkKey::open(&file).is_err());
    }
}
