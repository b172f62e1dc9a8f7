//! The page of one kept item, and what the page of a case shows of its item.

use std::collections::BTreeMap;
use std::sync::Arc;

use anlanh_app::{Content, Engine, Error, ImageRow, ItemRow, image, item, keeping};
use anlanh_model::{Id, ImageFormat, Permission, Role};
use anlanh_screen::Action;
use axum::extract::State;
use axum::response::Response;
use serde_json::Value;

use super::excerpt::{Reason, Told, plain};
use super::orders::mention;
use super::words::Words;
use super::{Staff, counters, found, page, problem, queue};
use crate::Service;
use crate::address::Path;
use crate::api::caller;
use crate::api::items::images;
use crate::console::{ItemPage, ItemView, Laws, Picture, Piece, ReasonView, Section};
use crate::desk;
use crate::page::names::Names;
use crate::problem::Problem;

/// One kept item.
pub async fn show(State(service): State<Arc<Service>>, staff: Staff, Path(id): Path<String>) -> Response {
    let answer = read(&service, &staff, &id).await;
    staff.answer(answer)
}

async fn read(service: &Service, staff: &Staff, id: &str) -> Result<Response, Problem> {
    let id: Id<anlanh_app::Item> = caller::id(id, "item")?;
    let refused = |error: Error| problem(service, &error);
    let found = item::show(&service.app, &staff.actor(), id).await.map_err(refused)?;
    let images = image::list(&service.app, &staff.actor(), id).await.map_err(refused)?;
    let kept = keeping::show(&service.app, &staff.actor(), id).await.map_err(refused)?;
    let language = staff.visitor.language;
    let engine = service.app.engine();
    let words = Words::of(service, language);
    let names = Names::new(&engine.policy, language);
    let told = Told::parse(&found.item.verdict);
    let desk = ItemDesk {
        words,
        names,
        engine: &engine,
        item: &found.item,
        content: found.content.as_ref(),
        images: &images,
        told: &told,
    };
    let cases = found.cases.iter().map(ToString::to_string);
    let view = ItemPage {
        frame: staff.frame(Some(Section::Items)),
        number: id.to_string(),
        action: Action::from_key(&found.item.action)
            .map_or("", |action| names.action(action))
            .to_owned(),
        received: words.moment(found.item.received_at),
        item: desk.view(staff.session.person.role),
        orders: mention::mentions(words, names, staff.session.person.role, &found.orders),
        audit: mention::audit(staff.session.person.role, "item", &id.to_string()),
        keeping: desk::keeping::view(words, staff.session.person.role, &id.to_string(), &kept),
        cases: cases.map(|case| (queue::link(&case), case)).collect(),
    };
    page(&view, language)
}

/// A picture on a page.
pub async fn picture(
    State(service): State<Arc<Service>>,
    staff: Staff,
    Path(names): Path<(String, String)>,
) -> Response {
    let answer = images::picture(&service, &staff.actor(), &names).await;
    staff.answer(answer)
}

/// The address of an item.
pub fn link(id: &str) -> String {
    format!("/console/items/{id}")
}

/// Everything that an item's part of a page is made of.
pub struct ItemDesk<'a> {
    /// The console's words.
    pub words: Words,
    /// The policy's words.
    pub names: Names<'a>,
    /// What judges now.
    pub engine: &'a Engine,
    /// The item.
    pub item: &'a ItemRow,
    /// What it says; none if it was erased.
    pub content: Option<&'a Content>,
    /// Its pictures.
    pub images: &'a [ImageRow],
    /// What was answered for it.
    pub told: &'a Told,
}

