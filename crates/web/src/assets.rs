//! The page's own files, built into the program. They are named by their content, so that browsers may keep them.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

const STYLE: &[u8] = concat!(include_str!("../assets/base.css"), include_str!("../assets/try-it.css")).as_bytes();
const SCRIPT: &[u8] = include_bytes!("../assets/try-it.js");
const ICON: &[u8] = include_bytes!("../assets/icon.svg");

/// Changes whenever one of the files does.
pub const VERSION: u64 = fingerprint(ICON, fingerprint(SCRIPT, fingerprint(STYLE, 0xcbf2_9ce4_8422_2325)));

/// FNV-1a (draft-eastlake-fnv), enough to tell versions of our own files apart.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, bounded by the loop")]
pub const fn fingerprint(bytes: &[u8], seed: u64) -> u64 {
    let mut hash = seed;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The style sheet.
pub async fn style() -> Response {
    file("text/css; charset=utf-8", STYLE)
}

/// The script.
pub async fn script() -> Response {
    file("text/javascript; charset=utf-8", SCRIPT)
}

/// The script of the form where anybody reports something.
pub async fn report_script() -> Response {
    file(
        "text/javascript; charset=utf-8",
        crate::console::REPORT_SCRIPT.as_bytes(),
    )
}

/// The script of the page where receipts of the public log are checked.
pub async fn log_script() -> Response {
    file("text/javascript; charset=utf-8", crate::console::LOG_SCRIPT.as_bytes())
}

/// The icon.
pub async fn icon() -> Response {
    file("image/svg+xml", ICON)
}

/// The staff console's style sheet.
pub async fn console_style() -> Response {
    file("text/css; charset=utf-8", crate::console::STYLE.as_bytes())
}

/// The staff console's script.
pub async fn console_script() -> Response {
    file("text/javascript; charset=utf-8", crate::console::SCRIPT.as_bytes())
}

fn file(kind: &'static str, bytes: &'static [u8]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, bytes).into_response()
}
