//! The schema, step by step. A step that was released is never changed: a new one is added.

use anlanh_db::Migration;

/// Every step, in order.
pub(crate) const ALL: &[Migration] = &[
    Migration {
        number: 1,
        name: "first",
        sqlite: include_str!("../migrations/0001-first.sqlite.sql"),
        postgres: include_str!("../migrations/0001-first.postgres.sql"),
    },
    Migration {
        number: 2,
        name: "trials",
        sqlite: include_str!("../migrations/0002-trials.sqlite.sql"),
        postgres: include_str!("../migrations/0002-trials.postgres.sql"),
    },
    Migration {
        number: 3,
        name: "images",
        sqlite: include_str!("../migrations/0003-images.sqlite.sql"),
        postgres: include_str!("../migrations/0003-images.postgres.sql"),
    },
];
