//! How long things take on one core, printed: reading, checking and streaming objects; parsing, compiling and matching
//! patterns, plain ones and hostile ones.
//!
//! ```sh
//! cargo run --release --package anlanh-stix --example objects
//! ```

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use anlanh_stix::{BundleReader, Object, Observation, Pattern};

const OBJECTS: u32 = 100_000;

fn indicator(number: u32) -> String {
    format!(
        r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
        "created":"2026-04-06T20:03:48.000Z","modified":"2026-04-06T20:03:48.000Z","name":"False bank {number}",
        "description":"Leads to a page that asks for a one-time password.","indicator_types":["malicious-activity"],
        "pattern":"[domain-name:value = 'ngan-hang-{number}.example' OR url:value = 'https://ngan-hang-{number}.example/a']",
        "pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z",
        "object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}}"#
    )
}

fn print(what: &str, time: Duration, count: u32, bytes: usize) -> io::Result<()> {
    let each = time.as_secs_f64() * 1e6 / f64::from(count);
    #[expect(clippy::cast_precision_loss, reason = "a figure to be read")]
    let speed = bytes as f64 / time.as_secs_f64() / 1e6;
    writeln!(io::stdout(), "{what:32} {each:9.2} µs each, {speed:7.1} MB/s")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts: Vec<String> = (0..OBJECTS).map(indicator).collect();
    let bundle = format!(r#"{{"type":"bundle","id":"x","objects":[{}]}}"#, texts.join(","));
    let start = Instant::now();
    let objects: Vec<Object> = BundleReader::new(bundle.as_bytes()).collect::<Result<_, _>>()?;
    print("objects of a bundle, read", start.elapsed(), OBJECTS, bundle.len())?;

    let start = Instant::now();
    let findings: usize = objects.iter().map(|object| object.check().len()).sum();
    print("objects, checked with patterns", start.elapsed(), OBJECTS, bundle.len())?;
    writeln!(io::stdout(), "{findings} findings")?;

    let patterns: Vec<&str> = objects.iter().filter_map(|object| object.text("pattern")).collect();
    let bytes = patterns.iter().map(|pattern| pattern.len()).sum();
    let start = Instant::now();
    let parsed: Vec<Pattern> = patterns
        .iter()
        .map(|pattern| pattern.parse())
        .collect::<Result<_, _>>()?;
    print("patterns, parsed", start.elapsed(), OBJECTS, bytes)?;
    let start = Instant::now();
    let compiled = parsed.iter().map(Pattern::compile).collect::<Result<Vec<_>, _>>()?;
    print("patterns, compiled", start.elapsed(), OBJECTS, bytes)?;

    let seen = [Object::read(
        br#"{"type":"domain-name","id":"domain-name--1","value":"ngan-hang-7.example"}"#,
    )?];
    let observations = [Observation::at("2026-01-01T00:00:00Z".parse()?, &seen)];
    let start = Instant::now();
    let mut matched = 0;
    for pattern in &compiled {
        matched += u32::from(pattern.matches(&observations)?);
    }
    print("patterns, matched with one object", start.elapsed(), OBJECTS, bytes)?;
    writeln!(io::stdout(), "{matched} match")?;

    hostile()
}

/// Texts that take a careless parser long.
fn hostile() -> Result<(), Box<dyn std::error::Error>> {
    let brackets = "(".repeat(200_000);
    let comments = "/* ".repeat(60_000);
    let wide = vec!["a:b = 1"; 20_000].join(" OR ");
    for (what, text) in [
        ("hostile: brackets", brackets),
        ("hostile: comments", format!("[a:b = 1] {comments}")),
        ("hostile: alternatives", format!("[{wide}]")),
        ("hostile: a long text", format!("[a:b = '{}']", "\\\\".repeat(100_000))),
    ] {
        let start = Instant::now();
        let _ = text.parse::<Pattern>();
        print(what, start.elapsed(), 1, text.len())?;
    }
    let object = format!(r#"{{"type":"a","id":"a--x","b":"{}"}}"#, "a".repeat(200_000));
    let objects = [Object::read(object.as_bytes())?];
    let observations = [Observation::at("2026-01-01T00:00:00Z".parse()?, &objects)];
    for pattern in [
        "[a:b LIKE '%a%a%a%a%b']",
        "[a:b MATCHES '(a*)*b']",
        "[a:b MATCHES '(a|aa)+$b']",
    ] {
        let compiled = pattern.parse::<Pattern>()?.compile()?;
        let start = Instant::now();
        compiled.matches(&observations)?;
        print(&format!("hostile: {pattern:.20}"), start.elapsed(), 1, object.len())?;
    }
    Ok(())
}
