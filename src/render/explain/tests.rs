//! Nothing that evidence says reaches the terminal as a command.

use serde_json::json;

use super::harmless;

#[test]
fn no_control_character_is_left_in_json() {
    let mut value = json!({ "a": ["x\u{1b}[31m", { "b": "two\nlines\u{9b}2J" }], "n": 1 });
    harmless(&mut value);
    let text = value.to_string();
    assert!(!text.contains('\u{9b}') && !text.contains("\\u001b"), "{text}");
    assert!(text.contains("two\\nlines\u{fffd}2J"), "{text}");
}
