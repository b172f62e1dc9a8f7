//! One decision becomes a statement of reasons in the form of the DSA database, and what Vietnamese law asks for beside it.
//!
//! What the database asks for and a decision does not say comes from the policy it was made under: titles, citations and
//! the names that the database has for categories. Nothing of the item's content is read here.

use anlanh_dsa::{
    AccountDecision, Answer, ApplicationDate, AutomatedDecision, Category, ContentDate, ContentType, Date, EndDate,
    EndDates, Ground, Keyword, Language, Listed, ProvisionDecision, Puid, Restrictions, Source, Statement, Text,
    Visibility, Why,
};
use anlanh_model::{Cause, Detection, MeasureKind, Outcome, Time};
use anlanh_pack::{Day, Policy};
use anlanh_publish::Moment;
use anlanh_publish::export::{Local, Record};
use anlanh_store::export::ExportRow;
use anlanh_store::measure::MeasureRow;

use super::Mask;

/// A decision as it is published. `in_force` has the names of the database where the policy of the decision has none.
pub(super) fn record(row: ExportRow, policy: &Policy, in_force: &Policy, mask: &mut Mask) -> Record {
    let aimed_at = row.measures.iter().map(|measure| measure.target.reference());
    let named = [&row.author, &row.external].into_iter().flatten().map(String::as_str);
    let references: Vec<&str> = named.chain(aimed_at).collect();
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
            category_title: title.cloned(),
            category: row.category,
            basis: row.basis,
            citations,
            labels: row.labels,
            measures: row.measures.iter().map(measure).collect(),
            reversed_at: row.reversed_at.map(|at| Moment(at.as_micros())),
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
    let Some(restrictions) = restrictions(row) else {
        return Ok(None);
    };
    let offset = in_force.utc_offset_minutes();
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
        end_dates: end_dates(&row.measures, offset),
        facts: Text::shorten(facts)?,
        source: source(row.cause),
        automated_detection: match row.detection {
            Detection::Automatic => Answer::Yes,
            Detection::Person => Answer::No,
        },
        automated_decision: match row.cause {
            // A rule had acted before a person looked.
            Cause::Acted => AutomatedDecision::Partially,
            Cause::Review
            | Cause::Braked
            | Cause::Undecided
            | Cause::Request
            | Cause::Report
            | Cause::Ladder
            | Cause::Evasion
            | Cause::Appeal => AutomatedDecision::NotAutomated,
        },
    }))
}

/// What a decision does, where that restricts anybody.
fn restrictions(row: &ExportRow) -> Option<Restrictions> {
    let visibility = match row.outcome {
        Outcome::NoViolation | Outcome::SubjectOnly => None,
        Outcome::Label => Some(Visibility::ContentLabelled),
        Outcome::Limit => Some(Visibility::ContentDemoted),
        Outcome::Hide => Some(Visibility::ContentDisabled),
        Outcome::Remove => Some(Visibility::ContentRemoved),
    };
    let visibility = visibility.and_then(|visibility| Listed::new(vec![visibility], None).ok());
    let has = |kind| row.measures.iter().any(|measure| measure.kind == kind);
    let provision = has(MeasureKind::EndService).then_some(ProvisionDecision::TotalTermination);
    let is_locked = has(MeasureKind::TemporaryLock) || has(MeasureKind::PermanentLock);
    let account = match provision {
        Some(_) => Some(AccountDecision::Terminated),
        None => is_locked.then_some(AccountDecision::Suspended),
    };
    Restrictions::new(visibility, None, provision, account)
}

/// Until when it restricts: the account, and what is seen of the content.
fn end_dates(measures: &[MeasureRow], offset: i32) -> EndDates {
    let until = |concerns: fn(MeasureKind) -> bool| {
        let concerned = measures.iter().filter(|measure| concerns(measure.kind));
        let last = concerned
            .map(|measure| measure.until)
            .reduce(|one, other| Some(one?.max(other?)))??;
        EndDate::new(date(last, offset)?).ok()
    };
    EndDates {
        account: until(MeasureKind::is_lock),
        visibility: until(MeasureKind::is_for_items),
        ..EndDates::default()
    }
}

/// A measure without whom it is aimed at: `temporary_lock account 2026-10-22T04:00:00Z`.
fn measure(row: &MeasureRow) -> String {
    let mut told = format!("{} {}", row.kind.key(), row.target.kind().key());
    if let Some(until) = row.until {
        told.push(' ');
        told.push_str(&Moment(until.as_micros()).to_string());
    }
    told
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

/// How the item came to be looked at.
const fn source(cause: Cause) -> Source {
    match cause {
        Cause::Report => Source::Notice(None),
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
