use super::*;

/// Names in the case files and the bits that they are for.
const NAMES: [(&str, Acts); 10] = [
    ("det", Acts::DETECT),
    ("ack", Acts::ACKNOWLEDGE),
    ("inv", Acts::INVESTIGATE),
    ("cau", Acts::CAUSE),
    ("dec", Acts::DECIDE),
    ("act", Acts::ACT),
    ("rec", Acts::RECOVER),
    ("inf", Acts::INFORM),
    ("mit", Acts::MITIGATED),
    ("res", Acts::RESOLVED),
];

/// A line of a case file: what must be heard, what may be, and the sentence.
fn case(line: &str) -> Option<(u16, u16, &str)> {
    let (labels, text) = line.split_once('|')?;
    let (mut must, mut may, mut within) = (0, 0, false);
    for word in labels.split_whitespace() {
        within |= word.starts_with('(');
        let name = word.trim_matches(['(', ')']);
        let bits = NAMES.iter().find(|(known, _)| *known == name).map_or(0, |(_, acts)| acts.0);
        *(if within { &mut may } else { &mut must }) |= bits;
        within &= !word.ends_with(')');
    }
    Some((must, may, text.trim()))
}

/// Right, wrong and missed by class, and the sentences heard otherwise than written down.
fn measure(file: &str) -> (Vec<[u32; 3]>, Vec<String>) {
    let mut listener = Listener::new();
    let mut table = vec![[0; 3]; NAMES.len()];
    let mut amiss = Vec::new();
    for (must, may, text) in file.lines().filter(|l| !l.starts_with('#')).filter_map(case) {
        let heard = listener.acts(text);
        for (row, (_, bits)) in table.iter_mut().zip(NAMES) {
            let (wanted, got) = (must & bits.0 != 0, heard.has(bits));
            row[0] += u32::from(wanted && got);
            row[1] += u32::from(got && !wanted && may & bits.0 == 0);
            row[2] += u32::from(wanted && !got);
        }
        let all = NAMES.iter().fold(0, |all, (_, bits)| all | bits.0);
        if (heard.0 & all & !may) != (must & !may) {
            let names: Vec<_> = heard.names().collect();
            amiss.push(format!("{} <- {text}", names.join(" ")));
        }
    }
    (table, amiss)
}

/// The table by class, for a failure to show.
fn said(table: &[[u32; 3]]) -> String {
    let mut lines = Vec::new();
    for ((name, _), [right, wrong, missed]) in NAMES.iter().zip(table) {
        let of = |part: u32, all: u32| (part * 100).checked_div(all).unwrap_or(100);
        let (precision, recall) = (of(*right, right + wrong), of(*right, right + missed));
        lines.push(format!(
            "{name} {right:3} right {wrong:2} wrong {missed:2} missed: {precision:3} % {recall:3} %"
        ));
    }
    lines.join("\n") + "\n"
}

fn sums(table: &[[u32; 3]]) -> [u32; 3] {
    [0, 1, 2].map(|i| table.iter().map(|row| row[i]).sum())
}

#[test]
fn the_sentences_tuned_by_are_heard() {
    let (table, amiss) = measure(include_str!("tests/dev.txt"));
    let [right, wrong, missed] = sums(&table);
    let sure = wrong * 100 <= right * 3 && missed * 100 <= right * 3;
    assert!(sure, "{}{}", said(&table), amiss.join("\n"));
}

#[test]
fn the_other_sentences_are_heard_mostly() {
    let (table, amiss) = measure(include_str!("tests/test.txt"));
    let [right, wrong, missed] = sums(&table);
    let sure = wrong * 100 <= right * 12 && missed * 100 <= right * 15;
    assert!(sure, "{}{}", said(&table), amiss.join("\n"));
}

