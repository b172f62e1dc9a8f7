//! STIX 2.1 (OASIS Standard, 10 June 2021): objects are read, checked and written, bundles are read object by object,
//! and patterns are parsed, printed and matched.
//!
//! [`Object`] keeps everything that was in it and prints it as it came (section 3.1); [`Object::check`] holds it
//! against what the specification says of its type (sections 2 to 7) and tells a MUST from a SHOULD. What the
//! specification says is data, in one table. [`view`] gives consumers typed answers. [`BundleReader`] reads bundles
//! (section 8) of any length in bounded memory. [`Pattern`] is the language of section 9: [`Pattern::compile`] makes
//! what matches [`Observation`]s, and [`Pattern::terms`] the plain values to look up in an index.
//!
//! `MATCHES` is PCRE in the specification. Here it is the `regex` crate, whose time is linear: what it cannot do
//! (look-around, references back) is refused when the pattern is compiled.
//!
//! What TAXII 2.1 puts around objects is in [`taxii`], as plain data. The crate reads no file and no clock. Every limit
//! is in [`limits`].
//!
//! ```
//! use anlanh_stix::json::Members;
//! use anlanh_stix::{Object, Observation, Pattern, Severity};
//!
//! let object = Object::read(br#"{"type":"domain-name","spec_version":"2.1",
//!     "id":"domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7","value":"example.com"}"#)?;
//! assert!(object.check().iter().all(|finding| finding.severity() != Severity::Error));
//! assert_eq!(object.derived_id(), object.id());
//!
//! // Made rather than read.
//! let members = Members::default().with("type", "domain-name").with("spec_version", "2.1").with("value", "example.com");
//! let made = Object::new(members).map(Object::with_derived_id);
//! assert_eq!(made, Some(object.clone()));
//!
//! let pattern: Pattern = "[domain-name:value LIKE '%.com']".parse()?;
//! let objects = [object];
//! let seen = Observation::at("2026-11-28T00:00:00Z".parse()?, &objects);
//! assert!(pattern.compile()?.matches(&[seen])?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bundle;
mod check;
mod encoding;
mod id;
pub mod json;
pub mod limits;
mod object;
mod pattern;
pub mod poll;
pub mod query;
mod schema;
pub mod taxii;
mod timestamp;
pub mod view;

pub use bundle::{BundleError, BundleReader};
pub use check::{Finding, FindingKind, Severity};
pub use id::{Id, NoId};
pub use object::{Object, ReadError};
pub use pattern::{
    Comparison, CompileError, Compiled, Expression, Literal, MatchError, Observation, Operator, Path, Pattern,
    PatternError, Qualifier, Step, Term, Terms, Test,
};
pub use schema::{Family, family, types};
pub use timestamp::{NoTimestamp, Timestamp};
