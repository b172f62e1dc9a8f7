//! What is told an authority about users, for people: the page of an order for that, and what is posted to it.

use std::sync::Arc;

use anlanh_app::order::information::{
    self, AllowedField, InformationRequest, InformationStep, InformationView, Proposal, SubjectEntries, fingerprint,
};
use anlanh_model::{
    ContestGround, Extent, Information, InformationDemand, InformationState, OrderState, Permission, Person,
};
use anlanh_pack::{FieldForm, Policy};
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::form::Form;
use super::orders::say::{demand, ground, is_unsaid, pointed, unsaid};
use super::orders::{call, choice, link, local, wrong};
use super::words::{Words, lowered};
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::information::{fetch_for, said};
use crate::api::orders::key;
use crate::console::{
    Choice, EntryField, EntrySubject, InformationCard, InformationDue, InformationNext, InformationPage, Section, Sent,
};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// What is told for an order, and what is next.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id, Sent::default(), StatusCode::OK).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str, sent: Sent, status: StatusCode) -> Result<Response, Problem> {
    let view = information::show(&service.app, &staff.actor(), caller::id(id, "order")?).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let row = &view.order;
    let numbers = (1..=view.requests.len()).rev();
    let cards = numbers
        .zip(&view.requests)
        .map(|(number, row)| card((&engine.policy, words), &view, number, row));
    let next = next(&view, staff.session.person);
    let page_view = InformationPage {
        frame: staff.frame(Some(Section::Orders)),
        order: link(id),
        number: row.letter.number.clone(),
        refused: sent.why.clone().filter(|_| !is_offered(&view, next, &sent.form)),
        demand: row.demand.as_ref().map_or_else(Vec::new, |asked| {
            let mut pairs = demand(&engine.policy, words, asked);
            let targets = row
                .order
                .targets
                .iter()
                .map(|target| subject(words, &view, target.number));
            let word = words.pick("Đối tượng", "Targets");
            pairs.push((word.to_owned(), targets.collect::<Vec<_>>().join("; ")));
            pairs
        }),
        unsaid: (is_unsaid(row) && next.may_propose).then(|| unsaid(words)),
        requests: cards.collect(),
        fields: offered(words, &view, &sent),
        due: due(words, &view),
        subjects: subjects(words, &view, &sent),
        grounds: ContestGround::ALL
            .iter()
            .map(|one| choice(one.key(), ground(words, *one)))
            .collect(),
        now: words.field_second(view.seen_at),
        next,
        keep_days: Information::KEEP_DAYS,
        sent,
    };
    let mut response = page(&page_view, language)?;
    *response.status_mut() = status;
    Ok(response)
}

/// Whether a form is on the page, so that what is wrong with it is said there.
fn is_offered(view: &InformationView, next: InformationNext, form: &str) -> bool {
    match form {
        "propose" => next.may_propose && !view.fields.is_empty(),
        "enter" => next.may_enter,
        "hand_over" => next.may_hand_over,
        "refuse" => next.may_refuse,
        "decline" => next.may_decline,
        _ => false,
    }
}

/// What may be proposed: of what the office asked for, all is chosen at first; where it did not say, what the law knows.
fn offered(words: Words, view: &InformationView, sent: &Sent) -> Vec<Choice> {
    let demand = view.order.demand.as_ref();
    let is_asked = |key: &String| demand.is_none_or(|demand| demand.fields().contains(key));
    let fields = view.fields.iter().filter(|field| is_asked(&field.key));
    fields
        .map(|field| Choice {
            chosen: if sent.is("propose") {
                sent.has("propose", "field", &field.key)
            } else {
                demand.is_some()
            },
            ..choice(&field.key, title(words, field))
        })
        .collect()
}

/// The period that stands in the form at first, and within which it stays: that of the office, where it said one.
fn due(words: Words, view: &InformationView) -> InformationDue {
    let field = |at| words.field_second(at);
    let period = view.order.demand.as_ref().map(InformationDemand::period);
    InformationDue {
        from: period.map_or_else(String::new, |period| field(period.from())),
        to: period.map_or_else(|| field(view.seen_at), |period| field(period.to())),
    }
}

fn title(words: Words, field: &AllowedField) -> &str {
    words.pick(&field.title.vi, &field.title.en)
}

