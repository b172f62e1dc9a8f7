//! Sensors are started and stopped as they are added and removed, and started again when they stopped by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anlanh_app::sensor::{
    self, BadEvent, HandIn, Handed, MAX_BAD_LINES, NatsPlace, NatsSecrecy, SensorError, SensorRow, SensorSecret,
    Settings, Standing, Trouble,
};
use anlanh_intake::{
    Decoder, Delivery, NatsAccount, NatsStream, NatsTls, RunError, Sensor, Shape, Sink, TlsServer, Way,
};
use anlanh_model::{SensorForm, SensorKind};
use anlanh_sensor::{NkeySeed, Reports};
use anlanh_soc::limits::MAX_EVENT_BYTES;
use anlanh_soc::{BadLine, FieldMap, Format, Layout, LineError, Matcher, Scratch};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::Shared;
use super::keep::Marks;

/// How often it is looked which sensors there are; one that stopped is started again then.
const LOOK: Duration = Duration::from_secs(1);
/// How long whoever hands events in over HTTP waits until they are durable.
const HAND_IN: Duration = Duration::from_secs(30);
/// Largest file that a sensor names – certificates, a schema –, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Runs the sensors there are.
pub async fn run(shared: Shared, sink: Sink, marks: Arc<Marks>) {
    shared.app.take_events_by(hand_in(&shared, &sink));
    let mut looking = interval(LOOK);
    looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running: BTreeMap<u32, (SensorRow, AbortHandle)> = BTreeMap::new();
    // Those that were ended by us, so that what they handed over may still be on its way.
    let mut ended = BTreeSet::new();
    let mut tasks = JoinSet::new();
    loop {
        looking.tick().await;
        while let Some(task) = tasks.try_join_next() {
            if let Ok(number) = task {
                running.remove(&number);
            }
        }
        let Ok(rows) = sensor::of_node(&shared.app).await else {
            continue;
        };
        running.retain(|number, (row, task)| {
            let stays = rows.contains(row);
            if !stays {
                task.abort();
                ended.insert(*number);
            }
            stays
        });
        let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
        shared.app.board().keep(&numbers);
        shared.app.board().tick(shared.app.clock().now().as_micros());
        for row in rows {
            if running.contains_key(&row.number) {
                continue;
            }
            let number = row.number;
            if row.stopped_at.is_some() {
                shared.app.board().set(number, Standing::Paused);
                continue;
            }
            if ended.contains(&number) {
                // How far it was read is known when all it handed over is durable.
                if !is_settled(&sink, number).await {
                    continue;
                }
                ended.remove(&number);
            }
            match prepare(&shared, &row, &marks).await {
                Ok(Some(sensor)) => {
                    let task = tasks.spawn(run_one(shared.clone(), sensor, sink.clone()));
                    running.insert(number, (row, task));
                }
                // Whether it can be kept says who keeps.
                Ok(None) => shared.app.board().start(number),
                Err(trouble) => shared.app.board().set(number, Standing::Failed(trouble)),
            }
        }
    }
}

async fn run_one(shared: Shared, sensor: Sensor, sink: Sink) -> u32 {
    let number = sensor.number;
    let board = shared.app.board();
    let ended = anlanh_intake::run(sensor, sink, |address| {
        shared.app.board().set(number, Standing::Running);
        if let Some(address) = address {
            tracing::info!(sensor = number, %address, "a sensor is listened for");
        }
    });
    let trouble = match ended.await {
        Err(RunError::Listen(_)) => Trouble::Listen,
        Err(RunError::File(_)) => Trouble::File,
        Err(RunError::Connect) => Trouble::Connect,
        Err(RunError::Credentials) => Trouble::Credentials,
        Err(RunError::Stream) => Trouble::Stream,
        Err(RunError::Gone) | Ok(()) => Trouble::Stopped,
    };
    board.set(number, Standing::Failed(trouble));
    number
}

/// Waits a while until everything that was handed over of a sensor is durable; whether it is.
async fn is_settled(sink: &Sink, number: u32) -> bool {
    let (done, is_done) = oneshot::channel();
    let nothing = Delivery {
        number,
        stretches: Vec::new(),
        bad: 0,
        mark: None,
        done: Some(done),
    };
    // It comes behind all that was handed over before.
    timeout(LOOK, sink.send(nothing)).await.is_ok_and(|sent| sent.is_ok())
        && timeout(LOOK, is_done).await.is_ok_and(|kept| kept.is_ok())
}

