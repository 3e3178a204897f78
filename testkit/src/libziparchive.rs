//! AOSP's own reader of archives, libziparchive as of Android 10, in the build that Debian's aapt and aapt2 load.
//!
//! What the app's manifest and resources are is not its to say but androidfw's (`ZipAssetsProvider::OpenInternal`):
//! method 8 is inflated, every other method is taken as stored, and no data descriptor is looked at. [`Rival::entry`]
//! asks libziparchive in that way.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::PathBuf;

unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, symbol: *const c_char) -> *mut c_void;
    fn dlerror() -> *const c_char;
}

/// `RTLD_NOW` in `dlfcn.h`.
const NOW: c_int = 2;
/// `ANDROID_LOG_SILENT` in `android/log.h`.
const SILENT: i32 = 8;
/// `kCompressStored` and `kCompressDeflated`.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// `kEntryNotFound` in libziparchive's `zip_error.h`.
const NOT_FOUND: i32 = -7;

/// What C++ passes as a `std::string_view`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Text {
    length: usize,
    start: *const u8,
}

/// `ZipEntry` in `ziparchive/zip_archive.h`; later fields are of no interest.
#[repr(C)]
struct RawEntry {
    method: u16,
    time: u32,
    unix_mode: u32,
    has_data_descriptor: u8,
    crc32: u32,
    compressed_length: u32,
    uncompressed_length: u32,
    offset: i64,
    more: [u8; 64],
}

/// `ZipArchiveInfo`.
#[repr(C)]
struct Info {
    archive_size: i64,
    entry_count: usize,
}

type Handle = *mut c_void;

/// The library.
pub struct Library {
    open_from_memory: unsafe extern "C" fn(*const u8, usize, *const c_char, *mut Handle) -> i32,
    close: unsafe extern "C" fn(Handle),
    info: unsafe extern "C" fn(Handle) -> Info,
    find_entry: unsafe extern "C" fn(Handle, Text, *mut RawEntry) -> i32,
    extract_to_memory: unsafe extern "C" fn(Handle, *mut RawEntry, *mut u8, u32) -> i32,
}

impl Library {
    /// # Panics
    /// When it is not installed.
    pub fn load() -> Self {
        let log = open("liblog.so.0");
        let library = open("libziparchive.so.0");
        // SAFETY: the functions have these types, by the headers of the versions that the libraries' names hold; C++
        // passes a trivially copyable structure as C does.
        unsafe {
            let set_minimum_priority: unsafe extern "C" fn(i32) -> i32 =
                function(log, "__android_log_set_minimum_priority");
            set_minimum_priority(SILENT);
            Self {
                open_from_memory: function(library, "_Z21OpenArchiveFromMemoryPKvmPKcPP10ZipArchive"),
                close: function(library, "_Z12CloseArchiveP10ZipArchive"),
                info: function(library, "_Z14GetArchiveInfoP10ZipArchive"),
                find_entry: function(
                    library,
                    "_Z9FindEntryP10ZipArchiveSt17basic_string_viewIcSt11char_traitsIcEEP8ZipEntry",
                ),
                extract_to_memory: function(library, "_Z15ExtractToMemoryP10ZipArchiveP8ZipEntryPhj"),
            }
        }
    }

    /// Opens an archive, or tells libziparchive's error.
    pub fn archive<'a>(&'a self, bytes: &'a [u8]) -> Result<Rival<'a>, i32> {
        let mut handle = std::ptr::null_mut();
        // SAFETY: `bytes` outlives the handle.
        let error =
            unsafe { (self.open_from_memory)(bytes.as_ptr(), bytes.len(), c"archive".as_ptr(), &raw mut handle) };
        let rival = Rival { library: self, bytes, handle };
        if error == 0 { Ok(rival) } else { Err(error) }
    }
}

/// An archive that libziparchive has opened.
pub struct Rival<'a> {
    library: &'a Library,
    bytes: &'a [u8],
    handle: Handle,
}

impl Rival<'_> {
    /// How many entries there are.
    pub fn entry_count(&self) -> usize {
        // SAFETY: the archive is open.
        unsafe { (self.library.info)(self.handle) }.entry_count
    }

    /// What androidfw reads of an entry.
    pub fn entry(&self, name: &[u8]) -> Answer {
        // SAFETY: every field may be zero.
        let mut entry: RawEntry = unsafe { std::mem::zeroed() };
        let text = Text { length: name.len(), start: name.as_ptr() };
        // SAFETY: the archive is open, and `entry` is larger than what is written.
        match unsafe { (self.library.find_entry)(self.handle, text, &raw mut entry) } {
            0 => {}
            NOT_FOUND => return Answer::Absent,
            _ => return Answer::Refused,
        }
        let size = entry.uncompressed_length as usize;
        let start = usize::try_from(entry.offset).unwrap();
        if entry.method != DEFLATED {
            entry.method = STORED;
            if start + size > self.bytes.len() {
                // Android maps what there is.
                return Answer::Read(self.bytes[start..].to_vec());
            }
        } else if size > self.bytes.len() * 2000 {
            // Deflate expands to 1,032 times at most, and what comes out must have the declared size.
            return Answer::Refused;
        }
        entry.has_data_descriptor = 0;
        let mut content = vec![0; size];
        // SAFETY: `content` has the size that is said.
        let error =
            unsafe { (self.library.extract_to_memory)(self.handle, &raw mut entry, content.as_mut_ptr(), size as u32) };
        if error == 0 { Answer::Read(content) } else { Answer::Refused }
    }
}

impl Drop for Rival<'_> {
    fn drop(&mut self) {
        // SAFETY: a handle is also given, and to be closed, when opening fails.
        unsafe { (self.library.close)(self.handle) }
    }
}

/// What androidfw and libziparchive make of an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// The directory does not have it.
    Absent,
    /// It is there and is not opened.
    Refused,
    /// Its bytes, up to the end of the file when it claims to have more.
    Read(Vec<u8>),
}

/// One of the libraries that Debian's packages of Android's tools share.
pub fn open(name: &str) -> *mut c_void {
    let places = std::fs::read_dir("/usr/lib").unwrap().map(|folder| folder.unwrap().path().join("android").join(name));
    let path: PathBuf =
        places.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{name} is missing: install aapt"));
    let path = CString::new(path.into_os_string().into_encoded_bytes()).unwrap();
    // SAFETY: loading the library runs its initialisers, which is what is wanted.
    unsafe {
        let library = dlopen(path.as_ptr(), NOW);
        assert!(!library.is_null(), "{:?}", CStr::from_ptr(dlerror()));
        library
    }
}

/// The function behind a symbol.
///
/// # Safety
/// `F` must be a function pointer of its type.
pub unsafe fn function<F: Copy>(library: *mut c_void, symbol: &str) -> F {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    let name = CString::new(symbol).unwrap();
    // SAFETY: the library was loaded, and the caller answers for the type.
    unsafe {
        let address = dlsym(library, name.as_ptr());
        assert!(!address.is_null(), "{symbol} is missing");
        std::mem::transmute_copy(&address)
    }
}
