//! Dependencies that nothing in a crate's sources names.
//!
//! A word is enough: this is for finding what was forgotten, not for proving use. What is shipped must be named in
//! code that ships, what is for tests anywhere.

use super::graph::{Scope, Use};
use super::source::Source;
use super::tree::Tree;
use super::{Graph, Violation};

/// Unused direct dependencies of the workspace's crates.
pub fn check(tree: &Tree, graph: &Graph) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (room, package) in graph.rooms() {
        let folder = format!("{room}/");
        let (mut shipped, mut everything) = (String::new(), String::new());
        for file in tree
            .files()
            .filter(|file| file.path.starts_with(&folder) && file.path.ends_with(".rs"))
        {
            let source = Source::of(&file.text);
            let is_test = file.path.ends_with("tests.rs") || file.path.contains("/tests/");
            if !is_test {
                shipped.push_str(&source.shipped());
            }
            everything.push_str(&source.code);
        }
        let is_used = |dependency: &Use| match dependency.scope {
            Scope::Shipped => names(&shipped, &dependency.identifier),
            Scope::Tests => names(&everything, &dependency.identifier),
        };
        for dependency in package.uses.iter().filter(|dependency| !is_used(dependency)) {
            violations.push(Violation::new(
                room,
                format!("never names its dependency {}", dependency.identifier),
            ));
        }
    }
    violations
}

fn names(code: &str, identifier: &str) -> bool {
    code.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_named_where_it_is_needed() {
        let graph = Graph::from_rows(&[
            (
                "a",
                Some("crates/a"),
                &[
                    "in-code",
                    "in-tests",
                    "in-comment",
                    "test:for-tests",
                    "test:for-nothing",
                ],
            ),
            ("in-code", None, &[]),
            ("in-tests", None, &[]),
            ("in-comment", None, &[]),
            ("for-tests", None, &[]),
            ("for-nothing", None, &[]),
        ]);
        let lib = "use in_code::A; // in_comment\n#[cfg(test)]\nmod tests {\n    use in_tests::B;\n}\n";
        let tree = Tree::of(&[
            ("crates/a/src/lib.rs", lib),
            ("crates/a/tests/b.rs", "use for_tests::C;\n"),
            ("crates/ab/src/lib.rs", "use in_comment::D;\n"),
        ]);
        let found: Vec<String> = check(&tree, &graph).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "crates/a: never names its dependency in_tests",
                "crates/a: never names its dependency in_comment",
                "crates/a: never names its dependency for_nothing",
            ]
        );
    }
}
