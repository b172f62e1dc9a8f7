//! Crate edges: the table in ARCHITECTURE.md against what Cargo resolved.
//!
//! A row is `| room | rooms it uses | packages it never reaches |`, names in backticks. The second column is exact, so
//! that the table neither forbids what is done nor permits what is not; the third holds through any number of steps.

use std::collections::BTreeSet;

use anyhow::Context as _;

use super::{Graph, Violation, graph::Scope};

const HEADING: &str = "| room | uses | never reaches |";

struct Row<'a> {
    room: &'a str,
    uses: BTreeSet<&'a str>,
    never: BTreeSet<&'a str>,
}

fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn parse(document: &str) -> anyhow::Result<Vec<Row<'_>>> {
    let (_, table) = document
        .split_once(HEADING)
        .with_context(|| format!("find the table {HEADING:?}"))?;
    let mut rows = Vec::new();
    for line in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let [room, uses, never] = cells.as_slice() else {
            anyhow::bail!("read the row {line:?}: it has not three cells");
        };
        rows.push(Row {
            room: names(room)
                .next()
                .with_context(|| format!("find the room in {line:?}"))?,
            uses: names(uses).collect(),
            never: names(never).collect(),
        });
    }
    Ok(rows)
}

/// Violations of the table, and of the tree against the table.
pub fn check(document: &str, graph: &Graph) -> anyhow::Result<Vec<Violation>> {
    let rows = parse(document)?;
    let mut violations = Vec::new();
    for row in &rows {
        if !graph.rooms().any(|(room, _)| room == row.room) {
            violations.push(Violation::new(
                "ARCHITECTURE.md",
                format!("room {} does not exist", row.room),
            ));
        }
    }
    for (room, package) in graph.rooms() {
        let Some(row) = rows.iter().find(|row| row.room == room) else {
            violations.push(Violation::new(
                "ARCHITECTURE.md",
                format!("room {room} is missing from the table"),
            ));
            continue;
        };
        let shipped = package
            .uses
            .iter()
            .filter(|dependency| dependency.scope == Scope::Shipped);
        let uses = shipped.filter_map(|dependency| graph.target(dependency)?.room.as_deref());
        let uses: BTreeSet<&str> = uses.collect();
        for extra in uses.difference(&row.uses) {
            violations.push(Violation::new(
                room,
                format!("uses {extra}, which the table does not allow"),
            ));
        }
        for stale in row.uses.difference(&uses) {
            violations.push(Violation::new(
                room,
                format!("does not use {stale}, which the table claims"),
            ));
        }
        for reached in graph.reach(package).intersection(&row.never) {
            violations.push(Violation::new(room, format!("reaches {reached}, which it must never")));
        }
    }
    Ok(violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(table: &str, rows: &[(&str, Option<&str>, &[&str])]) -> Vec<String> {
        let document = format!("text\n\n{HEADING}\n|---|---|---|\n{table}\n\nmore text");
        let violations = check(&document, &Graph::from_rows(rows)).unwrap();
        violations.iter().map(ToString::to_string).collect()
    }

    const GOOD: &str = "| `lib/a` | — | `tokio` |\n| `crates/b` | `lib/a` | — |";

    #[test]
    fn a_tree_that_keeps_to_its_table_passes() {
        let rows: &[(&str, Option<&str>, &[&str])] = &[
            ("a", Some("lib/a"), &["test:tokio"]),
            ("b", Some("crates/b"), &["a", "tokio"]),
            ("tokio", None, &[]),
        ];
        assert_eq!(found(GOOD, rows), [""; 0]);
    }

    #[test]
    fn a_ban_holds_through_other_packages() {
        let rows: &[(&str, Option<&str>, &[&str])] = &[
            ("a", Some("lib/a"), &["quiet"]),
            ("b", Some("crates/b"), &["a"]),
            ("quiet", None, &["tokio"]),
            ("tokio", None, &["quiet"]),
        ];
        assert_eq!(found(GOOD, rows), ["lib/a: reaches tokio, which it must never"]);
    }

    #[test]
    fn edges_are_neither_more_nor_fewer_than_the_table_says() {
        let rows: &[(&str, Option<&str>, &[&str])] = &[("a", Some("lib/a"), &["b"]), ("b", Some("crates/b"), &[])];
        assert_eq!(
            found(GOOD, rows),
            [
                "lib/a: uses crates/b, which the table does not allow",
                "crates/b: does not use lib/a, which the table claims",
            ]
        );
    }

    #[test]
    fn rooms_and_rows_go_together() {
        let rows: &[(&str, Option<&str>, &[&str])] = &[("a", Some("lib/a"), &[]), ("c", Some("crates/c"), &[])];
        assert_eq!(
            found(GOOD, rows),
            [
                "ARCHITECTURE.md: room crates/b does not exist",
                "ARCHITECTURE.md: room crates/c is missing from the table",
            ]
        );
    }

    #[test]
    fn a_document_without_the_table_is_an_error() {
        assert!(check("nothing here", &Graph::default()).is_err());
    }
}
