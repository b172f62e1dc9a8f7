//! A question that many ask at the same time: those that wait for their turn are asked together, in one read.
//!
//! An answer is of a moment after its question was asked, as that of a read of its own would be.

use std::fmt;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{DEFAULT_QUEUE, Database, Error, Read};

type Ask<Q, A, E> = dyn Fn(&mut Read<'_>, &[Q]) -> Result<Vec<A>, E> + Send + Sync;

/// A kind of question. A clone is another handle to the same one.
pub struct Gathered<Q, A, E> {
    db: Database,
    name: &'static str,
    ask: Arc<Ask<Q, A, E>>,
    waiting: Arc<Mutex<Waiting<Q, A, E>>>,
}

/// Takes the answer to where it is waited for.
type Caller<A, E> = Box<dyn FnOnce(Result<A, E>) + Send>;

struct Waiting<Q, A, E> {
    round: Round<Q, A, E>,
    /// Whether a read that has not begun will take them.
    is_awaited: bool,
}

/// Questions that are asked together, and who asked each.
struct Round<Q, A, E> {
    questions: Vec<Q>,
    callers: Vec<Caller<A, E>>,
}

impl<Q, A, E> Clone for Gathered<Q, A, E> {
    fn clone(&self) -> Self {
        Self {
            db: self.db.clone(),
            name: self.name,
            ask: Arc::clone(&self.ask),
            waiting: Arc::clone(&self.waiting),
        }
    }
}

impl<Q, A, E> fmt::Debug for Gathered<Q, A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gathered")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl<Q, A, E> Default for Round<Q, A, E> {
    fn default() -> Self {
        Self {
            questions: Vec::new(),
            callers: Vec::new(),
        }
    }
}

impl<Q, A, E> Gathered<Q, A, E>
where
    Q: Send + 'static,
    A: Send + 'static,
    E: From<Error> + Clone + Send + 'static,
{
    /// A kind of question; `ask` gives an answer for each of some, in their order. It may run twice.
    pub fn new(
        db: &Database,
        name: &'static str,
        ask: impl Fn(&mut Read<'_>, &[Q]) -> Result<Vec<A>, E> + Send + Sync + 'static,
    ) -> Self {
        Self {
            db: db.clone(),
            name,
            ask: Arc::new(ask),
            waiting: Arc::new(Mutex::new(Waiting {
                round: Round::default(),
                is_awaited: false,
            })),
        }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub async fn ask(&self, question: Q) -> Result<A, E> {
        let (answer, answered) = oneshot::channel();
        self.push(question, move |result| drop(answer.send(result)));
        answered.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    /// [`Self::ask`] for those who can block.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn ask_blocking(&self, question: Q) -> Result<A, E> {
        let (answer, answered) = sync_channel(1);
        self.push(question, move |result| drop(answer.send(result)));
        answered.recv().unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    fn push(&self, question: Q, caller: impl FnOnce(Result<A, E>) + Send + 'static) {
        let mut waiting = lock(&self.waiting);
        if waiting.round.questions.len() >= DEFAULT_QUEUE {
            drop(waiting);
            return caller(Err(Error::Busy.into()));
        }
        waiting.round.questions.push(question);
        waiting.round.callers.push(Box::new(caller));
        let is_first = !std::mem::replace(&mut waiting.is_awaited, true);
        drop(waiting);
        if is_first {
            self.read();
        }
    }

    /// Asks for a read, which takes whatever waits when it begins.
    fn read(&self) {
        let taken = Arc::new(Mutex::new(None));
        let (ask, waiting, round) = (Arc::clone(&self.ask), Arc::clone(&self.waiting), Arc::clone(&taken));
        let job = move |tx: &mut Read<'_>| {
            let mut round = lock(&round);
            // The same again where the first run was cut off.
            let round = round.get_or_insert_with(|| lock(&waiting).take());
            (*ask)(tx, &round.questions)
        };
        let waiting = Arc::clone(&self.waiting);
        self.db.read_then(self.name, job, move |answers| {
            // A read that was refused has taken nothing.
            let round = lock(&taken).take().unwrap_or_else(|| lock(&waiting).take());
            match answers {
                Ok(answers) => {
                    for (caller, answer) in round.callers.into_iter().zip(answers) {
                        caller(Ok(answer));
                    }
                }
                Err(error) => {
                    for caller in round.callers {
                        caller(Err(error.clone()));
                    }
                }
            }
        });
    }
}

impl<Q, A, E> Waiting<Q, A, E> {
    fn take(&mut self) -> Round<Q, A, E> {
        self.is_awaited = false;
        std::mem::take(&mut self.round)
    }
}

/// What a panic leaves behind is whole: no code of others changes it under the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
