//! An item as it comes over the wire, parsed without copying what needs no unescaping.
//!
//! Unknown fields, fields that stand twice and values of another type are refused by name; `null` for a field that may
//! be left out is the same as leaving it out.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use anlanh_screen::{Author, Counter, Counters, Item, ItemKind, Time};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use utoipa::ToSchema;

use crate::{Fault, FaultError, limits};

/// One item to screen.
#[derive(Debug, Clone, PartialEq, Eq, Default, ToSchema)]
#[schema(as = Item, example = json!({
    "id": "p-1024",
    "kind": "comment",
    "text": "Chị gửi mã OTP cho em để nhận thưởng nhé",
    "links": ["https://nhan-thuong.example/otp"],
    "author": { "age_days": 1, "verified": false },
    "time": "2026-11-23T08:30:00+07:00",
}))]
#[serde(deny_unknown_fields)]
pub struct ItemIn<'a> {
    /// The platform's id of the item: opaque, comes back in the verdict, never stored. At most 256 bytes.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub id: Option<Cow<'a, str>>,
    /// What kind of thing it is; `post` when left out.
    #[schema(schema_with = crate::schema::kind, required = false)]
    pub kind: ItemKind,
    /// The text as the author typed it. Of more than 64 KiB the first part is judged and the verdict is `undecided`.
    #[schema(value_type = String)]
    pub text: Cow<'a, str>,
    /// Links that stand beside the text: a card, a button, a shop address.
    #[schema(value_type = Option<Vec<String>>, required = false)]
    pub links: Vec<Cow<'a, str>>,
    /// Keys of labels that the item already carries.
    #[schema(value_type = Option<Vec<String>>, required = false, max_items = 64)]
    pub labels: Vec<Cow<'a, str>>,
    /// What the platform knows of the author.
    #[schema(value_type = Option<AuthorIn>, required = false)]
    pub author: AuthorIn<'a>,
    /// The platform's reference of the page it stands on: opaque, never a name. At most 256 bytes.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub page: Option<Cow<'a, str>>,
    /// The platform's reference of the group it stands in: opaque, never a name. At most 256 bytes.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub group: Option<Cow<'a, str>>,
    /// The platform's reference of the channel it stands in: opaque, never a name. At most 256 bytes.
    #[schema(value_type = Option<String>, max_length = 256)]
    pub channel: Option<Cow<'a, str>>,
    /// How many people have seen it, as far as the platform knows: what more have seen is looked at sooner.
    pub views: Option<u32>,
    /// Counters to try rules with, by their names in rules; those left out are unknown. Whoever counts sends them: a
    /// platform need not.
    #[schema(schema_with = crate::schema::counters, required = false)]
    pub counters: Counters,
    /// When it was posted (RFC 3339). It decides which law is in force; without it the pack's own date does.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub time: Option<Time>,
}

/// What the platform knows of an author. A rule that asks for what is left out is unknown, and never fires.
#[derive(Debug, Clone, PartialEq, Eq, Default, ToSchema)]
#[schema(as = Author)]
#[serde(deny_unknown_fields)]
pub struct AuthorIn<'a> {
    /// The platform's own reference: opaque, never a name. At most 256 bytes.
    #[schema(rename = "ref", value_type = Option<String>, max_length = 256)]
    pub reference: Option<Cow<'a, str>>,
    /// Age of the account in days.
    pub age_days: Option<u32>,
    /// Confirmed violations in the last 30 days.
    pub violations_30d: Option<u32>,
    /// Confirmed violations in the last 90 days.
    pub violations_90d: Option<u32>,
    /// How often the account was locked for a time.
    pub locks: Option<u32>,
    /// Whether the account is verified as the law asks.
    pub verified: Option<bool>,
}

impl<'a> ItemIn<'a> {
    /// Parses one JSON object.
    ///
    /// # Errors
    /// The first thing that is wrong with it, and where.
    pub fn parse(json: &'a [u8]) -> Result<Self, FaultError> {
        if json.len() > limits::MAX_ITEM_BYTES {
            return Err(Fault::TooLarge.into());
        }
        // Checked once here and fast: most characters of Vietnamese are not ASCII, and checking each string by itself
        // would take longer than all the rest of the parsing.
        let json = simdutf8::basic::from_utf8(json).map_err(|_| not_utf8(json))?;
        let noted = Cell::new(None);
        let mut deserializer = serde_json::Deserializer::from_str(json);
        ItemSeed { noted: &noted }
            .deserialize(&mut deserializer)
            .and_then(|item| deserializer.end().map(|()| item))
            .map_err(|error| locate(&error, noted.take()))
    }

