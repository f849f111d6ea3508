//! What is said when a worker fails for good.

use crate::jobs::Job;
use crate::problem::Problem;

/// Two workers ended at the same job.
pub fn worker_died(job: &Job, reads_file: bool, cause: &str) -> Problem {
    let found = format!("a worker ended twice while {} ({cause})", job.description);
    let problem = Problem::error("", found);
    if reads_file {
        return problem
            .expected("a file that fits into the memory of one tab")
            .hint("Split the file, or use the command line, which has more memory");
    }
    problem
        .expected("enough memory for the Gram matrices and dimensions of the study")
        .hint(
            "Keep fewer components, leave layers out, or close other tabs, and try again; the command line has more memory",
        )
}

/// No worker starts.
pub fn cannot_start(cause: &str) -> Problem {
    let found = format!("the workers, which do all computing, do not start ({cause})");
    Problem::error("", found)
        .expected("a browser that runs WebAssembly with SIMD in module workers (all since 2023), and that may load the files of this page")
        .hint("Check the network and try again; if that does not help, reload the page, or open it in another browser or without extensions that block scripts")
}

/// What a job needs cannot be given to a worker.
pub fn numbers_gone(job: &Job, cause: &str) -> Problem {
    let found = format!(
        "{}: its numbers cannot be given to a worker ({cause})",
        job.description
    );
    Problem::error("", found)
        .expected("all inputs of the job, and memory for a copy of them")
        .hint("Run the analysis again; if it happens again, leave layers out or reload the page")
}
