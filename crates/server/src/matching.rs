//! `anlanh match`.

mod against;
mod rules;
mod woven;

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anlanh_api::Chunk;
use anlanh_app::indicator;
use anlanh_soc::{
    BadLine, Builder, FieldMap, Format, Index, Layout, LineError, ListError, ObjectError, PatternRefusal, Recogniser,
    SeveralBuilder, Source, Taken, add_line, add_object,
};
use anlanh_stix::{BundleReader, Pattern, Timestamp};
use anyhow::{Context, bail};

use crate::blocking::{misread, value_refusal};
use crate::cli::{DataOptions, EventFormat, MatchOptions};
use crate::pipeline::{self, Done};
use crate::{Outcome, data, mapped, sigma};

use against::{Against, Memory};

/// Bytes of a file that are looked at to tell what it is.
const HEAD_BYTES: usize = 64 * 1024;
/// Most bad lines or indicators of a file that are shown; the rest is counted.
const MOST_SHOWN: u64 = 20;

/// Whole lines, the number of the first, and how they are read.
pub type Stretch = (Chunk, Layout);

/// Matches every line of the event files, in order.
///
/// # Errors
/// When a list or a map cannot be read, the form of the events is not known, or output cannot be written.
pub fn run(options: &MatchOptions) -> anyhow::Result<Outcome> {
    let layout = layout(options.format, options.map.as_deref())?;
    let Told {
        lists,
        rules: files,
        events,
    } = tell_apart(options)?;
    let against = Against::load(options, lists, files)?;
    let (inputs, total_bytes) = pipeline::open(&events)?;
    let mut recognisers: Vec<Recogniser> = inputs.iter().map(|_| Recogniser::new(layout.clone())).collect();
    let names: Vec<Cow<'_, str>> = events.iter().map(|path| path.to_string_lossy()).collect();
    let prepare = |input: usize, chunk: Chunk| {
        let Some(recogniser) = recognisers.get_mut(input) else {
            return Ok((input, Vec::new()));
        };
        let stretches = recogniser
            .advance(&chunk.bytes)
            .map_err(|_| unrecognised(names.get(input)))?;
        Ok((input, cut(chunk, stretches)))
    };
    let worker = || {
        let mut memory = Memory::default();
        let (against, names) = (&against, &names);
        move |(input, stretches): (usize, Vec<Stretch>)| {
            // Where there is one input alone, nobody needs to be told which.
            let file = names.get(input).filter(|_| names.len() > 1).map(AsRef::as_ref);
            against.judge(&mut memory, file, &stretches)
        }
    };
    let bar = pipeline::progress(total_bytes);
    let mut out = io::stdout().lock();
    let mut streams = woven::Streams::new(&against.several, &names, &options.group_by);
    let (mut bad_lines, mut in_part) = (0, 0);
    let done = pipeline::run(pipeline::jobs(options.jobs), inputs, prepare, worker, |done| {
        let Done {
            input,
            input_bytes,
            made,
        } = done;
        bad_lines += made.bad.len() as u64;
        in_part += made.in_part;
        if !made.bad.is_empty() {
            bar.suspend(|| report(events.get(input), &made.bad))?;
        }
        bar.inc(input_bytes as u64);
        streams.write(input, &made, &mut out)
    });
    bar.finish_and_clear();
    done?;
    out.flush()?;
    if in_part > 0 {
        writeln!(
            io::stderr(),
            "{in_part} sự kiện có giá trị quá dài hoặc quá nhiều, luật Sigma không xét những giá trị đó · events have values \
             that are too long, or too many, and were not held against Sigma rules"
        )?;
    }
    streams.report()?;
    let is_good = bad_lines == 0 && against.bad == 0 && in_part == 0;
    Ok(if is_good { Outcome::Good } else { Outcome::SomeBad })
}

/// Which files are what.
struct Told<'o> {
    lists: &'o [PathBuf],
    rules: &'o [PathBuf],
    events: Vec<PathBuf>,
}

