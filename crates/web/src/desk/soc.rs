//! The centre at a glance.

use std::sync::Arc;

use anlanh_app::block::ObjectionView;
use anlanh_app::incident::{self, Watch};
use anlanh_app::sensor::{self, Health, Standing, Trouble, Volume, VolumeRow};
use anlanh_app::{block, feed, sigma};
use anlanh_model::{FeedState, Permission, Time};
use axum::extract::State;
use axum::response::Response;

use super::feeds::{number, value_kind};
use super::incidents::{link, say};
use super::indicators;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::console::{Ask, COLUMN_HEIGHT, HIT_HEIGHT, Section, SensorLine, SocPage, Span, Timeline, TopLine, Total};
use crate::page::names::Names;
use crate::problem::Problem;

/// A sensor that runs and sent something is silent after so many minutes without anything.
const SILENT_MINUTES: i64 = 60;
const SIGMA: &str = super::sigma::HOME;
const SENSORS: &str = "/console/sensors";

/// The dashboard.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read(&service, &staff).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff) -> Result<Response, Problem> {
    let (app, actor) = (&service.app, staff.actor());
    let failed = |error| problem(service, &error);
    let watch = incident::watch(app, &actor).await.map_err(failed)?;
    let sensors = sensor::health(app, &actor).await.map_err(failed)?;
    let volume = sensor::volume(app, &actor).await.map_err(failed)?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = app.engine();
    let names = Names::new(&engine.policy, language);
    let clock = |row| say::clock(words, names, &engine.policy, row);
    let mut asks = asks(words, &watch, &sensors);
    if actor.may(Permission::ReadIndicators) {
        let feeds = feed::list(app, &actor).await.map_err(failed)?;
        let held = feeds.iter().filter(|row| row.state == FeedState::Held).count();
        let missed = feeds
            .iter()
            .filter(|row| row.state == FeedState::Active && row.failures > 0)
            .count();
        let words_of = (
            words.pick("nguồn chỉ dấu chờ người xem", "feeds held for a look"),
            words.pick("nguồn chỉ dấu không lấy được", "feeds that cannot be got"),
        );
        asks.extend(ask((held, words_of.0), Section::Feeds.path(), "review"));
        asks.extend(ask((missed, words_of.1), Section::Feeds.path(), "review"));
    }
    if actor.may(Permission::ReadFigures) {
        let told = sigma::state(app, &actor).await.map_err(failed)?.told;
        let left_out = usize::try_from(told.left_out).unwrap_or(usize::MAX);
        let words_of = (
            words.pick(
                "thư mục luật Sigma không đọc được",
                "folders of Sigma rules that cannot be read",
            ),
            words.pick("luật Sigma không dùng được", "Sigma rules that are left out"),
        );
        asks.extend(ask((usize::from(told.failure.is_some()), words_of.0), SIGMA, "block"));
        asks.extend(ask((left_out, words_of.1), SIGMA, "review"));
    }
    if actor.may(Permission::ReadBlocklist) {
        let pending = block::pending(app, &actor, None).await.map_err(failed)?.len();
        let waits = words.pick("thay đổi danh sách chặn chưa xong", "changes of the blocklist pending");
        asks.extend(ask((pending, waits), Section::Blocklist.path(), "review"));
        let open = block::open_objections(app, &actor).await.map_err(failed)?;
        // Before the rest: somebody waits for an answer, and a clock runs.
        asks.splice(0..0, objections(words, &open));
    }
    let offset = i64::from(engine.screener.pack().utc_offset_minutes);
    let view = SocPage {
        frame: staff.frame(Some(Section::Soc)),
        asks,
        totals: totals(words, &watch, &volume),
        clocks: watch.due.iter().map(|row| (link(row.incident), clock(row))).collect(),
        timelines: timelines(words, (&watch, &volume), offset),
        top: top(words, &watch),
        sensors: sensor_lines(words, &sensors, &volume),
    };
    page(&view, language)
}

/// Something that waits, where there is any of it.
fn ask((count, words): (usize, impl Into<String>), link: &str, tone: &'static str) -> Option<Ask> {
    (count > 0).then(|| Ask {
        count: number(count as u64),
        words: words.into(),
        link: link.to_owned(),
        tone,
    })
}

