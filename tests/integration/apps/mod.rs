//! Which apps an archive holds, and what is said of each: archives of apps, bundles, and apps that carry others.

mod archives;
mod carriers;
mod groups;
mod made;
