//! Resolvers as processes, each in a folder and on a port of its own.

use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use anlanh_testkit::{TOOLS_PATH, has_tools};

/// How long a server may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);
const TOOLS: [&str; 6] = ["named", "unbound", "pdns_recursor", "kresd", "dig", "nft"];

/// Whether the servers are there, that `.ci/run` installs.
pub fn has_servers() -> bool {
    has_tools(&TOOLS)
}

/// What a resolver says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The last address of the answer.
    Found(String),
    NxDomain,
    NoData,
    /// Anything else, as it was said.
    Other(String),
}

/// Asks a server.
fn ask(port: u16, name: &str, kind: &str) -> Answer {
    let mut dig = Command::new("dig");
    dig.env("PATH", TOOLS_PATH)
        .args(["+time=3", "+tries=1", "+noall", "+comments", "+answer", "@127.0.0.1"]);
    let said = dig.args(["-p", &port.to_string(), name, kind]).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut records = said.lines().filter(|line| !line.starts_with(';') && !line.is_empty());
    let address = records.rfind(|line| line.contains(&format!("\t{kind}\t")));
    match address.and_then(|line| line.split('\t').next_back()) {
        Some(address) => Answer::Found(address.to_owned()),
        None if said.contains("status: NXDOMAIN") => Answer::NxDomain,
        None if said.contains("status: NOERROR") => Answer::NoData,
        None => Answer::Other(said),
    }
}

/// A port on which nobody listens: below those that the system gives to whoever asks for any, so that nobody takes it before
/// the server does.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = std::process::id() % 20_000;
    let tried = std::iter::repeat_with(|| {
        let next = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        (10_000 + (start + next) % 20_000) as u16
    });
    let is_free =
        |port: &u16| UdpSocket::bind(("127.0.0.1", *port)).is_ok() && TcpListener::bind(("127.0.0.1", *port)).is_ok();
    tried.take(1_000).find(is_free).unwrap()
}

/// A server that ends with the test.
pub struct Server {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a program with the files of its configuration. `PORT` and `FOLDER` in them are its own.
    fn start(files: &[(&str, String)], program: &str, args: &[&str]) -> Self {
        Self::start_on(free_port(), files, program, args)
    }

    /// Starts a program on a port that others know already.
    pub fn start_on(port: u16, files: &[(&str, String)], program: &str, args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fill = |text: &str| {
            let text = text.replace("PORT", &port.to_string());
            text.replace("FOLDER", &folder.path().display().to_string())
        };
        for (name, text) in files {
            std::fs::write(folder.path().join(name), fill(text)).unwrap();
        }
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(program);
        command
            .env("PATH", TOOLS_PATH)
            .args(args.iter().map(|arg| fill(arg)))
            .current_dir(folder.path());
        command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let child = command.spawn().unwrap();
        let mut server = Self { child, port, folder };
        server.await_answer(program);
        server
    }

    /// Waits until it answers what is blocked by nobody.
    fn await_answer(&mut self, program: &str) {
        let started = Instant::now();
        loop {
            let said = self.ask("good.vn", "A");
            if matches!(said, Answer::Found(_)) {
                return;
            }
            let is_late = started.elapsed() > PATIENCE || self.child.try_wait().unwrap().is_some();
            let log = || std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(!is_late, "{program} does not answer: {said:?}\n{}", log());
        }
    }

    /// The folder of its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn ask(&self, name: &str, kind: &str) -> Answer {
        ask(self.port, name, kind)
    }
}

/// A server for the whole of the tree of names, which every resolver asks.
pub struct Upstream(Server);

const ROOT: &str = "$TTL 60\n@ SOA ns.upstream. nobody. 1 60 60 60 60\n@ NS ns.upstream.\nns.upstream. A 127.0.0.1\n\
    vn. NS ns.upstream.\n";
const VN: &str = "$TTL 60\n@ SOA ns.upstream. nobody. 1 60 60 60 60\n@ NS ns.upstream.\n\
    good.vn. A 198.51.100.1\ngood.vn. AAAA 2001:db8::1\nurl.vn. A 198.51.100.1\nnotevil.vn. A 198.51.100.1\n\
    *.worse.vn. A 198.51.100.1\ndeep.worse.vn. A 198.51.100.1\nbad.deep.worse.vn. A 198.51.100.1\n\
    x.bad.deep.worse.vn. A 198.51.100.1\nevil.vn. A 198.51.100.1\n*.evil.vn. A 198.51.100.1\nok.evil.vn. A 198.51.100.1\n\
    www.ok.evil.vn. A 198.51.100.1\nxn--xu-r5s.vn. A 198.51.100.1\n*.xn--xu-r5s.vn. A 198.51.100.1\n\
    in4.vn. A 203.0.113.9\nin6.vn. AAAA 2001:db8:bad::9\none6.vn. AAAA 2001:db8:0:1::7\nnear6.vn. AAAA 2001:db8:0:1::8\n\
    walled.vn. A 198.51.100.99\n";

