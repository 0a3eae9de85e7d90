//! The JSON Schema of `rfo.event/1`, as `rfo schema` prints it.

/// JSON Schema (draft 2020-12) of one line of `rfo.event/1`, with a line end. Unknown keys are
/// allowed: readers ignore them.
pub const EVENT: &str = include_str!("event.schema.json");

#[cfg(test)]
mod tests;
