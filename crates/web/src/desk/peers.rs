//! Other nodes: added by hand, cut off, and told of a new key of this one.

use std::borrow::Cow;
use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::peer::{self, Fingerprint, KEY_OVERLAP_DAYS, NewPeer, PeerView, SignedRow};
use anlanh_model::{Id, Peer, PeerFault, PeerState, Permission, Time};
use anlanh_pack::Policy;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::form::Form;
use super::published::log::attached;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::api::instant::Instant;
use crate::console::{Choice, Moment, OwnKey, PeerLine, PeersPage, Section, TypedPeer};
use crate::page::names::Names;
use crate::problem::Problem;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    again: Option<String>,
}

/// What stands in the form, and why it was refused.
#[derive(Debug, Default)]
struct Filled {
    typed: TypedPeer,
    office: String,
    refused: Option<Problem>,
}

/// Other nodes, and this one.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let answer = read(&service, &staff, Filled::default(), asked.again.as_deref()).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, mut filled: Filled, again: Option<&str>) -> Result<Response, Problem> {
    let peers = peer::list(&service.app, &staff.actor()).await;
    let peers = peers.map_err(|error| problem(service, &error))?;
    let again = again.and_then(|id| peers.iter().find(|view| view.row.id.to_string() == id));
    if let Some(view) = again {
        // The fingerprint is left out: whoever is added again is compared again.
        filled.typed.url.clone_from(&view.row.url);
        filled.office = view.row.office.clone().unwrap_or_default();
    }
    let card = peer::card(&service.app).await;
    let card = card.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let moment = |micros: i64| words.moment(Time::from_micros(micros));
    let view = PeersPage {
        frame: staff.frame(Some(Section::Peers)),
        card: own(&engine.policy, words, service),
        keys: card
            .keys
            .iter()
            .map(|key| OwnKey {
                groups: groups(&key.fingerprint),
                from: Some(key.from.0).filter(|at| *at > 0).map(moment),
                until: key.until.map(|until| moment(until.0)),
            })
            .collect(),
        overlap_days: KEY_OVERLAP_DAYS,
        peers: peers.iter().map(|view| line(&engine.policy, words, view)).collect(),
        refused: filled.refused.as_ref().map(|problem| problem.detail(language)),
        typed: filled.typed,
        offices: offices(&engine.policy, words, &filled.office),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = filled.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

/// A fingerprint in the groups in which people read it.
fn groups(fingerprint: &Fingerprint) -> Vec<String> {
    let text = fingerprint.to_string();
    text.split(' ').map(str::to_owned).collect()
}

fn own(policy: &Policy, words: Words, service: &Service) -> Vec<(&'static str, String)> {
    let site = service.app.site();
    let keys: Vec<&str> = site.roles().collect();
    let mut card = vec![
        (words.pick("Tên", "Name"), site.name().to_owned()),
        (words.pick("Địa chỉ", "Address"), site.url("")),
        (words.pick("Vai trò", "Roles"), roles(words, &keys)),
    ];
    if let Some(office) = site.office() {
        let names = Names::new(policy, words.language());
        card.push((words.pick("Cơ quan", "Office"), names.office(office)));
    }
    card
}

fn roles(words: Words, keys: &[&str]) -> String {
    let known = keys.iter().map(|key| match *key {
        "platform" => words.pick("nền tảng", "platform"),
        "telecom" => words.pick("doanh nghiệp viễn thông", "telecommunications company"),
        "authority" => words.pick("cơ quan có thẩm quyền", "authority"),
        other => other,
    });
    known.collect::<Vec<_>>().join(", ")
}

fn offices(policy: &Policy, words: Words, chosen: &str) -> Vec<Choice> {
    let none = Choice {
        key: String::new(),
        word: words.pick("Không phải cơ quan", "No authority").to_owned(),
        chosen: chosen.is_empty(),
    };
    let offices = policy.authorities().iter().map(|office| Choice {
        key: office.key.as_str().to_owned(),
        word: words.pick(&office.title.vi, &office.title.en).to_owned(),
        chosen: office.key.as_str() == chosen,
    });
    std::iter::once(none).chain(offices).collect()
}

fn line(policy: &Policy, words: Words, view: &PeerView) -> PeerLine {
    let row = &view.row;
    let keys: Vec<&str> = row.roles.iter().map(String::as_str).collect();
    let office = row.office.as_deref();
    let is_lost = matches!(row.state, PeerState::Refused | PeerState::CutOff);
    let (state, tone) = state(words, row.state);
    let (why, advice) = match row.why.as_deref() {
        Some(key) => why(words, key),
        None => (None, None),
    };
    PeerLine {
        cut: (row.state != PeerState::CutOff).then(|| format!("{}/{}/cut", Section::Peers.path(), row.id)),
        evidence: (view.evidence > 0).then(|| format!("{}/{}/evidence", Section::Peers.path(), row.id)),
        again: is_lost.then(|| format!("{}?again={}#add", Section::Peers.path(), row.id)),
        name: row.name.clone(),
        url: row.url.clone(),
        roles: roles(words, &keys),
        office: office.map_or_else(
            || words.pick("Không phải cơ quan", "No authority").to_owned(),
            |key| Names::new(policy, words.language()).office(key),
        ),
        state,
        why,
        advice: advice.filter(|_| is_lost),
        tone,
        since: words.moment(row.state_at),
        groups: groups(&Fingerprint::from_bytes(row.fingerprint)),
        waiting: view.waiting,
        heard: row.heard_at.map(|at| words.moment(at)),
        // Nobody tries to reach one that is cut off.
        failures: if is_lost { Vec::new() } else { failures(words, view) },
    }
}

/// Why a node was not reached last, and what it refuses.
fn failures(words: Words, view: &PeerView) -> Vec<(String, String, Moment)> {
    let row = &view.row;
    let unreached = row.failure.iter().map(|failure| {
        let why = failed(words, failure).to_owned();
        (why, failure.clone(), words.moment(row.retry_at))
    });
    let held = view.held.iter().map(|held| {
        let (streams, why) = (held.streams, failed(words, &held.failure));
        let why = match words.language() {
            Language::Vi => format!("{streams} luồng thông điệp bị từ chối: {why}"),
            Language::En => format!("streams of messages that it refuses: {streams} ({why})"),
        };
        (why, held.failure.clone(), words.moment(held.retry_at))
    });
    unreached.chain(held).collect()
}

/// How this node stands to another, and the class of that in the style sheet.
const fn state(words: Words, state: PeerState) -> (&'static str, &'static str) {
    match state {
        PeerState::Pending => (words.pick("Chờ đọc thẻ", "Its card is to be read"), "waits"),
        PeerState::Active => (words.pick("Đang kết nối", "Connected"), "good"),
        PeerState::Refused => (words.pick("Từ chối", "Refused"), "bad"),
        PeerState::CutOff => (words.pick("Đã ngắt", "Cut off"), "bad"),
    }
}

/// Why a peer is refused or cut off, or what it did last that was wrong; and what is to be done about it.
fn why(words: Words, key: &str) -> (Option<&'static str>, Option<&'static str>) {
    let compare = words.pick(
        "Gọi lại cho người vận hành bên kia và đối chiếu vân tay một lần nữa.",
        "Call whoever runs it, and compare fingerprints once more.",
    );
    // Beside a fault stands which bytes it was about.
    let key = key.split(' ').next().unwrap_or_default();
    if let Some(fault) = PeerFault::from_key(key) {
        return (Some(fault_words(words, fault)), Some(compare));
    }
    match key {
        "other_key" => (
            Some(words.pick(
                "khóa trên thẻ khác với vân tay đã đối chiếu",
                "its card has another key than the one that was compared",
            )),
            Some(compare),
        ),
        "unknown_office" => (
            Some(words.pick(
                "chính sách đang áp dụng không có cơ quan này",
                "the policy in force has no such office",
            )),
            Some(words.pick(
                "Thêm lại với một cơ quan có trong chính sách.",
                "Add it again with an office of the policy.",
            )),
        ),
        "no_card" => (
            Some(words.pick(
                "ở địa chỉ này không có thẻ nút, hoặc thẻ ghi địa chỉ khác",
                "there is no card at this address, or one of another address",
            )),
            Some(words.pick(
                "Kiểm tra địa chỉ với người vận hành bên kia.",
                "Check the address with whoever runs it.",
            )),
        ),
        "by_hand" => (Some(words.pick("do quản trị viên", "by an administrator")), None),
        _ => (None, None),
    }
}

const fn fault_words(words: Words, fault: PeerFault) -> &'static str {
    match fault {
        PeerFault::Equivocation => words.pick(
            "đã ký hai thông điệp khác nhau mang cùng một số",
            "it signed two different messages with one number",
        ),
        PeerFault::Malformed => words.pick("đã ký thông điệp sai dạng", "it signed what is no message"),
        PeerFault::NoReceipt => words.pick(
            "không trả lời bằng biên nhận có chữ ký",
            "it did not answer with a signed receipt",
        ),
    }
}

