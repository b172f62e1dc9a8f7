//! What is defined under which key: finds keys that stand twice and references that lead nowhere.

use std::collections::BTreeMap;

use crate::mistake::{Log, Place, Placed};
use crate::suggestion::did_you_mean;

/// The keys of one kind of thing, and what others must know of it.
#[derive(Debug)]
pub(crate) struct Keys<V> {
    /// What is meant, in a word: "law".
    what: &'static str,
    defined: BTreeMap<String, (Place, V)>,
    /// Whether a file with more of them could not be read: then a reference that seems to lead nowhere may be right.
    is_partial: bool,
    made_up: usize,
}

impl<V> Keys<V> {
    pub(crate) const fn new(what: &'static str) -> Self {
        Self {
            what,
            defined: BTreeMap::new(),
            is_partial: false,
            made_up: 0,
        }
    }

    /// Lets references lead to what could not be read.
    pub(crate) const fn set_partial(&mut self) {
        self.is_partial = true;
    }

    /// Defines a key, or notes that it is already; gives the key back. For one that could not be read, or stands twice,
    /// it gives another that no pack can hold, so that each thing keeps a key of its own.
    pub(crate) fn define(&mut self, log: &mut Log, key: Option<Placed<&str>>, value: V) -> String {
        self.made_up += 1;
        let made_up = format!("?{}", self.made_up);
        let Some(key) = key else {
            self.is_partial = true;
            return made_up;
        };
        if let Some((first, _)) = self.defined.get(key.value) {
            let message = format!("{} {:?} is defined twice, first at", self.what, key.value);
            log.note_with(key.place, message, *first);
            return made_up;
        }
        self.defined.insert(key.value.to_owned(), (key.place, value));
        key.value.to_owned()
    }

    /// What a reference leads to; notes when it leads nowhere.
    pub(crate) fn resolve(&self, log: &mut Log, key: Placed<&str>) -> Option<&V> {
        let found = self.defined.get(key.value).map(|(_, value)| value);
        if found.is_none() && !self.is_partial {
            let known = self.defined.keys().map(String::as_str);
            let message = format!(
                "there is no {} {:?}{}",
                self.what,
                key.value,
                did_you_mean(key.value, known)
            );
            log.note(key.place, message);
        }
        found
    }

    /// Every key with what is known of it, in alphabetical order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.defined.iter().map(|(key, (_, value))| (key.as_str(), value))
    }
}
