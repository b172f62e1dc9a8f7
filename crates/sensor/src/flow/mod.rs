//! Flows: NetFlow 5, NetFlow 9 (RFC 3954) and IPFIX (RFC 7011), told as flows of EVE.
//!
//! Versions 9 and 10 send templates before what is read by them; they are remembered for each exporter and domain, as many as
//! there is room for, the longest unused making way. What is told by a template that is not known is counted and lost, as these
//! protocols over UDP have it.

mod record;
mod template;

use std::net::{IpAddr, Ipv4Addr};

use record::Record;
use template::{Owner, Template, Templates};

use crate::eve::EveLine;

/// What became of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FlowTally {
    /// Flows that were told.
    pub flows: u64,
    /// Sets of flows of which the template is not known: nobody knows how many they are.
    pub untold: u64,
    /// Whether the datagram was none, or broke off.
    pub bad: u64,
}

/// Reads the datagrams of exporters.
#[derive(Debug, Default)]
pub struct Flows {
    templates: Templates,
}

impl Flows {
    /// Tells the flows of a datagram, a line each.
    pub fn read(&mut self, exporter: IpAddr, datagram: &[u8], out: &mut Vec<u8>) -> FlowTally {
        let mut tally = FlowTally::default();
        let mut bytes = Bytes(datagram);
        let whole = match bytes.u16() {
            Some(5) => five(&mut bytes, out, &mut tally),
            Some(9) => self.nine(exporter, &mut bytes, out, &mut tally),
            Some(10) => self.ten(exporter, datagram, out, &mut tally),
            Some(_) | None => None,
        };
        tally.bad += u64::from(whole.is_none());
        tally
    }

    fn nine(
        &mut self,
        exporter: IpAddr,
        bytes: &mut Bytes<'_>,
        out: &mut Vec<u8>,
        tally: &mut FlowTally,
    ) -> Option<()> {
        let _count = bytes.u16()?;
        let (uptime, seconds, _sequence, domain) = (bytes.u32()?, bytes.u32()?, bytes.u32()?, bytes.u32()?);
        let clock = Clock::new(seconds, uptime);
        let owner = Owner {
            exporter,
            domain,
            version: 9,
        };
        self.sets(owner, &clock, bytes, out, tally)
    }

    fn ten(&mut self, exporter: IpAddr, datagram: &[u8], out: &mut Vec<u8>, tally: &mut FlowTally) -> Option<()> {
        let mut head = Bytes(datagram.get(2..)?);
        let len = head.u16()?;
        let (seconds, _sequence, domain) = (head.u32()?, head.u32()?, head.u32()?);
        let mut bytes = Bytes(datagram.get(16..usize::from(len))?);
        let clock = Clock::new(seconds, 0);
        let owner = Owner {
            exporter,
            domain,
            version: 10,
        };
        self.sets(owner, &clock, &mut bytes, out, tally)
    }

    fn sets(
        &mut self,
        owner: Owner,
        clock: &Clock,
        bytes: &mut Bytes<'_>,
        out: &mut Vec<u8>,
        tally: &mut FlowTally,
    ) -> Option<()> {
        // What is left may be padding.
        while bytes.0.len() >= 4 {
            let (id, len) = (bytes.u16()?, bytes.u16()?);
            let mut set = Bytes(bytes.take(usize::from(len).checked_sub(4)?)?);
            match (owner.version, id) {
                (9, 0) | (10, 2) => self.templates.read(owner, &mut set)?,
                (9, 1) | (10, 3) => self.templates.read_options(owner, &mut set)?,
                (_, 256..) => match self.templates.find(owner, id) {
                    None => tally.untold += 1,
                    Some(Template::Options) => {}
                    Some(Template::Flows(fields)) => {
                        let least: usize = fields.iter().map(|field| field.least()).sum();
                        while least > 0 && set.0.len() >= least {
                            let record = Record::read(fields, &mut set)?;
                            tell(&record, clock, out, tally);
                        }
                    }
                },
                (_, _) => {}
            }
        }
        Some(())
    }
}

/// Version 5: records of one form, behind a head of 24 bytes.
fn five(bytes: &mut Bytes<'_>, out: &mut Vec<u8>, tally: &mut FlowTally) -> Option<()> {
    let count = bytes.u16()?;
    let (uptime, seconds, nanos) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
    bytes.take(8)?;
    let mut clock = Clock::new(seconds, uptime);
    clock.exported += i64::from(nanos / 1_000);
    for _ in 0..count {
        let mut flow = Bytes(bytes.take(48)?);
        let (source, destination) = (flow.u32()?, flow.u32()?);
        flow.take(8)?;
        let (packets, octets, first, last) = (flow.u32()?, flow.u32()?, flow.u32()?, flow.u32()?);
        let (source_port, destination_port) = (flow.u16()?, flow.u16()?);
        flow.take(2)?;
        let record = Record {
            source: Some(Ipv4Addr::from_bits(source).into()),
            destination: Some(Ipv4Addr::from_bits(destination).into()),
            source_port,
            destination_port,
            protocol: *flow.take(1)?.first()?,
            octets: octets.into(),
            packets: packets.into(),
            first_uptime: Some(first),
            last_uptime: Some(last),
            ..Record::default()
        };
        tell(&record, &clock, out, tally);
    }
    Some(())
}

/// Says what a record tells; one without an address tells nothing.
fn tell(record: &Record, clock: &Clock, out: &mut Vec<u8>, tally: &mut FlowTally) {
    if record.source.is_none() && record.destination.is_none() {
        return;
    }
    tally.flows += 1;
    let mut line = EveLine::new(out, "flow");
    line.at(clock.start_of(record));
    let end = |address: Option<IpAddr>, port| address.map(|address| (address, port));
    line.ends(
        end(record.source, record.source_port),
        end(record.destination, record.destination_port),
    );
    match record.protocol {
        0 => {}
        1 => line.text("proto", "ICMP"),
        6 => line.text("proto", "TCP"),
        17 => line.text("proto", "UDP"),
        58 => line.text("proto", "IPv6-ICMP"),
        other => line.text("proto", other),
    }
    line.object("flow", |flow| {
        flow.number("bytes_toserver", record.octets);
        flow.number("pkts_toserver", record.packets);
    });
    line.end();
}

/// The exporter's clock as its head says.
struct Clock {
    /// When the datagram was sent, in microseconds since 1970.
    exported: i64,
    /// Milliseconds that the exporter was up then.
    uptime: u32,
}

impl Clock {
    fn new(seconds: u32, uptime: u32) -> Self {
        Self {
            exported: i64::from(seconds) * 1_000_000,
            uptime,
        }
    }

    /// When a flow began, as precisely as it says.
    fn start_of(&self, record: &Record) -> i64 {
        let by_uptime = |uptime: u32| match record.booted {
            Some(booted) => booted.saturating_add(i64::from(uptime) * 1_000),
            // It runs over after 50 days; what is told happened before it was sent.
            None => self.exported - i64::from(self.uptime.wrapping_sub(uptime)) * 1_000,
        };
        let before = |delta: u32| self.exported - i64::from(delta);
        let starts = [
            record.start,
            record.first_uptime.map(by_uptime),
            record.before_export.map(before),
            record.end,
            record.last_uptime.map(by_uptime),
        ];
        starts.into_iter().flatten().next().unwrap_or(self.exported)
    }
}

/// Bytes that are read from the front, in network order.
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(crate) fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(*self.take(2)?.first_chunk()?))
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(*self.take(4)?.first_chunk()?))
    }
}

#[cfg(test)]
mod tests;
