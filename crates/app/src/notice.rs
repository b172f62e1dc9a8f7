//! What the one affected by an action is told, in plain words and both languages. The platform hands it on; it says nothing
//! of who reported.

use anlanh_api::{Language, NoticeOut};
use anlanh_model::{TargetKind, Time};
use anlanh_pack::{Day, Text};
use anlanh_store::action::{ActionKind, ActionRow, AskedOfOwner, Effect};

use crate::Site;
use crate::engine::Engine;
use crate::report::{Answered, said};

/// Where the one who is told goes on.
pub(crate) struct Links {
    /// Where they may appeal.
    pub appeal: Option<String>,
    /// Where an owner answers what they are asked.
    pub request: Option<String>,
}

/// The notice of an action, with the addresses where it may be answered.
pub(crate) fn of(engine: &Engine, site: &Site, row: &ActionRow, links: &Links) -> NoticeOut {
    let written = |language| {
        let writer = Writer { engine, language };
        writer.write(site, row, links)
    };
    NoticeOut {
        vi: written(Language::Vi),
        en: written(Language::En),
    }
}

/// What whoever reported is told of it, with the address where they read more.
pub(crate) fn of_report(site: &Site, answered: &Answered, status_url: &str) -> NoticeOut {
    let written = |language: Language| {
        let said = said(answered.outcome, language.tag());
        let id = answered.report;
        match language {
            Language::Vi => format!(
                "{}: phản ánh {id} của bạn đã được xem xét. {said}\nXem chi tiết, và khiếu nại nếu không đồng ý: {status_url}",
                site.name()
            ),
            Language::En => format!(
                "{}: your report {id} was looked at. {said}\nMore, and how to appeal if you do not agree: {status_url}",
                site.name()
            ),
        }
    };
    NoticeOut {
        vi: written(Language::Vi),
        en: written(Language::En),
    }
}

struct Writer<'e> {
    engine: &'e Engine,
    language: Language,
}