/// What the viewer may do next: asked of the order and the request themselves.
fn next(view: &InformationView, person: Person) -> InformationNext {
    let (handles, approves) = (
        person.role.may(Permission::HandleOrders),
        person.role.may(Permission::ApproveInformation),
    );
    let order = &view.order.order;
    let open = view.open();
    let can_refuse = matches!(order.state, OrderState::Contested { .. })
        || order.clone().contest(ContestGround::Unclear, view.seen_at).is_ok();
    let may_refuse = handles && can_refuse;
    let may_decline = approves && open.is_some();
    let Ok(mandate) = order.information(view.scope, view.seen_at) else {
        return InformationNext {
            may_refuse,
            may_decline,
            ..InformationNext::default()
        };
    };
    let is_holder = matches!(order.state, OrderState::Assigned { to } if to == person.id);
    let request = |row: &InformationRequest| row.request.clone();
    let release = open.is_some_and(|row| row.request.release(&mandate, person).is_ok());
    let is_entered = open.is_some_and(|row| row.entered.is_some() || to_enter(view, row).is_empty());
    InformationNext {
        may_propose: handles && is_holder && open.is_none(),
        may_approve: approves && open.is_some_and(|row| request(row).approve(&mandate, person).is_ok()),
        may_decline,
        may_enter: handles && release && open.is_some_and(|row| !to_enter(view, row).is_empty()),
        may_prepare: handles && release && is_entered,
        may_fetch: handles && open.is_some_and(|row| request(row).fetch(&mandate, person).is_ok()),
        may_hand_over: handles && open.is_some_and(|row| request(row).hand_over(&mandate, person).is_ok()),
        may_refuse,
    }
}

/// The fields of a request that somebody enters.
fn to_enter<'v>(view: &'v InformationView, row: &InformationRequest) -> Vec<&'v AllowedField> {
    let asked = row.request.ask.fields().iter();
    asked
        .filter_map(|key| view.fields.iter().find(|field| field.key == *key))
        .filter(|field| field.form != FieldForm::Node)
        .collect()
}

fn subjects(words: Words, view: &InformationView, sent: &Sent) -> Vec<EntrySubject> {
    let Some(row) = view.open() else {
        return Vec::new();
    };
    let fields = to_enter(view, row);
    let subjects = row.request.ask.subjects().iter();
    subjects
        .map(|number| EntrySubject {
            title: subject(words, view, *number),
            fields: fields
                .iter()
                .map(|field| EntryField {
                    typed: sent.value("enter", &name(*number, &field.key)).to_owned(),
                    name: name(*number, &field.key),
                    title: title(words, field).to_owned(),
                    rows: if field.form == FieldForm::Dated { 4 } else { 1 },
                    hint: hint(words, field.form).to_owned(),
                })
                .collect(),
        })
        .collect()
}

const fn hint(words: Words, form: FieldForm) -> &'static str {
    match form {
        FieldForm::Dated => words.pick(
            "Mỗi dòng: thời điểm (RFC 3339), địa chỉ IP, cổng nguồn. Ví dụ: 2026-09-02T10:04:05+07:00 203.0.113.7 51234",
            "Each line: moment (RFC 3339), address, source port. As in: 2026-09-02T10:04:05+07:00 203.0.113.7 51234",
        ),
        FieldForm::Once | FieldForm::Node => words.pick("Một dòng.", "One line."),
    }
}

/// The name of a field of a target in the form.
fn name(target: u32, field: &str) -> String {
    format!("entry.{target}.{field}")
}

/// A target by number, kind and reference.
fn subject(words: Words, view: &InformationView, number: u32) -> String {
    let target = view.order.order.target(number);
    target.map_or_else(
        |_| number.to_string(),
        |target| {
            let kind = pointed(words, &target.pointed);
            format!("{number}. {kind} {}", target.pointed.reference())
        },
    )
}

