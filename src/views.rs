//! The views of the page as vertical slices: each folder holds what belongs to one view alone, its
//! analysis, its tables and their CSV, its figure, what a link carries of it, its page and its files. What
//! several views share is below, in `analysis`, `results`, `figures` and `workflow`.
//!
//! A view is a type with the trait [`View`]. This file is the registry: a view is declared and listed here,
//! and what needs to know all of them (links, tabs, jobs, `analyse --all`, the README) takes the lists.

pub mod dimensions;
pub mod image_map;
pub mod networks;
pub mod rdms;
pub mod reduced_rsa;
pub mod shared_dimensions;
pub mod simulation;

#[cfg(not(target_arch = "wasm32"))]
use crate::export::Export;
use crate::jobs::TaskKind;
use crate::link::{LinkedSettings, LinkedView};
#[cfg(target_arch = "wasm32")]
use crate::page::App;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;

/// A view.
pub trait View {
    /// Its word in links.
    const NAME: &'static str;
    /// What the page calls it.
    const TITLE: &'static str;
    /// What it shows, as the README says it.
    const ABOUT: &'static str;
    /// The tables that the page offers.
    const TABLES: &'static [&'static str];
    /// What must be there before it can be shown.
    const NEEDS: Needs;
    /// What of it a link carries.
    const SETTINGS: Option<LinkedSettings> = None;
    /// The jobs that it alone has.
    const KINDS: &'static [TaskKind] = &[];

    /// Computes it and writes its tables and figures.
    ///
    /// # Errors
    /// The [`Problem`]s of an analysis that stopped or of a file that cannot be written.
    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>>;

    /// Begins to follow what is on the page: called once, at the page's root.
    #[cfg(target_arch = "wasm32")]
    fn start(app: App) {
        let _ = app;
    }

    /// Its controls beside the study's, if it has any.
    #[cfg(target_arch = "wasm32")]
    fn controls() -> Option<leptos::prelude::AnyView> {
        None
    }

    /// What stands beside it; the chosen dimension where it has nothing of its own.
    #[cfg(target_arch = "wasm32")]
    fn inspector() -> Option<leptos::prelude::AnyView> {
        None
    }

    /// The page.
    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView;
}

/// What a view needs before it can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing of the study.
    Nothing,
    /// A table of dimensions, computed here or brought.
    Table,
    /// A study that was analysed here: its arrays.
    Arrays,
}

/// A view in the registry.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its word in links, and what they carry of it.
    pub link: LinkedView,
    /// What the page calls it.
    pub title: &'static str,
    /// What it shows, as the README says it.
    pub about: &'static str,
    /// The tables that the page offers.
    pub tables: &'static [&'static str],
    /// What must be there before it can be shown.
    pub needs: Needs,
    /// Computes it and writes its tables and figures.
    #[cfg(not(target_arch = "wasm32"))]
    pub export: fn(&mut Export) -> Result<(), Vec<Problem>>,
    /// Begins to follow what is on the page.
    #[cfg(target_arch = "wasm32")]
    pub start: fn(App),
    /// Its controls beside the study's.
    #[cfg(target_arch = "wasm32")]
    pub controls: fn() -> Option<leptos::prelude::AnyView>,
    /// What stands beside it.
    #[cfg(target_arch = "wasm32")]
    pub inspector: fn() -> Option<leptos::prelude::AnyView>,
    /// The page.
    #[cfg(target_arch = "wasm32")]
    pub page: fn() -> leptos::prelude::AnyView,
}

impl Entry {
    /// The entry of a view.
    const fn of<V: View>() -> Self {
        Self {
            link: LinkedView {
                name: V::NAME,
                settings: V::SETTINGS,
            },
            title: V::TITLE,
            about: V::ABOUT,
            tables: V::TABLES,
            needs: V::NEEDS,
            #[cfg(not(target_arch = "wasm32"))]
            export: V::export,
            #[cfg(target_arch = "wasm32")]
            start: V::start,
            #[cfg(target_arch = "wasm32")]
            controls: V::controls,
            #[cfg(target_arch = "wasm32")]
            inspector: V::inspector,
            #[cfg(target_arch = "wasm32")]
            page: V::page,
        }
    }
}

macro_rules! views {
    ($($view:ty),* $(,)?) => {
        /// Every view, in the order of the page; the first is open at first.
        pub const ALL: &[Entry] = &[$(Entry::of::<$view>()),*];
        /// Every view as links know it.
        pub const LINKED: &[LinkedView] = &[$(Entry::of::<$view>().link),*];
        /// The jobs of every view. Apart from the entries: the page shows views and does no jobs.
        pub const KINDS: &[&[TaskKind]] = &[$(<$view as View>::KINDS),*];
    };
}

views![
    dimensions::DimensionsView,
    shared_dimensions::SharedDimensionsView,
    networks::NetworksView,
    reduced_rsa::ReducedRsaView,
    rdms::RdmsView,
    image_map::ImageMapView,
    simulation::SimulationView,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_every_view() {
        let readme = include_str!("../README.md");
        let section = readme.split("## The views").nth(1).expect("a section");
        let rows = section.lines().skip_while(|line| !line.starts_with("|---"));
        let listed: Vec<&str> = (rows.skip(1))
            .take_while(|line| line.starts_with('|'))
            .collect();
        let expected: Vec<String> = ALL
            .iter()
            .map(|view| {
                let tables: Vec<String> =
                    view.tables.iter().map(|name| format!("`{name}`")).collect();
                format!(
                    "| {} | {} | {} |",
                    view.title,
                    view.about,
                    tables.join(", ")
                )
            })
            .collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn no_two_views_have_a_word_in_common() {
        let mut names: Vec<&str> = ALL.iter().map(|view| view.link.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
