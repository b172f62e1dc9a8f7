//! Numbers here are made up; those with a check digit were computed for the test.

mod looks;
mod written;

use PersonalKind::{Address, BankAccount, BankCard, Bhxh, Cccd, Cmnd, Email, Landline, Mobile, Mst, Passport, Plate};

use super::words::{Cue, Word};
use super::*;
use crate::{Finding, Place, Signal};

/// All detectors at the usual threshold.
fn detectors() -> &'static Detectors {
    static DETECTORS: std::sync::LazyLock<Detectors> = std::sync::LazyLock::new(|| {
        Detectors::compile(&PersonalKind::ALL.map(|kind| Identifier {
            kind,
            min_confidence: 60,
        }))
    });
    &DETECTORS
}

fn find(detectors: &Detectors, text: &str) -> Vec<(PersonalKind, String, u8)> {
    let mut folded = Folded::new();
    folded.fold(text);
    let mut signals = Signals::default();
    detectors.scan(text, &folded, &mut signals);
    let mut found = signals.as_slice().to_vec();
    found.sort_unstable();
    let finding = |signal: &Signal| match (signal.place, signal.finding) {
        (Place::Text(span), Finding::Personal(kind)) => {
            let matched = text.get(span.start as usize..span.end as usize).unwrap();
            (kind, matched.to_owned(), signal.confidence.as_percent())
        }
        other => panic!("{other:?}"),
    };
    found.iter().map(finding).collect()
}

/// How what is found at the usual threshold differs from what is expected, in the order of the text.
fn difference(text: &str, expected: &[(PersonalKind, &str)]) -> Option<String> {
    let found = find(detectors(), text);
    let pieces: Vec<_> = found
        .iter()
        .map(|(kind, matched, _)| (*kind, matched.as_str()))
        .collect();
    (pieces != expected).then(|| format!("{text:?}: {found:?}, not {expected:?}"))
}

/// Scans a text and compares kinds and matched pieces.
#[track_caller]
fn check(text: &str, expected: &[(PersonalKind, &str)]) {
    assert_eq!(difference(text, expected), None);
}

