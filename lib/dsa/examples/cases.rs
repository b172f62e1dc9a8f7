//! Runs a file of cases against the rules and tells where they disagree: `cases FILE`.
//!
//! The file has a `base` statement, `cases` that set some of its fields (`null` takes one away) with the status (`expect`)
//! and the `error_fields` that the database answers, and how many statements (`n`) a `batch` may have. What a batch case
//! says in words alone, about tokens and rates, is of the server and not of statements; it is listed as not run.

use std::io::Write;
use std::process::ExitCode;

use anlanh_dsa::{Statement, batch};
use serde_json::{Value, json};

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of cases")?;
    let cases: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    let base = cases.get("base").ok_or("the file has no base")?;
    let list = |name: &str| cases.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    let (mut agreed, mut disagreed, mut not_run) = (0, 0, 0);
    for case in list("cases") {
        let name = case.get("name").and_then(Value::as_str).unwrap_or_default();
        let expected = (case.get("expect").cloned(), sorted(case.get("error_fields")));
        let found = single(base, case.get("set"));
        if expected == found {
            agreed += 1;
        } else {
            disagreed += 1;
            writeln!(out, "differs: {name}: {expected:?} and {found:?}")?;
        }
    }
    for case in list("batch") {
        let name = case.get("name").and_then(Value::as_str).unwrap_or_default();
        let n = case.get("n").and_then(Value::as_u64);
        let Some(status) = batched(base, n, name) else {
            not_run += 1;
            writeln!(out, "not of statements: {name}")?;
            continue;
        };
        if case.get("expect") == Some(&json!(status)) {
            agreed += 1;
        } else {
            disagreed += 1;
            writeln!(out, "differs: {name}: {status}")?;
        }
    }
    writeln!(out, "{agreed} agree, {disagreed} differ, {not_run} not of statements")?;
    Ok(if disagreed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn sorted(fields: Option<&Value>) -> Vec<String> {
    let fields = fields.and_then(Value::as_array).into_iter().flatten();
    let mut fields: Vec<String> = fields.filter_map(|field| field.as_str().map(str::to_owned)).collect();
    fields.sort();
    fields
}

fn single(base: &Value, set: Option<&Value>) -> (Option<Value>, Vec<String>) {
    let mut statement = base.clone();
    let changes = set.and_then(Value::as_object).into_iter().flatten();
    if let Some(fields) = statement.as_object_mut() {
        fields.extend(changes.map(|(field, value)| (field.clone(), value.clone())));
    }
    match Statement::from_json(&statement) {
        Ok(_) => (Some(json!(201)), Vec::new()),
        Err(faults) => {
            let fields = faults.into_iter().map(|fault| fault.field.to_owned()).collect();
            (Some(json!(422)), fields)
        }
    }
}

/// The status of a batch of that many statements; of those that are told in words, by what the words are about.
fn batched(base: &Value, n: Option<u64>, name: &str) -> Option<u16> {
    let statement = |place: u64| {
        let mut statement = base.clone();
        if let Some(fields) = statement.as_object_mut() {
            fields.insert("puid".to_owned(), json!(format!("case-{place}")));
        }
        statement
    };
    let mut statements: Vec<Value> = (0..n.unwrap_or(10)).map(statement).collect();
    let third = statements.get_mut(3).and_then(Value::as_object_mut);
    let mut is_known = false;
    match (n, third) {
        (Some(_), _) => {}
        (None, Some(third)) if name.contains("one bad") => {
            third.insert("category".to_owned(), json!("NO_SUCH_CODE"));
        }
        (None, Some(third)) if name.contains("twice") => {
            third.insert("puid".to_owned(), json!("case-0"));
        }
        (None, _) if name.contains("already stored") => is_known = true,
        (None, _) => return None,
    }
    let taken = batch::from_json(&json!({ "statements": statements }), |_| is_known);
    Some(if taken.is_ok() { 201 } else { 422 })
}
