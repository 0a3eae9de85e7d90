//! The program itself: started without a shell, fed, listened to, and stopped in time.
//!
//! It runs in the folder of its definition, never in that of the evidence, and sees the same few
//! variables wherever it runs. Its three pipes are served at the same time, so that none of them
//! fills up; at the time limit it is killed together with what it started.

use std::{
    env,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use crate::{
    definition::Program,
    discover::{Input, range::RangeRead, spool::Spools},
    text,
};

/// Bytes handed over at a time.
const STEP: usize = 64 << 10;
/// What is kept of the end of stderr: bytes.
const SAID: usize = 8 << 10;
/// How long a pipe may stay open once the program is gone.
const GRACE: Duration = Duration::from_secs(1);
/// Variables that are handed on: where programs and their own settings lie. Nothing among them
/// tells a language, a zone or a host.
const HANDED_ON: [&str; 6] = ["PATH", "HOME", "TMPDIR", "USERPROFILE", "SYSTEMROOT", "TEMP"];

/// A program that came to its end.
pub(super) struct Ran {
    /// What it wrote to stdout.
    pub(super) text: Input,
    /// That it failed, with the reason and the way out.
    pub(super) failed: Option<String>,
    /// The last line that it wrote to stderr, made safe.
    pub(super) said: Option<String>,
}

/// Why there is nothing that it wrote. Each says the way out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(
        "the program `{program}` is not there: install it, or write its whole path into `run` of \
         the parser {parser}"
    )]
    NotThere { program: String, parser: String },
    #[error(
        "the program `{program}` cannot be started: {error}; make it executable, or name what runs \
         it before it in `run` of the parser {parser}, as in [\"python3\", \"till.py\"]"
    )]
    NotStarted { program: String, parser: String, error: io::Error },
    #[error(
        "`{shown}` did not end within {seconds} s and was stopped; if it needs longer, raise \
         `timeout` in [command] of the parser {parser}{said}"
    )]
    Late { shown: String, parser: String, seconds: u64, said: String },
    #[error(
        "`{shown}` wrote more than {mib} MiB and was stopped; if there is so much to tell, raise \
         `output` in [command] of the parser {parser}{said}"
    )]
    Loud { shown: String, parser: String, mib: u64, said: String },
    #[error("the input could not be handed to `{shown}`: {error}")]
    Input { shown: String, error: io::Error },
    #[error("what `{shown}` wrote cannot be kept: {error}; free space in the temporary folder")]
    NotKept { shown: String, error: io::Error },
}

/// Runs the program of the definition `parser` on an input.
pub(super) fn run(program: &Program, parser: &str, input: &Input) -> Result<Ran, Failure> {
    let (shown, parser) = (program.shown(), parser.to_owned());
    let deadline = Instant::now() + program.timeout;
    let source = input.open().map_err(|error| Failure::Input { shown: shown.clone(), error })?;
    let mut child = start(program, &parser)?;
    let fed = feed(child.stdin.take(), source);
    let kept = keep(child.stdout.take(), program.output);
    let last_said = last_words(child.stderr.take());

    let left = || deadline.saturating_duration_since(Instant::now());
    let stdout = kept.recv_timeout(left());
    let loud = matches!(&stdout, Ok(Ok(text)) if text.size > program.output);
    let status = if loud || stdout.is_err() { None } else { ended(&mut child, deadline) };
    if status.is_none() {
        stop(&mut child);
    }
    let said = last_said.recv_timeout(GRACE).ok().flatten();
    let quoted = said.as_ref().map_or_else(String::new, |said| format!("; it said: {said}"));
    let (Ok(stdout), Some(status)) = (stdout, status) else {
        return Err(if loud {
            Failure::Loud { shown, parser, mib: program.output >> 20, said: quoted }
        } else {
            Failure::Late { shown, parser, seconds: program.timeout.as_secs(), said: quoted }
        });
    };
    let text = stdout.map_err(|error| Failure::NotKept { shown: shown.clone(), error })?;
    if let Ok(Err(error)) = fed.recv_timeout(GRACE) {
        return Err(Failure::Input { shown, error });
    }
    let failed = (!status.success()).then(|| format!("`{shown}` {}{quoted}", how(status)));
    Ok(Ran { text, failed, said })
}

