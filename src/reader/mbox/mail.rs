//! A mail as named fields, each decoded when it is asked for.

use std::{borrow::Cow, cell::OnceCell, ops::Range, sync::LazyLock};

use super::{
    address,
    body::{self, Attached, How, Parts},
    charset, digest,
    header::{self, Block},
    maildir, place, quote,
};
use crate::{
    text,
    time::{
        Flags, Instant, RawTime,
        mail::{self, Stamped, Trusted},
        pattern::Formats,
    },
};

/// How deep mails may lie in mails.
const DEPTH: u8 = 5;
/// Most mails that one mail may hold.
const ATTACHED: usize = 1000;
/// The header that says how a body was written for its way.
const ENCODING: &str = "Content-Transfer-Encoding";

/// A mail.
pub struct Mail {
    /// Headers and body, without the mailbox's own line and escapes.
    message: Vec<u8>,
    headers: Block,
    envelope: Option<String>,
    delivered: Option<String>,
    flags: Option<String>,
    /// How it came to be attached to another mail, and how deep it lies.
    how: Option<How>,
    depth: u8,
    /// The body is text as it is, whatever the headers say.
    plain: bool,
    /// Where an attached mail stands in the record.
    place: Option<Range<usize>>,
    /// How bytes of the message become those of the record.
    map: place::Map,
    time: When,
    trusted: Trusted,
    parts: OnceCell<Parts>,
    split: OnceCell<quote::Split>,
    attached: OnceCell<Vec<Mail>>,
}

#[derive(Default)]
struct When {
    raw: Option<RawTime>,
    text: String,
    other: Option<Instant>,
    delay_s: Option<i64>,
    stamped: Stamped,
}

impl Mail {
    /// The mail in a record's bytes. `escaped` tells that a mailbox writer may have put `>` before
    /// lines that begin with `From `; `path` is the input's, which a Maildir names by delivery;
    /// `trusted` are the hosts whose stamps are believed.
    pub fn new(record: &[u8], escaped: bool, path: &str, trusted: &Trusted) -> Self {
        let whole = record.len();
        let mut record = record.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(record);
        let mut envelope = None;
        let end = memchr::memchr(b'\n', record).unwrap_or(record.len());
        if let Some(line) = header::envelope(&record[..end]) {
            envelope = Some(text::decode(line.trim_ascii_end()).into_owned());
            record = record.get(end + 1..).unwrap_or_default();
        }
        let before = whole - record.len();
        let (message, map) = place::unescape(record, before, escaped);
        let name = maildir::name(path);
        let mut mail = Self {
            map,
            envelope,
            delivered: name.as_ref().map(|name| name.delivered.to_owned()),
            flags: name.and_then(|name| name.flags()),
            ..Self::of(message.into_owned(), None, 0, trusted)
        };
        mail.time = mail.find_time();
        mail
    }

    fn of(message: Vec<u8>, how: Option<How>, depth: u8, trusted: &Trusted) -> Self {
        Self {
            headers: Block::cut(&message),
            message,
            envelope: None,
            delivered: None,
            flags: None,
            how,
            depth,
            plain: false,
            place: None,
            map: place::Map::default(),
            time: When::default(),
            trusted: trusted.clone(),
            parts: OnceCell::new(),
            split: OnceCell::new(),
            attached: OnceCell::new(),
        }
    }

    /// Its time.
    pub fn when(&self) -> Option<RawTime> {
        self.time.raw
    }

    /// Its time as written.
    pub fn when_text(&self) -> &str {
        &self.time.text
    }

    /// Another time that stays possible: that of a `Date` which was not believed.
    pub fn other(&self) -> Option<Instant> {
        self.time.other
    }

    /// How long it was on its way to the first trusted hop, in seconds; negative for a clock ahead.
    pub fn delay_s(&self) -> Option<i64> {
        self.time.delay_s
    }

    /// The address that wrote it, in lower case.
    pub fn sender(&self) -> Option<String> {
        address::address(&text::decode(self.raw("From")?)).map(|address| address.to_lowercase())
    }

    /// What the hosts on its way stamped.
    pub(super) fn stamped(&self) -> &Stamped {
        &self.time.stamped
    }

    /// Where an attached mail stands in the record, in bytes; none for one that is no other's, and
    /// where the bytes are not there as they are (base64).
    pub fn place(&self) -> Option<&Range<usize>> {
        self.place.as_ref()
    }

    /// The mails that are attached to it, and those attached to them, in the order of the text.
    pub fn attached(&self) -> &[Self] {
        self.attached.get_or_init(|| {
            let mut all = self.within(Some(0));
            all.truncate(ATTACHED);
            for mail in &mut all {
                mail.place =
                    mail.place.take().and_then(|place| self.map.record(&self.message, place));
            }
            all
        })
    }

