//! Chores of the workspace: `cargo xtask check` holds the tree against its own documents, `cargo xtask tables` writes
//! the engine's generated tables, `cargo xtask openapi` the description of the API.

mod check;
mod openapi;
mod tables;

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("check") => check::run(),
        Some("tables") => tables::write(),
        Some("openapi") => openapi::write(),
        Some(other) => anyhow::bail!("unknown chore {other:?}; known: check, tables, openapi"),
        None => anyhow::bail!("name a chore: check, tables, openapi"),
    }
}
