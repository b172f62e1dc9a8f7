//! Packages and who uses whom, as Cargo resolved them. Knows nothing of what is allowed.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context as _;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Every package that this platform builds.
#[derive(Debug, Default)]
pub struct Graph {
    pub packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Default, Clone)]
pub struct Package {
    pub name: String,
    /// SPDX expression, if it states one.
    pub licence: Option<String>,
    /// Folder inside the workspace, as in `lib/screen`; `None` for what comes from elsewhere.
    pub room: Option<String>,
    /// Direct dependencies.
    pub uses: Vec<Use>,
}

/// One direct dependency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Index in [`Graph::packages`].
    pub package: usize,
    pub scope: Scope,
    /// The name under which source code speaks of it.
    pub identifier: String,
}

/// What a dependency is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It is part of what is shipped, or builds it.
    Shipped,
    /// Only tests need it.
    Tests,
}

impl Graph {
    /// Asks Cargo, for this platform alone: what other platforms need may not have been downloaded.
    pub fn read() -> anyhow::Result<Self> {
        let version = std::process::Command::new("rustc")
            .arg("-vV")
            .output()
            .context("ask rustc")?;
        let version = String::from_utf8(version.stdout).context("read rustc's answer")?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.context("find the host in rustc's answer")?;
        let metadata = MetadataCommand::new()
            .current_dir(super::tree::root())
            .other_options(["--locked", "--filter-platform", host].map(str::to_owned))
            .exec()
            .context("ask cargo for its metadata")?;
        Self::of(&metadata)
    }

    fn of(metadata: &Metadata) -> anyhow::Result<Self> {
        let resolve = metadata.resolve.as_ref().context("resolve the workspace")?;
        let index: HashMap<_, _> = metadata.packages.iter().map(|package| &package.id).zip(0..).collect();
        let mut packages: Vec<Package> = Vec::new();
        for package in &metadata.packages {
            let folder = package.manifest_path.parent().context("find a manifest's folder")?;
            let room = metadata.workspace_members.contains(&package.id);
            let room = room
                .then(|| folder.strip_prefix(&metadata.workspace_root))
                .transpose()?;
            packages.push(Package {
                name: package.name.to_string(),
                licence: package.license.clone(),
                room: room.map(ToString::to_string),
                uses: Vec::new(),
            });
        }
        for node in &resolve.nodes {
            let user = index.get(&node.id).and_then(|user| packages.get_mut(*user));
            let user = user.context("find a node among the packages")?;
            for dependency in &node.deps {
                let ships = dependency
                    .dep_kinds
                    .iter()
                    .any(|kind| kind.kind != DependencyKind::Development);
                user.uses.push(Use {
                    package: *index
                        .get(&dependency.pkg)
                        .context("find a dependency among the packages")?,
                    scope: if ships { Scope::Shipped } else { Scope::Tests },
                    identifier: dependency.name.clone(),
                });
            }
        }
        Ok(Self { packages })
    }

    /// The packages of the workspace, each with its folder.
    pub fn rooms(&self) -> impl Iterator<Item = (&str, &Package)> {
        let room = |package: &'_ Package| package.room.is_some();
        let rooms = self.packages.iter().filter(move |package| room(package));
        rooms.filter_map(|package| package.room.as_deref().map(|room| (room, package)))
    }

    /// What a dependency leads to.
    pub fn target(&self, dependency: &Use) -> Option<&Package> {
        self.packages.get(dependency.package)
    }

    /// Names of everything a package ships with, directly or not, itself left out.
    pub fn reach(&self, package: &Package) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Package> = vec![package];
        let mut visited = vec![false; self.packages.len()];
        while let Some(package) = open.pop() {
            for dependency in package
                .uses
                .iter()
                .filter(|dependency| dependency.scope == Scope::Shipped)
            {
                let (Some(target), Some(visited)) = (self.target(dependency), visited.get_mut(dependency.package))
                else {
                    continue;
                };
                if !std::mem::replace(visited, true) {
                    seen.insert(target.name.as_str());
                    open.push(target);
                }
            }
        }
        seen
    }

    /// A graph from `(name, room, uses)`; a use that begins with `test:` is for tests alone.
    #[cfg(test)]
    pub fn from_rows(rows: &[(&str, Option<&str>, &[&str])]) -> Self {
        let index = |name: &str| rows.iter().position(|row| row.0 == name).unwrap();
        let uses = |name: &&str| {
            let (scope, name) = name
                .strip_prefix("test:")
                .map_or((Scope::Shipped, *name), |name| (Scope::Tests, name));
            Use {
                package: index(name),
                scope,
                identifier: name.replace('-', "_"),
            }
        };
        let package = |(name, room, used): &(&str, Option<&str>, &[&str])| Package {
            name: (*name).to_owned(),
            licence: Some("MIT".to_owned()),
            room: room.map(str::to_owned),
            uses: used.iter().map(uses).collect(),
        };
        Self {
            packages: rows.iter().map(package).collect(),
        }
    }
}
