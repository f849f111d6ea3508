//! The numbers: the project's own cases, the larger data where `UNIVERSAL_DIMENSIONS_DATA` says
//! they are, and what must not change any score.

mod cases;
mod invariances;
mod larger;
mod layout;
mod scales;
mod secondary;
mod section11;
mod shared;
mod support;
mod written;
