//! Streams of events: from a socket to the disk, matched and kept, beside the least that anyone can do with the same bytes, which is to
//! write and sync them; what reading an event once costs beside a bare parse; and a hunt beside reading everything.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anlanh_archive::{Archive, Keep, Record, View, seal};
use anlanh_intake::{Sensor, Shape, Way, Wrapping, run};
use anlanh_soc::{Arrival, Builder, Format, Keeper, Layout, Matcher, Network, Scratch, Tokens, Value, Wanted};
use anyhow::{Context as _, Result, anyhow, ensure};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use crate::harness::{self, Clock, Entrant, Outcome, Sample, contest, time};
use crate::report::{Bar, Row, Section, short};
use crate::{CORE, Settings, events, matching};

/// How much of the rate at which the same bytes are written and synced streams should keep. Matching is most of the work.
const BAR_SYNC: f64 = 0.2;
/// How much of the bare parse's rate reading, matching and keeping should have together.
const BAR_PARSE: f64 = 0.4;
/// How many times as fast as reading everything a hunt for one name should be.
const BAR_HUNT: f64 = 20.0;
/// Bytes that are synced together, as the node reads them of a connection.
const SYNCED_BYTES: usize = anlanh_intake::limits::READ_BYTES;
/// A log is sealed when it is as long as the node's.
const LOG_BYTES: u64 = 32 << 20;
/// When everything comes in, in microseconds since 1970: 2026-11-28T10:33:53Z.
const NOW: i64 = 1_795_862_033_000_000;
const ALWAYS: Range<i64> = i64::MIN..i64::MAX;
/// A name that is there once.
const RARE: &str = "once.rare-example.vn";

