//! Each figure once: from results to drawing, on whatever plotters draws on.

pub mod colour;
pub mod frame;
pub mod panels;
pub mod scatter;
pub mod theme;

pub use colour::{ColourBy, Colouring, Legend};
pub use frame::Frame;
pub use panels::Panels;
pub use scatter::{Marks, Scatter};
pub use theme::{Rgb, Theme};
