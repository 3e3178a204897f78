//! The integration tests of the core: one program, a module for each subject. Of each subject's files, `_differential`
//! holds ours against a rival, `_properties` tries drawn values against a rule, and `_mutations` holds ours against a rival
//! on drawn changes of a valid file.

mod aapt;
mod apps;
mod archive;
mod archive_differential;
mod archive_mutations;
mod archive_properties;
mod bundle;
mod code;
mod database;
mod docs;
mod fixtures;
mod icons;
mod layers;
mod manifest;
mod manifest_differential;
mod manifest_mutations;
mod matching;
mod outside;
mod resources;
mod resources_differential;
mod resources_mutations;
mod signing_blocks;
mod signing_differential;
mod signing_keys;
mod signing_mutations;
mod signing_names;
mod signing_schemes;
mod signing_signers;
mod signing_v1;
mod signing_v1_verdict;
mod text;
mod yara;