/// The lists, the rules and the event files: those that stand behind the lists or the rules without anything between are told by
/// what is in them, and by their names.
fn tell_apart(options: &MatchOptions) -> anyhow::Result<Told<'_>> {
    let mut told = Told {
        lists: &options.indicators,
        rules: &options.sigma,
        events: options.events.clone(),
    };
    if !told.events.is_empty() {
        return Ok(told);
    }
    let is_other = |path: &PathBuf| !sigma::is_of_rules(path);
    if let Some(at) = told.rules.iter().skip(1).position(is_other) {
        let (files, events) = told.rules.split_at_checked(at + 1).unwrap_or((told.rules, &[]));
        told.rules = files;
        told.events = events.to_vec();
    }
    for (at, path) in options.indicators.iter().enumerate().skip(1) {
        if path == Path::new("-") || has_events(path)? {
            let (lists, events) = told.lists.split_at_checked(at).unwrap_or((told.lists, &[]));
            told.lists = lists;
            told.events.extend_from_slice(events);
            break;
        }
    }
    if told.events.is_empty() {
        told.events.push(PathBuf::from("-"));
    }
    Ok(told)
}

/// Whether a file is of a form that is recognised, or of JSON objects that are no bundle of indicators.
fn has_events(path: &Path) -> anyhow::Result<bool> {
    let text = mapped::map(path)?;
    let head = text.get(..HEAD_BYTES).unwrap_or(&text);
    let is_object = head.trim_ascii_start().first() == Some(&b'{');
    // The last line may be cut.
    let end = head.iter().rposition(|byte| *byte == b'\n').unwrap_or(head.len());
    let lines = head.get(..end).unwrap_or(head);
    Ok(!is_bundle(head) && (is_object || Recogniser::new(None).advance(lines).is_ok()))
}

/// How events are read, where somebody said.
pub fn layout(format: Option<EventFormat>, map: Option<&Path>) -> anyhow::Result<Option<Layout>> {
    if let Some(path) = map {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("không đọc được · cannot read {}", path.display()))?;
        let map = FieldMap::parse(&text).with_context(|| {
            format!(
                "không dùng được bảng trường · cannot use {} as a field map",
                path.display()
            )
        })?;
        return Ok(Some(Layout::json(map)));
    }
    Ok(format.map(|format| {
        Layout::of(match format {
            EventFormat::Eve => Format::Eve,
            EventFormat::Zeek => Format::Zeek,
            EventFormat::Bind => Format::Bind,
            EventFormat::Unbound => Format::Unbound,
        })
    }))
}

pub fn unrecognised(name: Option<&Cow<'_, str>>) -> io::Error {
    let name = name.map(AsRef::as_ref).unwrap_or_default();
    io::Error::other(format!(
        "{name}: không nhận ra dạng của sự kiện, hãy dùng --format hoặc --map · \
         form of the events is not recognised, name it with --format or --map"
    ))
}

/// Cuts lines where they begin to be read in another way.
pub fn cut(mut chunk: Chunk, mut stretches: Vec<(usize, Layout)>) -> Vec<Stretch> {
    let mut cut = Vec::new();
    while let Some((start, layout)) = stretches.pop() {
        let tail = chunk.bytes.split_off(start.min(chunk.bytes.len()));
        let before = chunk.bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        let tail = Chunk {
            bytes: tail,
            first_line: chunk.first_line + before,
        };
        cut.push((tail, layout));
    }
    cut.reverse();
    cut
}

