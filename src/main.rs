//! The `rfo` command: reads the command line, runs, and says how it went.
//!
//! Data goes to stdout, talk to stderr. Exit codes: 0 all evidence read, 1 written but something
//! was not read (or, under `--strict`, is in doubt), 2 nothing written.

use std::{
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use clap::{CommandFactory as _, Parser};
use rfo::{
    cli::{
        Cli, Color, Command, Compare, Evidence, Explain, Inspect, Merge, MergeFormat, Parsers,
        Pull, Report, Timeline, Window,
    },
    compare,
    definition::{check, draft, shelf::Shelf},
    incident::{Incident, IncidentError},
    output, pull,
    render::{
        self, Format, Look,
        document::{Document, Medium},
        template::Form,
    },
    report, run,
    settings::{self, Merging, Output, Reading, Showing},
    time::zone::Zones,
    timeline as rows,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match go(&cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rfo: {error}");
            ExitCode::from(2)
        }
    }
}

type Outcome = Result<ExitCode, Box<dyn std::error::Error>>;

/// The reader of our output went away: that is its good right.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn go(cli: &Cli) -> Outcome {
    match &cli.command {
        Command::Timeline(timeline) => write_timeline(cli, timeline),
        Command::Report(report) => write_report(cli, report),
        Command::Merge(merge) => write_merge(cli, merge),
        Command::Inspect(inspect) => write_inspection(cli, inspect),
        Command::Explain(explain) => write_explanation(cli, explain),
        Command::Pull(pull) => write_pulled(cli, pull),
        Command::Compare(compare) => write_comparison(compare),
        Command::Parsers { command } => parsers(cli, command),
        Command::Schema => say(render::schema::EVENT),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "rfo", &mut text);
            say(&String::from_utf8(text)?)
        }
        Command::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut text)?;
            say(&String::from_utf8(text)?)
        }
    }
}

fn say(text: &str) -> Outcome {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn colour(cli: &Cli, terminal: bool) -> bool {
    match cli.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty()),
    }
}

fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or_else(|| {
        terminal_size::terminal_size().map_or(0, |(width, _)| usize::from(width.0))
    })
}

/// The incident file, and what it says put before what the command line says, which wins.
fn incident(
    file: Option<&PathBuf>,
    evidence: &mut Evidence,
    window: &mut Window,
) -> Result<Option<Arc<Incident>>, IncidentError> {
    let incident = file.map(|file| Incident::read(file)).transpose()?;
    if let Some(incident) = &incident {
        put_before(incident, evidence, window);
    }
    Ok(incident.map(Arc::new))
}

fn put_before(incident: &Incident, evidence: &mut Evidence, window: &mut Window) {
    for wins in settings::put_before(incident, evidence, window) {
        eprintln!("rfo: {wins}");
    }
}

fn write_timeline(cli: &Cli, options: &Timeline) -> Outcome {
    let outputs = settings::outputs(options.format.as_deref(), &options.output)?;
    let files = outputs.iter().filter_map(|output| output.file.clone());
    let (timeline, waiting) = made(cli, options, files.collect())?;
    write_rows(cli, &timeline, &outputs, waiting, options.summary.as_ref(), options.strict)
}

/// The timeline that is asked for, and the draft of an incident file, which waits. `files` are written
/// by this run, too.
fn made(
    cli: &Cli,
    options: &Timeline,
    mut files: Vec<PathBuf>,
) -> Result<(rows::Timeline, Vec<output::Waiting>), Box<dyn std::error::Error>> {
    let mut options = options.clone();
    let file = options.incident.clone();
    let incident = incident(file.as_ref(), &mut options.evidence, &mut options.window)?;
    let options = &options;
    if let Some(draft) = options.init_incident.as_ref().filter(|draft| draft.exists()) {
        return Err(IncidentError::There(draft.display().to_string()).into());
    }
    let showing = |zones: &Zones| Showing::from_cli(options, zones);
    let (reading, showing) = settings::settle(&options.evidence, incident.clone(), showing)?;
    files.extend([&options.summary, &options.init_incident, &file].into_iter().flatten().cloned());
    let timeline = run::timeline(&reading, &showing, &files, !cli.quiet)
        .map_err(|error| error.placed(incident.as_deref()))?;
    let draft = options.init_incident.as_ref().map(|draft| {
        let text = rfo::incident::draft(&timeline);
        output::write_whole(draft, |out| out.write_all(text.as_bytes()))
    });
    Ok((timeline, draft.transpose()?.into_iter().collect()))
}

