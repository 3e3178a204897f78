//! STIX 2.1 (OASIS, “STIX Version 2.1”): what was observed of each file and what was made of it, an indicator for each
//! match that is one, and the software that it indicates.
//!
//! An object's identifier is made of everything else in it, so that two objects of one identifier are one object,
//! whenever they are exported (sections 2.9 and 3.6). What is known of families has the date of the database, and so
//! the same identifiers in each export; what is said of a file has the time of the export.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{OURS, directory, is_indicator, uuid};
use crate::assess::Level;
use crate::calendar::days_in_month;
use crate::indicators::{Class, Kind, Match, Strength};
use crate::report::Report;
use crate::signing::Certificate;

/// The namespace of cyber-observable objects, which everybody identifies alike (STIX 2.1, section 2.9).
const OBSERVABLES: [u8; 16] =
    [0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7];

/// The reports as one bundle. `when` is the time of the export, as `2026-06-21T12:00:00Z`.
pub fn stix(reports: &[Report], when: &str) -> String {
    let mut bundle = Bundle { when: milliseconds(when), objects: BTreeMap::new() };
    for report in reports {
        bundle.add_report(report);
    }
    bundle.write()
}

/// What is in a bundle so far.
struct Bundle {
    /// The time of the export.
    when: String,
    /// Objects by their identifiers: each is there once.
    objects: BTreeMap<String, Value>,
}

impl Bundle {
    fn write(self) -> String {
        let names: String = self.objects.keys().map(String::as_str).collect();
        let mut bundle = json!({"type": "bundle", "id": format!("bundle--{}", uuid(&OURS, &names))});
        // An empty list is none in STIX (section 2.7).
        if !self.objects.is_empty() {
            bundle["objects"] = self.objects.into_values().collect();
        }
        // A tree of strings and numbers is always written.
        serde_json::to_string_pretty(&bundle).unwrap_or_default()
    }

    fn add_report(&mut self, report: &Report) {
        let when = self.when.clone();
        let mut observed = self.add_file(report);
        let Some(file) = observed.first().cloned() else { return };
        let certificates = &report.signing.certificates;
        observed.extend(certificates.iter().map(|certificate| self.add_certificate(certificate)));
        observed.sort();
        observed.dedup();
        let data =
            json!({"first_observed": when, "last_observed": when, "number_observed": 1, "object_refs": observed});
        let observation = self.add_own("observed-data", &when, data);
        let analysis = self.add_analysis(report, &file);
        let known_since = known_since(report, &when);
        let mut lines: Vec<String> = report.verdict.reasons.iter().map(|reason| reason.text.clone()).collect();
        let mut others = Vec::new();
        for found in &report.matches {
            match pattern(found).filter(|_| is_indicator(found)) {
                Some(pattern) => self.add_indicator(found, &pattern, &observation, &known_since),
                None => others.push(format!(
                    "{} {} of {} ({}), {}",
                    found.kind,
                    found.value,
                    found.family,
                    class(found),
                    proof(found)
                )),
            }
        }
        if !others.is_empty() {
            others.sort();
            others.dedup();
            lines.push("Also matched, and no indicator in STIX:".to_owned());
            lines.extend(others);
        }
        let data = json!({"content": lines.join("\n"), "object_refs": [analysis, file]});
        self.add_own("note", &when, data);
    }

    /// The file, and the folder that it was found in where that is known: two files of one name stay two.
    fn add_file(&mut self, report: &Report) -> Vec<String> {
        let file = &report.file;
        let mut data = json!({"name": file.name});
        // Section 6.7.1: by its name, its folder, and the first of its digests.
        let mut identity = data.clone();
        let folder = directory(file).map(|path| {
            let name = json!({"path": path});
            self.add_observable("directory", &name, name.clone())
        });
        if let Some(folder) = &folder {
            data["parent_directory_ref"] = json!(folder);
            identity["parent_directory_ref"] = json!(folder);
        }
        if !file.sha256.is_empty() {
            identity["hashes"] = json!({"MD5": file.md5});
            data["hashes"] = json!({"MD5": file.md5, "SHA-1": file.sha1, "SHA-256": file.sha256});
            data["size"] = json!(file.size);
        }
        let id = self.add_observable("file", &identity, data);
        [id].into_iter().chain(folder).collect()
    }

