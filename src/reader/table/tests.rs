use super::cells;

#[test]
fn rows_fall_into_cells() {
    let cases: [(u8, &str, &[&str]); 9] = [
        (b' ', "a b c", &["a", "b", "c"]),
        (b' ', "  a   b\t c ", &["a", "b", "c"]),
        (b' ', r#"a "b c" d"#, &["a", "b c", "d"]),
        (b' ', r#""" "x""y""#, &["", "x\"y"]),
        (b' ', r#"a "open end"#, &["a", "\"open", "end"]),
        (b' ', r#""a"b c" d"#, &["a\"b c", "d"]),
        (b' ', "", &[""]),
        (b'\t', "a\t\tb c\t", &["a", "", "b c", ""]),
        (b',', r#"a,"b,c",d"#, &["a", "b,c", "d"]),
    ];
    for (delimiter, row, expected) in cases {
        assert_eq!(cells(row, delimiter), expected, "{row}");
    }
}
