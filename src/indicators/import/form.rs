//! Which form a file is in: told by its contents first, and by its name where these leave it open.

use serde_json::Value;

use super::{Format, ImportError, NotAList, csv_tables};

/// A file whose form is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Contents {
    IocYaml,
    SamplesCsv,
    IsdiCsv,
    Stix(Value),
    Misp(Value),
    Plain,
}

impl Contents {
    pub(super) fn format(&self) -> Format {
        match self {
            Self::IocYaml => Format::IocYaml,
            Self::SamplesCsv => Format::SamplesCsv,
            Self::IsdiCsv => Format::IsdiCsv,
            Self::Stix(_) => Format::Stix,
            Self::Misp(_) => Format::Misp,
            Self::Plain => Format::Plain,
        }
    }
}

/// The beginning of the value of `schema` in a report of this program.
const OWN_SCHEMA: &str = "apklens-report/";

/// How the tables that this program writes begin.
const OWN_TABLES: [&str; 2] = ["path,sha256,size,verdict,", "path,sha256,verdict,package,"];

/// How much of a file is looked at for what it is, in bytes.
const LOOKED_AT: usize = 1024;

pub(super) fn tell(text: &str, file_name: &str) -> Result<Contents, ImportError> {
    let start = text.trim_start();
    let head = start.lines().next().unwrap_or_default().to_ascii_lowercase();
    let extension = file_name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_yaml = matches!(extension.as_str(), "yaml" | "yml");
    // Lists of filters begin with their program's name in brackets.
    let is_filters = head.starts_with("[adblock") || head.starts_with("[ublock");
    if start.starts_with('{') || start.starts_with('[') && !is_yaml && !is_filters {
        return json(start);
    }
    if let Some(what) = not_a_list(start) {
        return Err(ImportError::NotAList(what));
    }
    if csv_tables::is_samples(&head) {
        return Ok(Contents::SamplesCsv);
    }
    if csv_tables::is_isdi(&head) {
        return Ok(Contents::IsdiCsv);
    }
    let has_entries = || text.lines().any(|line| line.starts_with("- name:") || line.starts_with("- name :"));
    Ok(if is_yaml || has_entries() { Contents::IocYaml } else { Contents::Plain })
}

fn json(text: &str) -> Result<Contents, ImportError> {
    let root: Value = match serde_json::from_str(text) {
        Ok(root) => root,
        Err(error) => {
            // Reports come a line each, too.
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
            if values.next().and_then(Result::ok).is_some_and(|first| is_own(&first)) {
                return Err(ImportError::NotAList(NotAList::OwnReport));
            }
            return Err(ImportError::Syntax { line: error.line(), problem: error.to_string() });
        }
    };
    let first = root.as_array().and_then(|items| items.first()).unwrap_or(&root);
    let has = |names: &[&str]| names.iter().any(|name| first.get(name).is_some());
    if is_own(first) {
        Err(ImportError::NotAList(NotAList::OwnReport))
    } else if has(&["objects"]) || has(&["type"]) && has(&["id"]) {
        // A bundle, a TAXII envelope, or several; objects by themselves.
        Ok(Contents::Stix(root))
    } else if has(&["Event", "Attribute", "Object", "response"]) {
        Ok(Contents::Misp(root))
    } else {
        Err(ImportError::NotAList(NotAList::OtherJson))
    }
}

fn is_own(root: &Value) -> bool {
    root.get("schema").and_then(Value::as_str).is_some_and(|schema| schema.starts_with(OWN_SCHEMA))
}

fn not_a_list(start: &str) -> Option<NotAList> {
    let mut end = start.len().min(LOOKED_AT);
    while !start.is_char_boundary(end) {
        end -= 1;
    }
    let looked_at = start[..end].to_ascii_lowercase();
    if OWN_TABLES.iter().any(|table| looked_at.starts_with(table)) {
        return Some(NotAList::OwnReport);
    }
    if looked_at.starts_with('<') {
        let is_page = looked_at.contains("<!doctype html") || looked_at.contains("<html");
        return Some(if is_page || !looked_at.starts_with("<?xml") { NotAList::WebPage } else { NotAList::Stix1 });
    }
    let is_rule = |line: &str| line.starts_with("rule ") || line.starts_with("private rule ");
    (start.lines().any(is_rule) && start.contains("condition:")).then_some(NotAList::YaraRules)
}