    fn add_certificate(&mut self, certificate: &Certificate) -> String {
        let identity = json!({"hashes": {"SHA-1": certificate.sha1}, "serial_number": certificate.serial});
        let mut data = json!({
            "hashes": {"SHA-1": certificate.sha1, "SHA-256": certificate.sha256},
            "serial_number": certificate.serial,
        });
        for (key, value, fits) in [
            ("subject", &certificate.subject, true),
            ("issuer", &certificate.issuer, true),
            ("validity_not_before", &certificate.not_before, is_timestamp(&certificate.not_before)),
            ("validity_not_after", &certificate.not_after, is_timestamp(&certificate.not_after)),
        ] {
            if fits && !value.is_empty() {
                data[key] = json!(value);
            }
        }
        self.add_observable("x509-certificate", &identity, data)
    }

    /// What was made of the file.
    fn add_analysis(&mut self, report: &Report, file: &str) -> String {
        let mut data = json!({
            "product": report.tool.name,
            "analysis_ended": self.when,
            "result": result(report.verdict.level),
            "result_name": report.verdict.level,
            "sample_ref": file,
        });
        for (key, value) in
            [("version", &report.tool.version), ("analysis_definition_version", &report.tool.database_version)]
        {
            if !value.is_empty() {
                data[key] = json!(value);
            }
        }
        let when = self.when.clone();
        self.add_own("malware-analysis", &when, data)
    }

    /// The family: malware when it is stalkerware, and a tool otherwise, which STIX says is legitimate software.
    fn add_software(&mut self, found: &Match, known_since: &str) -> String {
        let mut data = json!({"name": found.family, "labels": [class(found)]});
        if !found.aliases.is_empty() {
            data["aliases"] = json!(found.aliases);
        }
        if found.class != Some(Class::Stalkerware) {
            return self.add_own("tool", known_since, data);
        }
        data["is_family"] = json!(true);
        data["malware_types"] = json!(["spyware"]);
        self.add_own("malware", known_since, data)
    }

    fn add_indicator(&mut self, found: &Match, pattern: &str, observation: &str, known_since: &str) {
        let software = self.add_software(found, known_since);
        // What is no malware is nothing malicious either: “may not necessarily be malicious” (section 10.5).
        let activity =
            if found.class == Some(Class::Stalkerware) { "malicious-activity" } else { "anomalous-activity" };
        let data = json!({
            "name": format!("{} of {}", found.kind, found.family),
            "description": format!("{}: {}", found.kind, proof(found)),
            "indicator_types": [activity],
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": known_since,
            "confidence": confidence(found.strength),
            "labels": [class(found)],
        });
        let indicator = self.add_own("indicator", known_since, data);
        let data = json!({"relationship_type": "indicates", "source_ref": indicator, "target_ref": software});
        self.add_own("relationship", known_since, data);
        let data = json!({"sighting_of_ref": indicator, "observed_data_refs": [observation], "count": 1});
        let when = self.when.clone();
        self.add_own("sighting", &when, data);
    }

    /// Adds a cyber-observable object under the identifier that everybody gives it: that of its `identity`, the
    /// properties that the standard has for it, as canonical JSON (RFC 8785), which a sorted tree of strings is.
    fn add_observable(&mut self, kind: &str, identity: &Value, mut data: Value) -> String {
        let id = format!("{kind}--{}", uuid(&OBSERVABLES, &identity.to_string()));
        data["type"] = json!(kind);
        data["spec_version"] = json!("2.1");
        data["id"] = json!(id);
        self.objects.insert(id.clone(), data);
        id
    }

    /// Adds an object of our own under the identifier that all of its contents give.
    fn add_own(&mut self, kind: &str, created: &str, mut data: Value) -> String {
        data["type"] = json!(kind);
        data["spec_version"] = json!("2.1");
        data["created"] = json!(created);
        data["modified"] = json!(created);
        let id = format!("{kind}--{}", uuid(&OURS, &data.to_string()));
        data["id"] = json!(id);
        self.objects.insert(id.clone(), data);
        id
    }
}

/// The class as a label; a rule need not state one.
fn class(found: &Match) -> &'static str {
    found.class.map_or("unclassified", Into::into)
}

/// Since when what a report knows of families is known: the date of the database, or of the newest list where there
/// is no database; never later than the export.
fn known_since(report: &Report, when: &str) -> String {
    let listed = report.tool.sources.iter().map(|source| &source.date).max();
    let dates = [Some(&report.tool.database_date), listed];
    let times = dates.into_iter().flatten().map(|date| format!("{date}T00:00:00Z"));
    let known = times.filter(|time| is_timestamp(time)).map(|time| milliseconds(&time)).next();
    known.map_or_else(|| when.to_owned(), |known| known.min(when.to_owned()))
}

/// A time to the millisecond, as `created` and `modified` have to be (section 3.2).
fn milliseconds(time: &str) -> String {
    match time.strip_suffix('Z') {
        Some(seconds) if !seconds.contains('.') => format!("{seconds}.000Z"),
        _ => time.to_owned(),
    }
}

