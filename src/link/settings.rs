//! What a link carries of one view: each view has settings of its own type, of which the link knows the
//! fields by name, and the state of the page their text.

use std::collections::BTreeMap;

/// One field of something that a link carries. A value of several parts has them apart in the hash as
/// well.
pub struct Field<T> {
    /// Its name in the hash.
    pub name: &'static str,
    /// What the page and every message call it.
    pub label: &'static str,
    /// The parts of its value; none where it is the default.
    pub write: fn(&T) -> Vec<String>,
    /// Takes the parts over; else what was expected.
    pub read: fn(&mut T, &[String]) -> Result<(), String>,
}

/// The settings of a view.
pub trait Settings: Clone + Default + PartialEq + Send + Sync + 'static {
    /// Its fields, in the order in which they are written. No other view may have their names.
    const FIELDS: &'static [Field<Self>];

    /// The settings as they can be used: values that exclude each other are settled.
    #[must_use]
    fn settled(self) -> Self {
        self
    }
}

/// The settings of all views, as text: what differs from the defaults.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ViewSettings(BTreeMap<&'static str, Vec<String>>);

impl ViewSettings {
    /// The settings of one view.
    #[must_use]
    pub fn get<T: Settings>(&self) -> T {
        self.read::<T>().settled()
    }

    /// Changes the settings of one view.
    pub fn update<T: Settings>(&mut self, change: impl FnOnce(&mut T)) {
        let mut settings = self.get::<T>();
        change(&mut settings);
        self.write(&settings.settled());
    }

    fn read<T: Settings>(&self) -> T {
        let mut settings = T::default();
        for field in T::FIELDS {
            if let Some(parts) = self.0.get(field.name) {
                // what is kept was read or written by the same field
                let _ = (field.read)(&mut settings, parts);
            }
        }
        settings
    }

    fn write<T: Settings>(&mut self, settings: &T) {
        for field in T::FIELDS {
            match (field.write)(settings) {
                parts if parts.is_empty() => self.0.remove(field.name),
                parts => self.0.insert(field.name, parts),
            };
        }
    }
}

/// The settings of a view whose type is forgotten, for a registry of views.
#[derive(Clone, Copy)]
pub struct LinkedSettings {
    /// Names and labels of the fields.
    names: fn() -> Vec<(&'static str, &'static str)>,
    take: fn(&mut ViewSettings, &str, &[String]) -> Result<(), String>,
}

impl LinkedSettings {
    /// Those of a type.
    #[must_use]
    pub const fn of<T: Settings>() -> Self {
        Self {
            names: || {
                T::FIELDS
                    .iter()
                    .map(|field| (field.name, field.label))
                    .collect()
            },
            take: |settings, name, parts| {
                let field = T::FIELDS.iter().find(|field| field.name == name);
                let field = field.ok_or("a field of this view")?;
                // settled when all fields of the link are there, in whatever order they come
                let mut own = settings.read::<T>();
                (field.read)(&mut own, parts)?;
                settings.write(&own);
                Ok(())
            },
        }
    }

    /// Names of its fields.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        (self.names)().into_iter().map(|(name, _)| name).collect()
    }

    /// Whether it has a field of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names().contains(&name)
    }

    /// What the page calls a field.
    #[must_use]
    pub fn label(&self, name: &str) -> &'static str {
        let mut names = (self.names)().into_iter();
        names
            .find(|(known, _)| *known == name)
            .map_or("", |(_, label)| label)
    }

    /// Takes a field of a link over; else what was expected.
    ///
    /// # Errors
    /// What a value of this field may be.
    pub fn take(
        &self,
        settings: &mut ViewSettings,
        name: &str,
        parts: &[String],
    ) -> Result<(), String> {
        (self.take)(settings, name, parts)
    }

    /// Its fields with their parts, where they differ from the defaults.
    #[must_use]
    pub fn written(&self, settings: &ViewSettings) -> Vec<(&'static str, Vec<String>)> {
        let written = self.names().into_iter();
        written
            .filter_map(|name| Some((name, settings.0.get(name)?.clone())))
            .collect()
    }
}

/// Words for the values of a choice, the default first.
pub type Words<T> = &'static [(&'static str, T)];

/// The word of a value that is not the default.
pub fn word<T: PartialEq + Copy>(words: Words<T>, value: T) -> Vec<String> {
    words
        .iter()
        .skip(1)
        .find(|(_, known)| *known == value)
        .map(|(word, _)| (*word).to_owned())
        .into_iter()
        .collect()
}

/// The value of a word; else all words.
///
/// # Errors
/// The words.
pub fn choice<T: Copy>(words: Words<T>, parts: &[String]) -> Result<T, String> {
    let found = words
        .iter()
        .find(|(word, _)| parts.len() == 1 && *word == parts[0]);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        all.join(", ")
    })
}

/// A number that differs from the usual one.
pub fn number<T: PartialEq + ToString>(value: T, usual: T) -> Vec<String> {
    if value == usual {
        Vec::new()
    } else {
        vec![value.to_string()]
    }
}

/// A name of one part.
///
/// # Errors
/// What was expected.
pub fn text(parts: &[String]) -> Result<String, String> {
    match parts {
        [one] => Ok(one.clone()),
        _ => Err("one name".to_owned()),
    }
}

/// The text of a number; what is no single text is no number.
#[must_use]
pub fn one(parts: &[String]) -> &str {
    match parts {
        [one] => one,
        _ => "",
    }
}

/// A field that is a number: its name, its label on the page, where it is, and how its text is read.
macro_rules! number_field {
    ($name:literal, $label:literal, $field:ident, $read:expr) => {
        $crate::link::Field {
            name: $name,
            label: $label,
            write: |settings: &Self| $crate::link::number(settings.$field, Self::default().$field),
            read: |settings: &mut Self, parts| {
                settings.$field = $read($crate::link::one(parts))?;
                Ok(())
            },
        }
    };
}

/// A field that is one of several words: its name, its label on the page, the words, and where it is.
macro_rules! choice_field {
    ($name:literal, $label:literal, $words:expr, $field:ident) => {
        $crate::link::Field {
            name: $name,
            label: $label,
            write: |settings: &Self| $crate::link::word($words, settings.$field),
            read: |settings: &mut Self, parts| {
                settings.$field = $crate::link::choice($words, parts)?;
                Ok(())
            },
        }
    };
}

pub(crate) use {choice_field, number_field};
