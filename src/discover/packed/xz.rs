//! All streams of an xz file, byte by byte: the crate's own reader takes chunks of up to 2 MiB
//! whole or not at all, and of a file that was cut short we want every byte before the cut.

use std::io::{self, BufRead, Read};

use lzma_rust2::{Action, Status, XzStream};

/// Most memory for the dictionary of a stream, in KiB; `xz -9` asks for 64 MiB.
const MEMORY: u32 = 256 << 10;

pub(super) struct Streams<R> {
    source: R,
    stream: XzStream,
    failed: Option<io::Error>,
    done: bool,
}

impl<R> Streams<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, stream: XzStream::new_mem_limit(true, MEMORY), failed: None, done: false }
    }
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.done && !buf.is_empty() {
            if let Some(error) = self.failed.take() {
                self.done = true;
                return Err(error);
            }
            let input = self.source.fill_buf()?;
            let ended = input.is_empty();
            let action = if ended { Action::Finish } else { Action::Run };
            let before = self.stream.total_out();
            match self.stream.process(input, buf, action) {
                Ok(step) => {
                    self.source.consume(step.bytes_consumed);
                    self.done = step.status == Status::StreamEnd;
                    if step.bytes_produced > 0 {
                        return Ok(step.bytes_produced);
                    }
                    if !self.done && (ended || step.bytes_consumed == 0) {
                        self.failed = Some(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                // What came out before the damage stands in the buffer already.
                Err(error) => {
                    self.failed = Some(error);
                    let produced = (self.stream.total_out() - before) as usize;
                    if produced > 0 {
                        return Ok(produced.min(buf.len()));
                    }
                }
            }
        }
        Ok(0)
    }
}
