//! Sensors on their page: looked at, added, stopped, resumed and removed.

use std::path::PathBuf;
use std::sync::Arc;

use anlanh_app::sensor::{
    self, Health, NatsSettings, NewSensor, SensorError, SensorSecret, SensorStep, Settings, Standing, TlsFiles,
    Wrapping,
};
use anlanh_model::{Permission, SensorForm, SensorKind, Time};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use super::feeds::{choice, number, permit};
use super::form::Form;
use super::soc::stands;
use super::words::Words;
use super::{Staff, page, problem, see_other};
use crate::Service;
use crate::address::{Path, Query};
use crate::console::{Choice, Section, SensorRow, SensorsPage, TypedSensor};
use crate::problem::Problem;

const HOME: &str = "/console/sensors";

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The kind whose form is shown.
    #[serde(default)]
    kind: String,
}

/// What a page says beside the sensors.
#[derive(Debug, Default)]
struct Said {
    refused: Option<Problem>,
    typed: Option<TypedSensor>,
}

/// Every sensor.
pub async fn list(State(service): State<Arc<Service>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let words = Words::of(&service, staff.visitor.language);
    let kind = SensorKind::from_key(&asked.kind);
    let said = Said {
        refused: None,
        typed: kind.map(|kind| typed(words, kind, &Form::default())),
    };
    let answer = read(&service, &staff, said).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, said: Said) -> Result<Response, Problem> {
    let actor = staff.actor();
    let rows = sensor::health(&service.app, &actor).await;
    let rows = rows.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let may_manage = actor.may(Permission::ManageSensors);
    let kinds = SensorKind::ALL.iter().filter(|_| may_manage);
    let view = SensorsPage {
        frame: staff.frame(Some(Section::Soc)),
        sensors: rows.iter().map(|health| row(words, health, may_manage)).collect(),
        kinds: kinds
            .map(|kind| (format!("{HOME}?kind={}", kind.key()), kind_word(words, *kind)))
            .collect(),
        form: said.typed.filter(|_| may_manage),
        refused: said.refused.as_ref().map(|problem| problem.detail(language)),
    };
    let mut response = page(&view, language)?;
    if let Some(refused) = said.refused {
        *response.status_mut() = refused.status();
    }
    Ok(response)
}

fn row(words: Words, health: &Health, may_manage: bool) -> SensorRow {
    let sensor = &health.row.sensor;
    // Who reads figures need not know the insides of the network.
    let place = if may_manage { place_of(health) } else { String::new() };
    let mut steps = Vec::new();
    if may_manage {
        steps.push(match health.row.stopped_at {
            Some(_) => ("resume", words.pick("Cho chạy tiếp", "Resume")),
            None => ("stop", words.pick("Dừng", "Stop")),
        });
    }
    SensorRow {
        name: sensor.name.clone(),
        kind: format!("{} · {}", kind_word(words, sensor.kind), form_word(sensor.form)),
        place,
        state: stands(words, health),
        tone: match health.standing {
            Standing::Running => "good",
            Standing::Failed(_) => "bad",
            Standing::Idle | Standing::Paused => "quiet",
        },
        figures: figures(words, health),
        steps,
    }
}

fn place_of(health: &Health) -> String {
    let place = &health.row.sensor.place;
    match sensor::settings_of(&health.row).nats {
        Some(nats) => format!("{place} {}", nats.stream),
        None => place.clone(),
    }
}

fn figures(words: Words, health: &Health) -> Vec<(&'static str, String)> {
    let reading = &health.reading;
    let last = (reading.last_at > 0).then(|| words.moment(Time::from_micros(reading.last_at)).absolute);
    let lag = format!("{:.1} s", reading.lag as f64 / 1e6);
    vec![
        (
            words.pick("Sự kiện cuối", "Last event"),
            last.clone().unwrap_or_else(|| "—".to_owned()),
        ),
        (
            words.pick("Đến chậm", "Lag"),
            last.map_or_else(|| "—".to_owned(), |_| lag),
        ),
        (
            words.pick("Sự kiện/giây", "Events/s"),
            format!("{:.1}", health.rates.events),
        ),
        (words.pick("Đã đọc", "Read"), number(reading.events)),
        (words.pick("Đã lưu", "Kept"), number(reading.kept)),
        (words.pick("Trùng chỉ dấu", "Hits"), number(reading.hits)),
        (words.pick("Không đọc được", "Not readable"), number(reading.bad)),
        (words.pick("Đã mất", "Lost"), number(reading.dropped)),
        (
            words.pick("Giờ không thể đúng", "Times that cannot be right"),
            number(reading.misdated),
        ),
        (
            words.pick("Byte đang chờ", "Bytes that wait"),
            number(reading.waiting_bytes),
        ),
        (
            words.pick("Lần không lưu được", "Times that nothing could be kept"),
            number(reading.failures),
        ),
    ]
}

