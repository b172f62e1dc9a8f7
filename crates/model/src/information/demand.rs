//! What an authority says that it wants about the targets of its order, before anybody proposes to tell it. Whoever answers
//! may tell less, and never more.

use super::{Information, InformationError, InformationPeriod, InformationPurpose};
use crate::Time;

/// For what, which fields, of which period: what an order asks about its targets, in the words of its office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformationDemand {
    purpose: InformationPurpose,
    fields: Vec<String>,
    period: InformationPeriod,
}

impl InformationDemand {
    /// What is asked for.
    ///
    /// # Errors
    /// When fields are none, too many, or one stands twice.
    pub fn new(
        purpose: InformationPurpose,
        fields: Vec<String>,
        period: InformationPeriod,
    ) -> Result<Self, InformationError> {
        let mut sorted: Vec<&String> = fields.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if fields.is_empty() || fields.len() > Information::MAX_FIELDS || sorted.len() < fields.len() {
            return Err(InformationError::BadFields);
        }
        Ok(Self {
            purpose,
            fields,
            period,
        })
    }

    /// For what.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.purpose.as_str()
    }

    /// Keys of the fields.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Of which period.
    #[must_use]
    pub const fn period(&self) -> InformationPeriod {
        self.period
    }

    /// Whether an order may be about so many targets where it says what it asks.
    ///
    /// # Errors
    /// When they are none, or too many.
    pub const fn check_subjects(subjects: usize) -> Result<(), InformationError> {
        if subjects == 0 || subjects > Information::MAX_SUBJECTS {
            Err(InformationError::BadSubjects)
        } else {
            Ok(())
        }
    }

    /// Whether something asks for no more than this: for the same purpose, none but these fields, within this period.
    ///
    /// # Errors
    /// When it asks for more.
    pub fn check_within(&self, less: &Self) -> Result<(), InformationError> {
        if less.purpose != self.purpose {
            return Err(InformationError::OtherPurpose);
        }
        if !less.fields.iter().all(|field| self.fields.contains(field)) {
            return Err(InformationError::MoreFields);
        }
        if less.period.from() < self.period.from() || less.period.to() > self.period.to() {
            return Err(InformationError::LongerPeriod);
        }
        Ok(())
    }

    /// Whether something within this leaves a field or a part of the period out.
    #[must_use]
    pub fn is_more_than(&self, less: &Self) -> bool {
        less.fields.len() < self.fields.len() || less.period != self.period
    }
}

impl InformationPeriod {
    /// The same, where it has whole seconds: what two sides write into forms and compare.
    ///
    /// # Errors
    /// When it has not.
    pub fn whole_seconds(self) -> Result<Self, InformationError> {
        let is_whole = |at: Time| Time::from_seconds(at.as_seconds()) == at;
        if is_whole(self.from()) && is_whole(self.to()) {
            Ok(self)
        } else {
            Err(InformationError::BadPeriod)
        }
    }
}
