//! Every limit of the HTTP edge. Each is tested at the limit and past it.
//!
//! How long an item may be is said in [`anlanh_api::limits`]; it holds for lines and for bodies alike.

use std::time::Duration;

/// What one process grants to those who connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most connections at one time; further ones wait in the kernel's queue.
    pub connections: usize,
    /// Longest wait for the next request's head, idle connections included.
    pub head: Duration,
    /// Longest wait for a body to arrive whole; for a batch, for its next piece.
    pub body: Duration,
    /// Longest wait for a client to take the next piece of an answer.
    pub write: Duration,
    /// How long requests may still run when the process is asked to stop.
    pub drain: Duration,
    /// Threads that judge batches and long texts.
    pub workers: usize,
    /// Chunks of one batch that are judged or wait to be read by the client, at one time.
    pub chunks: usize,
}

impl Limits {
    /// Largest head of a request, in bytes.
    pub const HEAD_BYTES: usize = 16 * 1024;
    /// Passwords that are hashed at one time.
    pub const DOORS: usize = 2;
    /// Versions of the policy that are checked, compiled or replayed at one time.
    pub const POLICY_JOBS: usize = 2;
    /// Largest file of a policy pack that is taken, in bytes; other bodies are bounded as items are.
    pub const PACK_FILE_BYTES: usize = anlanh_pack::limits::MAX_FILE_BYTES;
    /// Exports that are written at one time; further ones wait.
    pub const EXPORTS: usize = 2;
    /// Pictures that are read and kept at one time; further ones wait.
    pub const IMAGES: usize = 16;
    /// Envelopes of objects that are read and kept at one time; further ones wait.
    pub const ENVELOPES: usize = 4;
    /// Largest envelope of objects that is taken, in bytes: what TAXII calls `max_content_length`.
    pub const ENVELOPE_BYTES: usize = 32 << 20;
    /// Bodies up to this many bytes are judged where they arrive; longer ones by the pool.
    pub const INLINE_BYTES: usize = 4 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            connections: 1024,
            head: Duration::from_secs(15),
            body: Duration::from_secs(30),
            write: Duration::from_secs(30),
            drain: Duration::from_secs(10),
            workers,
            chunks: workers + 2,
        }
    }
}
