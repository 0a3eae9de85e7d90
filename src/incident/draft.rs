//! A draft of the incident file, from a first run: what is known filled in, what can be done to each
//! row ready to be uncommented.

use std::fmt::Write as _;

use super::SCHEMA;
use crate::{render::safe, timeline::Timeline};

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
         # services = [\"what was hit?\"]\n\n"
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
    out.push_str(
        "\n# [[row]]                      # a row that no evidence tells\n\
         # time  = \"2026-03-10T06:14:00Z\"\n# text  = \"…\"\n# marks = [\"start\"]\n\n\
         # The rows of this run. Uncomment to pin, hide, reword or mark one.\n",
    );
    for event in timeline.rows.iter() {
        let time = event.stamp.rfc3339().unwrap_or_default();
        let _ = writeln!(
            out,
            "\n# {time}\n# [[pin]]                      # or hide, reword (with text), mark (with mark)\n# id  = {}\n# was = {}",
            quoted(&event.id().0),
            quoted(&event.summary)
        );
    }
    out
}

/// A text as TOML writes it on one line.
fn quoted(text: &str) -> String {
    // A JSON text is a TOML text of one line.
    serde_json::to_string(&*safe::line(text)).unwrap_or_default()
}
