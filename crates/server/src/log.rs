//! `anlanh log`: anybody checks a public log, or a receipt of it, on their own machine.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anlanh_app::public_log::{self, Trust};
use anlanh_outbound::{Client, Endpoint, Reach};
use anlanh_tlog::{
    AuditError, Hash, Head, KeyKind, MAX_BUNDLE_BYTES, Note, OfflineProof, Opened, Policy, PolicyError, Tile,
    TileReader, VerifierKey, replay,
};
use anyhow::{Context, bail, ensure};

use crate::Outcome;
use crate::cli::{ProveOptions, VerifyOptions};

/// Longest checkpoint that is read, in bytes.
const MAX_CHECKPOINT_BYTES: usize = 64 * 1024;

/// Longest key of what an entry tells, in bytes.
const MAX_KIND_BYTES: usize = 32;

/// Where a log is read from.
enum Source {
    /// Over HTTP.
    Remote(Box<Client>, tokio::runtime::Runtime),
    /// A folder with the same files.
    Folder(PathBuf),
}

impl Source {
    fn open(text: &str) -> anyhow::Result<Self> {
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        // Whoever types the address may reach what they can reach.
        let endpoint =
            Endpoint::parse(text, Reach::Private).context("không đọc được địa chỉ · cannot read the address")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self::Remote(Box::new(Client::new(endpoint)), runtime))
    }

    /// The file at a path below the log.
    fn read(&self, path: &str, most_bytes: usize) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => read_file(&folder.join(path), most_bytes),
            Self::Remote(client, runtime) => {
                let answer = runtime.block_on(client.get(&format!("/{path}"), most_bytes));
                let answer = answer.with_context(|| format!("không tải được · cannot get {path}"))?;
                ensure!(answer.status == 200, "{path}: HTTP {}", answer.status);
                Ok(answer.body.to_vec())
            }
        }
    }

    fn tile(&self, tile: Tile) -> anyhow::Result<Vec<u8>> {
        self.read(&tile.to_string(), MAX_BUNDLE_BYTES)
    }
}

/// Checks a whole log from what was seen of it before, or a receipt.
///
/// # Errors
/// What does not hold, or cannot be read.
pub fn verify(options: &VerifyOptions) -> anyhow::Result<Outcome> {
    let path = Path::new(&options.source);
    let witnesses = Witnesses::read(options)?;
    if path.is_file() {
        return verify_receipt(path, options.key.as_deref(), witnesses);
    }
    let source = Source::open(&options.source)?;
    let seen = options.state.as_deref().filter(|state| state.exists());
    let seen = seen.map(Seen::read).transpose()?;
    let key = options.key.as_deref().or(seen.as_ref().map(|seen| seen.key.as_str()));
    let Some(key) = key else {
        bail!(
            "cần khóa công khai của nhật ký, xem trang /log · give the public key of the log, shown on its page /log: --key"
        );
    };
    let mut policy = policy(key)?;
    let old = match &seen {
        // Whoever asked for no witnesses then may ask for some now.
        Some(seen) => *open(&policy, &seen.note)?.checkpoint.head(),
        None => Head {
            size: 0,
            root: Hash::of_nothing(),
        },
    };
    let note = source.read("checkpoint", MAX_CHECKPOINT_BYTES)?;
    (policy.witness_keys, policy.quorum) = (witnesses.keys, witnesses.quorum);
    let opened = open(&policy, &note)?;
    let new = *opened.checkpoint.head();
    ensure!(
        new.size >= old.size,
        "nhật ký ngắn đi · the log became shorter: {} < {}",
        new.size,
        old.size
    );
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    let problem = Cell::new(None);
    let fetch = |tile| {
        source.tile(tile).map_err(|error| {
            problem.set(Some(error));
            std::fmt::Error
        })
    };
    let replayed = replay(&old, &new, fetch, |_, entry| {
        *kinds.entry(kind(entry)).or_default() += 1
    });
    if let Some(problem) = problem.take() {
        return Err(problem);
    }
    match replayed {
        Ok(_) => {}
        Err(AuditError::Read(error)) => return Err(error).context("không đọc được nhật ký · cannot read the log"),
        Err(error @ (AuditError::Inconsistent(_) | AuditError::Entries)) => {
            return Err(error).context("nhật ký đã bị sửa · the log was changed");
        }
    }
    if let Some(state) = &options.state {
        Seen {
            key: key.to_owned(),
            note,
        }
        .write(state)?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}: {} → {}, {}", policy.origin, old.size, new.size, new.root)?;
    for (name, time_s) in &opened.witnesses {
        writeln!(out, "  chứng kiến · witness: {name}, {time_s}")?;
    }
    for (kind, count) in kinds {
        writeln!(out, "  {kind}: {count}")?;
    }
    writeln!(
        out,
        "đúng: không mục nào bị sửa hay mất · holds: no entry was changed or removed"
    )?;
    Ok(Outcome::Good)
}

/// Whose cosignatures are asked for, and how many of them.
struct Witnesses {
    keys: Vec<VerifierKey>,
    quorum: usize,
}

