//! `rfo` builds the incident timeline of a Reason For Outage document from mail, chat, tickets
//! and logs.

pub mod accounts;
pub mod event;
pub mod time;
pub mod timeline;
