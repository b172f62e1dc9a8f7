//! The file of the key that seals personal data.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anlanh_store::{Store, vault};
use anlanh_vault::{KEY_BYTES, Vault};
use anyhow::{Context, bail, ensure};
use zeroize::Zeroize;

use crate::cli::DataOptions;

/// The file of the key inside the data folder, unless another one is named.
const FILE: &str = "key";
/// Owner alone may read and write.
const PRIVATE: u32 = 0o600;

/// Reads the key of a node; the first start makes one. A database that was sealed with a key is never given another.
///
/// # Errors
/// When the file cannot be read or made, others may read it, it holds no key, or it is gone.
pub fn open(options: &DataOptions, store: &Store) -> anyhow::Result<Vault> {
    let path = options.key_file.clone().unwrap_or_else(|| options.data.join(FILE));
    if let Some(key) = read(&path)? {
        return Ok(Vault::new(key));
    }
    let sealed = store.read_blocking("vault.fingerprint", |tx| vault::fingerprint(tx));
    let sealed: Result<_, anlanh_store::Error> = sealed;
    if sealed?.is_some() {
        bail!(
            "dữ liệu ở đây đã được niêm phong bằng một khóa khác với tệp này; hãy khôi phục tệp · what is kept here was \
             sealed with a key whose file is gone; bring it back: {}",
            path.display()
        );
    }
    make(&path).map(Vault::new)
}

/// Reads a key of a file; where there is none, one is made.
///
/// # Errors
/// When the file cannot be read or made, others may read it, or it holds no key.
pub fn of_file(path: &Path) -> anyhow::Result<[u8; KEY_BYTES]> {
    read(path)?.map_or_else(|| make(path), Ok)
}

fn read(path: &Path) -> anyhow::Result<Option<[u8; KEY_BYTES]>> {
    let said = || format!("không đọc được tệp khóa · cannot read the key file {}", path.display());
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(said),
    };
    let mode = file.metadata().with_context(said)?.permissions().mode();
    ensure!(
        mode & 0o077 == 0,
        "người khác đọc được tệp khóa; hãy chmod 600 · others may read the key file; chmod 600 it: {}",
        path.display()
    );
    // One byte more than a key and a line break: a longer file is none.
    let mut text = String::new();
    let most = 2 * KEY_BYTES as u64 + 2;
    Read::by_ref(&mut file)
        .take(most)
        .read_to_string(&mut text)
        .with_context(said)?;
    let key = parse(text.trim_end());
    text.zeroize();
    let key = key.with_context(|| format!("tệp không chứa khóa · the file holds no key: {}", path.display()))?;
    Ok(Some(key))
}

/// Sixty-four hexadecimal digits.
fn parse(text: &str) -> Option<[u8; KEY_BYTES]> {
    if text.len() != 2 * KEY_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut key = [0; KEY_BYTES];
    for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(key)
}

/// Makes a key and its file, which is on the disk before anything is sealed with it.
fn make(path: &Path) -> anyhow::Result<[u8; KEY_BYTES]> {
    try_make(path).with_context(|| format!("không tạo được tệp khóa · cannot make the key file {}", path.display()))
}

fn try_make(path: &Path) -> anyhow::Result<[u8; KEY_BYTES]> {
    let folder: PathBuf = path.parent().map_or_else(|| ".".into(), Path::to_path_buf);
    if !folder.as_os_str().is_empty() {
        DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    }
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(std::io::Error::other)?;
    let mut text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    text.push('\n');
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(PRIVATE)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    text.zeroize();
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &folder
    };
    File::open(folder)?.sync_all()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/key");
        let made = Vault::new(make(&path).unwrap());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, PRIVATE);
        let read_again = Vault::new(read(&path).unwrap().unwrap());
        assert_eq!(read_again.fingerprint(), made.fingerprint());
        assert!(make(&path).is_err(), "a key is never replaced");
        assert_eq!(Vault::new(of_file(&path).unwrap()).fingerprint(), made.fingerprint());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(read(&path).is_err(), "others may read it");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let check = |text: &str, is_key: bool| assert_eq!(parse(text).is_some(), is_key, "{text}");
        check(&"0f".repeat(KEY_BYTES), true);
        check(&"0f".repeat(KEY_BYTES - 1), false);
        check(&"0f".repeat(KEY_BYTES + 1), false);
        check(&"0g".repeat(KEY_BYTES), false);
        check(&"+f".repeat(KEY_BYTES), false);
        check(&"é".repeat(KEY_BYTES), false);
        check("", false);
        assert!(
            read(&tempfile::tempdir().unwrap().path().join("key"))
                .unwrap()
                .is_none()
        );
    }
}
