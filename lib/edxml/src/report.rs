//! What a report tells: whose machines, what was found on them, and how they are kept.

use std::net::IpAddr;

use crate::envelope::{Certificate, Envelope};
use crate::text::{Text, TextError};

/// Most machines of one report, each counted as often as it is named. What is more goes into another report.
pub const MAX_MACHINES: usize = 10_000;

/// Id of an organization (QCVN 102:2016/BTTTT): four groups of letters and digits, as `000.00.00.H26`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrganId(String);

impl OrganId {
    /// Reads it.
    ///
    /// # Errors
    /// When it does not have that form.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let groups: Vec<&str> = text.split('.').collect();
        let [first, second, third, last] = groups.as_slice() else {
            return Err(TextError::OrganId);
        };
        let fits = |group: &str, most: usize| {
            (1..=most).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if [first, second, third].iter().all(|group| fits(group, 3)) && fits(last, 5) {
            Ok(Self(text.to_owned()))
        } else {
            Err(TextError::OrganId)
        }
    }

    /// It as a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Its id.
    pub id: OrganId,
    /// Its name.
    pub name: Text,
    /// Where it is.
    pub address: Text,
    /// Where it reads mail.
    pub email: Text,
    /// Its telephone.
    pub telephone: Text,
    /// Its fax.
    pub fax: Text,
    /// Its web site.
    pub website: Text,
}

impl Issuer {
    /// An organization of which only this much is told.
    #[must_use]
    pub fn new(id: OrganId, name: Text) -> Self {
        let none = Text::default;
        Self {
            id,
            name,
            address: none(),
            email: none(),
            telephone: none(),
            fax: none(),
            website: none(),
        }
    }
}

/// A machine of the organization that reports. Machines of its subscribers are none: their addresses are personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Its address.
    pub ip: IpAddr,
    /// Its name.
    pub name: Text,
}

/// Malware that was found on a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Malware {
    /// What the product calls it.
    pub name: Text,
    /// Its type.
    pub kind: Text,
    /// What it does.
    pub behavior: Text,
    /// Where it was: a device or a path.
    pub device: Text,
    /// In how many files.
    pub files: u32,
}

/// A connection to what spreads or commands malware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which program made it.
    pub program: Text,
    /// MD5 of the program, in hexadecimal.
    pub md5: Text,
    /// SHA-256 of it.
    pub sha256: Text,
    /// Where it went.
    pub target: IpAddr,
}

/// The operating system of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct System {
    /// Its name.
    pub name: Text,
    /// When it was brought up to date last, as the product says it.
    pub updated: Text,
}

/// What protects a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Protection {
    /// Whether files are watched as they are used.
    pub is_watched: bool,
    /// Whether a firewall is on.
    pub has_firewall: bool,
}

/// There is no room for more machines: [`MAX_MACHINES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a report names {MAX_MACHINES} machines at the most")]
pub struct TooMany;

/// What one product saw, up to one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub(crate) product: Text,
    pub(crate) at: u64,
    pub(crate) malware: Vec<(Machine, Malware)>,
    pub(crate) connections: Vec<(Machine, Connection)>,
    pub(crate) systems: Vec<(Machine, System)>,
    pub(crate) protections: Vec<(Machine, Protection)>,
    pub(crate) outdated: u32,
}

impl Report {
    /// An empty one of a product, at so many seconds since 1970.
    #[must_use]
    pub const fn new(product: Text, at: u64) -> Self {
        Self {
            product,
            at,
            malware: Vec::new(),
            connections: Vec::new(),
            systems: Vec::new(),
            protections: Vec::new(),
            outdated: 0,
        }
    }

    /// How many machines have not been brought up to date for fifteen days.
    pub const fn set_outdated(&mut self, machines: u32) {
        self.outdated = machines;
    }

    /// Tells of malware on a machine.
    ///
    /// # Errors
    /// When the report is full.
    pub fn add_malware(&mut self, machine: Machine, malware: Malware) -> Result<(), TooMany> {
        self.make_room()?;
        self.malware.push((machine, malware));
        Ok(())
    }

    /// Tells of a connection of a machine.
    ///
    /// # Errors
    /// When the report is full.
    pub fn add_connection(&mut self, machine: Machine, connection: Connection) -> Result<(), TooMany> {
        self.make_room()?;
        self.connections.push((machine, connection));
        Ok(())
    }

    /// Tells what a machine runs on.
    ///
    /// # Errors
    /// When the report is full.
    pub fn add_system(&mut self, machine: Machine, system: System) -> Result<(), TooMany> {
        self.make_room()?;
        self.systems.push((machine, system));
        Ok(())
    }

    /// Tells what protects a machine.
    ///
    /// # Errors
    /// When the report is full.
    pub fn add_protection(&mut self, machine: Machine, protection: Protection) -> Result<(), TooMany> {
        self.make_room()?;
        self.protections.push((machine, protection));
        Ok(())
    }

    /// The message that carries it, to be signed with the key of this certificate.
    #[must_use]
    pub fn envelope(&self, issuer: &Issuer, subject: &Text, certificate: &Certificate) -> Envelope {
        Envelope::new(self, issuer, subject, certificate)
    }

    const fn make_room(&self) -> Result<(), TooMany> {
        let machines = self.malware.len() + self.connections.len() + self.systems.len() + self.protections.len();
        if machines < MAX_MACHINES { Ok(()) } else { Err(TooMany) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_four_groups() {
        for good in ["000.00.00.H26", "000.00.00.G14", "1.2.3.4", "000.00.00.12345"] {
            assert_eq!(
                OrganId::parse(good).map(|id| id.as_str().to_owned()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "000.00.00",
            "000.00.00.H26.1",
            "0000.00.00.H26",
            "000.00.00.123456",
            "000..00.H26",
            "000.00.00.H 6",
        ] {
            assert_eq!(OrganId::parse(bad), Err(TextError::OrganId), "{bad:?}");
        }
    }

    #[test]
    fn a_report_has_room_for_so_many_machines() {
        let mut report = Report::new(Text::default(), 0);
        let machine = || Machine {
            ip: [10, 0, 0, 1].into(),
            name: Text::default(),
        };
        for _ in 1..MAX_MACHINES {
            assert_eq!(report.add_malware(machine(), Malware::default()), Ok(()));
        }
        assert_eq!(report.add_system(machine(), System::default()), Ok(()));
        assert_eq!(report.add_protection(machine(), Protection::default()), Err(TooMany));
        assert_eq!(report.add_malware(machine(), Malware::default()), Err(TooMany));
    }
}
