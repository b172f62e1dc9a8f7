//! A log of ours read by Go's packages for its checksum database (golang.org/x/mod/sumdb), on which the C2SP formats are
//! built; and a note of theirs read by us. `.ci/run` installs Go and the packages from Debian.
#![expect(clippy::print_stderr, reason = "whoever runs it must know that it was not")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anlanh_tlog::{
    Checkpoint, Cosigner, Hash, Head, KeyName, Log, Made, Note, Signer, TileReader, verify_consistency,
    verify_inclusion,
};

/// Where Debian puts Go's packages.
const PACKAGES: &str = "/usr/share/gocode";
const SIZE: u64 = 70_001;

fn is_there() -> bool {
    let has_go = Command::new("go")
        .arg("version")
        .output()
        .is_ok_and(|out| out.status.success());
    if has_go && Path::new(PACKAGES).join("src/golang.org/x/mod/sumdb/tlog").exists() {
        return true;
    }
    let message = "NOT RUN: no Go with golang.org/x/mod from Debian; .ci/run installs them";
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
    false
}

fn words(hashes: &[Hash]) -> String {
    hashes.iter().map(|hash| format!(" {hash}")).collect()
}

#[test]
fn go_reads_what_we_write_and_we_read_what_go_signs() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let mut log = Log::new();
    let entries: Vec<String> = (0..SIZE).map(|number| format!("mục {number}")).collect();
    for batch in entries.chunks(30_011) {
        let growth = log.append(batch).unwrap();
        for file in growth.files {
            write(&file.tile.to_string(), &file.bytes);
        }
        log = growth.log;
    }
    let name = KeyName::parse("log.example/vn").unwrap();
    let signer = Signer::from_seed(name.clone(), &[3; 32]).unwrap();
    let witness = |seed| Cosigner::from_seed(KeyName::parse("witness.example").unwrap(), &[seed; 32]).unwrap();
    let head = Head {
        size: SIZE,
        root: log.tree().root(),
    };
    let checkpoint = Checkpoint::new(name.as_str(), head).unwrap();
    let note = checkpoint
        .sign(&[&signer])
        .unwrap()
        .cosign(&witness(4), 1_600_000_000)
        .unwrap();
    write("checkpoint", note.to_string().as_bytes());
    write("log.key", signer.verifier().to_string().as_bytes());
    write("witness.key", witness(4).verifier().to_string().as_bytes());
    write("secret.key", signer.to_secret_text().as_bytes());

    let mut reader = TileReader::new(SIZE, |tile| fs::read(folder.path().join(tile.to_string())));
    let (mut inclusion, mut consistency) = (String::new(), String::new());
    for index in [0, 1, 255, 256, 65_535, 65_536, 69_999, SIZE - 1] {
        let (leaf, proof) = (reader.leaf(index).unwrap(), reader.inclusion_proof(index).unwrap());
        assert_eq!(verify_inclusion(&leaf, index, SIZE, &proof, &head.root), Ok(()));
        writeln!(inclusion, "{index} {leaf}{}", words(&proof)).unwrap();
    }
    for size in [1, 2, 3, 255, 256, 257, 4_096, 65_535, 65_536, 65_537, 69_999, SIZE] {
        let root = reader.root(size).unwrap();
        let proof = reader.consistency_proof(size).unwrap();
        assert_eq!(verify_consistency(&Head { size, root }, &head, &proof), Ok(()));
        writeln!(consistency, "{size} {root}{}", words(&proof)).unwrap();
    }
    write("inclusion", inclusion.as_bytes());
    write("consistency", consistency.as_bytes());

    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/main.go");
    let out = Command::new("go")
        .args(["run", source.to_str().unwrap(), folder.path().to_str().unwrap()])
        .envs([("GO111MODULE", "off"), ("GOPATH", PACKAGES), ("CGO_ENABLED", "0")])
        .env("GOCACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/go"))
        .output()
        .unwrap();
    let said = [out.stdout, out.stderr].map(|said| String::from_utf8(said).unwrap());
    assert_eq!(said, [format!("read {SIZE} entries\n"), String::new()]);

    let signed = Note::parse(&fs::read(folder.path().join("signed")).unwrap()).unwrap();
    assert_eq!(Checkpoint::parse(signed.text()), Ok(checkpoint));
    // Ed25519 has one signature for a key and a text, so that it is the very same.
    assert_eq!(signed.signatures()[0], note.signatures()[0]);
    let keys = [signer.verifier().clone(), witness(5).verifier().clone()];
    let made: Vec<Made> = signed
        .verify(&keys)
        .unwrap()
        .iter()
        .map(|verified| verified.made)
        .collect();
    assert_eq!(made, [Made::Signed, Made::Cosigned { time_s: 1_700_000_000 }]);
}
