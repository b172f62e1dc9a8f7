//! What feeds say beyond values: what they give a name to, and how their objects stand to one another. It is read with the round it
//! comes in, kept with it, and goes with it; what is taken back there is forgotten here.

use std::collections::{BTreeSet, HashMap, HashSet};

use anlanh_model::{Actor, AuditAction, Feed, Id, RelationKind, ThreatKind, Time, Tlp};
use anlanh_soc::cut_label;
use anlanh_stix::Object;
use anlanh_stix::json::Value;
use anlanh_stix::view::Relationship;
use anlanh_store::feed::FeedRow;
use anlanh_store::threat::{self as store, Relation, Threat};
use anlanh_store::{Queries, Writer};

use super::entry::{time_of, tlp_of_object};
use super::heard::{Heard, Known};
use super::round::still_wanted;
use super::{Ask, BATCH, uuid_of};
use crate::{App, Error};

/// Most things that one feed gives a name to.
pub const MAX_THREATS: usize = 50_000;
/// Most pairs of which one feed says how they stand to each other.
pub const MAX_RELATIONS: usize = 500_000;
/// Most of them that begin at one object, as at one indicator.
pub const MAX_RELATIONS_OF_SOURCE: usize = 16;
/// What is read of them in one transaction.
pub(super) const READ_AT_ONCE: u32 = 10_000;

/// What a round, or a part of one, says beyond values.
#[derive(Debug, Default)]
pub(super) struct Told {
    threats: Heard<Threat>,
    relations: Heard<Relation>,
    /// Indicators of which the labels were read.
    labelled: BTreeSet<String>,
    /// What is beyond the limits.
    beyond: u64,
    /// Why it is not known what is there already, where that had to be known.
    fault: Option<Error>,
}

/// A thing to do with what is kept.
#[derive(Debug, Clone)]
enum Step {
    Forget(String),
    ForgetLabelled(String),
    Threat(Threat),
    Relation(Relation),
}

impl Told {
    /// Reads an object. What is no threat and no relation of two says nothing here.
    pub(super) fn read(&mut self, (row, known): (&FeedRow, &Known<'_>), object: &Object) {
        let Some(id) = object.id().map(|id| id.to_string()) else {
            return;
        };
        let tlp = tlp_of_object(object, row.settings.tlp);
        let version = object.time("modified").or_else(|| object.time("created"));
        let version = version.map_or(Time::from_micros(0), time_of);
        let is_revoked = object.members().get("revoked").and_then(Value::as_bool) == Some(true);
        if let Some(kind) = ThreatKind::from_key(object.type_name()) {
            let name = cut_label(object.text("name").unwrap_or_default());
            let name = name.trim();
            let what = (!is_revoked && !name.is_empty()).then(|| Threat {
                object: id.clone(),
                kind,
                name: name.to_owned(),
                tlp,
            });
            let passed = self.threats.say(MAX_THREATS, (id, version), what, known);
            self.pass_over(passed);
        } else if let Some(relation) = Relationship::of(object) {
            let what = relation_of(&relation, tlp).filter(|_| !is_revoked);
            let passed = self.relations.say(MAX_RELATIONS, (id, version), what, known);
            self.pass_over(passed);
        } else if object.type_name() == "indicator" {
            self.labelled.insert(id.clone());
            if !is_revoked {
                self.read_labels((object, known), (&id, version, tlp));
            }
        }
    }

    /// Labels of an indicator that name what it shows, as MISP has them: they go as far as it.
    fn read_labels(&mut self, (object, known): (&Object, &Known<'_>), (id, version, tlp): (&str, Time, Tlp)) {
        for named in object.texts("labels").filter_map(anlanh_misp::named_by) {
            let Some(kind) = ThreatKind::from_key(named.type_name) else {
                continue;
            };
            let name = cut_label(&named.name);
            let target = uuid_of(format!("{} {} {name}", kind.key(), tlp.key()).as_bytes());
            let target = format!("{}--{target}", kind.key());
            let relation = Relation {
                object: format!("label--{}", uuid_of(format!("{id} {target}").as_bytes())),
                source: id.to_owned(),
                kind: RelationKind::Indicates,
                target: target.clone(),
                tlp,
            };
            let threat = Threat {
                object: target.clone(),
                kind,
                name,
                tlp,
            };
            let label = relation.object.clone();
            let passed = self.threats.say(MAX_THREATS, (target, version), Some(threat), known);
            self.pass_over(passed);
            let passed = self
                .relations
                .say(MAX_RELATIONS, (label, version), Some(relation), known);
            self.pass_over(passed);
        }
    }

    /// Notes how much had no room, or that nobody knows.
    fn pass_over(&mut self, passed: Result<u64, Error>) {
        match passed {
            Ok(passed) => self.beyond += passed,
            Err(error) => self.fault = Some(error),
        }
    }

    /// Passes over what one object leads to beyond the limit, what is there already last.
    async fn bound(&mut self, app: &App, feed: Id<Feed>) -> Result<(), Error> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for relation in self.relations.said.values().filter_map(|said| said.what.as_ref()) {
            *counts.entry(&relation.source).or_default() += 1;
        }
        if counts.values().all(|count| *count <= MAX_RELATIONS_OF_SOURCE) {
            return Ok(());
        }
        let (mut there, mut after) = (HashSet::new(), String::new());
        let mut counts: HashMap<String, usize> = HashMap::new();
        loop {
            let page = page_of_relations(app, feed, &after).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.object);
            for known in page {
                let now = self.relations.said.get(&known.object);
                let now = now.and_then(|said| said.what.as_ref());
                if now.is_some_and(|now| now.source == known.source) {
                    *counts.entry(known.source).or_default() += 1;
                    there.insert(known.object);
                }
            }
        }
        let before = self.relations.said.len();
        self.relations.said.retain(|object, said| {
            let Some(relation) = said.what.as_ref().filter(|_| !there.contains(object)) else {
                return true;
            };
            let count = counts.entry(relation.source.clone()).or_default();
            *count += 1;
            *count <= MAX_RELATIONS_OF_SOURCE
        });
        self.beyond += (before - self.relations.said.len()) as u64;
        Ok(())
    }

