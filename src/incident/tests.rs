use super::*;

const FILE: &str = r#"# by hand
schema = "rfo.incident/1"
title = "Checkout outage"
services = ["checkout", "payments"]
from = "2025-11-02T05:00:00Z"
zone = ["tickets/**=America/New_York"]

[[pin]]
id = "e-7wuai2"
note = "the first sign"

[[reword]]
id   = "e-madbmucg"
text = "The shop answers 502"
was  = "shop-www/HTTPS checkout is CRITICAL"

[[mark]]
id = "e-gtaktg"
mark = "cause"

[[row]]
time = "2025-11-02 07:30 +01:00"
text = "Called the acquirer"
actor = "Mara Okafor"
marks = ["comms"]
"#;

#[test]
fn what_stands_in_the_file_is_read() {
    let incident = Incident::parse("i.toml", FILE).expect("a file");
    assert_eq!(incident.title.as_deref(), Some("Checkout outage"));
    assert_eq!(incident.zone, ["tickets/**=America/New_York"]);
    let deeds: Vec<(&str, &Deed, u64)> =
        incident.edits.iter().map(|edit| (&*edit.id, &edit.deed, edit.line)).collect();
    let reword = Deed::Reword("The shop answers 502".to_owned());
    assert_eq!(
        deeds,
        [
            ("e-7wuai2", &Deed::Pin, 8),
            ("e-madbmucg", &reword, 12),
            ("e-gtaktg", &Deed::Mark(Mark::Cause), 17)
        ]
    );
    let row = &incident.rows[0];
    assert_eq!(row.stamp.rfc3339().as_deref(), Some("2025-11-02T06:30:00Z"));
    assert_eq!((row.sources[0].line, &row.marks[..]), (21, &[Mark::Comms][..]));
    assert!(row.id().0.starts_with("e-"));
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_the_way_out() {
    let cases = [
        (
            "schema = \"rfo.incident/1\"\nsevrity = \"high\"",
            &["sevrity", "did you mean severity?"][..],
        ),
        ("schema = \"rfo.incident/2\"", &["rfo.incident/1"]),
        (
            "schema = \"rfo.incident/1\"\n[[pin]]\nid = \"7wuai2\"",
            &["ids begin with e-", "i.toml:2"],
        ),
        ("schema = \"rfo.incident/1\"\n[[reword]]\nid = \"e-7wuai2\"", &["needs `text`"]),
        (
            "schema = \"rfo.incident/1\"\n[[mark]]\nid = \"e-7wuai2\"\nmark = \"begin\"",
            &["no mark", "start, detected"],
        ),
        (
            "schema = \"rfo.incident/1\"\n[[row]]\ntime = \"07:30\"\ntext = \"x\"",
            &["no time", "with its zone"],
        ),
        ("title = ", &["i.toml"]),
    ];
    for (text, told) in cases {
        let error = Incident::parse("i.toml", text).expect_err(text).to_string();
        for part in told {
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