impl ItemDesk<'_> {
    /// The item as pages show it.
    pub fn view(&self, role: Role) -> ItemView {
        ItemView {
            kind: self.words.kind(&self.item.kind),
            caution: (self.item.kind == item::REPORTED).then(|| {
                self.words.pick(
                    "Nội dung và mã này do người phản ánh đưa ra, nền tảng chưa gửi đến. Hãy xem bài gốc trước khi quyết định.",
                    "Whoever reported says so, the id too; the platform never sent it. Look at the original first.",
                )
            }),
            text: self.text(),
            links: self.links(),
            pictures: self.pictures(),
            reasons: self.reasons(),
            replay: role
                .may(Permission::Replay)
                .then(|| format!("{}/replay", link(&self.item.id.to_string()))),
            facts: self.facts(),
        }
    }

    fn pictures(&self) -> Vec<Picture> {
        let pictures = self.images.iter().map(|image| Picture {
            address: format!("{}/images/{}", link(&self.item.id.to_string()), image.number),
            number: image.number,
            facts: format!("{}, {} KiB", format_word(image.format), image.bytes.div_ceil(1024)),
        });
        pictures.collect()
    }

    fn text(&self) -> Vec<Piece> {
        let Some(content) = self.content else {
            return plain(self.words.pick("(nội dung đã được xóa)", "(the content was erased)"));
        };
        self.told
            .marked(&content.text, |reason| found::title(self.names, reason))
    }

    /// The links beside the text, written so that nobody follows one by accident.
    fn links(&self) -> Vec<String> {
        let links = self.content.map_or("", |content| content.links.as_str());
        let links: Vec<String> = serde_json::from_str(links).unwrap_or_default();
        let defanged = links.iter().map(|link| unlinked(link));
        defanged.collect()
    }

    fn reasons(&self) -> Vec<ReasonView> {
        let mut views: Vec<(&str, ReasonView)> = Vec::new();
        for reason in &self.told.reasons {
            let text = self.content.map(|content| content.text.as_str());
            let found = found::in_words(self.words, self.names, reason, text);
            if let Some((_, view)) = views.iter_mut().find(|(rule, _)| *rule == reason.rule) {
                view.found.push(found);
                continue;
            }
            let laws = self.laws(&reason.basis, views.iter().map(|(_, view)| view));
            let in_force = self.engine.policy.rule(&reason.rule);
            let view = ReasonView {
                title: self.names.rule(&reason.rule),
                link: in_force.map(|_| format!("/console/policy/rules/{}", reason.rule)),
                action: self.action(reason),
                found: vec![found],
                laws,
            };
            views.push((&reason.rule, view));
        }
        views.into_iter().map(|(_, view)| view).collect()
    }

    /// The law of these keys, unless a reason above cites the same.
    fn laws<'v>(&self, keys: &[String], mut above: impl Iterator<Item = &'v ReasonView>) -> Laws {
        let cited = keys.iter().map(|key| {
            let basis = self.names.basis(key);
            match basis.summary.as_str() {
                "" => basis.cite,
                summary => format!("{}: {summary}", basis.cite),
            }
        });
        let laws = Laws::Cited(cited.collect());
        match above.find(|view| !keys.is_empty() && view.laws == laws) {
            Some(view) => Laws::As(view.title.clone()),
            None => laws,
        }
    }

    /// What a rule asks for, and whether its brake held it.
    fn action(&self, reason: &Reason) -> String {
        let action = Action::from_key(&reason.action).map_or("", |action| self.names.action(action));
        if self.told.braked.contains(&reason.rule) {
            let held = self
                .words
                .pick("bị hãm, chờ người quyết định", "held back, a person decides");
            return format!("{action} ({held})");
        }
        action.to_owned()
    }

    fn facts(&self) -> Vec<(String, String)> {
        let item = self.item;
        let mut facts = Vec::new();
        let mut add = |vi: &str, en: &str, value: String| facts.push((self.words.pick(vi, en).to_owned(), value));
        if let Some(author) = &item.author {
            add("Mã người đăng", "Reference", author.clone());
        }
        if let Some(external) = &item.external {
            add("Mã nội dung", "Item", external.clone());
        }
        if let Some(posted) = item.posted_at {
            add("Đăng lúc", "Posted", self.words.moment(posted).absolute);
        }
        add("Nhận lúc", "Received", self.words.moment(item.received_at).absolute);
        let known: BTreeMap<String, Value> = serde_json::from_str(&item.facts).unwrap_or_default();
        for (key, value) in known {
            let counter = anlanh_screen::Counter::from_name(&key);
            // What was never seen before tells a reviewer nothing, and there are many counters.
            if counter.is_some() && value == 0 {
                continue;
            }
            let (vi, en) = match key.as_str() {
                "author.age_days" => ("Tuổi tài khoản (ngày)", "Age of account (days)"),
                "author.violations_30d" => ("Vi phạm trong 30 ngày", "Violations in 30 days"),
                "author.violations_90d" => ("Vi phạm trong 90 ngày", "Violations in 90 days"),
                "item.views" => ("Số người đã xem", "Seen by"),
                "author.locks" => ("Số lần bị khóa", "Times locked"),
                "author.verified" => ("Đã xác thực", "Verified"),
                other => match counter {
                    Some(counter) => counters::name(counter),
                    None => (other, other),
                },
            };
            let value = match value.as_bool() {
                Some(true) => self.words.pick("có", "yes").to_owned(),
                Some(false) => self.words.pick("không", "no").to_owned(),
                None => value.to_string(),
            };
            add(vi, en, value);
        }
        facts
    }
}

const fn format_word(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::Gif => "GIF",
        ImageFormat::Webp => "WebP",
    }
}

/// A link that nobody follows by accident.
pub fn unlinked(link: &str) -> String {
    link.replacen("http", "hxxp", 1).replace('.', "[.]")
}
