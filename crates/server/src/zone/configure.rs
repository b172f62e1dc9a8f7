//! `anlanh blocklist resolver`: what a resolver is to be configured with, so that it has the zone that is served.

use std::io::Write;

use anlanh_soc::blocking::Origin;
use anlanh_zone::{Kind, address_of};
use anyhow::{Context, bail};

use crate::Outcome;
use crate::cli::zone::ConfigureOptions;

/// The key of a zone where none is named, as `tsig-keygen anlanh` calls it.
const KEY: &str = "anlanh";

/// Prints it.
///
/// # Errors
/// When it cannot be had as it is wished for, or nobody takes it.
pub fn configure(options: &ConfigureOptions) -> anyhow::Result<Outcome> {
    let parts = options.parts.origins(&options.origin)?;
    let zones = if parts.is_empty() {
        vec![options.origin.clone()]
    } else {
        parts
    };
    if options.tls_name.is_some() && options.kind != Kind::Unbound {
        bail!("chỉ Unbound lấy vùng qua TLS · Unbound alone fetches inside TLS");
    }
    if zones.len() > 1 && options.kind != Kind::Bind {
        bail!("chỉ BIND cần vùng chia phần; nơi khác lấy cả vùng · BIND alone needs parts; others take the zone whole");
    }
    let text = match options.kind {
        Kind::Bind => bind(&zones, options)?,
        Kind::Unbound => unbound(options)?,
        Kind::PowerDns => power_dns(options)?,
        Kind::Knot => knot(options),
    };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Outcome::Good)
}

fn key(options: &ConfigureOptions) -> &str {
    options.tsig_key.as_deref().unwrap_or(KEY)
}

fn primary(options: &ConfigureOptions) -> anyhow::Result<(String, u16)> {
    let about = "không phải địa chỉ · not an address";
    let address = address_of(&options.primary).context(about)?;
    Ok((address.ip().to_string(), address.port()))
}

/// More at one time than a secondary takes by itself, where parts are many; and as often as the zone says, where BIND would ask every
/// five minutes and, when it was not answered, not for more than eight.
fn bind(zones: &[Origin], options: &ConfigureOptions) -> anyhow::Result<String> {
    let (address, port) = primary(options)?;
    let key = key(options);
    let mut text = "include \"/etc/anlanh/key.conf\";\noptions {\n".to_owned();
    if zones.len() > 1 {
        text.push_str("  serial-query-rate 200;\n  transfers-in 20;\n  transfers-per-ns 20;\n");
    }
    text.push_str("  response-policy {\n");
    for zone in zones {
        text.push_str(&format!("    zone \"{}\";\n", zone.as_str()));
    }
    text.push_str("  } min-update-interval 0;\n};\n");
    for zone in zones {
        let zone = zone.as_str();
        text.push_str(&format!(
            "zone \"{zone}\" {{ type secondary; primaries {{ {address} port {port} key \"{key}\"; }}; file \"{zone}\"; \
             allow-query {{ none; }}; notify no; min-refresh-time 30; min-retry-time 5; }};\n"
        ));
    }
    Ok(text)
}

fn unbound(options: &ConfigureOptions) -> anyhow::Result<String> {
    let (address, port) = primary(options)?;
    let origin = options.origin.as_str();
    let server = match &options.tls_name {
        Some(name) => format!("{address}@{port}#{name}"),
        None => format!("{address}@{port}"),
    };
    let bundle = match &options.tls_name {
        Some(_) => "  tls-cert-bundle: /etc/ssl/certs/ca-certificates.crt\n",
        None => "",
    };
    Ok(format!(
        "server:\n  module-config: \"respip validator iterator\"\n{bundle}rpz:\n  name: {origin}\n  primary: {server}\n\
         \x20 allow-notify: {address}\n  zonefile: {origin}\n"
    ))
}

fn power_dns(options: &ConfigureOptions) -> anyhow::Result<String> {
    let (address, port) = primary(options)?;
    let (origin, key) = (options.origin.as_str(), key(options));
    let address = if address.contains(':') {
        format!("[{address}]")
    } else {
        address
    };
    Ok(format!(
        "rpzPrimary(\"{address}:{port}\", \"{origin}\", {{ refresh = 1, tsigname = \"{key}\", tsigalgo = \"hmac-sha256\", \
         tsigsecret = \"…\" }})\n"
    ))
}

/// It has no transfer, and is told by its socket to read the file again.
fn knot(options: &ConfigureOptions) -> String {
    let file = &options.primary;
    format!(
        "anlanh = policy.rpz(policy.DENY, '{file}', false)\n\
         policy.add(function (request, query) if anlanh then return anlanh(request, query) end end)\n"
    )
}
