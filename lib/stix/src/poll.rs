//! Following a collection of a TAXII 2.1 server: which page to ask for next, as data. Nothing here asks anybody.
//!
//! Pages are followed by `next` as long as the server says that there are more, all with the `added_after` that the walk began
//! with; a walk that is over begins again after the last `X-TAXII-Date-Added-Last`. Where a server says that there is more and
//! not where (`next` may be left out), it goes on from just before that moment, so that objects which share it are not lost:
//! whoever adds twice what they have loses nothing. A server that repeats itself is told from one that goes on.

use std::fmt::Write as _;

use crate::taxii::Envelope;
use crate::timestamp::Timestamp;

/// Longest `next` of a server that is followed, in bytes.
pub const MAX_NEXT_BYTES: usize = 4 << 10;

/// Where one is in a collection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Poll {
    /// After which moment this walk looks.
    added_after: Option<Timestamp>,
    /// The page of it that comes.
    next: Option<String>,
    /// The last moment that was seen.
    last: Option<Timestamp>,
}

/// What follows from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is another.
    More,
    /// This was the last; it goes on from here when there is something new.
    Done,
    /// The server says that there is more, and gives the same again.
    Stuck,
}

/// A position is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position in a collection")]
pub struct NoPosition;

impl Poll {
    /// The query that asks for the page: at most so many objects, unless the server does as it likes.
    #[must_use]
    pub fn query(&self, limit: u32) -> String {
        let mut query = format!("limit={limit}");
        if let Some(after) = self.added_after {
            // Writing to a text does not fail.
            let _ = write!(query, "&added_after={after}");
        }
        if let Some(next) = &self.next {
            query.push_str("&next=");
            push_encoded(next, &mut query);
        }
        query
    }

    /// Takes what the server said of a page: its head, and `X-TAXII-Date-Added-Last`.
    pub fn answered(&mut self, envelope: &Envelope, date_added_last: Option<&str>) -> Step {
        let told: Option<Timestamp> = date_added_last.and_then(|text| text.trim().parse().ok());
        let before = self.last;
        self.last = self.last.max(told);
        if !envelope.more {
            self.added_after = self.last.max(self.added_after);
            self.next = None;
            return Step::Done;
        }
        match envelope.next.as_deref() {
            Some(next) if next.len() > MAX_NEXT_BYTES || self.next.as_deref() == Some(next) => {
                // Whoever asks again later begins the walk anew.
                self.next = None;
                Step::Stuck
            }
            Some(next) => {
                self.next = Some(next.to_owned());
                Step::More
            }
            None => {
                self.next = None;
                match self.last {
                    // All of it is of one moment: what shares it and was not given is out of reach.
                    Some(last) if before == Some(last) => {
                        let is_same = self.added_after == Some(last);
                        self.added_after = Some(last);
                        if is_same { Step::Stuck } else { Step::More }
                    }
                    Some(last) => {
                        self.added_after = Some(just_before(last)).max(self.added_after);
                        Step::More
                    }
                    None => Step::Stuck,
                }
            }
        }
    }

    /// The server does not know the page any more, as after a restart of its own: the walk begins anew. False where it asked
    /// for no page.
    pub fn forget_page(&mut self) -> bool {
        self.next.take().is_some()
    }

    /// As one line, to be kept.
    #[must_use]
    pub fn to_line(&self) -> String {
        let moment = |moment: Option<Timestamp>| moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
        let next = self.next.as_deref().unwrap_or_default();
        format!("{} {} {next}", moment(self.added_after), moment(self.last))
    }

    /// Where [`to_line`](Self::to_line) was.
    ///
    /// # Errors
    /// When it is no such line.
    pub fn of_line(line: &str) -> Result<Self, NoPosition> {
        let mut parts = line.splitn(3, ' ');
        let mut moment = || match parts.next() {
            Some("-") => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| NoPosition),
            None => Err(NoPosition),
        };
        let (added_after, last) = (moment()?, moment()?);
        let next = parts.next().ok_or(NoPosition)?;
        Ok(Self {
            added_after,
            next: (!next.is_empty()).then(|| next.to_owned()),
            last,
        })
    }
}

/// A microsecond earlier: what shares the moment is given again.
fn just_before(moment: Timestamp) -> Timestamp {
    match moment.nanos.checked_sub(1_000) {
        Some(nanos) => Timestamp { nanos, ..moment },
        None => Timestamp {
            seconds: moment.seconds.saturating_sub(1),
            nanos: 999_999_000,
        },
    }
}

