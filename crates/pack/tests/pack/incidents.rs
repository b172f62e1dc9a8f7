//! What a pack says of incidents: clocks, levels, forms and playbooks, each mistake at its place.

use super::{good, mistakes};

/// The good pack with this file beside the others; expects these mistakes and no other.
fn check(path: &str, text: &str, expected: &[&str]) {
    let mut files = good();
    files.push((path.to_owned(), text.as_bytes().to_vec()));
    assert_eq!(mistakes(&files), expected, "{text}");
}

#[test]
fn clocks_levels_and_forms_are_checked() {
    let path = "incidents.toml";
    let clock = |key: &str, severity: &str, report: &str| {
        format!("[[incident_clock]]\nclock = \"{key}\"\nseverities = [\"{severity}\"]\nmet_by = [\"{report}\"]\n")
    };
    check(path, &clock("takedown", "high", "initial"), &[]);
    check(
        path,
        &clock("khong-co", "high", "initial"),
        &["incidents.toml:2:9: there is no clock \"khong-co\""],
    );
    check(
        path,
        &clock("takedown", "grave", "initial"),
        &["incidents.toml:3:15: `severities` is none of low, medium, high, critical: \"grave\""],
    );
    check(
        path,
        &clock("takedown", "high", "first"),
        &["incidents.toml:4:11: `met_by` is none of initial, progress, closing: \"first\""],
    );
    let level = |number: u32| {
        format!(
            "[[level]]\nlevel = {number}\ntitle = {{ vi = \"a\", en = \"a\" }}\nmeaning = {{ vi = \"a\", en = \"a\" }}\nbases = []\nevidence = \"own\"\n"
        )
    };
    check(path, &level(1), &[]);
    check(path, &level(5), &[]);
    check(path, &level(0), &["incidents.toml:2:9: `level` must be from 1 to 5"]);
    check(path, &level(6), &["incidents.toml:2:9: `level` must be from 1 to 5"]);
    let twice = format!("{}{}", level(2), level(2));
    check(path, &twice, &["incidents.toml:8:9: there is a level 2 above"]);
    let form = |fields: &str| {
        format!(
            "[[form]]\nreport = \"initial\"\ntitle = {{ vi = \"a\", en = \"a\" }}\nbases = []\nevidence = \"own\"\n{fields}"
        )
    };
    let field = "[[form.field]]\nkey = \"a\"\ntitle = { vi = \"a\", en = \"a\" }\n";
    check(path, &form(field), &[]);
    check(path, &form(""), &["incidents.toml:1:1: form has no `field`"]);
    check(
        path,
        &form(&format!("{field}{field}")),
        &["incidents.toml:10:7: there is a field `a` above"],
    );
    check(
        path,
        &form(&format!("{field}fill = \"ten\"\n")),
        &[
            "incidents.toml:9:8: `fill` is none of organisation, title, detected, systems, level, state, source, measures: \"ten\"",
        ],
    );
}

#[test]
fn playbooks_are_checked() {
    let path = "playbooks.toml";
    let book = |steps: usize| {
        let step = "[[playbook.step]]\ntitle = { vi = \"a\", en = \"a\" }\n";
        format!(
            "[[playbook]]\nkey = \"a\"\ntitle = {{ vi = \"a\", en = \"a\" }}\nevents = [\"dns\"]\n{}",
            step.repeat(steps)
        )
    };
    check(path, &book(50), &[]);
    check(
        path,
        &book(51),
        &["playbooks.toml:2:7: a playbook has at most 50 steps"],
    );
    check(path, &book(0), &["playbooks.toml:1:1: playbook has no `step`"]);
    let twice = format!("{}{}", book(1), book(1));
    check(path, &twice, &["playbooks.toml:8:7: there is a playbook `a` above"]);
    let other = book(1).replace("dns", "radio");
    check(
        path,
        &other,
        &["playbooks.toml:4:11: `events` is none of dns, flow, tls, http, file, mail, report, other: \"radio\""],
    );
}
