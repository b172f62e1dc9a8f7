//! Events read item by item, however long they are.

use std::io::Read;

use anlanh_stix::json::{self, JsonError, Members, ScanError, Scanner, Value};
use thiserror::Error;

use crate::event::{Attribute, Event, Head, Incomplete, Object};
use crate::limits::{MAX_EVENT_BYTES, MAX_EVENT_ITEMS, MAX_HEAD_BYTES, MAX_ITEM_BYTES};

/// What is kept of an event beside its items; the rest is stepped over.
const OF_HEAD: [&str; 12] = [
    "uuid",
    "info",
    "date",
    "timestamp",
    "publish_timestamp",
    "published",
    "analysis",
    "threat_level_id",
    "distribution",
    "extends_uuid",
    "Orgc",
    "Tag",
];

/// Reads the attributes and objects of an event one after the other, and holds one at a time. The event stands under
/// `Event`, or is all there is. What is said of it as a whole may stand behind them: it is known when there are no more.
/// After an error nothing follows, but for a bad item, which is passed over.
#[derive(Debug)]
pub struct EventReader<R> {
    input: Scanner<R>,
    state: State,
    items: u64,
    head: Vec<(String, Value)>,
    head_bytes: usize,
    /// Whether the event is closed that stands under `Event`.
    is_over: bool,
    /// Attributes that an object lost.
    lost: Vec<EventError>,
}

/// An attribute of the event itself, or an object.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// An attribute.
    Attribute(Attribute),
    /// An object with its attributes.
    Object(Object),
}

/// Which list an item stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    /// Attributes of the event.
    Attributes,
    /// Objects.
    Objects,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the brace that opens it.
    Start,
    /// Before the name of a member, and how many braces are open.
    Members { open: u8 },
    /// In a list, and whether an item was there.
    Items { open: u8, list: List, is_first: bool },
    /// Everything was read.
    Done,
    /// Something was wrong.
    Failed,
}

/// Why an event cannot be read, or not an item of it.
#[derive(Debug, Error)]
pub enum EventError {
    /// What it is read from failed.
    #[error("the event cannot be read")]
    Input(#[from] std::io::Error),
    /// It has not the form of an event.
    #[error("not an event of MISP, at byte {at_byte}")]
    Form {
        /// Offset in the input.
        at_byte: u64,
    },
    /// Longer than [`MAX_EVENT_BYTES`].
    #[error("the event is longer than {MAX_EVENT_BYTES} bytes")]
    TooLong,
    /// What is said of the event as a whole is longer than [`MAX_HEAD_BYTES`].
    #[error("what stands beside the attributes is longer than {MAX_HEAD_BYTES} bytes")]
    HeadTooLong,
    /// What is said of it as a whole is not JSON.
    #[error("what stands beside the attributes cannot be read")]
    Json(#[from] JsonError),
    /// What is said of it as a whole lacks something.
    #[error("it is no event: {0}")]
    Head(Incomplete),
    /// More than [`MAX_EVENT_ITEMS`].
    #[error("more than {MAX_EVENT_ITEMS} attributes and objects")]
    TooMany,
    /// An item cannot be used. The others can.
    #[error("item {index} cannot be used: {reason}")]
    Item {
        /// Which one of all items, from 0.
        index: u64,
        /// Why.
        reason: BadItem,
    },
}

/// Why an item cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadItem {
    /// Longer than [`MAX_ITEM_BYTES`].
    #[error("longer than {MAX_ITEM_BYTES} bytes")]
    TooLong,
    /// Not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It lacks something.
    #[error(transparent)]
    Incomplete(#[from] Incomplete),
    /// An attribute of an object lacks something; the object has the others.
    #[error("attribute {attribute} of the object: {incomplete}")]
    OfObject {
        /// Which one, from 0.
        attribute: usize,
        /// What.
        incomplete: Incomplete,
    },
}

impl EventError {
    /// Whether only an item is lost, and the next may follow.
    #[must_use]
    pub const fn is_of_item(&self) -> bool {
        matches!(self, Self::Item { .. })
    }
}

impl From<ScanError> for EventError {
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Input(error) => Self::Input(error),
            ScanError::Form { at_byte } => Self::Form { at_byte },
            ScanError::Space | ScanError::TooLong => Self::HeadTooLong,
        }
    }
}

impl<R: Read> EventReader<R> {
    /// Begins to read.
    pub fn new(input: R) -> Self {
        Self {
            input: Scanner::new(input),
            state: State::Start,
            items: 0,
            head: Vec::new(),
            head_bytes: 0,
            is_over: false,
            lost: Vec::new(),
        }
    }

    /// The next attribute or object.
    ///
    /// # Errors
    /// Where what comes next is none, or the event cannot be read on.
    pub fn next_item(&mut self) -> Result<Option<Item>, EventError> {
        if let Some(lost) = self.lost.pop() {
            return Err(lost);
        }
        let mut state = std::mem::replace(&mut self.state, State::Failed);
        loop {
            state = match state {
                State::Start => {
                    self.input.expect(b'{')?;
                    State::Members { open: 1 }
                }
                State::Members { open } => self.member(open)?,
                State::Items { open, list, is_first } => match self.input.peek()? {
                    b']' => {
                        self.input.take();
                        self.next_member(open)?
                    }
                    b',' if !is_first => {
                        self.input.take();
                        return self.item(open, list);
                    }
                    _ if is_first => return self.item(open, list),
                    _ => return Err(self.input.form().into()),
                },
                State::Done => {
                    self.state = State::Done;
                    return Ok(None);
                }
                State::Failed => return Ok(None),
            };
        }
    }

