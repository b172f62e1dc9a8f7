//! Messages and receipts as JSON.

use serde::{Deserialize, Serialize};

use crate::{Content, PROTOCOL, Stamp};

/// Longest message, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;
/// Longest name of a stream, in bytes.
pub const MAX_STREAM_BYTES: usize = 64;

/// A message of one node to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// Address of the sender.
    pub from: String,
    /// Address of the receiver.
    pub to: String,
    /// To what it belongs: of an order, its id at the office that issued it. Both sides use the same name, each counts for
    /// itself.
    pub stream: String,
    /// Its place in what this sender says in this stream, from 1, without gaps.
    pub number: u64,
    /// When it was written, which is not when it is sent.
    pub at: Stamp,
    /// What it says.
    pub content: Content,
}

/// What every message has, whatever else later ones come to have.
#[derive(Deserialize)]
struct Envelope {
    protocol: String,
    from: String,
    to: String,
    stream: String,
    number: u64,
    #[serde(rename = "at")]
    _at: Stamp,
    #[serde(rename = "content")]
    _content: Kind,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "kind")]
    _kind: String,
}

/// Why a text is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// More than [`MAX_MESSAGE_BYTES`].
    #[error("a message has at most {MAX_MESSAGE_BYTES} bytes")]
    Long,
    /// It is not JSON of this form; says where.
    #[error("read a message: line {line}, column {column}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is a message, with something in it that this node does not know, or knows in another form: one from after its
    /// time, as far as it can tell.
    #[error("the message is of a form that this node does not know")]
    Newer {
        /// Address of the sender.
        from: String,
        /// Address of the receiver.
        to: String,
    },
    /// It is of another protocol.
    #[error("the message is of another protocol than {PROTOCOL}")]
    Protocol,
    /// Its stream has no name, a long one, or one with other characters than printable ASCII.
    #[error("the name of a stream has 1 to {MAX_STREAM_BYTES} printable ASCII characters")]
    Stream,
    /// Messages count from 1.
    #[error("the messages of a stream count from 1")]
    Number,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was applied.
    Applied,
    /// It was received, and is not acted upon.
    Refused,
}

/// What a receiver says of a message that it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`PROTOCOL`].
    pub protocol: String,
    /// Address of whoever received.
    pub from: String,
    /// Address of whoever sent.
    pub to: String,
    /// The stream of the message.
    pub stream: String,
    /// Its number there.
    pub number: u64,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub digest: String,
    /// When it was kept.
    pub received_at: Stamp,
    /// What became of it.
    pub outcome: Outcome,
    /// Key of why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where its entry stands in the receiver's public log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &[u8]) -> Result<Self, MessageError> {
        if text.len() > MAX_MESSAGE_BYTES {
            return Err(MessageError::Long);
        }
        match serde_json::from_slice::<Self>(text) {
            Ok(message) => {
                check(&message.protocol, &message.stream, message.number)?;
                Ok(message)
            }
            Err(error) => {
                let envelope: Envelope = serde_json::from_slice(text).map_err(|_| MessageError::Form {
                    line: error.line(),
                    column: error.column(),
                })?;
                check(&envelope.protocol, &envelope.stream, envelope.number)?;
                let Envelope { from, to, .. } = envelope;
                Err(MessageError::Newer { from, to })
            }
        }
    }

    /// As it is written and signed.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Checks what every message has.
fn check(protocol: &str, stream: &str, number: u64) -> Result<(), MessageError> {
    if protocol != PROTOCOL {
        return Err(MessageError::Protocol);
    }
    let is_plain = stream.bytes().all(|byte| byte.is_ascii_graphic());
    if stream.is_empty() || stream.len() > MAX_STREAM_BYTES || !is_plain {
        return Err(MessageError::Stream);
    }
    if number == 0 {
        return Err(MessageError::Number);
    }
    Ok(())
}

