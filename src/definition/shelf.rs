//! The shelf: all definitions in force, by name.
//!
//! Load order, last wins by name: shipped, the user's folder, `--parser FILE`. Never from the
//! evidence. A run reads few formats, so a shipped definition is compiled when it is first asked
//! for; `signs` tells when that is.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use super::{
    Definition, DefinitionError, Engine, Origin,
    lookup::Table,
    signs::{Shipped, Signs},
};
use crate::{event::Kind, snippet::Snippet};

/// The shipped definitions, by the names of their files.
pub static SHIPPED: &[Shipped] = {
    use super::signs::{Shape, Signs, Start};
    include!(concat!(env!("OUT_DIR"), "/shelf.rs"))
};

/// Definitions by name.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    places: BTreeMap<String, Arc<Place>>,
    /// The layers upon each definition that has any.
    layers: BTreeMap<String, Arc<Layers>>,
}

/// Where a definition stands.
#[derive(Debug)]
enum Place {
    /// It is compiled.
    Whole(Arc<Definition>),
    /// It is compiled when it is first asked for.
    Shipped(&'static Shipped, OnceLock<Result<Arc<Definition>, DefinitionError>>),
}

/// The layers upon a definition: their names, and each with what it leaves out filled.
#[derive(Debug, Default)]
struct Layers {
    names: Vec<String>,
    laid: OnceLock<Arc<[Arc<Definition>]>>,
}

impl Place {
    /// The definition; none where it does not compile.
    fn definition(&self) -> Option<&Arc<Definition>> {
        match self {
            Self::Whole(definition) => Some(definition),
            Self::Shipped(shipped, compiled) => {
                let compile = || {
                    let definition = Definition::shipped(shipped)?;
                    named_as(&definition, shipped.file)?;
                    Ok(Arc::new(definition))
                };
                compiled.get_or_init(compile).as_ref().ok()
            }
        }
    }

    /// Why it does not compile, where that has come out.
    fn fault(&self) -> Option<&DefinitionError> {
        match self {
            Self::Whole(_) => None,
            Self::Shipped(_, compiled) => compiled.get()?.as_ref().err(),
        }
    }

    /// No shipped one runs a program.
    fn is_program(&self) -> bool {
        matches!(self, Self::Whole(definition) if matches!(definition.engine, Engine::Command(_)))
    }

    fn kind(&self) -> Option<Kind> {
        match self {
            Self::Whole(definition) => Some(definition.kind),
            Self::Shipped(shipped, _) => Kind::named(shipped.kind),
        }
    }

    fn upon(&self) -> Option<&str> {
        match self {
            Self::Whole(definition) => definition.upon.as_deref(),
            Self::Shipped(shipped, _) => shipped.upon,
        }
    }

    /// True where a layer upon that kind lies upon it.
    fn carries(&self, kind: Kind) -> bool {
        self.upon().is_none() && !self.is_program() && self.kind() == Some(kind)
    }

    fn tables(&self) -> Vec<&str> {
        match self {
            Self::Whole(definition) => {
                let tables = definition.lookups.iter().filter_map(|lookup| match &lookup.table {
                    Table::File(names, _) => Some(names),
                    Table::List(_) | Table::Columns(_) => None,
                });
                tables.flatten().map(String::as_str).collect()
            }
            Self::Shipped(shipped, _) => shipped.tables.to_vec(),
        }
    }
}

impl Shelf {
    /// The shipped definitions, each compiled from its TOML, samples and all.
    ///
    /// # Errors
    /// A shipped definition that does not compile: a defect of rfo that its tests catch.
    pub fn shipped() -> Result<Self, DefinitionError> {
        let mut shelf = Self::default();
        for Shipped { file, toml, .. } in SHIPPED {
            shelf
                .put(Definition::parse(toml, Origin::Shipped, &format!("parsers/{file}"))?, file)?;
        }
        shelf.settle()?;
        Ok(shelf)
    }

    /// The shipped definitions, each compiled when it is first asked for, without its samples.
    ///
    /// # Errors
    /// A layer upon a definition that is not among them, or that is a layer itself. A definition
    /// that does not compile is told by [`Shelf::sound`].
    pub fn on_demand() -> Result<Self, DefinitionError> {
        let place = |shipped: &'static Shipped| {
            let name = shipped.file.strip_suffix(".toml").unwrap_or(shipped.file);
            (name.to_owned(), Arc::new(Place::Shipped(shipped, OnceLock::new())))
        };
        let places = SHIPPED.iter().map(place).collect();
        let mut shelf = Self { places, layers: BTreeMap::new() };
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
        let place = |one: Arc<Definition>| (one.name.clone(), Arc::new(Place::Whole(one)));
        let places = definitions.into_iter().map(place).collect();
        let mut shelf = Self { places, layers: BTreeMap::new() };
        shelf.settle()?;
        Ok(shelf)
    }