const fn kind_word(words: Words, kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Tail => words.pick("Theo dõi một tệp", "A file is followed"),
        SensorKind::Tcp => words.pick("Kết nối TCP", "Connections over TCP"),
        SensorKind::Tls => words.pick("Kết nối TLS", "Connections in TLS"),
        SensorKind::Udp => words.pick("Gói tin UDP", "Datagrams over UDP"),
        SensorKind::Unix => words.pick("Socket trong hệ thống tệp", "A socket of the file system"),
        SensorKind::Http => words.pick("Chương trình gửi qua HTTP", "Programs send over HTTP"),
        SensorKind::Nats => words.pick("Luồng NATS JetStream", "A stream of NATS JetStream"),
    }
}

const fn form_word(form: SensorForm) -> &'static str {
    match form {
        SensorForm::Eve => "Suricata EVE",
        SensorForm::Zeek => "Zeek",
        SensorForm::Bind => "BIND",
        SensorForm::Unbound => "Unbound",
        SensorForm::Json => "JSON",
        SensorForm::Flow => "NetFlow, IPFIX",
        SensorForm::Dnstap => "dnstap",
        SensorForm::Shadowserver => "Shadowserver",
        SensorForm::Xarf => "XARF",
    }
}

const fn example(kind: SensorKind) -> &'static str {
    match kind {
        SensorKind::Tail => "/var/log/suricata/eve.json",
        SensorKind::Unix => "/run/anlanh/dnstap.sock",
        SensorKind::Tcp | SensorKind::Tls => "0.0.0.0:6514",
        SensorKind::Udp => "0.0.0.0:2055",
        SensorKind::Http => "",
        SensorKind::Nats => "nats://localhost:4222",
    }
}

/// Whether a form comes in this way.
const fn comes(form: SensorForm, kind: SensorKind) -> bool {
    match form {
        SensorForm::Flow => matches!(kind, SensorKind::Udp),
        SensorForm::Dnstap => matches!(kind, SensorKind::Unix | SensorKind::Tcp | SensorKind::Tls),
        SensorForm::Shadowserver => matches!(kind, SensorKind::Tail | SensorKind::Http),
        SensorForm::Eve
        | SensorForm::Zeek
        | SensorForm::Bind
        | SensorForm::Unbound
        | SensorForm::Json
        | SensorForm::Xarf => true,
    }
}

/// A form with what was typed; what is secret is typed again.
fn typed(words: Words, kind: SensorKind, form: &Form) -> TypedSensor {
    let text = |name: &str| form.get(name).to_owned();
    let forms = SensorForm::ALL.iter().filter(|one| comes(**one, kind));
    let forms: Vec<Choice> = forms
        .map(|one| choice(one.key(), form_word(*one), form.get("form")))
        .collect();
    let has_schema = forms.iter().any(|one| one.key == SensorForm::Shadowserver.key());
    let ways = [
        ("", words.pick("không cần", "nothing")),
        ("password", words.pick("tên và mật khẩu", "user and password")),
        ("token", words.pick("mã", "token")),
        ("nkey", "nkey"),
    ];
    TypedSensor {
        kind: kind.key().to_owned(),
        kind_word: kind_word(words, kind),
        name: text("name"),
        place: (kind != SensorKind::Http).then(|| text("place")),
        example: example(kind),
        forms,
        is_syslog: form.get("syslog") == "yes",
        offset: text("offset"),
        map: text("map"),
        schema: has_schema.then(|| text("schema")),
        tls: (kind == SensorKind::Tls).then(|| ["tls-1", "tls-2", "tls-3"].map(text)),
        nats: (kind == SensorKind::Nats).then(|| ["stream", "subject", "ca", "user"].map(text)),
        ways: ways
            .iter()
            .map(|(key, word)| choice(key, word, form.get("way")))
            .collect(),
    }
}