fn write_report(cli: &Cli, options: &Report) -> Outcome {
    let timeline = &options.timeline;
    let document = Document::of(&options.template)?;
    let outputs = settings::documents(timeline.format.as_deref(), &timeline.output)?;
    let files = outputs.iter().filter_map(|(_, file)| file.clone());
    let pictures = files.clone().map(|file| file.with_extension("svg"));
    let (rows, mut waiting) = made(cli, timeline, files.chain(pictures).collect())?;
    let mut drawn: Vec<PathBuf> = Vec::new();
    for (medium, file) in &outputs {
        let Some(file) = file else { continue };
        // What can only refer to the picture finds it beside the document.
        let picture = file.with_extension("svg");
        let name = picture.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !medium.holds_picture() && !drawn.contains(&picture) {
            let svg = Form::Own(Format::Svg);
            let write = |out: &mut dyn Write| svg.write(&rows, Look::default(), out);
            waiting.push(output::write_whole(&picture, write)?);
            drawn.push(picture);
        }
        let (head, tail) = match medium {
            Medium::Markdown => output::around_block(file)?,
            _ => Default::default(),
        };
        waiting.push(output::write_whole(file, |out| {
            out.write_all(&head)?;
            document.write(&rows, *medium, Some(&name), out)?;
            out.write_all(&tail)
        })?);
    }
    let code = write_rows(cli, &rows, &[], waiting, timeline.summary.as_ref(), timeline.strict)?;
    for (medium, _) in outputs.iter().filter(|(_, file)| file.is_none()) {
        let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
        document.write(&rows, *medium, None, &mut out)?;
        out.flush()?;
    }
    Ok(code)
}

/// Writes a timeline to all outputs, and says how it went. `files` are written already, and wait.
fn write_rows(
    cli: &Cli,
    timeline: &rows::Timeline,
    outputs: &[Output],
    mut files: Vec<output::Waiting>,
    summary: Option<&PathBuf>,
    strict: bool,
) -> Outcome {
    // All files are whole before the first is put in its place.
    for output in outputs {
        if let Some(file) = &output.file {
            let look = Look { color: false, width: 120 };
            let (head, tail) = match output.form {
                Form::Own(Format::Markdown) => output::around_block(file)?,
                _ => Default::default(),
            };
            let write = |out: &mut dyn Write| {
                out.write_all(&head)?;
                output.form.write(timeline, look, out)?;
                out.write_all(&tail)
            };
            files.push(output::write_whole(file, write)?);
        }
    }
    files.extend(summary.map(|file| write_summary(file, &timeline.run)).transpose()?);
    files.into_iter().try_for_each(output::Waiting::place)?;
    for output in outputs.iter().filter(|output| output.file.is_none()) {
        let stdout = io::stdout();
        let look = Look { color: colour(cli, stdout.is_terminal()), width: width() };
        let mut out = io::BufWriter::with_capacity(1 << 16, stdout.lock());
        output.form.write(timeline, look, &mut out)?;
        out.flush()?;
    }
    let code = output::exit_code(timeline, strict);
    if !cli.quiet {
        let forms = outputs.iter().map(|output| &output.form);
        eprint!("{}", report::without_place(timeline, forms));
        eprint!("{}", report::summary(&timeline.run, colour(cli, io::stderr().is_terminal())));
    }
    Ok(ExitCode::from(code))
}

/// What the run did, waiting to be put into its place.
fn write_summary(file: &Path, run: &rows::Run) -> Result<output::Waiting, output::OutputError> {
    let json = report::run_json(run);
    output::write_whole(file, |out| out.write_all(json.as_bytes()))
}

