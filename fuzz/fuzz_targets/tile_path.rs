//! Paths of tiles: one that is read is printed as it was.
#![no_main]

use anlanh_tlog::Tile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|path: &str| {
    if let Ok(tile) = path.parse::<Tile>() {
        assert_eq!(tile.to_string(), path);
        assert_eq!(Tile::new(tile.level(), tile.index(), tile.width()), Some(tile));
    }
});
