//! A draft of the incident file, from a first run: what is known filled in, what can be done to each
//! row ready to be uncommented.

use std::{collections::BTreeSet, fmt::Write as _};

use super::SCHEMA;
use crate::{event::Event, render::safe, timeline::Timeline};

/// The draft, as TOML.
pub fn draft(timeline: &Timeline) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "# The incident file: what you decide here holds in every later run with --incident.\n\
         # Rows are named by the id of any of their sources; a `note` may stand in each entry.\n\
         schema = \"{SCHEMA}\"\n\n\
         # title    = \"what would a customer call it?\"\n\
         # id       = \"INC-…\"\n\
         # severity = \"how bad was it?\"\n\
         # services = [\"what was hit?\"]\n\
         # paths    = [\"evidence\"]        # from here on, where the command line names none\n\n"
    );
    let found = timeline.run.incident.as_ref();
    let window = found.and_then(|found| Some((found.from.as_ref()?, found.to.as_ref()?)));
    if let Some((from, to)) = window {
        let _ = writeln!(out, "from = {from:?}\nto   = {to:?}");
    }
    let told = |name: &str| -> Vec<String> {
        let options = timeline.run.options.iter();
        let values = options.filter_map(|option| option.strip_prefix(name)?.strip_prefix(' '));
        values.map(quoted).collect()
    };
    let _ = writeln!(out, "zone = [{}]", told("--zone").join(", "));
    let _ = writeln!(out, "skew = [{}]", told("--skew").join(", "));
    let needs: Vec<&String> = timeline.run.inputs.iter().flat_map(|input| &input.needs).collect();
    for need in needs {
        let _ = writeln!(out, "# in doubt, settled by: {}", safe::line(need));
    }
    people(&mut out, timeline);
    out.push_str(
        "\n# [[row]]                      # a row that no evidence tells\n\
         # time  = \"2026-03-10T06:14:00Z\"\n# text  = \"…\"\n# marks = [\"start\"]\n\n\
         # [[join]]                     # one row of several; the first gives its time\n\
         # ids = [\"e-…\", \"e-…\"]\n\n\
         # [[unjoin]]                   # a source that is an event of its own\n\
         # id = \"e-…\"\n\n\
         # The rows of this run. Uncomment to pin, hide, reword (with text), mark or unmark (with mark).\n",
    );
    for event in timeline.rows.iter() {
        row(&mut out, &event);
    }
    out
}

/// Who wrote the rows, each once, by name.
fn people(out: &mut String, timeline: &Timeline) {
    let names = timeline.rows.iter().filter(|event| event.actor_role.as_deref() != Some("bot"));
    let names: BTreeSet<String> = names.filter_map(|event| event.actor.clone()).collect();
    if names.is_empty() {
        return;
    }
    out.push_str("\n# Who took part. One person may have many names; `also` lists the others.\n");
    for name in names {
        let _ = writeln!(
            out,
            "\n# [[person]]\n# name = {}\n# role = \"…\"\n# also = []",
            quoted(&name)
        );
    }
}

fn row(out: &mut String, event: &Event) {
    let mut entry = vec!["[[pin]]".to_owned(), format!("id   = {}", quoted(&event.id().0))];
    let marks: Vec<&str> = event.marks.iter().map(|mark| mark.word()).collect();
    entry.extend((!marks.is_empty()).then(|| format!("# it is marked {}", marks.join(", "))));
    entry.push(format!("was  = {}", quoted(&event.summary)));
    let time = event.stamp.rfc3339();
    entry.extend(time.as_deref().map(|time| format!("at   = {}", quoted(time))));
    let record = event.sources[0].record.as_deref();
    entry.extend(record.map(|record| format!("record = {}", quoted(record))));
    out.push('\n');
    for line in entry {
        let _ = writeln!(out, "# {line}");
    }
}

/// A text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    // A JSON text is a TOML text of one line.
    serde_json::to_string(&*safe::line(text)).unwrap_or_default()
}
