//! Tar: members are stretches of the archive itself, so nothing is copied.

use std::{
    cell::Cell,
    io::{self, Read, Seek},
    sync::Arc,
};

use tar::{Archive, Entry, EntryType, Header};

use super::{Opener, begin, kept, not_evidence, not_kept, parts, rest};
use crate::{
    discover::{Input, Place, packed::Guard, range::Sequential},
    time::Instant,
};

/// Most bytes of the headers of one member, names included.
const HEADERS: u64 = 1 << 20;

/// True for a tar header: its checksum is right (POSIX.1-1988, ustar; older ones have no magic).
pub(super) fn is_header(head: &[u8]) -> bool {
    let Some(head) = head.get(..512) else { return false };
    let header = Header::from_byte_slice(head);
    let plain = head.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    let field = head[148..156].iter().map(|byte| u32::from(*byte)).sum::<u32>();
    head[0] != 0 && header.cksum().is_ok_and(|told| told == plain - field + 8 * 32)
}

/// A reader that ends headers which never end.
struct Metered<'a> {
    inner: Sequential<'a>,
    left: &'a Cell<u64>,
}

impl Read for Metered<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        let left = self.left.get().checked_sub(n as u64);
        self.left.set(left.ok_or_else(|| io::Error::other("a header of more than 1 MiB"))?);
        Ok(n)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// The members of a tar archive.
pub(super) fn members(opener: &Opener, archive: &Input, left: &mut u64) -> Vec<Input> {
    let source = match archive.open() {
        Ok(source) => source,
        Err(error) => return vec![rest(archive, archive.size, &format!("cannot read: {error}"))],
    };
    let meter = Cell::new(HEADERS);
    let mut reader = Archive::new(Metered { inner: Sequential::new(&*source), left: &meter });
    // Archives that stand one after another in a file are all read.
    reader.set_ignore_zeros(true);
    let whole = Arc::new(archive.place.clone());
    let mut found = Vec::new();
    let mut end = 0;
    let stopped = |end: u64, why: &str| {
        let why = format!("the tar archive {why} (byte {end}); the members before that are read");
        rest(archive, archive.size.saturating_sub(end), &why)
    };
    let mut entries = match reader.entries_with_seek() {
        Ok(entries) => entries,
        Err(error) => return vec![stopped(0, &format!("is damaged: {error}"))],
    };
    for number in 0_usize.. {
        meter.set(HEADERS);
        let Some(entry) = entries.next() else { break };
        if number == opener.limits.members {
            found.push(stopped(end, &format!("has more than {number} members")));
            break;
        }
        match entry {
            Err(error) => {
                found.push(stopped(end, &format!("is damaged: {error}")));
                break;
            }
            Ok(mut entry) => {
                end = entry.raw_file_position().saturating_add(entry.size()).min(archive.size);
                meter.set(u64::MAX);
                found.extend(member(opener, archive, &whole, number, &mut entry, left));
            }
        }
    }
    found
}

fn member<R: Read>(
    opener: &Opener,
    archive: &Input,
    whole: &Arc<Place>,
    number: usize,
    entry: &mut Entry<'_, R>,
    left: &mut u64,
) -> Vec<Input> {
    let kind = entry.header().entry_type();
    if kind == EntryType::Directory {
        return Vec::new();
    }
    let mut input = begin(archive, &parts(&entry.path_bytes(), &['/']), number);
    let time = entry.header().mtime().ok().filter(|seconds| *seconds > 0);
    let time = time.and_then(|seconds| Instant::from_parts(i64::try_from(seconds).ok()?, 0));
    input.modified = time.or(input.modified);
    input.size = entry.size();
    match kind {
        EntryType::Symlink | EntryType::Link => {
            return vec![not_evidence(input, "link, not followed")];
        }
        EntryType::Char | EntryType::Block | EntryType::Fifo => {
            return vec![not_evidence(input, "device, socket or pipe, not read")];
        }
        EntryType::GNUSparse => {
            let mut guard = Guard::new(entry, *left);
            let (place, size) = match opener.spools.keep(&mut guard) {
                Ok(kept) => kept,
                Err(error) => return vec![super::unread(input, &not_kept(&error))],
            };
            *left -= size;
            let broken =
                guard.broken.map(|stop| format!("the member {} (byte {size})", stop.words()));
            input = kept(input, place, size, broken);
        }
        _ => {
            let start = entry.raw_file_position();
            let there = archive.size.saturating_sub(start).min(input.size);
            let cut = there < input.size;
            let damage = cut.then(|| format!("the member is cut short (byte {there})"));
            input = kept(input, Place::Part(whole.clone(), start), there, damage);
        }
    }
    opener.member(input, left)
}
