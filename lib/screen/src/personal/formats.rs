//! Tables of Vietnamese formats: facts, with where each comes from. Nothing here decides anything.
//!
//! Sources: CCCD province codes, TT 07/2016/TT-BCA (Điều 7 and annex); dialling codes and mobile prefixes, the
//! numbering plan as libphonenumber and the operators publish it; plate codes, annex of TT 79/2024/TT-BCA and what came
//! before; bank identification numbers, NAPAS as the VietQR participants list them; card ranges, ISO/IEC 7812 and the
//! schemes. The merger of provinces of 2025 changed none of the codes below: they were given at birth or at
//! registration.

/// The provinces as they were numbered: CCCD code, name, further names that people write.
pub(super) const PROVINCES: [(u8, &str); 63] = [
    (1, "Hà Nội"),
    (2, "Hà Giang"),
    (4, "Cao Bằng"),
    (6, "Bắc Kạn"),
    (8, "Tuyên Quang"),
    (10, "Lào Cai"),
    (11, "Điện Biên"),
    (12, "Lai Châu"),
    (14, "Sơn La"),
    (15, "Yên Bái"),
    (17, "Hòa Bình"),
    (19, "Thái Nguyên"),
    (20, "Lạng Sơn"),
    (22, "Quảng Ninh"),
    (24, "Bắc Giang"),
    (25, "Phú Thọ"),
    (26, "Vĩnh Phúc"),
    (27, "Bắc Ninh"),
    (30, "Hải Dương"),
    (31, "Hải Phòng"),
    (33, "Hưng Yên"),
    (34, "Thái Bình"),
    (35, "Hà Nam"),
    (36, "Nam Định"),
    (37, "Ninh Bình"),
    (38, "Thanh Hóa"),
    (40, "Nghệ An"),
    (42, "Hà Tĩnh"),
    (44, "Quảng Bình"),
    (45, "Quảng Trị"),
    (46, "Thừa Thiên Huế"),
    (48, "Đà Nẵng"),
    (49, "Quảng Nam"),
    (51, "Quảng Ngãi"),
    (52, "Bình Định"),
    (54, "Phú Yên"),
    (56, "Khánh Hòa"),
    (58, "Ninh Thuận"),
    (60, "Bình Thuận"),
    (62, "Kon Tum"),
    (64, "Gia Lai"),
    (66, "Đắk Lắk"),
    (67, "Đắk Nông"),
    (68, "Lâm Đồng"),
    (70, "Bình Phước"),
    (72, "Tây Ninh"),
    (74, "Bình Dương"),
    (75, "Đồng Nai"),
    (77, "Bà Rịa Vũng Tàu"),
    (79, "Hồ Chí Minh"),
    (80, "Long An"),
    (82, "Tiền Giang"),
    (83, "Bến Tre"),
    (84, "Trà Vinh"),
    (86, "Vĩnh Long"),
    (87, "Đồng Tháp"),
    (89, "An Giang"),
    (91, "Kiên Giang"),
    (92, "Cần Thơ"),
    (93, "Hậu Giang"),
    (94, "Sóc Trăng"),
    (95, "Bạc Liêu"),
    (96, "Cà Mau"),
];

/// A set of numbers below 128.
#[derive(Debug, Clone, Copy)]
pub(super) struct Small(u128);

impl Small {
    const fn of(members: &[u8]) -> Self {
        let mut bits = 0;
        let mut rest = members;
        while let [first, tail @ ..] = rest {
            bits |= 1 << *first;
            rest = tail;
        }
        Self(bits)
    }

    /// Whether the number is a member; numbers from 128 on never are.
    pub(super) const fn contains(self, number: u32) -> bool {
        number < 128 && self.0 >> number & 1 == 1
    }
}

/// Codes of [`PROVINCES`].
pub(super) const PROVINCE_CODES: Small = {
    let mut bits = 0;
    let mut rest: &[(u8, &str)] = &PROVINCES;
    while let [(code, _), tail @ ..] = rest {
        bits |= 1 << *code;
        rest = tail;
    }
    Small(bits)
};

/// First two digits of mobile numbers after the 0, as operators hold them (Viettel, VinaPhone, MobiFone, Vietnamobile,
/// Gmobile, iTel 87, Wintel 55).
pub(super) const MOBILE_PREFIXES: Small = Small::of(&[
    32, 33, 34, 35, 36, 37, 38, 39, 52, 55, 56, 58, 59, 70, 76, 77, 78, 79, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 91,
    92, 93, 94, 96, 97, 98, 99,
]);

