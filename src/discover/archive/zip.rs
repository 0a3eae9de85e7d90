//! Zip: members by the central directory, or one after another where that is cut off.

use std::io::{self, Read};

use zip::{
    CompressionMethod, ExtraField, ZipArchive,
    read::{ZipFile, read_zipfile_from_stream},
    result::{ZipError, ZipResult},
};

use super::{
    ARCHIVE_INSIDE, Opener, begin, kept, not_evidence, not_kept, parts, rest, unread, workbook,
};
use crate::{
    discover::{
        Input,
        packed::Guard,
        range::{RangeRead, Sequential},
    },
    time::{Civil, Instant},
};

/// Members of office documents, books and programs: zip archives that are no evidence.
const DOCUMENTS: [&str; 3] = ["[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF"];
/// The first member of such a file whose list of members is cut off.
const FIRST: [&[u8]; 4] = [b"[Content_Types].xml", b"_rels/", b"mimetype", b"META-INF/"];

/// True where the first member says that this is a document, not an archive.
fn begins_document(head: &[u8]) -> bool {
    let name = head.get(30..).unwrap_or_default();
    FIRST.iter().any(|document| name.starts_with(document))
}

/// What a zip archive is.
enum Is<'s> {
    Archive(ZipArchive<Reader<'s>>),
    Damaged(ZipError),
    Workbook(workbook::Kind),
    Document,
}

type Reader<'s> = io::BufReader<Sequential<'s>>;

fn look<'s>(source: &'s dyn RangeRead, head: &[u8]) -> Is<'s> {
    let mut zip = ZipArchive::new(reader(source));
    if let Some(kind) = zip.as_mut().ok().and_then(workbook::kind) {
        return Is::Workbook(kind);
    }
    match zip {
        Ok(zip) if begins_document(head) || DOCUMENTS.iter().any(|name| has(&zip, name)) => {
            Is::Document
        }
        Ok(zip) => Is::Archive(zip),
        Err(_) if begins_document(head) => Is::Document,
        Err(error) => Is::Damaged(error),
    }
}

fn has(zip: &ZipArchive<Reader<'_>>, name: &str) -> bool {
    zip.index_for_name(name).is_some()
}

fn reader(source: &dyn RangeRead) -> Reader<'_> {
    io::BufReader::new(Sequential::new(source))
}

/// The members of a zip archive.
pub(super) fn members(opener: &Opener, archive: &Input, left: &mut u64) -> Vec<Input> {
    let opened = archive.open().and_then(|source| Ok((source.bytes(0, 64)?, source)));
    let (head, source) = match opened {
        Ok(opened) => opened,
        Err(error) => return vec![rest(archive, archive.size, &format!("cannot read: {error}"))],
    };
    let is = look(&*source, &head);
    if let Is::Workbook(kind) = is {
        return workbook::sheets(opener, kind, archive, &*source, left);
    }
    let mut members = Members { opener, archive, left, found: Vec::new() };
    match is {
        Is::Document | Is::Workbook(_) => {
            return vec![not_evidence(archive.clone(), "office document")];
        }
        Is::Archive(zip) if zip.len() > opener.limits.members => {
            let why = format!("more than {} members; unpack it by hand", opener.limits.members);
            members.found.push(rest(archive, archive.size, &why));
        }
        Is::Archive(zip) => members.listed(zip),
        Is::Damaged(error) => members.in_order(reader(&*source), &error),
    }
    members.found
}

/// A zip archive inside another archive: only the sheets of a workbook are read.
pub(super) fn inner(opener: &Opener, archive: Input, left: &mut u64) -> Vec<Input> {
    let opened = archive.open().and_then(|source| Ok((source.bytes(0, 64)?, source)));
    let (head, source) = match opened {
        Ok(opened) => opened,
        Err(error) => return vec![unread(archive, &format!("cannot read: {error}"))],
    };
    match look(&*source, &head) {
        Is::Workbook(kind) => workbook::sheets(opener, kind, &archive, &*source, left),
        Is::Document => vec![not_evidence(archive, "office document")],
        Is::Archive(_) | Is::Damaged(_) => vec![unread(archive, ARCHIVE_INSIDE)],
    }
}

struct Members<'a> {
    opener: &'a Opener,
    archive: &'a Input,
    left: &'a mut u64,
    found: Vec<Input>,
}

