//! Rules by which incidents are told to the national centre, what they plan, and which alerts were looked at for a message.

use anlanh_db::{Row, Statement, Value};
use anlanh_model::{
    AlertEvent, Id, Incident, IncidentShare, Person, PlanState, Severity, SharePlan, SharingRule, SharingState, Time,
    Tlp,
};

use super::alert::{self, AlertRow};
use crate::row::{Columns, join, split};
use crate::statement::statements;
use crate::{Error, Queries, Writer};

statements! { "sharing":
    INSERT = "INSERT INTO sharing_rule (id, name, basis, severities, events, wait_minutes, state, state_at, state_by, made_by)
              VALUES ($1, $2, $3, $4, $5, $6, 'proposed', $7, $8, $8)";
    SET_STATE = "UPDATE sharing_rule SET state = $2, state_at = $3, state_by = $4, forced_by = COALESCE(forced_by, $5) WHERE id = $1";
    PLAN = "INSERT INTO incident_share_plan (id, incident, rule, due_at, state, state_at) VALUES ($1, $2, $3, $4, 'waiting', $5)";
    SET_PLAN = "UPDATE incident_share_plan SET state = $2, state_at = $3, person = $4, share = $5 WHERE id = $1";
    POSTPONE = "UPDATE incident_share_plan SET due_at = $2 WHERE rule = $1 AND state = 'waiting' AND due_at < $2";
    BEGUN = "SELECT (SELECT COUNT(*) FROM incident_share s WHERE s.incident = $1)
               + (SELECT COUNT(*) FROM incident_share_plan p WHERE p.incident = $1 AND p.state <> 'dropped')";
    ABOUT = "SELECT r.id, r.wait_minutes FROM sharing_rule r WHERE r.state = 'active'
             AND r.severities LIKE '%' || $2 || '%'
             AND (r.events = '' OR EXISTS (SELECT 1 FROM alert a WHERE a.incident = $1 AND r.events LIKE '%' || a.event || '%'))
             ORDER BY r.wait_minutes, r.id LIMIT 1";
    AGAIN = "SELECT i.id, r.id, r.wait_minutes FROM incident i
             JOIN sharing_rule r ON r.state = 'active' AND r.severities LIKE '%' || i.severity || '%'
             WHERE i.state IN ('triaged', 'working', 'contained') AND (i.tlp IS NULL OR i.tlp <= $3)
               AND (EXISTS (SELECT 1 FROM incident_share s WHERE s.incident = i.id)
                 OR EXISTS (SELECT 1 FROM incident_share_plan p WHERE p.incident = i.id AND p.state IN ('shared', 'nothing')))
               AND NOT EXISTS (SELECT 1 FROM incident_share_plan p WHERE p.incident = i.id
                 AND (p.state IN ('waiting', 'held') OR (p.state <> 'dropped' AND p.state_at > $1)))
               AND NOT EXISTS (SELECT 1 FROM incident_share s WHERE s.incident = i.id AND s.id > $2)
               AND EXISTS (SELECT 1 FROM alert a WHERE a.incident = i.id AND a.told IS NULL AND a.host IS NOT NULL AND a.tlp <= $3
                 AND (r.events = '' OR r.events LIKE '%' || a.event || '%')
                 AND NOT EXISTS (SELECT 1 FROM alert b WHERE b.host = a.host AND b.incident = a.incident AND b.told IS NOT NULL
                   AND b.listed_kind || '' = a.listed_kind AND b.listed || '' = a.listed AND b.event = a.event AND b.tlp <= $3))
             ORDER BY i.id, r.wait_minutes, r.id LIMIT $4";
    DUE = "SELECT p.id FROM incident_share_plan p JOIN sharing_rule r ON r.id = p.rule AND r.state = 'active'
           WHERE p.state = 'waiting' AND p.due_at <= $1 ORDER BY p.due_at, p.id LIMIT $2";
    SAID_NOTHING = "SELECT COUNT(*) FROM incident_event WHERE incident = $1 AND kind = 'share_nothing'";
    NOTE_TOLD = "UPDATE alert SET told = $2 WHERE incident = $1 AND told IS NULL AND id <= $3
                 AND ($4 = '' OR $4 LIKE '%' || event || '%')";
}

