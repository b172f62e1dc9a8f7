//! What a measure is aimed at: an item, or who or what stands behind it.

use crate::keys::keys;

/// The kind of thing that a measure is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// One item.
    Item,
    /// The account of an author.
    Account,
    /// A community page.
    Page,
    /// A community group.
    Group,
    /// A content channel.
    Channel,
    /// A report that the platform handed on: nothing is done to it, whoever made it is told what came of it.
    Report,
}

/// An item, or a *subject*: an account, page, group or channel. The reference is the platform's own and means nothing
/// here; of an item that came without one it is the node's id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    kind: TargetKind,
    reference: String,
}

/// This is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reference has 1 to {} bytes and no zero byte", Target::MAX_REFERENCE_BYTES)]
pub struct TargetError;

impl TargetKind {
    /// Every kind that can break rules again and again: all but items.
    pub const SUBJECTS: [Self; 4] = [Self::Account, Self::Page, Self::Group, Self::Channel];

    /// Whether it is something that can break rules again and again.
    #[must_use]
    pub const fn is_subject(self) -> bool {
        match self {
            Self::Item | Self::Report => false,
            Self::Account | Self::Page | Self::Group | Self::Channel => true,
        }
    }
}

impl Target {
    /// Longest reference, in bytes: as long as the platform's ids may be that come with items.
    pub const MAX_REFERENCE_BYTES: usize = 256;

    /// The thing of this kind with this reference.
    ///
    /// # Errors
    /// When the reference is empty, too long, or holds a zero byte, which no database keeps in a text.
    pub fn new(kind: TargetKind, reference: &str) -> Result<Self, TargetError> {
        if reference.is_empty() || reference.len() > Self::MAX_REFERENCE_BYTES || reference.contains('\0') {
            return Err(TargetError);
        }
        let reference = reference.to_owned();
        Ok(Self { kind, reference })
    }

    /// What kind of thing it is.
    #[must_use]
    pub const fn kind(&self) -> TargetKind {
        self.kind
    }

    /// The platform's reference.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

keys!(TargetKind {
    Item = "item",
    Account = "account",
    Page = "page",
    Group = "group",
    Channel = "channel",
    Report = "report",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_opaque_and_bounded() {
        let check = |reference: &str, is_one: bool| {
            let target = Target::new(TargetKind::Account, reference);
            assert_eq!(target.is_ok(), is_one, "{reference:?}");
        };
        check("@minh:vi-du.vn", true);
        check("../..", true);
        check(&"x".repeat(Target::MAX_REFERENCE_BYTES), true);
        check(&"x".repeat(Target::MAX_REFERENCE_BYTES + 1), false);
        check("", false);
        check("a\0b", false);
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for kind in TargetKind::ALL {
            assert_eq!(TargetKind::from_key(kind.key()), Some(*kind));
            assert_eq!(TargetKind::SUBJECTS.contains(kind), kind.is_subject());
        }
    }
}
