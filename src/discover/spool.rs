//! Spools: where unpacked bytes are kept, in memory while they are few, else in files without a
//! name, which go away with their last descriptor however the run ends.
//!
//! Thousands of members share a few files, one for each thread that unpacks at a time, so that an
//! archive uses up neither the memory nor the descriptors.

use std::{
    fs,
    io::{self, Read},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{Place, range::write_at};

/// Members up to this size (bytes) may stay in memory,
const IN_MEMORY: u64 = 16 << 20;
/// and so many bytes of them together.
const ALL_IN_MEMORY: u64 = 256 << 20;
/// Bytes read at a time.
const STEP: usize = 64 << 10;

/// All that one run keeps.
#[derive(Debug, Default)]
pub(crate) struct Spools {
    in_memory: AtomicU64,
    /// Files that nobody writes to now.
    idle: Mutex<Vec<Spool>>,
}

#[derive(Debug)]
struct Spool {
    file: Arc<fs::File>,
    end: u64,
}

impl Spools {
    /// Reads to the end; gives where the bytes are now, and how many.
    ///
    /// # Errors
    /// The reader's, and those of the folder for temporary files.
    pub(crate) fn keep(&self, from: &mut dyn Read) -> io::Result<(Place, u64)> {
        let mut memory = Vec::new();
        from.take(IN_MEMORY + 1).read_to_end(&mut memory)?;
        let size = memory.len() as u64;
        if size <= IN_MEMORY && self.has_room(size) {
            return Ok((Place::Bytes(memory.into()), size));
        }
        let mut spool = self.take()?;
        let start = spool.end;
        let written = spool.append(&memory).and_then(|()| spool.append_all(from));
        let (file, size) = (spool.file.clone(), spool.end - start);
        if written.is_err() {
            spool.end = start;
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(spool);
        written.map(|()| (Place::Part(Arc::new(Place::Spool(file)), start), size))
    }

    fn has_room(&self, size: u64) -> bool {
        let more = |used: u64| Some(used + size).filter(|used| *used <= ALL_IN_MEMORY);
        self.in_memory.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    fn take(&self) -> io::Result<Spool> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Ok(Spool { file: Arc::new(unnamed()?), end: 0 }), Ok)
    }
}

impl Spool {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        write_at(&self.file, self.end, bytes)?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    fn append_all(&mut self, from: &mut dyn Read) -> io::Result<()> {
        let mut step = vec![0; STEP];
        loop {
            match from.read(&mut step) {
                Ok(0) => return Ok(()),
                Ok(n) => self.append(&step[..n])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// A file without a name, which goes away with its last descriptor.
///
/// # Errors
/// Those of the folder for temporary files.
pub(crate) fn unnamed() -> io::Result<fs::File> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!(".rfo-spool-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let open = fs::OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        match open {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                fs::remove_file(&path)?;
                return Ok(file);
            }
        }
    }
}
