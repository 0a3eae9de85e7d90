//! Files in texts, whole and damaged.

use super::cut;

#[test]
fn a_file_in_a_text_is_named_and_left_out() {
    let text =
        "See below.\n\nbegin 644 disk usage.txt\n#0V%T\n`\nend\nbegin 1755 two\n#0V%T\n\nend\n\nJo";
    let (text, names) = cut(text).expect("files");
    assert_eq!(
        (text.as_str(), names),
        ("See below.\n\n\nJo", vec!["disk usage.txt".to_owned(), "two".to_owned()])
    );
    // Cut short in the middle.
    assert_eq!(cut("begin 644 a\n#0V%T\n#0V"), Some((String::new(), vec!["a".to_owned()])));
}

#[test]
fn sentences_are_no_files() {
    for text in [
        "begin 644 a\nlower case letters\nend\n",
        "begin again today\n#0V%T\n",
        "begin 644\n",
        "we\nbegin 999 x\n#0V%T\n",
        "",
    ] {
        assert_eq!(cut(text), None, "{text}");
    }
}
