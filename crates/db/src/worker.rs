//! The threads that own the connections: one that writes, and those that read.
//!
//! A write is answered after the commit that holds it, never before. A connection that broke is made again in the
//! background; until then callers get an answer at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use crate::Error;
use crate::job::{Job, Outcome};
use crate::postgres::Leaving;
use crate::queue::{Queue, Taken};
use crate::session::{Access, Session};
use crate::stats::Counts;

/// Shortest and longest wait between two attempts to connect.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));
/// A group waits for callers that the commit before has answered for at most one in so many parts of the time that a commit
/// takes: where a disk is slow, all who write at one time then share each of its syncs, and not every second one.
const PATIENCE: u32 = 4;
/// However long it took, they are waited for no longer: what writes beside the node waits, too.
const LONGEST_WAIT: Duration = Duration::from_millis(25);
/// Commits that take less, with what the server does before them, are not worth to wait for.
const SLOW: Duration = Duration::from_millis(3);
/// How often a group may run again because its connection broke before the commit.
const MAX_AGAIN: usize = 1;

/// Makes a connection, like the first one.
pub(crate) type Connect = Box<dyn FnMut() -> Result<Session, Error> + Send>;

/// A connection, or the wait for one.
#[expect(clippy::large_enum_variant, reason = "there is one a thread")]
enum Link {
    Up(Session),
    Down { why: Error, attempts: u32, next: Instant },
}

/// What a thread needs.
pub(crate) struct Worker {
    pub(crate) queue: Arc<Queue<Job>>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) connect: Connect,
    /// What its connections are for.
    pub(crate) access: Access,
    /// Tells apart the waits of threads that lost their connections together.
    pub(crate) number: u32,
    /// How many connections had been made again, by whichever thread, when this one last tried.
    pub(crate) seen_back: u64,
    /// Who is expected back since the last commit.
    pub(crate) returning: Option<Returning>,
}

/// How a group's transaction ended, where it was not committed.
enum Ended {
    /// It is rolled back, and everyone is told.
    Failed(Error),
    /// It is rolled back because of one that failed; the others deserve another run.
    Spoilt,
    /// The connection broke before the commit, or the database rolled back by itself.
    Gone(Error),
}

/// How the failure of one job is kept from the others in its group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Each in a savepoint.
    Savepoints,
    /// Not at all: when one fails, the group runs again with savepoints. Few fail, and savepoints are dear: on a server
    /// each of them is a journey, and SQLite's full-text index writes all that it holds at each.
    Hope,
}

/// Callers that are expected back, after a commit that took long: whoever writes again and again does so when answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Returning {
    /// How many jobs there are when all of them are back.
    enough: usize,
    /// How long they are waited for.
    until: Instant,
}

impl Returning {
    /// Those that a commit answers, beside jobs that wait already; none where it took so little that it is not worth it.
    fn after(commit: Duration, known: Instant, answered: usize, waiting: usize) -> Option<Self> {
        (commit >= SLOW).then(|| Self {
            enough: answered + waiting,
            until: known + (commit / PATIENCE).min(LONGEST_WAIT),
        })
    }
}

impl Worker {
    /// Serves reads until the queue is closed and empty.
    pub(crate) fn read(mut self, session: Session) {
        let mut link = Link::Up(session);
        while let Some((jobs, mut session)) = self.next(&mut link, 1) {
            for mut job in jobs {
                self.counts.reads.add(1);
                self.counts.read_wait_us.add_micros(job.since.elapsed());
                let mut ended = read_one(&mut session, &mut job);
                // What a connection says that broke while it was idle is not about this job.
                if !session.is_alive()
                    && let Ok(fresh) = self.reconnect()
                {
                    session = fresh;
                    ended = read_one(&mut session, &mut job);
                }
                self.answer(job, Access::Read, ended);
            }
            link = self.keep(session);
        }
    }

    /// Serves writes until the queue is closed and empty.
    pub(crate) fn write(mut self, session: Session, most: usize) {
        let mut link = Link::Up(session);
        while let Some((jobs, mut session)) = self.next(&mut link, most) {
            self.note_turn(&jobs);
            self.write_group(&mut session, jobs, most);
            link = self.keep(session);
        }
    }

