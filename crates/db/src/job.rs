//! A transaction's code, waiting for its turn: run perhaps twice, answered once.
//!
//! What the code gives is of any type, and stays in a [`Slot`] with whoever asked; what waits and is run is of one type, so
//! that it is compiled once, and not for each transaction of the product.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::Error;
use crate::session::Session;

/// What became of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It wants what it did to be kept.
    Keep,
    /// It failed, and what it did is to be undone.
    Undo,
}

/// Runs in a transaction, and puts what it gives into a slot.
pub(crate) type Code = Box<dyn FnMut(&mut Session) -> Outcome + Send>;
/// Takes the word of how it ended to whoever waits.
pub(crate) type Answer = Box<dyn FnOnce(Told) + Send>;

/// What whoever waits is told.
#[derive(Debug)]
pub(crate) enum Told {
    /// The transaction ended well.
    Kept,
    /// It did not; a failure of the code's own comes first.
    Lost(Error),
    /// This is to be said, whatever the code gave.
    Instead(Error),
}

impl Told {
    /// What is said instead of the code's own result, which is a failure or none.
    fn over(self, has_failed: bool) -> Option<Error> {
        match self {
            Self::Instead(error) => Some(error),
            Self::Lost(error) if !has_failed => Some(error),
            Self::Lost(_) | Self::Kept => None,
        }
    }
}

/// A transaction's code, and what threads need to know of it.
pub(crate) struct Job {
    /// What its caller calls it.
    pub(crate) name: &'static str,
    /// When it began to wait.
    pub(crate) since: Instant,
    code: Code,
    answer: Answer,
    /// What failed in its last run that the code does not know of.
    failed: Option<Error>,
}

impl Job {
    pub(crate) fn new(name: &'static str, code: Code, answer: Answer) -> Self {
        Self {
            name,
            since: Instant::now(),
            code,
            answer,
            failed: None,
        }
    }

    /// Runs the code. Its result is kept until the transaction has ended.
    pub(crate) fn run(&mut self, session: &mut Session) -> Outcome {
        // What the code has touched is undone with the transaction, and its result is replaced.
        let ran = catch_unwind(AssertUnwindSafe(|| (self.code)(session)));
        self.failed = ran.is_err().then_some(Error::Panicked(self.name));
        ran.unwrap_or(Outcome::Undo)
    }

    /// Replaces its result: something that it sent, and did not wait for, has failed.
    pub(crate) fn fail(&mut self, error: Error) {
        self.failed = Some(error);
    }

    /// Answers: with the code's own result, or with why its transaction failed.
    pub(crate) fn answer(self, ended: Result<(), Error>) {
        (self.answer)(match (self.failed, ended) {
            (Some(error), _) => Told::Instead(error),
            (None, Ok(())) => Told::Kept,
            (None, Err(error)) => Told::Lost(error),
        });
    }
}

/// Where the result of the last run is kept.
pub(crate) struct Slot<T, E>(Arc<Mutex<Option<Result<T, E>>>>);

impl<T, E> Default for Slot<T, E> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }
}

impl<T: Send + 'static, E: Send + 'static> Slot<T, E> {
    /// Code that keeps the result of each run here, instead of that of the run before.
    pub(crate) fn code(&self, mut run: impl FnMut(&mut Session) -> Result<T, E> + Send + 'static) -> Code {
        let slot = Self(Arc::clone(&self.0));
        Box::new(move |session| {
            let result = run(session);
            let outcome = if result.is_ok() { Outcome::Keep } else { Outcome::Undo };
            slot.lock().replace(result);
            outcome
        })
    }

    /// The answer to whoever asked.
    pub(crate) fn settle(&self, told: Told) -> Result<T, E>
    where
        E: From<Error>,
    {
        let own = self.lock().take();
        match (told.over(matches!(own, Some(Err(_)))), own) {
            (None, Some(own)) => own,
            (error, _) => Err(error.unwrap_or(Error::Closed).into()),
        }
    }

    /// What a panic leaves behind is whole: nothing but a result is put here.
    fn lock(&self) -> MutexGuard<'_, Option<Result<T, E>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