impl Witnesses {
    fn read(options: &VerifyOptions) -> anyhow::Result<Self> {
        let mut keys: Vec<VerifierKey> = Vec::new();
        for text in &options.witness {
            let key: VerifierKey = text
                .parse()
                .context("không đọc được khóa của nút chứng kiến · cannot read the key of a witness")?;
            ensure!(
                key.kind() == KeyKind::Cosignature,
                "đây là khóa của nhật ký, không phải của nút chứng kiến · the key is one of a log, not of a witness"
            );
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        // Keys of one name are one witness.
        let names: BTreeSet<&str> = keys.iter().map(|key| key.name().as_str()).collect();
        let quorum = options.quorum.map_or(names.len(), NonZeroUsize::get);
        ensure!(
            quorum <= names.len(),
            "--quorum {quorum}: chỉ có {0} nút chứng kiến · there are only {0} witnesses",
            names.len()
        );
        Ok(Self { keys, quorum })
    }
}

fn verify_receipt(path: &Path, key: Option<&str>, witnesses: Witnesses) -> anyhow::Result<Outcome> {
    let receipt = read_file(path, public_log::MAX_RECEIPT_BYTES)?;
    let trust = Trust {
        key,
        witness_keys: witnesses.keys,
        quorum: witnesses.quorum,
    };
    let checked = public_log::check(&receipt, &trust).context("biên nhận không đúng · the receipt does not hold")?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} #{} / {}", checked.origin, checked.position, checked.size)?;
    writeln!(out, "{}", checked.entry)?;
    if let Some(private) = &checked.private {
        writeln!(out, "{private}")?;
    }
    if key.is_none() {
        let says = "khóa lấy từ chính biên nhận, hãy so với khóa bạn biết · the key is the receipt's own, hold it against the one you know";
        writeln!(out, "{says}: {}", checked.key)?;
    }
    writeln!(out, "đúng · holds")?;
    Ok(Outcome::Good)
}

/// Prints the proof that an entry stands in a log (C2SP tlog-proof).
///
/// # Errors
/// When there is no such entry, or the log cannot be read.
pub fn prove(options: &ProveOptions) -> anyhow::Result<Outcome> {
    let source = Source::open(&options.source)?;
    let note = source.read("checkpoint", MAX_CHECKPOINT_BYTES)?;
    let note = Note::parse(&note).context("không đọc được checkpoint · cannot read the checkpoint")?;
    let head = anlanh_tlog::Checkpoint::parse(note.text())
        .context("không đọc được checkpoint · cannot read the checkpoint")?;
    let problem = Cell::new(None);
    let fetch = |tile| {
        source.tile(tile).map_err(|error| {
            problem.set(Some(error));
            std::fmt::Error
        })
    };
    let proof = TileReader::new(head.head().size, fetch).inclusion_proof(options.position);
    if let Some(problem) = problem.take() {
        return Err(problem);
    }
    let proof = proof.map_err(|_| anyhow::anyhow!("không có mục này · there is no such entry"))?;
    let proof = OfflineProof::new(options.position, proof, note)?;
    write!(std::io::stdout().lock(), "{proof}")?;
    Ok(Outcome::Good)
}

/// What was seen of a log before, as a file: its key, an empty line, and the checkpoint.
struct Seen {
    key: String,
    note: Vec<u8>,
}

impl Seen {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("không đọc được · cannot read {}", path.display()))?;
        let (key, note) = text
            .split_once("\n\n")
            .context("tệp trạng thái hỏng · the state file is damaged")?;
        Ok(Self {
            key: key.to_owned(),
            note: note.as_bytes().to_vec(),
        })
    }

    /// Writes it beside, and puts it in place of the one before.
    fn write(&self, path: &Path) -> anyhow::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let written = [self.key.as_bytes(), b"\n\n", &self.note].concat();
        let done = std::fs::write(&part, written).and_then(|()| std::fs::rename(&part, path));
        done.with_context(|| format!("không ghi được · cannot write {}", path.display()))
    }
}

fn policy(key: &str) -> anyhow::Result<Policy> {
    let key: VerifierKey = key.parse().context("không đọc được khóa · cannot read the key")?;
    Ok(Policy {
        origin: key.name().as_str().to_owned(),
        log_keys: vec![key],
        witness_keys: Vec::new(),
        quorum: 0,
    })
}

fn open(policy: &Policy, note: &[u8]) -> anyhow::Result<Opened> {
    let note = Note::parse(note).context("không đọc được checkpoint · cannot read the checkpoint")?;
    policy.open(&note).map_err(|error| {
        let says = if matches!(error, PolicyError::Quorum { .. }) {
            "chưa đủ nút chứng kiến ký · not enough witnesses cosigned"
        } else {
            "chữ ký không đúng · the signature does not hold"
        };
        anyhow::Error::new(error).context(says)
    })
}

/// A file of at most so many bytes.
fn read_file(path: &Path, most_bytes: usize) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("không đọc được · cannot read {}", path.display());
    let mut read = Vec::new();
    let file = std::fs::File::open(path).with_context(failed)?;
    let most = u64::try_from(most_bytes).unwrap_or(u64::MAX);
    file.take(most.saturating_add(1))
        .read_to_end(&mut read)
        .with_context(failed)?;
    ensure!(
        read.len() <= most_bytes,
        "tệp quá lớn · the file is too long: {}, {most_bytes}",
        path.display()
    );
    Ok(read)
}

/// Key of what an entry tells; `?` for what is none.
fn kind(entry: &[u8]) -> String {
    let entry: Option<serde_json::Value> = serde_json::from_slice(entry).ok();
    let kind = entry.as_ref().and_then(|entry| entry.get("kind")?.as_str());
    let is_key = |kind: &&str| {
        kind.len() <= MAX_KIND_BYTES && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    kind.filter(is_key).unwrap_or("?").to_owned()
}
