//! `universal-dimensions analyse FOLDER_OR_STUDY_JSON --out dimensions.csv`: the same study,
//! analysis and results as on the page; with `--all FOLDER` every secondary analysis as well.
//! `universal-dimensions inspect FILE...` says what the readers see.

mod inspect;
mod options;
mod store;

use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::analysis::Plan;
use crate::engine::native::{NativeEngine, load};
use crate::engine::{Engine, Stopped};
use crate::export::{Export, make_folder, write};
use crate::problem::{Problem, Severity, count};
use crate::results::penalties_csv;
use crate::study::{Collection, summary};
use crate::views;
use crate::workflow::analyse;
use options::OptionArguments;
use store::StoreArguments;

/// Which dimensions of neural networks are shared by others, and are they the ones that brains share?
#[derive(Parser)]
#[command(name = "universal-dimensions", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Scores every dimension of every network of a study
    Analyse(Box<AnalyseArguments>),
    /// Says what the readers see in files
    Inspect(inspect::InspectArguments),
}

#[derive(clap::Args)]
struct AnalyseArguments {
    /// A folder of activations and brains, or a study.json
    study: PathBuf,
    /// Where to write the table of dimensions (CSV)
    #[arg(long, default_value = "dimensions.csv")]
    out: PathBuf,
    /// Run every analysis and write every table (CSV) and figure (SVG) into this folder instead
    #[arg(long, value_name = "OUTDIR", conflicts_with = "out")]
    all: Option<PathBuf>,
    /// Where to write the penalty of every dimension by every predictor on every fold (CSV)
    #[arg(long, value_name = "FILE")]
    penalties: Option<PathBuf>,
    #[command(flatten)]
    options: OptionArguments,
    #[command(flatten)]
    store: StoreArguments,
    /// Go on without the files that cannot be read
    #[arg(long)]
    skip_unreadable: bool,
}

/// Runs the command line; 0 if all went well, 1 with a sentence on stderr if not, and 75 for a part of a run
/// that cannot go on before others have.
#[must_use]
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Analyse(arguments) => run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments).map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(code) => code,
        Err(problems) => {
            tell_all(&problems);
            ExitCode::FAILURE
        }
    }
}

