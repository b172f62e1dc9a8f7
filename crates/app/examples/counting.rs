//! What counting costs: items judged a second as the engine judges them, as they are judged when they come in, and as
//! they are kept.
//!
//! `cargo run --release -p anlanh-app --example counting -- FILE [DATABASE]` with a file of one text a line, and the path
//! of a new database or `postgres://…`.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and one that cannot go on fails"
)]

use std::time::Instant;

use anlanh_api::{ItemIn, Tally};
use anlanh_app::appeal::LinkKey;
use anlanh_app::policy::{Choice, Start};
use anlanh_app::{App, Clock, Lists, Shelf, item};
use anlanh_model::{Actor, Time};
use anlanh_pack::Policy;
use anlanh_screen::Scratch;
use anlanh_store::{Options, Store, Target};

/// Items that are judged together, as in a batch.
const TOGETHER: usize = 256;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let texts = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = match arguments.next() {
        Some(address) if address.starts_with("postgres") => Target::parse(&address),
        Some(path) => Target::Sqlite(path.into()),
        None => Target::Sqlite(folder.path().join("anlanh.db")),
    };
    let bodies: Vec<String> = (0..)
        .zip(texts.lines())
        .map(|(number, text)| {
            serde_json::json!({ "text": text, "author": { "ref": format!("u-{}", number % 997) } }).to_string()
        })
        .collect();
    let store = Store::open(&target, &Options::default()).unwrap();
    let clock = Clock::new(|| Time::from_seconds(1_790_000_000));
    let start = Start {
        policy: Policy::built_in().unwrap(),
        lists: Lists::default(),
        shelf: Shelf::new(folder.path().join("lists")),
        choice: Choice::Kept,
        links: LinkKey::new([7; 32]),
    };
    let app = App::start(store, clock, start).unwrap();
    let engine = app.engine();
    let (mut scratch, mut tally) = (Scratch::default(), Tally::default());
    let told = |what: &str, begun: Instant| {
        let seconds = begun.elapsed().as_secs_f64();
        let rate = f64::from(u32::try_from(bodies.len()).unwrap()) / seconds;
        println!("{what}: {rate:.0} items/s");
    };

    let begun = Instant::now();
    for body in &bodies {
        let item = ItemIn::parse(body.as_bytes()).unwrap();
        let verdict = engine.screener.screen_with(&mut scratch, &item.as_item());
        tally.count(&verdict, item.text.len());
    }
    told("parsed and screened", begun);

    // Twice: the first time every key is looked for in the database, the second time none is.
    for round in ["new to it", "known to it"] {
        let begun = Instant::now();
        for bodies in bodies.chunks(TOGETHER) {
            let items = bodies.iter().map(|body| ItemIn::parse(body.as_bytes()).unwrap());
            let judged = item::judge(&app, &mut scratch, items.collect(), &mut tally).unwrap();
            assert!(judged.iter().all(Result::is_ok));
            std::mem::forget(judged);
        }
        told(&format!("judged to be kept, {round}"), begun);
    }

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let begun = Instant::now();
    for bodies in bodies.chunks(TOGETHER) {
        let items = bodies.iter().map(|body| ItemIn::parse(body.as_bytes()).unwrap());
        let judged = item::judge(&app, &mut scratch, items.collect(), &mut tally).unwrap();
        let judged = judged.into_iter().collect::<Result<_, _>>().unwrap();
        runtime.block_on(item::keep(&app, &Actor::Node, judged)).unwrap();
    }
    told("judged and kept", begun);
}
