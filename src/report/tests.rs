//! What a run says about itself.

use super::{Progress, inspect, run_json, shell_quote, summary};
use crate::render::sample;

#[test]
fn the_summary_of_an_incident() {
    insta::assert_snapshot!(summary(&sample::incident().run, false), @r"
    1,234,567 bytes of evidence = 1,200,000 in records + 30,000 between records + 4,567 not read
    15,214 records read = 15,199 telling an event + 14 skipped by rule (11 channel join, 3 header) + 1 rejected
    15,232 events told = 24 shown + 312 folded into rows + 14,801 left out + 64 joined as copies or retellings + 31 outside the window
    not read: 2 places
      logs/old.log: looks like text, but no parser fits; name one with --as 'old.log=PARSER'
      mail/noc.mbox:911: the date names 31 Feb, which does not exist
    UTC ASSUMED for 13,900 events in 1 input: nothing tells their zone
    if you know it, add, with the zone's name for ZONE:
        --zone 'core-rtr-2.log=ZONE'
    ");
}

#[test]
fn the_inspection_of_an_incident() {
    insta::assert_snapshot!(inspect(&sample::incident().run, false, 80));
}

#[test]
fn the_run_as_json() {
    let written = run_json(&sample::incident().run);
    let run: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    let keys: Vec<_> = run.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["schema", "version", "tzdb", "options", "accounts", "inputs", "faults"]);
    assert_eq!(run["accounts"]["records"]["read"], 15_214);
    assert!(written.ends_with("}\n"));
}

#[test]
fn a_sum_that_does_not_hold_is_said() {
    let mut run = sample::bare(Vec::new()).run;
    assert!(!summary(&run, false).contains("add up"));
    run.accounts.bytes.size += 1;
    assert!(summary(&run, false).contains("bytes: 1234568 is not 1234567"));
}

#[test]
fn many_faults_are_counted() {
    let mut run = sample::incident().run;
    run.faults = vec![run.faults[0].clone(); 25];
    let text = summary(&run, false);
    assert!(text.contains("not read: 26 places"), "{text}");
    assert!(text.contains("and 16 more"), "{text}");
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    let run = sample::hostile().run;
    for text in [summary(&run, false), inspect(&run, false, 60)] {
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text}");
    }
    assert!(summary(&sample::incident().run, true).contains("\u{1b}[1;31mUTC ASSUMED"));
}

#[test]
fn arguments_are_quoted_for_the_shell() {
    assert_eq!(shell_quote("--zone"), "--zone");
    assert_eq!(shell_quote("logs/a b.log=UTC"), "'logs/a b.log=UTC'");
    assert_eq!(shell_quote("it's"), r"'it'\''s'");
    assert_eq!(shell_quote("**/x"), "'**/x'");
    assert_eq!(shell_quote(""), "''");
}

#[test]
fn a_hidden_bar_counts_quietly() {
    let progress = Progress::new(100, false);
    progress.add(40);
    progress.finish();
}
