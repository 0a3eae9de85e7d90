use super::*;

fn drafted(text: &str) -> Draft {
    draft("mine", text, &Shelf::shipped().unwrap()).unwrap()
}

#[test]
fn unknown_lines_become_a_parser_that_passes_its_own_check() {
    let draft = drafted(
        "2026.03.14 21:02:11 till-7 <drawer> WARN: drawer is open\n\
         2026.03.14 21:02:40 till-7 <printer> ERROR: no receipt paper\n  asked for paper\n\
         2026.03.14 21:03:02 till-9 <drawer> INFO: closed again\n",
    );
    assert_eq!(draft.missing, [""; 0], "{}", draft.toml);
    assert!(draft.toml.contains("{time} {host} <{field1}> {severity}: {text}"), "{}", draft.toml);
    assert!(draft.toml.contains("%Y.%m.%d"), "{}", draft.toml);
}

#[test]
fn a_list_in_a_document_is_found_with_its_time_and_text() {
    let draft = drafted(
        r#"{"shop":"north","entries":[
        {"when":"2026-03-14T21:02:11Z","level":"warn","msg":"drawer is open","till":7},
        {"when":"2026-03-14T21:02:40Z","level":"error","msg":"no paper","till":7}]}"#,
    );
    assert_eq!(draft.missing, [""; 0], "{}", draft.toml);
    assert!(draft.toml.contains("records = \"entries[]\""), "{}", draft.toml);
    assert!(draft.toml.contains("severity = \"{level}\""), "{}", draft.toml);
}

#[test]
fn a_table_with_two_times_tells_two_events_a_row() {
    let draft = drafted(
        "Ref;Opened;Solved on;Subject;Owner of it;Status\n\
         A-1;14.03.2026 21:02;14.03.2026 22:40;No paper;Jo;done\n\
         A-2;14.03.2026 21:07;;Drawer stuck;Lee;open\n",
    );
    assert_eq!(draft.missing, [""; 0], "{}", draft.toml);
    assert_eq!(draft.toml.matches("[[sample.event]]").count(), 3, "{}", draft.toml);
    assert!(draft.toml.contains("at       = \"{Solved on}\""), "{}", draft.toml);
}

#[test]
fn what_a_parser_reads_already_is_said() {
    let draft = drafted("2026-03-14 21:02:11 it came\n2026-03-14 21:02:12 it went away\n");
    assert!(
        draft.notes.iter().any(|why| why.contains("reads this already")),
        "{:?} {}",
        draft.notes,
        draft.toml
    );
}

#[test]
fn text_without_times_is_refused() {
    assert!(draft("mine", "Dear all,\nnothing happened.\n", &Shelf::default()).is_err());
    assert!(draft("mine", "", &Shelf::default()).is_err());
}
