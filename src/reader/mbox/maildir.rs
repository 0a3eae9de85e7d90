//! Names of messages in a Maildir: `EPOCH.unique.host[,S=size]:2,FLAGS`, with `;` or `!` for the
//! colon where a file system allows none.

/// What a file's name tells.
pub(super) struct Name<'p> {
    /// When it was delivered, seconds since 1970 UTC, as written.
    pub(super) delivered: &'p str,
    letters: &'p str,
}

/// The flags of a message, by their letters, in the order in which they are told.
const FLAGS: [(char, &str); 6] = [
    ('D', "draft"),
    ('T', "trashed"),
    ('F', "flagged"),
    ('P', "passed on"),
    ('R', "answered"),
    ('S', "seen"),
];

/// The name of a file in a `cur` or `new` folder; none for any other path.
pub(super) fn name(path: &str) -> Option<Name<'_>> {
    let mut components = path.rsplit('/');
    let last = components.next()?;
    if !matches!(components.next(), Some("cur" | "new")) {
        return None;
    }
    let (delivered, _) = last.split_once('.')?;
    if !(9..=11).contains(&delivered.len()) || !delivered.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let letters = [":2,", ";2,", "!2,", "%3A2,"].iter();
    let letters = letters.filter_map(|sign| last.rsplit_once(sign)).map(|(_, flags)| flags).next();
    Some(Name { delivered, letters: letters.unwrap_or_default() })
}

impl Name<'_> {
    /// The flags in words, drafts and what was thrown away first; none where there are none.
    pub(super) fn flags(&self) -> Option<String> {
        let set = FLAGS.iter().filter(|(letter, _)| self.letters.contains(*letter));
        let words: Vec<&str> = set.map(|(_, word)| *word).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}
