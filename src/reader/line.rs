//! Lines out of ranges: sequential, in bounded memory, whatever the length of a line.

use std::{borrow::Cow, io, ops::Range};

use memchr::memchr;

use super::RECORD_BYTES;
use crate::discover::range::RangeRead;

/// Bytes of the window over the input.
const WINDOW: usize = 1 << 20;
/// Most bytes of a line that are handed out; enough for every anchor and header.
pub const LINE_BYTES: usize = 256 << 10;

/// A line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// First byte.
    pub start: u64,
    /// Bytes without the line end.
    pub len: u64,
    /// Bytes with the line end.
    pub whole: u64,
    /// The text without its line end, at most [`LINE_BYTES`] of it.
    pub text: &'a [u8],
}

impl Line<'_> {
    /// Nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.text.trim_ascii().is_empty()
    }

    /// The whole text of a line of which only the head was handed out, up to [`RECORD_BYTES`]; of a
    /// longer one, the head.
    ///
    /// # Errors
    /// The input's.
    pub(crate) fn whole_text(&self, source: &dyn RangeRead) -> io::Result<Cow<'_, [u8]>> {
        let cut = self.len > self.text.len() as u64 && self.len <= RECORD_BYTES as u64;
        Ok(if cut {
            Cow::Owned(source.bytes(self.start, self.len as usize)?)
        } else {
            Cow::Borrowed(self.text)
        })
    }

    /// True where the line ends with a line break, and not with the input.
    pub fn is_ended(&self) -> bool {
        self.whole > self.len
    }
}

/// Hands out the lines of an input from a place on.
pub struct LineReader<'a> {
    source: &'a dyn RangeRead,
    window: Vec<u8>,
    /// Input offset of `window[0]`.
    base: u64,
    /// Bytes of the window that are filled.
    filled: usize,
    /// The next line starts here, relative to `base`.
    next: usize,
    window_size: usize,
}

impl<'a> LineReader<'a> {
    /// Lines from byte `at` on; `at` must be a line's start (see [`LineReader::at_line`]).
    pub fn new(source: &'a dyn RangeRead, at: u64) -> Self {
        Self::with_window(source, at, WINDOW)
    }

    /// The same with a window of at most so many bytes: for a look at a few lines.
    fn with_window(source: &'a dyn RangeRead, at: u64, window: usize) -> Self {
        let left = usize::try_from(source.len().saturating_sub(at)).unwrap_or(window);
        let window_size = left.clamp(1, window);
        Self { source, window: vec![0; window_size], base: at, filled: 0, next: 0, window_size }
    }

    /// Lines from the first line that starts at `at` or behind it.
    ///
    /// # Errors
    /// The input's.
    pub fn at_line(source: &'a dyn RangeRead, at: u64) -> io::Result<Self> {
        Self::in_chunk(source, &(at..source.len()))
    }

    /// Lines from the first line that starts in the chunk; none where no line does. The search
    /// ends with the chunk, so that a line over many chunks is not read by each of them.
    ///
    /// # Errors
    /// The input's.
    pub fn in_chunk(source: &'a dyn RangeRead, chunk: &Range<u64>) -> io::Result<Self> {
        Self::in_chunk_by(source, chunk, WINDOW)
    }

    /// The same with a window of at most so many bytes, for a look at a few lines: a line longer than
    /// that is handed out with its head alone.
    ///
    /// # Errors
    /// The input's.
    pub(crate) fn in_chunk_by(
        source: &'a dyn RangeRead,
        chunk: &Range<u64>,
        window: usize,
    ) -> io::Result<Self> {
        if chunk.start == 0 {
            return Ok(Self::with_window(source, 0, window));
        }
        let mut at = chunk.start - 1;
        let mut buf = vec![0; 4 << 10];
        while at + 1 < chunk.end {
            let n = source.read_full_at(at, &mut buf)?;
            if let Some(end) = memchr(b'\n', &buf[..n]) {
                return Ok(Self::with_window(source, at + end as u64 + 1, window));
            }
            if n == 0 {
                break;
            }
            at += n as u64;
        }
        Ok(Self::with_window(source, source.len(), window))
    }

    /// The next line; none at the end.
    ///
    /// # Errors
    /// The input's.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        if let Some(end) = memchr(b'\n', &self.window[self.next..self.filled]) {
            return Ok(Some(self.cut(end, true)));
        }
        self.refill()?;
        let text = &self.window[self.next..self.filled];
        if text.is_empty() {
            return Ok(None);
        }
        match memchr(b'\n', text) {
            Some(end) => Ok(Some(self.cut(end, true))),
            None if self.filled < self.window_size => {
                Ok(Some(self.cut(self.filled - self.next, false)))
            }
            None => self.long_line().map(Some),
        }
    }

    /// Moves what is left of the window to its front and fills the rest.
    fn refill(&mut self) -> io::Result<()> {
        self.window.copy_within(self.next..self.filled, 0);
        self.base += self.next as u64;
        self.filled -= self.next;
        self.next = 0;
        let at = self.base + self.filled as u64;
        let n = self.source.read_full_at(at, &mut self.window[self.filled..])?;
        self.filled += n;
        Ok(())
    }

    fn cut(&mut self, end: usize, ended: bool) -> Line<'_> {
        let start = self.next;
        self.next += end + usize::from(ended);
        let text = &self.window[start..start + end];
        let bare = if ended { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        Line {
            start: self.base + start as u64,
            len: bare.len() as u64,
            whole: (end + usize::from(ended)) as u64,
            text: &bare[..bare.len().min(LINE_BYTES)],
        }
    }

    /// A line that does not fit the window: its head is kept, the rest is only passed over.
    fn long_line(&mut self) -> io::Result<Line<'_>> {
        let start = self.base;
        let mut at = self.base + self.filled as u64;
        let mut last = self.window[self.filled - 1];
        let keep = LINE_BYTES.min(self.filled);
        let mut buf = vec![0; WINDOW];
        let (len, whole) = loop {
            let n = self.source.read_full_at(at, &mut buf)?;
            if n == 0 {
                break (at - start, at - start);
            }
            if let Some(end) = memchr(b'\n', &buf[..n]) {
                let before = if end > 0 { buf[end - 1] } else { last };
                let whole = at + end as u64 + 1 - start;
                break (whole - 1 - u64::from(before == b'\r'), whole);
            }
            last = buf[n - 1];
            at += n as u64;
        };
        // The window keeps the head for the caller; the next call starts behind the line.
        self.base = start + whole;
        self.filled = 0;
        self.next = 0;
        Ok(Line { start, len, whole, text: &self.window[..keep] })
    }
}
