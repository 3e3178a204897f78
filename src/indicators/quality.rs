//! How good the database is, measured on published samples: how many are recognised by what, and which families
//! nothing but the digest of a known file would find.
//!
//! What can be measured depends on what is known about the samples. Their digests are in the database itself. Their
//! packages and certificates are in `samples.csv` of stalkerware-indicators, which may be given.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::import::ImportError;
use super::weight::{families, settle};
use super::{Class, Database, Facts, Kind, Strength};
use crate::note::Place;
use crate::signing::Certificate;

/// A published sample.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// The package name, where it was published.
    pub package: Option<String>,
    /// SHA-1 of the signer's certificate, where it was published.
    pub certificate: Option<String>,
    /// The family, as the table of samples calls it.
    pub family: Option<String>,
}

/// The measurement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// How many samples there are.
    pub samples: usize,
    /// How many are recognised by the digest of the file.
    pub by_hash: usize,
    /// What was measured on the samples whose package or certificate is known; empty when none is.
    pub without_hash: WithoutHash,
    /// Of each family with samples, what else it is recognised by.
    pub families: BTreeMap<(String, Class), FamilyQuality>,
}

/// What is recognised when the digests are taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithoutHash {
    /// Samples whose package or certificate is known.
    pub samples: usize,
    /// Recognised by package and certificate.
    pub by_package_or_certificate: usize,
    /// Samples whose certificate is known.
    pub with_certificate: usize,
    /// Recognised by the certificate alone.
    pub by_certificate: usize,
    /// Samples whose package is known.
    pub with_package: usize,
    /// Recognised by the package or its pattern alone.
    pub by_package: usize,
    /// How many samples of each family neither package nor certificate recognises, though they are known: nothing
    /// but the digest finds them.
    pub by_nothing: BTreeMap<String, usize>,
}

/// What a family has besides the digests of its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FamilyQuality {
    /// Its samples.
    pub samples: usize,
    /// Package names that name the family by themselves.
    pub packages: usize,
    /// Certificates and keys that do.
    pub certificates: usize,
    /// Facts that do not: servers, sites, patterns, generic names and the like.
    pub weaker: usize,
}

impl FamilyQuality {
    /// Whether anything but a digest names the family by itself: a certificate or a package.
    pub fn is_named_without_hash(&self) -> bool {
        self.packages + self.certificates > 0
    }
}

/// The samples whose digests are in the database.
pub fn samples_of(database: &Database) -> Vec<Sample> {
    let hashes: BTreeSet<&str> = database
        .collection()
        .indicators
        .iter()
        .filter(|indicator| indicator.kind == Kind::FileSha256)
        .map(|indicator| indicator.value.as_str())
        .collect();
    hashes.into_iter().map(|sha256| Sample { sha256: sha256.to_owned(), ..Sample::default() }).collect()
}

/// The samples in a table with the columns SHA256, Package Name, Certificate and App, as `samples.csv` has them.
pub fn samples_from_csv(text: &str) -> Result<Vec<Sample>, ImportError> {
    let syntax = |error: csv::Error| ImportError::Syntax {
        line: error.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(usize::MAX)),
        problem: error.to_string(),
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(syntax)?.clone();
    let place = |name: &str| heads.iter().position(|head| head.eq_ignore_ascii_case(name));
    let (sha256, package, certificate) = (place("SHA256"), place("Package Name"), place("Certificate"));
    let family = place("App");
    let Some(sha256) = sha256 else {
        return Err(ImportError::Syntax { line: 1, problem: "there is no column SHA256".to_owned() });
    };
    let mut samples = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(syntax)?;
        let field = |place: Option<usize>| {
            place.and_then(|place| record.get(place)).filter(|field| !field.is_empty()).map(str::to_owned)
        };
        let digest = field(Some(sha256)).unwrap_or_default().to_ascii_lowercase();
        if digest.is_empty() {
            continue;
        }
        let certificate = field(certificate).map(|digest| digest.to_ascii_lowercase());
        let sample = Sample { sha256: digest.clone(), package: field(package), certificate, family: field(family) };
        samples.insert(digest, sample);
    }
    Ok(samples.into_values().collect())
}

/// Measures the database on the samples. Signatures are taken to hold: their files are not at hand.
pub fn measure(database: &Database, samples: &[Sample]) -> Quality {
    let mut quality = Quality { samples: samples.len(), ..Quality::default() };
    for sample in samples {
        let certificate = sample.certificate.as_ref().map(|sha1| Certificate {
            sha1: sha1.clone(),
            verified: true,
            ..Certificate::default()
        });
        let packages = || sample.package.iter().map(|name| (name.clone(), Place::default())).collect();
        let certificates = || certificate.iter().collect();
        let recognised = |facts: Facts| usize::from(names(database, &facts));
        quality.by_hash += recognised(Facts { file_sha256: &sample.sha256, ..Facts::default() });
        let without = &mut quality.without_hash;
        let is_known = sample.package.is_some() || certificate.is_some();
        without.samples += usize::from(is_known);
        without.with_certificate += usize::from(certificate.is_some());
        without.with_package += usize::from(sample.package.is_some());
        let found = recognised(Facts { packages: packages(), certificates: certificates(), ..Facts::default() });
        without.by_package_or_certificate += found;
        if is_known && found == 0 {
            *without.by_nothing.entry(sample.family.clone().unwrap_or_default()).or_default() += 1;
        }
        without.by_certificate += recognised(Facts { certificates: certificates(), ..Facts::default() });
        without.by_package += recognised(Facts { packages: packages(), ..Facts::default() });
    }
    quality.families = by_family(database);
    quality
}

