//! What the product is measured beside.

pub mod python;
pub mod vectorscan;
