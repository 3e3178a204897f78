//! AOSP's own reader of resources, `AssetManager2` in libandroidfw as of Android 10, in the build that Debian's aapt loads.
//! It is this reader, and not aapt's older one, that apps' resources go through since Android 9.
//!
//! It was not made for hostile tables in this version and may end the process: [`main`] is for a process of its own.

use std::ffi::{CString, c_char, c_void};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::libziparchive::{function, open};

/// `kInvalidCookie` in `AssetManager2.h`.
const NO_COOKIE: i32 = -1;
/// `Res_value::TYPE_REFERENCE` and `TYPE_STRING`.
const REFERENCE: u8 = 0x01;
const STRING: u8 = 0x03;
/// `AssetManager2::ResolveReference` follows so many.
const MAX_REFERENCES: usize = 20;

/// `Res_value` in `ResourceTypes.h`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct RawValue {
    size: u16,
    zero: u8,
    data_type: u8,
    data: u32,
}

/// A `std::string` of libstdc++: where the text is, and how long it is.
#[repr(C)]
struct Text {
    start: *const c_char,
    length: usize,
    unused: [usize; 2],
}

/// A `std::vector` of libstdc++.
#[repr(C)]
struct Vector {
    start: *const *const c_void,
    end: *const *const c_void,
    capacity: *const *const c_void,
}

/// A `std::unique_ptr`, which C++ gives back in memory; made so large that Rust expects it there too.
#[repr(C)]
struct Owned {
    pointer: *const c_void,
    unused: [usize; 3],
}

/// The neutral phone (`Configuration::neutral_phone`) as a `ResTable_config`.
fn device() -> [u8; 128] {
    let mut bytes = [0; 128];
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, &64u32.to_le_bytes());
    put(12, &[1, 3]);
    put(14, &480u16.to_le_bytes());
    put(16, &[1, 1, 0x03 | 0x08]);
    put(20, &[1080u16, 2340, u16::MAX].map(u16::to_le_bytes).concat());
    put(28, &[0x40 | 0x20 | 0x02, 0x10 | 0x01]);
    put(30, &[411u16, 411, 891].map(u16::to_le_bytes).concat());
    put(48, &[0x01, 0x01 | 0x04]);
    bytes
}

struct Library {
    load: unsafe extern "C" fn(*const Text, bool) -> Owned,
    new: unsafe extern "C" fn(*mut c_void),
    set_assets: unsafe extern "C" fn(*mut c_void, *const Vector, bool, bool) -> bool,
    set_configuration: unsafe extern "C" fn(*mut c_void, *const u8),
    resource: unsafe extern "C" fn(*const c_void, u32, bool, u16, *mut RawValue, *mut u8, *mut u32) -> i32,
    pool: unsafe extern "C" fn(*const c_void, i32) -> *const c_void,
    string8: unsafe extern "C" fn(*const c_void, usize, *mut usize) -> *const u8,
    string16: unsafe extern "C" fn(*const c_void, usize, *mut usize) -> *const u16,
}

impl Library {
    fn open() -> Self {
        let log = open("liblog.so.0");
        let base = open("libbase.so.0");
        let library = open("libandroidfw.so.0");
        let _ = (log, base);
        // SAFETY: the functions have these types, by the headers of the version that the library's name holds.
        unsafe {
            Self {
                load: function(
                    library,
                    "_ZN7android9ApkAssets4LoadERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEb",
                ),
                new: function(library, "_ZN7android13AssetManager2C1Ev"),
                set_assets: function(
                    library,
                    "_ZN7android13AssetManager212SetApkAssetsERKSt6vectorIPKNS_9ApkAssetsESaIS4_EEbb",
                ),
                set_configuration: function(
                    library,
                    "_ZN7android13AssetManager216SetConfigurationERKNS_15ResTable_configE",
                ),
                resource: function(
                    library,
                    "_ZNK7android13AssetManager211GetResourceEjbtPNS_9Res_valueEPNS_15ResTable_configEPj",
                ),
                pool: function(library, "_ZNK7android13AssetManager222GetStringPoolForCookieEi"),
                string8: function(library, "_ZNK7android13ResStringPool9string8AtEmPm"),
                string16: function(library, "_ZNK7android13ResStringPool8stringAtEmPm"),
            }
        }
    }

