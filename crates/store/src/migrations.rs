//! The schema, step by step. A step that was released is never changed: a new one is added.

use anlanh_db::Migration;

#[cfg(test)]
mod tests;

/// A step whose texts stand beside the code.
macro_rules! step {
    ($number:literal, $name:literal, $file:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../migrations/", $file, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $file, ".postgres.sql")),
        }
    };
}

/// Every step, in order.
pub(crate) const ALL: &[Migration] = &[
    step!(1, "first", "0001-first"),
    step!(2, "trials", "0002-trials"),
    step!(3, "images", "0003-images"),
    step!(4, "quality", "0004-quality"),
    step!(5, "case-filters", "0005-case-filters"),
    step!(6, "cheaper-items", "0006-cheaper-items"),
    step!(7, "reports", "0007-reports"),
    step!(8, "enforcement", "0008-enforcement"),
    step!(9, "appeals", "0009-appeals"),
    step!(10, "keeping", "0010-keeping"),
    step!(11, "contacts", "0011-contacts"),
    step!(12, "public-log", "0012-public-log"),
    step!(13, "witnesses", "0013-witnesses"),
    step!(14, "words-beside-content", "0014-words-beside-content"),
    step!(15, "orders", "0015-orders"),
    step!(16, "peers", "0016-peers"),
    step!(17, "issued", "0017-issued"),
    step!(18, "information", "0018-information"),
    step!(19, "words-listed", "0019-words-listed"),
    step!(20, "owners", "0020-owners"),
    step!(21, "peer-evidence", "0021-peer-evidence"),
    step!(22, "order-entries", "0022-order-entries"),
    step!(23, "intel", "0023-intel"),
    step!(24, "feeds", "0024-feeds"),
    step!(25, "blocklist", "0025-blocklist"),
    step!(26, "incidents", "0026-incidents"),
    step!(27, "sensors", "0027-sensors"),
    step!(28, "pushes", "0028-pushes"),
    step!(29, "bouncers", "0029-bouncers"),
    step!(30, "sensors-stopped", "0030-sensors-stopped"),
    step!(31, "incidents-for-programs", "0031-incidents-for-programs"),
    step!(32, "hunts", "0032-hunts"),
    step!(33, "sharing", "0033-sharing"),
    step!(34, "threats", "0034-threats"),
    step!(35, "erasure", "0035-erasure"),
    step!(36, "patterns", "0036-patterns"),
    step!(37, "hosts-and-patterns", "0037-hosts-and-patterns"),
    step!(38, "orders-carried-out", "0038-orders-carried-out"),
    step!(39, "information-asked", "0039-information-asked"),
    step!(40, "streams-held", "0040-streams-held"),
    step!(41, "key-runs", "0041-key-runs"),
    step!(42, "uncounts", "0042-uncounts"),
];
