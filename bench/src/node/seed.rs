//! A million items, by the front door: `/v1/items/batch`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use anlanh_screen::{Action, Scratch};
use anyhow::{Context, Result};
use serde_json::json;

use super::process::{Node, Running};
use crate::Settings;
use crate::engine;
use crate::http::client::{Connection, request};
use crate::random::Random;

/// Items in a request.
const PIECE: usize = 10_000;
/// Requests at one time.
const CONNECTIONS: usize = 2;
/// Authors who wrote them.
const AUTHORS: usize = 50_000;

/// Posts that open a case and posts that open none.
pub struct Pools<'p> {
    quiet: Vec<&'p str>,
    telling: Vec<String>,
}

/// What came in.
pub struct Seeded {
    pub items: usize,
    pub cases: usize,
    pub seconds: f64,
    /// The most that the node held of its own, looked at after each request.
    pub own_bytes: u64,
}

impl<'p> Pools<'p> {
    /// Sorts posts by what the built-in pack says of them. Those that open a case are ordinary posts with a phrase of the
    /// pack's own examples.
    ///
    /// # Errors
    /// When the pack does not compile.
    pub fn of(posts: &'p [String]) -> Result<Self> {
        const PHRASES: [&str; 4] = [
            "Chị gửi mã OTP cho em để nhận thưởng nhé",
            "ban can cuoc cong dan that 100%, lien he zalo 0901234567",
            "vay tiền không cần thế chấp, giải ngân trong 5 phút",
            "nhận thưởng tại vietcornbank.com",
        ];
        let screener = engine::screener(&[], &[])?;
        let mut scratch = Scratch::default();
        let mut asks = |text: &str| {
            let verdict = screener.screen_with(&mut scratch, &engine::item(text));
            !matches!(verdict.action, Action::Allow | Action::Label)
        };
        let quiet: Vec<&str> = posts.iter().map(String::as_str).filter(|post| !asks(post)).collect();
        let told = quiet
            .iter()
            .zip(PHRASES.iter().cycle())
            .map(|(post, phrase)| format!("{phrase}. {post}"));
        let telling = told.filter(|text| asks(text)).collect();
        Ok(Self { quiet, telling })
    }

    /// One in ten opens a case.
    fn item(&self, number: usize, random: &mut Random) -> Result<String> {
        let text = if number.is_multiple_of(10) {
            random.pick(&self.telling).map(String::as_str)
        } else {
            random.pick(&self.quiet).copied()
        };
        let kind = random
            .pick(&["post", "comment", "message", "listing", "profile"])
            .copied();
        let author = format!("u{}", random.below(AUTHORS));
        let text = text.context("no posts")?;
        Ok(json!({ "id": format!("p-{number}"), "kind": kind, "text": text, "author": { "ref": author } }).to_string())
    }
}

/// Hands items in, as many as the settings say.
///
/// # Errors
/// When the node does not keep them.
pub fn fill(settings: &Settings, node: &Node, running: &Running, pools: &Pools<'_>) -> Result<Seeded> {
    let token = format!("authorization: Bearer {}", node.token()?);
    let items = settings.kept;
    let started = Instant::now();
    let own_bytes = AtomicU64::new(0);
    let hand_in = |first: usize| -> Result<usize> {
        let mut random = Random::new(first as u64);
        let mut connection = Connection::open(running.address())?;
        let mut cases = 0;
        for piece in (first * PIECE..items).step_by(CONNECTIONS * PIECE) {
            let numbers = piece..items.min(piece + PIECE);
            let lines: Result<Vec<String>> = numbers.map(|number| pools.item(number, &mut random)).collect();
            let headers = ["content-type: application/x-ndjson", token.as_str()];
            let request = request("POST", "/v1/items/batch", &headers, lines?.join("\n").as_bytes());
            let answer = connection.stream(&request)?;
            cases += memchr::memmem::find_iter(answer, b"\"case\":\"").count();
            own_bytes.fetch_max(running.own_bytes()?, Ordering::Relaxed);
        }
        Ok(cases)
    };
    let cases = thread::scope(|scope| {
        let hand_in = &hand_in;
        let running: Vec<_> = (0..CONNECTIONS)
            .map(|first| scope.spawn(move || hand_in(first)))
            .collect();
        let cases = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| Ok(0)));
        cases.sum::<Result<usize>>()
    })?;
    Ok(Seeded {
        items,
        cases,
        seconds: started.elapsed().as_secs_f64(),
        own_bytes: own_bytes.into_inner(),
    })
}