/// Measures streams.
///
/// # Errors
/// When nothing can be listened for, or the folder for temporary files cannot be written.
pub fn measure(settings: &Settings) -> Result<Section> {
    let folder = std::env::temp_dir().join(format!("anlanh-bench-streams-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    // Sockets are between two sides.
    harness::use_all_cores();
    let measured = measure_in(settings, &folder);
    harness::pin_to_core(CORE);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure_in(settings: &Settings, folder: &Path) -> Result<Section> {
    let lines = events::events(settings.events);
    let sent: Arc<[u8]> = (lines.join("\n") + "\n").into_bytes().into();
    let matcher = matching::index(settings.indicators.min(1_000_000))?;
    let chunks: Vec<&[String]> = lines.chunks(512).collect();
    let entrants = vec![
        Entrant::new("ours", || through_socket(&matcher, folder, &sent, lines.len() as u64)),
        Entrant::new("write and fdatasync", || bare_sync(folder, &sent, lines.len() as u64)),
        Entrant::new("read, match, keep", || {
            let mut keeping = Keeping::new(&matcher, &folder.join("core"))?;
            let mut failure = None;
            let sample = time(Clock::Thread, || {
                for lines in &chunks {
                    keeping.take(lines.iter().map(String::as_bytes));
                    failure = keeping.archive.sync().err().or(failure.take());
                }
                (keeping.events, sent.len() as u64, keeping.hits)
            });
            drop(keeping);
            std::fs::remove_dir_all(folder.join("core"))?;
            failure.map_or(Ok(sample), |fault| Err(fault.into()))
        }),
        Entrant::over("serde_json", &lines, matching::bare_parse),
    ];
    let outcomes = contest(settings.rounds, entrants)?;
    let [ours, sync, core, parse] = outcomes.as_slice() else {
        return Err(anyhow!("an entrant is missing"));
    };
    let mut section = Section::new("Streams of events, from a socket to the disk");
    let rate = |outcome: &Outcome| format!("{} events/s", short(outcome.rate()));
    let mut row = |what: &str, ours: &Outcome, peer: &Outcome, bar| {
        section.rows.push(Row {
            what: what.to_owned(),
            ours: format!("{}, {:.0} MB/s", rate(ours), ours.megabytes_per_second()),
            beside: format!("{} {}", peer.name, rate(peer)),
            ratio: ours.times(peer),
            bar,
        });
    };
    row("TCP to matched, kept and durable", ours, sync, Bar::AtLeast(BAR_SYNC));
    row(
        "read once for both, kept, one core",
        core,
        parse,
        Bar::AtLeast(BAR_PARSE),
    );
    let (row, note) = hunt(&matcher, &folder.join("hunt"), &lines, sent.len())?;
    section.rows.push(row);
    section.notes.push(format!(
        "{} events of EVE JSON, {} bytes, against {} indicators; {} hits. Both sides of the first row read what a thread sends over \
         the loopback and sync at most every {SYNCED_BYTES} bytes, as a time on the wall; the bare one writes the bytes as they come and \
         reads nothing in them. Alerts are not raised.",
        lines.len(),
        sent.len(),
        short(settings.indicators.min(1_000_000) as f64),
        ours.found(),
    ));
    section.notes.push(note);
    Ok(section)
}

/// Whoever reads events once, and keeps of them what is kept.
struct Keeping<'m> {
    matcher: &'m Matcher,
    keeper: Keeper,
    layout: Layout,
    scratch: Scratch,
    archive: Archive,
    events: u64,
    hits: u64,
    refused: u64,
}

impl<'m> Keeping<'m> {
    fn new(matcher: &'m Matcher, folder: &Path) -> Result<Self> {
        let ours = Network::new([10, 0, 0, 0].into(), 8).context("no network")?;
        let arrival = Arrival {
            at: NOW,
            utc_offset_seconds: 0,
        };
        Ok(Self {
            matcher,
            keeper: Keeper::new(vec![ours], Tokens::new([7; 32]), arrival),
            layout: Layout::of(Format::Eve),
            scratch: Scratch::default(),
            archive: Archive::open(folder, LOG_BYTES)?,
            events: 0,
            hits: 0,
            refused: 0,
        })
    }

    fn take<'l>(&mut self, lines: impl Iterator<Item = &'l [u8]>) {
        let Self { archive, refused, .. } = self;
        let take = |kept: anlanh_soc::Kept<'_>| {
            let record = Record {
                at: kept.at,
                source: 1,
                keep: Keep::Passing,
                payload: kept.payload,
            };
            *refused += u64::from(archive.append(&record, kept.keys).is_err());
        };
        let (matcher, layout) = (self.matcher, &self.layout);
        let numbered = (0..).zip(lines);
        let tally = matcher.scan_and_keep(&self.keeper, &mut self.scratch, layout, numbered, |_| {}, take, |_| {});
        self.events += tally.events;
        self.hits += tally.hits;
    }
}

/// Sends bytes over the loopback.
fn send(address: SocketAddr, bytes: &Arc<[u8]>) -> thread::JoinHandle<std::io::Result<()>> {
    let bytes = Arc::clone(bytes);
    thread::spawn(move || TcpStream::connect(address)?.write_all(&bytes))
}

fn through_socket(matcher: &Matcher, folder: &Path, sent: &Arc<[u8]>, count: u64) -> Result<Sample> {
    let kept = folder.join("kept");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let mut keeping = Keeping::new(matcher, &kept)?;
    let sample = runtime.block_on(async {
        let (sink, mut deliveries) = mpsc::channel(32);
        let (ready, is_ready) = oneshot::channel();
        let sensor = Sensor {
            number: 1,
            way: Way::Tcp(SocketAddr::from(([127, 0, 0, 1], 0))),
            shape: Shape::Lines(Layout::of(Format::Eve), Wrapping::Plain),
            meter: Arc::default(),
        };
        let mut running = JoinSet::new();
        running.spawn(run(sensor, sink, |address| _ = ready.send(address)));
        let address = is_ready.await?.context("no address")?;
        let begun = Instant::now();
        let sending = send(address, sent);
        while keeping.events < count {
            let delivery = deliveries.recv().await.context("the sensor ended")?;
            for (lines, _) in &delivery.stretches {
                keeping.take(lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()));
            }
            keeping.archive.sync()?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        running.abort_all();
        sending.join().map_err(|_| anyhow!("nothing was sent"))??;
        ensure!(keeping.refused == 0, "a record was refused");
        anyhow::Ok(Sample {
            seconds,
            items: keeping.events,
            bytes: sent.len() as u64,
            found: keeping.hits,
        })
    });
    drop(keeping);
    std::fs::remove_dir_all(&kept)?;
    sample
}

