//! The statements of this crate, listed so that a test prepares each on both databases.

use anlanh_db::Statement;

/// Declares statements and lists them. The first text is for both databases; a second one, where it must differ, for
/// PostgreSQL alone, with a comment above it that says why; or after `rows`, for many rows at once on
/// PostgreSQL, with a rank above those of the statements whose rows they refer to.
macro_rules! statements {
    ($module:literal: $($name:ident = $sql:literal $(| $postgres:literal)? $(rows $rank:tt $rows:literal)?;)+) => {
        $(
            const $name: ::anlanh_db::Statement = {
                let statement = ::anlanh_db::Statement::new(concat!($module, ".", stringify!($name)), $sql);
                $(let statement = statement.on_postgres($postgres);)?
                $(let statement = statement.with_rows($rank, $rows);)?
                statement
            };
        )+
        pub(crate) const STATEMENTS: &[&::anlanh_db::Statement] = &[$(&$name),+];
    };
}

pub(crate) use statements;

/// Every statement of the crate.
#[must_use]
pub fn all() -> Vec<&'static Statement> {
    [
        crate::action::STATEMENTS,
        crate::action::LISTS,
        crate::appeal::STATEMENTS,
        crate::audit::STATEMENTS,
        crate::audit::PAGES,
        crate::block::STATEMENTS,
        crate::block::LISTS,
        crate::block::version::STATEMENTS,
        crate::block::proof::STATEMENTS,
        crate::block::bouncer::STATEMENTS,
        crate::block::objection::STATEMENTS,
        crate::block::objection::LISTS,
        crate::brake::STATEMENTS,
        crate::case::STATEMENTS,
        crate::case::QUEUES,
        crate::clock::STATEMENTS,
        crate::contact::STATEMENTS,
        crate::decision::STATEMENTS,
        crate::engine::STATEMENTS,
        crate::erasure::STATEMENTS,
        crate::event::STATEMENTS,
        crate::export::STATEMENTS,
        crate::export::COUNTED,
        crate::push::STATEMENTS,
        crate::push::LISTS,
        crate::feed::STATEMENTS,
        crate::feed::LISTS,
        crate::hold::STATEMENTS,
        crate::hunt::STATEMENTS,
        crate::idempotency::STATEMENTS,
        crate::image::STATEMENTS,
        crate::incident::STATEMENTS,
        crate::incident::LISTS,
        crate::incident::hook::STATEMENTS,
        crate::incident::alert::STATEMENTS,
        crate::incident::alert::LISTS,
        crate::incident::clock::STATEMENTS,
        crate::incident::clock::LISTS,
        crate::incident::figures::STATEMENTS,
        crate::incident::report::STATEMENTS,
        crate::incident::report::LISTS,
        crate::incident::share::STATEMENTS,
        crate::incident::sharing::STATEMENTS,
        crate::incident::erase::STATEMENTS,
        crate::incident::sharing::LISTS,
        crate::incident::trace::STATEMENTS,
        crate::incident::work::STATEMENTS,
        crate::intel::ADDED,
        crate::intel::BOUNDS,
        crate::intel::CHANGES,
        crate::intel::CLOCK,
        crate::intel::COLLECTIONS,
        crate::intel::DELETED,
        crate::intel::LISTS,
        crate::intel::RIGHTS,
        crate::intel::STATUSES,
        crate::intel::WRITTEN,
        crate::issued::STATEMENTS,
        crate::issued::LISTS,
        crate::indicator::STATEMENTS,
        crate::indicator::LISTS,
        crate::information::STATEMENTS,
        crate::information::LISTS,
        crate::item::STATEMENTS,
        crate::keeping::STATEMENTS,
        crate::key::STATEMENTS,
        crate::key::ERASED,
        crate::key::RUNS,
        crate::key::SETTLED,
        crate::mail::STATEMENTS,
        crate::measure::STATEMENTS,
        crate::order::STATEMENTS,
        crate::order::LISTS,
        crate::order::BESIDE,
        crate::order::CARRIED,
        crate::order::ENTRIES,
        crate::order::MENTIONS,
        crate::owner::STATEMENTS,
        crate::owner::LISTS,
        crate::peer::STATEMENTS,
        crate::peer::LETTERS,
        crate::peer::EVIDENCE,
        crate::proposal::STATEMENTS,
        crate::public_log::STATEMENTS,
        crate::quality::STATEMENTS,
        crate::report::STATEMENTS,
        crate::reversal::STATEMENTS,
        crate::rule::STATEMENTS,
        crate::sensor::STATEMENTS,
        crate::session::STATEMENTS,
        crate::sighting::STATEMENTS,
        crate::signal::STATEMENTS,
        crate::staff::STATEMENTS,
        crate::strike::STATEMENTS,
        crate::tally::STATEMENTS,
        crate::threat::STATEMENTS,
        crate::token::STATEMENTS,
        crate::transparency::STATEMENTS,
        crate::transparency::COUNTED,
        crate::trial::STATEMENTS,
        crate::vault::STATEMENTS,
        crate::version::STATEMENTS,
        crate::volume::STATEMENTS,
        crate::witness::STATEMENTS,
    ]
    .concat()
}
