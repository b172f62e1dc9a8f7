//! One rule, and its brake.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::policy::{self, RuleView};
use anlanh_app::{HitMode, Version, VersionRow};
use anlanh_model::{Brake, Id, Permission};
use anlanh_pack::Policy;
use anlanh_screen::{Action, Rule};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::overview::precision;
use super::{HOME, example_lines, may_edit, places, short, version_link};
use crate::Service;
use crate::address::Path;
use crate::console::Section;
use crate::console::policy::{BrakeForm, HitLine, RulePage, VersionHits};
use crate::desk::excerpt::excerpt;
use crate::desk::words::Words;
use crate::desk::{Staff, page, problem, see_other};
use crate::page::names::Names;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// How many versions a rule's page can name; figures of older ones are there without a name.
const VERSIONS: u32 = 200;

/// One rule in force.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    staff.answer(answer)
}

/// How often the rule may act is set.
pub async fn set_brake(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_set_brake(&service, &staff, &id, body).await;
    staff.answer(answer)
}

/// The rule stops acting by itself, at once: what it finds waits for a person. Its brake can be set again any time.
pub async fn suspend(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    body: Body,
) -> Response {
    let answer = try_suspend(&service, &staff, &id, body).await;
    staff.answer(answer)
}

async fn try_suspend(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    staff.form(service, body).await?;
    let set = policy::set_brake(&service.app, &staff.actor(), id, 0).await;
    set.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!("{HOME}/rules/{id}#brake")))
}

async fn try_set_brake(service: &Service, staff: &Staff, id: &str, body: Body) -> Result<Response, Problem> {
    let form = staff.form(service, body).await?;
    let per_hour = form.get("per_hour").parse().ok();
    let per_hour = per_hour.ok_or_else(|| Problem::Refused(Refusal::bad_query("per_hour")))?;
    let set = policy::set_brake(&service.app, &staff.actor(), id, per_hour).await;
    set.map_err(|error| problem(service, &error))?;
    Ok(see_other(&format!("{HOME}/rules/{id}#brake")))
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    let (engine, actor, language) = (service.app.engine(), staff.actor(), staff.visitor.language);
    let wrong = |error| problem(service, &error);
    let rules = &engine.screener.pack().rules;
    let rule = rules.iter().find(|rule| rule.id == id);
    let rule = rule.ok_or_else(|| wrong(anlanh_app::Error::NotFound("rule")))?;
    let view = policy::rule(&service.app, &actor, id).await.map_err(wrong)?;
    let overview = policy::overview(&service.app, &actor).await.map_err(wrong)?;
    let versions = policy::versions(&service.app, &actor, None, VERSIONS)
        .await
        .map_err(wrong)?;
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let described = engine.policy.rule(id);
    let examples = described.map(|(_, examples)| examples);
    let note = described.and_then(|(described, _)| described.note.as_ref());
    let view = RulePage {
        frame: staff.frame(Some(Section::Policy)),
        id: rule.id.clone(),
        title: names.rule(id),
        category: names.category(&rule.category),
        action: action(words, names, rule),
        note: note.map_or_else(String::new, |note| words.pick(&note.vi, &note.en).to_owned()),
        evidence: described.map_or("", |(described, _)| names.evidence(described.evidence)),
        condition: rule.when.clone(),
        laws: laws(words, &engine.policy, &rule.category),
        figures: figures(words, &view),
        versions: by_version(&view, &versions),
        brake: acts(rule).then(|| brake(words, &view)),
        recent: view.recent.iter().map(|hit| hit_line(words, hit)).collect(),
        no_hits: no_hits(words, staff),
        must_hit: examples.map_or_else(Vec::new, |it| example_lines(&it.hit)),
        must_miss: examples.map_or_else(Vec::new, |it| example_lines(&it.miss)),
        places: if may_edit(staff) {
            places(words, &overview, staff)
        } else {
            Vec::new()
        },
    };
    page(&view, language)
}

/// What stands in the place of hits where none are shown.
fn no_hits(words: Words, staff: &Staff) -> &'static str {
    if staff.session.person.role.may(Permission::ReadItems) {
        words.pick(
            "Quy tắc này chưa khớp nội dung nào.",
            "This rule has found nothing yet.",
        )
    } else {
        words.pick(
            "Vai trò của bạn không được xem nội dung, nên các lần khớp không hiện ở đây.",
            "Your role may not read items, so hits are not shown here.",
        )
    }
}

