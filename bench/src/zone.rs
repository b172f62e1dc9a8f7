//! Zones of blocklists: how long a transfer of everything and of a change takes, beside BIND with the same zone, and how long it
//! takes until a change is seen to be in effect in BIND, Unbound and PowerDNS Recursor.

mod resolvers;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use anlanh_soc::blocking::{Act, Blocklist, Origin, Reader, Zone, write_rpz};
use anlanh_soc::{Network, Value};
use anlanh_zone::{Config, Keys, Parts, ProofOptions, Published, Resolver, Secondary, ZoneServer};
use anyhow::{Context as _, Result, anyhow, ensure};

use self::resolvers::{Kind, Upstream, free_port};
use crate::report::{Bar, Row, Section};

/// Transfers and changes that are timed.
const ROUNDS: usize = 5;
/// The name of the zone.
const ORIGIN: &str = "rpz.anlanh";
/// Into how many parts it is cut for BIND.
const PARTS: u8 = 48;
/// The key that BIND and PowerDNS Recursor sign with; it guards nothing.
const SECRET: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
/// How many names a change has.
const SIZES: [usize; 3] = [1, 20, 1000];
/// How long a resolver may take to have the whole zone, and a change to be in effect.
const PATIENCE: Duration = Duration::from_secs(180);

