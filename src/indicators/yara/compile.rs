//! From the text of rules to a compiler that holds them: rule by rule, so that a rule which needs a module that is not
//! offered is left out by itself, and with files that include one another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use boreal::Compiler;
use boreal::compiler::{AddRuleError, CompilerBuilder, CompilerParams};
use boreal::module::{Console, Dex, Elf, Hash, Math, String_};
use boreal_parser::file::YaraFileComponent;
use boreal_parser::rule::Rule;

use super::{MAX_SOURCE, SHIPPED};

/// Why a rule could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct CompileError {
    /// The name that the rules were given with.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, in the engine's words.
    pub message: String,
}

/// Why rules could not be compiled: the first error of each file that has one. Each is a line of the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct CompileErrors(pub Vec<CompileError>);

/// A rule that is left out, because it needs a module that is not offered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SkippedRule {
    /// The file that it is in.
    pub file: String,
    /// The line of its name, from 1.
    pub line: usize,
    /// The rule's name.
    pub rule: String,
    /// The module, which the rule or one that it depends on needs.
    pub module: String,
}

/// Every rule that can be used.
pub struct Compiled {
    /// The rules.
    pub compiler: Compiler,
    /// The file that each rule is from, by its namespace and its name.
    pub origins: HashMap<(String, String), String>,
    /// The rules that are left out.
    pub skipped: Vec<SkippedRule>,
}

/// Compiles files of rules, each with its name. A file that no other includes has names of its own, as if it were the
/// only one; one that is included belongs to those that include it, and is not used by itself as well.
pub fn compile(files: &[(&str, &str)]) -> Result<Compiled, Vec<CompileError>> {
    if files.iter().map(|(_, text)| text.len()).sum::<usize>() > MAX_SOURCE {
        let file = files.last().map_or("", |(file, _)| file);
        let message = format!("the rules are longer than {MAX_SOURCE} bytes together");
        return Err(vec![error_at(file, "", 0, message)]);
    }
    let roots = roots(files);
    // A global rule is a condition of all rules beside it: without it they would hold where they should not.
    let mut gated: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let mut work = Work::new(files);
        for root in &roots {
            let gate = gated.get(root).cloned();
            work.file(&mut Namespace::new(format!("{root}:{}", files[*root].0), gate), *root);
        }
        if !work.errors.is_empty() {
            return Err(work.errors);
        }
        let found = work.gated.iter().find(|(namespace, _)| {
            roots.iter().any(|root| !gated.contains_key(root) && **namespace == format!("{root}:{}", files[*root].0))
        });
        if let Some((namespace, module)) = found
            && let Some(root) = namespace.split_once(':').and_then(|(root, _)| root.parse().ok())
        {
            gated.insert(root, module.clone());
            continue;
        }
        return work.finish();
    }
}

/// The files that no other one includes; and one of each circle of files that include one another.
fn roots(files: &[(&str, &str)]) -> Vec<usize> {
    let includes: Vec<Vec<usize>> = files
        .iter()
        .map(|(name, text)| {
            let components = boreal_parser::parse(text).map(|file| file.components).unwrap_or_default();
            let paths = components.into_iter().filter_map(|component| match component {
                YaraFileComponent::Include(include) => find(files, name, &include.path),
                _ => None,
            });
            paths.collect()
        })
        .collect();
    let mut reached: HashSet<usize> = HashSet::new();
    let mut roots: Vec<usize> = (0..files.len())
        .filter(|file| !includes.iter().enumerate().any(|(other, named)| other != *file && named.contains(file)))
        .collect();
    let mut open = roots.clone();
    for candidate in 0..=files.len() {
        while let Some(file) = open.pop() {
            if reached.insert(file) {
                open.extend(&includes[file]);
            }
        }
        if candidate < files.len() && !reached.contains(&candidate) {
            roots.push(candidate);
            open.push(candidate);
        }
    }
    roots.sort_unstable();
    roots
}

/// The file that an `include` in `from` names: by its path from there, or, where the files were given without folders, by
/// its name. Only what was given is ever found.
fn find(files: &[(&str, &str)], from: &str, path: &str) -> Option<usize> {
    let folder = from.rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder);
    let position = |wanted: &str| files.iter().rposition(|(name, _)| normal(name).as_deref() == Some(wanted));
    let wanted = normal(&format!("{folder}/{path}")).filter(|_| !path.starts_with('/'));
    let by_name = || {
        let name = path.rsplit(['/', '\\']).next()?;
        let bare = files.iter().all(|(name, _)| *name == SHIPPED.0 || !name.contains(['/', '\\']));
        bare.then(|| position(name)).flatten()
    };
    wanted.and_then(|wanted| position(&wanted)).or_else(by_name)
}

