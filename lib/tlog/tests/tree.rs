//! Trees, tiles and proofs: against vectors of RFC 6962, and against an oracle that follows the RFC's definitions to the
//! letter, over all leaves at once.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;

use anlanh_tlog::{
    AppendError, FullTree, Hash, Head, Level, Log, MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, MAX_ENTRY_BYTES,
    MAX_KNOWN_TILES, MAX_PROOF_HASHES, MAX_TREE_SIZE, ProofError, ReadError, Tile, TileReader, Tree, consistency_tiles,
    edge_tiles, follow, inclusion_tiles, read_entries, replay, tile_bytes, verify_consistency, verify_inclusion,
};
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

/// MTH of RFC 6962 section 2.1.
fn oracle_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_nothing(),
        [leaf] => *leaf,
        more => {
            let (left, right) = more.split_at(oracle_split(more.len()));
            Hash::of_children(&oracle_root(left), &oracle_root(right))
        }
    }
}

fn oracle_split(length: usize) -> usize {
    let mut split = 1;
    while split * 2 < length {
        split *= 2;
    }
    split
}

/// PATH of RFC 6962 section 2.1.1.
fn oracle_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(oracle_split(leaves.len()));
    let (mut path, last) = if index < left.len() {
        (oracle_path(index, left), oracle_root(right))
    } else {
        (oracle_path(index - left.len(), right), oracle_root(left))
    };
    path.push(last);
    path
}

