//! The tests of the whole program, as one binary.

mod accounts;
mod cli;
mod clocks;
mod compare;
mod edits;
mod explain;
mod exports;
mod house;
mod incidents;
mod merge;
mod parsers;
mod pull;
mod report;
mod same;
mod schema;
mod script;
mod times;
mod trust;
mod unpack;
mod world;
