//! The two commands everything hangs on: README's first screen names them, `.ci/run` runs the tests just so.

use super::Violation;

const SERVE: &str = "cargo run --release -- serve";
const TEST: &str = "cargo test --workspace";
const FIRST_SCREEN_LINES: usize = 60;

/// Where README and `.ci/run` do not agree.
pub fn check(readme: &str, ci: &str) -> Vec<Violation> {
    let mut violations = Vec::new();
    for command in [SERVE, TEST] {
        if !readme
            .lines()
            .take(FIRST_SCREEN_LINES)
            .any(|line| line.trim() == command)
        {
            violations.push(Violation::new(
                "README.md",
                format!("the first screen lacks a line `{command}`"),
            ));
        }
    }
    if !ci.lines().any(|line| line.trim() == TEST) {
        violations.push(Violation::new(
            ".ci/run",
            format!("does not run `{TEST}` on a line of its own"),
        ));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_on_lines_of_their_own() {
        let readme = format!("# A\n{SERVE}\n{TEST}\n");
        assert_eq!(check(&readme, &format!("set -e\n{TEST}\n")), []);
        assert_eq!(check(&readme, &format!("{TEST} --release\n")).len(), 1);
        assert_eq!(check(&format!("Run {SERVE}.\n{TEST}\n"), TEST).len(), 1);
        assert_eq!(
            check(&format!("{}{readme}", "\n".repeat(FIRST_SCREEN_LINES)), TEST).len(),
            2
        );
    }
}
