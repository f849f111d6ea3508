//! RSA of networks cut down to few of their dimensions (METHOD 7).

pub mod analysis;
pub mod curves;
#[cfg(not(target_arch = "wasm32"))]
mod export;
pub mod figure;
pub mod finding;
#[cfg(target_arch = "wasm32")]
mod page;
mod table;

use analysis::ReducedRsa;

use super::{Needs, View};
#[cfg(not(target_arch = "wasm32"))]
use crate::export::Export;
use crate::jobs::TaskKind;
#[cfg(target_arch = "wasm32")]
use crate::page::App;
#[cfg(not(target_arch = "wasm32"))]
use crate::problem::Problem;

/// The view.
pub struct ReducedRsaView;

impl View for ReducedRsaView {
    const NAME: &'static str = "reduced-rsa";
    const TITLE: &'static str = "Reduced RSA";
    const ABOUT: &'static str = "Similarity to brains with all dimensions kept, against few: the most universal, and as controls those of highest variance, the least universal, random ones";
    const TABLES: &'static [&'static str] = &["rsa_reduced.csv"];
    const NEEDS: Needs = Needs::Arrays;
    const KINDS: &'static [TaskKind] = &[TaskKind::of_blocks::<ReducedRsa>()];

    #[cfg(not(target_arch = "wasm32"))]
    fn export(export: &mut Export) -> Result<(), Vec<Problem>> {
        export::write(export)
    }

    #[cfg(target_arch = "wasm32")]
    fn start(app: App) {
        page::start(app);
    }

    #[cfg(target_arch = "wasm32")]
    fn page() -> leptos::prelude::AnyView {
        page::page()
    }
}