    /// The same, with places counted in the outermost message, where this one begins at `start`.
    fn within(&self, start: Option<usize>) -> Vec<Self> {
        let mut all = Vec::new();
        if self.depth >= DEPTH || !self.may_hold_mails() {
            return all;
        }
        // What was cut has headers of its own; the body's bytes are as far from the end.
        let (len, attached) = self.parsed(|mail| (mail.raw_bytes.len(), body::attached(mail)));
        for Attached { how, message, plain, place } in attached {
            let mut mail = Self::of(message, Some(how), self.depth + 1, &self.trusted);
            // A part that says neither who nor what nor when is no mail.
            if ["From", "Date", "Subject"].iter().any(|name| mail.raw(name).is_some()) {
                let at = |at: usize| Some(start? + (self.message.len() + at).checked_sub(len)?);
                mail.place = place.and_then(|place| Some(at(place.start)?..at(place.end)?));
                mail.plain = plain;
                mail.time = mail.find_time();
                let within = mail.within(mail.place.as_ref().map(|place| place.start));
                all.push(mail);
                all.extend(within);
            }
        }
        all
    }

    /// Cheap: only few mails need their parts cut to know.
    fn may_hold_mails(&self) -> bool {
        static SIGNS: LazyLock<[memchr::memmem::Finder<'static>; 4]> = LazyLock::new(|| {
            ["/rfc822", "/RFC822", "/digest", "message/global"].map(memchr::memmem::Finder::new)
        });
        let lower = |name| self.raw(name).unwrap_or_default().to_ascii_lowercase();
        let kind = lower("Content-Type");
        let parted = kind.starts_with(b"multipart") || kind.starts_with(b"message");
        let has = |value: &[u8], sign: &str| memchr::memmem::find(value, sign.as_bytes()).is_some();
        // Behind base64 nothing can be seen but what the subject says.
        let hidden = || has(&lower("Subject"), "digest") && has(&lower(ENCODING), "base64");
        !self.plain
            && (parted && SIGNS.iter().any(|sign| sign.find(&self.message).is_some())
                || digest::may_be(&self.message)
                || hidden())
    }

    /// A field: a header's name, with `.name` or `.address` of its first mailbox, or `[n]` of
    /// its n-th message id from 0; or one of those that `made` makes.
    pub fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        if name.starts_with(|c: char| c.is_ascii_lowercase())
            && let Some(value) = self.made(name)
        {
            return Some(value);
        }
        if let Some(value) = self.header(name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some((header, number)) =
            name.strip_suffix(']').and_then(|name| name.rsplit_once('['))
        {
            let value = self.header(header)?;
            let mut ids = address::message_ids(value);
            return ids.nth(number.parse().ok()?).map(Cow::Borrowed);
        }
        let (header, part) = name.rsplit_once('.')?;
        let value = charset::unfold(&self.text(self.raw(header)?));
        let found = match part {
            "name" => self.person(address::name(&value)?),
            "address" => address::address(&value)?,
            _ => return None,
        };
        Some(Cow::Owned(found))
    }

    /// The fields that are no headers: `body` (own words), `quoted` (what was cut from them),
    /// `calendar` and its parts, `report.*`, `labels`, `flags`, `envelope`, `attached`,
    /// `attachments` (names of files).
    fn made(&self, name: &str) -> Option<Cow<'_, str>> {
        let calendar = || self.parts().calendar.as_ref();
        let found = match name {
            "labels" => return self.labels().map(Cow::Owned),
            "calendar" => return calendar()?.text().map(Cow::Owned),
            "attachments" => return Some(Cow::Owned(self.parts().attachments.join(", "))),
            "body" => Some(self.split().own.as_str()),
            "quoted" => Some(self.split().rest.as_str()),
            "envelope" => self.envelope.as_deref(),
            "flags" => self.flags.as_deref(),
            "attached" => self.how.map(How::word),
            "calendar.method" => calendar()?.method.as_deref(),
            "calendar.summary" => calendar()?.summary.as_deref(),
            "calendar.start" => calendar()?.start.as_deref(),
            "calendar.end" => calendar()?.end.as_deref(),
            "calendar.location" => calendar()?.location.as_deref(),
            _ => self.report(name.strip_prefix("report.")?),
        };
        found.map(Cow::Borrowed)
    }

    /// A field of a delivery report; addresses without the kind of address before them.
    fn report(&self, name: &str) -> Option<&str> {
        let wanted = match name {
            "recipient" => "final-recipient",
            other => other,
        };
        let (_, value) = self.parts().report.iter().find(|(name, _)| name == wanted)?;
        let value = value.split_once(';').map_or(value.as_str(), |(_, value)| value).trim();
        Some(value.trim_matches(['<', '>']))
    }

    /// Gmail's labels that a person gave.
    fn labels(&self) -> Option<String> {
        const OF_GMAIL: [&str; 12] = [
            "Inbox",
            "Unread",
            "Opened",
            "Important",
            "Starred",
            "Sent",
            "Archived",
            "Chat",
            "Spam",
            "Trash",
            "Drafts",
            "Snoozed",
        ];
        let value = self.header("X-Gmail-Labels")?;
        let mut labels = Vec::new();
        let (mut start, mut quoted) = (0, false);
        for (at, c) in value.char_indices().chain(std::iter::once((value.len(), ','))) {
            quoted ^= c == '"';
            if c == ',' && (!quoted || at == value.len()) {
                labels.push(value[start..at].trim().trim_matches('"'));
                start = at + 1;
            }
        }
        labels.retain(|label| {
            !label.is_empty() && !label.starts_with("Category ") && !OF_GMAIL.contains(label)
        });
        (!labels.is_empty()).then(|| labels.join(", "))
    }

    /// A name without what a list puts behind it when it sends in its own name.
    fn person(&self, name: String) -> String {
        if (self.raw("List-Id").is_some() || self.raw("List-Post").is_some())
            && let Some((person, _)) = name.split_once(" via ")
            && !person.trim().is_empty()
        {
            return person.trim().trim_matches(['\'', '"']).to_owned();
        }
        name
    }

    /// The raw value of the first header of that name that holds something.
    pub(super) fn raw(&self, name: &str) -> Option<&[u8]> {
        self.headers.all(&self.message, name).find(|value| !value.is_empty())
    }

    fn header(&self, name: &str) -> Option<&str> {
        let decode = |raw: &[u8]| charset::header(raw, self.declared(raw).as_deref());
        self.headers.decoded(&self.message, name, decode)
    }

    /// Raw bytes of a header as text.
    fn text<'m>(&self, raw: &'m [u8]) -> Cow<'m, str> {
        match self.declared(raw) {
            Some(label) => Cow::Owned(charset::decode(raw, &label)),
            None => text::decode(raw),
        }
    }

    /// The charset that the body declares, where a header's bytes are no UTF-8.
    fn declared(&self, raw: &[u8]) -> Option<String> {
        if std::str::from_utf8(raw).is_ok() {
            return None;
        }
        let kind = text::decode(self.raw("Content-Type")?);
        mailparse::parse_content_type(&kind).params.get("charset").cloned()
    }

    fn find_time(&self) -> When {
        let all = |name: &str| {
            let values = self.headers.all(&self.message, name);
            values.map(|raw| text::decode(raw).into_owned()).collect::<Vec<_>>()
        };
        let date = self.raw("Date").map(text::decode);
        let received = all("Received");
        let others = ["X-Received", "Delivery-date", "Resent-Date", "X-Original-Date"];
        let others = others.map(all).concat();
        let sender = self.sender();
        let headers = mail::Headers {
            date: date.as_deref(),
            received: received.iter().map(String::as_str).collect(),
            others: others.iter().map(String::as_str).collect(),
            envelope: self.envelope.as_deref(),
            sender: sender.as_deref(),
        };
        let stamped = mail::stamped(&headers);
        if let Some(found) = mail::choose(&headers, &self.trusted) {
            return When {
                raw: Some(found.raw),
                text: found.text.to_owned(),
                other: found.alternative,
                delay_s: found.delay_s,
                stamped,
            };
        }
        let delivered = self.delivered.as_deref();
        if let Some((mut raw, text)) = delivered.and_then(|text| Some((epoch(text)?, text))) {
            raw.flags = raw.flags.with(Flags::RECEIVED);
            return When { raw: Some(raw), text: text.to_owned(), stamped, ..When::default() };
        }
        When { text: date.unwrap_or_default().into_owned(), stamped, ..When::default() }
    }

    fn split(&self) -> &quote::Split {
        self.split.get_or_init(|| quote::split(self.parts().text.as_deref().unwrap_or_default()))
    }

    fn parts(&self) -> &Parts {
        self.parts.get_or_init(|| {
            if self.plain {
                return Parts::plain(&self.message[self.headers.body()..]);
            }
            self.parsed(Parts::of)
        })
    }

    /// Cuts the message into its parts. One whose headers are damaged is cut under those of its
    /// headers that say what the body is.
    fn parsed<T>(&self, take: impl Fn(&mailparse::ParsedMail<'_>) -> T) -> T
    where
        T: Default,
    {
        let mut mended: Vec<u8> = Vec::new();
        for name in ["Content-Type", ENCODING] {
            if let Some(value) = self.raw(name) {
                mended.extend_from_slice(name.as_bytes());
                mended.extend_from_slice(b": ");
                mended.extend(charset::unfold(&text::decode(value)).bytes());
                mended.push(b'\n');
            }
        }
        mended.push(b'\n');
        mended.extend_from_slice(&self.message[self.headers.body()..]);
        mailparse::parse_mail(&mended).map_or_else(|_| T::default(), |mail| take(&mail))
    }
}

fn epoch(digits: &str) -> Option<RawTime> {
    static EPOCH: LazyLock<Option<Formats>> = LazyLock::new(|| Formats::compile(&["epoch"]).ok());
    EPOCH.as_ref()?.whole(digits.as_bytes())
}
