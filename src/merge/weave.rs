//! Weave: the batches of all inputs into one order.
//!
//! One thread writes; the others read ahead, one batch an input, so that what stands in memory does
//! not grow with the inputs' size. The order is that of instant, input and place, whoever was first.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use super::{
    Batch, Findings, Pick, Supply, UNDATED,
    copies::Copies,
    sink::Sink,
    tree::{END, Key, Tree},
};
use crate::discover::range::RangeRead;

/// The records of an input, and its bytes for those that fit no page.
pub(crate) struct Strand<'p> {
    pub(crate) supply: Box<dyn Supply + 'p>,
    pub(crate) bytes: Arc<dyn RangeRead + 'p>,
}

/// Why a weave ended early.
#[derive(Debug)]
pub(crate) enum Break {
    /// The output could not be written.
    Output(io::Error),
    /// This input must be looked at as a whole before it can be placed.
    Unsettled(usize),
}

/// What became of an input.
#[derive(Debug, Default)]
pub(crate) struct Woven {
    pub(crate) findings: Findings,
    /// Why it could not be read to its end.
    pub(crate) broken: Option<io::Error>,
}

/// How records are woven.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weave {
    /// Threads, 1 or more.
    pub(crate) threads: usize,
    /// Copies of a record are written once.
    pub(crate) dedupe: bool,
    /// What was written can be taken back, so that an input which turns out to be in no order ends
    /// the weave.
    pub(crate) may_restart: bool,
}

/// Writes the records of all inputs in order; gives what was found out of each. An input that can no
/// longer be read ends there, and its findings say why.
///
/// # Errors
/// The output's, or an input that has to be looked at as a whole.
pub(crate) fn weave(
    strands: Vec<Strand<'_>>,
    how: Weave,
    sink: &mut Sink<'_>,
) -> Result<Vec<Woven>, Break> {
    let (bytes, supplies): (Vec<_>, Vec<_>) =
        strands.into_iter().map(|strand| (strand.bytes, strand.supply)).unzip();
    if how.threads <= 1 {
        let mut feed = Direct(supplies);
        return merge(&mut feed, &bytes, how, sink);
    }
    thread::scope(|scope| {
        let (ask, asked) = mpsc::channel::<Job<'_>>();
        let (give, given) = mpsc::channel();
        let asked = Arc::new(Mutex::new(asked));
        for _ in 1..how.threads {
            let (asked, give) = (asked.clone(), give.clone());
            scope.spawn(move || {
                loop {
                    let job = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok(mut job) = job else { return };
                    job.batch = Some(job.supply.next());
                    if give.send(job).is_err() {
                        return;
                    }
                }
            });
        }
        let mut feed = Ahead {
            ask: Some(ask),
            given,
            ready: supplies.iter().map(|_| None).collect(),
            findings: vec![Findings::default(); supplies.len()],
        };
        for (input, supply) in supplies.into_iter().enumerate() {
            feed.ask(Job { input, supply, batch: None });
        }
        let woven = merge(&mut feed, &bytes, how, sink);
        // The threads end when nobody asks any more.
        feed.ask = None;
        woven
    })
}

/// Where batches come from.
trait Feed {
    fn next(&mut self, input: usize) -> io::Result<Option<Batch>>;
    fn findings(&mut self, input: usize) -> Findings;
}

/// On this thread, when they are needed.
struct Direct<'p>(Vec<Box<dyn Supply + 'p>>);

impl Feed for Direct<'_> {
    fn next(&mut self, input: usize) -> io::Result<Option<Batch>> {
        self.0[input].next()
    }

    fn findings(&mut self, input: usize) -> Findings {
        self.0[input].findings()
    }
}

struct Job<'p> {
    input: usize,
    supply: Box<dyn Supply + 'p>,
    batch: Option<io::Result<Option<Batch>>>,
}

/// On other threads, one batch ahead.
struct Ahead<'p> {
    ask: Option<mpsc::Sender<Job<'p>>>,
    given: mpsc::Receiver<Job<'p>>,
    ready: Vec<Option<Job<'p>>>,
    findings: Vec<Findings>,
}

impl<'p> Ahead<'p> {
    fn ask(&mut self, job: Job<'p>) {
        if let Some(ask) = &self.ask {
            // A thread that is gone gives nothing back, and that is noticed there.
            let _ = ask.send(job);
        }
    }
}

impl Feed for Ahead<'_> {
    fn next(&mut self, input: usize) -> io::Result<Option<Batch>> {
        loop {
            if let Some(mut job) = self.ready[input].take() {
                let batch = job.batch.take().unwrap_or(Ok(None));
                self.findings[input] = job.supply.findings();
                if matches!(batch, Ok(Some(_))) {
                    self.ask(job);
                }
                return batch;
            }
            match self.given.recv() {
                Ok(job) => {
                    let place = job.input;
                    self.ready[place] = Some(job);
                }
                Err(_) => return Err(io::Error::other("a reading thread ended early")),
            }
        }
    }

    fn findings(&mut self, input: usize) -> Findings {
        self.findings[input]
    }
}

