//! Event lines against indicators, beside parsers that do nothing but read the same lines into a typed value, and beside
//! IntelMQ.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anlanh_soc::{
    Builder, EventTime, Format, Judged, Layout, Matcher, RuleScratch, Rules, RulesBuilder, Scratch, Several,
    SeveralBuilder, SeveralScratch, Tracker, Value,
};
use anyhow::{Result, anyhow, ensure};
use serde::Deserialize;

use crate::harness::{Entrant, contest};
use crate::peers::python::Python;
use crate::report::{Bar, Row, Section, short};
use crate::{Settings, events};

/// How much of the bare parse's rate matching should keep.
const BAR: f64 = 0.75;
/// Few indicators, to see whether many cost more.
const FEW: usize = 10_000;
/// Few Sigma rules, and many; as many patterns over several events.
const FEW_RULES: usize = 10;
const MANY_RULES: usize = 1_000;
/// Lines that are handed over together.
const CHUNK: usize = 512;

/// The fields that are looked up, and nothing else.
#[derive(Debug, Deserialize)]
struct Eve<'a> {
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    src_ip: Cow<'a, str>,
    #[serde(borrow)]
    dest_ip: Cow<'a, str>,
    #[serde(borrow, default)]
    dns: Option<Dns<'a>>,
    #[serde(borrow, default)]
    tls: Option<Tls<'a>>,
    #[serde(borrow, default)]
    http: Option<Http<'a>>,
    #[serde(borrow, default)]
    fileinfo: Option<FileInfo<'a>>,
}

#[derive(Debug, Deserialize)]
struct Dns<'a> {
    #[serde(borrow)]
    rrname: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Tls<'a> {
    #[serde(borrow)]
    sni: Cow<'a, str>,
    #[serde(borrow)]
    ja3: Ja3<'a>,
}

#[derive(Debug, Deserialize)]
struct Ja3<'a> {
    #[serde(borrow)]
    hash: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct Http<'a> {
    #[serde(borrow)]
    hostname: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
struct FileInfo<'a> {
    #[serde(borrow)]
    sha256: Cow<'a, str>,
}

impl Eve<'_> {
    /// So that nothing of it is left out.
    fn letters(&self) -> usize {
        let of = |text: Option<&Cow<'_, str>>| text.map_or(0, |text| text.len());
        self.event_type.len()
            + self.src_ip.len()
            + self.dest_ip.len()
            + of(self.dns.as_ref().map(|dns| &dns.rrname))
            + of(self.tls.as_ref().map(|tls| &tls.sni))
            + of(self.tls.as_ref().map(|tls| &tls.ja3.hash))
            + of(self.http.as_ref().map(|http| &http.hostname))
            + of(self.http.as_ref().map(|http| &http.url))
            + of(self.fileinfo.as_ref().map(|file| &file.sha256))
    }
}

/// Reads a line into a typed value, and does nothing with it.
pub fn bare_parse(line: &str) -> u64 {
    serde_json::from_str::<Eve<'_>>(line).map_or(0, |event| u64::from(event.letters() > 0))
}

/// Measures matching against few and many indicators.
///
/// # Errors
/// When a line of ours cannot be read, or IntelMQ is not there.
pub fn measure(settings: &Settings, home: &Path) -> Result<Section> {
    let lines = events::events(settings.events);
    let mut section = Section::new("Event lines against indicators, one core");
    let started = Instant::now();
    let [few, many] = [FEW, settings.indicators].map(index);
    let (few, many) = (few?, many?);
    let loaded = started.elapsed();
    let bytes = many.index().bytes() as f64 / settings.indicators as f64;
    let first: Vec<String> = lines.iter().take(settings.intelmq_events).cloned().collect();
    let mut intelmq = Python::start(home, "intelmq_peer.py", "", &first)?;
    let [few_rules, many_rules] = [FEW_RULES, MANY_RULES].map(rules);
    let (few_rules, many_rules, several) = (few_rules?, many_rules?, several(MANY_RULES)?);
    let entrants = vec![
        Entrant::over_chunks("ours, many rules", &lines, CHUNK, judge(&many_rules)),
        Entrant::over_chunks("ours, few rules", &lines, CHUNK, judge(&few_rules)),
        Entrant::over_chunks(
            "ours, patterns over several events",
            &lines,
            CHUNK,
            follow(&several, lines.len()),
        ),
        Entrant::over_chunks("ours, many", &lines, CHUNK, scan(&many)),
        Entrant::over_chunks("ours, few", &lines, CHUNK, scan(&few)),
        Entrant::over("serde_json", &lines, bare_parse),
        Entrant::over("sonic-rs", &lines, |line| {
            sonic_rs::from_str::<Eve<'_>>(line).map_or(0, |event| u64::from(event.letters() > 0))
        }),
        Entrant::new("IntelMQ", || intelmq.run()),
    ];
    let outcomes = contest(settings.rounds, entrants)?;
    let [many_rules, few_rules, several, many, few, serde_json, sonic, intelmq] = outcomes.as_slice() else {
        return Err(anyhow!("an entrant is missing"));
    };
    let rate = |outcome: &crate::harness::Outcome| format!("{} events/s", short(outcome.rate()));
    let mut row = |what: &str, peer: &crate::harness::Outcome, ours: &crate::harness::Outcome, bar| {
        section.rows.push(Row {
            what: what.to_owned(),
            ours: format!("{}, {:.0} MB/s", rate(ours), ours.megabytes_per_second()),
            beside: format!("{} {}", peer.name, rate(peer)),
            ratio: ours.times(peer),
            bar,
        });
    };
    let counted = short(settings.indicators as f64);
    row(&format!("events, {counted} indicators"), sonic, many, Bar::AtLeast(BAR));
    row("the same", serde_json, many, Bar::AtLeast(BAR));
    row("the same", few, many, Bar::None);
    row("the same", intelmq, many, Bar::None);
    row(
        &format!("events, {MANY_RULES} Sigma rules"),
        few_rules,
        many_rules,
        Bar::None,
    );
    row("the same", serde_json, many_rules, Bar::None);
    row(
        &format!("events, {MANY_RULES} patterns over several"),
        serde_json,
        several,
        Bar::None,
    );
    section.notes.push(format!(
        "{} lines of EVE JSON of {:.0} bytes on average, one in {} naming something listed; the parsers read the same nine \
         fields into a struct and look nothing up. `few` are {FEW} indicators. IntelMQ makes its event of the same fields of \
         {} lines and looks them up in a set of {FEW}. Both indexes were built in {:.1} s; the larger takes {bytes:.0} bytes an \
         indicator. Hits: {} and {}. {FEW_RULES} and {MANY_RULES} Sigma rules ask for the end of a name or of a host to be one of \
         two, and for something not to be in it; so many patterns for two names by one client within a minute: hits {}, {} and {}.",
        lines.len(),
        lines.iter().map(String::len).sum::<usize>() as f64 / lines.len() as f64,
        events::LISTED_ONE_IN,
        first.len(),
        loaded.as_secs_f64(),
        many.found(),
        few.found(),
        few_rules.found(),
        many_rules.found(),
        several.found(),
    ));
    Ok(section)
}