// An alert is new that was looked at for no message, where nothing of the same host, value and kind of event that may leave was.
const FRESH: Statement = alert::select!(
    "FRESH",
    "WHERE a.incident = $1 AND a.told IS NULL AND ($2 = '' OR $2 LIKE '%' || a.event || '%')
       AND NOT EXISTS (SELECT 1 FROM alert b WHERE b.host = a.host AND b.incident = a.incident AND b.told IS NOT NULL
         AND b.listed_kind || '' = a.listed_kind AND b.listed || '' = a.listed AND b.event = a.event AND b.tlp <= $3)
     ORDER BY a.id LIMIT $4"
);

/// A list of rules with all of their columns.
macro_rules! rules {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("sharing.", $name),
            concat!(
                "SELECT r.id, r.name, r.basis, r.severities, r.events, r.wait_minutes, r.state, r.state_at, b.name, r.made_by, m.name,
                   f.name, (SELECT COUNT(*) FROM incident_share s WHERE s.rule = r.id)
                 FROM sharing_rule r JOIN staff b ON b.id = r.state_by JOIN staff m ON m.id = r.made_by
                 LEFT JOIN staff f ON f.id = r.forced_by ",
                $rest
            ),
        )
    };
}

/// A list of plans with all of their columns.
macro_rules! plans {
    ($name:literal, $rest:literal) => {
        Statement::new(
            concat!("sharing.", $name),
            concat!(
                "SELECT p.id, p.incident, i.title, p.rule, r.name, r.events, r.state, p.due_at, p.state, p.state_at, s.name
                 FROM incident_share_plan p JOIN incident i ON i.id = p.incident JOIN sharing_rule r ON r.id = p.rule
                 LEFT JOIN staff s ON s.id = p.person ",
                $rest
            ),
        )
    };
}

const RULE: Statement = rules!("RULE", "WHERE r.id = $1");
const RULES: Statement = rules!(
    "RULES",
    "WHERE (r.state = 'ended') = (CAST($1 AS BIGINT) = 1) ORDER BY r.id DESC LIMIT $2"
);
const RULES_PAGE: Statement = rules!(
    "RULES_PAGE",
    "WHERE r.id < $1 AND (r.state = 'ended') = (CAST($2 AS BIGINT) = 1) ORDER BY r.id DESC LIMIT $3"
);
const PLANS_PAGE: Statement = plans!(
    "PLANS_PAGE",
    "WHERE p.id < $1 AND p.state IN ('waiting', 'held') ORDER BY p.id DESC LIMIT $2"
);
const LOAD_PLAN: Statement = plans!("LOAD_PLAN", "WHERE p.id = $1");
const OPEN_PLANS: Statement = plans!(
    "OPEN_PLANS",
    "WHERE p.state IN ('waiting', 'held') ORDER BY p.due_at, p.id LIMIT $1"
);
const PLANS_OF_RULE: Statement = plans!(
    "PLANS_OF_RULE",
    "WHERE p.rule = $1 AND p.state IN ('waiting', 'held') ORDER BY p.id"
);
const OPEN_PLAN_OF: Statement = plans!(
    "OPEN_PLAN_OF",
    "WHERE p.incident = $1 AND p.state IN ('waiting', 'held')"
);
pub(crate) const LISTS: &[&Statement] = &[
    &FRESH,
    &RULE,
    &RULES,
    &RULES_PAGE,
    &PLANS_PAGE,
    &LOAD_PLAN,
    &OPEN_PLANS,
    &PLANS_OF_RULE,
    &OPEN_PLAN_OF,
];

/// What somebody says of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSettings {
    /// What people call it.
    pub name: String,
    /// Why it may and is to be told.
    pub basis: String,
    /// The least severity that it is about.
    pub least: Severity,
    /// The kinds of events that it is about; every one where there is none.
    pub events: Vec<AlertEvent>,
    /// How long it waits after an incident was graded, in minutes.
    pub wait_minutes: u32,
}

/// A rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// Its id.
    pub id: Id<SharingRule>,
    /// What was said of it.
    pub settings: RuleSettings,
    /// How it stands.
    pub state: SharingState,
    /// Since when.
    pub state_at: Time,
    /// By whom it stands so.
    pub state_by: String,
    /// Who made it.
    pub made_by: (Id<Person>, String),
    /// Who put it in force.
    pub forced_by: Option<String>,
    /// How many messages left by it.
    pub shared: u64,
}

/// What a rule is to tell of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanRow {
    /// Its id.
    pub id: Id<SharePlan>,
    /// Of which incident.
    pub incident: Id<Incident>,
    /// What people call that.
    pub title: String,
    /// By which rule.
    pub rule: Id<SharingRule>,
    /// What people call that.
    pub rule_name: String,
    /// The kinds of events that the rule is about; every one where there is none.
    pub events: Vec<AlertEvent>,
    /// How the rule stands.
    pub rule_state: SharingState,
    /// When it leaves.
    pub due_at: Time,
    /// How it stands.
    pub state: PlanState,
    /// Since when.
    pub state_at: Time,
    /// Who held it back.
    pub by: Option<String>,
}