fn write_merge(cli: &Cli, options: &Merge) -> Outcome {
    let reading = Reading::from_cli(&options.evidence)?;
    let merging = Merging::from_cli(options, &reading.zones)?;
    let file = options.output.as_ref().filter(|file| file.as_os_str() != "-");
    let own: Vec<_> = file.into_iter().chain(&options.summary).cloned().collect();
    if options.format == MergeFormat::Jsonl {
        return write_merged_events(cli, options, file, (&reading, &merging), &own);
    }
    let mut merge = run::merge::prepare(&reading, &merging, &own)?;
    let mut files = Vec::new();
    match file {
        None => {
            let mut out = io::stdout().lock();
            merge.write(&mut out, false)?;
            out.flush()?;
        }
        Some(file) => loop {
            let written = output::write_whole(file, |out| merge.write(out, true));
            if written.is_ok() || !merge.settles() {
                files.push(written?);
                break;
            }
        },
    }
    let run = merge.finish();
    let summary = options.summary.as_ref();
    files.extend(summary.map(|file| write_summary(file, &run)).transpose()?);
    files.into_iter().try_for_each(output::Waiting::place)?;
    if !cli.quiet {
        let color = colour(cli, io::stderr().is_terminal());
        eprint!("{}{}", report::summary(&run, color), report::looks(&run, color));
    }
    Ok(ExitCode::from(output::run_code(&run)))
}

/// `rfo merge -f jsonl`.
fn write_merged_events(
    cli: &Cli,
    options: &Merge,
    file: Option<&PathBuf>,
    (reading, merging): (&Reading, &Merging),
    own: &[PathBuf],
) -> Outcome {
    if merging.dedupe || merging.prepend.is_some() || merging.label.is_some() {
        return Err("-f jsonl writes whole events: --dedupe, --prepend and --label are for raw \
                    records; rfo timeline --all joins copies"
            .into());
    }
    let timeline = run::merged_events(reading, merging.window, own, !cli.quiet)?;
    let outputs = [Output { form: Form::Own(Format::Jsonl), file: file.cloned() }];
    write_rows(cli, &timeline, &outputs, Vec::new(), options.summary.as_ref(), false)
}

fn write_inspection(cli: &Cli, options: &Inspect) -> Outcome {
    let reading = Reading::from_cli(&options.evidence)?;
    let text = match options.format.as_str() {
        "json" | "text" => run::inspect(&reading, !cli.quiet)?,
        other => return Err(format!("-f {other}: the formats are text and json").into()),
    };
    let code = output::run_code(&text);
    if !cli.quiet {
        eprint!("{}", report::remarks(&text, colour(cli, io::stderr().is_terminal())));
    }
    let color = colour(cli, io::stdout().is_terminal());
    if options.format == "json" {
        say(&report::run_json(&text))?;
    } else {
        say(&report::inspect(&text, color, width()))?;
    }
    Ok(ExitCode::from(code))
}

fn write_explanation(cli: &Cli, options: &Explain) -> Outcome {
    let mut options = options.clone();
    let file = options.incident.clone();
    let incident = incident(file.as_ref(), &mut options.evidence, &mut options.window)?;
    let options = &options;
    let asked = (&options.window, &*options.show_zone);
    let showing = |zones: &Zones| Showing::of(asked, (options.all, options.level), zones);
    let (reading, showing) = settings::settle(&options.evidence, incident.clone(), showing)?;
    let write = match options.format.as_str() {
        "json" => |explained: &_, _| render::explain::json(explained),
        "text" => render::explain::text,
        other => return Err(format!("-f {other}: the formats are text and json").into()),
    };
    let explained =
        run::explain::explain(&reading, &showing, (&options.what, options.missing), !cli.quiet)
            .map_err(|error| error.placed(incident.as_deref()))?;
    let look = Look { color: colour(cli, io::stdout().is_terminal()), width: width() };
    say(&write(&explained, look))?;
    let code = output::run_code(&explained.run);
    if code > 0 && !cli.quiet {
        eprintln!("rfo: not all evidence could be read; rfo inspect says what");
    }
    Ok(ExitCode::from(code))
}

