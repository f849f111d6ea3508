//! How fast it is, beside what users would otherwise run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::root;
use crate::steps::run;
use crate::tools::{build_page, install_browser};

/// Runs of ours; the peer, which takes a minute, runs once.
const RUNS: usize = 3;

/// Folds of the peer, which are the default.
const FOLDS: usize = 5;

/// Measures both studies: the peer, the command line and the page, with the ratios.
///
/// # Errors
/// A sentence if something is missing or scores differ.
pub fn compare() -> Result<(), String> {
    say_machine();
    build_page()?;
    install_browser()?;
    cargo(&["build", "--release", "--locked"])?;
    for shape in ["small", "paper"] {
        let study = root().join("target/bench").join(shape);
        let folder = study.to_string_lossy().into_owned();
        python(&["benches/peer/study.py", &folder, shape])?;
        let peer_scores = study.with_extension("peer.csv");
        // in single precision for its speed; in double, once, for the right numbers
        let said = python(&["benches/peer/peer.py", &folder, "float32"])?;
        if !study.with_extension("peer.penalties.csv").is_file() {
            python(&[
                "benches/peer/peer.py",
                &folder,
                "float64",
                &peer_scores.to_string_lossy(),
            ])?;
        }
        let peer: f64 = said
            .split_whitespace()
            .filter_map(|seconds| seconds.parse::<f64>().ok())
            .sum();
        println!(
            "{shape}: NumPy, universality and alignment: {} s",
            said.trim()
        );
        let own_scores = study.with_extension("native.csv");
        let own_penalties = study.with_extension("native.penalties.csv");
        let native = median(
            (0..RUNS)
                .map(|_| native(&study, &own_scores, &own_penalties))
                .collect::<Result<_, _>>()?,
        );
        println!(
            "{shape}: command line, files to table: {native:.2} s, {:.1} times the peer",
            peer / native
        );
        agree(&own_scores, &peer_scores)?;
        same_penalties(&own_penalties, &study.with_extension("peer.penalties.csv"))?;
        let page_scores = study.with_extension("page.csv");
        let page = output(
            Command::new(env!("CARGO"))
                .args(["bench", "--locked", "--bench", "page", "--"])
                .args([&study, &page_scores])
                .current_dir(root()),
        )?;
        let seconds = |which: &str| -> Vec<f64> {
            let line = page.lines().find_map(|line| line.strip_prefix(which));
            let words = line.unwrap_or_default().split_whitespace();
            words.filter_map(|word| word.parse().ok()).collect()
        };
        let (all, one) = (
            median(seconds("workers all:")),
            median(seconds("workers 1:")),
        );
        println!(
            "{shape}: page: {all:.2} s, {:.1} times the peer; one worker {one:.2} s, {:.2} times as long",
            peer / all,
            one / all
        );
        agree(&page_scores, &peer_scores)?;
    }
    Ok(())
}

fn say_machine() {
    let first = |program: &str, arguments: &[&str]| {
        let said = output(Command::new(program).args(arguments)).unwrap_or_default();
        said.lines().next().unwrap_or("not found").to_owned()
    };
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "{cores} cores{}",
        model.unwrap_or_default().replace('\t', "")
    );
    println!("{}", first("rustc", &["--version"]));
    println!(
        "{}",
        first(
            "python3",
            &["-c", "import numpy; print('numpy', numpy.__version__)"]
        )
    );
    println!("{}", first("chromium", &["--version"]));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn native(study: &Path, out: &Path, penalties: &Path) -> Result<f64, String> {
    let started = Instant::now();
    run({
        let mut command = Command::new(root().join("target/release/universal-dimensions"));
        command.arg("analyse").arg(study).arg("--out").arg(out);
        command.arg("--penalties").arg(penalties);
        command
    })?;
    Ok(started.elapsed().as_secs_f64())
}

/// Says how many of the penalties chosen are not among the best by the peer, of which there are several on ties;
/// fails if they are more than one in ten thousand.
fn same_penalties(ours: &Path, theirs: &Path) -> Result<(), String> {
    let read = |path: &Path| -> Result<HashMap<String, Vec<String>>, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let rows = text.lines().map(|line| {
            // names of brains hold a comma, for which both quote them
            let (of, folds) = line
                .match_indices(',')
                .nth_back(FOLDS - 1)
                .map_or((line, ""), |(position, _)| {
                    (&line[..position], &line[position + 1..])
                });
            (of.to_owned(), folds.split(',').map(str::to_owned).collect())
        });
        Ok(rows.collect())
    };
    let (ours, theirs) = (read(ours)?, read(theirs)?);
    let (mut all, mut others) = (0_usize, 0_usize);
    for (of, best) in &theirs {
        let chosen = ours
            .get(of)
            .ok_or_else(|| format!("no penalties of {of}"))?;
        for (chosen, best) in chosen.iter().zip(best) {
            let alpha: f64 = chosen.parse().unwrap_or(f64::NAN);
            let is_best = |best: &str| best.parse::<f64>().is_ok_and(|best| best == alpha);
            all += 1;
            others += usize::from(!best.split('|').any(is_best));
        }
    }
    println!("  penalties that are not the peer's, nor tied with it: {others} of {all}");
    if all == 0 || others * 10_000 > all {
        return Err("penalties differ".into());
    }
    Ok(())
}

/// Fails unless universality and alignment agree within 1e-3 everywhere.
fn agree(ours: &PathBuf, theirs: &PathBuf) -> Result<(), String> {
    let read = |path: &PathBuf| -> Result<Vec<(String, f64, f64)>, String> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = lines.next().unwrap_or_default();
        let position = |name: &str| {
            header
                .iter()
                .position(|h| *h == name)
                .ok_or(format!("no column {name}"))
        };
        let (u, a) = (position("universality")?, position("alignment_V")?);
        let number = |cell: &str| cell.parse().unwrap_or(f64::NAN);
        let mut rows: Vec<_> = lines
            .map(|cells| (cells[..3].join(","), number(cells[u]), number(cells[a])))
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(rows)
    };
    let (ours, theirs) = (read(ours)?, read(theirs)?);
    if ours.len() != theirs.len() {
        return Err(format!(
            "{} dimensions, and {} by NumPy",
            ours.len(),
            theirs.len()
        ));
    }
    let mut most = 0.0_f64;
    for (a, b) in ours.iter().zip(&theirs) {
        let off = (a.1 - b.1).abs().max((a.2 - b.2).abs());
        // NaN must not pass for small
        if a.0 != b.0 || !matches!(off.partial_cmp(&1e-3), Some(std::cmp::Ordering::Less)) {
            return Err(format!("scores differ: {a:?} and {b:?}"));
        }
        most = most.max(off);
    }
    println!("  greatest difference of a score from NumPy in double precision: {most:.1e}");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    run(command)
}

fn python(arguments: &[&str]) -> Result<String, String> {
    output(Command::new("python3").args(arguments).current_dir(root()))
        .map_err(|error| format!("{error}: the peer needs Python 3 with NumPy (pip install numpy)"))
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?} failed"))
    }
}
