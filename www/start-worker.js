// Starts a worker: a module that Trunk built for it, of the very version of the page that asks. Where
// the browser has relaxed SIMD, the one that fuses multiplication and addition.

// The page asks for the same lock, and gets it when this worker is gone, however it ended.
navigator.locks?.request(self.name, () => {
  postMessage({ locked: true });
  return new Promise(() => {});
}).catch(() => {});

const version = new URL(import.meta.url).search;
// () -> v128: i8x16.relaxed_swizzle(splat(1), splat(2))
const relaxed = WebAssembly.validate(new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0,
  65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
]));
const name = relaxed ? "worker-fused" : "worker";
try {
  const { default: init } = await import(`./${name}.js${version}`);
  await init({ module_or_path: new URL(`./${name}_bg.wasm${version}`, import.meta.url) });
} catch (error) {
  postMessage({ broken: String(error) });
}
