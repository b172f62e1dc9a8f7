//! What the tree promises in its documents, held against what it is.
//!
//! Every check is a pure function from texts or from the [`Graph`] to the violations it found, with a test that shows
//! it can fail. `cargo xtask check` prints them all; the same checks are tests, so `cargo test --workspace` cannot pass
//! without them. No check may know what another one looks for.

mod edges;
mod graph;
mod licences;
mod links;
mod manifests;
mod policy;
mod promises;
mod shipped;
mod source;
mod tidy;
mod tree;
mod unused;

use std::fmt;

use graph::Graph;
use policy::Policy;
use tree::Tree;

/// One broken promise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    /// File (with line where there is one) or package.
    place: String,
    message: String,
}

impl Violation {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), message)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// A check by name.
struct Check {
    name: &'static str,
    run: fn(&Tree, &Graph) -> anyhow::Result<Vec<Violation>>,
}

const CHECKS: [Check; 9] = [
    Check {
        name: "edges",
        run: |tree, graph| edges::check(tree.text("ARCHITECTURE.md")?, graph),
    },
    Check {
        name: "bans",
        run: |tree, graph| Ok(policy::banned(&Policy::parse(tree.text("deny.toml")?)?, graph)),
    },
    Check {
        name: "licences",
        run: |tree, graph| Ok(licences::check(&Policy::parse(tree.text("deny.toml")?)?, graph)),
    },
    Check {
        name: "manifests",
        run: |tree, graph| manifests::check(tree, graph),
    },
    Check {
        name: "shipped",
        run: |_, _| shipped::check(&shipped::packages()?),
    },
    Check {
        name: "unused",
        run: |tree, graph| Ok(unused::check(tree, graph)),
    },
    Check {
        name: "tidy",
        run: |tree, _| {
            Ok(tree
                .files()
                .flat_map(|file| tidy::check(&file.path, &file.text))
                .collect())
        },
    },
    Check {
        name: "links",
        run: |tree, _| Ok(links::check(tree)),
    },
    Check {
        name: "promises",
        run: |tree, _| Ok(promises::check(tree.text("README.md")?, tree.text(".ci/run")?)),
    },
];

/// Runs every check, prints what each found, fails when there is anything.
pub fn run() -> anyhow::Result<()> {
    let (tree, graph) = (Tree::read()?, Graph::read()?);
    let mut report = String::new();
    for check in CHECKS {
        for violation in (check.run)(&tree, &graph)? {
            report.push_str(&format!("[{}] {violation}\n", check.name));
        }
    }
    let path = crate::tables::path();
    if std::fs::read_to_string(&path)? != crate::tables::render()? {
        report.push_str("[tables] run `cargo xtask tables` and commit the result\n");
    }
    anyhow::ensure!(report.is_empty(), "the tree breaks its promises\n{report}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree itself, under one check.
    fn holds(name: &str) {
        let check = CHECKS.iter().find(|check| check.name == name).unwrap();
        let violations = (check.run)(&Tree::read().unwrap(), &Graph::read().unwrap()).unwrap();
        let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    #[test]
    fn crates_keep_to_the_edges_of_the_architecture() {
        holds("edges");
    }

    #[test]
    fn banned_packages_are_reached_only_where_they_may_be() {
        holds("bans");
    }

    #[test]
    fn every_dependency_has_an_accepted_licence() {
        holds("licences");
    }

    #[test]
    fn every_crate_takes_versions_and_lints_from_the_workspace() {
        holds("manifests");
    }

    #[test]
    fn what_tests_alone_need_does_not_ship() {
        holds("shipped");
    }

    #[test]
    fn every_dependency_is_used() {
        holds("unused");
    }

    #[test]
    fn every_file_is_tidy() {
        holds("tidy");
    }

    #[test]
    fn every_link_between_documents_leads_somewhere() {
        holds("links");
    }

    #[test]
    fn the_readme_and_ci_run_the_same_commands() {
        holds("promises");
    }
}
