//! Networks as ranges of numbers, cut where any of them begins or ends: an address falls into one piece, and the piece
//! knows the smallest network around it, which knows the next larger one. (Of two networks one holds the other, or they
//! have nothing in common.)

use std::net::IpAddr;

use super::Listed;
use crate::value::{Network, bits_of};

/// No network.
const NONE: u32 = u32::MAX;

/// Networks of both families.
#[derive(Debug, Default)]
pub(super) struct Networks {
    four: Pieces,
    six: Pieces,
}

#[derive(Debug, Default)]
struct Pieces {
    /// Where each piece begins, in order, and the smallest network around it.
    starts: Vec<(u128, u32)>,
    /// What is listed, and the next larger network.
    networks: Vec<(Listed, u32)>,
}

impl Networks {
    /// The networks around an address, the smallest first.
    #[inline]
    pub(super) fn around(&self, address: IpAddr) -> impl Iterator<Item = Listed> {
        let pieces = match address {
            IpAddr::V4(_) => &self.four,
            IpAddr::V6(_) => &self.six,
        };
        let mut next = pieces.smallest(bits_of(address).0);
        std::iter::from_fn(move || {
            let (listed, larger) = *pieces.networks.get(next as usize)?;
            next = larger;
            Some(listed)
        })
    }
}

impl Pieces {
    #[inline]
    fn smallest(&self, address: u128) -> u32 {
        let after = self.starts.partition_point(|(start, _)| *start <= address);
        let piece = after.checked_sub(1).and_then(|at| self.starts.get(at));
        piece.map_or(NONE, |(_, network)| *network)
    }

    fn build(mut networks: Vec<(u128, u128, Listed)>) -> Self {
        // Each behind those that it lies in.
        networks.sort_unstable_by_key(|(first, last, listed)| (*first, u128::MAX - *last, listed.0));
        networks.dedup_by_key(|(first, last, _)| (*first, *last));
        let mut made = Self::default();
        let mut open: Vec<(u128, u32)> = Vec::new();
        for (first, last, listed) in networks {
            made.close(&mut open, Some(first));
            let number = made.networks.len() as u32;
            made.networks
                .push((listed, open.last().map_or(NONE, |(_, number)| *number)));
            made.begin(first, number);
            open.push((last, number));
        }
        made.close(&mut open, None);
        made
    }

    /// Ends the networks that do not reach an address, or all.
    fn close(&mut self, open: &mut Vec<(u128, u32)>, at: Option<u128>) {
        while let Some((last, _)) = open.last().copied().filter(|(last, _)| at.is_none_or(|at| *last < at)) {
            open.pop();
            if let Some(next) = last.checked_add(1) {
                self.begin(next, open.last().map_or(NONE, |(_, number)| *number));
            }
        }
    }

    /// Begins a piece; one that is empty is forgotten.
    fn begin(&mut self, at: u128, network: u32) {
        if self.starts.last().is_some_and(|(start, _)| *start == at) {
            self.starts.pop();
        }
        self.starts.push((at, network));
    }
}

/// Networks that are being collected.
#[derive(Debug, Default)]
pub(super) struct NetworksBuilder {
    four: Vec<(u128, u128, Listed)>,
    six: Vec<(u128, u128, Listed)>,
}

impl NetworksBuilder {
    pub(super) fn add(&mut self, network: Network, listed: Listed) {
        let (first, last) = network.range();
        let family = match network.first() {
            IpAddr::V4(_) => &mut self.four,
            IpAddr::V6(_) => &mut self.six,
        };
        family.push((first, last, listed));
    }

    pub(super) fn build(self) -> Networks {
        Networks {
            four: Pieces::build(self.four),
            six: Pieces::build(self.six),
        }
    }
}
