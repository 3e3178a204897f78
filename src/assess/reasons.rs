//! What a verdict may rest on, in words.

crate::note::note_templates! {
    /// The file's digest is that of a published sample.
    KNOWN_SAMPLE = "known-sample", "This very file is a known sample of {family}.";
    /// The digest of the archive in which the app lies is that of a published sample.
    KNOWN_ARCHIVE = "known-archive", "The archive in which it lies is a known sample of {family}.";
    /// The signer's certificate is one of the family's, and its signature holds.
    SAME_SIGNER = "same-signer", "It is signed by the same maker as {family}.";
    /// The same certificate, but something keeps it from being proof.
    SAME_SIGNER_UNPROVEN = "same-signer-unproven", "It carries a certificate of the maker of {family}, but that does not prove who made it.";
    /// The subject of the signer's certificate.
    SIGNER_NAME = "signer-name", "Its signer goes by a name that the maker of {family} uses.";
    /// The package name.
    PACKAGE_NAME = "package-name", "It has the package name of {family}: {value}.";
    /// A pattern on the package name.
    PACKAGE_PATTERN = "package-pattern", "Its package name is made like those of {family}: {value}.";
    /// Names of classes.
    PROGRAM_CODE = "program-code", "It contains program code named like that of {family}: {value}.";
    /// A server that the family reports to.
    SERVER = "server", "It names a server that {family} reports to: {value}.";
    /// A site of the maker or a seller.
    SITE = "site", "It names a site of {family}: {value}.";
    /// An account with a cloud provider.
    CLOUD_PROJECT = "cloud-project", "It names a cloud account of {family}: {value}.";
    /// A YARA rule.
    RULE = "rule", "A rule for {family} recognises it: {value}.";
    /// A YARA rule that does not say what kind of app it is for.
    RULE_WITHOUT_CLASS = "rule-without-class", "The rule {value} recognises something in it. It does not state what kind of app it is for, so it says nothing about this app by itself.";
    /// Capabilities alone; `ways` has their codes, and their sentences in the text.
    HIDES_AND_WATCHES = "hides-and-watches", "It shows no icon, it can send data over the internet, and what else it can do serves to watch what happens on the phone: {ways} Some parts of a phone's own system look like this too.";
    /// As above, with what the apps can do that it carries.
    HIDES_AND_WATCHES_TOGETHER = "hides-and-watches-together", "It shows no icon, and together with the apps inside it, it can send data over the internet, and what else they can do serves to watch what happens on the phone: {ways}";
    /// Any of these, of an app that it carries. Such a reason keeps its code; `inside` among its values is the place.
    INSIDE_APP = "inside-app", "An app inside it ({inside}): {sentence}";
    /// Nothing was found, and everything was read.
    NOTHING_KNOWN = "nothing-known", "Nothing known was found. That does not rule it out: new and renamed apps are not in any list.";
    /// The verdict is open.
    NOT_ALL_READ = "not-all-read", "A part of this file could not be read, so nothing can be said about it.";
    /// The verdict stands on what was read.
    MORE_COULD_NOT_BE_READ = "more-could-not-be-read", "A part of this file could not be read: there may be more than is told here.";
}