/// Whether a text is a time of the calendar as RFC 3339 writes it, in the years from 1 to 9999: what a certificate
/// says may be none.
fn is_timestamp(text: &str) -> bool {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let separators: String = text.chars().filter(|character| !character.is_ascii_digit()).collect();
    let parts = [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)].map(|(from, to)| number(from, to));
    let [Some(year), Some(month), Some(day), Some(hour), Some(minute), Some(second)] = parts else { return false };
    text.len() == 20
        && separators == "--T::Z"
        && year > 0
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
}

/// What was made of a file, in the vocabulary for it (section 10.12). There is no `benign` here: nobody can tell that
/// from a file.
fn result(level: Level) -> &'static str {
    match level {
        Level::KnownStalkerware => "malicious",
        Level::KnownWatchware | Level::WorryingCapabilities => "suspicious",
        Level::KnownDualUse | Level::NothingKnown | Level::CouldNotCheck => "unknown",
    }
}

/// How much a match proves, and what weakens it.
fn proof(found: &Match) -> String {
    let strength = found.strength;
    found.weakened.map_or_else(|| strength.to_string(), |why| format!("{strength}, weakened by {why}"))
}

/// The number on STIX's scale of confidence (appendix A: low 15, medium 50, high 85).
fn confidence(strength: Strength) -> u8 {
    match strength {
        Strength::Weak => 15,
        Strength::Moderate => 50,
        Strength::Strong => 85,
        Strength::Conclusive => 95,
    }
}

