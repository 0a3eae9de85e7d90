//! What a mail says itself, apart from what it quotes and how it is signed.
//!
//! Takes a body as text; gives the sender's own words and the rest. Nothing is thrown away: the rest
//! is detail, but no headline may come from it.

use std::sync::LazyLock;

use regex::Regex;

/// The writer's own words, and what was cut from between and behind them.
pub(crate) struct Split {
    /// Own words.
    pub(crate) own: String,
    /// Quotes, forwarded texts, signatures, footers.
    pub(crate) rest: String,
}

/// Verbs of the line above a quote, in the languages of the common mail programs.
const WROTE: &str = r"(?ix) \b(wrote|writes|schrieb|schreibt|escribió|escribi\u{f3}|ha\ scritto|escreveu|schreef|skrev|
    pisze|napisał|napisał\(a\)|kirjoitti|пишет|написал|написала|написав|napsal|napísal|írta|yazdı|şunu\ yazdı|a\ scris|
    έγραψε|va\ escriure) \b | a\ écrit | 写道 | 寫道 | さんは書きました | 작성 | כתב | \[mailto:";
/// Words for the sender in the block that Outlook puts above a quote.
const FROM: &str = r"(?i)^[*\s]*(From|Von|De|Da|Van|Fra|Från|Od|Lähettäjä|От|Kimden|发件人|寄件者|差出人|보낸 사람)\s?[*]*\s?[:：][*]*\s*\S";
/// Words for when it was sent.
const SENT: &str = r"(?i)^[*\s]*(Sent|Date|Gesendet|Datum|Envoyé|Enviado( el)?|Enviada em|Data|Fecha|Inviato|Verzonden|Sendt|Skickat|Wysłano|Lähetetty|Отправлено|Дата|Gönderildi|发送时间|寄件日期|送信日時|日付|보낸 날짜)\s?[*]*\s?[:：]";
/// Words for the receivers, or what it was about.
const TO: &str = r"(?i)^[*\s]*(To|An|À|A|Para|Aan|Til|Till|Do|Vastaanottaja|Кому|Kime|Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Emne|Ämne|Temat|Aihe|Тема|Konu|收件人|收件者|宛先|件名|主题|主旨|받는 사람|제목)\s?[*]*\s?[:：]";
/// What stands between the dashes above a text that is passed on whole.
const PASSED_ON: &str = r"(?ix)^[>\s]*[-_]{2,}\s?(original\ message|original\ appointment|ursprüngliche\ nachricht|
    weitergeleitete\ nachricht|message\ d.origine|message\ original|message\ transféré|mensaje\ original|
    mensaje\ reenviado|mensagem\ original|mensagem\ encaminhada|messaggio\ originale|messaggio\ inoltrato|
    oorspronkelijk\ bericht|doorgestuurd\ bericht|ursprungligt\ meddelande|vidarebefordrat\ meddelande|
    opprinnelig\ melding|oprindelig\ meddelelse|wiadomość\ oryginalna|oryginalna\ wiadomość|исходное\ сообщение|
    пересылаемое\ сообщение|forwarded\ (message|by)|forwarded\ message\ from|原始邮件|原始郵件|转发的邮件|元のメッセージ|
    転送メッセージ|원본\ 메시지)|^\s*begin\ forwarded\ message:";
/// What a telephone puts below a mail.
const DEVICE: &str = r"(?i)^(sent from my |sent from outlook|get outlook for |von meinem .{2,20} gesendet|envoyé de mon |enviado desde mi |enviado do meu |inviato da |gesendet mit |verzonden vanaf )";

struct Rules {
    wrote: Regex,
    from: Regex,
    sent: Regex,
    to: Regex,
    passed_on: Regex,
    device: Regex,
}

/// The patterns; none where one does not compile, which a test rules out.
static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| {
    let rule = |pattern| Regex::new(pattern).ok();
    Some(Rules {
        wrote: rule(WROTE)?,
        from: rule(FROM)?,
        sent: rule(SENT)?,
        to: rule(TO)?,
        passed_on: rule(PASSED_ON)?,
        device: rule(DEVICE)?,
    })
});

/// Most lines over which the line above a quote is wrapped.
const WRAPPED: usize = 3;
/// Most characters of it.
const ABOVE_CHARS: usize = 400;

/// Parts a body.
pub(crate) fn split(text: &str) -> Split {
    let lines: Vec<&str> = text.lines().map(without_return).collect();
    let mut own: Vec<&str> = Vec::new();
    let mut rest: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if is_quote(line) {
            rest.push(line);
            at += 1;
        } else if ends_here(&lines, at) {
            rest.extend(&lines[at..]);
            break;
        } else if let Some(n) = above_quote(&lines[at..]) {
            rest.extend(&lines[at..at + n]);
            at += n;
            let next = lines[at..].iter().find(|line| !is_blank(line));
            if !next.is_some_and(|line| is_quote(line)) {
                // The quote is not marked line by line: nothing tells where it ends.
                rest.extend(&lines[at..]);
                break;
            }
        } else {
            own.push(line);
            at += 1;
        }
    }
    sign_off(&mut own, &mut rest);
    Split { own: joined(&own), rest: joined(&rest) }
}