/// A path without `.` and `..`; none where it leads out of everything.
fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            // A relative path may begin with these: they are as good as names, as long as they stay at the front.
            ".." if parts.last().is_none_or(|last| *last == "..") => parts.push(part),
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What is known of the rules that share their names.
struct Namespace {
    name: String,
    /// The files in it, and those that are being read.
    seen: HashSet<usize>,
    open: Vec<usize>,
    /// Modules that are imported and not offered.
    missing: HashSet<String>,
    /// Rules that are left out, with the module that they lack.
    left_out: HashMap<String, String>,
    /// The module that a global rule lacks: nothing of the namespace is used.
    gate: Option<String>,
}

impl Namespace {
    fn new(name: String, gate: Option<String>) -> Self {
        Self { name, seen: HashSet::new(), open: Vec::new(), missing: HashSet::new(), left_out: HashMap::new(), gate }
    }
}

struct Work<'f> {
    files: &'f [(&'f str, &'f str)],
    compiler: Compiler,
    origins: HashMap<(String, String), String>,
    skipped: Vec<SkippedRule>,
    errors: Vec<CompileError>,
    /// The namespaces with a global rule that is left out, with the module that it lacks.
    gated: BTreeMap<String, String>,
}

impl<'f> Work<'f> {
    fn new(files: &'f [(&'f str, &'f str)]) -> Self {
        let mut compiler = CompilerBuilder::default()
            .add_module(Console::with_callback(|_| {}))
            .add_module(Dex)
            .add_module(Elf)
            .add_module(Hash)
            .add_module(Math)
            .add_module(String_)
            .build();
        compiler.set_params(CompilerParams::default().disable_includes(true));
        Self {
            files,
            compiler,
            origins: HashMap::new(),
            skipped: Vec::new(),
            errors: Vec::new(),
            gated: BTreeMap::new(),
        }
    }

    /// Takes the rules of a file into a namespace, up to its first mistake.
    fn file(&mut self, namespace: &mut Namespace, index: usize) {
        let (name, text) = self.files[index];
        namespace.seen.insert(index);
        namespace.open.push(index);
        let mistake = match boreal_parser::parse(text) {
            Ok(file) => self.components(namespace, index, file.components).err(),
            // The compiler says the same of it, in its words.
            Err(_) => self.compiler.add_rules_str_in_namespace(text, &namespace.name).err().map(|error| {
                let (offset, message) = told(&error);
                error_at(name, text, offset, message)
            }),
        };
        self.errors.extend(mistake);
        namespace.open.pop();
    }

    fn components(
        &mut self,
        namespace: &mut Namespace,
        index: usize,
        components: Vec<YaraFileComponent>,
    ) -> Result<(), CompileError> {
        let (name, text) = self.files[index];
        let mut done = 0;
        for component in components {
            match component {
                YaraFileComponent::Include(include) => {
                    done = include.span.end;
                    let refuse = |message: &str| {
                        let message = format!("the file “{}” {message}", include.path);
                        Err(error_at(name, text, include.span.start, message))
                    };
                    match find(self.files, name, &include.path) {
                        None => return refuse("is not among the files that were given"),
                        Some(file) if namespace.open.contains(&file) => return refuse("includes itself"),
                        Some(file) if namespace.seen.contains(&file) => {}
                        Some(file) => self.file(namespace, file),
                    }
                }
                YaraFileComponent::Import(import) => {
                    done = import.span.end;
                    if self.compiler.available_modules().any(|module| module == import.name) {
                        self.add(namespace, index, import.span)?;
                    } else {
                        namespace.missing.insert(import.name);
                    }
                }
                YaraFileComponent::Rule(rule) => {
                    let start = done;
                    done = rule_end(text, rule.condition.span.end);
                    self.rule(namespace, index, &rule, start..done)?;
                }
            }
        }
        Ok(())
    }

    /// Takes one rule in, or leaves it out.
    fn rule(
        &mut self,
        namespace: &mut Namespace,
        index: usize,
        rule: &Rule,
        span: Range<usize>,
    ) -> Result<(), CompileError> {
        let (file, text) = self.files[index];
        let condition = text.get(rule.condition.span.start..span.end).unwrap_or_default();
        let lacking = match &namespace.gate {
            Some(module) => Some(module.clone()),
            None => set_of_left_out(condition, &namespace.left_out),
        };
        let lacking = match lacking {
            Some(module) => module,
            None => match self.add(namespace, index, span.clone()) {
                Ok(()) => {
                    self.origins.insert((namespace.name.clone(), rule.name.clone()), file.to_owned());
                    return Ok(());
                }
                Err(error) => self.lacks(namespace, text, span, &error).ok_or(error)?,
            },
        };
        if rule.is_global {
            self.gated.insert(namespace.name.clone(), lacking.clone());
        }
        let line = text.get(..rule.name_span.start).unwrap_or_default().matches('\n').count() + 1;
        namespace.left_out.insert(rule.name.clone(), lacking.clone());
        self.skipped.push(SkippedRule { file: file.to_owned(), line, rule: rule.name.clone(), module: lacking });
        Ok(())
    }

