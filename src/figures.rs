//! Each figure once: from results to drawing, on whatever plotters draws on.

pub mod axes;
mod caption;
pub mod colour;
pub mod frame;
pub mod heatmap;
pub mod panels;
pub mod raster;
pub mod scatter;
pub mod sheet;
pub mod theme;

pub use caption::Captioned;
pub use colour::{ColourBy, Colouring, Legend};
pub use frame::Frame;
pub use panels::Panels;
pub use scatter::{Marks, Scatter};
pub use sheet::{Figure, Image, Sheet, svg};
pub use theme::{Rgb, Theme};
