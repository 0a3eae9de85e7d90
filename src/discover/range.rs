//! Reading by ranges: the only way in which inputs are read.
//!
//! Positioned reads, never memory maps: a file that shrinks while it is mapped kills the process.

use std::{
    fs::File,
    io,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Bytes that are read at a time to count lines.
const LINES_BLOCK: usize = 1 << 20;

/// Bytes that can be read from any place.
pub trait RangeRead: Send + Sync {
    /// Length in bytes.
    fn len(&self) -> u64;

    /// True where there is not one byte.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads some bytes at `offset`; 0 at the end.
    ///
    /// # Errors
    /// The file's.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// Reads until `buf` is full or the end is reached; gives the number of bytes.
    ///
    /// # Errors
    /// The file's.
    fn read_full_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            match self.read_at(offset + done as u64, &mut buf[done..]) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// The bytes of a range, shorter where the end comes first.
    ///
    /// # Errors
    /// The file's.
    fn bytes(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let mut bytes =
            vec![0; len.min(usize::try_from(self.len().saturating_sub(offset)).unwrap_or(len))];
        let done = self.read_full_at(offset, &mut bytes)?;
        bytes.truncate(done);
        Ok(bytes)
    }
}

/// Line ends in a range of a source, read a block at a time.
///
/// # Errors
/// The file's.
pub fn line_ends(source: &dyn RangeRead, range: Range<u64>) -> io::Result<u32> {
    let block = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let mut block = vec![0; block.min(LINES_BLOCK)];
    let (mut at, mut lines) = (range.start, 0_u32);
    while at < range.end {
        let most = usize::try_from(range.end - at).unwrap_or(usize::MAX).min(block.len());
        let n = source.read_full_at(at, &mut block[..most])?;
        if n == 0 {
            break;
        }
        let found = memchr::memchr_iter(b'\n', &block[..n]).count();
        lines = lines.saturating_add(found as u32);
        at += n as u64;
    }
    Ok(lines)
}

/// A file.
pub struct FileRange {
    file: File,
    len: u64,
}

impl FileRange {
    /// Opens a file; its length is the one it has now.
    ///
    /// # Errors
    /// The file's.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        Ok(Self { file, len })
    }
}

#[cfg(unix)]
fn positioned(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

#[cfg(windows)]
fn positioned(file: &File, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

/// Writes all of `bytes` at `offset`, without moving a cursor that readers may share.
///
/// # Errors
/// The file's, with part of the bytes perhaps written.
#[cfg(unix)]
pub(crate) fn write_at(file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
pub(crate) fn write_at(file: &File, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        let n = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        if n == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        offset += n as u64;
        bytes = &bytes[n..];
    }
    Ok(())
}

impl RangeRead for FileRange {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        // A file that grows while it is read is read as it was when it was opened.
        let buf = within(self.len, offset, buf);
        positioned(&self.file, offset, buf)
    }
}

/// As much of a buffer as there are bytes left behind `offset`.
fn within(len: u64, offset: u64, buf: &mut [u8]) -> &mut [u8] {
    let left = usize::try_from(len.saturating_sub(offset)).unwrap_or(usize::MAX);
    let want = buf.len().min(left);
    &mut buf[..want]
}

/// A file that is opened anew for each read.
pub struct Reopened {
    path: PathBuf,
    len: u64,
}

impl Reopened {
    /// A file that had so many bytes when the run began.
    pub fn new(path: PathBuf, len: u64) -> Self {
        Self { path, len }
    }
}

impl RangeRead for Reopened {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let buf = within(self.len, offset, buf);
        positioned(&File::open(&self.path)?, offset, buf)
    }
}

/// Bytes in memory.
pub struct Bytes(pub Arc<[u8]>);

impl RangeRead for Bytes {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        let n = buf.len().min(self.0.len() - start);
        buf[..n].copy_from_slice(&self.0[start..start + n]);
        Ok(n)
    }
}

/// An unlinked file of a known length.
pub struct Spool(pub Arc<File>, pub u64);

impl RangeRead for Spool {
    fn len(&self) -> u64 {
        self.1
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        positioned(&self.0, offset, buf)
    }
}

/// A stretch of something larger: a member of a tar archive, or of a spool that others share.
pub struct Part {
    /// What it lies in.
    pub whole: Box<dyn RangeRead>,
    /// Its first byte there.
    pub start: u64,
    /// Its length in bytes.
    pub len: u64,
}

impl RangeRead for Part {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let buf = within(self.len, offset, buf);
        self.whole.read_at(self.start.saturating_add(offset), buf)
    }
}

/// Sequential reading over ranges, for readers that know only `std::io::Read`.
pub struct Sequential<'a> {
    source: &'a dyn RangeRead,
    at: u64,
}

impl<'a> Sequential<'a> {
    /// Reads from the start.
    pub fn new(source: &'a dyn RangeRead) -> Self {
        Self { source, at: 0 }
    }
}

impl io::Read for Sequential<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read_at(self.at, buf)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl io::Seek for Sequential<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let at = match to {
            io::SeekFrom::Start(at) => Some(at),
            io::SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
