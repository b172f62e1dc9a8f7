//! `anlanh reporter`.

use std::io::Write;

use anlanh_app::Error;
use anlanh_app::report::{self, Erased, Held};
use anlanh_model::Actor;
use anyhow::{Context, bail};

use crate::cli::EraseOptions;
use crate::{Outcome, data, key};

/// Erases everything that came from a confirmed address, and prints what was erased, what is kept, and why.
///
/// # Errors
/// When nothing came from there, or the database cannot be opened or written.
pub fn erase(options: &EraseOptions) -> anyhow::Result<Outcome> {
    let store = data::open_kept(&options.data)?;
    let vault = key::open(&options.data, &store)?;
    let erased = report::erase_of_address(&store, &data::clock(), &vault, &Actor::Operator, &options.email);
    let certificate = match erased {
        Err(Error::NotFound(_)) => bail!("không có phản ánh nào từ địa chỉ này · no report came from this address"),
        erased => erased.context("không xóa được · cannot erase")?,
    };
    let mut out = std::io::stdout().lock();
    for id in &certificate.reports {
        writeln!(out, "phản ánh · report {id}")?;
    }
    for erased in &certificate.erased {
        writeln!(out, "đã xóa · erased: {}", erased_words(*erased))?;
    }
    for held in &certificate.held {
        writeln!(out, "còn giữ · kept: {}", held_words(*held))?;
    }
    let disk = if certificate.is_off_the_disk {
        "đã rời tệp dữ liệu · gone from the files of the database"
    } else {
        "sẽ rời tệp dữ liệu khi nút chạy lại · will be gone from the files when the node next starts"
    };
    writeln!(out, "{disk}")?;
    Ok(Outcome::Good)
}

fn erased_words(erased: Erased) -> String {
    match erased {
        Erased::Keys => "khóa dữ liệu · data keys".to_owned(),
        Erased::Contact => "họ tên, email · name, e-mail".to_owned(),
        Erased::Content => "nội dung phản ánh · what was said".to_owned(),
        Erased::Link => "liên kết theo dõi · private links".to_owned(),
        Erased::Mail(mails) => format!("thư · mail: {mails}"),
        Erased::Appeals => "lời khiếu nại · what was written in appeals".to_owned(),
        Erased::Track => "số phản ánh đúng, sai · how often reports were right".to_owned(),
    }
}

const fn held_words(held: Held) -> &'static str {
    match held {
        Held::Figures => {
            "số liệu không tên, để chứng minh trả lời đúng hạn · figures without a name, to show that answers were in time"
        }
        Held::Evidence => "nội dung bị phản ánh, là chứng cứ · the reported content, which is evidence",
        Held::AuditLog => "nhật ký kiểm toán, chỉ có mã số · the audit log, numbers alone",
        Held::OpenAppeal => "khiếu nại đang chờ trả lời · an appeal that waits for its answer",
        Held::Track => {
            "số phản ánh đúng, sai: còn phản ánh khác · how often reports were right: others came from there"
        }
        Held::TokenTrack => "số liệu của mã truy cập · figures of a token",
    }
}