fn without_return(line: &str) -> &str {
    if line.ends_with('\r') { line.trim_end_matches('\r') } else { line }
}

/// Nearly no line is; this is asked of all.
fn is_blank(line: &str) -> bool {
    !line.bytes().next().is_some_and(|byte| byte.is_ascii_graphic()) && line.trim().is_empty()
}

fn joined(lines: &[&str]) -> String {
    let text = lines.join("\n");
    let bare = text.trim_matches(['\n', '\r']).trim_end();
    if bare.len() == text.len() { text } else { bare.to_owned() }
}

/// A line that a mail program marked as quoted. `>From ` is the escape of a mailbox.
fn is_quote(line: &str) -> bool {
    line.bytes().next().is_some_and(|byte| byte == b'>' || !byte.is_ascii_graphic())
        && line.trim_start().starts_with('>')
        && !line.starts_with(">From ")
}

/// From this line on nothing is the writer's own: a signature, a text passed on, a list's footer.
fn ends_here(lines: &[&str], at: usize) -> bool {
    let line = lines[at];
    // RFC 3676 §4.3; programs that trim lines leave the dashes alone.
    if line == "-- " || line == "--" && at + 12 > lines.len() {
        return true;
    }
    if line.starts_with("-------------- next part --------------") {
        // Mailman's archives hold the attachments in the text.
        return true;
    }
    let next = || lines[at + 1..].iter().find(|line| !is_blank(line)).copied();
    if line.len() >= 30 && line.bytes().all(|byte| byte == b'_') {
        let next = next().unwrap_or_default();
        return next.to_ascii_lowercase().contains("mailing list") || is_block(&lines[at + 1..]);
    }
    let Some(rules) = RULES.as_ref() else { return false };
    let dash = || memchr::memchr2(b'-', b'_', line.as_bytes()).is_some();
    let dashes = || line.contains("--") || line.contains("__");
    let dashed = line.starts_with(['b', 'B', ' ']) || dash() && dashes();
    dashed && rules.passed_on.is_match(line) || is_block(&lines[at..])
}

/// Outlook's header block: a sender, then when it was sent and to whom, or about what.
fn is_block(lines: &[&str]) -> bool {
    let mut lines = lines.iter().filter(|line| !is_blank(line)).take(6);
    let Some(rules) = RULES.as_ref() else { return false };
    let colon = |line: &&&str| has_colon(line);
    if !lines.next().filter(colon).is_some_and(|line| rules.from.is_match(line)) {
        return false;
    }
    let (mut sent, mut to) = (false, false);
    for line in lines.filter(colon) {
        sent |= rules.sent.is_match(line);
        to |= rules.to.is_match(line);
    }
    sent && to
}

/// Nearly no line has one; this is asked of all.
fn has_colon(line: &str) -> bool {
    memchr::memchr(b':', line.as_bytes()).is_some() || !line.is_ascii() && line.contains('：')
}

/// How many lines `On … wrote:` takes here, none where it does not stand here.
fn above_quote(lines: &[&str]) -> Option<usize> {
    let first = lines[0].trim();
    // Cheap first: it begins with a word or a date, and a colon ends it soon.
    if first.is_empty() || first.starts_with(['-', '=', '#', '|']) {
        return None;
    }
    // What ends no line of these in ASCII cannot be its colon.
    let ends = |line: &&str| {
        matches!(line.as_bytes().trim_ascii_end().last(), Some(b':' | b'\x0b' | 0x80..))
    };
    if !lines.iter().take(WRAPPED).any(ends) {
        return None;
    }
    let rules = RULES.as_ref()?;
    let mut length = 0;
    for (n, line) in lines.iter().take(WRAPPED).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        length += line.len() + usize::from(n > 0);
        let joined = || {
            let lines: Vec<&str> = lines[..=n].iter().map(|line| line.trim()).collect();
            lines.join(" ")
        };
        if length > ABOVE_CHARS && joined().chars().count() > ABOVE_CHARS {
            return None;
        }
        if !line.ends_with([':', '：']) {
            continue;
        }
        let joined = joined();
        let next = lines[n + 1..].iter().find(|line| !is_blank(line));
        let quoted = next.is_some_and(|line| is_quote(line));
        let dated = joined.bytes().any(|byte| byte.is_ascii_digit());
        let sender = joined.contains('@') || joined.contains('<');
        // Some languages have no verb there: a date and an address before the colon.
        let tail = joined.trim_end_matches([':', '：', ' ']);
        let bare = dated && tail.ends_with('>') && sender;
        let wrote = rules.wrote.is_match(&joined);
        return (wrote && (quoted || dated) || bare && (quoted || wrote) || bare && n < 2)
            .then_some(n + 1);
    }
    None
}

/// Moves what a telephone adds at the end.
fn sign_off<'t>(own: &mut Vec<&'t str>, rest: &mut Vec<&'t str>) {
    let Some(rules) = RULES.as_ref() else { return };
    let Some(last) = own.iter().rposition(|line| !is_blank(line)) else { return };
    if rules.device.is_match(own[last].trim()) {
        rest.insert(0, own[last]);
        own.truncate(last);
    }
}

#[cfg(test)]
mod tests;
