//! What a NATS server says, as it stands on the wire: read from bytes that come in any pieces.
//!
//! It knows no socket. Lines and messages have limits: a line that is longer is no NATS, a message that is longer is passed over.

use crate::limits::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES};

/// Longest line that a server sends; `INFO` names every server of a cluster.
const MAX_CONTROL_BYTES: usize = 64 << 10;
/// Longest message that is passed over; a server takes none that is longer.
const MAX_PASSED_BYTES: usize = 64 << 20;

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Who it is and what it asks for, in JSON.
    Info(Vec<u8>),
    /// A message.
    Message(Message),
    /// It asks whether anybody is there.
    Ping,
    /// It is there.
    Pong,
    /// It took what was sent.
    Ok,
    /// What it does not like.
    Error(String),
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it was published under.
    pub subject: String,
    /// The subscription that it is for, as whoever subscribed called it.
    pub subscription: String,
    /// Where an answer goes; empty where none is awaited.
    pub reply: String,
    /// Its headers as they stand.
    pub headers: Vec<u8>,
    /// What it holds; none where that, or its headers, are longer than is taken.
    pub payload: Option<Vec<u8>>,
}

/// That it is no server of NATS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what came is not of a NATS server")]
pub struct Broken;

/// Reads what a server says.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    /// Everything before it was read.
    at: usize,
    /// What a line began and its message will end.
    begun: Option<Begun>,
}

#[derive(Debug)]
struct Begun {
    message: Message,
    header_bytes: usize,
    /// Bytes that are still to come, with the line's end behind them.
    left: usize,
    is_passed: bool,
}

