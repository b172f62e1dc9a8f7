//! Statements of reasons in the form of the EU DSA Transparency Database.
//!
//! A [`Statement`] is what the database would take: it is put together from parts that each keep their own rule, or read
//! from JSON by [`Statement::from_json`], which names every field that is wrong as the database does. It writes itself in
//! the database's own JSON form. [`batch`] holds what is true of many statements at once.
//!
//! The crate does no I/O, reads no clock and knows nobody's decisions: turning one's own into a statement is for whoever
//! made them. Field names, codes and bounds are those of the public database of the European Commission
//! (Regulation (EU) 2022/2065, Article 24(5)).

pub mod batch;
mod code;
mod date;
mod fault;
mod read;
mod statement;
mod text;

pub use code::{
    AccountDecision, AccountType, AutomatedDecision, Category, Code, ContentType, Country, Keyword, Language,
    MonetaryDecision, ProvisionDecision, Visibility,
};
pub use date::{ApplicationDate, ContentDate, Date, EndDate};
pub use fault::{Fault, Why};
pub use statement::{Answer, EndDates, FIELDS, Ground, Listed, NoList, Restrictions, Source, Statement};
pub use text::{Ean13, Puid, Text, Url};
