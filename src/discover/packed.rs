//! Compressed inputs: gzip, xz, bzip2, zstd, lz4 and lzip, told by their bytes.
//!
//! Takes packed bytes, gives what they unpack to: all streams that stand one after another in a
//! file, as rotation and parallel packers leave them; of a damaged file what comes before the
//! damage; and never more than is allowed.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
};

use flate2::bufread::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder as Lz4Decoder;
use lzma_rust2::LzipReader;
use oxiarc_bzip2::BzDecoder;

use super::{
    Place,
    range::{RangeRead, Sequential},
    spool::Spools,
};

mod xz;
mod zstd;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Xz,
    Bzip2,
    Zstd,
    Lz4,
    Lzip,
}

/// What a packed input held.
pub(super) struct Unpacked {
    pub(super) place: Place,
    /// Length in bytes.
    pub(super) size: u64,
    /// Why there is no more, where there should be.
    pub(super) damage: Option<String>,
}

impl Packing {
    /// Looks at the first bytes of an input.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            // A block, or the end of a stream without one.
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&', b'S', b'Y', ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => {
                Some(Self::Bzip2)
            }
            // A frame, or one that parallel packers write for themselves and readers skip.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Self::Zstd),
            [0x04, 0x22, 0x4D, 0x18, ..] => Some(Self::Lz4),
            [b'L', b'Z', b'I', b'P', 1, ..] => Some(Self::Lzip),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
            Self::Lzip => "lzip",
        }
    }

    fn reader<'a>(self, from: Watched<'a>) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(from)),
            Self::Xz => Box::new(xz::Streams::new(from)),
            Self::Bzip2 => {
                let decoder = BzDecoder::new(from).map_err(io::Error::other)?;
                Box::new(Bzip2 { decoder, block: io::Cursor::default() })
            }
            Self::Zstd => Box::new(zstd::Frames::new(from)),
            Self::Lz4 => {
                Box::new(Lz4 { watch: from.watch, decoder: Lz4Decoder::new(from), frame: 0 })
            }
            Self::Lzip => Box::new(LzipReader::new(from)),
        })
    }
}

/// Unpacks `source`, at most to `most` bytes.
///
/// # Errors
/// Those of the spool; damage of the source stands in what is given.
pub(super) fn unpack(
    packing: Packing,
    source: &dyn RangeRead,
    most: u64,
    spools: &Spools,
) -> io::Result<Unpacked> {
    let watch = Watch::default();
    let from = Watched { inner: io::BufReader::new(Sequential::new(source)), watch: &watch };
    let reader = packing.reader(from).unwrap_or_else(|error| Box::new(Broken(Some(error))));
    let mut guard = Guard::new(reader, most);
    let (place, size) = spools.keep(&mut guard)?;
    let damage = guard.broken.map(|broken| {
        let how = match broken {
            Stop::Damage(_) if watch.ended.get() => "is cut short".to_owned(),
            other => other.words(),
        };
        format!("the {} stream {how}; read up to byte {size} of what it unpacks to", packing.name())
    });
    Ok(Unpacked { place, size, damage })
}

/// What is known of the packed bytes while a decoder takes them.
#[derive(Default)]
struct Watch {
    /// Bytes taken.
    at: Cell<u64>,
    /// More was asked for than there is.
    ended: Cell<bool>,
}

/// Packed bytes under watch: decoders do not agree on how they tell that their input ran out.
struct Watched<'a> {
    inner: io::BufReader<Sequential<'a>>,
    watch: &'a Watch,
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let bytes = self.inner.fill_buf()?;
        if bytes.is_empty() {
            self.watch.ended.set(true);
        }
        Ok(bytes)
    }

    fn consume(&mut self, n: usize) {
        self.watch.at.set(self.watch.at.get() + n as u64);
        self.inner.consume(n);
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let n = self.fill_buf()?.read(buf)?;
        self.consume(n);
        Ok(n)
    }
}

/// A decoder that could not begin.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

struct Bzip2<'a> {
    decoder: BzDecoder<Watched<'a>>,
    block: io::Cursor<Vec<u8>>,
}

impl Read for Bzip2<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.block.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            match self.decoder.read_block().map_err(io::Error::other)? {
                Some(block) => self.block = io::Cursor::new(block),
                None => return Ok(0),
            }
        }
    }
}

struct Lz4<'a> {
    decoder: Lz4Decoder<Watched<'a>>,
    watch: &'a Watch,
    /// Packed byte after the last whole frame.
    frame: u64,
}

impl Read for Lz4<'_> {
    /// The decoder says "no more" at the end of each frame, and also where its input ends between
    /// two blocks; only the packed bytes tell the two apart.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.decoder.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            let at = self.watch.at.get();
            match (self.watch.ended.get(), at == self.frame) {
                (true, true) => return Ok(0),
                (true, false) => return Err(io::ErrorKind::UnexpectedEof.into()),
                (false, true) => return Err(io::Error::other("an empty frame")),
                (false, false) => self.frame = at,
            }
        }
    }
}

/// Why a reader gives no more.
pub(super) enum Stop {
    /// More than this many bytes came out.
    Bomb(u64),
    Damage(io::Error),
}

impl Stop {
    /// To follow the name of what is read.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Bomb(most) => format!(
                "unpacks to more than the allowed {most} bytes, which looks like a bomb; unpack it \
                 by hand if it is none"
            ),
            Self::Damage(error) => match error.kind() {
                io::ErrorKind::UnexpectedEof => "is cut short".to_owned(),
                _ => format!("is damaged ({error})"),
            },
        }
    }
}

/// A reader that stops once more comes out than is allowed, and remembers an error instead of
/// failing: what came before it is still evidence.
pub(super) struct Guard<R> {
    inner: R,
    left: u64,
    most: u64,
    pub(super) broken: Option<Stop>,
}

impl<R: Read> Guard<R> {
    /// Lets `most` bytes through.
    pub(super) fn new(inner: R, most: u64) -> Self {
        Self { inner, left: most, most, broken: None }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.broken.is_some() || buf.is_empty() {
            return Ok(0);
        }
        match self.inner.read(buf) {
            Ok(n) if n as u64 > self.left => {
                self.broken = Some(Stop::Bomb(self.most));
                Ok(self.left as usize)
            }
            Ok(n) => {
                self.left -= n as u64;
                Ok(n)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.broken = Some(Stop::Damage(error));
                Ok(0)
            }
        }
    }
}

#[cfg(test)]
mod tests;
