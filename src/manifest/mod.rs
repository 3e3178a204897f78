//! `AndroidManifest.xml` as a model: what an app is called, asks for and consists of.

mod components;
mod filters;
mod implied;
mod launcher;
mod lookup;
mod model;
mod network_security;
pub mod notes;
mod permissions;
mod read;
mod roles;

pub use model::*;
pub use read::read;
