//! What changed between the versions of the policy that were in force, in words that everybody may read.
//!
//! What is told of a step is when it was taken and what is different since. Who took it and why is for colleagues. Of
//! rules and words it is told that they changed, and for which category.

use std::collections::hash_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use anlanh_model::{Id, PolicyStep, Time};
use anlanh_pack::{Policy, Text};
use anlanh_store::version::{self, StepRow, Version};

use crate::policy::read_files;
use crate::{App, Error};

/// Most steps that are told of.
const STEPS: usize = 24;
/// Most steps that are read to find them: trials in shadow are steps as well.
const READ: u32 = 400;

/// A version that came into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Time,
    /// Whether it was in force before and came back.
    pub is_back: bool,
    /// What the policy is called.
    pub title: Text,
    /// Its version, as the pack says.
    pub version: String,
    /// Its digest.
    pub digest: String,
    /// What is different since; none for the oldest that is told of.
    pub changes: Option<Vec<Change>>,
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub part: Part,
    /// How.
    pub difference: Difference,
    /// What it is called; none where it is told as a whole.
    pub title: Option<Text>,
}

/// A kind of thing in a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A category of content.
    Category,
    /// The automatic rules of a category.
    Rules,
    /// What may be reported.
    Reportable,
    /// A deadline.
    Clock,
    /// A ladder of locks.
    Ladder,
    /// How long one may appeal, and by when it is answered.
    Appeals,
    /// A label.
    Label,
    /// A law.
    Law,
    /// Words, names and lists.
    Words,
}

/// How something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// It is new.
    Added,
    /// It is there no more.
    Removed,
    /// It says something else.
    Changed,
    /// It has another number of hours.
    Hours {
        /// Before.
        from: u32,
        /// Since.
        to: u32,
    },
}

/// The last step that put something in force. While it stays the same, so does the history.
///
/// # Errors
/// When the database is away.
pub async fn last_step(app: &App) -> Result<Option<Id<StepRow>>, Error> {
    let step = app
        .store
        .read("published.step", |tx| Ok::<_, Error>(version::steps(tx, None, READ)?));
    let steps = step.await?;
    Ok(steps.iter().find(|step| puts_in_force(step)).map(|step| step.id))
}

/// The versions that were in force, newest first, and what changed with each. It blocks and costs processor time.
///
/// # Errors
/// When the database is away.
pub fn history_blocking(app: &App) -> Result<Vec<Entry>, Error> {
    let steps = app
        .store
        .read_blocking("published.steps", |tx| Ok::<_, Error>(version::steps(tx, None, READ)?))?;
    let mut steps: Vec<StepRow> = steps.into_iter().filter(puts_in_force).collect();
    // A node that starts again with what it has is no news.
    steps.dedup_by(|older, newer| older.digest == newer.digest && older.step == PolicyStep::Load);
    steps.truncate(STEPS + 1);
    let mut policies: HashMap<i64, Option<Arc<Policy>>> = HashMap::new();
    for step in &steps {
        if let MapEntry::Vacant(place) = policies.entry(step.version.number()) {
            place.insert(load(app, step.version)?);
        }
    }
    let policy_of = |step: &StepRow| policies.get(&step.version.number()).cloned().flatten();
    let mut entries = Vec::new();
    for (place, step) in steps.iter().take(STEPS).enumerate() {
        // A version that cannot be read any more judged nothing that still counts.
        let Some(policy) = policy_of(step) else { continue };
        let before = steps.get(place + 1).and_then(policy_of);
        entries.push(Entry {
            at: step.at,
            is_back: step.step == PolicyStep::RollBack,
            title: policy.title().clone(),
            version: policy.version().to_owned(),
            digest: step.digest.clone(),
            changes: before.map(|before| differences(&before, &policy)),
        });
    }
    Ok(entries)
}

const fn puts_in_force(step: &StepRow) -> bool {
    match step.step {
        PolicyStep::Load | PolicyStep::Enforce | PolicyStep::RollBack => true,
        PolicyStep::Shadow | PolicyStep::EndShadow => false,
    }
}

fn load(app: &App, version: Id<Version>) -> Result<Option<Arc<Policy>>, Error> {
    let files = app.store.read_blocking("published.files", move |tx| {
        Ok::<_, Error>(version::files(tx, version)?)
    })?;
    Ok(read_files(&files).ok().map(Arc::new))
}

