//! What objects of a feed say beyond values, as it is read: of each its last version, and of all no more than may be kept. What is there
//! already comes before what is new.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use anlanh_model::{Feed, Id, Time};
use anlanh_store::threat as store;

use super::entry::key;
use super::threat::READ_AT_ONCE;
use crate::{App, Error};

/// What objects say, by their ids. What was taken back takes no room, and what is there already comes before what is new.
#[derive(Debug)]
pub(super) struct Heard<T> {
    pub(super) said: BTreeMap<String, Said<T>>,
    /// How many of them say something.
    live: usize,
    /// Once there was no room: what is new among them, to make room for what is there.
    fresh: Option<Vec<String>>,
}

/// What an object says in its last version; nothing where it was taken back.
#[derive(Debug)]
pub(super) struct Said<T> {
    version: Time,
    pub(super) what: Option<T>,
}

/// What a feed has beside values already. It is read once, and only where something has no room.
pub(super) struct Known<'a> {
    feed: Option<(&'a App, Id<Feed>)>,
    ids: OnceCell<HashSet<[u8; 16]>>,
}

impl<'a> Known<'a> {
    pub(super) const fn of(app: &'a App, feed: Id<Feed>) -> Self {
        Self {
            feed: Some((app, feed)),
            ids: OnceCell::new(),
        }
    }

    /// Of a part so small that it has room.
    pub(super) const fn nothing() -> Self {
        Self {
            feed: None,
            ids: OnceCell::new(),
        }
    }

    fn has(&self, object: &str) -> Result<bool, Error> {
        let ids = match self.ids.get() {
            Some(ids) => ids,
            None => {
                let read = self.read()?;
                self.ids.get_or_init(|| read)
            }
        };
        Ok(ids.contains(&key("", "", object)))
    }

    fn read(&self) -> Result<HashSet<[u8; 16]>, Error> {
        let mut ids = HashSet::new();
        let Some((app, id)) = self.feed else {
            return Ok(ids);
        };
        let mut after = String::new();
        loop {
            let from = after.clone();
            let page = app.store.read_blocking("feed.threats", move |tx| {
                Ok::<_, Error>(store::threats(tx, id, &from, READ_AT_ONCE)?)
            })?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.object);
            ids.extend(page.iter().map(|known| key("", "", &known.object)));
        }
        after.clear();
        loop {
            let from = after.clone();
            let page = app.store.read_blocking("feed.relations", move |tx| {
                Ok::<_, Error>(store::relations(tx, id, &from, READ_AT_ONCE)?)
            })?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.object);
            ids.extend(page.iter().map(|known| key("", "", &known.object)));
        }
        Ok(ids)
    }
}

impl<T> Default for Heard<T> {
    fn default() -> Self {
        Self {
            said: BTreeMap::new(),
            live: 0,
            fresh: None,
        }
    }
}

impl<T> Heard<T> {
    /// Notes what an object says, where no later version of it was read before; how many had no room for it.
    pub(super) fn say(
        &mut self,
        most: usize,
        (id, version): (String, Time),
        what: Option<T>,
        known: &Known<'_>,
    ) -> Result<u64, Error> {
        let before = self.said.get(&id);
        if before.is_some_and(|before| before.version > version) {
            return Ok(0);
        }
        let was_live = before.is_some_and(|before| before.what.is_some());
        let mut passed = 0;
        if what.is_some() && !was_live {
            let has_room = self.live < most;
            if !has_room {
                passed = 1;
                if !known.has(&id)? || !self.make_room(known)? {
                    return Ok(passed);
                }
            } else if let Some(fresh) = &mut self.fresh
                && !known.has(&id)?
            {
                fresh.push(id.clone());
            }
            self.live += 1;
        }
        self.live -= usize::from(was_live && what.is_none());
        self.said.insert(id, Said { version, what });
        Ok(passed)
    }

    /// Passes over something new; false where there is nothing.
    fn make_room(&mut self, known: &Known<'_>) -> Result<bool, Error> {
        if self.fresh.is_none() {
            let mut fresh = Vec::new();
            for (id, said) in &self.said {
                if said.what.is_some() && !known.has(id)? {
                    fresh.push(id.clone());
                }
            }
            self.fresh = Some(fresh);
        }
        while let Some(id) = self.fresh.as_mut().and_then(Vec::pop) {
            // One that was taken back since then takes no room.
            if self.said.get(&id).is_some_and(|said| said.what.is_some()) {
                self.said.remove(&id);
                self.live -= 1;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What was taken back.
    pub(super) fn gone(&self) -> impl Iterator<Item = &String> {
        let gone = self.said.iter().filter(|(_, said)| said.what.is_none());
        gone.map(|(id, _)| id)
    }

    pub(super) fn live(&self) -> impl Iterator<Item = &T> {
        self.said.values().filter_map(|said| said.what.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::super::threat::{MAX_RELATIONS, MAX_THREATS};
    use super::*;

    fn known(ids: &[&str]) -> Known<'static> {
        let known = Known::nothing();
        known.ids.set(ids.iter().map(|id| key("", "", id)).collect()).unwrap();
        known
    }

    #[test]
    fn so_much_is_said_and_no_more() {
        let check = |most: usize| {
            let (mut heard, known) = (Heard::default(), known(&[]));
            let now = Time::from_micros(1);
            let mut say = |id: String, at: i64, what: Option<usize>| {
                heard.say(most, (id, Time::from_micros(at)), what, &known).unwrap()
            };
            for number in 0..most {
                assert_eq!(say(number.to_string(), 1, Some(number)), 0);
            }
            assert_eq!(say(most.to_string(), 1, Some(most)), 1);
            // What was taken back takes no room.
            assert_eq!(say("gone".to_owned(), 1, None), 0);
            // What is there already changes, to what is no older, and where it is taken back another has its room.
            assert_eq!(say("0".to_owned(), 1, None), 0);
            assert_eq!(say("0".to_owned(), 0, Some(7)), 0);
            assert_eq!(say(most.to_string(), 1, Some(most)), 0);
            assert_eq!(say("more".to_owned(), 1, Some(7)), 1);
            assert_eq!((heard.live, heard.said["0"].what), (most, None));
            assert_eq!((heard.live().count(), heard.said["gone"].version), (most, now));
        };
        check(MAX_THREATS);
        check(MAX_RELATIONS);
    }

    #[test]
    fn what_is_there_comes_before_what_is_new() {
        let (mut heard, known) = (Heard::default(), known(&["a", "b", "c"]));
        let mut say = |id: &str, what: Option<u8>| {
            let at = (id.to_owned(), Time::from_micros(1));
            heard.say(3, at, what, &known).unwrap()
        };
        let passed = [
            ("x", 0),
            ("y", 0),
            ("c", 0),
            ("z", 1),
            ("b", 1),
            ("w", 1),
            ("a", 1),
            ("v", 1),
        ];
        for (id, expected) in passed {
            assert_eq!(say(id, Some(1)), expected, "{id}");
        }
        // One goes, another that is new has its room, and loses it to the one when that is back.
        assert_eq!([say("a", None), say("x", Some(1)), say("a", Some(1))], [0, 0, 1]);
        assert_eq!(heard.said.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
    }
}