    /// What there is to do where it stands beside what is there: first what makes room.
    fn steps(&self) -> Vec<Step> {
        let labelled = self.labelled.iter().cloned().map(Step::ForgetLabelled);
        let gone = self.threats.gone().chain(self.relations.gone());
        let threats = self.threats.live().cloned().map(Step::Threat);
        let relations = self.relations.live().cloned().map(Step::Relation);
        labelled
            .chain(gone.cloned().map(Step::Forget))
            .chain(threats)
            .chain(relations)
            .collect()
    }
}

/// How two objects stand to each other, where it is something that is kept.
fn relation_of(relation: &Relationship<'_>, tlp: Tlp) -> Option<Relation> {
    let kind = RelationKind::from_key(relation.kind)?;
    ThreatKind::from_key(relation.target.type_name())?;
    let is_from = match kind {
        RelationKind::Indicates => relation.source.type_name() == "indicator",
        RelationKind::AttributedTo | RelationKind::AuthoredBy | RelationKind::Uses | RelationKind::VariantOf => {
            ThreatKind::from_key(relation.source.type_name()).is_some()
        }
    };
    is_from.then(|| Relation {
        object: relation.id.to_string(),
        source: relation.source.to_string(),
        kind,
        target: relation.target.to_string(),
        tlp,
    })
}

/// Keeps what a round that has all of a feed says: what is not in it is forgotten. How much of it is passed over.
pub(super) async fn replace(app: &App, ask: &Ask, mut told: Told) -> Result<u64, Error> {
    let id = ask.row.id;
    if let Some(fault) = told.fault {
        return Err(fault);
    }
    told.bound(app, id).await?;
    let passed = told.beyond;
    let mut steps = Vec::new();
    let mut threats = told.threats.said;
    let mut after = String::new();
    loop {
        let from = after.clone();
        let page = app.store.read("feed.threats", move |tx| {
            Ok::<_, Error>(store::threats(tx, id, &from, READ_AT_ONCE)?)
        });
        let page = page.await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.object);
        for known in page {
            match threats.get(&known.object).and_then(|said| said.what.as_ref()) {
                Some(now) if *now == known => drop(threats.remove(&known.object)),
                Some(_) => {}
                None => steps.push(Step::Forget(known.object)),
            }
        }
    }
    let mut relations = told.relations.said;
    after.clear();
    loop {
        let page = page_of_relations(app, id, &after).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.object);
        for known in page {
            match relations.get(&known.object).and_then(|said| said.what.as_ref()) {
                Some(now) if *now == known => drop(relations.remove(&known.object)),
                Some(_) => {}
                None => steps.push(Step::Forget(known.object)),
            }
        }
    }
    steps.extend(threats.into_values().filter_map(|said| said.what).map(Step::Threat));
    steps.extend(relations.into_values().filter_map(|said| said.what).map(Step::Relation));
    for batch in steps.chunks(BATCH) {
        let (batch, row) = (batch.to_vec(), ask.row.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            if still_wanted(writer, &row)?.is_some() {
                for step in &batch {
                    take_step(writer, row.id, step)?;
                }
            }
            about(writer, &row, &batch);
            Ok::<_, Error>(())
        };
        app.store.write(change, keep).await?;
    }
    Ok(passed)
}

async fn page_of_relations(app: &App, feed: Id<Feed>, after: &str) -> Result<Vec<Relation>, Error> {
    let from = after.to_owned();
    let page = app.store.read("feed.relations", move |tx| {
        Ok::<_, Error>(store::relations(tx, feed, &from, READ_AT_ONCE)?)
    });
    page.await
}

/// How much a feed has beside values, and how much of what it says had no room. It is counted once in a run of a feed, which alone
/// adds to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    threats: u64,
    relations: u64,
    /// What was passed over.
    pub(super) passed: u64,
}

