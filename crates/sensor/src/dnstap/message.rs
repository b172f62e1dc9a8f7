//! dnstap's protocol buffers, as far as they are needed.

use std::net::IpAddr;

/// What a message tells.
#[derive(Debug, Default)]
pub(super) struct Message<'m> {
    /// Who asked, and at which port.
    pub asker: Option<(IpAddr, u16)>,
    /// Who was asked.
    pub asked: Option<(IpAddr, u16)>,
    /// When, in microseconds since 1970.
    pub at: Option<i64>,
    /// The answer as it was sent, or the query where there is none yet.
    pub packet: &'m [u8],
}

/// A value of protocol buffers.
enum Value<'v> {
    Number(u64),
    Bytes(&'v [u8]),
}

impl<'m> Message<'m> {
    /// Reads a frame: of the outer message, the one inside; of that, addresses, ports, times and packets.
    pub(super) fn read(frame: &'m [u8]) -> Option<Self> {
        let mut inner = None;
        each(frame, |field, value| {
            if let (14, Value::Bytes(bytes)) = (field, value) {
                inner = Some(bytes);
            }
        })?;
        let (mut message, mut addresses, mut ports) = (Self::default(), [None; 2], [0; 2]);
        let (mut seconds, mut nanos, mut packets): ([Option<u64>; 2], [u64; 2], [&[u8]; 2]) = Default::default();
        let [asker, asked] = &mut addresses;
        let [asker_port, asked_port] = &mut ports;
        let [query_seconds, answer_seconds] = &mut seconds;
        let [query_nanos, answer_nanos] = &mut nanos;
        let [query, answer] = &mut packets;
        each(inner?, |field, value| match (field, value) {
            (4, Value::Bytes(bytes)) => *asker = address(bytes),
            (5, Value::Bytes(bytes)) => *asked = address(bytes),
            (6, Value::Number(number)) => *asker_port = number as u16,
            (7, Value::Number(number)) => *asked_port = number as u16,
            (8, Value::Number(number)) => *query_seconds = Some(number),
            (9, Value::Number(number)) => *query_nanos = number,
            (10, Value::Bytes(bytes)) => *query = bytes,
            (12, Value::Number(number)) => *answer_seconds = Some(number),
            (13, Value::Number(number)) => *answer_nanos = number,
            (14, Value::Bytes(bytes)) => *answer = bytes,
            (_, _) => {}
        })?;
        let at = |seconds: Option<u64>, nanos: u64| {
            let micros = i64::try_from(seconds?).ok()?.checked_mul(1_000_000)?;
            micros.checked_add(i64::try_from(nanos / 1_000).ok()?)
        };
        message.asker = asker.map(|address| (address, *asker_port));
        message.asked = asked.map(|address| (address, *asked_port));
        message.at = at(*query_seconds, *query_nanos).or(at(*answer_seconds, *answer_nanos));
        message.packet = if answer.is_empty() { query } else { answer };
        Some(message)
    }
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

/// Tells every field of a message; none where it is none.
fn each<'m>(mut bytes: &'m [u8], mut tell: impl FnMut(u64, Value<'m>)) -> Option<()> {
    while !bytes.is_empty() {
        let (tag, rest) = varint(bytes)?;
        let (value, rest) = match tag & 7 {
            0 => {
                let (number, rest) = varint(rest)?;
                (Value::Number(number), rest)
            }
            1 => {
                let (number, rest) = rest.split_first_chunk::<8>()?;
                (Value::Number(u64::from_le_bytes(*number)), rest)
            }
            2 => {
                let (len, rest) = varint(rest)?;
                let (value, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
                (Value::Bytes(value), rest)
            }
            5 => {
                let (number, rest) = rest.split_first_chunk::<4>()?;
                (Value::Number(u32::from_le_bytes(*number).into()), rest)
            }
            _ => return None,
        };
        tell(tag >> 3, value);
        bytes = rest;
    }
    Some(())
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        number |= u64::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(at + 1..)?));
        }
    }
    None
}
