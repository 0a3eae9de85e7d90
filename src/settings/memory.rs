//! Memory: how much of it the process may use.

use std::fs;

/// Where nothing tells how much there is.
const UNKNOWN: u64 = 4 << 30;

/// A quarter of the bytes of memory that this process may use: those of the machine, or of the
/// control group that it runs in (Linux, cgroup v2 `memory.max`).
pub(super) fn quarter() -> u64 {
    let read = |path: &str| fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo").as_deref().and_then(total);
    let group = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(group).min().unwrap_or(UNKNOWN) / 4
}

/// `MemTotal` of `/proc/meminfo` (proc_meminfo(5)), in bytes.
fn total(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
