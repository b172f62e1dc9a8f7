//! Where the NATS server of a sensor is: `nats://host:port`, or `tls://host:port` where nothing may go in the clear.

/// Where it listens unless a place says otherwise.
const PORT: u16 = 4222;

/// Whether a connection must be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatsSecrecy {
    /// As the server asks.
    AsAsked,
    /// It must be.
    Tls,
}

/// Where a NATS server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NatsPlace<'p> {
    /// Name or address; one of IPv6 without its brackets.
    pub host: &'p str,
    /// Its port.
    pub port: u16,
    /// Whether the connection must be secret.
    pub secrecy: NatsSecrecy,
}

impl<'p> NatsPlace<'p> {
    /// Reads one. A user and a password have no place in it: they would end in lists.
    #[must_use]
    pub fn parse(place: &'p str) -> Option<Self> {
        let (scheme, server) = place.split_once("://")?;
        let secrecy = match scheme {
            "nats" => NatsSecrecy::AsAsked,
            "tls" => NatsSecrecy::Tls,
            _ => return None,
        };
        let (host, port) = match server.rsplit_once(':') {
            // Not within brackets.
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok().filter(|port| *port > 0)?),
            Some(_) | None => (server, PORT),
        };
        let host = match host.strip_prefix('[') {
            Some(host) => host
                .strip_suffix(']')
                .filter(|host| host.parse::<std::net::Ipv6Addr>().is_ok())?,
            None => {
                let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
                Some(host).filter(|host| (1..=253).contains(&host.len()) && host.bytes().all(is_host))?
            }
        };
        Some(Self { host, port, secrecy })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: &str, expected: Option<(&str, u16, NatsSecrecy)>) {
        let read = NatsPlace::parse(place).map(|place| (place.host, place.port, place.secrecy));
        assert_eq!(read, expected, "{place}");
    }

    #[test]
    fn a_place_is_read() {
        check("nats://127.0.0.1:4333", Some(("127.0.0.1", 4333, NatsSecrecy::AsAsked)));
        check("tls://nats.example", Some(("nats.example", PORT, NatsSecrecy::Tls)));
        check("nats://[::1]:4222", Some(("::1", 4222, NatsSecrecy::AsAsked)));
        check("nats://[::1]", Some(("::1", PORT, NatsSecrecy::AsAsked)));
        for place in [
            "",
            "127.0.0.1:4222",
            "http://a:1",
            "nats://",
            "nats://a:0",
            "nats://a:65536",
            "nats://hoa:x@a:1",
            "nats://[a]:1",
            "nats://a/b",
            &format!("nats://{}", "a".repeat(254)),
        ] {
            check(place, None);
        }
        check(
            &format!("nats://{}", "a".repeat(253)),
            Some((&"a".repeat(253), PORT, NatsSecrecy::AsAsked)),
        );
    }
}
