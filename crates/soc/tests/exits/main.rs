//! Blocklists in the programs that they are written for: `cdb` of tinycdb and dnsdist, ExaBGP, and the firewall bouncer of
//! CrowdSec, each of another make.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bouncer;
mod names;
mod routes;

use anlanh_soc::blocking::{Act, Blocklist};

fn list(lines: &[(&str, &str)]) -> Blocklist {
    let mut list = Blocklist::new();
    for (value, act) in lines {
        list.add(value, &Act::parse(act).unwrap()).unwrap();
    }
    list
}
