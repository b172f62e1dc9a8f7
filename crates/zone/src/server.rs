//! A zone that is served, whole and in parts: started once, published to as often as its list changes.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anlanh_soc::Network;
use anlanh_soc::blocking::{Act, Blocklist, Gap, Origin, OriginError};
use domain::base::Serial;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::fresh::{Fresh, Plan};
use crate::key::Keys;
use crate::ledger::{self, Ledger, LedgerError};
use crate::limits::MAX_REMEMBERED;
use crate::listen::{self, Shared, TlsError};
use crate::notify::{self, Secondary, Teller};
use crate::parts::Parts;
use crate::proof::{self, Proof, ProofOptions};
use crate::resolver::Resolver;
use crate::respond::{Access, Responder};
use crate::rules::{Change, Delta, Key, Rules, act_of, push_target};
use crate::transfer::Apex;
use crate::version::Version;

/// Tells the time since 1970.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How a zone is served.
pub struct Config {
    /// Its name.
    pub origin: Origin,
    /// Into how many parts it is cut beside, each of them a zone.
    pub parts: Parts,
    /// How long its answers may be kept, in seconds.
    pub ttl_seconds: u32,
    /// How often a secondary asks for news that it was not told of, in seconds.
    pub refresh_seconds: u32,
    /// The file that keeps its serial number; those of its parts are beside it.
    pub ledger: PathBuf,
    /// Whoever signs with one of these may have it.
    pub keys: Keys,
    /// Whoever has an address of these may have it unsigned.
    pub allow: Vec<Network>,
    /// Where it is served in datagrams and connections.
    pub listen: Vec<SocketAddr>,
    /// Where it is served inside TLS.
    pub tls: Option<Tls>,
    /// Who is told of new versions.
    pub notify: Vec<Secondary>,
    /// The time.
    pub clock: Clock,
}

/// How a zone is served inside TLS.
#[derive(Debug, Clone)]
pub struct Tls {
    /// Where.
    pub listen: Vec<SocketAddr>,
    /// The file of its certificate, and those that lead to the one that is trusted.
    pub certificates: PathBuf,
    /// The file of its key.
    pub key: PathBuf,
}

/// Why a zone cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its serial number cannot be kept.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// TLS cannot be spoken.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The name of the zone leaves no room for those of its parts.
    #[error("the name of the zone leaves no room for those of its parts")]
    Parts(#[from] OriginError),
    /// An address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// What was published.
#[derive(Debug, Clone)]
pub struct Published {
    /// The serial number of the version that is in force.
    pub serial: u32,
    /// Whether it was there before, because nothing has changed; a process that starts again goes on with it.
    pub is_known: bool,
    /// How many rules it has.
    pub rules: usize,
    /// When it was to be had.
    pub at: Instant,
    delta: Arc<Delta>,
}

impl Published {
    /// How many values came, went or are treated otherwise.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.delta.len()
    }

    /// What became of each value.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        self.delta.changes()
    }
}

/// The last transfer of a secondary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// The version that it was given.
    pub serial: u32,
    /// When the last byte of it was handed to the system, since 1970.
    pub at: Duration,
}

/// The version in force, and who had which.
#[derive(Clone)]
pub struct Current(Arc<State>);

struct State {
    version: Mutex<Option<Arc<Version>>>,
    serial: watch::Sender<Option<Serial>>,
    fetched: Mutex<BTreeMap<IpAddr, Fetched>>,
}

impl Current {
    fn new() -> Self {
        Self(Arc::new(State {
            version: Mutex::default(),
            serial: watch::Sender::new(None),
            fetched: Mutex::default(),
        }))
    }

    /// The version in force.
    pub fn version(&self) -> Option<Arc<Version>> {
        self.0.version.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn replace(&self, version: Version) {
        let serial = version.serial;
        *self.0.version.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(version));
        self.0.serial.send_replace(Some(serial));
    }

