//! What the libraries of others say.

use serde_json::Value;

/// The answers to questions, in their order; nothing where the libraries are not there.
pub fn ask(questions: &[Value]) -> Option<Vec<Value>> {
    let questions: Vec<String> = questions.iter().map(Value::to_string).collect();
    let modules = "pymisp, misp_stix_converter, pymispwarninglists";
    let package = env!("CARGO_MANIFEST_DIR");
    let said = anlanh_testkit::asked_of_python(package, "tests/interop/peer.py", modules, &questions)?;
    Some(said.iter().map(|line| serde_json::from_str(line).unwrap()).collect())
}
