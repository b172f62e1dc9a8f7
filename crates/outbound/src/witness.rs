//! Witnesses of the public log: each is asked to cosign what was signed last, again and again until it did.
//!
//! What to ask and what an answer is worth is the use case's; here it is sent. Each witness has a task of its own, so that
//! one that is away delays neither the log nor another witness.

use std::time::Duration;

use anlanh_app::App;
use anlanh_app::public_log::{self, Next, Taken, WitnessKey, WitnessTrouble};
use bytes::Bytes;
use tokio::time::MissedTickBehavior;

use crate::client::{Client, Failure};

/// A witness, and how it is reached.
#[derive(Debug, Clone)]
pub struct Witness {
    /// The key by which its cosignatures are known.
    pub key: WitnessKey,
    /// A client for the prefix of its address.
    pub client: Client,
}

/// How often it is looked whether there is something to cosign.
const PAUSE: Duration = Duration::from_millis(500);
/// Most pauses between attempts with a witness that fails.
const MAX_WAIT: u32 = 60;
/// How often a witness is asked again at once because it named another size.
const MAX_SIZES: usize = 3;
/// Longest answer of a witness that is read, in bytes.
pub const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// Why a witness did not cosign this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Why {
    #[error(transparent)]
    Unreached(#[from] Failure),
    #[error(transparent)]
    Refused(#[from] WitnessTrouble),
    #[error("the database did not do it")]
    Database,
}

impl From<anlanh_app::Error> for Why {
    fn from(_: anlanh_app::Error) -> Self {
        Self::Database
    }
}

/// Has the public log witnessed, until it is dropped. What goes on failing for one reason is told of once.
pub async fn be_witnessed(app: App, witness: Witness) {
    let mut pause = tokio::time::interval(PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told, mut failures, mut wait) = (None, 0_u32, 0_u32);
    loop {
        pause.tick().await;
        if wait > 0 {
            wait -= 1;
            continue;
        }
        match attempt(&app, &witness).await {
            Ok(()) => {
                if told.take().is_some() {
                    tracing::info!(witness = witness.key.name(), "the public log is witnessed again");
                }
                failures = 0;
            }
            Err(why) => {
                if told != Some(why) {
                    tracing::warn!(witness = witness.key.name(), %why, "the public log was not witnessed");
                }
                told = Some(why);
                failures = failures.saturating_add(1);
                wait = 1_u32.checked_shl(failures).unwrap_or(MAX_WAIT).min(MAX_WAIT);
            }
        }
    }
}

/// Asks a witness for what it has not cosigned yet, beginning where it says that it is.
async fn attempt(app: &App, witness: &Witness) -> Result<(), Why> {
    let mut from = None;
    for _ in 0..MAX_SIZES {
        let request = match public_log::next_request(app, &witness.key, from).await? {
            Next::Nothing => return Ok(()),
            Next::Cosign(request) => request,
            Next::Trouble(trouble) => return Err(trouble.into()),
        };
        let body = Bytes::from(request.body());
        let sent = witness.client.post_text("/add-checkpoint", body, MAX_ANSWER_BYTES);
        let answer = sent.await?;
        match public_log::take_answer(app, &witness.key, &request, answer.status, &answer.body).await? {
            Taken::Kept => return Ok(()),
            Taken::Again { from: size } => from = Some(size),
            Taken::Trouble(trouble) => return Err(trouble.into()),
        }
    }
    Err(WitnessTrouble::Wrong.into())
}
