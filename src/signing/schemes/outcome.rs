//! What one signature scheme says about a file, before it becomes part of the report.

use crate::signing::model::{Scheme, SchemeResult, SchemeStatus};
use crate::signing::notes;
use crate::signing::schemes::content_digest::{ContentDigestAlgorithm, ContentDigests};
use crate::signing::schemes::lineage::Lineage;
use crate::signing::schemes::problems::Problems;
use crate::signing::schemes::signer::{Signer, SignerNotes};

/// The result of one scheme.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which scheme.
    pub scheme: Scheme,
    /// Its signers, in the order of the file.
    pub signers: Vec<Signer>,
    /// The keys before the signers' (v3, v3.1).
    pub lineage: Option<Lineage>,
    /// What does not belong to one signer.
    pub problems: Problems,
    /// Whether the signature was checked to its end and holds.
    pub verified: bool,
    /// Why it was not checked, if it was not.
    pub passed_over: Option<SchemeStatus>,
}

impl Outcome {
    /// A result without signers.
    pub fn new(scheme: Scheme) -> Self {
        let problems = Problems::default();
        Self { scheme, signers: Vec::new(), lineage: None, problems, verified: false, passed_over: None }
    }

    /// Whether the signature does not hold.
    pub fn has_errors(&self) -> bool {
        self.problems.has_errors() || self.signers.iter().any(|signer| signer.problems.has_errors())
    }

    /// Whether the verdict on the app fails with it. What is wrong with a v4 signer fails scheme v4 alone, as in
    /// apksig: Android asks for v4 only when an app is installed while it arrives.
    pub fn fails_the_verdict(&self) -> bool {
        if self.scheme == Scheme::V4 { self.problems.has_errors() } else { self.has_errors() }
    }

    /// Whether it holds, and if it was not checked, why not.
    pub fn status(&self) -> SchemeStatus {
        self.passed_over.unwrap_or(if self.verified { SchemeStatus::Holds } else { SchemeStatus::Fails })
    }

    /// The same scheme, not checked: nothing is said about it but why, and whose certificates it gives.
    pub fn not_checked(self, status: SchemeStatus) -> Self {
        let reason = match status {
            SchemeStatus::NotUsed => &notes::SCHEME_NOT_NEEDED,
            _ => &notes::SCHEME_NOT_REACHED,
        };
        let mut outcome = Self { signers: self.signers, passed_over: Some(status), ..Self::new(self.scheme) };
        for signer in &mut outcome.signers {
            signer.problems = Problems::default();
        }
        outcome.problems.warning(reason, &[]);
        outcome
    }

    /// The content digests that some Android version looks at.
    pub fn content_digests(&self) -> Vec<ContentDigestAlgorithm> {
        self.signers.iter().flat_map(|signer| &signer.verified).map(|algorithm| algorithm.content).collect()
    }

    /// Compares the signers' digests with those of the contents.
    pub fn check_contents(&mut self, actual: &ContentDigests, notes: &SignerNotes) {
        let to_check = self.content_digests();
        for signer in &mut self.signers {
            signer.check_contents(actual, &to_check, notes);
        }
    }

    /// The result as the report shows it.
    pub fn into_result(self) -> SchemeResult {
        let signers = self.signers.iter().filter_map(Signer::certificate);
        let signers = signers.map(|certificate| certificate.describe().sha256.clone()).collect();
        let status = self.status();
        let mut problems = Problems::default();
        for signer in self.signers {
            problems.extend(signer.problems);
        }
        problems.extend(self.problems);
        SchemeResult {
            scheme: self.scheme,
            status,
            verified: self.verified,
            signers,
            problems: problems.errors,
            warnings: problems.warnings,
        }
    }
}
