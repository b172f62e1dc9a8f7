//! Every warning list of MISP, asked by us and by the library of its makers.

use std::fs::File;

use anlanh_misp::WarningList;
use serde_json::{Value, json};

use crate::peer::ask;

/// Values that are asked of every list.
const ALWAYS: [&str; 14] = [
    "8.8.8.8",
    "1.1.1.1",
    "10.1.2.3",
    "192.0.2.7",
    "2606:4700:4700::1111",
    "2001:db8::1",
    "google.com",
    "www.google.com",
    "http://docs.google.com/x",
    "vnexpress.net",
    "evil.example",
    "d41d8cd98f00b204e9800998ecf8427e",
    "a@gmail.com",
    "github.com",
];

/// Values near what is on a list: some of it, and that with something before, behind or below it.
fn near(file: &str) -> Vec<String> {
    let list: Value = serde_json::from_reader(std::io::BufReader::new(File::open(file).unwrap())).unwrap();
    let values = list["list"].as_array().unwrap();
    let step = (values.len() / 8).max(1);
    let picked = values.iter().step_by(step).filter_map(Value::as_str);
    let mut asked: Vec<String> = ALWAYS.iter().map(|text| (*text).to_owned()).collect();
    for value in picked {
        let name = value.trim_start_matches('.');
        asked.push(value.to_owned());
        asked.push(format!("x.{name}"));
        asked.push(format!("x{name}"));
        asked.push(format!("http://y.{name}/z"));
        asked.push(value.split('/').next().unwrap().to_owned());
    }
    asked
}

#[test]
fn lists_say_the_same_of_the_same_values() {
    let Some(answers) = ask(&[json!({"ask": "lists"})]) else {
        return;
    };
    let files: Vec<&str> = answers[0]["lists"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let questions: Vec<Value> = files
        .iter()
        .map(|file| json!({"ask": "warnings", "list": file, "values": near(file)}))
        .collect();
    let answers = ask(&questions).unwrap();
    let (mut compared, mut on, mut differ) = (0, 0, Vec::new());
    for ((file, question), answer) in files.iter().zip(&questions).zip(&answers) {
        let (list, bad) = WarningList::read(File::open(file).unwrap()).unwrap();
        // Phone numbers are told apart by looking ahead, which takes more than linear time.
        let few = bad.len() * 10 <= 1 + question["values"].as_array().unwrap().len();
        assert!(few, "{file}: {} values cannot be used", bad.len());
        // It does not ask lists of regular expressions.
        if answer["type"] == "regex" {
            continue;
        }
        let values = question["values"].as_array().unwrap().iter().filter_map(Value::as_str);
        // Names have no case, and it compares them as if they had.
        let has_capitals = |value: &str| value.contains(|letter: char| letter.is_ascii_uppercase());
        let answers = values.zip(answer["on"].as_array().unwrap());
        for (value, theirs) in answers.filter(|(value, _)| !has_capitals(value)) {
            compared += 1;
            on += usize::from(list.has(value));
            if json!(list.has(value)) != *theirs {
                differ.push(format!("{file}: {value}: ours {}, theirs {theirs}", list.has(value)));
            }
        }
    }
    eprintln!(
        "warning lists: {} lists, {compared} values asked, {on} on them, {} differ",
        files.len(),
        differ.len()
    );
    assert!(files.len() > 100 && on > 1_000);
    assert!(differ.is_empty(), "{}", differ[..differ.len().min(30)].join("\n"));
}
