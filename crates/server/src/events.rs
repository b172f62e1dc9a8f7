//! `anlanh events`: event lines are kept, and indicators that come later are looked for in them.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use anlanh_api::{Chunk, HuntedOut};
use anlanh_archive::{Archive, Keep, MAX_KEYS, MAX_PAYLOAD_BYTES, Record, View, seal};
use anlanh_soc::{
    Arrival, BadLine, Builder, Clocked, FieldMap, Found, Hit, Keeper, Layout, Matcher, Network, Recogniser, Scratch,
    Tokens, Unhuntable, Wanted,
};
use anlanh_stix::Timestamp;
use anyhow::Context;

use crate::cli::{ForgetOptions, HuntOptions, KeepOptions};
use crate::matching::{self, Stretch};
use crate::pipeline::{self, Done};
use crate::{Outcome, key};

/// A log is sealed when it has so many bytes.
pub const MAX_LOG_BYTES: u64 = 32 << 20;
/// The file of the secret that tokens are made with, in the folder of the archive.
pub const SECRET: &str = "tokens.key";
const DAY_SECONDS: i64 = 86_400;
/// Records that are matched at once.
const MATCHED: usize = 4_096;
/// Most indicators that cannot be hunted for that are shown; the rest is counted.
const MOST_SHOWN: usize = 20;

/// What is kept of the lines of a chunk, each piece with its keys.
#[derive(Default)]
struct Pieces {
    payloads: Vec<u8>,
    keys: Vec<u64>,
    /// When each happened, where its payload ends, and its keys.
    ends: Vec<(i64, usize, usize)>,
    /// How many tell a time that cannot be right.
    misdated: u64,
    /// The numbers of lines with more values than an event that is kept has.
    unkept: Vec<u64>,
}

impl Pieces {
    fn each(&self) -> impl Iterator<Item = (i64, &[u8], &[u64])> {
        let mut from = (0, 0);
        self.ends.iter().filter_map(move |(at, payload, keys)| {
            let piece = (*at, self.payloads.get(from.0..*payload)?, self.keys.get(from.1..*keys)?);
            from = (*payload, *keys);
            Some(piece)
        })
    }
}

/// Keeps every line of the event files; says how many there were.
///
/// # Errors
/// When the archive, a file or a map cannot be read, the form of the events is not known, or the disk is full: what was
/// kept until then stays.
pub fn keep(options: &KeepOptions) -> anyhow::Result<Outcome> {
    let layout = matching::layout(options.format, options.map.as_deref())?;
    let mut archive = Archive::open(&options.archive, MAX_LOG_BYTES)?;
    seal_all(&mut archive)?;
    let tokens = Tokens::new(key::of_file(&options.archive.join(SECRET))?);
    let subscribers: Vec<Network> = options.subscribers.iter().map(|option| option.0).collect();
    let events = if options.events.is_empty() {
        vec![PathBuf::from("-")]
    } else {
        options.events.clone()
    };
    let (inputs, total_bytes) = pipeline::open(&events)?;
    let mut recognisers: Vec<Recogniser> = inputs.iter().map(|_| Recogniser::new(layout.clone())).collect();
    let names: Vec<Cow<'_, str>> = events.iter().map(|path| path.to_string_lossy()).collect();
    let prepare = |input: usize, chunk: Chunk| {
        let Some(recogniser) = recognisers.get_mut(input) else {
            return Ok(Vec::new());
        };
        let stretches = recogniser
            .advance(&chunk.bytes)
            .map_err(|_| matching::unrecognised(names.get(input)))?;
        Ok(matching::cut(chunk, stretches))
    };
    let worker = || {
        let mut scratch = Scratch::default();
        let (subscribers, tokens) = (&subscribers, &tokens);
        move |stretches: Vec<Stretch>| {
            let arrival = Arrival {
                at: micros(matching::now()),
                utc_offset_seconds: options.utc_offset.0,
            };
            let keeper = Keeper::new(subscribers.clone(), tokens.clone(), arrival);
            let (mut pieces, mut bad) = (Pieces::default(), Vec::<BadLine>::new());
            for (chunk, layout) in &stretches {
                let take = |kept: anlanh_soc::Kept<'_>| {
                    if kept.keys.len() > MAX_KEYS || kept.payload.len() > MAX_PAYLOAD_BYTES {
                        pieces.unkept.push(kept.line);
                        return;
                    }
                    pieces.misdated += u64::from(matches!(kept.clocked, Clocked::Ahead | Clocked::Behind));
                    pieces.payloads.extend_from_slice(kept.payload);
                    pieces.keys.extend_from_slice(kept.keys);
                    pieces.ends.push((kept.at, pieces.payloads.len(), pieces.keys.len()));
                };
                keeper.keep(&mut scratch, layout, chunk.lines(), take, |line| bad.push(line));
            }
            (pieces, bad)
        }
    };
    let bar = pipeline::progress(total_bytes);
    let (mut kept, mut bad_lines, mut misdated, mut failed) = (0_u64, 0_u64, 0_u64, None);
    let done = pipeline::run(pipeline::jobs(options.jobs), inputs, prepare, worker, |done| {
        let Done {
            input,
            input_bytes,
            made: (pieces, bad),
        } = done;
        bad_lines += (bad.len() + pieces.unkept.len()) as u64;
        if !bad.is_empty() || !pieces.unkept.is_empty() {
            bar.suspend(|| {
                matching::report(events.get(input), &bad)?;
                report_unkept(events.get(input), &pieces.unkept)
            })?;
        }
        bar.inc(input_bytes as u64);
        misdated += pieces.misdated;
        match store(&mut archive, &pieces) {
            Ok(count) => kept += count,
            Err(error) => {
                failed = Some(error);
                return Err(io::ErrorKind::Other.into());
            }
        }
        Ok(())
    });
    bar.finish_and_clear();
    if let Some(error) = failed {
        return Err(error).with_context(|| format!("đã lưu {kept} sự kiện trước đó · {kept} events were kept before"));
    }
    done?;
    archive.roll()?;
    seal_all(&mut archive)?;
    writeln!(io::stderr(), "đã lưu {kept} sự kiện · kept {kept} events")?;
    if misdated > 0 {
        writeln!(
            io::stderr(),
            "{misdated} sự kiện ghi thời điểm không thể đúng, dùng lúc đọc · events tell a time that cannot be right: \
             that of reading is kept"
        )?;
    }
    Ok(if bad_lines == 0 {
        Outcome::Good
    } else {
        Outcome::SomeBad
    })
}

