//! A bounded pool of threads for work that would hold up the runtime.

use std::cell::Cell;
use std::sync::Arc;

use anlanh_screen::Scratch;
use tokio::sync::Semaphore;

/// Runs at most so many jobs at one time; others wait their turn without holding anything but themselves.
#[derive(Debug)]
pub struct Pool {
    turns: Arc<Semaphore>,
}

/// A job did not finish: it panicked, or the process is stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfinished;

impl Pool {
    /// A pool of this many threads, at least one.
    pub fn new(threads: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(threads.max(1))),
        }
    }

    /// Runs a job and waits for it. A waiter that is dropped before its turn takes its job with it; a job that has begun
    /// comes to its end, whoever waits.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Unfinished> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Unfinished)?;
        let job = move || {
            let _turn = turn;
            job()
        };
        tokio::task::spawn_blocking(job).await.map_err(|_| Unfinished)
    }
}

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Lends this thread's scratch memory. After a panic inside the next call starts with a fresh one.
pub fn with_scratch<T>(job: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = SCRATCH.take().unwrap_or_default();
    let result = job(&mut scratch);
    SCRATCH.set(Some(scratch));
    result
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_job_that_has_begun_ends_though_nobody_waits_for_it() {
        let pool = Pool::new(1);
        let (begin, begun) = oneshot::channel();
        let (go, gone) = mpsc::channel::<()>();
        let (end, ended) = oneshot::channel();
        let mut waiting = Box::pin(pool.run(move || {
            begin.send(()).unwrap();
            gone.recv().unwrap();
            end.send(()).unwrap();
        }));
        tokio::select! {
            _ = &mut waiting => panic!("it waits to go on"),
            told = begun => told.unwrap(),
        }
        drop(waiting);
        go.send(()).unwrap();
        ended.await.unwrap();
        assert_eq!(pool.run(|| 7).await, Ok(7), "its turn is free again");
    }
}
