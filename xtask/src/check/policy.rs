//! `deny.toml`: which licences and packages are accepted. The same file serves `cargo deny` for those who have the
//! network; here it is read with less, so that one list serves both.

use std::collections::BTreeMap;

use anyhow::Context as _;
use toml::Value;

use super::{Graph, Violation};

/// What `deny.toml` says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Accepted SPDX identifiers.
    pub licences: Vec<String>,
    /// Further identifiers, each for one package.
    pub exceptions: BTreeMap<String, Vec<String>>,
    /// Banned packages, each with the packages that may use it nevertheless.
    pub bans: BTreeMap<String, Vec<String>>,
}

fn strings(value: Option<&Value>) -> anyhow::Result<Vec<String>> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    let array = value.as_array().context("expect an array")?;
    let strings = array
        .iter()
        .map(|item| item.as_str().map(str::to_owned).context("expect a string"));
    strings.collect()
}

fn tables(value: Option<&Value>) -> impl Iterator<Item = &toml::Table> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
}

fn package(table: &toml::Table) -> anyhow::Result<String> {
    let name = table.get("crate").and_then(Value::as_str).context("expect `crate`")?;
    Ok(name.to_owned())
}

impl Policy {
    /// Reads the file's text.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let file: toml::Table = text.parse().context("parse deny.toml")?;
        let (licences, bans) = (file.get("licenses"), file.get("bans"));
        let mut policy = Self {
            licences: strings(licences.and_then(|section| section.get("allow"))).context("read licenses.allow")?,
            ..Self::default()
        };
        for table in tables(licences.and_then(|section| section.get("exceptions"))) {
            let allowed = strings(table.get("allow")).context("read licenses.exceptions")?;
            policy.exceptions.insert(package(table)?, allowed);
        }
        for table in tables(bans.and_then(|section| section.get("deny"))) {
            let wrappers = strings(table.get("wrappers")).context("read bans.deny")?;
            policy.bans.insert(package(table)?, wrappers);
        }
        anyhow::ensure!(!policy.licences.is_empty(), "deny.toml accepts no licence");
        Ok(policy)
    }
}

/// Uses of banned packages by others than their wrappers.
pub fn banned(policy: &Policy, graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for user in &graph.packages {
        for used in user.uses.iter().filter_map(|dependency| graph.target(dependency)) {
            if policy
                .bans
                .get(&used.name)
                .is_some_and(|wrappers| !wrappers.contains(&user.name))
            {
                let message = format!("uses {}, which deny.toml keeps from it", used.name);
                violations.push(Violation::new(&user.name, message));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "
        [licenses]
        allow = ['MIT']
        exceptions = [{ crate = 'odd', allow = ['MPL-2.0'] }]
        [bans]
        deny = [{ crate = 'axum', wrappers = ['web'] }, { crate = 'openssl' }]";

    #[test]
    fn the_file_is_read_whole() {
        let policy = Policy::parse(FILE).unwrap();
        assert_eq!(policy.licences, ["MIT"]);
        assert_eq!(policy.exceptions["odd"], ["MPL-2.0"]);
        assert_eq!(policy.bans["axum"], ["web"]);
        assert!(policy.bans["openssl"].is_empty());
        assert!(Policy::parse("[licenses]\nallow = [1]").is_err());
        assert!(Policy::parse("").is_err());
    }

    #[test]
    fn only_wrappers_use_what_is_banned() {
        let policy = Policy::parse(FILE).unwrap();
        let graph = Graph::from_rows(&[
            ("web", Some("crates/web"), &["axum"]),
            ("server", Some("crates/server"), &["web", "test:axum"]),
            ("axum", None, &["openssl"]),
            ("openssl", None, &[]),
        ]);
        let found: Vec<String> = banned(&policy, &graph).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "server: uses axum, which deny.toml keeps from it",
                "axum: uses openssl, which deny.toml keeps from it",
            ]
        );
    }
}
