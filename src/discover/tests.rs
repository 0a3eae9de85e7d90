//! Paths, archives and litter.

use std::{fs, io::Write, path::PathBuf};

use super::{Input, Limits, Standing, inputs};

fn found(folder: &std::path::Path) -> Vec<Input> {
    inputs(&[folder.to_owned()], &[], Limits::default()).expect("the folder is there")
}

fn names(found: &[Input], folder: &std::path::Path) -> Vec<String> {
    let folder = format!("{}/", folder.display());
    found.iter().map(|input| input.path.replace(&folder, "")).collect()
}

#[test]
fn a_walk_gives_files_by_path_bytes_and_names_what_it_passes_over() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("b/.git")).expect("folders");
    for file in ["b.log", "b/a.log", "B.log", "b/.git/HEAD", ".DS_Store"] {
        fs::write(folder.path().join(file), "x").expect("a file");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), folder.path().join("b/loop")).expect("a link");
    let found = found(folder.path());
    let names = names(&found, folder.path());
    assert_eq!(names, [".DS_Store", "B.log", "b.log", "b/.git", "b/a.log", "b/loop"]);
    let read = found.iter().filter(|input| matches!(input.standing, Standing::Candidate));
    assert_eq!(read.count(), 3);
}

#[test]
fn an_input_reached_twice_is_read_once_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("messages.log");
    fs::write(&file, "x").expect("a file");
    let twice = [folder.path().to_owned(), file.clone()];
    assert_eq!(inputs(&twice, &[], Limits::default()).expect("there").len(), 1);
    let missing = [folder.path().join("message.log")];
    let error = inputs(&missing, &[], Limits::default()).expect_err("missing").to_string();
    assert!(error.contains("hint: there is") && error.contains("messages.log"), "{error}");
}

#[test]
fn the_order_of_arguments_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("a/b")).expect("folders");
    for file in ["a/b/x.log", "a/y.log", "a/.DS_Store"] {
        fs::write(root.join(file), "x").expect("a file");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(root, root.join("a/link")).expect("a link");
    let paths =
        [root.join("a/b/x.log"), root.join("a"), root.join("a/b/../b"), root.join("a/.DS_Store")];
    let tell = |paths: &[PathBuf]| -> Vec<(String, bool)> {
        let found = inputs(paths, &[], Limits::default()).expect("there");
        found.iter().map(|input| (input.path.to_string(), input.named)).collect()
    };
    let mut turned = paths.to_vec();
    turned.reverse();
    turned.push(root.join("a"));
    assert_eq!(tell(&paths), tell(&turned));
    let named: Vec<_> = tell(&paths).into_iter().filter(|(_, named)| *named).collect();
    // A file that is named is read, whatever it is called.
    assert_eq!(named.len(), 2);
    assert!(named[0].0.ends_with("a/.DS_Store") && named[1].0.ends_with("a/b/x.log"));
}

#[cfg(unix)]
#[test]
fn pipes_sockets_and_devices_are_never_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let _socket =
        std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("a socket");
    // Opening the pipe would wait for a writer for ever.
    let found = found(folder.path());
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|input| matches!(input.standing, Standing::NotEvidence(_))));
    for named in [pipe, PathBuf::from("/dev/zero")] {
        let found = inputs(&[named], &[], Limits::default()).expect("there");
        assert!(matches!(&found[0].standing, Standing::Unread(why) if why.contains("pipe")));
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_named_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("shut")).expect("a folder");
    fs::write(folder.path().join("shut.log"), "x").expect("a file");
    fs::write(folder.path().join("z.log"), "x").expect("a file");
    let shut = |mode| {
        for name in ["shut", "shut.log"] {
            let rights = fs::Permissions::from_mode(mode);
            fs::set_permissions(folder.path().join(name), rights).expect("rights");
        }
    };
    shut(0);
    // Root may read everything; then there is nothing to see.
    let root = fs::read_dir(folder.path().join("shut")).is_ok();
    let found = found(folder.path());
    shut(0o700);
    if !root {
        let unread = |input: &&Input| matches!(&input.standing, Standing::Unread(_));
        assert_eq!(found.iter().filter(unread).count(), 2, "{found:?}");
    }
    assert!(found.iter().any(|input| input.path.ends_with("z.log")));
}

