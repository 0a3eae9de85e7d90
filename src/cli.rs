//! The command line: words and help, no behaviour.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Build the incident timeline of an RFO from mail, chat, tickets and logs.
#[derive(Debug, Parser)]
#[command(name = "rfo", version, about, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour what is printed.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Say nothing but errors on stderr.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  rfo inspect evidence/                          what each file is, and how its times are read
  rfo timeline evidence/ -o timeline.md          the incident timeline, ready to paste
  rfo timeline evidence/ --zone 'logs/**=Europe/Berlin' --from '2026-03-10 06:00' --to '2026-03-10 09:00'
  rfo explain e-7kq3f2 evidence/                 why that row is there, and the lines behind it
  rfo parsers check my-format.toml               try a parser of your own on its samples";

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write the incident timeline of all evidence under the paths.
    Timeline(Timeline),
    /// Write the whole RFO document around the timeline; what nobody wrote is a question for you.
    Report(Report),
    /// Write raw log records in time order, bytes untouched.
    Merge(Merge),
    /// Tell what each file is, how its times are read, and what could not be read.
    Inspect(Inspect),
    /// Tell why a row is here, how its time was read and what was joined to it; or why it is not.
    Explain(Explain),
    /// Read the edits of a timeline's table, as Markdown or CSV, back into the incident file.
    Pull(Pull),
    /// Compare two timelines: a human's and ours, or two runs. Exit code 1 where they differ.
    Compare(Compare),
    /// List, show, check, try and draft parsers.
    Parsers {
        /// What to do with them.
        #[command(subcommand)]
        command: Parsers,
    },
    /// Print the JSON Schema of `rfo.event/1`, what `-f jsonl` writes.
    Schema,
    /// Print what completes the commands and options of rfo in a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Evidence, and how it is to be read.
#[derive(Args, Clone, Debug)]
pub struct Evidence {
    /// Files and folders of evidence; `-` is stdin.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Zone of times that name none: IANA or Windows name, UTC, ±HH:MM; for all or by path.
    #[arg(long, value_name = "[GLOB=]ZONE", allow_hyphen_values = true)]
    pub zone: Vec<String>,
    /// Year of times that name none, for all or by path.
    #[arg(long, value_name = "[GLOB=]YYYY")]
    pub year: Vec<String>,
    /// Day of the first record of files whose lines have only a clock, for all or by path.
    #[arg(long, value_name = "[GLOB=]YYYY-MM-DD")]
    pub date: Vec<String>,
    /// Order of day and month where both are numbers: dmy, mdy or ymd.
    #[arg(long, value_name = "[GLOB=]ORDER")]
    pub date_order: Vec<String>,
    /// The column that holds the time (or what a parser else asks for) in tables.
    #[arg(long, value_name = "[GLOB=]time=NAME")]
    pub column: Vec<String>,
    /// That clock is this much ahead (+37s, -2m10s, 1h, 250ms); auto puts right what is surely off.
    #[arg(long, value_name = "GLOB=±DUR|auto", allow_hyphen_values = true)]
    pub skew: Vec<String>,
    /// Read these inputs with that parser, whatever they look like.
    #[arg(long = "as", value_name = "[GLOB=]PARSER")]
    pub read_as: Vec<String>,
    /// Add a parser from a file; it replaces one of the same name.
    #[arg(long, value_name = "FILE")]
    pub parser: Vec<PathBuf>,
    /// Pass over the parsers in the user's folder.
    #[arg(long)]
    pub isolated: bool,
    /// Time zone rules: bundled, system, or a folder of compiled rules.
    #[arg(long, value_name = "bundled|system|DIR", default_value = "bundled")]
    pub tzdb: String,
    /// Threads; as many as there are processors if not given.
    #[arg(short = 'j', long, value_name = "N")]
    pub jobs: Option<usize>,
}

/// The window asked for.
#[derive(Args, Clone, Debug)]
pub struct Window {
    /// First instant: RFC 3339, or `YYYY-MM-DD[ HH:MM[:SS]]` in the first --show-zone, else UTC.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// First instant behind the window.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
}

