//! Sources as rows.

use super::{export, one_export};
use crate::{render::sample, timeline::Standing};

#[test]
fn the_files_of_one_folder_that_are_read_alike_are_one_row() {
    let inputs = sample::incident().run.inputs;
    let read = inputs.iter().find(|input| input.standing == Standing::Read).expect("one is read");
    let day = |path: &str, first: &str, last: &str| {
        let mut day = read.clone();
        path.clone_into(&mut day.path);
        day.records = 2;
        day.first = Some(first.to_owned());
        day.last = Some(last.to_owned());
        day
    };
    let a = day("export/general/2.json", "2026-03-10T05:00:00Z", "2026-03-10T06:00:00Z");
    let b = day("export/general/3.json", "2026-03-09T04:00:00Z", "2026-03-09T05:00:00Z");
    let c = day("export/general/4.json", "2026-03-11T04:00:00Z", "2026-03-11T05:00:00Z");
    let elsewhere = day("export/random/2.json", "2026-03-10T05:00:00Z", "2026-03-10T06:00:00Z");
    assert!(one_export(&a, &b) && !one_export(&a, &elsewhere));
    let mut other = b.clone();
    other.parser = Some("plain".to_owned());
    assert!(!one_export(&a, &other));
    let row = export(&[&a, &b, &c]);
    let cells: Vec<String> =
        row.iter().map(|cell| cell.iter().map(|span| span.text.as_ref()).collect()).collect();
    assert_eq!(cells[0], "export/general (3 files)");
    assert_eq!(cells[2], "6");
    assert_eq!(cells[3], "2026-03-09 04:00 – 2026-03-11 05:00");
}
