//! What every refusal may be: a table that answers, metrics and documentation read.

use axum::http::StatusCode;

/// What every refusal may be, for the documentation: its code and its titles in Vietnamese and English.
pub(super) const KINDS: [(&str, StatusCode, [&str; 2]); 72] = [
    (
        "unauthorized",
        StatusCode::UNAUTHORIZED,
        ["Chưa xác thực", "Not authenticated"],
    ),
    ("forbidden", StatusCode::FORBIDDEN, ["Không có quyền", "Not permitted"]),
    (
        "needs-person",
        StatusCode::FORBIDDEN,
        ["Cần một con người quyết định", "Needs a person"],
    ),
    (
        "foreign-form",
        StatusCode::FORBIDDEN,
        ["Biểu mẫu không đến từ trang này", "The form is not from this site"],
    ),
    ("no-such-thing", StatusCode::NOT_FOUND, ["Không tìm thấy", "Not found"]),
    (
        "case-held",
        StatusCode::CONFLICT,
        ["Người khác đang giữ vụ việc", "Somebody else holds the case"],
    ),
    (
        "case-not-held",
        StatusCode::CONFLICT,
        ["Bạn không giữ vụ việc này", "You do not hold the case"],
    ),
    (
        "case-decided",
        StatusCode::CONFLICT,
        ["Vụ việc đã có quyết định", "The case is decided"],
    ),
    (
        "case-escalated",
        StatusCode::CONFLICT,
        ["Vụ việc đã được chuyển cấp", "The case is escalated already"],
    ),
    (
        "case-level",
        StatusCode::CONFLICT,
        [
            "Vụ việc cần người quản lý chính sách",
            "The case needs a policy manager",
        ],
    ),
    (
        "case-first-decider",
        StatusCode::CONFLICT,
        ["Cần người khác quyết định", "Somebody else must decide"],
    ),
    (
        "case-awaiting-second",
        StatusCode::CONFLICT,
        [
            "Quyết định đang chờ người thứ hai",
            "The decision waits for a second person",
        ],
    ),
    (
        "case-not-awaiting",
        StatusCode::CONFLICT,
        [
            "Không có quyết định nào chờ xác nhận",
            "No decision waits to be confirmed",
        ],
    ),
    (
        "proposal-void",
        StatusCode::CONFLICT,
        ["Không còn đủ vi phạm để khóa", "Too few violations are left for a lock"],
    ),
    (
        "bad-measure",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Biện pháp không phù hợp", "Measure refused"],
    ),
    (
        "bad-bulk",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Danh sách vụ việc không dùng được", "List of cases refused"],
    ),
    (
        "bad-signals",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Dấu hiệu không dùng được", "Signals refused"],
    ),
    (
        "case-withdrawn",
        StatusCode::CONFLICT,
        ["Khiếu nại đã được rút lại", "The appeal was withdrawn"],
    ),
    (
        "link-gone",
        StatusCode::GONE,
        ["Đường dẫn không mở được gì", "The link opens nothing"],
    ),
    (
        "appeal-too-late",
        StatusCode::CONFLICT,
        ["Đã hết thời hạn khiếu nại", "The period for appeals is over"],
    ),
    (
        "appeal-twice",
        StatusCode::CONFLICT,
        ["Đã khiếu nại rồi", "Appealed already"],
    ),
    (
        "appeal-other-open",
        StatusCode::CONFLICT,
        [
            "Một khiếu nại khác đang chờ trả lời",
            "Another appeal waits for its answer",
        ],
    ),
    (
        "appeal-nothing",
        StatusCode::CONFLICT,
        ["Không có gì để khiếu nại", "Nothing to appeal"],
    ),
    (
        "appeal-over",
        StatusCode::CONFLICT,
        ["Khiếu nại đã kết thúc", "The appeal is over"],
    ),
    (
        "appeal-still-open",
        StatusCode::CONFLICT,
        ["Khiếu nại chưa kết thúc", "The appeal is not over"],
    ),
    (
        "appeal-bad-answer",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Trả lời khiếu nại chưa hợp lệ", "The answer to the appeal does not fit"],
    ),
    (
        "appeal-too-many-messages",
        StatusCode::CONFLICT,
        ["Đã gửi quá nhiều tin", "Too many messages"],
    ),
    (
        "own-opinion",
        StatusCode::CONFLICT,
        ["Cần người thứ ba nhận định", "A third person must find"],
    ),
    (
        "bad-statement",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Quyết định chưa đủ căn cứ", "Statement of reasons incomplete"],
    ),
    (
        "bad-text",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Đoạn văn bản không dùng được", "Text refused"],
    ),
    (
        "unknown-key",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Chính sách không có khóa này", "Key not in the policy"],
    ),
    (
        "bad-query",
        StatusCode::BAD_REQUEST,
        ["Tham số không hợp lệ", "Bad query parameter"],
    ),
    (
        "bad-idempotency-key",
        StatusCode::BAD_REQUEST,
        ["Idempotency-Key không hợp lệ", "Bad Idempotency-Key"],
    ),
    (
        "idempotency-key-reused",
        StatusCode::UNPROCESSABLE_ENTITY,
        [
            "Idempotency-Key đã dùng cho yêu cầu khác",
            "Idempotency-Key used for another request",
        ],
    ),
    (
        "image-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Ảnh quá lớn", "Picture too large"],
    ),
    (
        "bad-image",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không phải ảnh như đã khai", "Not the picture it is said to be"],
    ),
    (
        "too-many-images",
        StatusCode::CONFLICT,
        ["Nội dung đã đủ ảnh", "The item has as many pictures as it may"],
    ),
    (
        "bad-report",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Phản ánh còn thiếu hoặc chưa đúng", "Report incomplete or wrong"],
    ),
    (
        "bad-proof",
        StatusCode::UNPROCESSABLE_ENTITY,
        [
            "Chưa qua được bước chống gửi tự động",
            "Proof of work or waiting missing",
        ],
    ),
    (
        "too-many-reports",
        StatusCode::TOO_MANY_REQUESTS,
        ["Mạng này gửi quá nhiều phản ánh", "Too many reports from this network"],
    ),
    (
        "last-administrator",
        StatusCode::CONFLICT,
        ["Cần ít nhất một quản trị viên", "An administrator must remain"],
    ),
    (
        "version-sealed",
        StatusCode::CONFLICT,
        ["Phiên bản không sửa được nữa", "The version cannot be changed"],
    ),
    (
        "draft-changed",
        StatusCode::CONFLICT,
        ["Bản nháp đã được người khác sửa", "Somebody else changed the draft"],
    ),
    (
        "precondition-required",
        StatusCode::PRECONDITION_REQUIRED,
        ["Thiếu If-Match", "If-Match needed"],
    ),
    (
        "version-in-force",
        StatusCode::CONFLICT,
        ["Phiên bản đang được áp dụng", "The version is in force"],
    ),
    (
        "pack-mistakes",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Phiên bản có lỗi", "The version has mistakes"],
    ),
    (
        "pack-examples",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Ví dụ không đạt", "Examples fail"],
    ),
    (
        "not-toml",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Tệp không phải TOML", "The file is not TOML"],
    ),
    (
        "pack-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Gói chính sách quá lớn", "The pack is too large"],
    ),
    (
        "bad-path",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Đường dẫn tệp không hợp lệ", "Not the path of a pack's file"],
    ),
    (
        "bad-brake",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Giới hạn tự động quá lớn", "Brake too weak"],
    ),
    (
        "trial-runs",
        StatusCode::CONFLICT,
        ["Một lần chạy thử khác chưa xong", "Another back-test runs"],
    ),
    (
        "bad-contact",
        StatusCode::UNPROCESSABLE_ENTITY,
        [
            "Địa chỉ nhận thông báo không hợp lệ",
            "The address for notices is refused",
        ],
    ),
    (
        "bad-hold",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Yêu cầu giữ nguyên không hợp lệ", "The hold is not one"],
    ),
    (
        "hold-ended",
        StatusCode::CONFLICT,
        ["Yêu cầu giữ nguyên đã chấm dứt", "The hold has ended"],
    ),
    (
        "bad-reference",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Mã của nền tảng không hợp lệ", "The reference is not one"],
    ),
    (
        "erased",
        StatusCode::GONE,
        ["Nội dung đã được xóa", "The content was erased"],
    ),
    (
        "list-gone",
        StatusCode::CONFLICT,
        ["Không còn danh sách của lúc đó", "A list of that time is gone"],
    ),
    (
        "bad-order",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Yêu cầu không nhập được", "Order refused"],
    ),
    (
        "bad-document",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Văn bản không nhận được", "Document refused"],
    ),
    (
        "document-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Văn bản quá lớn", "Document too large"],
    ),
    (
        "order-not-ready",
        StatusCode::CONFLICT,
        ["Yêu cầu chưa qua bước trước", "The order is not that far yet"],
    ),
    (
        "order-out-of-scope",
        StatusCode::CONFLICT,
        ["Yêu cầu ngoài thẩm quyền hoặc căn cứ", "The order is out of scope"],
    ),
    (
        "order-over",
        StatusCode::CONFLICT,
        ["Yêu cầu đã qua bước này", "The order is past this step"],
    ),
    (
        "order-by-hand",
        StatusCode::CONFLICT,
        ["Không thực hiện theo cách này", "Not carried out this way"],
    ),
    (
        "order-needs-second",
        StatusCode::CONFLICT,
        ["Cần người thứ hai", "A second person is needed"],
    ),
    (
        "order-target-unknown",
        StatusCode::CONFLICT,
        ["Không tìm thấy đối tượng", "The target is not known here"],
    ),
    (
        "name-taken",
        StatusCode::CONFLICT,
        ["Tên đã có người dùng", "Name taken"],
    ),
    (
        "busy",
        StatusCode::SERVICE_UNAVAILABLE,
        ["Máy chủ đang quá tải", "Too busy"],
    ),
    (
        "unavailable",
        StatusCode::SERVICE_UNAVAILABLE,
        ["Cơ sở dữ liệu chưa sẵn sàng", "Database unavailable"],
    ),
    (
        "storage-full",
        StatusCode::INSUFFICIENT_STORAGE,
        ["Hết chỗ lưu trữ", "Storage full"],
    ),
    (
        "commit-unknown",
        StatusCode::SERVICE_UNAVAILABLE,
        ["Chưa rõ đã ghi hay chưa", "Not known whether it was written"],
    ),
];
