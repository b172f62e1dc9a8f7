//! Datagrams: read as fast as they come, and counted where they are lost.

use std::net::SocketAddr;
use std::os::fd::AsRawFd as _;

use anlanh_sensor::Meter;
use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Duration, MissedTickBehavior, interval};

use crate::decode::Decoder;
use crate::limits::{DATAGRAM_BUFFER_BYTES, MOST_DATAGRAMS};
use crate::{Delivery, RunError, Sensor, Sink};

/// Longest datagram there is.
const MOST_BYTES: usize = 65_535;
/// How often the system is asked how many it has lost.
const ASK: Duration = Duration::from_secs(1);

pub(crate) async fn run(
    sensor: &Sensor,
    address: SocketAddr,
    sink: &Sink,
    on_ready: impl FnOnce(Option<SocketAddr>),
) -> Result<(), RunError> {
    let socket = UdpSocket::bind(address).await.map_err(RunError::Listen)?;
    // The system gives as much as it allows.
    let _given = SockRef::from(&socket).set_recv_buffer_size(DATAGRAM_BUFFER_BYTES);
    on_ready(socket.local_addr().ok());
    let mut decoder = Decoder::new(&sensor.shape);
    let mut buffer = vec![0; MOST_BYTES];
    let mut asking = interval(ASK);
    asking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut losses = Losses::new(&socket);
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            _ = asking.tick() => {
                losses.count(&sensor.meter);
                continue;
            }
            () = sink.closed() => return Err(RunError::Gone),
        };
        // An error is of a datagram that somebody could not be sent.
        let Ok((count, from)) = received else { continue };
        let mut datagrams = 1;
        take(&mut decoder, sensor, from, buffer.get(..count));
        while datagrams < MOST_DATAGRAMS
            && let Ok((count, from)) = socket.try_recv_from(&mut buffer)
        {
            datagrams += 1;
            take(&mut decoder, sensor, from, buffer.get(..count));
        }
        let (stretches, bad) = decoder.take();
        if stretches.is_empty() && bad == 0 {
            continue;
        }
        let delivery = Delivery {
            number: sensor.number,
            stretches,
            bad,
            mark: None,
            done: None,
        };
        match sink.try_send(delivery) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => sensor.meter.dropped(datagrams as u64),
            Err(TrySendError::Closed(_)) => return Err(RunError::Gone),
        }
    }
}

fn take(decoder: &mut Decoder, sensor: &Sensor, from: SocketAddr, datagram: Option<&[u8]>) {
    let datagram = datagram.unwrap_or_default();
    sensor.meter.received(datagram.len());
    decoder.push_datagram(from.ip(), datagram);
}

/// What the system has lost of a socket, as Linux tells in `/proc/net/udp`.
struct Losses {
    /// The number of the socket in the system.
    inode: Option<String>,
    known: u64,
}

impl Losses {
    fn new(socket: &UdpSocket) -> Self {
        let link = std::fs::read_link(format!("/proc/self/fd/{}", socket.as_raw_fd()));
        let inode = link.ok().and_then(|link| {
            let link = link.to_str()?.strip_prefix("socket:[")?;
            link.strip_suffix(']').map(str::to_owned)
        });
        Self { inode, known: 0 }
    }

    fn count(&mut self, meter: &Meter) {
        let Some(inode) = &self.inode else { return };
        let drops = ["/proc/net/udp", "/proc/net/udp6"].iter().find_map(|path| {
            let table = std::fs::read_to_string(path).ok()?;
            drops_of(&table, inode)
        });
        if let Some(drops) = drops {
            meter.dropped(drops.saturating_sub(self.known));
            self.known = self.known.max(drops);
        }
    }
}

/// The last column of the socket with this number, which is in the tenth.
fn drops_of(table: &str, inode: &str) -> Option<u64> {
    let mut lines = table.lines().map(str::split_ascii_whitespace);
    let line = lines.find(|line| line.clone().nth(9) == Some(inode))?;
    line.last()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_lost_is_read() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n \
                     401: 0100007F:0807 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 17\n";
        assert_eq!(drops_of(table, "4711"), Some(17));
        assert_eq!(drops_of(table, "471"), None);
    }
}
