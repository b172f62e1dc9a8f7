//! The Atom feed of orders that everybody may read of.

use std::sync::Arc;

use anlanh_app::published;
use anlanh_model::OrderKind;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::Service;
use crate::api::caller;
use crate::api::log::file;
use crate::desk::orders::say;
use crate::desk::words::Words;
use crate::problem::{Problem, ProblemOut};

/// How many entries the feed has.
const FEED: u32 = 50;

/// The feed.
#[derive(Template)]
#[template(path = "published/orders.atom.xml")]
struct Feed {
    site: String,
    url: String,
    home: String,
    updated: String,
    entries: Vec<FeedEntry>,
}

struct FeedEntry {
    id: String,
    title: String,
    day: String,
    summary: String,
    link: String,
}

/// The same as an Atom feed (RFC 4287), the newest fifty.
#[utoipa::path(
    get,
    path = "/orders.atom",
    tag = "reports",
    operation_id = "orderFeed",
    summary = "Nguồn tin Atom về các yêu cầu được công khai · An Atom feed of orders that are public",
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = "default", description = "Refused", body = ProblemOut, content_type = "application/problem+json"),
    )
)]
pub async fn feed(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let call = async {
        let page = published::notices(&service.app, None, FEED).await;
        let page = page.map_err(|error| caller::problem(&service, &error))?;
        let words = Words::of(&service, crate::edge::language(&headers));
        let site = service.app.site();
        let home = site.url("/transparency");
        let entries = page.notices.iter().map(|notice| {
            let kind = OrderKind::from_key(notice.order).map_or(notice.order, |kind| say::kind(words, kind));
            let link = match notice.log_entry {
                Some(position) => site.url(&format!("/log/entries/{position}/receipt")),
                None => home.clone(),
            };
            FeedEntry {
                id: site.url(&format!("/v1/notices#{}", notice.id)),
                title: format!("{kind}: {}", notice.sender_name),
                day: format!("{}T00:00:00Z", notice.date_received),
                summary: notice.laws_referenced.join("; "),
                link,
            }
        });
        let entries: Vec<FeedEntry> = entries.collect();
        let feed = Feed {
            site: site.name().to_owned(),
            url: site.url("/orders.atom"),
            updated: entries
                .first()
                .map_or("1970-01-01T00:00:00Z".to_owned(), |entry| entry.day.clone()),
            home: home.clone(),
            entries,
        };
        let text = feed.render().map_err(|_| Problem::Internal(service.incident()))?;
        Ok(file(
            "application/atom+xml; charset=utf-8",
            "no-store",
            text.into_bytes(),
        ))
    };
    caller::respond(&headers, call).await
}
