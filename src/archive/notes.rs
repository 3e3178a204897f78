//! The kinds of note that reading an archive can give, by what Android does about them.
//!
//! "Android" is libziparchive's `zip_archive.cc` and androidfw's `AssetsProvider.cpp` as of Android 14. Offsets are
//! in the file: of the central directory record or of the local header that is odd.

/// Odd, and yet Android installs and reads it.
pub mod accepted {
    crate::note::note_templates! {
        /// `FindCentralDirectoryInfo` only checks that the comment ends where the file ends.
        ARCHIVE_COMMENT = "archive-comment", "The archive ends with a comment of {length} bytes, which Android ignores.";
        /// `FindCentralDirectoryInfo` reads no disk number and compares no counts.
        DISK_NUMBERS = "archive-disk-numbers", "The archive claims to be one of several disks, which Android ignores.";
        /// `FindCentralDirectoryInfoForZip64`, which the libziparchive of Android 10 does not have.
        ZIP64 = "archive-zip64", "The archive uses the ZIP64 format, which older versions of Android cannot read.";
        /// `FindCentralDirectoryInfo`: the newest versions look for a ZIP64 record when a count or the comment's length
        /// is saturated, too.
        ZIP64_LEFT_OUT = "archive-zip64-left-out", "A number in the archive's end record stands for a ZIP64 record that is not there; the newest versions of Android do not install the app, older ones do.";
        /// As [`ZIP64_LEFT_OUT`], where there is a ZIP64 record of something else.
        TWO_DIRECTORIES = "archive-two-directories", "The archive's end record and its ZIP64 record name two directories; the newest versions of Android read the second, older ones the first, as is done here.";
        /// `ParseZipArchive` stops after the declared number of records.
        HIDDEN_RECORDS = "archive-hidden-records", "The archive's directory goes on after the {declared} entries that it declares; Android does not see the rest.";
        /// `ZipAssetsProvider::OpenInternal` inflates method 8 and takes anything else as stored, with the
        /// uncompressed size. `AssetManager::openAssetFromZipLocked` (Android 8.1 and older) inflates whatever is not
        /// stored, and so does `StrictJarFile.getZipInputStream`.
        METHOD_UNKNOWN = "entry-method-unknown", "{entry} claims the unknown compression method {method}; like Android 9 and later, this reader takes its data as they are.";
        /// As [`METHOD_UNKNOWN`], where only inflating gives the declared size and checksum.
        METHOD_UNKNOWN_DEFLATED = "entry-method-unknown-deflated", "{entry} claims the unknown compression method {method}, but its data are deflated, which Android 8.1 and older accept.";
        /// `FindEntry` limits the uncompressed size only of entries with method 0, and `FileMap` maps whatever it is told.
        SIZE_PAST_END = "entry-size-past-end", "{entry} claims the unpacked size of {declared} bytes, more than the file has; Android maps it all the same.";
        /// Bit 0 of the general purpose flags is not looked at in `zip_archive.cc`.
        ENCRYPTION_FLAG = "entry-encryption-flag", "{entry} is marked as encrypted, which Android ignores.";
        /// `FindEntry` takes the method from the central directory and never compares it.
        LOCAL_METHOD = "entry-local-method", "{entry} has the compression method {central} in the directory and {local} in its own header; Android takes the directory's.";
        /// `FindEntry` warns about bit 3 and compares no other flag.
        LOCAL_FLAGS = "entry-local-flags", "{entry} has other flags in its own header ({local}) than in the directory ({central}).";
        /// `FindEntry` compares sizes and checksum only without a data descriptor.
        LOCAL_SIZES_IGNORED = "entry-local-sizes-ignored", "{entry} has other sizes or another checksum in its own header than in the directory; Android does not compare them here.";
        /// `ValidateDataDescriptor` is called when code or native libraries are extracted, not for resources.
        DATA_DESCRIPTOR = "entry-data-descriptor", "{entry} is followed by a data descriptor that contradicts the directory; Android then loads no code from this entry.";
        /// `kCrcChecksEnabled` is false.
        CHECKSUM = "entry-checksum", "The checksum of {entry} is wrong, which Android does not check.";
        /// `CopyEntryToWriter` and `OpenInternal` take the uncompressed size.
        STORED_SIZES = "entry-stored-sizes", "{entry} is stored without compression but claims two sizes ({compressed} and {uncompressed}); Android takes the second.";
        /// `inflateImpl` ends with the stream.
        TRAILING_DATA = "entry-trailing-data", "The compressed data of {entry} end {length} bytes before their declared size.";
        /// An attack on programs that unpack; Android looks names up as they are.
        NAME_PARENT = "entry-name-parent", "The name {entry} points outside the folder that it would be unpacked to.";
        /// As [`NAME_PARENT`].
        NAME_ABSOLUTE = "entry-name-absolute", "The name {entry} is an absolute path.";
        /// As [`NAME_PARENT`], on Windows.
        NAME_BACKSLASH = "entry-name-backslash", "The name {entry} contains a backslash.";
        /// Longer than `NAME_MAX` or `PATH_MAX` of Linux (`limits.h`); libziparchive allows 65,535.
        NAME_LONG = "entry-name-long", "The name of an entry has {length} bytes, too long to be unpacked: {entry}.";
        /// A character that hides or reorders what is shown.
        NAME_CONTROL = "entry-name-control", "The name {entry} contains control characters.";
        /// `IsValidEntryName` checks only the frame of UTF-8 sequences.
        NAME_LOOSE_UTF8 = "entry-name-loose-utf8", "The name {entry} is not valid UTF-8, though Android takes it for such.";
        /// `ParseZipArchive` accepts an empty name, `FindEntry` never finds it.
        NAME_EMPTY = "entry-name-empty", "An entry has no name.";
        /// Android looks names up as they are; a program that unpacks makes either a file or a folder.
        NAME_FILE_AND_FOLDER = "entry-name-file-and-folder", "{entry} is both a file and a folder ({folder}), so that unpacking the archive fails.";
        /// Nothing in Android reads folders.
        FOLDER_WITH_DATA = "entry-folder-with-data", "{entry} is named as a folder but has data.";
        /// Nothing in `zip_archive.cc` compares the entries' places.
        OVERLAP = "entry-overlap", "The data of {entry} overlap with those of {other}.";
        /// See [`MAX_EXPANSION`](super::super::MAX_EXPANSION).
        EXPANSION = "archive-expansion", "The archive's {entries} entries claim {uncompressed} bytes when unpacked, {ratio} times the size of the file.";
    }
}