/// Everything but letters, digits and `-._~` encoded (RFC 3986, section 2.3).
fn push_encoded(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server with these moments, some of which objects share; what it gives of them.
    struct Server {
        added: Vec<u32>,
        page: usize,
        gives_next: bool,
    }

    fn moment(micros: u32) -> Timestamp {
        Timestamp {
            seconds: 1_790_000_000,
            nanos: micros * 1_000,
        }
    }

    impl Server {
        /// The places of the objects of a page, its head, and the last moment.
        fn ask(&self, poll: &Poll) -> (Vec<usize>, Envelope, Option<String>) {
            let after = poll.added_after;
            let all: Vec<usize> = (0..self.added.len())
                .filter(|at| after.is_none_or(|after| moment(self.added[*at]) > after))
                .collect();
            let from = poll.next.as_deref().map_or(0, |next| next.parse().unwrap());
            let page: Vec<usize> = all.iter().copied().skip(from).take(self.page).collect();
            let more = from + page.len() < all.len();
            let next = (more && self.gives_next).then(|| (from + page.len()).to_string());
            let last = page.last().map(|at| moment(self.added[*at]).to_string());
            (page, Envelope { more, next }, last)
        }
    }

    fn check(added: &[u32], page: usize, gives_next: bool) {
        let server = Server {
            added: added.to_vec(),
            page,
            gives_next,
        };
        let (mut poll, mut seen) = (Poll::default(), std::collections::BTreeSet::new());
        for _ in 0..1_000 {
            let (objects, envelope, last) = server.ask(&poll);
            seen.extend(objects);
            // It may be killed behind any page.
            let step = poll.answered(&envelope, last.as_deref());
            poll = Poll::of_line(&poll.to_line()).unwrap();
            if step != Step::More {
                assert_eq!(step, Step::Done, "{added:?} {page}");
                assert_eq!(seen.len(), added.len(), "{added:?} {page} {gives_next}");
                let (again, _, _) = server.ask(&poll);
                assert_eq!(again, [0; 0], "nothing comes again");
                return;
            }
        }
        panic!("{added:?} {page}: no end");
    }

    #[test]
    fn a_collection_is_walked_to_its_end_once() {
        for page in [1, 2, 3, 100] {
            check(&[1, 2, 3, 4, 5, 6, 7], page, true);
            check(&[], page, true);
            check(&[5; 20], page, true);
            check(&[1, 1, 1, 2, 2, 3], page, true);
        }
        // Without `next`, ties are had as long as a page holds more than those of one moment.
        for page in [2, 3, 100] {
            check(&[1, 2, 3, 4, 5, 6, 7], page, false);
        }
        check(&[1, 1, 2, 2, 3, 3, 4], 3, false);
    }

    #[test]
    fn a_server_that_repeats_itself_is_noticed() {
        let more = |next: Option<&str>| Envelope {
            more: true,
            next: next.map(str::to_owned),
        };
        let mut poll = Poll::default();
        assert_eq!(poll.answered(&more(Some("a")), None), Step::More);
        assert_eq!(poll.answered(&more(Some("a")), None), Step::Stuck);
        let mut poll = Poll::default();
        assert_eq!(poll.answered(&more(None), None), Step::Stuck);
        let last = moment(5).to_string();
        let mut poll = Poll::default();
        assert_eq!(poll.answered(&more(None), Some(&last)), Step::More);
        assert_eq!(poll.answered(&more(None), Some(&last)), Step::More);
        assert_eq!(poll.answered(&more(None), Some(&last)), Step::Stuck);
        let mut poll = Poll::default();
        assert_eq!(
            poll.answered(&more(Some(&"a".repeat(MAX_NEXT_BYTES))), None),
            Step::More
        );
        assert_eq!(
            poll.answered(&more(Some(&"a".repeat(MAX_NEXT_BYTES + 1))), None),
            Step::Stuck
        );
    }

    #[test]
    fn a_page_is_asked_for_by_its_query() {
        let mut poll = Poll::default();
        assert_eq!(poll.query(100), "limit=100");
        let more = Envelope {
            more: true,
            next: Some("a b/&=é".to_owned()),
        };
        poll.answered(&more, Some("2026-11-28T00:00:00.000001Z"));
        assert_eq!(poll.query(1), "limit=1&next=a%20b%2F%26%3D%C3%A9");
        assert_eq!(Poll::of_line(&poll.to_line()), Ok(poll.clone()));
        assert!(poll.forget_page() && !poll.forget_page());
        poll.answered(&Envelope::default(), None);
        assert_eq!(poll.query(1), "limit=1&added_after=2026-11-28T00:00:00.000001Z");
        for line in ["", "-", "- -", "x - ", "- x "] {
            assert_eq!(Poll::of_line(line), Err(NoPosition), "{line}");
        }
        // What the server says of its moments does not lead back.
        poll.answered(&Envelope::default(), Some("2020-01-01T00:00:00Z"));
        assert_eq!(poll.query(1), "limit=1&added_after=2026-11-28T00:00:00.000001Z");
    }
}
