//! The life of a version of the policy: drafted, sealed when it first judges anything, never changed after that.
//!
//! Which version is in force and which runs in shadow is not a state of the version but the last step that was taken
//! with one: see [`PolicyStep`].

use std::fmt;

use crate::keys::keys;

/// How far a version has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionState {
    /// The operator loaded it, from a folder or with the program.
    Loaded,
    /// It is being written and judges nothing.
    Draft,
    /// It judges or has judged, in force or in shadow, and stays as it is.
    Sealed,
    /// It was thrown away before it judged anything.
    Discarded,
}

/// What was done with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyStep {
    /// The node put in force what the operator loaded.
    Load,
    /// A person put it in force.
    Enforce,
    /// A person put it in force again.
    RollBack,
    /// It began to run in shadow.
    Shadow,
    /// It stopped running in shadow.
    EndShadow,
}

/// What stands in the way of changing a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// Only a draft can be changed or thrown away.
    #[error("only a draft can be changed")]
    NotADraft,
    /// It was thrown away.
    #[error("the version was thrown away")]
    Discarded,
}

impl VersionState {
    /// Changes what it says.
    ///
    /// # Errors
    /// When it is no draft.
    pub const fn edit(self) -> Result<Self, VersionError> {
        match self {
            Self::Draft => Ok(Self::Draft),
            Self::Loaded | Self::Sealed => Err(VersionError::NotADraft),
            Self::Discarded => Err(VersionError::Discarded),
        }
    }

    /// Lets it judge.
    ///
    /// # Errors
    /// When it was thrown away.
    pub const fn seal(self) -> Result<Self, VersionError> {
        match self {
            Self::Loaded => Ok(Self::Loaded),
            Self::Draft | Self::Sealed => Ok(Self::Sealed),
            Self::Discarded => Err(VersionError::Discarded),
        }
    }

    /// Throws it away.
    ///
    /// # Errors
    /// When it is no draft.
    pub const fn discard(self) -> Result<Self, VersionError> {
        match self.edit() {
            Ok(_) => Ok(Self::Discarded),
            Err(error) => Err(error),
        }
    }
}

keys!(VersionState {
    Loaded = "loaded",
    Draft = "draft",
    Sealed = "sealed",
    Discarded = "discarded",
});
keys!(PolicyStep {
    Load = "load",
    Enforce = "enforce",
    RollBack = "roll-back",
    Shadow = "shadow",
    EndShadow = "end-shadow",
});

impl fmt::Display for VersionState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_judged_never_changes() {
        use VersionState as V;
        let check = |from: V, edit: Result<V, VersionError>, seal: Result<V, VersionError>| {
            assert_eq!((from.edit(), from.seal()), (edit, seal), "{from}");
            assert_eq!(from.discard().is_ok(), from.edit().is_ok(), "{from}");
        };
        check(V::Draft, Ok(V::Draft), Ok(V::Sealed));
        check(V::Loaded, Err(VersionError::NotADraft), Ok(V::Loaded));
        check(V::Sealed, Err(VersionError::NotADraft), Ok(V::Sealed));
        check(V::Discarded, Err(VersionError::Discarded), Err(VersionError::Discarded));
        assert_eq!(V::Draft.discard(), Ok(V::Discarded));
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for state in VersionState::ALL {
            assert_eq!(VersionState::from_key(state.key()), Some(*state));
        }
        for step in PolicyStep::ALL {
            assert_eq!(PolicyStep::from_key(step.key()), Some(*step));
        }
        assert_eq!(VersionState::from_key("in-force"), None);
    }
}