/// What a form asks for.
fn asked(form: &Form) -> Result<NewSensor, SensorError> {
    let kind = SensorKind::from_key(form.get("kind")).ok_or(SensorError::Form)?;
    let path = |name: &str| form.some(name).map(PathBuf::from);
    let tls = (kind == SensorKind::Tls).then(|| TlsFiles {
        certificates: form.get("tls-1").into(),
        key: form.get("tls-2").into(),
        client_ca: path("tls-3"),
    });
    let nats = (kind == SensorKind::Nats).then(|| NatsSettings {
        stream: form.get("stream").to_owned(),
        subject: form.some("subject"),
        ca: path("ca"),
    });
    let secret = form.get("secret").to_owned();
    let secret = match form.get("way") {
        "" => None,
        "password" => Some(SensorSecret::Password(form.get("user").to_owned(), secret)),
        "token" => Some(SensorSecret::Token(secret)),
        "nkey" => Some(SensorSecret::Nkey(secret)),
        _ => return Err(SensorError::Credentials),
    };
    Ok(NewSensor {
        name: form.get("name").to_owned(),
        kind,
        form: SensorForm::from_key(form.get("form")).ok_or(SensorError::Form)?,
        place: form.get("place").to_owned(),
        settings: Settings {
            wrapping: if form.get("syslog") == "yes" {
                Wrapping::Syslog
            } else {
                Wrapping::Plain
            },
            map: form.some("map"),
            utc_offset_seconds: offset(form.get("offset")).ok_or(SensorError::Form)?,
            tls,
            schema: path("schema"),
            nats,
        },
        secret,
    })
}

/// `+07:00`, in seconds; nothing is UTC.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    if text.is_empty() || text == "Z" {
        return Some(0);
    }
    let (sign, rest) = text
        .strip_prefix('+')
        .map(|rest| (1, rest))
        .or_else(|| text.strip_prefix('-').map(|rest| (-1, rest)))?;
    let (hours, minutes) = rest.split_once(':')?;
    let part = |text: &str, most: i32| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number: i32 = text.parse().ok().filter(|_| is_number)?;
        (number <= most).then_some(number)
    };
    Some(sign * (part(hours, 14)? * 3_600 + part(minutes, 59)? * 60))
}

/// A sensor is added.
pub async fn add(State(service): State<Arc<Service>>, staff: Staff, body: Body) -> Response {
    let answer = try_add(&service, &staff, body).await;
    staff.answer(answer)
}

async fn try_add(service: &Service, staff: &Staff, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageSensors)?;
    let form = staff.form(service, body).await?;
    let added = match asked(&form) {
        Ok(new) => sensor::add(&service.app, &staff.actor(), new).await,
        Err(error) => Err(error.into()),
    };
    let Err(error) = added else {
        return Ok(see_other(HOME));
    };
    let words = Words::of(service, staff.visitor.language);
    let kind = SensorKind::from_key(form.get("kind"));
    let said = Said {
        refused: Some(must_be_refused(problem(service, &error))?),
        typed: kind.map(|kind| typed(words, kind, &form)),
    };
    read(service, staff, said).await
}

/// A step is taken with a sensor.
pub async fn step(State(service): State<Arc<Service>>, staff: Staff, Path(name): Path<String>, body: Body) -> Response {
    let answer = try_step(&service, &staff, &name, body).await;
    staff.answer(answer)
}

async fn try_step(service: &Service, staff: &Staff, name: &str, body: Body) -> Result<Response, Problem> {
    permit(service, staff, Permission::ManageSensors)?;
    let form = staff.form(service, body).await?;
    let step = match form.get("step") {
        "stop" => SensorStep::Stop,
        "resume" => SensorStep::Resume,
        "remove" => SensorStep::Remove,
        _ => return Err(problem(service, &SensorError::Step.into())),
    };
    let Err(error) = sensor::step(&service.app, &staff.actor(), name, step).await else {
        return Ok(see_other(HOME));
    };
    let said = Said {
        refused: Some(must_be_refused(problem(service, &error))?),
        typed: None,
    };
    read(service, staff, said).await
}

/// What was refused is said on the page; anything else is a page of its own.
fn must_be_refused(problem: Problem) -> Result<Problem, Problem> {
    if matches!(problem, Problem::Refused(_)) {
        Ok(problem)
    } else {
        Err(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_is_read() {
        let check = |text: &str, seconds| assert_eq!(offset(text), seconds, "{text}");
        check("", Some(0));
        check("+07:00", Some(25_200));
        check("-03:30", Some(-12_600));
        check("+14:59", Some(53_940));
        for text in ["7", "+7:00", "+15:00", "+07:60", "+07", "07:00", "+-7:00"] {
            check(text, None);
        }
    }
}