/// Why a node was not reached, in words: by what the client says of it.
fn failed(words: Words, failure: &str) -> &'static str {
    match failure {
        "no connection" => words.pick("không kết nối được", "no connection"),
        "too slow" => words.pick("trả lời quá chậm", "too slow"),
        "address is not public" => words.pick("địa chỉ không công khai", "the address is not public"),
        _ if failure.ends_with(" message-newer") => words.pick(
            "bên kia chưa biết dạng thông điệp này, phải cập nhật phần mềm ở đó",
            "the other node does not know messages of this form and has to be updated",
        ),
        _ if failure.starts_with("status ") => words.pick("trả lời bằng lỗi", "it answers with an error"),
        _ => words.pick("lần gần nhất không được", "the last attempt failed"),
    }
}

/// A node is added, or added again.
pub async fn add(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_add(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_add(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    let form = staff.form(service, body).await?;
    let new = NewPeer {
        url: form.get("url").to_owned(),
        fingerprint: form.get("fingerprint").to_owned(),
        office: form.some("office"),
    };
    match peer::add(&service.app, &staff.actor(), new).await {
        Ok(_) => Ok(see_other(Section::Peers.path())),
        Err(error) => {
            let problem = problem(service, &error);
            if matches!(problem, Problem::Refused(_)) {
                read(service, staff, filled(&form, problem), None).await
            } else {
                Err(problem)
            }
        }
    }
}

/// What was typed is not lost.
fn filled(form: &Form, refused: Problem) -> Filled {
    Filled {
        typed: TypedPeer {
            url: form.get("url").to_owned(),
            fingerprint: form.get("fingerprint").to_owned(),
        },
        office: form.get("office").to_owned(),
        refused: Some(refused),
    }
}

/// What a node signed twice under one number, each with its signature.
#[derive(Serialize)]
struct Evidence<'a> {
    from: &'a str,
    pairs: Vec<Pair<'a>>,
}

#[derive(Serialize)]
struct Pair<'a> {
    stream: &'a str,
    number: u64,
    first: Signed<'a>,
    other: Signed<'a>,
}

