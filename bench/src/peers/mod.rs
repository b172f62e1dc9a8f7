//! What the product is measured beside.

pub mod presidio;
pub mod vectorscan;
