use std::sync::Arc;

use rayon::prelude::*;

use super::*;
use crate::{
    definition::{Definition, shelf::Shelf},
    detect::{Ranking, scores},
    discover::Input,
};

/// Names and values of those that recognise anything.
fn told(ranking: Ranking) -> Vec<(String, f64)> {
    let told = ranking.into_iter().filter(|(_, score)| score.fit > 0.0);
    told.map(|(definition, score)| (definition.name.clone(), score.value())).collect()
}

#[test]
fn whoever_recognises_anything_is_asked() {
    let all = Shelf::shipped().expect("the shipped parsers compile");
    let few = Shelf::on_demand().expect("the shipped parsers compile");
    let definitions: Vec<&Arc<Definition>> = all.iter().collect();
    definitions.into_par_iter().for_each(|definition| {
        for sample in &definition.samples {
            let text = sample.input.strip_prefix('\n').unwrap_or(&sample.input);
            let input = Input::from_bytes("sample", text.as_bytes());
            let source = input.open().expect("bytes can be read");
            let scores = |shelf| told(scores(&input, &*source, shelf).expect("bytes can be read"));
            assert_eq!(scores(&all), scores(&few), "{}: {text}", definition.name);
        }
    });
    few.sound().expect("the shipped parsers compile");
}

#[test]
fn a_definition_is_the_same_from_either_source() {
    let all = Shelf::shipped().expect("the shipped parsers compile");
    let few = Shelf::on_demand().expect("the shipped parsers compile");
    assert_eq!(all.iter().count(), few.iter().count());
    for (whole, made) in all.iter().zip(few.iter()) {
        let whole = Definition { samples: Vec::new(), ..Definition::clone(whole) };
        assert_eq!(format!("{whole:?}"), format!("{made:?}"), "{}", whole.name);
    }
}

#[test]
fn what_stands_in_a_text_is_found() {
    let shown = Shown::in_all([&b"on 1 May\n\x1b[1mlevel=warn"[..]].into_iter());
    for text in ["on", "M", "=w", "level=warn", "\n", ""] {
        assert!(shown.holds(text.as_bytes()), "{text}");
    }
    for text in ["L", "no", "level=error"] {
        assert!(!shown.holds(text.as_bytes()), "{text}");
    }
    assert!(shown.begins("level") && shown.begins("on") && !shown.begins("May"));
    assert!(shown.begins_time(&["a"]) && !shown.begins_time(&["0000-", "0:"]));
}

#[test]
fn an_escaped_letter_hides_a_name() {
    assert!(escapes_letters(br#"{"\u0061ge": 1}"#));
    assert!(!escapes_letters(br#"{"age": "\u003c1 \u00e9 \u00"}"#));
}
