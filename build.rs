//! Puts every definition of `parsers/*.toml`, sorted by name, into the binary: as written, as JSON
//! that is quickly read, and with the signs (`src/definition/signs.rs`) by which a run knows which
//! few of them to compile.

#[path = "src/template/pieces.rs"]
mod pieces;
#[path = "build/signs.rs"]
mod signs;

use std::{env, fmt::Write as _, fs, path::Path};

use toml::{Table, Value};

fn main() {
    for watched in ["parsers", "build", "src/template/pieces.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
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
        let text = fs::read_to_string(&path).expect("the definitions can be read");
        let path = path.to_str().expect("the package lies under a path that is text");
        writeln!(list, "{},", shipped(&name, path, &text)).expect("writing to a string");
    }
    list.push_str("]\n");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("shelf.rs"), list).expect("OUT_DIR can be written");
}

/// A definition as the source of a `Shipped`. What is wrong with its text is not told here: rfo
/// says it better.
fn shipped(file: &str, path: &str, text: &str) -> String {
    let mut table: Table = toml::from_str(text).unwrap_or_default();
    table.remove("sample");
    let json = (!table.is_empty()).then(|| serde_json::to_string(&table).ok()).flatten();
    let kind = table.get("kind").and_then(Value::as_str).unwrap_or_default();
    let upon = table.get("upon").and_then(Value::as_str);
    let lookups = table.get("lookup").and_then(Value::as_table);
    let lookups = lookups.iter().flat_map(|lookups| lookups.values());
    let tables: Vec<&str> = lookups.flat_map(|lookup| signs::texts(lookup.get("file"))).collect();
    let signs = signs::of(&table);
    format!(
        "Shipped {{ file: {file:?}, toml: include_str!({path:?}), json: {json:?}, kind: {kind:?}, \
         upon: {upon:?}, tables: &{tables:?}, signs: {signs} }}"
    )
}
