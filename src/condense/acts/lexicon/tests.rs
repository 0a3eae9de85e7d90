use super::*;

#[test]
fn every_section_of_every_language_has_phrases() {
    for (language, file) in FILES.iter().enumerate() {
        for (name, class) in SECTIONS {
            assert!(phrases(file).any(|(known, ..)| known == class), "{language} [{name}]");
        }
        let named = file.lines().filter_map(|l| l.strip_prefix('[')?.strip_suffix(']'));
        for name in named {
            assert!(SECTIONS.iter().any(|(known, _)| *known == name), "{language} [{name}]");
        }
    }
}

#[test]
fn an_open_phrase_ends_within_a_word_and_others_with_it() {
    let plain = |text: &str| {
        let mut out = Vec::new();
        super::plain(text, &mut out);
        out
    };
    let lexicon = Lexicon::read(&["[act]\nreboot*, kill +\n"]);
    let find = |text: &str| {
        lexicon.find(&plain(text)).filter(|f| f.meanings[0].class == Class::Act).count()
    };
    assert_eq!(find("rebooting, and Reboots"), 2);
    assert_eq!((find("kill it"), find("killer")), (1, 0));
}