/// Measures transfers and proofs.
///
/// # Errors
/// When a server does not start or answers what it should not.
pub fn measure(listed: &[String]) -> Result<Section> {
    let folder = std::env::temp_dir().join(format!("anlanh-bench-zone-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let section = measure_in(listed, &folder);
    std::fs::remove_dir_all(&folder)?;
    section
}

fn measure_in(listed: &[String], folder: &Path) -> Result<Section> {
    let mut section = Section::new("Zones of blocklists");
    let mut list = Blocklist::new();
    for name in listed {
        // Public suffixes among them are refused.
        let _ = list.add(name, &Act::NxDomain);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let key = format!("key \"anlanh\" {{ algorithm hmac-sha256; secret \"{SECRET}\"; }};\n");
    std::fs::write(folder.join("key.conf"), &key)?;
    let places: Vec<(Kind, u16, u16)> = Kind::ALL.map(|kind| (kind, free_port(), free_port())).to_vec();
    let notified = |port: &u16| Secondary {
        address: ([127, 0, 0, 1], *port).into(),
        key: None,
    };
    let config = Config {
        origin: Origin::parse(ORIGIN)?,
        parts: Parts::new(PARTS)?,
        ttl_seconds: 60,
        refresh_seconds: 60,
        ledger: folder.join("serial"),
        keys: Keys::read(&key)?,
        allow: vec![loopback()?],
        listen: vec![([127, 0, 0, 1], 0).into()],
        tls: None,
        notify: places.iter().map(|(_, port, _)| notified(port)).collect(),
        clock: Arc::new(now),
    };
    let server = runtime.block_on(ZoneServer::start(config))?;
    let address = *server.addresses().first().context("no address")?;
    let before = resident_bytes()?;
    let started = Instant::now();
    let published = server.publish(&list, |_| {})?;
    let first = started.elapsed();
    let grown = resident_bytes()?.saturating_sub(before);
    section.notes.push(format!(
        "{} names published for the first time in {:.2} s; the process grew by {} MB.",
        published.rules,
        first.as_secs_f64(),
        grown / 1_000_000
    ));
    whole(&mut section, &list, folder, address)?;
    let mut changes = Changes {
        server: &server,
        next: 0,
    };
    changed(&mut section, &mut changes, address)?;
    let upstream = Upstream::start(folder)?;
    for (kind, port, control) in places {
        let row = proven(
            &runtime,
            &mut changes,
            &upstream,
            folder,
            address,
            (kind, port, control),
        );
        match row {
            Ok(rows) => section.rows.extend(rows),
            Err(error) => section.notes.push(format!("{}: {error:#}", kind.name())),
        }
    }
    Ok(section)
}

fn loopback() -> Result<Network> {
    match Value::guess("127.0.0.0/8") {
        Ok(Value::Network(network)) => Ok(network),
        _ => Err(anyhow!("not a network")),
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn now() -> Duration {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap_or_default()
}

fn resident_bytes() -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split(' ').nth(1).context("statm")?.parse()?;
    Ok(pages * 4096)
}

/// Transfers of everything, from us and from BIND in turn.
fn whole(section: &mut Section, list: &Blocklist, folder: &Path, ours: SocketAddr) -> Result<()> {
    let zone = Zone {
        origin: Origin::parse(ORIGIN)?,
        serial: 1,
        ttl_seconds: 60,
        reader: Reader::Full,
    };
    let mut text = std::io::BufWriter::new(std::fs::File::create(folder.join("peer.zone"))?);
    write_rpz(list, &zone, &mut text, |_| {})?;
    text.flush()?;
    let peer = resolvers::primary(folder)?;
    let (mut own, mut theirs) = (Vec::new(), Vec::new());
    let mut sizes = (0, 0);
    for _ in 0..ROUNDS {
        let (time, bytes, messages) = transfer(ours, None)?;
        own.push(time);
        sizes = (bytes, messages);
        theirs.push(transfer(peer.address(), None)?.0);
    }
    let (own, theirs) = (median(&mut own), median(&mut theirs));
    section.rows.push(Row {
        what: format!("AXFR, {} records", 2 * list.len() + 3),
        ours: format!("{own:.3} s, {} MB in {} messages", sizes.0 / 1_000_000, sizes.1),
        beside: format!("BIND {theirs:.3} s"),
        ratio: own / theirs,
        bar: Bar::AtMost(1.0),
    });
    Ok(())
}

/// A list that gains names and loses them.
struct Changes<'s> {
    server: &'s ZoneServer,
    next: usize,
}

/// What a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Names come.
    Come,
    /// Names go that came before.
    Go,
}

impl Changes<'_> {
    fn name(&self) -> String {
        format!("fresh-{}.vn", self.next)
    }

    /// Publishes that so many more names are listed, or that the last of them are not, and says how long that took.
    fn make(&mut self, count: usize, way: Way) -> Result<(Published, f64)> {
        let (from, act) = match way {
            Way::Come => (self.next, Some(Act::NxDomain)),
            Way::Go => (self.next - count, None),
        };
        let names: Vec<(String, Option<Act>)> = (from..from + count)
            .map(|at| (format!("fresh-{at}.vn"), act.clone()))
            .collect();
        let started = Instant::now();
        let published = self.server.publish_changes(&names, |_| {})?;
        let time = started.elapsed().as_secs_f64();
        match way {
            Way::Come => self.next += count,
            Way::Go => self.next -= count,
        }
        Ok((published, time))
    }
}

/// Publishing a change, and a transfer of it alone.
fn changed(section: &mut Section, changes: &mut Changes<'_>, ours: SocketAddr) -> Result<()> {
    let (mut published, mut fetched) = (Vec::new(), Vec::new());
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let before = changes.make(0, Way::Come)?.0.serial;
        published.push(changes.make(100, Way::Come)?.1);
        let (time, size, _) = transfer(ours, Some(before))?;
        fetched.push(time);
        bytes = size;
    }
    section.notes.push(format!(
        "100 more names: {:.2} s until they are published, {:.1} ms to transfer them ({bytes} bytes).",
        median(&mut published),
        median(&mut fetched) * 1e3
    ));
    Ok(())
}

