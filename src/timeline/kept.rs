//! Kept: the events that a run has read, packed, so that a record is read once whoever asks for it.
//!
//! The joins read what people wrote before any row is chosen; the rows are read after. Both come
//! here. An event takes its text and little more, in memory while they are few, else in a file
//! without a name; the place of each is 8 bytes.

use std::{
    fs::File,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::tell::{Decided, Which, tell_in_blocks};
use crate::{
    discover::{
        range::{RangeRead, Spool, write_at},
        spool::unnamed,
    },
    event::{Event, Id},
    report::Progress,
};

/// Bytes of packed events that stay in memory.
const IN_MEMORY: u64 = 128 << 20;
/// Bytes of an event that are read from the file at first: nearly always all of it.
const GUESS: usize = 2048;
/// Before each event: its length, and the hash of its id.
const HEAD: usize = 12;

/// Where an event is kept. The bytes of a file come behind all that can be in memory.
pub type At = u64;
const FILE: At = 1 << 62;
const NOWHERE: At = At::MAX;

/// The hash of an id.
pub fn hash(id: &Id) -> u64 {
    xxh3_64(id.0.as_bytes())
}

/// Events, packed one behind the other.
#[derive(Debug)]
pub struct Pack(Mutex<Bytes>);

#[derive(Debug)]
struct Bytes {
    /// How many may be in memory.
    room: u64,
    /// By the place of the first.
    blocks: Vec<(At, Arc<[u8]>)>,
    in_memory: u64,
    file: Option<(Arc<File>, u64)>,
    /// What could not be written or read back.
    broken: Option<io::Error>,
}

impl Default for Pack {
    fn default() -> Self {
        Self::with_room(IN_MEMORY)
    }
}

impl Pack {
    /// Keeps so many bytes in memory, the others in a file.
    fn with_room(room: u64) -> Self {
        let bytes = Bytes { room, blocks: Vec::new(), in_memory: 0, file: None, broken: None };
        Self(Mutex::new(bytes))
    }

    fn bytes(&self) -> MutexGuard<'_, Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Packs one event. None where there is no room: [`Pack::check`] tells why.
    pub fn add(&self, event: &Event) -> Option<At> {
        let mut packed = Vec::new();
        self.sound(pack(event, &mut packed).and_then(|()| self.append(packed)))
    }

    fn append(&self, packed: Vec<u8>) -> io::Result<At> {
        let mut bytes = self.bytes();
        let len = packed.len() as u64;
        if bytes.in_memory + len <= bytes.room {
            let start = bytes.in_memory;
            bytes.in_memory += len;
            bytes.blocks.push((start, packed.into()));
            return Ok(start);
        }
        let (file, end) = match bytes.file.take() {
            Some(file) => file,
            None => (Arc::new(unnamed()?), 0),
        };
        let written = write_at(&file, end, &packed);
        bytes.file = Some((file, if written.is_ok() { end + len } else { end }));
        written.map(|()| FILE + end)
    }

    /// The hash of an event's id.
    pub fn id_hash(&self, at: At) -> Option<u64> {
        let head = self.sound(self.read(at, |packed| Ok(packed[4..HEAD].to_vec())))?;
        Some(u64::from_le_bytes(head.try_into().ok()?))
    }

    /// An event, as it was packed. None where it cannot be read back: [`Pack::check`] tells why.
    pub fn get(&self, at: At) -> Option<Event> {
        let read =
            self.read(at, |packed| postcard::from_bytes(&packed[HEAD..]).map_err(io::Error::other));
        self.sound(read)
    }

    fn sound<T>(&self, read: io::Result<T>) -> Option<T> {
        read.map_err(|error| self.bytes().broken = Some(error)).ok()
    }

    /// Gives the bytes of an event, head and all.
    fn read<T>(&self, at: At, of: impl FnOnce(&[u8]) -> io::Result<T>) -> io::Result<T> {
        let bytes = self.bytes();
        if at < FILE {
            let number = bytes.blocks.partition_point(|(start, _)| *start <= at);
            let block = number.checked_sub(1).map(|number| &bytes.blocks[number]);
            let (start, block) = block.cloned().ok_or(io::ErrorKind::NotFound)?;
            drop(bytes);
            let packed = &block[(at - start) as usize..];
            return of(&packed[..length(packed)?]);
        }
        let (file, end) = bytes.file.clone().ok_or(io::ErrorKind::NotFound)?;
        drop(bytes);
        let spool = Spool(file, end);
        let mut packed = spool.bytes(at - FILE, GUESS)?;
        let len = length(&packed)?;
        if len > packed.len() {
            packed = spool.bytes(at - FILE, len)?;
        }
        of(packed.get(..len).ok_or(io::ErrorKind::UnexpectedEof)?)
    }

    /// Whether all that was asked for could be read back.
    ///
    /// # Errors
    /// What went wrong with the file.
    pub fn check(&self) -> io::Result<()> {
        self.bytes().broken.take().map_or(Ok(()), Err)
    }
}

fn pack(event: &Event, into: &mut Vec<u8>) -> io::Result<()> {
    let start = into.len();
    into.extend([0; 4]);
    into.extend(hash(event.id()).to_le_bytes());
    *into = postcard::to_extend(event, std::mem::take(into)).map_err(io::Error::other)?;
    let len = (into.len() - start) as u32;
    into[start..start + 4].copy_from_slice(&len.to_le_bytes());
    Ok(())
}

fn length(packed: &[u8]) -> io::Result<usize> {
    let len = packed.first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(u32::from_le_bytes(*len) as usize)
}

/// What was read of each input.
#[derive(Debug)]
pub struct Kept {
    pack: Arc<Pack>,
    inputs: Vec<Mutex<Slots>>,
    /// The hashes of all ids.
    ids: Mutex<Vec<u64>>,
}

/// Where the events of one input are kept; empty before any is.
#[derive(Debug, Default)]
struct Slots {
    ticks: Vec<At>,
    undated: Vec<At>,
}

impl Slots {
    fn get(&self, which: Which) -> Option<At> {
        let at = match which {
            Which::Tick(at) => self.ticks.get(at as usize),
            Which::Undated(at) => self.undated.get(at as usize),
        };
        at.copied().filter(|at| *at != NOWHERE)
    }

    fn set(&mut self, input: &Decided, which: Which, at: At) {
        let (slots, all, number) = match which {
            Which::Tick(at) => (&mut self.ticks, input.scan.ticks.len(), at),
            Which::Undated(at) => (&mut self.undated, input.scan.undated.len(), at),
        };
        if slots.is_empty() {
            slots.resize(all, NOWHERE);
        }
        slots[number as usize] = at;
    }
}

impl Kept {
    /// Nothing read yet, of so many inputs.
    pub fn new(inputs: usize) -> Self {
        let inputs = (0..inputs).map(|_| Mutex::default()).collect();
        Self { pack: Arc::default(), inputs, ids: Mutex::default() }
    }

    fn slots(&self, input: usize) -> MutexGuard<'_, Slots> {
        self.inputs[input].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where an event is kept, if it was read.
    pub fn at(&self, input: u32, which: Which) -> Option<At> {
        self.slots(input as usize).get(which)
    }

    /// An event, if it was read.
    pub fn get(&self, input: u32, which: Which) -> Option<Event> {
        self.pack.get(self.at(input, which)?)
    }

    /// What the events are packed in.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// The hashes of the ids that stand for more than one event.
    pub fn repeated_ids(&self) -> std::collections::HashSet<u64> {
        let mut ids = std::mem::take(&mut *self.ids.lock().unwrap_or_else(PoisonError::into_inner));
        ids.par_sort_unstable();
        ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
    }

    /// Reads the events `wanted` of the input of that number, and gives `of` each, in the order of
    /// the file. What was read before is not read again.
    ///
    /// # Errors
    /// The input's; those of the folder for temporary files.
    pub fn read<T: Send>(
        &self,
        (number, input): (usize, &Decided),
        wanted: &[Which],
        progress: &Progress,
        of: impl Fn(Which, Event) -> T + Sync,
    ) -> io::Result<Vec<(Which, T)>> {
        let slots = self.slots(number);
        let slot = |which: &Which| slots.get(*which).map(|at| (*which, at));
        let held: Vec<(Which, At)> = wanted.iter().filter_map(slot).collect();
        let is_held = |which: &&Which| slots.get(**which).is_some();
        let missing: Vec<Which> = wanted.iter().filter(|w| !is_held(w)).copied().collect();
        drop(slots);
        let again = |(which, at): (Which, At)| Some((which, of(which, self.pack.get(at)?)));
        let mut all: Vec<(Which, T)> = held.into_par_iter().filter_map(again).collect();
        self.pack.check()?;
        tell_in_blocks(input, &missing, progress, |stretches| {
            let packed: Vec<Stretch<T>> = stretches
                .into_par_iter()
                .map(|stretch| Stretch::of(stretch, &of))
                .collect::<io::Result<_>>()?;
            for stretch in packed {
                let start = self.pack.append(stretch.bytes)?;
                let mut slots = self.slots(number);
                for ((which, _), at) in stretch.told.iter().zip(stretch.starts) {
                    slots.set(input, *which, start + At::from(at));
                }
                self.ids.lock().unwrap_or_else(PoisonError::into_inner).extend(stretch.ids);
                all.extend(stretch.told);
            }
            Ok(())
        })?;
        if missing.len() < all.len() {
            all.sort_by_key(|(which, _)| *which);
        }
        Ok(all)
    }

    /// Forgets an input that can no longer be read.
    pub fn forget(&self, input: usize) {
        *self.slots(input) = Slots::default();
    }
}

/// Events of one input, packed.
struct Stretch<T> {
    told: Vec<(Which, T)>,
    starts: Vec<u32>,
    ids: Vec<u64>,
    bytes: Vec<u8>,
}

impl<T> Stretch<T> {
    fn of(events: Vec<(Which, Event)>, of: impl Fn(Which, Event) -> T) -> io::Result<Self> {
        let (mut starts, mut ids, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        let mut told = Vec::with_capacity(events.len());
        for (which, event) in events {
            starts.push(bytes.len() as u32);
            ids.push(hash(event.id()));
            pack(&event, &mut bytes)?;
            told.push((which, of(which, event)));
        }
        Ok(Self { told, starts, ids, bytes })
    }
}

#[cfg(test)]
mod tests;
