//! Where a timeline goes, and in which form.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{SettingsError, wrong};
use crate::{
    render::{
        Format,
        document::Medium,
        template::{self, Form, Template},
    },
    snippet::nearest,
};

/// Begins the name of a form that a template of the user's own writes.
const TEMPLATE: &str = "template:";

/// Where a timeline is written.
#[derive(Clone, Debug)]
pub struct Output {
    /// In which form.
    pub form: Form,
    /// File; none for stdout.
    pub file: Option<PathBuf>,
}

/// Where the timeline goes: stdout unless only files are named.
///
/// # Errors
/// An unknown format, a template that is not understood, or a file whose ending tells no format.
pub fn outputs(format: Option<&str>, files: &[String]) -> Result<Vec<Output>, SettingsError> {
    let mut outputs = Vec::new();
    for value in files {
        let named = value
            .split_once('=')
            .filter(|(name, _)| name.starts_with(TEMPLATE) || !name.contains(['/', '.', '\\']));
        let output = if let Some((name, file)) = named {
            Output { form: form("-o", name)?, file: Some(file.into()) }
        } else {
            let file = PathBuf::from(value);
            let format = Format::from_path(&file).or(match value.as_str() {
                "-" => Some(Format::Markdown),
                _ => None,
            });
            let format = format.ok_or_else(|| {
                wrong(
                    "-o",
                    value,
                    "this ending tells no format; write FORMAT=FILE, such as text=FILE",
                )
            })?;
            Output { form: Form::Own(format), file: Some(file) }
        };
        outputs.push(output);
    }
    for output in &mut outputs {
        output.file = output.file.take().filter(|file| file != Path::new("-"));
    }
    if let Some(name) = format {
        outputs.push(Output { form: form("-f", name)?, file: None });
    } else if outputs.is_empty() {
        outputs.push(Output { form: Form::Own(Format::Markdown), file: None });
    }
    Ok(outputs)
}

/// The form of that word; `template:FILE` is a template of the user's own.
fn form(option: &str, name: &str) -> Result<Form, SettingsError> {
    if let Some(file) = name.strip_prefix(TEMPLATE) {
        let template = Template::read(Path::new(file)).map_err(|why| wrong(option, name, why))?;
        return Ok(Form::Template(Arc::new(template)));
    }
    if let Some(format) = Format::from_name(name) {
        return Ok(Form::Own(format));
    }
    if let Some(template) = Template::shipped(name) {
        return Ok(Form::Template(Arc::new(template)));
    }
    let own = Format::ALL.iter().map(|format| format.name());
    let names: Vec<&str> = own.chain(template::names()).collect();
    let near = nearest(name, names.iter().copied()).map(|near| format!("did you mean {near}? "));
    let near = near.unwrap_or_default();
    let why = format!(
        "unknown format; {near}the formats are {}, and {TEMPLATE}FILE for a template of your own",
        names.join(", ")
    );
    Err(wrong(option, name, why))
}

/// Where a document goes: stdout unless only files are named.
///
/// # Errors
/// A form that a document does not have, or a file whose ending tells none.
pub fn documents(
    format: Option<&str>,
    files: &[String],
) -> Result<Vec<(Medium, Option<PathBuf>)>, SettingsError> {
    let of = |option: &str, name: &str| {
        let names = Medium::ALL.map(Medium::name).join(", ");
        let why = || {
            format!("a report is written as {names}; write FORMAT=FILE where the ending tells none")
        };
        let medium = Medium::of(name).ok_or_else(|| wrong(option, name, why()))?;
        let built = "this build writes no Word documents; cargo install --features docx makes one that does";
        if medium.is_built() { Ok(medium) } else { Err(wrong(option, name, built)) }
    };
    let mut outputs = Vec::new();
    for value in files {
        let named = value.split_once('=').filter(|(name, _)| !name.contains(['/', '.', '\\']));
        let (name, file) = named.unwrap_or((value, value));
        let to_stdout = file == "-";
        let medium = if to_stdout && named.is_none() { Medium::Markdown } else { of("-o", name)? };
        outputs.push((medium, (!to_stdout).then(|| PathBuf::from(file))));
    }
    if let Some(name) = format {
        outputs.push((of("-f", name)?, None));
    } else if outputs.is_empty() {
        outputs.push((Medium::Markdown, None));
    }
    Ok(outputs)
}
