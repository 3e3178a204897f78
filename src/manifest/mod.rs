//! `AndroidManifest.xml` and `resources.arsc`: binary XML, the resource table, and the manifest as a model.

pub mod chunk;
mod model;
pub mod notes;
pub mod resources;
pub mod string_pool;
pub mod value;

pub use model::*;
