//! Which apps an archive holds, and what is said of each: archives of apps, bundles, and apps that carry others.

#[path = "../common/mod.rs"]
mod common;

mod archives;
mod carriers;
mod groups;
mod made;
