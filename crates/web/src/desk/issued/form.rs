//! Where an order of this office is drafted, and a draft is written anew.

use std::sync::Arc;

use anlanh_app::issued::{self, Entry, IssuedView};
use anlanh_app::order::information::{self, DemandEntry};
use anlanh_app::{Error, permit};
use anlanh_model::{OrderHaste, OrderKind, Permission, Time};
use anlanh_pack::{Policy, Power};
use anlanh_screen::Date;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::{link, load, name};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::orders::key;
use crate::console::{Choice, IssuedBasis, IssuedFormPage, Section, Sent, Typed};
use crate::desk::form::Form;
use crate::desk::orders::fields::{haste, lines, local, lock_days, optional};
use crate::desk::orders::{bases, categories, choice, kinds, say, scope, wrong};
use crate::desk::published::today;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem, see_other};
use crate::page::names::Names;
use crate::problem::Problem;

/// Which form it is.
#[derive(Debug, Clone, Copy)]
enum Which<'i> {
    /// Of a new draft.
    New,
    /// Of the draft with this id.
    Draft(&'i str),
}

/// The fields beside which it is said what is wrong with them.
const FIELDS: [&str; 15] = [
    "number",
    "signer",
    "basis",
    "category",
    "reason",
    "targets",
    "due_at",
    "secret_until",
    "expires_at",
    "lock_days",
    "purpose",
    "field",
    "from",
    "to",
    "period",
];

/// What stands in the form.
#[derive(Debug, Default)]
struct Filled {
    peer: String,
    kind: String,
    basis: Vec<String>,
    category: String,
    fields: Vec<String>,
    typed: Typed,
    of: Option<String>,
    refused: Option<Problem>,
    sent: Sent,
}

/// Where an order is drafted.
pub async fn new(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = shown(&service, &staff, Which::New, Filled::default()).await;
    staff.answer(answer)
}

/// An order is drafted.
pub async fn draft(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_save(&service, &staff, Which::New, body).await;
    staff.answer(answer)
}

/// Where a draft is written anew.
pub async fn edit(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = try_edit(&service, &staff, &id).await;
    staff.answer(answer)
}

/// A draft is written anew.
pub async fn rewrite(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_save(&service, &staff, Which::Draft(&id), body).await;
    staff.answer(answer)
}

fn may_draft(service: &Service, staff: &Staff) -> Result<(), Problem> {
    permit(&staff.actor(), Permission::DraftIssued).map_err(|error| problem(service, &error))
}

async fn try_edit(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    may_draft(service, staff)?;
    let view = load(service, staff, id).await?;
    let editable = view.row.issued.edit();
    editable.map_err(|error| problem(service, &error.into()))?;
    shown(service, staff, Which::Draft(id), kept(service, staff, &view)).await
}

async fn try_save(service: &Service, staff: &Staff, which: Which<'_>, body: Body) -> Result<Response, Problem> {
    may_draft(service, staff)?;
    let form = staff.form(service, body).await?;
    match save(service, staff, which, &form).await {
        Ok(address) => Ok(see_other(&address)),
        Err(refused @ Problem::Refused(_)) => {
            let words = Words::of(service, staff.visitor.language);
            let sent = wrong::sent(words, "new", &form, refused.clone(), &FIELDS)?;
            let mut filled = filled(&form, refused, sent);
            if let Which::Draft(id) = which {
                filled.of = Some(load(service, staff, id).await?.row.letter.number);
            }
            shown(service, staff, which, filled).await
        }
        Err(other) => Err(other),
    }
}

async fn save(service: &Service, staff: &Staff, which: Which<'_>, form: &Form) -> Result<String, Problem> {
    let entry = entry(service, form)?;
    let (app, actor) = (&service.app, staff.actor());
    let done = match which {
        Which::New => issued::draft(app, &actor, entry).await,
        Which::Draft(id) => {
            let id = caller::id(id, "order")?;
            issued::rewrite(app, &actor, id, entry).await.map(|()| id)
        }
    };
    let id = done.map_err(|error| problem(service, &error))?;
    Ok(link(&id.to_string()))
}

