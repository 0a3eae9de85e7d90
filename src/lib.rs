//! `rfo` builds the incident timeline of a Reason For Outage document from mail, chat, tickets
//! and logs.
//!
//! ```text
//! paths ─► discover ─► detect ─► scan ─► decide ─► resolve ─► merge ─► join ─► condense ─► render
//!          inputs      which     ticks   one       stamps     one      copies   the rows     md html
//!                      defini-   +       policy a  with       order             that         text
//!                      tion fits sketches file     doubts                       matter       jsonl csv
//! ```
//!
//! [`run`] is the file to read first: one call a stage, in this order.

pub mod accounts;
pub mod cli;
pub mod compare;
pub mod condense;
pub mod definition;
pub mod detect;
pub mod discover;
pub mod event;
pub mod incident;
pub mod join;
mod merge;
pub mod output;
pub mod pull;
pub mod reader;
pub mod render;
pub mod report;
pub mod run;
mod sets;
pub mod settings;
pub mod snippet;
pub mod template;
pub mod text;
pub mod time;
pub mod timeline;
