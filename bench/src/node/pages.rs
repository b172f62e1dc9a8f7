//! Pages of the console at the size that the settings say, one after the other.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, Result};

use super::process::{Node, Running};
use crate::Settings;
use crate::http::client::{Connection, get, request};

/// Most milliseconds that a page may take.
const BAR: f64 = 50.0;
/// How often each page is asked for; the first time does not count.
const TIMES: usize = 21;
/// A password as people choose them.
const PASSWORD: &str = "mot-cau-dai-de-nho-12";
/// How many cases are opened.
const CASES: usize = 20;

/// Asks for every page and makes a table of how long they took.
///
/// # Errors
/// When a page is not there.
pub fn measure(settings: &Settings, name: &str, node: &Node, running: &Running) -> Result<String> {
    node.account("bench", PASSWORD)?;
    let mut connection = Connection::open(running.address())?;
    let cookie = sign_in(&mut connection)?;
    let mut asked = Asked {
        connection,
        cookie,
        table: String::new(),
    };
    let items = super::short(settings.kept as f64);
    let _ = write!(
        asked.table,
        "Pages of the console on {name}, {items} items, {TIMES} requests one after the other, milliseconds (bar: {BAR}):\n\n\
         | page | median | worst | |\n|---|---:|---:|---|\n"
    );
    let queue = asked.page("queue", &["/console/queue"])?;
    for (what, path) in [
        ("queue, of a category", "/console/queue?category=SC1"),
        ("queue, of a category without cases", "/console/queue?category=SC9"),
        ("queue, of a kind", "/console/queue?kind=listing"),
        ("queue, of a kind without cases", "/console/queue?kind=livestream_title"),
        (
            "queue, of a category and a kind",
            "/console/queue?category=SC1&kind=livestream_title",
        ),
        ("queue, of an urgency without cases", "/console/queue?urgency=critical"),
        ("queue, of a level without cases", "/console/queue?level=escalated"),
        ("queue, mine", "/console/queue?holder=me"),
        ("queue, nobody's", "/console/queue?holder=nobody"),
        ("queue, decided", "/console/queue?state=decided"),
    ] {
        asked.page(what, &[path])?;
    }
    let cases: Vec<String> = links(&queue, "/console/cases/").into_iter().take(CASES).collect();
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    asked.page("case", &cases)?;
    asked.page("items", &["/console/items"])?;
    for (what, words) in [
        ("items with a common word", "không"),
        ("items with two common words", "không+người"),
        ("items with a rarer word", "otp"),
        ("items with a common word and a rarer one", "không+otp"),
        ("items with a word that is nowhere", "xyzzyplugh"),
    ] {
        asked.page(what, &[&format!("/console/items?q={words}")])?;
    }
    asked.page("figures, 7 days", &["/console/figures?days=7"])?;
    asked.page("figures, 90 days", &["/console/figures?days=90"])?;
    asked.page("audit log", &["/console/audit"])?;
    asked.page("audit log, of an action", &["/console/audit?action=session.sign_in"])?;
    Ok(asked.table)
}

struct Asked {
    connection: Connection,
    cookie: String,
    table: String,
}

impl Asked {
    /// Asks for pages in turn, notes how long they took, and returns the last one.
    fn page(&mut self, what: &str, paths: &[&str]) -> Result<String> {
        let mut took = Vec::with_capacity(TIMES);
        let mut page = String::new();
        for path in paths.iter().cycle().take(TIMES + 1) {
            let request = get(path, &[&self.cookie]);
            let started = Instant::now();
            let body = self
                .connection
                .ask(&request)
                .with_context(|| format!("asking for {path}"))?;
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            page = String::from_utf8_lossy(body).into_owned();
        }
        took.remove(0);
        took.sort_by(f64::total_cmp);
        let median = took.get(took.len() / 2).copied().unwrap_or(f64::NAN);
        let worst = took.last().copied().unwrap_or(f64::NAN);
        let met = if median < BAR { "met" } else { "**missed**" };
        let _ = writeln!(self.table, "| {what} | {median:.1} | {worst:.1} | {met} |");
        Ok(page)
    }
}

fn sign_in(connection: &mut Connection) -> Result<String> {
    let body = format!("name=bench&password={PASSWORD}&next=%2Fconsole");
    let headers = ["content-type: application/x-www-form-urlencoded"];
    let request = request("POST", "/console/sign-in", &headers, body.as_bytes());
    let fields = connection.exchange(&request)?;
    let cookie = fields.iter().find(|(name, _)| name == "set-cookie");
    let cookie = cookie.and_then(|(_, cookie)| cookie.split(';').next());
    Ok(format!("cookie: {}", cookie.context("nobody was signed in")?))
}

/// Addresses on a page that begin so.
fn links(page: &str, start: &str) -> Vec<String> {
    let mut links: Vec<String> = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with(start))
        .map(str::to_owned)
        .collect();
    links.dedup();
    links
}
