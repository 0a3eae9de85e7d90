//! Settings: what was typed on the command line, turned into what is meant.
//!
//! Zones are looked up, globs compiled, the window read and the parsers loaded before any
//! evidence is touched, so that a misspelt word costs no time.

mod from_file;
pub mod glob;
mod memory;
mod outputs;
mod told;
mod window;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub use from_file::{put_before, settle};
use glob::Glob;
pub use outputs::{Output, documents, outputs};
pub use told::ByPath;
use told::{by_path, bytes, columns, day, duration_ms, year};
use window::window;

use crate::{
    cli,
    condense::{score::Signs, select::Level},
    definition::{Definition, DefinitionError, shelf::Shelf},
    incident::Incident,
    time::{
        policy::{DateOrder, PathDate},
        zone::{Database, Zone, Zones},
    },
    timeline::Window,
};

/// A usage error: place, reason, way out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SettingsError {
    /// An option cannot be understood.
    #[error("{option}: {reason}")]
    Option {
        /// The option, as typed.
        option: String,
        /// Reason and way out.
        reason: String,
    },
    /// A parser cannot be used.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// Neither the command line nor the incident file of that path names evidence.
    #[error("no evidence is named; name files or folders, or write paths = [\"…\"] in {0}")]
    NoEvidence(String),
}

impl SettingsError {
    /// The same, with the place in the incident file where it is the file that says so.
    #[must_use]
    pub fn placed(self, incident: Option<&Incident>) -> Self {
        match (self, incident) {
            (Self::Option { option, reason }, Some(incident)) => {
                Self::Option { option: incident.placed(&option).unwrap_or(option), reason }
            }
            (error, _) => error,
        }
    }
}

fn wrong(option: &str, value: &str, reason: impl std::fmt::Display) -> SettingsError {
    SettingsError::Option { option: format!("{option} {value}"), reason: reason.to_string() }
}

/// How evidence is to be read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Parsers.
    pub shelf: Shelf,
    /// Told zones.
    pub zone: ByPath<Zone>,
    /// Told years.
    pub year: ByPath<i32>,
    /// Told days of records that write only a clock.
    pub date: ByPath<PathDate>,
    /// Told orders of day and month.
    pub order: ByPath<DateOrder>,
    /// Told columns: what is asked for, and the name of the column.
    pub column: ByPath<(String, String)>,
    /// How much a clock is ahead, in milliseconds.
    pub skew_ms: ByPath<i64>,
    /// Clocks of which nobody told that are surely off are put right.
    pub skew_auto: bool,
    /// Told parsers.
    pub read_as: ByPath<Arc<Definition>>,
    /// Time zone rules.
    pub zones: Zones,
    /// Those are the bundled ones; the machine's own may differ.
    pub bundled: bool,
    /// Threads; 0 for as many as there are processors.
    pub jobs: usize,
    /// Bytes of a chunk.
    pub chunk: u64,
    /// Options that change the result, as typed.
    pub options: Vec<String>,
}

/// What the timeline is to show.
#[derive(Clone, Debug, Default)]
pub struct Showing {
    /// The window.
    pub window: Window,
    /// Local columns.
    pub show_zones: Vec<Zone>,
    /// Inputs that are seen to be in order are read around the window alone.
    pub trust_order: bool,
    /// Every event.
    pub all: bool,
    /// How many rows, where not every event is one.
    pub level: Level,
    /// What the lead decided.
    pub incident: Option<Arc<Incident>>,
    /// Signs that count for nothing in the choice of rows: to measure what each is worth.
    pub without: Signs,
    /// Doubt is failure.
    pub strict: bool,
}

/// What a merge is to write.
#[derive(Clone, Debug)]
pub struct Merging {
    /// The window.
    pub window: Window,
    /// Put the instant before each record, in these zones; in UTC without any.
    pub prepend: Option<Vec<Zone>>,
    /// Put the source before each record.
    pub label: Option<Label>,
    /// Copies of a record are written once.
    pub dedupe: bool,
    /// Bytes that sorting may take before it goes on in files.
    pub memory: u64,
}

pub use cli::Label;

