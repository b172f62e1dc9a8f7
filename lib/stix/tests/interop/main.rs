//! Objects and patterns before programs of other people: `stix2-validator`, `stix2-patterns`, `stix2-matcher` and
//! `stix2` from PyPI, which `.ci/run` fetches. Where they and we differ, the case says so and cites the specification.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a generator that picks beyond its choices fails")]
#![expect(
    clippy::print_stderr,
    reason = "whoever runs it must know how much was compared, or that nothing was"
)]

mod bundles;
mod corpus;
mod generate;
mod identifiers;
mod matches;
mod mutations;
mod objects;
mod patterns;
mod peer;
