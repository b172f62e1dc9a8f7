//! What NATS servers say, and the keys by which they know who connects.

mod seed;
mod wire;

pub use seed::NkeySeed;
pub use wire::{Broken as NatsBroken, Frame as NatsFrame, Message as NatsMessage, Reader as NatsReader};
