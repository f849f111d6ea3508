// ../start-worker.js for `cargo xtask dev`, which builds one worker for every browser.
const version = new URL(import.meta.url).search;
const { default: init } = await import(`./worker.js${version}`);
await init({ module_or_path: new URL(`./worker_bg.wasm${version}`, import.meta.url) });