/// What is different in a policy since another.
#[must_use]
pub fn differences(before: &Policy, after: &Policy) -> Vec<Change> {
    let mut found = Vec::new();
    compare(
        &mut found,
        Part::Category,
        before.categories(),
        after.categories(),
        |it| (it.key.as_str(), &it.title),
    );
    rules(&mut found, before, after);
    let (old, new) = (before.report_categories(), after.report_categories());
    compare(&mut found, Part::Reportable, old, new, |it| {
        (it.key.as_str(), &it.title)
    });
    clocks(&mut found, before, after);
    if before.appeals() != after.appeals() {
        found.push(Change {
            part: Part::Appeals,
            difference: Difference::Changed,
            title: None,
        });
    }
    compare(&mut found, Part::Ladder, before.ladders(), after.ladders(), |it| {
        (it.key.as_str(), &it.title)
    });
    compare(&mut found, Part::Label, before.labels(), after.labels(), |it| {
        (it.key.as_str(), &it.title)
    });
    compare(&mut found, Part::Law, before.laws(), after.laws(), |it| {
        (it.key.as_str(), &it.title)
    });
    let (old, new) = (before.screen_pack(), after.screen_pack());
    let is_same = old.lexicon == new.lexicon
        && old.teencode == new.teencode
        && old.names == new.names
        && old.affixes == new.affixes
        && old.lists == new.lists
        && old.identifiers == new.identifiers;
    if !is_same {
        found.push(Change {
            part: Part::Words,
            difference: Difference::Changed,
            title: None,
        });
    }
    found
}

fn compare<T: PartialEq>(
    found: &mut Vec<Change>,
    part: Part,
    before: &[T],
    after: &[T],
    name: for<'t> fn(&'t T) -> (&'t str, &'t Text),
) {
    let of = |all: &[T], key: &str| all.iter().position(|one| name(one).0 == key);
    let mut tell = |difference, title: &Text| {
        found.push(Change {
            part,
            difference,
            title: Some(title.clone()),
        });
    };
    for new in after {
        let (key, title) = name(new);
        match of(before, key).and_then(|place| before.get(place)) {
            None => tell(Difference::Added, title),
            Some(old) if old != new => tell(Difference::Changed, title),
            Some(_) => {}
        }
    }
    for old in before {
        let (key, title) = name(old);
        if of(after, key).is_none() {
            tell(Difference::Removed, title);
        }
    }
}

/// Deadlines, of which the hours are what matters.
fn clocks(found: &mut Vec<Change>, before: &Policy, after: &Policy) {
    let place = found.len();
    compare(found, Part::Clock, before.clocks(), after.clocks(), |it| {
        (it.key.as_str(), &it.title)
    });
    for change in found.iter_mut().skip(place) {
        let hours = |policy: &Policy| {
            let mut clocks = policy.clocks().iter();
            let clock = clocks.find(|clock| Some(&clock.title) == change.title.as_ref());
            clock.map(|clock| clock.hours)
        };
        if let (Difference::Changed, Some(from), Some(to)) = (change.difference, hours(before), hours(after))
            && from != to
        {
            change.difference = Difference::Hours { from, to };
        }
    }
}

/// The rules of each category as one: which of them changed would tell what they look for.
fn rules(found: &mut Vec<Change>, before: &Policy, after: &Policy) {
    let by_category = |policy: &Policy| {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (rule, _, _) in policy.rules() {
            all.entry(rule.category.clone())
                .or_default()
                .insert(format!("{rule:?}"));
        }
        all
    };
    let (old, new) = (by_category(before), by_category(after));
    let categories: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in categories {
        let difference = match (old.get(key), new.get(key)) {
            (None, Some(_)) => Difference::Added,
            (Some(_), None) => Difference::Removed,
            (Some(one), Some(other)) if one != other => Difference::Changed,
            (Some(_), Some(_)) | (None, None) => continue,
        };
        let category = after.category(key).or_else(|| before.category(key));
        found.push(Change {
            part: Part::Rules,
            difference,
            title: category.map(|category| category.title.clone()),
        });
    }
}
