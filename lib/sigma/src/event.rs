//! An event as rules see it: values, each of a field that has a number, or of none.

use std::ops::Range;

use crate::letters;
use crate::limits::{MAX_EVENT_VALUE_BYTES, MAX_EVENT_VALUES};

/// A field of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u16);

/// The values of one event; memory that is used again for the next.
#[derive(Debug, Clone, Default)]
pub struct Event {
    text: String,
    lowered: String,
    values: Vec<Held>,
    /// Whether a value was passed over.
    lost: bool,
}

#[derive(Debug, Clone)]
struct Held {
    slot: Option<Slot>,
    kind: Scalar,
    text: Range<usize>,
    lowered: Range<usize>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    /// A text, a number or a truth value: all are compared as they are written.
    Text,
    /// There, and nothing.
    Null,
}

/// A value of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'e> {
    kind: Scalar,
    /// As it was logged.
    pub text: &'e str,
    pub(crate) lowered: &'e str,
}

impl Value<'_> {
    pub(crate) fn is_null(&self) -> bool {
        self.kind == Scalar::Null
    }
}

impl Event {
    /// Forgets what it has.
    pub fn clear(&mut self) {
        self.text.clear();
        self.lowered.clear();
        self.values.clear();
        self.lost = false;
    }

    /// Takes a value of a field, or of one that no rule names. What is too long, or one too many, is passed over.
    pub fn push(&mut self, slot: Option<Slot>, kind: Scalar, text: &str) {
        if self.values.len() >= MAX_EVENT_VALUES || text.len() > MAX_EVENT_VALUE_BYTES {
            self.lost = true;
            return;
        }
        let (start, lower) = (self.text.len(), self.lowered.len());
        self.text.push_str(text);
        letters::push_lowered(text, &mut self.lowered);
        self.values.push(Held {
            slot,
            kind,
            text: start..self.text.len(),
            lowered: lower..self.lowered.len(),
        });
    }

    /// Whether a value was passed over.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        self.lost
    }

    /// The values of a field, in their order; every value where there is none.
    pub fn values_of(&self, slot: Option<Slot>) -> impl Iterator<Item = Value<'_>> {
        self.values
            .iter()
            .filter(move |held| slot.is_none() || held.slot == slot)
            .map(|held| self.value(held))
    }

    /// Every value with its field.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Option<Slot>, Value<'_>)> {
        self.values.iter().map(|held| (held.slot, self.value(held)))
    }

    fn value(&self, held: &Held) -> Value<'_> {
        Value {
            kind: held.kind,
            text: self.text.get(held.text.clone()).unwrap_or_default(),
            lowered: self.lowered.get(held.lowered.clone()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_length_have_limits() {
        let mut event = Event::default();
        for _ in 0..MAX_EVENT_VALUES {
            event.push(Some(Slot(0)), Scalar::Text, "a");
        }
        assert!(!event.is_incomplete());
        event.push(Some(Slot(0)), Scalar::Text, "a");
        assert!(event.is_incomplete());
        assert_eq!(event.values_of(Some(Slot(0))).count(), MAX_EVENT_VALUES);
        event.clear();
        event.push(None, Scalar::Text, &"a".repeat(MAX_EVENT_VALUE_BYTES));
        assert!(!event.is_incomplete());
        event.push(None, Scalar::Text, &"a".repeat(MAX_EVENT_VALUE_BYTES + 1));
        assert!(event.is_incomplete());
        assert_eq!(event.values_of(None).count(), 1);
    }
}
