//! Where a node keeps what it keeps, and its clock.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::time::{SystemTime, UNIX_EPOCH};

use anlanh_app::Clock;
use anlanh_model::Time;
use anlanh_store::{Options, Role, Store, Target};
use anyhow::{Context, ensure};

use crate::cli::DataOptions;

/// The file of the embedded database inside the data folder.
const FILE: &str = "anlanh.db";

/// Opens what the options name; the data folder is made, for its owner alone, where there is none.
///
/// # Errors
/// When it cannot be made or opened, or another node serves from it.
pub fn open(options: &DataOptions, role: Role) -> anyhow::Result<Store> {
    let target = match &options.database {
        Some(address) => Target::parse(address),
        None => {
            let folder = &options.data;
            let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.with_context(|| format!("không tạo được thư mục · cannot make folder {}", folder.display()))?;
            Target::Sqlite(folder.join(FILE))
        }
    };
    let options = Options {
        role,
        ..Options::default()
    };
    let store = Store::open(&target, &options);
    store.context("không mở được cơ sở dữ liệu · cannot open the database")
}

/// Opens what the options name, where a node keeps something there already: whoever asks what it keeps has mistyped the
/// folder otherwise.
///
/// # Errors
/// When there is nothing, or it cannot be opened.
pub fn open_kept(options: &DataOptions) -> anyhow::Result<Store> {
    let file = options.data.join(FILE);
    ensure!(
        options.database.is_some() || file.exists(),
        "không có dữ liệu của nút nào ở {0} (hãy xem lại --data) · no node keeps its data in {0} (see --data)",
        options.data.display()
    );
    open(options, Role::Tool)
}

/// The clock of the machine.
pub fn clock() -> Clock {
    Clock::new(|| {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        Time::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}
