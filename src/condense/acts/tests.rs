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

fn print(table: &[[u32; 3]]) {
    for ((name, _), [right, wrong, missed]) in NAMES.iter().zip(table) {
        let of = |part: u32, all: u32| (part * 100).checked_div(all).unwrap_or(100);
        let (precision, recall) = (of(*right, right + wrong), of(*right, right + missed));
        println!(
            "{name} {right:3} right {wrong:2} wrong {missed:2} missed: {precision:3} % {recall:3} %"
        );
    }
}

fn sums(table: &[[u32; 3]]) -> [u32; 3] {
    [0, 1, 2].map(|i| table.iter().map(|row| row[i]).sum())
}

#[test]
fn the_sentences_tuned_by_are_heard() {
    let (table, amiss) = measure(include_str!("tests/dev.txt"));
    print(&table);
    println!("{}", amiss.join("\n"));
    let [right, wrong, missed] = sums(&table);
    assert!(wrong * 100 <= right * 3 && missed * 100 <= right * 3, "{:?}", sums(&table));
}

#[test]
fn the_sentences_not_tuned_by_are_heard_mostly() {
    let (table, amiss) = measure(include_str!("tests/test.txt"));
    print(&table);
    if std::env::var_os("RFO_AMISS").is_some() {
        println!("{}", amiss.join("\n"));
    }
    let [right, wrong, missed] = sums(&table);
    assert!(wrong * 100 <= right * 15 && missed * 100 <= right * 40, "{:?}", sums(&table));
}
