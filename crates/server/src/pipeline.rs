//! Files in, answers out, in order, on many threads and with bounded memory.
//!
//! One thread reads and cuts the input into chunks of lines, workers judge them, and the caller's thread takes the
//! answers in the order of the input. Every queue is short: who is ahead waits.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anlanh_api::{Chunk, Judge, LineCutter, Tally};
use anlanh_screen::Scratch;

/// Bytes read at once.
const READ_BYTES: usize = 256 * 1024;
/// Chunks per worker that may wait to be judged or to be taken.
const AHEAD: usize = 4;

/// Something to read items from.
pub type Input = Box<dyn Read + Send>;

/// What became of one chunk.
#[derive(Debug)]
pub struct Judged {
    /// Index of the input it came from.
    pub input: usize,
    /// How many bytes of input it was.
    pub input_bytes: usize,
    /// The answers, a line each.
    pub out: Vec<u8>,
    /// What became of its items.
    pub tally: Tally,
}

struct Job {
    input: usize,
    chunk: Chunk,
    reply: SyncSender<Judged>,
}

/// Judges every line of the inputs and gives the answers to `take`, in order. Ends early when `take` fails.
///
/// # Errors
/// What `take` or an input fails with.
pub fn run(
    judge: &Judge<'_>,
    jobs: usize,
    inputs: Vec<Input>,
    mut take: impl FnMut(Judged) -> io::Result<()>,
) -> io::Result<()> {
    let (job_sender, job_receiver) = sync_channel::<Job>(jobs * AHEAD);
    let (order_sender, order) = sync_channel::<Receiver<Judged>>(jobs * AHEAD);
    let job_receiver = Mutex::new(job_receiver);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| work(judge, &job_receiver));
        }
        let reader = scope.spawn(move || read(inputs, &job_sender, &order_sender));
        let taken = order.iter().try_for_each(|reply| {
            let judged = reply.recv().map_err(|_| io::Error::other("a worker has stopped"))?;
            take(judged)
        });
        // The reader and the workers see that nobody waits for them any more.
        drop(order);
        let read = reader
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the reader has stopped")));
        taken.and(read)
    })
}

fn work(judge: &Judge<'_>, jobs: &Mutex<Receiver<Job>>) {
    let mut scratch = Scratch::default();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { input, chunk, reply }) = next else {
            return;
        };
        let mut out = Vec::with_capacity(chunk.bytes.len() * 2);
        let mut tally = Tally::default();
        judge.judge_chunk(&mut scratch, &chunk, &mut out, &mut tally);
        let judged = Judged {
            input,
            input_bytes: chunk.bytes.len(),
            out,
            tally,
        };
        // Nobody takes it any more when the output is gone.
        let _ = reply.send(judged);
    }
}

fn read(inputs: Vec<Input>, jobs: &SyncSender<Job>, order: &SyncSender<Receiver<Judged>>) -> io::Result<()> {
    let hand_over = |input: usize, chunk: Chunk| {
        let (reply, answer) = sync_channel(1);
        order.send(answer).is_ok() && jobs.send(Job { input, chunk, reply }).is_ok()
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
                    && !hand_over(index, chunk)
                {
                    return Ok(());
                }
            }
        }
        if let Some(chunk) = cutter.finish()
            && !hand_over(index, chunk)
        {
            return Ok(());
        }
    }
    Ok(())
}