/// What is being written of an input.
#[derive(Default)]
struct Head {
    batch: Batch,
    next: usize,
    broken: Option<io::Error>,
}

impl Head {
    fn pick(&self) -> Option<&Pick> {
        self.batch.picks.get(self.next)
    }
}

fn merge(
    feed: &mut dyn Feed,
    bytes: &[Arc<dyn RangeRead + '_>],
    how: Weave,
    sink: &mut Sink<'_>,
) -> Result<Vec<Woven>, Break> {
    let mut heads: Vec<Head> = bytes.iter().map(|_| Head::default()).collect();
    let mut keys = Vec::with_capacity(heads.len());
    for (input, head) in heads.iter_mut().enumerate() {
        keys.push(advance(feed, input, head, how, sink)?);
    }
    let mut tree = Tree::new(keys);
    let mut copies = Copies::default();
    // The input that the last records came from.
    let mut last = usize::MAX;
    while tree.least() != END {
        let least = tree.least();
        let (instant, input) = (least.instant(), least.input());
        if how.dedupe && instant != UNDATED && tree.second().instant() == instant {
            copies.clear();
            while tree.least().instant() == instant && tree.least() != END {
                let input = tree.least().input();
                let key =
                    write_instant(feed, input, &mut heads[input], how, sink, bytes, &mut copies)?;
                tree.replace(key);
            }
            continue;
        }
        let head = &mut heads[input];
        let picks = &head.batch.picks[head.next..];
        // Mostly the next record is another input's; only where it was not, more than one are sought.
        let count = if input == std::mem::replace(&mut last, input) {
            let limit = tree.second();
            let others = picks.iter().skip(1);
            1 + others.take_while(|pick| Key::new(pick.instant, input) < limit).count()
        } else {
            1
        };
        sink.records(input, &head.batch, &picks[..count], &*bytes[input]).map_err(Break::Output)?;
        head.next += count;
        let key = match picks.get(count) {
            Some(next) => Key::new(next.instant, input),
            None => advance(feed, input, head, how, sink)?,
        };
        tree.replace(key);
    }
    sink.flush().map_err(Break::Output)?;
    let woven = heads.into_iter().enumerate();
    let woven =
        woven.map(|(input, head)| Woven { findings: feed.findings(input), broken: head.broken });
    Ok(woven.collect())
}

/// The next batch of an input; gives its first key.
fn advance(
    feed: &mut dyn Feed,
    input: usize,
    head: &mut Head,
    how: Weave,
    sink: &Sink<'_>,
) -> Result<Key, Break> {
    (head.batch, head.next) = (Batch::default(), 0);
    let batch = feed.next(input).unwrap_or_else(|error| {
        head.broken = Some(error);
        None
    });
    let may_restart = how.may_restart || !sink.has_written();
    if may_restart && feed.findings(input).is_unsettled() {
        return Err(Break::Unsettled(input));
    }
    let Some(batch) = batch else { return Ok(END) };
    head.batch = batch;
    Ok(head.pick().map_or(END, |pick| Key::new(pick.instant, input)))
}

impl Batch {
    /// The bytes of a record that is no giant.
    #[inline]
    pub(super) fn bytes(&self, pick: &Pick) -> &[u8] {
        &self.pages[pick.page as usize].text()[pick.at as usize..][..pick.len as usize]
    }
}

/// Writes the records that an input has for the instant of its first one, but for copies.
fn write_instant(
    feed: &mut dyn Feed,
    input: usize,
    head: &mut Head,
    how: Weave,
    sink: &mut Sink<'_>,
    bytes: &[Arc<dyn RangeRead + '_>],
    copies: &mut Copies,
) -> Result<Key, Break> {
    let Some(instant) = head.pick().map(|pick| pick.instant) else { return Ok(END) };
    loop {
        let Some(pick) = head.pick().copied() else {
            let key = advance(feed, input, head, how, sink)?;
            if key.instant() == instant && key != END {
                continue;
            }
            return Ok(key);
        };
        if pick.instant != instant {
            return Ok(Key::new(pick.instant, input));
        }
        let (at, len) = (pick.at as usize, pick.len as usize);
        let page = &head.batch.pages.get(pick.page as usize);
        match page.filter(|_| pick.is_record && !pick.is_giant()) {
            Some(page) if copies.has(input, page, at, len) => sink.copy(input, len as u64),
            _ => {
                let written = sink.records(input, &head.batch, &[pick], &*bytes[input]);
                written.map_err(Break::Output)?;
            }
        }
        head.next += 1;
    }
}
