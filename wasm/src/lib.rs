//! The core in a browser: what `www/` calls, in a worker. Everything else is in the modules that both builds share.

use std::cell::RefCell;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, FileReaderSync};

use apklens::hex::hex;
use apklens::indicators::import::{self, Options};
use apklens::indicators::yara::{self, Rules};
use apklens::indicators::{Class, Database, Info, age, signed};
use apklens::report::Report;
use apklens::source::{BLOCK, Source, SourceError};
use apklens::{Input, Phase};

/// Makes a panic, which would be a defect, tell where it happened.
#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// The analyzer, with its database loaded.
#[wasm_bindgen]
pub struct Analyzer(apklens::Analyzer);

#[wasm_bindgen]
impl Analyzer {
    /// Loads the compiled database, and compiles the visitor's YARA rules beside those that are shipped: `rules` holds
    /// a pair of name and text for each file.
    ///
    /// # Errors
    /// A sentence when `database` is none; a line with file, line and column for each mistake in the rules.
    #[wasm_bindgen(constructor)]
    pub fn new(database: &[u8], rules: Option<Array>) -> Result<Analyzer, JsError> {
        let database = Database::load(database)?;
        let files: Vec<(String, String)> =
            rules.iter().flat_map(Array::iter).filter_map(|pair| name_and_text(&pair)).collect();
        let mut sources = vec![yara::SHIPPED];
        sources.extend(files.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        Ok(Self(apklens::Analyzer::builder().database(database).rules(Rules::compile(&sources)?).build()))
    }

    /// What files are compared with: the database's version, date and counts, the YARA rules, and after how many days
    /// a database is called old, as JSON.
    #[wasm_bindgen(js_name = databaseInfo)]
    pub fn database_info(&self) -> String {
        let told = serde_json::json!({
            "database": self.0.database().info(),
            "rules": {"files": self.0.rules().files(), "count": self.0.rules().len(), "skipped": self.0.rules().skipped()},
            "old_after_days": age::OLD_AFTER_DAYS,
        });
        told.to_string()
    }

    /// Adds indicators that the visitor brought: a pack, or a file in one of the forms that are imported. A pack's
    /// signature must hold. `date` is that of the file's state, as `2026-06-21`; `now` is the time, as
    /// `2026-06-21T12:00:00Z`, by which indicators are over or not yet in use; `class` is what families are that the
    /// file gives no class, stalkerware unless it says otherwise. Returns what was used, what was not and why, how many
    /// values got their class by assumption, and who signed it, as JSON.
    ///
    /// # Errors
    /// A sentence when nothing in the file can be used; the error's name is `ImportError::code` of the library.
    #[wasm_bindgen(js_name = addIndicators)]
    pub fn add_indicators(
        &mut self,
        bytes: &[u8],
        name: &str,
        date: &str,
        now: &str,
        class: Option<String>,
    ) -> Result<String, js_sys::Error> {
        let class = class.and_then(|class| class.parse().ok()).unwrap_or(Class::Stalkerware);
        let options = Options { file_name: name.to_owned(), class, date: date.to_owned(), now: now.to_owned() };
        let imported = import::import(bytes, &options).map_err(|refusal| {
            let error = js_sys::Error::new(&refusal.to_string());
            error.set_name(refusal.code());
            error
        })?;
        let publisher = signed::open(bytes).ok().map(|(key, _)| hex(&key));
        let told = serde_json::json!({
            "format": imported.format,
            "used": imported.used,
            "skipped": imported.skipped,
            "named": imported.named,
            "class_assumed": imported.class_assumed,
            "remarks": imported.remarks,
            "contents": Info::of(&imported.collection),
            "publisher": publisher,
        });
        self.0.add(imported.collection);
        Ok(told.to_string())
    }

    /// Reports as a STIX 2.1 bundle; `reports` is a JSON array of them, `when` the time as `2026-06-21T12:00:00Z`.
    ///
    /// # Errors
    /// A sentence when `reports` holds something else.
    #[wasm_bindgen(js_name = toStix)]
    pub fn to_stix(&self, reports: &str, when: &str) -> Result<String, JsError> {
        Ok(apklens::export::stix(&serde_json::from_str::<Vec<Report>>(reports)?, when))
    }

    /// Reports as a MISP event, as [`Analyzer::to_stix`] does.
    ///
    /// # Errors
    /// A sentence when `reports` holds something else.
    #[wasm_bindgen(js_name = toMisp)]
    pub fn to_misp(&self, reports: &str, when: &str) -> Result<String, JsError> {
        Ok(apklens::export::misp(&serde_json::from_str::<Vec<Report>>(reports)?, when))
    }

    /// Reads one file and returns the reports of the apps in it as a JSON array, each on a line of its own. A file that
    /// cannot be read has a report that says so.
    ///
    /// `idsig` is the v4 signature beside the file, where there is one. `progress` is called with the phase's name,
    /// how much is done and how much there is to do; also when a piece of the file is read, however far the phase is.
    /// `digests` are those that the browser computed ([`contents_length`]); `path` is the file's in the folder that the
    /// visitor gave, where they gave one.
    pub fn analyze(
        &self,
        file: Blob,
        name: &str,
        idsig: Option<Blob>,
        progress: Option<Function>,
        digests: Option<Vec<u8>>,
        path: Option<String>,
    ) -> String {
        let given = |report: Report| match &path {
            Some(path) => report.given_as(path.as_str()),
            None => report,
        };
        let source = match BlobSource::new(file, progress.clone()) {
            Ok(source) => BlobSource { digests: digests.unwrap_or_default(), ..source },
            Err(error) => return array(&[given(self.0.unreadable(name, &error.to_string()))]),
        };
        let idsig = idsig.and_then(|blob| BlobSource::new(blob, None).ok());
        let input = Input::new(name, &source);
        let input = idsig.as_ref().map_or(input, |idsig| input.idsig(idsig));
        let mut told = |phase: Phase, done: u64, total: u64| {
            if let Some(progress) = &progress {
                tell(progress, phase, done, total);
            }
        };
        array(&self.0.analyze_with(&input, &mut told).into_iter().map(given).collect::<Vec<_>>())
    }
}

/// Reports as a JSON array. No report holds a line break: the page takes the array apart at them, so that each report
/// stays as it is, byte for byte.
fn array(reports: &[Report]) -> String {
    let reports: Vec<String> = reports.iter().map(Report::to_json).collect();
    format!("[{}]", reports.join(",\n"))
}

/// How many bytes from the start of the file the signatures of schemes v2 and later are over; 0 when there are none. A
/// browser hashes large files faster than this module: it may compute the digests of the whole chunks of 1 MB in them
/// (SHA-256 of 0xA5, the chunk's length in 32 bits, the chunk) and hand them to [`Analyzer::analyze`], one behind the
/// other.
#[wasm_bindgen(js_name = contentsLength)]
pub fn contents_length(file: Blob) -> f64 {
    let length = BlobSource::new(file, None)
        .ok()
        .and_then(|source| apklens::signing::contents_length(&apklens::archive::Archive::open(&source).ok()?));
    length.unwrap_or(0) as f64
}

fn tell(progress: &Function, phase: Phase, done: u64, total: u64) {
    // A page that fails to show progress must not keep the answer from being found.
    let _ = progress.call3(&JsValue::NULL, &phase.to_string().into(), &(done as f64).into(), &(total as f64).into());
}

fn name_and_text(pair: &JsValue) -> Option<(String, String)> {
    let pair = pair.dyn_ref::<Array>()?;
    Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
}

/// A browser's file, read in slices.
struct BlobSource {
    blob: Blob,
    reader: FileReaderSync,
    len: u64,
    /// Told of every piece that is read: some passes over a file, such as that of a signature, tell nothing themselves.
    progress: Option<Function>,
    /// The digests of the file's first chunks, one behind the other, where the browser computed them.
    digests: Vec<u8>,
    /// The window that was read last: a reader of headers asks for many small pieces, and each slice costs a call
    /// into the browser.
    window: RefCell<Window>,
}

#[derive(Default)]
struct Window {
    start: u64,
    bytes: Vec<u8>,
}

/// The size of the window; a request of this size or more goes past it.
const WINDOW: u64 = 1 << 16;
const _: () = assert!(WINDOW <= BLOCK as u64);

impl BlobSource {
    fn new(blob: Blob, progress: Option<Function>) -> Result<Self, SourceError> {
        let reader = FileReaderSync::new().map_err(|error| unreadable(&error))?;
        let len = blob.size() as u64;
        Ok(Self { blob, reader, len, progress, digests: Vec::new(), window: RefCell::default() })
    }