fn start(program: &Program, parser: &str) -> Result<Child, Failure> {
    let name = program.run.first().cloned().unwrap_or_default();
    let mut command = Command::new(whole_path(&name, &program.folder));
    command.args(program.run.iter().skip(1)).current_dir(&program.folder).env_clear();
    command.envs(HANDED_ON.iter().filter_map(|name| Some((name, env::var_os(name)?))));
    command.envs([("LC_ALL", "C"), ("TZ", "UTC")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(|error| {
        let (program, parser) = (name, parser.to_owned());
        match error.kind() {
            io::ErrorKind::NotFound => Failure::NotThere { program, parser },
            _ => Failure::NotStarted { program, parser, error },
        }
    })
}

/// A path is meant from the definition's folder on; a mere name is sought along `PATH`.
fn whole_path(name: &str, folder: &Path) -> PathBuf {
    let path = Path::new(name);
    if path.is_relative() && path.components().count() > 1 {
        // The path must hold wherever the program is started from.
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        return folder.join(path);
    }
    path.to_owned()
}

/// Hands the input over. A program that has heard enough may close its stdin.
fn feed(stdin: Option<ChildStdin>, source: Box<dyn RangeRead>) -> Receiver<io::Result<()>> {
    let (done, end) = channel();
    thread::spawn(move || {
        let _ = done.send(stdin.map_or(Ok(()), |stdin| feed_all(stdin, &*source)));
    });
    end
}

fn feed_all(mut stdin: ChildStdin, source: &dyn RangeRead) -> io::Result<()> {
    let mut step = vec![0; STEP];
    let mut at = 0;
    loop {
        let n = source.read_full_at(at, &mut step)?;
        if n == 0 {
            return Ok(());
        }
        at += n as u64;
        match stdin.write_all(&step[..n]) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
    }
}

/// Keeps what it writes, and one byte more than is allowed.
fn keep(stdout: Option<impl Read + Send + 'static>, most: u64) -> Receiver<io::Result<Input>> {
    let (done, end) = channel();
    thread::spawn(move || {
        let kept = match stdout {
            Some(stdout) => Spools::default().keep(&mut stdout.take(most + 1)),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        let input = |(place, size)| Input { place, size, ..Input::from_bytes("", &[][..]) };
        let _ = done.send(kept.map(input));
    });
    end
}

/// The last line of what it writes to stderr; all of it is read, so that it never waits for us.
fn last_words(stderr: Option<impl Read + Send + 'static>) -> Receiver<Option<String>> {
    let (done, end) = channel();
    thread::spawn(move || {
        let mut last: Vec<u8> = Vec::new();
        let mut step = vec![0; SAID];
        if let Some(mut stderr) = stderr {
            while let Ok(n @ 1..) = stderr.read(&mut step) {
                last.extend_from_slice(&step[..n]);
                last.drain(..last.len().saturating_sub(SAID));
            }
        }
        let all = text::decode(&last);
        let line = all.lines().rev().find(|line| !line.trim().is_empty());
        let _ = done.send(line.map(text::summary));
    });
    end
}

/// Waits for the end of a program that has closed its stdout; none where it does not come.
fn ended(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(pause),
            _ => return None,
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Kills a program that has not ended, and what it started.
fn stop(child: &mut Child) {
    // Only before it is waited for: its number is its own until then.
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// How it failed, and the way out.
fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("was ended by signal {signal}; run it by itself on this file to see why");
    }
    let code = status.code().map_or_else(String::new, |code| format!(" {code}"));
    format!("ended with exit code{code}; run it by itself on this file to see why")
}