    /// The item as the engine takes it.
    #[must_use]
    pub fn as_item(&self) -> Item<'_> {
        Item {
            id: self.id.as_deref().unwrap_or_default(),
            kind: self.kind,
            text: &self.text,
            links: &self.links,
            author: Author {
                reference: self.author.reference.as_deref(),
                age_days: self.author.age_days,
                violations_30d: self.author.violations_30d,
                violations_90d: self.author.violations_90d,
                locks: self.author.locks,
                verified: self.author.verified,
            },
            counters: self.counters,
            labels: &self.labels,
            time: self.time,
        }
    }
}

/// Where the first byte stands that is not UTF-8.
pub fn not_utf8(bytes: &[u8]) -> FaultError {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let before = bytes.get(..valid).unwrap_or_default();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    FaultError {
        fault: Fault::NotUtf8,
        line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
        column: before.len() - line_start + 1,
    }
}

fn locate(error: &serde_json::Error, noted: Option<Fault>) -> FaultError {
    let fault = match error.classify() {
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => Fault::BadJson,
        serde_json::error::Category::Eof => Fault::CutShort,
        serde_json::error::Category::Data => noted.unwrap_or(Fault::NotAnObject),
    };
    FaultError {
        fault,
        line: error.line(),
        column: error.column().max(1),
    }
}

/// Notes the first fault beside serde's own error, whose message may quote content and is never used.
type Noted<'n> = &'n Cell<Option<Fault>>;

fn note<E: de::Error>(noted: Noted<'_>, fault: Fault) -> E {
    let first = noted.take().unwrap_or(fault);
    noted.set(Some(first));
    E::custom("refused")
}

fn read<'de, A, S>(
    map: &mut A,
    noted: Noted<'_>,
    field: &'static str,
    slot: &mut Slot<S::Value>,
    seed: S,
) -> Result<(), A::Error>
where
    A: MapAccess<'de>,
    S: DeserializeSeed<'de>,
{
    if slot.0.is_some() {
        return Err(note(noted, Fault::DuplicateField(field)));
    }
    let value = map.next_value_seed(seed).inspect_err(|_| {
        let _: A::Error = note(noted, Fault::WrongType(field));
    })?;
    slot.0 = Some(value);
    Ok(())
}

/// A field that was not seen yet, or its value.
struct Slot<T>(Option<T>);

impl<T> Slot<T> {
    const EMPTY: Self = Self(None);
}

impl<T> Slot<Option<T>> {
    fn flatten(self) -> Option<T> {
        self.0.flatten()
    }
}

fn bounded<'a, E: de::Error>(
    noted: Noted<'_>,
    field: &'static str,
    text: Option<Cow<'a, str>>,
) -> Result<Option<Cow<'a, str>>, E> {
    match text {
        Some(text) if text.len() > limits::MAX_ID_BYTES => {
            Err(note(noted, Fault::TooLong(field, limits::MAX_ID_BYTES)))
        }
        text => Ok(text),
    }
}

fn unknown<E: de::Error>(noted: Noted<'_>, name: &str) -> E {
    let name: String = name.chars().take(limits::MAX_ECHOED_NAME).collect();
    note(noted, Fault::UnknownField(name.into()))
}

struct ItemSeed<'n> {
    noted: Noted<'n>,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ItemIn<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ItemSeed<'_> {
    type Value = ItemIn<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an item")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let noted = self.noted;
        let (mut id, mut kind, mut text) = (Slot::EMPTY, Slot::EMPTY, Slot::EMPTY);
        let (mut links, mut labels, mut author, mut time) = (Slot::EMPTY, Slot::EMPTY, Slot::EMPTY, Slot::EMPTY);
        let (mut counters, mut page, mut group, mut channel) = (Slot::EMPTY, Slot::EMPTY, Slot::EMPTY, Slot::EMPTY);
        let mut views = Slot::EMPTY;
        while let Some(name) = map.next_key_seed(Text)? {
            match name.as_ref() {
                "id" => read(&mut map, noted, "id", &mut id, Maybe(Text))?,
                "kind" => read(&mut map, noted, "kind", &mut kind, Maybe(Kind))?,
                "text" => read(&mut map, noted, "text", &mut text, Text)?,
                "links" => read(&mut map, noted, "links", &mut links, Maybe(Texts))?,
                "labels" => read(&mut map, noted, "labels", &mut labels, Maybe(Texts))?,
                "author" => read(&mut map, noted, "author", &mut author, Maybe(AuthorSeed { noted }))?,
                "page" => read(&mut map, noted, "page", &mut page, Maybe(Text))?,
                "group" => read(&mut map, noted, "group", &mut group, Maybe(Text))?,
                "channel" => read(&mut map, noted, "channel", &mut channel, Maybe(Text))?,
                "views" => read(&mut map, noted, "views", &mut views, PhantomData::<Option<u32>>)?,
                "counters" => read(
                    &mut map,
                    noted,
                    "counters",
                    &mut counters,
                    Maybe(CountersSeed { noted }),
                )?,
                "time" => read(&mut map, noted, "time", &mut time, Maybe(Instant))?,
                name => return Err(unknown(noted, name)),
            }
        }
        let labels = labels.flatten().unwrap_or_default();
        if labels.len() > limits::MAX_ITEM_LABELS {
            return Err(note(noted, Fault::TooMany("labels", limits::MAX_ITEM_LABELS)));
        }
        if labels.iter().any(|label| label.len() > limits::MAX_LABEL_BYTES) {
            return Err(note(noted, Fault::TooLong("labels", limits::MAX_LABEL_BYTES)));
        }
        Ok(ItemIn {
            id: bounded(noted, "id", id.flatten())?,
            kind: kind.flatten().unwrap_or_default(),
            text: text.0.ok_or_else(|| note(noted, Fault::MissingField("text")))?,
            links: links.flatten().unwrap_or_default(),
            labels,
            author: author.flatten().unwrap_or_default(),
            page: bounded(noted, "page", page.flatten())?,
            group: bounded(noted, "group", group.flatten())?,
            channel: bounded(noted, "channel", channel.flatten())?,
            views: views.flatten(),
            counters: counters.flatten().unwrap_or_default(),
            time: time.flatten(),
        })
    }
}