/// Android does not read the entry, though it may install the app all the same when nothing needs it. This reader
/// does.
pub mod entry_refused {
    crate::note::note_templates! {
        /// `FindEntry`: "didn't find signature at start of lfh".
        LOCAL_HEADER_MISSING = "entry-local-header-missing", "{entry} has no header of its own where the directory says; Android cannot open it.";
        /// The same, where everything but the signature is there.
        LOCAL_SIGNATURE = "entry-local-signature", "The header of {entry} begins with other bytes than it should; Android cannot open it.";
        /// The same, where the header was found in the neighbourhood.
        LOCAL_HEADER_MOVED = "entry-local-header-moved", "The header of {entry} is not where the directory says but at {actual}; Android cannot open it.";
        /// `FindEntry`: "lfh name did not match central directory".
        LOCAL_NAME = "entry-local-name", "{entry} has another name in its own header ({local}); Android cannot open it.";
        /// `FindEntry`: "size/crc32 mismatch".
        LOCAL_SIZES = "entry-local-sizes", "{entry} has other sizes or another checksum in its own header than in the directory; Android cannot open it.";
        /// `FindEntry`: "bad compressed length in zip", "bad uncompressed length in zip", "bad data offset".
        DATA_RANGE = "entry-data-range", "The data of {entry} reach into the archive's directory or past its end; Android cannot open it.";
        /// `ParseZip64ExtendedInfoInExtraField`.
        ZIP64_FIELD = "entry-zip64-field", "The ZIP64 sizes of {entry} are missing or malformed; Android cannot open it.";
        /// `inflateImpl`: "size mismatch on inflated file".
        INFLATED_SIZE = "entry-inflated-size", "{entry} unpacks to {actual} bytes, not to the declared {declared}; Android cannot open it.";
        /// `inflateImpl` fails on data that are not deflated.
        NOT_DEFLATED = "entry-not-deflated", "{entry} claims to be compressed but is not; Android cannot open it.";
    }
}

