//! How reports are handled, by when, what may follow, and how to object.

use std::sync::Arc;

use anlanh_api::Language;
use anlanh_pack::{Asker, Clock, Ladder, Lockable, Party, Start, Text};
use axum::extract::State;
use axum::response::Response;

use super::{caveats, cited, tabs, today};
use crate::Service;
use crate::console::{PublicLine, PublicPage, PublicPart};
use crate::desk::words::Words;
use crate::desk::{Reader, page};
use crate::page::names::Names;

/// How things are done.
pub async fn show(State(service): State<Arc<Service>>, reader: Reader) -> Response {
    let words = Words::of(&service, reader.visitor.language);
    let part = |id, vi, en| PublicPart {
        id,
        title: words.pick(vi, en).to_owned(),
        ..PublicPart::default()
    };
    let lead = words.pick(
        "Từ lúc một nội dung được phản ánh đến quyết định cuối cùng: ai làm gì, trong bao lâu, và làm thế nào nếu bạn không đồng ý.",
        "From a report to the last decision: who does what, by when, and what to do if you do not agree.",
    );
    let view = PublicPage {
        frame: reader.frame(None),
        site: service.app.site().name().to_owned(),
        tabs: tabs(&reader, "/policy/process"),
        title: words.pick("Cách xử lý và thời hạn", "Process and deadlines"),
        lead: lead.to_owned(),
        parts: vec![
            PublicPart {
                lead: reporting(words),
                links: vec![("/report", words.pick("Gửi phản ánh", "Report something"))],
                ..part("reporting", "Phản ánh", "Reporting")
            },
            PublicPart {
                lead: deciding(&service, words),
                links: vec![("/policy", words.pick("Quy định về nội dung", "Content policy"))],
                ..part("deciding", "Xem xét và quyết định", "Review and decision")
            },
            PublicPart {
                lines: deadlines(&service, words),
                lead: vec![words.pick(
                    "Tính từ lúc nhận hoặc phát hiện, cả đêm và ngày nghỉ. Quá hạn thì được ghi lại và công bố trong báo cáo minh bạch.",
                    "They run from receipt or detection, nights and holidays too. One that runs out is recorded, and told in the transparency report.",
                ).to_owned()],
                links: vec![("/transparency", words.pick("Báo cáo minh bạch", "Transparency report"))],
                ..part("deadlines", "Thời hạn", "Deadlines")
            },
            PublicPart {
                lines: locks(&service, words),
                lead: vec![words.pick(
                    "Vi phạm nhiều lần có thể dẫn đến khóa. Máy chỉ đếm và đề xuất; con người quyết định. Sau thời gian dưới đây, vi phạm không còn được tính.",
                    "Who breaks the rules again and again may be locked. Machines only count and propose; a person decides. Violations count no more after the time below.",
                ).to_owned()],
                ..part("locks", "Khóa khi vi phạm nhiều lần", "Locks for repeated violations")
            },
            PublicPart {
                lead: appeals(words),
                lines: period(&service, words),
                ..part("appeals", "Khiếu nại", "Appeals")
            },
            PublicPart {
                lead: vec![contact(&service, words)],
                ..part("contact", "Đầu mối liên hệ", "Contact point")
            },
        ],
    };
    reader.answer(page(&view, reader.visitor.language))
}

fn all(said: &[&str]) -> Vec<String> {
    said.iter().map(|one| (*one).to_owned()).collect()
}

fn reporting(words: Words) -> Vec<String> {
    all(&[
        words.pick(
            "Ai cũng có thể phản ánh, không cần tài khoản: dán liên kết hoặc nội dung, chọn loại vi phạm và nói vì sao.",
            "Anybody can report something, without an account: give the link or the text, choose what is wrong, and say why.",
        ),
        words.pick(
            "Bạn nhận được một liên kết riêng để theo dõi và được báo kết quả đúng một lần. Với vài loại, chúng tôi cần họ tên và địa chỉ email được bạn xác nhận trước.",
            "You get a private link to follow it, and hear the outcome exactly once. Some kinds need your name and an e-mail address that you confirm first.",
        ),
        words.pick(
            "Người đăng không bao giờ biết ai đã phản ánh. Dữ liệu của bạn được niêm phong, lưu tách riêng, và bạn có thể yêu cầu xóa.",
            "The author never learns who reported. Your data is sealed and kept apart, and you can have it erased.",
        ),
    ])
}

