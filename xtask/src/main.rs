//! Chores of the workspace: `cargo xtask check` holds the tree against its own documents, `cargo xtask tables` writes
//! the engine's generated tables.

mod check;
mod tables;

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("check") => check::run(),
        Some("tables") => tables::write(),
        Some(other) => anyhow::bail!("unknown chore {other:?}; known: check, tables"),
        None => anyhow::bail!("name a chore: check, tables"),
    }
}
