//! All frames of a zstd file.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::{
    BlockDecodingStrategy::UptoBlocks,
    FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

/// An empty last block and a checksum (RFC 8878, section 3.1.1).
const CLOSE: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

pub(super) struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    inside: bool,
    failed: Option<io::Error>,
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, decoder: FrameDecoder::new(), inside: false, failed: None }
    }

    /// Begins the next frame; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    fn end(&mut self) -> io::Result<()> {
        self.inside = false;
        let told = self.decoder.get_checksum_from_data();
        if told.is_some() && told != self.decoder.get_calculated_checksum() {
            return Err(io::Error::other("the checksum of a frame is wrong"));
        }
        Ok(())
    }

    fn block(&mut self) {
        if let Err(error) = self.decoder.decode_blocks(&mut self.source, UptoBlocks(1)) {
            // The decoder holds back a window of what it has until the last block; a last block
            // of our own makes it give that.
            if !self.decoder.is_finished() {
                let _ = self.decoder.decode_blocks(&CLOSE[..], UptoBlocks(1));
            }
            self.failed = Some(io::Error::other(error));
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.inside && self.decoder.can_collect() > 0 {
                return self.decoder.read(buf);
            }
            if let Some(error) = self.failed.take() {
                self.inside = false;
                return Err(error);
            }
            if !self.inside {
                self.inside = self.begin()?;
                if !self.inside {
                    return Ok(0);
                }
            } else if self.decoder.is_finished() {
                self.end()?;
            } else {
                self.block();
            }
        }
    }
}
