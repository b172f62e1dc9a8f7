//! Lists the files of the built-in pack in the order of their paths, so that the binary needs no folder beside it.
//!
//! Without files the crate still builds, with a warning: then [`Policy::built_in`] says that the pack is missing.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../../packs/vn");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root.canonicalize()?, "", &mut files)?;
    }
    files.sort();
    if files.is_empty() {
        println!(
            "cargo::warning=there is no policy pack in {}; none will be built in",
            root.display()
        );
    }
    let mut code = String::from("/// Path and content of each file.\nstatic BUILT_IN: &[(&str, &str)] = &[\n");
    for (inside, path) in files {
        writeln!(code, "    ({inside:?}, include_str!({path:?})),")?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("built_in.rs"), code)?;
    Ok(())
}

/// Finds the `.toml` files below a folder, with their paths inside the pack.
fn collect(folder: &Path, inside: &str, files: &mut Vec<(String, PathBuf)>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| format!("a name in {} is not UTF-8", folder.display()))?;
        if name.starts_with('.') {
            continue;
        }
        let inside = format!("{inside}{name}");
        if path.is_dir() {
            collect(&path, &format!("{inside}/"), files)?;
        } else if name.ends_with(".toml") {
            files.push((inside, path));
        }
    }
    Ok(())
}
