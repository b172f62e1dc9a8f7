//! What a case shows of those behind its item, from what the use cases say.

use anlanh_api::Language;
use anlanh_app::case::{CaseView, Verdict};
use anlanh_app::{Engine, MeasureRow, ProposalRow, StrikeRow, WaitingDecision, case, enforcement};
use anlanh_model::{Ground, Measure, MeasureKind, Permission, Target, TargetKind, Time};

use super::Staff;
use super::queue::link;
use super::words::Words;
use crate::console::{Choice, GroundView, ProposalView, StrikeView, SubjectForm, Waiting};
use crate::page::names::Names;

/// Everything that these parts of a page are made of.
pub struct EnforcementDesk<'a> {
    /// The console's words.
    pub words: Words,
    /// The policy's words.
    pub names: Names<'a>,
    /// What judges now.
    pub engine: &'a Engine,
    /// The case.
    pub view: &'a CaseView,
}

/// What may be done to a subject, mildest first.
const MEASURES: [MeasureKind; 5] = [
    MeasureKind::Warn,
    MeasureKind::TemporaryLock,
    MeasureKind::PermanentLock,
    MeasureKind::RefuseRegistration,
    MeasureKind::EndService,
];

/// Where more is told of a subject.
pub fn subject_link(target: &Target) -> String {
    let fields = [("kind", target.kind().key()), ("reference", target.reference())];
    format!(
        "/console/subject?{}",
        serde_urlencoded::to_string(fields).unwrap_or_default()
    )
}

/// What a subject is called.
pub fn subject_word(words: Words, target: &Target) -> String {
    format!("{} {}", words.target(target.kind()), target.reference())
}

/// Violations as lists show them.
pub fn strikes(words: Words, names: Names<'_>, rows: &[StrikeRow]) -> Vec<StrikeView> {
    let strikes = rows.iter().rev().map(|row| StrikeView {
        link: link(&row.case.to_string()),
        category: names.category(&row.category),
        at: words.moment(row.strike.at),
        state: match row.revoked_at {
            Some(at) => format!("{} {}", words.pick("Đã hủy", "Taken away"), words.moment(at).absolute),
            None if row.strike.counts_at(words.now()) => {
                let until = words.moment(row.strike.expires_at).absolute;
                format!("{} {until}", words.pick("Còn tính đến", "Counts until"))
            }
            None => words.pick("Không còn tính", "Counts no longer").to_owned(),
        },
    });
    strikes.collect()
}

/// A measure in words: what, to whom and until when.
pub fn measure_word(words: Words, kind: MeasureKind, until: Option<Time>) -> String {
    match until {
        Some(until) => {
            let until = words.moment(until).absolute;
            format!("{} {} {until}", words.measure(kind), words.pick("đến", "until"))
        }
        None => words.measure(kind).to_owned(),
    }
}

