//! Files that a program reads: known by what they begin with, by a line near their beginning, or,
//! where the definition says nothing else, by their names.

use super::NEED;
use crate::{
    definition::{Definition, Program},
    detect::Score,
    reader::Framing,
    text,
};

/// Bits for a byte of `magic`.
const BYTE: f64 = 8.0;

pub(super) fn score(definition: &Definition, program: &Program, path: &str, head: &[u8]) -> Score {
    let none = Score { framing: Framing::Command, ..Score::default() };
    let begins = program.magic.iter().filter(|magic| head.starts_with(magic.as_bytes()));
    let begins = begins.map(|magic| BYTE * magic.len() as f64).fold(0.0, f64::max);
    let head = text::decode(head);
    let found = definition.find.iter().filter_map(|rule| rule.sought(&head)).sum::<u32>();
    let mut proof = begins + f64::from(found);
    if program.magic.is_empty() && definition.find.is_empty() {
        // A name alone proves nothing: it counts where no other parser claims the file.
        let named = definition.files.iter().any(|shape| shape.fields(path).is_some());
        proof = f64::from(u8::from(named));
    } else if proof > 0.0 {
        // What a person found out about a format is worth as much as a column.
        proof += NEED;
    }
    if proof == 0.0 { none } else { Score { fit: 1.0, proof, records: 1, ..none } }
}
