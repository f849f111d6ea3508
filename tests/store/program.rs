//! The program at work on a study: started, watched, killed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use universal_dimensions::math::random::Generator;

/// Longer than anything here takes on two slow cores.
const PATIENCE: Duration = Duration::from_secs(300);

const STIMULI: usize = 60;

/// A folder with a study in it.
pub struct Study(TempDir);

impl Study {
    /// Four networks of two layers, and two subjects.
    pub fn new() -> Self {
        let study = Self(tempfile::tempdir().expect("a folder"));
        std::fs::create_dir(study.path("study")).expect("a folder");
        (0..4).for_each(|network| study.add_network(network));
        for subject in 0..2 {
            study.write(&format!("responses_V__s{subject}.csv"), 100 + subject, 20);
        }
        study
    }

    pub fn add_network(&self, network: u64) {
        for layer in 0..2 {
            self.write(
                &format!("net{network}__l{layer}.csv"),
                10 * network + layer,
                40,
            );
        }
    }

    fn write(&self, name: &str, seed: u64, units: usize) {
        let mut shared = Generator::new(1);
        let latents: Vec<f64> = (0..STIMULI).map(|_| shared.normal()).collect();
        let mut own = Generator::new(seed + 2);
        let mut text = String::new();
        for latent in latents {
            let row: Vec<String> = (0..units)
                .map(|unit| format!("{:.5}", latent * (unit % 5) as f64 + own.normal()))
                .collect();
            text.push_str(&row.join(","));
            text.push('\n');
        }
        std::fs::write(Path::new(&self.path("study")).join(name), text).expect("is written");
    }

    /// Changes a digit of a file.
    pub fn change(&self, name: &str) {
        let path = Path::new(&self.path("study")).join(name);
        let text = std::fs::read_to_string(&path).expect("is read");
        let digit = text
            .find(|c: char| ('1'..'9').contains(&c))
            .expect("a digit");
        let mut bytes = text.into_bytes();
        bytes[digit] += 1;
        std::fs::write(path, bytes).expect("is written");
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_string_lossy().into_owned()
    }

    /// The table of one program without a store.
    pub fn table(&self, arguments: &[&str]) -> String {
        Program::start(self, arguments).finish().0
    }
}

/// The program, at work.
pub struct Program {
    child: Child,
    out: PathBuf,
}

impl Program {
    fn command(study: &Study, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_universal-dimensions"));
        command
            .arg("analyse")
            .arg(study.path("study"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts it, with a table of its own.
    pub fn start(study: &Study, arguments: &[&str]) -> Self {
        static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let out = PathBuf::from(study.path(&format!("table-{count}.csv")));
        let mut command = Self::command(study, arguments);
        if !arguments.contains(&"--part") {
            command.arg("--out").arg(&out);
        }
        Self {
            child: command.spawn().expect("starts"),
            out,
        }
    }

    /// Its table, and what it said.
    pub fn finish(self) -> (String, String) {
        let output = self.child.wait_with_output().expect("ends");
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        (std::fs::read_to_string(self.out).unwrap_or_default(), said)
    }

    /// Ends it as the system would, once so many jobs are kept; returns how many are then.
    pub fn kill_after(mut self, store: &Path, jobs: usize) -> usize {
        let started = Instant::now();
        while files_of(store).len() < jobs {
            assert!(started.elapsed() < PATIENCE, "{jobs} jobs are not done");
            std::thread::sleep(Duration::from_millis(1));
        }
        self.child.kill().expect("is killed");
        let status = self.child.wait().expect("ends");
        assert!(!status.success(), "it was done before it was killed");
        files_of(store).len()
    }

    /// Runs it to its end: its code, and what it said.
    pub fn run(study: &Study, arguments: &[&str]) -> (i32, String) {
        let output = Self::command(study, arguments).output().expect("starts");
        (output.status.code().unwrap_or(-1), said(&output))
    }
}

fn said(output: &std::process::Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    )
}

/// Files of finished jobs in a store.
pub fn files_of(store: &Path) -> Vec<PathBuf> {
    let inner = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let folders = inner(store);
    let files = folders.iter().flat_map(|folder| inner(folder));
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "blocks"))
        .collect();
    files.sort();
    files
}
