//! The page of one case.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_app::appeal::AppealView;
use anlanh_app::case::{self, CaseView};
use anlanh_app::owner::Source;
use anlanh_app::{DecisionRow, Engine, enforcement};
use anlanh_model::{
    AppealResult, Case, ClockEnd, Detection, Id, Outcome, Permission, Role, State, StatutoryClock, Urgency,
};
use axum::extract::State as Shared;
use axum::response::Response;
use serde::Deserialize;

use super::concern::{Reading, talk};
use super::enforcement::EnforcementDesk;
use super::excerpt::{Told, excerpt};
use super::form::Form;
use super::item::{ItemDesk, link as item_link};
use super::orders::mention;
use super::orders::say::owner;
use super::quality::golden_form;
use super::queue::link;
use super::refill::refill;
use super::words::Words;
use super::{Staff, page, problem};
use crate::Service;
use crate::address::{Path, Query};
use crate::api::caller;
use crate::console::{
    Act, AnswerForm, AppealCard, BasisChoice, CasePage, Choice, ClockLine, Closed, Decision, DecisionForm, Event, Past,
    Prefilled, Section,
};
use crate::page::names::Names;
use crate::problem::Problem;

/// What the address of a case may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The case that was decided just before this one was shown.
    done: String,
}

/// What was just refused, and the form that asked for it.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// Why.
    pub problem: &'a Problem,
    /// What was filled in.
    pub form: Option<&'a Form>,
}

/// One case.
pub async fn show(
    Shared(service): Shared<Arc<Service>>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let answer = read(&service, &staff, &id, &asked.done, None).await;
    staff.answer(answer)
}

/// The page of a case: after another that was just decided if one was, with what was just refused if something was.
pub async fn read(
    service: &Service,
    staff: &Staff,
    id: &str,
    done: &str,
    refused: Option<Refused<'_>>,
) -> Result<Response, Problem> {
    let id: Id<Case> = caller::id(id, "case")?;
    let view = case::show(&service.app, &staff.actor(), id).await;
    let view = view.map_err(|error| problem(service, &error))?;
    let engine = service.app.engine();
    let language = staff.visitor.language;
    let desk = Desk {
        words: Words::of(service, language),
        names: Names::new(&engine.policy, language),
        engine: &engine,
        view: &view,
        told: Told::parse(&view.item.verdict),
    };
    let why = refused.map(|refused| {
        let problem = refused.problem;
        format!("{}: {}", problem.title(language), problem.detail(language))
    });
    let mut view = desk.page(staff, why);
    if let Some(form) = refused.and_then(|refused| refused.form) {
        refill(&mut view.decision, form);
    }
    let reports = desk.view.reports.iter();
    view.reports = reports
        .map(|view| super::reports::line(service, desk.words, view))
        .collect();
    view.done = super::queue::done(desk.words, done);
    let mut response = page(&view, language)?;
    if refused.is_some() {
        *response.status_mut() = axum::http::StatusCode::CONFLICT;
    }
    Ok(response)
}

/// Outcomes in the order of the page, whose places are keys: the one about accounts alone comes last.
const OF_ITEMS: [Outcome; 6] = [
    Outcome::NoViolation,
    Outcome::Label,
    Outcome::Limit,
    Outcome::Hide,
    Outcome::Remove,
    Outcome::SubjectOnly,
];
/// Outcomes of a case that is about an account, page, group or channel.
const OF_SUBJECTS: [Outcome; 2] = [Outcome::NoViolation, Outcome::SubjectOnly];

/// The facts of a decision that finds nothing wrong, where nobody wrote others: in Vietnamese, as those who reported read it.
pub const NO_VIOLATION: &str = "Đã xem xét và không thấy vi phạm quy định.";

/// Everything that the page is made of.
struct Desk<'a> {
    words: Words,
    names: Names<'a>,
    engine: &'a Engine,
    view: &'a CaseView,
    told: Told,
}

