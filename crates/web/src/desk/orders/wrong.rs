//! What is wrong with a form about an order, in words that whoever filled it in understands, beside the field.

use anlanh_model::Order;

use crate::console::Sent;
use crate::desk::form::Form;
use crate::desk::words::Words;
use crate::problem::Problem;
use crate::refusal::Refusal;

/// A form that was refused, as it was sent; with why where the page is the place to say so.
///
/// # Errors
/// When something else than what was filled in stands in the way.
pub fn sent(words: Words, name: &str, form: &Form, refused: Problem, shown: &[&str]) -> Result<Sent, Problem> {
    let Problem::Refused(refusal) = refused else {
        return Err(refused);
    };
    let field = refusal.field.and_then(|field| renamed(field, shown));
    let why = match field {
        Some(field) => why(words, field, &refusal),
        None => format!(
            "{}: {}",
            refusal.title(words.language()),
            refusal.detail(words.language())
        ),
    };
    let typed = form.fields().filter(|(name, _)| *name != "csrf");
    Ok(Sent {
        form: name.to_owned(),
        fields: typed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        why: Some(why),
        field,
    })
}

/// The field of the form where it has another name than in the use case.
fn renamed(field: &'static str, shown: &[&str]) -> Option<&'static str> {
    let field = match field {
        "evidence" | "answer" => "words",
        field => field,
    };
    shown.contains(&field).then_some(field)
}

fn why(words: Words, field: &str, refusal: &Refusal) -> String {
    match field {
        "issued_on" | "received_at" | "due_at" | "secret_until" | "expires_at" | "called_at" | "from" | "to" => words
            .pick(
                "Không có ngày giờ này (ví dụ 31/02 hoặc 25:00): hãy xem lại.",
                "There is no such day or time (as 31 February or 25:00): look at it again.",
            )
            .to_owned(),
        "category" => words
            .pick(
                "Yêu cầu gỡ bỏ, ngừng chia sẻ hoặc khóa phải nêu nhóm vi phạm: hãy chọn một nhóm.",
                "An order to remove, to stop sharing or to lock names the kind of violation: choose one.",
            )
            .to_owned(),
        "basis" => words
            .pick(
                "Hãy chọn ít nhất một căn cứ mà yêu cầu nêu, nhiều nhất 16.",
                "Choose at least one article that the order cites, and at most 16.",
            )
            .to_owned(),
        "lock_days" => format!(
            "{} {}.",
            words.pick("Số ngày từ 1 đến", "Days are 1 to"),
            Order::MAX_LOCK_DAYS
        ),
        "targets" | "add" if refusal.code != "bad-information" => words
            .pick(
                "Mỗi dòng một đối tượng: loại, dấu cách, rồi mã, ví dụ: item p-1042.",
                "One a line: a kind, a blank and the reference, as in: item p-1042.",
            )
            .to_owned(),
        "drop" => words
            .pick(
                "Các số của đối tượng, cách nhau bằng dấu phẩy, ví dụ: 1, 3.",
                "Numbers of targets, with commas between them, as in: 1, 3.",
            )
            .to_owned(),
        _ if refusal.code == "bad-text" => words
            .pick(
                "Ô này trống, quá dài hoặc có ký tự không hiển thị được.",
                "This is empty, too long, or holds a character that cannot be shown.",
            )
            .to_owned(),
        _ => sentence(&refusal.detail(words.language())),
    }
}

/// The same as a sentence that stands alone.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let whole: String = first.into_iter().flatten().chain(letters).collect();
    format!("{whole}.")
}