/// Objections that wait for an answer, with the clock that runs out first.
fn objections(words: Words, open: &[ObjectionView]) -> Option<Ask> {
    let dues = open.iter().filter_map(|view| view.row.objection.clock.as_ref());
    let due = dues.map(|clock| clock.due_at).min();
    let is_late = due.is_some_and(|due| due < words.now());
    let waits = words.pick("phản đối việc chặn chờ trả lời", "objections against blocks wait");
    let said = due.map_or_else(
        || waits.to_owned(),
        |due| {
            let due = words.moment(due);
            let when = if is_late {
                words.pick("quá hạn", "ran out")
            } else {
                words.pick("hạn", "due")
            };
            format!("{waits}, {when} {} ({})", due.absolute, due.relative)
        },
    );
    let link = format!("{}#objections", Section::Blocklist.path());
    ask((open.len(), said), &link, if is_late { "block" } else { "limit" })
}

/// What waits for whoever works here, the most urgent first.
fn asks(words: Words, watch: &Watch, sensors: &[Health]) -> Vec<Ask> {
    let open = |is: fn(&str, &str) -> bool| -> usize {
        let rows = watch.open.iter().filter(|row| is(&row.severity, &row.state));
        usize::try_from(rows.map(|row| row.count).sum::<u64>()).unwrap_or(usize::MAX)
    };
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    // One that ran out just now may not be noted yet.
    let passed = watch.due.iter().filter(|row| row.clock.due_at < words.now()).count();
    let breached = watch.clocks.breached.max(passed as u64);
    let unmet = watch.clocks.unmet;
    let first = watch
        .due
        .first()
        .map_or_else(|| "#clocks".to_owned(), |row| link(row.incident));
    let down = sensors
        .iter()
        .filter(|health| matches!(health.standing, Standing::Failed(_)));
    let silent = sensors.iter().filter(|health| is_silent(words, health));
    let incidents = Section::Incidents.path();
    let asks = [
        ask(
            (size(breached), words.pick("thời hạn đã bị quá", "clocks that ran out")),
            &first,
            "block",
        ),
        ask(
            (
                down.count(),
                words.pick("bộ cảm biến không chạy", "sensors that do not run"),
            ),
            SENSORS,
            "block",
        ),
        ask(
            (
                size(unmet.saturating_sub(breached)),
                words.pick("thời hạn đang chạy", "clocks that run"),
            ),
            "#clocks",
            "limit",
        ),
        ask(
            (
                open(|_, state| state == "new"),
                words.pick("sự cố chưa ai xem", "incidents nobody looked at"),
            ),
            incidents,
            "limit",
        ),
        ask(
            (
                open(|_, state| state == "triaged"),
                words.pick("sự cố chờ người nhận", "incidents nobody took"),
            ),
            incidents,
            "review",
        ),
        ask(
            (
                silent.count(),
                words.pick("bộ cảm biến im lặng hơn 1 giờ", "sensors silent for an hour"),
            ),
            SENSORS,
            "review",
        ),
    ];
    asks.into_iter().flatten().collect()
}

fn is_silent(words: Words, health: &Health) -> bool {
    let last = health.reading.last_at;
    health.standing == Standing::Running
        && last > 0
        && words.now().minutes_since(Time::from_micros(last)) >= SILENT_MINUTES
}

/// Those that do not run first, then those that are silent, then the others.
fn sensor_lines(words: Words, sensors: &[Health], volume: &Volume) -> Vec<SensorLine> {
    let mut sorted: Vec<&Health> = sensors.iter().collect();
    let is_down = |health: &Health| matches!(health.standing, Standing::Failed(_));
    sorted.sort_by_key(|health| (!is_down(health), !is_silent(words, health), health.row.number));
    let line = |health: &Health| {
        let reading = &health.reading;
        let last = (reading.last_at > 0).then(|| words.moment(Time::from_micros(reading.last_at)).absolute);
        let day = volume.sensors.get(&health.row.number).copied().unwrap_or_default();
        let (state, tone) = match health.standing {
            Standing::Failed(_) => (stands(words, health), "bad"),
            Standing::Running if is_silent(words, health) => (words.pick("im lặng", "silent").to_owned(), "waits"),
            Standing::Running => (stands(words, health), "good"),
            Standing::Idle | Standing::Paused => (stands(words, health), "quiet"),
        };
        SensorLine {
            name: health.row.sensor.name.clone(),
            kind: format!("{} · {}", health.row.sensor.kind.key(), health.row.sensor.form.key()),
            state,
            tone,
            rate: format!("{:.1}", health.rates.events),
            day: number(day.events),
            hits: number(day.hits),
            bad: number(reading.bad),
            dropped: number(reading.dropped),
            last: last.unwrap_or_else(|| "—".to_owned()),
        }
    };
    sorted.into_iter().map(line).collect()
}

