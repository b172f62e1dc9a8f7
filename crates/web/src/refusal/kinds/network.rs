//! Refusals of what protects the network: feeds, indicators, collections, sensors, blocks and incidents.

use axum::http::StatusCode;

use super::Kind;

/// Each of them.
pub(super) const NETWORK: [Kind; 34] = [
    (
        "bad-feed",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được nguồn chỉ dấu", "The feed cannot be used"],
    ),
    (
        "feed-not-held",
        StatusCode::CONFLICT,
        ["Không có gì đang chờ", "Nothing waits"],
    ),
    (
        "feed-removed",
        StatusCode::CONFLICT,
        ["Nguồn đã bị gỡ", "The feed was removed"],
    ),
    (
        "feed-fetched",
        StatusCode::CONFLICT,
        ["Nguồn được tải về", "The feed is fetched"],
    ),
    (
        "bad-sharing-rule",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được quy tắc chia sẻ", "The rule of sharing cannot be used"],
    ),
    (
        "sharing-step",
        StatusCode::CONFLICT,
        [
            "Chưa thể làm bước này với việc chia sẻ",
            "This step cannot be taken with the sharing",
        ],
    ),
    (
        "bad-push",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được nơi nhận chỉ dấu", "The push cannot be used"],
    ),
    (
        "push-removed",
        StatusCode::CONFLICT,
        ["Nơi nhận đã bị gỡ", "The push was removed"],
    ),
    (
        "bad-indicators",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được chỉ dấu", "The indicators cannot be used"],
    ),
    (
        "export-too-large",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Quá nhiều chỉ dấu một lần", "Too many indicators at once"],
    ),
    (
        "bad-sensor",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được cảm biến", "The sensor cannot be used"],
    ),
    (
        "sensor-step",
        StatusCode::CONFLICT,
        ["Cảm biến không ở trạng thái đó", "The sensor is not in that state"],
    ),
    (
        "no-such-sensor",
        StatusCode::NOT_FOUND,
        ["Không có cảm biến này", "There is no such sensor"],
    ),
    (
        "sensor-not-running",
        StatusCode::SERVICE_UNAVAILABLE,
        ["Cảm biến không chạy", "The sensor does not run"],
    ),
    (
        "events-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Quá nhiều sự kiện một lần", "Too many events at once"],
    ),
    (
        "events-late",
        StatusCode::SERVICE_UNAVAILABLE,
        ["Chưa lưu kịp sự kiện", "Events were not kept in time"],
    ),
    (
        "bad-sightings",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không dùng được lần phát hiện", "The sightings cannot be used"],
    ),
    (
        "not-acceptable",
        StatusCode::NOT_ACCEPTABLE,
        ["Không có ở dạng đó", "Not acceptable"],
    ),
    (
        "certificate-required",
        StatusCode::FORBIDDEN,
        ["Cần chứng thư máy khách", "Certificate required"],
    ),
    (
        "collection-forbidden",
        StatusCode::FORBIDDEN,
        ["Không có quyền với tập dữ liệu", "Not with this collection"],
    ),
    (
        "bad-envelope",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không phải phong bì TAXII", "Not a TAXII envelope"],
    ),
    (
        "envelope-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Phong bì quá lớn", "Envelope too large"],
    ),
    (
        "bad-collection",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không tạo được tập dữ liệu", "The collection cannot be made"],
    ),
    (
        "bad-block",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Thay đổi không hợp lệ", "Change refused"],
    ),
    (
        "block-refused",
        StatusCode::CONFLICT,
        ["Không được chặn", "It must not be blocked"],
    ),
    (
        "block-listed",
        StatusCode::CONFLICT,
        ["Đã có trong danh sách", "On the list already"],
    ),
    (
        "block-step",
        StatusCode::CONFLICT,
        ["Chưa thể làm bước này", "This step cannot be taken"],
    ),
    (
        "incident-step",
        StatusCode::CONFLICT,
        [
            "Chưa thể làm bước này với sự cố",
            "This step cannot be taken with the incident",
        ],
    ),
    (
        "bad-incident",
        StatusCode::UNPROCESSABLE_ENTITY,
        [
            "Nội dung về sự cố không dùng được",
            "What is said of the incident cannot be used",
        ],
    ),
    (
        "bad-hunt",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không truy tìm được như vậy", "The hunt cannot be made"],
    ),
    (
        "hunt-step",
        StatusCode::CONFLICT,
        [
            "Chưa thể làm bước này với lần truy tìm",
            "This step cannot be taken with the hunt",
        ],
    ),
    (
        "block-versions",
        StatusCode::CONFLICT,
        ["Không so sánh được", "Versions cannot be compared"],
    ),
    (
        "no-blocking-policy",
        StatusCode::CONFLICT,
        [
            "Chính sách chưa nói về việc chặn",
            "The policy says nothing of blocking",
        ],
    ),
    (
        "too-many-objections",
        StatusCode::TOO_MANY_REQUESTS,
        ["Quá nhiều phản đối đang chờ", "Too many objections wait"],
    ),
];
