//! One table of a pack, taken apart key by key.
//!
//! Whoever reads a table asks for its keys; what is missing or wrong is noted at its place and reading goes on, so that
//! one mistake hides no other. In the end whatever nobody asked for is a mistake too. Nothing here knows what a law or a
//! rule is.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use anlanh_screen::{Date, Said, Validity, said};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Day;
use crate::key::flaw;
use crate::keys::noun;
use crate::limits::MAX_STRING_BYTES;
use crate::mistake::{Log, Place, Placed};
use crate::suggestion::did_you_mean;
use crate::text::{Evidence, Text};

/// A table that is being read.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    /// What the table is, in a word: "law".
    what: &'a str,
    table: &'a DeTable<'a>,
    place: Place,
    pub(crate) log: &'a mut Log,
    asked: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(what: &'a str, table: &'a DeTable<'a>, place: Place, log: &'a mut Log) -> Self {
        Self {
            what,
            table,
            place,
            log,
            asked: Vec::new(),
        }
    }

    /// Where the table begins.
    pub(crate) const fn place(&self) -> Place {
        self.place
    }

    fn at<T>(&self, spanned: &Spanned<T>) -> Place {
        Place {
            file: self.place.file,
            offset: spanned.span().start,
        }
    }

    /// The value of a key that need not be there.
    fn find(&mut self, key: &'a str) -> Option<Placed<&'a DeValue<'a>>> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        Some(Placed {
            value: value.get_ref(),
            place: self.at(value),
        })
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value of a key; notes when there is none.
    fn require(&mut self, key: &'a str) -> Option<Placed<&'a DeValue<'a>>> {
        let value = self.find(key);
        if value.is_none() {
            let (vi, en) = (noun(self.what), self.what);
            let message = said!("{vi} thiếu `{key}`", "{en} has no `{key}`");
            self.log.note(self.place, message);
        }
        value
    }

    /// Reads a key if it is there.
    pub(crate) fn optional<T>(&mut self, key: &'a str, read: impl FnOnce(&mut Self, &'a str) -> T) -> Option<T> {
        self.asked.push(key);
        self.table.contains_key(key).then(|| read(self, key))
    }

    fn wrong_type(&mut self, key: &str, value: Placed<&DeValue<'_>>, expected: &Said) {
        let found = type_of(value.value);
        let message = Said::new(
            format!("`{key}` phải là {}, không phải {}", expected.vi, found.vi),
            format!("`{key}` must be {}, not {}", expected.en, found.en),
        );
        self.log.note(value.place, message);
    }

    /// A string of at most so many bytes that is not blank.
    pub(crate) fn string_up_to(&mut self, key: &'a str, most_bytes: usize) -> Option<Placed<&'a str>> {
        let value = self.require(key)?;
        self.string_of(key, value, most_bytes)
    }

    /// A string of at most [`MAX_STRING_BYTES`] bytes that is not blank.
    pub(crate) fn string(&mut self, key: &'a str) -> Option<Placed<&'a str>> {
        self.string_up_to(key, MAX_STRING_BYTES)
    }

    fn string_of(&mut self, key: &str, value: Placed<&'a DeValue<'a>>, most_bytes: usize) -> Option<Placed<&'a str>> {
        let Some(text) = value.value.as_str() else {
            self.wrong_type(key, value, &said!("một chuỗi", "a string"));
            return None;
        };
        let flaw = if text.trim().is_empty() {
            Some(said!("để trống", "is empty"))
        } else {
            (text.len() > most_bytes).then(|| said!("dài hơn {most_bytes} byte", "is longer than {most_bytes} bytes"))
        };
        self.unless(key, value.map(|_| text), flaw)
    }

    /// A value, unless there is something wrong with it.
    fn unless<T>(&mut self, key: &str, value: Placed<T>, flaw: Option<Said>) -> Option<Placed<T>> {
        match flaw {
            None => Some(value),
            Some(flaw) => {
                let message = Said::new(format!("`{key}` {}", flaw.vi), format!("`{key}` {}", flaw.en));
                self.log.note(value.place, message);
                None
            }
        }
    }

    /// A key or id.
    pub(crate) fn key(&mut self, key: &'a str) -> Option<Placed<&'a str>> {
        let text = self.string(key)?;
        self.unless(key, text, flaw(text.value))
    }

    /// A text in both languages.
    pub(crate) fn text(&mut self, key: &'a str) -> Text {
        let read = |fields: &mut Fields<'_>| Text {
            vi: fields
                .string("vi")
                .map_or_else(String::new, |text| text.value.to_owned()),
            en: fields
                .string("en")
                .map_or_else(String::new, |text| text.value.to_owned()),
        };
        self.table(key, read).unwrap_or_default()
    }

    /// How sure the source is.
    pub(crate) fn evidence(&mut self) -> Evidence {
        let evidence = self.choice("evidence", &Evidence::ALL, Evidence::tag);
        evidence.map_or(Evidence::Memory, |evidence| evidence.value)
    }

    /// One of a few names.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        key: &'a str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Placed<T>> {
        let text = self.string(key)?;
        self.choice_of(key, text, all, name)
    }

    fn choice_of<T: Copy>(
        &mut self,
        key: &str,
        text: Placed<&str>,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Option<Placed<T>> {
        let chosen = all.iter().find(|choice| name(**choice) == text.value);
        if chosen.is_none() {
            let names: Vec<&str> = all.iter().map(|choice| name(*choice)).collect();
            let message = said!(
                "`{key}` không thuộc {}: {:?}",
                "`{key}` is none of {}: {:?}",
                names.join(", "),
                text.value
            );
            self.log.note(text.place, message);
        }
        chosen.map(|choice| text.map(|_| *choice))
    }

    /// Some of a few names, at least one.
    pub(crate) fn choices<T: Copy>(&mut self, key: &'a str, all: &[T], name: impl Fn(T) -> &'static str) -> Vec<T> {
        let texts = self.strings(key);
        let chosen = texts
            .into_iter()
            .filter_map(|text| self.choice_of(key, text, all, &name));
        chosen.map(|choice| choice.value).collect()
    }

    /// Yes or no.
    pub(crate) fn boolean(&mut self, key: &'a str) -> Option<bool> {
        let value = self.require(key)?;
        if value.value.as_bool().is_none() {
            self.wrong_type(key, value, &said!("true hoặc false", "true or false"));
        }
        value.value.as_bool()
    }

    /// A whole number in a range.
    pub(crate) fn number<N>(&mut self, key: &'a str, range: RangeInclusive<N>) -> Option<Placed<N>>
    where
        N: Copy + TryFrom<i64> + PartialOrd + std::fmt::Display,
    {
        let value = self.require(key)?;
        let Some(digits) = value.value.as_integer() else {
            self.wrong_type(key, value, &said!("số nguyên", "a whole number"));
            return None;
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
        let number = number.and_then(|number| N::try_from(number).ok());
        let number = number.filter(|number| range.contains(number));
        if number.is_none() {
            let message = said!(
                "`{key}` phải từ {} đến {}",
                "`{key}` must be from {} to {}",
                range.start(),
                range.end()
            );
            self.log.note(value.place, message);
        }
        number.map(|number| value.map(|_| number))
    }

    /// A day.
    pub(crate) fn date(&mut self, key: &'a str) -> Option<Placed<Date>> {
        let value = self.require(key)?;
        let date = value.value.as_datetime().and_then(|time| match time {
            toml::value::Datetime {
                date: Some(date),
                time: None,
                offset: None,
            } => Some(*date),
            _ => None,
        });
        let Some(date) = date else {
            let wanted = said!(
                "một ngày như 2026-07-01, không có dấu nháy",
                "a date such as 2026-07-01, without quotation marks",
            );
            self.wrong_type(key, value, &wanted);
            return None;
        };
        let day = Day {
            year: i32::from(date.year),
            month: date.month,
            day: date.day,
        };
        Some(value.map(|_| Date::from(day)))
    }

    /// From when until when something holds; both ends may be left out.
    pub(crate) fn validity(&mut self) -> Validity {
        let from = self.optional("from", Self::date).flatten();
        let until = self.optional("until", Self::date).flatten();
        let is_reversed = from.zip(until).is_some_and(|(from, until)| until.value < from.value);
        if let (Some(from), Some(until)) = (from, until)
            && is_reversed
        {
            let (first, last) = (Day::from(from.value), Day::from(until.value));
            let message = said!(
                "`until` {last} đứng trước `from` {first}",
                "`until` {last} is before `from` {first}",
            );
            self.log.note(until.place, message);
        }
        Validity {
            from: from.map(|from| from.value),
            until: until.filter(|_| !is_reversed).map(|until| until.value),
        }
    }

    /// The items of a list.
    fn items(&mut self, key: &str, value: Placed<&'a DeValue<'a>>) -> Option<&'a [Spanned<DeValue<'a>>]> {
        let items = value.value.as_array();
        if items.is_none() {
            self.wrong_type(key, value, &said!("danh sách trong ngoặc vuông", "a list in brackets"));
        }
        items.map(AsRef::as_ref)
    }

    fn placed(&self, item: &'a Spanned<DeValue<'a>>) -> Placed<&'a DeValue<'a>> {
        Placed {
            value: item.get_ref(),
            place: self.at(item),
        }
    }

    /// Strings in brackets, perhaps none; no string is blank, longer than [`MAX_STRING_BYTES`], or there twice.
    pub(crate) fn strings_or_none(&mut self, key: &'a str) -> Vec<Placed<&'a str>> {
        let value = self.require(key);
        value.map_or_else(Vec::new, |value| self.strings_of(key, value, MAX_STRING_BYTES))
    }

    /// Strings in brackets, at least one.
    pub(crate) fn strings(&mut self, key: &'a str) -> Vec<Placed<&'a str>> {
        self.strings_up_to(key, MAX_STRING_BYTES)
    }

    /// Strings of at most so many bytes in brackets, at least one.
    pub(crate) fn strings_up_to(&mut self, key: &'a str, most_bytes: usize) -> Vec<Placed<&'a str>> {
        let value = self.require_some(key);
        value.map_or_else(Vec::new, |value| self.strings_of(key, value, most_bytes))
    }

    /// The value of a key; notes when there is none, or an empty list.
    fn require_some(&mut self, key: &'a str) -> Option<Placed<&'a DeValue<'a>>> {
        let value = self.require(key)?;
        if value.value.as_array().is_some_and(|items| items.is_empty()) {
            self.log
                .note(value.place, said!("`{key}` để trống", "`{key}` is empty"));
        }
        Some(value)
    }

    fn strings_of(&mut self, key: &str, value: Placed<&'a DeValue<'a>>, most_bytes: usize) -> Vec<Placed<&'a str>> {
        let items = self.items(key, value).unwrap_or_default();
        let mut strings: Vec<Placed<&str>> = Vec::with_capacity(items.len());
        let mut seen = BTreeSet::new();
        for item in items {
            let Some(string) = self.string_of(key, self.placed(item), most_bytes) else {
                continue;
            };
            if seen.insert(string.value) {
                strings.push(string);
            } else {
                let message = said!("`{key}` có {:?} hai lần", "`{key}` holds {:?} twice", string.value);
                self.log.note(string.place, message);
            }
        }
        strings
    }

    /// Reads a table that is the value of a key.
    pub(crate) fn table<T>(&mut self, key: &'a str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        let value = self.require(key)?;
        let Some(table) = value.value.as_table() else {
            self.wrong_type(key, value, &said!("một bảng", "a table"));
            return None;
        };
        Some(self.inner(key, table, value.place, read))
    }

    /// Reads the tables of an array, each called `what`. A table alone is read too, though it is a mistake.
    pub(crate) fn tables(&mut self, key: &'a str, what: &str, mut read: impl FnMut(&mut Fields<'_>)) {
        let Some(value) = self.require(key) else { return };
        if let Some(table) = value.value.as_table() {
            let message = said!(
                "`{key}` là một trong nhiều bảng: phải viết trong ngoặc vuông kép",
                "`{key}` is one of several: it stands in double brackets",
            );
            self.log.note(value.place, message);
            return self.inner(what, table, value.place, read);
        }
        let Some(items) = self.items(key, value) else { return };
        for item in items {
            let value = self.placed(item);
            match value.value.as_table() {
                Some(table) => self.inner(what, table, value.place, &mut read),
                None => self.wrong_type(key, value, &said!("danh sách các bảng", "a list of tables")),
            }
        }
    }

    /// Reads the tables of an array, each called `what`, if it is there.
    pub(crate) fn tables_if_any(&mut self, key: &'a str, what: &str, read: impl FnMut(&mut Fields<'_>)) {
        self.optional(key, |fields, key| fields.tables(key, what, read));
    }

    /// Reads strings and tables in brackets, at least one: `take` gets the strings, `read` the tables.
    pub(crate) fn strings_and_tables<T>(
        &mut self,
        key: &'a str,
        most_bytes: usize,
        take: impl Fn(Placed<&str>) -> T,
        read: impl Fn(&mut Fields<'_>) -> T,
    ) -> Vec<T> {
        let Some(value) = self.require_some(key) else {
            return Vec::new();
        };
        let items = self.items(key, value).unwrap_or_default();
        let mut read_all = Vec::with_capacity(items.len());
        for item in items {
            let value = self.placed(item);
            match value.value {
                DeValue::Table(table) => read_all.push(self.inner(key, table, value.place, &read)),
                DeValue::String(_) => read_all.extend(self.string_of(key, value, most_bytes).map(&take)),
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    let wanted = said!("danh sách các chuỗi và bảng", "a list of strings and tables");
                    self.wrong_type(key, value, &wanted);
                }
            }
        }
        read_all
    }

    fn inner<T>(
        &mut self,
        what: &str,
        table: &DeTable<'_>,
        place: Place,
        read: impl FnOnce(&mut Fields<'_>) -> T,
    ) -> T {
        let mut fields = Fields::new(what, table, place, self.log);
        let value = read(&mut fields);
        fields.finish();
        value
    }

    /// The keys of a table that is a map, in alphabetical order.
    pub(crate) fn all_keys(&self) -> Vec<Placed<&'a str>> {
        let keys = self.table.iter().map(|(key, _)| Placed {
            value: key.get_ref().as_ref(),
            place: self.at(key),
        });
        keys.collect()
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let meant = did_you_mean(name, self.asked.iter().copied());
            let (vi, en, name) = (noun(self.what), self.what, name.escape_debug());
            let message = Said::new(
                format!("{vi} không có khóa `{name}`{}", meant.vi),
                format!("{en} takes no key `{name}`{}", meant.en),
            );
            self.log.note(self.at(key), message);
        }
    }
}

/// The type of a value in words.
fn type_of(value: &DeValue<'_>) -> Said {
    match value {
        DeValue::String(_) => said!("một chuỗi", "a string"),
        DeValue::Integer(_) => said!("số nguyên", "a whole number"),
        DeValue::Float(_) => said!("số có phần thập phân", "a number with a fraction"),
        DeValue::Boolean(_) => said!("true hoặc false", "true or false"),
        DeValue::Datetime(_) => said!("ngày hoặc giờ", "a date or time"),
        DeValue::Array(_) => said!("một danh sách", "a list"),
        DeValue::Table(_) => said!("một bảng", "a table"),
    }
}