impl Room {
    fn of(tx: &mut dyn Queries, feed: Id<Feed>) -> Result<Self, Error> {
        let (threats, relations) = store::count(tx, feed)?;
        Ok(Self {
            threats,
            relations,
            passed: 0,
        })
    }

    /// Takes steps as far as there is room for what is new. What is there already is changed and forgotten whether there is or not.
    fn take(&mut self, writer: &mut Writer<'_, '_>, feed: Id<Feed>, step: &Step) -> Result<(), Error> {
        match step {
            Step::Forget(object) => self.forget(writer, feed, object),
            Step::ForgetLabelled(source) => {
                let gone = store::forget_labelled(writer, feed, source)?;
                self.relations = self.relations.saturating_sub(gone);
                Ok(())
            }
            Step::Threat(threat) => {
                if !store::has_threat(writer, feed, &threat.object)? {
                    if self.threats >= MAX_THREATS as u64 {
                        self.passed += 1;
                        return Ok(());
                    }
                    self.threats += 1;
                }
                take_step(writer, feed, step)
            }
            Step::Relation(relation) => {
                let source = store::source_of(writer, feed, &relation.object)?;
                if source.as_ref() == Some(&relation.source) {
                    return take_step(writer, feed, step);
                }
                let others = store::count_of_source(writer, feed, &relation.source, &relation.object)?;
                let has_room = source.is_some() || self.relations < MAX_RELATIONS as u64;
                if others >= MAX_RELATIONS_OF_SOURCE as u64 || !has_room {
                    self.passed += 1;
                    // What it said before it does not say any more.
                    return self.forget(writer, feed, &relation.object);
                }
                self.relations += u64::from(source.is_none());
                take_step(writer, feed, step)
            }
        }
    }

    fn forget(&mut self, writer: &mut Writer<'_, '_>, feed: Id<Feed>, object: &str) -> Result<(), Error> {
        let (threats, relations) = store::forget(writer, feed, object)?;
        self.threats = self.threats.saturating_sub(threats);
        self.relations = self.relations.saturating_sub(relations);
        Ok(())
    }
}

/// Keeps what a part of a feed says, beside what is there.
pub(super) async fn keep_part(app: &App, ask: &Ask, told: Told, room: &mut Option<Room>) -> Result<(), Error> {
    let steps = told.steps();
    if let Some(fault) = told.fault {
        return Err(fault);
    }
    if steps.is_empty() {
        return Ok(());
    }
    let id = ask.row.id;
    let mut left = match *room {
        Some(known) => known,
        None => {
            let read = app.store.read("feed.room", move |tx| Room::of(tx, id));
            read.await?
        }
    };
    left.passed += told.beyond;
    for batch in steps.chunks(BATCH) {
        let (batch, row) = (batch.to_vec(), ask.row.clone());
        let change = app.change(&Actor::Node, AuditAction::TakeFeed);
        let keep = move |writer: &mut Writer<'_, '_>| {
            let mut left = left;
            if still_wanted(writer, &row)?.is_some() {
                for step in &batch {
                    left.take(writer, row.id, step)?;
                }
            }
            about(writer, &row, &batch);
            Ok::<_, Error>(left)
        };
        left = app.store.write(change, keep).await?;
    }
    *room = Some(left);
    Ok(())
}

fn about(writer: &mut Writer<'_, '_>, row: &FeedRow, batch: &[Step]) {
    let detail = format!("{} threats and relations", batch.len());
    writer.about("feed", row.id.number(), detail);
}

/// Keeps what somebody hands in, beside what is there; how much of it is passed over.
pub(super) fn keep_here(writer: &mut Writer<'_, '_>, feed: Id<Feed>, told: &Told) -> Result<u64, Error> {
    let steps = told.steps();
    if steps.is_empty() {
        return Ok(0);
    }
    let mut room = Room::of(writer, feed)?;
    for step in &steps {
        room.take(writer, feed, step)?;
    }
    Ok(room.passed + told.beyond)
}

/// What is said of a round beside why lines of it were refused.
pub(super) fn with_passed(why: Option<String>, passed: u64) -> Option<String> {
    let line = (passed > 0).then(|| passed_over(passed));
    let lines: Vec<String> = line.into_iter().chain(why).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How much is passed over, in both languages.
pub(super) fn passed_over(passed: u64) -> String {
    format!(
        "{passed} mối đe dọa hoặc quan hệ vượt giới hạn nên không được giữ · {passed} threats or relations beyond the limits are \
         passed over"
    )
}

fn take_step(writer: &mut Writer<'_, '_>, feed: Id<Feed>, step: &Step) -> Result<(), Error> {
    match step {
        Step::Forget(object) => drop(store::forget(writer, feed, object)?),
        Step::ForgetLabelled(source) => drop(store::forget_labelled(writer, feed, source)?),
        Step::Threat(threat) => store::keep_threat(writer, feed, threat)?,
        Step::Relation(relation) => store::keep_relation(writer, feed, relation)?,
    }
    Ok(())
}