/// The sensor of a row, ready to run; none for one that programs hand events in for.
async fn prepare(shared: &Shared, row: &SensorRow, marks: &Marks) -> Result<Option<Sensor>, Trouble> {
    if shared.subscribers.is_none() {
        return Err(Trouble::NoSubscribers);
    }
    let settings = sensor::settings_of(row);
    let place = row.sensor.place.as_str();
    let address = || place.parse().map_err(|_| Trouble::Listen);
    let way = match row.sensor.kind {
        SensorKind::Tail => Way::Tail {
            path: place.into(),
            mark: marks.find(row.number),
        },
        SensorKind::Tcp => Way::Tcp(address()?),
        SensorKind::Tls => Way::Tls(address()?, tls_of(&settings)?),
        SensorKind::Unix => Way::Unix(place.into()),
        SensorKind::Udp => Way::Udp(address()?),
        SensorKind::Http => return Ok(None),
        SensorKind::Nats => Way::Nats {
            stream: Box::new(stream_of(shared, row, &settings).await?),
            mark: marks.find(row.number),
        },
    };
    Ok(Some(Sensor {
        number: row.number,
        way,
        shape: shape_of(row, &settings)?,
        meter: shared.app.board().meter(row.number),
    }))
}

async fn stream_of(shared: &Shared, row: &SensorRow, settings: &Settings) -> Result<NatsStream, Trouble> {
    let nats = settings.nats.as_ref().ok_or(Trouble::Stream)?;
    let place = NatsPlace::parse(&row.sensor.place).ok_or(Trouble::Connect)?;
    let secret = sensor::secret_of_node(&shared.app, row).await;
    let account = match secret.map_err(|_| Trouble::Credentials)? {
        // Without its key what was sealed is nothing.
        None if row.secret.is_some() => return Err(Trouble::Credentials),
        None => NatsAccount::Nobody,
        Some(SensorSecret::Password(user, password)) => NatsAccount::Password(user, password),
        Some(SensorSecret::Token(token)) => NatsAccount::Token(token),
        Some(SensorSecret::Nkey(seed)) => NatsAccount::Nkey(NkeySeed::parse(&seed).ok_or(Trouble::Credentials)?),
    };
    let tls = match (&nats.ca, place.secrecy) {
        (Some(path), _) => NatsTls::Roots(read_file(path)?),
        (None, NatsSecrecy::Tls) => NatsTls::System,
        (None, NatsSecrecy::AsAsked) => NatsTls::AsAsked,
    };
    let mut word = [0; 16];
    getrandom::fill(&mut word).map_err(|_| Trouble::Stopped)?;
    Ok(NatsStream {
        host: place.host.to_owned(),
        port: place.port,
        tls,
        stream: nats.stream.clone(),
        subject: nats.subject.clone(),
        consumer: sensor::consumer_of(&shared.app, row),
        consumer_before: format!("anlanh-{}", row.sensor.name),
        account,
        inbox: format!("{:032x}", u128::from_le_bytes(word)),
    })
}

/// Reads a file that an operator named: a plain one, for a pipe or a device might never end.
fn read_file(path: &Path) -> Result<Vec<u8>, Trouble> {
    let about = std::fs::metadata(path).map_err(|_| Trouble::File)?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return Err(Trouble::File);
    }
    std::fs::read(path).map_err(|_| Trouble::File)
}

fn tls_of(settings: &Settings) -> Result<TlsServer, Trouble> {
    let files = settings.tls.as_ref().ok_or(Trouble::Tls)?;
    let client_ca = files.client_ca.as_deref().map(read_file).transpose()?;
    let server = TlsServer::new(
        &read_file(&files.certificates)?,
        &read_file(&files.key)?,
        client_ca.as_deref(),
    );
    server.map_err(|_| Trouble::Tls)
}

/// How what a sensor sends is read.
fn shape_of(row: &SensorRow, settings: &Settings) -> Result<Shape, Trouble> {
    let wrapping = match settings.wrapping {
        sensor::Wrapping::Plain => anlanh_intake::Wrapping::Plain,
        sensor::Wrapping::Syslog => anlanh_intake::Wrapping::Syslog,
    };
    let layout = match row.sensor.form {
        SensorForm::Eve => Layout::of(Format::Eve),
        SensorForm::Zeek => Layout::of(Format::Zeek),
        SensorForm::Bind => Layout::of(Format::Bind),
        SensorForm::Unbound => Layout::of(Format::Unbound),
        SensorForm::Json => {
            let map = settings.map.as_deref().unwrap_or_default();
            Layout::json(FieldMap::parse(map).map_err(|_| Trouble::File)?)
        }
        SensorForm::Flow => return Ok(Shape::Flows),
        SensorForm::Dnstap => return Ok(Shape::Dnstap),
        SensorForm::Xarf => return Ok(Shape::Xarf),
        SensorForm::Shadowserver => {
            let path = settings.schema.as_deref().ok_or(Trouble::File)?;
            let schema = String::from_utf8(read_file(path)?).map_err(|_| Trouble::File)?;
            return Ok(Shape::Reports(Reports::new(&schema).map_err(|_| Trouble::File)?));
        }
    };
    Ok(Shape::Lines(layout, wrapping))
}

