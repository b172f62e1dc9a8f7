//! Keeps a zone as its list is, and proves what changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anlanh_app::App;
use anlanh_app::block::{self, Concern, ZoneTrouble};
use anlanh_zone::{Change, InEffect, LedgerError, Proof, ProofOptions, Published, Resolver, ZoneServer};
use tokio::sync::mpsc;
use tokio::time::interval;

use super::lists::{Lists, Mark, News};
use super::told::Told;
use crate::blocking::Gaps;
use crate::cli::zone::ZoneOptions;

/// How often it is looked whether the list has changed.
const LOOK: Duration = Duration::from_millis(500);

/// How long a resolver is asked whether it has what a part says.
const PART_WAIT: Duration = Duration::from_secs(20);

/// How often in a row resolvers are asked in vain before people are told: one that starts anew is away for a moment.
const TELL_AFTER: u32 = 3;

/// A zone that is kept as its list is.
pub struct Kept {
    pub origin: String,
    pub server: Arc<ZoneServer>,
    pub lists: Arc<Lists>,
    pub resolvers: Vec<Resolver>,
    pub limits: ProofOptions,
    pub told: Told,
    /// The node on whose pages it stands what is wrong.
    pub node: Option<App>,
}

impl Kept {
    /// A zone that the options say how to serve and prove.
    pub fn new(server: ZoneServer, lists: Lists, options: &ZoneOptions, told: Told) -> Self {
        Self {
            origin: options.origin.as_str().to_owned(),
            server: Arc::new(server),
            lists: Arc::new(lists),
            resolvers: options.resolver.clone(),
            limits: ProofOptions {
                most: options.probes,
                deadline: Duration::from_secs(options.deadline.into()),
                knot_file: options.knot_file.clone(),
            },
            told,
            node: None,
        }
    }

    /// What is wrong stands on the pages of this node.
    pub fn on_pages_of(self, app: &App) -> Self {
        let node = Some(app.clone());
        Self { node, ..self }
    }

    fn note(&self, concern: Concern, trouble: Option<ZoneTrouble>) {
        match (&self.node, trouble) {
            (Some(app), Some(trouble)) => block::note_zone(app, &self.origin, trouble),
            (Some(app), None) => block::clear_zone(app, &self.origin, concern),
            (None, _) => {}
        }
    }

    /// Publishes the list, and again whenever it changes; proves what changed meanwhile.
    ///
    /// # Errors
    /// When nobody takes what is told.
    pub async fn run(&self) -> anyhow::Result<()> {
        let (send, receive) = mpsc::channel(1);
        tokio::select! {
            ended = self.watch(send) => ended,
            ended = self.prove(receive) => ended,
            () = self.settle() => Ok(()),
        }
    }

    /// Moves names that came of late to their parts, one part after the other, and lets them go in front when all resolvers have it.
    async fn settle(&self) {
        let mut ticks = interval(LOOK);
        let mut told = String::new();
        let mut in_vain = 0;
        loop {
            ticks.tick().await;
            let (server, resolvers) = (Arc::clone(&self.server), self.resolvers.clone());
            let step = tokio::task::spawn_blocking(move || {
                let part = server.fold()?;
                server.let_go(&resolvers)?;
                anyhow::Ok(part)
            });
            match step.await.map_err(anyhow::Error::from).flatten() {
                Ok(Some(part)) => {
                    match self.server.prove_part(part, &self.resolvers, PART_WAIT).await {
                        InEffect::NotEverywhere => in_vain += 1,
                        InEffect::Everywhere | InEffect::Unknown => in_vain = 0,
                    }
                    let trouble = (in_vain >= TELL_AFTER).then_some(ZoneTrouble::Parts);
                    self.note(Concern::Parts, trouble);
                    told.clear();
                }
                Ok(None) => {
                    if in_vain > 0 && self.server.unproven() == 0 {
                        in_vain = 0;
                        self.note(Concern::Parts, None);
                    }
                    told.clear();
                }
                Err(error) => {
                    let error = format!("{error:#}");
                    if told != error {
                        let zone = &self.origin;
                        tracing::error!(zone, error, "names stay in front of the parts of a zone");
                        told = error;
                    }
                }
            }
        }
    }

