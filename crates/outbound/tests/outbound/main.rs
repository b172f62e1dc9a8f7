//! Webhooks against real databases, and the client against receivers that fail, are slow, or lead elsewhere.

#![cfg(test)]

mod centre;
mod client;
mod feeds;
mod incidents;
mod node;
mod pushes;
mod receiver;
mod webhooks;
