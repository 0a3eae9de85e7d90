//! Output: files written whole or not at all, and the exit code.

use std::{
    fs,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use crate::timeline::{Run, Standing, Timeline};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {error}", path.display())]
pub struct OutputError {
    path: PathBuf,
    error: io::Error,
}

/// A file that is written whole and waits beside its place; dropped, it is gone.
#[derive(Debug)]
pub struct Waiting {
    partial: PathBuf,
    path: PathBuf,
}

impl Waiting {
    /// Moves the file to its place: an old one stays as it is until then.
    ///
    /// # Errors
    /// The file system's, with the path.
    pub fn place(self) -> Result<(), OutputError> {
        fs::rename(&self.partial, &self.path)
            .map_err(|error| OutputError { path: self.path.clone(), error })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Nothing half-done stays; that it may not be there is fine.
        let _ = fs::remove_file(&self.partial);
    }
}

/// What stands around the managed block of a Markdown document that is there: up to the line
/// `<!-- rfo:begin -->` with it, and from `<!-- rfo:end -->` on. Both are empty where there is no
/// document or no block in it.
///
/// # Errors
/// A document that cannot be read, or of whose block only one end is there: what stands around it
/// would be lost.
pub fn around_block(path: &Path) -> Result<(Vec<u8>, Vec<u8>), OutputError> {
    let wrong = |error| OutputError { path: path.to_owned(), error };
    let text = match fs::read(path) {
        Ok(text) => text,
        // Whether it can be written is told when it is.
        Err(_) if !path.is_file() => return Ok(Default::default()),
        Err(error) => return Err(wrong(error)),
    };
    let find = |text: &[u8], part: &[u8]| memchr::memmem::find(text, part);
    let begin = find(&text, b"<!-- rfo:begin -->");
    let end = begin.and_then(|begin| Some(begin + find(&text[begin..], b"<!-- rfo:end -->")?));
    match (begin, end) {
        (Some(begin), Some(end)) => {
            let line = memchr::memchr(b'\n', &text[begin..end]).map_or(end, |at| begin + at + 1);
            Ok((text[..line].to_vec(), text[end..].to_vec()))
        }
        (None, _) if find(&text, b"<!-- rfo:end -->").is_none() => Ok(Default::default()),
        _ => Err(wrong(io::Error::other(
            "it holds one end of a managed block alone; put <!-- rfo:begin --> above and \
             <!-- rfo:end --> below what is to be replaced",
        ))),
    }
}

/// Writes a file beside its place. The name beside it is always the same, so that a killed run
/// leaves one file at most.
///
/// # Errors
/// The file system's, with the path.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Waiting, OutputError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.rfo-partial"));
    let waiting = Waiting { partial, path: path.to_owned() };
    let attempt = || -> io::Result<()> {
        if path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "this is a folder"));
        }
        let mut out = BufWriter::with_capacity(1 << 16, fs::File::create(&waiting.partial)?);
        write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    };
    match attempt() {
        Ok(()) => Ok(waiting),
        Err(error) => Err(OutputError { path: path.to_owned(), error }),
    }
}

/// 0 where all evidence was read, else 1.
pub fn run_code(run: &Run) -> u8 {
    let unread = run.inputs.iter().any(|input| input.standing == Standing::Unread);
    u8::from(unread || !run.faults.is_empty())
}

/// The same for a timeline; under `strict`, 1 also where any row is in doubt.
pub fn exit_code(timeline: &Timeline, strict: bool) -> u8 {
    let doubt =
        || timeline.rows.iter().any(|row| row.stamp.in_doubt()) || !timeline.undated.is_empty();
    run_code(&timeline.run).max(u8::from(strict && doubt()))
}

#[cfg(test)]
mod tests;
