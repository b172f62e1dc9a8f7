//! Collections of STIX objects on their pages: made, looked at, granted, and made feeds of indicators.

use std::sync::Arc;

use anlanh_app::feed;
use anlanh_app::identity;
use anlanh_app::intel::{self, Client, CollectionState, CollectionUse, Envelope, MOST_COUNTED, NewCollection, Right};
use anlanh_app::{App, Error};
use anlanh_model::{Actor, Id, Permission, Tlp, Token};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::access::blocking;
use super::feeds::{link as feed_link, number, tlps};
use super::form::Form;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::console::{
    Choice, ClientLine, CollectionLine, CollectionPage, CollectionsPage, EnvelopeLine, Section, TypedCollection,
};
use crate::problem::Problem;
use crate::refusal::Refusal;
use crate::taxii;

/// Every collection.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read_list(&service, &staff, None, None).await;
    staff.answer(answer)
}

async fn read_list(
    service: &Service,
    staff: &Staff,
    refused: Option<Problem>,
    typed: Option<TypedCollection>,
) -> Result<Response, Problem> {
    let actor = staff.actor();
    let looked = intel::look_over(&service.app, &actor).await;
    let (states, envelopes) = looked.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_make = actor.may(Permission::ManageCollections);
    let blank = || TypedCollection {
        choices: choices(words, true, true),
        ..TypedCollection::default()
    };
    let view = CollectionsPage {
        frame: staff.frame(Some(Section::Collections)),
        address: service.app.site().url(taxii::UNDER),
        collections: states.iter().map(|state| line(words, state)).collect(),
        envelopes: envelopes.into_iter().map(|one| envelope(words, one)).collect(),
        form: may_make.then(|| typed.unwrap_or_else(blank)),
        refused: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn choices(words: Words, can_read: bool, can_write: bool) -> Vec<Choice> {
    let one = |key: &str, word: &str, chosen: bool| Choice {
        key: key.to_owned(),
        word: word.to_owned(),
        chosen,
    };
    vec![
        one("read", words.pick("được đọc", "may read"), can_read),
        one("write", words.pick("được ghi", "may add"), can_write),
    ]
}

const fn right_words(words: Words, right: Right) -> &'static str {
    match (right.can_read, right.can_write) {
        (true, true) => words.pick("đọc, ghi", "read, add"),
        (true, false) => words.pick("đọc", "read"),
        (false, true) => words.pick("ghi", "add"),
        (false, false) => words.pick("không gì", "nothing"),
    }
}

fn link(state: &CollectionState) -> String {
    format!("{}/{}", Section::Collections.path(), state.row.uuid)
}

fn objects(words: Words, state: &CollectionState) -> String {
    if state.objects >= u64::from(MOST_COUNTED) {
        return format!("{} {}", words.pick("từ", "at least"), number(state.objects));
    }
    number(state.objects)
}

fn line(words: Words, state: &CollectionState) -> CollectionLine {
    CollectionLine {
        link: link(state),
        title: state.row.title.clone(),
        name: state.row.alias.clone().unwrap_or_else(|| state.row.uuid.clone()),
        right: right_words(words, state.row.right),
        objects: objects(words, state),
        changed: state.changed_at.map(|at| words.moment(at)),
        feed: state.feed.map(feed_link),
    }
}

fn envelope(words: Words, envelope: Envelope) -> EnvelopeLine {
    let (state, tone) = if envelope.pendings > 0 {
        (words.pick("Đang chờ", "Pending"), "quiet")
    } else if envelope.failures > 0 {
        (words.pick("Có đối tượng bị từ chối", "Some refused"), "bad")
    } else {
        (words.pick("Đã nhận hết", "All taken"), "good")
    };
    EnvelopeLine {
        at: words.moment(envelope.at),
        by: envelope.by.unwrap_or_else(|| "—".to_owned()),
        state,
        tone,
        counts: [envelope.successes, envelope.failures, envelope.pendings],
        why: envelope.why,
    }
}

/// A collection is made.
pub async fn make(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_make(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_make(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageCollections)?;
    let form = staff.form(service, body).await?;
    let is_set = |name: &str| form.get(name) == "yes";
    let text = |name: &str| Some(form.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let new = NewCollection {
        title: form.get("title").trim().to_owned(),
        description: text("description"),
        alias: text("alias"),
        right: Right {
            can_read: is_set("read"),
            can_write: is_set("write"),
        },
        use_as: if is_set("indicators") {
            CollectionUse::Indicators
        } else {
            CollectionUse::Shared
        },
    };
    let make = move |app: &App, actor: &Actor| intel::create_collection(app.store(), app.clock(), actor, &new);
    match blocking(service, staff, make).await {
        Ok(uuid) => Ok(see_other(&format!("{}/{uuid}", Section::Collections.path()))),
        Err(refused @ Problem::Refused(_)) => {
            let words = Words::of(service, staff.visitor.language);
            let typed = TypedCollection {
                title: form.get("title").to_owned(),
                description: form.get("description").to_owned(),
                alias: form.get("alias").to_owned(),
                choices: choices(words, is_set("read"), is_set("write")),
                is_feed: is_set("indicators"),
            };
            read_list(service, staff, Some(refused), Some(typed)).await
        }
        Err(other) => Err(other),
    }
}

/// One collection.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(name): Path<String>) -> Response {
    let answer = read(&service, &staff, &name, None).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, name: &str, refused: Option<Problem>) -> Result<Response, Problem> {
    let actor = staff.actor();
    let looked = intel::look_at(&service.app, &actor, name).await;
    let (state, clients) = looked.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_clear = actor.may(Permission::ManageTokens);
    let view = CollectionPage {
        frame: staff.frame(Some(Section::Collections)),
        path: link(&state),
        title: state.row.title.clone(),
        description: state.row.description.clone(),
        facts: facts(words, &state),
        feed: state.feed.map(feed_link),
        may_feed: actor.may(Permission::ManageFeeds),
        may_grant: actor.may(Permission::ManageCollections),
        clients: clients
            .iter()
            .map(|client| client_line(words, &state, client, may_clear))
            .collect(),
        refused: refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn facts(words: Words, state: &CollectionState) -> Vec<(&'static str, String)> {
    let row = &state.row;
    let changed = state.changed_at.map(|at| words.moment(at).absolute);
    let mut facts = vec![(words.pick("Mã", "Id"), row.uuid.clone())];
    if let Some(alias) = &row.alias {
        facts.push((words.pick("Bí danh", "Alias"), alias.clone()));
    }
    facts.push((
        words.pick("Mọi mã được", "Every token may"),
        right_words(words, row.right).to_owned(),
    ));
    facts.push((words.pick("Đối tượng", "Objects"), objects(words, state)));
    facts.push((
        words.pick("Ghi gần nhất", "Last addition"),
        changed.unwrap_or_else(|| words.pick("chưa", "never").to_owned()),
    ));
    facts.push((words.pick("Tạo lúc", "Made"), words.moment(row.created_at).absolute));
    facts
}

fn client_line(words: Words, state: &CollectionState, client: &Client, may_clear: bool) -> ClientLine {
    let right = state.row.right.and(client.granted);
    let right = Right {
        can_read: right.can_read && client.most.can_read,
        can_write: right.can_write && client.most.can_write,
    };
    ClientLine {
        id: client.id.to_string(),
        name: client.name.clone(),
        right: right_words(words, right).to_owned(),
        clearance: format!("TLP:{}", client.clearance.key().to_uppercase()),
        granted: choices(words, client.granted.can_read, client.granted.can_write),
        tlps: if may_clear {
            tlps(Tlp::Red, client.clearance.key())
        } else {
            Vec::new()
        },
    }
}

/// A step is taken with a collection: a token is granted, or what is written is taken over as indicators.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(name): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &name, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, name: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ReadCollections)?;
    let form = staff.form(service, body).await?;
    let done = match form.get("step") {
        "grant" => grant(service, staff, name, &form).await,
        "feed" => feed::take_collection(&service.app, &staff.actor(), name)
            .await
            .map_err(|error| problem(service, &error)),
        _ => Err(Problem::Refused(Refusal::bad_query("step"))),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("{}/{name}", Section::Collections.path()))),
        Err(refused @ Problem::Refused(_)) if refused.status() == axum::http::StatusCode::UNPROCESSABLE_ENTITY => {
            read(service, staff, name, Some(refused)).await
        }
        Err(other) => Err(other),
    }
}

async fn grant(service: &Service, staff: &Staff, name: &str, form: &Form) -> Result<(), Problem> {
    let bad = |field: &str| Problem::Refused(Refusal::bad_query(field));
    let token: Id<Token> = form.get("token").parse().map_err(|_| bad("token"))?;
    let right = Right {
        can_read: form.get("read") == "yes",
        can_write: form.get("write") == "yes",
    };
    let tlp = match form.get("tlp") {
        "" => None,
        key => Some(Tlp::from_key(key).ok_or_else(|| bad("tlp"))?),
    };
    let name = name.to_owned();
    let done = move |app: &App, actor: &Actor| {
        intel::grant_token(app.store(), app.clock(), actor, (&name, token), right)?;
        let is_other = |tlp: &Tlp| identity::clearance(app.store(), token).is_ok_and(|known| known != *tlp);
        match tlp.filter(is_other) {
            Some(tlp) => identity::clear_token(app.store(), app.clock(), actor, token, tlp),
            None => Ok::<(), Error>(()),
        }
    };
    blocking(service, staff, done).await
}

fn permit(service: &Service, staff: &Staff, permission: Permission) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), permission).map_err(|error| problem(service, &error))
}
