//! One decision becomes a statement of reasons in the form of the DSA database, and what Vietnamese law asks for beside it.
//!
//! What the database asks for and a decision does not say comes from the policy it was made under: titles, citations and
//! the names that the database has for categories. Nothing of the item's content is read here.

use anlanh_dsa::{
    AccountDecision, Answer, ApplicationDate, AutomatedDecision, Category, ContentDate, ContentType, Date, EndDate,
    EndDates, Ground, Keyword, Language, Listed, ProvisionDecision, Puid, Restrictions, Source, Statement, Text,
    Visibility, Why,
};
use anlanh_model::{Cause, Detection, MeasureKind, Outcome, TargetKind, Time};
use anlanh_pack::{Day, Policy};
use anlanh_publish::Moment;
use anlanh_publish::export::{Local, Record};
use anlanh_store::export::{ExportMeasure, ExportRow};

use super::Mask;

/// A decision as it is published. `in_force` has the names of the database where the policy of the decision has none.
pub(super) fn record(row: ExportRow, policy: &Policy, in_force: &Policy, mask: &mut Mask) -> Record {
    let references = row.references.iter().map(String::as_str);
    let references: Vec<&str> = references
        .chain(row.measures.iter().map(|measure| measure.target.reference()))
        .collect();
    let facts = mask.mask(&row.facts, &references);
    let category = row.category.as_deref();
    let title = category
        .and_then(|key| policy.category(key))
        .map(|category| &category.title.vi);
    let citations = row.basis.iter().map(|key| citation(policy, key)).collect();
    Record {
        // What the database does not take, such as a day before 2020, has no statement there; the rest is told.
        statement: statement(&row, policy, in_force, &facts).ok().flatten(),
        facts,
        local: Local {
            decision: row.id.to_string(),
            case: row.case.to_string(),
            opened_at: Moment(row.opened_at.as_micros()),
            decided_at: Moment(row.at.as_micros()),
            outcome: row.outcome.key().to_owned(),
            measures: row.measures.iter().map(told).collect(),
            reversed_at: row.reversed_at.map(|at| Moment(at.as_micros())),
            category_title: title.cloned(),
            category: row.category,
            basis: row.basis,
            citations,
            labels: row.labels,
            cause: row.cause.key().to_owned(),
            territory: policy.territory().or(in_force.territory()).map(str::to_owned),
            policy: format!("{} {}", policy.id(), policy.version()),
            policy_digest: policy.digest().to_owned(),
        },
    }
}

/// An article as it is cited; its key where the policy has it no more.
fn citation(policy: &Policy, key: &str) -> String {
    policy
        .citation(key)
        .map_or_else(|| key.to_owned(), |citation| citation.vi)
}

/// The statement, for what restricted something.
fn statement(row: &ExportRow, policy: &Policy, in_force: &Policy, facts: &str) -> Result<Option<Statement>, Why> {
    let offset = in_force.utc_offset_minutes();
    let Some((restrictions, end_dates)) = restrictions(row, offset) else {
        return Ok(None);
    };
    let (category, keywords) = dsa_name(row, policy, in_force);
    // A platform may say that something was posted on a day that the database does not take.
    let posted = row.posted_at.and_then(|at| ContentDate::new(date(at, offset)?).ok());
    let received = || ContentDate::new(date(row.received_at, offset).ok_or(Why::OutOfRange)?);
    let content_type = Listed::new(content_types(row), None).map_err(|_| Why::Missing)?;
    Ok(Some(Statement {
        puid: Puid::parse(&row.id.to_string())?,
        restrictions,
        account_type: None,
        ground: ground(row, policy)?,
        ground_url: None,
        content_type,
        ean_13: None,
        category,
        further_categories: Vec::new(),
        keywords,
        keyword_other: None,
        // The database knows countries of the European Economic Area alone; ours stands beside the statement.
        territorial_scope: Vec::new(),
        content_language: policy.language().or(in_force.language()).and_then(Language::from_key),
        content_date: posted.map_or_else(received, Ok)?,
        application_date: ApplicationDate::new(date(row.at, offset).ok_or(Why::OutOfRange)?)?,
        end_dates,
        facts: Text::shorten(facts)?,
        source: source(row),
        automated_detection: match row.detection {
            Detection::Automatic => Answer::Yes,
            Detection::Person => Answer::No,
        },
        automated_decision: match row.first_cause {
            // A rule had acted before a person looked.
            Cause::Acted => AutomatedDecision::Partially,
            Cause::Review
            | Cause::Braked
            | Cause::Undecided
            | Cause::Request
            | Cause::Report
            | Cause::Ladder
            | Cause::Evasion
            | Cause::Order
            | Cause::Owner
            | Cause::Appeal => AutomatedDecision::NotAutomated,
        },
    }))
}

