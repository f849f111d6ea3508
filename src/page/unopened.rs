//! A link that is not opened, and why.

use std::rc::Rc;

use web_sys::Blob;

use crate::link::Link;
use crate::problem::Problem;

/// A link that is not opened.
#[derive(Clone)]
pub enum Unopened {
    /// A hosted study, which waits for the user to want it.
    Offered(Rc<Offer>),
    /// A hosted study that opens on the page that may connect to others, which would leave own files behind.
    Elsewhere,
    /// What it asks for cannot be had.
    Failed(Link, Problem),
    /// The user ended its opening.
    Cancelled(Link),
    /// It cannot be read.
    Unreadable(Problem),
}

/// A study whose manifest is there.
pub struct Offer {
    /// The link that asks for it.
    pub link: Link,
    /// What it calls itself.
    pub title: String,
    /// From where its files come, the manifest's first.
    pub hosts: Vec<String>,
    /// Its files: paths beside the manifest, and absolute addresses.
    pub files: Vec<(String, String)>,
    /// The manifest as it came.
    pub manifest: Blob,
}
