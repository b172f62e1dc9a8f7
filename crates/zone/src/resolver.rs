//! Resolvers that enforce a zone: how one is asked, and how it is made to forget.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::time::Duration;

use domain::base::iana::{Class, Rtype};
use domain::base::message_builder::PushError;
use domain::base::{Message, MessageBuilder, Name};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UdpSocket, UnixStream};
use tokio::process::Command;
use tokio::time::timeout;

use crate::limits::{MAX_ANSWER_BYTES, MAX_CONTROL, MAX_RELOAD, MAX_WIPED_NAMES, PROBE_WAIT, WIPED_AT_ONCE};
use crate::notify::random_id;

/// What Knot Resolver says when a command is done.
const DONE: &str = "anlanh-done";

/// A resolver that is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    /// Where it answers.
    pub address: SocketAddr,
    /// What it is, which says how it forgets.
    pub kind: Kind,
    /// How it is told to forget; nothing when it cannot be told.
    pub control: Option<Control>,
}

/// Resolvers of which it is known how they forget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// BIND, by `rndc`. It applies a zone to what it has in its cache, too.
    Bind,
    /// Unbound, by `unbound-control`. It applies a zone to what it has in its cache, too.
    Unbound,
    /// PowerDNS Recursor, by `rec_control`. It goes on with the answers that it has in its cache.
    PowerDns,
    /// Knot Resolver, by its socket. It goes on with the answers that it has in its cache.
    Knot,
}

/// How a resolver is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// A program and what comes before the command, as `rndc -s 192.0.2.1` or `ssh resolver rec_control`; no shell reads it.
    Program(Vec<String>),
    /// A socket of the file system.
    Socket(PathBuf),
}

/// Not a resolver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not KIND@ADDRESS[:PORT][=CONTROL] with bind, unbound, pdns or knot")]
pub struct ResolverError;

impl FromStr for Resolver {
    type Err = ResolverError;

    /// Reads `pdns@192.0.2.53=rec_control --socket-dir=/run/pdns-recursor` or `knot@[::1]:53=/run/knot-resolver/control/1`.
    fn from_str(text: &str) -> Result<Self, ResolverError> {
        let (kind, rest) = text.split_once('@').ok_or(ResolverError)?;
        let (address, control) = match rest.split_once('=') {
            Some((address, control)) => (address, Some(control.trim())),
            None => (rest, None),
        };
        let kind = kind.parse()?;
        let control = match (control, kind) {
            (None, _) => None,
            (Some(""), _) => return Err(ResolverError),
            (Some(path), Kind::Knot) => Some(Control::Socket(path.into())),
            (Some(words), Kind::Bind | Kind::Unbound | Kind::PowerDns) => {
                Some(Control::Program(words.split_whitespace().map(str::to_owned).collect()))
            }
        };
        let address = address_of(address).ok_or(ResolverError)?;
        Ok(Self { address, kind, control })
    }
}

/// Reads an address, with port 53 where none is named.
#[must_use]
pub fn address_of(text: &str) -> Option<SocketAddr> {
    let alone = |text: &str| text.parse().ok().map(|address: IpAddr| SocketAddr::new(address, 53));
    text.parse().ok().or_else(|| alone(text))
}

impl FromStr for Kind {
    type Err = ResolverError;

    fn from_str(text: &str) -> Result<Self, ResolverError> {
        match text {
            "bind" => Ok(Self::Bind),
            "unbound" => Ok(Self::Unbound),
            "pdns" => Ok(Self::PowerDns),
            "knot" => Ok(Self::Knot),
            _ => Err(ResolverError),
        }
    }
}

impl Kind {
    /// Its key on the command line.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Bind => "bind",
            Self::Unbound => "unbound",
            Self::PowerDns => "pdns",
            Self::Knot => "knot",
        }
    }

    /// Whether it goes on with answers of its cache that a zone would not give.
    pub const fn keeps_answers(self) -> bool {
        match self {
            Self::Bind | Self::Unbound => false,
            Self::PowerDns | Self::Knot => true,
        }
    }
}

impl Resolver {
    /// Has it forget what it knows of these names and of those below.
    ///
    /// # Errors
    /// When it cannot be told, or says that it did not.
    pub async fn forget(&self, names: &[&str]) -> io::Result<()> {
        let Some(control) = &self.control else { return Ok(()) };
        let names = if names.len() > MAX_WIPED_NAMES { &[] } else { names };
        match (control, self.kind) {
            (Control::Socket(path), _) => {
                let commands: Vec<String> = match names {
                    [] => vec!["cache.clear()".to_owned()],
                    names => names.iter().map(|name| format!("cache.clear('{name}.')")).collect(),
                };
                tell_socket(path, &commands, MAX_CONTROL).await
            }
            (Control::Program(program), Kind::Bind) => match names {
                [] => run(program, &["flush"]).await,
                names => each(program, "flushtree", names).await,
            },
            (Control::Program(program), Kind::Unbound) => match names {
                [] => run(program, &["flush_zone", "."]).await,
                names => each(program, "flush_zone", names).await,
            },
            (Control::Program(program), Kind::PowerDns | Kind::Knot) => {
                let trees: Vec<String> = match names {
                    [] => vec![".$".to_owned()],
                    names => names.iter().map(|name| format!("{name}$")).collect(),
                };
                for trees in trees.chunks(WIPED_AT_ONCE) {
                    let mut args = vec!["wipe-cache"];
                    args.extend(trees.iter().map(String::as_str));
                    run(program, &args).await?;
                }
                Ok(())
            }
        }
    }

