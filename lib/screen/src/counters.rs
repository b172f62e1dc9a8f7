//! Windowed counters: how often an item's author, hosts and text were seen before it. The caller counts, the engine
//! reads; it must not know how or where they are kept. What was not counted is unknown, never zero.

/// One counter. Each speaks of what was seen *before* the item, in a window that ends with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counter {
    /// Items by this author in the last 60 minutes.
    AuthorItemsHour,
    /// Items by this author in the last 24 hours.
    AuthorItemsDay,
    /// Items by this author, ever.
    AuthorItemsTotal,
    /// Distinct text clusters that this author posted in the last 24 hours.
    AuthorTextsDay,
    /// Distinct hosts that this author linked to in the last 24 hours.
    AuthorHostsDay,
    /// Items that link to one of this item's hosts in the last 60 minutes; the most over its hosts.
    HostItemsHour,
    /// The same in the last 24 hours.
    HostItemsDay,
    /// The same, ever.
    HostItemsTotal,
    /// Distinct authors who linked to one of this item's hosts in the last 24 hours; the most over its hosts.
    HostAuthorsDay,
    /// Items of this item's text cluster in the last 60 minutes; the most over its keys.
    TextItemsHour,
    /// The same in the last 24 hours.
    TextItemsDay,
    /// The same, ever.
    TextItemsTotal,
    /// Distinct authors of this item's text cluster in the last 24 hours; the most over its keys.
    TextAuthorsDay,
}

impl Counter {
    /// How many there are.
    pub const COUNT: usize = 13;

    /// Every counter, in the order in which they are documented.
    pub const ALL: [Self; Self::COUNT] = [
        Self::AuthorItemsHour,
        Self::AuthorItemsDay,
        Self::AuthorItemsTotal,
        Self::AuthorTextsDay,
        Self::AuthorHostsDay,
        Self::HostItemsHour,
        Self::HostItemsDay,
        Self::HostItemsTotal,
        Self::HostAuthorsDay,
        Self::TextItemsHour,
        Self::TextItemsDay,
        Self::TextItemsTotal,
        Self::TextAuthorsDay,
    ];

    /// The name used in rules, in packs and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorItemsHour => "author.items_hour",
            Self::AuthorItemsDay => "author.items_day",
            Self::AuthorItemsTotal => "author.items_total",
            Self::AuthorTextsDay => "author.texts_day",
            Self::AuthorHostsDay => "author.hosts_day",
            Self::HostItemsHour => "host.items_hour",
            Self::HostItemsDay => "host.items_day",
            Self::HostItemsTotal => "host.items_total",
            Self::HostAuthorsDay => "host.authors_day",
            Self::TextItemsHour => "text.items_hour",
            Self::TextItemsDay => "text.items_day",
            Self::TextItemsTotal => "text.items_total",
            Self::TextAuthorsDay => "text.authors_day",
        }
    }

    /// The counter of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counter| counter.name() == name)
    }
}

/// What was counted for one item; unknown at first. Counts past [`u32::MAX`] are given as that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counters {
    /// A bit for each counter that is known.
    known: u16,
    /// Zero where unknown.
    counts: [u32; Counter::COUNT],
}

impl Counters {
    /// These counters with one more known.
    #[must_use]
    pub fn with(mut self, counter: Counter, count: u32) -> Self {
        if let Some(slot) = self.counts.get_mut(counter as usize) {
            *slot = count;
            self.known |= 1 << counter as u32;
        }
        self
    }

    /// The count, if it is known.
    #[must_use]
    pub fn count(&self, counter: Counter) -> Option<u32> {
        let is_known = self.known >> counter as u32 & 1 == 1;
        self.counts.get(counter as usize).copied().filter(|_| is_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counter_is_kept_by_itself_and_goes_by_one_name() {
        for (at, counter) in Counter::ALL.into_iter().enumerate() {
            assert_eq!(counter as usize, at);
            assert_eq!(Counter::from_name(counter.name()), Some(counter));
            let counters = Counters::default().with(counter, 7);
            for other in Counter::ALL {
                let expected = (other == counter).then_some(7);
                assert_eq!(counters.count(other), expected, "{}", other.name());
            }
        }
        assert_eq!(Counter::from_name("author.items"), None);
    }
}
