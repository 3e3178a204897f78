//! The indicator database: what is known about surveillance apps, and how an app's facts are matched against it.

pub mod domain;
mod found;
pub mod text;

pub use found::*;