/// What a decision restricts, and until when; none where it restricts nothing. A warning restricts nothing.
///
/// The database knows accounts, and the service as a whole or in part: a page, a group or a channel is such a part. Where
/// one decision does several things of one kind, the database takes the gravest.
fn restrictions(row: &ExportRow, offset: i32) -> Option<(Restrictions, EndDates)> {
    let visibility = visibility(row.outcome);
    let (mut account, mut provision) = (Gravest::default(), Gravest::default());
    let mut until_visible = None;
    for measure in &row.measures {
        let until = measure.until;
        let is_account = measure.target.kind() == TargetKind::Account;
        match measure.kind {
            MeasureKind::Label | MeasureKind::Limit | MeasureKind::Hide | MeasureKind::Remove => {
                until_visible = until_visible.max(until);
            }
            MeasureKind::Warn => {}
            MeasureKind::TemporaryLock if is_account => account.add(1, AccountDecision::Suspended, until),
            MeasureKind::PermanentLock if is_account => account.add(2, AccountDecision::Terminated, None),
            MeasureKind::TemporaryLock => provision.add(1, ProvisionDecision::PartialSuspension, until),
            MeasureKind::PermanentLock => provision.add(2, ProvisionDecision::PartialTermination, None),
            MeasureKind::RefuseRegistration => provision.add(3, ProvisionDecision::TotalSuspension, until),
            MeasureKind::EndService => provision.add(4, ProvisionDecision::TotalTermination, None),
        }
    }
    let end = |until: Option<Time>| until.and_then(|at| EndDate::new(date(at, offset)?).ok());
    let end_dates = EndDates {
        account: end(account.until),
        monetary: None,
        service: end(provision.until),
        visibility: end(until_visible),
    };
    let visibility = visibility.and_then(|code| Listed::new(vec![code], None).ok());
    let restrictions = Restrictions::new(visibility, None, provision.code(), account.code())?;
    Some((restrictions, end_dates))
}

const fn visibility(outcome: Outcome) -> Option<Visibility> {
    match outcome {
        Outcome::NoViolation | Outcome::SubjectOnly => None,
        Outcome::Label => Some(Visibility::ContentLabelled),
        Outcome::Limit => Some(Visibility::ContentDemoted),
        Outcome::Hide => Some(Visibility::ContentDisabled),
        Outcome::Remove => Some(Visibility::ContentRemoved),
    }
}

/// The gravest of several codes, and until when it applies; none where it has no end.
struct Gravest<C> {
    found: Option<(u8, C)>,
    until: Option<Time>,
}

impl<C> Default for Gravest<C> {
    fn default() -> Self {
        Self {
            found: None,
            until: None,
        }
    }
}

impl<C> Gravest<C> {
    /// Adds a code of this weight. Of two that weigh the same the one counts that lasts longer.
    fn add(&mut self, weight: u8, code: C, until: Option<Time>) {
        let longer = || self.until.is_some_and(|known| until.is_none_or(|until| until > known));
        let is_graver = self
            .found
            .as_ref()
            .is_none_or(|(known, _)| weight > *known || weight == *known && longer());
        if is_graver {
            self.found = Some((weight, code));
            self.until = until;
        }
    }

    fn code(self) -> Option<C> {
        self.found.map(|(_, code)| code)
    }
}

/// A measure as it is told, without the reference of its target.
fn told(measure: &ExportMeasure) -> String {
    let what = format!("{} {}", measure.kind.key(), measure.target.kind().key());
    match measure.until {
        Some(until) => format!("{what} {}", Moment(until.as_micros())),
        None => what,
    }
}

/// What the database calls the category.
fn dsa_name(row: &ExportRow, policy: &Policy, in_force: &Policy) -> (Category, Vec<Keyword>) {
    let named = |policy: &Policy| policy.category(row.category.as_deref()?)?.dsa.clone();
    match named(policy).or_else(|| named(in_force)) {
        Some(name) => (name.category, name.keywords),
        None => (Category::OtherViolationTc, Vec::new()),
    }
}

/// A law where the policy knows one of the bases as such; else the platform's own terms.
fn ground(row: &ExportRow, policy: &Policy) -> Result<Ground, Why> {
    let citations: Vec<String> = row.basis.iter().map(|key| citation(policy, key)).collect();
    let category = row.category.as_deref().and_then(|key| policy.category(key));
    let title = category.map_or_else(
        || row.category.clone().unwrap_or_default(),
        |category| category.title.vi.clone(),
    );
    let articles = row.basis.iter().filter_map(|key| policy.basis(key));
    let summaries: Vec<&str> = articles.map(|(_, article)| article.summary.vi.as_str()).collect();
    let explanation = Text::shorten(&format!("{title}. {}", summaries.join("; ")))?;
    let ground = Text::shorten(&citations.join("; "))?;
    if summaries.is_empty() {
        return Ok(Ground::Incompatible {
            ground,
            explanation,
            is_illegal: None,
        });
    }
    Ok(Ground::Illegal {
        legal_ground: ground,
        explanation,
    })
}

fn content_types(row: &ExportRow) -> Vec<ContentType> {
    let mut types = vec![ContentType::Text];
    if row.kind == "listing" {
        types.push(ContentType::Product);
    }
    if row.has_pictures {
        types.push(ContentType::Image);
    }
    types
}

/// How the item came to be looked at: an appeal that changed what was decided takes nothing away from whoever reported.
const fn source(row: &ExportRow) -> Source {
    match row.first_cause {
        Cause::Report if row.was_trusted => Source::TrustedFlagger(None),
        // An owner is asked after a report alone.
        Cause::Report | Cause::Owner => Source::Notice(None),
        Cause::Order => Source::OtherNotification(None),
        Cause::Review
        | Cause::Acted
        | Cause::Braked
        | Cause::Undecided
        | Cause::Request
        | Cause::Ladder
        | Cause::Evasion
        | Cause::Appeal => Source::Voluntary,
    }
}

/// The day of an instant at an offset from UTC; none outside the years of four digits.
fn date(at: Time, offset_minutes: i32) -> Option<Date> {
    let day = Day::from(anlanh_screen::Time(at.as_seconds()).date_at(offset_minutes));
    Date::new(u16::try_from(day.year).ok()?, day.month, day.day)
}