/// How a plan stands from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanStep {
    /// How.
    pub state: PlanState,
    /// Who says so; none where the node does.
    pub by: Option<Id<Person>>,
    /// The message that left.
    pub share: Option<Id<IncidentShare>>,
}

/// A rule that is to plan for an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planning {
    /// For which incident.
    pub incident: Id<Incident>,
    /// By which rule.
    pub rule: Id<SharingRule>,
    /// How long the rule waits, in minutes.
    pub wait_minutes: u32,
}

/// Keeps a rule that nobody has put in force.
///
/// # Errors
/// When the database is away or full.
pub fn insert(writer: &mut Writer<'_, '_>, settings: &RuleSettings, by: Id<Person>) -> Result<Id<SharingRule>, Error> {
    let id: Id<SharingRule> = writer.new_id();
    let severities = Severity::ALL.iter().filter(|it| **it >= settings.least);
    let severities: Vec<String> = severities.map(|it| it.key().to_owned()).collect();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Text(&settings.name),
        Value::Text(&settings.basis),
        Value::Text(&join(&severities)),
        Value::Text(&events_column(&settings.events)),
        Value::Int(i64::from(settings.wait_minutes)),
        Value::Int(now),
        Value::Int(by.number()),
    ];
    writer.execute(&INSERT, &values)?;
    Ok(id)
}

/// Stores how a rule stands, and who put it in force.
///
/// # Errors
/// When the database is away or full.
pub fn set_state(
    writer: &mut Writer<'_, '_>,
    id: Id<SharingRule>,
    state: SharingState,
    (by, forced_by): (Id<Person>, Option<Id<Person>>),
) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Text(state.key()),
        Value::Int(now),
        Value::Int(by.number()),
        Value::from(forced_by.map(Id::number)),
    ];
    writer.execute(&SET_STATE, &values)?;
    Ok(())
}

/// One rule.
///
/// # Errors
/// When the database is away.
pub fn rule(tx: &mut dyn Queries, id: Id<SharingRule>) -> Result<Option<RuleRow>, Error> {
    let row = tx.row(&RULE, &[Value::Int(id.number())])?;
    row.as_ref().map(read_rule).transpose()
}

/// At most `limit` rules that are not over, the newest first.
///
/// # Errors
/// When the database is away.
pub fn rules(tx: &mut dyn Queries, limit: u32) -> Result<Vec<RuleRow>, Error> {
    let rows = tx.rows(&RULES, &[Value::Int(0), Value::Int(i64::from(limit))])?;
    rows.iter().map(read_rule).collect()
}

/// At most `limit` rules that are over, the newest first.
///
/// # Errors
/// When the database is away.
pub fn ended_rules(tx: &mut dyn Queries, limit: u32) -> Result<Vec<RuleRow>, Error> {
    let rows = tx.rows(&RULES, &[Value::Int(1), Value::Int(i64::from(limit))])?;
    rows.iter().map(read_rule).collect()
}

/// Which rules are looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleStanding {
    /// Those that are not over.
    Open,
    /// Those that are.
    Over,
}

/// A page of rules before one, the newest first.
///
/// # Errors
/// When the database is away.
pub fn rules_page(
    tx: &mut dyn Queries,
    standing: RuleStanding,
    (before, limit): (Option<Id<SharingRule>>, u32),
) -> Result<Vec<RuleRow>, Error> {
    let is_over = match standing {
        RuleStanding::Open => 0,
        RuleStanding::Over => 1,
    };
    let values = [
        Value::Int(before.map_or(i64::MAX, Id::number)),
        Value::Int(is_over),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&RULES_PAGE, &values)?.iter().map(read_rule).collect()
}

/// A page of plans that wait or are held back, before one, the newest first.
///
/// # Errors
/// When the database is away.
pub fn plans_page(tx: &mut dyn Queries, (before, limit): (Option<Id<SharePlan>>, u32)) -> Result<Vec<PlanRow>, Error> {
    let before = before.map_or(i64::MAX, Id::number);
    let rows = tx.rows(&PLANS_PAGE, &[Value::Int(before), Value::Int(i64::from(limit))])?;
    rows.iter().map(read_plan).collect()
}

