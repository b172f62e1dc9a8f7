//! The line to a PostgreSQL server: statements go out one after the other, and their answers come back in that order.
//!
//! Who needs no answer yet does not wait for it: the server works while the next statement is made, and many of them
//! cost one journey. It knows neither what a statement says nor what a failure means to a caller.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use tokio::runtime::Runtime;
use tokio::task::yield_now;
use tokio_postgres::{Client, Config, Error, NoTls};

/// The answer to a question, which is good or tells of a failure; also the end of a connection.
type Answer = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A connection. It moves only while somebody waits: between two calls nothing runs.
pub(crate) struct Line {
    client: Arc<Client>,
    ends: Ends,
    runtime: Runtime,
}

/// What has to be turned for anything to come back.
struct Ends {
    /// Moves bytes in both directions; `None` when it has ended, after which whatever waits is told so.
    connection: Option<Answer>,
    /// Sent and not yet answered, the oldest first.
    sent: VecDeque<Sent>,
    /// The first failure among what nobody waited for; later ones only follow from it.
    failure: Option<Failure>,
}

struct Sent {
    name: &'static str,
    answer: Answer,
}

/// What failed, and why.
pub(crate) struct Failure {
    pub(crate) name: &'static str,
    pub(crate) error: Error,
}

impl Line {
    /// Connects, on a runtime that is the line's own.
    pub(crate) fn open(runtime: Runtime, config: &Config) -> Result<Self, Error> {
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        let ends = Ends {
            connection: Some(Box::pin(connection)),
            sent: VecDeque::new(),
            failure: None,
        };
        Ok(Self {
            client: Arc::new(client),
            ends,
            runtime,
        })
    }

    /// What makes questions to wait for, or to send.
    pub(crate) fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    /// Sends a question behind all others, and does not wait for its answer. It leaves with the next [`Self::wait`],
    /// [`Self::settle`] or [`Self::flush`].
    pub(crate) fn send(
        &mut self,
        name: &'static str,
        question: impl Future<Output = Result<(), Error>> + Send + 'static,
    ) {
        let mut answer: Answer = Box::pin(question);
        // Polled once it has its place among the others; nothing can have come back yet but that there is no connection.
        match answer.as_mut().now_or_never() {
            None => self.ends.sent.push_back(Sent { name, answer }),
            Some(Ok(())) => {}
            Some(Err(error)) => self.ends.fail(name, error),
        }
    }

    /// Waits for an answer, and so for those to all that was sent before.
    pub(crate) fn wait<T>(&mut self, question: impl Future<Output = T>) -> T {
        let mut question = pin!(question);
        let ends = &mut self.ends;
        self.runtime.block_on(poll_fn(|cx| {
            // Answers that nobody takes would hold up the one that is waited for.
            let _sent = ends.poll(cx);
            question.as_mut().poll(cx)
        }))
    }

    /// Waits for the answers to all that was sent.
    pub(crate) fn settle(&mut self) {
        let ends = &mut self.ends;
        self.runtime.block_on(poll_fn(|cx| ends.poll(cx)));
    }

    /// Lets what was sent leave, and waits for nothing.
    pub(crate) fn flush(&mut self) {
        let ends = &mut self.ends;
        self.runtime.block_on(poll_fn(|cx| {
            let _sent = ends.poll(cx);
            Poll::Ready(())
        }));
    }

    /// Takes in what came without having been asked for, and says whether the connection has ended. It does not wait.
    pub(crate) fn has_ended(&mut self) -> bool {
        let ends = &mut self.ends;
        self.runtime.block_on(async {
            // The first look at the socket is the runtime's, and it looks between two turns.
            yield_now().await;
            poll_fn(|cx| {
                let _sent = ends.poll(cx);
                Poll::Ready(())
            })
            .await;
        });
        self.is_closed()
    }

    /// How many answers have not come yet.
    pub(crate) fn unanswered(&self) -> usize {
        self.ends.sent.len()
    }

    /// The first failure among what was sent, told once.
    pub(crate) fn take_failure(&mut self) -> Option<Failure> {
        self.ends.failure.take()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.ends.connection.is_none()
    }
}

impl Ends {
    /// Moves bytes, and takes answers; ready when none is missing.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let moved = self.connection.as_mut().map(|connection| connection.as_mut().poll(cx));
        if moved.is_some_and(|moved| moved.is_ready()) {
            self.connection = None;
        }
        while let Some(oldest) = self.sent.front_mut() {
            let Poll::Ready(answered) = oldest.answer.as_mut().poll(cx) else {
                return Poll::Pending;
            };
            let name = oldest.name;
            self.sent.pop_front();
            if let Err(error) = answered {
                self.fail(name, error);
            }
        }
        Poll::Ready(())
    }

    fn fail(&mut self, name: &'static str, error: Error) {
        self.failure.get_or_insert(Failure { name, error });
    }
}
