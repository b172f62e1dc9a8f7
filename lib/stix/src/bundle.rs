//! Bundles (section 8) and TAXII envelopes, read object by object, however long they are.

use std::io::Read;

use thiserror::Error;

use crate::json::{self, JsonError, Members, ScanError, Scanner, Value};
use crate::limits::{MAX_BUNDLE_OBJECTS, MAX_HEAD_BYTES, MAX_OBJECT_BYTES};
use crate::object::{Object, ReadError};

/// Reads the objects of a bundle, or of anything that has a list of them under `objects`, one after the other. It holds
/// one object at a time. After an error nothing follows, but for an object without a type, which is passed over.
#[derive(Debug)]
pub struct BundleReader<R> {
    input: Scanner<R>,
    state: State,
    objects: u64,
    /// The members that are not `objects`, as JSON.
    head: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the brace that opens it.
    Start,
    /// In the list, and whether an object was there.
    Objects { is_first: bool },
    /// Everything was read.
    Done,
    /// Something was wrong.
    Failed,
}

/// Why a bundle cannot be read on.
#[derive(Debug, Error)]
pub enum BundleError {
    /// What it is read from failed.
    #[error("the bundle cannot be read")]
    Input(#[from] std::io::Error),
    /// It is not JSON, or has not the form of a bundle.
    #[error("the bundle is not an object with one list of objects, at byte {at_byte}")]
    Form {
        /// Offset in the input.
        at_byte: u64,
    },
    /// What stands beside the objects is not JSON.
    #[error("what stands beside the objects cannot be read")]
    Head(#[source] JsonError),
    /// What stands beside the objects is longer than [`MAX_HEAD_BYTES`].
    #[error("what stands beside the objects is longer than {MAX_HEAD_BYTES} bytes")]
    HeadTooLong,
    /// More than [`MAX_BUNDLE_OBJECTS`].
    #[error("more than {MAX_BUNDLE_OBJECTS} objects")]
    TooMany,
    /// An object cannot be read.
    #[error("object {index} cannot be read")]
    Object {
        /// Which one, from 0.
        index: u64,
        /// Why.
        #[source]
        error: ReadError,
    },
}

impl From<ScanError> for BundleError {
    /// What is too long is what stands beside the objects, where nothing else is said.
    fn from(error: ScanError) -> Self {
        match error {
            ScanError::Input(error) => Self::Input(error),
            ScanError::Form { at_byte } => Self::Form { at_byte },
            ScanError::Space | ScanError::TooLong => Self::HeadTooLong,
        }
    }
}

impl<R: Read> BundleReader<R> {
    /// Begins to read.
    pub fn new(input: R) -> Self {
        Self {
            input: Scanner::new(input),
            state: State::Start,
            objects: 0,
            head: vec![b'{'],
        }
    }

    /// The next object.
    ///
    /// # Errors
    /// Where what comes next is no object of a bundle.
    pub fn next_object(&mut self) -> Result<Option<Object>, BundleError> {
        let was = std::mem::replace(&mut self.state, State::Failed);
        let (state, object) = match was {
            State::Start => {
                self.input.expect(b'{')?;
                let state = if self.input.peek()? == b'}' {
                    self.end()?
                } else {
                    self.members()?
                };
                self.read_object(state)?
            }
            State::Objects { .. } => self.read_object(was)?,
            State::Done => (State::Done, None),
            State::Failed => return Ok(None),
        };
        self.state = state;
        match object {
            None => Ok(None),
            Some(bytes) => {
                let index = self.objects;
                self.objects += 1;
                let object = Object::read(&bytes).map_err(|error| BundleError::Object { index, error });
                if let Err(BundleError::Object { error, .. }) = &object
                    && *error != ReadError::NoType
                {
                    self.state = State::Failed;
                }
                object.map(Some)
            }
        }
    }

    /// What stands beside the objects: all of it once there are no more.
    ///
    /// # Errors
    /// Where it is not JSON.
    pub fn head(&self) -> Result<Members, BundleError> {
        let mut text = self.head.clone();
        text.push(b'}');
        let value = json::read(&text).map_err(BundleError::Head)?;
        Ok(value.as_members().cloned().unwrap_or_default())
    }

    /// The bytes of the next object, and what follows it.
    fn read_object(&mut self, state: State) -> Result<(State, Option<Vec<u8>>), BundleError> {
        let mut state = state;
        loop {
            let State::Objects { is_first } = state else {
                return Ok((state, None));
            };
            match self.input.peek()? {
                b']' => {
                    self.input.take();
                    state = if self.input.peek()? == b',' {
                        self.input.take();
                        self.members()?
                    } else {
                        self.end()?
                    };
                    if state != State::Done {
                        return Err(self.input.form().into());
                    }
                }
                b',' if !is_first => {
                    self.input.take();
                    return self.bytes_of_object();
                }
                _ if is_first => return self.bytes_of_object(),
                _ => return Err(self.input.form().into()),
            }
        }
    }

    fn bytes_of_object(&mut self) -> Result<(State, Option<Vec<u8>>), BundleError> {
        if self.objects >= MAX_BUNDLE_OBJECTS {
            return Err(BundleError::TooMany);
        }
        self.input.peek()?;
        let index = self.objects;
        let mut bytes = Vec::new();
        let scanned = self.input.value(&mut bytes, MAX_OBJECT_BYTES);
        scanned.map_err(|error| match error {
            ScanError::TooLong => BundleError::Object {
                index,
                error: ReadError::TooLong,
            },
            ScanError::Input(_) | ScanError::Form { .. } | ScanError::Space => error.into(),
        })?;
        Ok((State::Objects { is_first: false }, Some(bytes)))
    }

    /// Members up to the list of objects, or to the end.
    fn members(&mut self) -> Result<State, BundleError> {
        loop {
            self.input.peek()?;
            let mut name = Vec::new();
            self.input.value(&mut name, MAX_HEAD_BYTES)?;
            self.input.expect(b':')?;
            let is_objects = json::read(&name).map_err(BundleError::Head)? == Value::String("objects".to_owned());
            if is_objects {
                self.input.expect(b'[')?;
                return Ok(State::Objects { is_first: true });
            }
            if self.head.len() > 1 {
                self.head.push(b',');
            }
            self.head.append(&mut name);
            self.head.push(b':');
            self.input.peek()?;
            let mut value = Vec::new();
            let room = MAX_HEAD_BYTES.saturating_sub(self.head.len());
            self.input.value(&mut value, room)?;
            self.head.append(&mut value);
            match self.input.peek()? {
                b',' => {
                    self.input.take();
                }
                _ => return self.end(),
            }
        }
    }

    /// The brace that closes it, and nothing after.
    fn end(&mut self) -> Result<State, BundleError> {
        self.input.expect(b'}')?;
        self.head()?;
        match self.input.peek_or_end()? {
            None => Ok(State::Done),
            Some(_) => Err(self.input.form().into()),
        }
    }
}

impl<R: Read> Iterator for BundleReader<R> {
    type Item = Result<Object, BundleError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_object().transpose()
    }
}
