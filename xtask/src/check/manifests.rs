//! Manifests of the workspace's crates: versions and lints come from the workspace, only `lib/` is published.

use anyhow::Context as _;
use toml::{Table, Value};

use super::{Graph, Violation, tree::Tree};

/// Violations in every member's manifest.
pub fn check(tree: &Tree, graph: &Graph) -> anyhow::Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for (room, _) in graph.rooms() {
        let path = format!("{room}/Cargo.toml");
        let manifest = tree.text(&path)?.parse().with_context(|| format!("parse {path}"))?;
        violations.extend(
            one(room, &manifest)
                .into_iter()
                .map(|message| Violation::new(&path, message)),
        );
    }
    Ok(violations)
}

fn is_from_workspace(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

fn one(room: &str, manifest: &Table) -> Vec<String> {
    let mut messages = Vec::new();
    if !is_from_workspace(manifest.get("lints")) {
        messages.push("does not take its lints from the workspace".to_owned());
    }
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let entries = manifest.get(section).and_then(Value::as_table).into_iter().flatten();
        for (name, value) in entries.filter(|(_, value)| !is_from_workspace(Some(value))) {
            messages.push(format!("does not take {name} from the workspace: {value}"));
        }
    }
    let package = manifest.get("package").and_then(Value::as_table);
    let field = |name: &str| package.and_then(|package| package.get(name));
    for name in ["edition", "license", "rust-version"] {
        if !is_from_workspace(field(name)) {
            messages.push(format!("does not take {name} from the workspace"));
        }
    }
    let is_published = field("publish").and_then(Value::as_bool) != Some(false);
    if is_published != room.starts_with("lib/") {
        messages.push("is published, or not, against its room: what is in lib/ is, the rest is not".to_owned());
    }
    if !is_published && field("version").and_then(Value::as_str) != Some("0.0.0") {
        messages.push("is not published but has a version other than 0.0.0".to_owned());
    }
    let folder = room.rsplit('/').next().unwrap_or(room);
    let name = field("name").and_then(Value::as_str).unwrap_or_default();
    if name.strip_prefix("anlanh-").unwrap_or(name) != folder {
        messages.push(format!("package {name} is not named after its folder"));
    }
    if field("description").is_none() {
        messages.push("does not say in `description` what the crate is, and what it does not know".to_owned());
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "
        [package]
        name = 'anlanh-a'
        version = '0.0.0'
        description = 'A.'
        edition.workspace = true
        license.workspace = true
        rust-version.workspace = true
        publish = false
        [dependencies]
        b.workspace = true
        c = { workspace = true, features = ['d'] }
        [lints]
        workspace = true";

    #[track_caller]
    fn expect(room: &str, from: &str, to: &str, count: usize) {
        assert!(GOOD.contains(from), "{from}");
        let messages = one(room, &GOOD.replace(from, to).parse().unwrap());
        assert_eq!(messages.len(), count, "{messages:?}");
    }

    #[test]
    fn members_follow_the_workspace() {
        expect("crates/a", "'A.'", "'A.'", 0);
        expect("crates/a", "b.workspace = true", "b = '1'", 1);
        expect("crates/a", "workspace = true, features", "version = '1', features", 1);
        expect("crates/a", "edition.workspace = true", "edition = '2024'", 1);
        expect("crates/a", "[lints]", "[other]", 1);
        expect("crates/a", "version = '0.0.0'", "version = '0.1.0'", 1);
        expect("crates/a", "description = 'A.'", "", 1);
        expect("crates/b", "'A.'", "'A.'", 1);
        expect("lib/a", "'A.'", "'A.'", 1);
        expect("lib/a", "publish = false", "publish = true", 0);
    }
}
