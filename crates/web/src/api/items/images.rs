//! `/v1/items/{item}/images`: pictures beside an item come in and are read back, byte for byte.

use std::sync::Arc;

use anlanh_app::image::{self, ImageError, MAX_IMAGE_BYTES};
use anlanh_app::{Error, ImageRow};
use anlanh_model::{Actor, ImageFormat};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::address::Path;
use crate::api::caller;
use crate::api::instant::Instant;
use crate::api::screen::read_up_to;
use crate::problem::{Problem, ProblemOut};
use crate::{Service, edge};

/// What the route takes, as a refusal names it.
const TAKEN: &str = "image/jpeg, image/png, image/gif, image/webp";

/// A kept picture.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Image)]
#[serde(deny_unknown_fields)]
pub struct ImageOut {
    /// Its number among those of its item, from 1.
    image: u32,
    /// SHA-256 of its bytes, in hexadecimal digits.
    sha256: String,
    /// `image/jpeg`, `image/png`, `image/gif` or `image/webp`.
    media_type: &'static str,
    /// How many bytes it has.
    bytes: u64,
    /// When it came in (RFC 3339).
    #[schema(value_type = String, format = DateTime)]
    received_at: Instant,
}

/// The pictures of an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Images)]
#[serde(deny_unknown_fields)]
pub struct ImagesOut {
    /// The pictures, first to last.
    images: Vec<ImageOut>,
}

impl ImageOut {
    fn new(image: &ImageRow) -> Self {
        Self {
            image: image.number,
            sha256: image.sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            media_type: image.format.media_type(),
            bytes: image.bytes,
            received_at: Instant(image.received_at),
        }
    }
}

/// Keeps a picture beside an item.
///
/// The body is the picture itself: JPEG, PNG, GIF or WebP of at most 4 MiB, stated by its `Content-Type` and checked by
/// its first bytes. It is never decoded. An item has at most 8; the same bytes again are the same picture, answered with
/// 200.
#[utoipa::path(
    post,
    path = "/v1/items/{item}/images",
    tag = "items",
    operation_id = "keepImage",
    summary = "Lưu một ảnh đi kèm · Keep a picture beside an item",
    security(("token" = ["items:write"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    request_body(description = "The picture", content(
        (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"), (String = "image/webp"),
    )),
    responses(
        (status = 201, description = "Kept", body = ImageOut, content_type = "application/json"),
        (status = 200, description = "It was kept before", body = ImageOut, content_type = "application/json"),
        (status = "default", description = "Refused; nothing was kept", body = ProblemOut,
            content_type = "application/problem+json"),
    )
)]
pub async fn keep(State(service): State<Arc<Service>>, Path(id): Path<String>, request: Request) -> Response {
    let language = edge::language(request.headers());
    let kept = keep_one(&service, &id, request).await;
    kept.unwrap_or_else(|problem| problem.respond(language))
}

async fn keep_one(service: &Service, id: &str, request: Request) -> Result<Response, Problem> {
    let refused = |error: Error| caller::problem(service, &error);
    let actor = caller::actor(service, request.headers()).await?;
    image::may_keep(&actor).map_err(refused)?;
    let id = caller::id(id, "item")?;
    let stated = request.headers().get(header::CONTENT_TYPE);
    let stated = stated
        .and_then(|value| value.to_str().ok())
        .map(str::to_ascii_lowercase);
    let stated = stated.and_then(|stated| ImageFormat::from_media_type(stated.split(';').next()?.trim()));
    let stated = stated.ok_or(Problem::UnsupportedMediaType(TAKEN))?;
    // Whoever waits here has sent nothing but a head.
    let _seat = service.images.acquire().await;
    let body = read_up_to(request.into_body(), service.limits, MAX_IMAGE_BYTES).await?;
    let body = body.ok_or_else(|| refused(ImageError::TooLarge.into()))?;
    let kept = image::keep(&service.app, &actor, id, stated, body.into()).await;
    let kept = kept.map_err(refused)?;
    let mut response = caller::json(&ImageOut::new(&kept.image));
    if !kept.repeated {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
}

/// The pictures of an item, without their bytes.
#[utoipa::path(
    get,
    path = "/v1/items/{item}/images",
    tag = "items",
    operation_id = "listImages",
    summary = "Liệt kê ảnh đi kèm · List the pictures of an item",
    security(("token" = ["items:read"])),
    params(("item" = String, Path, description = "The node's id of the item")),
    responses(
        (status = 200, description = "The pictures", body = ImagesOut, content_type = "application/json"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(service): State<Arc<Service>>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let language = edge::language(&headers);
    let listed = read_all(&service, &headers, &id).await;
    listed.unwrap_or_else(|problem| problem.respond(language))
}

async fn read_all(service: &Service, headers: &HeaderMap, id: &str) -> Result<Response, Problem> {
    let actor = caller::actor(service, headers).await?;
    let images = image::list(&service.app, &actor, caller::id(id, "item")?).await;
    let images = images.map_err(|error| caller::problem(service, &error))?;
    let images = images.iter().map(ImageOut::new).collect();
    Ok(caller::json(&ImagesOut { images }))
}

/// One picture, byte for byte as it came.
#[utoipa::path(
    get,
    path = "/v1/items/{item}/images/{image}",
    tag = "items",
    operation_id = "showImage",
    summary = "Đọc một ảnh đi kèm · Read one picture",
    security(("token" = ["items:read"])),
    params(
        ("item" = String, Path, description = "The node's id of the item"),
        ("image" = u32, Path, description = "Number of the picture, from 1"),
    ),
    responses(
        (status = 200, description = "The picture", content(
            (String = "image/jpeg"), (String = "image/png"), (String = "image/gif"), (String = "image/webp"),
        )),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Path(names): Path<(String, String)>,
) -> Response {
    let language = edge::language(&headers);
    let shown = match caller::actor(&service, &headers).await {
        Ok(actor) => picture(&service, &actor, &names).await,
        Err(problem) => Err(problem),
    };
    shown.unwrap_or_else(|problem| problem.respond(language))
}

/// A picture as an answer, for whoever may see it.
///
/// # Errors
/// When they may not, or there is none.
pub async fn picture(service: &Service, actor: &Actor, names: &(String, String)) -> Result<Response, Problem> {
    let item = caller::id(&names.0, "item")?;
    let refused = |error: Error| caller::problem(service, &error);
    let number = names.1.parse().map_err(|_| refused(Error::NotFound("image")))?;
    let (image, content) = image::show(&service.app, actor, item, number).await.map_err(refused)?;
    Ok(caller::picture(image.format, &format!("{item}-{number}"), content))
}
