//! A record, as far as it is needed: who spoke to whom, when, how much.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Bytes;
use super::template::Field;

/// Seconds from 1900 to 1970: times of NTP begin there.
const NTP_SECONDS: i64 = 2_208_988_800;

/// What a record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Record {
    pub source: Option<IpAddr>,
    pub destination: Option<IpAddr>,
    pub source_port: u16,
    pub destination_port: u16,
    pub protocol: u8,
    pub octets: u64,
    pub packets: u64,
    /// Microseconds since 1970.
    pub start: Option<i64>,
    pub end: Option<i64>,
    /// When the exporter was started.
    pub booted: Option<i64>,
    /// Milliseconds that the exporter was up.
    pub first_uptime: Option<u32>,
    pub last_uptime: Option<u32>,
    /// Microseconds before the datagram was sent.
    pub before_export: Option<u32>,
}

impl Record {
    /// Reads a record; none where it breaks off.
    pub(super) fn read(fields: &[Field], bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut record = Self::default();
        for field in fields {
            let len = match field.len {
                Field::VARIABLE => match bytes.take(1)?.first()? {
                    255 => usize::from(bytes.u16()?),
                    len => usize::from(*len),
                },
                len => usize::from(len),
            };
            let value = bytes.take(len)?;
            if let Some(element) = field.element {
                record.take(element, value);
            }
        }
        Some(record)
    }

    /// Takes an element of IANA's registry of IPFIX; those of NetFlow 9 have the same numbers.
    fn take(&mut self, element: u16, value: &[u8]) {
        match element {
            1 => self.octets = unsigned(value),
            2 => self.packets = unsigned(value),
            4 => self.protocol = unsigned(value) as u8,
            7 => self.source_port = unsigned(value) as u16,
            11 => self.destination_port = unsigned(value) as u16,
            8 => self.source = v4(value).or(self.source),
            12 => self.destination = v4(value).or(self.destination),
            27 => self.source = v6(value).or(self.source),
            28 => self.destination = v6(value).or(self.destination),
            21 => self.last_uptime = Some(unsigned(value) as u32),
            22 => self.first_uptime = Some(unsigned(value) as u32),
            // Totals of a whole flow, and those of who began it.
            85 | 231 if self.octets == 0 => self.octets = unsigned(value),
            86 | 298 if self.packets == 0 => self.packets = unsigned(value),
            150 => self.start = times(value, 1_000_000),
            151 => self.end = times(value, 1_000_000),
            152 => self.start = times(value, 1_000),
            153 => self.end = times(value, 1_000),
            154 | 156 => self.start = ntp(value),
            155 | 157 => self.end = ntp(value),
            158 => self.before_export = Some(unsigned(value) as u32),
            160 => self.booted = times(value, 1_000),
            _ => {}
        }
    }
}

/// A number of any length; of more than eight bytes the last count.
fn unsigned(value: &[u8]) -> u64 {
    value.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn times(value: &[u8], micros: i64) -> Option<i64> {
    i64::try_from(unsigned(value)).ok()?.checked_mul(micros)
}

/// Seconds since 1900 and a fraction of 2^32.
fn ntp(value: &[u8]) -> Option<i64> {
    let (seconds, rest) = value.split_first_chunk::<4>()?;
    let fraction = u64::from(u32::from_be_bytes(*rest.first_chunk()?));
    let seconds = i64::from(u32::from_be_bytes(*seconds)) - NTP_SECONDS;
    Some(seconds * 1_000_000 + ((fraction * 1_000_000) >> 32) as i64)
}

fn v4(value: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 4] = value.try_into().ok()?;
    let address = Ipv4Addr::from(octets);
    (!address.is_unspecified()).then_some(address.into())
}

fn v6(value: &[u8]) -> Option<IpAddr> {
    let octets: [u8; 16] = value.try_into().ok()?;
    let address = Ipv6Addr::from(octets);
    (!address.is_unspecified()).then_some(address.into())
}