/// How a sensor stands, and since when where it does not run.
pub(super) fn stands(words: Words, health: &Health) -> String {
    let said = standing(words, health.standing);
    match (health.standing, health.since) {
        (Standing::Failed(_), Some(since)) => {
            format!(
                "{said} ({} {})",
                words.pick("từ", "since"),
                words.moment(since).absolute
            )
        }
        (Standing::Idle | Standing::Running | Standing::Paused | Standing::Failed(_), _) => said.to_owned(),
    }
}

fn standing(words: Words, standing: Standing) -> &'static str {
    match standing {
        Standing::Idle => words.pick("chưa chạy", "does not run yet"),
        Standing::Running => words.pick("đang chạy", "runs"),
        Standing::Paused => words.pick("đã dừng theo yêu cầu", "is stopped"),
        Standing::Failed(trouble) => match trouble {
            Trouble::NoSubscribers => words.pick(
                "không chạy: chưa khai báo dải địa chỉ của thuê bao",
                "does not run: nobody said which addresses are subscribers'",
            ),
            Trouble::Listen => words.pick("không lắng nghe được", "cannot listen"),
            Trouble::File => words.pick("không đọc được tệp", "cannot read its file"),
            Trouble::NoFile => words.pick("đang chờ tệp: chưa có tệp này", "waits for its file: there is none"),
            Trouble::Tls => words.pick(
                "chứng thư hoặc khóa không dùng được",
                "certificate or key cannot be used",
            ),
            Trouble::Connect => words.pick("không nối được với máy chủ", "cannot connect to its server"),
            Trouble::Credentials => words.pick(
                "máy chủ không chấp nhận thông tin đăng nhập",
                "its server refuses the credentials",
            ),
            Trouble::Stream => words.pick(
                "máy chủ không có luồng này, hoặc bộ đọc cùng tên không dùng được",
                "its server has no such stream, or a consumer of its name that cannot be used",
            ),
            Trouble::Keeping => words.pick("đang chờ: không lưu được", "waits: nothing can be kept now"),
            Trouble::Stopped => words.pick("đã dừng, đang chạy lại", "stopped, and is started again"),
        },
    }
}

fn totals(words: Words, watch: &Watch, volume: &Volume) -> Vec<Total> {
    let sum = |is: fn(&str) -> bool| -> u64 {
        let rows = watch.open.iter().filter(|row| is(&row.severity));
        rows.map(|row| row.count).sum()
    };
    let day = |of: fn(&VolumeRow) -> u64| volume.hours.iter().map(of).sum::<u64>();
    let alerts: u64 = watch.days.iter().map(|row| row.alerts).sum();
    let incidents = Section::Incidents.path();
    let rate = if volume.rate < 10.0 {
        format!("{:.1}", volume.rate)
    } else {
        // A rate is no more than what a machine can take in.
        number(volume.rate as u64)
    };
    let total = |name, value, link| Total { name, value, link };
    vec![
        total(words.pick("Sự kiện/giây", "Events/s"), rate, SENSORS),
        total(
            words.pick("Sự kiện 24 giờ", "Events, 24 h"),
            number(day(|row| row.events)),
            SENSORS,
        ),
        total(
            words.pick("Trùng chỉ dấu 24 giờ", "Hits, 24 h"),
            number(day(|row| row.hits)),
            incidents,
        ),
        total(
            words.pick("Cảnh báo 14 ngày", "Alerts, 14 days"),
            number(alerts),
            incidents,
        ),
        total(
            words.pick("Sự cố đang mở", "Open incidents"),
            number(sum(|_| true)),
            incidents,
        ),
        total(
            words.pick("Cao và nghiêm trọng", "High and critical"),
            number(sum(|severity| severity == "high" || severity == "critical")),
            incidents,
        ),
    ]
}

/// So much of the greatest, of so many parts; what there is at all is seen.
fn part(of: u64, greatest: u64, parts: u64) -> u64 {
    let part = of.saturating_mul(parts).checked_div(greatest).unwrap_or(0).min(parts);
    if of > 0 { part.max(2) } else { 0 }
}

