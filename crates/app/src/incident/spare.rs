//! What leaves names no host of its incident, however it came in: a list may hold a subscriber's own address.

use std::collections::BTreeSet;

use anlanh_model::{Id, Incident};
use anlanh_store::Queries;
use anlanh_store::incident::{alert, report as store};
use anlanh_vault::Vault;

use super::IncidentError;
use super::address::addresses_in;
use super::raise::host_place;
use crate::Error;
use crate::sealing::key_of;

/// Most hosts of an incident whose addresses are looked for in what leaves; of one with more nothing leaves.
const MOST_HOSTS: u32 = 10_000;

/// The addresses of the hosts of an incident, opened to be compared and for nothing else. Not in `Debug`.
pub(super) struct Hosts {
    addresses: BTreeSet<String>,
}

impl Hosts {
    /// Those of an incident; an error where one was erased: nobody can look for it any more.
    pub(super) fn of(tx: &mut dyn Queries, vault: &Vault, id: Id<Incident>) -> Result<Self, Error> {
        let hosts = store::addresses(tx, id, MOST_HOSTS + 1)?;
        if u32::try_from(hosts.len()).unwrap_or(u32::MAX) > MOST_HOSTS {
            return Err(IncidentError::TooMany.into());
        }
        let mut addresses = BTreeSet::new();
        for sealed in hosts {
            let Some(key) = key_of(vault, tx, alert::subject_of(sealed.host))? else {
                return Err(IncidentError::HostsErased.into());
            };
            let address = key
                .open(&host_place(sealed.host), &sealed.address)
                .map_err(Error::Sealed)?;
            addresses.insert(String::from_utf8_lossy(&address).to_lowercase());
        }
        Ok(Self { addresses })
    }

    /// Whether one of them may stand in a text, in any spelling, or as a part of something longer. It is for what would leave: to find
    /// one too many is right there, and nowhere else.
    pub(super) fn may_be_named_in(&self, text: &str) -> bool {
        let spelled = addresses_in(text)
            .iter()
            .any(|it| self.addresses.contains(&it.to_string()));
        let text = text.to_lowercase();
        spelled || self.addresses.iter().any(|address| text.contains(address.as_str()))
    }
}
