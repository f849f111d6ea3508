// Says what keeps the page from opening or going on, where the page itself cannot: its WebAssembly is not
// there, cannot run in this browser, or has broken down. Written for browsers of any age.
(function () {
  "use strict";
  var started = false;

  // The first cause is the telling one: others follow from it.
  function tell(sentence) {
    var box = document.getElementById("failed");
    var waiting = document.getElementById("waiting");
    if (!box || !box.hidden) return;
    if (waiting) waiting.hidden = true;
    box.textContent = sentence;
    box.hidden = false;
  }

  function lacks() {
    if (typeof WebAssembly !== "object") return "WebAssembly";
    // () -> v128: i32.const 0, i8x16.splat, i8x16.popcnt
    var simd = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0,
      65, 0, 253, 15, 253, 98, 11,
    ];
    if (!WebAssembly.validate(new Uint8Array(simd))) return "WebAssembly with SIMD";
    if (!("noModule" in document.createElement("script"))) return "JavaScript modules";
    return null;
  }

  function inWords(error) {
    return String((error && error.message) || error || "a file cannot be loaded");
  }

  function failed(error) {
    if (!started) {
      tell("Universal Dimensions could not be opened (" + inWords(error) + "). Check the network, and reload the page. If that does not help, open it in another browser, or without extensions that block scripts.");
      return;
    }
    // After such an end nothing that the page holds can be relied on. Uncaught errors of other scripts are
    // none of ours.
    if (!(error instanceof WebAssembly.RuntimeError) && !/wasm/i.test((error && error.stack) || "")) return;
    brokeDown(inWords(error));
  }

  function brokeDown(cause) {
    tell("The page has stopped because of a fault in it (" + cause + "). What it shows may be incomplete. Reload the page and add your files again; if it stops again, use fewer files, or the command line.");
    document.querySelectorAll("header, main").forEach(function (part) { part.inert = true; });
    document.querySelectorAll("progress").forEach(function (bar) { bar.remove(); });
    document.querySelectorAll("[role=status]").forEach(function (status) { status.textContent = "Failed"; });
  }

  // resources tell their errors to themselves alone, and to who listens on the way down
  window.addEventListener("error", function (event) {
    var target = event.target;
    if (target === window) failed(event.error || event.message);
    else if (!started && target && target.nodeName === "SCRIPT") failed(null);
  }, true);
  window.addEventListener("unhandledrejection", function (event) { failed(event.reason); });
  window.addEventListener("panicked", function (event) { brokeDown(event.detail); });
  window.addEventListener("TrunkApplicationStarted", function () {
    started = true;
  });
  document.addEventListener("DOMContentLoaded", function () {
    var lacking = lacks();
    if (lacking) {
      tell("Universal Dimensions cannot run in this browser, which has no " + lacking + ". Every current browser has it: Chrome and Edge since 91, Firefox since 89, Safari since 16.4. Update this one, or open the page in another.");
    }
    setTimeout(function () {
      var waiting = document.getElementById("waiting");
      if (waiting) waiting.textContent = "Opening Universal Dimensions takes unusually long. Wait, or check the network and reload the page.";
    }, 30000);
  });
})();
