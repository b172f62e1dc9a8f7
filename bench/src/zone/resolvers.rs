//! The servers: a root that knows every name, BIND with the same zone, and resolvers that fetch it from us.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

const PATH: &str = "/usr/sbin:/sbin:/usr/bin:/bin";
const PATIENCE: Duration = Duration::from_secs(180);

/// A port on which nobody listens.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    listener.map_or(0, |address| address.port())
}

/// A server, which ends when this is dropped.
pub struct Process {
    child: Child,
    port: u16,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts a program in a folder of its own, and waits until it answers for a name.
    fn start(
        folder: &Path,
        port: u16,
        files: &[(&str, String)],
        program: &str,
        args: &[&str],
        name: &str,
    ) -> Result<Self> {
        let home = folder.join(format!("{program}-{port}"));
        std::fs::create_dir_all(&home)?;
        let fill = |text: &str| {
            text.replace("FOLDER", &home.display().to_string())
                .replace("PORT", &port.to_string())
        };
        for (name, text) in files {
            std::fs::write(home.join(name), fill(text))?;
        }
        let mut command = Command::new(program);
        command
            .env("PATH", PATH)
            // BIND goes through zones on as many threads: one that is small does not wait for those that are not.
            .env("UV_THREADPOOL_SIZE", "64")
            .current_dir(&home)
            .args(args.iter().map(|arg| fill(arg)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().with_context(|| format!("starting {program}"))?;
        let server = Self { child, port };
        let started = Instant::now();
        while !matches!(server.ask(name), Ok(0 | 3)) {
            if started.elapsed() > PATIENCE {
                bail!("{program} does not answer");
            }
            #[expect(clippy::disallowed_methods, reason = "nobody tells when a process is ready")]
            sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Has a name in its cache, which it is to find.
    pub fn warm(&self, name: &str) -> Result<()> {
        let started = Instant::now();
        loop {
            match self.ask(name) {
                Ok(0) => return Ok(()),
                Ok(code) => bail!("{name} is not found: {code}"),
                // It is busy with other things.
                Err(_) if started.elapsed() < PATIENCE => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Asks for a name, and gives the code of the answer.
    fn ask(&self, name: &str) -> Result<u8> {
        let mut query = vec![0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        for label in name.split('.') {
            query.push(u8::try_from(label.len())?);
            query.extend(label.bytes());
        }
        query.extend([0, 0, 1, 0, 1]);
        let socket = UdpSocket::bind(("127.0.0.1", 0))?;
        socket.set_read_timeout(Some(Duration::from_millis(500)))?;
        socket.send_to(&query, self.address())?;
        let mut answer = [0; 1232];
        socket.recv(&mut answer)?;
        answer.get(3).map(|flags| flags & 15).context("no answer")
    }

    /// How much memory it has.
    pub fn resident_bytes(&self) -> Result<u64> {
        let text = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id()))?;
        let pages: u64 = text.split(' ').nth(1).context("statm")?.parse()?;
        Ok(pages * 4096)
    }
}

const OPTIONS: &str = "directory \"FOLDER\"; listen-on port PORT { 127.0.0.1; }; listen-on-v6 { none; }; pid-file none;\n\
    session-keyfile \"FOLDER/key\"; dnssec-validation no;";

/// BIND with the zone that was written into the folder.
pub fn primary(folder: &Path) -> Result<Process> {
    let zone = folder.join("peer.zone").display().to_string();
    let config = format!(
        "options {{ {OPTIONS} recursion no; transfer-format many-answers; }};\ncontrols {{}};\n\
         zone \"rpz.anlanh\" {{ type primary; file \"{zone}\"; allow-transfer {{ 127.0.0.1; }}; notify no; }};\n"
    );
    let files = [("named.conf", config)];
    Process::start(
        folder,
        free_port(),
        &files,
        "named",
        &["-g", "-c", "FOLDER/named.conf"],
        "a.rpz.anlanh",
    )
    .or_else(|_| bail!("BIND does not load the zone"))
}

/// A root that knows every name.
pub struct Upstream(Process);

impl Upstream {
    /// Starts it.
    pub fn start(folder: &Path) -> Result<Self> {
        let config = format!(
            "options {{ {OPTIONS} recursion no; }};\ncontrols {{}};\nzone \".\" {{ type primary; file \"root\"; }};\n"
        );
        let root = "$TTL 600\n@ SOA ns.up. nobody. 1 60 60 60 60\n@ NS ns.up.\nns.up. A 127.0.0.1\n* A 198.51.100.1\n";
        let files = [("named.conf", config), ("root", root.to_owned())];
        let server = Process::start(
            folder,
            free_port(),
            &files,
            "named",
            &["-g", "-c", "FOLDER/named.conf"],
            "a.vn",
        )?;
        Ok(Self(server))
    }
}

/// Resolvers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// BIND, signed.
    Bind,
    /// Unbound.
    Unbound,
    /// PowerDNS Recursor, signed.
    PowerDns,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Bind, Self::Unbound, Self::PowerDns];

    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bind => "BIND",
            Self::Unbound => "Unbound",
            Self::PowerDns => "PowerDNS Recursor",
        }
    }

    /// How many seconds a change may take.
    pub const fn allowed(self) -> f64 {
        match self {
            Self::Bind | Self::Unbound => 2.0,
            Self::PowerDns => 5.0,
        }
    }

    /// What it is to who proves.
    pub fn resolver(self, folder: &Path, (port, _): (u16, u16)) -> String {
        match self {
            Self::Bind => format!("bind@127.0.0.1:{port}"),
            Self::Unbound => format!("unbound@127.0.0.1:{port}"),
            Self::PowerDns => format!("pdns@127.0.0.1:{port}=rec_control --socket-dir={}", folder.display()),
        }
    }

    /// Starts one that fetches the zone.
    pub fn start(
        self,
        folder: &Path,
        upstream: &Upstream,
        from: SocketAddr,
        secret: &str,
        (port, _): (u16, u16),
    ) -> Result<Process> {
        let (up, at) = (upstream.0.port, from.port());
        let key: PathBuf = folder.join("key.conf");
        let (file, program, args): (Vec<(&str, String)>, &str, Vec<&str>) = match self {
            Self::Bind => {
                let origin = anlanh_soc::blocking::Origin::parse("rpz.anlanh")?;
                let parts = anlanh_zone::Parts::new(super::PARTS)?.origins(&origin)?;
                let parts: Vec<&str> = parts.iter().map(anlanh_soc::blocking::Origin::as_str).collect();
                let policy: String = parts.iter().map(|part| format!("zone \"{part}\"; ")).collect();
                let zone = |part: &&str| {
                    format!(
                        "zone \"{part}\" {{ type secondary; primaries {{ 127.0.0.1 port {at} key \"anlanh\"; }};\n\
                         file \"{part}.db\"; allow-query {{ none; }}; notify no; min-refresh-time 30; min-retry-time 5; }};\n"
                    )
                };
                let zones: String = parts.iter().map(zone).collect();
                let config = format!(
                    "include \"{}\";\noptions {{ {OPTIONS} recursion yes; forward only; forwarders {{ 127.0.0.1 port {up}; }};\n\
                     serial-query-rate 200; transfers-per-ns 20; transfers-in 20;\n\
                     response-policy {{ {policy} }} min-update-interval 0; }};\ncontrols {{}};\n{zones}",
                    key.display()
                );
                (
                    vec![("named.conf", config)],
                    "named",
                    vec!["-g", "-c", "FOLDER/named.conf"],
                )
            }
            Self::Unbound => {
                let config = format!(
                    "server:\n  interface: 127.0.0.1@PORT\n  do-daemonize: no\n  chroot: \"\"\n  username: \"\"\n  use-syslog: no\n\
                     \x20 directory: \"FOLDER\"\n  pidfile: \"\"\n  module-config: \"respip iterator\"\n  do-not-query-localhost: no\n\
                     \x20 do-ip6: no\nremote-control:\n  control-enable: no\n\
                     rpz:\n  name: rpz.anlanh\n  primary: 127.0.0.1@{at}\n  allow-notify: 127.0.0.1\n\
                     forward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@{up}\n"
                );
                (
                    vec![("unbound.conf", config)],
                    "unbound",
                    vec!["-d", "-c", "FOLDER/unbound.conf"],
                )
            }
            Self::PowerDns => {
                let config = format!(
                    "local-address=127.0.0.1\nlocal-port=PORT\ndaemon=no\ndnssec=off\nsocket-dir={}\nhint-file=no\nthreads=1\n\
                     forward-zones-recurse=.=127.0.0.1:{up}\nlua-config-file=FOLDER/rpz.lua\ndont-query=\nquery-local-address=127.0.0.1\n\
                     security-poll-suffix=\n",
                    folder.display()
                );
                let lua = format!(
                    "rpzPrimary(\"127.0.0.1:{at}\", \"rpz.anlanh\", {{ refresh = 1, tsigname = \"anlanh\",\n\
                     tsigalgo = \"hmac-sha256\", tsigsecret = \"{secret}\" }})\n"
                );
                (
                    vec![("recursor.conf", config), ("rpz.lua", lua)],
                    "pdns_recursor",
                    vec!["--config-dir=FOLDER"],
                )
            }
        };
        Process::start(folder, port, &file, program, &args, "warm.vn")
    }
}
