//! What a match is, as the report shows it.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use super::weight::Weakening;
use crate::note::Place;

/// What kind of software a family is. The order is that of seriousness, the most serious last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[derive(EnumString, Display, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Class {
    /// Ordinary purpose, often misused: never called stalkerware.
    DualUse,
    /// Surveillance that does not hide.
    Watchware,
    /// Secret surveillance.
    Stalkerware,
}

/// What kind of fact an indicator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[derive(EnumString, Display, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// SHA-256 of the whole APK.
    FileSha256,
    /// SHA-1 of the DER signing certificate.
    CertificateSha1,
    /// SHA-256 of the DER signing certificate.
    CertificateSha256,
    /// SHA-256 of the signer's SubjectPublicKeyInfo.
    PublicKeySha256,
    /// Organisation in the signer's subject.
    CertificateOrganization,
    /// Pattern on the common name in the signer's subject.
    CertificateCommonName,
    /// The package name.
    Package,
    /// Pattern on the package name.
    PackagePattern,
    /// Prefix of a class name in DEX.
    ClassPrefix,
    /// Server that the app reports to.
    C2Domain,
    /// Address of such a server.
    C2Ip,
    /// The maker's or seller's site.
    Website,
    /// Identifier of a cloud project (Firebase and the like).
    CloudProject,
    /// A YARA rule.
    Yara,
}

/// How much a match proves. The order is that of strength, the strongest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[derive(Display, IntoStaticStr, VariantArray)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Strength {
    /// A mention: alone it says nothing about the app.
    Weak,
    /// Worth saying: alone it does not name the app.
    Moderate,
    /// Names the app, unless somebody went to lengths to imitate it.
    Strong,
    /// The very sample, or the very maker.
    Conclusive,
}

/// One indicator found in an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Match {
    /// The family's name.
    pub family: String,
    /// Other names of the family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What the family is; none for a YARA rule that does not say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// What kind of fact matched.
    pub kind: Kind,
    /// The indicator's value.
    pub value: String,
    /// Where it was found.
    pub place: Place,
    /// The string around it, where it was found in a longer one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// How much it proves here.
    pub strength: Strength,
    /// Why it proves less than its kind usually does, where that is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weakened: Option<Weakening>,
    /// What the YARA rule says of itself, in its order: author, description, reference, hash and others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<RuleMetadata>,
    /// Who published it.
    pub sources: Vec<SourceReference>,
}

/// One of the things that a YARA rule says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleMetadata {
    /// Its name; a rule may use one several times.
    pub name: String,
    /// Its value, as text.
    pub value: String,
}

impl Match {
    /// The value as a URL, where it is a host with a path.
    pub fn url(&self) -> Option<String> {
        let is_site = matches!(self.kind, Kind::C2Domain | Kind::Website);
        (is_site && self.value.contains('/')).then(|| format!("https://{}", self.value))
    }

    /// Takes on what another source says of the same value under another class. Of stalkerware and a milder class the
    /// milder counts, and otherwise the more serious of the two; the other's name stays as another name.
    pub(super) fn absorb(&mut self, other: Self) {
        let is_worse = other.class > self.class;
        let counts_more = if self.class.max(other.class) == Some(Class::Stalkerware) { !is_worse } else { is_worse };
        let other = if counts_more { std::mem::replace(self, other) } else { other };
        let names = std::iter::once(other.family).chain(other.aliases);
        self.aliases.extend(names.filter(|name| *name != self.family));
        self.aliases.sort();
        self.aliases.dedup();
        let sources = other.sources.into_iter().filter(|source| !self.sources.contains(source)).collect::<Vec<_>>();
        self.sources.extend(sources);
        self.sources.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Who published an indicator, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceReference {
    /// The source's short name.
    pub name: String,
    /// The date of its state, as `2026-06-21`.
    pub date: String,
}

#[cfg(test)]
mod tests {
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use serde::de::DeserializeOwned;

    use super::*;

    /// The report, the lists and the words of the command line name a thing alike.
    fn has_one_name<T: VariantArray + Serialize + DeserializeOwned + Display + FromStr + PartialEq + Debug>() {
        for variant in T::VARIANTS {
            let name = variant.to_string();
            assert_eq!(serde_json::to_value(variant).unwrap(), name.as_str());
            assert_eq!(serde_json::from_value::<T>(name.as_str().into()).unwrap(), *variant);
            assert_eq!(name.parse::<T>().ok().as_ref(), Some(variant));
        }
    }

    #[test]
    fn a_variant_has_the_same_name_everywhere() {
        has_one_name::<Class>();
        has_one_name::<Kind>();
        has_one_name::<Weakening>();
    }
}
