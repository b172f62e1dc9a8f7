//! Where something may be sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::Uri;

/// Which addresses may be dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// Those of the public Internet alone, over TLS.
    #[default]
    Public,
    /// Also those inside the operator's own network, also without TLS: the operator said so.
    Private,
}

impl Reach {
    /// Whether an address may be dialled.
    #[must_use]
    pub fn may_dial(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Private => !is_nowhere(address),
        }
    }
}

/// Where something is sent: scheme, host, port and path of an address that the operator configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether it is reached over TLS.
    pub(crate) tls: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) reach: Reach,
}

/// Why an address is not one that something may be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It cannot be read.
    #[error("not an http or https address")]
    NotAnAddress,
    /// It has a name or a password in it, which would end in logs.
    #[error("an address has no user name in it")]
    Credentials,
    /// Without TLS anybody on the way reads along.
    #[error("an address outside of the own network begins with https")]
    Plain,
}

impl Endpoint {
    /// The endpoint at this address.
    ///
    /// # Errors
    /// When it is no `http` or `https` address, names a user, or is not over TLS and not inside the own network.
    pub fn parse(address: &str, reach: Reach) -> Result<Self, EndpointError> {
        let uri: Uri = address.parse().map_err(|_| EndpointError::NotAnAddress)?;
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            Some(_) | None => return Err(EndpointError::NotAnAddress),
        };
        if uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err(EndpointError::Credentials);
        }
        if !tls && reach == Reach::Public {
            return Err(EndpointError::Plain);
        }
        let host = uri
            .host()
            .filter(|host| !host.is_empty())
            .ok_or(EndpointError::NotAnAddress)?;
        Ok(Self {
            tls,
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: uri.port_u16().unwrap_or(if tls { 443 } else { 80 }),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            reach,
        })
    }

    /// What the `Host` field says.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        match (self.tls, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }

    /// Whether this address may be dialled for it.
    pub(crate) fn may_dial(&self, address: IpAddr) -> bool {
        self.reach.may_dial(address)
    }
}

/// Whether an address stands for no single machine at all.
fn is_nowhere(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_unspecified() || address.is_broadcast() || address.is_multicast(),
        IpAddr::V6(address) => address.is_unspecified() || address.is_multicast(),
    }
}

/// Whether an address belongs to the public Internet, by the registries of special addresses (RFC 6890 and its updates).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match (a, b, c) {
        // This network; shared by carriers; protocol assignments; relays; benchmarks; reserved.
        (0 | 240.., ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) => true,
        (_, _, _) => false,
    };
    !(is_special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only global unicast is handed out; within it, addresses that carry another one and those for documents are not.
    let is_global = (a & 0xe000) == 0x2000;
    let is_special = a == 0x2002 || (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || (a == 0x3fff && b < 0x1000);
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_what_the_operator_wrote() {
        let check = |address: &str, reach: Reach, expected: Result<(&str, u16, &str, &str), EndpointError>| {
            let endpoint = Endpoint::parse(address, reach);
            let told = endpoint
                .as_ref()
                .map(|it| (it.host.as_str(), it.port, it.path.as_str(), it.authority()));
            let expected = expected.map(|(host, port, path, authority)| (host, port, path, authority.to_owned()));
            assert_eq!(told.map_err(|error| *error), expected, "{address}");
        };
        let public = Reach::Public;
        check(
            "https://vi-du.vn/a?b=1",
            public,
            Ok(("vi-du.vn", 443, "/a?b=1", "vi-du.vn")),
        );
        check(
            "https://vi-du.vn:8443",
            public,
            Ok(("vi-du.vn", 8443, "/", "vi-du.vn:8443")),
        );
        check(
            "https://[2001:4860::1]/",
            public,
            Ok(("2001:4860::1", 443, "/", "[2001:4860::1]")),
        );
        check("http://vi-du.vn/", public, Err(EndpointError::Plain));
        check(
            "http://10.0.0.1/",
            Reach::Private,
            Ok(("10.0.0.1", 80, "/", "10.0.0.1")),
        );
        check("https://lan:mk@vi-du.vn/", public, Err(EndpointError::Credentials));
        for address in ["", "vi-du.vn", "/a", "ftp://vi-du.vn", "https://", "file:///etc/passwd"] {
            check(address, Reach::Private, Err(EndpointError::NotAnAddress));
        }
    }

    #[test]
    fn what_is_inside_is_not_dialled_unless_the_operator_says_so() {
        let check = |address: &str, public: bool, private: bool| {
            let address: IpAddr = address.parse().unwrap();
            let may = |reach| Endpoint::parse("https://vi-du.vn/", reach).unwrap().may_dial(address);
            assert_eq!(
                (may(Reach::Public), may(Reach::Private)),
                (public, private),
                "{address}"
            );
        };
        for address in [
            "203.162.4.190",
            "1.1.1.1",
            "2606:4700::1111",
            "100.63.255.255",
            "100.128.0.1",
            "198.20.0.1",
        ] {
            check(address, true, true);
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            check(address, false, true);
        }
        for address in ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1"] {
            check(address, false, false);
        }
    }
}
