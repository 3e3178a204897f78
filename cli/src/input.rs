//! From a path to bytes that can be read at any offset: a file as it is; what comes through a pipe is kept in a
//! temporary file without a name, since the directory of an archive is at its end.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use apklens::source::{BLOCK, FileSource};

/// How much is taken from a pipe: what an archive without ZIP64 can have (APPNOTE.TXT, 4.4.24: offsets in 32 bits).
const MAX_PIPED: u64 = 4 << 30;

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The system says why.
    #[error("{0}")]
    System(#[from] io::Error),
    /// A pipe into which nothing is written.
    #[error("nothing came through this pipe for {} s", .0.as_secs())]
    Silent(Duration),
    /// A pipe that does not end.
    #[error("more than {} GiB came through this pipe: save them to a file", .0 >> 30)]
    TooMuch(u64),
    /// What comes through a pipe cannot be kept.
    #[error("what came through this pipe could not be kept in a temporary file: {0}")]
    NotKept(io::Error),
    /// Another thing that has a name as files have.
    #[error("this is a {0}, and not a file")]
    NoFile(&'static str),
}

/// The kinds of things that have a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A pipe, named or not.
    Pipe,
    /// Something else, by its name.
    Other(&'static str),
}

impl Kind {
    /// The kind of this type.
    pub fn of(kind: std::fs::FileType) -> Self {
        if kind.is_file() {
            return Self::File;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if kind.is_fifo() {
                return Self::Pipe;
            }
            if kind.is_socket() {
                return Self::Other("socket");
            }
        }
        // Some devices never end, and of those that do, none is an app.
        Self::Other(if kind.is_dir() { "folder" } else { "device" })
    }
}

/// Opens what is at `path`. A pipe is read to its end, and given up when nothing comes through it for as long as
/// `patience`: nobody may ever write to it.
///
/// # Errors
/// When there is no file to be read.
pub fn open(path: &Path, patience: Duration) -> Result<FileSource, InputError> {
    if let Some(file) = standard_input(path) {
        let file = file?;
        let kind = Kind::of(file.metadata()?.file_type());
        // Programs that start others often give them one end of a pair of sockets.
        let kind = if kind == Kind::Other("socket") { Kind::Pipe } else { kind };
        return source(kind, move || Ok(file), patience);
    }
    let kind = Kind::of(std::fs::metadata(path)?.file_type());
    let path = path.to_owned();
    source(kind, move || File::open(path), patience)
}

fn source(
    kind: Kind,
    open: impl FnOnce() -> io::Result<File> + Send + 'static,
    patience: Duration,
) -> Result<FileSource, InputError> {
    match kind {
        Kind::File => {
            let file = open()?;
            // Files that the system makes up, such as those in /proc, tell no length.
            let file = if file.metadata()?.len() == 0 { spool(|| Ok(file), MAX_PIPED, patience)? } else { file };
            Ok(FileSource::new(file)?)
        }
        Kind::Pipe => Ok(FileSource::new(spool(open, MAX_PIPED, patience)?)?),
        Kind::Other(name) => Err(InputError::NoFile(name)),
    }
}

/// Standard input, where that is what a path means: a socket there cannot be opened by its path.
#[cfg(unix)]
fn standard_input(path: &Path) -> Option<io::Result<File>> {
    use std::os::fd::AsFd;
    let means_it = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].iter().any(|name| path == Path::new(name));
    means_it.then(|| Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?)))
}

#[cfg(not(unix))]
fn standard_input(_: &Path) -> Option<io::Result<File>> {
    None
}

/// Keeps what a reader gives in a temporary file without a name, which is gone with this process. Opening a pipe waits
/// for who writes to it, and reading waits for what is written: that is left to a thread, so that it can be given up.
fn spool<R: Read>(
    open: impl FnOnce() -> io::Result<R> + Send + 'static,
    limit: u64,
    patience: Duration,
) -> Result<File, InputError> {
    let (sender, blocks) = sync_channel(1);
    thread::spawn(move || {
        let mut reader = match open() {
            Ok(reader) => reader,
            Err(error) => return drop(sender.send(Err(error))),
        };
        loop {
            let mut block = vec![0; BLOCK];
            let sent = match reader.read(&mut block) {
                Ok(0) => return,
                Ok(length) => {
                    block.truncate(length);
                    sender.send(Ok(block))
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return drop(sender.send(Err(error))),
            };
            // Who was to take it has given up.
            if sent.is_err() {
                return;
            }
        }
    });
    let mut file = tempfile::tempfile().map_err(InputError::NotKept)?;
    let mut length = 0;
    loop {
        match blocks.recv_timeout(patience) {
            Ok(block) => {
                let block = block?;
                length += block.len() as u64;
                if length > limit {
                    return Err(InputError::TooMuch(limit));
                }
                file.write_all(&block).map_err(InputError::NotKept)?;
            }
            Err(RecvTimeoutError::Timeout) => return Err(InputError::Silent(patience)),
            Err(RecvTimeoutError::Disconnected) => return Ok(file),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom};

    use super::*;

    /// More than any of these tests waits for.
    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn what_comes_through_a_pipe_is_kept_up_to_the_limit() {
        let bytes: Vec<u8> = (0..3 * BLOCK + 7).map(|place| (place % 251) as u8).collect();
        let limit = bytes.len() as u64;
        let piped = bytes.clone();
        let mut file = spool(move || Ok(io::Cursor::new(piped)), limit, LONG).unwrap();
        let mut kept = Vec::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_end(&mut kept).unwrap();
        assert_eq!(kept, bytes);
        let over = spool(move || Ok(io::Cursor::new(bytes)), limit - 1, LONG);
        assert!(matches!(over, Err(InputError::TooMuch(_))));
        assert!(matches!(spool(|| Ok(io::repeat(0)), 1 << 22, LONG), Err(InputError::TooMuch(_))), "it has no end");
    }

    #[test]
    fn a_pipe_that_gives_nothing_is_given_up() {
        let (reader, writer) = io::pipe().unwrap();
        let outcome = spool(move || Ok(reader), 1, Duration::from_millis(1));
        assert!(matches!(outcome, Err(InputError::Silent(_))));
        drop(writer);
        let refused = spool(|| Err::<io::Empty, _>(io::Error::from(io::ErrorKind::PermissionDenied)), 1, LONG);
        assert!(matches!(refused, Err(InputError::System(_))));
    }
}
