//! Writes a letter to the standard output: `cargo run -p anlanh-letter --example letter > letter.pdf`.

use std::io::Write as _;

use anlanh_letter::{Block, Letter};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let letter = Letter {
        sender: "CỤC AN NINH MẠNG VÍ DỤ".into(),
        number: "12/CV-VD".into(),
        about: "gỡ bỏ nội dung".into(),
        day: "…………, ngày 28 tháng 11 năm 2026".into(),
        to: "Diễn đàn Ví Dụ".into(),
        body: vec![
            Block::Ground("Căn cứ khoản 3 Điều 36 Nghị định 147/2024/NĐ-CP;".into()),
            Block::Paragraph("Bài đăng mạo danh ngân hàng để lừa đảo, chiếm đoạt tài sản của người dùng.".into()),
            Block::Paragraph(
                "Cục An ninh mạng Ví Dụ yêu cầu Diễn đàn Ví Dụ gỡ bỏ nội dung đối với các đối tượng sau đây:".into(),
            ),
            Block::Table {
                widths: [10, 25, 65],
                heads: ["STT".into(), "Loại".into(), "Đối tượng".into()],
                rows: vec![
                    ["1".into(), "Bài đăng".into(), "p-1042".into()],
                    [
                        "2".into(),
                        "Đường dẫn".into(),
                        format!("https://vi-du.vn/{}", "bai-dang/".repeat(12)),
                    ],
                ],
            },
            Block::Paragraph("Thời hạn thực hiện: trước 14:30 ngày 29/11/2026.".into()),
            Block::Paragraph("Đề nghị Diễn đàn Ví Dụ thực hiện và trả lời kết quả./.".into()),
        ],
        copies: vec!["Như trên".into()],
        position: "CỤC TRƯỞNG".into(),
        signed: "(Đã ký bằng khóa của nút lúc 14:30 28/11/2026)".into(),
        signer: "Nguyễn Thị Hường".into(),
        ..Letter::default()
    };
    std::io::stdout().write_all(&letter.to_pdf()?)?;
    Ok(())
}
