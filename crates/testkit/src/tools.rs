//! Programs of other makes that tests run, and a network in which they may do as they like.

use std::path::Path;
use std::process::{Command, Stdio};

/// Where Debian puts programs, also those that are in an administrator's path alone.
pub const TOOLS_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Whether all of these programs are there, that `.ci/run` installs. Where one is not, a test says that it was not run, and fails
/// where everything must run (`CI`).
///
/// # Panics
/// When one is missing where everything must run.
#[must_use]
pub fn has_tools(tools: &[&str]) -> bool {
    let is_there = |tool: &str| {
        TOOLS_PATH
            .split(':')
            .any(|folder| Path::new(folder).join(tool).exists())
    };
    let missing: Vec<&str> = tools.iter().copied().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        return true;
    }
    let message = format!("NOT RUN: {missing:?} are not on this machine; .ci/run installs them");
    assert!(std::env::var_os("CI").is_none(), "{message}");
    eprintln!("{message}");
    false
}

/// Runs the test of this name again in a network of its own, where it may take any port and change any firewall, and fails as it
/// does there. `true` in there: the test goes on; `false` outside, where it is done.
///
/// # Panics
/// When the test fails in there, or there is no such network to be had.
#[must_use]
pub fn is_in_own_network(test: &str) -> bool {
    if std::env::var_os("ANLANH_OWN_NETWORK").is_some() {
        return true;
    }
    let done = Command::new("unshare")
        .args(["--user", "--map-root-user", "--net", "sh", "-c"])
        .arg("ip link set lo up && exec \"$@\"")
        .arg("sh")
        .arg(std::env::current_exe().expect("a test knows its own program"))
        .args(["--exact", test, "--nocapture"])
        .env("ANLANH_OWN_NETWORK", "yes")
        .env("PATH", TOOLS_PATH)
        .stdin(Stdio::null())
        .output()
        .expect("unshare is of util-linux");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("1 passed"), "{said}");
    false
}