#[test]
fn talk_is_chatter_and_news_are_not() {
    let mut listener = Listener::new();
    let chatter = [
        "ok",
        "\u{1f389}\u{1f389}",
        ":tada:",
        "+1",
        "thanks a lot!",
        "the coffee machine is down",
        "good morning everybody, nice weekend?",
        "my laptop is down",
        "lol, prod is down",
        "",
    ];
    for text in chatter {
        assert_eq!(listener.acts(text).0 & !Acts::QUESTION.0, Acts::CHATTER.0, "{text}");
    }
    for text in ["rebooted", "web-1 is down", "TODO: write the runbook", "next update at 14:30 UTC"]
    {
        assert!(!listener.acts(text).has(Acts::CHATTER), "{text}");
    }
}

#[test]
fn flags_are_set() {
    let cases = [
        ("TODO: raise the limit", Acts::TODO),
        ("follow-up: alert on the lag", Acts::TODO),
        ("Next update in 30 minutes", Acts::PROMISE),
        ("down since 10:05", Acts::SINCE),
        ("should we restart db-1?", Acts::QUESTION),
        ("it is not resolved yet", Acts::VETOED),
        ("if it recovers tell me", Acts::VETOED),
    ];
    let mut listener = Listener::new();
    for (text, flag) in cases {
        assert!(listener.acts(text).has(flag), "{text}");
    }
    assert!(!listener.acts("I have nothing to do with it since the release").has(Acts::TODO));
    assert!(!listener.acts("slow since the release").has(Acts::SINCE));
}

#[test]
fn what_stands_before_a_request_is_said_and_not_asked() {
    let mut listener = Listener::new();
    let said = [
        ("@Kai restarted db-1, can you check from your side?", Acts::ACT),
        ("wir haben db-1 neu gestartet, kannst du mal schauen?", Acts::ACT),
        ("web-1 is back to normal, could you confirm?", Acts::RECOVER),
    ];
    for (text, act) in said {
        assert!(listener.acts(text).has(act), "{text}");
    }
    for text in [
        "can you tell me whether you restarted db-1, or not?",
        "did somebody restart db-1, or was it the watchdog?",
        "have you restarted db-1?",
        "can you check, is web-1 back to normal?",
    ] {
        assert!(!listener.acts(text).has(Acts::ACT | Acts::RECOVER), "{text}");
    }
}

#[test]
fn a_word_alone_takes_it_and_some_questions_do() {
    let mut listener = Listener::new();
    for text in ["mine", "Mine.", "here. what do we know?", "@jo what do we have?", "bin da!"] {
        assert!(listener.acts(text).has(Acts::ACKNOWLEDGE), "{text}");
    }
    for text in ["not mine", "a friend of mine works there", "here is the graph of web-1"] {
        assert!(!listener.acts(text).has(Acts::ACKNOWLEDGE), "{text}");
    }
}

#[test]
fn quotes_links_and_code_say_nothing() {
    let mut listener = Listener::new();
    let quiet = [
        "> web-1 is down\nagreed?",
        "see https://example.net/web-1-is-down/incident%20closed",
        "```\nERROR: server is down\n```\nfor the record",
        ":incident closed",
    ];
    for text in &quiet[..3] {
        assert_eq!(listener.acts(text).0 & 0xff, 0, "{text}");
    }
    assert!(listener.acts(quiet[3]).has(Acts::RESOLVED));
}

#[test]
fn any_bytes_are_read() {
    let mut listener = Listener::new();
    let odd = [
        "\u{c3}",
        "\u{c5}\u{153}\u{2019}\u{2026}\u{ff01}",
        "`",
        "```",
        ":",
        "::",
        ">",
        "\n>\n>",
        "a:",
        "a:1",
        "<@",
        "://",
        "not ",
        ".?!,",
        "\u{1f600}",
        "\u{e9}",
        "\u{2014}",
        "-",
        " - ",
        "1-",
    ];
    for text in odd {
        listener.acts(text);
        listener.acts(&text.repeat(5000));
    }
    listener.acts(&"not resolved ".repeat(10_000));
}
