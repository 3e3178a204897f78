//! Apps that go by a name of the phone's own maker and are not signed in its name.
//!
//! Makers of stalkerware name their apps `com.sec.android.` and a word, so that they pass for a part of the phone's
//! software. Every such name is somebody's by its prefix (a domain read backwards), and every maker states its name in
//! its certificates. A certificate may lie about whose it is; one that names somebody else says the truth about what it
//! is not. Names under `com.android.` tell nothing: every maker signs Android's own parts with its own key.

use crate::signing::{Certificate, Signing, SigningStatus};

/// A maker of phones, or of Android itself.
struct Maker {
    /// How the names of its own apps begin.
    prefixes: &'static [&'static str],
    /// Words in lower case of which its certificates have one or another, brands of the same house included.
    words: &'static [&'static str],
}

/// The prefixes are domains of the makers, read backwards, as their apps carry them.
const MAKERS: &[Maker] = &[
    Maker { prefixes: &["com.sec.", "com.samsung."], words: &["samsung"] },
    Maker { prefixes: &["com.google.android."], words: &["google"] },
    Maker { prefixes: &["com.huawei.", "com.hihonor."], words: &["huawei", "honor"] },
    Maker { prefixes: &["com.xiaomi.", "com.miui."], words: &["xiaomi", "miui"] },
    Maker {
        prefixes: &["com.oppo.", "com.coloros.", "com.heytap.", "com.oneplus.", "com.realme."],
        words: &["oppo", "coloros", "heytap", "oneplus", "realme"],
    },
    Maker { prefixes: &["com.vivo.", "com.bbk."], words: &["vivo", "bbk"] },
    Maker { prefixes: &["com.motorola.", "com.lenovo."], words: &["motorola", "lenovo"] },
    Maker { prefixes: &["com.lge."], words: &["lg", "lge"] },
    Maker { prefixes: &["com.sonymobile.", "com.sonyericsson."], words: &["sony"] },
    Maker { prefixes: &["com.htc."], words: &["htc"] },
    Maker { prefixes: &["com.asus."], words: &["asus", "asustek"] },
    Maker { prefixes: &["com.transsion."], words: &["transsion", "tecno", "infinix", "itel"] },
];

/// What shows that an app poses as a maker's own: its name and its signer's; nothing when it does not, or when that
/// cannot be told.
///
/// It cannot be told where no signature holds, nor where the certificate names nobody but Android: makers, too, have
/// signed with certificates as Android's build tools make them. A key whose private half is public is no maker's.
pub fn posing_as_a_maker(package: &str, signing: &Signing) -> Vec<String> {
    let Some(maker) = MAKERS.iter().find(|maker| maker.prefixes.iter().any(|prefix| package.starts_with(prefix)))
    else {
        return Vec::new();
    };
    let signer = match (signing.status, signing.certificates.first()) {
        (SigningStatus::Verified, Some(signer)) => signer,
        _ => return Vec::new(),
    };
    if may_be_of(signer, maker) { Vec::new() } else { vec![package.to_owned(), signer.subject.clone()] }
}

fn may_be_of(signer: &Certificate, maker: &Maker) -> bool {
    let subject = signer.subject.to_lowercase();
    let words: Vec<&str> = subject.split(|character: char| !character.is_alphanumeric()).collect();
    let is_named = maker.words.iter().any(|word| words.iter().any(|found| found.starts_with(word)));
    let is_nameless = words.contains(&"android") && signer.public_private_key.is_none();
    is_named || is_nameless
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(subject: &str) -> Signing {
        let certificate = Certificate { subject: subject.into(), ..Certificate::default() };
        Signing { status: SigningStatus::Verified, certificates: vec![certificate], ..Signing::default() }
    }

    #[test]
    fn a_makers_name_on_somebody_elses_key_is_posing() {
        let evidence = posing_as_a_maker("com.sec.android.garden", &signed("CN=Garden,O=Garden Works"));
        assert_eq!(evidence, ["com.sec.android.garden", "CN=Garden,O=Garden Works"]);
        assert!(!posing_as_a_maker("com.lge.garden", &signed("CN=Algebra")).is_empty(), "whole words count");
    }

    #[test]
    fn the_makers_own_apps_do_not_pose() {
        let samsung = signed("1.2.840.113549.1.9.1=#0c,CN=Samsung Cert,OU=DMC,O=Samsung Corporation,C=KR");
        assert!(posing_as_a_maker("com.sec.android.app.launcher", &samsung).is_empty());
        assert!(posing_as_a_maker("com.google.android.gms", &signed("CN=Android,OU=Android,O=Google Inc.")).is_empty());
        assert!(posing_as_a_maker("com.asus.calculator", &signed("CN=a,O=ASUSTeK Computer")).is_empty());
    }

    #[test]
    fn what_cannot_be_told_is_not_said() {
        let android = signed("CN=Android,OU=Android,O=Android,C=US");
        assert!(posing_as_a_maker("com.motorola.camera", &android).is_empty());
        let garden = signed("CN=Garden");
        assert!(posing_as_a_maker("com.android.garden", &garden).is_empty());
        assert!(posing_as_a_maker("com.section.garden", &garden).is_empty());
        let unverified = Signing { status: SigningStatus::Invalid, ..garden };
        assert!(posing_as_a_maker("com.sec.android.garden", &unverified).is_empty());
    }

    #[test]
    fn a_public_key_pair_is_no_makers() {
        let mut android = signed("CN=Android,OU=Android,O=Android,C=US");
        android.certificates[0].public_private_key = Some("published".into());
        assert!(!posing_as_a_maker("com.sec.android.garden", &android).is_empty());
    }
}
