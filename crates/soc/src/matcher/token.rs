//! Tokens that stand for subscribers' addresses, each day others.
//!
//! A token is the address encrypted by `ipcrypt-deterministic` (draft-denis-ipcrypt): one block of AES-128 over its 16 octets, with a
//! key that is derived of a secret for each day. Within a day tokens of one subscriber are the same, whoever has the secret can turn
//! them back, and nobody else can do that or tell whether tokens of two days are one subscriber's. Whether an address that comes
//! out of a token is one is for the caller to say: a cipher of one block cannot tell that it was given another key.

use std::net::{IpAddr, Ipv6Addr};

use aes::Aes128;
use aes::cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Bytes of a token. Those of 12 bytes that were made before were cut from a keyed hash, and cannot be turned back.
const TOKEN_BYTES: usize = 16;
const DAY_MICROS: i64 = 86_400_000_000;
/// What keys of a day are derived for, so that no other use of the secret gives the same.
const PURPOSE: &[u8] = b"ipcrypt-deterministic of day ";

/// What tokens are made with.
#[derive(Clone)]
pub struct Tokens([u8; 32]);

/// What the tokens of one day are made with.
pub(super) struct Day {
    number: i64,
    cipher: Aes128,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// With a secret: who does not have it cannot tell whose a token is, nor whether tokens of two days are one subscriber's.
    #[must_use]
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// Those of the day (UTC) of a moment, in microseconds since 1970.
    pub(super) fn of_moment(&self, at: i64) -> Day {
        let number = at.div_euclid(DAY_MICROS);
        // HMAC-SHA256 (RFC 2104), to which a key is as good as one with zeros behind it, as long as a block.
        let mut block = [0; 64];
        if let Some(first) = block.first_chunk_mut() {
            *first = self.0;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(PURPOSE);
        mac.update(&number.to_be_bytes());
        let derived: [u8; 32] = mac.finalize().into_bytes().into();
        let key: [u8; 16] = derived.first_chunk().copied().unwrap_or_default();
        Day {
            number,
            cipher: Aes128::new(&key.into()),
        }
    }
}

impl Day {
    /// Whether a moment, in microseconds since 1970, is in it.
    pub(super) const fn has(&self, at: i64) -> bool {
        at.div_euclid(DAY_MICROS) == self.number
    }

    /// The token that stands for an address.
    pub(super) fn token(&self, address: IpAddr) -> String {
        let mut block = sixteen(address).into();
        self.cipher.encrypt_block(&mut block);
        block.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The address that a token stands for, if it was made with this key and can be turned back.
    pub(super) fn turn_back(&self, token: &str) -> Option<IpAddr> {
        let mut block = read(token)?.into();
        self.cipher.decrypt_block(&mut block);
        let octets: [u8; TOKEN_BYTES] = block.into();
        Some(IpAddr::V6(Ipv6Addr::from(octets)).to_canonical())
    }
}

/// The 16 octets of an address; one of IPv4 is mapped (RFC 4291, 2.5.5.2).
fn sixteen(address: IpAddr) -> [u8; TOKEN_BYTES] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

fn read(token: &str) -> Option<[u8; TOKEN_BYTES]> {
    if token.len() != 2 * TOKEN_BYTES || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(token, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The vectors of draft-denis-ipcrypt, "ipcrypt-deterministic Test Vectors", and of its reference implementation.
    #[test]
    fn addresses_are_encrypted_as_the_draft_says() {
        for (key, address, encrypted) in [
            (
                "0123456789abcdeffedcba9876543210",
                "0.0.0.0",
                "bde9:6789:d353:824c:d7c6:f58a:6bd2:26eb",
            ),
            (
                "1032547698badcfeefcdab8967452301",
                "255.255.255.255",
                "aed2:92f6:ea23:58c3:48fd:8b8:74e8:45d8",
            ),
            (
                "2b7e151628aed2a6abf7158809cf4f3c",
                "192.0.2.1",
                "1dbd:c1b9:fff1:7586:7d0b:67b4:e76e:4777",
            ),
            (
                "0123456789abcdeffedcba9876543210",
                "2001:db8:85a3::8a2e:370:7334",
                "1eef:2352:64c8:18e6:6456:1373:f615:5032",
            ),
            (
                "1032547698badcfeefcdab8967452301",
                "192.0.2.1",
                "7fde:a680:9546:ef2:d3c:7abb:1b38:2659",
            ),
        ] {
            let day = Day {
                number: 0,
                cipher: Aes128::new(&read(key).unwrap().into()),
            };
            let address: IpAddr = address.parse().unwrap();
            let encrypted: Ipv6Addr = encrypted.parse().unwrap();
            let token: String = encrypted.octets().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(day.token(address), token, "{address}");
            assert_eq!(day.turn_back(&token), Some(address));
        }
    }

    #[test]
    fn what_is_no_token_of_ours_is_not_turned_back() {
        let day = Tokens::new([7; 32]).of_moment(0);
        // As they were made before: 12 bytes.
        assert_eq!(day.turn_back("0123456789abcdef01234567"), None);
        assert_eq!(day.turn_back(&"0".repeat(31)), None);
        assert_eq!(day.turn_back(&"0".repeat(33)), None);
        assert_eq!(day.turn_back(&format!("+{}", "0".repeat(31))), None);
        assert!(day.turn_back(&"0".repeat(32)).is_some());
    }

    proptest! {
        #[test]
        fn tokens_are_turned_back_by_their_day_and_secret_alone(
            address in prop_oneof![any::<u32>().prop_map(|bits| IpAddr::V4(bits.into())), any::<u128>().prop_map(|bits| IpAddr::V6(bits.into()))],
            secret: [u8; 32],
            day in 0_i64..40_000,
            later in 1_i64..400,
        ) {
            let tokens = Tokens::new(secret);
            let (at, other) = (day * DAY_MICROS, (day + later) * DAY_MICROS);
            let token = tokens.of_moment(at).token(address);
            prop_assert_eq!(token.len(), 2 * TOKEN_BYTES);
            prop_assert_eq!(&tokens.of_moment(at + DAY_MICROS - 1).token(address), &token);
            prop_assert_eq!(tokens.of_moment(at).turn_back(&token), Some(address.to_canonical()));
            prop_assert_ne!(&tokens.of_moment(other).token(address), &token);
            prop_assert_ne!(tokens.of_moment(other).turn_back(&token), Some(address.to_canonical()));
            let mut another = secret;
            another[31] ^= 1;
            prop_assert_ne!(Tokens::new(another).of_moment(at).turn_back(&token), Some(address.to_canonical()));
        }
    }
}
