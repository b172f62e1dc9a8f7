//! Which events a rule is for: the logs that its log source names, one bit each.

use anlanh_sigma::LogSource;

/// Forms of logs whose events have the same fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// Suricata's EVE JSON.
    Eve,
    /// Zeek's logs.
    Zeek,
    /// Query logs of BIND and Unbound.
    DnsLog,
    /// Other events in JSON, of which nobody knows which log they are: every rule is for them.
    Json,
}

impl Family {
    pub(super) const ALL: [Self; 4] = [Self::Eve, Self::Zeek, Self::DnsLog, Self::Json];
}

/// Bits of the resolvers.
pub(super) const BIND: u64 = 1;
pub(super) const UNBOUND: u64 = 2;
/// Events of a log that is not listed.
const OTHER: u64 = 1 << 63;
const ANY: u64 = u64::MAX;

/// What Suricata calls its events.
const EVE: &[&str] = &[
    "alert",
    "anomaly",
    "bittorrent_dht",
    "dcerpc",
    "dhcp",
    "dnp3",
    "dns",
    "drop",
    "fileinfo",
    "flow",
    "ftp",
    "ftp_data",
    "http",
    "http2",
    "ike",
    "krb5",
    "ldap",
    "mdns",
    "modbus",
    "mqtt",
    "netflow",
    "nfs",
    "pgsql",
    "pop3",
    "quic",
    "rdp",
    "rfb",
    "sip",
    "smb",
    "smtp",
    "snmp",
    "ssh",
    "tftp",
    "tls",
    "websocket",
];

/// What Zeek calls its logs.
const ZEEK: &[&str] = &[
    "conn",
    "dce_rpc",
    "dhcp",
    "dnp3",
    "dns",
    "files",
    "ftp",
    "http",
    "irc",
    "kerberos",
    "ldap",
    "modbus",
    "mqtt_publish",
    "mysql",
    "notice",
    "ntlm",
    "ntp",
    "pe",
    "quic",
    "radius",
    "rdp",
    "rfb",
    "signatures",
    "sip",
    "smb_files",
    "smb_mapping",
    "smtp",
    "snmp",
    "socks",
    "software",
    "ssh",
    "ssl",
    "syslog",
    "tunnel",
    "weird",
    "x509",
];

/// The bit of a log.
fn bit(logs: &[&str], name: &str) -> u64 {
    logs.iter().position(|log| *log == name).map_or(OTHER, |at| 1 << at)
}

/// The bit of an event that calls itself so.
pub(super) fn bit_of(family: Family, log: &str) -> u64 {
    match family {
        Family::Eve => bit(EVE, log),
        Family::Zeek => bit(ZEEK, log),
        Family::DnsLog | Family::Json => OTHER,
    }
}

/// The logs that a rule is for; none where it is for others.
pub(super) fn logs_of(family: Family, source: &LogSource) -> u64 {
    let product = source.product.as_deref();
    let products = match (family, product) {
        (Family::Json, _) => return ANY,
        (_, None) | (Family::Eve, Some("suricata")) | (Family::Zeek, Some("zeek" | "bro")) => ANY,
        (Family::DnsLog, Some("bind")) => BIND,
        (Family::DnsLog, Some("unbound")) => UNBOUND,
        (Family::Eve | Family::Zeek | Family::DnsLog, Some(_)) => 0,
    };
    let of_category = |category: &str| category_of(family, category);
    let categories = source.category.as_deref().map_or(ANY, of_category);
    let services = match source.service.as_deref() {
        None => ANY,
        Some("connection") if product.is_none() => category_of(family, "firewall"),
        Some(service) => match family {
            Family::Eve => known(EVE, service),
            Family::Zeek => known(ZEEK, service),
            Family::DnsLog if service == "dns" => ANY,
            Family::DnsLog | Family::Json => 0,
        },
    };
    products & categories & services
}

fn known(logs: &[&str], name: &str) -> u64 {
    logs.iter().position(|log| *log == name).map_or(0, |at| 1 << at)
}

fn category_of(family: Family, category: &str) -> u64 {
    match (family, category) {
        (_, "network") | (Family::DnsLog, "dns") => ANY,
        (Family::Eve, "dns") => known(EVE, "dns"),
        (Family::Eve, "proxy" | "webserver") => known(EVE, "http") | known(EVE, "http2"),
        // Every event of Suricata tells who spoke to whom.
        (Family::Eve, "firewall" | "network_connection") => ANY,
        (Family::Zeek, "dns") => known(ZEEK, "dns"),
        (Family::Zeek, "proxy" | "webserver") => known(ZEEK, "http"),
        (Family::Zeek, "firewall" | "network_connection") => known(ZEEK, "conn"),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_for_the_logs_that_they_name() {
        let check = |source: [&str; 3], expected: [&[&str]; 3]| {
            let [category, product, service] = source.map(|text| (!text.is_empty()).then(|| text.to_owned()));
            let source = LogSource {
                category,
                product,
                service,
            };
            let events = [(Family::Eve, EVE), (Family::Zeek, ZEEK)];
            for ((family, logs), expected) in events.into_iter().zip(expected) {
                let found: Vec<&str> = (logs.iter().copied())
                    .filter(|log| logs_of(family, &source) & bit_of(family, log) != 0)
                    .collect();
                let expected = if expected == ["*"] { logs } else { expected };
                assert_eq!(found, expected, "{source:?}");
            }
            let found: Vec<&str> = [("bind", BIND), ("unbound", UNBOUND)]
                .into_iter()
                .filter(|(_, bit)| logs_of(Family::DnsLog, &source) & bit != 0)
                .map(|(name, _)| name)
                .collect();
            assert_eq!(found, expected[2], "{source:?}");
            assert_eq!(logs_of(Family::Json, &source), ANY);
        };
        let both: &[&str] = &["bind", "unbound"];
        check(["dns", "", ""], [&["dns"], &["dns"], both]);
        check(["proxy", "", ""], [&["http", "http2"], &["http"], &[]]);
        check(["firewall", "", ""], [&["*"], &["conn"], &[]]);
        check(["network", "", "dns"], [&["dns"], &["dns"], both]);
        check(["network", "", "connection"], [&["*"], &["conn"], &[]]);
        check(["", "zeek", "http"], [&[], &["http"], &[]]);
        check(["", "zeek", "unknown"], [&[], &[], &[]]);
        check(["", "suricata", "tls"], [&["tls"], &[], &[]]);
        check(["dns", "bind", ""], [&[], &[], &["bind"]]);
        check(["process_creation", "windows", ""], [&[], &[], &[]]);
        check(["process_creation", "", ""], [&[], &[], &[]]);
        check(["", "windows", "security"], [&[], &[], &[]]);
    }

    #[test]
    fn logs_have_bits_of_their_own() {
        assert!(EVE.len() < 63 && ZEEK.len() < 63);
        assert_eq!(bit_of(Family::Eve, "never heard of"), OTHER);
    }
}