    fn slice(&self, offset: u64, length: u64) -> Result<Uint8Array, SourceError> {
        if let Some(progress) = &self.progress {
            tell(progress, Phase::Reading, 0, 0);
        }
        let slice = self
            .blob
            .slice_with_f64_and_f64(offset as f64, (offset + length) as f64)
            .map_err(|error| unreadable(&error))?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(|error| unreadable(&error))?;
        let bytes = Uint8Array::new(&buffer);
        if u64::from(bytes.length()) == length {
            Ok(bytes)
        } else {
            Err(SourceError::Unreadable("the file changed while it was read".into()))
        }
    }
}

impl Source for BlobSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn chunk_sha256(&self, chunk: u64) -> Option<[u8; 32]> {
        let (digests, _) = self.digests.as_chunks();
        digests.get(usize::try_from(chunk).ok()?).copied()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let length = buffer.len() as u64;
        if offset.checked_add(length).is_none_or(|end| end > self.len) {
            return Err(SourceError::OutOfRange { offset, length, available: self.len });
        }
        if length >= WINDOW {
            self.slice(offset, length)?.copy_to(buffer);
            return Ok(());
        }
        let mut window = self.window.borrow_mut();
        let inside = offset >= window.start && offset + length <= window.start + window.bytes.len() as u64;
        if !inside {
            window.bytes = self.slice(offset, WINDOW.min(self.len - offset))?.to_vec();
            window.start = offset;
        }
        let from = (offset - window.start) as usize;
        buffer.copy_from_slice(&window.bytes[from..from + buffer.len()]);
        Ok(())
    }
}

fn unreadable(error: &JsValue) -> SourceError {
    let message = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    // A DOMException is no Error to js-sys, but has a message all the same.
    let message = message.or_else(|| js_sys::Reflect::get(error, &"message".into()).ok()?.as_string());
    SourceError::Unreadable(message.unwrap_or_else(|| "the browser gave no reason".into()))
}