/// Matches against so many indicators.
///
/// # Errors
/// When one of them is none.
pub fn index(count: usize) -> Result<Matcher> {
    let mut builder = Builder::new();
    let source = builder.source("bench")?;
    for indicator in events::indicators(count) {
        builder.add(&Value::guess(&indicator)?, source, None)?;
    }
    Ok(Matcher::new(Arc::new(builder.build())))
}

fn scan(matcher: &Matcher) -> impl FnMut(&[String]) -> Result<u64> + '_ {
    let layout = Layout::of(Format::Eve);
    let mut scratch = Scratch::default();
    move |lines| {
        let lines = (1..).zip(lines.iter().map(String::as_bytes));
        let mut bad = 0;
        let tally = matcher.scan(&mut scratch, &layout, lines, |_| {}, |_| bad += 1);
        // A line that is not read would make it faster.
        ensure!(bad == 0, "{bad} lines were not read");
        Ok(tally.hits)
    }
}

/// Rules, one half for queries and one for requests.
fn rules(count: usize) -> Result<Rules> {
    let mut builder = RulesBuilder::default();
    for number in 0..count {
        let (category, field) = if number % 2 == 0 {
            ("dns", "query")
        } else {
            ("proxy", "cs-host")
        };
        let rule = format!(
            "title: Rule {number}\nlogsource:\n  category: {category}\ndetection:\n  s:\n    {field}|endswith: ['.site{number}.example.vn', \
             '.m{number}.example']\n  f:\n    {field}|contains: 'allowed{number}'\n  condition: s and not f\n"
        );
        let (taken, _) = builder.add(rule.as_bytes(), "bench");
        ensure!(taken == 1, "rule {number} was not taken");
    }
    Ok(builder.build().0)
}

fn judge(rules: &Rules) -> impl FnMut(&[String]) -> Result<u64> + '_ {
    let layout = Layout::of(Format::Eve);
    let mut scratch = RuleScratch::default();
    move |lines| {
        let mut hits = 0;
        for line in lines {
            let judged = rules.scan(&mut scratch, &layout, line.as_bytes(), |_| hits += 1);
            ensure!(judged == Judged::Whole, "a line was not read");
        }
        Ok(hits)
    }
}

/// Patterns that ask for two names, one after the other, within a minute.
fn several(count: usize) -> Result<Several> {
    let mut builder = SeveralBuilder::default();
    for number in 0..count {
        let name = |number: usize| format!("[domain-name:value LIKE '%.site{number}.example.vn']");
        let pattern = format!("({} FOLLOWEDBY {}) WITHIN 60 SECONDS", name(number), name(number + 1));
        builder.add(&pattern.parse()?, &number.to_string(), "bench")?;
    }
    Ok(builder.build("src_ip"))
}

/// Follows a stream of so many lines, as often as it comes.
fn follow(several: &Several, count: usize) -> impl FnMut(&[String]) -> Result<u64> + '_ {
    let layout = Layout::of(Format::Eve);
    let (mut scratch, mut tracker) = (SeveralScratch::default(), Tracker::new(several));
    let mut left = 0;
    move |lines| {
        if left == 0 {
            tracker = Tracker::new(several);
            left = count;
        }
        left -= lines.len();
        let lines = (1..).zip(lines.iter().map(String::as_bytes));
        let seen = several.scan(&mut scratch, &layout, lines, |at: EventTime| at.resolve(0, 0));
        Ok(seen.iter().filter_map(|seen| tracker.take(seen)).count() as u64)
    }
}