impl Reader {
    /// Whether all that came was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.begun.is_none() && self.at == self.bytes.len()
    }

    /// Goes on with bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.at > 0 {
            self.bytes.drain(..self.at);
            self.at = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next that is whole; none where more bytes are needed.
    ///
    /// # Errors
    /// When it is no server of NATS; nothing can be read after that.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, Broken> {
        loop {
            if let Some(begun) = self.begun.take() {
                return self.end(begun);
            }
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                return if rest.len() > MAX_CONTROL_BYTES {
                    Err(Broken)
                } else {
                    Ok(None)
                };
            };
            if end > MAX_CONTROL_BYTES {
                return Err(Broken);
            }
            let line = rest.get(..end).unwrap_or_default().trim_ascii_end();
            // A server takes subjects of any bytes; what one publisher wrote there stops nobody.
            let line = String::from_utf8_lossy(line);
            let (verb, rest) = line.split_once([' ', '\t']).unwrap_or((&line, ""));
            let frame = match verb.to_ascii_uppercase().as_str() {
                "INFO" => Frame::Info(rest.trim().as_bytes().to_vec()),
                "PING" => Frame::Ping,
                "PONG" => Frame::Pong,
                "+OK" => Frame::Ok,
                "-ERR" => Frame::Error(rest.trim().trim_matches('\'').to_owned()),
                "MSG" => {
                    self.begun = Some(begin(rest, Headers::None).ok_or(Broken)?);
                    self.at += end + 1;
                    continue;
                }
                "HMSG" => {
                    self.begun = Some(begin(rest, Headers::Some).ok_or(Broken)?);
                    self.at += end + 1;
                    continue;
                }
                _ => return Err(Broken),
            };
            self.at += end + 1;
            return Ok(Some(frame));
        }
    }

    /// Ends a message, as far as its bytes are there.
    fn end(&mut self, mut begun: Begun) -> Result<Option<Frame>, Broken> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if begun.is_passed {
            let passed = rest.len().min(begun.left);
            self.at += passed;
            begun.left -= passed;
            if begun.left > 0 {
                self.begun = Some(begun);
                return Ok(None);
            }
            return Ok(Some(Frame::Message(begun.message)));
        }
        let Some(whole) = rest.get(..begun.left) else {
            self.begun = Some(begun);
            return Ok(None);
        };
        let held = whole.strip_suffix(b"\r\n").ok_or(Broken)?;
        let (headers, payload) = held.split_at_checked(begun.header_bytes).ok_or(Broken)?;
        begun.message.headers = headers.to_vec();
        begun.message.payload = Some(payload.to_vec());
        self.at += begun.left;
        Ok(Some(Frame::Message(begun.message)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Headers {
    None,
    Some,
}

/// `subject sid [reply] [header bytes] bytes`.
fn begin(line: &str, headers: Headers) -> Option<Begun> {
    // A server parts words by these two only: a subject may hold any other white space.
    let mut words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    let total: usize = words.pop()?.parse().ok()?;
    let header_bytes = match headers {
        Headers::None => 0,
        Headers::Some => words.pop()?.parse().ok()?,
    };
    let (subject, subscription, reply) = match words.as_slice() {
        [subject, subscription] => (*subject, *subscription, ""),
        [subject, subscription, reply] => (*subject, *subscription, *reply),
        _ => return None,
    };
    if header_bytes > total || total > MAX_PASSED_BYTES {
        return None;
    }
    Some(Begun {
        message: Message {
            subject: subject.to_owned(),
            subscription: subscription.to_owned(),
            reply: reply.to_owned(),
            headers: Vec::new(),
            payload: None,
        },
        header_bytes,
        left: total + 2,
        is_passed: header_bytes > MAX_HEADER_BYTES || total - header_bytes > MAX_MESSAGE_BYTES,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &Result<Vec<Frame>, Broken>) {
        for piece in [1, 3, 7, bytes.len().max(1)] {
            let mut reader = Reader::default();
            let mut frames = Vec::new();
            let mut broken = None;
            'all: for some in bytes.chunks(piece) {
                reader.push(some);
                loop {
                    match reader.next_frame() {
                        Ok(Some(frame)) => frames.push(frame),
                        Ok(None) => break,
                        Err(error) => {
                            broken = Some(error);
                            break 'all;
                        }
                    }
                }
            }
            assert_eq!(&broken.map_or(Ok(frames), Err), expected, "in pieces of {piece}");
        }
    }

    fn message(subject: &str, reply: &str, headers: &str, payload: Option<&str>) -> Frame {
        Frame::Message(Message {
            subject: subject.to_owned(),
            subscription: "1".to_owned(),
            reply: reply.to_owned(),
            headers: headers.as_bytes().to_vec(),
            payload: payload.map(|payload| payload.as_bytes().to_vec()),
        })
    }

    #[test]
    fn what_a_server_says_is_read_in_any_pieces() {
        let said =
            b"INFO {\"a\":1}\r\nPING\r\nPONG\r\n+OK\r\n-ERR 'No'\r\nMSG a.b 1 2\r\n\r\n\r\nmsg a 1 r.x 3\r\nabc\r\n\
                     HMSG a 1 r 14 16\r\nNATS/1.0\r\n\r\n\r\nok\r\nMSG a.\xff 1 r 2\r\nok\r\nMSG a.\x0cb 1 r 2\r\nok\r\n";
        let frames = vec![
            Frame::Info(b"{\"a\":1}".to_vec()),
            Frame::Ping,
            Frame::Pong,
            Frame::Ok,
            Frame::Error("No".to_owned()),
            message("a.b", "", "", Some("\r\n")),
            message("a", "r.x", "", Some("abc")),
            message("a", "r", "NATS/1.0\r\n\r\n\r\n", Some("ok")),
            message("a.\u{fffd}", "r", "", Some("ok")),
            message("a.\u{c}b", "r", "", Some("ok")),
        ];
        check(said, &Ok(frames));
    }

    #[test]
    fn what_is_no_server_is_said() {
        for said in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"MSG a 1\r\n",
            b"MSG a 1 r x 3\r\n",
            b"MSG a 1 -1\r\n",
            b"MSG a 1 2\r\nabcd\r\n",
            b"HMSG a 1 5 4\r\n",
            b"\xff\r\n",
        ] {
            check(said, &Err(Broken));
        }
    }

    #[test]
    fn lines_and_messages_have_limits() {
        let mut line = b"INFO ".to_vec();
        line.resize(MAX_CONTROL_BYTES, b'x');
        let info = line.get(5..).unwrap().to_vec();
        let mut reader = Reader::default();
        reader.push(&line);
        assert_eq!(reader.next_frame(), Ok(None));
        reader.push(b"\n");
        assert_eq!(reader.next_frame(), Ok(Some(Frame::Info(info))));
        let mut reader = Reader::default();
        reader.push(&line);
        reader.push(b"x\n");
        assert_eq!(reader.next_frame(), Err(Broken));

        for (bytes, is_taken) in [(MAX_MESSAGE_BYTES, true), (MAX_MESSAGE_BYTES + 1, false)] {
            let mut reader = Reader::default();
            reader.push(format!("MSG a 1 r {bytes}\r\n").as_bytes());
            reader.push(&vec![b'x'; bytes]);
            reader.push(b"\r\nPING\r\n");
            let Ok(Some(Frame::Message(message))) = reader.next_frame() else {
                panic!("no message");
            };
            assert_eq!(message.payload.is_some(), is_taken);
            assert_eq!(reader.next_frame(), Ok(Some(Frame::Ping)));
        }
        for (bytes, is_read) in [(MAX_PASSED_BYTES, true), (MAX_PASSED_BYTES + 1, false)] {
            let mut reader = Reader::default();
            reader.push(format!("MSG a 1 {bytes}\r\n").as_bytes());
            assert_eq!(reader.next_frame().is_ok(), is_read);
        }
        for (bytes, is_taken) in [(MAX_HEADER_BYTES, true), (MAX_HEADER_BYTES + 1, false)] {
            let mut reader = Reader::default();
            reader.push(format!("HMSG a 1 r {bytes} {}\r\n", bytes + 2).as_bytes());
            reader.push(&vec![b'x'; bytes]);
            reader.push(b"ok\r\nPING\r\n");
            let Ok(Some(Frame::Message(message))) = reader.next_frame() else {
                panic!("no message");
            };
            assert_eq!(message.payload.is_some(), is_taken);
            assert_eq!(reader.next_frame(), Ok(Some(Frame::Ping)));
            assert!(reader.is_empty());
        }
    }
}