/// Android does not open such an archive: it cannot be installed. This reader reads it all the same.
pub mod archive_refused {
    crate::note::note_templates! {
        /// `ParseZipArchive`: "Entry at offset zero has invalid LFH signature" (since the security patch of
        /// December 2017, CVE-2017-13156).
        PREFIX = "archive-prefix", "There are {length} bytes before the archive; Android 8.1 and later do not install it.";
        /// As [`PREFIX`].
        FIRST_HEADER = "archive-first-header", "The archive does not begin with the header of a file; Android 8.1 and later do not install it.";
        /// `FindCentralDirectoryInfo`: "extraneous bytes at the end of the central directory".
        TRAILING_BYTES = "archive-trailing-bytes", "There are {length} bytes after the archive, or its comment claims a wrong length; Android does not install it.";
        /// `FindCentralDirectoryInfo` takes the last signature there is.
        FALSE_END = "archive-false-end", "The last end record of the archive is a false one; Android does not install it.";
        /// `FindCentralDirectoryInfoForZip64`: "Zip64 eocd locator signature not found".
        ZIP64_END = "archive-zip64-end", "The archive's end record refers to a ZIP64 record that is missing; Android does not install it.";
        /// `FindCentralDirectoryInfo`: "bad offsets"; `ParseZipArchive`: "missed a central dir sig".
        DIRECTORY_MOVED = "archive-directory-moved", "The archive's directory is not where its end record says ({declared}) but at {actual}; Android does not install it.";
        /// `FindCentralDirectoryInfo`: "bad offsets".
        DIRECTORY_RANGE = "archive-directory-range", "The archive's directory reaches past its own end; Android does not install it.";
        /// `ParseZipArchive`: "ran off the end", "missed a central dir sig", "bad CD advance".
        DIRECTORY_CUT = "archive-directory-cut", "The archive's directory declares {declared} entries, but only {read} can be read; Android does not install it.";
        /// `ParseZipArchive` maps the declared size only.
        DIRECTORY_SIZE = "archive-directory-size", "The archive's directory is larger than declared; Android does not install it.";
        /// `ParseZipArchive`: "bad LFH offset".
        LOCAL_OFFSET = "entry-local-offset", "{entry} claims to lie behind the archive's directory; Android does not install the app.";
        /// `CdEntryMapZip32::AddToMap`: `kDuplicateEntry` (Android 4.4 and later). Before, the code that ran was the
        /// first one's and the code that was verified the last one's ("Master Key", CVE-2013-4787).
        DUPLICATE = "entry-duplicate", "{entry} stands {count} times in the archive; Android 4.4 and later do not install it, older ones run the first, as is read here.";
        /// `IsValidEntryName`.
        NAME_NUL = "entry-name-nul", "The name {entry} contains a zero byte; Android does not install the app.";
        /// `IsValidEntryName`.
        NAME_NOT_UTF8 = "entry-name-not-utf8", "The name {entry} is not UTF-8; Android does not install the app.";
    }
}

/// What could not be read.
pub mod problems {
    crate::note::note_templates! {
        /// See [`ArchiveError`](super::super::ArchiveError).
        EMPTY = "archive-empty", "This file is empty.";
        /// As above.
        NOT_ZIP = "archive-not-zip", "This file is not an Android app: it is not a ZIP archive.";
        /// As above.
        TRUNCATED = "archive-truncated", "This file is incomplete: its end, where the list of its contents stands, is missing.";
        /// As above.
        NO_ENTRIES = "archive-no-entries", "This archive contains no files.";
        /// As above.
        ENCRYPTED = "entry-encrypted", "{entry} is protected by a password and could not be read.";
        /// As above.
        DAMAGED = "entry-damaged", "{entry} is damaged: it could be read only up to byte {read}.";
        /// As above.
        OUT_OF_RANGE = "entry-out-of-range", "{entry} could not be read: its data do not lie in the file.";
        /// As above.
        TOO_LARGE = "entry-too-large", "{entry} was not read: it has more than {limit} bytes.";
        /// As above.
        UNREADABLE = "archive-unreadable", "The file could not be read: {reason}.";
        /// See [`MAX_ENTRIES`](super::super::MAX_ENTRIES).
        TOO_MANY_ENTRIES = "archive-too-many-entries", "The archive declares {declared} entries; only the first {read} were read.";
        /// See [`MAX_PARTS`](super::super::bundle::MAX_PARTS).
        TOO_MANY_PARTS = "archive-too-many-parts", "The archive contains {count} APKs or archives; only the first {read} were read.";
        /// See [`MAX_NOTES_OF_A_KIND`](super::super::MAX_NOTES_OF_A_KIND).
        MORE = "archive-more-of-a-kind", "{count} more notes of the kind {kind} are left out.";
    }
}
