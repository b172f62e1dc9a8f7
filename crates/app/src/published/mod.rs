//! What everybody may read: the policy in force, what changed in it, and what was done in a period, in numbers.
//!
//! Nobody is asked who they are. Figures are counted from keys and times alone and written in types that hold nothing
//! else ([`anlanh_publish::transparency`]); of a policy its titles, laws and deadlines are told, and neither its words nor
//! the conditions of its rules, which would tell how to get round them.

mod figures;
mod history;
mod notices;

pub use anlanh_publish::notice::{ActionTaken, Notice, Notices, Work};
pub use anlanh_publish::transparency::{Count, Figure, Key, Period, Report, Span};
pub use figures::{Periods, figures, periods};
pub use history::{Change, Difference, Entry, Part, differences, history_blocking, last_step};
pub use notices::notices;