/// The pattern of a match. Packages have none in the standard; `app:id` is what published bundles use, and what MVT
/// reads.
fn pattern(found: &Match) -> Option<String> {
    let path = match found.kind {
        Kind::FileSha256 => "file:hashes.'SHA-256'",
        Kind::CertificateSha1 => "x509-certificate:hashes.'SHA-1'",
        Kind::CertificateSha256 => "x509-certificate:hashes.'SHA-256'",
        Kind::Package => "app:id",
        Kind::C2Domain | Kind::Website if found.url().is_some() => "url:value",
        Kind::C2Domain | Kind::Website => "domain-name:value",
        Kind::C2Ip if found.value.contains(':') => "ipv6-addr:value",
        Kind::C2Ip => "ipv4-addr:value",
        Kind::PublicKeySha256
        | Kind::CertificateOrganization
        | Kind::CertificateCommonName
        | Kind::PackagePattern
        | Kind::ClassPrefix
        | Kind::CloudProject
        | Kind::Yara => return None,
    };
    let value = found.url().unwrap_or_else(|| found.value.clone());
    Some(format!("[{path} = '{}']", value.replace('\\', "\\\\").replace('\'', "\\'")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::report;
    use super::*;
    use crate::indicators::{Weakening, import};

    const WHEN: &str = "2026-06-21T12:00:00Z";

    fn objects(reports: &[Report], when: &str) -> Vec<Value> {
        let bundle: Value = serde_json::from_str(&stix(reports, when)).unwrap();
        bundle["objects"].as_array().unwrap().clone()
    }

    fn of<'o>(objects: &'o [Value], kind: &str) -> Vec<&'o Value> {
        objects.iter().filter(|object| object["type"] == kind).collect()
    }

    #[test]
    fn a_bundle_refers_to_nothing_that_is_not_in_it() {
        let objects = objects(&[report(), report()], WHEN);
        let ids: Vec<&str> = objects.iter().map(|object| object["id"].as_str().unwrap()).collect();
        let mut references = 0;
        for object in &objects {
            for (key, value) in object.as_object().unwrap() {
                let listed = value.as_array().into_iter().flatten();
                let referred: Vec<&Value> = match key.as_str() {
                    key if key.ends_with("_refs") => listed.collect(),
                    key if key.ends_with("_ref") => vec![value],
                    _ => continue,
                };
                for reference in referred {
                    references += 1;
                    assert!(ids.contains(&reference.as_str().unwrap()), "{reference} is missing");
                }
            }
        }
        assert!(references > 10);
        let mut distinct = ids.clone();
        distinct.dedup();
        assert_eq!(distinct, ids, "an object is there twice");
    }

    #[test]
    fn dual_use_is_a_tool_and_stalkerware_is_malware() {
        let objects = objects(&[report()], WHEN);
        let names = |kind| of(&objects, kind).iter().map(|object| object["name"].clone()).collect::<Vec<_>>();
        assert_eq!(names("malware"), ["A"]);
        assert_eq!(names("tool"), ["R"]);
        for indicator in of(&objects, "indicator") {
            let malicious = indicator["labels"][0] == "stalkerware";
            let activity = if malicious { "malicious-activity" } else { "anomalous-activity" };
            assert_eq!(indicator["indicator_types"], json!([activity]));
        }
        let note = of(&objects, "note")[0]["content"].as_str().unwrap();
        assert!(note.contains("package-pattern ^org"), "what has no pattern is in a note: {note}");
        assert!(note.contains("c2-ip 2001:db8::1 of A (stalkerware), weak"), "nor is a mention an indicator: {note}");
        assert_eq!(stix(&[report()], WHEN), stix(&[report()], WHEN));
    }

    #[test]
    fn an_identifier_is_one_object_whenever_it_is_exported() {
        let mut renamed = report();
        renamed.matches[0].aliases = vec!["Another".to_owned()];
        let later = "2027-01-01T00:00:00Z";
        let mut seen: BTreeMap<String, Value> = BTreeMap::new();
        let mut again = 0;
        for (report, when) in [(report(), WHEN), (report(), later), (renamed, later)] {
            for object in objects(&[report], when) {
                let id = object["id"].as_str().unwrap().to_owned();
                for key in ["created", "modified"].iter().filter(|key| object.get(**key).is_some()) {
                    let time = object[*key].as_str().unwrap();
                    assert!(time.len() == 24 && time.ends_with(".000Z"), "{time}");
                }
                again += usize::from(seen.get(&id).is_some_and(|before| *before == object));
                let before = seen.entry(id).or_insert_with(|| object.clone());
                assert_eq!(*before, object);
            }
        }
        assert!(again > 10, "families, indicators and observables keep their identifiers: {again}");
    }

    #[test]
    fn a_mention_in_an_honest_app_is_no_indicator() {
        let mut honest = report();
        honest.verdict.level = Level::NothingKnown;
        honest.matches.retain(|found| found.kind == Kind::C2Domain);
        honest.matches[0].strength = Strength::Weak;
        let mut weakened = honest.clone();
        weakened.matches[0].strength = Strength::Moderate;
        weakened.matches[0].weakened = Some(Weakening::HonestNamesake);
        for report in [honest, weakened] {
            let objects = objects(&[report], WHEN);
            for kind in ["indicator", "malware", "tool", "sighting", "relationship"] {
                assert!(of(&objects, kind).is_empty(), "{kind}");
            }
            assert!(of(&objects, "note")[0]["content"].as_str().unwrap().contains("c2.example of A"));
            assert_eq!(of(&objects, "malware-analysis")[0]["result"], "unknown");
        }
    }

    #[test]
    fn files_of_one_name_stay_apart_read_or_not() {
        let at = |path: &str, read: bool| {
            let mut report = report().given_as(path);
            report.file.name = "base.apk".to_owned();
            if !read {
                (report.file.md5, report.file.sha1, report.file.sha256) = Default::default();
                report.signing.certificates.clear();
                report.matches.clear();
            }
            report
        };
        let reports = [at("a/base.apk", true), at("b/base.apk", true), at("c/base.apk", false), at("/base.apk", false)];
        let objects = objects(&reports, WHEN);
        for kind in ["file", "malware-analysis", "observed-data", "note"] {
            assert_eq!(of(&objects, kind).len(), 4, "{kind}");
        }
        let mut folders: Vec<&str> =
            of(&objects, "directory").iter().map(|object| object["path"].as_str().unwrap()).collect();
        folders.sort_unstable();
        assert_eq!(folders, ["/", "a", "b", "c"]);
    }

    #[test]
    fn a_time_that_is_none_is_left_out() {
        for time in ["2026-02-28T23:59:59Z", "2024-02-29T00:00:00Z", "0001-01-01T00:00:00Z"] {
            assert!(is_timestamp(time), "{time}");
        }
        for none in [
            "",
            "2026-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01",
            "12026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+",
            "２026-01-01T00:00:00Z",
        ] {
            assert!(!is_timestamp(none), "{none}");
        }
    }

    #[test]
    fn a_url_is_exported_as_one() {
        let mut report = report();
        report.matches.retain(|found| found.kind == Kind::C2Domain);
        report.matches[0].value = "pastebin.com/raw/abc".to_owned();
        let text = stix(&[report], WHEN);
        assert!(text.contains("[url:value = 'https://pastebin.com/raw/abc']"), "{text}");
    }

    #[test]
    fn what_is_exported_can_be_imported() {
        let options = import::Options {
            file_name: "x.json".to_owned(),
            class: Class::Stalkerware,
            date: "2026-06-21".to_owned(),
            now: "2026-06-21T12:00:00Z".to_owned(),
        };
        let imported = import::import(stix(&[report()], WHEN).as_bytes(), &options).unwrap();
        assert_eq!((imported.used, imported.skipped), (5, 0));
    }
}
