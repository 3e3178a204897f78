//! `AndroidManifest.xml` and `resources.arsc`: binary XML, the resource table, and the manifest as a model.

pub mod chunk;
mod components;
mod filters;
pub mod icon;
mod implied;
mod launcher;
mod lookup;
mod model;
mod network_security;
mod note_list;
pub mod notes;
mod permissions;
mod read;
pub mod resources;
mod roles;
pub mod string_pool;
pub mod value;
pub mod xml;

pub use model::*;
pub use read::{MANIFEST, read};
