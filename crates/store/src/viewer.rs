//! Who looks at cases, as far as it decides what they may see.
//!
//! A decision is hidden from whoever might decide the same again without knowing of it. In the statements `$viewer` is the
//! number of a person, or -1, and `$sight` one of [`Viewer::sight`].

use anlanh_db::Value;
use anlanh_model::{Id, Person};

/// Who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// A machine: it sees the cases that take effect, and none that measures.
    Machine,
    /// A person who decides nothing: everything is open to them.
    Observer,
    /// A person who decides cases: what they might have to decide blind is hidden from them.
    Decider(Id<Person>),
    /// A person who decides cases and knows the golden answers: of those cases they see nothing but what was escalated.
    Manager(Id<Person>),
}

impl Viewer {
    /// The person from whom something may be hidden.
    pub(crate) fn person(self) -> Value<'static> {
        Value::Int(match self {
            Self::Machine | Self::Observer => -1,
            Self::Decider(person) | Self::Manager(person) => person.number(),
        })
    }

    /// 0 for whoever may meet every case that measures, 1 for whoever knows the golden answers, 2 for a machine.
    pub(crate) const fn sight(self) -> Value<'static> {
        Value::Int(match self {
            Self::Observer | Self::Decider(_) => 0,
            Self::Manager(_) => 1,
            Self::Machine => 2,
        })
    }
}