    /// Has Knot Resolver read the file of the zone again, as the rule `anlanh` of its configuration; the others fetch by
    /// themselves. The rule that it had stays in force until the whole file is read, and where it cannot be read.
    ///
    /// # Errors
    /// When it cannot be told, or cannot read the file.
    pub async fn reload(&self, file: &Path) -> io::Result<()> {
        let Some(Control::Socket(socket)) = &self.control else {
            return Ok(());
        };
        let file = file.to_str().filter(|file| !file.contains(['\'', '\\', '\n']));
        let file = file.ok_or(io::ErrorKind::InvalidFilename)?;
        let command = format!("anlanh = policy.rpz(policy.DENY, '{file}', false)");
        tell_socket(socket, &[command], MAX_RELOAD).await
    }

    /// Asks it for the address of a name, and gives what it says as it is; `None` when it says nothing.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn ask(&self, name: &str, wait: Duration) -> io::Result<Option<Vec<u8>>> {
        let any: SocketAddr = if self.address.is_ipv4() {
            ([0; 4], 0).into()
        } else {
            ([0_u16; 8], 0).into()
        };
        let socket = UdpSocket::bind(any).await?;
        socket.connect(self.address).await?;
        let id = random_id()?;
        socket.send(&query(name, id).map_err(io::Error::other)?).await?;
        let mut answer = vec![0; MAX_ANSWER_BYTES];
        let receive = async {
            loop {
                let len = socket.recv(&mut answer).await?;
                let is_ours = answer
                    .get(..len)
                    .and_then(|answer| Message::from_octets(answer).ok())
                    .is_some_and(|answer| answer.header().qr() && answer.header().id() == id);
                if is_ours {
                    return Ok(len);
                }
            }
        };
        match timeout(wait.min(PROBE_WAIT), receive).await {
            Ok(Ok(len)) => {
                answer.truncate(len);
                Ok(Some(answer))
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }
}

/// A question for an address, with room for reasons (RFC 8914).
fn query(name: &str, id: u16) -> Result<Vec<u8>, PushError> {
    let name: Name<Vec<u8>> = name.parse().map_err(|_| PushError::ShortBuf)?;
    let mut builder = MessageBuilder::new_vec();
    builder.header_mut().set_id(id);
    builder.header_mut().set_rd(true);
    let mut builder = builder.question();
    builder.push((name, Rtype::A, Class::IN))?;
    let mut builder = builder.additional();
    builder.opt(|opt| {
        opt.set_udp_payload_size(1232);
        Ok(())
    })?;
    Ok(builder.finish())
}

async fn each(program: &[String], command: &str, names: &[&str]) -> io::Result<()> {
    for name in names {
        run(program, &[command, name]).await?;
    }
    Ok(())
}

/// Runs a program of the operator's with a command.
async fn run(program: &[String], args: &[&str]) -> io::Result<()> {
    let (name, before) = program.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(name);
    command.args(before).args(args).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = timeout(MAX_CONTROL, command.status()).await??;
    if status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("{name} ended with {status}")))
    }
}

/// Gives commands of Knot Resolver to its socket, and waits until each is done.
async fn tell_socket(path: &Path, commands: &[String], wait: Duration) -> io::Result<()> {
    let tell = async {
        let mut stream = UnixStream::connect(path).await?;
        // Answers then have their lengths before them; until then a prompt stands there.
        stream.write_all(b"__binary\n").await?;
        let mut prompt = [0; 2];
        stream.read_exact(&mut prompt).await?;
        for command in commands {
            let command = format!("(function() {command} return '{DONE}' end)()\n");
            stream.write_all(command.as_bytes()).await?;
            let len = usize::try_from(stream.read_u32().await?).unwrap_or(usize::MAX);
            if len > MAX_ANSWER_BYTES {
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            }
            let mut answer = vec![0; len];
            stream.read_exact(&mut answer).await?;
            if answer != format!("'{DONE}'").as_bytes() {
                return Err(io::Error::other(String::from_utf8_lossy(&answer).into_owned()));
            }
        }
        Ok(())
    };
    timeout(wait, tell).await?
}
