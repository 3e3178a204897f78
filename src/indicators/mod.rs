//! The indicator database: what is known about surveillance apps, and how an app's facts are matched against it.

mod found;

pub use found::*;
