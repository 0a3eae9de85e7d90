//! The window asked for, and the zones of local times.

use super::{SettingsError, wrong};
use crate::{
    cli,
    time::{
        Civil, Instant, pattern,
        zone::{Local, Zone, Zones, offset_text},
    },
    timeline::Window,
};

/// The window and the zones of local times.
pub(super) fn window(
    cli: &cli::Window,
    show_zone: &[String],
    zones: &Zones,
) -> Result<(Window, Vec<Zone>), SettingsError> {
    let show_zones = show_zone
        .iter()
        .map(|name| zones.named(name).map_err(|error| wrong("--show-zone", name, error)))
        .collect::<Result<Vec<_>, _>>()?;
    let read = |option: &str, text: Option<&str>| {
        let read =
            |text| instant(text, show_zones.first()).map_err(|error| wrong(option, text, error));
        text.map(read).transpose()
    };
    let (from, to) = (cli.from.as_deref(), cli.to.as_deref());
    let window = Window { from: read("--from", from)?, to: read("--to", to)? };
    if let (Some(from), Some(end)) = (window.from, window.to)
        && from >= end
    {
        return Err(wrong("--to", to.unwrap_or_default(), "is not after --from"));
    }
    Ok((window, show_zones))
}

/// An instant of the command line.
pub(super) fn instant(text: &str, zone: Option<&Zone>) -> Result<Instant, String> {
    let help = "write RFC 3339, or YYYY-MM-DD, YYYY-MM-DD HH:MM or YYYY-MM-DD HH:MM:SS";
    let raw = pattern::written(text).ok_or(help)?;
    let too_far = || "lies outside the years 1678 to 2261".to_owned();
    if raw.offset().is_some() {
        return raw.instant().ok_or_else(too_far);
    }
    let utc = Zone::utc();
    let zone = zone.unwrap_or(&utc);
    let offset = match zone.local(raw.civil) {
        Local::One { offset_s } => offset_s,
        Local::Fold { first_offset_s, second_offset_s } => {
            return Err(format!(
                "{} comes twice in {zone}; add the offset: {first} or {second}",
                Civil::from_secs(raw.civil),
                first = offset_text(first_offset_s),
                second = offset_text(second_offset_s),
            ));
        }
        Local::Gap { .. } => {
            return Err(format!("{} does not exist in {zone}", Civil::from_secs(raw.civil)));
        }
    };
    Instant::from_parts(raw.civil - i64::from(offset), raw.nanos).ok_or_else(too_far)
}