/// SUBPROOF of RFC 6962 section 2.1.2.
fn oracle_subproof(old: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_whole {
            Vec::new()
        } else {
            vec![oracle_root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(oracle_split(leaves.len()));
    let (mut proof, last) = if old <= left.len() {
        (oracle_subproof(old, left, is_whole), oracle_root(right))
    } else {
        (oracle_subproof(old - left.len(), right, false), oracle_root(left))
    };
    proof.push(last);
    proof
}

type Stored = BTreeMap<Tile, Vec<u8>>;

fn fetch(stored: &Stored) -> impl FnMut(Tile) -> Result<Vec<u8>, String> {
    |tile| stored.get(&tile).cloned().ok_or_else(|| format!("there is no {tile}"))
}

fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

/// A log of this many entries, appended in batches of these sizes, over and over.
fn grow(size: u64, batches: &[u64]) -> (Log, Stored, Vec<Hash>) {
    let (mut log, mut stored) = (Log::new(), Stored::new());
    for batch in batches.iter().cycle() {
        let from = log.tree().size();
        let entries: Vec<_> = (from..size.min(from + batch)).map(entry).collect();
        if entries.is_empty() {
            break;
        }
        let growth = log.append(&entries).unwrap();
        stored.extend(growth.files.into_iter().map(|file| (file.tile, file.bytes)));
        log = growth.log;
    }
    let leaves = (0..size).map(|number| Hash::of_entry(&entry(number))).collect();
    (log, stored, leaves)
}

fn hex(hash: Hash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The inputs and roots with which implementations of RFC 6962 are tested everywhere.
#[test]
fn roots_are_those_of_certificate_transparency() {
    let entries: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::new();
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(hex(tree.root()), nothing);
    for (entry, root) in entries.into_iter().zip(roots) {
        tree.push(Hash::of_entry(entry), |_, _| ()).unwrap();
        assert_eq!(hex(tree.root()), root);
    }
}

/// The example of tlog-tiles, “Partial Tiles”: a tree of 70,000.
#[test]
fn a_tree_has_the_tiles_that_the_specification_counts() {
    let (log, stored, leaves) = grow(70_000, &[997]);
    let full = |level| {
        let tiles = stored.keys().filter(|tile| tile.level() == level && tile.is_full());
        tiles.count()
    };
    assert_eq!(
        [Level::Hashes(0), Level::Hashes(1), Level::Hashes(2)].map(full),
        [273, 1, 0]
    );
    assert_eq!(full(Level::Entries), 273);
    let paths: Vec<_> = edge_tiles(70_000, 70_000).iter().map(Tile::to_string).collect();
    assert_eq!(paths, ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]);
    assert_eq!(edge_tiles(256, 256).len(), 1, "a full tile, and one hash above it");
    assert!(edge_tiles(70_000, 70_000).iter().all(|tile| stored.contains_key(tile)));
    assert_eq!(log.tree().root(), oracle_root(&leaves));
}

/// Every proof of every small tree is the oracle's, and shows what it should; changed in any way it shows nothing.
#[test]
fn small_trees_are_proven_like_the_oracle() {
    let (_, stored, leaves) = grow(70, &[1]);
    for size in 0..=70 {
        let known = &leaves[..size];
        let new = head(known);
        let mut reader = TileReader::new(size as u64, fetch(&stored));
        assert_eq!(reader.root(size as u64).unwrap(), new.root);
        for index in 0..size {
            let proof = reader.inclusion_proof(index as u64).unwrap();
            assert_eq!(proof, oracle_path(index, known), "{index} in {size}");
            check_inclusion(&known[index], index as u64, &proof, &new);
        }
        for old in 0..=size {
            let proof = reader.consistency_proof(old as u64).unwrap();
            let expected = if old == 0 {
                Vec::new()
            } else {
                oracle_subproof(old, known, true)
            };
            assert_eq!(proof, expected, "{old} to {size}");
            check_consistency(&head(&known[..old]), &new, &proof);
        }
        let outside = Err(ReadError::Outside { size: size as u64 });
        assert_eq!(reader.inclusion_proof(size as u64), outside);
        assert_eq!(reader.consistency_proof(size as u64 + 1), outside);
        assert_eq!(
            verify_inclusion(&Hash([0; 32]), size as u64, size as u64, &[], &new.root),
            Err(ProofError::Outside)
        );
    }
}

fn head(leaves: &[Hash]) -> Head {
    let (size, root) = (leaves.len() as u64, oracle_root(leaves));
    Head { size, root }
}

#[track_caller]
fn check_inclusion(leaf: &Hash, index: u64, proof: &[Hash], head: &Head) {
    let verify = |leaf: &Hash, index, proof: &[Hash]| verify_inclusion(leaf, index, head.size, proof, &head.root);
    assert_eq!(verify(leaf, index, proof), Ok(()));
    assert_eq!(verify(&other(leaf), index, proof), Err(ProofError::Mismatch));
    for changed in changes(proof) {
        assert!(verify(leaf, index, &changed).is_err());
    }
    for elsewhere in (0..head.size).filter(|elsewhere| *elsewhere != index) {
        assert!(verify(leaf, elsewhere, proof).is_err(), "{index} is not {elsewhere}");
    }
}

#[track_caller]
fn check_consistency(old: &Head, new: &Head, proof: &[Hash]) {
    assert_eq!(verify_consistency(old, new, proof), Ok(()));
    let forged = |head: &Head| Head {
        size: head.size,
        root: other(&head.root),
    };
    assert!(verify_consistency(&forged(old), new, proof).is_err());
    if old.size > 0 {
        assert!(verify_consistency(old, &forged(new), proof).is_err());
    }
    for changed in changes(proof) {
        assert!(verify_consistency(old, new, &changed).is_err());
    }
    if old.size != new.size {
        assert_eq!(verify_consistency(new, old, proof), Err(ProofError::Outside));
    }
}

fn other(hash: &Hash) -> Hash {
    let mut bytes = hash.0;
    bytes[31] ^= 1;
    Hash(bytes)
}

/// A proof with one hash changed, left out, doubled or added.
fn changes(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut changed = vec![[proof, &[Hash([7; 32])]].concat()];
    for at in 0..proof.len() {
        let (before, after) = proof.split_at(at);
        changed.push([before, &[other(&after[0])], &after[1..]].concat());
        changed.push([before, &after[1..]].concat());
        changed.push([before, &[after[0]], after].concat());
    }
    changed
}

#[test]
fn a_batch_is_taken_whole_or_not_at_all() {
    let log = Log::new();
    let most = vec![[0_u8; 0]; MAX_BATCH_ENTRIES];
    assert_eq!(log.append(&most).unwrap().log.tree().size(), MAX_BATCH_ENTRIES as u64);
    assert_eq!(
        log.append(&[[0_u8; 0]; MAX_BATCH_ENTRIES + 1]),
        Err(AppendError::Entries)
    );

    let longest = vec![1; MAX_ENTRY_BYTES];
    let growth = log.append(&[&longest]).unwrap();
    assert_eq!(read_entries(&growth.files[0].bytes, 1).unwrap(), [longest.as_slice()]);
    let long = [vec![1; MAX_ENTRY_BYTES + 1]];
    assert!(matches!(log.append(&long), Err(AppendError::LongEntry(_))));

    let half = vec![1; 1 << 15];
    let mut large = vec![half; MAX_BATCH_BYTES >> 15];
    assert!(log.append(&large).is_ok());
    large.push(vec![1]);
    assert_eq!(log.append(&large), Err(AppendError::Bytes));
    assert_eq!(log.append::<&[u8]>(&[]).unwrap().files, []);
}

#[test]
fn whoever_keeps_a_log_can_go_on_from_its_files() {
    let (log, stored, _) = grow(70_000, &[4_096]);
    let read = TileReader::new(70_000, fetch(&stored)).log().unwrap();
    assert_eq!(read, log);
    // A bundle with other entries than the tree is found before it is gone on from.
    let mut spoilt = stored;
    let bundle = Tile::partial(Level::Entries, 70_000).unwrap();
    spoilt.get_mut(&bundle).unwrap()[5] ^= 1;
    assert_eq!(
        TileReader::new(70_000, fetch(&spoilt)).log(),
        Err(ReadError::Malformed(bundle))
    );
    spoilt.remove(&bundle);
    assert!(matches!(
        TileReader::new(70_000, fetch(&spoilt)).log(),
        Err(ReadError::Fetch { .. })
    ));
}

#[test]
fn only_files_that_changed_are_written_again() {
    let (log, _, _) = grow(300, &[300]);
    let paths = |log: &Log, count| {
        let growth = log.append(&vec![b"x"; count]).unwrap();
        growth
            .files
            .iter()
            .map(|file| file.tile.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(&log, 1), ["tile/entries/001.p/45", "tile/0/001.p/45"]);
    assert_eq!(paths(&log, 212), ["tile/0/001", "tile/entries/001", "tile/1/000.p/2"]);
}

#[test]
fn a_reader_remembers_so_many_tiles() {
    let (_, stored, _) = grow(256 * (MAX_KNOWN_TILES as u64 + 1), &[4_096]);
    let fetches = |others: u64| {
        let (mut count, mut fetch) = (0, fetch(&stored));
        let mut reader = TileReader::new(256 * (MAX_KNOWN_TILES as u64 + 1), |tile| {
            count += 1;
            fetch(tile)
        });
        for tile in (0..=others).chain([0]) {
            reader.leaf(tile * 256).unwrap();
        }
        count
    };
    let most = MAX_KNOWN_TILES as u64;
    assert_eq!(fetches(most - 1), most, "the first is still known");
    assert_eq!(
        fetches(most),
        most + 2,
        "all were forgotten, and the first was fetched again"
    );
}

/// A log that only kept full tiles where there are some still serves every old size.
#[test]
fn partial_tiles_may_go_once_there_are_full_ones() {
    let (_, mut stored, leaves) = grow(1_000, &[10]);
    let full: Vec<Tile> = stored.keys().filter(|tile| tile.is_full()).copied().collect();
    stored.retain(|tile, _| tile.is_full() || !full.contains(&tile.full()));
    let mut fallback = |tile: Tile| {
        let found = stored.get(&tile).or_else(|| stored.get(&tile.full()));
        found.cloned().ok_or(tile)
    };
    for size in (1..=768).step_by(51) {
        let mut reader = TileReader::new(size, &mut fallback);
        let proof = reader.inclusion_proof(size - 1).unwrap();
        let root = oracle_root(&leaves[..size as usize]);
        assert_eq!(
            verify_inclusion(&leaves[size as usize - 1], size - 1, size, &proof, &root),
            Ok(())
        );
    }
}

#[test]
fn whoever_follows_a_log_finds_what_was_changed() {
    let (_, stored, leaves) = grow(1_500, &[100]);
    let [old, new] = [700, 1_500].map(|size| head(&leaves[..size]));
    assert_eq!(follow(&old, &new, fetch(&stored)), Ok(()));
    let mut seen = Vec::new();
    let tree = replay(&old, &new, fetch(&stored), |index, entry| {
        seen.push((index, entry.to_owned()))
    })
    .unwrap();
    assert_eq!(tree.root(), new.root);
    assert_eq!(
        seen,
        (700..1_500).map(|number| (number, entry(number))).collect::<Vec<_>>()
    );

    let forged = Head {
        size: 700,
        root: other(&old.root),
    };
    assert!(follow(&forged, &new, fetch(&stored)).is_err());
    assert!(replay(&forged, &new, fetch(&stored), |_, _| ()).is_err());
    assert!(follow(&new, &old, fetch(&stored)).is_err());
    assert!(replay(&new, &old, fetch(&stored), |_, _| ()).is_err());

    // One letter of one entry.
    let mut rewritten = stored.clone();
    rewritten.get_mut(&Tile::new(Level::Entries, 4, 256).unwrap()).unwrap()[10] ^= 1;
    assert!(replay(&old, &new, fetch(&rewritten), |_, _| ()).is_err());
    // A whole history of another kind, with its own tiles.
    let other_history = Log::new().append(&vec![b"x"; 1_500]).unwrap();
    let fork: Stored = other_history
        .files
        .into_iter()
        .map(|file| (file.tile, file.bytes))
        .collect();
    let (size, root) = (1_500, other_history.log.tree().root());
    assert!(follow(&old, &Head { size, root }, fetch(&fork)).is_err());
}

/// The largest tree, of leaves that are all alike: its proofs fit into what a witness takes, and nothing can be added.
#[test]
fn the_largest_tree_is_proven_and_full() {
    let mut hash = Hash::of_entry(b"alike");
    let levels: Vec<Vec<u8>> = (0..8)
        .map(|_| {
            let tile = tile_bytes(&[hash; 256]);
            for _ in 0..8 {
                hash = Hash::of_children(&hash, &hash);
            }
            tile
        })
        .collect();
    let mut fetch = |tile: Tile| match tile.level() {
        Level::Hashes(level) => levels.get(usize::from(level)).cloned().ok_or(tile),
        Level::Entries => Err(tile),
    };
    let leaf = Hash::of_entry(b"alike");
    for size in [MAX_TREE_SIZE, MAX_TREE_SIZE - 1] {
        let mut reader = TileReader::new(size, &mut fetch);
        let root = reader.root(size).unwrap();
        for index in [0, 1, size / 3, size / 2, size - 1] {
            let proof = reader.inclusion_proof(index).unwrap();
            assert!(proof.len() < MAX_PROOF_HASHES);
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));
        }
        for old in [1, 2, 3, size / 3, size / 2, size - 1] {
            let (proof, new) = (reader.consistency_proof(old).unwrap(), Head { size, root });
            assert!(proof.len() <= MAX_PROOF_HASHES);
            let root = reader.root(old).unwrap();
            assert_eq!(verify_consistency(&Head { size: old, root }, &new, &proof), Ok(()));
        }
    }
    let mut reader = TileReader::new(MAX_TREE_SIZE, &mut fetch);
    assert_eq!(
        reader.consistency_proof(MAX_TREE_SIZE - 1).unwrap().len(),
        MAX_PROOF_HASHES
    );
    let mut tree = reader.tree(MAX_TREE_SIZE - 1).unwrap();
    assert_eq!(tree.push(leaf, |_, _| ()), Ok(()));
    assert_eq!(tree.root(), reader.root(MAX_TREE_SIZE).unwrap());
    assert_eq!(tree.push(leaf, |_, _| ()), Err(FullTree));
    let over = verify_inclusion(&leaf, 0, MAX_TREE_SIZE + 1, &[], &leaf);
    assert_eq!(over, Err(ProofError::Outside));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However a log was cut into batches, it has the oracle's root, the same files, and the oracle's proofs, made from no
    /// other tiles than those that are announced.
    #[test]
    fn logs_agree_with_the_oracle(
        size in 1_u64..3_000,
        batches in prop::collection::vec(1_u64..600, 1..6),
        places in prop::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let (log, stored, leaves) = grow(size, &batches);
        let (at_once, whole, _) = grow(size, &[size]);
        prop_assert_eq!(&log, &at_once);
        prop_assert!(whole.iter().all(|(tile, bytes)| stored.get(tile) == Some(bytes)));
        let new = head(&leaves);
        prop_assert_eq!(log.tree().root(), new.root);
        prop_assert_eq!(&TileReader::new(size, fetch(&whole)).log().unwrap(), &log);
        for place in places {
            let index = place.index(leaves.len());
            let mut asked = std::collections::BTreeSet::new();
            let mut noted = fetch(&whole);
            let mut reader = TileReader::new(size, |tile| {
                asked.insert(tile);
                noted(tile)
            });
            let proof = reader.inclusion_proof(index as u64).unwrap();
            prop_assert_eq!(asked, inclusion_tiles(index as u64, size));
            prop_assert_eq!(&proof, &oracle_path(index, &leaves));
            prop_assert_eq!(verify_inclusion(&leaves[index], index as u64, size, &proof, &new.root), Ok(()));

            let (mut asked, old) = (std::collections::BTreeSet::new(), index + 1);
            let mut noted = fetch(&whole);
            let mut reader = TileReader::new(size, |tile| {
                asked.insert(tile);
                noted(tile)
            });
            let proof = reader.consistency_proof(old as u64).unwrap();
            prop_assert_eq!(asked, consistency_tiles(old as u64, size));
            prop_assert_eq!(&proof, &oracle_subproof(old, &leaves, true));
            prop_assert_eq!(verify_consistency(&head(&leaves[..old]), &new, &proof), Ok(()));
            let (mut asked, mut noted) = (std::collections::BTreeSet::new(), fetch(&whole));
            let mut reader = TileReader::new(size, |tile| {
                asked.insert(tile);
                noted(tile)
            });
            let tree = reader.tree(old as u64).unwrap();
            prop_assert_eq!(asked, edge_tiles(old as u64, size));
            prop_assert_eq!(tree.root(), oracle_root(&leaves[..old]));
        }
    }
}
