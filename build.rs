//! Lists `parsers/*.toml`, sorted by name, so that the binary carries every shipped definition.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=parsers");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let shelf = Path::new(&root).join("parsers");
    let mut names: Vec<String> = fs::read_dir(&shelf)
        .expect("parsers/ is part of the package")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "toml"))
        .collect();
    names.sort();
    let mut list = String::from("&[\n");
    for name in names {
        let path = shelf.join(&name);
        let path = path.to_str().expect("the package lies under a path that is text");
        writeln!(list, "    ({name:?}, include_str!({path:?})),").expect("writing to a string");
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("shelf.rs"), list).expect("OUT_DIR can be written");
}