/// Says which lines have too much in them.
fn report_unkept(file: Option<&PathBuf>, lines: &[u64]) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let file = file.map(|file| file.display().to_string()).unwrap_or_default();
    lines.iter().try_for_each(|line| {
        writeln!(
            err,
            "{file}:{line}: sự kiện có hơn {MAX_KEYS} giá trị để tìm lại, không lưu · an event with more values than that is not kept"
        )
    })
}

/// Keeps what a chunk gave, durably.
fn store(archive: &mut Archive, pieces: &Pieces) -> anyhow::Result<u64> {
    let mut kept = 0;
    for (at, payload, keys) in pieces.each() {
        let record = Record {
            at,
            source: 0,
            keep: Keep::Passing,
            payload,
        };
        archive.append(&record, keys)?;
        kept += 1;
    }
    archive.sync()?;
    seal_all(archive)?;
    Ok(kept)
}

/// Seals every log that waits.
///
/// # Errors
/// When a file cannot be read or written.
pub fn seal_all(archive: &mut Archive) -> anyhow::Result<()> {
    for number in archive.waiting() {
        seal(archive.folder(), number)?;
        archive.sealed(number)?;
    }
    Ok(())
}

/// Looks for indicators in what was kept; somebody else may go on keeping.
///
/// # Errors
/// When the archive or a list cannot be read, there are too many indicators, or output cannot be written.
pub fn hunt(options: &HuntOptions) -> anyhow::Result<Outcome> {
    let (index, bad_indicators) = matching::read_lists(&options.indicators, Builder::new(), None)?;
    let wanted = Wanted::of(&index)?;
    report_left_out(&wanted.left_out)?;
    let view = View::open(&options.archive)?;
    let moment = |moment: Option<crate::cli::Moment>, other| moment.map_or(other, |moment| micros(moment.0));
    let period: Range<i64> = moment(options.from, i64::MIN)..moment(options.to, i64::MAX);
    let mut hunt = Hunt {
        matcher: Matcher::new(Arc::new(index)),
        layout: Layout::json(FieldMap::kept()),
        scratch: Scratch::default(),
        records: Vec::with_capacity(MATCHED),
        lines: Vec::new(),
        hits: 0,
    };
    let mut out = io::stdout().lock();
    let mut written = Ok(());
    let hunted = view.hunt(&period, &wanted.keys, |record| {
        hunt.records.push((record.at, record.payload.to_vec()));
        if hunt.records.len() >= MATCHED && written.is_ok() {
            written = hunt.settle(&mut out);
        }
    })?;
    written?;
    hunt.settle(&mut out)?;
    out.flush()?;
    writeln!(
        io::stderr(),
        "{hits} lần thấy; đọc {read} trong {blocks} khối · {hits} hits; read {read} of {blocks} blocks",
        hits = hunt.hits,
        read = hunted.read,
        blocks = hunted.blocks
    )?;
    let is_good = bad_indicators == 0 && wanted.left_out.is_empty();
    Ok(if is_good { Outcome::Good } else { Outcome::SomeBad })
}

