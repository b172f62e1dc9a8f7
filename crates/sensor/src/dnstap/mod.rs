//! DNS taps: what resolvers tell of queries and answers, as Frame Streams of dnstap's messages in protocol buffers, told as DNS
//! events of EVE.
//!
//! Of a message is read who asked, when, for which name, and what the answer was; nothing else is.

mod message;
mod name;
mod stream;

use crate::eve::EveLine;

pub use stream::FrameStream;

use message::Message;
use name::Packet;

/// Tells the event of a data frame; whether it was one. A message without a question tells nothing, and is none the less one.
pub fn read_dnstap(frame: &[u8], out: &mut Vec<u8>) -> bool {
    let Some(message) = Message::read(frame) else {
        return false;
    };
    let Some(packet) = Packet::read(message.packet) else {
        return message.packet.is_empty();
    };
    let Some(question) = &packet.question else {
        return true;
    };
    let mut line = EveLine::new(out, "dns");
    if let Some(at) = message.at {
        line.at(at);
    }
    line.ends(message.asker, message.asked);
    line.object("dns", |dns| {
        dns.text("rrname", question);
        dns.list("answers", "rdata", &packet.answers);
    });
    line.end();
    true
}

#[cfg(test)]
mod tests;
