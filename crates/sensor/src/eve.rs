//! Lines in the form of Suricata's EVE, for what is not made of lines.

use std::fmt::Write as _;
use std::net::IpAddr;

/// An event that is written; it ends with [`EveLine::end`].
pub(crate) struct EveLine<'o> {
    out: &'o mut Vec<u8>,
}

/// Text that goes into a string of JSON, escaped.
struct Escaped<'o>(&'o mut Vec<u8>);

impl std::fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'"' | b'\\' => self.0.extend_from_slice(&[b'\\', byte]),
                0..0x20 => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    let digit = |nibble: u8| HEX.get(usize::from(nibble)).copied().unwrap_or(b'0');
                    self.0
                        .extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
                }
                _ => self.0.push(byte),
            }
        }
        Ok(())
    }
}

impl<'o> EveLine<'o> {
    /// Begins an event of a kind, such as `flow`.
    pub(crate) fn new(out: &'o mut Vec<u8>, kind: &str) -> Self {
        out.extend_from_slice(b"{\"event_type\":\"");
        out.extend_from_slice(kind.as_bytes());
        out.push(b'"');
        Self { out }
    }

    /// When it happened, in microseconds since 1970.
    pub(crate) fn at(&mut self, micros: i64) {
        self.text("timestamp", micros);
    }

    pub(crate) fn text(&mut self, key: &str, value: impl std::fmt::Display) {
        self.key(key);
        self.out.push(b'"');
        // Writing to memory does not fail.
        let _written = write!(Escaped(self.out), "{value}");
        self.out.push(b'"');
    }

    pub(crate) fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        let _written = write!(Escaped(self.out), "{value}");
    }

    /// Two ends, each with its port.
    pub(crate) fn ends(&mut self, source: Option<(IpAddr, u16)>, destination: Option<(IpAddr, u16)>) {
        for (end, address_key, port_key) in [(source, "src_ip", "src_port"), (destination, "dest_ip", "dest_port")] {
            if let Some((address, port)) = end {
                self.text(address_key, address);
                if port != 0 {
                    self.number(port_key, port.into());
                }
            }
        }
    }

    /// An object.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut EveLine<'_>)) {
        self.key(key);
        self.out.push(b'{');
        fill(&mut EveLine { out: self.out });
        self.out.push(b'}');
    }

    /// A list of objects with one text each.
    pub(crate) fn list<T: std::fmt::Display>(&mut self, key: &str, of: &str, values: &[T]) {
        if values.is_empty() {
            return;
        }
        self.key(key);
        self.out.push(b'[');
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.out.push(b',');
            }
            self.out.push(b'{');
            EveLine { out: self.out }.text(of, value);
            self.out.push(b'}');
        }
        self.out.push(b']');
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, key: &str, values: &[String]) {
        self.key(key);
        self.out.push(b'[');
        for (at, value) in values.iter().enumerate() {
            self.out.extend_from_slice(if at > 0 { b",\"" } else { b"\"" });
            let _written = write!(Escaped(self.out), "{value}");
            self.out.push(b'"');
        }
        self.out.push(b']');
    }

    pub(crate) fn end(self) {
        self.out.extend_from_slice(b"}\n");
    }

    fn key(&mut self, key: &str) {
        if self.out.last() != Some(&b'{') {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }
}
