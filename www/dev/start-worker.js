// ../start-worker.js for `cargo xtask dev`, which builds one worker for every browser.

// The page asks for the same lock, and gets it when this worker is gone, however it ended.
navigator.locks?.request(self.name, () => {
  postMessage({ locked: true });
  return new Promise(() => {});
}).catch(() => {});

const version = new URL(import.meta.url).search;
try {
  const { default: init } = await import(`./worker.js${version}`);
  await init({ module_or_path: new URL(`./worker_bg.wasm${version}`, import.meta.url) });
} catch (error) {
  postMessage({ broken: String(error) });
}