/// Whether the facts name a family.
fn names(database: &Database, facts: &Facts) -> bool {
    let mut matches = database.match_facts(facts);
    settle(&mut matches);
    families(&matches).iter().any(|family| family.strength >= Strength::Strong)
}

fn by_family(database: &Database) -> BTreeMap<(String, Class), FamilyQuality> {
    let collection = database.collection();
    let mut counts: BTreeMap<(String, Class), FamilyQuality> = BTreeMap::new();
    for indicator in &collection.indicators {
        let Some(family) = collection.families.get(indicator.family as usize) else { continue };
        let count = counts.entry((family.name.clone(), family.class)).or_default();
        let usual = indicator.kind.strength();
        let strength = indicator.weakened.map_or(usual, |weakening| usual.min(weakening.ceiling()));
        match indicator.kind {
            Kind::FileSha256 => count.samples += 1,
            _ if strength < Strength::Strong => count.weaker += 1,
            Kind::Package => count.packages += 1,
            _ => count.certificates += 1,
        }
    }
    counts.retain(|_, count| count.samples > 0);
    counts
}

impl fmt::Display for Quality {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let share = |part: usize, of: usize| {
            let permille = part.saturating_mul(1000).checked_div(of).unwrap_or(0);
            format!("{part} of {of} ({}.{} %)", permille / 10, permille % 10)
        };
        writeln!(f, "Samples recognised by the digest of the file: {}", share(self.by_hash, self.samples))?;
        let without = &self.without_hash;
        if without.samples == 0 {
            writeln!(
                f,
                "Their packages and certificates are not known here: give samples.csv to measure without digests."
            )?;
        } else {
            writeln!(
                f,
                "With the digests taken away, by package and certificate: {}\n\
                 By the package alone: {}\n\
                 By the certificate alone: {}",
                share(without.by_package_or_certificate, without.samples),
                share(without.by_package, without.with_package),
                share(without.by_certificate, without.with_certificate)
            )?;
            writeln!(f, "Of these, samples that nothing but the digest finds, by family:")?;
            for (family, count) in &without.by_nothing {
                writeln!(f, "  {family}: {count}")?;
            }
            if without.by_nothing.is_empty() {
                writeln!(f, "  none")?;
            }
        }
        let all = self.families.len();
        let sum = |holds: &dyn Fn(&FamilyQuality) -> bool| {
            let holding = self.families.values().filter(|family| holds(family));
            let samples: usize = holding.clone().map(|family| family.samples).sum();
            (holding.count(), samples)
        };
        let total = sum(&|_| true).1;
        for (what, (count, samples)) in [
            ("with a certificate", sum(&|family| family.certificates > 0)),
            ("with a package name of their own", sum(&|family| family.packages > 0)),
            ("with weaker facts", sum(&|family| family.weaker > 0)),
        ] {
            writeln!(
                f,
                "Families with samples {what}: {}, samples of theirs: {}",
                share(count, all),
                share(samples, total)
            )?;
        }
        writeln!(f, "Families that nothing but a digest names by itself:")?;
        let mut any = false;
        for ((name, _), family) in self.families.iter().filter(|(_, family)| !family.is_named_without_hash()) {
            any = true;
            let rest = if family.weaker > 0 { ", though weaker facts may add up" } else { "" };
            writeln!(f, "  {name}: {} samples{rest}", family.samples)?;
        }
        if any { Ok(()) } else { writeln!(f, "  none") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators::collection::{Collection, Indicator, SourceSet};

    #[test]
    fn samples_are_counted_by_what_recognises_them() {
        let (known, unknown, key) = ("aa".repeat(32), "bb".repeat(32), "cc".repeat(20));
        let mut collection = Collection::default();
        let mut add = |family: &str, kind, value: &str| {
            let family = collection.family(family, Class::Stalkerware, &[]);
            let (value, sources) = (value.to_owned(), SourceSet::default());
            collection.indicators.push(Indicator { kind, value, family, sources, weakened: None });
        };
        add("A", Kind::FileSha256, &known);
        add("A", Kind::CertificateSha1, &key);
        add("A", Kind::Package, "org.example.a");
        add("B", Kind::FileSha256, &"dd".repeat(32));
        let database = Database::new(collection);
        let table = format!(
            "SHA256,Package Name,Certificate,Version,App\n{known},org.example.a,{},1,A\n{unknown},org.example.x,{key},2,A\n\
             {},,,,B\n{},org.example.y,,1,C\n",
            "61ED377E85D386A8DFEE6B864BD85B0BFAA5AF81",
            "dd".repeat(32),
            "ee".repeat(32)
        );
        let quality = measure(&database, &samples_from_csv(&table).unwrap());
        assert_eq!((quality.samples, quality.by_hash), (4, 2));
        let without = &quality.without_hash;
        assert_eq!((without.by_package_or_certificate, without.samples), (2, 3));
        assert_eq!((without.by_certificate, without.with_certificate), (1, 2), "a published key recognises nothing");
        assert_eq!((without.by_package, without.with_package), (1, 3));
        let text = quality.to_string();
        assert!(text.contains("by family:\n  C: 1\n"), "{text}");
        assert!(text.contains("  B: 1 samples\n"), "{text}");
        assert!(!text.contains("  A:"), "{text}");
        assert_eq!(samples_of(&database).len(), 2);
        assert!(samples_from_csv("a,b\n").is_err());
    }
}