/// What a hunt has found and not matched yet.
struct Hunt {
    matcher: Matcher,
    layout: Layout,
    scratch: Scratch,
    records: Vec<(i64, Vec<u8>)>,
    lines: Vec<u8>,
    hits: u64,
}

impl Hunt {
    /// Matches the records that were told, and writes the hits in them.
    fn settle(&mut self, out: &mut impl Write) -> io::Result<()> {
        let records = &self.records;
        let lines = (0..).zip(records.iter().map(|(_, payload)| payload.as_slice()));
        let on_hit = |hit: Hit<'_>| {
            // What is kept of an event is not enough for a pattern; that they are left out is told.
            if hit.found == Found::Pattern {
                return;
            }
            if let Some((at, payload)) = records.get(hit.line as usize) {
                let event = std::str::from_utf8(payload).unwrap_or_default();
                let out = HuntedOut {
                    at: &moment_of(*at).to_string(),
                    kind: hit.found.key(),
                    value: hit.value,
                    indicator: hit.indicator.name.unwrap_or(hit.listed),
                    source: hit.indicator.source,
                    event,
                };
                out.write(&mut self.lines);
            }
        };
        let tally = self
            .matcher
            .scan(&mut self.scratch, &self.layout, lines, on_hit, |_| {});
        self.hits += tally.hits;
        out.write_all(&self.lines)?;
        self.lines.clear();
        self.records.clear();
        Ok(())
    }
}

/// Forgets what is old; says how many events they were.
///
/// # Errors
/// When the archive cannot be read or a file not be removed.
pub fn forget(options: &ForgetOptions) -> anyhow::Result<Outcome> {
    let mut archive = Archive::open(&options.archive, MAX_LOG_BYTES)?;
    seal_all(&mut archive)?;
    let age = i64::from(options.days) * DAY_SECONDS * 1_000_000;
    let forgotten = archive.expire(Keep::Passing, micros(matching::now()).saturating_sub(age))?;
    let stock = archive.stock();
    writeln!(
        io::stderr(),
        "đã quên {forgotten} sự kiện, còn {records} trong {bytes} byte · forgot {forgotten} events, {records} are left in {bytes} bytes",
        records = stock.records,
        bytes = stock.bytes
    )?;
    Ok(Outcome::Good)
}

fn report_left_out(left_out: &[(String, Unhuntable)]) -> io::Result<()> {
    let mut err = io::stderr().lock();
    for (value, why) in left_out.iter().take(MOST_SHOWN) {
        let vi = match why {
            Unhuntable::Email => "địa chỉ thư không được lưu",
            Unhuntable::Query => "phần sau dấu hỏi của URL không được lưu",
            Unhuntable::Network => "mạng rộng hơn /8, hoặc /24 của IPv6",
            Unhuntable::Pattern => "mẫu đòi hỏi nhiều hơn một giá trị đơn lẻ",
            Unhuntable::TooMany => "quá nhiều chỉ dấu",
        };
        writeln!(err, "{value}: {vi} · {why}")?;
    }
    if left_out.len() > MOST_SHOWN {
        let count = left_out.len();
        writeln!(
            err,
            "{count} chỉ dấu không tìm được · indicators that cannot be hunted for"
        )?;
    }
    Ok(())
}

/// A moment, in microseconds since 1970.
pub fn micros(moment: Timestamp) -> i64 {
    moment
        .seconds
        .saturating_mul(1_000_000)
        .saturating_add(i64::from(moment.nanos / 1_000))
}

fn moment_of(micros: i64) -> Timestamp {
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: micros.rem_euclid(1_000_000) as u32 * 1_000,
    }
}