    /// Tells of every version.
    pub fn watch(&self) -> watch::Receiver<Option<Serial>> {
        self.0.serial.subscribe()
    }

    /// Whether a secondary was given a version, or a later one.
    pub fn has_fetched(&self, peer: IpAddr, serial: Serial) -> bool {
        let fetched = self.0.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        fetched.get(&peer).is_some_and(|last| Serial(last.serial) >= serial)
    }

    /// Remembers that a secondary was given a version.
    pub fn note_transfer(&self, peer: IpAddr, serial: u32, at: Duration) {
        let mut fetched = self.0.fetched.lock().unwrap_or_else(PoisonError::into_inner);
        if fetched.len() >= MAX_REMEMBERED && !fetched.contains_key(&peer) {
            let oldest = fetched.iter().min_by_key(|(_, last)| last.at).map(|(peer, _)| *peer);
            oldest.and_then(|oldest| fetched.remove(&oldest));
        }
        fetched.insert(peer, Fetched { serial, at });
    }
}

/// What leads from one step to the next; whoever takes a step holds it to the end, so that there is one at a time.
pub(crate) struct Kept {
    /// Of every zone.
    ledgers: Vec<Ledger>,
    /// The names that are said in front of the parts.
    pub fresh: Fresh,
    /// When the list last changed, since 1970.
    pub changed_at: Duration,
    /// When it was last asked in vain whether a part is in effect, since 1970.
    pub asked_at: BTreeMap<usize, Duration>,
}

/// How many zones stand before the parts: the whole one, and that of what is fresh.
pub(crate) const BEFORE_PARTS: usize = 2;

/// A zone that is served until this is dropped.
pub struct ZoneServer {
    pub(crate) origin: Origin,
    /// Where rules must fit: below the longest name of the zone and its parts.
    deepest: Origin,
    pub(crate) parts: Parts,
    /// Of the whole zone, of what is fresh, and of the parts.
    pub(crate) zones: Vec<Current>,
    kept: Mutex<Kept>,
    /// The file of the names that are fresh.
    fresh: PathBuf,
    pub(crate) clock: Clock,
    addresses: Vec<SocketAddr>,
    tls_addresses: Vec<SocketAddr>,
    _tasks: JoinSet<()>,
}