/// Whether a rule does something without a person, so that it has a brake.
const fn acts(rule: &Rule) -> bool {
    match rule.action {
        Action::Label | Action::Limit | Action::Block => true,
        Action::Allow | Action::Review => rule.label.is_some(),
    }
}

fn action(words: Words, names: Names<'_>, rule: &Rule) -> String {
    let mut action = names.action(rule.action).to_owned();
    if let Some(label) = &rule.label {
        action = format!("{action}: {}", names.label(label));
    }
    let how = match rule.automatic {
        true => words.pick("tự động", "without a person"),
        false => words.pick("người quyết định", "a person decides"),
    };
    format!("{action} ({how})")
}

fn laws(words: Words, policy: &Policy, category: &str) -> Vec<String> {
    let keys = policy.category(category).map(|category| category.bases.as_slice());
    let keys = keys.unwrap_or_default().iter();
    let cited = keys.filter_map(|key| policy.citation(key.as_str()));
    cited.map(|text| words.pick(&text.vi, &text.en).to_owned()).collect()
}

fn figures(words: Words, view: &RuleView) -> Vec<(String, String)> {
    let figures = &view.figures;
    let agreed = match precision(words, &figures.precision) {
        told if told.is_empty() => words.pick("chưa có kết luận nào", "nobody has decided yet").to_owned(),
        told => told,
    };
    [
        (
            words.pick("Khớp trong 7 ngày", "Hits in 7 days"),
            figures.recent.to_string(),
        ),
        (
            words.pick("Khớp từ trước đến nay", "Hits ever"),
            figures.hits.to_string(),
        ),
        (words.pick("Bị hãm", "Held back"), figures.braked.to_string()),
        (words.pick("Độ chính xác", "Precision"), agreed),
        (
            words.pick("Bị bác sau khiếu nại", "Overturned on appeal"),
            figures.overturned.to_string(),
        ),
        (
            words.pick("Chưa có kết luận", "Nobody decided"),
            figures.precision.open.to_string(),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn by_version(view: &RuleView, versions: &[VersionRow]) -> Vec<VersionHits> {
    let mut hits: BTreeMap<std::cmp::Reverse<Id<Version>>, VersionHits> = BTreeMap::new();
    for count in &view.hits {
        let id = count.version;
        let line = hits.entry(std::cmp::Reverse(id)).or_insert_with(|| VersionHits {
            link: version_link(&id.to_string()),
            name: versions
                .iter()
                .find(|row| row.id == id)
                .map_or_else(|| id.to_string(), |row| short(&row.digest)),
            live: 0,
            braked: 0,
            shadow: 0,
            confirmed: 0,
            rejected: 0,
        });
        match count.mode {
            HitMode::Live => line.live += count.n,
            HitMode::Braked => line.braked += count.n,
            HitMode::Shadow => line.shadow += count.n,
        }
        match count.outcome.map(anlanh_model::Outcome::is_violation) {
            Some(true) => line.confirmed += count.n,
            Some(false) => line.rejected += count.n,
            None => {}
        }
    }
    hits.into_values().collect()
}

fn brake(words: Words, view: &RuleView) -> BrakeForm {
    let brake = view.figures.brake.unwrap_or(Brake::new(Brake::DEFAULT_PER_HOUR));
    let used = brake.used_at(view.seen_at);
    let per_hour = brake.per_hour;
    BrakeForm {
        per_hour,
        used: match words.pick("vi", "en") {
            "vi" => format!("Đã tự xử lý {used} trên {per_hour} lần của giờ này."),
            _ => format!("It acted {used} of {per_hour} times in this hour."),
        },
    }
}

fn hit_line(words: Words, hit: &anlanh_app::HitRow) -> HitLine {
    let erased = words.pick("(nội dung đã được xóa)", "(the content was erased)");
    let mode = match hit.mode {
        HitMode::Live => words.pick("có hiệu lực", "counted"),
        HitMode::Braked => words.pick("bị hãm", "held back"),
        HitMode::Shadow => words.pick("chạy ngầm", "in shadow"),
    };
    HitLine {
        excerpt: hit.text.as_deref().map_or_else(|| erased.to_owned(), excerpt),
        mode: mode.to_owned(),
        outcome: hit.outcome.map_or_else(String::new, |it| words.outcome(it).to_owned()),
        item: hit.item.to_string(),
        when: words.moment(hit.at),
    }
}
