//! What a person decides, and the statement of reasons that goes with it.
//!
//! The statement has the parts that Article 17 of Regulation (EU) 2022/2065 (DSA) made the standard of the field and
//! that the Vietnamese duties to inform ask for piecemeal: what, where, which category, on what basis, found and decided
//! by whom or what, and how to appeal.

use crate::Text;

/// What is to happen to an item, mildest first. Labels come before limits, limits before removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Nothing: it breaks no rule.
    NoViolation,
    /// Nothing to the item, though a rule is broken: only who or what is behind it is dealt with.
    SubjectOnly,
    /// It is shown with a label.
    Label,
    /// Its reach is limited.
    Limit,
    /// It is hidden, its author still sees it.
    Hide,
    /// It is removed.
    Remove,
}

impl Outcome {
    /// Every outcome, mildest first.
    pub const ALL: [Self; 6] = [
        Self::NoViolation,
        Self::SubjectOnly,
        Self::Label,
        Self::Limit,
        Self::Hide,
        Self::Remove,
    ];

    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoViolation => "no_violation",
            Self::SubjectOnly => "subject_only",
            Self::Label => "label",
            Self::Limit => "limit",
            Self::Hide => "hide",
            Self::Remove => "remove",
        }
    }

    /// The outcome with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    /// Whether it says that the item breaks a rule.
    #[must_use]
    pub const fn is_violation(self) -> bool {
        match self {
            Self::NoViolation => false,
            Self::SubjectOnly | Self::Label | Self::Limit | Self::Hide | Self::Remove => true,
        }
    }
}

/// How an item came to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Detection {
    /// A rule of the policy spoke of it.
    Automatic,
    /// A person found it.
    Person,
}

impl Detection {
    /// The key in storage and on the wire.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Person => "person",
        }
    }

    /// The detection with this key, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Automatic, Self::Person]
            .into_iter()
            .find(|detection| detection.key() == key)
    }
}

/// The statement of reasons of one decision. It is made by a person here; a rule's own act has its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    outcome: Outcome,
    category: Option<String>,
    basis: Vec<String>,
    labels: Vec<String>,
    facts: Text<{ Statement::MAX_FACTS_BYTES }>,
    detection: Detection,
}

/// Why a statement is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// A violation is of a category.
    #[error("a violation needs the category it belongs to")]
    NoCategory,
    /// A violation rests on a law or a policy.
    #[error("a violation needs at least one legal or policy basis")]
    NoBasis,
    /// More bases than anybody reads.
    #[error("a statement has at most {} bases", Statement::MAX_BASES)]
    TooManyBases,
    /// Labelling gives a label.
    #[error("the outcome label needs the label to be shown")]
    NoLabel,
    /// Where the item stays as it is, something is done to a subject.
    #[error("the outcome subject_only needs a measure on an account, page, group or channel")]
    NoMeasure,
    /// What breaks no rule has no category, basis or label.
    #[error("an item that breaks no rule gets no category, basis or label")]
    NothingToCite,
}

impl Statement {
    /// Most bytes of the facts relied on; the DSA database takes 5,000 characters.
    pub const MAX_FACTS_BYTES: usize = 5_000;
    /// Most bases that one statement cites.
    pub const MAX_BASES: usize = 16;

    /// Puts a statement together. `category`, `basis` and `labels` are keys that the caller found in the policy.
    ///
    /// # Errors
    /// When parts are missing or contradict each other.
    pub fn new(
        outcome: Outcome,
        category: Option<String>,
        basis: Vec<String>,
        labels: Vec<String>,
        facts: Text<{ Self::MAX_FACTS_BYTES }>,
        detection: Detection,
    ) -> Result<Self, StatementError> {
        if outcome.is_violation() {
            if category.is_none() {
                return Err(StatementError::NoCategory);
            }
            if basis.is_empty() {
                return Err(StatementError::NoBasis);
            }
        } else if category.is_some() || !basis.is_empty() || !labels.is_empty() {
            return Err(StatementError::NothingToCite);
        }
        if basis.len() > Self::MAX_BASES {
            return Err(StatementError::TooManyBases);
        }
        if outcome == Outcome::Label && labels.is_empty() {
            return Err(StatementError::NoLabel);
        }
        Ok(Self {
            outcome,
            category,
            basis,
            labels,
            facts,
            detection,
        })
    }

    /// The same about what was found in this way.
    #[must_use]
    pub fn found_by(self, detection: Detection) -> Self {
        Self { detection, ..self }
    }

    /// What is to happen.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Key of the category; none where no rule is broken.
    #[must_use]
    pub fn category(&self) -> Option<&str> {
        self.category.as_deref()
    }

    /// Keys of the articles or policies it rests on.
    #[must_use]
    pub fn basis(&self) -> &[String] {
        &self.basis
    }

    /// Keys of the labels to be shown.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The facts relied on, in the words of the one who decided.
    #[must_use]
    pub fn facts(&self) -> &str {
        self.facts.as_str()
    }

    /// How the item came to be looked at.
    #[must_use]
    pub const fn detection(&self) -> Detection {
        self.detection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        outcome: Outcome,
        category: Option<&str>,
        basis: &[&str],
        labels: &[&str],
        expected: Result<(), StatementError>,
    ) {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let statement = Statement::new(
            outcome,
            category.map(str::to_owned),
            owned(basis),
            owned(labels),
            Text::parse("Bài đăng mời chuyển khoản để nhận quà.").unwrap(),
            Detection::Automatic,
        );
        assert_eq!(statement.map(|_| ()), expected, "{outcome:?} {category:?}");
    }

    #[test]
    fn a_violation_says_which_and_why() {
        check(Outcome::Remove, Some("SC1"), &["luat-1/2"], &[], Ok(()));
        check(
            Outcome::Remove,
            None,
            &["luat-1/2"],
            &[],
            Err(StatementError::NoCategory),
        );
        check(Outcome::Remove, Some("SC1"), &[], &[], Err(StatementError::NoBasis));
        check(
            Outcome::Label,
            Some("IN1"),
            &["luat-1/2"],
            &[],
            Err(StatementError::NoLabel),
        );
        check(Outcome::Label, Some("IN1"), &["luat-1/2"], &["tin-gia"], Ok(()));
        let sixteen: Vec<&str> = vec!["luat-1/2"; Statement::MAX_BASES];
        check(Outcome::Hide, Some("SC1"), &sixteen, &[], Ok(()));
        let seventeen = vec!["luat-1/2"; Statement::MAX_BASES + 1];
        check(
            Outcome::Hide,
            Some("SC1"),
            &seventeen,
            &[],
            Err(StatementError::TooManyBases),
        );
    }

    #[test]
    fn what_breaks_no_rule_cites_none() {
        check(Outcome::NoViolation, None, &[], &[], Ok(()));
        check(
            Outcome::NoViolation,
            Some("SC1"),
            &[],
            &[],
            Err(StatementError::NothingToCite),
        );
        check(
            Outcome::NoViolation,
            None,
            &["luat-1/2"],
            &[],
            Err(StatementError::NothingToCite),
        );
    }

    #[test]
    fn labels_come_before_limits_and_limits_before_removal() {
        assert!(Outcome::Label < Outcome::Limit && Outcome::Limit < Outcome::Remove);
    }
}
