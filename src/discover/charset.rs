//! UTF-16 and UTF-32 as UTF-8, with the way back to the bytes of the original.
//!
//! Told by a byte order mark, or by where the zero bytes of plain text stand. Readers see UTF-8;
//! sources name the bytes of the original, which is what a reader of the evidence opens.

use std::{
    io::{self, Read},
    sync::Arc,
};

use super::{Input, Place, Standing, open, range::RangeRead, spool::Spools};

/// Bytes of the original that are decoded at a time; whole code units of either length.
const BLOCK: usize = 64 << 10;
/// Bytes of decoded text between two checkpoints.
const STEP: u64 = 1 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Charset {
    /// Bytes of a code unit: 2 or 4.
    unit: usize,
    big_endian: bool,
    /// Bytes of the byte order mark.
    mark: usize,
}

/// The original of a decoded input.
#[derive(Debug)]
pub struct Original {
    /// Where its bytes lie.
    pub place: Place,
    /// Its length in bytes.
    pub size: u64,
    text: Place,
    text_size: u64,
    charset: Charset,
    /// `(byte of the text, byte of the original)`, in order.
    checkpoints: Vec<(u64, u64)>,
}

impl Original {
    /// The byte of the original that stands for a byte of the decoded text.
    pub fn offset(&self, decoded: u64) -> u64 {
        let decoded = decoded.min(self.text_size);
        let at = self.checkpoints.partition_point(|(text, _)| *text <= decoded);
        let (start, original) =
            at.checked_sub(1).map_or((0, self.charset.mark as u64), |at| self.checkpoints[at]);
        let mut text = [0; STEP as usize + 4];
        let text = &mut text[..(decoded - start).min(STEP + 4) as usize];
        let read = open(&self.text, self.text_size).and_then(|from| from.read_full_at(start, text));
        original + self.charset.len(&text[..read.unwrap_or(0)])
    }
}

impl Charset {
    /// Bytes that a text in UTF-8 takes up in this charset. What could not be decoded is one code
    /// unit, and so is the character that stands for it.
    fn len(self, text: &[u8]) -> u64 {
        let characters = text.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        // Characters of four bytes are pairs in UTF-16.
        let pairs = text.iter().filter(|byte| **byte >= 0xF0).count();
        let units = if self.unit == 4 { characters } else { characters + pairs };
        (units * self.unit) as u64
    }

    fn unit_at(self, bytes: &[u8]) -> u32 {
        let push = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        if self.big_endian { bytes.iter().fold(0, push) } else { bytes.iter().rev().fold(0, push) }
    }

    fn decode(self, bytes: &[u8]) -> String {
        let units = bytes.chunks_exact(self.unit).map(|unit| self.unit_at(unit));
        if self.unit == 4 {
            return units.map(|unit| char::from_u32(unit).unwrap_or('\u{fffd}')).collect();
        }
        char::decode_utf16(units.map(|unit| unit as u16)).map(|c| c.unwrap_or('\u{fffd}')).collect()
    }

    /// True where a block must not end: between the two halves of a character.
    fn splits(self, last: &[u8]) -> bool {
        self.unit == 2 && matches!(self.unit_at(last), 0xD800..=0xDBFF)
    }
}

/// The charset of an input, where it is a wide one.
fn sniff(head: &[u8]) -> Option<Charset> {
    let wide = |unit, big_endian, mark| Some(Charset { unit, big_endian, mark });
    match head {
        [0xFF, 0xFE, 0, 0, ..] => return wide(4, false, 4),
        [0, 0, 0xFE, 0xFF, ..] => return wide(4, true, 4),
        [0xFF, 0xFE, ..] => return wide(2, false, 2),
        [0xFE, 0xFF, ..] => return wide(2, true, 2),
        _ => {}
    }
    if head.len() < 8 {
        return None;
    }
    // Plain text has its zeros at fixed places; nothing else looks like that for long.
    let plain = |byte: u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    let fits = |unit: usize, place: usize| {
        let good = |unit: &&[u8]| {
            unit.iter()
                .enumerate()
                .all(|(at, byte)| if at == place { plain(*byte) } else { *byte == 0 })
        };
        let units = head.chunks_exact(unit);
        units.clone().filter(good).count() * 10 >= units.len() * 9
    };
    match () {
        () if fits(4, 0) => wide(4, false, 0),
        () if fits(4, 3) => wide(4, true, 0),
        () if fits(2, 0) => wide(2, false, 0),
        () if fits(2, 1) => wide(2, true, 0),
        () => None,
    }
}

/// The decoded text of a source, block by block.
struct Text<'a> {
    source: &'a dyn RangeRead,
    charset: Charset,
    /// Byte of the original where the next block begins.
    at: u64,
    ready: Vec<u8>,
    given: usize,
    /// Bytes of text before the next block.
    written: u64,
    checkpoints: Vec<(u64, u64)>,
}

impl Text<'_> {
    fn block(&mut self) -> io::Result<()> {
        let unit = self.charset.unit;
        let mut bytes = self.source.bytes(self.at, BLOCK)?;
        let more = bytes.len() == BLOCK;
        bytes.truncate(bytes.len() / unit * unit);
        if more && self.charset.splits(&bytes[bytes.len() - unit..]) {
            bytes.truncate(bytes.len() - unit);
        }
        let text = self.charset.decode(&bytes);
        let mut original = self.at;
        let mut next = self.checkpoints.last().map_or(0, |(text, _)| text + STEP);
        for (at, c) in text.char_indices() {
            let at = self.written + at as u64;
            if at >= next {
                self.checkpoints.push((at, original));
                next = at + STEP;
            }
            original += self.charset.len(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.at += bytes.len() as u64;
        self.written += text.len() as u64;
        self.ready = text.into_bytes();
        self.given = 0;
        Ok(())
    }
}

impl Read for Text<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.block()?;
        }
        let n = (&self.ready[self.given..]).read(buf)?;
        self.given += n;
        Ok(n)
    }
}

/// Decodes an input that is UTF-16 or UTF-32; gives any other back as it is.
pub(super) fn decode(mut input: Input, spools: &Spools) -> Input {
    if !matches!(input.standing, Standing::Candidate) || input.size == 0 {
        return input;
    }
    match decoded(&input, spools) {
        Ok(None) => {}
        Ok(Some((charset, place, size, checkpoints))) => {
            let left = (input.size - charset.mark as u64) % charset.unit as u64;
            if left > 0 {
                let byte = input.size - left;
                let cut = format!("the text ends in the middle of a character (byte {byte})");
                input.damage.get_or_insert(cut);
            }
            input.original = Some(Arc::new(Original {
                place: std::mem::replace(&mut input.place, place.clone()),
                size: input.size,
                text: place,
                text_size: size,
                charset,
                checkpoints,
            }));
            input.size = size;
        }
        Err(error) => input.standing = Standing::Unread(format!("cannot read: {error}")),
    }
    input
}

type Decoded = (Charset, Place, u64, Vec<(u64, u64)>);

fn decoded(input: &Input, spools: &Spools) -> io::Result<Option<Decoded>> {
    let source = input.open()?;
    let Some(charset) = sniff(&source.bytes(0, 512)?) else { return Ok(None) };
    let mut text = Text {
        source: &*source,
        charset,
        at: charset.mark as u64,
        ready: Vec::new(),
        given: 0,
        written: 0,
        checkpoints: Vec::new(),
    };
    let (place, size) = spools.keep(&mut text)?;
    Ok(Some((charset, place, size, text.checkpoints)))
}

#[cfg(test)]
mod tests;
