//! Webhooks against real databases, and the client against receivers that fail, are slow, or lead elsewhere.

#![cfg(test)]

mod client;
mod node;
mod receiver;
mod webhooks;
