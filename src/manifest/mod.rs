//! `AndroidManifest.xml` and `resources.arsc`: binary XML, the resource table, and the manifest as a model.

mod model;

pub use model::*;
