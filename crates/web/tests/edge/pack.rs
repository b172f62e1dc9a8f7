//! A small pack for the tests, so that they do not hang on what the built-in one catches today.

use anlanh_pack::Policy;

const PACK: &str = r#"
[pack]
id = "thu"
version = "1"
as_of = 2026-11-23
utc_offset_minutes = 420
title = { vi = "Gói thử", en = "Test pack" }
"#;

const LAWS: &str = r#"
[[law]]
key = "luat"
number = "1/2025/QH15"
title = { vi = "Luật Thử nghiệm", en = "Law on Tests" }
evidence = "own"
[[law.article]]
key = "7.2"
cite = { vi = "khoản 2 Điều 7", en = "Article 7.2" }
summary = { vi = "Cấm lừa đảo.", en = "No fraud." }
evidence = "own"
"#;

const CATEGORIES: &str = r#"
[[category]]
key = "SC1"
title = { vi = "Lừa đảo chiếm đoạt tài sản", en = "Fraud" }
detectable = true
automatic = true
bases = ["luat/7.2"]
evidence = "own"
[[category]]
key = "PD"
title = { vi = "Lộ dữ liệu cá nhân", en = "Personal data" }
detectable = true
automatic = true
bases = ["luat/7.2"]
evidence = "own"
"#;

const OTHERS: &str = r#"
[[name]]
name = "vietcombank"
kind = "bank"
domains = ["vietcombank.com.vn"]
evidence = "own"
"#;

const IDENTIFIERS: &str = r#"
[[identifier]]
kind = "mobile"
title = { vi = "Số di động", en = "Mobile number" }
min_confidence = 0
rule = { vi = "10 chữ số.", en = "10 digits." }
bases = ["luat/7.2"]
evidence = "own"
"#;

const LEXICON: &str = r#"
[[entry]]
id = "sc1.otp"
category = "SC1"
severity = "high"
mode = "obfuscated"
phrases = ["gửi mã otp", "mã otp cho em"]
evidence = "own"
hit = ["Chị gửi mã OTP cho em nhé"]
miss = ["Mã nguồn mở"]
"#;

const RULES: &str = r#"
[[rule]]
id = "sc1.otp"
category = "SC1"
title = { vi = "Xin mã OTP", en = "Asks for a one-time code" }
when = 'lexicon.count("sc1.otp") > 0'
action = "review"
automatic = false
evidence = "own"
hit = ["Chị ơi gửi mã 0TP cho em qua vietcombank-nhanthuong.com để nhận thưởng 👍 nhé"]
miss = ["Hôm nay trời đẹp quá, cả nhà đi hồ Tây chơi"]
[[rule]]
id = "sc1.bank"
category = "SC1"
title = { vi = "Tên miền giả ngân hàng", en = "Look-alike of a bank" }
when = 'links.look_alike("bank") > 0'
action = "block"
automatic = true
evidence = "own"
hit = ["Đăng nhập vietcombank-nhanthuong.com"]
miss = ["Đăng nhập vietcombank.com.vn"]
[[rule]]
id = "pd.mobile"
category = "PD"
title = { vi = "Số điện thoại", en = "Telephone number" }
when = 'personal.count("mobile") > 0'
action = "limit"
automatic = true
evidence = "own"
hit = ["Liên hệ 0912 345 678"]
miss = ["Liên hệ sau"]
"#;

const CLOCKS: &str = r#"
[[clock]]
key = "complaint-removal"
title = { vi = "Gỡ nội dung sau khiếu nại", en = "Removal after a complaint" }
asker = "user"
applies_to = ["platform"]
starts = "receipt"
hours = 48
bases = ["luat/7.2"]
evidence = "own"
[[clock]]
key = "self-detected"
title = { vi = "Gỡ nội dung tự phát hiện", en = "Removal of what was detected" }
asker = "self"
applies_to = ["platform"]
starts = "detection"
case = true
hours = 24
bases = ["luat/7.2"]
evidence = "own"
[[clock]]
key = "appeal"
title = { vi = "Trả lời khiếu nại", en = "Answer an appeal" }
asker = "user"
applies_to = ["platform"]
starts = "receipt"
hours = 168
evidence = "own"
"#;

const APPEALS: &str = r#"
[appeals]
days = 180
clock = "appeal"
evidence = "own"
"#;

const REPORTS: &str = r#"
[[report]]
key = "lua-dao"
title = { vi = "Lừa đảo", en = "Fraud" }
meaning = { vi = "Lừa lấy tiền, mã OTP", en = "Tricks to take money or codes" }
categories = ["SC1"]
anonymous = true
confirmed = false
clock = "complaint-removal"
harm = "high"
evidence = "own"
[[report]]
key = "tin-gia"
title = { vi = "Tin giả", en = "Fake news" }
meaning = { vi = "Chuyện bịa đặt", en = "Something invented" }
categories = []
anonymous = true
confirmed = false
clock = "complaint-removal"
harm = "normal"
evidence = "own"
[[report]]
key = "xuc-pham"
title = { vi = "Xúc phạm danh dự", en = "Insult" }
meaning = { vi = "Bôi nhọ một người", en = "Smear of a person" }
categories = []
anonymous = false
confirmed = true
clock = "complaint-removal"
harm = "normal"
evidence = "own"
"#;

/// The policy that the tests judge by.
pub fn policy() -> Policy {
    let files = [
        ("pack.toml", PACK),
        ("laws.toml", LAWS),
        ("categories.toml", CATEGORIES),
        ("clocks.toml", CLOCKS),
        ("reports.toml", REPORTS),
        ("names.toml", OTHERS),
        ("identifiers.toml", IDENTIFIERS),
        ("lexicon/sc1.toml", LEXICON),
        ("rules/all.toml", RULES),
        ("appeals.toml", APPEALS),
    ];
    Policy::from_texts(files).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}
