//! TNEF ([MS-OXTNEF]): the file `winmail.dat` in which Outlook packs a mail's text and attachments.
//!
//! Takes the file; gives the text and the attachments' names. What is damaged ends the reading: what
//! stands before it counts.

use super::{charset, rtf};
use crate::definition::markup;

/// First bytes, little-endian.
const SIGNATURE: u32 = 0x223E_9F78;

/// What is read of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tnef {
    /// The mail's text.
    pub(super) text: Option<String>,
    /// The names of its attachments.
    pub(super) attachments: Vec<String>,
}

/// Attributes ([MS-OXTNEF] 2.1.3.3).
mod attribute {
    pub(super) const BODY: u32 = 0x0002_800C;
    pub(super) const ATTACH_TITLE: u32 = 0x0001_8010;
    pub(super) const ATTACH_RENDDATA: u32 = 0x0006_9002;
    pub(super) const PROPERTIES: u32 = 0x0006_9003;
    pub(super) const ATTACHMENT: u32 = 0x0006_9005;
    pub(super) const CODE_PAGE: u32 = 0x0006_9007;
}

/// Properties ([MS-OXPROPS]).
mod id {
    pub(super) const BODY: u16 = 0x1000;
    pub(super) const RTF_COMPRESSED: u16 = 0x1009;
    pub(super) const HTML: u16 = 0x1013;
    pub(super) const ATTACH_LONG_FILENAME: u16 = 0x3707;
    pub(super) const INTERNET_CODE_PAGE: u16 = 0x3FDE;
}

/// Bytes that are read from the front.
struct Bytes<'t>(&'t [u8]);

impl<'t> Bytes<'t> {
    fn take(&mut self, len: usize) -> Option<&'t [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn long(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    /// Bytes of a length, and those that fill it up to four.
    fn padded(&mut self, len: usize) -> Option<&'t [u8]> {
        let taken = self.take(len)?;
        // The last may lack what fills it up.
        self.take((4 - len % 4) % 4).or_else(|| self.take(self.0.len()))?;
        Some(taken)
    }
}

/// The texts of a message, the best first.
#[derive(Default)]
struct Found<'t> {
    page: Option<u32>,
    internet_page: Option<u32>,
    /// What is text, in the message's code page or UTF-16.
    body: Option<Value<'t>>,
    html: Option<Value<'t>>,
    rtf: Option<&'t [u8]>,
    names: Vec<Value<'t>>,
}

/// A property's value and its type.
#[derive(Clone, Copy)]
struct Value<'t> {
    kind: u16,
    bytes: &'t [u8],
}

const STRING: u16 = 0x1E;
const WIDE: u16 = 0x1F;

/// Reads a file; none where it is no TNEF.
pub(super) fn read(file: &[u8]) -> Option<Tnef> {
    let mut bytes = Bytes(file);
    if bytes.long()? != SIGNATURE {
        return None;
    }
    bytes.short()?;
    let mut found = Found::default();
    while found.attribute(&mut bytes).is_some() {}
    Some(found.tell())
}

impl<'t> Found<'t> {
    fn attribute(&mut self, bytes: &mut Bytes<'t>) -> Option<()> {
        bytes.take(1)?;
        let id = bytes.long()?;
        let len = bytes.long()? as usize;
        // Of one that was cut short, what is there.
        let data = bytes.take(len.min(bytes.0.len()))?;
        let text = || Some(Value { kind: STRING, bytes: data });
        match id {
            attribute::CODE_PAGE => self.page = Bytes(data).long(),
            attribute::BODY => self.body = self.body.or_else(text),
            attribute::ATTACH_RENDDATA => self.names.push(Value { kind: STRING, bytes: b"" }),
            attribute::ATTACH_TITLE => self.name(text()?),
            attribute::PROPERTIES => properties(data, |id, value| self.property(id, value)),
            attribute::ATTACHMENT => properties(data, |id, value| {
                if id == id::ATTACH_LONG_FILENAME {
                    self.name(value);
                }
            }),
            _ => {}
        }
        bytes.short().map(|_| ())
    }

    /// Names the last attachment: the short name comes before the long one.
    fn name(&mut self, name: Value<'t>) {
        match self.names.last_mut() {
            Some(last) => *last = name,
            None => self.names.push(name),
        }
    }

    fn property(&mut self, id: u16, value: Value<'t>) {
        match id {
            id::BODY => self.body = Some(value),
            id::HTML => self.html = Some(value),
            id::RTF_COMPRESSED => self.rtf = Some(value.bytes),
            id::INTERNET_CODE_PAGE => self.internet_page = Bytes(value.bytes).long(),
            _ => {}
        }
    }

    fn tell(self) -> Tnef {
        let own = self.page.map(charset::of_code_page).unwrap_or_default();
        let says = |text: &String| !text.trim().is_empty();
        let html = || {
            let page = self.internet_page.map(charset::of_code_page);
            let label = page.unwrap_or_else(|| own.clone());
            self.html.map(|html| markup::html(&html.text(&label))).filter(says)
        };
        let rich = || rtf::text(&rtf::decompress(self.rtf?)?).filter(says);
        let text = self.body.map(|body| body.text(&own)).filter(says).or_else(html).or_else(rich);
        let names = self.names.iter().map(|name| name.text(&own).trim().to_owned());
        Tnef {
            text: text.map(|text| text.replace("\r\n", "\n")),
            attachments: names.filter(says).collect(),
        }
    }
}

impl Value<'_> {
    fn text(self, label: &str) -> String {
        let text = match self.kind {
            WIDE => encoding_rs::UTF_16LE.decode_without_bom_handling(self.bytes).0.into_owned(),
            _ => charset::decode(self.bytes, label),
        };
        text.trim_end_matches('\0').to_owned()
    }
}

/// Goes through a list of properties ([MS-OXTNEF] 2.1.3.4) up to where it is damaged.
fn properties<'t>(data: &'t [u8], mut each: impl FnMut(u16, Value<'t>)) {
    let mut bytes = Bytes(data);
    let Some(count) = bytes.long() else { return };
    for _ in 0..count {
        let Some((id, value)) = property(&mut bytes) else { return };
        each(id, value);
    }
}

fn property<'t>(bytes: &mut Bytes<'t>) -> Option<(u16, Value<'t>)> {
    const MANY: u16 = 0x1000;
    let kind = bytes.short()?;
    let id = bytes.short()?;
    if id >= 0x8000 {
        // A name of its own: whose it is, and a number or a text.
        bytes.take(16)?;
        let len = match bytes.long()? {
            0 => 4,
            _ => bytes.long()? as usize,
        };
        bytes.padded(len)?;
    }
    let single = kind & !MANY;
    let sized = matches!(single, STRING | WIDE | 0x0D | 0x102);
    let count = if sized || kind & MANY != 0 { bytes.long()? } else { 1 };
    let mut first = None;
    for _ in 0..count {
        let len = match single {
            _ if sized => bytes.long()? as usize,
            0x02 | 0x03 | 0x04 | 0x0A | 0x0B => 4,
            0x05 | 0x06 | 0x07 | 0x14 | 0x40 => 8,
            0x48 => 16,
            _ => return None,
        };
        let value = bytes.padded(len)?;
        first = first.or(Some(value));
    }
    Some((id, Value { kind: single, bytes: first.unwrap_or_default() }))
}

#[cfg(test)]
mod tests;
