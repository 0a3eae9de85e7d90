//! Rows in words.

use super::{telling, time};
use crate::{
    event::{Event, Kind, Severity},
    render::{page::Style, sample},
    time::{Basis, Note, Precision, Quality},
};

fn words(event: &Event) -> String {
    let show = |style, text: &str| match style {
        Style::Strong => format!("**{text}**"),
        Style::Note => format!("*{text}*"),
        _ => text.to_owned(),
    };
    telling(event).iter().map(|span| show(span.style, &span.text)).collect()
}

fn alert(summary: &str) -> Event {
    let stamp = sample::exact(sample::at("06:00:00"));
    sample::event(Kind::Alert, "nagios", "n.log", 1, stamp, summary)
}

#[test]
fn a_bad_state_stands_out_once() {
    let mut event = alert("HTTP CRITICAL: refused");
    event.state = Some("CRITICAL".into());
    event.severity = Some(Severity::Critical);
    event.host = Some("web-1".into());
    assert_eq!(words(&event), "nagios (web-1): HTTP **CRITICAL**: refused");
    event.summary = "refused on web-1".into();
    assert_eq!(words(&event), "nagios: **CRITICAL** refused on web-1");
    event.state = None;
    event.severity = Some(Severity::Error);
    event.summary = "error: refused".into();
    assert_eq!(words(&event), "nagios (web-1): error: refused");
    event.severity = Some(Severity::Info);
    event.summary = "all good".into();
    assert_eq!(words(&event), "nagios (web-1): all good");
}

#[test]
fn doubts_are_said_in_the_row() {
    let mut event = alert("x");
    event.stamp.quality = Quality::new(Basis::ZoneAssumed);
    assert_eq!(words(&event), "nagios: x *≈ UTC assumed*");
    assert_eq!(time(&event), "≈ 06:00:00");
    event.stamp.quality = Quality::new(Basis::Zone).with(Note::Fold);
    event.stamp.precision = Precision::Minute;
    event.stamp.alternatives = vec![sample::at("07:00:00")];
    assert_eq!(words(&event), "nagios: x *≈ local time occurred twice, or 07:00*");
    event.time_end = Some(sample::at("06:30:00"));
    assert_eq!(time(&event), "≈ 06:00 – 06:30");
}

#[test]
fn a_name_stands_without_its_address() {
    let mut event = alert("x");
    event.system = "mail".into();
    for (actor, shown) in [
        ("\"Nair, Priya\" <p@isp.example>", "Nair, Priya"),
        ("<p@isp.example>", "<p@isp.example>"),
        ("p@isp.example", "p@isp.example"),
    ] {
        event.actor = Some(actor.into());
        assert_eq!(words(&event), format!("{shown} (mail): x"));
    }
}
