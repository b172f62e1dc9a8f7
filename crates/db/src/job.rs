//! A transaction's code, waiting for its turn: run perhaps twice, answered once.

use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use crate::session::Session;
use crate::{Error, Read, Write};

/// What became of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It wants what it did to be kept.
    Keep,
    /// It failed, and what it did is to be undone.
    Undo,
}

/// What a thread needs of a job, whatever it returns and however it is answered.
pub(crate) trait Job: Send {
    /// Runs the code. Its result is kept here until the transaction has ended.
    fn run(&mut self, session: &mut Session) -> Outcome;
    /// Replaces its result: something that it sent, and did not wait for, has failed.
    fn fail(&mut self, error: Error);
    /// Answers: with the code's own result, or with why its transaction failed.
    fn answer(self: Box<Self>, ended: Result<(), Error>);
    /// When it began to wait.
    fn since(&self) -> Instant;
    /// What its caller calls it.
    fn name(&self) -> &'static str;
}

/// The two kinds of transaction, as what their code is given.
pub(crate) trait Kind {
    type Transaction<'t>;
    fn of(session: &mut Session) -> Self::Transaction<'_>;
}

pub(crate) struct Reading;
pub(crate) struct Writing;

impl Kind for Reading {
    type Transaction<'t> = Read<'t>;
    fn of(session: &mut Session) -> Read<'_> {
        Read::new(session)
    }
}

impl Kind for Writing {
    type Transaction<'t> = Write<'t>;
    fn of(session: &mut Session) -> Write<'_> {
        Write::new(session)
    }
}

pub(crate) struct Pending<K, F, T, E, A> {
    name: &'static str,
    code: F,
    result: Option<Result<T, E>>,
    answer: A,
    since: Instant,
    kind: PhantomData<fn(K)>,
}

impl<K, F, T, E, A> Pending<K, F, T, E, A> {
    pub(crate) fn new(name: &'static str, code: F, answer: A) -> Self {
        Self {
            name,
            code,
            result: None,
            answer,
            since: Instant::now(),
            kind: PhantomData,
        }
    }
}

impl<K, F, T, E, A> Job for Pending<K, F, T, E, A>
where
    K: Kind,
    F: FnMut(&mut K::Transaction<'_>) -> Result<T, E> + Send,
    E: From<Error> + Send,
    T: Send,
    A: FnOnce(Result<T, E>) + Send,
{
    fn run(&mut self, session: &mut Session) -> Outcome {
        let mut transaction = K::of(session);
        // What the code has touched is undone with the transaction, and its result is replaced.
        let ran = catch_unwind(AssertUnwindSafe(|| (self.code)(&mut transaction)));
        let result = ran.unwrap_or_else(|_| Err(Error::Panicked(self.name).into()));
        let outcome = if result.is_ok() { Outcome::Keep } else { Outcome::Undo };
        self.result = Some(result);
        outcome
    }

    fn fail(&mut self, error: Error) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, ended: Result<(), Error>) {
        (self.answer)(match (self.result, ended) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(error)) => Err(error.into()),
            (Some(own), Ok(())) => own,
            (None, Ok(())) => Err(Error::Closed.into()),
        });
    }

    fn since(&self) -> Instant {
        self.since
    }

    fn name(&self) -> &'static str {
        self.name
    }
}