struct AuthorSeed<'n> {
    noted: Noted<'n>,
}

impl<'de> DeserializeSeed<'de> for AuthorSeed<'_> {
    type Value = AuthorIn<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AuthorSeed<'_> {
    type Value = AuthorIn<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an author")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let noted = self.noted;
        let count = PhantomData::<Option<u32>>;
        let (mut reference, mut verified) = (Slot::EMPTY, Slot::EMPTY);
        let (mut age_days, mut in_30d, mut in_90d, mut locks) = (Slot::EMPTY, Slot::EMPTY, Slot::EMPTY, Slot::EMPTY);
        while let Some(name) = map.next_key_seed(Text)? {
            match name.as_ref() {
                "ref" => read(&mut map, noted, "author.ref", &mut reference, Maybe(Text))?,
                "age_days" => read(&mut map, noted, "author.age_days", &mut age_days, count)?,
                "violations_30d" => read(&mut map, noted, "author.violations_30d", &mut in_30d, count)?,
                "violations_90d" => read(&mut map, noted, "author.violations_90d", &mut in_90d, count)?,
                "locks" => read(&mut map, noted, "author.locks", &mut locks, count)?,
                "verified" => {
                    read(
                        &mut map,
                        noted,
                        "author.verified",
                        &mut verified,
                        PhantomData::<Option<bool>>,
                    )?;
                }
                name => return Err(unknown(noted, &format!("author.{name}"))),
            }
        }
        Ok(AuthorIn {
            reference: bounded(noted, "author.ref", reference.flatten())?,
            age_days: age_days.flatten(),
            violations_30d: in_30d.flatten(),
            violations_90d: in_90d.flatten(),
            locks: locks.flatten(),
            verified: verified.flatten(),
        })
    }
}

struct CountersSeed<'n> {
    noted: Noted<'n>,
}

impl<'de> DeserializeSeed<'de> for CountersSeed<'_> {
    type Value = Counters;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for CountersSeed<'_> {
    type Value = Counters;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("counters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let noted = self.noted;
        let mut slots = Counter::ALL.map(|_| Slot::EMPTY);
        while let Some(name) = map.next_key_seed(Text)? {
            let found = Counter::ALL.into_iter().zip(&mut slots);
            let Some((counter, slot)) = found.into_iter().find(|(counter, _)| counter.name() == name) else {
                return Err(unknown(noted, &format!("counters.{name}")));
            };
            read(&mut map, noted, counter.name(), slot, PhantomData::<Option<u32>>)?;
        }
        let counted = Counter::ALL.into_iter().zip(slots);
        let known = counted.filter_map(|(counter, slot)| Some((counter, slot.flatten()?)));
        Ok(known.fold(Counters::default(), |counters, (counter, count)| {
            counters.with(counter, count)
        }))
    }
}

/// A string, borrowed from the input where nothing in it is escaped.
#[derive(Clone, Copy)]
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// An array of strings.
struct Texts;

impl<'de> DeserializeSeed<'de> for Texts {
    type Value = Vec<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<Cow<'de, str>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = sequence.next_element_seed(Text)? {
            texts.push(text);
        }
        Ok(texts)
    }
}

/// A kind by its key.
struct Kind;

impl<'de> DeserializeSeed<'de> for Kind {
    type Value = ItemKind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let key = Text.deserialize(deserializer)?;
        ItemKind::from_key(&key).ok_or_else(|| de::Error::custom("refused"))
    }
}

/// A time as in RFC 3339.
struct Instant;

impl<'de> DeserializeSeed<'de> for Instant {
    type Value = Time;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let text = Text.deserialize(deserializer)?;
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| de::Error::custom("refused"))?;
        Ok(Time(timestamp.as_second()))
    }
}

/// A value, or `null`.
struct Maybe<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Maybe<S> {
    type Value = Option<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Maybe<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}

#[cfg(test)]
mod tests;
