//! What mails say, in plain words.

use anlanh_app::mail::{Letter, LetterKind, OfReport};
use anlanh_app::report::said;
use anlanh_model::{CONFIRM_HOURS, Outcome};

/// Subject and text of a mail, in the language of whoever it is for.
pub(super) fn write(letter: &Letter) -> (String, String) {
    let is_english = letter.language == "en";
    match (&letter.kind, is_english) {
        (LetterKind::Confirm(of), false) => confirm_vi(letter, of),
        (LetterKind::Confirm(of), true) => confirm_en(letter, of),
        (LetterKind::Address(of), false) => address_vi(letter, of),
        (LetterKind::Address(of), true) => address_en(letter, of),
        (LetterKind::Outcome { of, outcome, .. }, _) => {
            let sentence = sentence(outcome, &letter.language);
            if is_english {
                outcome_en(letter, of, sentence)
            } else {
                outcome_vi(letter, of, sentence)
            }
        }
        (LetterKind::Notices(notices), is_english) => notices_of(letter, notices, is_english),
    }
}

fn confirm_vi(letter: &Letter, of: &OfReport) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let text = format!(
        "Phản ánh {report} vừa được gửi đến {site}, với địa chỉ email này.\n\n\
         Nếu là bạn gửi, hãy mở trang dưới đây và bấm nút xác nhận trong {CONFIRM_HOURS} giờ. Trước đó, phản ánh chưa được \
         xem xét.\n\n{link}\n\n\
         Nếu không phải bạn, hãy bỏ qua thư này: sau {CONFIRM_HOURS} giờ, phản ánh và địa chỉ của bạn sẽ bị xóa.\n\n{site}\n"
    );
    (format!("Xác nhận phản ánh {report} – {site}"), text)
}

fn confirm_en(letter: &Letter, of: &OfReport) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let text = format!(
        "Report {report} was just made at {site}, with this e-mail address.\n\n\
         If it was you, open the page below and press the button within {CONFIRM_HOURS} hours. Nobody looks at the report \
         before that.\n\n{link}\n\n\
         If it was not you, do nothing: after {CONFIRM_HOURS} hours the report and your address are erased.\n\n{site}\n"
    );
    (format!("Confirm report {report} – {site}"), text)
}

fn address_vi(letter: &Letter, of: &OfReport) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let text = format!(
        "Phản ánh {report} vừa được gửi đến {site}, với địa chỉ email này, và sẽ được xem xét.\n\n\
         Nếu là bạn gửi và muốn nhận kết quả qua thư, hãy mở trang dưới đây và bấm nút xác nhận trong {CONFIRM_HOURS} \
         giờ.\n\n{link}\n\n\
         Nếu không phải bạn, hãy bỏ qua thư này: sau {CONFIRM_HOURS} giờ, địa chỉ của bạn sẽ bị xóa.\n\n{site}\n"
    );
    (
        format!("Xác nhận địa chỉ nhận kết quả phản ánh {report} – {site}"),
        text,
    )
}

fn address_en(letter: &Letter, of: &OfReport) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let text = format!(
        "Report {report} was just made at {site}, with this e-mail address, and will be looked at.\n\n\
         If it was you and you want the outcome by mail, open the page below and press the button within \
         {CONFIRM_HOURS} hours.\n\n{link}\n\n\
         If it was not you, do nothing: after {CONFIRM_HOURS} hours your address is erased.\n\n{site}\n"
    );
    (
        format!("Confirm where the outcome of report {report} goes – {site}"),
        text,
    )
}

fn outcome_vi(letter: &Letter, of: &OfReport, sentence: &str) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let mut text = format!("Phản ánh {report} của bạn đã được xem xét. {sentence}\n\nXem chi tiết:\n{link}\n");
    if let LetterKind::Outcome { is_warned, appeal, .. } = &letter.kind {
        if let Some(appeal) = appeal {
            text.push_str(&format!(
                "\nNếu không đồng ý, bạn có thể khiếu nại; một người khác, không phải người đã quyết định, sẽ xem \
                 xét:\n{appeal}\n"
            ));
        }
        if *is_warned {
            text.push_str(
                "\nNhiều phản ánh gần đây của bạn không đúng. Nếu tiếp tục, phản ánh của bạn sẽ được xem sau những phản \
                 ánh khác.\n",
            );
        }
    }
    text.push_str(&format!(
        "\nAi có liên kết trong thư này cũng mở được trang đó; đừng chuyển tiếp.\n\n{site}\n"
    ));
    (format!("Kết quả phản ánh {report} – {site}"), text)
}

fn outcome_en(letter: &Letter, of: &OfReport, sentence: &str) -> (String, String) {
    let (site, OfReport { report, link }) = (&letter.site, of);
    let mut text = format!("Your report {report} was looked at. {sentence}\n\nMore:\n{link}\n");
    if let LetterKind::Outcome { is_warned, appeal, .. } = &letter.kind {
        if let Some(appeal) = appeal {
            text.push_str(&format!(
                "\nIf you do not agree, you can appeal; somebody else than who decided looks into it:\n{appeal}\n"
            ));
        }
        if *is_warned {
            text.push_str(
                "\nMany of your recent reports were wrong. If that goes on, yours are looked at after others.\n",
            );
        }
    }
    text.push_str(&format!(
        "\nWhoever has the links in this mail can open those pages; do not forward it.\n\n{site}\n"
    ));
    (format!("Outcome of report {report} – {site}"), text)
}

/// What was done to somebody's content or account.
fn notices_of(letter: &Letter, notices: &[String], is_english: bool) -> (String, String) {
    let site = &letter.site;
    let (subject, end) = if is_english {
        (
            format!("What was decided about your content or account – {site}"),
            "Whoever has the links in this mail can open those pages; do not forward it.",
        )
    } else {
        (
            format!("Thông báo về nội dung hoặc tài khoản của bạn – {site}"),
            "Ai có liên kết trong thư này cũng mở được các trang đó; đừng chuyển tiếp.",
        )
    };
    (subject, format!("{}\n\n{end}\n\n{site}\n", notices.join("\n\n")))
}

/// What an outcome means for whoever reported.
fn sentence(outcome: &str, language: &str) -> &'static str {
    match Outcome::from_key(outcome) {
        Some(outcome) => said(outcome, language),
        None if language == "en" => "The page below says what came of it.",
        None => "Kết quả có ở trang dưới đây.",
    }
}