fn entry(service: &Service, form: &Form) -> Result<Entry, Problem> {
    Ok(Entry {
        peer: caller::id(form.get("peer"), "peer")?,
        kind: key(form.get("kind"), "kind", OrderKind::from_key)?,
        signer: form.get("signer").to_owned(),
        number: form.get("number").to_owned(),
        basis: form.all("basis").map(str::to_owned).collect(),
        category: form.some("category"),
        reason: form.get("reason").to_owned(),
        haste: haste(form),
        stated_due_at: optional(service, form, "due_at")?,
        secret_until: optional(service, form, "secret_until")?,
        expires_at: optional(service, form, "expires_at")?,
        lock_days: lock_days(form)?,
        demand: demand(service, form)?,
        targets: lines(form.get("targets"), "targets")?,
    })
}

/// What is asked for about users; none where nothing of it is filled in.
fn demand(service: &Service, form: &Form) -> Result<Option<DemandEntry>, Problem> {
    if ["purpose", "field", "from", "to"]
        .iter()
        .all(|name| form.some(name).is_none())
    {
        return Ok(None);
    }
    Ok(Some(DemandEntry {
        purpose: form.get("purpose").to_owned(),
        fields: form.all("field").map(str::to_owned).collect(),
        from: local(service, form.get("from"), "from")?,
        to: local(service, form.get("to"), "to")?,
    }))
}

/// What was typed is not lost.
fn filled(form: &Form, refused: Problem, sent: Sent) -> Filled {
    let field = |name: &str| form.get(name).to_owned();
    Filled {
        peer: field("peer"),
        kind: field("kind"),
        basis: form.all("basis").map(str::to_owned).collect(),
        category: field("category"),
        fields: form.all("field").map(str::to_owned).collect(),
        typed: Typed {
            number: field("number"),
            signer: field("signer"),
            reason: field("reason"),
            targets: field("targets"),
            is_urgent: form.some("urgent").is_some(),
            due_at: field("due_at"),
            secret_until: field("secret_until"),
            expires_at: field("expires_at"),
            lock_days: field("lock_days"),
            purpose: field("purpose"),
            from: field("from"),
            to: field("to"),
        },
        of: None,
        refused: Some(refused),
        sent,
    }
}

/// What is kept of a draft.
fn kept(service: &Service, staff: &Staff, view: &IssuedView) -> Filled {
    let words = Words::of(service, staff.visitor.language);
    let (row, letter) = (&view.row, &view.row.letter);
    let field = |at: Option<Time>| at.map_or_else(String::new, |at| words.field(at));
    let targets = row.issued.targets.iter();
    let targets = targets.map(|target| format!("{} {}", target.pointed.key(), target.pointed.reference()));
    let demand = row.demand.as_ref();
    let second = |at: Option<Time>| at.map_or_else(String::new, |at| words.field_second(at));
    Filled {
        peer: row.peer.to_string(),
        kind: row.issued.kind.key().to_owned(),
        basis: letter.basis.clone(),
        category: letter.category.clone().unwrap_or_default(),
        fields: demand.map_or_else(Vec::new, |demand| demand.fields().to_vec()),
        typed: Typed {
            number: letter.number.clone(),
            signer: letter.signer.clone(),
            reason: letter.reason.clone(),
            targets: targets.collect::<Vec<_>>().join("\n"),
            is_urgent: letter.haste == OrderHaste::Urgent,
            due_at: field(letter.stated_due_at),
            secret_until: field(letter.secret_until),
            expires_at: field(row.expires_at),
            lock_days: letter.lock_days.map_or_else(String::new, |days| days.to_string()),
            purpose: demand.map_or_else(String::new, |demand| demand.purpose().to_owned()),
            from: second(demand.map(|demand| demand.period().from())),
            to: second(demand.map(|demand| demand.period().to())),
        },
        of: Some(letter.number.clone()),
        refused: None,
        sent: Sent::default(),
    }
}

