//! The least an axum service can do with such a request: read the JSON, answer with JSON; or answer with a tile that it has
//! in memory. Run as a process of its own, as the product is.

use std::net::SocketAddr;

use anyhow::Result;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize)]
struct Request {
    id: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct Answer {
    id: String,
    action: &'static str,
    length: usize,
}

async fn answer(Json(request): Json<Request>) -> Json<Answer> {
    Json(Answer {
        id: request.id,
        action: "allow",
        length: request.text.len(),
    })
}

/// Bytes of a full tile: 256 hashes.
static TILE: [u8; 8192] = [7; 8192];

async fn tile() -> &'static [u8] {
    &TILE
}

/// Serves until it is killed, and prints where, as the product does.
///
/// # Errors
/// When it cannot listen.
#[expect(clippy::print_stdout, reason = "the address is read from there")]
pub fn serve() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        println!("http://{}", listener.local_addr()?);
        let routes = Router::new()
            .route("/v1/screen", post(answer))
            .route("/log/tile/{*path}", get(tile));
        axum::serve(listener, routes).await?;
        Ok(())
    })
}
