//! Where a hunt is told how far it is and that it was called off: in memory alone, and empty after a start.

use std::fmt;
use std::net::IpAddr;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anlanh_model::{Hunt, Id};
use anlanh_soc::NotTurned;
use anlanh_store::hunt::HuntResult;

/// How far a hunt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Blocks of events that were looked at.
    pub blocks: u64,
    /// Of these, those that were read.
    pub read: u64,
}

impl Progress {
    pub(super) fn as_result(self) -> HuntResult {
        HuntResult {
            blocks: self.blocks,
            read: self.read,
            ..HuntResult::default()
        }
    }
}

type Turn = dyn Fn(&str, i64) -> Result<IpAddr, NotTurned> + Send + Sync;

/// Turns the token of an event of a moment (microseconds since 1970) back into the address of a subscriber.
#[derive(Clone)]
pub struct TurnBack(Arc<Turn>);

impl TurnBack {
    /// One that does this.
    pub fn new(turn: impl Fn(&str, i64) -> Result<IpAddr, NotTurned> + Send + Sync + 'static) -> Self {
        Self(Arc::new(turn))
    }

    pub(super) fn address(&self, token: &str, at: i64) -> Result<IpAddr, NotTurned> {
        (self.0)(token, at)
    }
}

impl fmt::Debug for TurnBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TurnBack")
    }
}

#[derive(Debug, Clone, Copy)]
struct Current {
    id: Id<Hunt>,
    progress: Progress,
    is_called_off: bool,
}

/// The hunt that the node is at.
#[derive(Debug, Default)]
pub struct Desk {
    current: Mutex<Option<Current>>,
    turn_back: OnceLock<TurnBack>,
}

impl Desk {
    /// Says who turns tokens back; whoever says so first.
    pub fn turn_back_by(&self, turn_back: TurnBack) {
        let _known = self.turn_back.set(turn_back);
    }

    pub(super) fn turn_back(&self) -> Option<&TurnBack> {
        self.turn_back.get()
    }

    /// Says how far the hunt is that the node is at; it goes no further where that was called off.
    pub fn tell(&self, progress: Progress) -> ControlFlow<()> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match current.as_mut() {
            Some(current) if !current.is_called_off => {
                current.progress = progress;
                ControlFlow::Continue(())
            }
            Some(_) | None => ControlFlow::Break(()),
        }
    }

    pub(super) fn begin(&self, id: Id<Hunt>) {
        let begun = Current {
            id,
            progress: Progress::default(),
            is_called_off: false,
        };
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = Some(begun);
    }

    pub(super) fn call_off(&self, id: Id<Hunt>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = current.as_mut().filter(|current| current.id == id) {
            current.is_called_off = true;
        }
    }

    pub(super) fn progress_of(&self, id: Id<Hunt>) -> Option<Progress> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current
            .filter(|current| current.id == id)
            .map(|current| current.progress)
    }
}
