//! What measuring showed, in numbers.

use std::collections::BTreeMap;

use anlanh_model::{Accuracy, Actor, Agreement, Finding, Outcome, Permission, Time, agreement};
use anlanh_store::quality::{self, GoldenAnswer, Opinions, OpinionsOf, Shares, Waiting};
use anlanh_store::tally;

use crate::{App, Error, permit};

/// Most days that are looked at.
pub const MAX_DAYS: u32 = 366;
/// How many days one's own figure looks back.
const OWN_DAYS: i64 = 90;
/// Fewest answers that one's own figure is shown for: of fewer, each could be told.
pub const MIN_OWN_ANSWERS: u64 = 5;
const DAY_MINUTES: i64 = 24 * 60;

/// What measuring showed in a span of days.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// How much is measured.
    pub shares: Shares,
    /// The first day that is looked at, counted in local days since 1970-01-01.
    pub since: i64,
    /// The day that is today.
    pub today: i64,
    /// How often two people came to the same outcome.
    pub agreement: Option<Agreement>,
    /// The same by pairs of people, by name.
    pub by_pair: Vec<((String, String), Agreement)>,
    /// The same by the category that the case was filed under.
    pub by_category: Vec<(String, Agreement)>,
    /// How often known answers were found.
    pub accuracy: Accuracy,
    /// The same by person, by name.
    pub by_reviewer: Vec<(String, Accuracy)>,
    /// The same by the category that the case was filed under.
    pub golden_by_category: Vec<(String, Accuracy)>,
    /// Both by week, oldest first; weeks in which nothing was measured are left out.
    pub weeks: Vec<Week>,
    /// What was found of disagreements, by [`Finding::ALL`].
    pub findings: [u64; 4],
    /// Pairs of opinions that differ in outcome or category.
    pub disagreements: u64,
    /// What waits.
    pub waiting: Waiting,
}

/// A week of measuring.
#[derive(Debug, Clone, PartialEq)]
pub struct Week {
    /// Its Monday, counted in local days since 1970-01-01.
    pub monday: i64,
    /// How often two people came to the same outcome.
    pub agreement: Option<Agreement>,
    /// How often known answers were found.
    pub accuracy: Accuracy,
}

/// What measuring showed in the last `days` days, today with them; at most [`MAX_DAYS`].
///
/// # Errors
/// When the one who asks may not, or the database is away.
pub async fn figures(app: &App, actor: &Actor, days: u32) -> Result<Quality, Error> {
    permit(actor, Permission::CheckQuality)?;
    let today = tally::day_of(app.clock.now());
    let since = today - i64::from(days.clamp(1, MAX_DAYS) - 1);
    app.store
        .read("quality.figures", move |tx| {
            let opinions = quality::opinions(tx, OpinionsOf::Since(tally::start_of(since)))?;
            let answers = quality::golden_answers(tx, tally::start_of(since), None)?;
            let rights = |of: &dyn Fn(&GoldenAnswer) -> String| {
                let groups = group(&answers, of, |answer| answer.right == answer.given);
                groups
                    .into_iter()
                    .map(|(key, rights)| (key, Accuracy::from_iter(rights)))
            };
            let pair = |it: &Opinions| {
                let (first, second) = (it.first.by.clone(), it.second.by.clone());
                if first <= second {
                    (first, second)
                } else {
                    (second, first)
                }
            };
            Ok(Quality {
                shares: quality::shares(tx)?,
                since,
                today,
                agreement: agreement(&opinions.iter().map(outcomes).collect::<Vec<_>>()),
                by_pair: agreements(&opinions, pair),
                by_category: agreements(&opinions, |it| it.filed.clone()),
                accuracy: answers.iter().map(|answer| answer.right == answer.given).collect(),
                by_reviewer: rights(&|answer| answer.by.clone()).collect(),
                golden_by_category: rights(&|answer| answer.filed.clone()).collect(),
                weeks: weeks(&opinions, &answers),
                findings: Finding::ALL.map(|finding| {
                    let found = opinions.iter().filter(|it| it.finding == Some(finding));
                    found.count() as u64
                }),
                disagreements: opinions.iter().filter(|it| it.first.answer != it.second.answer).count() as u64,
                waiting: quality::waiting(tx)?,
            })
        })
        .await
}

/// How often whoever asks found known answers in the 90 days before this week; none while there are fewer than
/// [`MIN_OWN_ANSWERS`]. It changes once a week, so that nobody learns from it which case was golden.
///
/// # Errors
/// When whoever asks decides no cases, or the database is away.
pub async fn own(app: &App, actor: &Actor) -> Result<Option<Accuracy>, Error> {
    let person = crate::case::permit_person(actor, Permission::DecideCases)?;
    let monday = tally::start_of(monday_of(tally::day_of(app.clock.now())));
    let since = monday.plus_minutes(-OWN_DAYS * DAY_MINUTES);
    app.store
        .read("quality.own", move |tx| {
            let answers = quality::golden_answers(tx, since, Some(person.id))?;
            let before = answers.iter().filter(|answer| answer.at < monday);
            let accuracy: Accuracy = before.map(|answer| answer.right == answer.given).collect();
            Ok(Some(accuracy).filter(|accuracy| accuracy.of >= MIN_OWN_ANSWERS))
        })
        .await
}

const fn outcomes(opinions: &Opinions) -> (Outcome, Outcome) {
    (opinions.first.answer.outcome, opinions.second.answer.outcome)
}

fn agreements<K: Ord>(opinions: &[Opinions], key: impl Fn(&Opinions) -> K) -> Vec<(K, Agreement)> {
    let groups = group(opinions, key, outcomes).into_iter();
    groups
        .filter_map(|(key, pairs)| Some((key, agreement(&pairs)?)))
        .collect()
}

fn group<T, K: Ord, V>(all: &[T], key: impl Fn(&T) -> K, value: impl Fn(&T) -> V) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for one in all {
        groups.entry(key(one)).or_default().push(value(one));
    }
    groups
}

fn weeks(opinions: &[Opinions], answers: &[GoldenAnswer]) -> Vec<Week> {
    let week = |at: Time| monday_of(tally::day_of(at));
    let pairs = group(opinions, |it| week(it.second.at), outcomes);
    let rights = group(answers, |it| week(it.at), |it| it.right == it.given);
    let mut mondays: Vec<i64> = pairs.keys().chain(rights.keys()).copied().collect();
    mondays.sort_unstable();
    mondays.dedup();
    let week = |monday| Week {
        monday,
        agreement: pairs.get(&monday).and_then(|pairs| agreement(pairs)),
        accuracy: rights.get(&monday).into_iter().flatten().copied().collect(),
    };
    mondays.into_iter().map(week).collect()
}

/// The Monday of the week that a day lies in; 1970-01-01 was a Thursday.
const fn monday_of(day: i64) -> i64 {
    day - (day + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_mondays() {
        // 1970-01-05 was the first Monday.
        for (day, monday) in [(4, 4), (10, 4), (11, 11), (0, -3), (-3, -3), (-4, -10)] {
            assert_eq!(monday_of(day), monday);
        }
    }
}
