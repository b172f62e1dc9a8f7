//! The node that keeps: writes beside the bare database; pages at a million items, memory, time to start, and rules.

mod database;
mod pages;
mod process;
mod rules;
mod seed;
mod writes;

use std::path::{Path, PathBuf};

use anlanh_testkit::{Durability, Postgres};
use anyhow::{Context, Result};

use crate::Settings;
use crate::harness;
use crate::report::{Section, short};

use process::Node;

/// Measures what the node writes while clients wait for it.
///
/// # Errors
/// When a server does not start or does not answer.
pub fn measure_writes(settings: &Settings, home: &Path, posts: &[String]) -> Result<Section> {
    let place = Place::make(home)?;
    let mut section = Section::new("The node that writes");
    harness::use_all_cores();
    let server = Postgres::start(Durability::Disk);
    writes::measure(settings, &mut section, &place, server.as_ref(), posts)?;
    Ok(section)
}

/// Measures everything else that the node does with its database.
///
/// # Errors
/// When a server does not start or does not answer.
pub fn measure(settings: &Settings, home: &Path, posts: &[String]) -> Result<Section> {
    let place = Place::make(home)?;
    let mut section = Section::new("The node that keeps");
    rules::measure(settings, &mut section, posts)?;
    harness::use_all_cores();
    let server = Postgres::start(Durability::Disk);
    let pools = seed::Pools::of(posts)?;
    let mut targets = vec![("SQLite", None)];
    match &server {
        Some(server) => targets.push(("PostgreSQL", Some(server.database().address().to_owned()))),
        None => section
            .notes
            .push("Without PostgreSQL, which is not on this machine.".to_owned()),
    }
    for (name, address) in targets {
        let node = place.node(&format!("pages-{name}"), address.as_deref())?;
        let empty = node.start()?;
        let started = (empty.seconds_to_ready(), empty.own_bytes()?);
        let seeded = seed::fill(settings, &node, &empty, &pools)?;
        let busy = empty.peak_bytes()?;
        drop(empty);
        let full = node.start()?;
        let full_started = (full.seconds_to_ready(), full.own_bytes()?);
        section.notes.push(format!(
            "{name}: {} items with {} open cases came in by `/v1/items/batch` at {} items/s. Ready after {:.2} s on an \
             empty database and after {:.2} s on this one; memory of its own at rest {} MB empty and {} MB full, after \
             each of those requests at most {} MB; with what it maps of files at most {} MB at any time.",
            short(seeded.items as f64),
            short(seeded.cases as f64),
            short(seeded.items as f64 / seeded.seconds),
            started.0,
            full_started.0,
            started.1 / 1_000_000,
            full_started.1 / 1_000_000,
            seeded.own_bytes / 1_000_000,
            busy / 1_000_000,
        ));
        let pages = pages::measure(settings, name, &node, &full);
        section
            .notes
            .push(pages.unwrap_or_else(|error| format!("Pages on {name} could not be measured: {error:#}.")));
    }
    Ok(section)
}

/// Where the nodes of the benches keep what they keep; removed at the end.
struct Place {
    folder: PathBuf,
    program: PathBuf,
}

impl Place {
    fn make(home: &Path) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("anlanh-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(Self {
            folder,
            program: home.join("../target/release/anlanh"),
        })
    }

    /// A node with a folder, or a database of PostgreSQL, of its own.
    fn node(&self, name: &str, database: Option<&str>) -> Result<Node> {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(Node::new(&self.program, &folder, database))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed from the temporary folder, the machine removes.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