fn deciding(service: &Service, words: Words) -> Vec<String> {
    let mut said = all(&[
        words.pick(
            "Nội dung gây hại nhất, sắp hết hạn nhất và lan rộng nhất được xem trước.",
            "What harms most, is due soonest and spreads furthest is looked at first.",
        ),
        words.pick(
            "Máy không tự gỡ phát ngôn của ai chỉ vì điểm số. Con người quyết định, chọn biện pháp nhẹ nhất mà đủ: gắn nhãn, hạn chế lan truyền, ẩn, gỡ bỏ; với tài khoản, trang, nhóm, kênh: cảnh cáo, khóa tạm thời, khóa vĩnh viễn, từ chối đăng ký, ngừng dịch vụ.",
            "No score of a machine removes what somebody says. A person decides, and chooses the mildest that suffices: label, limit, hide, remove; for accounts, pages, groups and channels: warn, lock for a time, lock for good, refuse registration, end the service.",
        ),
    ]);
    let two = if permanent_takes_two(service) {
        words.pick(
            "Khóa vĩnh viễn, ngừng dịch vụ và quyết định hàng loạt về phát ngôn cần hai người.",
            "A lock for good, the end of a service, and one decision over many items of speech take two people.",
        )
    } else {
        words.pick(
            "Ngừng dịch vụ và quyết định hàng loạt về phát ngôn cần hai người.",
            "Ending a service, and one decision over many items of speech, take two people.",
        )
    };
    said.push(format!(
        "{} {two}",
        words.pick(
            "Mỗi quyết định nêu lý do, căn cứ và cách khiếu nại.",
            "Every decision gives its reason, its basis and how to object.",
        )
    ));
    said
}

/// Whether a ladder in force asks for a second person where it locks for good.
fn permanent_takes_two(service: &Service) -> bool {
    let (engine, day) = (service.app.engine(), today(service));
    let mut locks = engine.policy.ladders().iter();
    locks.any(|ladder| {
        let permanent = ladder.permanent.as_ref().filter(|_| ladder.validity.holds_on(day));
        permanent.is_some_and(|permanent| permanent.second_person)
    })
}

/// How to object.
fn appeals(words: Words) -> Vec<String> {
    all(&[
        words.pick(
            "Người đăng, người phản ánh và chủ trang, nhóm, kênh có thể khiếu nại quyết định ảnh hưởng đến mình, bằng liên kết riêng kèm theo quyết định, không cần tài khoản.",
            "The author, whoever reported and the owner of a page, group or channel may appeal a decision that concerns them, by the private link that comes with it, without an account.",
        ),
        words.pick(
            "Người khác xem lại, không phải người đã quyết định, và bạn có thể trao đổi với họ. Nếu quyết định sai, nội dung và tài khoản được khôi phục, lần vi phạm được xóa, và số liệu đã công bố được sửa.",
            "Somebody else looks, not whoever decided, and you can talk with them. If the decision was wrong, content and account are restored, the violation is taken away, and published figures are corrected.",
        ),
    ])
}

/// How long one may appeal, and by when it is answered.
fn period(service: &Service, words: Words) -> Vec<PublicLine> {
    let engine = service.app.engine();
    let Some(appeals) = engine.policy.appeals() else {
        return Vec::new();
    };
    let names = Names::new(&engine.policy, words.language());
    let days = appeals.days;
    let mut facts = vec![match words.language() {
        Language::Vi => format!("Trong {days} ngày kể từ khi có quyết định."),
        Language::En => format!("Within {days} days of the decision."),
    }];
    if let Some(clock) = engine.policy.clock(appeals.clock.as_str()) {
        let answered = words.pick("Được trả lời trong", "Answered within");
        facts.push(format!("{answered} {}.", hours(words, clock.hours)));
    }
    facts.extend(caveats(words, appeals.evidence, appeals.note.as_ref()));
    vec![PublicLine {
        title: words.pick("Thời hạn khiếu nại", "Period for appeals").to_owned(),
        facts,
        laws: cited(words, &engine.policy, names, &appeals.bases, today(service)),
    }]
}

fn contact(service: &Service, words: Words) -> String {
    match service.app.site().contact() {
        Some(contact) => format!("{}: {contact}", service.app.site().name()),
        None => words
            .pick(
                "Đơn vị vận hành chưa công bố đầu mối.",
                "The operator has named no contact yet.",
            )
            .to_owned(),
    }
}

