//! Files are followed through whatever is done to them, and each line is given once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use anlanh_intake::limits::MAX_LINE_BYTES;
use anlanh_intake::{Follower, Position, Step};

struct Log {
    folder: tempfile::TempDir,
    follower: Follower,
    position: Option<Position>,
    seen: String,
    gaps: usize,
    too_long: usize,
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            follower: Follower::new(folder.path().join("eve.json"), None),
            folder,
            position: None,
            seen: String::new(),
            gaps: 0,
            too_long: 0,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path(name))
            .unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    fn copy_and_cut(&self, to: &str) {
        fs::copy(self.path("eve.json"), self.path(to)).unwrap();
        OpenOptions::new()
            .write(true)
            .open(self.path("eve.json"))
            .unwrap()
            .set_len(0)
            .unwrap();
    }

    /// Reads until nothing more is there.
    fn read(&mut self) {
        let mut idle = 0;
        while idle < 12 {
            idle += 1;
            match self.follower.step().unwrap() {
                Step::Lines { bytes, position } => {
                    self.seen.push_str(&String::from_utf8(bytes).unwrap());
                    self.position = Some(position);
                    idle = 0;
                }
                Step::Opened { is_gap, .. } => self.gaps += usize::from(is_gap),
                Step::TooLong => self.too_long += 1,
                Step::Nothing => {}
            }
        }
    }

    /// The process ends, and another goes on from what was kept.
    fn restart(&mut self) {
        let position = self.position.map(|position| Position::read(&position.write()).unwrap());
        self.follower = Follower::new(self.path("eve.json"), position);
    }

    fn check(&mut self, expected: &str) {
        self.read();
        assert_eq!((self.seen.as_str(), self.gaps), (expected, 0));
    }
}

#[test]
fn a_log_is_followed_through_renames() {
    let mut log = Log::new();
    log.check("");
    log.write("eve.json", "a\nb");
    log.check("a\n");
    log.write("eve.json", "b\nc\n");
    log.rename("eve.json", "eve.json.1");
    // Whoever writes has it open still.
    log.write("eve.json.1", "d");
    log.check("a\nbb\nc\n");
    log.write("eve.json.1", "\n");
    log.write("eve.json", "e\n");
    log.check("a\nbb\nc\nd\ne\n");
    log.restart();
    log.rename("eve.json.1", "eve.json.2");
    log.rename("eve.json", "eve.json.1");
    log.write("eve.json", "f\n");
    log.write("eve.json.stats", "no log\n");
    log.check("a\nbb\nc\nd\ne\nf\n");
}

#[test]
fn a_log_is_followed_through_copies() {
    let mut log = Log::new();
    log.write("eve.json", "a\nb\n");
    log.check("a\nb\n");
    log.write("eve.json", "c\n");
    log.copy_and_cut("eve.json.1");
    log.write("eve.json", "d\n");
    log.check("a\nb\nc\nd\n");
    log.write("eve.json", "e\n");
    log.restart();
    log.rename("eve.json.1", "eve.json.2");
    log.copy_and_cut("eve.json.1");
    // It is longer than it was when it was read last.
    log.write("eve.json", "ffffffffffff\n");
    log.check("a\nb\nc\nd\ne\nffffffffffff\n");
}

#[test]
fn a_log_that_is_gone_is_a_gap() {
    let mut log = Log::new();
    log.write("eve.json", "a\n");
    log.check("a\n");
    fs::remove_file(log.path("eve.json")).unwrap();
    log.write("eve.json", "b\n");
    log.restart();
    log.read();
    assert_eq!((log.seen.as_str(), log.gaps), ("a\nb\n", 1));
}

#[test]
fn a_line_that_nobody_ended_is_one_when_the_log_is_left() {
    let mut log = Log::new();
    log.write("eve.json", "a\nb");
    log.rename("eve.json", "eve.json-20261128");
    log.write("eve.json", "c\n");
    // It is found again by its number alone, from the beginning.
    log.follower = Follower::new(log.path("eve.json-20261128"), None);
    log.read();
    assert_eq!(log.seen, "a\n");
    log.restart();
    log.read();
    assert_eq!(log.seen, "a\nbc\n");
}

#[test]
fn lines_have_a_longest() {
    for (more, too_long) in [(0, 0), (1, 1)] {
        let mut log = Log::new();
        log.write("eve.json", &"x".repeat(MAX_LINE_BYTES + more));
        log.read();
        assert_eq!(log.too_long, too_long, "{more}");
        log.write("eve.json", "\nb\n");
        log.read();
        assert!(log.seen.ends_with("b\n"));
        assert_eq!(log.seen.len(), if too_long == 0 { MAX_LINE_BYTES + 3 } else { 2 });
    }
}
