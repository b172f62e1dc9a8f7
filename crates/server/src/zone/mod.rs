//! Zones of blocklists: `anlanh blocklist serve`, the same within `anlanh serve`, and what resolvers are told of them.

mod configure;
mod import;
mod keep;
mod lists;
mod told;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use anlanh_app::App;
use anlanh_model::Actor;
use anlanh_store::Store;
use anlanh_zone::{Clock, Config, Keys, Secondary, Tls, ZoneServer};
use anyhow::{Context, bail};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

use self::keep::Kept;
use self::lists::Lists;
use self::told::Told;
use crate::blocking::store_of;
use crate::cli::zone::{NotifyOption, ServeOptions, ZoneFile, ZoneOptions};
use crate::{Outcome, logs};

pub use configure::configure;
pub use import::import;

/// Longest file of a zone's options, in bytes.
const MAX_FILE_BYTES: usize = 64 * 1024;
/// Most zones that a node serves.
const MAX_ZONES: usize = 8;

/// Serves a zone until the process is asked to stop; reads the list again when it changes, and prints a line of NDJSON for
/// every version and every proof.
///
/// # Errors
/// When a file cannot be read at first, or an address not be listened on.
pub fn serve(options: ServeOptions) -> anyhow::Result<Outcome> {
    logs::start();
    let ServeOptions {
        list,
        data,
        database,
        part,
        zone,
    } = options;
    let config = config(&zone, read_keys(&zone.tsig_file)?)?;
    let lists = match store_of(data.as_deref(), database.as_deref())? {
        None => Lists::Files(list),
        Some(store) => Lists::of_node(store, part, Actor::Operator)?,
    };
    lists.check()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = ZoneServer::start(config).await?;
        let told = Told::Reader;
        told.listening(zone.origin.as_str(), &server)?;
        let mut terminate = signal(SignalKind::terminate())?;
        let kept = Kept::new(server, lists, &zone, told);
        tokio::select! {
            ended = kept.run() => ended?,
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        anyhow::Ok(())
    })?;
    Ok(Outcome::Good)
}

/// A zone that a node serves beside its pages, as a file says.
pub struct Named {
    config: Config,
    lists: Lists,
    options: ZoneOptions,
}

/// Reads the files of zones that a node is to serve.
///
/// # Errors
/// When one cannot be read, says something that no option is, or keeps its serial number where another does.
pub fn read_files(files: &[PathBuf], store: &Store) -> anyhow::Result<Vec<Named>> {
    if files.len() > MAX_ZONES {
        bail!("nhiều nhất {MAX_ZONES} vùng · at most {MAX_ZONES} zones");
    }
    let mut serial_files = HashSet::new();
    let mut zones = Vec::new();
    for path in files {
        let ZoneFile { part, zone: options } = read_file(path)?;
        if !serial_files.insert(options.serial_file.clone()) {
            bail!(
                "{}: hai vùng cùng một tệp số thứ tự · two zones have one file for their serial numbers",
                options.serial_file.display()
            );
        }
        zones.push(Named {
            config: config(&options, read_keys(&options.tsig_file)?)?,
            lists: Lists::of_node(store.clone(), part, Actor::Node)?,
            options,
        });
    }
    Ok(zones)
}

/// An option a line, as on the command line but without the hyphens before it: `notify 192.0.2.20=anlanh`.
fn read_file(path: &Path) -> anyhow::Result<ZoneFile> {
    let about = || {
        format!(
            "không đọc được các lựa chọn trong · cannot read the options in {}",
            path.display()
        )
    };
    let text = std::fs::read_to_string(path).with_context(about)?;
    if text.len() > MAX_FILE_BYTES {
        bail!(
            "{}: dài quá {MAX_FILE_BYTES} byte · is longer than that",
            path.display()
        );
    }
    ZoneFile::read(&text).with_context(about)
}

/// Serves a zone, until this is dropped.
///
/// # Errors
/// When an address cannot be listened on, or the serial number not be kept.
pub async fn start(named: Named, app: &App) -> anyhow::Result<impl Future<Output = ()> + Send + use<>> {
    let Named { config, lists, options } = named;
    let origin = options.origin.as_str();
    let about = || format!("không phục vụ được vùng · cannot serve the zone {origin}");
    let server = ZoneServer::start(config).await.with_context(about)?;
    Told::Log.listening(origin, &server)?;
    let kept = Kept::new(server, lists, &options, Told::Log).on_pages_of(app);
    Ok(async move {
        if let Err(error) = kept.run().await {
            tracing::error!(
                zone = kept.origin,
                error = format!("{error:#}"),
                "a zone is kept no more"
            );
        }
    })
}

fn config(options: &ZoneOptions, keys: Keys) -> anyhow::Result<Config> {
    let secondary = |notify: &NotifyOption| {
        let key = match &notify.key {
            Some(name) => Some(
                keys.named(name)
                    .with_context(|| format!("không có khóa nào mang tên này · no key is named so: {name}"))?
                    .clone(),
            ),
            None => None,
        };
        anyhow::Ok(Secondary {
            address: notify.address,
            key,
        })
    };
    let notify = options.notify.iter().map(secondary).collect::<Result<_, _>>()?;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificates), Some(key)) if !options.tls_listen.is_empty() => Some(Tls {
            listen: options.tls_listen.clone(),
            certificates: certificates.clone(),
            key: key.clone(),
        }),
        _ => None,
    };
    Ok(Config {
        origin: options.origin.clone(),
        parts: options.parts,
        ttl_seconds: options.ttl,
        refresh_seconds: options.refresh,
        ledger: options.serial_file.clone(),
        keys,
        allow: options.allow.clone(),
        listen: options.listen.clone(),
        tls,
        notify,
        clock: clock(),
    })
}

fn read_keys(files: &[PathBuf]) -> anyhow::Result<Keys> {
    let mut keys = Keys::default();
    for path in files {
        let about = || format!("không đọc được khóa · cannot read the keys in {}", path.display());
        let text = Zeroizing::new(std::fs::read_to_string(path).with_context(about)?);
        let read = Keys::read(&text).with_context(about)?;
        keys = keys.and(read).with_context(about)?;
    }
    Ok(keys)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the command is the edge at which time comes in"
)]
pub fn clock() -> Clock {
    Arc::new(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.unwrap_or_default()
    })
}
