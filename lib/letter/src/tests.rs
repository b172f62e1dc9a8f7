use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;

fn letter() -> Letter {
    Letter {
        sender: "CỤC AN NINH MẠNG VÀ PHÒNG, CHỐNG TỘI PHẠM SỬ DỤNG CÔNG NGHỆ CAO".into(),
        number: "12/CV-VD".into(),
        about: "yêu cầu gỡ bỏ nội dung".into(),
        day: "…………, ngày 28 tháng 11 năm 2026".into(),
        mark: Some("DỰ THẢO".into()),
        to: "Diễn đàn Ví Dụ".into(),
        body: vec![
            Block::Ground("Căn cứ khoản 3 Điều 36 Nghị định 147/2024/NĐ-CP;".into()),
            Block::Paragraph("Bài đăng mạo danh ngân hàng để lừa đảo, chiếm đoạt tài sản. ".repeat(6)),
            Block::Table {
                widths: [10, 30, 60],
                heads: ["STT".into(), "Loại".into(), "Đối tượng".into()],
                rows: vec![["1".into(), "Bài đăng".into(), "p-1042".into()]],
            },
            Block::Paragraph("Trân trọng./.".into()),
        ],
        copies: vec!["Như trên".into()],
        position: "CỤC TRƯỞNG".into(),
        signed: "(Chữ ký, dấu)".into(),
        signer: "Nguyễn Thị Hường".into(),
    }
}

/// What another program reads in a file: its text by pages, words apart by one blank. `None` where it is not installed.
fn read(pdf: &[u8]) -> Option<Vec<String>> {
    let mut command = Command::new("pdftotext");
    command
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        let message = "NOT RUN: pdftotext is not on this machine; .ci/run installs poppler-utils";
        assert!(std::env::var_os("CI").is_none(), "{message}");
        eprintln!("{message}");
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let text = std::thread::scope(|scope| {
        scope.spawn(move || input.write_all(pdf).unwrap());
        child.wait_with_output().unwrap().stdout
    });
    let text = String::from_utf8(text).unwrap();
    let pages = text
        .split('\u{c}')
        .map(|page| page.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(pages.filter(|page| !page.is_empty()).collect())
}

#[test]
fn another_program_reads_every_word() {
    let Some(pages) = read(&letter().to_pdf().unwrap()) else {
        return;
    };
    let [page] = pages.as_slice() else {
        panic!("{} pages", pages.len())
    };
    for part in [
        "DỰ THẢO",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/CV-VD",
        "…………, ngày 28 tháng 11 năm 2026",
        "Kính gửi: Diễn đàn Ví Dụ",
        "Căn cứ khoản 3 Điều 36 Nghị định 147/2024/NĐ-CP;",
        "mạo danh ngân hàng",
        "STT Loại Đối tượng",
        "1 Bài đăng p-1042",
        "Nơi nhận:",
        "- Như trên;",
        "CỤC TRƯỞNG",
        "Nguyễn Thị Hường",
    ] {
        assert!(page.contains(part), "{part:?} in {page}");
    }
}

#[test]
fn long_letters_go_on_page_after_page_and_lose_nothing() {
    let mut long = letter();
    let rows = (1..=120).map(|number| {
        [
            number.to_string(),
            "Bài đăng".into(),
            format!("https://vi-du.vn/{number}"),
        ]
    });
    long.body = vec![
        Block::Table {
            widths: [10, 30, 60],
            heads: ["STT".into(), "Loại".into(), "Đối tượng".into()],
            rows: rows.collect(),
        },
        Block::Paragraph((1..=2_000).map(|word| format!("từ{word} ")).collect()),
        Block::Table {
            widths: [10, 30, 60],
            heads: ["A".into(), "B".into(), "C".into()],
            rows: vec![[
                "1".into(),
                (1..=900).map(|word| format!("ô{word} ")).collect(),
                "x".repeat(300),
            ]],
        },
    ];
    let Some(pages) = read(&long.to_pdf().unwrap()) else {
        return;
    };
    assert!(pages.len() > 6, "{} pages", pages.len());
    for (number, page) in (1..).zip(&pages).skip(1) {
        assert!(
            page.starts_with(&format!("{number} ")),
            "page {number} has its number: {page}"
        );
    }
    let text = pages.join(" ");
    let words: std::collections::HashSet<&str> = text.split(' ').collect();
    for word in (1..=2_000)
        .map(|word| format!("từ{word}"))
        .chain((1..=900).map(|word| format!("ô{word}")))
    {
        assert!(words.contains(word.as_str()), "{word}");
    }
    for number in 1..=120 {
        assert!(
            words.contains(format!("https://vi-du.vn/{number}").as_str()),
            "{number}"
        );
    }
    assert_eq!(text.matches('x').count(), 300);
}

#[test]
fn what_is_typed_apart_or_unknown_is_set_all_the_same() {
    let mut odd = letter();
    // The letters and their marks one by one, and one that no face has: it is shown as `?` and copied as it is.
    odd.body = vec![Block::Paragraph(
        "Tie\u{302}\u{301}ng Vie\u{323}\u{302}t 😀 hết\tdòng\r\nsau".into(),
    )];
    let Some(pages) = read(&odd.to_pdf().unwrap()) else {
        return;
    };
    assert!(pages[0].contains("Tiếng Việt 😀 hết dòng sau"), "{}", pages[0]);
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert_eq!(letter().to_pdf(), letter().to_pdf());
    assert!(Letter::default().to_pdf().unwrap().starts_with(b"%PDF-"));
}

#[test]
fn a_letter_has_a_longest() {
    let of = |bytes: usize| Letter {
        body: vec![Block::Paragraph("a".repeat(bytes))],
        ..Letter::default()
    };
    assert!(of(MAX_LETTER_BYTES).to_pdf().is_ok());
    assert_eq!(of(MAX_LETTER_BYTES + 1).to_pdf(), Err(LetterError::TooLong));
}