impl Merging {
    /// What the options of the command line mean.
    ///
    /// # Errors
    /// A word that cannot be understood.
    pub fn from_cli(cli: &cli::Merge, zones: &Zones) -> Result<Self, SettingsError> {
        let (window, show_zones) = window(&cli.window, &cli.show_zone, zones)?;
        let memory = cli.memory.as_deref();
        let memory = memory.map(|text| bytes(text).map_err(|e| wrong("--memory", text, e)));
        Ok(Self {
            window,
            prepend: cli.prepend.then_some(show_zones),
            label: cli.label,
            dedupe: cli.dedupe,
            memory: memory.transpose()?.unwrap_or_else(memory::quarter),
        })
    }
}

impl Reading {
    /// Reads paths with the shipped parsers and nothing told.
    ///
    /// # Errors
    /// A shipped parser that does not compile.
    pub fn new(paths: Vec<PathBuf>) -> Result<Self, SettingsError> {
        Ok(Self::with(paths, Shelf::on_demand()?))
    }

    /// Reads paths with these parsers and nothing told.
    pub fn with(paths: Vec<PathBuf>, shelf: Shelf) -> Self {
        Self {
            paths,
            shelf,
            zone: ByPath::default(),
            year: ByPath::default(),
            date: ByPath::default(),
            order: ByPath::default(),
            column: ByPath::default(),
            skew_ms: ByPath::default(),
            skew_auto: false,
            read_as: ByPath::default(),
            zones: Zones::bundled().clone(),
            bundled: true,
            jobs: 0,
            chunk: crate::reader::CHUNK,
            options: Vec::new(),
        }
    }

    /// What the options of the command line mean.
    ///
    /// # Errors
    /// A word that cannot be understood, with what was likely meant.
    pub fn from_cli(cli: &cli::Evidence) -> Result<Self, SettingsError> {
        let shelf = shelf(&cli.parser, cli.isolated)?;
        let database: Database = cli.tzdb.parse().unwrap_or_default();
        let zones = Zones::open(&database).map_err(|reason| wrong("--tzdb", &cli.tzdb, reason))?;
        let mut options = Vec::new();
        let mut note = |name: &str, values: &[String]| {
            options.extend(values.iter().map(|value| format!("{name} {value}")));
        };
        note("--zone", &cli.zone);
        note("--year", &cli.year);
        note("--date", &cli.date);
        note("--date-order", &cli.date_order);
        note("--column", &cli.column);
        note("--skew", &cli.skew);
        note("--as", &cli.read_as);
        if cli.tzdb != "bundled" {
            note("--tzdb", std::slice::from_ref(&cli.tzdb));
        }
        let told_skew: Vec<String> =
            cli.skew.iter().filter(|value| *value != "auto").cloned().collect();
        let parser = |name: &str| {
            shelf.get(name).cloned().ok_or_else(|| {
                let near = shelf.nearest(name).map(|near| format!("; did you mean {near}?"));
                format!("unknown parser{}", near.unwrap_or_else(|| "; see rfo parsers list".into()))
            })
        };
        Ok(Self {
            zone: by_path("--zone", &cli.zone, |name| {
                zones.named(name).map_err(|e| e.to_string())
            })?,
            year: by_path("--year", &cli.year, year)?,
            date: by_path("--date", &cli.date, day)?,
            order: by_path("--date-order", &cli.date_order, str::parse)?,
            column: columns(&cli.column)?,
            skew_ms: by_path("--skew", &told_skew, duration_ms)?,
            skew_auto: told_skew.len() < cli.skew.len(),
            read_as: by_path("--as", &cli.read_as, parser)?,
            paths: cli.paths.clone(),
            shelf,
            zones,
            bundled: database == Database::Bundled,
            jobs: cli.jobs.unwrap_or(0),
            chunk: crate::reader::CHUNK,
            options,
        })
    }

    /// The same for one path alone, with what was told of others left out.
    #[must_use]
    pub fn of_path(&self, path: &Path) -> Self {
        let shown = path.display().to_string();
        Self {
            paths: vec![path.to_owned()],
            zone: self.zone.of_path(&shown),
            year: self.year.of_path(&shown),
            date: self.date.of_path(&shown),
            order: self.order.of_path(&shown),
            column: self.column.of_path(&shown),
            skew_ms: self.skew_ms.of_path(&shown),
            read_as: self.read_as.of_path(&shown),
            ..self.clone()
        }
    }