    /// Lays the layers upon their bases.
    fn settle(&mut self) -> Result<(), DefinitionError> {
        let mut layers: BTreeMap<String, Layers> = BTreeMap::new();
        for (layer, place) in &self.places {
            let Some(upon) = place.upon() else { continue };
            if let Some(kind) = self.kind_named(upon) {
                for (base, of_kind) in &self.places {
                    if of_kind.carries(kind) {
                        layers.entry(base.clone()).or_default().names.push(layer.clone());
                    }
                }
                continue;
            }
            let base = self.places.get(upon).ok_or_else(|| self.no_base(layer, upon))?;
            if base.upon().is_some() {
                let reason = format!("{upon} is a layer itself, and no layer lies upon a layer");
                return Err(DefinitionError(Box::new(Snippet::new(layer, &reason))));
            }
            if base.is_program() {
                let reason = format!(
                    "{upon} runs a program, which tells whole events: no layer lies upon it"
                );
                return Err(DefinitionError(Box::new(Snippet::new(layer, &reason))));
            }
            layers.entry(upon.to_owned()).or_default().names.push(layer.clone());
        }
        self.layers = layers.into_iter().map(|(base, list)| (base, Arc::new(list))).collect();
        Ok(())
    }

    /// The kind that `upon` means; none where a definition bears that name.
    pub fn kind_named(&self, upon: &str) -> Option<Kind> {
        Kind::named(upon).filter(|_| !self.places.contains_key(upon))
    }

    /// The layers that lie upon a definition, as they were written, by name.
    pub fn layers_upon(&self, base: &str) -> impl Iterator<Item = &Arc<Definition>> {
        let names = self.layers.get(base).map(|layers| layers.names.as_slice());
        names.unwrap_or_default().iter().filter_map(|name| self.get(name))
    }

    fn no_base(&self, layer: &str, upon: &str) -> DefinitionError {
        let snippet = Snippet::new(layer, &format!("`upon` names no parser: {upon:?}"));
        let near = self.nearest(upon).map(|near| format!("did you mean {near:?}?"));
        DefinitionError(Box::new(near.map_or(snippet.clone(), |near| snippet.hint(&near))))
    }

    /// The layers upon a definition, by name.
    pub fn layers(&self, base: &str) -> Arc<[Arc<Definition>]> {
        let Some(layers) = self.layers.get(base) else { return Arc::default() };
        let lay = || {
            let own = self.get(base);
            let upon = |name: &String| Some(Arc::new(self.get(name)?.upon_base(own?)));
            layers.names.iter().filter_map(upon).collect()
        };
        layers.laid.get_or_init(lay).clone()
    }

    /// Tells whether all shipped definitions that were asked for up to now compile: one that does
    /// not was passed over.
    ///
    /// # Errors
    /// What is wrong with the first that does not: a defect of rfo that its tests catch.
    pub fn sound(&self) -> Result<(), DefinitionError> {
        self.places.values().find_map(|place| place.fault()).map_or(Ok(()), |e| Err(e.clone()))
    }

    /// The definitions that a run is to ask, by name: the user's, and the shipped ones whose signs
    /// an input shows.
    pub fn asked(&self, shown: impl Fn(&Signs) -> bool) -> impl Iterator<Item = &Arc<Definition>> {
        let asked = self.places.values().filter(move |place| match &***place {
            Place::Whole(_) => true,
            Place::Shipped(shipped, _) => shown(&shipped.signs),
        });
        asked.filter_map(|place| place.definition())
    }

    /// Names of the files that some definition looks things up in.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.places.values().flat_map(|place| place.tables())
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
        named_as(&definition, file)?;
        let name = definition.name.clone();
        self.places.insert(name, Arc::new(Place::Whole(Arc::new(definition))));
        Ok(())
    }

    /// What reads the inputs of a definition: itself or, for a layer, `base`, which comes first, and
    /// it. A wrapper needs all that it may hold.
    pub fn company(
        &self,
        definition: &Arc<Definition>,
        base: Option<&Arc<Definition>>,
    ) -> Vec<Arc<Definition>> {
        if definition.inner.is_some() {
            let others = self.iter().filter(|other| other.name != definition.name);
            let others = others.filter(|other| other.upon.is_none()).cloned();
            return std::iter::once(definition.clone()).chain(others).collect();
        }
        let base = base.filter(|base| base.name != definition.name).cloned();
        base.into_iter().chain([definition.clone()]).collect()
    }

    /// All definitions, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.places.values().filter_map(|place| place.definition())
    }

    /// The definition of that name.
    pub fn get(&self, name: &str) -> Option<&Arc<Definition>> {
        self.places.get(name)?.definition()
    }

    /// The name that was likely meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        crate::snippet::nearest(name, self.places.keys().map(String::as_str))
    }
}

/// A definition is found and overridden by the name of its file.
fn named_as(definition: &Definition, file: &str) -> Result<(), DefinitionError> {
    let stem = file.strip_suffix(".toml").unwrap_or(file);
    if definition.name == stem {
        return Ok(());
    }
    let reason = format!("`name` is {:?}, but the file is {file}", definition.name);
    let snippet = Snippet::new(file, &reason);
    let hint = "give both the same name, so that it can be found and overridden";
    Err(DefinitionError(Box::new(snippet.hint(hint))))
}

fn io_error(path: &Path, error: &std::io::Error) -> DefinitionError {
    let reason = format!("cannot read this definition: {error}");
    DefinitionError(Box::new(Snippet::new(&path.display().to_string(), &reason)))
}