fn write_pulled(cli: &Cli, options: &Pull) -> Outcome {
    let shown = options.edited.display().to_string();
    let text = std::fs::read_to_string(&options.edited).map_err(|e| format!("{shown}: {e}"))?;
    let place = |line: u64| if line > 0 { format!("{shown}:{line}") } else { shown.clone() };
    let edited = pull::Edited::read(&shown, &text)
        .map_err(|(line, reason)| format!("{}: {reason}", place(line)))?;
    let file = &options.incident;
    let text = match std::fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            format!("schema = \"{}\"\n", rfo::incident::SCHEMA)
        }
        text => text.map_err(|error| format!("{}: {error}", file.display()))?,
    };
    let path = file.display().to_string();
    let mut options = options.clone();
    let incident = Arc::new(Incident::parse(&path, &text)?);
    put_before(&incident, &mut options.evidence, &mut options.window);
    let asked = (&options.window, &*options.show_zone);
    let showing = |zones: &Zones| Showing::of(asked, (options.all, options.level), zones);
    let (reading, showing) = settings::settle(&options.evidence, Some(incident), showing)?;
    let own = [file.clone(), options.edited.clone()];
    let run = |incident: Arc<Incident>| -> Result<rows::Timeline, Box<dyn std::error::Error>> {
        let showing = Showing { incident: Some(incident.clone()), ..showing.clone() };
        let timeline = run::timeline(&reading, &showing, &own, !cli.quiet);
        Ok(timeline.map_err(|error| error.placed(Some(&incident)))?)
    };
    let pulled = pull::passes((&path, &text), &edited, options.hide_missing, run)?;
    if !options.dry_run && !pulled.changes.is_empty() {
        output::write_whole(file, |out| out.write_all(pulled.text.as_bytes()))?.place()?;
    }
    say(&report::pulled(&pulled, &path, options.dry_run))?;
    for (line, reason) in &pulled.left {
        eprintln!("rfo: {}: {}", place(*line), report::shown(reason));
    }
    for fault in &pulled.faults {
        eprintln!("rfo: {}:{}: {}", fault.path, fault.line, report::shown(&fault.reason));
    }
    Ok(ExitCode::from(u8::from(!pulled.left.is_empty() || !pulled.faults.is_empty())))
}

fn write_comparison(options: &Compare) -> Outcome {
    let reading = Reading::from_cli(&options.evidence)?;
    let [a, b] = options.evidence.paths.as_slice() else {
        return Err("compare takes two timelines: rfo compare A B".into());
    };
    let comparison = compare::compare(&compare::read(a, &reading)?, &compare::read(b, &reading)?);
    let text = match options.format.as_str() {
        "json" => compare::json(&comparison),
        "text" => compare::text(&comparison),
        other => return Err(format!("-f {other}: the formats are text and json").into()),
    };
    say(&text)?;
    Ok(ExitCode::from(u8::from(!comparison.holds())))
}

fn parsers(cli: &Cli, command: &Parsers) -> Outcome {
    match command {
        Parsers::List(options) => {
            let shelf = settings::shelf(&options.parser, options.isolated)?;
            say(&report::parsers(&shelf))
        }
        Parsers::Show { name, shelf } => {
            let shelf = settings::shelf(&shelf.parser, shelf.isolated)?;
            let Some(definition) = shelf.get(name) else {
                let near = shelf.nearest(name).map(|near| format!("; did you mean {near}?"));
                return Err(format!("unknown parser {name}{}", near.unwrap_or_default()).into());
            };
            say(&definition.toml)
        }
        Parsers::Check { files } => {
            let mut shelf = Shelf::shipped()?;
            let mut names = Vec::new();
            for file in files {
                shelf.add_file(file)?;
                names.extend(file.file_stem().map(|name| name.to_string_lossy().into_owned()));
            }
            let report = check::check(&shelf, &names);
            say(&report.to_string())?;
            Ok(ExitCode::from(u8::from(!report.holds())))
        }
        Parsers::Try { files, shelf } => {
            let shelf = settings::shelf(&shelf.parser, shelf.isolated)?;
            let trials = run::trial::trials(files, &shelf)?;
            say(&report::trials(&trials, colour(cli, io::stdout().is_terminal())))?;
            let claimed =
                trials.iter().all(|trial| trial.unread.is_some() || !trial.claims.is_empty());
            Ok(ExitCode::from(u8::from(!claimed)))
        }
        Parsers::New { sample, name, shelf } => {
            let shelf = settings::shelf(&shelf.parser, shelf.isolated)?;
            draft_parser(sample, name.as_deref(), &shelf)
        }
    }
}

/// Writes the draft to stdout, and what is to be done about it to stderr.
fn draft_parser(sample: &Path, name: Option<&str>, shelf: &Shelf) -> Outcome {
    let place = |why: &dyn std::fmt::Display| format!("{}: {why}", sample.display());
    let named: String = match name {
        Some(name) => name.to_owned(),
        None => draft::name_of(sample),
    };
    let text = run::trial::text_of(sample, draft::DRAFT_BYTES).map_err(|error| place(&error))?;
    let draft = draft::draft(&named, &text, shelf).map_err(|why| place(&why))?;
    say(&draft.toml)?;
    eprint!("{}", report::drafted(&draft, &named));
    Ok(ExitCode::from(u8::from(!draft.missing.is_empty())))
}
