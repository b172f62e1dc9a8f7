//! Events, feeds, conversions and warning lists before the libraries of MISP's makers: `pymisp`, `misp-stix` and
//! `pymispwarninglists` from PyPI, which `.ci/run` fetches.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::indexing_slicing, reason = "a test that looks beyond what is there fails")]

mod events;
mod peer;
mod warnings;
