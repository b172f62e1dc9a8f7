//! Who decided what an appeal is about.

use crate::{Id, Person};

/// The people who decided an appealed case and the cases below it: one, one more for every appeal in between, and whoever
/// confirmed where a decision took two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Deciders {
    first: Id<Person>,
    later: [Option<Id<Person>>; Deciders::MAX - 1],
}

impl Deciders {
    /// Most of them: author and owner appeal once, and of those who reported some; each decision may have taken two people.
    /// What was looked into so often is appealed no more.
    pub const MAX: usize = 12;

    /// One alone.
    #[must_use]
    pub const fn one(first: Id<Person>) -> Self {
        let later = [None; Self::MAX - 1];
        Self { first, later }
    }

    /// These and one more; none where there are as many as there may be.
    #[must_use]
    pub fn and(mut self, another: Id<Person>) -> Option<Self> {
        let free = self.later.iter_mut().find(|place| place.is_none())?;
        *free = Some(another);
        Some(self)
    }

    /// Whether this person is one of them.
    #[must_use]
    pub fn has(self, person: Id<Person>) -> bool {
        self.all().any(|one| one == person)
    }

    /// All of them, first to last.
    pub fn all(self) -> impl Iterator<Item = Id<Person>> {
        std::iter::once(self.first).chain(self.later.into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_as_there_may_be() {
        let id = |number| Id::from_number(number).unwrap();
        let mut deciders = Deciders::one(id(1));
        let most = i64::try_from(Deciders::MAX).unwrap();
        for number in 2..=most {
            deciders = deciders.and(id(number)).unwrap();
        }
        assert_eq!(deciders.and(id(most + 1)), None);
        assert_eq!(
            deciders.all().collect::<Vec<_>>(),
            (1..=most).map(id).collect::<Vec<_>>()
        );
        assert!(deciders.has(id(most)) && !deciders.has(id(most + 1)));
    }
}
