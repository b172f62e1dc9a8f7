//! A verdict whose rules were held back by their brakes: what the engine said stays, what counts is milder.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// What counts of a verdict where brakes held some of its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Braked<'a> {
    /// Key of the action that counts.
    pub action: &'a str,
    /// Keys of the labels that count.
    pub labels: &'a [&'a str],
    /// The rules that were held, in the order of the reasons.
    pub rules: &'a [String],
}

#[derive(Debug, Deserialize, Serialize)]
struct Written<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow)]
    action: &'a RawValue,
    #[serde(borrow)]
    reasons: &'a RawValue,
    #[serde(borrow)]
    labels: &'a RawValue,
    #[serde(borrow)]
    undecided: &'a RawValue,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    braked: Vec<String>,
    #[serde(borrow)]
    pack: &'a RawValue,
}

/// A written verdict, as it counts. The reasons stay as they are: each says what its rule does, `braked` which did not.
///
/// # Errors
/// When it is not a verdict.
pub fn hold_back(verdict: &RawValue, braked: Braked<'_>) -> serde_json::Result<Box<RawValue>> {
    let (action, labels) = (to_raw_value(braked.action)?, to_raw_value(braked.labels)?);
    let written: Written<'_> = serde_json::from_str(verdict.get())?;
    to_raw_value(&Written {
        action: &action,
        labels: &labels,
        braked: braked.rules.to_vec(),
        ..written
    })
}

/// The rules that a written verdict says were held.
#[must_use]
pub fn braked(verdict: &str) -> Vec<String> {
    let written: Option<Written<'_>> = serde_json::from_str(verdict).ok();
    written.map_or_else(Vec::new, |written| written.braked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_milder_and_what_was_said_stays() {
        let said = r#"{"id":"a","action":"block","reasons":[{"rule":"x"}],"labels":["l"],"undecided":null,"pack":{}}"#;
        let said = RawValue::from_string(said.to_owned()).unwrap();
        assert_eq!(braked(said.get()), Vec::<String>::new());
        let held = hold_back(
            &said,
            Braked {
                action: "review",
                labels: &[],
                rules: &["x".to_owned()],
            },
        );
        let held = held.unwrap();
        assert_eq!(
            held.get(),
            r#"{"id":"a","action":"review","reasons":[{"rule":"x"}],"labels":[],"undecided":null,"braked":["x"],"pack":{}}"#
        );
        assert_eq!(braked(held.get()), ["x"]);
    }
}
