//! What resolvers and other servers send to a zone: requests are answered with messages of DNS that bear their number, and
//! nobody has the zone by a request that was not signed; keys, answers and transfers are read or refused.
#![no_main]

use std::sync::LazyLock;

use anlanh_soc::blocking::{Act, Blocklist, Origin, read_trigger};
use anlanh_zone::{Copy, Keys, Said, try_request};
use libfuzzer_sys::fuzz_target;

const KEY: &str = "key \"k\" { algorithm hmac-sha256; secret \"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=\"; };";
static LIST: LazyLock<(Blocklist, Keys)> = LazyLock::new(|| {
    let mut list = Blocklist::new();
    for value in ["evil.vn", "192.0.2.0/24", "2001:db8::/32"] {
        list.add(value, &Act::NxDomain).expect("a value");
    }
    (list, Keys::read(KEY).expect("a key"))
});

fuzz_target!(|bytes: &[u8]| {
    let (list, keys) = &*LIST;
    for answer in try_request(list, keys, bytes, 1_800_000_000) {
        let (len, message) = answer.split_at(2);
        assert_eq!(usize::from(u16::from_be_bytes([len[0], len[1]])), message.len());
        assert_eq!(message[..2], bytes[..2], "the number of the request");
        assert!(message[2] & 0x80 != 0, "an answer");
    }
    let origin = Origin::parse("rpz.test").expect("a name");
    let _ = Said::read(bytes, origin.as_str());
    // Messages behind each other, as a server sends them.
    let messages = bytes.chunks(512).map(<[u8]>::to_vec);
    if let Ok(copy) = Copy::read(&origin, messages) {
        let _ = copy.listed();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Keys::read(text);
        let _ = read_trigger(text);
    }
});