impl EnforcementDesk<'_> {
    /// Those behind the item, and where more is told of them.
    pub fn behind(&self) -> Vec<(String, String)> {
        let targets = enforcement::subjects(&self.view.item).into_iter();
        let targets = targets.map(|target| (subject_word(self.words, &target), subject_link(&target)));
        targets.collect()
    }

    /// To whom something may be done: those behind the item, or the one whom the case is about.
    pub fn subjects(&self) -> Vec<SubjectForm> {
        match &self.view.proposal {
            Some(proposal) => vec![self.subject(&proposal.target, Some(proposal))],
            None => {
                let targets = enforcement::subjects(&self.view.item);
                targets.iter().map(|target| self.subject(target, None)).collect()
            }
        }
    }

    /// Whose owner may be asked to remove what was reported.
    pub fn owners(&self) -> Vec<Choice> {
        if self.view.reach.reports == 0 || self.view.proposal.is_some() || self.view.appeal.is_some() {
            return Vec::new();
        }
        let choice = |key: &str, word: String| Choice {
            key: key.to_owned(),
            chosen: key.is_empty(),
            word,
        };
        let targets = enforcement::subjects(&self.view.item).into_iter();
        let owners: Vec<Choice> = targets
            .map(|target| choice(target.kind().key(), subject_word(self.words, &target)))
            .collect();
        if owners.is_empty() {
            return owners;
        }
        let none = choice("", self.words.pick("Không", "No").to_owned());
        std::iter::once(none).chain(owners).collect()
    }

    fn subject(&self, target: &Target, proposal: Option<&ProposalRow>) -> SubjectForm {
        let lock = proposal.and_then(|proposal| proposal.lock.as_ref());
        let chosen = lock.map(|_| MeasureKind::TemporaryLock);
        let none = Choice {
            key: String::new(),
            word: self.words.pick("Không", "None").to_owned(),
            chosen: chosen.is_none(),
        };
        let offered = MEASURES.into_iter().filter(|kind| {
            // Where no ladder allows a permanent lock, it is not offered.
            *kind != MeasureKind::PermanentLock || lock.is_none_or(|lock| !lock.permanent.is_empty())
        });
        let choices = offered.map(|kind| Choice {
            key: kind.key().to_owned(),
            word: self.words.measure(kind).to_owned(),
            chosen: chosen == Some(kind),
        });
        let key = target.kind().key();
        SubjectForm {
            key,
            title: subject_word(self.words, target),
            measure_name: format!("measure-{key}"),
            days_name: format!("days-{key}"),
            choices: std::iter::once(none).chain(choices).collect(),
            days_min: lock.map_or(1, |lock| lock.days_min),
            days_max: lock.map_or(u32::try_from(Measure::MAX_DAYS).unwrap_or(u32::MAX), |lock| {
                lock.days_max
            }),
            days: lock.map(|lock| lock.days_max.to_string()).unwrap_or_default(),
            counts: proposal.is_none(),
            is_counted: true,
        }
    }

    /// What the case proposes, where it is about a subject.
    pub fn proposal(&self) -> Option<ProposalView> {
        let row = self.view.proposal.as_ref()?;
        let lock = row.lock.as_ref();
        let sentence = match (lock, &row.evades) {
            (Some(lock), _) => match self.words.language() {
                Language::Vi => format!("Có thể khóa tạm thời từ {} đến {} ngày:", lock.days_min, lock.days_max),
                Language::En => format!("A lock of {} to {} days is allowed:", lock.days_min, lock.days_max),
            },
            (None, evades) => {
                let other = evades.as_deref().unwrap_or_default();
                match self.words.language() {
                    Language::Vi => format!("Có chung dấu hiệu với tài khoản {other} đang bị khóa:"),
                    Language::En => format!("It shares signs with the account {other}, which is locked:"),
                }
            }
        };
        let grounds = lock.iter().flat_map(|lock| &lock.grounds);
        let permanent = lock.iter().flat_map(|lock| &lock.permanent);
        let when = |key: &str| {
            let permanent = self.engine.policy.ladder(key)?.permanent.as_ref()?;
            Some(self.words.pick(&permanent.when.vi, &permanent.when.en).to_owned())
        };
        let counted: Vec<StrikeRow> = match lock {
            Some(lock) => {
                let of = |row: &&StrikeRow| {
                    lock.grounds
                        .iter()
                        .any(|ground| ground.strikes.contains(&row.strike.id))
                };
                self.view.strikes.iter().filter(of).cloned().collect()
            }
            None => self.view.strikes.clone(),
        };
        Some(ProposalView {
            sentence,
            subject: subject_word(self.words, &row.target),
            link: subject_link(&row.target),
            grounds: grounds.map(|ground| self.ground(ground)).collect(),
            permanent: permanent.filter_map(|permanent| when(&permanent.ladder)).collect(),
            strikes: strikes(self.words, self.names, &counted),
        })
    }

    fn ground(&self, ground: &Ground) -> GroundView {
        let (ladder, step) = (self.engine.policy.ladder(&ground.ladder), ground.step);
        let title = ladder.map_or(ground.ladder.as_str(), |ladder| {
            self.words.pick(&ladder.title.vi, &ladder.title.en)
        });
        let note = ladder.and_then(|ladder| {
            let same = |known: &&anlanh_pack::Step| (known.violations, known.days) == (step.violations, step.days);
            ladder.steps.iter().find(same)?.note.as_ref()
        });
        let bases = ladder.map_or(&[][..], |ladder| &ladder.bases);
        GroundView {
            title: title.to_owned(),
            count: match self.words.language() {
                Language::Vi => format!(
                    "{} lần vi phạm trong {} ngày (từ {} lần): khóa tối đa {} ngày",
                    ground.strikes.len(),
                    step.days,
                    step.violations,
                    step.lock_days_max
                ),
                Language::En => format!(
                    "{} violations within {} days (from {} on): a lock of at most {} days",
                    ground.strikes.len(),
                    step.days,
                    step.violations,
                    step.lock_days_max
                ),
            },
            note: note
                .map(|note| self.words.pick(&note.vi, &note.en).to_owned())
                .unwrap_or_default(),
            bases: bases.iter().map(|key| self.names.basis(key.as_str()).cite).collect(),
        }
    }

    /// The facts of a lock, as far as they are known, for a person to finish: in Vietnamese, as the one affected reads them.
    pub fn prefilled(&self, proposal: &ProposalRow) -> String {
        let Some(ground) = proposal.lock.as_ref().and_then(|lock| lock.grounds.first()) else {
            return String::new();
        };
        let kind = match proposal.target.kind() {
            TargetKind::Item => "Nội dung",
            TargetKind::Account => "Tài khoản",
            TargetKind::Page => "Trang",
            TargetKind::Group => "Nhóm",
            TargetKind::Channel => "Kênh",
            TargetKind::Report => "Phản ánh",
        };
        format!(
            "{kind} có {} lần vi phạm trong {} ngày.",
            ground.strikes.len(),
            ground.step.days
        )
    }

    /// What a decision does, in one line.
    pub fn measures(&self, rows: &[MeasureRow]) -> String {
        let words = rows.iter().map(|row| {
            let what = measure_word(self.words, row.kind, row.until);
            match row.target.kind() {
                TargetKind::Item => what,
                TargetKind::Account
                | TargetKind::Page
                | TargetKind::Group
                | TargetKind::Channel
                | TargetKind::Report => {
                    format!("{what} ({})", subject_word(self.words, &row.target))
                }
            }
        });
        words.collect::<Vec<String>>().join("; ")
    }

    /// A decision that waits for a second person.
    pub fn waiting(&self, waiting: &WaitingDecision, verdict: &Verdict, staff: &Staff) -> Waiting {
        let person = staff.session.person;
        let decides = person.role.may(Permission::DecideCases);
        let free = decides && case::may_decide(&self.view.case.case, person, self.words.now()).is_ok();
        let mut facts = Vec::new();
        let mut add = |vi: &str, en: &str, value: String| {
            if !value.is_empty() {
                facts.push((self.words.pick(vi, en).to_owned(), value));
            }
        };
        add("Kết quả", "Outcome", self.words.outcome(verdict.outcome).to_owned());
        let category = verdict.category.as_deref().map(|key| self.names.category(key));
        add("Nhóm vi phạm", "Category", category.unwrap_or_default());
        let measures = verdict.enforcement.measures.iter().map(|asked| {
            let what = self.words.measure(asked.kind);
            let days = asked
                .days
                .map(|days| format!(" {days} {}", self.words.pick("ngày", "days")));
            format!(
                "{what}{} ({})",
                days.unwrap_or_default(),
                self.words.target(asked.target)
            )
        });
        add("Biện pháp", "Measures", measures.collect::<Vec<String>>().join("; "));
        let owner = verdict.enforcement.owner.map(|kind| self.words.target(kind).to_owned());
        add("Yêu cầu chủ gỡ", "Asked of its owner", owner.unwrap_or_default());
        add("Người quyết định", "Decided by", waiting.name.clone());
        add("Lúc", "At", self.words.moment(waiting.at).absolute);
        Waiting {
            facts,
            relied_on: verdict.facts.clone(),
            may_confirm: free,
            may_decline: free || (decides && waiting.by == person.id),
        }
    }
}
