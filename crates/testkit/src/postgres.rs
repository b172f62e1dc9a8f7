//! A PostgreSQL of the tests' own, made with `initdb` in a temporary folder.
//!
//! It listens on a socket in that folder and nowhere else. A shell beside it waits for the end of its input, which comes
//! when the test process ends in whatever way, and then stops the server and removes the folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Accounts to run the server as when the tests run as root, which it refuses.
const OTHERS: [&str; 2] = ["postgres", "nobody"];
const DEBIAN: &str = "/usr/lib/postgresql";
const STOP: &str = r#"read -r _; "$1/pg_ctl" -D "$2/data" -m immediate -s stop; rm -rf "$2""#;

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As in production.
    Disk,
    /// Faster, and enough where the machine keeps running.
    Memory,
}

/// A server. It stops when this is dropped, or when the process ends.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    account: Option<&'static str>,
    settings: String,
    stopper: Child,
    databases: AtomicU32,
}

/// A database that no other test has seen.
#[derive(Debug)]
pub struct TestDatabase {
    address: String,
}

impl TestDatabase {
    /// Its address, as `postgres://…`.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn name(&self) -> &str {
        self.address.rsplit('/').next().unwrap_or_default()
    }
}

/// A database that is filled once in a test process and copied for each test: a third of the time that filling takes.
#[derive(Debug, Default)]
pub struct Model(OnceLock<TestDatabase>);

impl Model {
    /// One that is filled when it is first copied.
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// A new database like the one that `fill` fills and leaves without connections, or `None` as [`postgres`] says.
    ///
    /// # Panics
    /// As [`postgres`] does.
    #[track_caller]
    pub fn copy(&self, fill: impl FnOnce(&TestDatabase)) -> Option<TestDatabase> {
        let Some(server) = server() else { return postgres() };
        let model = self.0.get_or_init(|| {
            let model = server.database();
            fill(&model);
            model
        });
        Some(server.database_like(model.name()))
    }
}

/// A new database on the server of this test process, or `None` where there is no PostgreSQL: then it is said which test
/// did not run.
///
/// # Panics
/// When the server does not start; and under `CI=true` when there is none.
#[track_caller]
pub fn postgres() -> Option<TestDatabase> {
    let server = server();
    if server.is_none() {
        let caller = std::panic::Location::caller();
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("a test").to_owned();
        let message = format!("not run on PostgreSQL, which is not on this machine: {test} ({caller})\n");
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{message}");
        // Past the capture of what passing tests print.
        let _closed = std::io::stderr().write_all(message.as_bytes());
    }
    server.map(Postgres::database)
}

/// The server of this test process.
fn server() -> Option<&'static Postgres> {
    static SERVER: OnceLock<Option<Postgres>> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start(Durability::Memory)).as_ref()
}

