//! The service as clients see it: a real server on a port of its own, real requests, a real browser.

#![cfg(test)]

mod actions;
mod api;
mod appeals;
mod batch;
mod browser;
mod console;
mod counting;
mod day;
mod desk;
mod docs;
mod driver;
mod export;
mod full;
mod images;
mod keeping;
mod limits;
mod log;
mod metrics;
mod node;
mod orders;
mod pack;
mod page;
mod pages;
mod policy;
mod policy_pages;
mod published;
mod quality;
mod reports;
mod routes;
mod schema;
mod support;
mod witness;