impl Desk<'_> {
    fn page(&self, staff: &Staff, refused: Option<String>) -> CasePage {
        let row = &self.view.case;
        let role = staff.session.person.role;
        CasePage {
            frame: staff.frame(Some(Section::Queue)),
            number: row.case.id.to_string(),
            link: link(&row.case.id.to_string()),
            category: self.category(&row.category),
            state: self.state(),
            opened: self.words.moment(row.case.opened_at),
            done: None,
            notice: refused.or_else(|| self.obstacle(staff)),
            placed: self.placed(),
            clocks: self.view.clocks.iter().map(|clock| self.clock(clock)).collect(),
            reports: Vec::new(),
            item: self.item().view(role),
            item_link: item_link(&row.item.to_string()),
            orders: mention::mentions(self.words, self.names, role, &self.view.orders),
            audit: mention::audit(role, "case", &row.case.id.to_string()),
            proposal: self.enforcement().proposal(),
            behind: self.enforcement().behind(),
            appeal: self.view.appeal.as_ref().map(|appeal| self.appeal(appeal, staff)),
            similar: self.similar(),
            decision: self.decision(role, staff),
            acts: self.acts(staff),
            urgencies: self.urgencies(),
            golden: golden_form(self.words, self.names, self.engine, self.view, role),
            history: self.history(),
        }
    }

    fn item(&self) -> ItemDesk<'_> {
        ItemDesk {
            words: self.words,
            names: self.names,
            engine: self.engine,
            item: &self.view.item,
            content: self.view.content.as_ref(),
            images: &self.view.images,
            told: &self.told,
        }
    }

    fn enforcement(&self) -> EnforcementDesk<'_> {
        EnforcementDesk {
            words: self.words,
            names: self.names,
            engine: self.engine,
            view: self.view,
        }
    }

    fn category(&self, key: &str) -> String {
        if key.is_empty() {
            self.words.pick("Chưa phân nhóm", "No category").to_owned()
        } else {
            self.names.category(key)
        }
    }

    fn state(&self) -> String {
        let row = &self.view.case;
        let state = match row.case.state {
            State::Held { until, .. } if until > self.words.now() => {
                format!(
                    "{} {}",
                    self.words.pick("Do người này giữ:", "Held by"),
                    row.who.as_deref().unwrap_or_default()
                )
            }
            State::Waiting | State::Held { .. } if row.case.awaiting.is_some() => self
                .words
                .pick("Chờ người thứ hai", "Waits for a second person")
                .to_owned(),
            State::Waiting | State::Held { .. } => self.words.pick("Đang chờ", "Waiting").to_owned(),
            State::Decided { outcome, .. } => self.words.outcome(outcome).to_owned(),
            State::Ordered { .. } => self
                .words
                .pick("Đóng theo yêu cầu của cơ quan", "Closed by an authority's order")
                .to_owned(),
            State::Withdrawn { .. } => self.words.pick("Đã rút khiếu nại", "Withdrawn").to_owned(),
        };
        format!("{state} · {}", self.words.level(row.case.level))
    }

    /// What stands in the way of deciding, said beforehand.
    fn obstacle(&self, staff: &Staff) -> Option<String> {
        let person = staff.session.person;
        if !person.role.may(Permission::DecideCases) || self.view.decision.is_some() {
            return None;
        }
        let error = case::may_decide(&self.view.case.case, person, self.words.now()).err()?;
        let refusal = crate::refusal::Refusal::of(&error.into())?;
        Some(refusal.title(staff.visitor.language).to_owned())
    }

    /// Whether a rule or a person found the content.
    fn found_by(&self) -> &'static str {
        match self.view.case.cause.detection() {
            Detection::Automatic => self.words.pick(
                "Nội dung do quy tắc tự động phát hiện; quyết định do bạn đưa ra.",
                "A rule found the content; the decision is yours.",
            ),
            Detection::Person => self.words.pick(
                "Nội dung do con người phát hiện; quyết định do bạn đưa ra.",
                "A person found the content; the decision is yours.",
            ),
        }
    }

    /// Harm and reach, each in a sentence.
    fn placed(&self) -> Vec<String> {
        let case = &self.view.case.case;
        let words = self.words;
        let due = words.moment(case.due.at).absolute;
        let mut placed = vec![
            words.cause(self.view.case.cause).to_owned(),
            format!(
                "{}: {} · {} {due}",
                words.pick("Mức độ hại", "Harm"),
                words.urgency(case.due.urgency),
                words.pick("xem trước", "look before")
            ),
        ];
        let reach = self.view.reach;
        if reach.reports > 0 {
            placed.push(match words.language() {
                Language::Vi => format!("{} phản ánh từ {} người", reach.reports, reach.people),
                Language::En => format!("Reports: {}, people: {}", reach.reports, reach.people),
            });
        }
        placed
    }

    fn clock(&self, clock: &StatutoryClock) -> ClockLine {
        let words = self.words;
        let title = self.engine.policy.clock(&clock.key);
        let title = title.map_or(clock.key.as_str(), |it| words.pick(&it.title.vi, &it.title.en));
        let due = words.moment(clock.due_at).absolute;
        let bases: Vec<String> = clock.basis.iter().map(|key| self.names.basis(key).cite).collect();
        let end = match clock.end {
            ClockEnd::Running => words.pick("đang chạy", "running"),
            ClockEnd::Met(_) => words.pick("đã xong kịp hạn", "met in time"),
            ClockEnd::Breached { .. } => words.pick("ĐÃ QUÁ HẠN", "PASSED"),
        };
        ClockLine {
            said: format!("{title}: {} {due} · {end}", words.pick("hạn", "until")),
            basis: bases.join("; "),
        }
    }

    fn similar(&self) -> Vec<Past> {
        let past = self.view.past.iter().map(|past| Past {
            link: link(&past.case.to_string()),
            outcome: self.words.outcome(past.outcome).to_owned(),
            excerpt: past.text.as_deref().map(excerpt).unwrap_or_default(),
            reason: past.facts.clone(),
            decided: self.words.moment(past.at),
        });
        past.collect()
    }

    fn decision(&self, role: Role, staff: &Staff) -> Decision {
        match &self.view.decision {
            Some(decision) => Decision::Closed(self.closed(decision)),
            None if let Some((waiting, verdict)) = &self.view.waiting => {
                Decision::Waiting(self.enforcement().waiting(waiting, verdict, staff))
            }
            None if !role.may(Permission::DecideCases) || self.obstacle(staff).is_some() => Decision::Watched,
            None if self.view.appeal.is_some() => Decision::Answer(self.answer_form()),
            None => Decision::Open(self.form()),
        }
    }

    fn answer_form(&self) -> AnswerForm {
        let results = AppealResult::ALL.iter().map(|result| Choice {
            key: result.key().to_owned(),
            word: self.words.result(*result).to_owned(),
            chosen: false,
        });
        let mut change = self.form();
        // Whoever answers an appeal writes the reasons.
        change.facts.clear();
        change
            .outcomes
            .retain(|outcome| outcome.key != Outcome::NoViolation.key());
        AnswerForm {
            results: results.collect(),
            change,
        }
    }

    fn appeal(&self, view: &AppealView, staff: &Staff) -> AppealCard {
        let (row, now) = (&view.row, self.words.now());
        let may_write = staff.session.person.role.may(Permission::DecideCases)
            && case::may_decide(&self.view.case.case, staff.session.person, now).is_ok();
        AppealCard {
            party: self.words.party(row.appeal.side.party).to_owned(),
            state: self.words.appeal(row.appeal.state).to_owned(),
            opened: self.words.moment(row.appeal.opened_at),
            due: self.words.moment(row.due_at),
            is_late: row.appeal.state.ended_at().unwrap_or(now) > row.due_at,
            words: self.words.kept(view.words.as_deref()),
            against: self.closed(&view.against),
            against_link: link(&view.against.case.to_string()),
            talk: talk(self.words, view, Reading::Staff),
            may_write,
        }
    }

    fn form(&self) -> DecisionForm {
        let chosen = self.view.case.category.as_str();
        let pack = self.engine.screener.pack();
        let none = Choice {
            key: String::new(),
            word: self.words.pick("Không vi phạm nhóm nào", "None").to_owned(),
            chosen: chosen.is_empty(),
        };
        let categories = pack.categories.iter().map(|category| Choice {
            word: self.names.category(&category.key),
            chosen: category.key == chosen,
            key: category.key.clone(),
        });
        let cited: Vec<&String> = self.told.reasons.iter().flat_map(|reason| &reason.basis).collect();
        let today = anlanh_screen::Time(self.words.now().as_seconds()).date_at(pack.utc_offset_minutes);
        let category = pack.categories.iter().find(|category| category.key == chosen);
        let bases = category.into_iter().flat_map(|category| &category.bases);
        let bases = bases.filter(|basis| basis.validity.holds_on(today));
        let bases = bases.map(|basis| self.basis(&basis.key, cited.contains(&&basis.key)));
        // A lock rests on its ladder first.
        let lock = self.view.proposal.as_ref().and_then(|proposal| proposal.lock.as_ref());
        let of_ladders = enforcement::ladder_bases(self.engine, lock).into_iter();
        let bases = of_ladders.map(|key| self.basis(key, true)).chain(bases);
        let labels = pack.labels.iter().map(|key| Choice {
            word: self.names.label(key),
            chosen: self.told.labels.contains(key),
            key: key.clone(),
        });
        let about_subject = self.view.proposal.is_some();
        let offered: &[Outcome] = if about_subject { &OF_SUBJECTS } else { &OF_ITEMS };
        let outcomes = offered.iter().copied().map(|outcome| Choice {
            key: outcome.key().to_owned(),
            word: self.words.outcome(outcome).to_owned(),
            chosen: false,
        });
        let violation = self.prefilled();
        DecisionForm {
            outcomes: outcomes.collect(),
            category: chosen.to_owned(),
            categories: std::iter::once(none).chain(categories).collect(),
            bases: bases.collect(),
            labels: labels.collect(),
            subjects: self.enforcement().subjects(),
            owners: self.enforcement().owners(),
            about_subject,
            shows_subjects: about_subject,
            facts: violation.clone(),
            prefilled: Prefilled {
                violation,
                none: NO_VIOLATION,
            },
            verified: String::new(),
            days: String::new(),
            automatic: self.found_by().to_owned(),
        }
    }

    fn basis(&self, key: &str, chosen: bool) -> BasisChoice {
        let view = self.names.basis(key);
        BasisChoice {
            key: key.to_owned(),
            cite: view.cite,
            summary: view.summary,
            chosen,
        }
    }

    /// The facts, as far as the engine knows them, for a person to finish: in Vietnamese, as the author will read them. What
    /// it looks for is not told: who knows that writes around it.
    fn prefilled(&self) -> String {
        if let Some(proposal) = &self.view.proposal {
            return self.enforcement().prefilled(proposal);
        }
        let names = Names::new(&self.engine.policy, Language::Vi);
        let mut categories: Vec<String> = Vec::new();
        for reason in &self.told.reasons {
            let category = names.category(&reason.category);
            if !categories.contains(&category) {
                categories.push(category);
            }
        }
        if categories.is_empty() {
            return String::new();
        }
        format!("Nội dung có dấu hiệu thuộc nhóm: {}.", categories.join("; "))
    }

    fn closed(&self, decision: &DecisionRow) -> Closed {
        let mut facts = Vec::new();
        let mut add = |vi: &str, en: &str, value: String| {
            if !value.is_empty() {
                facts.push((self.words.pick(vi, en).to_owned(), value));
            }
        };
        add("Kết quả", "Outcome", self.words.outcome(decision.outcome).to_owned());
        let category = decision.category.as_deref().map(|key| self.names.category(key));
        add("Nhóm vi phạm", "Category", category.unwrap_or_default());
        let bases: Vec<String> = decision.basis.iter().map(|key| self.names.basis(key).cite).collect();
        add("Căn cứ", "Basis", bases.join("; "));
        let labels: Vec<String> = decision.labels.iter().map(|key| self.names.label(key)).collect();
        add("Nhãn", "Labels", labels.join("; "));
        add(
            "Phát hiện",
            "Detection",
            match decision.detection {
                Detection::Automatic => self.words.pick("Tự động", "Automatic"),
                Detection::Person => self.words.pick("Do người", "By a person"),
            }
            .to_owned(),
        );
        add(
            "Biện pháp",
            "Measures",
            self.enforcement().measures(&self.view.measures),
        );
        add("Người quyết định", "Decided by", decision.by.clone());
        let owners = self
            .view
            .owners
            .iter()
            .filter(|asked| asked.row.source == Source::Decision(decision.id));
        let owners: Vec<String> = owners.map(|asked| owner(self.words, asked).said).collect();
        add("Yêu cầu chủ gỡ", "Asked of owners", owners.join("; "));
        let second = decision.second.clone().unwrap_or_default();
        add("Người xác nhận", "Confirmed by", second);
        add("Lúc", "At", self.words.moment(decision.at).absolute);
        Closed {
            facts,
            relied_on: decision.facts.clone(),
            appeal: decision.outcome.is_violation().then(|| {
                self.words
                    .pick(
                        "Người đăng có quyền khiếu nại; người khác sẽ xem xét khiếu nại.",
                        "The author may appeal; somebody else will look into the appeal.",
                    )
                    .to_owned()
            }),
        }
    }

    fn acts(&self, staff: &Staff) -> Vec<Act> {
        let person = staff.session.person;
        let case = &self.view.case.case;
        if !person.role.may(Permission::DecideCases) {
            return Vec::new();
        }
        let now = self.words.now();
        let mine = matches!(case.state, State::Held { by, until } if by == person.id && until > now);
        if self.view.decision.is_some() || matches!(case.state, State::Ordered { .. } | State::Withdrawn { .. }) {
            return vec![Act::Note];
        }
        let free = case::may_decide(case, person, now).is_ok();
        let acts = [
            (free && !mine).then_some(Act::Take),
            mine.then_some(Act::Release),
            (free && case.level == anlanh_model::Level::First).then_some(Act::Escalate),
            Some(Act::Note),
            person.role.may(Permission::OrderQueue).then_some(Act::Reorder),
        ];
        acts.into_iter().flatten().collect()
    }

    fn urgencies(&self) -> Vec<Choice> {
        let present = self.view.case.case.due.urgency;
        let urgencies = Urgency::ALL.into_iter().map(|urgency| Choice {
            key: urgency.key().to_owned(),
            word: self.words.urgency(urgency).to_owned(),
            chosen: urgency == present,
        });
        urgencies.collect()
    }

    fn history(&self) -> Vec<Event> {
        let events = self.view.events.iter().map(|event| Event {
            what: self.words.event(event),
            note: event.note.clone(),
            who: self.words.who(&event.actor_kind, event.actor.as_deref()),
            when: self.words.moment(event.at),
        });
        events.collect()
    }
}