/// How long it takes until a name that a resolver has in its cache is seen to be blocked.
fn proven(
    runtime: &tokio::runtime::Runtime,
    changes: &mut Changes<'_>,
    upstream: &Upstream,
    folder: &Path,
    from: SocketAddr,
    (kind, port, control): (Kind, u16, u16),
) -> Result<Vec<Row>> {
    let process = kind.start(folder, upstream, from, SECRET, (port, control))?;
    let resolver: Resolver = kind.resolver(folder, (port, control)).parse()?;
    let options = ProofOptions {
        most: 100,
        deadline: PATIENCE,
        knot_file: None,
    };
    let prove = |changes: &mut Changes<'_>, count: usize, way: Way| -> Result<f64> {
        if way == Way::Come {
            process.warm(&changes.name())?;
        }
        let (published, _) = changes.make(count, way)?;
        let all = published.changes();
        let proofs = runtime.block_on(changes.server.prove(
            &published,
            &all,
            std::slice::from_ref(&resolver),
            &options,
        ));
        ensure!(!proofs.is_empty(), "no proof");
        let after = proofs.iter().map(|proof| match proof.effect {
            anlanh_zone::Effect::Seen { after } => Ok(after.as_secs_f64()),
            anlanh_zone::Effect::MayBeKept | anlanh_zone::Effect::NotSeen => Err(anyhow!("not in effect: {proof:?}")),
        });
        after
            .collect::<Result<Vec<f64>>>()
            .map(|all| all.into_iter().fold(0.0, f64::max))
    };
    // The first shows that it has the whole zone, in every part of it.
    let whole = prove(changes, 1000, Way::Come)?;
    settle(runtime, changes.server, kind, &resolver)?;
    let mut rows = Vec::new();
    for size in SIZES {
        let (mut come, mut gone) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            come.push(prove(changes, size, Way::Come)?);
            // Half of what goes was moved to the parts before, and half was not.
            if come.len() % 2 == 0 {
                settle(runtime, changes.server, kind, &resolver)?;
            }
            gone.push(prove(changes, size, Way::Go)?);
        }
        let memory = process.resident_bytes()? / 1_000_000;
        for (what, mut times) in [("more", come), ("fewer", gone)] {
            let worst = times.iter().copied().fold(0.0, f64::max);
            let time = median(&mut times);
            ensure!(time > 0.0, "no time");
            rows.push(Row {
                what: format!("{size} {what} names in effect in {}", kind.name()),
                ours: format!("{time:.3} s, worst {worst:.3} s; whole zone {whole:.1} s, {memory} MB"),
                beside: format!("{} s allowed", kind.allowed()),
                ratio: worst / kind.allowed(),
                bar: Bar::AtMost(1.0),
            });
        }
    }
    Ok(rows)
}

/// Waits until what came is in the parts, where a resolver has them, and seen to be.
fn settle(runtime: &tokio::runtime::Runtime, server: &ZoneServer, kind: Kind, resolver: &Resolver) -> Result<()> {
    let started = Instant::now();
    while kind == Kind::Bind && server.ahead() > 0 {
        ensure!(started.elapsed() < PATIENCE, "names stay in front of the parts");
        match server.fold()? {
            Some(part) => {
                runtime.block_on(server.prove_part(part, std::slice::from_ref(resolver), PATIENCE));
            }
            #[expect(clippy::disallowed_methods, reason = "what is waited for is found by asking")]
            None => std::thread::sleep(Duration::from_millis(100)),
        }
    }
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Fetches a zone and counts it, from a serial number or all of it.
fn transfer(from: SocketAddr, since: Option<u32>) -> Result<(f64, u64, u64)> {
    let name = b"\x03rpz\x06anlanh\x00";
    let mut request = vec![0, 7, 0, 0, 0, 1, 0, 0, 0, u8::from(since.is_some()), 0, 0];
    request.extend(name);
    request.extend([0, if since.is_some() { 251 } else { 252 }, 0, 1]);
    if let Some(serial) = since {
        request.extend(name);
        request.extend([0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0]);
        request.extend(serial.to_be_bytes());
        request.extend([0; 16]);
    }
    let started = Instant::now();
    let mut stream = TcpStream::connect(from)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&u16::try_from(request.len())?.to_be_bytes())?;
    stream.write_all(&request)?;
    // Every transfer ends with the record that it began with: the last record is looked for at the end of a message.
    let mut stream = std::io::BufReader::with_capacity(1 << 17, stream);
    let (mut bytes, mut messages) = (0, 0);
    loop {
        let mut len = [0; 2];
        stream.read_exact(&mut len)?;
        let mut message = vec![0; usize::from(u16::from_be_bytes(len))];
        stream.read_exact(&mut message)?;
        ensure!(message.get(3).is_some_and(|flags| flags & 15 == 0), "refused");
        bytes += message.len() as u64 + 2;
        messages += 1;
        // The end of the last record: the lifetimes of both servers end with an expiry of thirty days and a minute.
        if message.ends_with(&[0, 0x27, 0x8d, 0, 0, 0, 0, 60]) {
            return Ok((started.elapsed().as_secs_f64(), bytes, messages));
        }
    }
}
