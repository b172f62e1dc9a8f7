//! Orders of authorities as everybody may read them, in the words of the notices that Lumen (lumendatabase.org) collects.
//!
//! Of what an order is aimed at there is the kind and, of addresses, the host: no path, no account, no reference of the
//! platform's. Of the order there is no number, no signer and no reason in words.

use serde::Serialize;

/// An order that is over, and no longer confidential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// Its id at this node.
    pub id: String,
    /// `GovernmentRequest`.
    #[serde(rename = "type")]
    pub form: &'static str,
    /// By whom it was ordered, in a line.
    pub title: String,
    /// Key of what was ordered.
    pub order: &'static str,
    /// The office.
    pub sender_name: String,
    /// The platform.
    pub recipient_name: String,
    /// The day of issue.
    pub date_sent: String,
    /// The day on which it came.
    pub date_received: String,
    /// What was done.
    pub action_taken: ActionTaken,
    /// `vn`.
    pub jurisdictions: [&'static str; 1],
    /// The articles that it cites.
    pub laws_referenced: Vec<String>,
    /// What kind of violation it speaks of.
    pub topics: Vec<String>,
    /// What it was aimed at.
    pub works: Vec<Work>,
    /// Where it stands in the public log.
    pub log_entry: Option<u64>,
}

/// What was done about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ActionTaken {
    /// All of it.
    Yes,
    /// A part of it.
    Partial,
    /// None of it.
    No,
}

/// One thing that an order is aimed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Key of what it is.
    pub description: &'static str,
    /// The host of an address, or the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// Notices, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notices {
    /// The notices.
    pub notices: Vec<Notice>,
    /// Where the next page begins; none on the last.
    pub next: Option<String>,
}

impl ActionTaken {
    /// What it is when so many of so many lines were carried out.
    #[must_use]
    pub const fn of(carried_out: usize, lines: usize) -> Self {
        match carried_out {
            0 => Self::No,
            some if some < lines => Self::Partial,
            _ => Self::Yes,
        }
    }
}

impl Work {
    /// An address of a page: its host alone.
    #[must_use]
    pub fn address(address: &str) -> Self {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        Self {
            description: "url",
            host: Some(host.to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_by_its_host_alone() {
        let check = |address: &str, host: &str| assert_eq!(Work::address(address).host.as_deref(), Some(host));
        check("https://Vi-Du.vn/tai-khoan/lan?x=1#y", "vi-du.vn");
        check("http://lan:mk@vi-du.vn:8080/a", "vi-du.vn:8080");
        check("https://vi-du.vn?lan", "vi-du.vn");
    }

    #[test]
    fn what_was_done_is_all_a_part_or_nothing() {
        let check = |done, lines, expected| assert_eq!(ActionTaken::of(done, lines), expected);
        check(0, 2, ActionTaken::No);
        check(1, 2, ActionTaken::Partial);
        check(2, 2, ActionTaken::Yes);
        check(0, 0, ActionTaken::No);
    }
}
