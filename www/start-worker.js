// Starts a worker: the module that Trunk built for it, of the very version of the page that asks.
const version = new URL(import.meta.url).search;
const { default: init } = await import(`./worker.js${version}`);
await init({ module_or_path: new URL(`./worker_bg.wasm${version}`, import.meta.url) });
