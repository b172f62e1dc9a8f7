//! Sensors in the node: what they send is decoded, matched against the indicators that count, kept, and raises alerts.
//!
//! In one direction: `anlanh-intake` delivers lines, [`work`] reads each once, [`keep`] makes alerts and records durable and only
//! then says so to whoever waits. [`roster`] starts and stops sensors as they are added and removed, [`index`] follows the
//! indicators and hunts for new ones in what is kept, [`hunts`] for what people ask, [`rules`] follows the files of Sigma rules.

mod alert;
mod follow;
mod hunts;
mod index;
mod keep;
mod look;
mod roster;
pub mod rules;
mod work;

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use anlanh_app::App;
use anlanh_archive::Archive;
use anlanh_intake::Delivery;
use anlanh_soc::{Arrival, Builder, Keeper, Matcher, Network, Sequences, SequencesBuilder, Tokens};
use anyhow::Context;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::cli::StreamOptions;
use crate::events::{MAX_LOG_BYTES, SECRET, seal_all};
use crate::key;
use crate::sigma::{Folders, Standing};

use rules::Held;

/// The folder inside the data folder where events are kept.
pub const FOLDER: &str = "events";
/// Deliveries that wait to be read, at the most; whoever has more waits.
const WAITING: usize = 32;
/// Groups that wait to be kept while one is.
const READ_AHEAD: usize = 2;

/// What is listed, made ready together: the parts of patterns over several events are looked up with everything else.
#[derive(Debug)]
struct Listed {
    matcher: Matcher,
    sequences: Arc<Sequences>,
}

impl Listed {
    fn new(builder: Builder, sequences: SequencesBuilder) -> Self {
        Self {
            matcher: Matcher::new(Arc::new(builder.build())),
            sequences: Arc::new(sequences.build()),
        }
    }
}

/// What the parts share.
#[derive(Debug, Clone)]
struct Shared {
    app: App,
    /// What events are matched against; another takes its place when indicators change.
    listed: Arc<RwLock<Arc<Listed>>>,
    /// The Sigma rules that they are held against; others take their place when files change.
    rules: Arc<RwLock<Arc<Held>>>,
    subscribers: Arc<Option<Vec<Network>>>,
    tokens: Tokens,
    folder: Arc<Path>,
}

impl Shared {
    /// Makes of lines that come so what is kept of them, and turns its tokens back.
    fn keeper(&self, arrival: Arrival) -> Keeper {
        let networks = self.subscribers.as_ref().clone().unwrap_or_default();
        Keeper::new(networks, self.tokens.clone(), arrival)
    }
}

/// Starts everything that has to do with sensors; it runs until the tasks are dropped.
///
/// # Errors
/// When the archive cannot be opened.
pub fn start(
    app: &App,
    data: &Path,
    options: &StreamOptions,
    (standing, folders): (Option<Standing>, Folders),
    tasks: &mut JoinSet<()>,
) -> anyhow::Result<()> {
    let folder: PathBuf = data.join(FOLDER);
    let opened = Archive::open(&folder, MAX_LOG_BYTES).context("không mở được kho sự kiện · cannot open the events");
    let mut archive = opened?;
    seal_all(&mut archive)?;
    let shared = Shared {
        app: app.clone(),
        listed: Arc::new(RwLock::new(Arc::new(Listed::new(
            Builder::new(),
            SequencesBuilder::default(),
        )))),
        rules: Arc::new(RwLock::new(Arc::new(Held::new(app, standing)))),
        subscribers: Arc::new(options.networks()),
        tokens: Tokens::new(key::of_file(&folder.join(SECRET))?),
        folder: folder.into(),
    };
    let (deliver, deliveries) = mpsc::channel::<Delivery>(WAITING);
    let (pass, groups) = mpsc::channel(READ_AHEAD);
    let (tell, told) = mpsc::channel(1);
    let marks = keep::Marks::of(&archive);
    let hunted = keep::hunted(&archive);
    tasks.spawn(work::run(shared.clone(), deliveries, pass));
    tasks.spawn(keep::run(shared.clone(), archive, groups, told, Arc::clone(&marks)));
    tasks.spawn(index::run(shared.clone(), hunted, tell));
    tasks.spawn(hunts::run(shared.clone()));
    if !options.sigma.is_empty() {
        let named = options.sigma.iter().map(|path| path.display().to_string());
        app.sigma().follow(named.collect());
        tasks.spawn(rules::run(shared.clone(), folders));
    }
    tasks.spawn(roster::run(shared, deliver, marks));
    Ok(())
}
