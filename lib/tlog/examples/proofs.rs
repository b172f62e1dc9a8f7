//! How long things take on one core, printed: appending in batches of several sizes, and proofs in a tree of 100 million
//! entries. Its leaves are all alike, so that its tiles need no disk and still make a root.
//!
//! ```sh
//! cargo run --release --package anlanh-tlog --example proofs
//! ```

use std::convert::Infallible;
use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use anlanh_tlog::{Hash, Head, Level, Log, Tile, TileReader, tile_bytes, verify_consistency, verify_inclusion};

const ENTRIES: usize = 1_000_000;
const ENTRY_BYTES: usize = 300;
const SIZE: u64 = 100_000_000;
const PROOFS: u64 = 2_000;

/// The hash over a whole subtree of `256^level` leaves that are all alike.
fn alike(level: u8) -> Hash {
    let mut hash = Hash::of_entry(b"alike");
    for _ in 0..u32::from(level) * 8 {
        hash = Hash::of_children(&hash, &hash);
    }
    hash
}

fn each(time: Duration, count: u64) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6 / count as f64)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    for batch in [1, 10, 100, 1_000, 10_000] {
        let entries = vec![vec![7; ENTRY_BYTES]; batch];
        let (mut log, mut files, mut bytes, begun) = (Log::new(), 0, 0, Instant::now());
        let rounds = (ENTRIES / batch).min(20_000);
        for _ in 0..rounds {
            let growth = log.append(&entries)?;
            files += growth.files.len();
            bytes += growth.files.iter().map(|file| file.bytes.len()).sum::<usize>();
            log = growth.log;
            std::hint::black_box(log.tree().root());
        }
        let (time, appended) = (begun.elapsed(), rounds * batch);
        let rate = appended as f64 / time.as_secs_f64();
        let each_batch = each(time, rounds as u64);
        writeln!(
            out,
            "batches of {batch}: {rate:.0} entries/s, {each_batch} a batch, {} files and {} KiB a batch",
            files / rounds,
            bytes / rounds / 1024
        )?;
    }

    let levels: Vec<Vec<u8>> = (0..8).map(|level| tile_bytes(&[alike(level); 256])).collect();
    let mut fetched = 0;
    let mut fetch = |tile: Tile| {
        fetched += 1;
        let level = match tile.level() {
            Level::Hashes(level) => level.into(),
            Level::Entries => 0,
        };
        Ok::<_, Infallible>(levels.get(level).cloned().unwrap_or_default())
    };
    let root = TileReader::new(SIZE, &mut fetch).root(SIZE)?;
    let (head, leaf) = (Head { size: SIZE, root }, alike(0));
    let places = (1..=PROOFS).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % SIZE);

    let (mut proofs, begun) = (Vec::new(), Instant::now());
    for index in places.clone() {
        // A new reader each time: nothing is remembered from the proof before.
        proofs.push(TileReader::new(SIZE, &mut fetch).inclusion_proof(index)?);
    }
    let (made, begun) = (begun.elapsed(), Instant::now());
    for (index, proof) in places.clone().zip(&proofs) {
        verify_inclusion(&leaf, index, SIZE, proof, &root)?;
    }
    let checked = begun.elapsed();
    let hashes = proofs.iter().map(Vec::len).max().unwrap_or(0);
    writeln!(
        out,
        "inclusion in {SIZE}: made in {}, checked in {}, up to {hashes} hashes",
        each(made, PROOFS),
        each(checked, PROOFS)
    )?;

    let mut olds = Vec::new();
    for size in places.clone() {
        let root = TileReader::new(SIZE, &mut fetch).root(size)?;
        olds.push(Head { size, root });
    }
    let (mut proofs, begun) = (Vec::new(), Instant::now());
    for old in &olds {
        proofs.push(TileReader::new(SIZE, &mut fetch).consistency_proof(old.size)?);
    }
    let (made, begun) = (begun.elapsed(), Instant::now());
    for (old, proof) in olds.iter().zip(&proofs) {
        verify_consistency(old, &head, proof)?;
    }
    let checked = begun.elapsed();
    let hashes = proofs.iter().map(Vec::len).max().unwrap_or(0);
    writeln!(
        out,
        "consistency to {SIZE}: made in {}, checked in {}, up to {hashes} hashes",
        each(made, PROOFS),
        each(checked, PROOFS)
    )?;
    writeln!(out, "{} tiles a proof", fetched / (3 * PROOFS))?;
    Ok(())
}
