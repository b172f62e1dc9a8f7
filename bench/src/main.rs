//! Measures An Lành beside its peers and writes one table of ratios. Run it with `bench/run`, which installs the peers.

mod blocklist;
mod corpus;
mod disguise;
mod domains;
mod engine;
mod events;
mod folding;
mod harness;
mod hostile;
mod http;
mod log;
mod matching;
mod node;
mod peers;
mod personal;
mod phrases;
mod random;
mod report;
mod streams;
mod text;
mod zone;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use crate::corpus::Comments;
use crate::report::Section;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Rounds that count.
    pub rounds: usize,
    /// Posts.
    pub posts: usize,
    /// How many of them Presidio gets.
    pub presidio_texts: usize,
    /// How many of them go over HTTP in one run.
    pub requests: usize,
    /// Names on the list of the text pipeline.
    pub listed: usize,
    /// Phrases planted in each disguise.
    pub planted: usize,
    /// Names in the blocklist group.
    pub blocklist: usize,
    /// Posts that are written, one by one or in batches, in one run; no node gets one twice.
    pub written: usize,
    /// Items that the node keeps while its pages are asked for.
    pub kept: usize,
    /// Events that are matched in one run.
    pub events: usize,
    /// How many of them IntelMQ gets.
    pub intelmq_events: usize,
    /// Most indicators that they are matched against.
    pub indicators: usize,
    /// Bytes that each hostile text is repeated to in one run.
    pub hostile_bytes: usize,
}

impl Settings {
    const FULL: Self = Self {
        rounds: 7,
        posts: 200_000,
        presidio_texts: 1_000,
        requests: 50_000,
        listed: 1_000_000,
        planted: 4_000,
        blocklist: 10_000_000,
        written: 12_000,
        kept: 1_000_000,
        events: 200_000,
        intelmq_events: 5_000,
        indicators: 10_000_000,
        hostile_bytes: 2 << 20,
    };
    /// Under three minutes, for daily use.
    const QUICK: Self = Self {
        rounds: 3,
        posts: 20_000,
        presidio_texts: 200,
        requests: 5_000,
        listed: 100_000,
        planted: 500,
        blocklist: 1_000_000,
        written: 2_400,
        kept: 20_000,
        events: 40_000,
        intelmq_events: 1_000,
        indicators: 1_000_000,
        hostile_bytes: 1 << 18,
    };
}

/// The groups, by the names that the command line takes.
const GROUPS: [&str; 12] = [
    "text",
    "personal",
    "blocklist",
    "http",
    "writes",
    "node",
    "log",
    "match",
    "streams",
    "zone",
    "folding",
    "hostile",
];
/// The core of single-threaded work; servers have core 0.
const CORE: usize = 1;

fn main() -> Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "bare-server") {
        return http::bare::serve();
    }
    if let [command, kind] = args.as_slice()
        && command == "weigh"
    {
        return blocklist::weigh(kind);
    }
    let quick = args.iter().position(|arg| arg == "--quick");
    if let Some(quick) = quick {
        args.remove(quick);
    }
    let settings = if quick.is_some() {
        Settings::QUICK
    } else {
        Settings::FULL
    };
    for arg in &args {
        ensure!(
            GROUPS.contains(&arg.as_str()),
            "no group {arg:?}; there are {}",
            GROUPS.join(", ")
        );
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    harness::pin_to_core(CORE);
    let Some(data) = corpus::data_folder(home) else {
        let why = "no evaluation data: set ANLANH_DATA to a folder that holds vihos, hostsvn and chongluadao";
        print(&Section::skipped("Measurements", why).markdown());
        return Ok(());
    };
    let texts = Texts::make(&settings, data)?;
    for group in GROUPS {
        if args.is_empty() || args.iter().any(|arg| arg == group) {
            let section = measure(group, &settings, home, &texts);
            print(
                &section
                    .unwrap_or_else(|error| Section::skipped(group, &format!("{error:#}")))
                    .markdown(),
            );
        }
    }
    Ok(())
}

/// What everything is measured on.
struct Texts {
    comments: Comments,
    real: Vec<String>,
    listed: Vec<String>,
    posts: Vec<String>,
}

impl Texts {
    fn make(settings: &Settings, data: PathBuf) -> Result<Self> {
        let comments = Comments::read(&data)?;
        let real = domains::real(&data)?;
        Ok(Self {
            listed: domains::fill(&real, settings.listed),
            posts: corpus::posts(&comments, &real, settings.posts),
            comments,
            real,
        })
    }
}

fn measure(group: &str, settings: &Settings, home: &Path, texts: &Texts) -> Result<Section> {
    let Texts {
        comments,
        real,
        listed,
        posts,
    } = texts;
    match group {
        "text" => text::measure(settings, comments, posts, listed),
        "personal" => personal::measure(settings, home, posts),
        "blocklist" => blocklist::measure(settings, real),
        "http" => http::measure(settings, home, posts),
        "writes" => node::measure_writes(settings, home, posts),
        "node" => node::measure(settings, home, posts),
        "log" => log::measure(settings, home),
        "match" => matching::measure(settings, home),
        "streams" => streams::measure(settings),
        "zone" => zone::measure(listed),
        "folding" => folding::measure(settings, comments),
        _ => hostile::measure(settings, comments, posts, listed),
    }
}

#[expect(clippy::print_stdout, reason = "the table is the output")]
fn print(markdown: &str) {
    println!("{markdown}");
}