/// Texts in which nothing is personal data.
#[track_caller]
fn check_none(texts: &[&str]) {
    let wrong: Vec<_> = texts.iter().filter_map(|text| difference(text, &[])).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Texts that are nothing but the one thing, or have words around it as in `before¦thing¦after`.
#[track_caller]
fn check_each(kind: PersonalKind, texts: &[&str]) {
    let wrong = texts.iter().filter_map(|text| {
        let parts: Vec<&str> = text.split('¦').collect();
        let matched = if let [_, matched, _] = parts.as_slice() {
            matched
        } else {
            text
        };
        difference(&parts.concat(), &[(kind, matched)])
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn mobile_numbers_are_found_as_people_write_them() {
    check_each(
        Mobile,
        &[
            "0912345678",
            "0912.345.678",
            "0912 345 678",
            "0912-345-678",
            "091 234 5678",
            "09 12 34 56 78",
            "09.12.34.56.78",
            "0 9 1 2 3 4 5 6 7 8",
            "0.9.1.2.3.4.5.6.7.8",
            "0-9-1-2-3-4-5-6-7-8",
            "0912*345*678",
            "0912/345/678",
            "0912 . 345 . 678",
            "+84912345678",
            "+84 912 345 678",
            "+84 (0)912 345 678",
            "(+84) 912345678",
            "84912345678",
            "0084 912 345 678",
            "O912345678",
            "o9l2345678",
            "0912 34S678 ¦0352345678¦",
            "０９１２３４５６７８",
            "𝟎𝟗𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
            "09\u{200b}12\u{200d}345678",
            "¦0️⃣9️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8¦️⃣",
            "không chín một hai ba bốn năm sáu bảy tám",
            "khong chin mot hai ba bon nam sau bay tam",
            "a ¦khong chin mot hai ba bon nam sau bay tam¦",
            "a b ¦khong chin mot hai ba bon nam sau bay tam¦",
            "a b c ¦khong chin mot hai ba bon nam sau bay tam¦ nha",
            "không chín một hai, ba bốn năm, sáu bảy tám",
            "0 chín 1 hai 345678",
            "09 một hai 345 678",
            "sđt ¦0912345678¦ nha",
            "sdt¦0912345678¦",
            "zalo¦0912345678¦nhé",
            "Liên hệ: ¦0912 345 678¦ (Lan)",
            "LH ¦0912.345.678¦.",
            "gọi em ¦0912345678¦ hai người nhé",
            "inbox hoặc ¦0912345678¦ i love you",
            "giá 120.000đ ib ¦0912345678¦",
            "https://zalo.me/¦0912345678¦",
            "ngày 09/12/2024 gọi ¦0912345678¦",
            "alo ¦O9 12 34 56 78¦",
            "mua 3 cái gọi ¦0912345678¦",
            "hotline ¦0912345678¦",
            "sđt ¦01261234567¦",
            "so dien thoai ¦0168.123.4567¦",
        ],
    );
}

#[test]
fn several_numbers_stand_apart() {
    let two = [(Mobile, "0912345678"), (Mobile, "0387654321")];
    for text in [
        "0912345678 0387654321",
        "0912345678 - 0387654321",
        "0912345678/0387654321",
        "0912345678, 0387654321",
        "0912345678\n0387654321",
        "sđt 0912345678 hoặc 0387654321",
        "0912345678.0387654321",
    ] {
        check(text, &two);
    }
    check(
        "09 12 34 56 78 03 87 65 43 21",
        &[(Mobile, "09 12 34 56 78"), (Mobile, "03 87 65 43 21")],
    );
    let many = ["0912345678"; 9].join(" - ");
    check(&many, &[(Mobile, "0912345678"); 9]);
}

#[test]
fn what_only_looks_like_a_phone_number_is_left() {
    check_none(&[
        "1900 1234",
        "19001234",
        "1900123456",
        "hotline 1800 6789",
        "0123456789",
        "01261234567",
        "0012345678",
        "0.912345678",
        "09123456789012345",
        "091234567",
        "0712345678",
        "mã đơn hàng 0912345678",
        "mã vận đơn: 0912345678",
        "https://vi-du.example/p/0912345678",
        "vi-du.example/p/0912345678.html",
        "09-12-2024 15",
        "09 12",
        "giá 1.200.000",
        "2019 2020 2021",
        "từ 10h30 đến 22h, 12/10/2024",
        "912345678",
        "a1b2c3d4e5f60912345678",
        "không ba hai",
        "không hai ba bốn năm nữa",
        "0,912345678",
        "lô tô 09 12 34 56 78 90",
        "1234567 lượt xem",
        "IMEI 350912345678901",
    ]);
}

#[test]
fn landlines_need_an_area_code() {
    check_each(
        Landline,
        &[
            "024 3825 1234",
            "(024) 3825 1234",
            "024.38251234",
            "02838251234",
            "+84 28 3825 1234",
            "ĐT: ¦0236 3825 123¦",
            "điện thoại ¦0203.3825.123¦",
        ],
    );
    check_none(&["02318251234", "024 1825 1234", "02313825123", "024 3825 123"]);
}

#[test]
fn citizen_numbers_have_a_province_a_century_and_a_year() {
    check_each(
        Cccd,
        &[
            "001201012345",
            "079 088 001 234",
            "0790 8800 1234",
            "0 7 9 0 8 8 0 0 1 2 3 4",
            "CCCD: ¦079088001234¦",
            "căn cước số ¦001 201 012345¦",
            "can cuoc cong dan ¦079188001234¦",
            "số định danh cá nhân ¦O79O88OO1234¦",
            "cccd¦079088001234¦",
            "cccd ¦136088001234¦",
            "cmnd ¦079088001234¦",
        ],
    );
    check_none(&[
        "003201012345",
        "079588001234",
        "079240001234",
        "136088001234",
        "gplx 079088001234",
        "bằng lái xe số 079088001234",
        "đơn hàng 079088001234",
        "imei 079088001234",
        "0790880012345",
    ]);
}

#[test]
fn old_identity_numbers_need_a_word() {
    check_each(
        Cmnd,
        &[
            "CMND ¦012345678¦",
            "cmt: ¦024 123 456¦",
            "chung minh nhan dan so ¦271234567¦",
            "CMND/CCCD: ¦271234567¦",
            "cmnd¦271234567¦",
        ],
    );
    check_none(&[
        "271234567",
        "giá 271234567 đồng",
        "cmnd 2712345678",
        "cmnd giá 271.234.567 đ",
    ]);
}

#[test]
fn tax_codes_carry_a_check_digit() {
    check_each(
        Mst,
        &[
            "MST: ¦0123456709¦",
            "mã số thuế ¦8800007778¦",
            "ma so thue ¦6709876503¦",
            "mst ¦0345678903¦",
            "8800007778-001",
            "MST ¦8800007778-012¦",
            "mst ¦8800007778012¦",
            "MST cá nhân ¦079088001234¦",
            "mst¦6709876503¦",
        ],
    );
    check_none(&[
        "MST: 0123456708",
        "mst 8800007779",
        "8800007778",
        "8800007778-000",
        "8800007779-001",
        "mst 0000000000",
    ]);
}

#[test]
fn one_number_is_one_thing() {
    check("sđt 0345678903", &[(Mobile, "0345678903")]);
    check("0345678903", &[(Mobile, "0345678903")]);
    check("mst 0345678903", &[(Mst, "0345678903")]);
    check("stk 0345678903", &[(BankAccount, "0345678903")]);
    check("bhxh 0345678903", &[(Bhxh, "0345678903")]);
    check("mã đơn 0345678903", &[]);
    check(
        "CCCD 079088001234, MST 8800007778, SĐT 0912345678, STK 1903123456 VCB",
        &[
            (Cccd, "079088001234"),
            (Mst, "8800007778"),
            (Mobile, "0912345678"),
            (BankAccount, "1903123456"),
        ],
    );
    check(
        "stk 123456789 vcb, 0912345678",
        &[(BankAccount, "123456789"), (Mobile, "0912345678")],
    );
    check(
        "STK 19031234567890 Techcombank. Zalo 0912345678",
        &[(BankAccount, "19031234567890"), (Mobile, "0912345678")],
    );
    check(
        "0912345678 stk 1903123456",
        &[(Mobile, "0912345678"), (BankAccount, "1903123456")],
    );
    check(
        "nguyenvana0912345678@vi-du.com",
        &[(Email, "nguyenvana0912345678@vi-du.com")],
    );
}

#[test]
fn cards_need_a_range_and_luhn() {
    check_each(
        BankCard,
        &[
            "9704361234567895",
            "9704 3612 3456 7895",
            "9704-3612-3456-7895",
            "9704220000111122224",
            "4111 2222 3333 4448",
            "5123456789012346",
            "số thẻ ¦4111222233334448¦ hết hạn 12/28",
            "visa ¦4111 2222 3333 4448¦",
            "3528123456789012",
            "thẻ ¦371234567890120¦",
            "6212345678901232",
        ],
    );
    check_none(&[
        "9704361234567896",
        "4111 2222 3333 4449",
        "số thẻ 4111222233334449",
        "1234567890123452",
        "mã vận đơn 4111222233334448",
        "0000000000000000",
    ]);
}

#[test]
fn accounts_need_words() {
    check_each(
        BankAccount,
        &[
            "STK: ¦0123456789¦",
            "stk ¦19031234567890¦ techcombank",
            "số tài khoản ¦1234567890123¦",
            "so tai khoan ¦0451000123456¦ vietcombank",
            "Vietcombank ¦0451000123456¦",
            "¦0451000123456¦ - Vietcombank - NGUYEN VAN A",
            "TK ¦1903 1234 5678 90¦ TCB",
            "chủ tk Nguyễn Văn A, stk ¦12345678¦",
            "ck vào ¦190312345678¦ giúp em",
            "ngân hàng MB ¦0912345678¦",
        ],
    );
    check_none(&[
        "0451000123456",
        "ck 500000",
        "ck 500.000",
        "chuyển khoản 1.500.000 vào",
        "ck 1500000000 đồng",
        "vcb 1900545413",
        "stk 12345",
        "vietcombank 500.000đ",
        "ngân hàng có 2500000 khách",
        "tài khoản có 123456789 xu",
    ]);
}

#[test]
fn plates_have_a_province_and_a_series() {
    check_each(
        Plate,
        &[
            "29A-123.45",
            "51F 123.45",
            "59-X1 123.45",
            "59X1-123.45",
            "30K-1234",
            "51LD-123.45",
            "biển số ¦29A12345¦",
            "bien so ¦59x1 12345¦",
            "BKS: ¦29-B1 123.45¦",
            "biển kiểm soát ¦30e 999.99¦",
            "xe ¦29H-12345¦ đi ẩu",
        ],
    );
    check_none(&[
        "13A-123.45",
        "29O-123.45",
        "29J-123.45",
        "50k 20000",
        "29A12345",
        "29A-123.456",
        "20h 30000 người",
        "29a-12",
        "12K-1234567",
    ]);
}

#[test]
fn passports_need_a_word_or_check_digits() {
    check_each(
        Passport,
        &[
            "hộ chiếu ¦C1234567¦",
            "Passport No: ¦P01234567¦",
            "ho chieu so ¦B 1234567¦",
            "C1234567<0VNM9001011M3001019<<<<<<<<<<<<<<<6",
            "P012345673VNM9502150F3203101<<<<<<<<<<<<<<<6",
            "B7654321<1VNM8812304M2805058079088001234<<04",
            "P<VNMNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<<<<<<<<<<\n¦C1234567<0VNM9001011M3001019<<<<<<<<<<<<<<<6¦",
        ],
    );
    check_none(&[
        "C1234567",
        "hộ chiếu 1234567",
        "hộ chiếu C123456",
        "C1234567<1VNM9001011M3001019<<<<<<<<<<<<<<<6",
        "C1234567<0VNM9001011M3001019<<<<<<<<<<<<<<<7",
        "C1234567<0VNM9001011M3001019<<<<<<<<<<<<<<<",
    ]);
}

#[test]
fn insurance_numbers_need_a_word_or_a_card() {
    check_each(
        Bhxh,
        &[
            "BHXH ¦7912345678¦",
            "mã số bảo hiểm xã hội: ¦0123456789¦",
            "bao hiem y te ¦7912345678¦",
            "DN4790123456789",
            "thẻ bhyt ¦HS 4 79 0123456789¦",
            "GD-4-01-01234-56789",
        ],
    );
    check_none(&[
        "7912345678",
        "ZZ4790123456789",
        "DN6790123456789",
        "DN4030123456789",
        "bhxh 791234567",
    ]);
}

#[test]
fn mail_addresses_may_be_spelled() {
    check_each(
        Email,
        &[
            "nguyen.van-a_1@vi-du.com.vn",
            "mail: ¦lan@gmail.com¦.",
            "LAN@GMAIL.COM",
            "lan@mail.vi-du.co",
            "lan(at)gmail(dot)com",
            "lan [at] gmail [dot] com",
            "lan @ gmail . com",
            "lan @gmail.com",
            "lan a còng gmail chấm com",
            "liên hệ ¦lan@gmail.com¦ hoặc info@vi-du.vn",
            "nguyenlan at gmail dot com",
            "(¦lan@vi-du.org¦)",
            "ｌａｎ＠ｇｍａｉｌ．ｃｏｍ",
            "l\u{200b}an@gmail.com",
        ],
    );
    check_none(&[
        "@nguyenvana",
        "a@b",
        "5k @ shop",
        "lan@",
        "@gmail.com",
        "info@vi-du.com",
        "hotro@vi-du.vn",
        "lan@-x.com",
        "lan@a..com",
        "lan@1.2",
        "hẹn at 7h",
        "cười :(( @@",
        ".@gmail.com",
    ]);
    let local = |len: usize| format!("{}@vi-du.com", "a".repeat(len));
    check(&local(64), &[(Email, &local(64))]);
    check(&local(65), &[]);
    let label = |len: usize| format!("a@{}.com", "b".repeat(len));
    check(&label(63), &[(Email, &label(63))]);
    check(&label(64), &[]);
    let host = |last: usize| format!("a@{0}.{0}.{0}.{1}.com", "b".repeat(62), "c".repeat(last));
    assert_eq!(host(62).len() - 2, 255);
    check(&host(62), &[(Email, &host(62))]);
    assert!(
        find(detectors(), &host(63))
            .iter()
            .all(|(_, matched, _)| matched.len() < host(63).len())
    );
}

#[test]
fn addresses_have_two_parts_and_a_number() {
    check_each(
        Address,
        &[
            "nhà em ở ¦số nhà 12 đường Láng¦ nhé",
            "¦số 12 ngõ 34 Trần Thái Tông, Cầu Giấy, Hà Nội¦",
            "12 Nguyễn Trãi, Quận 5, TP.HCM",
            "123/4/5A Lê Văn Sỹ, P.13, Q.3",
            "địa chỉ: ¦hẻm 56 đường Số 7, phường Bình Hưng Hòa¦",
            "dia chi: ¦so nha 12 duong Le Loi, quan 1¦",
            "so nha 5 ngo 12 pho Hue ha noi",
            "kiệt 12 Nguyễn Huệ, TP Huế",
            "Tổ 3, ấp 2, xã Tân Phú, huyện Châu Thành, tỉnh Bến Tre",
            "34 Lê Lợi, phường Bến Nghé, Q1",
            "SỐ 5 ĐƯỜNG TRẦN PHÚ, PHƯỜNG 4, QUẬN 5",
        ],
    );
    check_none(&[
        "phường 5 quận 1",
        "số 1 Hà Nội",
        "số 1 thế giới",
        "tổ 3 đội tuyển",
        "mạng xã hội 5 năm",
        "5 người ở quận 1",
        "quán 12 bún đậu ở quận 1",
        "đi đường 5 tiếng",
        "Hà Nội 36 phố phường",
        "ngõ 12",
        "quan 5 so 3",
        "tp 5 sao",
        "04/12/2024 tại Hà Nội, quận Cầu Giấy",
    ]);
}

#[test]
fn what_is_not_asked_for_is_not_reported() {
    let detectors = Detectors::compile(&[
        Identifier {
            kind: Mobile,
            min_confidence: 97,
        },
        Identifier {
            kind: Mobile,
            min_confidence: 90,
        },
    ]);
    assert_eq!(find(&detectors, "0912345678 a@vi-du.com"), []);
    assert_eq!(
        find(&detectors, "sđt 0912345678"),
        [(Mobile, "0912345678".to_owned(), 97)]
    );
    assert_eq!(find(&Detectors::compile(&[]), "sđt 0912345678"), []);
}

#[test]
fn a_word_near_a_number_makes_it_surer() {
    for (bare, cued) in [
        ("0912345678", "zalo 0912345678"),
        ("079088001234", "cccd 079088001234"),
        ("8800007778-001", "mst 8800007778-001"),
        ("9704361234567895", "số thẻ 9704361234567895"),
        ("29A-123.45", "biển số 29A-123.45"),
        ("024 3825 1234", "sđt 024 3825 1234"),
    ] {
        let confidence = |text: &str| find(detectors(), text).first().map(|(_, _, confidence)| *confidence);
        assert!(
            confidence(bare) < confidence(cued) && confidence(bare).is_some(),
            "{bare}"
        );
    }
}

#[test]
fn a_number_at_the_edge_of_a_run_is_whole() {
    // Runs hold 64 digits; the number must be found wherever the edge falls.
    for before in 0..80 {
        let text = format!("{}0912345678", "7.7 ".repeat(before));
        let found = find(detectors(), &text);
        assert_eq!(
            found.last().map(|(_, matched, _)| matched.as_str()),
            Some("0912345678"),
            "{before}"
        );
    }
}

#[test]
fn the_vocabulary_is_whole() {
    let words = Words::compile();
    let mut folded = Folded::new();
    for (text, word) in [
        ("số tài khoản", Word::Cue(Cue::Account)),
        ("so tai khoan", Word::Cue(Cue::Account)),
        ("số nhà", Word::Place(words::Level::House)),
        ("Bà Rịa Vũng Tàu", Word::Province),
        ("căn cước công dân", Word::Cue(Cue::Cccd)),
        ("xã hội", Word::Nothing),
    ] {
        folded.fold(text);
        assert_eq!(
            words.look_up(folded.tokens()),
            Some((word, folded.tokens().len())),
            "{text}"
        );
    }
    folded.fold("quán");
    assert_eq!(words.look_up(folded.tokens()), None);
}
