//! JSON as STIX needs it: members keep their order, numbers their spelling, and a name stands once in an object. Knows
//! nothing of STIX.

mod canonical;
mod read;
mod scan;
mod value;
mod write;

pub(crate) use canonical::canonical;
pub use read::{JsonError, JsonFault, read};
pub use scan::{ScanError, Scanner};
pub use value::{Members, Number, Value};