impl Members<'_> {
    /// By the central directory.
    fn listed<R: Read + io::Seek>(&mut self, mut zip: ZipArchive<R>) {
        for number in 0..zip.len() {
            // What is not deflated is packed as a file of its own would be, and told by its bytes.
            let raw = zip.by_index_raw(number).map(|file| {
                let own = !is_deflate(&file) && !file.encrypted();
                (file.name_raw().to_vec(), own)
            });
            match raw {
                Ok((name, true)) => self.member(&name, zip.by_index_raw(number)),
                Ok((name, false)) => self.member(&name, zip.by_index(number)),
                Err(error) => self.member(b"", ZipResult::<ZipFile<'_, R>>::Err(error)),
            }
        }
        if zip.has_duplicate_names() {
            let why = "the zip archive holds a name more than once, and only the last member of a \
                       name is read; unpack it and name the folder";
            self.found.push(rest(self.archive, 0, why));
        }
    }

    /// One after another, as they stand, for as long as that goes well.
    fn in_order<R: Read>(&mut self, mut reader: R, error: &ZipError) {
        let how = loop {
            match read_zipfile_from_stream(&mut reader) {
                Ok(Some(_)) if self.found.len() >= self.opener.limits.members => {
                    break "there are too many".to_owned();
                }
                Ok(Some(file)) => {
                    let name = file.name_raw().to_vec();
                    self.member(&name, Ok(file));
                }
                Ok(None) => break "the list of members at its end is damaged".to_owned(),
                Err(error) => break error.to_string(),
            }
        };
        let why = format!(
            "the zip archive is cut short or damaged: {error}; {} members at its start could be \
             read, then: {how}",
            self.found.len()
        );
        self.found.push(rest(self.archive, 0, &why));
    }

    fn member<R: Read>(&mut self, name: &[u8], file: ZipResult<ZipFile<'_, R>>) {
        // Names written on Windows may have its separator.
        let parts = parts(name, &['/', '\\']);
        let mut input = begin(self.archive, &parts, self.found.len());
        let file = match file {
            Ok(file) if file.is_dir() => return,
            Ok(file) => file,
            Err(error) => {
                input.size = 0;
                self.found.push(unread(input, &not_opened(&error)));
                return;
            }
        };
        input.modified = modified(&file).or(input.modified);
        input.size = file.size();
        if file.is_symlink() {
            input = not_evidence(input, "link, not followed");
        } else if matches!(input.standing, super::Standing::Candidate) {
            let unpacked = self.unpack(input, file);
            return self.found.extend(unpacked);
        }
        self.found.push(input);
    }

    fn unpack<R: Read>(&mut self, input: Input, file: ZipFile<'_, R>) -> Vec<Input> {
        let method = (!is_deflate(&file)).then(|| file.compression());
        let limits = &self.opener.limits;
        let by_ratio = limits.by_ratio(file.compressed_size());
        let most = limits.member_bytes.min(by_ratio).min(*self.left);
        let mut guard = Guard::new(file, most);
        let (place, size) = match self.opener.spools.keep(&mut guard) {
            Ok(kept) => kept,
            Err(error) => return vec![unread(input, &not_kept(&error))],
        };
        *self.left -= size;
        let damage = guard.broken.map(|stop| {
            format!("the member {}; read up to byte {size} of what it unpacks to", stop.words())
        });
        let mut found = self.opener.member(kept(input, place, size, damage), self.left);
        // What is not deflated has to be packed as a file of its own would be.
        if let (Some(method), [input]) = (method, found.as_mut_slice())
            && input.size == size
        {
            *input = unread(input.clone(), &unknown_method(method));
        }
        found
    }
}

fn is_deflate<R: Read>(file: &ZipFile<'_, R>) -> bool {
    matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated)
}

fn unknown_method(method: impl std::fmt::Display) -> String {
    format!(
        "compressed in a way that is not read (zip method {method}); unpack the archive and name \
         the folder"
    )
}

fn not_opened(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "encrypted; unpack the archive with its password and name the folder".to_owned()
        }
        ZipError::CompressionMethodNotSupported(method) => unknown_method(method),
        error => format!("cannot unpack this member: {error}"),
    }
}

/// The time of a member: UTC where an extra field has it, else some local clock's, which serves
/// as an upper bound for years all the same.
fn modified<R: Read>(file: &ZipFile<'_, R>) -> Option<Instant> {
    let exact = file.extra_data_fields().find_map(|field| match field {
        ExtraField::ExtendedTimestamp(times) => times.mod_time(),
        _ => None,
    });
    if let Some(seconds) = exact {
        return Instant::from_parts(i64::from(seconds), 0);
    }
    let local = file.last_modified()?;
    let date = Civil {
        year: i32::from(local.year()),
        month: local.month().clamp(1, 12),
        day: local.day().clamp(1, 28),
        hour: local.hour().min(23),
        minute: local.minute().min(59),
        second: local.second().min(59),
    };
    let days = i64::from(local.day()) - i64::from(date.day);
    Instant::from_parts(date.secs() + days * 86_400, 0)
}
