//! Values of JSON. What is compared is meaning: the order of members says nothing, their spelling in the text neither.

use std::fmt;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it was spelled.
    Number(Number),
    /// A text.
    String(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Object(Members),
}

impl Value {
    /// The text, where it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The truth value, where it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(holds) = self {
            Some(*holds)
        } else {
            None
        }
    }

    /// The number, where it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self {
            Some(number)
        } else {
            None
        }
    }

    /// The elements, where it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(values) = self {
            Some(values)
        } else {
            None
        }
    }

    /// The members, where it is an object.
    #[must_use]
    pub fn as_members(&self) -> Option<&Members> {
        if let Self::Object(members) = self {
            Some(members)
        } else {
            None
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(holds: bool) -> Self {
        Self::Bool(holds)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number::new(&number.to_string()))
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

/// A number as it was spelled, so that nothing is lost: `1.0` stays `1.0`, and no digit goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(Box<str>);

impl Number {
    /// `spelled` must be a number of JSON.
    pub(super) fn new(spelled: &str) -> Self {
        Self(spelled.into())
    }

    /// As it was spelled.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole number, where it has neither fraction nor exponent and fits.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        self.0.parse().ok()
    }

    /// The nearest double. What is beyond all of them is infinite.
    #[must_use]
    pub fn as_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The members of an object, in their order, each name once.
#[derive(Debug, Clone, Default)]
pub struct Members {
    members: Vec<(String, Value)>,
    /// Positions in `members`, sorted by name.
    sorted: Vec<usize>,
}

impl Members {
    /// Members in their order. `None` where a name stands twice.
    #[must_use]
    pub fn new(members: Vec<(String, Value)>) -> Option<Self> {
        let name = |at: usize| members.get(at).map(|(name, _)| name.as_str());
        let mut sorted: Vec<usize> = (0..members.len()).collect();
        sorted.sort_unstable_by_key(|at| name(*at));
        let twice = sorted.windows(2).any(|pair| match pair {
            [one, next] => name(*one) == name(*next),
            _ => false,
        });
        (!twice).then_some(Self { members, sorted })
    }

    /// With a member more, last, or with another value of the one that has this name.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let named = |at: &usize| self.members.get(*at).map_or("", |(of, _)| of);
        match self.sorted.binary_search_by(|at| named(at).cmp(name)) {
            Ok(found) => {
                let member = self.sorted.get(found).and_then(|at| self.members.get_mut(*at));
                if let Some((_, old)) = member {
                    *old = value.into();
                }
            }
            Err(place) => {
                self.sorted.insert(place, self.members.len());
                self.members.push((name.to_owned(), value.into()));
            }
        }
        self
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let at = |at: &usize| self.members.get(*at);
        let found = self
            .sorted
            .binary_search_by(|place| at(place).map_or("", |(of, _)| of).cmp(name))
            .ok()?;
        self.sorted.get(found).and_then(at).map(|(_, value)| value)
    }

    /// Whether there is such a member.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Names and values in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Names and values in the order of their names.
    pub fn iter_sorted(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.sorted.iter().filter_map(|at| self.members.get(*at));
        members.map(|(name, value)| (name.as_str(), value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter_sorted().eq(other.iter_sorted())
    }
}
