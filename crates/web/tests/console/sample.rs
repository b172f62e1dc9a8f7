//! Pages with content written for them.

#![expect(clippy::unwrap_used, reason = "a page that does not render fails its test")]

use anlanh_api::Language;
use anlanh_web::console::{
    Act, CasePage, Choice, Closed, Decision, DecisionForm, Event, Filter, Frame, Mark, Moment, Past, Piece, QueuePage,
    ReasonView, Row, Section, Severity, SignInPage, Theme,
};

/// Every page by its name.
pub fn pages(language: Language) -> Vec<(&'static str, String)> {
    let sign_in = SignInPage {
        frame: Frame {
            person: None,
            section: None,
            ..frame(language)
        },
        name: "lan".into(),
        error: Some("Tên hoặc mật khẩu không đúng.".into()),
    };
    let decided = CasePage {
        notice: None,
        decision: Decision::Closed(Closed {
            facts: vec![("Kết quả".into(), "Gỡ bài".into())],
            appeal: "Người đăng có thể khiếu nại trong 30 ngày.".into(),
        }),
        acts: Vec::new(),
        similar: Vec::new(),
        ..case(language)
    };
    let dark = QueuePage {
        frame: Frame {
            theme: Theme::Dark,
            ..frame(language)
        },
        ..queue(language)
    };
    vec![
        ("sign-in", sign_in.render().unwrap()),
        ("queue", queue(language).render().unwrap()),
        ("queue-dark", dark.render().unwrap()),
        (
            "queue-empty",
            QueuePage {
                rows: Vec::new(),
                next: None,
                ..queue(language)
            }
            .render()
            .unwrap(),
        ),
        ("case", case(language).render().unwrap()),
        ("case-decided", decided.render().unwrap()),
    ]
}

fn frame(language: Language) -> Frame {
    Frame {
        language,
        theme: Theme::Device,
        section: Some(Section::Queue),
        person: Some("Lan Phạm".into()),
        csrf: "sample".into(),
    }
}

fn moment() -> Moment {
    Moment {
        exact: "2026-03-02T08:15:00+07:00".into(),
        absolute: "08:15 ngày 2/3/2026".into(),
        relative: "3 giờ trước".into(),
    }
}

fn text() -> Vec<Piece> {
    let piece = |text: &str, mark| Piece {
        text: text.into(),
        mark,
    };
    let mark = |class, title: &str| {
        Some(Mark {
            class,
            title: title.into(),
        })
    };
    vec![
        piece("Chị ơi bên em ", None),
        piece("việc nhẹ lương cao", mark("lexicon", "Từ điển: mời việc lừa đảo")),
        piece(", vào ", None),
        piece("ngan-hang-vi-du[.]example", mark("look-alike", "Tên nhái")),
        piece(" nạp trước 200k nhé <img src=x>", None),
    ]
}

fn choices(words: &[&str]) -> Vec<Choice> {
    let choice = |(at, word): (usize, &&str)| Choice {
        key: at.to_string(),
        word: (*word).into(),
        chosen: at == 0,
    };
    words.iter().enumerate().map(choice).collect()
}

fn queue(language: Language) -> QueuePage {
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let row = |(severity, place)| Row {
        link: format!("/console/cases/{place}"),
        place,
        severity,
        excerpt: text(),
        text: text(),
        category: "Lừa đảo tuyển dụng".into(),
        kind: "Bài viết".into(),
        opened: moment(),
        holder: (place == 2).then(|| "Minh Trần".into()),
        why_here: vec!["Mức độ nghiêm trọng: cao".into(), "Đã chờ 3 giờ".into()],
    };
    let filter = |key, title: &str, words: &[&str]| Filter {
        key,
        title: title.into(),
        choices: choices(words),
    };
    QueuePage {
        frame: frame(language),
        counts: "4 trong 128 vụ việc".into(),
        query: String::new(),
        filters: vec![
            filter("state", "Trạng thái", &["Đang chờ", "Đã nhận"]),
            filter("category", "Nhóm", &["Tất cả", "Lừa đảo"]),
            filter("holder", "Người xử lý", &["Bất kỳ", "Tôi", "Chưa ai"]),
            filter("order", "Thứ tự", &["Ưu tiên", "Cũ nhất"]),
        ],
        rows: severities.into_iter().zip(1..).map(row).collect(),
        next: Some("/console/queue?after=4".into()),
    }
}

fn case(language: Language) -> CasePage {
    CasePage {
        frame: frame(language),
        number: 41,
        link: "/console/cases/41".into(),
        category: "Lừa đảo tuyển dụng".into(),
        state: "Đang xử lý".into(),
        opened: moment(),
        notice: Some("Đây là lượt xét lại độc lập: bạn không thấy quyết định trước.".into()),
        kind: "Bài viết".into(),
        text: text(),
        links: vec!["hxxps://ngan-hang-vi-du[.]example".into()],
        pictures: vec!["/console/pictures/1".into()],
        reasons: vec![ReasonView {
            title: "Mời việc nhẹ lương cao kèm liên kết nhái".into(),
            action: "Xem xét".into(),
            found: vec!["Từ điển: việc nhẹ lương cao".into()],
            laws: vec!["Điều luật mẫu, khoản 1".into()],
        }],
        facts: vec![
            ("Tuổi tài khoản".into(), "2 ngày".into()),
            ("Bài trong 1 giờ".into(), "14".into()),
        ],
        similar: vec![Past {
            link: "/console/cases/12".into(),
            outcome: "Gỡ bài".into(),
            excerpt: "việc nhẹ, lương ngày 500k".into(),
            reason: "Yêu cầu nạp tiền trước".into(),
            decided: moment(),
        }],
        decision: Decision::Open(DecisionForm {
            outcomes: choices(&["Không vi phạm", "Gắn nhãn", "Hạn chế", "Ẩn", "Gỡ", "Cảnh cáo"]),
            categories: choices(&["Lừa đảo tuyển dụng", "Khác"]),
            basis: "Điều luật mẫu, khoản 1".into(),
            facts: "Bài mời nạp tiền trước.".into(),
            reason: "Bài của bạn mời người khác nạp tiền trước khi nhận việc.".into(),
            automatic: "Máy phát hiện, người quyết định.".into(),
        }),
        acts: vec![Act::Label, Act::Escalate, Act::Release],
        history: vec![Event {
            what: "Mở vụ việc".into(),
            who: "Bộ máy".into(),
            when: moment(),
        }],
    }
}