    /// What the resources of an APK are on the neutral phone: a line each of id, type, data and text, or nothing when Android
    /// does not read the table.
    fn answer(&self, apk: &Path, ids: &[u32]) -> Option<String> {
        let path = CString::new(apk.as_os_str().as_encoded_bytes()).unwrap();
        let text = Text { start: path.as_ptr(), length: path.as_bytes().len(), unused: [0; 2] };
        let mut lines = String::new();
        // SAFETY: the library copies the path and keeps the assets; the manager is larger than any version of it, and
        // both live as long as the process.
        unsafe {
            let assets = (self.load)(&raw const text, false).pointer;
            if assets.is_null() {
                return None;
            }
            let manager = Box::leak(Box::new([0u64; 1024])).as_mut_ptr().cast::<c_void>();
            (self.new)(manager);
            let list = Box::leak(Box::new([assets]));
            let range = list.as_ptr_range();
            let vector = Vector { start: range.start, end: range.end, capacity: range.end };
            (self.set_assets)(manager, &raw const vector, true, true);
            (self.set_configuration)(manager, device().as_ptr());
            for &id in ids {
                if let Some((value, text)) = self.resolve(manager, id) {
                    let text = text.map_or("-".to_owned(), |text| format!("{text:?}"));
                    writeln!(lines, "{id:08x} {:02x} {:08x} {text}", value.data_type, value.data).unwrap();
                }
            }
        }
        Some(lines)
    }

    /// A resource's value with references followed as far as they lead.
    unsafe fn resolve(&self, manager: *const c_void, id: u32) -> Option<(RawValue, Option<String>)> {
        let mut last = None;
        let mut next = id;
        for _ in 0..=MAX_REFERENCES {
            let (mut value, mut configuration, mut flags) = (RawValue::default(), [0u8; 128], 0u32);
            // SAFETY: as above; what is written fits.
            let cookie = unsafe {
                (self.resource)(manager, next, true, 0, &raw mut value, configuration.as_mut_ptr(), &raw mut flags)
            };
            if cookie == NO_COOKIE {
                break;
            }
            // SAFETY: the cookie is of this manager.
            let text = if value.data_type == STRING { unsafe { self.text(manager, cookie, value.data) } } else { None };
            let leads_on = value.data_type == REFERENCE && value.data != next && value.data != 0;
            next = value.data;
            last = Some((value, text));
            if !leads_on {
                break;
            }
        }
        last
    }

    /// A string as `StringBlock.nativeGetString` takes it: UTF-8 up to a zero, or UTF-16.
    unsafe fn text(&self, manager: *const c_void, cookie: i32, index: u32) -> Option<String> {
        let mut length = 0;
        // SAFETY: the pool is one of the manager's, and lives as long.
        unsafe {
            let pool = (self.pool)(manager, cookie);
            let start = (self.string8)(pool, index as usize, &raw mut length);
            if !start.is_null() {
                let bytes = std::slice::from_raw_parts(start, length).split(|byte| *byte == 0).next().unwrap();
                // What Java makes of other bytes is not for this library to say.
                return String::from_utf8(bytes.to_vec()).ok();
            }
            let start = (self.string16)(pool, index as usize, &raw mut length);
            if start.is_null() {
                return None;
            }
            String::from_utf16(std::slice::from_raw_parts(start, length)).ok()
        }
    }
}

/// Answers the questions of a file, a line each (an APK, then ids) and writes the answers to another as they come: lines as
/// `Library::answer` gives them, then `read` or `refused`.
pub fn main(questions: &Path, answers: &Path) {
    let library = Library::open();
    let mut out = OpenOptions::new().append(true).create(true).open(answers).unwrap();
    for line in std::fs::read_to_string(questions).unwrap().lines() {
        let (apk, ids) = line.split_once('\t').unwrap();
        let ids: Vec<u32> = ids.split(' ').filter_map(|id| u32::from_str_radix(id, 16).ok()).collect();
        let answer = match library.answer(Path::new(apk), &ids) {
            Some(lines) => lines + "read\n",
            None => "refused\n".to_owned(),
        };
        out.write_all(answer.as_bytes()).unwrap();
    }
}
