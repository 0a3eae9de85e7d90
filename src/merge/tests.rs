//! What was read before an input broke is written.

use std::{fmt::Write as _, io, ops::Range, sync::Arc};

use super::{
    clock::Clock,
    cut::{Cutter, Foreseen, Source},
    sink::{Prefix, Sink},
    steady::Steady,
    weave::{Strand, Weave, weave},
};
use crate::{
    definition::shelf::Shelf,
    detect::{self, Verdict},
    discover::{Input, range::RangeRead},
    reader::Plan,
    time::policy::{self, Facts},
    timeline::Window,
};

/// Bytes of which those from some place on cannot be read.
struct Broken(Vec<u8>, Range<u64>);

impl RangeRead for Broken {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        if self.1.contains(&offset)
            || offset < self.1.start && offset + buf.len() as u64 > self.1.start
        {
            return Err(io::Error::other("the disk is worn out"));
        }
        let start = (offset as usize).min(self.0.len());
        let n = buf.len().min(self.0.len() - start);
        buf[..n].copy_from_slice(&self.0[start..start + n]);
        Ok(n)
    }
}

fn plan(text: &str) -> Plan {
    let shelf = Shelf::on_demand().expect("the shelf");
    let input = Input::from_bytes("web.log", text.as_bytes());
    match detect::detect(vec![input], &shelf, &|_: &str| None).pop() {
        Some(Verdict::Read(plan)) => *plan,
        other => panic!("not read: {other:?}"),
    }
}

#[test]
fn what_was_read_before_an_input_broke_is_written() {
    let mut text = String::new();
    for n in 0..4000 {
        let (minute, second) = (n / 60 % 60, n % 60);
        let hour = 10 + n / 3600;
        writeln!(
            text,
            "2026-03-14T{hour}:{minute:02}:{second:02}Z web-1 shop[41]: order {n} was paid"
        )
        .expect("text");
    }
    let plan = plan(&text);
    let policy = policy::decide::<crate::reader::Tick>(&[], &Facts::default());
    let size = text.len() as u64;
    for threads in [1, 2] {
        let bytes: Arc<dyn RangeRead> =
            Arc::new(Broken(text.clone().into_bytes(), 150_000..u64::MAX));
        let clock = Clock::of(&plan).expect("a clock");
        let foreseen = Foreseen::All;
        let source = Source { bytes: bytes.clone(), clock, policy: &policy, foreseen };
        let supply = Steady::new(Cutter::new(source, 0..size, 20_000), None);
        let strand = Strand { supply: Box::new(supply), bytes };
        let mut out = Vec::new();
        let mut sink = Sink::new(&mut out, Prefix::default(), &Window::default(), 1);
        let how = Weave { threads, dedupe: false, may_restart: false };
        let woven = weave(vec![strand], how, &mut sink).expect("it is written");
        assert!(woven[0].broken.is_some());
        let written = sink.fates[0].written;
        assert_eq!(written, woven[0].findings.records);
        assert_eq!(out, text.as_bytes()[..woven[0].findings.to as usize]);
        assert!(written > 1500, "{written}");
    }
}