fn card(
    (policy, words): (&Policy, Words),
    view: &InformationView,
    number: usize,
    row: &InformationRequest,
) -> InformationCard {
    let (request, names) = (&row.request, &row.names);
    let ask = &request.ask;
    let moment = |at| words.moment(at).absolute;
    let targets = ask.subjects().iter().map(|number| subject(words, view, *number));
    let asked = view.order.demand.as_ref();
    let compared = asked.map(|asked| compared(policy, words, asked, ask.demand()));
    let mut facts = demand(policy, words, ask.demand());
    let mut add = |vi, en, value: Option<String>| {
        if let Some(value) = value {
            facts.push((words.pick(vi, en).to_owned(), value));
        }
    };
    add("Đối tượng", "Targets", Some(targets.collect::<Vec<_>>().join("; ")));
    add("So với yêu cầu", "Against what was asked", compared);
    add("Khóa của cơ quan", "Key of the office", Some(row.recipient.clone()));
    add(
        "Mã kiểm tra",
        "Fingerprint",
        fingerprint(&row.recipient).map(|digits| grouped(&digits)),
    );
    let proposed = format!("{}, {}", names.proposed, moment(request.proposed.at));
    add("Người đề nghị", "Proposed by", Some(proposed));
    add("Người duyệt thứ nhất", "First approval", names.first.clone());
    add("Người duyệt thứ hai", "Second approval", names.second.clone());
    let missing = row.entered.map(|entered| entered.missing.to_string());
    add("Số mục nền tảng không có", "Fields that are not there", missing);
    add("Người mã hóa", "Encrypted by", names.prepared.clone());
    let sha256 = row.file.map(|file| {
        let digits: String = file.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{digits} ({} B)", file.bytes)
    });
    add("SHA-256 của tệp", "SHA-256 of the file", sha256);
    add("Người tải tệp", "Taken out by", names.fetched.clone());
    let (extent, why) = said(request.state);
    add("Mức độ", "Extent", extent.map(|extent| whole(words, extent).to_owned()));
    add("Lý do", "Ground", why.map(|why| ground(words, why).to_owned()));
    add("Người kết thúc", "Ended by", names.ended.clone());
    add(
        "Sẽ xóa thông tin đã nhập lúc",
        "What was entered is erased at",
        row.erase_at.map(moment),
    );
    add(
        "Đã xóa thông tin đã nhập lúc",
        "What was entered was erased at",
        row.erased_at.map(moment),
    );
    add(
        "Đã thông báo người liên quan lúc",
        "Those concerned were told at",
        row.told_at.map(moment),
    );
    InformationCard {
        number,
        state: format!("{}, {}", state(words, request.state), moment(row.state_at)),
        facts,
    }
}

/// What a proposal leaves out of what the office asked for, for whoever approves it.
fn compared(policy: &Policy, words: Words, asked: &InformationDemand, less: &InformationDemand) -> String {
    if !asked.is_more_than(less) {
        return words.pick("Đúng như cơ quan yêu cầu", "As the office asked").to_owned();
    }
    let names = Names::new(policy, words.language());
    let mut left_out = Vec::new();
    let titles = asked.fields().iter().filter(|key| !less.fields().contains(key));
    let titles: Vec<String> = titles.map(|key| lowered(&names.information_field(key))).collect();
    if !titles.is_empty() {
        left_out.push(format!("{} {}", words.pick("bỏ bớt", "without"), titles.join("; ")));
    }
    if asked.period() != less.period() {
        let shorter = words.pick("khoảng thời gian ngắn hơn", "a shorter period");
        left_out.push(shorter.to_owned());
    }
    format!("{}: {}", words.pick("Hẹp hơn", "Less"), left_out.join("; "))
}

/// Digits in fours, as they are read out.
fn grouped(digits: &str) -> String {
    let mut groups = String::with_capacity(digits.len() * 5 / 4);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            groups.push(' ');
        }
        groups.push(digit);
    }
    groups
}

const fn whole(words: Words, extent: Extent) -> &'static str {
    match extent {
        Extent::Whole => words.pick("Toàn bộ", "The whole"),
        Extent::Part => words.pick("Một phần", "A part"),
    }
}

const fn state(words: Words, state: InformationState) -> &'static str {
    match state {
        InformationState::Proposed => words.pick("chờ hai người duyệt", "waits for two approvals"),
        InformationState::ApprovedOnce { .. } => words.pick("chờ người duyệt thứ hai", "waits for the second approval"),
        InformationState::Approved { .. } => words.pick("đã duyệt", "approved"),
        InformationState::Prepared { fetched: None, .. } => words.pick("đã mã hóa", "encrypted"),
        InformationState::Prepared { fetched: Some(_), .. } => {
            words.pick("đã tải để giao", "taken out to be handed over")
        }
        InformationState::HandedOver { .. } => words.pick("đã giao", "handed over"),
        InformationState::Refused { .. } => words.pick("đã từ chối", "refused"),
        InformationState::Withdrawn { .. } => words.pick("đã rút", "taken back"),
    }
}