fn tell(problem: &Problem) {
    let word = match problem.severity {
        Severity::Notice => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    eprintln!("{word}: {problem}");
}

/// Files that one line names, of many that are left alone for the same reason.
const MOST_NAMED: usize = 3;

/// Says each problem once; notices of the same about many files together.
fn tell_all(problems: &[Problem]) {
    let mut said: Vec<&Problem> = Vec::new();
    for problem in problems {
        let is_alike = |other: &&Problem| {
            Problem {
                file: String::new(),
                ..(**other).clone()
            } == Problem {
                file: String::new(),
                ..problem.clone()
            }
        };
        let is_notice = problem.severity == Severity::Notice && !problem.file.is_empty();
        if said
            .iter()
            .any(|other| *other == problem || (is_notice && is_alike(other)))
        {
            continue;
        }
        said.push(problem);
        let alike = problems.iter().filter(|other| is_alike(other));
        let mut files: Vec<&str> = alike.map(|other| other.file.as_str()).collect();
        files.dedup();
        if !is_notice || files.len() == 1 {
            tell(problem);
            continue;
        }
        let more = files.len().saturating_sub(MOST_NAMED);
        files.truncate(MOST_NAMED);
        let mut file = files.join(", ");
        if more > 0 {
            file.push_str(&format!(" and {}", count(more, "more file", "more files")));
        }
        tell(&Problem {
            file,
            ..problem.clone()
        });
    }
}

/// What was found wrong so far: the errors, all at once, and what else is told.
fn problems_of(collection: &Collection, assembled: &[Problem]) -> (Vec<Problem>, Vec<Problem>) {
    let of_files = collection.told_problems().into_iter();
    let (mut errors, others): (Vec<Problem>, Vec<Problem>) = of_files.partition(Problem::is_error);
    if !errors.is_empty() {
        errors.push(
            Problem::error("", "some files cannot be read")
                .expected("every file of the study")
                .hint("Mend or remove them, or go on without them by --skip-unreadable"),
        );
    }
    let (of_study, told): (Vec<Problem>, Vec<Problem>) =
        assembled.iter().cloned().partition(Problem::is_error);
    // what is wrong with a file comes before what follows from it
    errors.extend(of_study);
    (errors, others.into_iter().chain(told).collect())
}

fn run(arguments: &AnalyseArguments) -> Result<ExitCode, Vec<Problem>> {
    let engine = (arguments.store)
        .engine(&arguments.study)
        .map_err(|problem| vec![problem])?;
    let done = analyse_with(arguments, &engine);
    // what is wrong with the store may be why
    tell_all(&engine.take_notices());
    done
}

fn analyse_with(
    arguments: &AnalyseArguments,
    engine: &NativeEngine,
) -> Result<ExitCode, Vec<Problem>> {
    let bar = bar();
    bar.set_message("Reading files");
    let mut collection = load(engine, &arguments.study, &|fraction| {
        bar.set_position((fraction * 1000.0) as u64)
    })
    .map_err(|problem| vec![problem])?;
    collection.settle();
    collection.context.settings.skip_unreadable = arguments.skip_unreadable;
    let mut assembly = collection.assemble();
    if assembly.may_lend_ids {
        // Nobody is there to ask: go on, and say so.
        collection.context.settings.lend_ids = true;
        assembly = collection.assemble();
    }
    let (errors, told) = problems_of(&collection, &assembly.problems);
    bar.suspend(|| tell_all(&told));
    let is_unreadable = errors
        .iter()
        .any(|error| !assembly.problems.contains(error));
    if is_unreadable {
        return Err(errors);
    }
    if collection.has_scores_alone() {
        let problem = Problem::error(
            &arguments.study.to_string_lossy(),
            "holds scores that were computed before, and nothing to compute any from",
        )
        .expected("activations of at least two networks")
        .hint("Open it on the page, which shows them as a figure");
        return Err(vec![problem]);
    }
    let Some(study) = assembly.study else {
        return Err(errors);
    };
    bar.suspend(|| eprintln!("{}", summary(&study)));

    let said = arguments
        .options
        .said()
        .over(&collection.manifest_options());
    let options = said.options();
    let report = |progress: crate::workflow::Progress| {
        bar.set_message(progress.stage.label());
        bar.set_position((progress.fraction * 1000.0) as u64);
    };
    if let Some(part) = arguments.store.part() {
        return part.run(engine, &study, &options, &bar);
    }
    let outcome = pollster::block_on(analyse(engine, &study, &options, &report))
        .map_err(Stopped::into_problems)?;
    if arguments.store.is_given() {
        let jobs = outcome.jobs;
        bar.suspend(|| {
            eprintln!(
                "{}, of which {} had been done before",
                count(jobs.all, "job", "jobs"),
                jobs.found
            )
        });
    }
    for warning in &outcome.warnings {
        bar.suspend(|| tell(warning));
    }
    if let Some(path) = &arguments.penalties {
        let plan = Plan::new(&study, &options);
        penalties_csv(&plan, &|key| engine.get(key))
            .and_then(|text| write(path, &text))
            .map_err(|problem| vec![problem])?;
    }
    let table = match &arguments.all {
        None => {
            write(&arguments.out, &outcome.dimensions.to_csv()).map_err(|problem| vec![problem])?;
            outcome.dimensions
        }
        Some(folder) => {
            make_folder(folder).map_err(|problem| vec![problem])?;
            let mut export = Export {
                engine,
                study: &study,
                options: &options,
                resampling: said.resampling(),
                table: outcome.dimensions,
                report: &report,
                tell: &|problem| bar.suspend(|| tell(problem)),
                folder,
                null_lines: OnceCell::new(),
            };
            for view in views::ALL {
                (view.export)(&mut export)?;
            }
            export.table
        }
    };
    bar.finish_and_clear();
    let written = arguments.all.as_ref().unwrap_or(&arguments.out);
    println!(
        "{} in {}",
        count(table.len(), "dimension", "dimensions"),
        written.display()
    );
    for (roi, alignment) in table.alignment.iter().enumerate() {
        let (rho, pairs) = table.relation(roi);
        println!(
            "Spearman correlation of universality and alignment with {}: {rho:.3} over {pairs} dimensions",
            alignment.roi
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}, {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(1000).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
