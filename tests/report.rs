//! `rfo report`: the whole document, in all its forms, whole or not at all.

use std::fs;

use crate::house::{OPTIONS, copy_of, rfo};

#[test]
fn a_report_is_written_in_all_forms_with_its_picture() {
    let folder = copy_of("checkout-outage", |_, bytes| bytes);
    let outputs =
        ["-o", "out/r.md", "-o", "out/r.html", "-o", "confluence=out/r.xml", "-o", "out/r.adoc"];
    fs::create_dir(folder.path().join("out")).expect("a folder");
    let args =
        [&["report", "checkout-outage", "--summary", "out/run.json"][..], &outputs, &OPTIONS];
    let said = rfo(folder.path(), &args.concat());
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{}", said.err);
    let read = |name: &str| fs::read_to_string(folder.path().join("out").join(name)).expect(name);
    assert!(read("r.md").contains("![Picture of the incident](r.svg)"));
    assert!(read("r.adoc").contains("image::r.svg["));
    assert!(read("r.xml").contains("ri:filename=\"r.svg\""));
    assert!(read("r.svg").starts_with("<svg "));
    let html = read("r.html");
    assert!(html.contains("<svg ") && !html.contains("<img"), "the picture is in it");
    for name in ["r.md", "r.html", "r.xml", "r.adoc"] {
        let text = read(name);
        for words in ["What happened", "Resolution", "Deltas", "OPS-2214", "Question"] {
            assert!(text.contains(words), "{name}: {words}");
        }
    }
    assert!(read("run.json").contains("rfo.run/1"));
    let left = fs::read_dir(folder.path().join("out")).expect("a folder").flatten();
    assert!(left.into_iter().all(|file| !file.file_name().to_string_lossy().contains("partial")));
    let again = rfo(folder.path(), &args.concat());
    assert_eq!(again.code, 1);
    assert_eq!(html, read("r.html"), "the same bytes");
}

#[test]
fn a_report_goes_to_stdout_and_into_a_managed_block() {
    let folder = copy_of("checkout-outage", |_, bytes| bytes);
    let said =
        rfo(folder.path(), &["report", "checkout-outage", "--quiet", "--template", "weekly"]);
    assert!(said.out.starts_with("# Reason for outage") && said.out.contains("```mermaid\n"));
    let file = folder.path().join("rfo.md");
    fs::write(&file, "mine\n<!-- rfo:begin -->\nold\n<!-- rfo:end -->\nmine, too\n")
        .expect("a file");
    rfo(folder.path(), &["report", "checkout-outage", "--quiet", "-o", "rfo.md"]);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.starts_with("mine\n<!-- rfo:begin -->\n# Reason for outage"), "{text}");
    assert!(text.ends_with("<!-- rfo:end -->\nmine, too\n") && !text.contains("\nold\n"), "{text}");
}

#[test]
fn what_a_report_cannot_be_is_said_before_anything_is_read() {
    let folder = copy_of("checkout-outage", |_, bytes| bytes);
    for (args, words) in [
        (&["-f", "jsonl"][..], "a report is written as markdown, html, confluence, asciidoc, docx"),
        (&["-o", "a.out"], "write FORMAT=FILE"),
        (&["--template", "none.md"], "the shipped templates are report, weekly"),
    ] {
        let said = rfo(folder.path(), &[&["report", "checkout-outage"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.contains(words), "{}", said.err);
    }
}

#[test]
fn a_report_is_no_evidence_in_a_walk() {
    let folder = copy_of("checkout-outage", |_, bytes| bytes);
    let inside = [
        "checkout-outage/r.md",
        "checkout-outage/r.html",
        "checkout-outage/r.adoc",
        "confluence=checkout-outage/r.xhtml",
    ];
    for output in inside {
        rfo(folder.path(), &["report", "checkout-outage", "--quiet", "-o", output]);
    }
    let said = rfo(folder.path(), &["inspect", "checkout-outage", "-f", "json", "--quiet"]);
    let run: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let own = |input: &&serde_json::Value| {
        input["path"].as_str().expect("a path").starts_with("checkout-outage/r.")
    };
    let inputs = run["inputs"].as_array().expect("inputs");
    let own: Vec<_> = inputs.iter().filter(own).collect();
    assert_eq!(own.len(), 5);
    assert!(own.iter().all(|input| input["standing"] == "not_evidence"), "{own:?}");
}

#[test]
fn word_documents_are_written_or_the_way_to_them_is_told() {
    let folder = copy_of("checkout-outage", |_, bytes| bytes);
    let said = rfo(folder.path(), &["report", "checkout-outage", "-o", "r.docx"]);
    if cfg!(feature = "docx") {
        let bytes = fs::read(folder.path().join("r.docx")).expect("a file");
        assert!(bytes.starts_with(b"PK") && !folder.path().join("r.svg").exists());
    } else {
        assert_eq!(said.code, 2);
        assert!(said.err.contains("cargo install --features docx"), "{}", said.err);
    }
}
