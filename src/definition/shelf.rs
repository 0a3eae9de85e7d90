//! The shelf: all definitions in force, by name.
//!
//! Load order, last wins by name: shipped, the user's folder, `--parser FILE`. Never from the
//! evidence.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Definition, DefinitionError, Engine, Origin};
use crate::snippet::Snippet;

/// Name and TOML of the shipped definitions.
pub static SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shelf.rs"));

/// Definitions by name.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    definitions: BTreeMap<String, Arc<Definition>>,
    /// The layers upon each definition, each with what it leaves out filled, by name.
    layers: BTreeMap<String, Arc<[Arc<Definition>]>>,
}

impl Shelf {
    /// The shipped definitions.
    ///
    /// # Errors
    /// A shipped definition that does not compile: a defect of rfo that its tests catch.
    pub fn shipped() -> Result<Self, DefinitionError> {
        let mut shelf = Self::default();
        for (file, toml) in SHIPPED {
            shelf
                .put(Definition::parse(toml, Origin::Shipped, &format!("parsers/{file}"))?, file)?;
        }
        shelf.settle()?;
        Ok(shelf)
    }

    /// A shelf with these definitions alone.
    ///
    /// # Errors
    /// A layer upon a definition that is not among them, or that is a layer itself.
    pub fn of(
        definitions: impl IntoIterator<Item = Arc<Definition>>,
    ) -> Result<Self, DefinitionError> {
        let named = definitions.into_iter().map(|one| (one.name.clone(), one));
        let mut shelf = Self { definitions: named.collect(), layers: BTreeMap::new() };
        shelf.settle()?;
        Ok(shelf)
    }

    /// Lays the layers upon their bases.
    fn settle(&mut self) -> Result<(), DefinitionError> {
        let mut layers: BTreeMap<String, Vec<Arc<Definition>>> = BTreeMap::new();
        for layer in self.iter() {
            let Some(upon) = &layer.upon else { continue };
            let base = self.get(upon).ok_or_else(|| self.no_base(layer, upon))?;
            if base.upon.is_some() {
                let reason = format!("{upon} is a layer itself, and no layer lies upon a layer");
                return Err(DefinitionError(Box::new(Snippet::new(&layer.name, &reason))));
            }
            if matches!(base.engine, Engine::Command(_)) {
                let reason = format!(
                    "{upon} runs a program, which tells whole events: no layer lies upon it"
                );
                return Err(DefinitionError(Box::new(Snippet::new(&layer.name, &reason))));
            }
            layers.entry(upon.clone()).or_default().push(Arc::new(layer.upon_base(base)));
        }
        self.layers = layers.into_iter().map(|(base, list)| (base, list.into())).collect();
        Ok(())
    }

    fn no_base(&self, layer: &Definition, upon: &str) -> DefinitionError {
        let snippet = Snippet::new(&layer.name, &format!("`upon` names no parser: {upon:?}"));
        let near = self.nearest(upon).map(|near| format!("did you mean {near:?}?"));
        DefinitionError(Box::new(near.map_or(snippet.clone(), |near| snippet.hint(&near))))
    }

    /// The layers upon a definition, by name.
    pub fn layers(&self, base: &str) -> Arc<[Arc<Definition>]> {
        self.layers.get(base).cloned().unwrap_or_default()
    }

    /// Adds every `*.toml` of a folder, in the order of their names.
    ///
    /// # Errors
    /// A folder or file that cannot be read, a definition that does not compile.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), DefinitionError> {
        let entries = fs::read_dir(folder).map_err(|error| io_error(folder, &error))?;
        let mut files: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
        files.iter().try_for_each(|file| self.read_file(file))?;
        self.settle()
    }

    /// Adds a definition file.
    ///
    /// # Errors
    /// A file that cannot be read, a definition that does not compile.
    pub fn add_file(&mut self, file: &Path) -> Result<(), DefinitionError> {
        self.read_file(file)?;
        self.settle()
    }

    fn read_file(&mut self, file: &Path) -> Result<(), DefinitionError> {
        let toml = fs::read_to_string(file).map_err(|error| io_error(file, &error))?;
        let shown = file.display().to_string();
        let definition = Definition::parse(&toml, Origin::File(file.to_owned()), &shown)?;
        self.put(definition, &file.file_name().unwrap_or_default().to_string_lossy())
    }

    fn put(&mut self, definition: Definition, file: &str) -> Result<(), DefinitionError> {
        let stem = file.strip_suffix(".toml").unwrap_or(file);
        if definition.name != stem {
            let reason = format!("`name` is {:?}, but the file is {file}", definition.name);
            let snippet = Snippet::new(file, &reason);
            return Err(DefinitionError(Box::new(
                snippet.hint("give both the same name, so that it can be found and overridden"),
            )));
        }
        self.definitions.insert(definition.name.clone(), Arc::new(definition));
        Ok(())
    }

    /// What reads the inputs of a definition: itself or, for a layer, the one under it, which comes
    /// first, and it. A wrapper needs all that it may hold.
    pub fn company(&self, definition: &Arc<Definition>) -> Vec<Arc<Definition>> {
        if definition.inner.is_some() {
            let others = self.iter().filter(|other| other.name != definition.name);
            let others = others.filter(|other| other.upon.is_none()).cloned();
            return std::iter::once(definition.clone()).chain(others).collect();
        }
        let base = definition.upon.as_ref().and_then(|upon| self.get(upon)).cloned();
        base.into_iter().chain([definition.clone()]).collect()
    }

    /// All definitions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.definitions.values()
    }

    /// The definition of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<Definition>> {
        self.definitions.get(name)
    }

    /// The name that was likely meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::snippet::nearest(name, self.definitions.keys().map(String::as_str))
    }
}

fn io_error(path: &Path, error: &std::io::Error) -> DefinitionError {
    let reason = format!("cannot read this definition: {error}");
    DefinitionError(Box::new(Snippet::new(&path.display().to_string(), &reason)))
}
