//! The indicator database: what is known about surveillance apps, and how an app's facts are matched against it.
//!
//! Source files ([`folder`]) and imports become a [`collection::Collection`]; a [`pack`] is its compact form, which
//! may be [`signed`]; a [`Database`] is a collection that is indexed and can be asked. What a match proves is said in
//! [`weight`] alone.

pub mod age;
pub mod collection;
mod database;
pub mod diff;
pub mod domain;
pub mod facts;
pub mod folder;
mod found;
pub mod hosts;
pub mod import;
mod judged;
mod mention;
pub mod pack;
pub mod quality;
pub mod search;
pub mod signed;
pub mod text;
pub mod values;
pub mod weight;
pub mod yara;

pub use database::*;
pub use found::*;
pub use weight::{FamilyWeight, Weakening};
