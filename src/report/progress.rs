//! A progress bar over bytes, on stderr.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far reading is, in bytes. Cheap to tell from many threads; draws nothing where it is not
/// visible or stderr is no terminal.
#[derive(Clone, Debug)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar over `total` bytes.
    pub fn new(total: u64, visible: bool) -> Self {
        // indicatif itself stays silent where stderr is no terminal.
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// `bytes` more have been read.
    pub fn add(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