/// Further ones that the numbering plan sets aside for mobile, not seen in use.
pub(super) const RESERVED_MOBILE_PREFIXES: Small = Small::of(&[30, 31, 51, 53, 95]);

/// Landline area codes of three digits, without their first digit, which is always 2; 24 and 28 are apart.
pub(super) const AREA_CODES: Small = Small::of(&[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 25, 26, 27, 28, 29, 32, 33, 34, 35, 36, 37,
    38, 39, 51, 52, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 69, 70, 71, 72, 73, 74, 75, 76, 77, 90, 91, 92, 93, 94, 96,
    97, 99,
]);

/// First two digits of plates.
pub(super) const PLATE_CODES: Small = Small::of(&[
    11, 12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 43, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73,
    74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 88, 89, 90, 92, 93, 94, 95, 97, 98, 99,
]);

/// Last two digits of the domestic card BINs 9704xx.
pub(super) const NAPAS_BINS: Small = Small::of(&[
    0, 3, 5, 6, 7, 8, 9, 10, 12, 14, 15, 16, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 36, 37,
    38, 39, 40, 41, 42, 43, 44, 46, 48, 49, 52, 54, 55, 56, 57, 58, 62, 63,
]);

/// A range of card numbers: numbers that begin with `low` to `high`, of these lengths.
pub(super) struct CardRange {
    /// Lowest first four digits.
    pub(super) low: u32,
    /// Highest first four digits.
    pub(super) high: u32,
    /// Lengths, as a set.
    pub(super) lengths: Small,
}

const fn cards(low: u32, high: u32, lengths: &[u8]) -> CardRange {
    CardRange {
        low,
        high,
        lengths: Small::of(lengths),
    }
}

/// Payment card ranges seen in Việt Nam: Diners Club, American Express, JCB, Visa, Mastercard, UnionPay, NAPAS.
pub(super) const CARD_RANGES: [CardRange; 9] = [
    cards(3000, 3059, &[14]),
    cards(3400, 3499, &[15]),
    cards(3528, 3589, &[16]),
    cards(3600, 3699, &[14]),
    cards(3700, 3799, &[15]),
    cards(4000, 4999, &[16, 19]),
    cards(2221, 2720, &[16]),
    cards(5100, 5599, &[16]),
    cards(6200, 6299, &[16, 17, 18, 19]),
];

/// First four digits of domestic cards (NAPAS).
pub(super) const NAPAS: u32 = 9704;

/// Letters that open the code of a health insurance card (QĐ 1351/QĐ-BHXH and what came before; from memory).
pub(super) const INSURED_GROUPS: [[u8; 2]; 43] = [
    *b"dn", *b"hx", *b"ch", *b"nn", *b"tk", *b"hc", *b"xk", *b"ht", *b"tb", *b"no", *b"ct", *b"xb", *b"tn", *b"cs",
    *b"qn", *b"ca", *b"cy", *b"xn", *b"ms", *b"cc", *b"ck", *b"cb", *b"kc", *b"hd", *b"te", *b"bt", *b"hn", *b"dt",
    *b"dk", *b"xd", *b"ts", *b"tc", *b"tq", *b"ta", *b"ty", *b"hg", *b"ls", *b"pv", *b"cn", *b"hs", *b"sv", *b"gb",
    *b"gd",
];

/// Top-level domains and their like that are taken for one even when the address is spaced or spelled out.
pub(super) const CLEAR_TLDS: [&[u8]; 12] = [
    b"com", b"vn", b"net", b"org", b"edu", b"gov", b"info", b"io", b"me", b"us", b"uk", b"au",
];

/// Local parts that stand for an office, not for a person (RFC 2142 and custom).
pub(super) const ROLE_LOCAL_PARTS: [&[u8]; 18] = [
    b"abuse",
    b"admin",
    b"booking",
    b"contact",
    b"cskh",
    b"hello",
    b"help",
    b"hotro",
    b"hr",
    b"info",
    b"lienhe",
    b"marketing",
    b"noreply",
    b"no-reply",
    b"postmaster",
    b"sales",
    b"support",
    b"webmaster",
];
