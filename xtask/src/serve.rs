//! The page on this computer: built for speed to try it out, or quickly to work on it.

use crate::cargo;
use crate::steps::run;
use crate::tools::{self, WASM, install_target, missing_build_tools, trunk};

/// A way of building and serving the page.
struct Served {
    /// The profile of Cargo.toml.
    profile: &'static str,
    /// The page that Trunk begins with.
    page: &'static str,
    /// The programs that it names.
    programs: &'static [&'static str],
    /// A folder of its own: what is served may reload itself, which a deployed page must not.
    folder: &'static str,
    /// Further arguments of Trunk.
    arguments: &'static [&'static str],
    /// What the compilation takes on two cores, in words.
    duration: &'static str,
}

/// Numerics as fast as they need to be to try the page out.
const SERVE: Served = Served {
    profile: "serve",
    page: "www/index.html",
    programs: &["app", "worker", "worker-fused"],
    folder: "target/site/serve",
    // by a script in the page, which the policy forbids
    arguments: &["--no-autoreload", "true"],
    duration: "about 4 min the first time",
};

/// Built again within seconds after a change.
const DEV: Served = Served {
    profile: "quick",
    page: "www/dev/index.html",
    programs: &["app", "worker"],
    folder: "target/site/dev",
    arguments: &[],
    duration: "about 4 min the first time, then seconds",
};

/// Installs what is missing, builds the page and serves it until it is interrupted.
///
/// # Errors
/// A sentence if something cannot be installed or built.
pub fn serve(arguments: &[String]) -> Result<(), String> {
    SERVE.start(arguments)
}

/// The same for whoever works on it: rebuilds and reloads after each change.
///
/// # Errors
/// A sentence if something cannot be installed or built.
pub fn dev(arguments: &[String]) -> Result<(), String> {
    DEV.start(arguments)
}

impl Served {
    fn start(&self, arguments: &[String]) -> Result<(), String> {
        install_target()?;
        let missing = missing_build_tools()?;
        println!("Building the page on two cores takes {}", self.duration);
        if !missing.is_empty() {
            println!(
                "The tools that it needs are installed at the same time: all takes about 7 min"
            );
            // At the end of each compilation there is work for one core only: at the same time they
            // keep both busy.
            std::thread::scope(|scope| {
                let installing = scope.spawn(|| tools::install_all(&missing));
                let compiled = self.compile();
                let installed = installing.join();
                installed
                    .unwrap_or_else(|_| Err("the installation of a tool ended early".into()))?;
                compiled
            })?;
        }
        let mut command = trunk(&[
            "serve",
            self.page,
            "--cargo-profile",
            self.profile,
            "--offline",
            "--locked",
            "--dist",
            self.folder,
        ]);
        command.args(self.arguments).args(arguments);
        if arguments.is_empty() {
            println!("The page will be at http://127.0.0.1:8080 (Ctrl-C ends it)");
        }
        run(command)
    }

    /// Compiles what Trunk will ask for, with the very same settings.
    fn compile(&self) -> Result<(), String> {
        let mut command = cargo(&["build", "--locked", "--target", WASM]);
        command.args(["--profile", self.profile]);
        for program in self.programs {
            command.args(["--bin", program]);
        }
        run(command)
    }
}

#[cfg(test)]
mod tests {
    /// Lines of a page without its comment, and without what the two are meant to differ in.
    fn lines(page: &str) -> Vec<String> {
        let is_comment = |line: &&str| line.starts_with("<!--") || line.starts_with("     ");
        let lines = page.lines().filter(|line| !is_comment(line));
        lines
            .filter(|line| !line.contains("worker-fused"))
            .map(|line| {
                line.replace("\"../../", "\"../")
                    .replace("\"../icon", "\"icon")
                    .replace("\"../style", "\"style")
                    .replace("\"../watch", "\"watch")
                    .replace("\"../start", "\"start")
                    // it reloads itself by a script in the page, and fetches hosted studies itself
                    .replace("'self' 'unsafe-inline'", "'self'")
                    .replace("connect-src 'self' ws: https: http:", "connect-src 'self'")
                    .replace(" data-cargo-profile-release=\"page\"", "")
            })
            .collect()
    }

    #[test]
    fn the_page_of_dev_is_the_page() {
        let page = include_str!("../../www/index.html");
        let dev = include_str!("../../www/dev/index.html");
        assert_eq!(lines(dev), lines(page));
        assert!(page.contains("worker-fused") && !dev.contains("data-bin=\"worker-fused\""));
    }
}
