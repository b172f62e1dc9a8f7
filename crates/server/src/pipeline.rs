//! Files in, answers out, in order, on many threads and with bounded memory.
//!
//! One thread reads and cuts the input into chunks of lines, workers do the work, and the caller's thread takes what they
//! made in the order of the input. Every queue is short: who is ahead waits.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anlanh_api::{Chunk, LineCutter};
use anyhow::Context;
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Bytes read at once.
const READ_BYTES: usize = 256 * 1024;
/// Chunks per worker that may wait to be worked on or to be taken.
const AHEAD: usize = 4;

/// Something to read lines from.
pub type Input = Box<dyn Read + Send>;

/// What was made of one chunk.
#[derive(Debug)]
pub struct Done<T> {
    /// Index of the input it came from.
    pub input: usize,
    /// How many bytes of input it was.
    pub input_bytes: usize,
    /// What the worker made.
    pub made: T,
}

struct Job<P, T> {
    input: usize,
    input_bytes: usize,
    prepared: P,
    reply: SyncSender<Done<T>>,
}

/// Hands every chunk of the inputs through: `prepare` sees all of them in order, a worker of each thread makes something
/// of some, and `take` gets what was made, in order. Ends early when one of them fails.
///
/// # Errors
/// What `prepare`, `take` or an input fails with.
pub fn run<P: Send, T: Send, W: FnMut(P) -> T>(
    jobs: usize,
    inputs: Vec<Input>,
    prepare: impl FnMut(usize, Chunk) -> io::Result<P> + Send,
    worker: impl Fn() -> W + Sync,
    mut take: impl FnMut(Done<T>) -> io::Result<()>,
) -> io::Result<()> {
    let (job_sender, job_receiver) = sync_channel::<Job<P, T>>(jobs * AHEAD);
    let (order_sender, order) = sync_channel::<Receiver<Done<T>>>(jobs * AHEAD);
    let job_receiver = Mutex::new(job_receiver);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| work(worker(), &job_receiver));
        }
        let reader = scope.spawn(move || read(inputs, prepare, &job_sender, &order_sender));
        let taken = order.iter().try_for_each(|reply| {
            let done = reply.recv().map_err(|_| io::Error::other("a worker has stopped"))?;
            take(done)
        });
        // The reader and the workers see that nobody waits for them any more.
        drop(order);
        let read = reader
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader has stopped")));
        taken.and(read)
    })
}

fn work<P, T>(mut make: impl FnMut(P) -> T, jobs: &Mutex<Receiver<Job<P, T>>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else {
            return;
        };
        let done = Done {
            input: job.input,
            input_bytes: job.input_bytes,
            made: make(job.prepared),
        };
        // Nobody takes it any more when the output is gone.
        let _ = job.reply.send(done);
    }
}

fn read<P, T>(
    inputs: Vec<Input>,
    mut prepare: impl FnMut(usize, Chunk) -> io::Result<P>,
    jobs: &SyncSender<Job<P, T>>,
    order: &SyncSender<Receiver<Done<T>>>,
) -> io::Result<()> {
    // Whether somebody still waits for it.
    let mut hand_over = |input: usize, chunk: Chunk| -> io::Result<bool> {
        let (reply, answer) = sync_channel(1);
        let job = Job {
            input,
            input_bytes: chunk.bytes.len(),
            prepared: prepare(input, chunk)?,
            reply,
        };
        Ok(order.send(answer).is_ok() && jobs.send(job).is_ok())
    };
    let mut buffer = vec![0; READ_BYTES];
    for (index, mut input) in inputs.into_iter().enumerate() {
        let mut cutter = LineCutter::new();
        loop {
            let count = match input.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let mut bytes = buffer.get(..count).unwrap_or_default();
            while !bytes.is_empty() {
                if let Some(chunk) = cutter.push(&mut bytes)
                    && !hand_over(index, chunk)?
                {
                    return Ok(());
                }
            }
            // No more is there yet: whoever follows a log wants the answers to what is.
            if count < buffer.len()
                && let Some(chunk) = cutter.flush()
                && !hand_over(index, chunk)?
            {
                return Ok(());
            }
        }
        if let Some(chunk) = cutter.finish()
            && !hand_over(index, chunk)?
        {
            return Ok(());
        }
    }
    Ok(())
}

/// Opens every input, `-` being the standard one, and adds up their sizes where all are known. What is compressed with
/// gzip, as logs are that were rotated, is unpacked as it is read.
///
/// # Errors
/// When one cannot be opened.
pub fn open(files: &[PathBuf]) -> anyhow::Result<(Vec<Input>, Option<u64>)> {
    let mut inputs: Vec<Input> = Vec::new();
    let mut total_bytes = Some(0);
    for path in files {
        if path == Path::new("-") {
            inputs.push(Box::new(io::stdin()));
            total_bytes = None;
            continue;
        }
        let mut file = File::open(path).with_context(|| format!("không mở được · cannot open {}", path.display()))?;
        let metadata = file.metadata()?;
        if metadata.is_file() && is_gzip(&mut file)? {
            inputs.push(Box::new(MultiGzDecoder::new(file)));
            total_bytes = None;
            continue;
        }
        let size = Some(metadata.len()).filter(|_| metadata.is_file());
        total_bytes = total_bytes.zip(size).map(|(total, size)| total + size);
        inputs.push(Box::new(file));
    }
    Ok((inputs, total_bytes))
}

/// Whether a file begins as gzip does (RFC 1952, section 2.3.1), as which no line of text does.
fn is_gzip(file: &mut File) -> io::Result<bool> {
    let mut magic = [0; 2];
    let is_gzip = match file.read_exact(&mut magic) {
        Ok(()) => magic == [0x1f, 0x8b],
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(0))?;
    Ok(is_gzip)
}

/// A bar on the standard error output, when somebody looks at it.
pub fn progress(total_bytes: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match total_bytes {
        Some(total) => (
            ProgressBar::new(total),
            "{bar:32} {bytes} / {total_bytes} · {binary_bytes_per_sec} · {eta}",
        ),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes} · {binary_bytes_per_sec}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

/// How many threads to work on, unless somebody said.
pub fn jobs(wanted: Option<std::num::NonZeroUsize>) -> usize {
    let available = || thread::available_parallelism().map_or(1, usize::from);
    wanted.map_or_else(available, usize::from)
}
