//! Chores of the workspace: `cargo xtask tables` writes the engine's generated tables.

mod tables;

fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("tables") => tables::write(),
        Some(other) => anyhow::bail!("unknown chore {other:?}; known: tables"),
        None => anyhow::bail!("name a chore: tables"),
    }
}
