//! Entry bundles and tiles: what is read whole is written as it was, and a narrower reading is the beginning of it.
#![no_main]

use anlanh_tlog::{Level, Tile, push_entry, read_entries, tile_bytes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let width = (1..=256).rev().find(|width| read_entries(bytes, *width).is_ok());
    if let Some(width) = width {
        let entries = read_entries(bytes, width).expect("it was read before");
        let mut again = Vec::new();
        for entry in &entries {
            push_entry(&mut again, entry).expect("it fitted before");
        }
        assert_eq!(again, bytes);
        let half = read_entries(bytes, width / 2).expect("a wider bundle is as good");
        assert!(entries.starts_with(&half) && half.len() == usize::from(width / 2));
    }
    let tile = Tile::new(Level::Hashes(0), 0, 2).expect("a tile");
    if let Some(hashes) = tile.hashes(bytes) {
        assert!(bytes.starts_with(&tile_bytes(&hashes)));
    }
});
