//! What a check finds: where, what, and how much it matters.

use std::fmt;

use crate::pattern::PatternError;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: a JSON pointer (RFC 6901) into the object. What is missing is named where it should be.
    pub pointer: String,
    /// What.
    pub kind: FindingKind,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Against a SHOULD of the specification.
    Warning,
    /// Against a MUST.
    Error,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $severity:ident, $key:literal, $message:literal;)*) => {
        /// What is wrong. Keys are stable.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $name,)*
            /// A pattern cannot be read.
            BadPattern(PatternError),
        }

        impl FindingKind {
            /// The name of this kind; it does not change.
            #[must_use]
            pub fn key(&self) -> &'static str {
                match self {
                    $(Self::$name => $key,)*
                    Self::BadPattern(_) => "bad-pattern",
                }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(&self) -> Severity {
                match self {
                    $(Self::$name => Severity::$severity,)*
                    Self::BadPattern(_) => Severity::Error,
                }
            }
        }

        impl fmt::Display for FindingKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name => f.write_str($message),)*
                    Self::BadPattern(error) => write!(f, "the pattern cannot be read: {error}"),
                }
            }
        }
    };
}

kinds! {
    /// A property that must be there is not.
    Missing => Error, "missing", "must be there";
    /// None of several is there, of which one must be.
    MissingAny => Error, "missing-any", "one of several properties must be there";
    /// Two are there that exclude each other.
    Conflict => Error, "conflict", "must not be there beside another property";
    /// The value is of another type of JSON.
    WrongType => Error, "wrong-type", "is of another type";
    /// The text has not the form that it must have.
    BadForm => Error, "bad-form", "has not the form that it must have";
    /// The number is beyond what it may be.
    OutOfRange => Error, "out-of-range", "is beyond its range";
    /// Not of a closed vocabulary.
    NotAllowed => Error, "not-allowed", "is none of the values that are allowed";
    /// A list or dictionary with nothing in it, or `null`.
    Empty => Error, "empty", "must not be empty";
    /// A name that no property or key may have.
    BadName => Error, "bad-name", "is not a name that a property may have";
    /// A name that the specification keeps for itself.
    Reserved => Error, "reserved", "is a reserved name";
    /// The identifier is of a type that may not be named there.
    WrongTarget => Error, "wrong-target", "names an object of a type that may not be named there";
    /// Moments in the wrong order.
    Order => Error, "order", "is not after what it must be after";
    /// A selector that selects nothing.
    NoSuchPlace => Error, "no-such-place", "selects nothing in the object";
    /// A marking that is marked with itself.
    Circular => Error, "circular", "must not name the object itself";
    /// What a marking or extension says is not of its type.
    Mismatch => Error, "mismatch", "does not agree with the rest of the object";
    /// The UUID is not of the version that it must be.
    UuidNotRandom => Error, "uuid-not-random", "must be a UUID of version 4, as nothing contributes to it";
    /// There were more findings than are told.
    TooMany => Error, "too-many", "has more findings than are told";

    /// Not of an open vocabulary.
    NotSuggested => Warning, "not-suggested", "is none of the values that are suggested";
    /// A property that is not of STIX, without an extension.
    CustomProperty => Warning, "custom-property", "is not a property of STIX, and no extension says so";
    /// A type that is not of STIX, without an extension.
    CustomType => Warning, "custom-type", "is not a type of STIX, and no extension says so";
    /// The UUID is not of the version that it should be.
    UuidVersion => Warning, "uuid-version", "should be a UUID of another version";
    /// The identifier of an observable is not made from its content.
    NotDerived => Warning, "not-derived", "is not the identifier that the content gives";
    /// A relationship that the specification does not name.
    UnnamedRelationship => Warning, "unnamed-relationship", "is not a relationship that is named for these types";
    /// A property that should be there is not.
    Recommended => Warning, "recommended", "should be there";
    /// What the specification has given up.
    Deprecated => Warning, "deprecated", "is deprecated";
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.pointer, self.kind)
    }
}