    /// The module that a rule lacks, where that is why it could not be compiled: its mistake is then that it names the
    /// module, or a rule that is left out.
    fn lacks(&self, namespace: &Namespace, text: &str, span: Range<usize>, error: &CompileError) -> Option<String> {
        let lines = text.split_inclusive('\n').take(error.line - 1).map(str::len).sum::<usize>();
        let line = text.get(lines..span.end)?;
        let at = line.char_indices().nth(error.column - 1)?.0;
        let name: String =
            line[at..].chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
        let module = namespace.missing.get(&name).cloned();
        module.or_else(|| namespace.left_out.get(&name).cloned())
    }

    /// Hands a part of a file to the compiler.
    fn add(&mut self, namespace: &Namespace, index: usize, span: Range<usize>) -> Result<(), CompileError> {
        let (file, text) = self.files[index];
        let part = text.get(span.clone()).unwrap_or_default();
        match self.compiler.add_rules_str_in_namespace(part, &namespace.name) {
            Ok(_) => Ok(()),
            Err(error) => {
                let (offset, message) = told(&error);
                Err(error_at(file, text, span.start + offset, message))
            }
        }
    }

    fn finish(self) -> Result<Compiled, Vec<CompileError>> {
        let brought: Vec<&(&str, &str)> = self.files.iter().filter(|file| **file != SHIPPED).collect();
        let used = self.origins.values().any(|origin| brought.iter().any(|(name, _)| name == origin));
        if let Some((file, text)) = brought.first()
            && !used
        {
            let modules: std::collections::BTreeSet<&str> =
                self.skipped.iter().map(|skipped| skipped.module.as_str()).collect();
            let message = if modules.is_empty() {
                "there is no rule here".to_owned()
            } else {
                let modules = modules.into_iter().collect::<Vec<_>>().join(", ");
                format!("none of the rules can be used: they need modules that are not offered ({modules})")
            };
            return Err(vec![error_at(file, text, 0, message)]);
        }
        Ok(Compiled { compiler: self.compiler, origins: self.origins, skipped: self.skipped })
    }
}

/// Where a rule ends whose condition ends at `from`: behind its closing brace, which only spaces and comments may precede.
fn rule_end(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let skip = |end: &[u8]| memchr::memmem::find(rest, end).map_or(rest.len(), |found| found + end.len());
        at += match rest {
            [b'}', ..] => return at + 1,
            [b'/', b'/', ..] => skip(b"\n"),
            [b'/', b'*', ..] => skip(b"*/"),
            _ => 1,
        };
    }
    bytes.len()
}

/// The module that is lacking, where a condition names a set of rules (`any of (a*)`) and one of them is left out:
/// without it the set would be another one.
fn set_of_left_out(condition: &str, left_out: &HashMap<String, String>) -> Option<String> {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    condition.match_indices('*').find_map(|(star, _)| {
        let before = &condition[..star];
        let prefix = &before[before.trim_end_matches(is_name).len()..];
        let is_rule = !before.trim_end_matches(is_name).ends_with(['$', '#', '!', '@']) && !prefix.is_empty();
        let (_, module) = left_out.iter().find(|(rule, _)| is_rule && rule.starts_with(prefix))?;
        Some(module.clone())
    })
}

/// The engine's error: its place and what is wrong.
fn told(error: &AddRuleError) -> (usize, String) {
    let diagnostic = error.to_diagnostic();
    let offset = diagnostic.labels.first().map_or(0, |label| label.range.start);
    // The label says what is wrong at its place, where the message is general.
    let detail = diagnostic.labels.first().map(|label| label.message.as_str()).filter(|detail| !detail.is_empty());
    let message =
        detail.map_or_else(|| diagnostic.message.clone(), |detail| format!("{}: {detail}", diagnostic.message));
    (offset, message)
}

/// A mistake at a byte of a text.
fn error_at(file: &str, text: &str, offset: usize, message: String) -> CompileError {
    let before = text.get(..offset.min(text.len())).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    CompileError {
        file: file.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message,
    }
}
