//! Walking folders: files in, links and litter named, own outputs passed over.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use super::{DiscoverError, Input, Place, Standing, spool::Spools};
use crate::{snippet::nearest, time::Instant};

/// Folders of version control and of operating systems, whole.
const LITTER_FOLDERS: [&str; 6] = [".git", ".svn", ".hg", ".bzr", "__MACOSX", ".Trash"];
/// Files that operating systems leave behind.
const LITTER_FILES: [&str; 4] = [".DS_Store", "Thumbs.db", "desktop.ini", ".gitignore"];
/// Deepest folder that is walked; a deeper one is named.
const DEEPEST: usize = 200;

struct Walk<'a> {
    own: &'a [PathBuf],
    seen: HashSet<PathBuf>,
    found: Vec<Input>,
}

pub(super) fn walk(
    paths: &[PathBuf],
    own: &[PathBuf],
    spools: &Spools,
) -> Result<Vec<Input>, DiscoverError> {
    let own: Vec<PathBuf> = own.iter().map(|path| real(path)).collect();
    let mut walk = Walk { own: &own, seen: HashSet::new(), found: Vec::new() };
    // The order of arguments is nobody's business: files that are named come first, since naming
    // one says more than a walk does.
    let mut paths: Vec<(String, &PathBuf)> = paths.iter().map(|path| (tidy(path), path)).collect();
    paths.sort();
    paths.dedup();
    let mut folders = Vec::new();
    for (shown, path) in paths {
        if path.as_os_str() == "-" {
            walk.found.push(stdin(spools));
            continue;
        }
        // A path that the user names may be a link; only a walk does not follow them.
        let about = fs::metadata(path).map_err(|error| missing(path, error))?;
        if about.is_dir() {
            folders.push((shown, path));
        } else {
            walk.file(path, real(path), &shown, &about, true);
        }
    }
    for (shown, path) in folders {
        walk.folder(path, &real(path), &shown, 0);
    }
    Ok(walk.found)
}

fn missing(path: &Path, error: io::Error) -> DiscoverError {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let near = nearest(&name, names.iter().map(String::as_str));
    let hint = near.map(|near| format!("\nhint: there is {}", folder.join(near).display()));
    DiscoverError::Path { path: path.display().to_string(), error, hint: hint.unwrap_or_default() }
}

fn real(path: &Path) -> PathBuf {
    // An output that is not there yet has a folder that is.
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        folder.join(path.file_name().unwrap_or_default())
    })
}

impl Walk<'_> {
    fn folder(&mut self, path: &Path, real: &Path, shown: &str, depth: usize) {
        if depth > DEEPEST {
            return self.unread(shown, "folders are nested too deeply; name this one by itself");
        }
        if !self.seen.insert(real.to_owned()) {
            return;
        }
        let names = fs::read_dir(path).and_then(|entries| {
            entries.map(|e| Ok(e?.file_name())).collect::<io::Result<Vec<_>>>()
        });
        let mut names = match names {
            Ok(names) => names,
            Err(error) => return self.unread(shown, &format!("cannot read this folder: {error}")),
        };
        names.sort();
        for name in names {
            let (entry, real) = (path.join(&name), real.join(&name));
            let name = shown_name(&name);
            let shown = match shown {
                "." => name.clone(),
                _ => format!("{}/{name}", shown.strip_suffix('/').unwrap_or(shown)),
            };
            match fs::symlink_metadata(&entry) {
                Err(error) => self.unread(&shown, &format!("cannot read: {error}")),
                Ok(about) if about.is_symlink() => {
                    let why = "symbolic link, not followed; name its target to read it";
                    self.not_evidence(&shown, 0, why);
                }
                Ok(about) if about.is_dir() => {
                    if LITTER_FOLDERS.contains(&name.as_str()) {
                        self.not_evidence(&shown, 0, "folder of version control or the system");
                    } else {
                        self.folder(&entry, &real, &shown, depth + 1);
                    }
                }
                Ok(about) => self.file(&entry, real, &shown, &about, false),
            }
        }
    }

    fn file(&mut self, path: &Path, real: PathBuf, shown: &str, about: &fs::Metadata, named: bool) {
        let own = !named && self.own.contains(&real);
        if !self.seen.insert(real) {
            return;
        }
        if !about.is_file() {
            if named {
                let why = "neither a file nor a folder; a pipe can be given as `-`";
                return self.unread(shown, why);
            }
            return self.not_evidence(shown, 0, "device, socket or pipe, not read");
        }
        if own {
            return self.not_evidence(shown, about.len(), "written by this run");
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !named && is_litter(&[name.into_owned()]) {
            return self.not_evidence(shown, about.len(), "left behind by the system");
        }
        self.found.push(Input {
            path: shown.into(),
            place: Place::File(path.to_owned()),
            size: about.len(),
            original: None,
            modified: modified(about),
            standing: Standing::Candidate,
            damage: None,
            named,
        });
    }

    fn not_evidence(&mut self, shown: &str, size: u64, why: &str) {
        self.put(shown, size, Standing::NotEvidence(why.to_owned()));
    }

    fn unread(&mut self, shown: &str, why: &str) {
        self.put(shown, 0, Standing::Unread(why.to_owned()));
    }

    fn put(&mut self, shown: &str, size: u64, standing: Standing) {
        let empty: Arc<[u8]> = Arc::from([]);
        self.found.push(Input {
            path: shown.into(),
            place: Place::Bytes(empty),
            size,
            original: None,
            modified: None,
            standing,
            damage: None,
            named: false,
        });
    }
}

/// The file's modification time: an input like any other, and only an upper bound for the years
/// of logs that write none.
fn modified(about: &fs::Metadata) -> Option<Instant> {
    let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Instant::from_parts(i64::try_from(since.as_secs()).ok()?, since.subsec_nanos())
}

fn stdin(spools: &Spools) -> Input {
    let mut input = Input::from_bytes("-", Vec::new());
    match spools.keep(&mut io::stdin().lock()) {
        Ok((place, size)) => {
            input.place = place;
            input.size = size;
        }
        Err(error) => input.standing = Standing::Unread(format!("cannot read stdin: {error}")),
    }
    input
}

/// Whether a name, given by its parts, is of what systems and version control leave behind.
pub(super) fn is_litter(parts: &[String]) -> bool {
    let Some((file, folders)) = parts.split_last() else { return false };
    folders.iter().any(|folder| LITTER_FOLDERS.contains(&folder.as_str()))
        || LITTER_FILES.contains(&file.as_str())
        || file.starts_with("._")
}

/// A path as `rfo.event/1` writes it: as given, without leading `./`, doubled or trailing `/`.
fn tidy(path: &Path) -> String {
    let text = shown_name(path.as_os_str());
    let absolute = text.starts_with('/');
    let parts: Vec<&str> =
        text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let joined = parts.join("/");
    if absolute {
        format!("/{joined}")
    } else if joined.is_empty() {
        ".".to_owned()
    } else {
        joined
    }
}

/// A name as text: bytes that are no UTF-8, and control characters, as `%XX`.
pub(super) fn shown_name(name: &std::ffi::OsStr) -> String {
    escape_name(name.as_encoded_bytes())
}

pub(super) fn escape_name(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if c.is_control() {
                let mut buf = [0; 4];
                for byte in c.encode_utf8(&mut buf).bytes() {
                    let _ = write!(out, "%{byte:02X}");
                }
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
