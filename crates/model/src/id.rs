//! Ids: 63 bits, ordered by time of making, shown as thirteen letters and digits.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use crate::Time;

/// Crockford's base 32 without `i`, `l`, `o`, `u`, in lower case: nothing in an id is misread over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 63 bits in groups of five.
const LETTERS: usize = 13;
/// Bits below the milliseconds.
const COUNTER_BITS: u32 = 21;

/// The id of a `T`: positive, unique in one database, and larger the later it was made. A single 64-bit integer is the
/// cheapest primary key of both databases, and the order of ids is the order of paging.
pub struct Id<T> {
    number: i64,
    of: PhantomData<fn() -> T>,
}

/// This is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is thirteen letters and digits, as in 06d4y1tgqz7v0")]
pub struct IdError;

impl<T> Id<T> {
    /// The id with this number, as it is stored.
    ///
    /// # Errors
    /// When the number is negative.
    pub const fn from_number(number: i64) -> Result<Self, IdError> {
        if number < 0 {
            return Err(IdError);
        }
        Ok(Self {
            number,
            of: PhantomData,
        })
    }

    /// The number under which it is stored.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.number
    }

    /// The id of something else that has the same number.
    #[must_use]
    pub const fn cast<U>(self) -> Id<U> {
        Id {
            number: self.number,
            of: PhantomData,
        }
    }

    /// The least id that may be made at this time: whatever was made before is less.
    #[must_use]
    pub fn first_at(time: Time) -> Self {
        let millis = time.as_micros().div_euclid(1_000).clamp(0, i64::MAX >> COUNTER_BITS);
        Self {
            number: millis << COUNTER_BITS,
            of: PhantomData,
        }
    }

    /// When it was made, to the millisecond.
    #[must_use]
    pub const fn made_at(self) -> Time {
        Time::from_micros((self.number >> COUNTER_BITS).saturating_mul(1_000))
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = (0..LETTERS).rev().map(|place| {
            let five = (self.number >> (place * 5)) & 31;
            let letter = usize::try_from(five).ok().and_then(|five| ALPHABET.get(five));
            char::from(letter.copied().unwrap_or(b'0'))
        });
        f.write_str(&letters.collect::<String>())
    }
}

impl<T> FromStr for Id<T> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.len() != LETTERS {
            return Err(IdError);
        }
        let mut number: i64 = 0;
        for letter in text.bytes() {
            let five = ALPHABET.iter().position(|known| *known == letter).ok_or(IdError)?;
            let five = i64::try_from(five).map_err(|_| IdError)?;
            number = number
                .checked_mul(32)
                .and_then(|n| n.checked_add(five))
                .ok_or(IdError)?;
        }
        Self::from_number(number)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Makes ids for one program. Programs that write to one database at the same time, a node and a tool beside it, have
/// different offsets: in each millisecond they count from there, so that they never make the same id.
#[derive(Debug)]
pub struct IdSource {
    last: i64,
    offset: i64,
}

impl IdSource {
    /// Where a tool counts from, at the least: a node that makes fewer ids in a millisecond never gets there.
    const TOOLS: i64 = 1 << (COUNTER_BITS - 1);

    /// The source of a node, whose ids come after `last`, the largest that the database holds (0 for an empty one).
    #[must_use]
    pub const fn of_node(last: i64) -> Self {
        Self { last, offset: 0 }
    }

    /// The source of a tool that runs beside a node; `process` keeps it apart from other tools.
    #[must_use]
    pub const fn of_tool(last: i64, process: u32) -> Self {
        let offset = Self::TOOLS | (process as i64 & (Self::TOOLS - 1));
        Self { last, offset }
    }

    /// Goes on after `last`, where others have come further.
    pub fn raise(&mut self, last: i64) {
        self.last = self.last.max(last);
    }

    /// The next id. It is larger than every one before, even when the clock goes back.
    pub fn next<T>(&mut self, now: Time) -> Id<T> {
        let millis = now.as_micros().div_euclid(1_000).clamp(0, i64::MAX >> COUNTER_BITS);
        self.last = ((millis << COUNTER_BITS) | self.offset).max(self.last.saturating_add(1));
        Id {
            number: self.last,
            of: PhantomData,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Thing;

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let mut source = IdSource::of_node(0);
        let first: Id<Thing> = source.next(Time::from_seconds(1_790_000_000));
        let second = source.next(Time::from_seconds(1_789_999_999));
        let third = source.next(Time::from_seconds(1_790_000_001));
        assert!(first < second && second < third);
        assert_eq!(third.made_at(), Time::from_seconds(1_790_000_001));
    }

    #[test]
    fn a_source_goes_on_after_what_is_stored() {
        let stored: Id<Thing> = IdSource::of_node(0).next(Time::from_seconds(1_790_000_000));
        let next: Id<Thing> = IdSource::of_node(stored.number()).next(Time::from_seconds(1));
        assert!(next > stored);
    }

    #[test]
    fn a_tool_beside_a_node_never_makes_the_node_s_ids() {
        let now = Time::from_seconds(1_790_000_000);
        let (mut node, mut tool, mut other) = (IdSource::of_node(0), IdSource::of_tool(0, 7), IdSource::of_tool(0, 9));
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..2 {
            for source in [&mut node, &mut tool, &mut other] {
                assert!(seen.insert(source.next::<Thing>(now).number()));
            }
        }
        let later = now.plus_minutes(1);
        for source in [&mut node, &mut tool, &mut other] {
            assert!(seen.insert(source.next::<Thing>(later).number()));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "06d4y1tgqz7v",
            "06d4y1tgqz7v00",
            "06D4Y1TGQZ7V0",
            "06d4y1tgqz7vu",
            "zzzzzzzzzzzzz",
            "é23456789012",
        ] {
            assert_eq!(text.parse::<Id<Thing>>(), Err(IdError), "{text}");
        }
        assert_eq!(Id::<Thing>::from_number(-1), Err(IdError));
    }

    proptest! {
        #[test]
        fn writing_and_reading_give_the_same_id(number in 0..=i64::MAX) {
            let id = Id::<Thing>::from_number(number).unwrap();
            prop_assert_eq!(id.to_string().parse::<Id<Thing>>(), Ok(id));
        }

        #[test]
        fn text_sorts_as_ids_do(a in 0..=i64::MAX, b in 0..=i64::MAX) {
            let (a, b) = (Id::<Thing>::from_number(a).unwrap(), Id::<Thing>::from_number(b).unwrap());
            prop_assert_eq!(a.to_string().cmp(&b.to_string()), a.cmp(&b));
        }
    }
}
