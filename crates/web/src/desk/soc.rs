//! The centre at a glance.

use std::sync::Arc;

use anlanh_app::incident::{self, WATCH_DAYS, Watch};
use anlanh_app::sensor::{self, Health, Standing, Trouble};
use anlanh_model::Time;
use axum::extract::State;
use axum::response::Response;

use super::incidents::{link, say};
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::console::{Bar, Chart, Section, SensorLine, SocPage};
use crate::page::names::Names;
use crate::problem::Problem;

/// The dashboard.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff) -> Response {
    let answer = read(&service, &staff).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff) -> Result<Response, Problem> {
    let watch = incident::watch(&service.app, &staff.actor()).await;
    let watch = watch.map_err(|error| problem(service, &error))?;
    let sensors = sensor::health(&service.app, &staff.actor()).await;
    let sensors = sensors.map_err(|error| problem(service, &error))?;
    let language = staff.visitor.language;
    let words = Words::of(service, language);
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, language);
    let clock = |row| say::clock(words, names, &engine.policy, row);
    let view = SocPage {
        frame: staff.frame(Some(Section::Soc)),
        totals: totals(words, &watch),
        clocks: watch.due.iter().map(|row| (link(row.incident), clock(row))).collect(),
        sensors: sensors.iter().map(|health| sensor_line(words, health)).collect(),
        charts: charts(words, &watch),
    };
    page(&view, language)
}

fn sensor_line(words: Words, health: &Health) -> SensorLine {
    let reading = &health.reading;
    let last = (reading.last_at > 0).then(|| words.moment(Time::from_micros(reading.last_at)).absolute);
    SensorLine {
        name: health.row.sensor.name.clone(),
        kind: format!("{} · {}", health.row.sensor.kind.key(), health.row.sensor.form.key()),
        state: standing(words, health.standing),
        is_down: matches!(health.standing, Standing::Failed(_)),
        rate: format!("{:.1}", health.rates.events),
        events: reading.events,
        hits: reading.hits,
        bad: reading.bad,
        dropped: reading.dropped,
        last: last.unwrap_or_else(|| "—".to_owned()),
    }
}

pub(super) fn standing(words: Words, standing: Standing) -> &'static str {
    match standing {
        Standing::Idle => words.pick("chưa chạy", "does not run yet"),
        Standing::Running => words.pick("đang chạy", "runs"),
        Standing::Paused => words.pick("đã dừng theo yêu cầu", "is stopped"),
        Standing::Failed(trouble) => match trouble {
            Trouble::NoSubscribers => words.pick(
                "không chạy: chưa nói địa chỉ nào là của thuê bao",
                "does not run: nobody said which addresses are subscribers'",
            ),
            Trouble::Listen => words.pick("không lắng nghe được", "cannot listen"),
            Trouble::File => words.pick("không đọc được tệp", "cannot read its file"),
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

fn totals(words: Words, watch: &Watch) -> Vec<(&'static str, String)> {
    let sum = |is: fn(&str, &str) -> bool| -> String {
        let rows = watch.open.iter().filter(|row| is(&row.severity, &row.state));
        rows.map(|row| row.count).sum::<u64>().to_string()
    };
    let hits: u64 = watch.days.iter().map(|row| row.hits).sum();
    let alerts: u64 = watch.days.iter().map(|row| row.alerts).sum();
    vec![
        (words.pick("Sự cố đang mở", "Open incidents"), sum(|_, _| true)),
        (
            words.pick("Chưa ai xem", "Not looked at"),
            sum(|_, state| state == "new"),
        ),
        (
            words.pick("Nghiêm trọng trở lên", "High and above"),
            sum(|severity, _| severity == "high" || severity == "critical"),
        ),
        (
            words.pick("Thời hạn còn phải làm", "Clocks to be met"),
            watch.clocks.unmet.to_string(),
        ),
        (words.pick("Đã quá hạn", "Ran out"), watch.clocks.breached.to_string()),
        (words.pick("Cảnh báo 14 ngày", "Alerts of 14 days"), alerts.to_string()),
        (
            words.pick("Sự kiện trùng dấu hiệu", "Events that hit"),
            hits.to_string(),
        ),
    ]
}

/// So much of the greatest, in percent.
fn percent(of: u64, greatest: u64) -> u64 {
    of.saturating_mul(100).checked_div(greatest).unwrap_or(0).min(100)
}

fn charts(words: Words, watch: &Watch) -> Vec<Chart> {
    let bars = |rows: Vec<(String, u64)>| -> Vec<Bar> {
        let greatest = rows.iter().map(|(_, value)| *value).max().unwrap_or(0);
        let bar = |(label, value): (String, u64)| Bar {
            label,
            percent: percent(value, greatest),
            shown: value.to_string(),
        };
        rows.into_iter().map(bar).collect()
    };
    let days = format!("{WATCH_DAYS} {}", words.pick("ngày qua", "days"));
    let sensor = |row: &incident::SensorRow| {
        let last = words.moment(row.last_at).absolute;
        (format!("{} ({last})", row.sensor), row.hits)
    };
    vec![
        Chart {
            title: words.pick("Cảnh báo theo ngày", "Alerts by day").to_owned(),
            summary: days.clone(),
            bars: bars(watch.days.iter().map(|row| (words.day(row.day), row.alerts)).collect()),
        },
        Chart {
            title: words
                .pick("Dấu hiệu nhiều máy gặp nhất", "What most hosts met")
                .to_owned(),
            summary: format!("{}, {days}", words.pick("số máy", "hosts")),
            bars: bars(watch.top.iter().map(|row| (row.value.clone(), row.hosts)).collect()),
        },
        Chart {
            title: words.pick("Bộ cảm biến", "Sensors").to_owned(),
            summary: format!(
                "{}, {days}",
                words.pick("số sự kiện trùng dấu hiệu (lần cuối)", "events that hit (the last)")
            ),
            bars: bars(watch.sensors.iter().map(sensor).collect()),
        },
    ]
}
