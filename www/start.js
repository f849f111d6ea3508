// Starts the page. Trunk would write the same into the page itself, where its policy runs no script.
const address = (selector) => document.querySelector(selector).href;
const bindings = await import(address("link[rel=modulepreload]"));
const wasm = await bindings.default({
  module_or_path: address("link[rel=preload][type='application/wasm']"),
});
dispatchEvent(new CustomEvent("TrunkApplicationStarted", { detail: { wasm } }));
