//! Bundles of others: read, checked, and printed equal.

use std::path::{Path, PathBuf};

use anlanh_stix::{BundleReader, Object, Severity};
use serde_json::Value;

/// Where the data is: `ANLANH_DATA`, or `../shared/data` beside the repository or the worktrees.
fn bundles() -> Vec<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let given = std::env::var_os("ANLANH_DATA").map(PathBuf::from);
    let beside = ["../shared/data", "../../shared/data"].map(|folder| home.join(folder));
    let folders = given.into_iter().chain(beside).map(|folder| folder.join("stix"));
    let Some(files) = folders.filter_map(|folder| folder.read_dir().ok()).next() else {
        eprintln!("NOT RUN: no bundles in ../shared/data/stix");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    files
}

#[test]
fn bundles_of_others_are_valid_and_print_back_equal() {
    let mut objects = 0;
    for file in bundles() {
        let bytes = std::fs::read(&file).unwrap();
        let whole = Object::read(&bytes).unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&whole.to_string()).unwrap(),
            read,
            "{}",
            file.display()
        );
        for finding in whole.check() {
            assert_ne!(finding.severity(), Severity::Error, "{}: {finding}", file.display());
        }
        if whole.type_name() != "bundle" {
            continue;
        }
        let mut reader = BundleReader::new(bytes.as_slice());
        let mut streamed = Vec::new();
        for object in reader.by_ref() {
            streamed.push(serde_json::from_str::<Value>(&object.unwrap().to_string()).unwrap());
        }
        assert_eq!(Some(&streamed), read["objects"].as_array(), "{}", file.display());
        assert_eq!(reader.head().unwrap().get("id").unwrap().as_str(), read["id"].as_str());
        objects += streamed.len();
    }
    eprintln!("bundles: {objects} objects read, checked and printed");
}