impl Receipt {
    /// Reads a receipt; none where it is none.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let receipt: Self = serde_json::from_slice(text).ok()?;
        Some(receipt).filter(|receipt| receipt.protocol == PROTOCOL)
    }

    /// As it is written and signed.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Information, Remind};

    fn message(stream: &str, number: u64, words: &str) -> Message {
        let words = words.to_owned();
        Message {
            protocol: PROTOCOL.to_owned(),
            from: "https://a.example".to_owned(),
            to: "https://b.example".to_owned(),
            stream: stream.to_owned(),
            number,
            at: Stamp(0),
            content: Content::Remind(Remind { words }),
        }
    }

    #[test]
    fn messages_are_read_as_they_are_written_and_bounded() {
        let check = |message: &Message, expected: Result<(), MessageError>| {
            let read = Message::parse(&message.to_json());
            assert_eq!(read.map(|read| assert_eq!(read, *message)), expected);
        };
        check(&message("order:1", 1, "Đề nghị trả lời"), Ok(()));
        check(&message("order:1", 0, ""), Err(MessageError::Number));
        check(&message(&"s".repeat(MAX_STREAM_BYTES), 1, ""), Ok(()));
        check(
            &message(&"s".repeat(MAX_STREAM_BYTES + 1), 1, ""),
            Err(MessageError::Stream),
        );
        check(&message("", 1, ""), Err(MessageError::Stream));
        check(&message("a b", 1, ""), Err(MessageError::Stream));
        let rest = MAX_MESSAGE_BYTES - message("s", 1, "").to_json().len();
        check(&message("s", 1, &"w".repeat(rest)), Ok(()));
        check(&message("s", 1, &"w".repeat(rest + 1)), Err(MessageError::Long));
    }

    #[test]
    fn an_order_says_what_it_asks_about_users_or_is_from_before_it_could() {
        let order = |information: &str| {
            let text = format!(
                r#"{{"protocol":"anlanh/1","from":"a","to":"b","stream":"order:1","number":1,"at":"1970-01-01T00:00:00.000000Z","content":{{"kind":"order","order":"provide_information","office":"o","signer":"s","number":"1","issued_on":"1970-01-01","basis":["l/1"],"reason":"r","haste":"ordinary",{information}"targets":[{{"kind":"account","reference":"u"}}]}}}}"#
            );
            let message = Message::parse(text.as_bytes());
            let again = message.as_ref().map(Message::to_json);
            assert!(again.is_err() || again == Ok(text.into_bytes()), "{information}");
            message.map(|message| {
                let Content::Order(order) = message.content else {
                    panic!("{:?}", message.content);
                };
                order.information
            })
        };
        assert_eq!(order(""), Ok(None));
        let asked = r#""information":{"version":1,"purpose":"p","fields":["f"],"from":"1970-01-01T00:00:00.000000Z","to":"1970-01-02T00:00:00.000000Z"},"#;
        let expected = Information {
            version: Information::VERSION,
            purpose: "p".to_owned(),
            fields: vec!["f".to_owned()],
            from: Stamp(0),
            to: Stamp(86_400_000_000),
        };
        assert_eq!(order(asked), Ok(Some(Box::new(expected))));
        for (from, to) in [
            ("\"version\":1,", ""),
            ("\"fields\"", "\"field\""),
            ("\"p\"", "\"p\",\"more\":1"),
        ] {
            let changed = order(&asked.replace(from, to));
            assert!(matches!(changed, Err(MessageError::Newer { .. })), "{to}: {changed:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_of_a_newer_form_in_a_message_and_a_mistake_elsewhere() {
        let message = message("s", 1, "w");
        let text = String::from_utf8(message.to_json()).unwrap();
        let read = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            Message::parse(text.replace(from, to).as_bytes())
        };
        let newer = Err(MessageError::Newer {
            from: message.from,
            to: message.to,
        });
        for (from, to) in [
            ("\"number\":1", "\"number\":1,\"more\":1"),
            ("\"kind\":\"remind\"", "\"kind\":\"remember\""),
            ("\"words\":\"w\"", "\"words\":\"w\",\"more\":1"),
            ("\"words\":\"w\"", "\"words\":{\"vi\":\"w\"}"),
            (",\"words\":\"w\"", ""),
        ] {
            assert_eq!(read(from, to), newer, "{to}");
        }
        for (from, to) in [
            ("1970-01-01", "yesterday"),
            ("\"kind\"", "\"sort\""),
            ("\"stream\"", "\"flow\""),
            ("{\"protocol\"", "{,\"protocol\""),
        ] {
            let read = read(from, to);
            assert!(
                matches!(read, Err(MessageError::Form { line: 1, .. })),
                "{to}: {read:?}"
            );
        }
        // What every message has is checked all the same.
        let known = "\"words\":\"w\"";
        for (from, to, expected) in [
            ("anlanh/1", "other/1", MessageError::Protocol),
            ("\"stream\":\"s\"", "\"stream\":\"\"", MessageError::Stream),
            ("\"number\":1", "\"number\":0", MessageError::Number),
        ] {
            let text = text.replace(known, "\"more\":1").replace(from, to);
            assert_eq!(Message::parse(text.as_bytes()), Err(expected), "{to}");
        }
    }
}
