//! Private links: whoever has one is the one whom a decision concerns.
//!
//! A secret is derived from the node's key, the decision and the party, so that it can be put into every notice and is
//! kept nowhere; what is kept is its hash, as of any secret. The key is not in the database: whoever has only that can
//! make no link.

use std::fmt;

use anlanh_model::{BlockObjection, Id, OwnerRequest, Party, Report};
use anlanh_store::decision::Decision;
use anlanh_vault::Vault;
use sha2::{Digest, Sha256};

use crate::report;

/// The secret of a private link, in hexadecimal digits: 128 bits in 32, or 160 in 40 for whoever made a report, who has one
/// secret for both. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkSecret(String);

impl LinkSecret {
    /// Length of a secret.
    const DIGITS: usize = 32;

    /// The secret by which whoever made a report finds what was decided: that of the report.
    pub(crate) fn of_report(vault: &Vault, report: Id<Report>) -> Self {
        Self(report::receipt_of(vault, report))
    }

    /// The secret by which this party finds this decision.
    pub(crate) fn of(vault: &Vault, decision: Id<Decision>, party: Party) -> Self {
        let purpose = match party {
            Party::Author => "decision.link.author",
            Party::Reporter => "decision.link.reporter",
            Party::Owner => "decision.link.owner",
        };
        Self::derived(vault, purpose, decision.number())
    }

    /// The secret by which an owner finds what they are asked.
    pub(crate) fn of_request(vault: &Vault, request: Id<OwnerRequest>) -> Self {
        Self::derived(vault, "owner.link", request.number())
    }

    /// The secret by which whoever objected to a block finds what was answered.
    pub(crate) fn of_objection(vault: &Vault, objection: Id<BlockObjection>) -> Self {
        Self::derived(vault, "block.objection.link", objection.number())
    }

    fn derived(vault: &Vault, purpose: &'static str, number: i64) -> Self {
        let bytes = vault.secret_of(purpose, number);
        let digits = bytes.iter().take(Self::DIGITS / 2).map(|byte| format!("{byte:02x}"));
        Self(digits.collect())
    }

    /// What somebody shows; none if it cannot be one.
    #[must_use]
    pub fn shown(text: &str) -> Option<Self> {
        let is_long = text.len() == Self::DIGITS || text.len() == report::SECRET_DIGITS;
        let is_one = is_long && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        is_one.then(|| Self(text.to_owned()))
    }

    /// The page that it opens, on this node.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/d/{}", self.0)
    }

    /// The page on which an owner answers, on this node.
    #[must_use]
    pub fn request_path(&self) -> String {
        format!("/o/{}", self.0)
    }

    /// The page on which an objection is answered, on this node.
    #[must_use]
    pub fn objection_path(&self) -> String {
        format!("/blocked/{}", self.0)
    }

    /// Under which it is kept and looked up.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(number: i64) -> Id<Decision> {
        Id::from_number(number).unwrap()
    }

    #[test]
    fn secrets_follow_from_key_decision_and_party() {
        let vault = Vault::new([7; 32]);
        let secret = LinkSecret::of(&vault, decision(1), Party::Author);
        assert_eq!(secret, LinkSecret::of(&vault, decision(1), Party::Author));
        assert_ne!(secret, LinkSecret::of(&vault, decision(2), Party::Author));
        assert_ne!(secret, LinkSecret::of(&vault, decision(1), Party::Owner));
        assert_ne!(secret, LinkSecret::of(&Vault::new([8; 32]), decision(1), Party::Author));
        let shown = secret.path().strip_prefix("/d/").map(str::to_owned).unwrap();
        assert_eq!(LinkSecret::shown(&shown), Some(secret.clone()));
        assert!(!format!("{secret:?}").contains(&shown));
        for other in ["", &shown[1..], &shown.to_uppercase(), &format!("{shown}0")] {
            assert_eq!(LinkSecret::shown(other), None, "{other}");
        }
    }
}