/// The incident file may name the evidence.
fn unless_incident(paths: clap::Arg) -> clap::Arg {
    paths.required(false).required_unless_present("incident")
}

/// `rfo timeline`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("paths", unless_incident))]
pub struct Timeline {
    /// Evidence.
    #[command(flatten)]
    pub evidence: Evidence,
    /// The window.
    #[command(flatten)]
    pub window: Window,
    /// Read logs around the window only (60 s on each side), where their stamps say date and zone and
    /// are seen to be in order; what is not read is told of.
    #[arg(long)]
    pub trust_order: bool,
    /// Add a column of local times.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub show_zone: Vec<String>,
    /// How much to show: the 8 to 15 rows at the core, or the 20 to 60 of a full timeline.
    #[arg(long, value_enum, default_value_t = Level::Full, value_name = "core|full")]
    pub level: Level,
    /// Show every event, not only those that a timeline needs.
    #[arg(long, conflicts_with = "level")]
    pub all: bool,
    /// The incident file: title, window, zones, clocks, and the edits of rows.
    #[arg(long, value_name = "FILE")]
    pub incident: Option<PathBuf>,
    /// Draft an incident file from this run; a file that is there is left alone.
    #[arg(long, value_name = "FILE")]
    pub init_incident: Option<PathBuf>,
    /// Fail (exit code 1) if any row is in doubt.
    #[arg(long)]
    pub strict: bool,
    /// Format for stdout: markdown, html, text, jsonl, csv, csv-spreadsheet, xlsx, svg; or what another
    /// tool imports: timesketch, iris, gitlab, ecs, otlp, grafana, trace, mermaid, cloudevents,
    /// icalendar, firehydrant, rootly, pagerduty, incident-io, timelinejs, l2tcsv, tln, status; or
    /// template:FILE, a template of your own.
    #[arg(short, long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Write to a file; the format follows its ending, or is named. May be given again.
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    pub output: Vec<String>,
    /// Write what the run did (rfo.run/1): the accounts, the inputs, the faults.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
}

/// `rfo report`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("format", |arg| arg.help(REPORT_FORMATS)))]
pub struct Report {
    /// The timeline in it.
    #[command(flatten)]
    pub timeline: Timeline,
    /// The document: report, weekly (five minutes), or a template of your own, in Markdown.
    #[arg(long, value_name = "NAME|FILE", default_value = "report")]
    pub template: String,
}

const REPORT_FORMATS: &str = "Format for stdout: markdown, html, confluence, asciidoc, docx.";

/// How much a timeline shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// The rows at the core.
    Core,
    /// A full timeline.
    Full,
}

/// `rfo merge`.
#[derive(Args, Debug)]
pub struct Merge {
    /// Evidence.
    #[command(flatten)]
    pub evidence: Evidence,
    /// The window.
    #[command(flatten)]
    pub window: Window,
    /// Put the instant before each record: in UTC, or in each --show-zone.
    #[arg(long)]
    pub prepend: bool,
    /// Zone of --prepend, and of --from and --to.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub show_zone: Vec<String>,
    /// Put the source before each record: its path, or the name alone.
    #[arg(long, value_enum, value_name = "path|name", num_args = 0..=1, default_missing_value = "path", require_equals = true)]
    pub label: Option<Label>,
    /// Write a record once that several inputs hold: the same bytes at the same instant.
    #[arg(long)]
    pub dedupe: bool,
    /// raw: the bytes of the records. jsonl: each record as an event (rfo.event/1).
    #[arg(short, long, value_enum, default_value_t = MergeFormat::Raw, value_name = "FORMAT")]
    pub format: MergeFormat,
    /// Memory for sorting what is in no order; past it, temporary files. A quarter of what there is.
    #[arg(long, value_name = "BYTES")]
    pub memory: Option<String>,
    /// Write to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write what the run did (rfo.run/1): the accounts, the inputs, the faults.
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
}

/// What a merge writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MergeFormat {
    /// The bytes of the records.
    Raw,
    /// Events as JSON Lines.
    Jsonl,
}

/// How a record's source is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Label {
    /// The path as given.
    Path,
    /// Its last component.
    Name,
}

