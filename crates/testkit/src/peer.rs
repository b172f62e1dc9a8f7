//! Programs of another make, asked all questions at once: a line of JSON each, and a line for an answer.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Where `.ci/run` puts a Python with what programs of another make need, from the folder of a package.
const PYTHON: &str = "../../target/others/bin/python";

/// The answers of a script to questions, in their order; nothing where the Python that `.ci/run` makes has not these modules. In CI
/// that is no excuse.
///
/// `package` is the folder of the package that asks, `script` is in it.
#[must_use]
pub fn asked_of_python(package: &str, script: &str, modules: &str, questions: &[String]) -> Option<Vec<String>> {
    let python = Path::new(package).join(PYTHON);
    let import = format!("import {modules}");
    let probed = Command::new(&python).args(["-c", &import]).output();
    if !probed.is_ok_and(|out| out.status.success()) {
        let message = format!("NOT RUN: no Python with {modules} in target/others; .ci/run puts it there");
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return None;
    }
    let child = Command::new(python)
        .arg(Path::new(package).join(script))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.expect("the script begins");
    let mut lines = String::new();
    for question in questions {
        lines.push_str(question);
        lines.push('\n');
    }
    let mut input = child.stdin.take().expect("a pipe to the script");
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).is_ok());
    let out = child.wait_with_output().expect("what the script said");
    assert!(
        writing.join().expect("the questions were written"),
        "the script read all questions"
    );
    let said = String::from_utf8(out.stdout).expect("answers are text");
    let answers: Vec<String> = said.lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), questions.len(), "an answer for every question");
    Some(answers)
}
