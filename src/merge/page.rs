//! Pages: reused buffers that inputs are read into.

use std::io;

use crate::discover::range::RangeRead;

/// Copies from the kernel into a buffer that begins 16 bytes into a memory page run at a quarter of
/// the speed on some processors, and that is where allocators put large ones.
const ALIGN: usize = 4096;

/// A buffer and what was read into it.
#[derive(Debug, Default)]
pub(crate) struct Page {
    bytes: Vec<u8>,
    from: usize,
    len: usize,
}

impl Page {
    /// What was read.
    #[inline]
    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[self.from..self.from + self.len]
    }

    /// Reads `want` bytes at `offset`, fewer at the end of the input.
    ///
    /// # Errors
    /// The input's.
    pub(crate) fn fill(
        &mut self,
        source: &dyn RangeRead,
        offset: u64,
        want: usize,
    ) -> io::Result<()> {
        let space = self.space(want);
        let n = source.read_full_at(offset, space)?;
        self.len = n;
        Ok(())
    }

    /// Room for so many bytes.
    fn space(&mut self, want: usize) -> &mut [u8] {
        if self.bytes.len() < want + ALIGN {
            self.bytes = vec![0; want + ALIGN];
            self.from = self.bytes.as_ptr().align_offset(ALIGN).min(ALIGN);
        }
        &mut self.bytes[self.from..self.from + want]
    }

    /// Forgets what was read.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds bytes of the input behind those that are here; false where there is no room for them
    /// within `most` bytes.
    pub(crate) fn add(
        &mut self,
        source: &dyn RangeRead,
        offset: u64,
        len: usize,
        most: usize,
    ) -> io::Result<bool> {
        if self.len + len > most {
            return Ok(false);
        }
        let at = self.len;
        let n = source.read_full_at(offset, &mut self.space(most)[at..at + len])?;
        if n < len {
            return Err(shorter());
        }
        self.len += len;
        Ok(true)
    }
}

/// The error of an input that is no longer what it was when the run began.
pub(super) fn shorter() -> io::Error {
    let what = "it has become shorter while it was read";
    io::Error::new(io::ErrorKind::UnexpectedEof, what)
}
