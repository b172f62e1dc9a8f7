//! Writes `crates/web/assets/openapi.json`, the description of the API that is served.
//!
//! Only a test of `anlanh-web` can make it, for what ships does not know its own description; this runs that test and
//! has it write the file instead of comparing it.

use std::process::Command;

use anyhow::Context as _;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/web/assets/openapi.json");

/// Runs the test that knows the description.
pub fn write() -> anyhow::Result<()> {
    let before = std::fs::metadata(FILE).and_then(|file| file.modified()).ok();
    let status = Command::new("cargo")
        .args(["test", "--quiet", "--package", "anlanh-web", "--lib", "--"])
        .args(["--exact", "api::openapi::tests::the_file_says_what_the_code_does"])
        .env("ANLANH_WRITE_OPENAPI", "yes")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .context("run cargo")?;
    anyhow::ensure!(status.success(), "the description could not be written: {status}");
    // Of a test that is called otherwise, none runs, and that is no failure.
    let after = std::fs::metadata(FILE).and_then(|file| file.modified()).ok();
    anyhow::ensure!(
        after != before,
        "no test wrote the description: is it called otherwise?"
    );
    Ok(())
}
