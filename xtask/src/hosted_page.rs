//! The second page: the same as the first, but for a policy that lets it connect to other servers. A policy that
//! stands in a page cannot be loosened later, so hosted studies need a page of their own.

use std::path::PathBuf;

/// Where the first page connects to.
const OWN: &str = "connect-src 'self';";

/// Where the second does: whatever is encrypted, and what is on this computer.
const OTHERS: &str = "connect-src 'self' https: http://127.0.0.1:* http://localhost:*;";

/// Writes `hosted.html` beside the `index.html` that Trunk has just built, and whose folder it names.
///
/// # Errors
/// A sentence if that page is not there or has another policy.
pub fn write() -> Result<(), String> {
    let folder = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or("Trunk calls this when it has built the page")?;
    let read = folder.join("index.html");
    let page =
        std::fs::read_to_string(&read).map_err(|error| format!("{}: {error}", read.display()))?;
    match hosted(&page) {
        Some(hosted) => std::fs::write(folder.join("hosted.html"), hosted)
            .map_err(|error| format!("hosted.html: {error}")),
        // the page of `cargo xtask dev` connects to others itself
        None if page.contains("connect-src 'self' ws: https: http:;") => Ok(()),
        None => Err(format!("{} does not say {OWN} once", read.display())),
    }
}

fn hosted(page: &str) -> Option<String> {
    let is_once = page.matches(OWN).count() == 1;
    is_once.then(|| page.replace(OWN, OTHERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_page_differs_in_where_it_connects_to() {
        let page = include_str!("../../www/index.html");
        let second = hosted(page).expect("a policy");
        assert_eq!(second.replace(OTHERS, OWN), page);
        assert_ne!(second, page);
        assert_eq!(hosted("<html>"), None);
        assert_eq!(hosted(&page.repeat(2)), None);
    }
}
