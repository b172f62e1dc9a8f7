//! Whose personal data it is.

/// Somebody whose personal data is kept sealed, apart from what they did: a marker for ids. Nothing else is known of them.
#[derive(Debug)]
pub struct DataSubject;