impl Postgres {
    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes and starts a server, or returns `None` where there is no PostgreSQL.
    ///
    /// # Panics
    /// When it is there and does not start.
    pub fn start(durability: Durability) -> Option<Self> {
        let programs = find_programs()?;
        // A socket's path is short: 107 bytes at most.
        let folder = tempfile::Builder::new()
            .prefix("pg")
            .tempdir()
            .expect("make a folder")
            .keep();
        let account = account(&folder);
        let fsync = match durability {
            Durability::Disk => "on",
            Durability::Memory => "off",
        };
        let settings = format!(
            "-c fsync={fsync} -c listen_addresses= -c unix_socket_directories={}",
            folder.display()
        );
        let mut stopper = as_account(account, Path::new("sh"));
        stopper.args(["-c", STOP, "sh"]).arg(&programs).arg(&folder);
        stopper
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Self {
            stopper: stopper.spawn().expect("start the shell that stops the server"),
            programs,
            folder,
            account,
            settings,
            databases: AtomicU32::new(0),
        };
        let data = server.folder.join("data");
        let mut initdb = server.program("initdb");
        initdb.args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--pgdata",
        ]);
        run(initdb.arg(data));
        server.resume();
        Some(server)
    }

    /// [`Self::start`] for a test that needs a server of its own; where there is no PostgreSQL, that is said and judged as
    /// [`postgres`] does.
    ///
    /// # Panics
    /// As [`postgres`] does.
    #[track_caller]
    pub fn alone(durability: Durability) -> Option<Self> {
        let server = Self::start(durability);
        if server.is_none() {
            assert!(postgres().is_none());
        }
        server
    }

    /// Stops the server as a machine that loses power would; the data stays.
    pub fn stop(&self) {
        let mut stop = self.program("pg_ctl");
        run(stop
            .args(["-s", "-m", "immediate", "stop", "-D"])
            .arg(self.folder.join("data")));
    }

    /// Starts the server again after [`Self::stop`].
    pub fn resume(&self) {
        let mut start = self.program("pg_ctl");
        start.args(["-s", "-w", "start", "-D"]).arg(self.folder.join("data"));
        start
            .arg("-l")
            .arg(self.folder.join("log"))
            .arg("-o")
            .arg(&self.settings);
        run(&mut start);
    }

    /// Makes a new database.
    pub fn database(&self) -> TestDatabase {
        self.database_like("template1")
    }

    fn database_like(&self, model: &str) -> TestDatabase {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut create = self.program("createdb");
        run(create
            .arg("--username=postgres")
            .arg("--host")
            .arg(&self.folder)
            .arg("--template")
            .arg(model)
            .arg(&name));
        let folder = self.folder.display().to_string().replace('/', "%2F");
        TestDatabase {
            address: format!("postgres://postgres@{folder}/{name}"),
        }
    }

    /// A backup of a database, as `pg_dump` writes it.
    ///
    /// # Panics
    /// When it does not.
    pub fn dump(&self, database: &TestDatabase) -> Vec<u8> {
        let mut dump = self.program("pg_dump");
        dump.args(["--username=postgres", "--host"])
            .arg(&self.folder)
            .arg(database.name());
        let written = dump.output().expect("run pg_dump");
        assert!(written.status.success(), "pg_dump failed: {written:?}");
        written.stdout
    }

    fn program(&self, name: &str) -> Command {
        as_account(self.account, &self.programs.join(name))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.stopper.stdin.take());
        let _ended = self.stopper.wait();
    }
}

/// The folder with `initdb`: on the path, or the newest of Debian's.
fn find_programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let version = |entry: std::fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let mut versions: Vec<u32> = versions.filter_map(version).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    folders.extend(
        versions
            .iter()
            .map(|version| Path::new(DEBIAN).join(version.to_string()).join("bin")),
    );
    // What is on the path may be a link; the other programs stand beside what it leads to.
    let real = |folder: PathBuf| {
        folder
            .join("initdb")
            .canonicalize()
            .ok()?
            .parent()
            .map(Path::to_path_buf)
    };
    folders
        .into_iter()
        .filter_map(real)
        .find(|folder| folder.join("pg_ctl").is_file())
}

/// The account that can own the server, which then owns the folder; `None` when it is that of the tests.
fn account(folder: &Path) -> Option<&'static str> {
    let id = Command::new("id").arg("-u").output().expect("ask who runs the tests");
    if id.stdout != b"0\n" {
        return None;
    }
    let exists = |name: &&str| {
        Command::new("id")
            .arg(name)
            .output()
            .is_ok_and(|id| id.status.success())
    };
    let account = OTHERS
        .into_iter()
        .find(exists)
        .expect("find an account other than root's");
    run(Command::new("chown").arg(account).arg(folder));
    Some(account)
}

fn as_account(account: Option<&str>, program: &Path) -> Command {
    let mut command = match account {
        None => Command::new(program),
        Some(account) => {
            let mut command = Command::new("runuser");
            command.args(["-u", account, "--"]).arg(program);
            command
        }
    };
    command
        .current_dir("/")
        .env_remove("PGDATABASE")
        .env_remove("PGHOST")
        .env_remove("PGOPTIONS");
    command
}

fn run(command: &mut Command) {
    // Not through a pipe: a server that inherits it would keep it open.
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().expect("run a program of PostgreSQL");
    assert!(status.success(), "{command:?} ended with {status}");
}
