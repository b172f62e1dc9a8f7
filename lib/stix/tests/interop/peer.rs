//! What the libraries of others say.

use serde_json::Value;

/// What it says: whether it holds (`None` where it failed), and everything else.
pub struct Answer {
    pub holds: Option<bool>,
    pub said: Value,
}

/// The answers to questions, in their order; nothing where the programs are not there.
pub fn ask(questions: &[Value]) -> Option<Vec<Answer>> {
    let questions: Vec<String> = questions.iter().map(Value::to_string).collect();
    let modules = "stix2, stix2matcher, stix2patterns, stix2validator";
    let package = env!("CARGO_MANIFEST_DIR");
    let said = anlanh_testkit::asked_of_python(package, "tests/interop/peer.py", modules, &questions)?;
    let answer = |line: &String| {
        let said: Value = serde_json::from_str(line).unwrap();
        let holds = said.get("holds").and_then(Value::as_bool);
        Answer { holds, said }
    };
    Some(said.iter().map(answer).collect())
}
