//! Files that somebody writes, followed through every rotation.

mod follow;
mod position;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anlanh_sensor::FileState;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

use crate::decode::Decoder;
use crate::limits::LOOK;
use crate::{Delivery, RunError, Sensor, Sink};

pub use follow::{Follower, Step};
pub use position::Position;

/// How often a failure to read is passed over before the sensor is given up.
const MOST_FAILURES: u32 = 8;

/// How often in a row a file is not there before the sensor is said to wait for it.
const MISSED: u32 = 3;

/// Whether there is no file of this name.
fn is_missing(path: &Path) -> bool {
    std::fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

pub(crate) async fn run(sensor: &Sensor, path: PathBuf, mark: Option<Vec<u8>>, sink: &Sink) -> Result<(), RunError> {
    let mut durable = mark.as_deref().and_then(Position::read);
    let mut follower = Follower::new(path.clone(), durable);
    let mut decoder = Decoder::new(&sensor.shape);
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // A rotation takes the file away for a moment.
    let (mut failures, mut misses) = (0, 0_u32);
    loop {
        // Reading a file may wait for the disk.
        let looked = tokio::task::spawn_blocking({
            let path = path.clone();
            move || {
                let step = follower.step();
                let is_missing = matches!(step, Ok(Step::Nothing)) && is_missing(&path);
                (follower, step, is_missing)
            }
        });
        let Ok((back, step, is_missing)) = looked.await else {
            return Err(RunError::Gone);
        };
        follower = back;
        misses = if is_missing { misses + 1 } else { 0 };
        sensor.meter.file(match &step {
            Err(_) => FileState::Unreadable,
            Ok(_) if misses >= MISSED => FileState::Missing,
            Ok(_) => FileState::There,
        });
        sensor.meter.waiting(follower.waiting_bytes());
        let step = match step {
            Ok(step) => step,
            Err(error) if failures >= MOST_FAILURES => return Err(RunError::File(error)),
            Err(_) => {
                failures += 1;
                looking.tick().await;
                continue;
            }
        };
        failures = 0;
        let (bytes, position) = match step {
            Step::Lines { bytes, position } => (bytes, position),
            Step::Opened { head, is_gap } => {
                decoder = Decoder::new(&sensor.shape);
                decoder.read_head(&head);
                sensor.meter.dropped(u64::from(is_gap));
                continue;
            }
            Step::TooLong => {
                sensor.meter.bad(1);
                continue;
            }
            Step::Nothing => {
                tokio::select! {
                    _ = looking.tick() => {}
                    () = sink.closed() => return Err(RunError::Gone),
                }
                continue;
            }
        };
        sensor.meter.received(bytes.len());
        decoder.push_lines(&bytes);
        let (stretches, bad) = decoder.take();
        let (done, is_done) = oneshot::channel();
        let delivery = Delivery {
            number: sensor.number,
            stretches,
            bad,
            mark: Some(position.write()),
            done: Some(done),
        };
        if sink.send(delivery).await.is_err() {
            return Err(RunError::Gone);
        }
        if is_done.await.is_ok() {
            durable = Some(position);
        } else {
            // It was not kept: it is read again.
            follower = Follower::new(path.clone(), durable);
        }
    }
}
