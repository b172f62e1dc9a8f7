//! What stands in the way of feeds, of indicators and of sightings, in words.

use anlanh_app::feed::{FeedError, MAX_FEEDS, MAX_HANDED_IN_BYTES, MAX_HANDED_IN_VALUES, MAX_MINUTES, MIN_MINUTES};
use anlanh_app::indicator::{MAX_EXPORTED_BYTES, MAX_SIGHTINGS, SightingError};
use anlanh_app::push::{MAX_PUSHES, PushError};

use super::Refusal;

impl Refusal {
    /// What was handed in is too long.
    pub fn indicators_too_large() -> Self {
        of_feed(FeedError::TooLarge)
    }

    /// A colour, a step or credentials of a push are none that there are.
    pub fn bad_push() -> Self {
        of_push(PushError::Filter)
    }

    /// A kind, a colour, a step or credentials of a feed are none that there are.
    pub fn bad_feed_kind() -> Self {
        Self::new(
            "bad-feed",
            "không có loại nguồn, mức TLP, bước hoặc cách đăng nhập này",
            "there is no such kind of feed, colour of TLP, step or way to sign in",
        )
    }
}

pub(super) fn of_feed(error: FeedError) -> Refusal {
    let bad = |vi: &str, en: &str| Refusal::new("bad-feed", vi, en);
    match error {
        FeedError::Name => bad(
            "tên dài 1 đến 120 byte, trên một dòng và chưa có nguồn nào dùng",
            "a name has 1 to 120 bytes in one line, and no other feed has it",
        ),
        FeedError::Address => bad(
            "nguồn được tải về cần địa chỉ http hoặc https, không có tên người dùng và #; nguồn nhập tay thì không có địa chỉ",
            "a feed that is fetched has an http or https address without a user and #; one by hand has none",
        ),
        FeedError::Zone => bad(
            "địa chỉ của vùng RPZ viết như dns://may-chu.vi-du.vn:53/rpz.vi-du.vn",
            "the address of a zone is written as in dns://server.example:53/rpz.example",
        ),
        FeedError::Form => bad(
            "không hiểu loại giá trị, dấu chú thích hoặc các cột; cột viết như value=2,confidence=4",
            "kind of values, sign of comments or columns are none; columns are written as in value=2,confidence=4",
        ),
        FeedError::Number(field) => Refusal::new(
            "bad-feed",
            format!(
                "{field} ngoài phạm vi: every_minutes từ {MIN_MINUTES} đến {MAX_MINUTES}, confidence từ 0 đến 100, valid_days từ 1 đến 3650"
            ),
            format!(
                "{field} is out of its range: every_minutes {MIN_MINUTES} to {MAX_MINUTES}, confidence 0 to 100, valid_days 1 to 3650"
            ),
        ),
        FeedError::Credentials => bad(
            "thông tin đăng nhập gồm tên và mật khẩu, hoặc một mã, không có ký tự điều khiển",
            "credentials are a user and a password, or a token, without control characters",
        ),
        FeedError::Collection => bad(
            "không có tập dữ liệu này",
            "there is no such collection, or the feed has another one",
        ),
        FeedError::CollectionTaken => bad(
            "đã có nguồn khác lấy chỉ dấu từ tập dữ liệu này",
            "another feed takes the indicators of this collection",
        ),
        FeedError::TooMany => Refusal::new(
            "bad-feed",
            format!("tối đa {MAX_FEEDS} nguồn"),
            format!("at most {MAX_FEEDS} feeds"),
        ),
        FeedError::NotHeld => Refusal::new(
            "feed-not-held",
            "nguồn này không có lần cập nhật nào đang chờ",
            "no round of this feed waits",
        ),
        FeedError::Removed => Refusal::new("feed-removed", "nguồn này đã bị gỡ", "this feed was removed"),
        FeedError::Fetched => Refusal::new(
            "feed-fetched",
            "nguồn này được tải về; chỉ nguồn nhập tay mới nhận và thu hồi chỉ dấu bằng tay",
            "this feed is fetched; indicators are entered and withdrawn by hand in feeds by hand alone",
        ),
        FeedError::TooLarge => Refusal::new(
            "bad-indicators",
            format!("mỗi lần gửi tối đa {MAX_HANDED_IN_BYTES} byte và {MAX_HANDED_IN_VALUES} giá trị"),
            format!("at most {MAX_HANDED_IN_BYTES} bytes and {MAX_HANDED_IN_VALUES} values at once"),
        ),
        FeedError::ExportTooLarge => Refusal::new(
            "export-too-large",
            format!("mỗi lần xuất tối đa {MAX_EXPORTED_BYTES} byte: hãy xuất từng loại (kind) hoặc dạng ngắn hơn"),
            format!("at most {MAX_EXPORTED_BYTES} bytes are given out at once: ask for one kind, or a shorter form"),
        ),
        FeedError::Nothing => Refusal::new(
            "bad-indicators",
            "không có dòng hoặc đối tượng nào dùng được: mỗi dòng một giá trị, hoặc một gói STIX 2.1",
            "no line or object of it can be used: a value a line, or a bundle of STIX 2.1",
        ),
    }
}

pub(super) fn of_push(error: PushError) -> Refusal {
    let bad = |vi: &str, en: &str| Refusal::new("bad-push", vi, en);
    match error {
        PushError::Name => bad(
            "tên dài 1 đến 120 byte, trên một dòng và chưa nơi nhận nào dùng",
            "a name has 1 to 120 bytes in one line, and no other push has it",
        ),
        PushError::Address => bad(
            "địa chỉ là của chính tập dữ liệu TAXII, http hoặc https, kết thúc bằng /collections/ và mã của tập",
            "the address is that of the TAXII collection itself, http or https, and ends with /collections/ and its id",
        ),
        PushError::Filter => bad(
            "không có loại giá trị này; TLP cao nhất là amber+strict; độ tin cậy từ 0 đến 100",
            "there is no such kind of values; at most TLP:AMBER+STRICT is pushed; confidence is 0 to 100",
        ),
        PushError::Credentials => bad(
            "thông tin đăng nhập gồm tên và mật khẩu, hoặc một mã, không có ký tự điều khiển",
            "credentials are a user and a password, or a token, without control characters",
        ),
        PushError::TooMany => Refusal::new(
            "bad-push",
            format!("tối đa {MAX_PUSHES} nơi nhận"),
            format!("at most {MAX_PUSHES} pushes"),
        ),
        PushError::Removed => Refusal::new("push-removed", "nơi nhận này đã bị gỡ", "this push was removed"),
    }
}

pub(super) fn of_sighting(error: SightingError) -> Refusal {
    match error {
        SightingError::Number => Refusal::new(
            "bad-sightings",
            format!("mỗi lần báo 1 đến {MAX_SIGHTINGS} lần phát hiện"),
            format!("1 to {MAX_SIGHTINGS} sightings are told at once"),
        ),
        SightingError::Value(at) => Refusal::new(
            "bad-sightings",
            format!("giá trị thứ {at} (tính từ 0) không phải tên miền, URL, địa chỉ, mã băm hay e-mail"),
            format!("value {at} (from 0) is no name, URL, address, digest or e-mail address"),
        ),
        SightingError::Times(at) => Refusal::new(
            "bad-sightings",
            format!("lần phát hiện thứ {at} (tính từ 0) có số lần hoặc thời điểm không hợp lệ"),
            format!("count or times of sighting {at} (from 0) cannot be"),
        ),
    }
}
