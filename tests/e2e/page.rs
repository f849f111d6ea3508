//! A browser with the page open, and what a user does with it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::process::{Child, Command};

use crate::site::{self, Site};

/// Longer than anything here takes on two slow cores.
const PATIENCE: Duration = Duration::from_secs(60);

/// Keeps what the page, its workers or its promises throw, and what is written as an error.
const COMPLAINTS: &str = "
    window.complaints = [];
    addEventListener('error', event => complaints.push(String(event.message)));
    addEventListener('unhandledrejection', event => complaints.push(String(event.reason)));
    addEventListener('securitypolicyviolation', event => complaints.push(
        `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
    const { error } = console;
    console.error = (...what) => { complaints.push(what.join(' ')); error(...what); };";

/// The page in a browser of its own.
pub struct Page {
    pub driver: WebDriver,
    pub site: Site,
    downloads: TempDir,
    // ends with the page
    _server: Child,
    _profile: TempDir,
}

async fn start_driver() -> (Child, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let server = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is installed: cargo xtask test does it, or says how");
    (server, format!("http://127.0.0.1:{port}"))
}

impl Page {
    /// Opens the page of a site with a hash in a fresh browser, on a desk or on a phone. Before the page's own
    /// scripts, the browser runs `script`.
    async fn open_in(site: Site, hash: &str, is_phone: bool, script: &str) -> Self {
        let (server, address) = start_driver().await;
        let (downloads, profile) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--force-device-scale-factor=1",
            "--window-size=1440,1100",
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            capabilities.add_arg(argument).expect("an argument");
        }
        let preferences = serde_json::json!({ "download.default_directory": downloads.path() });
        capabilities
            .add_experimental_option("prefs", preferences)
            .expect("an option");
        if is_phone {
            // headless windows have a least width; an emulated screen has none
            let screen = serde_json::json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2.0 } });
            capabilities
                .add_experimental_option("mobileEmulation", screen)
                .expect("an option");
        }
        let started = Instant::now();
        let driver = loop {
            match WebDriver::new(&address, capabilities.clone()).await {
                Ok(driver) => break driver,
                Err(error) => assert!(started.elapsed() < Duration::from_secs(30), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let page = Self {
            driver,
            site,
            downloads,
            _server: server,
            _profile: profile,
        };
        let source = format!("{COMPLAINTS}\n{script}");
        let parameters = serde_json::json!({ "source": source });
        page.cdp("Page.addScriptToEvaluateOnNewDocument", parameters)
            .await;
        page.go(hash).await;
        page
    }

    /// Asks the browser's own protocol.
    pub async fn cdp(&self, method: &str, parameters: serde_json::Value) -> serde_json::Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.expect("the browser answers")
    }

    pub async fn open(hash: &str) -> Self {
        Self::open_in(site::page().await, hash, false, "").await
    }

    /// Opens the page of a site, in a browser that runs a script first.
    pub async fn open_on(site: Site, script: &str) -> Self {
        Self::open_in(site, "", false, script).await
    }

    pub async fn open_on_phone(hash: &str) -> Self {
        Self::open_in(site::page().await, hash, true, "").await
    }

    /// The address of the page with a hash.
    pub fn address(&self, hash: &str) -> String {
        format!("{}/some/folder/{hash}", self.site.address)
    }

    pub async fn go(&self, hash: &str) {
        // a new hash alone does not load the page anew
        self.driver.goto("about:blank").await.expect("opens");
        self.driver.goto(self.address(hash)).await.expect("opens");
    }

    /// The value of a JavaScript expression.
    pub async fn ask(&self, expression: &str) -> serde_json::Value {
        let script = format!("return {expression}");
        self.driver
            .execute(script, Vec::new())
            .await
            .expect("runs")
            .json()
            .clone()
    }

    /// What stands in the address after the page.
    pub async fn hash(&self) -> String {
        let hash = self.ask("location.hash").await;
        hash.as_str().unwrap_or_default().to_owned()
    }

    pub async fn text(&self, selector: &str) -> String {
        let expression = format!("document.querySelector('{selector}')?.innerText ?? ''");
        self.ask(&expression)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until an expression is true.
    pub async fn wait(&self, expression: &str) {
        let started = Instant::now();
        while self.ask(expression).await != serde_json::Value::Bool(true) {
            if started.elapsed() > PATIENCE {
                let body = self.text("body").await;
                panic!("not so after {PATIENCE:?}: {expression}\n{body}");
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// Waits until an element's text has a part.
    pub async fn wait_text(&self, selector: &str, part: &str) {
        self.wait(&format!(
            "(document.querySelector('{selector}')?.innerText ?? '').includes({})",
            serde_json::Value::from(part)
        ))
        .await;
    }

    /// Waits for results to be on the page and nothing to be under way.
    pub async fn wait_results(&self) {
        self.wait("!!document.querySelector('#finding b') && !document.querySelector('progress')")
            .await;
    }

    /// Opens the hosted study that the page offers.
    pub async fn fetch_offered(&self) {
        self.wait_button("Fetch and analyse").await;
        self.press("Fetch and analyse").await;
    }

    /// Waits for a button to be there.
    pub async fn wait_button(&self, button: &str) {
        self.wait(&format!(
            "[...document.querySelectorAll('button')].some(b => b.innerText.trim() === {button:?})"
        ))
        .await;
    }

    pub async fn press(&self, button: &str) {
        let button = By::XPath(format!("//button[normalize-space()='{button}']"));
        self.driver
            .find(button)
            .await
            .expect("the button is there")
            .click()
            .await
            .expect("can be pressed");
    }

    pub async fn is_enabled(&self, button: &str) -> bool {
        let button = By::XPath(format!("//button[normalize-space()='{button}']"));
        self.driver
            .find(button)
            .await
            .expect("the button is there")
            .is_enabled()
            .await
            .expect("tells")
    }

    /// Chooses in the menu of a label.
    pub async fn choose(&self, label: &str, choice: &str) {
        let option = By::XPath(format!(
            "//label[starts-with(normalize-space(), '{label}')]//option[.='{choice}']"
        ));
        self.driver
            .find(option)
            .await
            .expect("the choice is there")
            .click()
            .await
            .expect("can be chosen");
    }

    /// Gives files to the button "Add files" and waits until they are read.
    pub async fn add_files(&self, files: &[PathBuf]) {
        self.hand_over(files).await;
        self.wait("!document.querySelector('progress')").await;
    }

    /// Adds the networks and RDMs of the plain case, runs them, and waits for what they give.
    pub async fn analyse_plain_case(&self) {
        self.add_files(&files(&case("plain"), &["activations", "rdm"]))
            .await;
        self.press("Run analysis").await;
        self.wait_text("#finding", "predicted by W").await;
        self.wait_results().await;
    }

    /// Gives files to the button "Add files".
    pub async fn hand_over(&self, files: &[PathBuf]) {
        let paths: Vec<String> = files
            .iter()
            .map(|file| file.to_string_lossy().into_owned())
            .collect();
        self.wait("!!document.getElementById('file-input')").await;
        let input = self
            .driver
            .find(By::Id("file-input"))
            .await
            .expect("the input is there");
        input
            .send_keys(paths.join("\n"))
            .await
            .expect("takes files");
    }

    /// Waits until something is said, folded away or not.
    pub async fn wait_message(&self, part: &str) {
        self.wait(&format!(
            "document.querySelector('.messages').textContent.includes({})",
            serde_json::Value::from(part)
        ))
        .await;
    }

    /// Opens every line of the files table.
    pub async fn open_lines(&self) {
        let script = "document.querySelector('.files').open = true;
            document.querySelectorAll('.files button[aria-expanded=false]').forEach(b => b.click())";
        self.driver.execute(script, Vec::new()).await.expect("runs");
    }

    /// Gives an array the role "leave out" in the files table.
    pub async fn leave_out(&self, name: &str) {
        self.open_lines().await;
        let select = format!(
            "[...document.querySelectorAll('.files select')].find(s => s.ariaLabel === 'Role of {name}')"
        );
        self.wait(&format!("!!{select}")).await;
        let script = format!(
            "const s = {select}; s.value = [...s.options].find(o => o.text === 'leave out').value;
             s.dispatchEvent(new Event('change', {{bubbles: true}}))"
        );
        self.driver.execute(script, Vec::new()).await.expect("runs");
    }

    pub async fn messages(&self) -> String {
        self.driver
            .execute(
                "document.querySelectorAll('.messages details').forEach(d => d.open = true)",
                Vec::new(),
            )
            .await
            .expect("runs");
        self.text(".messages").await
    }

    /// Presses a download button and waits for the file.
    pub async fn download(&self, button: &str, name: &str) -> PathBuf {
        let folder = self.downloads.path();
        for old in std::fs::read_dir(folder).expect("a folder").flatten() {
            std::fs::remove_file(old.path()).expect("can be removed");
        }
        self.press(button).await;
        let file = folder.join(name);
        let started = Instant::now();
        // the browser takes the name first, with an empty file, and then fills another
        let is_written = |path: &Path| std::fs::metadata(path).is_ok_and(|of| of.len() > 0);
        let partial = folder.join(format!("{name}.crdownload"));
        while !is_written(&file) || partial.exists() {
            assert!(started.elapsed() < PATIENCE, "{name} was not downloaded");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        file
    }

    /// Opens a view by its tab.
    pub async fn open_tab(&self, tab: &str) {
        let link = By::XPath(format!("//nav//a[normalize-space()='{tab}']"));
        let link = self.driver.find(link).await.expect("the tab is there");
        link.click().await.expect("can be pressed");
    }

    /// Sets the number field of a label, wherever it is folded away.
    pub async fn set_number(&self, label: &str, value: &str) {
        let script = format!(
            "document.querySelectorAll('details').forEach(d => d.open = true);
             const f = [...document.querySelectorAll('label')].find(l => l.innerText.startsWith({label:?})).querySelector('input');
             f.value = {value:?}; f.dispatchEvent(new Event('change', {{bubbles: true}}))"
        );
        self.driver.execute(script, Vec::new()).await.expect("runs");
    }

    /// A fingerprint of what is drawn.
    pub async fn picture(&self) -> String {
        let drawn = self
            .ask("document.querySelector('canvas').toDataURL()")
            .await;
        drawn.as_str().unwrap_or_default().to_owned()
    }

    /// Ends the browser, after a look at what went wrong on the page without being shown.
    pub async fn close(self) {
        let complaints = self.ask("window.complaints").await;
        assert_eq!(complaints, serde_json::json!([]), "errors on the page");
        self.close_broken().await;
    }

    /// Ends the browser, whatever went wrong on the page.
    pub async fn close_broken(self) {
        self.driver.quit().await.expect("ends");
    }
}

/// The files of a folder whose names start so, sorted.
pub fn files(folder: &Path, prefixes: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            path.is_file() && prefixes.iter().any(|prefix| name.starts_with(prefix))
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no files in {}", folder.display());
    files
}

/// A folder of the project's own cases.
pub fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(name)
        .join("study")
}

/// The folder of the larger data. The tests that need it are ignored where it is not asked for.
pub fn larger_data() -> PathBuf {
    let root = std::env::var_os("UNIVERSAL_DIMENSIONS_DATA");
    root.expect("UNIVERSAL_DIMENSIONS_DATA is set").into()
}