    /// What is said of the event as a whole: all of it once there are no more items.
    ///
    /// # Errors
    /// Where it has no UUID, or not all was read.
    pub fn head(&self) -> Result<Head, EventError> {
        let members = Members::new(self.head.clone()).ok_or_else(|| self.input.form())?;
        Head::of(&members).map_err(EventError::Head)
    }

    /// The member that comes next: a list of items is entered, what is kept is kept, the rest is stepped over.
    fn member(&mut self, open: u8) -> Result<State, EventError> {
        if self.input.peek()? == b'}' {
            return self.close(open);
        }
        let name = self.name()?;
        self.input.expect(b':')?;
        let begins = self.input.peek()?;
        let list = match name.as_str() {
            _ if self.is_over => None,
            "Event" if open == 1 && self.head.is_empty() && begins == b'{' => {
                self.input.take();
                return Ok(State::Members { open: 2 });
            }
            "Attribute" if begins == b'[' => Some(List::Attributes),
            "Object" if begins == b'[' => Some(List::Objects),
            _ => None,
        };
        if let Some(list) = list {
            self.input.take();
            let is_first = true;
            return Ok(State::Items { open, list, is_first });
        }
        if OF_HEAD.contains(&name.as_str()) && !self.is_over {
            let mut value = Vec::new();
            let room = MAX_HEAD_BYTES.saturating_sub(self.head_bytes);
            self.input.value(&mut value, room)?;
            self.head_bytes += value.len();
            self.head.push((name, json::read(&value)?));
        } else {
            self.input.value_or_skip(&mut Vec::new(), 0)?;
        }
        self.next_member(open)
    }

    fn name(&mut self) -> Result<String, EventError> {
        let mut name = Vec::new();
        self.input.value(&mut name, MAX_HEAD_BYTES)?;
        match json::read(&name)? {
            Value::String(name) => Ok(name),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                Err(self.input.form().into())
            }
        }
    }

    fn next_member(&mut self, open: u8) -> Result<State, EventError> {
        if self.input.offset() > MAX_EVENT_BYTES {
            return Err(EventError::TooLong);
        }
        match self.input.peek()? {
            b',' => {
                self.input.take();
                Ok(State::Members { open })
            }
            _ => self.close(open),
        }
    }

    /// The braces that close it. Beside the event there is nothing that is of use.
    fn close(&mut self, open: u8) -> Result<State, EventError> {
        self.input.expect(b'}')?;
        if open > 1 {
            self.is_over = true;
            return self.next_member(open - 1);
        }
        match self.input.peek_or_end()? {
            None => Ok(State::Done),
            Some(_) => Err(self.input.form().into()),
        }
    }

    fn item(&mut self, open: u8, list: List) -> Result<Option<Item>, EventError> {
        if self.items >= MAX_EVENT_ITEMS {
            return Err(EventError::TooMany);
        }
        let mut bytes = Vec::new();
        let is_kept = self.input.value_or_skip(&mut bytes, MAX_ITEM_BYTES)?;
        if self.input.offset() > MAX_EVENT_BYTES {
            return Err(EventError::TooLong);
        }
        let index = self.items;
        self.items += 1;
        let is_first = false;
        self.state = State::Items { open, list, is_first };
        let bad = |reason: BadItem| EventError::Item { index, reason };
        if !is_kept {
            return Err(bad(BadItem::TooLong));
        }
        let value = json::read(&bytes).map_err(|error| bad(error.into()))?;
        let members = value.as_members().ok_or(bad(Incomplete::NotAnObject.into()))?;
        let item = match list {
            List::Attributes => Item::Attribute(Attribute::of(members).map_err(|error| bad(error.into()))?),
            List::Objects => {
                let (object, lost) = Object::of(members).map_err(|error| bad(error.into()))?;
                let of_object = |(attribute, incomplete)| bad(BadItem::OfObject { attribute, incomplete });
                self.lost = lost.into_iter().rev().map(of_object).collect();
                Item::Object(object)
            }
        };
        Ok(Some(item))
    }
}

/// What is said of an event as a whole, with its items stepped over.
///
/// # Errors
/// Where it is no event.
pub fn read_head(input: impl Read) -> Result<Head, EventError> {
    let mut reader = EventReader::new(input);
    loop {
        match reader.next_item() {
            Ok(Some(_)) => {}
            Ok(None) => return reader.head(),
            Err(error) if error.is_of_item() => {}
            Err(error) => return Err(error),
        }
    }
}

impl Event {
    /// Reads an event as a whole, and says which of its items are lost and why.
    ///
    /// # Errors
    /// Where it is no event.
    pub fn read(bytes: &[u8]) -> Result<(Self, Vec<EventError>), EventError> {
        let mut reader = EventReader::new(bytes);
        let (mut attributes, mut objects, mut lost) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            match reader.next_item() {
                Ok(Some(Item::Attribute(attribute))) => attributes.push(attribute),
                Ok(Some(Item::Object(object))) => objects.push(object),
                Ok(None) => break,
                Err(error) if error.is_of_item() => lost.push(error),
                Err(error) => return Err(error),
            }
        }
        let head = reader.head()?;
        let event = Self {
            head,
            attributes,
            objects,
        };
        Ok((event, lost))
    }
}
