//! The policy in force, and what changed in it.

use std::sync::Arc;

use anlanh_app::published::{Change, Difference, Part};
use anlanh_pack::{Category, Text};
use axum::extract::State;
use axum::response::Response;

use super::{caveats, cited, tabs, today, versions};
use crate::Service;
use crate::console::{PublicLine, PublicPage, PublicPart};
use crate::desk::words::Words;
use crate::desk::{Reader, page};
use crate::page::names::Names;
use crate::problem::Problem;

/// The policy in force.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader) -> Response {
    let answer = read(&service, &reader).await;
    reader.answer(answer)
}

async fn read(service: &Service, reader: &Reader) -> Result<Response, Problem> {
    let words = Words::of(service, reader.visitor.language);
    let since = versions(service).await?;
    let since = since.first().map(|entry| words.moment(entry.at).absolute);
    let engine = service.app.engine();
    let policy = &engine.policy;
    let text = |text: &Text| words.pick(&text.vi, &text.en).to_owned();
    let version = match since {
        Some(since) => format!(
            "{} {} · {} {since}",
            words.pick("Phiên bản", "Version"),
            policy.version(),
            words.pick("áp dụng từ", "in force since")
        ),
        None => format!("{} {}", words.pick("Phiên bản", "Version"), policy.version()),
    };
    let view = PublicPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        tabs: tabs(reader, "/policy"),
        title: words.pick("Quy định về nội dung", "Content policy"),
        lead: format!("{}. {version}.", text(policy.title())),
        parts: parts(service, words),
    };
    page(&view, reader.visitor.language)
}

fn parts(service: &Service, words: Words) -> Vec<PublicPart> {
    let engine = service.app.engine();
    let policy = &engine.policy;
    let names = Names::new(policy, words.language());
    let day = today(service);
    let text = |text: &Text| words.pick(&text.vi, &text.en).to_owned();
    let line = |title: &Text, meaning: &Text| PublicLine {
        title: text(title),
        facts: vec![text(meaning)],
        laws: Vec::new(),
    };
    let reportables = policy.report_categories().iter();
    let labels = policy.labels().iter();
    let categories = policy.categories().iter().map(|category| PublicLine {
        title: text(&category.title),
        facts: std::iter::once(handling(words, category).to_owned())
            .chain(caveats(words, category.evidence, category.note.as_ref()))
            .collect(),
        laws: cited(words, policy, names, &category.bases, day),
    });
    let part = |id, vi, en| PublicPart {
        id,
        title: words.pick(vi, en).to_owned(),
        ..PublicPart::default()
    };
    vec![
        PublicPart {
            lines: reportables.map(|it| line(&it.title, &it.meaning)).collect(),
            links: vec![("/report", words.pick("Gửi phản ánh", "Report something"))],
            ..part("report", "Điều gì có thể phản ánh", "What you can report")
        },
        PublicPart {
            lead: vec![words.pick(
                "Mỗi loại dựa trên những điều luật dưới đây. Từ ngữ và dấu hiệu mà máy tìm không được công bố, để không ai lách được.",
                "Each kind rests on the articles below. The words and signs that machines look for are not published, so that nobody can get round them.",
            ).to_owned()],
            lines: categories.collect(),
            ..part("categories", "Nội dung vi phạm và căn cứ", "What breaks the rules, and by which law")
        },
        PublicPart {
            lead: vec![words.pick(
                "Nhãn đứng trước hạn chế, và hạn chế đứng trước gỡ bỏ: luôn chọn biện pháp nhẹ nhất mà đủ.",
                "A label comes before a limit, and a limit before removal: the mildest that suffices.",
            ).to_owned()],
            lines: labels.map(|it| line(&it.title, &it.meaning)).collect(),
            links: vec![("/policy/process", words.pick("Cách xử lý, thời hạn và khiếu nại", "Process, deadlines and appeals"))],
            ..part("labels", "Nhãn cảnh báo", "Labels")
        },
    ]
}