impl ZoneServer {
    /// Starts to serve; before the first version is published, it is said that there is none.
    ///
    /// # Errors
    /// When the serial number cannot be kept, a certificate not be read, or an address not be listened on.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let mut origins = vec![config.origin.clone()];
        origins.extend(config.parts.origins(&config.origin)?);
        let longest = origins.iter().max_by_key(|origin| origin.as_str().len()).cloned();
        let deepest = longest.unwrap_or_else(|| config.origin.clone());
        let fresh = fresh_path(&config.ledger);
        let kept = Kept {
            ledgers: open_ledgers(&config.ledger, &origins)?,
            fresh: Fresh::open(&fresh)?,
            changed_at: Duration::ZERO,
            asked_at: BTreeMap::new(),
        };
        let apexes: Vec<Arc<Apex>> = origins.iter().map(|origin| Arc::new(apex(origin, &config))).collect();
        let zones: Vec<Current> = origins.iter().map(|_| Current::new()).collect();
        let responder = Responder {
            zones: apexes.clone(),
            access: Access {
                keys: config.keys,
                networks: config.allow,
            },
        };
        let shared = Arc::new(Shared::new(responder, zones.clone(), Arc::clone(&config.clock)));
        let mut tasks = JoinSet::new();
        let addresses = listen_at(&config.listen, None, &shared, &mut tasks).await?;
        let tls_addresses = match config.tls {
            Some(tls) => {
                let acceptor = listen::tls(&tls.certificates, &tls.key)?;
                listen_at(&tls.listen, Some(&acceptor), &shared, &mut tasks).await?
            }
            None => Vec::new(),
        };
        let from = addresses
            .first()
            .map(SocketAddr::ip)
            .filter(|from| !from.is_unspecified());
        for (apex, current) in apexes.into_iter().zip(&zones) {
            let teller = Arc::new(Teller {
                apex,
                current: current.clone(),
                clock: Arc::clone(&config.clock),
                from,
            });
            for secondary in &config.notify {
                tasks.spawn(notify::tell(secondary.clone(), Arc::clone(&teller)));
            }
        }
        Ok(Self {
            origin: config.origin,
            deepest,
            parts: config.parts,
            zones,
            kept: Mutex::new(kept),
            fresh,
            clock: config.clock,
            addresses,
            tls_addresses,
            _tasks: tasks,
        })
    }

    /// Where it is served, without TLS.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where it is served inside TLS.
    #[must_use]
    pub fn tls_addresses(&self) -> &[SocketAddr] {
        &self.tls_addresses
    }

    /// The last transfer of every secondary, of the zone or of a part of it. None of them is a proof: see [`Self::prove`].
    #[must_use]
    pub fn transfers(&self) -> BTreeMap<IpAddr, Fetched> {
        let mut all: BTreeMap<IpAddr, Fetched> = BTreeMap::new();
        for zone in &self.zones {
            for (peer, fetched) in zone.0.fetched.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                let last = all.entry(*peer).or_insert(*fetched);
                if last.at < fetched.at {
                    *last = *fetched;
                }
            }
        }
        all
    }

    /// The version in force of the whole zone.
    pub(crate) fn version(&self) -> Option<Arc<Version>> {
        self.zones.first().and_then(Current::version)
    }

    /// Makes a list the version in force, whole and at once, and has the secondaries told. Its serial number is on disk
    /// before anybody can see it. What a zone cannot say is reported. This takes about a second of a processor for a million
    /// names: it is not for a thread on which others wait.
    ///
    /// # Errors
    /// When the serial number cannot be kept: then the version before stays in force.
    pub fn publish(&self, list: &Blocklist, report: impl FnMut(Gap<'_>)) -> Result<Published, LedgerError> {
        let rules = Rules::of(list, &self.deepest, report);
        let mut kept = self.kept();
        let before = self.version();
        let none = Rules::default();
        let old = before.as_deref().map_or(&none, |before| &before.rules);
        let delta = Delta::between(old, &rules);
        self.put(&mut kept, before.as_deref(), rules, delta)
    }

    /// Makes the version in force one in which these values are treated so: what is done with each from now on. What that takes
    /// depends on how many they are more than on how many others there are.
    ///
    /// # Errors
    /// When a serial number cannot be kept: then the version before stays in force.
    pub fn publish_changes(
        &self,
        changes: &[(String, Option<Act>)],
        report: impl FnMut(Gap<'_>),
    ) -> Result<Published, LedgerError> {
        let (mut touched, mut after) = (Blocklist::new(), Blocklist::new());
        for (value, act) in changes {
            // What no network can block is in no list, and was in none.
            let is_one = touched.add(value, &Act::Pass).is_ok();
            if let Some(act) = act.as_ref().filter(|_| is_one) {
                let _ = after.add(value, act);
            }
        }
        let touched = Rules::of(&touched, &self.deepest, |_| {});
        let after = Rules::of(&after, &self.deepest, report);
        let mut kept = self.kept();
        let before = self.version();
        let none = Rules::default();
        let old = before.as_deref().map_or(&none, |before| &before.rules);
        let delta = Delta::between(&old.common(&touched), &after);
        let rules = old.with(&delta);
        self.put(&mut kept, before.as_deref(), rules, delta)
    }

    /// Puts rules in force that a change leads to.
    fn put(
        &self,
        kept: &mut Kept,
        before: Option<&Version>,
        rules: Rules,
        delta: Delta,
    ) -> Result<Published, LedgerError> {
        let (rules, delta) = (Arc::new(rules), Arc::new(delta));
        let count = rules.len();
        let published = |serial: Serial, is_known| Published {
            serial: serial.into_int(),
            is_known,
            rules: count,
            at: Instant::now(),
            delta: Arc::clone(&delta),
        };
        if let Some(before) = before.filter(|_| delta.len() == 0) {
            return Ok(published(before.serial, true));
        }
        let now = (self.clock)();
        let plan = match before {
            _ if self.parts.is_none() => None,
            Some(_) => Some(kept.fresh.plan(&rules, &delta, now)),
            None => Some(kept.fresh.begin(&rules, &delta)),
        };
        let (serial, is_known) = self.take_step(kept, (rules, Arc::clone(&delta)), plan)?;
        kept.changed_at = now;
        Ok(published(serial, is_known))
    }

    /// Puts in force what changes in the zones, and gives the serial number of the whole zone and whether its rules had it before.
    pub(crate) fn take_step(
        &self,
        kept: &mut Kept,
        whole: (Arc<Rules>, Arc<Delta>),
        plan: Option<Plan>,
    ) -> Result<(Serial, bool), LedgerError> {
        let mut next = vec![whole];
        if let Some(plan) = &plan {
            next.extend(self.next_parts(plan));
            // Who starts again goes on with them.
            if !plan.fresh.has_names_of(&kept.fresh) {
                plan.fresh.write(&self.fresh)?;
            }
        }
        // All numbers are on disk before anybody sees one.
        let now = (self.clock)();
        let mut versions = Vec::new();
        for ((current, ledger), (rules, delta)) in self.zones.iter().zip(kept.ledgers.iter_mut()).zip(next) {
            let before = current.version();
            if before.is_some() && delta.len() == 0 {
                continue;
            }
            let (serial, is_known) = ledger.next(rules.digest(), now.as_secs())?;
            let version = match before {
                Some(before) => before.next(serial, rules, delta),
                None => Version::first(serial, rules),
            };
            versions.push((current, version, is_known));
        }
        // The whole zone changes whenever the list does, and is the first.
        let (serial, is_known) = versions
            .first()
            .map_or((Serial(0), true), |(_, version, is_known)| (version.serial, *is_known));
        for (current, version, _) in versions {
            current.replace(version);
        }
        if let Some(Plan { mut fresh, folding, .. }) = plan {
            for name in &folding {
                let zone = self.zones.get(BEFORE_PARTS + self.parts.part_of(Key::Name(name)));
                if let Some(version) = zone.and_then(Current::version) {
                    fresh.fold(name, version.serial, now);
                }
            }
            kept.fresh = fresh;
        }
        Ok((serial, is_known))
    }

    /// What the zone of what is fresh and each part are after a step, and what changes in them.
    fn next_parts(&self, plan: &Plan) -> Vec<(Arc<Rules>, Arc<Delta>)> {
        let none = Rules::default();
        let before = self.zones.get(1).and_then(Current::version);
        let before = before.as_ref().map_or(&none, |version| &version.rules);
        let fresh = (
            Arc::new(plan.rules.clone()),
            Arc::new(Delta::between(before, &plan.rules)),
        );
        let parts = self
            .zones
            .iter()
            .skip(BEFORE_PARTS)
            .zip(self.parts.cut_delta(&plan.parts));
        let parts = parts.map(|(current, delta)| {
            let rules = match current.version() {
                Some(before) if delta.len() == 0 => Arc::clone(&before.rules),
                Some(before) => Arc::new(before.rules.with(&delta)),
                None => Arc::new(Rules::default().with(&delta)),
            };
            (rules, Arc::new(delta))
        });
        std::iter::once(fresh).chain(parts).collect()
    }

    /// What leads from one step to the next.
    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the version in force as the file of a zone for Knot Resolver, which fetches none; says how many rules it cannot say:
    /// those of addresses, and those that lead elsewhere. Whoever reads the file has the old one or the new one, whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_knot_file(&self, path: &Path) -> io::Result<usize> {
        let Some(version) = self.version() else { return Ok(0) };
        let mut left_out = 0;
        ledger::replace(path, |file| {
            let origin = self.origin.as_str();
            writeln!(file, "$ORIGIN {origin}.\n$TTL 60")?;
            let serial = version.serial.into_int();
            writeln!(
                file,
                "@ SOA localhost. nobody.localhost. {serial} 60 60 2592000 60\n@ NS localhost."
            )?;
            for (key, target) in version.rules.iter() {
                let is_known = !matches!(act_of(target), Some(Act::Redirect(_)) | None);
                if !key.has_below() || !is_known {
                    left_out += 1;
                    continue;
                }
                let (name, target) = (key.written(), String::from_utf8_lossy(target));
                writeln!(file, "{name} CNAME {target}.\n*.{name} CNAME {target}.")?;
            }
            Ok(())
        })?;
        Ok(left_out)
    }

    /// Has each resolver forget what it has of the changed names, and asks it for them until it answers as the version in
    /// force demands, or the deadline is over. A resolver that is not there is in no proof in effect.
    pub async fn prove(
        &self,
        published: &Published,
        changes: &[Change],
        resolvers: &[Resolver],
        options: &ProofOptions,
    ) -> Vec<Proof> {
        let Some(version) = self.version() else {
            return Vec::new();
        };
        let asked = proof::Asked {
            origin: self.origin.as_str(),
            serial: published.serial,
            since: published.at,
            wanted: proof::wanted(&version.rules, changes, options.most),
            clock: &self.clock,
            deadline: options.deadline,
            knot_file: options.knot_file.as_deref(),
        };
        proof::prove(&asked, changes, resolvers).await
    }
}

