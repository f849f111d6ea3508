//! Addresses of hosted studies: which are opened, and how much of them a message repeats.

use crate::options::cut_short;
use crate::problem::Problem;

/// Hosts on this computer, to which a connection needs no encryption.
const THIS_COMPUTER: [&str; 2] = ["localhost", "127.0.0.1"];

/// Checks an absolute address, as a browser writes it, before anything is fetched from it. `origin` is where
/// the page itself comes from.
///
/// # Errors
/// A [`Problem`] for a kind of address that is not fetched, one that is not encrypted, and one that holds a
/// name or a password, which it does not repeat.
pub fn check(address: &str, origin: &str) -> Result<(), Problem> {
    let scheme = scheme_of(address);
    if !["http", "https"].contains(&scheme) {
        let scheme = cut_short(scheme);
        return Err(Problem::error(
            "",
            format!("This link names an address that begins with {scheme}:, which is never opened"),
        )
        .expected("an address that begins with https://")
        .hint("Download the study and drop its files here"));
    }
    if authority_of(address).contains('@') {
        return Err(Problem::error(
            "",
            "This link names an address with a user name or a password in it, which is never used",
        )
        .expected("an address that anybody may open")
        .hint("Log in there, download the study and drop its files here"));
    }
    let is_encrypted = scheme == "https";
    let is_here = THIS_COMPUTER.contains(&name_of(host_of(address)));
    if !(is_encrypted || is_here || is_under(address, origin)) {
        return Err(Problem::error(
            "",
            format!(
                "This link names an address at {} that begins with http:, so what comes from there could be changed on its way",
                cut_short(host_of(address))
            ),
        )
        .expected("an address that begins with https://")
        .hint("Ask whoever hosts the study for such an address, or download it and drop its files here"));
    }
    Ok(())
}

/// Host and port of an address.
#[must_use]
pub fn host_of(address: &str) -> &str {
    let authority = authority_of(address);
    authority.rsplit('@').next().unwrap_or(authority)
}

/// An address as messages repeat it: without what may be secret in it, and not longer than a line.
#[must_use]
pub fn shown(address: &str) -> String {
    let end = address.find(['?', '#']).unwrap_or(address.len());
    let address = address.get(..end).unwrap_or(address);
    let shown = match authority_of(address).contains('@') {
        true => format!("{}://{}", scheme_of(address), host_of(address)),
        false => address.to_owned(),
    };
    const LONGEST: usize = 200;
    match shown.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", shown.get(..end).unwrap_or_default()),
        None => shown,
    }
}

fn scheme_of(address: &str) -> &str {
    address.split_once(':').map_or("", |(scheme, _)| scheme)
}

fn authority_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    host.split(':').next().unwrap_or(host)
}

fn is_under(address: &str, origin: &str) -> bool {
    let rest = address.strip_prefix(origin);
    !origin.is_empty()
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_may_be_fetched_are_taken() {
        let page = "http://lab.example:8000";
        for address in [
            "https://a.org/study.json",
            "https://a.org:8443/x/study.json?version=2",
            "http://127.0.0.1:9/study.json",
            "http://localhost:9/study.json",
            "http://lab.example:8000/studies/study.json",
        ] {
            assert_eq!(check(address, page), Ok(()), "{address}");
        }
        for (address, says) in [
            ("javascript:alert(1)", "begins with javascript:"),
            ("data:application/json,{}", "begins with data:"),
            ("file:///home/me/study.json", "begins with file:"),
            ("blob:https://a.org/5f-1", "begins with blob:"),
            ("ftp://a.org/study.json", "begins with ftp:"),
            (
                "https://me:secret@a.org/study.json",
                "a user name or a password",
            ),
            ("https://me@a.org/study.json", "a user name or a password"),
            ("http://a.org/study.json", "at a.org that begins with http:"),
            ("http://localhost.a.org/study.json", "begins with http:"),
            ("http://127.0.0.1.a.org/study.json", "begins with http:"),
            (
                "http://lab.example:8000.a.org/study.json",
                "begins with http:",
            ),
            ("http://lab.example:80001/study.json", "begins with http:"),
        ] {
            let problem = check(address, page).expect_err(address).to_string();
            assert!(problem.contains(says), "{problem}");
            assert!(
                !problem.contains("secret") && !problem.contains("me@"),
                "{problem}"
            );
        }
        let long = format!("{}:x", "a".repeat(1_000_000));
        assert!(check(&long, page).expect_err("refused").to_string().len() < 400);
    }

    #[test]
    fn what_may_be_secret_in_an_address_is_not_shown() {
        for (address, expected) in [
            ("https://a.org/x/study.json", "https://a.org/x/study.json"),
            (
                "https://a.org/study.json?token=abc#x",
                "https://a.org/study.json",
            ),
            ("https://me:secret@a.org/study.json", "https://a.org"),
        ] {
            assert_eq!(shown(address), expected);
        }
        assert!(shown(&"x".repeat(1_000_000)).len() < 210);
    }
}