/// `rfo inspect`.
#[derive(Args, Debug)]
pub struct Inspect {
    /// Evidence.
    #[command(flatten)]
    pub evidence: Evidence,
    /// text, or json (rfo.run/1).
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

/// `rfo explain`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("paths", unless_incident))]
pub struct Explain {
    /// The id of a row or of any of its sources (or how it begins, as tables show it), or the place
    /// of a record: PATH:LINE; with --missing a text.
    #[arg(value_name = "ID|PATH:LINE|TEXT")]
    pub what: String,
    /// What is asked for is a text that you miss: which rule left it out.
    #[arg(long)]
    pub missing: bool,
    /// Evidence.
    #[command(flatten)]
    pub evidence: Evidence,
    /// The window.
    #[command(flatten)]
    pub window: Window,
    /// The incident file of the timeline.
    #[arg(long, value_name = "FILE")]
    pub incident: Option<PathBuf>,
    /// Add a local time.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub show_zone: Vec<String>,
    /// As in a timeline of that level.
    #[arg(long, value_enum, default_value_t = Level::Full, value_name = "core|full")]
    pub level: Level,
    /// As in a timeline of every event: nothing is left out or folded.
    #[arg(long, conflicts_with = "level")]
    pub all: bool,
    /// text, or json (rfo.explain/1).
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

/// `rfo pull`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("paths", unless_incident))]
pub struct Pull {
    /// The timeline as it was edited: the Markdown document, or the CSV.
    #[arg(value_name = "EDITED.md|.csv")]
    pub edited: PathBuf,
    /// Evidence, and how it was read for the timeline.
    #[command(flatten)]
    pub evidence: Evidence,
    /// The window of the timeline.
    #[command(flatten)]
    pub window: Window,
    /// The incident file that the edits go into; it is made where there is none.
    #[arg(long, value_name = "FILE", required = true)]
    pub incident: PathBuf,
    /// The zone in which --from and --to were given.
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub show_zone: Vec<String>,
    /// The level of the timeline.
    #[arg(long, value_enum, default_value_t = Level::Full, value_name = "core|full")]
    pub level: Level,
    /// The timeline is of every event.
    #[arg(long, conflicts_with = "level")]
    pub all: bool,
    /// Hide the rows that the table does not have, also where it does not say of which run it is.
    #[arg(long)]
    pub hide_missing: bool,
    /// Say what would change, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `rfo compare`.
#[derive(Args, Debug)]
pub struct Compare {
    /// The two timelines (Markdown, CSV, JSON Lines; ours or others'), and how their times are read.
    #[command(flatten)]
    pub evidence: Evidence,
    /// text, or json (rfo.compare/1).
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub format: String,
}

/// `rfo parsers`.
#[derive(Debug, Subcommand)]
pub enum Parsers {
    /// List all parsers, with what each reads.
    List(Shelf),
    /// Print the definition of a parser, ready to be saved and changed.
    Show {
        /// Its name.
        name: String,
        /// Where parsers come from.
        #[command(flatten)]
        shelf: Shelf,
    },
    /// Run the samples of parsers: all shipped ones, or those in these files.
    Check {
        /// Definition files.
        files: Vec<PathBuf>,
    },
    /// Tell what each parser makes of these files: which claim them, and what the best one reads.
    Try {
        /// Files of evidence.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Where parsers come from.
        #[command(flatten)]
        shelf: Shelf,
    },
    /// Draft a parser from a file that none reads: the stamp, the constant parts, the fields.
    New {
        /// Lines, rows or objects of the format.
        sample: PathBuf,
        /// Name of the parser; the file's, if not given.
        #[arg(long)]
        name: Option<String>,
        /// Where parsers come from.
        #[command(flatten)]
        shelf: Shelf,
    },
}

/// Where parsers come from.
#[derive(Args, Debug)]
pub struct Shelf {
    /// Add a parser from a file; it replaces one of the same name.
    #[arg(long, value_name = "FILE")]
    pub parser: Vec<PathBuf>,
    /// Pass over the parsers in the user's folder.
    #[arg(long)]
    pub isolated: bool,
}