fn apex(origin: &Origin, config: &Config) -> Apex {
    let mut name = Vec::new();
    push_target(origin.as_str().as_bytes(), &mut name);
    Apex {
        origin: name,
        ttl_seconds: config.ttl_seconds,
        refresh_seconds: config.refresh_seconds,
        is_marked: *origin != config.origin,
    }
}

/// The file of the names that are fresh, beside that of the serial number of their zone.
fn fresh_path(ledger: &Path) -> PathBuf {
    let mut path = ledger.as_os_str().to_owned();
    path.push(".fresh.names");
    PathBuf::from(path)
}

/// The file of the whole zone, and beside it one for each part, with the first label of its name behind.
fn open_ledgers(path: &Path, origins: &[Origin]) -> Result<Vec<Ledger>, LedgerError> {
    let open = |(at, origin): (usize, &Origin)| {
        let mut path = path.as_os_str().to_owned();
        if at > 0 {
            path.push(".");
            path.push(origin.as_str().split('.').next().unwrap_or_default());
        }
        Ledger::open(Path::new(&path))
    };
    origins.iter().enumerate().map(open).collect()
}

/// Answers at these addresses, connections inside TLS where there is an acceptor, and gives those that they are: where any port
/// is wanted, datagrams and connections have the same. Datagrams are answered beside TLS, too: Unbound asks so, on that port,
/// whether there is news, and only fetches inside TLS.
async fn listen_at(
    wanted: &[SocketAddr],
    tls: Option<&TlsAcceptor>,
    shared: &Arc<Shared>,
    tasks: &mut JoinSet<()>,
) -> Result<Vec<SocketAddr>, StartError> {
    let mut addresses = Vec::new();
    for wanted in wanted {
        let failed = |error| StartError::Listen(*wanted, error);
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let socket = UdpSocket::bind(address).await.map_err(failed)?;
        tasks.spawn(listen::answer_datagrams(socket, Arc::clone(shared)));
        tasks.spawn(listen::answer_connections(listener, tls.cloned(), Arc::clone(shared)));
        addresses.push(address);
    }
    Ok(addresses)
}