    async fn prove(&self, mut receive: mpsc::Receiver<Published>) -> anyhow::Result<()> {
        let mut open: BTreeMap<String, Change> = BTreeMap::new();
        let mut last: Option<Published> = None;
        let mut is_first = true;
        loop {
            let proof = async {
                match &last {
                    Some(published) if !open.is_empty() => {
                        let changes: Vec<Change> = open.values().cloned().collect();
                        let asked = self.server.prove(published, &changes, &self.resolvers, &self.limits);
                        asked.await
                    }
                    Some(_) | None => std::future::pending().await,
                }
            };
            tokio::select! {
                proofs = proof => {
                    self.told.proven(&self.origin, &proofs)?;
                    self.keep(&proofs);
                    open.clear();
                }
                // What is being proven is proven with what came meanwhile: it may have changed again.
                published = receive.recv() => {
                    let Some(published) = published else { return Ok(()) };
                    // All names at once are not wiped from caches because this process started.
                    let most = if is_first { self.limits.most } else { usize::MAX };
                    is_first = false;
                    add(&mut open, sample(&published, most));
                    last = Some(published);
                }
            }
        }
    }

    fn keep(&self, proofs: &[Proof]) {
        if let Err(error) = tokio::task::block_in_place(|| self.lists.keep(proofs)) {
            let error = format!("{error:#}");
            tracing::error!(zone = self.origin, error, "proofs could not be kept");
        }
    }

    /// Publishes the list, and reads it again when it has changed; files when they have then stayed as they are, since
    /// somebody may be writing them. What cannot be read or published is tried again and told of once.
    async fn watch(&self, send: mpsc::Sender<Published>) -> anyhow::Result<()> {
        let mut published_as = None;
        let mut before = self.lists.mark();
        let mut told = String::new();
        let mut ticks = interval(LOOK);
        loop {
            ticks.tick().await;
            let now = tokio::task::block_in_place(|| self.lists.mark());
            let is_settled = now == before || matches!(now, Mark::Serial(_));
            before.clone_from(&now);
            if published_as.as_ref() == Some(&now) || !is_settled {
                continue;
            }
            match self.publish().await {
                Ok(published) => {
                    self.note(Concern::Publishing, self.write_knot_file().err());
                    self.told.published(&self.origin, &published)?;
                    published_as = Some(now);
                    told.clear();
                    send.send(published).await?;
                }
                Err(error) => {
                    self.lists.forget();
                    let is_serial = error.chain().any(|cause| cause.is::<LedgerError>());
                    let trouble = if is_serial {
                        ZoneTrouble::Serial
                    } else {
                        ZoneTrouble::List
                    };
                    self.note(Concern::Publishing, Some(trouble));
                    let error = format!("{error:#}");
                    if told != error {
                        tracing::error!(
                            zone = self.origin,
                            error,
                            "a list cannot be read or published: what was published before stays in force"
                        );
                        told = error;
                    }
                }
            }
        }
    }

    /// A file that cannot be written holds up nobody else; that it is old is seen when its resolver is asked.
    fn write_knot_file(&self) -> Result<(), ZoneTrouble> {
        let Some(path) = &self.limits.knot_file else {
            return Ok(());
        };
        match tokio::task::block_in_place(|| self.server.write_knot_file(path)) {
            Ok(0) => {}
            Ok(left_out) => tracing::warn!(zone = self.origin, left_out, "rules that Knot Resolver does not know"),
            Err(error) => {
                tracing::error!(zone = self.origin, %error, "the file for Knot Resolver cannot be written");
                return Err(ZoneTrouble::KnotFile);
            }
        }
        Ok(())
    }

    async fn publish(&self) -> anyhow::Result<Published> {
        let (server, lists) = (Arc::clone(&self.server), Arc::clone(&self.lists));
        let published = tokio::task::spawn_blocking(move || {
            let mut gaps = Gaps::default();
            let published = match lists.read()? {
                News::Whole(list) => {
                    let published = server.publish(&list, |gap| gaps.add(gap))?;
                    gaps.report(list.len())?;
                    published
                }
                News::Changes(changes) => server.publish_changes(&changes, |gap| gaps.add(gap))?,
            };
            anyhow::Ok(published)
        });
        published.await?
    }
}

/// As many changes as that, at equal distances.
fn sample(published: &Published, most: usize) -> Vec<Change> {
    let changes = published.changes();
    let step = changes.len().div_ceil(most.max(1)).max(1);
    changes.into_iter().step_by(step).take(most).collect()
}

/// Adds changes to those before: what was done with a value is what was done before the first of them.
fn add(open: &mut BTreeMap<String, Change>, changes: Vec<Change>) {
    for change in changes {
        match open.get_mut(&change.value) {
            Some(before) => before.after = change.after,
            None => {
                open.insert(change.value.clone(), change);
            }
        }
    }
}