/// The rule in force that tells soonest of an incident of this severity, by what its alerts are.
///
/// # Errors
/// When the database is away.
pub fn about(tx: &mut dyn Queries, incident: Id<Incident>, severity: Severity) -> Result<Option<Planning>, Error> {
    let row = tx.row(&ABOUT, &[Value::Int(incident.number()), Value::Text(severity.key())])?;
    let read = |row: Row| {
        Ok(Planning {
            incident,
            rule: row.id(0, "sharing_rule.id")?,
            wait_minutes: minutes(&row, 1)?,
        })
    };
    row.map(read).transpose()
}

/// Whether something of an incident was told, or is planned to be.
///
/// # Errors
/// When the database is away.
pub fn is_begun(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<bool, Error> {
    let row = tx.row(&BEGUN, &[Value::Int(incident.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? > 0)
}

/// At most `limit` rules that are to plan again, for incidents that were told of before `since` and have alerts since then that may go as
/// far as `most`. An incident may be there with more than one rule, the first of them is the soonest.
///
/// # Errors
/// When the database is away.
pub fn again(tx: &mut dyn Queries, since: Time, most: Tlp, limit: u32) -> Result<Vec<Planning>, Error> {
    let values = [
        Value::Int(since.as_micros()),
        Value::Int(Id::<IncidentShare>::first_at(since).number()),
        Value::Int(most.rank()),
        Value::Int(i64::from(limit)),
    ];
    let read = |row: &Row| {
        Ok(Planning {
            incident: row.id(0, "incident.id")?,
            rule: row.id(1, "sharing_rule.id")?,
            wait_minutes: minutes(row, 2)?,
        })
    };
    tx.rows(&AGAIN, &values)?.iter().map(read).collect()
}

/// Keeps what a rule is to tell.
///
/// # Errors
/// When something of the incident waits already, or the database is away or full.
pub fn plan(writer: &mut Writer<'_, '_>, planning: &Planning, due_at: Time) -> Result<Id<SharePlan>, Error> {
    let id: Id<SharePlan> = writer.new_id();
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Int(planning.incident.number()),
        Value::Int(planning.rule.number()),
        Value::Int(due_at.as_micros()),
        Value::Int(now),
    ];
    writer.execute(&PLAN, &values)?;
    Ok(id)
}

/// Stores how a plan stands.
///
/// # Errors
/// When the database is away or full.
pub fn set_plan(writer: &mut Writer<'_, '_>, id: Id<SharePlan>, step: PlanStep) -> Result<(), Error> {
    let now = writer.now().as_micros();
    let values = [
        Value::Int(id.number()),
        Value::Text(step.state.key()),
        Value::Int(now),
        Value::from(step.by.map(Id::number)),
        Value::from(step.share.map(Id::number)),
    ];
    writer.execute(&SET_PLAN, &values)?;
    Ok(())
}

/// Lets nothing that waits by a rule leave before this time.
///
/// # Errors
/// When the database is away or full.
pub fn postpone(writer: &mut Writer<'_, '_>, rule: Id<SharingRule>, due_at: Time) -> Result<(), Error> {
    writer.send(&POSTPONE, &[Value::Int(rule.number()), Value::Int(due_at.as_micros())])
}

/// At most `limit` plans whose time has come, by rules that are in force.
///
/// # Errors
/// When the database is away.
pub fn due(tx: &mut dyn Queries, now: Time, limit: u32) -> Result<Vec<Id<SharePlan>>, Error> {
    let rows = tx.rows(&DUE, &[Value::Int(now.as_micros()), Value::Int(i64::from(limit))])?;
    rows.iter().map(|row| row.id(0, "incident_share_plan.id")).collect()
}

/// One plan.
///
/// # Errors
/// When the database is away.
pub fn load_plan(tx: &mut dyn Queries, id: Id<SharePlan>) -> Result<Option<PlanRow>, Error> {
    let row = tx.row(&LOAD_PLAN, &[Value::Int(id.number())])?;
    row.as_ref().map(read_plan).transpose()
}

/// At most `limit` plans that wait or are held back, those that leave first before the others.
///
/// # Errors
/// When the database is away.
pub fn open_plans(tx: &mut dyn Queries, limit: u32) -> Result<Vec<PlanRow>, Error> {
    tx.rows(&OPEN_PLANS, &[Value::Int(i64::from(limit))])?
        .iter()
        .map(read_plan)
        .collect()
}

/// What waits or is held back by a rule.
///
/// # Errors
/// When the database is away.
pub fn plans_of_rule(tx: &mut dyn Queries, rule: Id<SharingRule>) -> Result<Vec<PlanRow>, Error> {
    tx.rows(&PLANS_OF_RULE, &[Value::Int(rule.number())])?
        .iter()
        .map(read_plan)
        .collect()
}

/// What waits or is held back of an incident.
///
/// # Errors
/// When the database is away.
pub fn plan_of(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<Option<PlanRow>, Error> {
    let row = tx.row(&OPEN_PLAN_OF, &[Value::Int(incident.number())])?;
    row.as_ref().map(read_plan).transpose()
}

/// At most `limit` alerts of an incident that were looked at for no message, of some kinds of events, and of the same host, value and
/// kind of which nothing that may go as far as `most` was told.
///
/// # Errors
/// When the database is away.
pub fn fresh(
    tx: &mut dyn Queries,
    incident: Id<Incident>,
    (events, most): (&[AlertEvent], Tlp),
    limit: u32,
) -> Result<Vec<AlertRow>, Error> {
    let events = events_column(events);
    let values = [
        Value::Int(incident.number()),
        Value::Text(&events),
        Value::Int(most.rank()),
        Value::Int(i64::from(limit)),
    ];
    tx.rows(&FRESH, &values)?.iter().map(alert::read).collect()
}

/// Notes that the alerts of an incident up to one, of some kinds of events, were looked at for a message or a plan of this number.
///
/// # Errors
/// When the database is away or full.
pub fn note_told(
    writer: &mut Writer<'_, '_>,
    (incident, last): (Id<Incident>, Id<anlanh_model::Alert>),
    events: &[AlertEvent],
    number: i64,
) -> Result<(), Error> {
    let events = events_column(events);
    let values = [
        Value::Int(incident.number()),
        Value::Int(number),
        Value::Int(last.number()),
        Value::Text(&events),
    ];
    writer.send(&NOTE_TOLD, &values)
}

/// Whether the timeline says already that there was nothing to tell.
///
/// # Errors
/// When the database is away.
pub fn said_nothing(tx: &mut dyn Queries, incident: Id<Incident>) -> Result<bool, Error> {
    let row = tx.row(&SAID_NOTHING, &[Value::Int(incident.number())])?;
    Ok(row.map_or(Ok(0), |row| row.int(0))? > 0)
}

fn events_column(events: &[AlertEvent]) -> String {
    let keys: Vec<String> = events.iter().map(|event| event.key().to_owned()).collect();
    join(&keys)
}

fn events_of(column: &str) -> Result<Vec<AlertEvent>, Error> {
    let event = |key: &String| AlertEvent::from_key(key).ok_or(Error::unreadable("sharing_rule.events"));
    split(column).iter().map(event).collect()
}

fn minutes(row: &Row, at: usize) -> Result<u32, Error> {
    u32::try_from(row.int(at)?).map_err(|_| Error::unreadable("sharing_rule.wait_minutes"))
}

fn read_rule(row: &Row) -> Result<RuleRow, Error> {
    let severities = split(&row.owned(3)?);
    let least = severities.first().and_then(|key| Severity::from_key(key));
    Ok(RuleRow {
        id: row.id(0, "sharing_rule.id")?,
        settings: RuleSettings {
            name: row.owned(1)?,
            basis: row.owned(2)?,
            least: least.ok_or(Error::unreadable("sharing_rule.severities"))?,
            events: events_of(&row.owned(4)?)?,
            wait_minutes: minutes(row, 5)?,
        },
        state: row.key(6, "sharing_rule.state", SharingState::from_key)?,
        state_at: row.time(7)?,
        state_by: row.owned(8)?,
        made_by: (row.id(9, "sharing_rule.made_by")?, row.owned(10)?),
        forced_by: row.optional_owned(11)?,
        shared: row.int(12)?.unsigned_abs(),
    })
}

fn read_plan(row: &Row) -> Result<PlanRow, Error> {
    Ok(PlanRow {
        id: row.id(0, "incident_share_plan.id")?,
        incident: row.id(1, "incident_share_plan.incident")?,
        title: row.owned(2)?,
        rule: row.id(3, "incident_share_plan.rule")?,
        rule_name: row.owned(4)?,
        events: events_of(&row.owned(5)?)?,
        rule_state: row.key(6, "sharing_rule.state", SharingState::from_key)?,
        due_at: row.time(7)?,
        state: row.key(8, "incident_share_plan.state", PlanState::from_key)?,
        state_at: row.time(9)?,
        by: row.optional_owned(10)?,
    })
}
