//! What consumers ask of objects, typed. A view has what its type must have; what an object lacks of that, it is no
//! such view. Views borrow, and check nothing else: that is for [`Object::check`](crate::Object::check).

mod indicator;
mod marking;
mod observable;
mod relation;

pub use indicator::{Indicator, PatternKind};
pub use marking::{Markings, Tlp};
pub use observable::Observable;
pub use relation::{Relationship, Sighting};
