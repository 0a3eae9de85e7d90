//! Markdown that stays text.

use super::{code, inline, line};
use crate::render::{Format, Look, page::plain, sample, tests::shown};

#[test]
fn text_stays_text() {
    for (text, safe) in [
        ("max_conn reached", "max_conn reached"),
        ("_x_ *y* ~~z~~", "\\_x\\_ \\*y\\* \\~\\~z\\~\\~"),
        ("a|b `c` \\|", "a\\|b \\`c\\` \\\\\\|"),
        ("<b>R&D &amp; x & y", "&lt;b>R&amp;D &amp;amp; x & y"),
        ("![i](x) [l](y)", "!\\[i](x) \\[l](y)"),
        ("https://e.example www.e.example", "https\\://e.example www\\.e.example"),
        ("cc @dana a@b.c #12 #ops", "cc @\u{200b}dana a@b.c #\u{200b}12 #ops"),
        ("cost $5 or $6", "cost \\$5 or \\$6"),
    ] {
        assert_eq!(inline(text), safe);
    }
}

#[test]
fn a_line_begins_no_block() {
    for (text, safe) in [
        ("# head", "\\# head"),
        ("- item", "\\- item"),
        ("12. item", "12\\. item"),
        ("12:30 up", "12:30 up"),
        ("    code", "code"),
    ] {
        assert_eq!(line(&[plain(text)]), safe);
    }
}

#[test]
fn a_code_span_never_ends_early() {
    assert_eq!(code("a/b.log:12"), "`a/b.log:12`");
    assert_eq!(code("a`b|c"), "a\\`b\\|c");
}

#[test]
fn hostile_text_breaks_no_table() {
    let written = shown(&sample::hostile(), Format::Markdown, Look::default());
    let mut width = 0;
    for line in written.lines() {
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        if line.starts_with("| ") {
            assert!(width == 0 || width == bars, "{line}");
            width = bars;
        } else if !line.starts_with('|') {
            assert_eq!(bars, 0, "{line}");
            width = 0;
        }
        assert!(!line.contains("<script") && !line.contains(" [l](") && !line.contains("@every"));
        let line = line.replace("\\://", "");
        assert!(!line.contains("://") && !line.contains("www.evil"), "{line}");
    }
}

proptest::proptest! {
    /// Escaping loses nothing and leaves no sign bare that could start markup.
    #[test]
    fn escaping_is_reversible(text in "[a-z0-9 |`*_<>&;#@\\\\\\[\\]$~:/.w]{0,40}") {
        let safe = inline(&text);
        let mut plain = String::new();
        let mut chars = safe.chars();
        while let Some(c) = chars.next() {
            proptest::prop_assert!(!matches!(c, '|' | '`' | '*' | '[' | '~' | '$' | '<'), "{safe}");
            plain.extend(if c == '\\' { chars.next() } else { Some(c) });
        }
        let plain = plain.replace('\u{200b}', "").replace("&lt;", "<").replace("&amp;", "&");
        proptest::prop_assert_eq!(plain, text.replace("&lt;", "<").replace("&amp;", "&"));
    }
}
