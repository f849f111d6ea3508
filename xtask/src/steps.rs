//! Running commands, and saying how long those take that print nothing.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How often a step that prints nothing says that it is still running.
const REMINDER: Duration = Duration::from_secs(30);

/// How much of the log of a failed step is shown, in bytes.
const SHOWN_OF_LOG: u64 = 4000;

/// Runs a command to its end.
///
/// # Errors
/// A sentence with the command if it cannot start or fails.
pub fn run(mut command: Command) -> Result<(), String> {
    let shown = format!("{command:?}").replace('"', "");
    let status = command
        .status()
        .map_err(|error| format!("{shown}: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{shown} failed ({status})"))
    }
}

/// Runs a command whose output goes to a log, so that several can run at the same time. Every half
/// minute it says that it is still running.
///
/// # Errors
/// A sentence with the end of the log if the command cannot start or fails.
pub fn run_logged(title: &str, mut command: Command, log: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{title}: {error}");
    if let Some(folder) = log.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let output = File::create(log).map_err(failed)?;
    let mut child = command
        .stdout(output.try_clone().map_err(failed)?)
        .stderr(output)
        .spawn()
        .map_err(failed)?;
    let started = Instant::now();
    let mut reminded = started;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if reminded.elapsed() >= REMINDER {
            reminded = Instant::now();
            println!(
                "{title}: still running after {}",
                minutes(started.elapsed())
            );
        }
        std::thread::sleep(Duration::from_millis(200));
    };
    if status.success() {
        println!("{title}: done after {}", minutes(started.elapsed()));
        return Ok(());
    }
    Err(format!(
        "{title} failed ({status}). The end of {}:\n{}",
        log.display(),
        end_of(log).unwrap_or_default()
    ))
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

fn end_of(log: &Path) -> std::io::Result<String> {
    let mut file = File::open(log)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(SHOWN_OF_LOG)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