/// Takes what programs hand in over HTTP.
fn hand_in(shared: &Shared, sink: &Sink) -> HandIn {
    let (shared, sink) = (shared.clone(), sink.clone());
    HandIn::new(move |number, events| {
        let (shared, sink) = (shared.clone(), sink.clone());
        Box::pin(async move {
            let taken = timeout(HAND_IN, hand(&shared, &sink, number, events));
            taken.await.unwrap_or(Err(SensorError::Late))
        })
    })
}

async fn hand(shared: &Shared, sink: &Sink, number: u32, events: Vec<u8>) -> Result<Handed, SensorError> {
    let rows = sensor::of_node(&shared.app)
        .await
        .map_err(|_| SensorError::NotRunning)?;
    let row = rows
        .iter()
        .find(|row| row.number == number)
        .ok_or(SensorError::NoSuch)?;
    if shared.subscribers.is_none() || row.stopped_at.is_some() {
        return Err(SensorError::NotRunning);
    }
    // Who cannot be told that it is kept need not wait to hear so.
    if shared.app.board().standing(number) == Standing::Failed(Trouble::Keeping) {
        return Err(SensorError::NotRunning);
    }
    let settings = sensor::settings_of(row);
    let shape = shape_of(row, &settings).map_err(|_| SensorError::NotRunning)?;
    shared.app.board().meter(number).received(events.len());
    let mut decoder = Decoder::new(&shape);
    decoder.push(&events);
    decoder.finish();
    let (stretches, bad) = decoder.take();
    let (done, is_done) = oneshot::channel();
    let delivery = Delivery {
        number,
        stretches,
        bad,
        mark: None,
        done: Some(done),
    };
    sink.send(delivery).await.map_err(|_| SensorError::NotRunning)?;
    let kept = is_done.await.map_err(|_| SensorError::NotRunning)?;
    let bad_lines = if kept.bad == 0 {
        Vec::new()
    } else {
        // It is durable by now; that nobody can say what was wrong with the rest takes nothing of it back.
        let told = tokio::task::spawn_blocking(move || bad_lines(&shape, &events));
        told.await.unwrap_or_default()
    };
    Ok(Handed {
        events: kept.events,
        bad: kept.bad,
        bad_lines,
    })
}

/// Which lines of what was handed in are bad and why: the first of them.
fn bad_lines(shape: &Shape, events: &[u8]) -> Vec<BadEvent> {
    let mut decoder = Decoder::new(shape);
    let (nothing, mut scratch) = (Matcher::new(Arc::default()), Scratch::default());
    let mut told = Vec::new();
    match shape {
        Shape::Lines(..) | Shape::Reports(_) | Shape::Xarf => {}
        // These have no lines.
        Shape::Flows | Shape::Dnstap => return told,
    }
    for (line, bytes) in (1..).zip(events.split_inclusive(|byte| *byte == b'\n')) {
        decoder.push(bytes);
        if bytes.last() != Some(&b'\n') {
            decoder.finish();
        }
        let (stretches, bad) = decoder.take();
        if bad > 0 {
            let why = (bytes.len() > MAX_EVENT_BYTES).then_some(LineError::TooLong);
            told.push(BadEvent { line, why });
        }
        for (bytes, layout) in &stretches {
            let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
            let lines = lines.filter(|bytes| !bytes.is_empty()).map(|bytes| (line, bytes));
            let on_bad = |bad: BadLine| {
                told.push(BadEvent {
                    line,
                    why: Some(bad.error),
                });
            };
            nothing.scan(&mut scratch, layout, lines, |_| {}, on_bad);
        }
        if told.len() >= MAX_BAD_LINES {
            break;
        }
    }
    told.truncate(MAX_BAD_LINES);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_plain_and_not_too_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("schema");
        let check = |bytes: u64, expected| {
            std::fs::File::create(&path).unwrap().set_len(bytes).unwrap();
            assert_eq!(read_file(&path).is_ok(), expected, "{bytes}");
        };
        check(MAX_FILE_BYTES, true);
        check(MAX_FILE_BYTES + 1, false);
        assert!(read_file(Path::new("/dev/zero")).is_err(), "it never ends");
        assert!(read_file(folder.path()).is_err());
    }
}
