//! What is drawn from a seed and held against a rival: the same draws for the tests, whose seeds are fixed, and for
//! `./build.sh explore`, which draws anew. See docs/testing.md.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use sha2::{Digest, Sha256};

use crate::random::Random;
use crate::setting;

/// Differences of one subject that are made small in a round: that takes several questions each.
const MAX_SHOWN: usize = 20;

/// Which of a case's changes are made: all but these.
#[derive(Clone, Default)]
pub struct Steps {
    left_out: BTreeSet<usize>,
}

impl Steps {
    /// Makes `count` changes, each by numbers of its own, so that leaving one out does not turn the others into others. Gives
    /// what each says of itself.
    pub fn make(
        &self,
        random: &mut Random,
        count: usize,
        mut change: impl FnMut(usize, &mut Random) -> String,
    ) -> Vec<String> {
        let made = (0..count).filter_map(|step| {
            let mut own = Random(random.number());
            (!self.left_out.contains(&step)).then(|| change(step, &mut own))
        });
        made.collect()
    }
}

/// A case: an input with some changes.
pub struct Drawn {
    /// The seed that it is drawn from.
    pub seed: u64,
    /// What was changed.
    pub base: String,
    /// The changes that were made, in words.
    pub changes: Vec<String>,
    /// The input.
    pub bytes: Vec<u8>,
    /// The lowest SDK level to ask about, where that matters.
    pub min_sdk: Option<u32>,
}

impl Drawn {
    /// Returns what is drawn, in words.
    pub fn label(&self) -> String {
        format!("{:#018x}, {}: {}", self.seed, self.base, self.changes.join("; "))
    }
}

/// A kind of input, and the rival that reads it too.
pub trait Subject {
    /// A word for file names.
    fn name(&self) -> &'static str;
    /// The case of a seed.
    fn draw(&self, seed: u64, steps: &Steps) -> Drawn;
    /// For each case what we and the rival read otherwise, where no rule says that it may be so.
    fn differences(&self, cases: &[Drawn]) -> Vec<Option<String>>;
}

/// The seeds of a round's cases.
pub fn seeds(round: u64, count: u64) -> impl Iterator<Item = u64> {
    let mut random = Random(round);
    (0..count).map(move |_| random.number())
}

/// Holds `count` cases of the round that APKLENS_SEED names against the rival; of each difference the changes that it
/// needs, in files of target/explore.
///
/// # Panics
/// When there are differences.
pub fn explore(subject: &dyn Subject, count: u64) {
    let round = setting("APKLENS_SEED", 1);
    let count = setting("APKLENS_MUTATIONS", count);
    let cases: Vec<Drawn> = seeds(round, count).map(|seed| subject.draw(seed, &Steps::default())).collect();
    let found = subject.differences(&cases);
    let found: Vec<(&Drawn, String)> =
        cases.iter().zip(found).filter_map(|(case, found)| Some((case, found?))).collect();
    let name = subject.name();
    println!("{name}: {count} cases of round {round} ({}), {} differences", digest(&cases), found.len());
    let folder = crate::root().join("target/explore");
    fs::create_dir_all(&folder).unwrap();
    for (case, difference) in found.iter().take(MAX_SHOWN) {
        let (small, difference) = shrink(subject, case, difference);
        let file = folder.join(format!("{name}-{:016x}", small.seed));
        let mut text = small.label();
        write!(text, "\n{difference}\n").unwrap();
        println!("{}\n{text}", file.display());
        fs::write(file.with_extension("apk"), &small.bytes).unwrap();
        fs::write(file.with_extension("txt"), text).unwrap();
    }
    assert!(found.is_empty(), "{name}: {} differences in round {round}", found.len());
}

/// The start of the cases' SHA-256: a round that is repeated has the same.
fn digest(cases: &[Drawn]) -> String {
    let mut digest = Sha256::new();
    for case in cases {
        digest.update((case.bytes.len() as u64).to_le_bytes());
        digest.update(&case.bytes);
    }
    digest.finalize()[..8].iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The same case with no more changes than the difference needs.
fn shrink(subject: &dyn Subject, case: &Drawn, difference: &str) -> (Drawn, String) {
    let mut steps = Steps::default();
    let mut best = (subject.draw(case.seed, &steps), difference.to_owned());
    for step in 0..case.changes.len() {
        steps.left_out.insert(step);
        let candidate = subject.draw(case.seed, &steps);
        match subject.differences(std::slice::from_ref(&candidate)).remove(0) {
            Some(difference) => best = (candidate, difference),
            None => {
                steps.left_out.remove(&step);
            }
        }
    }
    best
}
