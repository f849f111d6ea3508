//! What of the page a link restores beside the study and its options.

use super::settings::{LinkedSettings, ViewSettings};

/// What links know of a view.
#[derive(Clone, Copy)]
pub struct LinkedView {
    /// Its word in the hash.
    pub name: &'static str,
    /// What of it a link carries.
    pub settings: Option<LinkedSettings>,
}

/// A dimension by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Network.
    pub network: String,
    /// Layer.
    pub layer: String,
    /// Component, from 1.
    pub component: u32,
}

/// How the results are shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// The view that is open, by its word; the first of the registry where absent.
    pub open: Option<&'static str>,
    /// Region on the y axis; the first where absent.
    pub roi: Option<String>,
    /// The networks that are shown; all where empty.
    pub networks: Vec<String>,
    /// The dimension that was picked.
    pub chosen: Option<Chosen>,
    /// What each view has of its own.
    pub settings: ViewSettings,
}