impl Writer<'_> {
    fn write(&self, site: &Site, row: &ActionRow, links: &Links) -> String {
        let done = match &row.asked {
            Some(asked) => self.asked(row.effect, asked),
            None => self.done(row),
        };
        let said = format!("{}: {} {done}.", site.name(), self.target(row));
        let mut paragraphs = vec![said];
        let mut add = |vi: &str, en: &str, value: &str| {
            if !value.is_empty() {
                paragraphs.push(format!("{}: {value}", self.language.pick(vi, en)));
            }
        };
        add("Lý do", "Reason", &row.reason);
        if row.effect == Effect::Apply {
            add("Vi phạm", "Violation", &self.category(row));
            add("Căn cứ", "Basis", &self.bases(row));
            let verified = row.verified.as_deref().unwrap_or_default();
            add("Thông tin đã xác thực", "Verified information", verified);
        }
        if let Some(url) = &links.request {
            let how = self.language.pick(
                "Sau khi gỡ, hãy báo \"Tôi đã gỡ\"; nếu không đồng ý, hãy nêu lý do. Cả hai đều tại",
                "Once it is removed, say so; if you do not agree, say why. Both here",
            );
            paragraphs.push(format!("{how}: {url}"));
        } else if let Some(url) = &links.appeal {
            paragraphs.push(self.remedy(row, url));
        }
        if let Some(contact) = site.contact() {
            paragraphs.push(format!("{}: {contact}", self.language.pick("Liên hệ", "Contact")));
        }
        paragraphs.join("\n")
    }

    fn target(&self, row: &ActionRow) -> String {
        let reference = row.target.reference();
        let (vi, en) = match row.target.kind() {
            TargetKind::Item => ("Nội dung", "Your content"),
            TargetKind::Account => ("Tài khoản", "Your account"),
            TargetKind::Page => ("Trang", "Your page"),
            TargetKind::Group => ("Nhóm", "Your group"),
            TargetKind::Channel => ("Kênh", "Your channel"),
            TargetKind::Report => ("Phản ánh", "Your report"),
        };
        match self.language {
            Language::Vi => format!("{vi} {reference} của bạn"),
            Language::En => format!("{en} {reference}"),
        }
    }

    /// What an owner is asked, or asked no more, as the rest of a sentence.
    fn asked(&self, effect: Effect, asked: &AskedOfOwner) -> String {
        let (content, until) = (&asked.content, self.moment(asked.due_at));
        match (effect, self.language) {
            (Effect::Apply, Language::Vi) => format!("được yêu cầu gỡ nội dung {content} trước {until}"),
            (Effect::Apply, Language::En) => format!("is asked to remove the content {content} before {until}"),
            (Effect::Lift, Language::Vi) => format!("không còn bị yêu cầu gỡ nội dung {content}"),
            (Effect::Lift, Language::En) => format!("is no longer asked to remove the content {content}"),
        }
    }

    /// What was done or undone, as the rest of a sentence.
    fn done(&self, row: &ActionRow) -> String {
        let (vi, en) = match (row.effect, row.kind) {
            (Effect::Apply, ActionKind::Label) => ("được gắn nhãn", "now carries a label"),
            (Effect::Apply, ActionKind::Limit) => ("bị hạn chế hiển thị", "is shown to fewer people"),
            (Effect::Apply, ActionKind::Hide) => ("bị ẩn", "is hidden"),
            (Effect::Apply, ActionKind::Remove) => ("đã bị gỡ bỏ", "was removed"),
            (Effect::Apply, ActionKind::Warn) => ("bị cảnh cáo", "was warned"),
            (Effect::Apply, ActionKind::Lock) if row.until.is_none() => ("bị khóa vĩnh viễn", "is locked for good"),
            (Effect::Apply, ActionKind::Lock) => ("bị khóa", "is locked"),
            (Effect::Apply, ActionKind::RefuseRegistration) => ("bị từ chối đăng ký lại", "will not be let in again"),
            (Effect::Apply, ActionKind::EndService) => ("bị ngừng cung cấp dịch vụ", "is no longer served"),
            (Effect::Apply, ActionKind::Notice) => ("có thông báo", "has a notice"),
            (Effect::Lift, ActionKind::Label) => ("không còn mang nhãn", "carries no label any more"),
            (Effect::Lift, ActionKind::Limit) => ("không còn bị hạn chế hiển thị", "is shown to everybody again"),
            (Effect::Lift, ActionKind::Hide) => ("được hiển thị lại", "is shown again"),
            (Effect::Lift, ActionKind::Remove) => ("được khôi phục", "was restored"),
            (Effect::Lift, ActionKind::Warn) => ("không còn bị cảnh cáo", "is warned no more"),
            (Effect::Lift, ActionKind::Lock) => ("đã được mở khóa", "is open again"),
            (Effect::Lift, ActionKind::RefuseRegistration) => ("được phép đăng ký lại", "may register again"),
            (Effect::Lift, ActionKind::EndService) => ("được cung cấp dịch vụ trở lại", "is served again"),
            (Effect::Lift, ActionKind::Notice) => ("không còn thông báo", "has no notice any more"),
        };
        let mut done = self.language.pick(vi, en).to_owned();
        let labels = self.labels(row);
        if row.effect == Effect::Apply && !labels.is_empty() {
            done = format!("{done}: {labels}");
        }
        if let (Effect::Apply, Some(until)) = (row.effect, row.until) {
            done = format!("{done} {} {}", self.language.pick("đến", "until"), self.moment(until));
        }
        done
    }

    fn labels(&self, row: &ActionRow) -> String {
        let titles = row.labels.iter().map(|key| {
            let label = self.engine.policy.label(key);
            label.map_or(key.as_str(), |label| self.text(&label.title))
        });
        titles.collect::<Vec<_>>().join(", ")
    }

    fn category(&self, row: &ActionRow) -> String {
        let key = row.category.as_deref().unwrap_or_default();
        let category = self.engine.policy.category(key);
        category.map_or(key, |category| self.text(&category.title)).to_owned()
    }

    fn bases(&self, row: &ActionRow) -> String {
        let cited = row.basis.iter().map(|key| {
            let citation = self.engine.policy.citation(key);
            citation.map_or_else(|| key.clone(), |cited| self.text(&cited).to_owned())
        });
        cited.collect::<Vec<_>>().join("; ")
    }

    /// How to appeal, and until when: the time runs from the decision, whenever it is told.
    fn remedy(&self, row: &ActionRow, url: &str) -> String {
        let appeals = self.engine.policy.appeals();
        let until = row.decided_at.zip(appeals).map(|(at, appeals)| {
            let ends = at.plus_minutes(i64::from(appeals.days) * 24 * 60);
            self.moment(ends)
        });
        match (self.language, until) {
            (Language::Vi, Some(until)) => {
                format!("Nếu không đồng ý, bạn có thể khiếu nại trước {until}, một người khác sẽ xem xét: {url}")
            }
            (Language::Vi, None) => {
                format!("Nếu không đồng ý, bạn có thể khiếu nại, một người khác sẽ xem xét: {url}")
            }
            (Language::En, Some(until)) => {
                format!("If you do not agree, you can appeal before {until}, and somebody else decides: {url}")
            }
            (Language::En, None) => format!("If you do not agree, you can appeal, and somebody else decides: {url}"),
        }
    }

    fn text<'t>(&self, text: &'t Text) -> &'t str {
        self.language.pick(&text.vi, &text.en)
    }

    /// A moment by the policy's local time, to the minute.
    fn moment(&self, at: Time) -> String {
        let offset = self.engine.screener.pack().utc_offset_minutes;
        let day = Day::from(anlanh_screen::Time(at.as_seconds()).date_at(offset));
        let minutes = at
            .plus_minutes(i64::from(offset))
            .as_seconds()
            .div_euclid(60)
            .rem_euclid(24 * 60);
        let (hour, minute) = (minutes / 60, minutes % 60);
        match self.language {
            Language::Vi => format!("{hour:02}:{minute:02} {:02}/{:02}/{:04}", day.day, day.month, day.year),
            Language::En => format!("{day} {hour:02}:{minute:02}"),
        }
    }
}
