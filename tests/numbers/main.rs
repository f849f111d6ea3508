//! The numbers: the project's own cases, the larger data where `UNIVERSAL_DIMENSIONS_DATA` says
//! they are, and what must not change any score.

mod cases;
mod further;
mod invariances;
mod larger;
mod layout;
mod scales;
mod support;
mod written;