/// What machines may do about a category.
const fn handling(words: Words, category: &Category) -> &'static str {
    match (category.detectable, category.automatic) {
        (true, true) => words.pick(
            "Quy tắc tự động có thể xử lý ngay; con người xem lại và quyết định.",
            "Automatic rules may act at once; a person looks again and decides.",
        ),
        (true, false) => words.pick(
            "Quy tắc tự động chỉ chuyển cho con người xem; con người quyết định.",
            "Automatic rules only put it before a person, who decides.",
        ),
        (false, _) => words.pick(
            "Không có bộ phát hiện tự động. Con người xem khi có phản ánh hoặc yêu cầu.",
            "No automatic detection. A person looks when it is reported or asked for.",
        ),
    }
}

/// What changed in the policy.
pub async fn history(State(service): State<Arc<Service>>, reader: Reader) -> Response {
    let answer = read_history(&service, &reader).await;
    reader.answer(answer)
}

async fn read_history(service: &Service, reader: &Reader) -> Result<Response, Problem> {
    let words = Words::of(service, reader.visitor.language);
    let entries = versions(service).await?;
    let mut parts = Vec::with_capacity(entries.len());
    for (entry, id) in entries.iter().zip(IDS) {
        let mut lead = Vec::new();
        if entry.is_back {
            let back = words.pick(
                "Một phiên bản cũ được áp dụng trở lại.",
                "A former version came into force again.",
            );
            lead.push(back.to_owned());
        }
        let lines = match &entry.changes {
            None => {
                lead.push(
                    words
                        .pick("Phiên bản đầu tiên ở đây.", "The first version here.")
                        .to_owned(),
                );
                Vec::new()
            }
            Some(changes) if changes.is_empty() => {
                let nothing = words.pick(
                    "Không có gì thay đổi trong những điều được công bố.",
                    "Nothing changed in what is published.",
                );
                lead.push(nothing.to_owned());
                Vec::new()
            }
            Some(changes) => changes.iter().map(|change| told(words, change)).collect(),
        };
        parts.push(PublicPart {
            id,
            title: format!(
                "{} · {} {}",
                words.moment(entry.at).absolute,
                words.pick("phiên bản", "version"),
                entry.version
            ),
            lead,
            lines,
            links: Vec::new(),
        });
    }
    let lead = words.pick(
        "Mỗi phiên bản quy định đã được áp dụng ở đây, mới nhất trước, và những gì đã khác đi.",
        "Every version of the policy that came into force here, newest first, and what is different since.",
    );
    let view = PublicPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        tabs: tabs(reader, "/policy/history"),
        title: words.pick("Lịch sử thay đổi", "What changed"),
        lead: lead.to_owned(),
        parts,
    };
    page(&view, reader.visitor.language)
}

/// The ends of the addresses of as many versions as are told of.
const IDS: [&str; 24] = [
    "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17",
    "v18", "v19", "v20", "v21", "v22", "v23", "v24",
];

fn told(words: Words, change: &Change) -> PublicLine {
    let part = match change.part {
        Part::Category => words.pick("Loại vi phạm", "Kind of violation"),
        Part::Rules => words.pick("Quy tắc tự động về", "Automatic rules on"),
        Part::Reportable => words.pick("Mục phản ánh", "What can be reported"),
        Part::Clock => words.pick("Thời hạn", "Deadline"),
        Part::Ladder => words.pick("Bậc khóa", "Ladder of locks"),
        Part::Appeals => words.pick("Thời hạn khiếu nại", "Period for appeals"),
        Part::Label => words.pick("Nhãn", "Label"),
        Part::Law => words.pick("Văn bản pháp luật", "Law"),
        Part::Words => words.pick(
            "Từ ngữ và danh sách mà máy tìm",
            "Words and lists that machines look for",
        ),
    };
    let difference = match change.difference {
        Difference::Added => words.pick("Mới.", "New.").to_owned(),
        Difference::Removed => words.pick("Không còn áp dụng.", "No longer in force.").to_owned(),
        Difference::Changed => words.pick("Đã sửa.", "Changed.").to_owned(),
        Difference::Hours { from, to } => format!(
            "{} {from} {} {to} {}.",
            words.pick("Từ", "From"),
            words.pick("giờ thành", "hours to"),
            words.pick("giờ", "hours")
        ),
    };
    let title = change.title.as_ref().map(|title| words.pick(&title.vi, &title.en));
    PublicLine {
        title: title.map_or_else(|| part.to_owned(), |title| format!("{part}: {title}")),
        facts: vec![difference],
        laws: Vec::new(),
    }
}