    /// The next jobs and a connection for them. Without a connection, jobs are told so and attempts are made.
    fn next(&mut self, link: &mut Link, most: usize) -> Option<(Vec<Job>, Session)> {
        loop {
            let until = match link {
                Link::Up(_) => None,
                Link::Down { next, .. } => Some(*next),
            };
            match self.queue.take(most, until) {
                Taken::Closed => return None,
                Taken::Nothing => self.attempt(link),
                Taken::Jobs(jobs) => {
                    // Another thread has found the database back: whoever heard of it need not hear that it is away.
                    if matches!(link, Link::Down { .. }) && self.counts.back.value() != self.seen_back {
                        self.attempt(link);
                    }
                    let why = match link {
                        Link::Up(_) => Error::Closed,
                        Link::Down { why, .. } => why.clone(),
                    };
                    let lent = Link::Down {
                        why: why.clone(),
                        attempts: 0,
                        next: Instant::now(),
                    };
                    match std::mem::replace(link, lent) {
                        Link::Up(session) => return Some((jobs, session)),
                        down @ Link::Down { .. } => *link = down,
                    }
                    for job in jobs {
                        job.answer(Err(why.clone()));
                    }
                }
            }
        }
    }

    fn attempt(&mut self, link: &mut Link) {
        let attempts = match link {
            Link::Up(_) => return,
            Link::Down { attempts, .. } => *attempts + 1,
        };
        // Read before: what another thread finds meanwhile is still to be heard of.
        self.seen_back = self.counts.back.value();
        *link = match (self.connect)() {
            Ok(session) => {
                info!(attempts, "the database is back");
                self.counts.back.add(1);
                self.note_made_again();
                Link::Up(session)
            }
            Err(why) => Link::Down {
                why: outage(why),
                attempts,
                next: Instant::now() + self.wait(attempts),
            },
        };
    }

    fn keep(&mut self, session: Session) -> Link {
        if session.is_alive() {
            return Link::Up(session);
        }
        self.counts.lost.add(1);
        warn!("lost a connection to the database; trying again");
        let mut link = Link::Down {
            why: Error::Unavailable("the connection broke".into()),
            attempts: 0,
            next: Instant::now(),
        };
        self.attempt(&mut link);
        link
    }

    fn reconnect(&mut self) -> Result<Session, Error> {
        self.counts.lost.add(1);
        let made = (self.connect)().map_err(outage)?;
        self.note_made_again();
        Ok(made)
    }

    fn note_made_again(&self) {
        match self.access {
            Access::Read => {}
            Access::Write => self.counts.writers_back.add(1),
        }
    }

    /// Doubles with each attempt, and differs from thread to thread so that they do not all come at once.
    fn wait(&self, attempts: u32) -> Duration {
        let (shortest, longest) = WAITS;
        let doubled = shortest.saturating_mul(1 << attempts.min(5)).min(longest);
        let spread = (self.number.wrapping_mul(7).wrapping_add(attempts.wrapping_mul(3))) % 8;
        doubled - doubled * spread / 16
    }

    fn note_turn(&self, jobs: &[Job]) {
        self.counts.writes.add(jobs.len());
        for job in jobs {
            self.counts.write_wait_us.add_micros(job.since.elapsed());
        }
    }

    fn write_group(&mut self, session: &mut Session, mut jobs: Vec<Job>, most: usize) {
        let mut care = Care::Hope;
        let mut again = 0;
        let ended = loop {
            match self.run_group(session, &mut jobs, most, care) {
                Ok(()) => break Ok(()),
                Err(Ended::Failed(error)) => break Err(error),
                Err(Ended::Spoilt) => care = Care::Savepoints,
                Err(Ended::Gone(why)) if again == MAX_AGAIN => break Err(why),
                Err(Ended::Gone(why)) => {
                    again += 1;
                    if !session.is_alive() {
                        match self.reconnect() {
                            Ok(fresh) => *session = fresh,
                            Err(error) => break Err(error),
                        }
                    } else if jobs.len() == 1 {
                        break Err(why);
                    } else {
                        // One of them makes the database roll back all: alone it harms no other.
                        for job in jobs {
                            self.write_group(session, vec![job], 1);
                        }
                        return;
                    }
                }
            }
            self.counts.groups_again.add(1);
        };
        for job in jobs {
            self.answer(job, Access::Write, ended.clone());
        }
    }

    fn answer(&self, job: Job, access: Access, ended: Result<(), Error>) {
        self.counts.took(job.name, access, job.since.elapsed());
        job.answer(ended);
    }

    /// Runs all jobs in one transaction and commits once. What comes while they run joins them: callers that the last
    /// commit answered are soon back, and would else wait for the next one.
    fn run_group(&mut self, session: &mut Session, jobs: &mut Vec<Job>, most: usize, care: Care) -> Result<(), Ended> {
        let begun = session.begin_write(match care {
            Care::Hope => Leaving::Together,
            Care::Savepoints => Leaving::Apart,
        });
        begun.map_err(|error| ended(session, error))?;
        let kept = match self.fill(session, jobs, most, care) {
            Err(Ended::Spoilt) if jobs.len() == 1 && !session.has_joined() => return Ok(()),
            kept => kept?,
        };
        if kept == 0 {
            session.rollback();
            return Ok(());
        }
        let asked = Instant::now();
        session.commit().map_err(|error| match (error, care) {
            // It may have been kept: nothing may run again.
            (Error::CommitUnknown, _) => Ended::Failed(Error::CommitUnknown),
            (error, care) => match (ended(session, error), care) {
                (Ended::Failed(_), Care::Hope) if jobs.len() > 1 || session.has_joined() => Ended::Spoilt,
                (why, _) => why,
            },
        })?;
        self.returning = Returning::after(asked.elapsed(), Instant::now(), jobs.len(), self.queue.len());
        self.counts.group(kept);
        Ok(())
    }

