//! What the lexicons of acts hear of the wordings, without any incident around them.

use rfo::condense::acts::{Acts, Listener};

use super::{CAUSES, Script, Words, chance::Chance, half, plot::Plot, words::LANGUAGES};

/// Kinds of wordings, and the acts of which one at least is in them; none where nothing is done.
const MEANT: [(&str, u16); 23] = [
    ("ack", Acts::ACKNOWLEDGE.0),
    ("look", Acts::INVESTIGATE.0 | Acts::DETECT.0),
    ("staff", Acts::DETECT.0),
    ("complaint", Acts::DETECT.0),
    ("cause", Acts::CAUSE.0),
    ("decide", Acts::DECIDE.0),
    ("act", Acts::ACT.0),
    ("try", Acts::ACT.0),
    ("fail", Acts::DETECT.0 | Acts::VETOED.0),
    ("better", Acts::RECOVER.0),
    ("workaround", Acts::MITIGATED.0),
    ("close", Acts::RESOLVED.0),
    ("reopen", Acts::DETECT.0),
    ("vendor", Acts::ACKNOWLEDGE.0 | Acts::INFORM.0 | Acts::ACT.0),
    ("declare", Acts::ACKNOWLEDGE.0 | Acts::DETECT.0),
    ("out1", Acts::DETECT.0 | Acts::INFORM.0 | Acts::INVESTIGATE.0),
    ("out2", Acts::CAUSE.0 | Acts::INFORM.0 | Acts::ACT.0),
    ("out3", Acts::RECOVER.0),
    ("announce", Acts::ACT.0 | Acts::DECIDE.0),
    ("chatter", 0),
    ("waiting", 0),
    ("elsewhere", 0),
    ("newsletter", 0),
];

#[test]
#[ignore = "a table: of how many wordings the lexicons hear what is meant"]
fn table_of_acts() {
    let (mut listener, words) = (Listener::new(), Words::new(half()));
    for (kind, meant) in MEANT {
        let (mut right, mut all, mut missed) = (0, 0, Vec::new());
        for language in LANGUAGES {
            for wording in words.all(kind, language) {
                let text = script(all, language).fill(wording, 1_788_412_838_000);
                let acts = listener.acts(&text);
                let heard = match meant {
                    0 => acts.count() == 0 || acts.has(Acts::CHATTER),
                    meant => acts.has(Acts(meant)),
                };
                all += 1;
                right += usize::from(heard);
                if !heard {
                    let names: Vec<_> = acts.names().collect();
                    missed.push(format!("    {language} {text} [{}]", names.join(" ")));
                }
            }
        }
        eprintln!("{kind:<12} {right:>3} of {all}\n{}", missed.join("\n"));
    }
}

/// An incident of which something can be said.
fn script(number: usize, language: &'static str) -> Script {
    let mut chance = Chance::new(number as u64, "acts");
    let plot = Plot { language, ..Plot::new(&mut chance) };
    let changed: Vec<_> = CAUSES.iter().filter(|cause| !cause.changes.is_empty()).collect();
    let mut script = Script::new(chance, Words::new(half()), changed[number % changed.len()], plot);
    script.start = 1_788_412_838_000;
    script
}