/// Adds the indicators of a node that count now, beside it while it runs.
fn add_node(
    folder: &Path,
    database: Option<&str>,
    builder: &mut Builder,
    several: &mut SeveralBuilder,
) -> anyhow::Result<()> {
    let place = DataOptions {
        data: folder.to_owned(),
        database: database.map(str::to_owned),
        key_file: None,
    };
    let store = data::open_kept(&place)?;
    let policy = anlanh_pack::Policy::built_in();
    let policy = policy.map_err(|mistakes| anyhow::anyhow!("the built-in policy has {} mistakes", mistakes.len()))?;
    let take_several =
        |_: &mut Builder, pattern: &Pattern, (id, source): (&str, &str)| several.add(pattern, id, source);
    let added = indicator::index_by_operator(&store, &data::clock(), &policy, builder, take_several);
    let added = added.context("không đọc được chỉ dấu của nút · cannot read the indicators of the node")?;
    writeln!(
        io::stderr(),
        "{}: {} chỉ dấu, {} bị bỏ vì trong danh sách cảnh báo · indicators, left out as known to be good",
        folder.display(),
        added.listed,
        added.warned
    )?;
    let (used, left_out) = added.patterns.values().fold((0, 0), |(used, left_out), of_feed| {
        (used + of_feed.used, left_out + of_feed.left_out)
    });
    if used + left_out > 0 {
        writeln!(
            io::stderr(),
            "{}: {used} mẫu STIX được đối chiếu, {left_out} không dùng được · STIX patterns matched, not used",
            folder.display()
        )?;
    }
    Ok(())
}

/// Reads lists of indicators and STIX bundles; what is bad in them is shown and left out, and how much that is told.
///
/// Patterns over several events are for whoever follows a stream.
pub fn read_lists(
    files: &[PathBuf],
    mut builder: Builder,
    mut several: Option<&mut SeveralBuilder>,
) -> anyhow::Result<(Index, u64)> {
    let mut bad = 0;
    for path in files {
        if path == Path::new("-") {
            bail!(
                "chỉ dấu lấy từ tệp, đầu vào chuẩn dành cho sự kiện · indicators come from files, events from the standard input"
            );
        }
        let text = mapped::map(path)?;
        let source = builder.source(&path.to_string_lossy())?;
        let mut troubles = Troubles::of(&path.to_string_lossy());
        let head = text.get(..HEAD_BYTES).unwrap_or(&text);
        if is_bundle(head) {
            let name = path.to_string_lossy();
            let several = several.as_deref_mut().map(|several| (several, &*name));
            read_bundle(&text, &mut builder, source, several, &mut troubles)?;
        } else if matches!(head.trim_ascii_start().first(), Some(b'{' | b'[')) {
            troubles.add("1", "là JSON nhưng không phải gói STIX", &"JSON, but no STIX bundle")?;
        } else {
            read_list(&text, &mut builder, source, &mut troubles)?;
        }
        bad += troubles.count;
        troubles.end()?;
    }
    Ok((builder.build(), bad))
}

fn read_list(text: &[u8], builder: &mut Builder, source: Source, troubles: &mut Troubles) -> anyhow::Result<()> {
    for (number, line) in (1_u64..).zip(text.split(|byte| *byte == b'\n')) {
        match add_line(builder, source, line) {
            Ok(()) => {}
            Err(ListError::Full(full)) => return Err(full.into()),
            Err(error) => troubles.add(&number.to_string(), misread(error), &error)?,
        }
    }
    Ok(())
}

fn read_bundle(
    text: &[u8],
    builder: &mut Builder,
    source: Source,
    mut several: Option<(&mut SeveralBuilder, &str)>,
    troubles: &mut Troubles,
) -> anyhow::Result<()> {
    let now = now();
    let mut reader = BundleReader::new(text);
    loop {
        let object = match reader.next_object() {
            Ok(Some(object)) => object,
            Ok(None) => return Ok(()),
            // One without a type is passed over; after anything else nothing follows.
            Err(error) => {
                troubles.add("STIX", "không đọc được", &anyhow::Error::from(error))?;
                continue;
            }
        };
        let mut added = add_object(builder, source, &object, now);
        if let (
            Err(ObjectError::Refused(PatternRefusal::SeveralEvents | PatternRefusal::Time)),
            Some((several, name)),
        ) = (&added, &mut several)
        {
            added = several.add_object(&object, name);
        }
        match added {
            Ok(Taken::Listed | Taken::NotNow | Taken::Other) => {}
            Err(ObjectError::Full(full)) => return Err(full.into()),
            Err(error) => {
                let id = object.id().map_or_else(|| "indicator".to_owned(), |id| id.to_string());
                troubles.add(&id, &untaken(&error), &error)?;
            }
        }
    }
}