    /// Globs that match no input: a misspelt one must not be passed over in silence.
    ///
    /// # Errors
    /// The first such glob, with the nearest path.
    pub fn check_globs(&self, paths: &[Arc<str>]) -> Result<(), SettingsError> {
        let all = [
            ("--zone", self.zone.globs().collect::<Vec<_>>()),
            ("--year", self.year.globs().collect()),
            ("--date", self.date.globs().collect()),
            ("--date-order", self.order.globs().collect()),
            ("--column", self.column.globs().collect()),
            ("--skew", self.skew_ms.globs().collect()),
            ("--as", self.read_as.globs().collect()),
        ];
        for (option, globs) in all {
            for glob in globs {
                if paths.iter().any(|path| glob.matches(path)) {
                    continue;
                }
                let near =
                    nearest_path(glob, paths).map(|near| format!("; the nearest path is {near}"));
                let reason = format!("matches no input{}", near.unwrap_or_default());
                return Err(wrong(option, glob.text(), reason));
            }
        }
        Ok(())
    }

    /// Columns that are told and stand in no table: a misspelt one must not be passed over either.
    ///
    /// # Errors
    /// The first such column, with the nearest name.
    pub fn check_columns<'t>(
        &self,
        tables: impl Iterator<Item = (&'t str, &'t [String])>,
    ) -> Result<(), SettingsError> {
        let tables: Vec<_> = tables.collect();
        for (glob, (what, name)) in &self.column.rules {
            let holds = |path: &str| glob.as_ref().is_none_or(|glob| glob.matches(path));
            let names = tables.iter().filter(|(path, _)| holds(path)).flat_map(|(_, names)| *names);
            if names.clone().any(|known| known == name) {
                continue;
            }
            let known: Vec<String> = names.take(40).map(|name| format!("{name:?}")).collect();
            let there =
                if known.is_empty() { "no table is read".to_owned() } else { known.join(", ") };
            let reason = format!("no table has a column of this name; there are: {there}");
            return Err(wrong("--column", &format!("{what}={name}"), reason));
        }
        Ok(())
    }
}

/// The path whose last components are nearest to the glob.
fn nearest_path<'p>(glob: &Glob, paths: &'p [Arc<str>]) -> Option<&'p str> {
    let depth = glob.text().split('/').count();
    let tail = |path: &str| {
        let parts: Vec<&str> = path.split('/').collect();
        parts[parts.len().saturating_sub(depth)..].join("/")
    };
    let distance = |path: &str| strsim::damerau_levenshtein(glob.text(), &tail(path));
    paths.iter().min_by_key(|path| distance(path)).map(|path| &**path)
}

/// The parsers in force.
///
/// # Errors
/// A parser that cannot be used.
pub fn shelf(files: &[PathBuf], isolated: bool) -> Result<Shelf, SettingsError> {
    let mut shelf = Shelf::on_demand()?;
    if !isolated && let Some(folder) = user_folder().filter(|folder| folder.is_dir()) {
        shelf.add_folder(&folder)?;
    }
    for file in files {
        shelf.add_file(file)?;
    }
    Ok(shelf)
}

/// Where a user keeps parsers: `$XDG_CONFIG_HOME/rfo/parsers`, `~/.config/rfo/parsers`, or
/// `%APPDATA%\rfo\parsers`.
pub fn user_folder() -> Option<PathBuf> {
    let set =
        |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CONFIG_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".config")))
        .or_else(|| set("APPDATA"))?;
    Some(base.join("rfo/parsers"))
}

impl From<cli::Level> for Level {
    fn from(level: cli::Level) -> Self {
        match level {
            cli::Level::Core => Self::Core,
            cli::Level::Full => Self::Full,
        }
    }
}

impl Showing {
    /// What the options of the command line mean.
    ///
    /// # Errors
    /// A word that cannot be understood.
    pub fn from_cli(cli: &cli::Timeline, zones: &Zones) -> Result<Self, SettingsError> {
        let (window, show_zones) = window(&cli.window, &cli.show_zone, zones)?;
        let cli::Timeline { trust_order, all, level, strict, .. } = *cli;
        let level = level.into();
        Ok(Self { window, show_zones, trust_order, all, level, strict, ..Self::default() })
    }

    /// The same for a timeline that another command asks about.
    ///
    /// # Errors
    /// As [`from_cli`](Self::from_cli).
    pub fn of(
        (asked, show_zone): (&cli::Window, &[String]),
        (all, level): (bool, cli::Level),
        zones: &Zones,
    ) -> Result<Self, SettingsError> {
        let (window, show_zones) = window(asked, show_zone, zones)?;
        Ok(Self { window, show_zones, all, level: level.into(), ..Self::default() })
    }
}

#[cfg(test)]
mod tests;