#[derive(Serialize)]
struct Signed<'a> {
    received_at: Instant,
    message: Cow<'a, str>,
    signature_input: &'a str,
    signature: &'a str,
}

impl<'a> Signed<'a> {
    fn of(row: &'a SignedRow) -> Self {
        Self {
            received_at: Instant(row.received_at),
            message: String::from_utf8_lossy(&row.message),
            signature_input: &row.signature_input,
            signature: &row.signature,
        }
    }
}

/// The messages of a node that tell two stories, as a file.
pub async fn evidence(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read_evidence(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn read_evidence(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    let id: Id<Peer> = caller::id(id, "peer")?;
    let found = peer::evidence(&service.app, &staff.actor(), id).await;
    let (row, kept) = found.map_err(|error| problem(service, &error))?;
    let pairs = kept.iter().map(|pair| Pair {
        stream: &pair.stream,
        number: pair.number,
        first: Signed::of(&pair.first),
        other: Signed::of(&pair.other),
    });
    let evidence = Evidence {
        from: &row.url,
        pairs: pairs.collect(),
    };
    Ok(attached(&evidence, "thong-diep-mau-thuan.json"))
}

/// A node is cut off.
pub async fn cut(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_cut(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_cut(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    staff.form(service, body).await?;
    let id: Id<Peer> = caller::id(id, "peer")?;
    let done = peer::cut_off(&service.app, &staff.actor(), id).await;
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(Section::Peers.path()))
}

/// This node's key is followed by another.
pub async fn rotate(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_rotate(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_rotate(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff)?;
    staff.form(service, body).await?;
    let done = peer::rotate(&service.app, &staff.actor()).await;
    done.map_err(|error| problem(service, &error))?;
    Ok(see_other(Section::Peers.path()))
}

fn permit(service: &Service, staff: &Staff) -> Result<(), Problem> {
    anlanh_app::permit(&staff.actor(), Permission::ManagePeers).map_err(|error| problem(service, &error))
}
