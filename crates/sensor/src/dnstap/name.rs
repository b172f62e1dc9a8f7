//! A DNS packet (RFC 1035), as far as it is needed: the name that was asked for, and the addresses and names of the answer.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::limits::MAX_ANSWERS;

const HEAD_BYTES: usize = 12;
/// Most labels and pointers that are followed of one name.
const MOST_STEPS: usize = 256;
/// Longest name as text, with every byte of it escaped.
const MOST_NAME_BYTES: usize = 1_024;
const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;

/// What a packet tells.
#[derive(Debug, Default)]
pub(super) struct Packet {
    /// The first name that was asked for; none where it was the root.
    pub question: Option<String>,
    /// Addresses and names.
    pub answers: Vec<String>,
}

impl Packet {
    /// Reads a packet; none where its head or question breaks off. Answers are read as far as they go.
    pub(super) fn read(packet: &[u8]) -> Option<Self> {
        let count = |at: usize| Some(u16::from_be_bytes(*packet.get(at..)?.first_chunk()?));
        let (questions, answers) = (count(4)?, count(6)?);
        let mut at = HEAD_BYTES;
        let mut read = Self::default();
        for nth in 0..questions {
            let (name, end) = name_at(packet, at)?;
            at = end + 4;
            if nth == 0 {
                read.question = Some(name).filter(|name| !name.is_empty());
            }
        }
        for _ in 0..answers {
            if read.answers.len() >= MAX_ANSWERS {
                break;
            }
            let Some(end) = read.answer(packet, at) else { break };
            at = end;
        }
        Some(read)
    }

    /// Reads a record, and says where it ends.
    fn answer(&mut self, packet: &[u8], at: usize) -> Option<usize> {
        let (_, at) = name_at(packet, at)?;
        let number = |at: usize| Some(u16::from_be_bytes(*packet.get(at..)?.first_chunk()?));
        let (kind, len) = (number(at)?, usize::from(number(at + 8)?));
        let data_at = at + 10;
        let data = packet.get(data_at..data_at + len)?;
        match kind {
            A => {
                let octets: [u8; 4] = data.try_into().ok()?;
                self.answers.push(Ipv4Addr::from(octets).to_string());
            }
            AAAA => {
                let octets: [u8; 16] = data.try_into().ok()?;
                self.answers.push(Ipv6Addr::from(octets).to_string());
            }
            CNAME => self.answers.push(name_at(packet, data_at)?.0),
            _ => {}
        }
        Some(data_at + len)
    }
}

/// A name without the dot at its end, and where it ends in the packet. Bytes that no name of a host has are escaped as in zone
/// files.
fn name_at(packet: &[u8], mut at: usize) -> Option<(String, usize)> {
    let (mut name, mut end) = (String::new(), None);
    for _ in 0..MOST_STEPS {
        let len = *packet.get(at)?;
        match len {
            0 => return Some((name, end.unwrap_or(at + 1))),
            1..64 => {
                let label = packet.get(at + 1..at + 1 + usize::from(len))?;
                if !name.is_empty() {
                    name.push('.');
                }
                for byte in label {
                    match byte {
                        b'.' | b'\\' => {
                            name.push('\\');
                            name.push(char::from(*byte));
                        }
                        b'!'..=b'~' => name.push(char::from(*byte)),
                        // Writing to a text does not fail.
                        _ => drop(write!(name, "\\{byte:03}")),
                    }
                }
                if name.len() > MOST_NAME_BYTES {
                    return None;
                }
                at += 1 + usize::from(len);
            }
            192.. => {
                end = end.or(Some(at + 2));
                at = usize::from(u16::from_be_bytes([len & 0x3f, *packet.get(at + 1)?]));
            }
            64..192 => return None,
        }
    }
    None
}