impl Upstream {
    pub fn port(&self) -> u16 {
        self.0.port
    }

    pub fn start() -> Self {
        let config = "options { directory \"FOLDER\"; listen-on port PORT { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;\n\
             pid-file none; session-keyfile \"FOLDER/key\"; dnssec-validation no; };\ncontrols {};\n\
             zone \".\" { type primary; file \"root.zone\"; };\nzone \"vn\" { type primary; file \"vn.zone\"; };\n";
        let text = str::to_owned;
        let files = [
            ("named.conf", text(config)),
            ("root.zone", text(ROOT)),
            ("vn.zone", text(VN)),
        ];
        Self(Server::start(&files, "named", &["-g", "-c", "FOLDER/named.conf"]))
    }
}

/// Resolvers that enforce a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    Bind,
    Unbound,
    PowerDns,
    Knot,
}

impl Resolver {
    pub const ALL: [Self; 4] = [Self::Bind, Self::Unbound, Self::PowerDns, Self::Knot];

    /// Starts one that reads a zone from a file and asks the upstream.
    pub fn start(self, upstream: &Upstream, zone: &Path) -> Server {
        let up = upstream.0.port;
        let rpz = std::fs::read_to_string(zone).unwrap();
        match self {
            Self::Bind => {
                let config = format!(
                    "options {{ directory \"FOLDER\"; listen-on port PORT {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
                     pid-file none; session-keyfile \"FOLDER/key\"; dnssec-validation no; recursion yes; forward only;\n\
                     forwarders {{ 127.0.0.1 port {up}; }}; response-policy {{ zone \"rpz.anlanh\"; }}; }};\ncontrols {{}};\n\
                     zone \"rpz.anlanh\" {{ type primary; file \"rpz.zone\"; allow-query {{ none; }}; }};\n"
                );
                let files = [("named.conf", config), ("rpz.zone", rpz)];
                Server::start(&files, "named", &["-g", "-c", "FOLDER/named.conf"])
            }
            Self::Unbound => {
                let config = format!(
                    "server:\n  interface: 127.0.0.1@PORT\n  do-daemonize: no\n  chroot: \"\"\n  username: \"\"\n  use-syslog: no\n\
                     \x20 directory: \"FOLDER\"\n  pidfile: \"\"\n  module-config: \"respip iterator\"\n  do-not-query-localhost: no\n\
                     \x20 do-ip6: no\nremote-control:\n  control-enable: no\n\
                     rpz:\n  name: rpz.anlanh\n  zonefile: \"FOLDER/rpz.zone\"\n\
                     forward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@{up}\n"
                );
                let files = [("unbound.conf", config), ("rpz.zone", rpz)];
                Server::start(&files, "unbound", &["-d", "-c", "FOLDER/unbound.conf"])
            }
            Self::PowerDns => {
                let config = format!(
                    "local-address=127.0.0.1\nlocal-port=PORT\ndaemon=no\ndnssec=off\nsocket-dir=FOLDER\nhint-file=no\nthreads=1\n\
                     forward-zones-recurse=.=127.0.0.1:{up}\nlua-config-file=FOLDER/rpz.lua\ndont-query=\nquery-local-address=127.0.0.1\n\
                     security-poll-suffix=\n"
                );
                let lua = "rpzFile(\"FOLDER/rpz.zone\", {})\n".to_owned();
                let files = [("recursor.conf", config), ("rpz.lua", lua), ("rpz.zone", rpz)];
                Server::start(&files, "pdns_recursor", &["--config-dir=FOLDER"])
            }
            Self::Knot => {
                let config = format!(
                    "net.listen('127.0.0.1', PORT, {{ kind = 'dns' }})\nnet.ipv6 = false\ncache.size = 10 * MB\n\
                     trust_anchors.remove('.')\nmodules = {{ 'policy' }}\n\
                     local up = policy.STUB('127.0.0.1@{up}')\n\
                     policy.add(policy.all(function (state, request) up(state, request) return nil end))\n\
                     policy.add(policy.rpz(policy.DENY, 'FOLDER/rpz.zone', false))\n"
                );
                // The first rule is to be followed by the next: an exception of the zone ends the chain.
                let files = [("kresd.conf", config), ("rpz.zone", rpz)];
                Server::start(
                    &files,
                    "kresd",
                    &["--noninteractive", "--config=FOLDER/kresd.conf", "FOLDER"],
                )
            }
        }
    }
}
