//! Seeds of users of NATS (nkeys): base32 of two bytes that say what it is, 32 bytes, and a checksum.

use std::fmt;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// `S`, and `U` behind it: the seed of a user.
const SEED_OF_USER: [u8; 2] = [0x90 | (USER >> 5), (USER & 31) << 3];
const USER: u8 = 20 << 3;
/// Characters of a seed.
const SEED_CHARS: usize = 58;

/// The seed of a user. It is not in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct NkeySeed([u8; 32]);

impl NkeySeed {
    /// Reads one, as `nk -gen user` writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != SEED_CHARS {
            return None;
        }
        let bytes = decode(text)?;
        let (body, sum) = bytes.split_last_chunk::<2>()?;
        if u16::from_le_bytes(*sum) != checksum(body) {
            return None;
        }
        let (kind, seed) = body.split_first_chunk::<2>()?;
        (*kind == SEED_OF_USER).then(|| seed.try_into().ok().map(Self))?
    }

    /// The 32 bytes that an Ed25519 key is made of.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// How a server knows a user by this public key.
    #[must_use]
    pub fn name_of(public: &[u8; 32]) -> String {
        let mut bytes = vec![USER];
        bytes.extend_from_slice(public);
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        encode(&bytes)
    }
}

impl fmt::Debug for NkeySeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NkeySeed")
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let five = ALPHABET.iter().position(|known| *known == byte)? as u32;
        held = (held << 5 | five) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    let mut push = |five: u32| text.extend(ALPHABET.get((five & 31) as usize).map(|byte| char::from(*byte)));
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(held >> bits);
        }
    }
    if bits > 0 {
        push(held << (5 - bits));
    }
    text
}

/// CRC-16 as XMODEM has it.
fn checksum(bytes: &[u8]) -> u16 {
    let mut sum = 0_u16;
    for byte in bytes {
        sum ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            sum = if sum & 0x8000 == 0 { sum << 1 } else { sum << 1 ^ 0x1021 };
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pair that the documentation of nkeys shows.
    const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    const PUBLIC: &str = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    #[test]
    fn a_seed_is_read_and_a_public_key_is_named() {
        let seed = NkeySeed::parse(SEED).unwrap();
        assert_eq!(format!("{seed:?}"), "NkeySeed");
        let public = decode(PUBLIC).unwrap();
        assert_eq!(encode(&public), PUBLIC);
        let public: [u8; 32] = public.get(1..33).unwrap().try_into().unwrap();
        assert_eq!(NkeySeed::name_of(&public), PUBLIC);
    }

    #[test]
    fn what_is_no_seed_is_refused() {
        let changed = SEED.replace("ACSS", "ACST");
        for text in [
            "",
            &SEED[1..],
            &format!("{SEED}A"),
            &changed,
            &SEED.to_lowercase(),
            PUBLIC,
        ] {
            assert_eq!(NkeySeed::parse(text), None, "{text}");
        }
    }
}
