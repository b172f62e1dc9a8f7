//! Patterns (section 9): what to look for in what was observed.

mod compile;
mod like;
mod matching;
mod network;
mod observation;
mod parse;
mod path;
mod pcre;
mod predicate;
mod print;
mod repeat;
mod syntax;
mod term;
#[cfg(test)]
mod tests;
mod token;

pub use compile::{CompileError, Compiled};
pub use matching::MatchError;
pub use observation::Observation;
pub use parse::PatternError;
pub(crate) use print::step_text;
pub use syntax::{Comparison, Expression, Literal, Operator, Path, Pattern, Qualifier, Step, Test};
pub use term::{Term, Terms};
