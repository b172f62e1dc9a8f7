//! What each dialect can say of a list, and what it cannot.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    Blocklist, DecisionTerms, Gap, Missing, Origin, Reader, Route, Zone, write_cdb, write_crowdsec, write_exabgp,
    write_nftables, write_rpz, write_suricata,
};

/// Most values that are named of each gap.
const MOST_EXAMPLES: usize = 20;

/// A form in which a list is given to enforcers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// A response policy zone for BIND, Unbound and PowerDNS Recursor.
    Rpz,
    /// One for Knot Resolver.
    RpzKnot,
    /// A CDB file for dnsdist.
    Cdb,
    /// Rules of nftables.
    Nftables,
    /// Routes to nowhere, through ExaBGP, for both families of addresses.
    Exabgp,
    /// Rules of Flowspec, through ExaBGP.
    ExabgpFlowspec,
    /// Decisions for bouncers of CrowdSec.
    Crowdsec,
    /// A dataset of Suricata.
    Suricata,
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 8] = [
        Self::Rpz,
        Self::RpzKnot,
        Self::Cdb,
        Self::Nftables,
        Self::Exabgp,
        Self::ExabgpFlowspec,
        Self::Crowdsec,
        Self::Suricata,
    ];

    /// Its key on the command line and in answers.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rpz => "rpz",
            Self::RpzKnot => "rpz-knot",
            Self::Cdb => "cdb",
            Self::Nftables => "nftables",
            Self::Exabgp => "exabgp",
            Self::ExabgpFlowspec => "exabgp-flowspec",
            Self::Crowdsec => "crowdsec",
            Self::Suricata => "suricata",
        }
    }
}

/// What a dialect cannot say of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The dialect.
    pub dialect: Dialect,
    /// How many values the list has.
    pub listed: usize,
    /// How many it cannot say, or not wholly, by what is missing, and some of them.
    pub gaps: BTreeMap<Missing, (usize, Vec<String>)>,
}

impl Coverage {
    fn add(&mut self, gap: Gap<'_>) {
        let (count, examples) = self.gaps.entry(gap.missing).or_default();
        *count += 1;
        if examples.len() < MOST_EXAMPLES {
            examples.push(gap.value.to_owned());
        }
    }
}

/// What each dialect can say of a list, in a zone of this name.
///
/// # Errors
/// When a CDB would be longer than one can be; nothing is written anywhere that could fail.
pub fn coverage(list: &Blocklist, origin: &Origin) -> io::Result<Vec<Coverage>> {
    let zone = |reader| Zone {
        origin: origin.clone(),
        serial: 1,
        ttl_seconds: 60,
        reader,
    };
    let before = Blocklist::new();
    let blackhole = Route::Blackhole {
        next_hop4: Some(Ipv4Addr::LOCALHOST),
        next_hop6: Some(Ipv6Addr::LOCALHOST),
    };
    let terms = DecisionTerms {
        seconds: 1,
        scenario: String::new(),
    };
    let mut all = Vec::new();
    for dialect in Dialect::ALL {
        let mut covered = Coverage {
            dialect,
            listed: list.len(),
            gaps: BTreeMap::new(),
        };
        let mut sink = io::sink();
        match dialect {
            Dialect::Rpz => write_rpz(list, &zone(Reader::Full), &mut sink, |gap| covered.add(gap))?,
            Dialect::RpzKnot => write_rpz(list, &zone(Reader::Knot), &mut sink, |gap| covered.add(gap))?,
            Dialect::Cdb => write_cdb(list, &mut sink, |gap| covered.add(gap))?,
            Dialect::Nftables => write_nftables(list, &mut sink, |gap| covered.add(gap))?,
            Dialect::Exabgp => write_exabgp(&before, list, blackhole, &mut sink, |gap| covered.add(gap))?,
            Dialect::ExabgpFlowspec => write_exabgp(&before, list, Route::Flowspec, &mut sink, |gap| covered.add(gap))?,
            Dialect::Crowdsec => write_crowdsec(&before, list, &terms, &mut sink, |gap| covered.add(gap))?,
            Dialect::Suricata => write_suricata(list, &mut sink, |gap| covered.add(gap))?,
        }
        all.push(covered);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocking::Act;

    #[test]
    fn every_dialect_says_what_it_leaves_out() {
        let mut list = Blocklist::new();
        for value in ["evil.example", "http://evil.example/x", "192.0.2.1"] {
            list.add(value, &Act::NxDomain).unwrap();
        }
        let all = coverage(&list, &Origin::parse("rpz.anlanh").unwrap()).unwrap();
        let left_out = |dialect: Dialect| {
            let covered = all.iter().find(|covered| covered.dialect == dialect).unwrap();
            assert_eq!(covered.listed, 3);
            covered
                .gaps
                .values()
                .flat_map(|(_, examples)| examples.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(left_out(Dialect::Rpz), ["evil.example/x"]);
        assert_eq!(left_out(Dialect::RpzKnot).len(), 2);
        assert_eq!(left_out(Dialect::Cdb), ["192.0.2.1", "evil.example/x"]);
        let names_alone = ["evil.example", "evil.example/x"];
        for dialect in [
            Dialect::Nftables,
            Dialect::Exabgp,
            Dialect::ExabgpFlowspec,
            Dialect::Crowdsec,
        ] {
            assert_eq!(left_out(dialect), names_alone, "{dialect:?}");
        }
        let mut keys: Vec<&str> = all.iter().map(|covered| covered.dialect.key()).collect();
        keys.dedup();
        assert_eq!(keys.len(), Dialect::ALL.len());
        assert!(left_out(Dialect::Suricata).contains(&"192.0.2.1".to_owned()));
    }
}