async fn shown(service: &Service, staff: &Staff, which: Which<'_>, filled: Filled) -> Result<Response, Problem> {
    may_draft(service, staff)?;
    let refused = |error: Error| problem(service, &error);
    let office = service.app.site().office();
    let office = office.ok_or_else(|| refused(Error::NotFound("office")))?;
    let peers = issued::addressees(&service.app, &staff.actor())
        .await
        .map_err(refused)?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let powers = engine.policy.powers().iter();
    let today = today(service);
    let is_held = |power: &&Power| power.authority.as_str() == office && power.validity.holds_on(today);
    let powers: Vec<&Power> = powers.filter(is_held).collect();
    let peers = peers.iter().map(|peer| Choice {
        key: peer.id.to_string(),
        word: format!("{} ({})", name(&(peer.url.clone(), peer.name.clone())), peer.url),
        chosen: peer.id.to_string() == filled.peer,
    });
    let (action, back) = match which {
        Which::New => (
            format!("{}/new", Section::Issued.path()),
            Section::Issued.path().to_owned(),
        ),
        Which::Draft(id) => (format!("{}/edit", link(id)), link(id)),
    };
    let view = IssuedFormPage {
        frame: staff.frame(Some(Section::Issued)),
        action,
        back,
        of: filled.of,
        office: Names::new(&engine.policy, language).office(office),
        refused: filled.sent.whole("new").map(str::to_owned),
        sent: filled.sent,
        peers: peers.collect(),
        kinds: offered(words, &powers, &filled.kind),
        bases: rests(&engine.policy, words, &powers, &filled.basis, today),
        categories: categories(&engine.policy, words, &filled.category),
        fields: asked(service, words, &filled.fields),
        locks: scope::ladders(&engine.policy, words, today),
        typed: filled.typed,
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = filled.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

/// What this office may order; and what a draft orders, though it may not any more.
fn offered(words: Words, powers: &[&Power], chosen: &str) -> Vec<Choice> {
    let mut offered = kinds(words, chosen);
    offered.retain(|kind| {
        let may = |power: &&Power| power.kinds.iter().any(|one| one.key() == kind.key);
        kind.chosen || powers.iter().any(may)
    });
    offered
}

/// What may be asked about users today; and what a draft asks for, though it may not any more.
fn asked(service: &Service, words: Words, chosen: &[String]) -> Vec<Choice> {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let mut keys: Vec<String> = information::may_be_asked(&service.app)
        .into_iter()
        .map(|it| it.key)
        .collect();
    let known = |key: &&String| engine.policy.information_field(key).is_some();
    let others = chosen.iter().filter(known).filter(|key| !keys.contains(key));
    let others: Vec<String> = others.cloned().collect();
    keys.extend(others);
    let choices = keys.iter().map(|key| Choice {
        chosen: chosen.contains(key),
        ..choice(key, &names.information_field(key))
    });
    choices.collect()
}

/// The articles that an order of this office may rest on today, each with what may be ordered by it; and those that a draft
/// cites, though it may not any more.
fn rests(policy: &Policy, words: Words, powers: &[&Power], chosen: &[String], today: Date) -> Vec<IssuedBasis> {
    let mut offered = bases(policy, words, powers.iter().copied(), today);
    let holds = |key: &str| {
        policy
            .basis(key)
            .is_some_and(|(_, article)| article.validity.holds_on(today))
    };
    offered.retain(|choice| holds(&choice.key));
    for key in chosen.iter().filter(|key| policy.basis(key).is_some()) {
        if !offered.iter().any(|known| known.key == *key) {
            offered.push(choice(key, &scope::basis(policy, words, key, today)));
        }
    }
    offered
        .into_iter()
        .map(|mut choice| {
            choice.chosen = chosen.contains(&choice.key);
            let gives =
                |power: &&&Power| holds(&choice.key) && power.bases.iter().any(|key| key.as_str() == choice.key);
            let mut kinds: Vec<&str> = Vec::new();
            for one in powers.iter().filter(gives).flat_map(|power| &power.kinds) {
                let kind = OrderKind::from_key(one.key()).map_or(one.key(), |kind| say::kind(words, kind));
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            IssuedBasis {
                kinds: kinds.join(" · "),
                choice,
            }
        })
        .collect()
}
