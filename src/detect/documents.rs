//! Scores of definitions that read a whole document: XML and Markdown.

use std::sync::Arc;

use super::{
    Score,
    glance::LONG_HEAD,
    score::{NEED, SAMPLE, sample_plan, tells_time},
};
use crate::{
    definition::{Definition, Engine, bag::Record},
    discover::range::{Bytes, RangeRead},
    reader::{Framing, json, markdown, xml},
};

/// How well a definition for XML reads an input.
pub(super) fn xml(definition: &Arc<Definition>, source: &dyn RangeRead, head: &[u8]) -> Score {
    let Engine::Xml { records, need } = &definition.engine else { return Score::default() };
    let start =
        head.get(crate::template::skip_marks(head)..).unwrap_or_default().trim_ascii_start();
    if !start.starts_with(b"<") {
        return Score::default();
    }
    let charset = xml::charset(head);
    let plan = sample_plan(definition, Framing::Xml(charset));
    let mut drafts = Vec::new();
    let (mut read, mut good) = (0_u32, 0_u32);
    // A document may say much before its first record.
    for most in [head.len(), LONG_HEAD] {
        let Ok(bytes) = source.bytes(0, most) else { return Score::default() };
        let part = Bytes(bytes.into());
        let left = std::cell::Cell::new(0);
        let mut walk = xml::Walk::new(&part, records, charset, &left);
        while read < SAMPLE as u32
            && let Some(cut) = walk.next_record()
        {
            let len = (cut.place.end - cut.place.start) as usize;
            let Ok(bytes) = part.bytes(cut.place.start, len) else { break };
            let Ok(value) = xml::parse(&bytes, charset) else { continue };
            let around = walk.around();
            let around: Vec<_> = around.iter().collect();
            read += 1;
            let record = Record::Json { value: &value, around: &around };
            let fits = json::has(need, &value, &around) && tells_time(&plan, record, &mut drafts);
            good += u32::from(fits);
        }
        if read > 0 {
            break;
        }
    }
    if read == 0 {
        return Score::default();
    }
    let path = records.iter().map(Vec::len).max().unwrap_or(0);
    // That it is XML at all, and each name on the way to a record, is worth as much as a column.
    let proof = NEED * (need.len() + path + definition.must.len() + 1) as f64;
    let fit = f64::from(good) / f64::from(read);
    Score {
        fit,
        proof,
        records: good as usize,
        framing: plan.framing,
        hint: false,
        timeless: false,
    }
}

/// Bits for a document that calls itself a timeline, and for each thing that its front matter must
/// say; an entry by itself is worth less, as people write times in front of many things.
const DECLARED: f64 = 60.0;
const FRONT: f64 = 25.0;
const ENTRIES: f64 = 36.0;

/// How well a definition for Markdown reads an input.
pub(super) fn markdown(definition: &Arc<Definition>, path: &str, head: &[u8]) -> Score {
    let found = markdown::survey(head, path, definition);
    let asks = matches!(&definition.engine, Engine::Markdown { front } if !front.is_empty());
    let fit = found.entries as f64 / (found.entries + found.strangers).max(1) as f64;
    let (fit, proof) = match found.front {
        Some(members) if asks => (1.0, FRONT * members as f64),
        _ if asks => return Score::default(),
        _ if found.declared && found.entries > 0 => (fit, DECLARED),
        // Ordinary documents have times in a table or list too; a timeline has little else.
        _ if found.entries >= 3 => {
            let others = found.strangers + found.elsewhere;
            (found.entries as f64 / (found.entries + others) as f64, ENTRIES)
        }
        _ => return Score::default(),
    };
    let records = found.entries + usize::from(asks);
    Score { fit, proof, records, framing: Framing::Markdown, hint: false, timeless: false }
}
