//! `GET /openapi.json`: the API described by itself (OpenAPI 3.1).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::Service;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "An Lành",
        description = "Sàng lọc nội dung tiếng Việt, giải thích từng phát hiện. · Screens Vietnamese content and explains \
                       every hit.\n\nMỗi lỗi là một tài liệu problem (RFC 9457): `title` và `detail` bằng tiếng Việt, hoặc tiếng \
                       Anh nếu `Accept-Language` muốn thế; `code` luôn như nhau. · Every error is a problem document \
                       (RFC 9457). Its `title` and `detail` are Vietnamese, or English where `Accept-Language` prefers \
                       it; `code` is the same in both.\n\nNội dung gửi đến `/v1/screen` được trả lời rồi quên; gửi đến \
                       `/v1/items` thì được lưu. Không nội dung nào vào nhật ký máy. · What is sent to `/v1/screen` is \
                       answered and forgotten; what is sent to `/v1/items` is kept. Neither is logged.\n\nCác thao tác \
                       với nội dung, vụ việc và chính sách cần mã truy cập: `anlanh token create`. · Operations on items, \
                       cases and the policy need a token: `anlanh token create`.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT"),
    ),
    tags(
        (name = "screening", description = "Sàng lọc nội dung · Screening content"),
        (name = "items", description = "Nội dung được lưu · Kept items"),
        (name = "cases", description = "Vụ việc và quyết định · Cases and decisions"),
        (name = "actions", description = "Việc nền tảng cần làm · What the host platform is to do"),
        (name = "erasures", description = "Xóa và giữ nguyên dữ liệu · Erasures and holds"),
        (name = "orders", description = "Yêu cầu của cơ quan có thẩm quyền · Orders of authorities"),
        (name = "blocklist", description = "Danh sách chặn của mạng · The blocklist of the network"),
        (name = "information", description = "Cung cấp thông tin người dùng · Information about users"),
        (name = "appeals", description = "Khiếu nại · Appeals"),
        (name = "policy", description = "Chính sách: bản nháp, chạy thử, áp dụng · The policy: drafts, trials, steps"),
        (name = "quality", description = "Chất lượng duyệt · How well people decide"),
        (name = "reports", description = "Phản ánh của người ngoài · Reports by anybody"),
        (name = "issued", description = "Yêu cầu do cơ quan này ban hành · Orders that this node's office issues"),
        (name = "events", description = "Sự kiện của cảm biến · Events of sensors"),
        (name = "incidents", description = "Sự cố và cảnh báo · Incidents and alerts"),
        (name = "indicators", description = "Chỉ dấu và nguồn chỉ dấu · Indicators and feeds of them"),
        (name = "peers", description = "Các nút khác · Other nodes"),
        (name = "log", description = "Nhật ký công khai · The public log"),
        (name = "audit", description = "Nhật ký kiểm toán · The audit log"),
        (name = "operation", description = "Vận hành · Running the service"),
    ),
    paths(
        super::screen::screen,
        super::batch::screen_batch,
        super::items::keep,
        super::items::list,
        super::items::show,
        super::items::batch::keep,
        super::items::images::keep,
        super::items::images::list,
        super::items::images::show,
        super::cases::list,
        super::cases::show,
        super::cases::steps::take,
        super::cases::steps::release,
        super::cases::steps::escalate,
        super::cases::steps::reorder,
        super::cases::steps::note,
        super::cases::steps::decide,
        super::cases::decisions,
        super::cases::second::second,
        super::cases::second::decide_many,
        super::cases::second::confirm_many,
        super::actions::feed,
        super::actions::confirm,
        super::actions::signals,
        super::subjects::show,
        super::subjects::keep_contact,
        super::subjects::erase_contact,
        super::export::export,
        super::transparency::show,
        super::notices::list,
        crate::desk::published::feed::feed,
        super::log::checkpoint,
        super::log::tile,
        super::witness::add_checkpoint,
        super::indicators::misp_manifest,
        super::indicators::misp_event,
        super::pushes::list,
        super::pushes::add,
        super::pushes::show,
        super::pushes::change,
        super::pushes::step,
        super::feeds::list,
        super::feeds::add,
        super::feeds::show,
        super::feeds::change,
        super::feeds::step,
        super::feeds::enter,
        super::events::hand,
        super::sigma::state,
        super::sigma::rules,
        super::hunts::list,
        super::hunts::ask,
        super::hunts::show,
        super::hunts::cancel,
        super::hunts::raise,
        super::sharing::rules,
        super::sharing::step_rule,
        super::sharing::plans,
        super::sharing::plan,
        super::sharing::step_plan,
        super::sharing::ledger,
        super::incidents::list,
        super::incidents::show,
        super::incidents::alerts,
        super::incidents::events,
        super::incidents::steps::open,
        super::incidents::steps::note,
        super::incidents::steps::add_task,
        super::incidents::steps::set_task,
        super::incidents::steps::begin_playbook,
        super::incidents::steps::add_system,
        super::incidents::steps::grade,
        super::incidents::steps::step,
        super::incidents::steps::move_alerts,
        super::indicators::list,
        super::indicators::show,
        super::indicators::withdraw,
        super::indicators::sight,
        super::indicators::export,
        super::peer::card,
        super::peer::receive,
        super::peer::list,
        super::issued::draft,
        super::issued::list,
        super::issued::figures,
        super::issued::show,
        super::issued::rewrite,
        super::issued::sign,
        super::issued::discard,
        super::issued::remind,
        super::issued::amend,
        super::issued::withdraw,
        super::erasures::list,
        super::erasures::erase,
        super::erasures::show,
        super::erasures::holds,
        super::erasures::hold,
        super::erasures::release,
        super::owners::answer,
        super::orders::enter,
        super::orders::list,
        super::orders::show,
        super::orders::keep_document,
        super::orders::document,
        super::orders::steps::authenticate,
        super::orders::steps::check,
        super::orders::steps::take,
        super::orders::steps::execute,
        super::orders::steps::ask_owner,
        super::orders::steps::contest,
        super::orders::steps::answer,
        super::orders::steps::amend,
        super::orders::steps::withdraw,
        super::blocklist::overview,
        super::blocklist::list,
        super::blocklist::show,
        super::blocklist::steps::lift,
        super::blocklist::steps::review,
        super::blocklist::steps::propose,
        super::blocklist::change,
        super::blocklist::steps::step,
        super::blocklist::steps::roll_back,
        super::blocklist::difference,
        super::blocklist::covered,
        super::blocklist::estimate,
        super::blocklist::bouncer::stream,
        super::blocklist::steps::prove,
        super::blocklist::objections,
        super::blocklist::steps::answer,
        super::information::show,
        super::information::propose,
        super::information::approve,
        super::information::decline,
        super::information::enter,
        super::information::prepare,
        super::information::fetch,
        super::information::hand_over,
        super::information::refuse,
        super::appeals::list,
        super::appeals::show,
        super::appeals::open,
        super::appeals::links,
        super::appeals::answer,
        super::appeals::say,
        super::quality::show,
        super::quality::set_shares,
        super::reports::submit,
        super::reports::challenge,
        super::reports::status,
        super::reports::picture,
        super::audit::list,
        super::policy::overview,
        super::policy::version::list,
        super::policy::version::show,
        super::policy::version::check,
        super::policy::file::show,
        super::policy::file::put,
        super::policy::file::remove,
        super::policy::draft::begin,
        super::policy::draft::put_rule,
        super::policy::draft::remove_rule,
        super::policy::draft::put_entry,
        super::policy::draft::remove_entry,
        super::policy::draft::discard,
        super::policy::step::enforce,
        super::policy::step::roll_back,
        super::policy::step::shadow,
        super::policy::step::end_shadow,
        super::policy::step::list,
        super::policy::trial::begin,
        super::policy::trial::show,
        super::policy::trial::items,
        super::policy::trial::stop,
        super::policy::rule::list,
        super::policy::rule::show,
        super::policy::rule::set_brake,
        super::policy::replay::replay,
        super::openapi::openapi,
        super::status::health,
        super::status::ready,
        super::status::metrics,
    ),
    components(schemas(anlanh_api::ReasonOut)),
    modifiers(&BearerToken),
)]
struct Description;

/// How callers show who they are.
struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
    }
}

/// The description as it is served.
pub fn document() -> Bytes {
    // Writing to memory does not fail.
    serde_json::to_vec(&Description::openapi()).unwrap_or_default().into()
}

/// This description.
#[utoipa::path(
    get,
    path = "/openapi.json",
    tag = "operation",
    operation_id = "openapi",
    summary = "Bản mô tả này · This description",
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object, content_type = "application/json"))
)]
pub async fn openapi(State(service): State<Arc<Service>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], service.openapi.clone()).into_response()
}
