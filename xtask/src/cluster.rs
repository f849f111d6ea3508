//! Does what docs/cluster.md says, on one machine: Slurm with an array of four, a task that is killed and
//! started again by itself, and GNU parallel. Every table must be that of one program, to the byte.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::steps::run;
use crate::{cargo, root};

/// What Debian calls the schedulers.
const PACKAGES: [&str; 3] = ["slurm-wlm", "munge", "parallel"];

/// The task that is killed.
const KILLED: &str = "3";

/// Longer than anything here takes on two slow cores.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs all of it.
///
/// # Errors
/// A sentence if something cannot be installed or started, or if a table differs.
pub fn test() -> Result<(), String> {
    install()?;
    run(cargo(&[
        "build",
        "--locked",
        "--bin",
        "universal-dimensions",
    ]))?;
    let folder = root().join("target").join("cluster");
    // nothing of the last time is found
    let _ = std::fs::remove_dir_all(&folder);
    let workspace = Workspace { folder };
    workspace.write_study()?;
    let (expected, _) = workspace.table(None)?;
    println!("One program: {} bytes of table", expected.len());

    let _daemons = workspace.start_slurm()?;
    let script = workspace.script()?;
    let path = workspace.folder.join("parts.sh");
    std::fs::write(&path, script).map_err(in_words)?;

    workspace.command("sbatch --wait parts.sh", "array")?;
    let (table, said) = workspace.table(Some("array"))?;
    same("the array of four", &table, &expected)?;
    let jobs = workspace.finished("array");
    all_found(&said, jobs)?;
    println!("Slurm, an array of four: {jobs} jobs, the same table");

    let id = workspace.command("sbatch --parsable parts.sh", "killed")?;
    let task = format!("{}_{KILLED}", id.trim());
    wait_until("the jobs of the last stage", || {
        workspace.finished("killed") >= jobs * 2 / 5
    })?;
    workspace.command(&format!("scancel --signal=KILL --full {task}"), "killed")?;
    wait_until("the other tasks", || {
        let queue = workspace.command("squeue --noheader", "killed");
        queue.is_ok_and(|queue| queue.trim().is_empty())
    })?;
    let left = jobs - workspace.finished("killed");
    if left == 0 {
        return Err(format!("task {KILLED} was done before it was killed"));
    }
    workspace.command(
        &format!("sbatch --wait --array={KILLED} parts.sh"),
        "killed",
    )?;
    let (table, said) = workspace.table(Some("killed"))?;
    same("the array with a killed task", &table, &expected)?;
    all_found(&said, jobs)?;
    println!(
        "Slurm, task {KILLED} killed with {left} of {jobs} jobs to do and started again: the same table"
    );

    workspace.command(&line_of("parallel ")?, "parallel")?;
    let (table, said) = workspace.table(Some("parallel"))?;
    same("GNU parallel", &table, &expected)?;
    all_found(&said, jobs)?;
    println!("GNU parallel: the same table");
    Ok(())
}