    /// Runs the jobs of a transaction that was begun, and says how many of them want what they did to be kept.
    fn fill(&mut self, session: &mut Session, jobs: &mut Vec<Job>, most: usize, care: Care) -> Result<usize, Ended> {
        let (mut ran, mut kept) = (0, 0);
        loop {
            while let Some(job) = jobs.get_mut(ran) {
                let outcome = run_one(session, job, care)?;
                if (outcome, care) == (Outcome::Undo, Care::Hope) && session.is_dirty() {
                    session.rollback();
                    return Err(Ended::Spoilt);
                }
                ran += 1;
                kept += usize::from(outcome == Outcome::Keep);
            }
            if !self.join(jobs, most) && !self.join_returning(jobs, most) {
                return Ok(kept);
            }
        }
    }

    /// Takes callers into a group that are expected back, and waits for them; whether there was any.
    fn join_returning(&mut self, jobs: &mut Vec<Job>, most: usize) -> bool {
        let Some(returning) = self.returning else { return false };
        let more = if jobs.len() < returning.enough.min(most) {
            self.queue.take_until(most - jobs.len(), returning.until)
        } else {
            Vec::new()
        };
        self.note_turn(&more);
        if more.is_empty() {
            self.returning = None;
        }
        let is_more = !more.is_empty();
        jobs.extend(more);
        is_more
    }

    /// Takes what waits into a group, as far as there is room; whether there was anything.
    fn join(&self, jobs: &mut Vec<Job>, most: usize) -> bool {
        let more = self.queue.take_waiting(most.saturating_sub(jobs.len()));
        self.note_turn(&more);
        let is_more = !more.is_empty();
        jobs.extend(more);
        is_more
    }
}

/// Runs one job of a group.
fn run_one(session: &mut Session, job: &mut Job, care: Care) -> Result<Outcome, Ended> {
    session.mark_clean();
    if care == Care::Savepoints {
        session.savepoint().map_err(|error| ended(session, error))?;
    }
    let mut outcome = job.run(session);
    // Each is told of its own failures where they are undone alone; else all of them run again.
    if (outcome, care) == (Outcome::Keep, Care::Savepoints)
        && let Err(error) = session.settle()
    {
        job.fail(error);
        outcome = Outcome::Undo;
    }
    if !session.in_transaction() {
        return Err(Ended::Gone(Error::Unavailable("the transaction was lost".into())));
    }
    let undone = match (outcome, care) {
        (Outcome::Keep, Care::Savepoints) => session.release(),
        (Outcome::Undo, Care::Savepoints) => session.undo(),
        (Outcome::Keep | Outcome::Undo, Care::Hope) => Ok(()),
    };
    undone.map_err(|error| ended(session, error))?;
    Ok(outcome)
}

fn read_one(session: &mut Session, job: &mut Job) -> Result<(), Error> {
    session.begin_read()?;
    job.run(session);
    session.end_read();
    if session.is_alive() {
        return Ok(());
    }
    Err(Error::Unavailable("the connection broke".into()))
}

/// Sorts a failure after which nothing of the transaction is kept.
fn ended(session: &mut Session, error: Error) -> Ended {
    if !session.is_alive() {
        return Ended::Gone(error);
    }
    session.rollback();
    Ended::Failed(error)
}

/// While a server starts or ends it says so in many ways; to a caller they are one. Another node is another matter.
fn outage(error: Error) -> Error {
    if matches!(error, Error::AnotherNode | Error::Unavailable(_)) {
        return error;
    }
    Error::Unavailable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_are_waited_for_after_a_slow_commit_and_never_for_long() {
        let known = Instant::now();
        let after = |commit: Duration| Returning::after(commit, known, 3, 2);
        assert!(after(SLOW - Duration::from_nanos(1)).is_none());
        let returning = after(SLOW).unwrap();
        assert_eq!((returning.enough, returning.until), (5, known + SLOW / PATIENCE));
        let longest = LONGEST_WAIT * PATIENCE;
        for commit in [longest, longest + Duration::from_millis(1), Duration::from_secs(60)] {
            assert_eq!(after(commit).unwrap().until, known + LONGEST_WAIT);
        }
    }
}
