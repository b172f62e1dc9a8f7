//! Resolvers that fetch a zone from a node.

use crate::node::{Home, quoted};
use crate::servers::{Server, Upstream, free_port};

/// How a resolver fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secondary {
    /// BIND, signed.
    Bind,
    /// Unbound, by its address.
    Unbound,
    /// Unbound, by its address, inside TLS.
    UnboundTls,
    /// PowerDNS Recursor, signed.
    PowerDns,
    /// BIND, with the zone in parts.
    BindParts,
    /// Knot Resolver, from a file, and told by its socket.
    Knot,
}

/// Where a resolver is to be.
pub struct Place {
    pub port: u16,
    control: u16,
}

impl Place {
    pub fn new() -> Self {
        Self {
            port: free_port(),
            control: free_port(),
        }
    }
}

/// What an operator is told to configure a resolver with.
fn printed(home: &Home, args: &[&str]) -> String {
    let done = crate::anlanh(home.folder.path(), &[&["blocklist", "resolver"], args].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

impl Secondary {
    pub const ALL: [Self; 6] = [
        Self::Bind,
        Self::Unbound,
        Self::UnboundTls,
        Self::PowerDns,
        Self::BindParts,
        Self::Knot,
    ];

    /// What the node is told about it.
    pub fn args(self, home: &Home, place: &Place) -> Vec<String> {
        let Place { port, control } = place;
        let words = |words: &[String]| words.to_vec();
        let address = format!("127.0.0.1:{port}");
        match self {
            Self::Bind => words(&[
                "--notify".into(),
                format!("{address}=anlanh"),
                "--resolver".into(),
                format!(
                    "bind@{address}=rndc -s 127.0.0.1 -p {control} -k {}",
                    quoted(&home.path("key.conf"))
                ),
            ]),
            Self::BindParts => {
                let mut args = Self::Bind.args(home, place);
                args.extend(words(&["--parts".into(), "5".into()]));
                args
            }
            Self::Knot => words(&[
                "--knot-file".into(),
                quoted(&home.path("knot.zone")),
                "--resolver".into(),
                format!("knot@{address}={}", quoted(&home.path("knot.socket"))),
            ]),
            Self::Unbound | Self::UnboundTls => words(&[
                "--allow".into(),
                "127.0.0.1".into(),
                "--notify".into(),
                address.clone(),
                "--resolver".into(),
                format!("unbound@{address}"),
            ]),
            Self::PowerDns => words(&[
                "--resolver".into(),
                format!("pdns@{address}=rec_control --socket-dir={}", quoted(home.folder.path())),
            ]),
        }
    }

    pub fn start(self, home: &Home, place: &Place, upstream: &Upstream) -> Server {
        self.start_at(home.port, home, place, upstream)
    }

    /// Starts one that reaches the node at this port.
    pub fn start_at(self, from: u16, home: &Home, place: &Place, upstream: &Upstream) -> Server {
        let (up, tls) = (upstream.port(), home.tls_port);
        let Place { port, control } = *place;
        match self {
            Self::Bind => {
                let key = quoted(&home.path("key.conf"));
                let config = format!(
                    "include \"{key}\";\n\
                     options {{ directory \"FOLDER\"; listen-on port PORT {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
                     pid-file none; session-keyfile \"FOLDER/key\"; dnssec-validation no; recursion yes; forward only;\n\
                     forwarders {{ 127.0.0.1 port {up}; }};\n\
                     response-policy {{ zone \"rpz.anlanh\"; }} min-update-interval 0; }};\n\
                     controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ \"anlanh\"; }}; }};\n\
                     zone \"rpz.anlanh\" {{ type secondary; primaries {{ 127.0.0.1 port {from} key \"anlanh\"; }};\n\
                     file \"FOLDER/rpz.db\"; allow-query {{ none; }}; notify no; }};\n"
                );
                let files = [("named.conf", config)];
                Server::start_on(port, &files, "named", &["-g", "-c", "FOLDER/named.conf"])
            }
            Self::BindParts => {
                // What is printed for an operator, beside what every server of the tests has.
                let printed = printed(home, &["bind", &format!("127.0.0.1:{from}"), "--parts", "5"]);
                let config = printed
                    .replace("/etc/anlanh/key.conf", &quoted(&home.path("key.conf")))
                    .replace(
                        "options {\n",
                        &format!(
                            "options {{ directory \"FOLDER\"; listen-on port PORT {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
                             pid-file none; session-keyfile \"FOLDER/key\"; dnssec-validation no; recursion yes;\n\
                             forward only; forwarders {{ 127.0.0.1 port {up}; }};\n"
                        ),
                    );
                let config = format!(
                    "{config}controls {{ inet 127.0.0.1 port {control} allow {{ 127.0.0.1; }} keys {{ \"anlanh\"; }}; }};\n"
                );
                let files = [("named.conf", config)];
                Server::start_on(port, &files, "named", &["-g", "-c", "FOLDER/named.conf"])
            }
            Self::Knot => {
                let printed = printed(home, &["knot", &quoted(&home.path("knot.zone"))]);
                let config = format!(
                    "net.listen('127.0.0.1', PORT, {{ kind = 'dns' }})\n\
                     net.listen('{}', nil, {{ kind = 'control' }})\nnet.ipv6 = false\n\
                     cache.size = 10 * MB\ntrust_anchors.remove('.')\nmodules = {{ 'policy' }}\n\
                     local up = policy.STUB('127.0.0.1@{up}')\n\
                     policy.add(policy.all(function (state, request) up(state, request) return nil end))\n{printed}",
                    quoted(&home.path("knot.socket"))
                );
                let files = [("kresd.conf", config)];
                let args = ["--noninteractive", "--config=FOLDER/kresd.conf", "FOLDER"];
                Server::start_on(port, &files, "kresd", &args)
            }
            Self::Unbound | Self::UnboundTls => {
                let primary = if self == Self::Unbound {
                    format!("127.0.0.1@{from}")
                } else {
                    format!("127.0.0.1@{tls}#zone.anlanh")
                };
                let bundle = quoted(&home.path("cert.pem"));
                let config = format!(
                    "server:\n  interface: 127.0.0.1@PORT\n  do-daemonize: no\n  chroot: \"\"\n  username: \"\"\n  use-syslog: no\n\
                     \x20 directory: \"FOLDER\"\n  pidfile: \"\"\n  module-config: \"respip iterator\"\n  do-not-query-localhost: no\n\
                     \x20 do-ip6: no\n  tls-cert-bundle: \"{bundle}\"\nremote-control:\n  control-enable: no\n\
                     rpz:\n  name: rpz.anlanh\n  primary: {primary}\n  allow-notify: 127.0.0.1\n  zonefile: \"FOLDER/rpz.zone\"\n\
                     forward-zone:\n  name: \".\"\n  forward-addr: 127.0.0.1@{up}\n"
                );
                let files = [("unbound.conf", config)];
                Server::start_on(port, &files, "unbound", &["-d", "-c", "FOLDER/unbound.conf"])
            }
            Self::PowerDns => {
                let config = format!(
                    "local-address=127.0.0.1\nlocal-port=PORT\ndaemon=no\ndnssec=off\nsocket-dir={}\nhint-file=no\nthreads=1\n\
                     forward-zones-recurse=.=127.0.0.1:{up}\nlua-config-file=FOLDER/rpz.lua\ndont-query=\nquery-local-address=127.0.0.1\n\
                     security-poll-suffix=\n",
                    quoted(home.folder.path())
                );
                let lua = format!(
                    "rpzPrimary(\"127.0.0.1:{from}\", \"rpz.anlanh\", {{ refresh = 1, tsigname = \"anlanh\",\n\
                     tsigalgo = \"hmac-sha256\", tsigsecret = \"{}\" }})\n",
                    home.secret()
                );
                let files = [("recursor.conf", config), ("rpz.lua", lua)];
                Server::start_on(port, &files, "pdns_recursor", &["--config-dir=FOLDER"])
            }
        }
    }
}
