//! The audit log is read.

use std::sync::Arc;

use anlanh_app::{AuditEntry, AuditFilter, audit};
use anlanh_model::{AuditAction, Id, Person};
use anlanh_pack::Day;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::words::Words;
use super::{Staff, audited, page, problem};
use crate::Service;
use crate::address::Query;
use crate::console::{AuditLine, AuditPage, Choice, Section};
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many entries a page has.
const PAGE: u32 = 100;

/// What the log can be asked about: the key that an entry has, and the words for it.
const ABOUT: [(&str, &str, &str); 5] = [
    ("order", "Yêu cầu của cơ quan", "Order received"),
    ("issued", "Yêu cầu gửi đi", "Order issued"),
    ("case", "Vụ việc", "Case"),
    ("item", "Nội dung", "Item"),
    ("staff", "Tài khoản nhân viên", "Account of staff"),
];

/// What the address asks for.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub struct Asked {
    #[serde(skip_serializing_if = "String::is_empty")]
    action: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    who: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    day: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
}

/// What is asked for, or why nothing can be.
enum Wanted {
    Entries(AuditFilter),
    Nothing(&'static str),
}

/// The log, newest first.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, asked).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, asked: Asked) -> Result<Response, Problem> {
    let before = asked.before.as_deref().map(str::parse).transpose();
    let before = before.map_err(|_| bad("before"))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let (entries, notice) = match wanted(service, staff, words, &asked).await? {
        Wanted::Entries(filter) => {
            let entries = audit::page(&service.app, &staff.actor(), filter, before, PAGE).await;
            (entries.map_err(|error| problem(service, &error))?, None)
        }
        Wanted::Nothing(why) => (Vec::new(), Some(why)),
    };
    let full = usize::try_from(PAGE).is_ok_and(|page| entries.len() >= page);
    let next = entries.last().filter(|_| full).map(|last| {
        let next = Asked {
            before: Some(last.id.to_string()),
            ..asked.clone()
        };
        let query = serde_urlencoded::to_string(&next).unwrap_or_default();
        format!("{}?{query}", Section::Audit.path())
    });
    let all = |chosen: &str| Choice {
        key: String::new(),
        word: words.pick("Tất cả", "All").to_owned(),
        chosen: chosen.is_empty(),
    };
    let actions = AuditAction::ALL.into_iter().map(|action| Choice {
        key: action.key().to_owned(),
        word: words.audited(action).to_owned(),
        chosen: action.key() == asked.action,
    });
    let kinds = ABOUT.iter().map(|(key, vi, en)| Choice {
        key: (*key).to_owned(),
        word: words.pick(vi, en).to_owned(),
        chosen: *key == asked.about,
    });
    let view = AuditPage {
        frame: staff.frame(Some(Section::Audit)),
        actions: std::iter::once(all(&asked.action)).chain(actions).collect(),
        kinds: std::iter::once(all(&asked.about)).chain(kinds).collect(),
        id: asked.id.clone(),
        who: asked.who.clone(),
        day: asked.day.clone(),
        notice,
        entries: entries.iter().map(|entry| line(words, entry)).collect(),
        next,
    };
    page(&view, language)
}

fn bad(name: &str) -> Problem {
    Problem::Refused(Refusal::bad_query(name))
}

/// Reads the form above the log. What cannot be found is said on the page, beside what was typed.
async fn wanted(service: &Service, staff: &Staff, words: Words, asked: &Asked) -> Result<Wanted, Problem> {
    let action = match asked.action.as_str() {
        "" => None,
        key => Some(AuditAction::from_key(key).ok_or_else(|| bad("action"))?),
    };
    let mut filter = AuditFilter {
        action,
        ..AuditFilter::default()
    };
    let (id, who) = (asked.id.trim(), asked.who.trim());
    match ABOUT.iter().find(|(key, ..)| *key == asked.about) {
        None if !asked.about.is_empty() => return Err(bad("about")),
        None if !id.is_empty() => {
            let why = words.pick("Hãy chọn loại của mã này.", "Choose what kind of thing this is.");
            return Ok(Wanted::Nothing(why));
        }
        None => {}
        Some(("staff", ..)) if id.parse::<Id<()>>().is_err() => match account(service, staff, id).await? {
            Some(person) => filter.subject = Some(("staff".to_owned(), person.number())),
            None => return Ok(Wanted::Nothing(nobody(words))),
        },
        Some((key, ..)) => match id.parse::<Id<()>>() {
            Ok(id) => filter.subject = Some(((*key).to_owned(), id.number())),
            Err(_) => {
                let why = words.pick(
                    "Mã gồm 13 chữ cái và chữ số, như trên địa chỉ của trang.",
                    "An id is thirteen letters and digits, as in the address of its page.",
                );
                return Ok(Wanted::Nothing(why));
            }
        },
    }
    if !who.is_empty() {
        match account(service, staff, who).await? {
            Some(person) => filter.person = Some(person),
            None => return Ok(Wanted::Nothing(nobody(words))),
        }
    }
    if !asked.day.is_empty() {
        let Ok(day) = asked.day.trim().parse::<Day>() else {
            return Ok(Wanted::Nothing(
                words.pick("Ngày không có thật.", "There is no such day."),
            ));
        };
        let from = audit::midnight(&service.app, day);
        filter.from = Some(from);
        filter.until = Some(from.plus_minutes(24 * 60));
    }
    Ok(Wanted::Entries(filter))
}

const fn nobody(words: Words) -> &'static str {
    words.pick(
        "Không có tài khoản nhân viên với tên này.",
        "No account of staff has this name.",
    )
}

async fn account(service: &Service, staff: &Staff, name: &str) -> Result<Option<Id<Person>>, Problem> {
    let found = audit::account(&service.app, &staff.actor(), name.to_owned()).await;
    found.map_err(|error| problem(service, &error))
}

fn line(words: Words, entry: &AuditEntry) -> AuditLine {
    let (subject, address) = match &entry.subject {
        None => (String::new(), None),
        Some((kind, number)) => audited::subject(words, kind, *number),
    };
    AuditLine {
        at: words.moment(entry.at),
        who: words.who(&entry.actor_kind, entry.actor.as_deref()),
        action: words.audited(entry.action),
        key: entry.action.key(),
        subject,
        link: address,
        detail: audited::detail(words, &entry.detail),
    }
}