/// The deadlines of a platform that are in force.
fn deadlines(service: &Service, words: Words) -> Vec<PublicLine> {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let day = today(service);
    let binding = |clock: &&Clock| clock.applies_to.contains(&Party::Platform) && clock.validity.holds_on(day);
    let mut clocks: Vec<&Clock> = engine.policy.clocks().iter().filter(binding).collect();
    // What anybody can set going comes first.
    clocks.sort_by_key(|clock| match clock.asker {
        Asker::User => 0,
        Asker::DataSubject => 1,
        Asker::Itself => 2,
        Asker::Authority => 3,
    });
    let mut lines = Vec::new();
    for clock in clocks {
        let laws = cited(words, &engine.policy, names, &clock.bases, day);
        if laws.is_empty() {
            continue;
        }
        let from = match clock.starts {
            Start::Receipt => words.pick("kể từ khi nhận", "from receipt"),
            Start::Detection => words.pick("kể từ khi phát hiện", "from detection"),
        };
        let asker = match clock.asker {
            Asker::Authority => words.pick("Cơ quan có thẩm quyền yêu cầu", "An authority asks"),
            Asker::User => words.pick("Người dùng yêu cầu", "A user asks"),
            Asker::Itself => words.pick("Nền tảng tự phát hiện", "The platform finds it itself"),
            Asker::DataSubject => words.pick("Chủ thể dữ liệu yêu cầu", "The data subject asks"),
        };
        let mut facts = vec![format!("{asker}: {} {from}.", hours(words, clock.hours))];
        if let Some(urgent) = &clock.urgent {
            let when = words.pick(&urgent.when.vi, &urgent.when.en);
            facts.push(format!(
                "{}: {} ({when}).",
                words.pick("Khẩn cấp", "Urgent"),
                hours(words, urgent.hours)
            ));
        }
        facts.extend(caveats(words, clock.evidence, clock.note.as_ref()));
        lines.push(PublicLine {
            title: words.pick(&clock.title.vi, &clock.title.en).to_owned(),
            facts,
            laws,
        });
    }
    lines
}

fn hours(words: Words, hours: u32) -> String {
    let (number, vi, en) = if hours >= 72 && hours.is_multiple_of(24) {
        (hours / 24, "ngày", if hours == 24 { "day" } else { "days" })
    } else {
        (hours, "giờ", if hours == 1 { "hour" } else { "hours" })
    };
    format!("{number} {}", words.pick(vi, en))
}

/// The ladders that are in force.
fn locks(service: &Service, words: Words) -> Vec<PublicLine> {
    let engine = service.app.engine();
    let names = Names::new(&engine.policy, words.language());
    let day = today(service);
    let held = engine
        .policy
        .ladders()
        .iter()
        .filter(|ladder| ladder.validity.holds_on(day));
    let lines = held.map(|ladder| PublicLine {
        title: words.pick(&ladder.title.vi, &ladder.title.en).to_owned(),
        facts: steps(words, ladder),
        laws: cited(words, &engine.policy, names, &ladder.bases, day),
    });
    lines.filter(|line| !line.laws.is_empty()).collect()
}

fn steps(words: Words, ladder: &Ladder) -> Vec<String> {
    let text = |text: &Text| words.pick(&text.vi, &text.en).to_owned();
    let objects = ladder.objects.iter().map(|object| match object {
        Lockable::Account => words.pick("tài khoản", "accounts"),
        Lockable::Page => words.pick("trang", "pages"),
        Lockable::Group => words.pick("nhóm", "groups"),
        Lockable::Channel => words.pick("kênh", "channels"),
    });
    let objects: Vec<&str> = objects.collect();
    let mut facts = vec![format!("{}: {}.", words.pick("Áp dụng cho", "For"), objects.join(", "))];
    for step in &ladder.steps {
        let (violations, days) = (step.violations, step.days);
        let length = match step.lock_days_min {
            Some(min) => format!("{min}–{}", step.lock_days_max),
            None => format!("{} {}", words.pick("tối đa", "up to"), step.lock_days_max),
        };
        let mut said = match words.language() {
            Language::Vi => format!("{violations} lần vi phạm trong {days} ngày: khóa {length} ngày."),
            Language::En => format!("{violations} violations within {days} days: a lock of {length} days."),
        };
        if let Some(note) = &step.note {
            said.push(' ');
            said.push_str(&text(note));
            said.push('.');
        }
        facts.push(said);
    }
    if let Some(permanent) = &ladder.permanent {
        let when = text(&permanent.when);
        facts.push(format!("{}: {when}.", words.pick("Khóa vĩnh viễn", "For good")));
    }
    facts.extend(caveats(words, ladder.evidence, ladder.note.as_ref()));
    facts
}