fn bare_sync(folder: &Path, sent: &Arc<[u8]>, count: u64) -> Result<Sample> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let path = folder.join("bare");
    let mut file = File::create(&path)?;
    let mut buffer = vec![0; SYNCED_BYTES];
    let begun = Instant::now();
    let sending = send(listener.local_addr()?, sent);
    let (mut stream, _) = listener.accept()?;
    loop {
        let read = stream.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        file.write_all(bytes)?;
        file.sync_data()?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    sending.join().map_err(|_| anyhow!("nothing was sent"))??;
    std::fs::remove_file(&path)?;
    Ok(Sample {
        seconds,
        items: count,
        bytes: sent.len() as u64,
        found: 0,
    })
}

/// Looks for a name that is there once, beside reading everything that is kept.
fn hunt(matcher: &Matcher, folder: &Path, lines: &[String], raw_bytes: usize) -> Result<(Row, String)> {
    let mut keeping = Keeping::new(matcher, folder)?;
    let rare = format!("{{\"event_type\":\"dns\",\"dns\":{{\"rrname\":\"{RARE}\"}}}}");
    for lines in lines.chunks(512) {
        keeping.take(lines.iter().map(String::as_bytes));
        keeping.archive.sync()?;
    }
    keeping.take(std::iter::once(rare.as_bytes()));
    let mut archive = keeping.archive;
    archive.sync()?;
    archive.roll()?;
    for number in archive.waiting() {
        seal(archive.folder(), number)?;
        archive.sealed(number)?;
    }
    let stock = archive.stock();
    let mut builder = Builder::new();
    let source = builder.source("later")?;
    builder.add(&Value::guess(RARE)?, source, None)?;
    let wanted = Wanted::of(&builder.build())?;
    let view = View::open(folder)?;
    let (mut told, mut blocks) = (0, (0, 0));
    let entrants = vec![
        Entrant::new("ours", || {
            let begun = Instant::now();
            let hunted = view.hunt(&ALWAYS, &wanted.keys, |_| told += 1)?;
            blocks = (hunted.read, hunted.blocks);
            Ok(wall(begun, stock.records))
        }),
        Entrant::new("every block read", || {
            let begun = Instant::now();
            view.each(&ALWAYS, |_| {})?;
            Ok(wall(begun, stock.records))
        }),
    ];
    let outcomes = contest(7, entrants)?;
    let [ours, all] = outcomes.as_slice() else {
        return Err(anyhow!("an entrant is missing"));
    };
    ensure!(told > 0, "the name was not found");
    let rate = |outcome: &Outcome| format!("{} events/s", short(outcome.rate()));
    let row = Row {
        what: "hunt for one name in what is kept".to_owned(),
        ours: rate(ours),
        beside: format!("{} {}", all.name, rate(all)),
        ratio: ours.times(all),
        bar: Bar::AtLeast(BAR_HUNT),
    };
    let note = format!(
        "Sealed, an event takes {:.1} bytes, of {:.0} that came. The hunt read {} of {} blocks, from files that the system had in memory; by \
         extrapolation, not measured, it takes {:.1} s over a billion events.",
        stock.bytes as f64 / stock.records as f64,
        raw_bytes as f64 / lines.len() as f64,
        blocks.0,
        blocks.1,
        1e9 / ours.rate(),
    );
    Ok((row, note))
}

fn wall(begun: Instant, items: u64) -> Sample {
    Sample {
        seconds: begun.elapsed().as_secs_f64().max(1e-9),
        items,
        ..Sample::default()
    }
}
