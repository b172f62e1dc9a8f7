//! `age` of another make, to open what the product encrypts.

use std::io::Write;
use std::process::{Command, Stdio};

/// A key that was made for tests, as `age-keygen` prints it: the secret part, and the public part.
pub const AGE_KEY: [&str; 2] = [
    "AGE-SECRET-KEY-1R8C6MS5H6N2ANYY8SSDA8FSNHQ0ZRKC8VRTD9KU987ST29TXFHDSJLHCMP",
    "age157dft9sn6gp5mxs3d985wnka9jd3tqsvflfahdlz9mc3n57d3czqx9m76h",
];
/// The secret part of another one.
pub const OTHER_AGE_KEY: &str = "AGE-SECRET-KEY-1MLV2HN58Q02G3GFZYGEQFZZG97Q8HQUQADMPZX3507EGM3FEWJVS929DQ7";

/// What `age` (the Debian package) makes of a file; none where it refuses.
#[must_use]
pub fn opened_by_age(identity: &str, file: &[u8]) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder for a key");
    let keys = folder.path().join("keys");
    std::fs::write(&keys, identity).expect("a file for a key");
    let age = Command::new("age")
        .args(["--decrypt", "--identity"])
        .arg(&keys)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut age = age.expect("`age` is there: apt-get install age");
    let mut stdin = age.stdin.take().expect("a pipe to age");
    let file = file.to_vec();
    // A file that is refused at its beginning is not read to its end.
    let writing = std::thread::spawn(move || stdin.write_all(&file).is_ok());
    let done = age.wait_with_output().expect("what age said");
    writing.join().expect("the file was written");
    done.status.success().then_some(done.stdout)
}
