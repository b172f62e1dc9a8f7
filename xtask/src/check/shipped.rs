//! What ships, as Cargo would build it: without what only tests turn on.
//!
//! The [graph](super::Graph) cannot tell, because Cargo's metadata has the features of tests and of the product in one.

use anyhow::Context as _;

use super::Violation;

/// The package that ships.
const SHIPS: &str = "anlanh-server";
/// Packages that are a dependency of what ships only in tests, each with what stands for it otherwise.
const TESTS_ALONE: [(&str, &str); 1] = [("utoipa", "crates/undescribed")];

/// Asks Cargo for the packages that ship, a line each.
pub fn packages() -> anyhow::Result<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let asked = std::process::Command::new(cargo)
        .args(["tree", "--locked", "--package", SHIPS, "--edges", "no-dev"])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(super::tree::root())
        .output()
        .context("ask cargo for its tree")?;
    anyhow::ensure!(
        asked.status.success(),
        "ask cargo for its tree: {}",
        String::from_utf8_lossy(&asked.stderr)
    );
    String::from_utf8(asked.stdout).context("read cargo's tree")
}

/// Packages among those that ship which belong to tests alone.
pub fn check(packages: &str) -> anyhow::Result<Vec<Violation>> {
    let names = || packages.lines().filter_map(|line| line.split(' ').next());
    anyhow::ensure!(names().any(|name| name == SHIPS), "find {SHIPS} in cargo's tree");
    let is_shipped = |(package, _): &&(&str, &str)| names().any(|name| name == *package);
    let told = |(package, instead): &(&str, &str)| {
        Violation::new(
            SHIPS,
            format!("ships {package}, for which {instead} is to stand outside of tests"),
        )
    };
    Ok(TESTS_ALONE.iter().filter(is_shipped).map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(packages: &str) -> Vec<String> {
        check(packages).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_tests_alone_need_does_not_ship() {
        assert_eq!(found("anlanh-server v0.0.0 (/a)\nutoipa-gen v6.0.0\n"), [""; 0]);
        assert_eq!(
            found("anlanh-server v0.0.0 (/a)\nutoipa v6.0.0\nutoipa v6.0.0 (*)\n"),
            ["anlanh-server: ships utoipa, for which crates/undescribed is to stand outside of tests"]
        );
    }

    #[test]
    fn a_tree_of_something_else_is_an_error() {
        assert!(check("").is_err());
    }
}
