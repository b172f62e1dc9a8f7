//! What every refusal may be: a table that answers, metrics and documentation read.

mod network;

use axum::http::StatusCode;

use network::NETWORK;

/// A refusal as the documentation has it: its code and its titles in Vietnamese and English.
pub(super) type Kind = (&'static str, StatusCode, [&'static str; 2]);

/// How many there are.
pub(super) const COUNT: usize = COMMON.len() + NETWORK.len();

/// Every one of them, always in the same order.
pub(super) fn all() -> impl Iterator<Item = &'static Kind> {
    COMMON.iter().chain(&NETWORK)
}

/// Those that any part of the node may give, and those of cases, reports and orders.
const COMMON: [Kind; 94] = [
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
        "nothing-kept",
        StatusCode::NOT_FOUND,
        ["Không có gì để xóa", "There is nothing to erase"],
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
        "owner-not-askable",
        StatusCode::CONFLICT,
        ["Không yêu cầu chủ gỡ được", "The owner cannot be asked"],
    ),
    (
        "owner-request-over",
        StatusCode::CONFLICT,
        [
            "Yêu cầu chủ gỡ không ở bước này",
            "The request to the owner is not at this step",
        ],
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
        "information-not-ready",
        StatusCode::CONFLICT,
        [
            "Việc cung cấp thông tin chưa đến bước này",
            "The request for information is not that far yet",
        ],
    ),
    (
        "information-own",
        StatusCode::CONFLICT,
        ["Cần người khác duyệt", "Somebody else must approve"],
    ),
    (
        "information-over",
        StatusCode::CONFLICT,
        [
            "Việc cung cấp thông tin đã qua bước này",
            "The request for information is past this step",
        ],
    ),
    (
        "bad-information",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Đề nghị hoặc thông tin không hợp lệ", "Request or entries refused"],
    ),
    (
        "order-target-unknown",
        StatusCode::CONFLICT,
        ["Không tìm thấy đối tượng", "The target is not known here"],
    ),
    (
        "message-too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        ["Thông điệp quá lớn", "Message too large"],
    ),
    (
        "message-not-signed",
        StatusCode::UNAUTHORIZED,
        ["Thông điệp không có chữ ký đúng", "Not signed"],
    ),
    (
        "peer-unknown",
        StatusCode::UNAUTHORIZED,
        ["Không biết nút gửi", "Unknown node"],
    ),
    (
        "peer-cut-off",
        StatusCode::FORBIDDEN,
        ["Nút gửi đã bị ngắt", "The node is cut off"],
    ),
    (
        "message-clock",
        StatusCode::UNAUTHORIZED,
        ["Đồng hồ lệch", "Clocks differ"],
    ),
    (
        "bad-message",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không phải thông điệp", "Not a message"],
    ),
    (
        "message-newer",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Thông điệp ở dạng mới hơn", "Message of a newer form"],
    ),
    (
        "message-out-of-order",
        StatusCode::CONFLICT,
        ["Thông điệp đến trước thứ tự", "Message out of order"],
    ),
    (
        "too-many-streams",
        StatusCode::TOO_MANY_REQUESTS,
        ["Quá nhiều luồng chưa kết thúc", "Too many open streams"],
    ),
    (
        "message-differs",
        StatusCode::CONFLICT,
        ["Trùng số với thông điệp khác", "Another message has this number"],
    ),
    (
        "bad-peer",
        StatusCode::UNPROCESSABLE_ENTITY,
        ["Không thêm được nút", "The node cannot be added"],
    ),
    (
        "peer-not-active",
        StatusCode::CONFLICT,
        ["Nút nhận chưa kết nối", "The addressee is not connected"],
    ),
    (
        "issued-own-draft",
        StatusCode::CONFLICT,
        ["Cần người khác ký", "Somebody else signs it"],
    ),
    (
        "issued-number-used",
        StatusCode::CONFLICT,
        ["Số đã dùng trong năm", "The number is used this year"],
    ),
    (
        "issued-signed",
        StatusCode::CONFLICT,
        ["Yêu cầu không ở bước này", "The order is not at this step"],
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
