//! Ten million names: how long they take to load, what they weigh, how fast they are looked up, beside the sets of the
//! standard library.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;

use anlanh_screen::DomainSet;
use anyhow::{Context, Result, ensure};

use crate::Settings;
use crate::domains;
use crate::harness::{Clock, Entrant, Outcome, Sample, contest, time};
use crate::random::Random;
use crate::report::{Bar, Row, Section, short};

/// Names looked up in one run: half of them listed.
const LOOK_UPS: usize = 1_000_000;

type Hashes = HashSet<u64, BuildHasherDefault<Own>>;

/// What one kind of set costs: seconds to load from text, and bytes it then holds.
struct Cost {
    seconds: f64,
    bytes: u64,
}

/// Measures loading, weight and look-ups.
///
/// # Errors
/// When a set cannot be built.
pub fn measure(settings: &Settings, real: &[String]) -> Result<Section> {
    let names = domains::fill(real, settings.blocklist);
    let text = names.join("\n");
    let mut section = Section::new("Blocklist");
    let ours = cost("domains", &text)?;
    for (kind, peer) in [("strings", "HashSet<String>"), ("hashes", "64-bit hashes")] {
        let theirs = cost(kind, &text)?;
        let [weight, other] = [&ours, &theirs].map(|cost| cost.bytes as f64 / names.len() as f64);
        section.rows.push(Row {
            what: "bytes a name, lower is better".to_owned(),
            ours: format!("{weight:.1}"),
            beside: format!("{peer} {other:.1}"),
            ratio: weight / other,
            bar: Bar::None,
        });
        section.rows.push(Row {
            what: "load from text, lower is better".to_owned(),
            ours: format!("{:.2} s", ours.seconds),
            beside: format!("{peer} {:.2} s", theirs.seconds),
            ratio: ours.seconds / theirs.seconds,
            bar: Bar::None,
        });
    }
    let compiled = DomainSet::from_lines(text.as_bytes(), |_| {})?.as_bytes().to_vec();
    section.notes.push(format!(
        "{} names, {} of them real; compiled they are {:.1} bytes a name. A look-up asks for the name and for each name \
         above it, as the engine does; the peers answer for the exact name only, and the hashes may be wrong.",
        short(names.len() as f64),
        real.len().min(names.len()),
        compiled.len() as f64 / names.len() as f64,
    ));
    let started = Instant::now();
    let domains = DomainSet::from_bytes(compiled)?;
    let seconds = started.elapsed().as_secs_f64();
    section
        .notes
        .push(format!("Load from compiled bytes, check sum verified: {seconds:.3} s."));
    look_ups(settings, &mut section, &names, &text, &domains)?;
    Ok(section)
}

fn look_ups(
    settings: &Settings,
    section: &mut Section,
    names: &[String],
    text: &str,
    domains: &DomainSet,
) -> Result<()> {
    let strings: HashSet<String> = text.lines().map(str::to_owned).collect();
    let hashes: Hashes = text.lines().map(hash).collect();
    let asked = questions(names);
    for (what, half) in [("listed names", 0), ("unlisted names", 1)] {
        let asked: Vec<&str> = asked.iter().skip(half).step_by(2).map(String::as_str).collect();
        let outcomes = contest(
            settings.rounds,
            vec![
                Entrant::new("domain set", || Ok(look_up(&asked, |name| domains.covers_host(name)))),
                Entrant::new("HashSet<String>", || Ok(look_up(&asked, |name| strings.contains(name)))),
                Entrant::new("64-bit hashes", || {
                    Ok(look_up(&asked, |name| hashes.contains(&hash(name))))
                }),
            ],
        )?;
        let (ours, peers) = outcomes.split_first().context("no outcome")?;
        section.rows.extend(peers.iter().map(|peer| row(what, ours, peer)));
        section
            .notes
            .push(format!("Found among {} {what}: {}.", asked.len(), found(&outcomes)));
    }
    Ok(())
}

/// What one kind of set costs, in a process of its own, so that nothing but it is weighed.
fn cost(kind: &str, text: &str) -> Result<Cost> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["weigh", kind])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no pipe")?.write_all(text.as_bytes())?;
    let answer = String::from_utf8(child.wait_with_output()?.stdout)?;
    let (seconds, bytes) = answer.trim().split_once(' ').context("the weighing process died")?;
    Ok(Cost {
        seconds: seconds.parse()?,
        bytes: bytes.parse()?,
    })
}

/// The weighing process: names come in by lines, seconds and bytes go out.
///
/// # Errors
/// When the names are no names.
#[expect(clippy::print_stdout, reason = "the figures are read from there")]
pub fn weigh(kind: &str) -> Result<()> {
    let text = std::io::read_to_string(std::io::stdin())?;
    let before = resident_bytes();
    let started = Instant::now();
    let (domains, strings, hashes);
    let len = match kind {
        "domains" => {
            domains = DomainSet::from_lines(text.as_bytes(), |_| {})?;
            domains.len() as usize
        }
        "strings" => {
            strings = text.lines().map(str::to_owned).collect::<HashSet<String>>();
            strings.len()
        }
        _ => {
            hashes = text.lines().map(hash).collect::<Hashes>();
            hashes.len()
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    ensure!(len > 0, "no names");
    println!("{seconds} {}", resident_bytes().saturating_sub(before));
    Ok(())
}

/// What the process holds in memory: the second figure of `/proc/self/statm`, in pages of 4 KiB.
fn resident_bytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: u64 = text.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}

/// Listed and unlisted names in turn.
fn questions(names: &[String]) -> Vec<String> {
    let mut random = Random::new(0x6c6f_6f6b);
    let mut asked = Vec::with_capacity(LOOK_UPS);
    for _ in 0..LOOK_UPS / 2 {
        asked.push(random.pick(names).cloned().unwrap_or_default());
        asked.push(domains::made_up(&mut random));
    }
    asked
}

fn look_up(asked: &[&str], contains: impl Fn(&str) -> bool) -> Sample {
    time(Clock::Thread, || {
        let found = asked.iter().filter(|name| contains(name)).count();
        (asked.len() as u64, 0, found as u64)
    })
}

fn row(what: &str, ours: &Outcome, peer: &Outcome) -> Row {
    Row {
        what: what.to_owned(),
        ours: format!("{} look-ups/s", short(ours.rate())),
        beside: format!("{} {} look-ups/s", peer.name, short(peer.rate())),
        ratio: ours.times(peer),
        bar: Bar::None,
    }
}

fn found(outcomes: &[Outcome]) -> String {
    let found: Vec<String> = outcomes
        .iter()
        .map(|outcome| format!("{} {}", outcome.name, outcome.found()))
        .collect();
    found.join(", ")
}

/// FNV-1a with a final mix: as quick a hash of a short name as needs no crate.
fn hash(name: &str) -> u64 {
    let folded = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (folded ^ (folded >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Takes a number that is a hash already for its hash.
#[derive(Default)]
struct Own(u64);

impl Hasher for Own {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash << 8) | u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