#[cfg(unix)]
#[test]
fn names_of_any_bytes_are_text() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a folder");
    for name in [&b"new\nline.log"[..], b"\x1B]0;title\x07", b"latin-\xE9", b"-", b" "] {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "x").expect("a file");
    }
    let found = found(folder.path());
    let shown = names(&found, folder.path());
    assert_eq!(shown, [" ", "%1B]0;title%07", "-", "latin-%E9", "new%0Aline.log"]);
    assert!(found.iter().all(|input| matches!(input.standing, Standing::Candidate)));
}

#[cfg(unix)]
#[test]
fn a_sparse_file_is_not_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, start) in
        [("zeros", &b""[..]), ("text", b"hello, this is no log\n"), ("tar", b"x.log")]
    {
        let path = folder.path().join(name);
        fs::write(&path, start).expect("a file");
        let file = fs::OpenOptions::new().write(true).open(&path).expect("a file");
        file.set_len(100 << 30).expect("a file system with sparse files");
    }
    // Reading 100 GB would take minutes.
    let start = std::time::Instant::now();
    let found = found(folder.path());
    assert_eq!(found.len(), 3);
    assert!(start.elapsed().as_secs() < 2);
}

#[test]
fn deep_and_wide_folders_are_walked() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut deep = folder.path().to_owned();
    for _ in 0..205 {
        deep.push("d");
        fs::create_dir(&deep).expect("a folder");
    }
    fs::create_dir(folder.path().join("wide")).expect("a folder");
    for n in 0..1000 {
        fs::write(folder.path().join(format!("wide/{n}")), "").expect("a file");
    }
    let found = found(folder.path());
    let unread =
        |input: &&Input| matches!(&input.standing, Standing::Unread(why) if why.contains("deep"));
    assert_eq!(found.iter().filter(unread).count(), 1);
    assert_eq!(found.len(), 1001);
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[test]
fn gzip_is_told_by_its_bytes_and_a_cut_one_gives_what_came_before_the_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two members, as concatenated rotations have them.
    let mut both = gz(b"one\n");
    both.extend(gz(b"two\n"));
    fs::write(folder.path().join("a"), &both).expect("a file");
    let long: Vec<u8> = (0..100_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
    let whole = gz(&long);
    fs::write(folder.path().join("b.gz"), &whole[..whole.len() / 2]).expect("a file");
    let found = found(folder.path());
    let bytes = found[0].open().expect("open").bytes(0, 100).expect("read");
    assert_eq!(bytes, b"one\ntwo\n");
    assert!(found[1].size > 0 && found[1].damage.is_some());
}

#[test]
fn a_zip_gives_its_members_under_safe_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = fs::File::create(folder.path().join("export.zip")).expect("a file");
    let mut writer = zip::ZipWriter::new(file);
    let options = zip::write::SimpleFileOptions::default();
    for name in ["general/2026-03-09.json", "../../evil.log", "__MACOSX/x"] {
        writer.start_file(name, options).expect("a member");
        writer.write_all(b"[]").expect("a member");
    }
    writer.finish().expect("the end");
    let found = found(folder.path());
    assert_eq!(
        names(&found, folder.path()),
        ["export.zip/__MACOSX/x", "export.zip/evil.log", "export.zip/general/2026-03-09.json"]
    );
    assert!(matches!(found[0].standing, Standing::NotEvidence(_)));
}

#[test]
fn a_bomb_is_named_and_stopped() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bomb.gz"), gz(&vec![0; 3 << 20])).expect("a file");
    let limits = Limits { member_bytes: 1 << 20, ..Limits::default() };
    let found = inputs(&[PathBuf::from(folder.path())], &[], limits).expect("there");
    let damage = found[0].damage.as_deref().unwrap_or_default();
    assert!(damage.contains("bomb"), "{damage}");
}