fn install() -> Result<(), String> {
    let has = |program: &str| {
        let mut which = Command::new("which");
        let found = which.arg(program).stdout(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    if ["sbatch", "slurmctld", "slurmd", "munged", "parallel"]
        .into_iter()
        .all(has)
    {
        return Ok(());
    }
    if !has("apt-get") {
        return Err(
            "this installs Slurm by apt-get, which is not here; it needs Debian and root".into(),
        );
    }
    println!("Installing {} by apt-get, once", PACKAGES.join(", "));
    let mut update = Command::new("apt-get");
    update.args(["update", "-qq"]);
    run(update)?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(PACKAGES)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(install)
}

/// Where all of it happens.
struct Workspace {
    folder: PathBuf,
}

/// Programs that end with the test.
struct Daemons(Vec<Child>);

impl Drop for Daemons {
    fn drop(&mut self) {
        for daemon in self.0.iter_mut().rev() {
            // it may have ended by itself
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Workspace {
    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    /// A study that takes some seconds: four networks of two layers, and two subjects.
    fn write_study(&self) -> Result<(), String> {
        let study = self.folder.join("study");
        std::fs::create_dir_all(&study).map_err(in_words)?;
        let mut state = 1_u64;
        let mut number = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1 << 24) as f64 - 0.5
        };
        let layers = (0..8).map(|layer| (format!("net{}__l{}.csv", layer / 2, layer % 2), 300));
        let subjects = (0..2).map(|subject| (format!("responses_V__s{subject}.csv"), 100));
        for (name, units) in layers.chain(subjects) {
            let mut text = String::new();
            for stimulus in 0..400 {
                let row: Vec<String> = (0..units)
                    .map(|unit| {
                        format!(
                            "{:.4}",
                            number() + f64::from((stimulus * (unit % 7)) % 11) / 20.0
                        )
                    })
                    .collect();
                text.push_str(&row.join(","));
                text.push('\n');
            }
            std::fs::write(study.join(name), text).map_err(in_words)?;
        }
        Ok(())
    }

    /// A command line as the docs have it, with a study and a store.
    fn command(&self, line: &str, store: &str) -> Result<String, String> {
        let programs = root().join("target").join("debug");
        let path = std::env::var("PATH").unwrap_or_default();
        let output = Command::new("bash")
            .args(["-c", line])
            .current_dir(&self.folder)
            .env("PATH", format!("{}:{path}", programs.display()))
            .env("SLURM_CONF", self.path("slurm.conf"))
            .env("STUDY", self.path("study"))
            .env("STORE", self.path(store))
            .output()
            .map_err(in_words)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(format!(
            "{line} failed ({}): {}{}",
            output.status,
            said(&output),
            self.logs()
        ))
    }

    /// What tasks wrote.
    fn logs(&self) -> String {
        let read =
            |part: usize| std::fs::read_to_string(self.folder.join(format!("part-{part}.log")));
        (1..=4)
            .filter_map(|part| Some(format!("\npart {part}: {}", read(part).ok()?)))
            .collect()
    }

    /// The table of one program, from a store or without, and what it said.
    fn table(&self, store: Option<&str>) -> Result<(Vec<u8>, String), String> {
        let out = self.folder.join(format!("{}.csv", store.unwrap_or("one")));
        let mut command = Command::new(root().join("target/debug/universal-dimensions"));
        command
            .arg("analyse")
            .arg(self.folder.join("study"))
            .arg("--out")
            .arg(&out);
        if let Some(store) = store {
            command.arg("--store").arg(self.folder.join(store));
        }
        let output = command.output().map_err(in_words)?;
        if !output.status.success() {
            return Err(said(&output));
        }
        Ok((std::fs::read(out).map_err(in_words)?, said(&output)))
    }

    /// Finished jobs in a store.
    fn finished(&self, store: &str) -> usize {
        let inner = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let folders = inner(&self.folder.join(store));
        let files = folders.iter().flat_map(|folder| inner(folder));
        files
            .filter(|file| file.extension().is_some_and(|ending| ending == "blocks"))
            .count()
    }

    /// The script of the docs.
    fn script(&self) -> Result<String, String> {
        let docs = docs()?;
        let script = docs
            .split_once("```bash\n")
            .and_then(|(_, rest)| rest.split_once("```"));
        let (script, _) = script.ok_or("docs/cluster.md has no script for bash")?;
        Ok(script.to_owned())
    }

    /// Starts a cluster of one node, which says that it has four processors.
    fn start_slurm(&self) -> Result<Daemons, String> {
        let host = Command::new("hostname")
            .arg("-s")
            .output()
            .map_err(in_words)?;
        let host = String::from_utf8_lossy(&host.stdout).trim().to_owned();
        let folder = self.folder.display();
        let settings = format!(
            "ClusterName=here
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort=16817
SlurmdPort=16818
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
"
        );
        std::fs::write(self.folder.join("slurm.conf"), settings).map_err(in_words)?;
        for name in ["state", "spool"] {
            std::fs::create_dir_all(self.folder.join(name)).map_err(in_words)?;
        }
        let mut daemons = Daemons(Vec::new());
        let mut start = |line: &str| {
            let log = std::fs::File::create(self.folder.join("daemons.log"));
            let mut words = line.split(' ');
            let daemon = Command::new(words.next().unwrap_or_default())
                .args(words)
                .env("SLURM_CONF", self.path("slurm.conf"))
                .stdout(Stdio::null())
                .stderr(log.map_err(in_words)?)
                .spawn()
                .map_err(|error| format!("{line}: {error}"))?;
            daemons.0.push(daemon);
            Ok::<(), String>(())
        };
        let vouches = || self.command("munge --no-input | unmunge", "none").is_ok();
        if !vouches() {
            self.command(
                "install --directory --owner=munge --group=munge /run/munge",
                "none",
            )?;
            start("setpriv --reuid=munge --regid=munge --clear-groups munged --foreground")?;
            wait_until("munged", vouches)?;
        }
        start("slurmctld -D")?;
        start("slurmd -D")?;
        wait_until("the node", || {
            let state = self.command("sinfo --noheader --format=%T", "none");
            state.is_ok_and(|state| state.trim() == "idle")
        })?;
        Ok(daemons)
    }
}

fn docs() -> Result<String, String> {
    std::fs::read_to_string(root().join("docs/cluster.md")).map_err(in_words)
}

/// A line of the docs that begins so.
fn line_of(start: &str) -> Result<String, String> {
    let docs = docs()?;
    let line = docs.lines().find(|line| line.starts_with(start));
    line.map(str::to_owned)
        .ok_or_else(|| format!("docs/cluster.md has no line that begins with {start}"))
}

fn same(what: &str, table: &[u8], expected: &[u8]) -> Result<(), String> {
    if table == expected {
        return Ok(());
    }
    Err(format!("{what} gave another table than one program"))
}

/// Nothing was left to do for the program that wrote the table.
fn all_found(said: &str, jobs: usize) -> Result<(), String> {
    if said.contains(&format!(
        "{jobs} jobs, of which {jobs} had been done before"
    )) {
        return Ok(());
    }
    Err(format!("jobs were left to do: {said}"))
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let started = Instant::now();
    while !is_so() {
        if started.elapsed() > PATIENCE {
            return Err(format!(
                "{what} did not come about within {} s",
                PATIENCE.as_secs()
            ));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stderr) + &text(&output.stdout)
}

fn in_words(error: std::io::Error) -> String {
    error.to_string()
}
