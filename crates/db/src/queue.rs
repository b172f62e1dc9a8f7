//! A bounded queue: what does not fit is refused at once, and what was accepted is handed out before it closes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Error;

struct State<T> {
    waiting: VecDeque<T>,
    is_closed: bool,
}

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    limit: usize,
}

/// What waiting for a job came to.
pub(crate) enum Taken<T> {
    /// At least one.
    Jobs(Vec<T>),
    /// The time is up.
    Nothing,
    /// No job will come any more.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(limit: usize) -> Self {
        let waiting = VecDeque::new();
        Self {
            state: Mutex::new(State {
                waiting,
                is_closed: false,
            }),
            changed: Condvar::new(),
            limit,
        }
    }

    /// Adds a job at the end, or says why it cannot.
    pub(crate) fn push(&self, job: T) -> Result<(), (T, Error)> {
        let mut state = self.lock();
        if state.is_closed {
            return Err((job, Error::Closed));
        }
        if state.waiting.len() >= self.limit {
            return Err((job, Error::Busy));
        }
        state.waiting.push_back(job);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes up to `most` jobs from the front, and waits for the first of them, at most until `until`.
    pub(crate) fn take(&self, most: usize, until: Option<Instant>) -> Taken<T> {
        let mut state = self.lock();
        loop {
            if !state.waiting.is_empty() {
                let count = state.waiting.len().min(most);
                return Taken::Jobs(state.waiting.drain(..count).collect());
            }
            if state.is_closed {
                return Taken::Closed;
            }
            state = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(Duration::ZERO) => return Taken::Nothing,
                Some(left) => {
                    let waited = self.changed.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Takes up to `most` jobs from the front, and waits for none.
    pub(crate) fn take_waiting(&self, most: usize) -> Vec<T> {
        let mut state = self.lock();
        let count = state.waiting.len().min(most);
        state.waiting.drain(..count).collect()
    }

    /// [`Self::take_waiting`] that waits for the first of them, at most until `until`.
    pub(crate) fn take_until(&self, most: usize, until: Instant) -> Vec<T> {
        match self.take(most, Some(until)) {
            Taken::Jobs(jobs) => jobs,
            Taken::Nothing | Taken::Closed => Vec::new(),
        }
    }

    pub(crate) fn close(&self) {
        self.lock().is_closed = true;
        self.changed.notify_all();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// No code of others runs under the lock, so that what a panic leaves behind is whole.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_for_comes_or_the_time_is_up_or_nothing_comes_any_more() {
        let queue = Queue::new(4);
        let soon = || Instant::now() + Duration::from_millis(1);
        let far = || Instant::now() + Duration::from_secs(600);
        assert_eq!(queue.take_until(2, soon()), Vec::<u8>::new());
        for job in [1, 2, 3] {
            assert!(queue.push(job).is_ok());
        }
        assert_eq!(queue.take_until(2, far()), [1, 2]);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                (
                    queue.take_until(2, far()),
                    queue.take_until(2, far()),
                    queue.take_until(2, far()),
                )
            });
            while queue.len() > 0 {
                std::thread::yield_now();
            }
            assert!(queue.push(4).is_ok());
            while queue.len() > 0 {
                std::thread::yield_now();
            }
            queue.close();
            assert_eq!(waiting.join().ok(), Some((vec![3], vec![4], vec![])));
        });
    }
}