/// What a chart is made of: which times they are, how much came in each, and how much was found in it.
type Column = (String, u64, u64);

/// What a chart says of itself, and where one works on it.
struct Said {
    id: &'static str,
    title: &'static str,
    counts: [&'static str; 2],
    span: &'static str,
    link: &'static str,
}

fn timeline(said: Said, columns: Vec<Column>) -> Timeline {
    let most = columns.iter().map(|(_, value, _)| *value).max().unwrap_or(0);
    let most_hits = columns.iter().map(|(_, _, hits)| *hits).max().unwrap_or(0);
    let sum: u64 = columns.iter().map(|(_, value, _)| *value).sum();
    let sum_hits: u64 = columns.iter().map(|(_, _, hits)| *hits).sum();
    // In thousandths of the width: floats of different machines need not agree on texts.
    let step = 100_000_u64.checked_div(columns.len() as u64).unwrap_or(100_000);
    let percent = |thousandths: u64| format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    let spans = columns.into_iter().zip(0_u64..).map(|((label, value, hits), at)| Span {
        label,
        x: percent(at * step + step / 8),
        height: part(value, most, COLUMN_HEIGHT),
        value: number(value),
        hit_height: part(hits, most_hits, HIT_HEIGHT),
        hits: number(hits),
    });
    Timeline {
        id: said.id,
        title: said.title,
        summary: format!(
            "{} {}, {} {}",
            number(sum),
            said.counts[0],
            number(sum_hits),
            said.counts[1]
        ),
        counts: said.counts,
        most: [number(most), number(most_hits)],
        span: said.span,
        width: percent(step * 3 / 4),
        spans: spans.collect(),
        link: said.link,
        is_empty: sum == 0 && sum_hits == 0,
    }
}

fn timelines(words: Words, (watch, volume): (&Watch, &Volume), offset: i64) -> Vec<Timeline> {
    let events = [
        words.pick("sự kiện", "events"),
        words.pick("lần trùng chỉ dấu", "hits of indicators"),
    ];
    let hour = |row: &VolumeRow| {
        let minutes = (row.key * 60 + offset).rem_euclid(24 * 60);
        let label = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        (label, row.events, row.hits)
    };
    let day = |row: &VolumeRow| (words.day(row.key), row.events, row.hits);
    let alerts = |row: &VolumeRow| {
        let of_day = watch.days.iter().find(|of_day| of_day.day == row.key);
        let (alerts, hits) = of_day.map_or((0, 0), |of_day| (of_day.alerts, of_day.hits));
        (words.day(row.key), alerts, hits)
    };
    let of_day = words.pick("Ngày", "Day");
    vec![
        timeline(
            Said {
                id: "hours",
                title: words.pick("Lưu lượng 24 giờ", "Volume of 24 hours"),
                counts: events,
                span: words.pick("Giờ", "Hour"),
                link: SENSORS,
            },
            volume.hours.iter().map(hour).collect(),
        ),
        timeline(
            Said {
                id: "days",
                title: words.pick("Lưu lượng 14 ngày", "Volume of 14 days"),
                counts: events,
                span: of_day,
                link: SENSORS,
            },
            volume.days.iter().map(day).collect(),
        ),
        timeline(
            Said {
                id: "alerts",
                title: words.pick("Cảnh báo theo ngày", "Alerts by day"),
                counts: [
                    words.pick("cảnh báo", "alerts"),
                    words.pick("sự kiện trong đó", "events in them"),
                ],
                span: of_day,
                link: Section::Incidents.path(),
            },
            volume.days.iter().map(alerts).collect(),
        ),
    ]
}

fn top(words: Words, watch: &Watch) -> Vec<TopLine> {
    let greatest = watch.top.iter().map(|row| row.hosts).max().unwrap_or(0);
    let look_up = |value: &str| {
        let query = serde_urlencoded::to_string([("q", value)]).unwrap_or_default();
        format!("{}?{query}", Section::Indicators.path())
    };
    let line = |row: &incident::TopRow| TopLine {
        value: row.value.clone(),
        link: row.indicator.map_or_else(|| look_up(&row.value), indicators::link),
        kind: value_kind(words, &row.kind),
        hosts: number(row.hosts),
        hits: number(row.hits),
        percent: part(row.hosts, greatest, 100),
    };
    watch.top.iter().map(line).collect()
}