/// What is bad in one file.
struct Troubles {
    file: String,
    count: u64,
}

impl Troubles {
    fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            count: 0,
        }
    }

    /// Shows one, where it is and in both languages, unless there were many.
    fn add(&mut self, place: &str, vi: &str, en: &dyn Display) -> io::Result<()> {
        self.count += 1;
        if self.count > MOST_SHOWN {
            return Ok(());
        }
        writeln!(io::stderr(), "{}:{place}: {vi} · {en:#}", self.file)
    }

    /// Says how many there were, when not all were shown.
    fn end(&self) -> io::Result<()> {
        if self.count <= MOST_SHOWN {
            return Ok(());
        }
        let Self { file, count } = self;
        writeln!(
            io::stderr(),
            "{file}: {count} dòng hoặc chỉ dấu bị bỏ qua · lines or indicators left out"
        )
    }
}

/// Whether a file begins as a bundle does: an object that has a list of objects, or says that it is one.
fn is_bundle(head: &[u8]) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|window| window == word);
    head.trim_ascii_start().first() == Some(&b'{') && (has(b"\"bundle\"") || has(b"\"objects\""))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command is the edge at which time comes in"
)]
pub fn now() -> Timestamp {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp {
        seconds: now.as_secs() as i64,
        nanos: now.subsec_nanos(),
    }
}

fn untaken(error: &ObjectError) -> String {
    let words = match error {
        ObjectError::Refused(refusal) => {
            let (vi, _) = indicator::refusal_words(*refusal);
            let can_be_forced = *refusal == PatternRefusal::NothingToLookUp;
            return if can_be_forced {
                format!("{vi} (--every-event)")
            } else {
                vi
            };
        }
        ObjectError::Incomplete => "chỉ dấu thiếu mẫu, ngôn ngữ của mẫu hoặc thời điểm bắt đầu",
        ObjectError::Language => "mẫu không viết bằng ngôn ngữ STIX",
        ObjectError::Pattern { .. } => "không đọc được mẫu",
        ObjectError::TooLong => "mẫu quá dài",
        ObjectError::WideNetwork => "mẫu tra theo dải địa chỉ quá rộng",
        ObjectError::TooManyRegexes => "các mẫu có quá nhiều biểu thức chính quy",
        ObjectError::Property => "mẫu nêu thuộc tính mà sự kiện không được đối chiếu",
        ObjectError::Value(error) => value_refusal(*error),
        ObjectError::Full(_) => "không còn chỗ",
    };
    words.to_owned()
}

pub fn report(file: Option<&PathBuf>, bad: &[BadLine]) -> io::Result<()> {
    let mut err = io::stderr().lock();
    let file = file.map(|file| file.display().to_string()).unwrap_or_default();
    bad.iter()
        .try_for_each(|BadLine { line, error }| writeln!(err, "{file}:{line}: {} · {error}", unread(*error)))
}

fn unread(error: LineError) -> Cow<'static, str> {
    match error {
        LineError::TooLong => "dòng quá dài".into(),
        LineError::NotUtf8 => "dòng không phải UTF-8".into(),
        LineError::NotJson { column } => format!("không phải JSON từ cột {column}").into(),
        LineError::TooDeep => "sự kiện lồng quá sâu".into(),
        LineError::NotAnObject => "sự kiện không phải là đối tượng".into(),
        LineError::Columns { found, named } => format!("dòng có {found} cột, phần đầu nhật ký nêu {named}").into(),
        LineError::NoHead => "dòng đứng trước phần đầu nêu tên cột".into(),
        LineError::TooManyValues => "sự kiện có nhiều giá trị hơn số được đối chiếu".into(),
    }
}
