//! Templates: what a record has, in which order.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Bytes;
use crate::limits::{MAX_TEMPLATE_FIELDS, MAX_TEMPLATES};

/// Who sends templates, and by which protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    pub exporter: IpAddr,
    pub domain: u32,
    pub version: u8,
}

/// A field of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// The number of an element of IANA; none for those of enterprises.
    pub element: Option<u16>,
    /// Its bytes; 65,535 where each record says how many.
    pub len: u16,
}

impl Field {
    pub(super) const VARIABLE: u16 = u16::MAX;

    /// Bytes that it has at the least.
    pub(super) const fn least(self) -> usize {
        match self.len {
            Self::VARIABLE => 1,
            len => len as usize,
        }
    }
}

/// What a template is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Template {
    Flows(Vec<Field>),
    /// Of the exporter itself; passed over.
    Options,
}

/// The templates that are known.
#[derive(Debug, Default)]
pub(super) struct Templates {
    known: BTreeMap<(Owner, u16), (Template, u64)>,
    /// Rises with each use.
    uses: u64,
}

impl Templates {
    pub(super) fn find(&mut self, owner: Owner, id: u16) -> Option<&Template> {
        let (template, used) = self.known.get_mut(&(owner, id))?;
        self.uses += 1;
        *used = self.uses;
        Some(template)
    }

    /// Reads a set of templates.
    pub(super) fn read(&mut self, owner: Owner, set: &mut Bytes<'_>) -> Option<()> {
        while set.0.len() >= 4 {
            let (id, count) = (set.u16()?, set.u16()?);
            // Padding; and a template without fields is taken back.
            if id < 256 {
                return Some(());
            }
            if count == 0 {
                self.known.remove(&(owner, id));
                continue;
            }
            let mut fields = Vec::new();
            for _ in 0..count {
                let (element, len) = (set.u16()?, set.u16()?);
                let is_enterprise = owner.version == 10 && element & 0x8000 != 0;
                if is_enterprise {
                    set.take(4)?;
                }
                let element = (!is_enterprise).then_some(element);
                fields.push(Field { element, len });
            }
            if fields.len() <= MAX_TEMPLATE_FIELDS {
                self.keep(owner, id, Template::Flows(fields));
            }
        }
        Some(())
    }

    /// Reads a set of templates of options: which numbers they have is enough.
    pub(super) fn read_options(&mut self, owner: Owner, set: &mut Bytes<'_>) -> Option<()> {
        while set.0.len() >= 6 {
            let (id, first, second) = (set.u16()?, set.u16()?, set.u16()?);
            if id < 256 {
                return Some(());
            }
            self.keep(owner, id, Template::Options);
            if owner.version == 9 {
                // Lengths of scopes and options, in bytes.
                set.take(usize::from(first) + usize::from(second))?;
                continue;
            }
            for _ in 0..first {
                let (element, _) = (set.u16()?, set.u16()?);
                if element & 0x8000 != 0 {
                    set.take(4)?;
                }
            }
        }
        Some(())
    }

    fn keep(&mut self, owner: Owner, id: u16, template: Template) {
        self.uses += 1;
        self.known.insert((owner, id), (template, self.uses));
        if self.known.len() > MAX_TEMPLATES {
            let oldest = self
                .known
                .iter()
                .min_by_key(|(_, (_, used))| *used)
                .map(|(key, _)| *key);
            if let Some(oldest) = oldest {
                self.known.remove(&oldest);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }
}
