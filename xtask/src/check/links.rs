//! Links between documents: every relative target is a file or a folder, every `#anchor` a heading.

use super::Violation;
use super::tree::Tree;

/// Links of Markdown files that lead nowhere.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in tree.files().filter(|file| file.path.ends_with(".md")) {
        for (target, line) in targets(&file.text) {
            if target.contains(':') || target.starts_with("//") {
                continue;
            }
            let (path, anchor) = target
                .split_once('#')
                .map_or((target, None), |(path, anchor)| (path, Some(anchor)));
            let path = if path.is_empty() {
                Some(file.path.clone())
            } else {
                resolve(&file.path, path)
            };
            let Some(path) = path.filter(|path| tree.has(path)) else {
                violations.push(Violation::at(
                    &file.path,
                    line,
                    format!("links to {target}, which does not exist"),
                ));
                continue;
            };
            let Some(anchor) = anchor else {
                continue;
            };
            if !tree
                .text(&path)
                .is_ok_and(|text| anchors(text).any(|known| known == anchor))
            {
                violations.push(Violation::at(
                    &file.path,
                    line,
                    format!("links to {target}, which is no heading"),
                ));
            }
        }
    }
    violations
}

/// Targets of `[text](target)`, `[name]: target`, `src="target"` and `href="target"`, with their lines; not those in
/// code.
fn targets(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (line, number) in text.lines().zip(1..) {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for prose in line.split('`').step_by(2) {
            for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
                let ends = prose.split(open).skip(1).filter_map(|rest| rest.split_once(close));
                found.extend(ends.map(|(target, _)| (target, number)));
            }
        }
        if line.starts_with('[')
            && let Some((_, target)) = line.split_once("]: ")
        {
            found.push((target.trim(), number));
        }
    }
    found
}

/// A relative target, seen from the file that names it; `None` when it leaves the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The anchors that a renderer makes of a document's headings.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(text: &str, expected: &[&str]) {
        let tree = Tree::of(&[
            ("README.md", "# Hello, World\n"),
            ("docs/a.md", text),
            ("docs/adr/1.md", "# One\n## Tiếng Việt\n"),
        ]);
        let found: Vec<String> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn good_links_pass() {
        expect("[a](adr/1.md) [b](../README.md#hello-world) [c](#here)\n# Here\n", &[]);
        expect(
            "[a](adr) ![b](https://example.org/x.png) <a href=\"adr/1.md#tiếng-việt\">\n[x]: adr/1.md\n",
            &[],
        );
    }

    #[test]
    fn bad_links_are_found() {
        expect("\n[a](b.md)\n", &["docs/a.md:2: links to b.md, which does not exist"]);
        expect(
            "[a](../../x.md)\n",
            &["docs/a.md:1: links to ../../x.md, which does not exist"],
        );
        expect(
            "[a](adr/1.md#two)\n",
            &["docs/a.md:1: links to adr/1.md#two, which is no heading"],
        );
        expect(
            "<img src=\"x.png\">\n",
            &["docs/a.md:1: links to x.png, which does not exist"],
        );
        expect(
            "[x]: gone.md\n",
            &["docs/a.md:1: links to gone.md, which does not exist"],
        );
    }

    #[test]
    fn code_is_not_prose() {
        expect("`[a](b.md)`\n```\n[a](b.md)\n```\n", &[]);
    }
}