/// A step is taken.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = post(&service, &staff, &id, body, Permission::HandleOrders, read_step).await;
    staff.answer(answer)
}

/// It is approved, or not.
pub async fn approve(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let permission = Permission::ApproveInformation;
    let answer = post(&service, &staff, &id, body, permission, read_approval).await;
    staff.answer(answer)
}

async fn post(
    service: &Service,
    staff: &Staff,
    id: &str,
    body: Body,
    permission: Permission,
    read: fn(&Service, &Form) -> Result<InformationStep, Problem>,
) -> Result<Response, Problem> {
    anlanh_app::permit(&staff.actor(), permission).map_err(|error| problem(service, &error))?;
    let form = staff.form(service, body).await?;
    match take(service, staff, id, read(service, &form)).await {
        Ok(()) => Ok(see_other(&format!("{}/information", link(id)))),
        Err(refused) => {
            let status = refused.status();
            let words = Words::of(service, staff.visitor.language);
            let step = form.get("step");
            let shown: &[&str] = if step == "propose" { &FIELDS } else { &["words"] };
            let sent = wrong::sent(words, step, &form, refused, shown)?;
            self::read(service, staff, id, sent, status).await
        }
    }
}

/// The fields of a proposal beside which it is said what is wrong with them.
const FIELDS: [&str; 10] = [
    "purpose",
    "field",
    "period",
    "from",
    "to",
    "recipient",
    "called",
    "telephone",
    "called_at",
    "words",
];

async fn take(
    service: &Service,
    staff: &Staff,
    id: &str,
    step: Result<InformationStep, Problem>,
) -> Result<(), Problem> {
    let done = information::step(&service.app, &staff.actor(), caller::id(id, "order")?, step?).await;
    done.map_err(|error| problem(service, &error))
}

fn read_approval(_: &Service, form: &Form) -> Result<InformationStep, Problem> {
    match form.get("step") {
        "approve" => Ok(InformationStep::Approve),
        "decline" => Ok(InformationStep::Decline(form.get("words").to_owned())),
        _ => Err(Problem::Refused(Refusal::bad_query("step"))),
    }
}

fn read_step(service: &Service, form: &Form) -> Result<InformationStep, Problem> {
    let words = || form.get("words").to_owned();
    Ok(match form.get("step") {
        "propose" => InformationStep::Propose(Box::new(Proposal {
            purpose: form.some("purpose"),
            fields: form.all("field").map(str::to_owned).collect(),
            from: local(service, form.get("from"), "from")?,
            to: local(service, form.get("to"), "to")?,
            recipient: form.get("recipient").to_owned(),
            fingerprint: form.get("fingerprint").to_owned(),
            call: call(service, form)?,
        })),
        "enter" => InformationStep::Enter(entries(form)),
        "prepare" => InformationStep::Prepare,
        "hand_over" => InformationStep::HandOver(words()),
        "refuse" => {
            let ground = key(form.get("ground"), "ground", ContestGround::from_key)?;
            InformationStep::Refuse(ground, words())
        }
        _ => return Err(Problem::Refused(Refusal::bad_query("step"))),
    })
}

/// What was filled in, target by target: one entry a line.
fn entries(form: &Form) -> Vec<SubjectEntries> {
    let mut subjects: Vec<SubjectEntries> = Vec::new();
    for (name, text) in form.fields() {
        let Some((target, field)) = name.strip_prefix("entry.").and_then(|rest| rest.split_once('.')) else {
            continue;
        };
        let Ok(target) = target.parse::<u32>() else {
            continue;
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let given = (field.to_owned(), lines.map(str::to_owned).collect());
        match subjects.iter_mut().find(|subject| subject.target == target) {
            Some(subject) => subject.fields.push(given),
            None => subjects.push(SubjectEntries {
                target,
                fields: vec![given],
            }),
        }
    }
    subjects
}

/// The file is taken out, once.
pub async fn fetch(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>, body: Body) -> Response {
    let answer = try_fetch(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_fetch(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let may = anlanh_app::permit(&staff.actor(), Permission::HandleOrders);
    may.map_err(|error| problem(service, &error))?;
    staff.form(service, body).await?;
    fetch_for(service, &staff.actor(), id).await
}
