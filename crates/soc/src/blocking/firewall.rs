//! Sets of nftables, for whatever passes through a router.

use std::io::{self, Write};

use super::{Act, Blocklist, Gap, Missing, reversed, written};

/// Writes a script for `nft -f` that replaces the table `inet anlanh` in one step: packets from and to blocked addresses are
/// counted and dropped, those that pass through and those of the machine itself. Reports what it cannot say.
///
/// # Errors
/// When it cannot be written.
pub fn write_nftables(list: &Blocklist, out: &mut impl Write, mut report: impl FnMut(Gap<'_>)) -> io::Result<()> {
    for name in list.names.keys() {
        report(Gap {
            value: &reversed(name),
            missing: Missing::Value,
        });
    }
    list.leave_out_urls(&mut report);
    // Deleting what is not there fails, so it is made first.
    writeln!(out, "table inet anlanh\ndelete table inet anlanh\ntable inet anlanh {{")?;
    for (family, kind) in [(4, "ipv4_addr"), (6, "ipv6_addr")] {
        writeln!(
            out,
            "\tset blocked{family} {{\n\t\ttype {kind}\n\t\tflags interval\n\t\tauto-merge"
        )?;
        let mut separator = "\t\telements = {\n\t\t\t";
        for ((of, ..), (value, act)) in &list.networks {
            if *of != family {
                continue;
            }
            let text = written(value);
            match act {
                Act::NxDomain | Act::NoData | Act::Drop => {
                    write!(out, "{separator}{text}")?;
                    separator = ",\n\t\t\t";
                }
                Act::Redirect(_) | Act::Pass => report(Gap {
                    value: &text,
                    missing: Missing::Act,
                }),
            }
        }
        let end = if separator.starts_with(',') {
            "\n\t\t}\n\t}"
        } else {
            "\t}"
        };
        writeln!(out, "{end}")?;
    }
    for hook in ["forward", "input", "output"] {
        writeln!(
            out,
            "\tchain {hook} {{\n\t\ttype filter hook {hook} priority filter; policy accept;"
        )?;
        for side in ["saddr", "daddr"] {
            writeln!(
                out,
                "\t\tip {side} @blocked4 counter drop\n\t\tip6 {side} @blocked6 counter drop"
            )?;
        }
        writeln!(out, "\t}}")?;
    }
    writeln!(out, "}}")
}
