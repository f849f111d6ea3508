//! The simulation as a scatter: every feature of every network.

use super::table::SimulationTable;
use crate::figures::scatter::Panel;
use crate::figures::{Colouring, Legend, Marks, Scatter, Theme};

impl Panel {
    /// The paper's simulation: every feature of every network.
    #[must_use]
    pub fn of_simulation(table: &SimulationTable) -> Self {
        Self {
            title: String::new(),
            rows: (0..table.universality.len() as u32).collect(),
            y: table.alignment.clone(),
        }
    }
}

impl<'a> Scatter<'a> {
    /// The paper's simulation, in its panel.
    #[must_use]
    pub fn of_simulation(
        table: &'a SimulationTable,
        panel: &'a Panel,
        colouring: &'a Colouring,
    ) -> Self {
        Self {
            x: &table.universality,
            panels: std::slice::from_ref(panel),
            colouring,
            depths: &[],
            marks: Marks::Dots,
            x_label: "Universality \u{2192} shared by other networks".into(),
            y_label: "Brain alignment \u{2192} shared by brains".into(),
            chance: (None, None),
        }
    }
}

impl Colouring {
    /// Colours the features of the paper's simulation by what their network sees.
    #[must_use]
    pub fn of_simulation(table: &SimulationTable, theme: &Theme) -> Self {
        let alike = table.knobs.like_brains * table.knobs.features;
        let names = ["Networks that see like brains", "Other networks"];
        let colours = [theme.accent, theme.groups[0]];
        Self {
            rows: (0..table.universality.len())
                .map(|row| colours[usize::from(row >= alike)])
                .collect(),
            legend: Legend::Groups(names.into_iter().map(String::from).zip(colours).collect()),
        }
    }
}
